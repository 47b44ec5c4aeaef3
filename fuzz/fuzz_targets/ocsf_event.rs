//! Any bytes, read as an audit log: every event becomes one line of valid JSON that holds against the
//! schema of OCSF, and its fields are found under the names that rules give them.
#![no_main]

use audit_event::{Limits, read, values_of};
use libfuzzer_sys::fuzz_target;
use ocsf::{schema::faults, write_event, write_record};

const NAMES: [&str; 6] = [
    "operationName",
    "properties.message",
    "resultType",
    "gcp.audit.method_name",
    "data.protoPayload.authorizationInfo.granted",
    "eventName",
];

fuzz_target!(|data: &[u8]| {
    let limits = Limits { record_bytes: 65_536, ..Limits::default() };
    read(data, &limits, &mut |event| {
        let mut line = Vec::new();
        write_event(event, &mut line);
        assert!(!line.contains(&b'\n'));
        let value: serde_json::Value = serde_json::from_slice(&line).unwrap();
        assert_eq!(faults(&value), []);
        line.clear();
        write_record(event, &mut line);
        serde_json::from_slice::<serde_json::Value>(&line).unwrap();
        for name in NAMES {
            let _ = values_of(event, name);
        }
    });
});
