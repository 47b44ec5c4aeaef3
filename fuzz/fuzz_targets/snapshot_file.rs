//! Any bytes as a snapshot, packed or not, and as lines of a part file: what is read is written and read
//! again as itself.
#![no_main]

use libfuzzer_sys::fuzz_target;
use snapshot_file::{Limits, Packing, PartRecord, pack, read, to_bytes};

fuzz_target!(|data: &[u8]| {
    let limits = Limits { bytes: 1 << 20, answers: 10_000 };
    if let Ok((snapshot, _)) = read(data, &limits) {
        let Ok(bytes) = to_bytes(&snapshot) else { return };
        let again = read(&pack(bytes, Packing::Zstd), &Limits::default());
        assert_eq!(again.map(|it| it.0), Ok(snapshot));
    }
    for line in data.split(|byte| *byte == b'\n') {
        if let Some(record) = PartRecord::of_line(line) {
            assert_eq!(PartRecord::of_line(record.to_line().trim_end().as_bytes()), Some(record));
        }
    }
});
