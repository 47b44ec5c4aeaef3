//! Files of parameters: `using './main.bicep'`, `param x = 'value'`.

use source_text::{FileId, Kind, Map, Node, SmolStr};
use tree_sitter::Node as Source;

use crate::{
    literal,
    tree::{self, Text, child_of, children},
};

/// What a file of parameters gives.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Given {
    /// The source that it is for, relative to its own folder.
    pub using: Option<String>,
    /// Values by name: texts, numbers, truth values, lists and mappings of them. What is made by an
    /// expression is not taken.
    pub values: Vec<(SmolStr, Node)>,
}

/// Reads a file of parameters (`*.bicepparam`).
#[must_use]
pub fn given(file: FileId, text: &str) -> Given {
    // The grammar knows parameters with a type only; these look like variables.
    let mut rewritten = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        match line.strip_prefix("param ") {
            Some(rest) => {
                rewritten.push_str("var   ");
                rewritten.push_str(rest);
            }
            None => rewritten.push_str(line),
        }
    }
    let mut given = Given::default();
    let Ok(parsed) = tree::parse(&rewritten) else { return given };
    let source = Text { file, text: &rewritten };
    for node in children(parsed.root_node()) {
        match node.kind() {
            "using_statement" => {
                let path = child_of(node, "string");
                given.using = path.and_then(|path| literal::plain(source, path));
            }
            "variable_declaration" => {
                if let Ok([name, value]) = <[_; 2]>::try_from(children(node)) {
                    let name = SmolStr::new(source.of(name));
                    given.values.extend(constant(source, value, 0).map(|value| (name, value)));
                }
            }
            _ => {}
        }
    }
    given
}

/// Deepest nesting of values.
const MAX_DEPTH: usize = 30;

/// A value that no expression makes.
fn constant(source: Text<'_>, node: Source<'_>, depth: usize) -> Option<Node> {
    if depth > MAX_DEPTH {
        return None;
    }
    let place = source.place(node);
    let written = source.of(node);
    match node.kind() {
        "string" => Some(Node::text(place, literal::plain(source, node)?)),
        "number" => Some(Node::new(place, Kind::Number(SmolStr::new(written)))),
        "boolean" => Some(Node::bool(place, written == "true")),
        "array" => {
            let items = children(node).into_iter().map(|item| constant(source, item, depth + 1));
            Some(Node::list(place, items.collect::<Option<_>>()?))
        }
        "object" => {
            let mut map = Map::new();
            for property in children(node) {
                let [key, value] = children(property).try_into().ok()?;
                let name = match key.kind() {
                    "string" => literal::plain(source, key)?,
                    _ => source.of(key).to_owned(),
                };
                map.insert_at(name, source.place(key), constant(source, value, depth + 1)?);
            }
            Some(Node::new(place, Kind::Map(map)))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use source_text::FileId;

    use super::given;

    #[test]
    fn values_are_taken_and_expressions_left() {
        let text = "using './main.bicep'\nparam stage = 'prod'\nparam count = 3\nparam x = readEnvironmentVariable('X')\n";
        let given = given(FileId(0), text);
        assert_eq!(given.using.as_deref(), Some("./main.bicep"));
        let values: Vec<_> = given
            .values
            .iter()
            .map(|(name, value)| (name.as_str(), value.scalar_text().unwrap_or_default()))
            .collect();
        assert_eq!(values, [("stage", "prod".into()), ("count", "3".into())]);
    }

    #[test]
    fn lists_and_mappings_are_taken_when_all_of_them_is_written() {
        let text = "param names = ['a', 'b']\nparam net = { open: false, of: ['x'] }\nparam made = [f('x')]\n";
        let given = given(FileId(0), text);
        let [(names, list), (net, map)] = given.values.as_slice() else { panic!("{given:?}") };
        assert_eq!((names.as_str(), net.as_str()), ("names", "net"));
        assert_eq!(list.as_list().map(<[_]>::len), Some(2));
        assert_eq!(map.get("open").and_then(source_text::Node::as_bool), Some(false));
    }
}
