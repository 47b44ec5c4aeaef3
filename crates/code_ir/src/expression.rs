//! Expressions.

use source_text::SmolStr;

use crate::{ClassId, FunctionId, Name, Target};

/// A range of bytes in the text of a file, end exclusive.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// First byte.
    pub start: u32,
    /// Byte after the last.
    pub end: u32,
}

/// An expression and where it stands.
#[derive(Clone, Debug)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Where.
    pub span: Span,
}

impl Expr {
    /// An expression at a place.
    #[must_use]
    pub fn new(kind: ExprKind, span: Span) -> Self {
        Self { kind, span }
    }

    /// A name that is not bound yet.
    #[must_use]
    pub fn name(text: impl Into<SmolStr>, span: Span) -> Self {
        Self { kind: ExprKind::Name(Name::new(text)), span }
    }

    /// A text constant.
    #[must_use]
    pub fn text(text: impl Into<SmolStr>, span: Span) -> Self {
        Self { kind: ExprKind::Constant(Constant::Text(text.into())), span }
    }

    /// `base.name`.
    #[must_use]
    pub fn attribute(base: Self, name: impl Into<SmolStr>, span: Span) -> Self {
        Self { kind: ExprKind::Attribute { base: Box::new(base), name: name.into() }, span }
    }

    /// `callee(arguments)` with positional arguments.
    #[must_use]
    pub fn call(callee: Self, arguments: Vec<Self>, span: Span) -> Self {
        let arguments = arguments.into_iter().map(Argument::positional).collect();
        Self { kind: ExprKind::Call { callee: Box::new(callee), arguments, is_new: false }, span }
    }

    /// The constant text, when it is one.
    #[must_use]
    pub fn as_text(&self) -> Option<&SmolStr> {
        match &self.kind {
            ExprKind::Constant(Constant::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// The expression as a dotted path of names: `os.path.join` is `["os", "path", "join"]`.
    #[must_use]
    pub fn dotted(&self) -> Option<Vec<&SmolStr>> {
        let mut at = self;
        let mut path = Vec::new();
        loop {
            match &at.kind {
                ExprKind::Name(name) => {
                    path.push(&name.text);
                    path.reverse();
                    return Some(path);
                }
                ExprKind::Attribute { base, name } => {
                    path.push(name);
                    at = base;
                }
                _ => return None,
            }
        }
    }
}

/// What an expression is.
#[derive(Clone, Debug, Default)]
pub enum ExprKind {
    /// Something that carries no data worth following, or that a front end does not know.
    #[default]
    Unknown,
    /// A constant.
    Constant(Constant),
    /// A variable, parameter, import or built-in.
    Name(Name),
    /// The receiver, in languages that do not pass it as a parameter.
    This,
    /// `base.name`, `base?.name`, `base->name`.
    Attribute {
        /// What it is read from.
        base: Box<Expr>,
        /// Name of the field or method.
        name: SmolStr,
    },
    /// `base[index]`.
    Index {
        /// What it is read from.
        base: Box<Expr>,
        /// Key.
        index: Box<Expr>,
    },
    /// `base[lower:upper]`.
    Slice {
        /// What it is cut from.
        base: Box<Expr>,
        /// First, when written.
        lower: Option<Box<Expr>>,
        /// After the last, when written.
        upper: Option<Box<Expr>>,
    },
    /// A call of a function or, with `is_new`, of a constructor.
    Call {
        /// What is called.
        callee: Box<Expr>,
        /// With what.
        arguments: Vec<Argument>,
        /// `new X()`.
        is_new: bool,
    },
    /// `left op right`.
    Binary {
        /// Operator.
        operator: BinaryOperator,
        /// Left side.
        left: Box<Expr>,
        /// Right side.
        right: Box<Expr>,
    },
    /// `op operand`.
    Unary {
        /// Operator.
        operator: UnaryOperator,
        /// Operand.
        operand: Box<Expr>,
    },
    /// `left op right`, a truth value. `a < b < c` is lowered to `a < b && b < c`.
    Compare {
        /// Operator.
        operator: CompareOperator,
        /// Left side.
        left: Box<Expr>,
        /// Right side.
        right: Box<Expr>,
    },
    /// `left && right`, `left || right`, `left ?? right`; the value is one of the two.
    Logic {
        /// Operator.
        operator: LogicOperator,
        /// Left side.
        left: Box<Expr>,
        /// Right side.
        right: Box<Expr>,
    },
    /// `test ? then : otherwise`.
    Conditional {
        /// Decides.
        test: Box<Expr>,
        /// When true.
        then: Box<Expr>,
        /// When false.
        otherwise: Box<Expr>,
    },
    /// A text put together: f-string, template literal, interpolated string.
    Interpolation(Vec<Part>),
    /// A JavaScript tagged template: the tag gets the pieces and the values.
    TaggedTemplate {
        /// The function that gets them.
        tag: Box<Expr>,
        /// Pieces and values in order.
        parts: Vec<Part>,
    },
    /// A list, array, tuple or set with known members.
    List(Vec<Element>),
    /// A mapping or object literal.
    Dict(Vec<Entry>),
    /// A function as a value: definition, lambda, closure.
    Function(FunctionId),
    /// A class as a value.
    Class(ClassId),
    /// A comprehension.
    Comprehension(Box<Comprehension>),
    /// `await value`; also Go's channel receive.
    Await(Box<Expr>),
    /// `yield value`: part of what the function gives.
    Yield(Option<Box<Expr>>),
    /// An assignment that is itself a value: `(x := y)`, `a = b` in JavaScript.
    Assign {
        /// What is assigned.
        target: Box<Target>,
        /// The value.
        value: Box<Expr>,
    },
    /// Several, one after the other; the value is the last one's.
    Sequence(Vec<Expr>),
    /// `import(module)` or `require(module)` where a language has it as an operator.
    ImportCall(Box<Expr>),
}

/// A constant.
#[derive(Clone, Debug, PartialEq)]
pub enum Constant {
    /// `None`, `null`, `undefined`, `nil`.
    None,
    /// A truth value.
    Bool(bool),
    /// An integer that fits.
    Int(i64),
    /// Another number.
    Float(f64),
    /// A text; its escapes are resolved.
    Text(SmolStr),
    /// Bytes, read as Latin-1 so that each is one character.
    Bytes(SmolStr),
    /// A regular expression literal: pattern and flags.
    Regex {
        /// Between the slashes.
        pattern: SmolStr,
        /// Behind them.
        flags: SmolStr,
    },
    /// `...` in Python.
    Ellipsis,
}

/// An argument of a call.
#[derive(Clone, Debug)]
pub struct Argument {
    /// Keyword, when it is passed by name.
    pub name: Option<SmolStr>,
    /// Whether it stands for several: `*args`, `**kwargs` (no name either), `...args`.
    pub spread: Spread,
    /// The value.
    pub value: Expr,
}

impl Argument {
    /// An argument at its position.
    #[must_use]
    pub fn positional(value: Expr) -> Self {
        Self { name: None, spread: Spread::No, value }
    }

    /// An argument by name.
    #[must_use]
    pub fn named(name: impl Into<SmolStr>, value: Expr) -> Self {
        Self { name: Some(name.into()), spread: Spread::No, value }
    }
}

/// Whether an argument or member stands for several.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Spread {
    /// It is one.
    #[default]
    No,
    /// Members of a sequence.
    Sequence,
    /// Entries of a mapping.
    Mapping,
}

/// A member of a list literal.
#[derive(Clone, Debug)]
pub enum Element {
    /// One value.
    One(Expr),
    /// The members of another sequence.
    Spread(Expr),
}

/// An entry of a mapping literal.
#[derive(Clone, Debug)]
pub enum Entry {
    /// `key: value`. Field names of objects are text constants.
    Pair(Expr, Expr),
    /// The entries of another mapping.
    Spread(Expr),
}

/// A piece of an interpolated text.
#[derive(Clone, Debug)]
pub enum Part {
    /// As written; escapes resolved.
    Text(SmolStr),
    /// A value put in.
    Value(Expr),
}

/// `[element for target in iterable if condition]`.
#[derive(Clone, Debug)]
pub struct Comprehension {
    /// What it makes.
    pub kind: ComprehensionKind,
    /// Each member; the key for mappings.
    pub element: Expr,
    /// The value, for mappings.
    pub value: Option<Expr>,
    /// Loops and conditions, outermost first.
    pub clauses: Vec<Clause>,
}

/// What a comprehension makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ComprehensionKind {
    /// A list, set or generator.
    List,
    /// A mapping.
    Dict,
}

/// One `for … in … if …` of a comprehension.
#[derive(Clone, Debug)]
pub struct Clause {
    /// What each member is called.
    pub target: Target,
    /// What is walked.
    pub iterable: Expr,
    /// All must hold.
    pub conditions: Vec<Expr>,
}

/// Operators on values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names are those of the operators")]
pub enum BinaryOperator {
    Add,
    Subtract,
    Multiply,
    Divide,
    FloorDivide,
    Remainder,
    Power,
    BitAnd,
    BitOr,
    BitXor,
    ShiftLeft,
    ShiftRight,
}

/// Operators on one value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum UnaryOperator {
    /// Logical not.
    Not,
    /// `-x`.
    Minus,
    /// `+x`: a number in JavaScript.
    Plus,
    /// `~x`.
    Invert,
    /// `typeof x`, always one of a few texts.
    TypeOf,
    /// `void x`, `delete x`.
    Discard,
}

/// Operators that give a truth value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names are those of the operators")]
pub enum CompareOperator {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    /// Member of a sequence, key of a mapping, part of a text.
    In,
    NotIn,
    /// The same object; for constants as `Equal`.
    Is,
    IsNot,
    /// `x instanceof T`.
    InstanceOf,
}

/// Operators that choose one of two values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LogicOperator {
    /// The second when the first is true.
    And,
    /// The first when it is true.
    Or,
    /// The first when it is there.
    Coalesce,
}
