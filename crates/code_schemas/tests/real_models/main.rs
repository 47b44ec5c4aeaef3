//! Random models and schemas against the real pydantic and fastjsonschema: what they take, the derived
//! schema takes.
//!
//! `FAASGUARD_PYTHON` names interpreters that have pydantic (1 or 2, with `email-validator`) and
//! `aws-lambda-powertools` with `fastjsonschema`, separated by `:`; without it `python3` is tried.
//! `FAASGUARD_MODELS` is the number of models of each, and `FAASGUARD_SEED` the first seed.
#![cfg(test)]
#![expect(clippy::print_stdout, reason = "a skipped test says so, and figures are printed")]

use std::{collections::BTreeMap, env, process::Command, sync::Arc};

use code_program::{ModuleId, Program};
use code_schemas::derive;
use guard_schema::Schema;
use source_text::{SourceFile, Sources};

const GENERATE: &str = include_str!("generate.py");

#[derive(Default)]
struct Counts {
    models: usize,
    derived: usize,
    taken: usize,
    refused: usize,
    /// Refused by the library and by the schema.
    both: usize,
    wrong: usize,
}

#[test]
fn what_the_library_takes_is_never_refused() {
    let pythons = env::var("FAASGUARD_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let count = env::var("FAASGUARD_MODELS").unwrap_or_else(|_| "40".to_owned());
    let seed = env::var("FAASGUARD_SEED").unwrap_or_else(|_| "1".to_owned());
    let mut wrong = 0;
    for python in pythons.split(':') {
        let has = "import pydantic, email_validator, fastjsonschema; print(pydantic.VERSION)";
        let version = Command::new(python).args(["-c", has]).output();
        let Some(version) = version.ok().filter(|it| it.status.success()) else {
            println!("skipped: `{python}` has no pydantic, email-validator and fastjsonschema");
            continue;
        };
        let version = String::from_utf8_lossy(&version.stdout).trim().to_owned();
        let made = Command::new(python).args(["-c", GENERATE, &seed, &count]).output().unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let mut all: BTreeMap<String, Counts> = BTreeMap::new();
        for line in String::from_utf8(made.stdout).unwrap().lines() {
            let case: serde_json::Value = serde_json::from_str(line).unwrap();
            let kind = case["kind"].as_str().unwrap().to_owned();
            check(&case, all.entry(kind).or_default());
        }
        for (kind, it) in all {
            println!(
                "pydantic {version}, {kind}: {} models, {} with a schema; {} values taken, {} of them \
                 refused; {} of {} others refused",
                it.models, it.derived, it.taken, it.wrong, it.both, it.refused
            );
            wrong += it.wrong;
        }
    }
    assert_eq!(wrong, 0, "values that the library takes are refused");
}

fn check(case: &serde_json::Value, counts: &mut Counts) {
    let code = case["code"].as_str().unwrap();
    let sources = Sources::default();
    let mut program = Program::default();
    let file = sources.add("app.py", code);
    let text = SourceFile { path: "app.py".to_owned(), text: code.to_owned() };
    program.add(Arc::new(text), code_python::parse(file, code));
    let found = derive(&program, ModuleId(0), "handler");
    let schema = found.schemas.first().map(|it| Schema::compile(&it.schema).unwrap());
    counts.models += 1;
    counts.derived += usize::from(schema.is_some());
    for (list, is_taken) in [("taken", true), ("refused", false)] {
        for value in case[list].as_array().unwrap() {
            let text = value.as_str().unwrap();
            let mut tape = json_tape::Tape::new();
            let document = tape.read(text.as_bytes(), &json_tape::Limits::default());
            let document = document.unwrap();
            let verdict = schema.as_ref().map_or(Ok(()), |it| it.validate(document.root()));
            if is_taken {
                counts.taken += 1;
                if let Err(violation) = verdict {
                    counts.wrong += 1;
                    if counts.wrong < 6 {
                        println!("{code}\n{text}\n{violation:?}\n{:#}", found.schemas[0].schema);
                    }
                }
            } else {
                counts.refused += 1;
                counts.both += usize::from(verdict.is_err());
            }
        }
    }
}
