//! The syntax tree of configuration, from HCL and from its JSON form alike.

use source_text::{Place, SmolStr};

/// What stands between braces: arguments and nested blocks.
#[derive(Debug, Default)]
pub(crate) struct Body {
    pub(crate) arguments: Vec<Argument>,
    pub(crate) blocks: Vec<Section>,
}

/// `name = value`.
#[derive(Debug)]
pub(crate) struct Argument {
    pub(crate) name: SmolStr,
    pub(crate) place: Place,
    pub(crate) value: Expr,
}

/// `kind "label" "label" { … }`.
#[derive(Debug)]
pub(crate) struct Section {
    pub(crate) kind: SmolStr,
    pub(crate) labels: Vec<SmolStr>,
    /// Of the head: kind and labels.
    pub(crate) place: Place,
    pub(crate) body: Body,
}

/// An expression and where it is written.
#[derive(Debug)]
pub(crate) struct Expr {
    pub(crate) place: Place,
    pub(crate) kind: ExprKind,
}

#[derive(Debug)]
pub(crate) enum ExprKind {
    Null,
    Bool(bool),
    Number(f64),
    Text(SmolStr),
    List(Vec<Expr>),
    Object(Vec<(Expr, Expr)>),
    Template(Vec<Part>),
    Name(SmolStr),
    Traversal(Box<Expr>, Vec<Step>),
    Call { name: SmolStr, arguments: Vec<Expr>, expand: bool },
    Conditional(Box<[Expr; 3]>),
    Not(Box<Expr>),
    Negate(Box<Expr>),
    Binary(Operator, Box<[Expr; 2]>),
    For(Box<For>),
}

/// One step of a traversal: `.name`, `[expr]`, `.*`, `[*]`.
#[derive(Debug)]
pub(crate) enum Step {
    Attribute(SmolStr),
    Index(Expr),
    /// `.*`: only attributes that follow apply to each item.
    AttributeSplat,
    Splat,
}

/// `[for k, v in c : value if cond]`, `{for k, v in c : key => value... if cond}`.
#[derive(Debug)]
pub(crate) struct For {
    pub(crate) key_name: Option<SmolStr>,
    pub(crate) value_name: SmolStr,
    pub(crate) collection: Expr,
    pub(crate) key: Option<Expr>,
    pub(crate) value: Expr,
    pub(crate) condition: Option<Expr>,
    pub(crate) grouping: bool,
}

/// A part of a template, with what `~` strips already stripped.
#[derive(Debug)]
pub(crate) enum Part {
    Text(SmolStr),
    Value(Expr),
    If { condition: Expr, yes: Vec<Part>, no: Vec<Part> },
    For { key_name: Option<SmolStr>, value_name: SmolStr, collection: Expr, parts: Vec<Part> },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operator {
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    And,
    Or,
}

impl Body {
    /// The value of the argument `name`.
    pub(crate) fn argument(&self, name: &str) -> Option<&Expr> {
        self.arguments.iter().find(|argument| argument.name == name).map(|it| &it.value)
    }

    /// The value of the argument `name` when it is plain text.
    pub(crate) fn text(&self, name: &str) -> Option<&SmolStr> {
        match &self.argument(name)?.kind {
            ExprKind::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Whether the argument `name` is `true`.
    pub(crate) fn is_true(&self, name: &str) -> bool {
        self.argument(name).is_some_and(|value| matches!(value.kind, ExprKind::Bool(true)))
    }
}
