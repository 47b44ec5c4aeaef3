//! The rules of `SigmaHQ` over recorded trails, when they stand beside the checkout: as many matches, of
//! as many rules, as a second engine finds.
#![expect(clippy::print_stdout, reason = "a test that is left out says so")]

use std::{collections::BTreeSet, path::Path};

use audit_event::Limits;
use correlation::RuleSet;
use source_text::FileId;
use trail_files::Opener;

/// Matches, and rules that matched, which `RSigma` 0.26 (`rsigma-eval` over `serde_json`) finds event by
/// event; both name the same events.
const EXPECTED: [(&str, usize, usize); 6] = [
    ("invictus", 109, 11),
    ("otrf-ec2proxy", 11, 1),
    ("panther-tests", 321, 28),
    ("plaso", 0, 0),
    ("stratus-detonation", 80, 10),
    ("traildiscover", 104, 21),
];

#[test]
fn as_many_matches_as_a_second_engine_finds() {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    if !data.join("sigma").is_dir() {
        println!("skipped: rules and trails are not at {}", data.display());
        return;
    }
    let mut names: Vec<_> = std::fs::read_dir(data.join("sigma"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|end| end == "yml"))
        .collect();
    names.sort();
    let texts: Vec<_> = names.iter().map(|path| std::fs::read_to_string(path).unwrap()).collect();
    let files: Vec<_> = (0..).map(FileId).zip(texts.iter().map(String::as_str)).collect();
    let (rules, told) = RuleSet::load(&files);
    assert_eq!((told, rules.len(), rules.other_logs), (vec![], 57, 0));
    assert!((0..57).all(|rule| rules.meta(rule).unwrap().author.is_some()));
    let mut scratch = rules.engine().scratch();
    for (name, matches, of_rules) in EXPECTED {
        let path = data.join(format!("cloudtrail/{name}.jsonl.gz"));
        let (mut count, mut which) = (0, BTreeSet::new());
        let mut opener = Opener::default();
        opener
            .read(&path, &Limits::default(), &mut |event| {
                rules.engine().matches(event, &mut scratch, &mut |rule| {
                    count += 1;
                    which.insert(rule);
                });
            })
            .unwrap();
        assert_eq!((count, which.len()), (matches, of_rules), "{name}");
    }
}
