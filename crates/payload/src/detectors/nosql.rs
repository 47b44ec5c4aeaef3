//! Operators of document databases.

use crate::marks::Marks;
use crate::rule::{Holds, Rule};

pub(crate) static RULES: [Rule; 2] = [
    Rule::pattern(90, &["$"], r"(^|[\[.])\$(eq|ne|gte?|lte?|n?in|not|n?or|and|exists|type|expr|regex|options|where|all|elemmatch|size|function|accumulator|jsonschema|text|mod)(\]|\.|$)")
        .only(Holds::InKey),
    Rule::pattern(
        70,
        &["$"],
        r#"[{,\[]\s*["']?\$(eq|ne|gte?|lte?|n?in|not|n?or|and|exists|regex|where|expr|all|elemmatch|size|function)["']?\s*:"#,
    )
    .with_bytes(Marks::COLON),
];
