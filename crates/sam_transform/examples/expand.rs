//! Prints a SAM template as CloudFormation JSON: `expand FILE [REGION [authored]]`.
//!
//! The template counts as packaged, that is with code on S3, unless the third word is there.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a program talks to its caller")]

use serde_json::Value;
use source_text::{Kind, Limits, Node, Sources, parse_yaml};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args().nth(1).ok_or("which file?")?;
    let text = std::fs::read_to_string(&path)?;
    let sources = Sources::default();
    let file = sources.add(path, text.clone());
    let parsed = parse_yaml(file, &text, &Limits::default())?;
    let document = parsed.documents.into_iter().next().ok_or("an empty file")?;
    let (lowered, _) = cfn_template::lower(document);
    let options = sam_transform::Options {
        region: std::env::args().nth(2).map(Into::into),
        packaged: std::env::args().nth(3).is_none(),
        ..sam_transform::Options::default()
    };
    let expanded = sam_transform::expand(&lowered, &options, None);
    for diagnostic in &expanded.diagnostics {
        let (line, message) = (diagnostic.place.line, &diagnostic.message);
        eprintln!("{line}: {:?}: {message}", diagnostic.level);
    }
    println!("{}", to_json(&expanded.template));
    Ok(())
}

fn to_json(node: &Node) -> Value {
    match &node.kind {
        Kind::Null => Value::Null,
        Kind::Bool(value) => Value::from(*value),
        Kind::Number(text) => {
            serde_json::from_str(text).unwrap_or_else(|_| Value::from(text.as_str()))
        }
        Kind::Text(text) => Value::from(text.as_str()),
        Kind::List(items) => items.iter().map(to_json).collect(),
        Kind::Map(map) => Value::Object(
            map.iter().map(|(key, value)| (key.to_string(), to_json(value))).collect(),
        ),
        Kind::Tagged(_, inner) => to_json(inner),
    }
}
