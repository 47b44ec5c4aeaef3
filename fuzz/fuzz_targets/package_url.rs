//! Any text, read as a package URL: what is read is written and read again as itself.
#![no_main]

use libfuzzer_sys::fuzz_target;
use package_url::PackageUrl;

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    let _ = PackageUrl::parse_strict(&text);
    if let Ok(url) = PackageUrl::parse(&text) {
        assert_eq!(PackageUrl::parse(&url.to_string()), Ok(url));
    }
});
