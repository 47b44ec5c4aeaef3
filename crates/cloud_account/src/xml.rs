//! Answers in XML as JSON, with the names that they have there.
//!
//! What tells a list from a thing in XML is the schema of each service. Two marks of AWS are enough mostly:
//! members of lists are called `member` or `item`, entries of maps `entry`. What else repeats is named in
//! the row of the operation. All values are texts.

use roxmltree::{Document, Node, ParsingOptions};
use serde_json::{Map, Value};

/// Elements and attributes of the largest answer.
const MOST_NODES: u32 = 5_000_000;

/// Levels of elements.
const MOST_DEPTH: usize = 100;

/// Why an answer cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum XmlError {
    /// No XML, or some with a document type.
    #[error("the answer is no XML: {0}")]
    Malformed(String),
    /// Too many levels.
    #[error("the answer has more than {MOST_DEPTH} levels")]
    TooDeep,
}

/// The root element's content, or that of the only child of it that is called `…Result`.
///
/// # Errors
/// [`XmlError`] when it is no XML, or a hostile one.
pub fn to_json(text: &str, arrays: &[String]) -> Result<Value, XmlError> {
    let options = ParsingOptions { allow_dtd: false, nodes_limit: MOST_NODES };
    let document = Document::parse_with_options(text, options)
        .map_err(|error| XmlError::Malformed(error.to_string()))?;
    let root = document.root_element();
    let result = root
        .children()
        .find(|it| it.is_element() && it.tag_name().name().strip_suffix("Result").is_some());
    let is_wrapped = root.tag_name().name().strip_suffix("Response").is_some();
    let top = if is_wrapped { result.unwrap_or(root) } else { root };
    match content(top, arrays, 0)? {
        Value::String(text) if text.is_empty() => Ok(Value::Object(Map::new())),
        other => Ok(other),
    }
}

fn content(node: Node<'_, '_>, arrays: &[String], depth: usize) -> Result<Value, XmlError> {
    if depth > MOST_DEPTH {
        return Err(XmlError::TooDeep);
    }
    let name = node.tag_name().name();
    let children: Vec<_> = node.children().filter(Node::is_element).collect();
    let all_are = |word: &str| {
        !children.is_empty() && children.iter().all(|child| child.tag_name().name() == word)
    };
    let member = arrays.iter().find_map(|it| match it.split_once('/') {
        Some((list, member)) if list == name => Some(member),
        None if it == name => Some(""),
        _ => None,
    });
    let is_list = match member {
        Some("") => children.is_empty() || all_are("member") || all_are("item"),
        Some(member) => children.is_empty() || all_are(member),
        None => all_are("member") || all_are("item"),
    };
    if is_list {
        let list: Result<_, _> =
            children.iter().map(|it| content(*it, arrays, depth + 1)).collect();
        return Ok(Value::Array(list?));
    }
    if all_are("entry") {
        let mut map = Map::new();
        for entry in &children {
            let part = |word: &str| entry.children().find(|it| it.has_tag_name_of(word));
            let Some(key) = part("key") else { continue };
            let value = part("value").map(|it| content(it, arrays, depth + 1)).transpose()?;
            map.insert(key.text().unwrap_or_default().to_owned(), value.unwrap_or(Value::Null));
        }
        return Ok(Value::Object(map));
    }
    if children.is_empty() {
        return Ok(Value::String(node.text().unwrap_or_default().to_owned()));
    }
    let mut map = Map::new();
    for child in children {
        let name = child.tag_name().name();
        let value = content(child, arrays, depth + 1)?;
        let repeats = arrays.iter().any(|it| it.strip_prefix('+') == Some(name));
        match map.get_mut(name) {
            Some(Value::Array(list)) => list.push(value),
            // An element that no row calls a list and that is there twice.
            Some(before) => *before = Value::Array(vec![before.take(), value]),
            None if repeats => {
                map.insert(name.to_owned(), Value::Array(vec![value]));
            }
            None => {
                map.insert(name.to_owned(), value);
            }
        }
    }
    Ok(Value::Object(map))
}

trait Named {
    fn has_tag_name_of(&self, name: &str) -> bool;
}

impl Named for Node<'_, '_> {
    /// Whatever the namespace: each service has its own.
    fn has_tag_name_of(&self, name: &str) -> bool {
        self.is_element() && self.tag_name().name() == name
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::{XmlError, to_json};

    #[test]
    fn lists_maps_and_what_repeats() {
        let text = r#"<R xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Buckets><Bucket><Name>a</Name></Bucket></Buckets>
            <Roles><member><Arn>x</Arn></member></Roles><Tags/><Empty/><Rule><Id>1</Id></Rule>
            <Attributes><entry><key>Policy</key><value>{}</value></entry></Attributes><Flag>true</Flag></R>"#;
        let arrays = ["Buckets/Bucket".to_owned(), "Tags".to_owned(), "+Rule".to_owned()];
        let expected = json!({
            "Buckets": [{"Name": "a"}], "Roles": [{"Arn": "x"}], "Tags": [], "Empty": "",
            "Rule": [{"Id": "1"}], "Attributes": {"Policy": "{}"}, "Flag": "true",
        });
        assert_eq!(to_json(text, &arrays).unwrap(), expected);
    }

    #[test]
    fn the_wrapping_of_the_query_protocol_is_left_out() {
        let text = "<ListTopicsResponse><ListTopicsResult><Topics><member><TopicArn>a</TopicArn></member></Topics></ListTopicsResult><ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></ListTopicsResponse>";
        assert_eq!(to_json(text, &[]).unwrap(), json!({"Topics": [{"TopicArn": "a"}]}));
        assert_eq!(to_json("<AResponse><AResult/></AResponse>", &[]).unwrap(), json!({}));
    }

    #[test]
    fn hostile_documents_are_refused() {
        let bomb = "<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>";
        assert!(matches!(to_json(bomb, &[]), Err(XmlError::Malformed(_))));
        let deep = "<a>".repeat(150) + &"</a>".repeat(150);
        assert_eq!(to_json(&deep, &[]), Err(XmlError::TooDeep));
    }

    proptest! {
        #[test]
        fn any_text_is_an_answer_or_an_error(text in "[<>/a-c &;!\"=]{0,60}") {
            let _ = to_json(&text, &["a".to_owned(), "b/c".to_owned(), "+c".to_owned()]);
        }
    }
}
