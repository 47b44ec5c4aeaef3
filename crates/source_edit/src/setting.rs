//! What an edit says: which value, at the end of which path, and what text that makes.

use std::{fmt, ops::Range};

use source_text::{Kind, Map, Node, Place, SmolStr};

/// A value that an edit writes.
#[derive(Clone, Debug, PartialEq)]
pub enum Literal {
    /// A truth value.
    Bool(bool),
    /// A whole number.
    Integer(i64),
    /// Text.
    Text(SmolStr),
    /// A list, a mapping or a function of a template, as a short tag (`!Ref Users`); not for HCL.
    Tree(Node),
    /// An expression of HCL as it is written (`aws_api_gateway_authorizer.users.id`).
    Expression(SmolStr),
    /// The lines between the braces of a new block of HCL, without indentation, at the end of the file.
    Block(SmolStr),
}

impl Literal {
    /// The value as a tree.
    #[must_use]
    pub fn node(&self) -> Node {
        let place = Place::default();
        match self {
            Self::Bool(value) => Node::bool(place, *value),
            Self::Integer(value) => Node::integer(place, *value),
            Self::Text(text) | Self::Expression(text) | Self::Block(text) => {
                Node::text(place, text.clone())
            }
            Self::Tree(node) => node.clone(),
        }
    }

    /// The value below a chain of new keys.
    pub(crate) fn below(&self, keys: &[&str]) -> Node {
        keys.iter().rev().fold(self.node(), |node, key| Node::map(Place::default(), [(*key, node)]))
    }

    /// Whether a tree says the same; `"true"` and `"5"` are what properties take for `true` and `5`.
    pub(crate) fn is(&self, node: &Node) -> bool {
        match self {
            Self::Tree(own) => long(node).same(&long(own)),
            _ => node.same(&self.node()),
        }
    }

    /// The value as JSON says it.
    pub(crate) fn json_node(&self) -> Node {
        long(&self.node())
    }
}

impl fmt::Display for Literal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bool(value) => write!(f, "{value}"),
            Self::Integer(value) => write!(f, "{value}"),
            Self::Text(text) | Self::Expression(text) | Self::Block(text) => f.write_str(text),
            Self::Tree(node) => f.write_str(&source_text::to_json_compact(&long(node))),
        }
    }
}

/// A tree with its functions in long form: `!Ref A` is `{"Ref": "A"}`.
pub(crate) fn long(node: &Node) -> Node {
    let kind = match &node.kind {
        Kind::List(items) => Kind::List(items.iter().map(long).collect()),
        Kind::Map(map) => {
            let mut longer = Map::new();
            for (key, value) in map.iter() {
                longer.insert(key.clone(), long(value));
            }
            Kind::Map(longer)
        }
        Kind::Tagged(tag, inner) => {
            let name = match tag.as_str() {
                "Ref" | "Condition" => tag.to_string(),
                other => format!("Fn::{other}"),
            };
            let value = match (tag.as_str(), inner.as_str()) {
                ("GetAtt", Some(text)) => {
                    let parts = text.splitn(2, '.').map(|part| Node::text(node.place, part));
                    Node::list(node.place, parts.collect())
                }
                _ => long(inner),
            };
            return Node::map(node.place, [(name, value)]);
        }
        other => other.clone(),
    };
    Node::new(node.place, kind)
}

/// One step of the path to a value.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Step {
    /// The value of a key; in HCL an argument, a nested block, or a label of a block.
    Key(SmolStr),
    /// An item of a list, from 0; in HCL one of several blocks of a name.
    Index(usize),
}

impl From<&str> for Step {
    fn from(key: &str) -> Self {
        Self::Key(key.into())
    }
}

/// Steps as words: `Resources.F.Properties.Tracing`.
#[must_use]
pub fn shown(path: &[Step]) -> String {
    let words: Vec<String> = path
        .iter()
        .map(|step| match step {
            Step::Key(key) => key.to_string(),
            Step::Index(index) => index.to_string(),
        })
        .collect();
    words.join(".")
}

/// A replacement of a range of bytes of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextEdit {
    /// The bytes that go; empty to insert.
    pub range: Range<usize>,
    /// The text that comes.
    pub text: String,
}

impl TextEdit {
    pub(crate) fn insert(at: usize, text: String) -> Self {
        Self { range: at..at, text }
    }

    /// The edit in a text with so many bytes more before it.
    pub(crate) fn moved(mut self, skipped: usize) -> Self {
        self.range = self.range.start + skipped..self.range.end + skipped;
        self
    }

    /// The text with the edit made; the text as it is when the range is none of its.
    #[must_use]
    pub fn apply(&self, text: &str) -> String {
        match (text.get(..self.range.start), text.get(self.range.end..)) {
            (Some(before), Some(after)) => [before, &self.text, after].concat(),
            _ => text.to_owned(),
        }
    }
}

/// Why a value was not set.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SetError {
    /// The text cannot be read, or holds several documents.
    #[error("the file cannot be read as one document")]
    Unreadable,
    /// What the path leads through is not there.
    #[error("`{path}` is not in the file")]
    Missing {
        /// Steps, with dots between them.
        path: String,
    },
    /// A part of the path stands somewhere else: behind an alias, a merged key.
    #[error("`{path}` does not stand where it is used")]
    Elsewhere {
        /// Steps, with dots between them.
        path: String,
    },
    /// What stands there is an expression, a list or a mapping.
    #[error("`{path}` is an expression: decide there what it shall say")]
    NotLiteral {
        /// Steps, with dots between them.
        path: String,
    },
    /// The edited text is not what was meant.
    #[error("`{path}` cannot be edited without touching other parts of the file")]
    NotProven {
        /// Steps, with dots between them.
        path: String,
    },
}

/// Whether a value can be replaced: one word that stands for itself.
pub(crate) fn is_literal(node: &Node) -> bool {
    matches!(node.kind, Kind::Bool(_) | Kind::Number(_) | Kind::Text(_))
}
