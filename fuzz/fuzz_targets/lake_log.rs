//! Any bytes as commits and as files of digests: what is read is written back the same, names nothing
//! outside of the lake, and commits that follow one another add up.
#![no_main]

use lake_log::{Commit, Partition, State, from_bytes, to_bytes};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if let Ok(digests) = from_bytes(data) {
        assert_eq!(to_bytes(&digests), data);
    }
    let mut state = State::default();
    for line in data.split(|byte| *byte == b'\n') {
        let Ok(commit) = Commit::parse(line) else { continue };
        assert_eq!(Commit::parse(&commit.to_bytes()).as_ref(), Ok(&commit));
        for path in commit.added.iter().map(|file| &file.path).chain(&commit.removed) {
            assert!(Partition::of_path(path).is_some());
        }
        if state.apply(commit).is_err() {
            return;
        }
    }
    if state.number > 0 {
        let mut again = State::default();
        assert!(again.apply(state.to_checkpoint("", 0)).is_ok());
        assert_eq!(again.files, state.files);
    }
});
