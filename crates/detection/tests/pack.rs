//! Every rule of the pack is well formed, described, and tells its own events apart.

use std::collections::{BTreeMap, BTreeSet};

use correlation::RuleSet;
use detection::{CASES, DETECTORS, RULES};
use sigma::Cases;
use source_text::FileId;

const FILE: FileId = FileId(0);

#[test]
fn every_file_of_the_folder_is_in_the_pack() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/rules");
    #[expect(clippy::disallowed_methods, reason = "the test compares with the folder")]
    let files = std::fs::read_dir(folder).unwrap();
    let names = files.map(|it| it.unwrap().file_name().into_string().unwrap());
    let found: BTreeSet<String> = names.collect();
    let listed: BTreeSet<String> = RULES
        .iter()
        .flat_map(|(name, _)| [format!("{name}.yml"), format!("{name}.events.yml")])
        .collect();
    let differences: Vec<_> = found.symmetric_difference(&listed).collect();
    assert!(differences.is_empty(), "{differences:?}");
}

#[test]
fn every_rule_is_described() {
    let files: Vec<(FileId, &str)> = RULES.iter().map(|(_, text)| (FILE, *text)).collect();
    let (set, told) = RuleSet::load(&files);
    assert!(told.is_empty(), "{told:?}");
    let mut ids = BTreeSet::new();
    let mut speakers = 0;
    for speaker in 0..set.len() {
        let meta = set.meta(speaker).unwrap();
        let title = &meta.title;
        let id = meta.id.as_deref().unwrap();
        assert_eq!((id.len(), id.split('-').count()), (36, 5), "{title}");
        assert!(ids.insert(id.to_owned()), "{title}: the id is taken");
        assert_eq!(meta.author.as_deref(), Some("faasguard"), "{title}");
        assert_eq!(meta.license.as_deref(), Some("Apache-2.0"), "{title}");
        assert!(meta.level.is_some() && meta.description.is_some(), "{title}");
        assert!(!meta.references.is_empty() && !meta.false_positives.is_empty(), "{title}");
        assert!(meta.tags.iter().any(|it| it.starts_with("attack.t1")), "{title}");
        speakers += usize::from(set.speaks(speaker));
    }
    assert!(DETECTORS.iter().all(|it| ids.insert(it.id.to_owned())));
    assert!(speakers >= 60, "{speakers}");
}

#[test]
fn rules_tell_their_events_apart() {
    let mut wrong = Vec::new();
    let texts: BTreeMap<&str, &str> = RULES.iter().copied().collect();
    for (name, events) in CASES {
        let (set, told) = RuleSet::load(&[(FILE, texts.get(name).unwrap())]);
        assert!(told.is_empty(), "{name}: {told:?}");
        let (cases, told) = Cases::parse(FILE, events);
        assert!(told.is_empty(), "{name}: {told:?}");
        let speaker = (0..set.len()).rev().find(|it| set.speaks(*it)).unwrap();
        let expected: BTreeSet<bool> = cases.cases.iter().map(|it| it.expect).collect();
        assert_eq!(expected.len(), 2, "{name} has an event that it tells and one that it does not");
        for case in &cases.cases {
            if set.hits(&case.events).contains(&speaker) != case.expect {
                wrong.push(format!("{name}: {} (expected {})", case.name, case.expect));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
