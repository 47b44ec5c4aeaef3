//! Recorded events converted, held against the schema, and searched for what was lost.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    process::Command,
};

use audit_event::{AuditEvent, Limits, read};
use ocsf::{schema::faults, write_event};
use serde_json::Value;

use crate::{Outcome, workspace};

/// Faults and losses that are shown of each kind.
const SHOWN: usize = 20;

pub(crate) fn run(folder: &Path) -> Outcome {
    let mut seen = Seen::default();
    for path in workspace::files(folder)? {
        if !path.to_string_lossy().ends_with(".jsonl.gz") {
            continue;
        }
        let unpacked = Command::new("gzip").arg("-dc").arg(&path).output()?;
        let before = seen.events;
        let outcome = read(&unpacked.stdout, &Limits::default(), &mut |event| seen.add(event));
        println!("{}: {} events, {} aliens", path.display(), seen.events - before, outcome.aliens);
    }
    for (what, count) in seen.told.iter().take(SHOWN) {
        println!("{count} × {what}");
    }
    println!(
        "{} events: {:?}; {} without a time, {} faults, {} values lost",
        seen.events, seen.classes, seen.timeless, seen.faults, seen.lost
    );
    if seen.faults + seen.lost > 0 { Err("events do not convert".into()) } else { Ok(()) }
}

#[derive(Default)]
struct Seen {
    events: usize,
    timeless: usize,
    faults: usize,
    lost: usize,
    classes: BTreeMap<ocsf::Class, usize>,
    told: BTreeMap<String, usize>,
    line: Vec<u8>,
}

impl Seen {
    fn add(&mut self, event: &AuditEvent<'_>) {
        self.events += 1;
        self.line.clear();
        let written = write_event(event, &mut self.line);
        *self.classes.entry(written.class).or_default() += 1;
        self.timeless += usize::from(!written.has_time);
        let value: Value = match serde_json::from_slice(&self.line) {
            Ok(value) => value,
            Err(error) => {
                self.faults += 1;
                *self.told.entry(format!("is no JSON: {error}")).or_default() += 1;
                return;
            }
        };
        for fault in faults(&value) {
            self.faults += 1;
            *self.told.entry(fault.to_string()).or_default() += 1;
        }
        let mut kept = BTreeSet::new();
        scalars("", &value, &mut |_, text| {
            kept.insert(text);
        });
        let Ok(record) = serde_json::from_slice::<Value>(event.record.raw()) else { return };
        scalars("", &record, &mut |path, text| {
            let is_time = path.ends_with("sessionContext.attributes.creationDate");
            if !text.is_empty() && !is_time && !kept.contains(&text) {
                self.lost += 1;
                *self.told.entry(format!("lost: {path}")).or_default() += 1;
            }
        });
    }
}

/// Every text, number and truth value with its path; `null` left out.
pub(super) fn scalars(path: &str, value: &Value, visit: &mut dyn FnMut(&str, String)) {
    match value {
        Value::Null => {}
        Value::Array(list) => list.iter().for_each(|it| scalars(path, it, visit)),
        Value::Object(map) => {
            for (name, inner) in map {
                let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                scalars(&path, inner, visit);
            }
        }
        Value::String(text) => visit(path, text.clone()),
        other => visit(path, other.to_string()),
    }
}
