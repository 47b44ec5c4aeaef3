//! Blocks of HCL: those of a file as they are written, and a new one at its end.

use hcl_edit::{
    parser::parse_body,
    structure::{Body, Structure},
};
use source_text::SmolStr;

use crate::{
    hcl::outermost,
    setting::{Step, TextEdit},
};

/// A resource of Terraform as it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HclResource {
    /// Its type: `aws_api_gateway_authorizer`.
    pub kind: SmolStr,
    /// Its name.
    pub name: SmolStr,
    /// Its own arguments and their expressions, as written but for white space around them.
    pub arguments: Vec<(SmolStr, String)>,
}

impl HclResource {
    /// The expression of an argument.
    #[must_use]
    pub fn argument(&self, name: &str) -> Option<&str> {
        self.arguments.iter().find(|(key, _)| key == name).map(|(_, text)| text.as_str())
    }

    /// Whether there may be several of it, or none.
    #[must_use]
    pub fn is_repeated(&self) -> bool {
        self.argument("count").is_some() || self.argument("for_each").is_some()
    }
}

/// The resources of a text, in order; none of one that cannot be read.
#[must_use]
pub fn hcl_resources(text: &str) -> Vec<HclResource> {
    let Ok(body) = parse_body(text.strip_prefix('\u{feff}').unwrap_or(text)) else {
        return Vec::new();
    };
    let resources = body.blocks().filter(|block| block.has_ident("resource"));
    resources
        .filter_map(|block| {
            let [kind, name] = block.labels.as_slice() else { return None };
            let arguments = block.body.attributes().map(|argument| {
                let text = argument.value.to_string();
                (SmolStr::new(argument.key.as_str()), text.trim().to_owned())
            });
            Some(HclResource {
                kind: kind.as_str().into(),
                name: name.as_str().into(),
                arguments: arguments.collect(),
            })
        })
        .collect()
}

/// Whether a file has the block already.
pub(crate) fn is_there(body: &Body, path: &[Step], lines: &str) -> bool {
    let found = outermost(body, path).filter(|(_, rest)| rest.is_empty());
    found.is_some_and(|(block, _)| parse_body(lines).is_ok_and(|it| it == block.body))
}

/// A new block at the end of a file; nothing when there is one of its labels, or when it cannot be shown
/// that nothing else changes.
pub(crate) fn add(text: &str, body: &Body, path: &[Step], lines: &str) -> Option<TextEdit> {
    let mut keys = path.iter().map(|step| match step {
        Step::Key(key) => Some(key.as_str()),
        Step::Index(_) => None,
    });
    let ident = keys.next()??;
    let labels: Option<Vec<&str>> = keys.collect();
    let labels = labels?;
    if outermost(body, path).is_some() {
        return None;
    }
    let newline = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let gap = match () {
        () if text.trim().is_empty() => "",
        () if text.ends_with("\n\n") || text.ends_with("\n\r\n") => "",
        () if text.ends_with('\n') => newline,
        () => &newline.repeat(2),
    };
    let heads: Vec<String> = labels.iter().map(|label| format!(" \"{label}\"")).collect();
    let inner: Vec<String> = lines
        .lines()
        .map(|line| if line.is_empty() { String::new() } else { format!("  {line}") })
        .collect();
    let inner = inner.join(newline);
    let new = format!("{gap}{ident}{} {{{newline}{inner}{newline}}}{newline}", heads.concat());
    let edit = TextEdit::insert(text.len(), new);
    let mut edited = parse_body(&edit.apply(text)).ok()?;
    let last = edited.iter().count().checked_sub(1)?;
    match edited.remove(last) {
        Structure::Block(block) if block.has_ident(ident) => {}
        _ => return None,
    }
    (edited == *body).then_some(edit)
}
