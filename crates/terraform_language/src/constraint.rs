//! Types of variables, and what Terraform makes of a value to fit one.

use indexmap::IndexMap;
use source_text::SmolStr;

use crate::evaluator::Evaluator;
use crate::scope::Scope;
use crate::syntax::{Expr, ExprKind};
use crate::value::{Kind, Value, number_text};

#[derive(Debug)]
pub(crate) enum Constraint {
    Any,
    Text,
    Number,
    Bool,
    List(Box<Constraint>),
    Set(Box<Constraint>),
    Map(Box<Constraint>),
    Tuple(Vec<Constraint>),
    /// Name, type, whether it may be missing, and what it then is.
    Object(Vec<(SmolStr, Constraint, bool, Option<Value>)>),
}

impl Evaluator<'_> {
    /// The type that an expression such as `list(object({ name = string }))` writes.
    pub(crate) fn constraint(&mut self, expr: &Expr) -> Constraint {
        match &expr.kind {
            ExprKind::Name(name) => match name.as_str() {
                "string" => Constraint::Text,
                "number" => Constraint::Number,
                "bool" => Constraint::Bool,
                _ => Constraint::Any,
            },
            // The way in which types were written up to Terraform 0.11.
            ExprKind::Text(name) if name == "string" => Constraint::Text,
            ExprKind::Call { name, arguments, .. } => {
                let Some(argument) = arguments.first() else { return Constraint::Any };
                match (name.as_str(), &argument.kind) {
                    ("list", _) => Constraint::List(Box::new(self.constraint(argument))),
                    ("set", _) => Constraint::Set(Box::new(self.constraint(argument))),
                    ("map", _) => Constraint::Map(Box::new(self.constraint(argument))),
                    ("tuple", ExprKind::List(items)) => {
                        Constraint::Tuple(items.iter().map(|it| self.constraint(it)).collect())
                    }
                    ("object", ExprKind::Object(entries)) => {
                        Constraint::Object(self.attributes(entries))
                    }
                    _ => Constraint::Any,
                }
            }
            _ => Constraint::Any,
        }
    }

    fn attributes(
        &mut self,
        entries: &[(Expr, Expr)],
    ) -> Vec<(SmolStr, Constraint, bool, Option<Value>)> {
        let mut attributes = Vec::new();
        for (key, constraint) in entries {
            let ExprKind::Text(key) = &key.kind else { continue };
            attributes.push(match &constraint.kind {
                ExprKind::Call { name, arguments, .. } if name == "optional" => {
                    let inner = match arguments.first() {
                        Some(inner) => self.constraint(inner),
                        None => Constraint::Any,
                    };
                    // Defaults are plain values: no module is needed to read them.
                    let default =
                        arguments.get(1).map(|default| self.eval(default, Scope::of(usize::MAX)));
                    (key.clone(), inner, true, default)
                }
                _ => (key.clone(), self.constraint(constraint), false, None),
            });
        }
        attributes
    }

    /// A value made to fit a type; what does not fit stays as it is.
    pub(crate) fn convert(&mut self, value: Value, constraint: &Constraint) -> Value {
        if !self.charge(1) {
            return value;
        }
        let place = value.place;
        match (constraint, &value.kind) {
            (Constraint::Text, Kind::Number(number)) => Value::text(place, number_text(*number)),
            (Constraint::Text, Kind::Bool(_)) => match value.as_text() {
                Some(text) => Value::text(place, text),
                None => value,
            },
            (Constraint::Number, Kind::Text(_)) => match value.as_number() {
                Some(number) => Value::number(place, number),
                None => value,
            },
            (Constraint::Bool, Kind::Text(_)) => match value.as_bool() {
                Some(truth) => Value::bool(place, truth),
                None => value,
            },
            (Constraint::List(inner), Kind::List(items)) => {
                let items = items.it.iter().map(|it| self.convert(it.clone(), inner)).collect();
                Value::list(place, items)
            }
            (Constraint::Set(inner), Kind::List(items)) => {
                let items = items.it.iter().map(|it| self.convert(it.clone(), inner)).collect();
                crate::functions::distinct(place, items)
            }
            (Constraint::Map(inner), Kind::Map(map)) => {
                let map = map
                    .it
                    .iter()
                    .map(|(key, it)| (key.clone(), self.convert(it.clone(), inner)))
                    .collect();
                Value::map(place, map)
            }
            (Constraint::Tuple(inner), Kind::List(items)) => {
                let items = items
                    .it
                    .iter()
                    .zip(inner)
                    .map(|(it, inner)| self.convert(it.clone(), inner))
                    .collect();
                Value::list(place, items)
            }
            (Constraint::Object(attributes), Kind::Map(map)) => {
                let mut converted = IndexMap::new();
                for (name, inner, optional, default) in attributes {
                    let given = map.it.get(name).filter(|it| !it.is_null() || default.is_none());
                    let given = match (given, default) {
                        (Some(given), _) => given.clone(),
                        (None, Some(default)) => default.clone(),
                        (None, None) if *optional => Value::null(place),
                        (None, None) => continue,
                    };
                    converted.insert(name.clone(), self.convert(given, inner));
                }
                Value::map(place, converted)
            }
            _ => value,
        }
    }
}
