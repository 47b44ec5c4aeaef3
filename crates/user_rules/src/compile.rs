//! From the text of an expression to a program: parsed as CEL, names, fields, functions and types checked.
//!
//! The parser and the macros are those of the crate `cel`; what evaluates is ours, as its evaluator knows
//! neither values that only deployment decides nor a limit of steps.

use app_model::{Property, PropertyKind};
use cel::{
    IdedExpr,
    common::ast::{
        CallExpr, ComprehensionExpr, EntryExpr, Expr, LiteralValue, SourceInfo, operators,
    },
    parser::Parser,
};
use regex::RegexBuilder;
use source_text::{Place, SmolStr};

use crate::{
    functions,
    nearest::nearest,
    program::{Binary, Each, Function, Kind, Part, Program, What},
    schema::Type,
};

/// Longest expression, in bytes.
pub(crate) const MOST_BYTES: usize = 8 << 10;
/// Deepest nesting of an expression.
const DEEPEST: u16 = 64;
/// Memory of a compiled pattern, in bytes.
const PATTERN_BYTES: usize = 1 << 20;

/// What is wrong with an expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    /// Where, in characters from the beginning of the expression.
    pub(crate) at: u32,
    pub(crate) message: String,
}

/// A variable that an expression may name.
pub(crate) type Variable = (SmolStr, Type);

/// Compiles an expression; `variables` have the slots from 0. Gives its type, too.
pub(crate) fn compile(text: &str, variables: &[Variable]) -> Result<(Program, Type), Fault> {
    if text.len() > MOST_BYTES {
        let message = format!("an expression has at most {MOST_BYTES} bytes; split it with `let`");
        return Err(Fault { at: 0, message });
    }
    let parser = Parser::new().max_recursion_depth(DEEPEST);
    let (expression, source) = parser.parse_with_source_info(text).map_err(|errors| {
        let Some(first) = errors.errors.first() else {
            return Fault { at: 0, message: "this is no expression of CEL".to_owned() };
        };
        Fault { at: offset(text, first.pos), message: syntax_words(&first.msg) }
    })?;
    let mut compiler =
        Compiler { source: &source, scope: variables.to_vec(), slots: variables.len() };
    let (root, of) = compiler.part(&expression)?;
    Ok((Program { root, slots: compiler.slots }, of))
}

/// The parser's words without the list of all tokens that it would have liked.
fn syntax_words(message: &str) -> String {
    if let Some(word) = message.strip_prefix("reserved identifier: ") {
        let hint = if word == "function" { "; the variable is `fn`" } else { "" };
        return format!("`{word}` is a reserved word of CEL{hint}");
    }
    let words = message.split(" expecting {").next().unwrap_or(message);
    let words = words.replace('\n', " ");
    format!("this is no expression of CEL: {}", words.trim())
}

/// Line (from 1) and column as characters from the beginning.
fn offset(text: &str, (line, column): (isize, isize)) -> u32 {
    let line = usize::try_from(line).unwrap_or(1).max(1);
    let before: usize =
        text.split_inclusive('\n').take(line - 1).map(|line| line.chars().count()).sum();
    let at = before + usize::try_from(column).unwrap_or(0);
    u32::try_from(at.min(text.chars().count())).unwrap_or(0)
}

struct Compiler<'a> {
    source: &'a SourceInfo,
    /// Variables that can be named here; the position is the slot.
    scope: Vec<Variable>,
    /// Slots that were needed at once.
    slots: usize,
}

type Typed = (Part, Type);

impl Compiler<'_> {
    fn at(&self, expression: &IdedExpr) -> u32 {
        self.source.offset_for(expression.id).map_or(0, |(start, _)| start)
    }

    fn fault<T>(&self, expression: &IdedExpr, message: impl Into<String>) -> Result<T, Fault> {
        Err(Fault { at: self.at(expression), message: message.into() })
    }

    fn boxed(&mut self, expression: &IdedExpr) -> Result<(Box<Part>, Type), Fault> {
        self.part(expression).map(|(part, of)| (Box::new(part), of))
    }

    fn part(&mut self, expression: &IdedExpr) -> Result<Typed, Fault> {
        let at = self.at(expression);
        let (kind, of) = match &expression.expr {
            Expr::Literal(literal) => self.literal(expression, literal)?,
            Expr::Ident(name) => self.variable(expression, name)?,
            Expr::Select(select) => {
                let (operand, of) = self.boxed(&select.operand)?;
                let field = SmolStr::new(&select.field);
                let found = self.field(expression, of, &field)?;
                if select.test {
                    (Kind::Has(operand, field), Type::Bool)
                } else {
                    (Kind::Select(operand, field), found)
                }
            }
            Expr::List(list) => {
                let mut items = Vec::with_capacity(list.elements.len());
                let mut of: Option<Type> = None;
                for element in &list.elements {
                    let (part, found) = self.part(element)?;
                    items.push(part);
                    of = Some(if of.is_none_or(|of| of == found) { found } else { Type::Any });
                }
                (Kind::List(items), list_of(of.unwrap_or(Type::Any)))
            }
            Expr::Map(map) => {
                let mut entries = Vec::with_capacity(map.entries.len());
                for entry in &map.entries {
                    let EntryExpr::MapEntry(entry) = &entry.expr else {
                        return self.fault(expression, "write a mapping as `{'key': value}`");
                    };
                    entries.push((self.part(&entry.key)?.0, self.part(&entry.value)?.0));
                }
                (Kind::Map(entries), Type::Map(&Type::Any))
            }
            Expr::Call(call) => self.call(expression, call)?,
            Expr::Comprehension(each) => self.each(expression, each)?,
            Expr::Struct(_) => {
                return self.fault(expression, "messages of protocol buffers are not offered");
            }
            Expr::Unspecified => return self.fault(expression, "this is no expression of CEL"),
        };
        Ok((Part { at, kind }, of))
    }

    fn literal(
        &self,
        expression: &IdedExpr,
        literal: &LiteralValue,
    ) -> Result<(Kind, Type), Fault> {
        let (kind, of) = match literal {
            LiteralValue::Boolean(it) => (PropertyKind::Bool(*it.inner()), Type::Bool),
            LiteralValue::Int(it) => (PropertyKind::Integer(*it.inner()), Type::Integer),
            LiteralValue::UInt(it) => match i64::try_from(*it.inner()) {
                Ok(whole) => (PropertyKind::Integer(whole), Type::Integer),
                Err(_) => return self.fault(expression, "this number is too large"),
            },
            LiteralValue::Double(it) => (PropertyKind::Number(*it.inner()), Type::Number),
            LiteralValue::String(it) => (PropertyKind::Text(it.inner().into()), Type::Text),
            LiteralValue::Null => (PropertyKind::Null, Type::Any),
            LiteralValue::Bytes(_) => {
                return self.fault(expression, "bytes are not offered; write a text");
            }
        };
        Ok((Kind::Literal(Property::new(Place::default(), kind)), of))
    }

    fn variable(&self, expression: &IdedExpr, name: &str) -> Result<(Kind, Type), Fault> {
        if let Some(slot) = self.scope.iter().rposition(|(known, _)| known == name) {
            let of = self.scope.get(slot).map_or(Type::Any, |(_, of)| *of);
            return Ok((Kind::Variable(slot), of));
        }
        let names = || self.scope.iter().map(|(name, _)| name.as_str());
        let said = if let Some(near) = nearest(name, names()) {
            format!("there is no variable `{name}` here; did you mean `{near}`?")
        } else {
            let names: Vec<_> = names().map(|name| format!("`{name}`")).collect();
            format!("there is no variable `{name}` here; there are {}", names.join(", "))
        };
        self.fault(expression, said)
    }

    /// The type of a field.
    fn field(&self, expression: &IdedExpr, of: Type, name: &str) -> Result<Type, Fault> {
        match of {
            Type::Record(record) => {
                if let Some(field) = record.field(name) {
                    return Ok(field.of);
                }
                let names = record.fields.iter().map(|field| field.name);
                let near = nearest(name, names)
                    .map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
                let of = record.name;
                self.fault(expression, format!("a record `{of}` has no field `{name}`{near}"))
            }
            Type::Map(of) => Ok(*of),
            Type::Any => Ok(Type::Any),
            Type::List(_) => {
                let message = format!(
                    "a list has no field `{name}`; ask its items with `.exists(x, …)` or `.all(x, …)`"
                );
                self.fault(expression, message)
            }
            other => self.fault(expression, format!("{} has no field `{name}`", other.words())),
        }
    }

    fn call(&mut self, expression: &IdedExpr, call: &CallExpr) -> Result<(Kind, Type), Fault> {
        if call.target.is_none()
            && let Some(found) = self.operator(expression, call)?
        {
            return Ok(found);
        }
        let name = call.func_name.as_str();
        let Some(signature) = functions::find(name) else {
            return self.fault(expression, unknown_function(name));
        };
        let written: Vec<&IdedExpr> =
            call.target.as_deref().into_iter().chain(&call.args).collect();
        if written.len() != signature.arguments.len() {
            let count = written.len();
            let message =
                format!("`{name}` is written `{}`; here it has {count} values", signature.usage);
            return self.fault(expression, message);
        }
        let mut arguments = Vec::with_capacity(written.len());
        for (argument, wanted) in written.iter().zip(signature.arguments) {
            let (part, of) = self.part(argument)?;
            if !fits(of, *wanted) {
                let message = format!(
                    "`{}` takes {}, and this is {}",
                    signature.usage,
                    wanted.words(),
                    of.words()
                );
                return self.fault(argument, message);
            }
            arguments.push(part);
        }
        let function = match signature.make() {
            Some(function) => function,
            None => self.pattern(expression, &mut arguments)?,
        };
        Ok((Kind::Call(function, arguments), signature.result))
    }

    /// `matches`: the pattern must stand there, so that it is compiled once and its cost is known.
    fn pattern(&self, expression: &IdedExpr, arguments: &mut Vec<Part>) -> Result<Function, Fault> {
        let Some(Part { at, kind: Kind::Literal(Property { kind: PropertyKind::Text(text), .. }) }) =
            arguments.pop()
        else {
            return self.fault(expression, "the pattern of `matches` must stand there as a text");
        };
        let pattern = RegexBuilder::new(&text).size_limit(PATTERN_BYTES).build();
        pattern.map(Function::Matches).map_err(|error| {
            let words = error.to_string();
            let last = words.lines().last().unwrap_or_default().trim_start_matches("error: ");
            Fault { at, message: format!("the pattern cannot be used: {last}") }
        })
    }

    fn operator(
        &mut self,
        expression: &IdedExpr,
        call: &CallExpr,
    ) -> Result<Option<(Kind, Type)>, Fault> {
        let found = match (call.func_name.as_str(), call.args.as_slice()) {
            (operators::LOGICAL_NOT, [one]) => (Kind::Not(self.truth(one)?), Type::Bool),
            (operators::NEGATE, [one]) => {
                let (one, of) = self.boxed(one)?;
                (Kind::Negate(one), of)
            }
            (operators::LOGICAL_AND, [one, two]) => {
                (Kind::And(self.truth(one)?, self.truth(two)?), Type::Bool)
            }
            (operators::LOGICAL_OR, [one, two]) => {
                (Kind::Or(self.truth(one)?, self.truth(two)?), Type::Bool)
            }
            (operators::CONDITIONAL, [test, one, two]) => {
                let test = self.truth(test)?;
                let ((one, of), (two, other)) = (self.boxed(one)?, self.boxed(two)?);
                let of = if of == other { of } else { Type::Any };
                (Kind::Conditional(test, one, two), of)
            }
            (operators::INDEX, [one, two]) => {
                let ((one, of), (two, _)) = (self.boxed(one)?, self.boxed(two)?);
                let of = match of {
                    Type::List(of) | Type::Map(of) => *of,
                    _ => Type::Any,
                };
                (Kind::Index(one, two), of)
            }
            (name, [one, two]) => {
                let Some(binary) = binary(name) else { return Ok(None) };
                let ((one, of), (two, other)) = (self.boxed(one)?, self.boxed(two)?);
                let of = self.binary_type(expression, binary, of, other)?;
                (Kind::Binary(binary, one, two), of)
            }
            _ => return Ok(None),
        };
        Ok(Some(found))
    }

    /// A part that must be a truth value.
    fn truth(&mut self, expression: &IdedExpr) -> Result<Box<Part>, Fault> {
        let (part, of) = self.boxed(expression)?;
        if fits(of, Type::Bool) {
            return Ok(part);
        }
        let message = format!("this must be true or false, and it is {}", of.words());
        self.fault(expression, message)
    }

    fn binary_type(
        &self,
        expression: &IdedExpr,
        binary: Binary,
        one: Type,
        two: Type,
    ) -> Result<Type, Fault> {
        let sign = binary.sign();
        let mismatch = || {
            let message =
                format!("`{sign}` cannot put together {} and {}", one.words(), two.words());
            self.fault(expression, message)
        };
        match binary {
            Binary::In => match two {
                Type::List(of) if !comparable(one, *of) => mismatch(),
                Type::List(_) | Type::Map(_) | Type::Any => Ok(Type::Bool),
                _ => self.fault(expression, "`in` asks a list or a mapping"),
            },
            Binary::Equal | Binary::NotEqual if comparable(one, two) => Ok(Type::Bool),
            Binary::Less | Binary::LessOrEqual | Binary::Greater | Binary::GreaterOrEqual => {
                let is_ordered =
                    |of: Type| of.is_number() || matches!(of, Type::Text | Type::Any | Type::Bool);
                if comparable(one, two) && is_ordered(one) && is_ordered(two) {
                    return Ok(Type::Bool);
                }
                mismatch()
            }
            Binary::Equal | Binary::NotEqual => mismatch(),
            Binary::Add => match (one, two) {
                (Type::Any, other) | (other, Type::Any) => Ok(other),
                (Type::Text, Type::Text) => Ok(Type::Text),
                (Type::List(of), Type::List(other)) => {
                    Ok(if of == other { one } else { Type::List(&Type::Any) })
                }
                _ if one.is_number() && two.is_number() => Ok(number_of(one, two)),
                _ => mismatch(),
            },
            _ => match (one, two) {
                (Type::Any, Type::Any) => Ok(Type::Any),
                _ if fits(one, Type::Number) && fits(two, Type::Number) => Ok(number_of(one, two)),
                _ => mismatch(),
            },
        }
    }

    /// A macro of CEL, of which the parser made a loop.
    fn each(
        &mut self,
        expression: &IdedExpr,
        each: &ComprehensionExpr,
    ) -> Result<(Kind, Type), Fault> {
        let (range, of) = self.part(&each.iter_range)?;
        let item = match of {
            Type::List(of) => *of,
            Type::Map(_) => Type::Text,
            Type::Any => Type::Any,
            other => {
                let message =
                    format!("a list or a mapping is gone through, and this is {}", other.words());
                return self.fault(&each.iter_range, message);
            }
        };
        let Some((what, test, value)) = shape(each) else {
            return self.fault(expression, "this macro is not offered");
        };
        let slot = self.scope.len();
        self.scope.push((SmolStr::new(&each.iter_var), item));
        self.slots = self.slots.max(self.scope.len());
        let test = test.map(|test| self.truth(test)).transpose();
        let value = value.map(|value| self.part(value)).transpose();
        self.scope.pop();
        let (test, value) = (test?.map(|test| *test), value?);
        let result = match (what, &value) {
            (What::Collect, Some((_, of))) => list_of(*of),
            _ => Type::Bool,
        };
        let each = Each { what, range, slot, test, value: value.map(|(part, _)| part) };
        Ok((Kind::Each(Box::new(each)), result))
    }
}

/// What a loop of the parser is: its macro, what it asks of each item, what each item becomes.
fn shape(each: &ComprehensionExpr) -> Option<(What, Option<&IdedExpr>, Option<&IdedExpr>)> {
    let Expr::Call(step) = &each.loop_step.expr else { return None };
    match (step.func_name.as_str(), step.args.as_slice()) {
        (operators::LOGICAL_AND, [_, test]) => Some((What::All, Some(test), None)),
        (operators::LOGICAL_OR, [_, test]) => Some((What::Exists, Some(test), None)),
        (operators::ADD, [_, value]) => Some((What::Collect, None, Some(single(value)?))),
        (operators::CONDITIONAL, [test, step, _]) => {
            let Expr::Call(step) = &step.expr else { return None };
            let [_, value] = step.args.as_slice() else { return None };
            match single(value) {
                Some(value) => Some((What::Collect, Some(test), Some(value))),
                None => Some((What::ExistsOne, Some(test), None)),
            }
        }
        _ => None,
    }
}

/// The one element of a list that is written out.
fn single(expression: &IdedExpr) -> Option<&IdedExpr> {
    match &expression.expr {
        Expr::List(list) => list.elements.first(),
        _ => None,
    }
}

fn unknown_function(name: &str) -> String {
    match name {
        "has" => return "`has` asks for a field: `has(fn.vpc)`".to_owned(),
        "timestamp" | "duration" => {
            return format!("`{name}` is not offered: times do not stand in templates");
        }
        "all" | "exists" | "exists_one" | "map" | "filter" => {
            return format!("`{name}` is written `list.{name}(x, …)`");
        }
        _ => {}
    }
    let names = functions::FUNCTIONS.iter().map(|function| function.name);
    match nearest(name, names) {
        Some(near) => format!("there is no function `{name}`; did you mean `{near}`?"),
        None => format!("there is no function `{name}`"),
    }
}

fn binary(name: &str) -> Option<Binary> {
    Some(match name {
        operators::ADD => Binary::Add,
        operators::SUBSTRACT => Binary::Subtract,
        operators::MULTIPLY => Binary::Multiply,
        operators::DIVIDE => Binary::Divide,
        operators::MODULO => Binary::Remainder,
        operators::EQUALS => Binary::Equal,
        operators::NOT_EQUALS => Binary::NotEqual,
        operators::LESS => Binary::Less,
        operators::LESS_EQUALS => Binary::LessOrEqual,
        operators::GREATER => Binary::Greater,
        operators::GREATER_EQUALS => Binary::GreaterOrEqual,
        operators::IN => Binary::In,
        _ => return None,
    })
}

/// Whether a value of one type may stand where another is wanted.
fn fits(of: Type, wanted: Type) -> bool {
    match (of, wanted) {
        (Type::Any, _)
        | (_, Type::Any)
        | (Type::List(_), Type::List(_))
        | (Type::Integer, Type::Number) => true,
        _ => of == wanted,
    }
}

/// Whether two values can be equal.
fn comparable(one: Type, two: Type) -> bool {
    match (one, two) {
        (Type::List(_), Type::List(_)) | (Type::Map(_), Type::Map(_)) => true,
        _ => fits(one, two) || fits(two, one),
    }
}

fn number_of(one: Type, two: Type) -> Type {
    match (one, two) {
        (Type::Integer, Type::Integer) => Type::Integer,
        (Type::Any, _) | (_, Type::Any) => Type::Any,
        _ => Type::Number,
    }
}

/// A list of a type; lists of lists are not told apart.
fn list_of(of: Type) -> Type {
    match of {
        Type::Bool => Type::List(&Type::Bool),
        Type::Integer => Type::List(&Type::Integer),
        Type::Number => Type::List(&Type::Number),
        Type::Text => Type::List(&Type::Text),
        Type::Record(record) => crate::schema::list_of_record(record),
        Type::Any | Type::List(_) | Type::Map(_) => Type::List(&Type::Any),
    }
}
