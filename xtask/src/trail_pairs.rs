//! `trail-pairs DIR`: which actions the recorded events of a folder stand for.
//!
//! Reads every `*.jsonl.gz` below the folder, in any of the shapes in which events are kept, and
//! counts the pairs of source and name by what they are mapped to. Fails when an event of AWS (not one
//! that a rule's author made up, in `panther-tests`) is mapped to nothing.

use std::{collections::BTreeMap, path::Path, process::Command};

use aws_operations::{Mapped, from_cloudtrail};
use serde_json::Value;

use crate::{Failure, Outcome, workspace};

/// Files whose events people wrote; names in them need not exist.
const WRITTEN_BY_HAND: &str = "panther-tests";

pub(crate) fn run(arguments: &[String]) -> Outcome {
    let folder = arguments.first().ok_or("which folder?")?;
    // Whether a pair stands in a file of recorded events.
    let mut pairs: BTreeMap<(String, String), bool> = BTreeMap::new();
    for path in workspace::files(Path::new(folder))? {
        if !path.to_string_lossy().ends_with(".jsonl.gz") {
            continue;
        }
        let is_recorded = !path.to_string_lossy().contains(WRITTEN_BY_HAND);
        let unpacked = Command::new("gzip").arg("-dc").arg(&path).output()?;
        for line in String::from_utf8_lossy(&unpacked.stdout).lines() {
            let pair = pair_of(&serde_json::from_str(line)?)?;
            *pairs.entry(pair).or_default() |= is_recorded;
        }
    }
    report(&pairs)
}

fn report(pairs: &BTreeMap<(String, String), bool>) -> Outcome {
    let (mut with_action, mut without, mut unknown, mut missing) = (0, 0, 0, 0);
    for ((source, name), is_recorded) in pairs {
        let mapped = from_cloudtrail(source, name);
        if let Some(reason) = mapped.unasked() {
            without += 1;
            println!("{source} {name}: no IAM action, {}", reason.as_str());
        } else if mapped == Mapped::Unknown {
            unknown += 1;
            missing += usize::from(*is_recorded);
            let who = if *is_recorded { "recorded" } else { "written by hand" };
            println!("{source} {name}: unknown ({who})");
        } else {
            let actions: Vec<String> = mapped.needs().map(|need| need.action.to_string()).collect();
            if actions.is_empty()
                || !actions.iter().all(|action| iam_policy::catalogue::exists(action))
            {
                return Err(format!("{source} {name}: {actions:?}").into());
            }
            with_action += 1;
        }
    }
    println!(
        "{} pairs: {with_action} with existing actions, {without} with no IAM action, {unknown} \
         unknown, of which {missing} recorded",
        pairs.len()
    );
    if missing > 0 {
        Err(format!("{missing} recorded pairs are mapped to nothing").into())
    } else {
        Ok(())
    }
}

/// Source and name of an event: as it is, inside `event`, or as text inside `CloudTrailEvent`.
fn pair_of(event: &Value) -> Result<(String, String), Failure> {
    if let Some(inner) = event.get("CloudTrailEvent").and_then(Value::as_str) {
        return pair_of(&serde_json::from_str(inner)?);
    }
    let text = |key: &str| event.get(key).and_then(Value::as_str).map(str::to_owned);
    match (text("eventSource"), text("eventName"), event.get("event")) {
        (Some(source), Some(name), _) => Ok((source, name)),
        (_, _, Some(inner)) => pair_of(inner),
        _ => Ok((text("eventSource").unwrap_or_default(), text("eventName").unwrap_or_default())),
    }
}
