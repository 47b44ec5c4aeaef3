//! Any bytes as a record of OSV: refused with a reason, or written into an index that answers.
#![no_main]

use advisory_index::{Added, Builder, Index};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let mut builder = Builder::default();
    let Ok(added) = builder.add(data) else { return };
    let _ = builder.add(data);
    let file = builder.finish(0, &[]);
    let index = Index::open(&file).expect("what is written is read");
    index.verify().expect("what is written is whole");
    assert_eq!(index.is_empty(), added != Added::New);
    for advisory in index.advisories() {
        let advisory = advisory.expect("what is written is read");
        index.texts_of(&advisory).expect("texts are read");
    }
});
