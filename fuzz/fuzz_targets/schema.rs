//! Any JSON as a schema and any as a value: refused with a place or checked, in bounded time. The
//! two are parted by the first zero byte.
#![no_main]

use guard_schema::Schema;
use json_tape::{Limits, Tape};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let mut parts = data.splitn(2, |byte| *byte == 0);
    let (Some(schema), Some(value)) = (parts.next(), parts.next()) else { return };
    let Ok(schema) = serde_json::from_slice(schema) else { return };
    let Ok(schema) = Schema::compile(&schema) else { return };
    let mut tape = Tape::new();
    let Ok(document) = tape.read(value, &Limits::default()) else { return };
    let first = schema.validate(document.root());
    assert_eq!(first, schema.validate(document.root()));
});
