//! The functions of the language. What one does not decide stays an expression.

mod collections;
mod encoding;
mod files;
mod numbers;
mod patterns;
mod text;

use source_text::Place;

pub(crate) use self::collections::distinct;
pub(crate) use self::encoding::from_json;
use crate::evaluator::Evaluator;
use crate::scope::Scope;
use crate::syntax::Expr;
use crate::value::{Unknown, Value};

/// Most arguments that hang on a condition and are looked at in every combination.
const COMBINED: usize = 4;

impl Evaluator<'_> {
    pub(crate) fn call(
        &mut self,
        name: &str,
        arguments: &[Expr],
        expand: bool,
        place: Place,
        scope: Scope<'_>,
    ) -> Value {
        match name {
            "try" => {
                for argument in arguments {
                    let value = self.eval(argument, scope);
                    if !value.fails() {
                        return value;
                    }
                }
                return Value::failed(place, self.written(place));
            }
            "can" => {
                let [argument] = arguments else { return self.open(place, &[]) };
                return Value::bool(place, !self.eval(argument, scope).fails());
            }
            _ => {}
        }
        let mut values: Vec<Value> = Vec::with_capacity(arguments.len());
        for argument in arguments {
            values.push(self.eval(argument, scope));
        }
        if expand && let Some(last) = values.pop() {
            let Some(items) = last.as_list() else {
                values.push(last);
                return self.open(place, &values);
            };
            values.extend(items.iter().cloned());
        }
        if values.iter().any(Value::is_failed) {
            return Value::failed(place, self.written(place));
        }
        let weight: usize = values.iter().map(Value::weight).sum();
        if !self.charge(1 + weight / 16) {
            return Value::expression(place, "…", Vec::new());
        }
        let in_parts =
            matches!(name, "join" | "format" | "jsonencode" | "sensitive" | "nonsensitive");
        let undecided = values.iter().filter(|it| is_choice(it)).count();
        if in_parts || undecided > COMBINED {
            return self.apply(name, &values, place);
        }
        self.combined(name, &values, place)
    }

    /// The function applied to every combination of arguments that hang on conditions.
    fn combined(&mut self, name: &str, values: &[Value], place: Place) -> Value {
        let Some(position) = values.iter().position(is_choice) else {
            return self.apply(name, values, place);
        };
        let Some(choice) = values.get(position).cloned() else { return self.open(place, values) };
        self.lift(&choice, &mut |it, branch| {
            let mut values = values.to_vec();
            if let Some(value) = values.get_mut(position) {
                *value = branch.clone();
            }
            it.combined(name, &values, place)
        })
    }

    fn apply(&mut self, name: &str, values: &[Value], place: Place) -> Value {
        let decided = text::apply(name, values, place)
            .or_else(|| collections::apply(name, values, place))
            .or_else(|| numbers::apply(name, values, place))
            .or_else(|| encoding::apply(name, values, place))
            .or_else(|| patterns::apply(name, values, place))
            .or_else(|| self.text_in_parts(name, values, place))
            .or_else(|| self.file_function(name, values, place));
        let value = match decided {
            Some(value) => value,
            None if refuses_null(name) && values.iter().any(Value::is_null) => {
                Value::failed(place, self.written(place))
            }
            None => self.open(place, values),
        };
        self.charge(value.weight() / 16);
        value
    }
}

fn is_choice(value: &Value) -> bool {
    matches!(value.as_unknown(), Some(Unknown::If { .. }))
}

/// Whether Terraform refuses `null` in every argument of a function.
fn refuses_null(name: &str) -> bool {
    const THESE: &[&str] = &[
        "basename",
        "chomp",
        "dirname",
        "endswith",
        "jsondecode",
        "keys",
        "length",
        "lower",
        "regex",
        "regexall",
        "replace",
        "split",
        "startswith",
        "strcontains",
        "strrev",
        "substr",
        "title",
        "trim",
        "trimprefix",
        "trimspace",
        "trimsuffix",
        "upper",
        "values",
        "yamldecode",
    ];
    THESE.contains(&name)
}
