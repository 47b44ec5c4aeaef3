//! `ocsf schema|trail|pairs DIR`: the table of the Open Cybersecurity Schema Framework, and our events
//! held against it.
//!
//! `schema DIR [--check]` writes `crates/ocsf/data/schema.tsv` from a checkout of ocsf/ocsf-schema;
//! `trail DIR` converts every recorded event of a folder and validates it; `pairs DIR` compares our
//! events with the examples of ocsf/examples, field by field.

mod pairs;
mod table;
mod trail;

use std::path::Path;

use crate::{Outcome, arguments::Arguments};

pub(crate) fn run(words: &[String]) -> Outcome {
    let mut arguments = Arguments::new(words);
    let check = arguments.flag("--check");
    let list = arguments.flag("--list");
    let (what, folder) = (arguments.free(), arguments.free());
    arguments.finish()?;
    match (what.as_deref(), folder) {
        (Some("schema"), Some(folder)) => table::write(Path::new(&folder), check),
        (Some("trail"), Some(folder)) => trail::run(Path::new(&folder)),
        (Some("pairs"), Some(folder)) => pairs::run(Path::new(&folder), list),
        _ => Err("usage: ocsf schema|trail|pairs DIR".into()),
    }
}
