//! Any target of a request to the cache of secrets: refused, or one call whose body holds exactly the
//! name that was asked for.
#![no_main]

use guard_secrets::{Ask, Key};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    for target in [
        text.to_string(),
        format!("/secretsmanager/get?{text}"),
        format!("/systemsmanager/parameters/get?{text}"),
    ] {
        let Ok(ask) = Ask::parse(&target) else { continue };
        let body: Value = serde_json::from_str(&ask.key.body()).unwrap();
        match &ask.key {
            Key::Secret { id, .. } => assert_eq!(body["SecretId"], id.as_str()),
            Key::Parameter { name, decrypt } => {
                assert_eq!(body["Name"], name.as_str());
                assert_eq!(body["WithDecryption"], *decrypt);
            }
        }
    }
});
