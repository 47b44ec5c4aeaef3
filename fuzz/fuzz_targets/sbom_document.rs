//! Any bytes, judged and read as a bill of materials: what is read is written and read again as itself.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sbom::{Spec, judge, read_json, write_json, write_spdx, write_xml};

fuzz_target!(|data: &[u8]| {
    let verdict = judge(data);
    let Ok(bill) = read_json(data) else {
        assert!(verdict.is_err());
        return;
    };
    let _ = bill.to_inventory("bom.json").merged();
    let _ = (write_xml(&bill, Spec::V1_7), write_spdx(&bill));
    let text = write_json(&bill, Spec::V1_7);
    assert_eq!(read_json(text.as_bytes()), Ok(bill));
});
