//! Operators of document databases, and JavaScript that they run.
//!
//! The attack is usually a key: where the program expects a text, `{"$ne": null}` or
//! `name[$ne]=x` makes a condition of it.

use super::sql::constant_condition;
use crate::marks::Marks;
use crate::rule::{Holds, Rule, rules};

rules![
    Rule::pattern(90, &["$"], r"(^|[\[.])\$(eq|ne|gte?|lte?|n?in|not|n?or|and|exists|expr|regex|where|elemmatch|function|accumulator|jsonschema|mod|lookup|out|merge|unionwith|graphlookup|currentop|listsessions|bitsall(set|clear)|near(sphere)?|geowithin|geointersects|script)(\]|\.|$)")
        .only(Holds::InKey),
    // Others give keys such as `$type` and `$size` a meaning of their own.
    Rule::pattern(35, &["$"], r"(^|[\[.])\$(type|options|text|size|all|comment|slice|set|unset|inc|push|rename|project|match|group|limit|sort)(\]|\.|$)")
        .only(Holds::InKey),
    Rule::pattern(
        70,
        &["$"],
        r#"[{,\[]\s*\\?["']?\$(eq|ne|gte?|lte?|n?in|not|n?or|and|exists|regex|where|expr|elemmatch|function|accumulator|mod|lookup|out|merge|unionwith)\\?["']?\s*:"#,
    )
    .with_bytes(Marks::COLON),
    Rule::pattern(70, &["[$"], r"\[\$(eq|ne|gte?|lte?|n?in|not|n?or|and|exists|regex|where|expr|elemmatch|all|size|type|mod)\]"),
    Rule::pattern(55, &["$where", "$function", "$accumulator"], r#"\$(where|function|accumulator)["']?\s*[:=]\s*["'{]?\s*(\d|function|this\b|sleep|return|true|[\w.]+\s*(==|\())"#),
    Rule::pattern(60, &["this."], r#"['"]\s*\)*\s*(&&|\|\||;|,|\})\s*!?\(?\s*this\.\w+|\bthis\.\w+\s*\.\s*(match|charat|substr(ing)?|startswith|indexof)\s*\(\s*['"/\d].{0,80}(//|%00|\x00|&&|\|\||;)"#),
    Rule::pattern(30, &["this."], r"\bthis\.\w+\s*(===?|!==?|\.(match|length|charat|substr|startswith))"),
    Rule::pattern(60, &["return", "while", "sleep", "function", "date()"], r#"^[^'"]*['"]\s*[)}\]]*\s*;\s*(return\b|while\s*\(|sleep\s*\(|var\s+\w+\s*=|do\s*\{|it\s*=|function\s*\()|(do\s*\{|while\s*\().*(new\s+date\s*\(|date\.now).{0,80}[<>]\s*\d{4,}|^\W*\w{0,20}\W*['";]\W*(return\s+true|sleep\(\d{3,}\))\s*;?\s*(var\s|//|\}|$)"#),
    Rule::pattern(55, &["db."], r"\bdb\.\w+\.(insert\w*|remove|drop\w*|update\w*|delete\w*|save|mapreduce|aggregate)\s*\("),
    Rule::pattern(40, &["db."], r"\bdb\.(\w+\.(find\w*|count\w*|distinct)|getcollection\w*|getsiblingdb|runcommand|admincommand|eval|version|shutdownserver)\s*\("),
    Rule::pattern(40, &["mapreduce", "emit("], r"function\s*\(\s*\)\s*\{\s*\{?\s*(emit|return|for|while)\b"),
    Rule::pattern(55, &["=="], r#"(\|\||&&)\s*['"]?(\d+|[a-z]{0,8})['"]?\s*={2,3}\s*['"]?(\d+|[a-z]{0,8})['"]?\s*(//|\}|;|%00|\x00|\)|$)"#).with_bytes(Marks::QUOTE),
    Rule::pattern(50, &["comparisonoperator"], r#"["']comparisonoperator["']\s*:\s*["'](ne|gt|ge|lt|le|not_null|null|contains|not_contains|begins_with|in|between)["']"#),
    // Cypher of graph databases
    Rule::pattern(60, &["detach", "match", "return", "load csv", "call "], r#"\bdetach\s+delete\s+\w|['"}\])]\s*(with|match|return|union|call)\b\s*[\w\s(:{}*,]*(match|return)\s.{0,80}(//|\}\)|$)|\bload\s+csv\s+(with\s+headers\s+)?from\s+['"]|\bcall\s+(dbms|db|apoc)\.\w+"#),
    Rule::judge(super::sql::JOINS, constant_condition).only(Holds::InSink),
];
