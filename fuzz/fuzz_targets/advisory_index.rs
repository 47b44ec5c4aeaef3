//! Any bytes as an index of advisories: opened and looked up, never a panic, never more answers than
//! there are bytes.
#![no_main]

use advisory_index::{Builder, Index};
use libfuzzer_sys::fuzz_target;
use package_version::{Ecosystem, Version};

const NAMES: [&str; 4] = ["foo", "example.com/m", "a:b", "@a/b"];

fn look(bytes: &[u8]) {
    let Ok(index) = Index::open(bytes) else { return };
    let _ = (index.verify(), index.about());
    for ecosystem in Ecosystem::ALL {
        let version = Version::parse(ecosystem, "1.2.3");
        for name in NAMES {
            let Ok(found) = index.about_package(ecosystem, name) else { continue };
            assert!(found.len() <= bytes.len());
            for one in &found {
                let _ = one.covers(&version);
                let _ = index.texts_of(&one.advisory);
            }
        }
    }
    assert!(index.advisories().count() <= bytes.len() + 1);
}

fuzz_target!(|data: &[u8]| {
    look(data);
    // A good index with some bytes written over, with sums that fit only by chance.
    let mut builder = Builder::default();
    for (at, name) in NAMES.iter().enumerate() {
        let ecosystem = Ecosystem::ALL[at].name();
        let record = format!(
            r#"{{"id":"X-{at}","affected":[{{"package":{{"ecosystem":"{ecosystem}","name":"{name}"}},
            "ranges":[{{"type":"ECOSYSTEM","events":[{{"introduced":"0"}},{{"fixed":"2"}}]}}]}}]}}"#
        );
        let _ = builder.add(record.as_bytes());
    }
    let mut file = builder.finish(0, &[]);
    for change in data.chunks_exact(3).take(16) {
        let at = usize::from(u16::from_le_bytes([change[0], change[1]])) % file.len();
        file[at] = change[2];
    }
    look(&file);
});
