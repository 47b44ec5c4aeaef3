//! Filters of LDAP: brackets that close the program's filter, and what is added behind.

use crate::marks::Marks;
use crate::rule::{Form, Holds, Pattern, Rule, rules};

rules![
    Rule::judge(&[")(", "(|", "(&", "(!", "*)", "))", ")|", ")&", ")!"], filter),
    // the program's filter ends in the middle of a value, or holds for everybody
    Rule::judge(&["*)(", "(&)", "(|)", "*))", "(& )", "(| )"], ended),
    Rule::pattern(60, &["*()"], r"\*\(\)\s*\|"),
    // matching by a rule's number: `userPassword:2.5.13.18:=123`
    Rule::pattern(70, &[":="], r"\b[a-z][\w;-]*(:dn)?:\d+(\.\d+)+:="),
    Rule::pattern(
        50,
        &["=*)"],
        r"\(\s*(objectclass|objectcategory|uid|cn|sn|userpassword|mail|samaccountname|memberof|password|ou|dc)\s*=\s*\*\s*\)"
    ),
    Rule::pattern(60, &["\0", "00"], r"\)\s*(\x00|\\x?00|%00)").with_bytes(Marks::PAREN),
    // the value ends where the next filter of a list begins
    Rule::pattern(60, &[], r"^[^()]*\)\s*\(\s*[|&!]\s*$")
        .with_bytes(Marks::PAREN)
        .with_any(Marks::PIPE.and(Marks::AMPERSAND).and(Marks::BANG)),
    Rule::judge(&["(", ")", "|", "&", "!", "*"], probe),
    Rule::pattern(
        40,
        &["*", ")(", "(|", "(&", "(!", ")"],
        r"^\w*\*\w*$|\)\(|(^|[^*])\*\(|\([|&!]|^[^(]*\)"
    )
    .only(Holds::InSink),
    // nothing but signs of the grammar
    Rule::pattern(40, &[], r"^\s*[()|&!*=<>~\\/]+\s*$").only(Holds::InSink),
];

static ADDED: Pattern = Pattern::new(
    r"\)+(\s*[|&!]\s*)?\(\s*([|&!]\s*\(?\s*){0,3}\(?[a-z1][\w;.-]*[~<>:]?=|\([|&!]\s*\(?\s*[a-z][\w;.-]*[~<>:]?=",
);
static ENDED: Pattern =
    Pattern::new(r"\*\)+\(\W*[a-z(&|!]|\)\(\s*[&|]\s*\)|\)\s*\(&\s*\)|^\w*\*\)\)");
static GROUP: Pattern = Pattern::new(r"^\s*\(\s*[|&!]\s*\(");

/// A comparison that is added to a filter. Whole filters are how directories are asked, so only
/// one whose brackets do not match is an attack.
fn filter(form: &Form<'_>) -> u32 {
    if !ADDED.matches(form.lower) {
        return 0;
    }
    match (is_balanced(form.raw), GROUP.matches(form.lower)) {
        (false, _) => 70,
        (true, true) => 35,
        (true, false) => 20,
    }
}

/// `x*)(`, `x)(&)`. In a regular expression, which looks alike, brackets match.
fn ended(form: &Form<'_>) -> u32 {
    if ENDED.matches(form.lower) && (!is_balanced(form.raw) || form.sink) { 60 } else { 0 }
}

/// Whether every bracket that is closed was opened, and the reverse.
fn is_balanced(text: &[u8]) -> bool {
    let mut depth = 0usize;
    for byte in text {
        match byte {
            b'(' => depth += 1,
            b')' => match depth.checked_sub(1) {
                Some(outer) => depth = outer,
                None => return false,
            },
            _ => {}
        }
    }
    depth == 0
}

/// Nothing but an encoded sign of the grammar: it shows whether the encoding gets through.
fn probe(form: &Form<'_>) -> u32 {
    let signs = form.raw.len() <= 3
        && form.raw.iter().all(|byte| matches!(byte, b'(' | b')' | b'|' | b'&' | b'!' | b'*' | 0));
    if form.encoded && signs { 55 } else { 0 }
}
