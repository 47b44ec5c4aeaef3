//! Expressions of `XPath` that leave the literal in which the program put the value.

use super::sql::{JOINS, constant_condition};
use crate::marks::Marks;
use crate::rule::{Form, Holds, Pattern, Rule, rules};

rules![
    // functions of the document, compared or measured
    Rule::pattern(
        45,
        &["name()", "position()", "text()", "node()", "last()", "comment()"],
        r#"\b(local-)?name\(\s*[/*.]*\s*\)\s*(=|!=)\s*['"]|\bposition\(\)\s*[=<>]\s*\d|\btext\(\)\s*[=<>]|\blast\(\)\s*-\s*\d"#
    ),
    Rule::pattern(
        55,
        &[
            "count(",
            "string-length(",
            "substring(",
            "starts-with(",
            "contains(",
            "name(",
            "translate("
        ],
        r"\b(count|string-length|substring|starts-with|contains|string|translate|local-name|name)\s*\(\s*\(?\s*((count|name|local-name|substring|string)\s*\(\s*)?(/{1,2}[\w*@.]|parent::|child::|\.\./|\*\[|@\*)"
    ),
    Rule::pattern(
        25,
        &[
            "count(",
            "string-length(",
            "substring(",
            "starts-with(",
            "contains(",
            "name()",
            "position()",
            "text()"
        ],
        r#"^[^'"]*['"]\s*\]?\s*(or|and|\||\])\s"#
    ),
    Rule::pattern(
        45,
        &["::"],
        r"\b(child|parent|descendant|ancestor|following|preceding|self|attribute|namespace)(-or-self|-sibling)?::(\*|node\(|text\(|@?\w)"
    ),
    // the quote and the bracket that close the program's predicate
    Rule::pattern(
        65,
        &["]"],
        r#"['"]\s*\)*\s*\]\s*(\||/|%00|\x00)|['"]\s*\]\s*\|\s*\w*\s*/|\]\s*\|\s*//"#
    ),
    Rule::pattern(
        55,
        &["//*", "|//", "| //", "|/*", "| /*"],
        r"\|\s*/{1,2}[\w*@.]+.{0,40}(\[|\||$|/)|^\W*//\*\W*$|^\s*//\*\s*\["
    ),
    Rule::judge(&["//", "/*["], step),
    Rule::pattern(
        60,
        &["doc(", "unparsed-text", "doc-available(", "document("],
        r#"\b(doc|doc-available|unparsed-text(-lines)?|collection|document)\s*\(\s*(['"]\s*(https?|file|ftp):|concat\s*\()"#
    ),
    Rule::judge(JOINS, constant_condition).only(Holds::InSink),
];

/// A step with a condition. A text without brackets, such as long base64, is looked at only where
/// it starts.
fn step(form: &Form<'_>) -> u32 {
    static FIRST: Pattern = Pattern::new(r"^\s*//[\w*@.]+(\[|/)");
    static ANY: Pattern = Pattern::new(r"/[\w*]+\[");
    let found = FIRST.matches(form.lower)
        || (form.marks.has_any(Marks::BRACKET) && ANY.matches(form.lower));
    if found { 20 } else { 0 }
}
