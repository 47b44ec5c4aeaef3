//! Sample events of every trigger, written by others: all benign, none refused.

use std::fs;
use std::path::Path;

use guard_inspect::{Decision, Inspector, Scratch};
use guard_settings::Settings;

#[test]
fn no_sample_event_is_refused() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/events");
    if !folder.is_dir() {
        println!("no sample events at {}; skipped", folder.display());
        return;
    }
    let inspector = Inspector::new(&Settings::default()).unwrap();
    let mut scratch = Scratch::default();
    let (mut count, mut refused) = (0, Vec::new());
    for family in fs::read_dir(&folder).unwrap() {
        for file in fs::read_dir(family.unwrap().path()).unwrap() {
            let path = file.unwrap().path();
            let judgement = inspector.event(&mut scratch, &fs::read(&path).unwrap(), "r-1");
            count += 1;
            println!("{:20} {}", judgement.trigger.name(), path.file_name().unwrap().display());
            if judgement.decision != Decision::Pass {
                refused.push((path, judgement.hits, judgement.decision));
            }
        }
    }
    assert!(count > 200, "{count}");
    assert!(refused.is_empty(), "{refused:#?}");
}
