//! Recorded trails, when they stand beside the checkout: what is counted is what another program
//! counted, and no action is made up.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a test fails by panicking")]

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use audit_event::{AuditEvent, HIDDEN, Limits};
use trail_files::{Opener, Request, read_usage};

fn folder() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/cloudtrail");
    if folder.is_dir() {
        return Some(folder);
    }
    println!("skipped: recorded trails are not at {}", folder.display());
    None
}

/// What is counted of one or several files.
#[derive(Default)]
struct Counts {
    events: u64,
    ids: BTreeSet<String>,
    pairs: BTreeSet<(String, String)>,
    roles: BTreeSet<String>,
    of_lambda: u64,
    errors: u64,
    with_action_in_text: u64,
    hidden: u64,
    with_arn: u64,
}

impl Counts {
    fn add(&mut self, event: &AuditEvent<'_>) {
        self.events += 1;
        self.ids.extend(event.id.map(|it| it.to_str().into_owned()));
        self.pairs.insert((event.source.to_str().into(), event.name.to_str().into()));
        let issuer = event.actor.issuer.arn.map(|it| it.to_str().into_owned());
        self.roles.extend(issuer.filter(|arn| arn.contains(":role/")));
        self.of_lambda += u64::from(event.source.is("lambda.amazonaws.com"));
        self.errors += u64::from(event.error_code.is_some());
        let text = event.error_message.map(|it| it.to_str().into_owned()).unwrap_or_default();
        self.with_action_in_text += u64::from(text.contains("is not authorized to perform"));
        let record = String::from_utf8_lossy(event.record.raw());
        self.hidden += u64::from(record.contains(HIDDEN));
        self.with_arn += u64::from(event.resources().any(|it| it.arn.is_some()));
    }

    fn read(&mut self, path: &Path) {
        let (outcome, _) =
            Opener::default().read(path, &Limits::default(), &mut |event| self.add(event)).unwrap();
        assert!(outcome.is_complete(), "{}: {outcome:?}", path.display());
    }
}

#[test]
fn every_recorded_event_is_read() {
    let Some(folder) = folder() else { return };
    let expected = [
        ("invictus", 2_900, 262, 9, 27, 300),
        ("stratus-detonation", 310, 54, 7, 3, 52),
        ("traildiscover", 314, 310, 24, 10, 248),
        ("otrf-ec2proxy", 103, 26, 1, 0, 0),
        ("plaso", 6, 6, 0, 0, 0),
    ];
    let mut union = Counts::default();
    for (name, events, pairs, roles, of_lambda, errors) in expected {
        let path = folder.join(format!("{name}.jsonl.gz"));
        let mut counts = Counts::default();
        counts.read(&path);
        assert_eq!((counts.events, counts.ids.len() as u64), (events, events), "{name}");
        assert_eq!(counts.pairs.len(), pairs, "{name}");
        assert_eq!(counts.roles.len(), roles, "{name}");
        assert_eq!((counts.of_lambda, counts.errors), (of_lambda, errors), "{name}");
        union.read(&path);
    }
    assert_eq!((union.events, union.pairs.len(), union.roles.len()), (3_633, 469, 41));
    assert_eq!((union.errors, union.with_action_in_text), (600, 242));
    assert_eq!((union.hidden, union.with_arn, union.of_lambda), (55, 721, 40));
    let mut tests = Counts::default();
    tests.read(&folder.join("panther-tests.jsonl.gz"));
    assert_eq!((tests.events, tests.pairs.len(), tests.of_lambda), (451, 198, 18));
}

#[test]
fn every_recorded_request_is_told_and_no_action_is_made_up() {
    let Some(folder) = folder() else { return };
    let paths = ["invictus", "stratus-detonation", "traildiscover", "otrf-ec2proxy", "plaso"]
        .map(|name| folder.join(format!("{name}.jsonl.gz")));
    let request = Request { paths: paths.to_vec(), ..Request::default() };
    let outcome = read_usage(&request, &|_, _| {}).unwrap();
    assert!(outcome.is_complete(), "{:?}", outcome.remarks);
    let usage = outcome.usage;
    let totals = usage.totals;
    assert_eq!((totals.events, totals.duplicates), (3_633, 0));
    assert_eq!(totals.succeeded + totals.denied + totals.failed + totals.apart, 3_633);
    for principal in &usage.principals {
        for action in &principal.actions {
            let known = iam_policy::catalogue::find_action(&action.action);
            assert!(known.is_some(), "{} is no action", action.action);
            assert!(action.count + action.denied + action.failed > 0);
        }
    }
    let unknown: Vec<_> =
        usage.unmapped.iter().filter(|it| it.reason == "no action is known for it").collect();
    assert!(unknown.is_empty(), "{unknown:#?}");
    // The number of workers and the order of files change nothing.
    let mut reversed = paths.to_vec();
    reversed.reverse();
    let request = Request { paths: reversed, workers: 3, ..Request::default() };
    assert_eq!(read_usage(&request, &|_, _| {}).unwrap().usage, usage);
    let written = usage.to_json().unwrap();
    assert_eq!(trail_usage::Usage::from_json(&written).unwrap(), usage);
}
