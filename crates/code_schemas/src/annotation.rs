//! Types as they are declared, as shapes.

use code_ir::{Argument, Class, Constant, Element, Expr, ExprKind, SmolStr};
use serde_json::Value;

use crate::field::{Facts, Limits};
use crate::model::Models;
use crate::names::{At, Meaning};
use crate::shape::{Bounds, Shape, Text};

/// Types within types.
const DEPTH: u32 = 16;

impl<'p> Models<'p> {
    /// The shape of what is declared as `expr`; `owner` is the class in whose body it stands.
    pub(crate) fn shape(&self, at: At, owner: Option<&'p Class>, expr: &'p Expr) -> Shape {
        let nested = self.depth.get();
        if nested > DEPTH || !self.spend() {
            return Shape::Any;
        }
        self.depth.set(nested + 1);
        let shape = self.declared(at, owner, expr);
        self.depth.set(nested);
        shape
    }

    fn declared(&self, at: At, owner: Option<&'p Class>, expr: &'p Expr) -> Shape {
        match &expr.kind {
            ExprKind::Constant(Constant::None) => Shape::Null,
            ExprKind::Constant(Constant::Text(text)) => self.forward(at, owner, text),
            ExprKind::Name(_) | ExprKind::Attribute { .. } => {
                let root = expr.dotted().and_then(|path| path.first().copied().cloned());
                if root.is_some_and(|root| hides(owner, &root)) {
                    return Shape::Any;
                }
                self.meant(self.names.meaning(at, expr))
            }
            ExprKind::Binary { operator: code_ir::BinaryOperator::BitOr, left, right } => {
                Shape::union(vec![self.shape(at, owner, left), self.shape(at, owner, right)])
            }
            ExprKind::Index { base, index } => self.of_arguments(at, owner, base, index),
            ExprKind::Call { callee, arguments, .. } => self.constrained(at, callee, arguments),
            _ => Shape::Any,
        }
    }

    fn meant(&self, meaning: Meaning<'p>) -> Shape {
        match meaning {
            Meaning::Builtin(name) => plain(&name),
            Meaning::Library(path) => of_library(&path),
            Meaning::Class(module, class) => self.of_class(module, class),
            Meaning::Value(at, value) => self.shape(at, None, value),
            Meaning::Function(..) | Meaning::Unknown => Shape::Any,
        }
    }

    /// A type in quotes, when it is a name of the module.
    fn forward(&self, at: At, owner: Option<&'p Class>, text: &str) -> Shape {
        let is_name = text.chars().all(|it| it.is_alphanumeric() || it == '_');
        if !is_name || at.function.0 != 0 || hides(owner, text) {
            return Shape::Any;
        }
        match self.names.global(at.module, text) {
            Meaning::Unknown => plain(text),
            meaning => self.meant(meaning),
        }
    }

    /// `base[index]`.
    fn of_arguments(
        &self,
        at: At,
        owner: Option<&'p Class>,
        base: &'p Expr,
        index: &'p Expr,
    ) -> Shape {
        let members = members(index);
        let one = |index: usize| match members.get(index) {
            Some(expr) => self.shape(at, owner, expr),
            None => Shape::Any,
        };
        let word = match self.names.meaning(at, base) {
            Meaning::Builtin(name) => name,
            Meaning::Library(path) => match typing_word(&path) {
                Some(word) => SmolStr::new(word),
                None => return of_library(&path),
            },
            // Parameters of a generic model narrow what it holds.
            Meaning::Class(module, class) => return self.of_class(module, class),
            _ => return Shape::Any,
        };
        match word.as_str() {
            "Optional" => Shape::union(vec![one(0), Shape::Null]),
            "Union" => Shape::union(members.iter().map(|it| self.shape(at, owner, it)).collect()),
            "list" | "List" => list(one(0), false),
            "set" | "Set" | "frozenset" | "FrozenSet" => list(one(0), true),
            "tuple" | "Tuple" => match members.as_slice() {
                [_, Expr { kind: ExprKind::Constant(Constant::Ellipsis), .. }] => {
                    list(one(0), false)
                }
                _ if has_spread(index) => list(Shape::Any, false),
                members => {
                    Shape::Tuple(members.iter().map(|it| self.shape(at, owner, it)).collect())
                }
            },
            "dict" | "Dict" | "Mapping" => Shape::Dict { values: Box::new(one(1)), least: None },
            "Literal" => self.literal(at, &members),
            "Annotated" => self.annotated(at, owner, &members),
            "Required" | "NotRequired" | "ReadOnly" | "Final" | "InitVar" => one(0),
            _ => Shape::Any,
        }
    }

    fn literal(&self, at: At, members: &[&'p Expr]) -> Shape {
        let mut values = Vec::new();
        for member in members {
            let (_, value) = self.names.value(at, member);
            values.push(match &value.kind {
                ExprKind::Constant(Constant::Text(text)) => Value::from(text.as_str()),
                ExprKind::Constant(Constant::Int(number)) => Value::from(*number),
                ExprKind::Constant(Constant::Bool(truth)) => Value::from(*truth),
                ExprKind::Constant(Constant::None) => Value::Null,
                _ => return Shape::Any,
            });
        }
        if values.is_empty() { Shape::Any } else { Shape::Constants(values) }
    }

    /// `Annotated[type, …]`.
    fn annotated(&self, at: At, owner: Option<&'p Class>, members: &[&'p Expr]) -> Shape {
        let Some((first, rest)) = members.split_first() else { return Shape::Any };
        let mut shape = self.shape(at, owner, first);
        for expr in rest {
            let (at, expr) = self.names.value(at, expr);
            let (callee, arguments) = match &expr.kind {
                ExprKind::Call { callee, arguments, .. } => (callee.as_ref(), arguments.as_slice()),
                ExprKind::Constant(_) => continue,
                _ => (expr, &[][..]),
            };
            let Some(path) = self.names.library(at, callee) else { return Shape::Any };
            match self.metadata(at, last_word(&path), arguments) {
                Some(limits) => limits.limit(&mut shape, self.library),
                None => return Shape::Any,
            }
        }
        shape
    }

    /// The limits that one word of `Annotated` gives; `None` where it may do anything.
    fn metadata(&self, at: At, word: &str, arguments: &'p [Argument]) -> Option<Limits> {
        let mut limits = Limits::default();
        let name = match word {
            "Field" | "Body" | "Query" | "Path" | "Header" | "Form" | "StringConstraints"
            | "Interval" | "Len" => {
                let first = if word == "Len" { "min_length" } else { "default" };
                let facts = Facts::read(&self.names, at, arguments, Some(first), self.library);
                // `Len(2, 5)`: the second is the longest.
                return (!facts.is_opaque || word == "Len").then_some(facts.limits);
            }
            "AfterValidator" | "Strict" | "Doc" | "Tag" | "Discriminator" | "PlainSerializer"
            | "WrapSerializer" | "WithJsonSchema" | "Predicate" | "AllowInfNan" | "FailFast"
            | "Timezone" | "UrlConstraints" => return Some(limits),
            "Gt" => "gt",
            "Ge" => "ge",
            "Lt" => "lt",
            "Le" => "le",
            "MultipleOf" => "multiple_of",
            "MinLen" => "min_length",
            "MaxLen" => "max_length",
            _ => return None,
        };
        if let [argument] = arguments {
            limits.set(name, self.names.value(at, &argument.value).1, self.library);
        }
        Some(limits)
    }

    /// `constr(max_length=5)` and its like.
    fn constrained(&self, at: At, callee: &'p Expr, arguments: &'p [Argument]) -> Shape {
        let Some(path) = self.names.library(at, callee).filter(|it| is_pydantic(it)) else {
            return Shape::Any;
        };
        let item = |name: &str| {
            let named = arguments.iter().find(|it| it.name.as_deref() == Some(name));
            let first = || arguments.first().filter(|it| it.name.is_none());
            named.or_else(first).map_or(Shape::Any, |it| self.shape(at, None, &it.value))
        };
        let (mut shape, first) = match last_word(&path) {
            "constr" => (text(), None),
            "conint" => (Shape::Int(Bounds::default()), None),
            "confloat" | "condecimal" => (Shape::Float(Bounds::default()), None),
            "conlist" => (list(item("item_type"), false), Some("item_type")),
            "conset" | "confrozenset" => (list(item("item_type"), true), Some("item_type")),
            "conbytes" => return Shape::Opaque,
            "condate" => return Shape::Temporal,
            _ => return Shape::Any,
        };
        let facts = Facts::read(&self.names, at, arguments, first, self.library);
        if facts.is_opaque {
            return Shape::Any;
        }
        facts.limits.limit(&mut shape, self.library);
        shape
    }
}

/// Whether a class gives the name a value of its own, which its types then mean.
fn hides(owner: Option<&Class>, name: &str) -> bool {
    let mut fields = owner.into_iter().flat_map(|class| &class.fields);
    fields.any(|field| field.name == name && field.value.is_some())
}

/// What stands between brackets.
pub(crate) fn members(index: &Expr) -> Vec<&Expr> {
    match &index.kind {
        ExprKind::List(elements) => {
            elements.iter().map(|(Element::One(expr) | Element::Spread(expr))| expr).collect()
        }
        _ => vec![index],
    }
}

fn has_spread(index: &Expr) -> bool {
    match &index.kind {
        ExprKind::List(elements) => elements.iter().any(|it| matches!(it, Element::Spread(_))),
        _ => false,
    }
}

fn list(items: Shape, is_set: bool) -> Shape {
    Shape::List { items: Box::new(items), least: None, most: None, is_set }
}

pub(crate) fn text() -> Shape {
    Shape::Text(Text::default())
}

pub(crate) fn last_word(path: &str) -> &str {
    path.rsplit('.').next().unwrap_or(path)
}

/// Whether a thing is pydantic's own, also by way of Powertools.
pub(crate) fn is_pydantic(path: &str) -> bool {
    path.starts_with("pydantic.")
        || path.starts_with("annotated_types.")
        || path.starts_with("aws_lambda_powertools.utilities.parser.")
}

fn typing_word(path: &str) -> Option<&str> {
    let modules = ["typing.", "typing_extensions.", "collections.abc.", "dataclasses."];
    modules.iter().find_map(|module| path.strip_prefix(module)).filter(|word| !word.contains('.'))
}

/// Built-in types.
fn plain(name: &str) -> Shape {
    match name {
        "str" => text(),
        "bytes" => Shape::Opaque,
        "int" => Shape::Int(Bounds::default()),
        "float" => Shape::Float(Bounds::default()),
        "bool" => Shape::Bool,
        "list" | "tuple" => list(Shape::Any, false),
        "set" | "frozenset" => list(Shape::Any, true),
        "dict" => Shape::Dict { values: Box::new(Shape::Any), least: None },
        _ => Shape::Any,
    }
}

/// Types of libraries; those that are not listed may take anything.
fn of_library(path: &str) -> Shape {
    let int = |least: Option<i64>, above: Option<i64>, below: Option<i64>, most: Option<i64>| {
        Shape::Int(Bounds {
            least: least.map(Value::from),
            above: above.map(Value::from),
            below: below.map(Value::from),
            most: most.map(Value::from),
            multiple_of: None,
        })
    };
    let zero = || Some(Value::from(0));
    if let Some(word) = typing_word(path) {
        return match word {
            "List" | "Tuple" => list(Shape::Any, false),
            "Set" | "FrozenSet" => list(Shape::Any, true),
            "Dict" | "Mapping" => Shape::Dict { values: Box::new(Shape::Any), least: None },
            "Text" => text(),
            _ => Shape::Any,
        };
    }
    match path {
        "datetime.datetime" | "datetime.date" | "datetime.time" | "datetime.timedelta" => {
            return Shape::Temporal;
        }
        "uuid.UUID" => return Shape::Uuid,
        "decimal.Decimal" => return Shape::Float(Bounds::default()),
        "ipaddress.IPv4Address" | "ipaddress.IPv6Address" => return Shape::Address,
        "pathlib.Path" => return Shape::Opaque,
        _ if !is_pydantic(path) => return Shape::Any,
        _ => {}
    }
    match last_word(path) {
        "EmailStr" => Shape::Email,
        "StrictStr" => text(),
        "SecretStr" | "SecretBytes" | "StrictBytes" | "HttpUrl" | "AnyUrl" | "AnyHttpUrl"
        | "Json" | "FilePath" | "DirectoryPath" | "NewPath" => Shape::Opaque,
        "StrictInt" => int(None, None, None, None),
        "PositiveInt" => int(None, Some(0), None, None),
        "NonNegativeInt" => int(Some(0), None, None, None),
        "NegativeInt" => int(None, None, Some(0), None),
        "NonPositiveInt" => int(None, None, None, Some(0)),
        "StrictFloat" | "FiniteFloat" => Shape::Float(Bounds::default()),
        "PositiveFloat" => Shape::Float(Bounds { above: zero(), ..Bounds::default() }),
        "NonNegativeFloat" => Shape::Float(Bounds { least: zero(), ..Bounds::default() }),
        "NegativeFloat" => Shape::Float(Bounds { below: zero(), ..Bounds::default() }),
        "NonPositiveFloat" => Shape::Float(Bounds { most: zero(), ..Bounds::default() }),
        "StrictBool" => Shape::Bool,
        "PastDate" | "FutureDate" | "AwareDatetime" | "NaiveDatetime" | "PastDatetime"
        | "FutureDatetime" => Shape::Temporal,
        "UUID1" | "UUID3" | "UUID4" | "UUID5" => Shape::Uuid,
        "IPvAnyAddress" => Shape::Address,
        _ => Shape::Any,
    }
}
