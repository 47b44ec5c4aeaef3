//! Over all fixtures of rules: a fix ends its finding, brings no other, and keeps comments.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use finding::{Finding, RuleKey};
use fixes::{Text, Why, offer};
use source_edit::SetError;
use source_text::{FileId, Limits, Sources, parse_yaml};

/// What a finding is known by when its place moves.
type Key = (RuleKey, Option<String>, Option<String>, Option<String>);

fn findings(text: &str) -> Vec<Finding> {
    let app = load_cloudformation::load_text(&Sources::default(), "template.yaml", text);
    rules::all().flat_map(|rule| rule.findings(&app)).collect()
}

fn counted(findings: &[Finding]) -> BTreeMap<Key, usize> {
    let mut counted = BTreeMap::new();
    for finding in findings {
        *counted.entry(key(finding)).or_insert(0) += 1;
    }
    counted
}

fn key(finding: &Finding) -> Key {
    (finding.rule, finding.function.clone(), finding.resource.clone(), finding.property.clone())
}

fn comments(text: &str) -> Vec<String> {
    let parsed = parse_yaml(FileId::default(), text, &Limits::default()).unwrap();
    parsed.comments.iter().map(|comment| comment.text.to_string()).collect()
}

/// Templates of fixtures.
fn templates() -> Vec<PathBuf> {
    let rules = Path::new(env!("CARGO_MANIFEST_DIR")).join("../rules/src");
    let mut found = Vec::new();
    let mut open = vec![rules];
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
            continue;
        }
        let name = path.file_name().unwrap().to_str().unwrap();
        if (name.starts_with("vulnerable.") || name.starts_with("fixed."))
            && path.extension().is_some_and(|it| it == "yaml")
        {
            found.push(path.clone());
        }
    }
    found.sort();
    found
}

#[test]
fn the_table_names_rules_by_their_ids() {
    for fix in fixes::all() {
        assert_eq!(rules::by_id(fix.rule).unwrap().info.name, fix.name);
    }
}

#[test]
fn a_fix_ends_its_finding_and_brings_no_other() {
    let mut mended = BTreeSet::new();
    let mut faults = Vec::new();
    for path in templates() {
        let text = fs::read_to_string(&path).unwrap();
        let before = findings(&text);
        let source = Text { path: "template.yaml", text: &text, beside: &[] };
        for finding in &before {
            let offer = match offer(finding, source) {
                Ok(offer) => offer,
                // An expression, or something that stands elsewhere: the author's.
                Err(Why::NoFix | Why::NotWritten | Why::Set(SetError::NotLiteral { .. })) => {
                    continue;
                }
                Err(why) => panic!("{}: {finding:?}: {why}", path.display()),
            };
            let new = offer.apply(&text).unwrap();
            let after = findings(&new);
            let (old, now) = (counted(&before), counted(&after));
            let stays = now.get(&key(finding)) == old.get(&key(finding));
            let more = now.iter().filter(|(key, count)| old.get(key).is_none_or(|it| it < *count));
            let more: Vec<String> = more.map(|(key, _)| key.0.to_string()).collect();
            if stays || !more.is_empty() {
                let what = if stays { "stays".to_owned() } else { format!("brings {more:?}") };
                faults.push(format!(
                    "{} {} {}: {what}",
                    finding.rule,
                    offer.is_safe(),
                    path.display()
                ));
                continue;
            }
            assert_eq!(comments(&text), comments(&new), "{}", path.display());
            assert_eq!(offer.apply(&new).unwrap(), new, "a second time");
            mended.insert((offer.fix.name, offer.is_safe()));
        }
    }
    let unproven: Vec<_> = fixes::all()
        .filter(|fix| !mended.contains(&(fix.name, fix.safety == fixes::Safety::Safe)))
        .map(|fix| (fix.name, fix.safety))
        .collect();
    assert_eq!(unproven, []);
    assert_eq!(faults, Vec::<String>::new());
}
