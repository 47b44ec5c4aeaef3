//! Functions and classes.

use source_text::SmolStr;

use crate::{Argument, Expr, Span, Stmt, Target};

/// Index into [`crate::Module::functions`]; 0 is the module's own body.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FunctionId(pub u32);

/// Index into [`crate::Module::classes`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClassId(pub u32);

/// A function, method, closure, or the body of a module.
#[derive(Clone, Debug, Default)]
pub struct Function {
    /// Name, or the name of what it is first assigned to; empty for others.
    pub name: SmolStr,
    /// Parameters in order, the receiver included where the language writes it.
    pub params: Vec<Param>,
    /// What it does. `x => y` is one `Return`.
    pub body: Vec<Stmt>,
    /// Decorators, annotations, attributes, outermost first.
    pub decorators: Vec<Expr>,
    /// The function in whose body this one stands; none for the module's body.
    pub parent: Option<FunctionId>,
    /// The class whose method it is.
    pub class: Option<ClassId>,
    /// Declared result type, as written.
    pub returns: Option<Expr>,
    /// Whether calls give a promise, future or coroutine.
    pub is_async: bool,
    /// Whether it yields.
    pub is_generator: bool,
    /// JavaScript arrow functions: `this` is that of the enclosing function.
    pub is_arrow: bool,
    /// The whole definition.
    pub span: Span,
    /// Only its name, for messages; the start of the definition when it has none.
    pub name_span: Span,
    /// Names of its slots, filled by [`crate::Module::resolve`]; parameters that are plain names come
    /// first, in order.
    pub slots: Vec<SmolStr>,
}

/// A parameter.
#[derive(Clone, Debug)]
pub struct Param {
    /// What it is called, or how it is taken apart.
    pub target: Target,
    /// How arguments get here.
    pub kind: ParamKind,
    /// Value without an argument.
    pub default: Option<Expr>,
    /// Declared type, as written, without its arguments.
    pub annotation: Option<Expr>,
    /// Annotations of the parameter (`@RequestParam`, `[HttpTrigger]`); in Python the whole declared
    /// type, where it says more than a name (`Annotated[Order, Body()]`).
    pub decorators: Vec<Expr>,
}

impl Param {
    /// A positional parameter without default and type.
    #[must_use]
    pub fn plain(target: Target) -> Self {
        Self {
            target,
            kind: ParamKind::Positional,
            default: None,
            annotation: None,
            decorators: Vec::new(),
        }
    }

    /// Its name, when it is not taken apart.
    #[must_use]
    pub fn name(&self) -> Option<&SmolStr> {
        match &self.target {
            Target::Name(name, _) => Some(&name.text),
            _ => None,
        }
    }
}

/// How arguments get to a parameter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum ParamKind {
    /// By position, or by name.
    #[default]
    Positional,
    /// By name only.
    Named,
    /// All further positional ones, as a list.
    Rest,
    /// All further named ones, as a mapping.
    RestNamed,
}

/// Name of the parameter, and of the argument, that is a block of Ruby.
pub const BLOCK: &str = "&block";

/// A class, struct or interface with what it holds.
#[derive(Clone, Debug, Default)]
pub struct Class {
    /// Name; empty for anonymous ones.
    pub name: SmolStr,
    /// What it derives from or implements, as written.
    pub bases: Vec<Expr>,
    /// What Python gives beside the bases: `metaclass=M`, `extra="forbid"`, `total=False`.
    pub keywords: Vec<Argument>,
    /// Methods.
    pub methods: Vec<Method>,
    /// Fields with initial values; also nested classes.
    pub fields: Vec<Field>,
    /// Decorators, annotations, attributes.
    pub decorators: Vec<Expr>,
    /// Whether the body does more than define members: some may stand in branches, so that it is
    /// not known which of them there are. Told of Python only.
    pub is_computed: bool,
    /// The function in whose body the class stands.
    pub parent: Option<FunctionId>,
    /// The whole definition.
    pub span: Span,
}

/// A method of a class.
#[derive(Clone, Debug)]
pub struct Method {
    /// Name: `__init__`, `constructor`, the class's name for Java and C# constructors.
    pub name: SmolStr,
    /// What it does.
    pub function: FunctionId,
    /// How it is called.
    pub kind: MethodKind,
}

/// How a method is called.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum MethodKind {
    /// On an instance.
    #[default]
    Instance,
    /// Without a receiver.
    Static,
    /// On the class itself (Python's `classmethod`).
    Class,
    /// Read like a field (`@property`, `get x()`).
    Getter,
    /// To make an instance.
    Constructor,
}

/// A field of a class.
#[derive(Clone, Debug)]
pub struct Field {
    /// Name.
    pub name: SmolStr,
    /// Initial value.
    pub value: Option<Expr>,
    /// Declared type, as written.
    pub annotation: Option<Expr>,
    /// Decorators, annotations (`@Autowired`); in Python the whole declared type, where it says more
    /// than a name (`Literal["a"]`).
    pub decorators: Vec<Expr>,
    /// Whether it belongs to the class and not to each instance; all fields of Python classes.
    pub is_static: bool,
}
