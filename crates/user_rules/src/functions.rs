//! The functions that expressions may call: names, arguments, results.

use crate::{
    program::Function,
    schema::{self, Type},
};

/// A function as it is called.
pub(crate) struct Signature {
    pub(crate) name: &'static str,
    /// Types of the arguments; that of a method's value comes first.
    pub(crate) arguments: &'static [Type],
    pub(crate) result: Type,
    /// How it is written, for messages and the reference.
    pub(crate) usage: &'static str,
    make: fn() -> Option<Function>,
}

impl Signature {
    /// The function; `None` for the one whose pattern must be compiled first.
    pub(crate) fn make(&self) -> Option<Function> {
        (self.make)()
    }
}

macro_rules! function {
    ($name:literal, [$($argument:expr),*], $result:expr, $usage:literal, $variant:ident) => {
        Signature {
            name: $name,
            arguments: &[$($argument),*],
            result: $result,
            usage: $usage,
            make: || Some(Function::$variant),
        }
    };
}

const TEXTS: Type = Type::List(&Type::Text);
const APP: Type = Type::Record(&schema::APPLICATION);

/// Every function but the macros. A method `x.f(y)` is `f(x, y)`.
pub(crate) static FUNCTIONS: [Signature; 25] = [
    function!("size", [Type::Any], Type::Integer, "size(x)", Size),
    function!("contains", [Type::Text, Type::Text], Type::Bool, "text.contains(part)", Contains),
    function!(
        "startsWith",
        [Type::Text, Type::Text],
        Type::Bool,
        "text.startsWith(part)",
        StartsWith
    ),
    function!("endsWith", [Type::Text, Type::Text], Type::Bool, "text.endsWith(part)", EndsWith),
    Signature {
        name: "matches",
        arguments: &[Type::Text, Type::Text],
        result: Type::Bool,
        usage: "text.matches('pattern')",
        make: || None,
    },
    function!("lowerAscii", [Type::Text], Type::Text, "text.lowerAscii()", LowerAscii),
    function!("upperAscii", [Type::Text], Type::Text, "text.upperAscii()", UpperAscii),
    function!("trim", [Type::Text], Type::Text, "text.trim()", Trim),
    function!("split", [Type::Text, Type::Text], TEXTS, "text.split(separator)", Split),
    function!("join", [TEXTS, Type::Text], Type::Text, "list.join(separator)", Join),
    function!(
        "replace",
        [Type::Text, Type::Text, Type::Text],
        Type::Text,
        "text.replace(old, new)",
        Replace
    ),
    function!("int", [Type::Any], Type::Integer, "int(x)", ToInt),
    function!("double", [Type::Any], Type::Number, "double(x)", ToDouble),
    function!("string", [Type::Any], Type::Text, "string(x)", ToText),
    function!("known", [Type::Any], Type::Bool, "known(x)", Known),
    function!("may_be", [Type::Any, Type::Any], Type::Bool, "may_be(x, value)", MayBe),
    function!("or", [Type::Any, Type::Any], Type::Any, "x.or(default)", OrElse),
    function!("refers_to", [Type::Any, Type::Text], Type::Bool, "refers_to(x, 'Name')", RefersTo),
    function!(
        "arn_matches",
        [Type::Text, Type::Text],
        Type::Bool,
        "arn_matches(pattern, arn)",
        ArnMatches
    ),
    function!(
        "action_matches",
        [Type::Text, Type::Text],
        Type::Bool,
        "action_matches(pattern, action)",
        ActionMatches
    ),
    function!(
        "glob_matches",
        [Type::Text, Type::Text],
        Type::Bool,
        "glob_matches(pattern, text)",
        GlobMatches
    ),
    function!(
        "allows",
        [Type::Record(&schema::ROLE), Type::Text, Type::Text],
        Type::Bool,
        "allows(role, action, resource)",
        Allows
    ),
    function!(
        "role_of",
        [APP, Type::Record(&schema::FUNCTION)],
        Type::Record(&schema::ROLE),
        "app.role_of(fn)",
        RoleOf
    ),
    function!(
        "function_of",
        [APP, Type::Text],
        Type::Record(&schema::FUNCTION),
        "app.function_of('Name')",
        ByName
    ),
    function!(
        "resources_of",
        [APP, Type::Text],
        Type::List(&Type::Record(&schema::RESOURCE)),
        "app.resources_of('AWS::SQS::Queue')",
        ResourcesOf
    ),
];

/// The function of a name.
pub(crate) fn find(name: &str) -> Option<&'static Signature> {
    FUNCTIONS.iter().find(|function| function.name == name)
}
