//! Expressions to values.

use indexmap::IndexMap;
use source_text::{Place, SmolStr};

use crate::evaluator::Evaluator;
use crate::scope::{Names, Scope};
use crate::syntax::{Expr, ExprKind, For, Operator};
use crate::value::{Kind, Unknown, Value};

impl Evaluator<'_> {
    /// The value of an expression. Its place is the expression's; what a caller of the module
    /// handed over keeps the place where the caller wrote it, as that is where it is mended.
    pub(crate) fn eval(&mut self, expr: &Expr, scope: Scope<'_>) -> Value {
        let place = expr.place;
        match &expr.kind {
            ExprKind::Null => Value::null(place),
            ExprKind::Bool(value) => Value::bool(place, *value),
            ExprKind::Number(number) => Value::number(place, *number),
            ExprKind::Text(text) => Value::text(place, text.clone()),
            _ => {
                let value = self.deeper(place, |it| it.compound(expr, scope));
                if self.is_callers(scope.module, value.place) { value } else { value.at(place) }
            }
        }
    }

    fn compound(&mut self, expr: &Expr, scope: Scope<'_>) -> Value {
        let place = expr.place;
        match &expr.kind {
            ExprKind::List(items) => {
                let items = items.iter().map(|item| self.eval(item, scope)).collect();
                Value::list(place, items)
            }
            ExprKind::Object(entries) => self.object(entries, place, scope),
            ExprKind::Template(parts) => self.template(parts, place, scope),
            ExprKind::Name(_) => self.traversal(expr, &[], place, scope),
            ExprKind::Traversal(base, steps) => self.traversal(base, steps, place, scope),
            ExprKind::Call { name, arguments, expand } => {
                self.call(name, arguments, *expand, place, scope)
            }
            ExprKind::Conditional(parts) => self.conditional(parts, scope),
            ExprKind::Not(inner) => {
                let value = self.eval(inner, scope);
                not(place, value)
            }
            ExprKind::Negate(inner) => {
                let value = self.eval(inner, scope);
                match value.as_number() {
                    Some(number) => Value::number(place, -number),
                    None => self.open(place, &[value]),
                }
            }
            ExprKind::Binary(operator, sides) => self.binary(*operator, sides, place, scope),
            ExprKind::For(it) => self.for_expression(it, place, scope),
            _ => Value::null(place),
        }
    }

    fn object(&mut self, entries: &[(Expr, Expr)], place: Place, scope: Scope<'_>) -> Value {
        let mut map = IndexMap::with_capacity(entries.len());
        for (key, value) in entries {
            let key = self.key(key, scope);
            let value = self.eval(value, scope);
            map.insert(key, value);
        }
        Value::map(place, map)
    }

    /// The key of an object; one that is not known is its own text.
    fn key(&mut self, expr: &Expr, scope: Scope<'_>) -> SmolStr {
        let value = self.eval(expr, scope);
        if let Some(key) = value.as_text() {
            return key;
        }
        smol_str::format_smolstr!("${{{}}}", self.written(expr.place))
    }

    fn conditional(&mut self, parts: &[Expr; 3], scope: Scope<'_>) -> Value {
        let [condition, yes, no] = parts;
        let decided = self.eval(condition, scope);
        match decided.as_bool() {
            Some(true) => self.eval(yes, scope),
            Some(false) => self.eval(no, scope),
            None => {
                let place = condition.place;
                let (yes, no) = (self.eval(yes, scope), self.eval(no, scope));
                self.choice(decided, place, yes, no)
            }
        }
    }

    /// One of two values, by a condition that is not decided and is written at `place`.
    pub(crate) fn choice(
        &mut self,
        condition: Value,
        place: Place,
        yes: Value,
        no: Value,
    ) -> Value {
        // A branch that cannot be evaluated is one that is not taken: `x != null ? x.y : z`.
        match (yes.is_failed(), no.is_failed()) {
            (true, _) => return no,
            (false, true) => return yes,
            (false, false) => {}
        }
        if yes.is_known() && yes.equals(&no) == Some(true) {
            return yes;
        }
        let name = SmolStr::new(self.written(place));
        let here = yes.place;
        Value::unknown(here, Unknown::If { condition, name, yes, no })
    }

    /// The same made of both branches when the value hangs on a condition.
    pub(crate) fn lift(
        &mut self,
        value: &Value,
        work: &mut dyn FnMut(&mut Self, &Value) -> Value,
    ) -> Value {
        match value.as_unknown() {
            Some(Unknown::If { condition, name, yes, no }) if self.charge(1) => {
                let (yes, no) = (self.lift(yes, work), self.lift(no, work));
                match (yes.is_failed(), no.is_failed()) {
                    (true, _) => no,
                    (false, true) => yes,
                    (false, false) => {
                        let (condition, name) = (condition.clone(), name.clone());
                        Value::unknown(value.place, Unknown::If { condition, name, yes, no })
                    }
                }
            }
            _ => work(self, value),
        }
    }

    fn binary(
        &mut self,
        operator: Operator,
        sides: &[Expr; 2],
        place: Place,
        scope: Scope<'_>,
    ) -> Value {
        let [left, right] = sides;
        let left = self.eval(left, scope);
        match (operator, left.as_bool()) {
            (Operator::And, Some(false)) => return Value::bool(place, false),
            (Operator::Or, Some(true)) => return Value::bool(place, true),
            _ => {}
        }
        let right = self.eval(right, scope);
        match operator {
            Operator::And | Operator::Or => {
                let is_and = operator == Operator::And;
                match (left.as_bool(), right.as_bool()) {
                    (Some(a), Some(b)) => Value::bool(place, if is_and { a && b } else { a || b }),
                    (_, Some(b)) if b != is_and => Value::bool(place, b),
                    (Some(_), None) => right,
                    (None, Some(_)) => left,
                    (None, None) => {
                        let function = if is_and { "Fn::And" } else { "Fn::Or" };
                        Value::unknown(place, Unknown::Truth(function, vec![left, right]))
                    }
                }
            }
            Operator::Equal | Operator::NotEqual => {
                self.charge(left.weight().min(right.weight()));
                let equal = match left.equals(&right) {
                    Some(equal) => Value::bool(place, equal),
                    None => Value::unknown(place, Unknown::Truth("Fn::Equals", vec![left, right])),
                };
                if operator == Operator::Equal { equal } else { not(place, equal) }
            }
            _ => match (left.as_number(), right.as_number()) {
                (Some(a), Some(b)) => arithmetic(operator, a, b, place),
                _ if left.is_unknown() || right.is_unknown() => self.open(place, &[left, right]),
                _ => Value::failed(place, self.written(place)),
            },
        }
    }

    fn for_expression(&mut self, it: &For, place: Place, scope: Scope<'_>) -> Value {
        let collection = self.eval(&it.collection, scope);
        self.lift(&collection, &mut |this, collection| {
            let Some(items) = items_of(collection) else {
                return this.open(place, std::slice::from_ref(collection));
            };
            this.for_items(it, items, place, scope)
        })
    }

    fn for_items(
        &mut self,
        it: &For,
        items: Vec<(Value, Value)>,
        place: Place,
        scope: Scope<'_>,
    ) -> Value {
        let mut list = Vec::new();
        let mut map: IndexMap<SmolStr, Value> = IndexMap::new();
        let mut groups: IndexMap<SmolStr, Vec<Value>> = IndexMap::new();
        for (key, item) in items {
            if !self.charge(2) {
                break;
            }
            let mut bindings = vec![(it.value_name.clone(), item)];
            if let Some(name) = &it.key_name {
                bindings.push((name.clone(), key));
            }
            let names = Names { bindings: &bindings, outer: scope.names };
            let scope = Scope { module: scope.module, names: Some(&names) };
            let condition = it.condition.as_ref().map(|expr| self.eval(expr, scope));
            if condition.as_ref().and_then(Value::as_bool) == Some(false) {
                continue;
            }
            let mut value = self.eval(&it.value, scope);
            if let (Some(condition), Some(expr)) = (condition, &it.condition)
                && condition.as_bool().is_none()
            {
                let nothing = Value::null(value.place);
                value = self.choice(condition, expr.place, value, nothing);
            }
            self.charge(value.weight() / 16);
            match &it.key {
                None => list.push(value),
                Some(key) => {
                    let key = self.key(key, scope);
                    if it.grouping {
                        groups.entry(key).or_default().push(value);
                    } else {
                        map.insert(key, value);
                    }
                }
            }
        }
        if it.key.is_none() {
            return Value::list(place, list);
        }
        map.extend(groups.into_iter().map(|(key, values)| (key, Value::list(place, values))));
        Value::map(place, map)
    }
}

fn not(place: Place, value: Value) -> Value {
    match value.as_bool() {
        Some(value) => Value::bool(place, !value),
        None => Value::unknown(place, Unknown::Truth("Fn::Not", vec![value])),
    }
}

/// Keys and items of what `for` and `dynamic` go through; `null` has none.
pub(crate) fn items_of(collection: &Value) -> Option<Vec<(Value, Value)>> {
    let place = collection.place;
    match &collection.kind {
        Kind::List(items) => Some(
            items
                .it
                .iter()
                .enumerate()
                .map(|(index, item)| (Value::count(place, index), item.clone()))
                .collect(),
        ),
        Kind::Map(map) => Some(
            map.it
                .iter()
                .map(|(key, item)| (Value::text(place, key.clone()), item.clone()))
                .collect(),
        ),
        Kind::Null => Some(Vec::new()),
        _ => None,
    }
}

fn arithmetic(operator: Operator, a: f64, b: f64, place: Place) -> Value {
    let number = match operator {
        Operator::Add => a + b,
        Operator::Subtract => a - b,
        Operator::Multiply => a * b,
        Operator::Divide => a / b,
        Operator::Remainder => a % b,
        Operator::Less => return Value::bool(place, a < b),
        Operator::LessOrEqual => return Value::bool(place, a <= b),
        Operator::Greater => return Value::bool(place, a > b),
        _ => return Value::bool(place, a >= b),
    };
    if number.is_finite() {
        Value::number(place, number)
    } else {
        Value::failed(place, "a number that is not finite")
    }
}
