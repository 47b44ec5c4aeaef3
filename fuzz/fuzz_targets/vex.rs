//! Any bytes, read as a VEX document: what is read answers for each package that it names.
#![no_main]

use libfuzzer_sys::fuzz_target;
use vex::{Decisions, read};

fuzz_target!(|data: &[u8]| {
    let Ok(document) = read(data) else { return };
    let decisions = Decisions::new([document]);
    for (_, statement) in decisions.statements() {
        let _ = statement.reason();
        for cover in &statement.covers {
            let purl = cover.purl.to_string();
            let about = decisions.about(&purl, &statement.ids);
            assert_eq!(decisions.decide(&purl, &statement.ids), about.last().copied());
        }
    }
});
