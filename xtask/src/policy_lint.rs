//! `policy-lint FILE`: lints every policy of a file of AWS's managed policies, which stays outside,
//! and says how many there are of each fault, how many actions are called unknown, and how fast.
//!
//! `FILE` is a JSON mapping of names to documents, gzipped or not, or moto's Python module of them.

use std::{collections::BTreeMap, fs, path::Path, process::Command, time::Instant};

use iam_policy::{Policy, grammar, literal_terms};
use serde_json::Value;
use source_text::FileId;

use crate::{Failure, Outcome, arguments::Arguments};

pub(crate) fn run(words: &[String]) -> Outcome {
    let mut arguments = Arguments::new(words);
    let listed = arguments.value("--list")?;
    let runs = arguments.number("--runs")?.unwrap_or(1).max(1);
    let Some(file) = arguments.free() else { return Err("name a file of policies".into()) };
    arguments.finish()?;
    let texts = read(Path::new(&file))?;
    let bytes: usize = texts.values().map(String::len).sum();
    let mut counts: BTreeMap<&'static str, usize> = BTreeMap::new();
    let start = Instant::now();
    for round in 0..runs {
        for (name, text) in &texts {
            for fault in faults(text) {
                if round > 0 {
                    continue;
                }
                *counts.entry(fault.code).or_default() += 1;
                if listed.as_deref() == Some(fault.code) {
                    println!("{name}:{}: {}", fault.place.line, fault.message);
                }
            }
        }
    }
    let seconds = start.elapsed().as_secs_f64();
    for (code, count) in &counts {
        println!("{code:<28} {count:>6}");
    }
    #[expect(clippy::cast_precision_loss, reason = "a rate for a reader")]
    let rate = (texts.len() as f64) * (runs as f64) / seconds;
    println!("{} policies of {bytes} bytes, {rate:.0} policies a second", texts.len());
    match counts.get("unknown-action") {
        None => Ok(()),
        Some(count) => Err(format!("{count} actions of AWS's own policies are unknown").into()),
    }
}

fn faults(text: &str) -> Vec<grammar::Fault> {
    let checked =
        grammar::check_text(FileId::default(), text, Some(grammar::DocumentKind::Identity));
    let mut faults = checked.faults;
    if let Some(document) = &checked.document {
        let (policy, _) = Policy::read(document, &literal_terms);
        faults.extend(iam_lint::lint(&policy));
    }
    faults
}

/// The documents by name.
fn read(path: &Path) -> Result<BTreeMap<String, String>, Failure> {
    let is = |end: &str| path.extension().is_some_and(|extension| extension == end);
    let bytes = if is("gz") {
        Command::new("gzip").arg("-dc").arg(path).output()?.stdout
    } else {
        fs::read(path)?
    };
    let mut text = String::from_utf8(bytes)?;
    if is("py") {
        // One long literal between triple quotes.
        text = text.split("\"\"\"").nth(1).unwrap_or_default().to_owned();
    }
    let policies: BTreeMap<String, Value> = serde_json::from_str(&text)?;
    let document = |policy: &Value| policy.get("Document").unwrap_or(policy).to_string();
    Ok(policies.iter().map(|(name, policy)| (name.clone(), document(policy))).collect())
}
