//! Any bytes, masked: the parts are the whole, and JSON stays JSON.
#![no_main]

use std::sync::LazyLock;

use guard_mask::{Carry, Masker};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

static MASKER: LazyLock<Masker> = LazyLock::new(|| {
    Masker::new(&["note".to_owned(), "user.name".to_owned(), "a[*].b".to_owned()])
});

fuzz_target!(|data: &[u8]| {
    let mut out = Vec::new();
    let counts = MASKER.mask(data, &mut out);
    let masked = if counts.is_empty() {
        assert!(out.is_empty());
        data
    } else {
        &out
    };
    let mut whole = Vec::new();
    MASKER.mask_part(&mut Carry::None, data, 0..data.len(), &mut whole);
    assert_eq!(whole, masked);
    assert!(MASKER.open_end(Carry::None, data) <= data.len());
    // A number alone may be masked as the text that it is as well.
    if let Ok(Value::Object(_) | Value::Array(_)) = serde_json::from_slice(data) {
        assert!(serde_json::from_slice::<Value>(masked).is_ok());
    }
});
