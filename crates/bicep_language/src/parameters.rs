//! Files of parameters: `using './main.bicep'`, `param x = 'value'`.

use source_text::{FileId, SmolStr};

use crate::{
    literal,
    tree::{self, Text, child_of, children},
};

/// What a file of parameters gives.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Given {
    /// The source that it is for, relative to its own folder.
    pub using: Option<String>,
    /// Texts, numbers and truth values by name; other values are not taken.
    pub values: Vec<(SmolStr, SmolStr)>,
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
                    let text = match value.kind() {
                        "string" => literal::plain(source, value),
                        "number" | "boolean" => Some(source.of(value).to_owned()),
                        _ => None,
                    };
                    let name = SmolStr::new(source.of(name));
                    given.values.extend(text.map(|text| (name, SmolStr::new(text))));
                }
            }
            _ => {}
        }
    }
    given
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
        let values: Vec<_> =
            given.values.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(values, [("stage", "prod"), ("count", "3")]);
    }
}
