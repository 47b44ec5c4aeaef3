//! `cargo xtask schema-suite FOLDER`: the official tests of JSON Schema against `guard_schema`.
//!
//! FOLDER is a checkout of json-schema-org/JSON-Schema-Test-Suite. A schema that is refused when it
//! is compiled is counted apart: the guard would not start with it. A wrong answer fails.

use std::{fs, path::Path};

use guard_schema::Schema;
use json_tape::{Limits, Tape, Value};

use crate::{Failure, Outcome, arguments::Arguments};

/// Drafts, and of their optional tests those of what is promised.
const DRAFTS: [&str; 2] = ["draft7", "draft2020-12"];
const OPTIONAL: [&str; 14] = [
    "bignum",
    "ecmascript-regex",
    "float-overflow",
    "non-bmp-regex",
    "format/date",
    "format/date-time",
    "format/time",
    "format/email",
    "format/hostname",
    "format/ipv4",
    "format/ipv6",
    "format/uri",
    "format/uuid",
    "dependencies-compatibility",
];
/// The main tests of formats ask that they are notes only; here they are checked.
const NOT_MEANT: [&str; 1] = ["format"];
/// Host names are checked as names of DNS; what their encoded labels stand for is not looked at.
const NOT_MEANT_GROUP: &str = "\"validation of A-label (punycode) host names\"";

#[derive(Default)]
struct Counts {
    passed: usize,
    refused: usize,
    wrong: usize,
}

pub(crate) fn run(arguments: &[String]) -> Outcome {
    let mut arguments = Arguments::new(arguments);
    let folder = arguments.free().ok_or("schema-suite needs the folder of the test suite")?;
    arguments.finish()?;
    let mut wrong = 0;
    for draft in DRAFTS {
        let folder = Path::new(&folder).join("tests").join(draft);
        let mut files: Vec<_> = fs::read_dir(&folder)?
            .filter_map(|entry| Some(entry.ok()?.path()))
            .filter(|path| path.extension().is_some_and(|ending| ending == "json"))
            .filter(|path| !NOT_MEANT.iter().any(|name| path.file_stem() == Some(name.as_ref())))
            .collect();
        files.extend(
            OPTIONAL
                .iter()
                .map(|name| folder.join(format!("optional/{name}.json")))
                .filter(|it| it.exists()),
        );
        files.sort();
        let mut counts = Counts::default();
        for file in files {
            check_file(&file, draft, &mut counts)?;
        }
        let Counts { passed, refused, wrong: here } = counts;
        println!("{draft}: {passed} passed, {refused} refused when compiled, {here} wrong");
        wrong += here;
    }
    if wrong > 0 { Err(format!("{wrong} answers are wrong").into()) } else { Ok(()) }
}

fn check_file(file: &Path, draft: &str, counts: &mut Counts) -> Result<(), Failure> {
    let text = fs::read(file)?;
    let mut tape = Tape::new();
    let document = tape.read(&text, &Limits::default()).map_err(|error| error.to_string())?;
    for group in document.root().elements() {
        if group.member("description").is_some_and(|it| it.raw() == NOT_MEANT_GROUP) {
            continue;
        }
        let raw = group.member("schema").map_or("", Value::raw);
        let schema: serde_json::Value = serde_json::from_str(raw)?;
        // Tests of draft 7 do not say so in their schemas.
        let schema = match schema {
            serde_json::Value::Object(mut object) if draft == "draft7" => {
                let name = "http://json-schema.org/draft-07/schema#";
                object.entry("$schema").or_insert_with(|| name.into());
                serde_json::Value::Object(object)
            }
            other => other,
        };
        let tests = group.member("tests");
        let tests = tests.iter().flat_map(|it| it.elements());
        let compiled = match Schema::compile(&schema) {
            Ok(compiled) => compiled,
            Err(error) => {
                let refused = tests.count();
                println!("  refused {}: {error} ({refused})", file.display());
                counts.refused += refused;
                continue;
            }
        };
        for test in tests {
            let Some(data) = test.member("data") else { continue };
            let expected = test.member("valid").and_then(Value::boolean);
            let found = compiled.validate(data);
            if Some(found.is_ok()) == expected {
                counts.passed += 1;
                continue;
            }
            counts.wrong += 1;
            let name =
                |value: Value<'_>| value.member("description").map_or("", Value::raw).to_owned();
            println!("  wrong {}: {} / {}: {found:?}", file.display(), name(group), name(test));
        }
    }
    Ok(())
}
