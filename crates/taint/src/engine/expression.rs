//! Expressions.

use std::rc::Rc;

use code_ir::{
    Binding, Clause, Comprehension, ComprehensionKind, Element, Entry, Expr, ExprKind, FunctionId,
    LogicOperator, Name, Part, Span, UnaryOperator,
};

use super::{Engine, amount::number_of};
use crate::{
    heap::{List, Map, Object, ObjectId},
    service_call::Provenance,
    value::{Cell, ClassRef, Constant, Facts, Key, Note, Shape, Taint, Value, View, ViewPart},
};

impl<'p> Engine<'p> {
    /// What an expression gives.
    pub(crate) fn eval(&mut self, expr: &'p Expr) -> Value {
        if self.is_spent() {
            return Value::unknown();
        }
        match &expr.kind {
            ExprKind::Unknown => Value::unknown(),
            ExprKind::Constant(constant) => Value::constant(constant_of(constant)),
            ExprKind::Name(name) => self.read_name(name, expr.span),
            ExprKind::This => self.this(),
            ExprKind::Attribute { base, name } => {
                let base = self.eval(base);
                self.member(&base, name, expr.span)
            }
            ExprKind::Index { base, index } => {
                let base = self.eval(base);
                let index = self.eval(index);
                self.index(&base, &index, expr.span)
            }
            ExprKind::Slice { base, lower, upper } => {
                let base = self.eval(base);
                let lower = lower.as_ref().map(|bound| self.eval(bound));
                let upper = upper.as_ref().map(|bound| self.eval(bound));
                self.slice(&base, lower.as_ref(), upper.as_ref())
            }
            ExprKind::Call { callee, arguments, is_new } => {
                self.call_expression(expr, callee, arguments, *is_new)
            }
            ExprKind::Binary { operator, left, right } => {
                let left = self.eval(left);
                let right = self.eval(right);
                self.binary(*operator, &left, &right, expr.span)
            }
            ExprKind::Unary { operator, operand } => {
                let operand = self.eval(operand);
                self.unary(*operator, &operand)
            }
            ExprKind::Compare { operator, left, right } => {
                let left = self.eval(left);
                let right = self.eval(right);
                self.compare(*operator, &left, &right)
            }
            ExprKind::Logic { operator, left, right } => self.logic(*operator, left, right),
            ExprKind::Conditional { test, then, otherwise } => {
                let test = self.eval(test);
                match self.truth(&test) {
                    Some(true) => self.eval(then),
                    Some(false) => self.eval(otherwise),
                    None => self.either_value(
                        |engine| engine.assuming(&test, true, |engine| engine.eval(then)),
                        |engine| engine.assuming(&test, false, |engine| engine.eval(otherwise)),
                    ),
                }
            }
            ExprKind::Interpolation(parts) => self.interpolation(parts, expr.span),
            ExprKind::TaggedTemplate { tag, parts } => self.tagged_template(expr, tag, parts),
            ExprKind::List(elements) => self.list(elements),
            ExprKind::Dict(entries) => self.dict(entries),
            ExprKind::Function(id) => self.define_function(*id),
            ExprKind::Class(id) => self.define_class(*id),
            ExprKind::Comprehension(comprehension) => self.comprehension(comprehension),
            ExprKind::Await(inner) => self.eval(inner),
            ExprKind::Yield(inner) => self.yielded(inner.as_deref()),
            ExprKind::Assign { target, value } => self.assigned(target, value, expr.span),
            ExprKind::Sequence(exprs) => {
                exprs.iter().fold(Value::unknown(), |_, expr| self.eval(expr))
            }
            ExprKind::ImportCall(module) => {
                let module = self.eval(module);
                self.require(&module, expr.span)
            }
        }
    }

    fn yielded(&mut self, inner: Option<&'p Expr>) -> Value {
        let value = inner.map(|inner| self.eval(inner)).unwrap_or_default();
        if let Some(call) = self.calls.last_mut() {
            call.yields = Some(match &call.yields {
                Some(known) => known.or(&value),
                None => value,
            });
        }
        Value::unknown()
    }

    fn assigned(&mut self, target: &'p code_ir::Target, value: &'p Expr, span: Span) -> Value {
        let mut value = self.eval(value);
        if let code_ir::Target::Name(name, _) = target {
            let note = Note::Assigned(name.text.clone());
            value.taint = value.taint.step(self.module_id(), span, &note);
        }
        self.assign(target, value.clone(), span);
        value
    }

    fn this(&mut self) -> Value {
        let Some(call) = self.call() else { return Value::unknown() };
        call.this.clone().unwrap_or_else(|| {
            let main = self.loaded.get(&call.module).and_then(|loaded| loaded.main_object);
            main.map_or_else(Value::unknown, |object| Value::of(Shape::Object(object)))
        })
    }

    /// Reads a variable; a test of what is read is a test of the variable.
    pub(crate) fn read_name(&mut self, name: &Name, span: Span) -> Value {
        match name.binding {
            Binding::Free => self.read_free(&name.text, span),
            Binding::Local(slot) => match self.call().map(|call| call.frame) {
                Some(frame) => self.read_slot(frame, slot),
                None => Value::unknown(),
            },
            Binding::Outer { function, slot } => match self.frame_of(function) {
                Some(frame) => self.read_slot(frame, slot),
                None => Value::unknown(),
            },
        }
    }

    /// The frame of an enclosing function.
    pub(crate) fn frame_of(&self, function: FunctionId) -> Option<ObjectId> {
        let mut at = self.call().map(|call| &call.frames);
        while let Some(frames) = at {
            if frames.function == function {
                return Some(frames.object);
            }
            at = frames.parent.as_ref();
        }
        None
    }

    fn read_slot(&mut self, frame: ObjectId, slot: u16) -> Value {
        let cell = Cell { object: frame, key: Key::Index(i64::from(slot)) };
        match self.heap.read(&cell) {
            Some(value) => viewed(value.clone(), cell),
            None => Value::unknown(),
        }
    }

    /// A text put together from pieces.
    fn interpolation(&mut self, parts: &'p [Part], span: Span) -> Value {
        let mut text = Some(String::new());
        let mut taint = Taint::default();
        let mut head = super::head::Head::default();
        let mut values = Vec::new();
        for part in parts {
            match part {
                Part::Text(piece) => {
                    head.text(piece);
                    if let Some(text) = &mut text {
                        text.push_str(piece);
                    }
                    values.push(Value::text(piece.clone()));
                }
                Part::Value(expr) => {
                    let value = self.eval(expr);
                    let own = self.deep_taint(&value);
                    taint = taint.or(&if head.is_fixed() {
                        own.without(super::head::ADDRESS)
                    } else {
                        own
                    });
                    head.value(&value);
                    values.push(value.clone());
                    match (&mut text, value.as_constant()) {
                        (Some(text), Some(constant)) => text.push_str(&constant.display("None")),
                        (text, _) => *text = None,
                    }
                }
            }
        }
        match text {
            Some(text) => Value::text(text).with_taint(taint),
            None => self.composed(&values.iter().collect::<Vec<_>>(), taint, span),
        }
    }

    fn tagged_template(&mut self, expr: &'p Expr, tag: &'p Expr, parts: &'p [Part]) -> Value {
        let tag = self.eval(tag);
        let mut pieces = Vec::new();
        let mut values = Vec::new();
        for part in parts {
            match part {
                Part::Text(piece) => pieces.push(Value::text(piece.clone())),
                Part::Value(expr) => {
                    let value = self.eval(expr);
                    values.push(value);
                }
            }
        }
        let list = self.heap.add_list(pieces);
        let mut arguments = super::call::Args::default();
        arguments.push(Value::of(Shape::Object(list)), expr.span);
        for value in values {
            arguments.push(value, expr.span);
        }
        self.call_value(&tag, arguments, expr.span)
    }

    fn list(&mut self, elements: &'p [Element]) -> Value {
        let mut list = List::default();
        for element in elements {
            match element {
                Element::One(expr) => {
                    let value = self.eval(expr);
                    list.push(value);
                }
                Element::Spread(expr) => {
                    let value = self.eval(expr);
                    let (items, rest) = self.members(&value);
                    for item in items {
                        list.push(item);
                    }
                    if let Some(rest) = rest {
                        list.rest =
                            Some(list.rest.map_or_else(|| rest.clone(), |all| all.or(&rest)));
                    }
                }
            }
        }
        Value::of(Shape::Object(self.heap.add(Object::List(list))))
    }

    fn dict(&mut self, entries: &'p [Entry]) -> Value {
        let mut map = Map { is_closed: true, ..Map::default() };
        for entry in entries {
            match entry {
                Entry::Pair(key, value) => {
                    let key = self.eval(key);
                    let span = value.span;
                    self.targets.push(key.as_text().cloned().unwrap_or_default());
                    let mut value = self.eval(value);
                    self.targets.pop();
                    if let (Some(name), false) = (key.as_text(), value.taint.is_clean()) {
                        let note = Note::Assigned(name.clone());
                        value.taint =
                            value.taint.step_where(self.module_id(), span, &note, |_| true);
                    }
                    if let Some(key) = key_of(&key) {
                        map.set(key, value);
                    } else {
                        let value = value.clone().with_taint(value.taint.or(&key.taint));
                        map.set_any(&value.under_key(&key));
                    }
                }
                Entry::Spread(expr) => {
                    let value = self.eval(expr);
                    self.copy_into(&mut map, &value);
                }
            }
        }
        Value::of(Shape::Object(self.heap.add_map(map)))
    }

    /// Copies the entries of a value into a mapping.
    pub(crate) fn copy_into(&mut self, map: &mut Map, value: &Value) {
        if let Some(other) = value.as_object().and_then(|id| self.heap.map(id)) {
            let is_closed = other.is_closed;
            for (key, value) in other.entries.clone() {
                map.set(key, value);
            }
            map.is_closed &= is_closed;
            if let Some(rest) =
                self.heap.map(value.as_object().unwrap_or(ObjectId(0))).and_then(|m| m.rest.clone())
            {
                map.rest =
                    Some(map.rest.as_ref().map_or_else(|| rest.clone(), |all| all.or(&rest)));
            }
            return;
        }
        if matches!(value.shape, Shape::Constant(_)) {
            return;
        }
        map.is_closed = false;
        let rest = Value::tainted(self.deep_taint(value));
        if !rest.taint.is_clean() {
            map.rest = Some(map.rest.as_ref().map_or_else(|| rest.clone(), |all| all.or(&rest)));
        }
    }

    fn comprehension(&mut self, comprehension: &'p Comprehension) -> Value {
        let result = match comprehension.kind {
            ComprehensionKind::List => self.heap.add_list(Vec::new()),
            ComprehensionKind::Dict => self.heap.add_map(Map::default()),
        };
        self.clause(comprehension, &comprehension.clauses, result);
        Value::of(Shape::Object(result))
    }

    fn clause(&mut self, whole: &'p Comprehension, clauses: &'p [Clause], result: ObjectId) {
        let Some((clause, inner)) = clauses.split_first() else {
            let element = self.eval(&whole.element);
            match &whole.value {
                None => {
                    if let Some(list) = self.heap.change_list(result) {
                        list.push(element);
                    }
                }
                Some(value) => {
                    let value = self.eval(value);
                    if let Some(map) = self.heap.change_map(result) {
                        match key_of(&element) {
                            Some(key) => map.set(key, value),
                            None => {
                                map.set_any(
                                    &value.clone().with_taint(value.taint.or(&element.taint)),
                                );
                            }
                        }
                    }
                }
            }
            return;
        };
        let iterable = self.eval(&clause.iterable);
        let (items, rest) = self.members(&iterable);
        let items: Vec<Value> = items.into_iter().take(32).collect();
        for (value, is_exact) in
            items.into_iter().map(|item| (item, true)).chain(rest.map(|rest| (rest, false)))
        {
            if self.is_spent() {
                return;
            }
            self.assign(&clause.target, value, clause.iterable.span);
            let (passes, changes) = self.alternative(|engine| {
                let mut is_sure = true;
                for condition in &clause.conditions {
                    let test = engine.eval(condition);
                    match engine.truth(&test) {
                        Some(false) => return None,
                        Some(true) => {}
                        None => is_sure = false,
                    }
                    engine.assume(&test, true);
                }
                engine.clause(whole, inner, result);
                Some(is_sure)
            });
            match passes {
                Some(true) if is_exact => self.heap.merge(vec![changes]),
                Some(_) => {
                    self.heap.merge(vec![changes]);
                    if let Some(list) = self.heap.change_list(result) {
                        list.blur();
                    }
                }
                None => {}
            }
        }
    }

    fn unary(&mut self, operator: UnaryOperator, operand: &Value) -> Value {
        match operator {
            UnaryOperator::Not => {
                if super::access::is_testable(operand) {
                    self.note_tested(&operand.taint, None);
                }
                let facts = operand
                    .facts
                    .as_ref()
                    .map(|facts| Rc::new(Facts { yes: facts.no.clone(), no: facts.yes.clone() }));
                let shape = self
                    .truth(operand)
                    .map_or(Shape::Unknown, |truth| Shape::Constant(Constant::Bool(!truth)));
                Value { shape, facts, ..Value::default() }
            }
            UnaryOperator::Minus => match operand.as_constant() {
                Some(Constant::Int(value)) => {
                    Value::constant(Constant::Int(value.checked_neg().unwrap_or(i64::MAX)))
                }
                Some(Constant::Float(value)) => Value::constant(Constant::Float(-value)),
                _ => number_of(operand),
            },
            // Numbers, names of types, truth values: nothing that is dangerous.
            UnaryOperator::Plus | UnaryOperator::Invert => match operand.as_constant() {
                Some(Constant::Int(value)) if operator == UnaryOperator::Plus => {
                    Value::constant(Constant::Int(*value))
                }
                _ => number_of(operand),
            },
            UnaryOperator::TypeOf => {
                let views = operand.views.as_deref().map(|views| {
                    let whole = views.iter().filter(|view| view.part == ViewPart::Whole);
                    Rc::new(
                        whole.map(|view| View { part: ViewPart::Type, ..view.clone() }).collect(),
                    )
                });
                Value { views, ..Value::unknown() }
            }
            UnaryOperator::Discard => Value::unknown(),
        }
    }

    fn logic(&mut self, operator: LogicOperator, left: &'p Expr, right: &'p Expr) -> Value {
        let left = self.eval(left);
        let truth = self.truth(&left);
        let takes_right = match operator {
            LogicOperator::And => truth,
            LogicOperator::Or => truth.map(|truth| !truth),
            LogicOperator::Coalesce => match &left.shape {
                Shape::Constant(constant) => Some(*constant == Constant::None),
                Shape::Object(_) | Shape::Function(_) | Shape::Class(_) => Some(false),
                _ => None,
            },
        };
        match takes_right {
            Some(true) => {
                // The left side was only a test, and it passed.
                self.assume(&left, operator == LogicOperator::And);
                let right = self.eval(right);
                let facts = join_facts(operator, &left, &right);
                return Value { facts, ..right };
            }
            Some(false) => return left,
            None => {}
        }
        let assumed = match operator {
            LogicOperator::And => Some(true),
            LogicOperator::Or => Some(false),
            LogicOperator::Coalesce => None,
        };
        let (right, changes) = self.alternative(|engine| {
            if let Some(truth) = assumed {
                engine.assume(&left, truth);
            }
            engine.eval(right)
        });
        self.heap.merge(vec![changes, Vec::new()]);
        let facts = join_facts(operator, &left, &right);
        // `x && y` gives `x` only when that is false, which is nothing dangerous.
        let value = if operator == LogicOperator::And {
            right.clone().with_taint(right.taint.clone())
        } else {
            either(&left, &right)
        };
        let shape = match (operator, self.truth(&right)) {
            (LogicOperator::And, Some(false)) => Shape::Constant(Constant::Bool(false)),
            // `process.env.KEY || "key"` is one of the two, not an answer.
            (LogicOperator::Or, Some(true)) if !matches!(left.shape, Shape::Library(_)) => {
                Shape::Constant(Constant::Bool(true))
            }
            (LogicOperator::And, _) => match &value.shape {
                Shape::Constant(_) => Shape::Unknown,
                shape => shape.clone(),
            },
            _ => value.shape.clone(),
        };
        Value { shape, facts, ..value }
    }

    fn define_class(&mut self, id: code_ir::ClassId) -> Value {
        let Some(call) = self.call() else { return Value::unknown() };
        let class =
            ClassRef { module: call.module, class: id, frames: Some(Rc::clone(&call.frames)) };
        let class = Rc::new(class);
        self.class_decorators(&class);
        Value::of(Shape::Class(class))
    }
}

/// A value that is read from a cell, so that tests of it speak of the cell.
pub(crate) fn viewed(mut value: Value, cell: Cell) -> Value {
    // Nothing is proven of clean values; but a library's object and an empty variable can have data
    // put into them.
    if value.taint.is_clean() && !matches!(value.shape, Shape::Instance(_) | Shape::Unknown) {
        return value;
    }
    let part = if value.is_resolved { ViewPart::Resolved } else { ViewPart::Whole };
    let view = View { cell, id: value.id, part };
    let mut views = value.views.as_deref().cloned().unwrap_or_default();
    if views.len() < 4 {
        views.push(view);
    }
    value.views = Some(Rc::new(views));
    value
}

/// The left value, or the right one when the left is nothing.
pub(super) fn either(left: &Value, right: &Value) -> Value {
    let value = left.or(right);
    match left.provenance() {
        variable @ Provenance::Environment(_) if right.as_constant() != Some(&Constant::None) => {
            value.with_text(variable.or_default(right.provenance()))
        }
        _ => value,
    }
}

/// What is proven by `left op right`.
fn join_facts(operator: LogicOperator, left: &Value, right: &Value) -> Option<Rc<Facts>> {
    let empty = Facts::default();
    let a = left.facts.as_deref().unwrap_or(&empty);
    let b = right.facts.as_deref().unwrap_or(&empty);
    let facts = match operator {
        LogicOperator::And => Facts { yes: both(&a.yes, &b.yes), no: common(&a.no, &b.no) },
        LogicOperator::Or => Facts { yes: common(&a.yes, &b.yes), no: both(&a.no, &b.no) },
        LogicOperator::Coalesce => return None,
    };
    (!facts.yes.is_empty() || !facts.no.is_empty()).then(|| Rc::new(facts))
}

fn both(a: &[crate::value::Fact], b: &[crate::value::Fact]) -> Vec<crate::value::Fact> {
    a.iter().chain(b).cloned().collect()
}

/// What holds whichever of the two holds.
pub(crate) fn common(
    a: &[crate::value::Fact],
    b: &[crate::value::Fact],
) -> Vec<crate::value::Fact> {
    a.iter()
        .filter_map(|fact| {
            let other = b.iter().find(|other| other.cell == fact.cell && other.id == fact.id)?;
            let clears = fact.clears.and(other.clears);
            let constant = fact.constant.clone().filter(|c| other.constant.as_ref() == Some(c));
            (!clears.is_empty()).then(|| crate::value::Fact { clears, constant, ..fact.clone() })
        })
        .collect()
}

pub(crate) fn constant_of(constant: &code_ir::Constant) -> Constant {
    match constant {
        code_ir::Constant::None | code_ir::Constant::Ellipsis => Constant::None,
        code_ir::Constant::Bool(value) => Constant::Bool(*value),
        code_ir::Constant::Int(value) => Constant::Int(*value),
        code_ir::Constant::Float(value) => Constant::Float(*value),
        code_ir::Constant::Text(text) => Constant::Text(text.clone()),
        code_ir::Constant::Bytes(text) => Constant::Bytes(text.clone()),
        code_ir::Constant::Regex { pattern, flags } => {
            Constant::Regex(pattern.clone(), flags.clone())
        }
    }
}

/// The key that a constant is.
pub(crate) fn key_of(value: &Value) -> Option<Key> {
    match value.as_constant()? {
        Constant::Text(text) | Constant::Bytes(text) => Some(Key::Name(text.clone())),
        Constant::Int(value) => Some(Key::Index(*value)),
        Constant::Bool(value) => Some(Key::Index(i64::from(*value))),
        _ => None,
    }
}
