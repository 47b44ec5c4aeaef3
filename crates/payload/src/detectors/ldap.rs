//! Filters of LDAP.

use crate::marks::Marks;
use crate::rule::{Holds, Rule};

pub(crate) static RULES: [Rule; 2] = [
    Rule::pattern(70, &[")("], r"\)\s*\(\s*[|&!]?\s*\(?\s*[a-z]\w*\s*[~<>]?=")
        .with_bytes(Marks::EQUALS),
    Rule::pattern(40, &["*", ")(", "(|", "(&", "(!"], r"^\*$|[*)]\(|\([|&!]").only(Holds::InSink),
];
