//! Statements, and what can stand on the left of an assignment.

use source_text::SmolStr;

use crate::{BinaryOperator, Expr, Import, Name, Span};

/// A statement and where it stands.
#[derive(Clone, Debug)]
pub struct Stmt {
    /// What it is.
    pub kind: StmtKind,
    /// Where.
    pub span: Span,
}

impl Stmt {
    /// A statement at a place.
    #[must_use]
    pub fn new(kind: StmtKind, span: Span) -> Self {
        Self { kind, span }
    }
}

/// What a statement is.
#[derive(Clone, Debug)]
pub enum StmtKind {
    /// An expression for its effect.
    Expr(Expr),
    /// `target: annotation = value`. Definitions of functions and classes are assignments, too.
    Assign {
        /// What is assigned.
        target: Target,
        /// Declared type, as written, without its arguments.
        annotation: Option<Expr>,
        /// The value; absent in a bare declaration.
        value: Option<Expr>,
    },
    /// `target op= value`.
    Augment {
        /// What is changed.
        target: Target,
        /// How.
        operator: BinaryOperator,
        /// By what.
        value: Expr,
    },
    /// A module or names of it come into scope.
    Import(Import),
    /// ESM `export`: what is exported under which name (`default` for the default export).
    Export {
        /// Name for others.
        name: SmolStr,
        /// The value, usually a name of this module.
        value: Expr,
    },
    /// `if test { then } else { otherwise }`.
    If {
        /// Decides.
        test: Expr,
        /// When true.
        then: Vec<Stmt>,
        /// When false.
        otherwise: Vec<Stmt>,
    },
    /// `while test { body }`; a three-part `for` is its first part, then this, with the last part at the
    /// end of `body`.
    While {
        /// Holds in `body`.
        test: Expr,
        /// Repeated.
        body: Vec<Stmt>,
        /// Python's `else`.
        otherwise: Vec<Stmt>,
        /// `do … while`: `body` runs before the first test.
        is_post_tested: bool,
    },
    /// `for target in iterable { body }`.
    For {
        /// Each member, or with `over_keys` each key.
        target: Target,
        /// What is walked.
        iterable: Expr,
        /// Repeated.
        body: Vec<Stmt>,
        /// Python's `else`.
        otherwise: Vec<Stmt>,
        /// JavaScript's `for … in`: keys, not members.
        over_keys: bool,
    },
    /// The function ends with a value.
    Return(Option<Expr>),
    /// An exception is raised.
    Raise(Option<Expr>),
    /// `assert test`.
    Assert(Expr),
    /// The innermost loop or switch ends.
    Break,
    /// The next round of the innermost loop.
    Continue,
    /// `try`.
    Try {
        /// Guarded.
        body: Vec<Stmt>,
        /// Tried in order.
        handlers: Vec<Handler>,
        /// When nothing was raised.
        otherwise: Vec<Stmt>,
        /// In any case.
        finally: Vec<Stmt>,
    },
    /// `with value as target`: resources that are closed at the end.
    With {
        /// Value and name.
        items: Vec<(Expr, Option<Target>)>,
        /// While they are open.
        body: Vec<Stmt>,
    },
    /// `switch`, `match`, `case`.
    Match {
        /// What is looked at.
        subject: Expr,
        /// Tried in order.
        cases: Vec<Case>,
        /// Whether a case without `break` goes on into the next (C-like `switch`).
        falls_through: bool,
    },
    /// A block of its own, for front ends that need one; names are those of the function.
    Block(Vec<Stmt>),
    /// `del`, `delete`.
    Delete(Target),
    /// Python's `global`: these names are the module's.
    Global(Vec<SmolStr>),
    /// Python's `nonlocal`: these names are an enclosing function's.
    Nonlocal(Vec<SmolStr>),
}

/// A handler of exceptions.
#[derive(Clone, Debug)]
pub struct Handler {
    /// Types caught; empty catches all.
    pub types: Vec<Expr>,
    /// Name of the exception.
    pub target: Option<Target>,
    /// What is done.
    pub body: Vec<Stmt>,
    /// Where the handler begins.
    pub span: Span,
}

/// A case of a `match` or `switch`.
#[derive(Clone, Debug)]
pub struct Case {
    /// What the subject must be.
    pub pattern: Pattern,
    /// And this must hold.
    pub guard: Option<Expr>,
    /// What is done.
    pub body: Vec<Stmt>,
}

/// What a subject is compared with.
#[derive(Clone, Debug)]
pub enum Pattern {
    /// Anything: `_`, `default`.
    Any,
    /// Equal to a value.
    Value(Expr),
    /// Anything, and it gets a name.
    Capture(Target),
    /// One of several.
    Or(Vec<Pattern>),
    /// A sequence, member by member.
    Sequence(Vec<Pattern>),
    /// The rest of a sequence.
    Star(Option<Target>),
    /// A mapping that has these keys.
    Mapping {
        /// Key and pattern of its value.
        entries: Vec<(Expr, Pattern)>,
        /// The other entries.
        rest: Option<Target>,
    },
    /// An instance of a class, with fields by position (`None`) or name.
    Class {
        /// The class.
        class: Expr,
        /// Fields.
        fields: Vec<(Option<SmolStr>, Pattern)>,
    },
    /// A pattern whose whole gets a name.
    As(Box<Pattern>, Target),
}

/// What can be assigned.
#[derive(Clone, Debug)]
pub enum Target {
    /// A variable.
    Name(Name, Span),
    /// A field: `base.name`.
    Attribute {
        /// Whose.
        base: Box<Expr>,
        /// Which.
        name: SmolStr,
        /// Where.
        span: Span,
    },
    /// A member: `base[index]`.
    Index {
        /// Of what.
        base: Box<Expr>,
        /// Which.
        index: Box<Expr>,
        /// Where.
        span: Span,
    },
    /// Members of a sequence: `a, *b = …`, `[a, b] = …`.
    Sequence(Vec<Target>),
    /// In a sequence: the rest of it.
    Rest(Box<Target>),
    /// Fields of an object: `{a, b: c = 1, ...rest} = …`.
    Object {
        /// Fields taken out.
        properties: Vec<Property>,
        /// The others.
        rest: Option<Box<Target>>,
    },
    /// A target with the value that it gets when there is none.
    Default(Box<Target>, Box<Expr>),
    /// Assigned and forgotten: `_` in Go.
    Ignore,
}

impl Target {
    /// A variable that is not bound yet.
    #[must_use]
    pub fn name(text: impl Into<SmolStr>, span: Span) -> Self {
        Self::Name(Name::new(text), span)
    }
}

/// A field taken out of an object.
#[derive(Clone, Debug)]
pub struct Property {
    /// Name of the field, usually a constant.
    pub key: Expr,
    /// What gets it.
    pub target: Target,
}
