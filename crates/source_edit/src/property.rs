//! A property of a template set to a value: only the bytes of the property change.
//!
//! The text is edited by places, then read again and compared: everything but the edited property must
//! be the same, and the property must be what was meant. What cannot be shown to be so is refused.

use source_text::{FileId, Limits, Node, parse_yaml};

use crate::{lines::Lines, style::Style};

/// Why a text was not edited.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// The text is no template.
    #[error("the template cannot be read")]
    Unreadable,
    /// The property stands somewhere else: behind an alias, in an included file.
    #[error("`{path}` does not stand where it is used; write it out there")]
    Elsewhere {
        /// Keys, with dots between them.
        path: String,
    },
    /// The edited text is not what was meant; nothing was changed.
    #[error("`{path}` cannot be edited without touching other parts of the template")]
    NotProven {
        /// Keys, with dots between them.
        path: String,
    },
}

/// Sets the property at the end of `path` (`Resources`, `F`, `Properties`, `Policies`) to a value, of
/// which `value` gives the form with short tags or the form with long functions.
///
/// Comments inside the old value go with it; every other byte stays. A value that is the same already
/// leaves the text as it is.
///
/// # Errors
/// [`EditError`] when the text cannot be edited so that it provably says what was meant.
pub fn set_property(
    text: &str,
    path: &[&str],
    value: &dyn Fn(bool) -> Node,
) -> Result<String, EditError> {
    let old = read(text).ok_or(EditError::Unreadable)?;
    let shown = || path.join(".");
    let Some((last, parents)) = path.split_last() else { return Err(EditError::Unreadable) };
    let parent = old.at(parents).ok_or_else(|| EditError::Elsewhere { path: shown() })?;
    let lines = Lines::new(text);
    let style = Style::of(text, parent, &lines);
    let meant = value(style.has_tags());
    let edited = match parent.as_map().and_then(|map| map.entry(last)) {
        Some(entry) if entry.value.same(&meant) => return Ok(text.to_owned()),
        Some(entry) => {
            let elsewhere = || EditError::Elsewhere { path: shown() };
            let key = lines.range(entry.key_place).ok_or_else(elsewhere)?;
            let span = lines.range(entry.value.place).ok_or_else(elsewhere)?;
            if span.start < key.end || is_outside(&old, path) {
                return Err(elsewhere());
            }
            // A list that is not indented begins at its first item for the parser, behind the dash.
            let between = text.get(key.end..span.start).unwrap_or_default();
            let before_dash = between.trim_end_matches(' ').strip_suffix('-');
            let dashed = before_dash.filter(|before| before.trim_end_matches(' ').ends_with('\n'));
            let between = dashed.unwrap_or(between);
            let span = key.end + between.len()..span.end;
            let of_line = between.rsplit_once('\n').map(|(_, blanks)| blanks.len() + 1);
            let column = u32::try_from(of_line.unwrap_or(0)).unwrap_or(0);
            let new = style.replace(&meant, entry.key_place.column, column);
            // Only a colon and blanks stand before the value, but for comments.
            let is_bare = between.trim() == ":";
            let (start, new) = match new.as_str() {
                "[]" if is_bare => (key.end + 1, " []".to_owned()),
                // A value that moves to the next line leaves no blanks behind the colon.
                moved if moved.starts_with(['\r', '\n']) && is_bare => (key.end + 1, new),
                _ => (span.start, new),
            };
            let before = text.get(..start);
            let after = text.get(span.end..);
            format!("{}{new}{}", before.unwrap_or_default(), after.unwrap_or_default())
        }
        None => {
            let first = parent.as_map().and_then(|map| map.entries().next());
            let place = first.map(|(_, entry)| entry.key_place);
            let at = place.and_then(|place| lines.range(place)).map(|range| range.start);
            let (Some(at), Some(place)) = (at, place) else {
                return Err(EditError::Elsewhere { path: shown() });
            };
            let (before, after) = text.split_at_checked(at).unwrap_or((text, ""));
            format!("{before}{}{after}", style.insert(last, &meant, place.column))
        }
    };
    if is_proven(&old, &edited, path, &meant) {
        Ok(edited)
    } else {
        Err(EditError::NotProven { path: shown() })
    }
}

/// The tree of a text of one document; JSON may have comments, as templates of Azure do.
pub(crate) fn read(text: &str) -> Option<Node> {
    let parse = |text: &str| parse_yaml(FileId::default(), text, &Limits::default()).ok();
    // To YAML a comment of JSON may be a key with a value.
    let parsed = match without_comments(text) {
        Some(plain) => parse(&plain),
        None => parse(text),
    }?;
    <[Node; 1]>::try_from(parsed.documents).ok().map(|[one]| one)
}

/// JSON with a blank for each letter of its comments, so that every place stays; nothing when it has none,
/// or is YAML in braces.
fn without_comments(text: &str) -> Option<String> {
    if !text.trim_start_matches('\u{feff}').trim_start().starts_with('{') {
        return None;
    }
    let mut plain = String::with_capacity(text.len());
    let mut letters = text.chars().peekable();
    let (mut is_text, mut has_comments) = (false, false);
    let mut word = String::new();
    while let Some(letter) = letters.next() {
        if letter.is_alphabetic() && !is_text {
            word.push(letter);
        } else if !word.is_empty() {
            if !["true", "false", "null", "e", "E"].contains(&word.as_str()) {
                return None;
            }
            word.clear();
        }
        match (letter, letters.peek()) {
            ('\'', _) if !is_text => return None,
            ('\\', Some(_)) if is_text => {
                plain.push(letter);
                plain.extend(letters.next());
            }
            ('"', _) => {
                is_text = !is_text;
                plain.push(letter);
            }
            ('/', Some('/' | '*')) if !is_text => {
                has_comments = true;
                let is_line = letters.next() == Some('/');
                plain.push_str("  ");
                let mut before = ' ';
                // The line break ends the comment of a line and is none of it.
                while let Some(next) = letters.next_if(|it| !is_line || !matches!(it, '\r' | '\n'))
                {
                    plain.push(if matches!(next, '\r' | '\n') { next } else { ' ' });
                    if !is_line && before == '*' && next == '/' {
                        break;
                    }
                    before = next;
                }
            }
            _ => plain.push(letter),
        }
    }
    has_comments.then_some(plain)
}

/// Whether a step of the path stands outside of the one before: an alias or a merged key.
fn is_outside(document: &Node, path: &[&str]) -> bool {
    let mut node = document;
    for key in path {
        let Some(entry) = node.as_map().and_then(|map| map.entry(key)) else { return true };
        let inside = |place: source_text::Place| {
            let around = node.place;
            (around.line, around.column) <= (place.line, place.column)
                && (place.end_line, place.end_column) <= (around.end_line, around.end_column)
        };
        if !inside(entry.key_place) || !inside(entry.value.place) {
            return true;
        }
        node = &entry.value;
    }
    false
}

/// Whether the edited text has the meant value at the path and is otherwise the same.
fn is_proven(old: &Node, edited: &str, path: &[&str], meant: &Node) -> bool {
    let Some(mut new) = read(edited) else { return false };
    if !new.at(path).is_some_and(|found| found.same(meant)) {
        return false;
    }
    let mut old = old.clone();
    remove(&mut old, path);
    remove(&mut new, path);
    old.same(&new)
}

fn remove(node: &mut Node, path: &[&str]) {
    let Some((first, rest)) = path.split_first() else { return };
    let Some(map) = node.as_map_mut() else { return };
    if rest.is_empty() {
        map.remove(first);
    } else if let Some(below) = map.get_mut(first) {
        remove(below, rest);
    }
}

#[cfg(test)]
mod tests {
    use source_text::{Kind, Node, Place};

    use super::{EditError, set_property};

    const PATH: [&str; 4] = ["Resources", "F", "Properties", "Policies"];

    fn value(has_tags: bool) -> Node {
        let place = Place::default();
        let name = Node::text(place, "Orders.Arn");
        let resource = if has_tags {
            Node::new(place, Kind::Tagged("GetAtt".into(), Box::new(name)))
        } else {
            let parts = vec![Node::text(place, "Orders"), Node::text(place, "Arn")];
            Node::map(place, [("Fn::GetAtt", Node::list(place, parts))])
        };
        let statement = Node::map(
            place,
            [("Action", Node::text(place, "dynamodb:PutItem")), ("Resource", resource)],
        );
        let statements = Node::list(place, vec![statement]);
        Node::list(place, vec![Node::map(place, [("Statement", statements)])])
    }

    fn check(text: &str, expected: &str) {
        let edited = set_property(text, &PATH, &value).unwrap();
        assert_eq!(edited, expected);
        assert_eq!(set_property(&edited, &PATH, &value).unwrap(), edited, "a second time");
    }

    #[test]
    fn a_block_is_replaced_and_comments_around_it_stay() {
        check(
            "Resources: # all\n  F:\n    Properties:\n      Policies: # why\n        - Statement:\n            - Action: '*' # old\n      Role: x # role\n",
            "Resources: # all\n  F:\n    Properties:\n      Policies: # why\n        - Statement:\n            - Action: dynamodb:PutItem\n              Resource: !GetAtt Orders.Arn # old\n      Role: x # role\n",
        );
    }

    #[test]
    fn lists_that_are_not_indented_and_scalars_are_replaced() {
        check(
            "Resources:\n  F:\n    Properties:\n      Policies:\n      - A\n      - B\n      Role: x\n",
            "Resources:\n  F:\n    Properties:\n      Policies:\n      - Statement:\n          - Action: dynamodb:PutItem\n            Resource: !GetAtt Orders.Arn\n      Role: x\n",
        );
        check(
            "Resources:\n  F:\n    Properties:\n      Policies: AmazonS3FullAccess # all\n      Role: x\n",
            "Resources:\n  F:\n    Properties:\n      Policies:\n        - Statement:\n            - Action: dynamodb:PutItem\n              Resource: !GetAtt Orders.Arn # all\n      Role: x\n",
        );
    }

    #[test]
    fn a_missing_property_is_put_before_the_others() {
        check(
            "Resources:\n  F:\n    Properties:\n      # handler\n      Handler: a.b\n",
            "Resources:\n  F:\n    Properties:\n      # handler\n      Policies:\n        - Statement:\n            - Action: dynamodb:PutItem\n              Resource: !GetAtt Orders.Arn\n      Handler: a.b\n",
        );
    }

    #[test]
    fn nothing_is_an_empty_list() {
        let edit =
            |text: &str| set_property(text, &PATH, &|_| Node::list(Place::default(), Vec::new()));
        let text =
            "Resources:\n  F:\n    Properties:\n      Policies:\n        - A\n      Role: x\n";
        let expected = "Resources:\n  F:\n    Properties:\n      Policies: []\n      Role: x\n";
        assert_eq!(edit(text).unwrap(), expected);
        assert_eq!(edit(expected).unwrap(), expected);
    }

    #[test]
    fn json_and_flow_mappings_take_long_functions() {
        check(
            "{\n    \"Resources\": {\n        \"F\": {\n            \"Properties\": {\n                \"Policies\": [],\n                \"Role\": \"x\"\n            }\n        }\n    }\n}\n",
            "{\n    \"Resources\": {\n        \"F\": {\n            \"Properties\": {\n                \"Policies\": [\n                    {\n                        \"Statement\": [\n                            {\n                                \"Action\": \"dynamodb:PutItem\",\n                                \"Resource\": {\n                                    \"Fn::GetAtt\": [\n                                        \"Orders\",\n                                        \"Arn\"\n                                    ]\n                                }\n                            }\n                        ]\n                    }\n                ],\n                \"Role\": \"x\"\n            }\n        }\n    }\n}\n",
        );
        check(
            "Resources:\n  F:\n    Properties: {Policies: [A], Role: x}\n",
            "Resources:\n  F:\n    Properties: {Policies: [{\"Statement\":[{\"Action\":\"dynamodb:PutItem\",\"Resource\":{\"Fn::GetAtt\":[\"Orders\",\"Arn\"]}}]}], Role: x}\n",
        );
    }

    #[test]
    fn comments_of_json_are_no_part_of_it() {
        let plain = super::without_comments;
        let text = "{ // a: b, c\n \"u\": \"http://x/*\", /* 'd\n */ \"n\": [1e5, true] }";
        let expected = "{           \n \"u\": \"http://x/*\",      \n    \"n\": [1e5, true] }";
        assert_eq!(plain(text).as_deref(), Some(expected));
        assert_eq!(plain("{\"u\": \"http://x\"}"), None);
        assert_eq!(plain("{u: http://x, v: 1}"), None);
        assert_eq!(plain("a: b // c"), None);
    }

    #[test]
    fn what_stands_elsewhere_is_refused() {
        let text = "Shared: &p [A]\nResources:\n  F:\n    Properties:\n      Policies: *p\n";
        assert!(matches!(set_property(text, &PATH, &value), Err(EditError::Elsewhere { .. })));
        let text = "Resources:\n  F:\n    Properties:\n      Policies: &p [A]\n  G:\n    Properties:\n      Policies: *p\n";
        assert!(matches!(set_property(text, &PATH, &value), Err(EditError::NotProven { .. })));
    }
}
