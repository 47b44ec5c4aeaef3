//! What of an answer is not written: members that are secrets, and on demand the values of variables.

use serde_json::{Map, Value};

/// Removes the members at `paths`: names joined with `.`, `*` for every member or element.
pub(crate) fn drop_members(answer: &mut Value, paths: &[String]) {
    for path in paths {
        let names: Vec<&str> = path.split('.').collect();
        let Some((member, before)) = names.split_last() else { continue };
        visit(answer, before, "", &mut |_, value| match (value, *member) {
            (Value::Object(members), "*") => members.clear(),
            (Value::Object(members), name) => {
                members.shift_remove(name);
            }
            (Value::Array(list), "*") => list.clear(),
            _ => {}
        });
    }
}

/// Replaces the texts at `paths` by how long they are and what kind of secret they look like:
/// `(32 characters)`, `(20 characters, aws-access-key)`. A rule that looks for secrets then still has a verdict.
pub(crate) fn hide_values(answer: &mut Value, paths: &[String]) {
    for path in paths {
        let names: Vec<&str> = path.split('.').collect();
        visit(answer, &names, "", &mut |name, value| {
            let Value::String(text) = value else { return };
            let characters = text.chars().count();
            let kind = secret_patterns::classify(name, text).map(|it| it.kind);
            *text = match kind {
                Some(kind) => format!("({characters} characters, {kind})"),
                None => format!("({characters} characters)"),
            };
        });
    }
}

/// Calls `then` with each value at a path and the name of the member that it is.
fn visit(value: &mut Value, names: &[&str], name: &str, then: &mut dyn FnMut(&str, &mut Value)) {
    let Some((first, rest)) = names.split_first() else { return then(name, value) };
    match (value, *first) {
        (Value::Object(members), "*") => {
            for (member, value) in members.iter_mut() {
                visit(value, rest, member, then);
            }
        }
        (Value::Array(list), "*") => {
            for value in list {
                visit(value, rest, name, then);
            }
        }
        (Value::Object(members), member) => {
            if let Some(value) = Map::get_mut(members, member) {
                visit(value, rest, member, then);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{drop_members, hide_values};

    #[test]
    fn secrets_are_gone_and_values_are_what_they_are() {
        let mut answer = json!({"Functions": [
            {"FunctionName": "a", "Environment": {"Variables": {"KEY": "AKIAQYLPMN5HFIQR7XYA", "MODE": "on", "N": 1}}},
            {"FunctionName": "b"},
        ], "Code": {"Location": "https://signed", "Type": "S3"}, "Keys": [{"id": "da2-x", "n": 1}, 7]});
        drop_members(
            &mut answer,
            &["Code.Location".into(), "Keys.*.id".into(), "Nothing.at.all".into()],
        );
        hide_values(&mut answer, &["Functions.*.Environment.Variables.*".into()]);
        let expected = json!({"Functions": [
            {"FunctionName": "a", "Environment": {"Variables": {"KEY": "(20 characters, aws-access-key)", "MODE": "(2 characters)", "N": 1}}},
            {"FunctionName": "b"},
        ], "Code": {"Type": "S3"}, "Keys": [{"n": 1}, 7]});
        assert_eq!(answer, expected);
    }
}
