//! Any bytes as an answer in XML, read with the lists that its first line names: never a panic, and what
//! is read is JSON of bounded depth.
#![no_main]

use libfuzzer_sys::fuzz_target;
use serde_json::Value;

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    let (first, rest) = text.split_once('\n').unwrap_or(("", &text));
    let arrays: Vec<String> = first.split(' ').take(8).map(str::to_owned).collect();
    if let Ok(value) = cloud_account::xml_to_json(rest, &arrays) {
        // The converter's own limit, and a list within each element.
        assert!(depth(&value) <= 2 * 101);
        let written = value.to_string();
        if depth(&value) < 100 {
            assert_eq!(serde_json::from_str::<Value>(&written).ok(), Some(value));
        }
    }
});

fn depth(value: &Value) -> usize {
    match value {
        Value::Array(list) => 1 + list.iter().map(depth).max().unwrap_or(0),
        Value::Object(members) => 1 + members.values().map(depth).max().unwrap_or(0),
        _ => 0,
    }
}
