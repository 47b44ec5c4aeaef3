//! `probe`: what the place where this runs offers for the protection of a function.

use std::fmt::Write as _;

use guard_sandbox::{Depth, Facts};

use super::Command;
use crate::arguments::Arguments;
use crate::failure::{Failure, Outcome};

pub(crate) const COMMAND: Command = Command {
    name: "probe",
    summary: "Tells which mechanisms of protection work here",
    usage: "faasguard-guard probe [--format text|json]

  --format FORMAT  text, or one line of JSON",
    run,
};

fn run(mut arguments: Arguments) -> Outcome {
    let format = arguments.value("--format")?;
    arguments.finish()?;
    let facts = facts(Depth::Languages);
    match format.as_deref() {
        None | Some("text") => crate::print(&text(&facts)),
        Some("json") => crate::print(&format!("{}\n", facts.to_json())),
        Some(other) => {
            Err(Failure::usage(format!("`{other}` is no format of probe; text and json are")))
        }
    }
}

/// What is found here; `FAASGUARD_TIERS_OFF` takes tiers and mechanisms (`T5,landlock`) as missing,
/// to try what is left without them.
pub(crate) fn facts(depth: Depth) -> Facts {
    let off = std::env::var("FAASGUARD_TIERS_OFF").unwrap_or_default();
    guard_sandbox::probe(depth).without(&off)
}

fn text(facts: &Facts) -> String {
    let mut text = format!("kernel {}\n", facts.kernel);
    for fact in &facts.facts {
        // Writing to a text cannot fail.
        let _ = writeln!(text, "{fact}");
    }
    text
}
