//! Any bytes from a store: replies are read one after the other until there are none, and none is
//! longer than its limit.
#![no_main]

use guard_rate::store::{Address, MAX_REPLY_BYTES, parse_reply};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let mut rest = data;
    while let Ok(Some((_, length))) = parse_reply(rest) {
        assert!(length > 0 && length <= rest.len() && length <= 2 * MAX_REPLY_BYTES);
        rest = &rest[length..];
    }
    let text = String::from_utf8_lossy(data);
    if let Ok(address) = format!("redis://{text}").parse::<Address>() {
        assert!(!address.host.is_empty());
    }
});
