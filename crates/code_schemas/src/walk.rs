//! The way that every event takes through a function, and what it is checked against there.
//!
//! A check counts where every event meets it: not in a branch, not behind an early return, not in a
//! `try` that goes on without it. Elsewhere it gives a note.

use std::collections::HashMap;

use code_ir::{
    Binding, Clause, ComprehensionKind, Element, Entry, Expr, ExprKind, FunctionId, Handler,
    LogicOperator, Part, Span, Spread, Stmt, StmtKind, Target, walk_stmts,
};
use code_program::ModuleId;
use serde_json::{Value, json};

use crate::datum::{Datum, Step, is_nothing};
use crate::emit;
use crate::model::Models;
use crate::names::At;
use crate::{Derivation, Derived, Note, Subject};

/// Functions that call each other.
const DEPTH: usize = 6;
/// Notes of one function.
const NOTES: usize = 40;

/// Walks from one entry point.
pub(crate) struct Walk<'m, 'p> {
    pub(crate) models: &'m Models<'p>,
    /// Modules of the function.
    pub(crate) modules: &'m [ModuleId],
    pub(crate) found: Derivation,
    /// Whether something may have changed the event.
    pub(crate) is_changed: bool,
    /// Checks that were seen, wherever.
    pub(crate) checks: u32,
    pub(crate) open: Vec<(ModuleId, FunctionId)>,
}

/// A function on the way.
pub(crate) struct Frame {
    pub(crate) at: At,
    pub(crate) values: HashMap<u16, Datum>,
    /// Whether every event comes here.
    pub(crate) is_sure: bool,
    /// Whether the last statement ends the function only for events that are not what it takes them
    /// for: those that a `try` could not take apart.
    pub(crate) is_excused: bool,
    /// Whether nothing of the program gets what the function gives.
    pub(crate) is_outermost: bool,
}

impl Frame {
    pub(crate) fn new(at: At, values: HashMap<u16, Datum>, is_sure: bool) -> Self {
        Self { at, values, is_sure, is_excused: false, is_outermost: false }
    }

    /// The same, for a part that not every event comes to.
    fn beside(&self) -> Self {
        Self { is_outermost: self.is_outermost, ..Self::new(self.at, self.values.clone(), false) }
    }
}

/// What a check is about.
pub(crate) struct Check {
    pub(crate) schema: Value,
    pub(crate) name: String,
    pub(crate) by: String,
    pub(crate) span: Span,
}

/// How a block ends.
enum End {
    Open,
    /// With the value that it gives.
    Left(Option<Datum>),
}

impl<'p> Walk<'_, 'p> {
    /// Walks a function; what it gives, where that is a part of the event.
    pub(crate) fn function(
        &mut self,
        at: At,
        values: HashMap<u16, Datum>,
        is_sure: bool,
        is_outermost: bool,
    ) -> Option<Datum> {
        let key = (at.module, at.function);
        let program = self.models.names.program;
        let function = program.function(at.module, at.function)?;
        if self.open.len() >= DEPTH || self.open.contains(&key) || function.is_generator {
            self.is_changed |= !values.is_empty();
            return None;
        }
        self.open.push(key);
        let mut frame = Frame { is_outermost, ..Frame::new(at, values, is_sure) };
        let end = self.block(&mut frame, &function.body, true);
        self.open.pop();
        match end {
            End::Left(datum) if frame.is_sure => datum,
            _ => None,
        }
    }

    pub(crate) fn note(&mut self, at: At, span: Span, words: String) {
        let place = self.models.names.program.place(at.module, span);
        let note = Note { words, place };
        if self.found.notes.len() < NOTES && !self.found.notes.contains(&note) {
            self.found.notes.push(note);
        }
    }

    /// A value of the event is checked.
    pub(crate) fn check(&mut self, frame: &Frame, datum: Option<&Datum>, check: Check) {
        self.checks += 1;
        let Check { schema, name, by, span } = check;
        let said = |why: &str| format!("`{by}`: no schema of `{name}`, {why}");
        let Some(datum) = datum else {
            return self.note(frame.at, span, said("what it checks is no known part of the event"));
        };
        if !frame.is_sure {
            return self.note(frame.at, span, said("not every event comes here"));
        }
        if self.is_changed {
            return self.note(frame.at, span, said("the event may be changed before"));
        }
        match emit::schema(datum, schema) {
            Ok((subject, schema)) => self.give(frame.at, span, subject, schema, name, by),
            Err(why) => self.note(frame.at, span, said(why)),
        }
    }

    pub(crate) fn give(
        &mut self,
        at: At,
        span: Span,
        subject: Subject,
        schema: Value,
        name: String,
        by: String,
    ) {
        let place = self.models.names.program.place(at.module, span);
        let derived = Derived { subject, schema, name, by, place };
        if !self.found.schemas.contains(&derived) {
            self.found.schemas.push(derived);
        }
    }

    /// Walks statements. `is_tail` says that nothing of the function, or of the round of a loop, comes
    /// after them.
    fn block(&mut self, frame: &mut Frame, body: &'p [Stmt], is_tail: bool) -> End {
        for (index, stmt) in body.iter().enumerate() {
            let is_last = is_tail && index + 1 == body.len();
            match &stmt.kind {
                StmtKind::Return(value) => {
                    let datum = value.as_ref().and_then(|value| self.eval(frame, value));
                    return End::Left(datum);
                }
                StmtKind::Raise(value) => {
                    if let Some(value) = value {
                        self.eval(frame, value);
                    }
                    return End::Left(None);
                }
                StmtKind::Break | StmtKind::Continue => return End::Left(None),
                _ => {
                    if let End::Left(datum) = self.stmt(frame, stmt, is_last) {
                        return End::Left(datum);
                    }
                }
            }
            if !std::mem::take(&mut frame.is_excused) && leaves(stmt) {
                frame.is_sure = false;
            }
        }
        End::Open
    }

    fn stmt(&mut self, frame: &mut Frame, stmt: &'p Stmt, is_last: bool) -> End {
        match &stmt.kind {
            StmtKind::Expr(expr) | StmtKind::Assert(expr) => drop(self.eval(frame, expr)),
            StmtKind::Assign { target, value, .. } => {
                let datum = value.as_ref().and_then(|value| self.eval(frame, value));
                self.assign(frame, target, datum);
            }
            StmtKind::Augment { target, value, .. } => {
                self.eval(frame, value);
                self.assign(frame, target, None);
            }
            StmtKind::Delete(target) => self.assign(frame, target, None),
            StmtKind::If { test, then, otherwise } => {
                self.eval(frame, test);
                self.branches(frame, &[then, otherwise]);
            }
            StmtKind::While { test, body, otherwise, .. } => {
                self.eval(frame, test);
                self.branches(frame, &[body, otherwise]);
            }
            StmtKind::For { target, iterable, body, otherwise, .. } => {
                let each = self.each(frame, iterable);
                self.round(frame, target, each, body);
                self.branches(frame, &[otherwise]);
            }
            StmtKind::Try { body, handlers, otherwise, finally } => {
                return self.tried(frame, body, handlers, otherwise, finally, is_last);
            }
            StmtKind::With { items, body } => {
                for (value, target) in items {
                    self.eval(frame, value);
                    // Others may take the exception of a check for nothing.
                    frame.is_sure &= self.lets_through(frame.at, value);
                    if let Some(target) = target {
                        self.assign(frame, target, None);
                    }
                }
                return self.block(frame, body, is_last);
            }
            StmtKind::Block(body) => return self.block(frame, body, is_last),
            StmtKind::Match { subject, cases, .. } => {
                self.eval(frame, subject);
                let bodies: Vec<&Vec<Stmt>> = cases.iter().map(|case| &case.body).collect();
                self.branches(frame, &bodies);
            }
            _ => {}
        }
        End::Open
    }

    /// Whether what a block is entered with hands its exceptions on.
    fn lets_through(&self, at: At, value: &'p Expr) -> bool {
        let (callee, _) = crate::model::call_of(value);
        let path = self.models.names.library(at, callee);
        self.is_of_library(at, value, 0) && path.as_deref() != Some("contextlib.suppress")
    }

    /// Blocks that some events come to.
    fn branches(&mut self, frame: &mut Frame, bodies: &[&'p Vec<Stmt>]) {
        for body in bodies {
            self.block(&mut frame.beside(), body, false);
        }
        for body in bodies {
            forget(frame, body);
        }
    }

    /// The elements of what a loop walks.
    fn each(&mut self, frame: &mut Frame, iterable: &'p Expr) -> (bool, Option<Datum>) {
        if let ExprKind::Call { callee, arguments, .. } = &iterable.kind
            && matches!(&callee.kind, ExprKind::Name(name) if name.text == "enumerate")
            && let [argument] = arguments.as_slice()
        {
            let datum = self.eval(frame, &argument.value);
            return (true, datum.map(|datum| datum.then([Step::Each])));
        }
        let datum = self.eval(frame, iterable);
        (false, datum.map(|datum| datum.then([Step::Each])))
    }

    /// The body of a loop, of which every round is walked to its end.
    fn round(
        &mut self,
        frame: &mut Frame,
        target: &'p Target,
        (is_counted, each): (bool, Option<Datum>),
        body: &'p [Stmt],
    ) {
        let is_whole =
            !contains(body, &|stmt| matches!(stmt.kind, StmtKind::Return(_) | StmtKind::Break));
        let is_sure = frame.is_sure && is_whole && each.is_some();
        let mut inner = Frame { is_sure, ..frame.beside() };
        match target {
            Target::Sequence(parts) if is_counted => {
                if let [_, value] = parts.as_slice() {
                    self.assign(&mut inner, target, None);
                    self.assign(&mut inner, value, each);
                }
            }
            _ => self.assign(&mut inner, target, each.filter(|_| !is_counted)),
        }
        self.block(&mut inner, body, true);
        forget(frame, body);
        self.assign(frame, target, None);
    }

    fn tried(
        &mut self,
        frame: &mut Frame,
        body: &'p [Stmt],
        handlers: &'p [Handler],
        otherwise: &'p [Stmt],
        finally: &'p [Stmt],
        is_last: bool,
    ) -> End {
        let before = self.checks;
        // What handlers change is changed after the body.
        let was_changed = self.is_changed;
        for handler in handlers {
            self.block(&mut frame.beside(), &handler.body, false);
        }
        // Who looks again, or goes on, may take what was not taken; so may a caller of the program that
        // is told of nothing but a value.
        let is_outermost = frame.is_outermost;
        let gives_up = |handler: &Handler| {
            if is_outermost { is_last || ends(&handler.body) } else { raises(&handler.body) }
        };
        let hides = contains(finally, &|stmt| {
            matches!(stmt.kind, StmtKind::Return(_) | StmtKind::Break | StmtKind::Continue)
        });
        let refuses = self.checks == before && !hides && handlers.iter().all(gives_up);
        let changes = std::mem::replace(&mut self.is_changed, was_changed);
        let was_sure = frame.is_sure;
        frame.is_sure &= refuses;
        let mut end = self.block(frame, body, is_last && otherwise.is_empty());
        if matches!(end, End::Open) {
            end = self.block(frame, otherwise, is_last);
        }
        frame.is_sure = was_sure && (frame.is_sure || !refuses);
        if !handlers.iter().all(|handler| ends(&handler.body)) {
            // What was assigned before something went wrong may hold another value.
            forget(frame, body);
            for handler in handlers {
                forget(frame, &handler.body);
            }
        } else if refuses && finally.is_empty() && takes_apart(frame, body) {
            frame.is_excused = true;
        }
        self.is_changed |= changes;
        self.block(&mut frame.beside(), finally, false);
        forget(frame, finally);
        end
    }

    fn assign(&mut self, frame: &mut Frame, target: &'p Target, datum: Option<Datum>) {
        match target {
            Target::Name(name, _) => {
                let Binding::Local(slot) = name.binding else { return };
                match datum {
                    Some(datum) => frame.values.insert(slot, datum),
                    None => frame.values.remove(&slot),
                };
            }
            Target::Attribute { base, .. } | Target::Index { base, .. } => {
                self.is_changed |= self.eval(frame, base).is_some();
            }
            Target::Sequence(parts) => parts.iter().for_each(|it| self.assign(frame, it, None)),
            Target::Rest(inner) | Target::Default(inner, _) => self.assign(frame, inner, None),
            Target::Object { .. } | Target::Ignore => {}
        }
    }

    /// What some events do not come to.
    fn unsure<T>(&mut self, frame: &mut Frame, look: impl FnOnce(&mut Self, &mut Frame) -> T) -> T {
        let was_sure = std::mem::replace(&mut frame.is_sure, false);
        let seen = look(self, frame);
        frame.is_sure = was_sure;
        seen
    }

    /// Looks at an expression; the part of the event that it is.
    pub(crate) fn eval(&mut self, frame: &mut Frame, expr: &'p Expr) -> Option<Datum> {
        match &expr.kind {
            ExprKind::Name(name) => match name.binding {
                Binding::Local(slot) => frame.values.get(&slot).cloned(),
                _ => None,
            },
            ExprKind::Attribute { base, name } => {
                let datum = self.eval(frame, base)?;
                attribute(&datum, name)
            }
            ExprKind::Index { base, index } => {
                let datum = self.eval(frame, base);
                self.eval(frame, index);
                let datum = datum?;
                if let Some(name) = index.as_text() {
                    return Some(datum.key(name));
                }
                let is_first = matches!(index.kind, ExprKind::Constant(code_ir::Constant::Int(0)));
                is_first.then(|| datum.then([Step::First]))
            }
            ExprKind::Call { callee, arguments, .. } => self.call(frame, expr, callee, arguments),
            ExprKind::Await(inner) => self.eval(frame, inner),
            ExprKind::Assign { target, value } => {
                let datum = self.eval(frame, value);
                self.assign(frame, target, datum.clone());
                datum
            }
            ExprKind::Conditional { test, then, otherwise } => {
                self.eval(frame, test);
                self.unsure(frame, |walk, frame| {
                    walk.eval(frame, then);
                    walk.eval(frame, otherwise);
                });
                None
            }
            ExprKind::Logic { operator, left, right } => {
                let datum = self.eval(frame, left);
                self.unsure(frame, |walk, frame| walk.eval(frame, right));
                let falls_back = *operator == LogicOperator::Or && is_nothing(right);
                datum.filter(|_| falls_back).map(Datum::or_nothing)
            }
            ExprKind::Comprehension(it) => {
                // Of a generator it is not known how far it is walked.
                let is_whole = self.excerpt(frame.at, expr).starts_with(['[', '{']);
                let was_sure = frame.is_sure;
                frame.is_sure &= is_whole;
                self.comprehension(frame, it);
                frame.is_sure = was_sure;
                None
            }
            _ => {
                self.inner(frame, expr);
                None
            }
        }
    }

    fn comprehension(&mut self, frame: &mut Frame, it: &'p code_ir::Comprehension) {
        let is_list = it.kind == ComprehensionKind::List;
        match it.clauses.as_slice() {
            [Clause { target, iterable, conditions }] if conditions.is_empty() && is_list => {
                let (is_counted, each) = self.each(frame, iterable);
                let is_sure = frame.is_sure && each.is_some() && !is_counted;
                let mut inner = Frame::new(frame.at, frame.values.clone(), is_sure);
                self.assign(&mut inner, target, each.filter(|_| !is_counted));
                self.eval(&mut inner, &it.element);
            }
            clauses => self.unsure(frame, |walk, frame| {
                for clause in clauses {
                    let (_, each) = walk.each(frame, &clause.iterable);
                    walk.assign(frame, &clause.target, each);
                    clause.conditions.iter().for_each(|it| drop(walk.eval(frame, it)));
                }
                walk.eval(frame, &it.element);
                it.value.iter().for_each(|it| drop(walk.eval(frame, it)));
            }),
        }
    }

    /// Expressions in an expression that are all looked at.
    fn inner(&mut self, frame: &mut Frame, expr: &'p Expr) {
        let mut see = |expr: &'p Expr| drop(self.eval(frame, expr));
        match &expr.kind {
            ExprKind::Slice { base, .. } => see(base),
            ExprKind::Binary { left, right, .. } | ExprKind::Compare { left, right, .. } => {
                see(left);
                see(right);
            }
            ExprKind::Unary { operand, .. } => see(operand),
            ExprKind::Interpolation(parts) => {
                for part in parts {
                    if let Part::Value(value) = part {
                        see(value);
                    }
                }
            }
            ExprKind::List(elements) => {
                for Element::One(expr) | Element::Spread(expr) in elements {
                    see(expr);
                }
            }
            ExprKind::Dict(entries) => {
                for entry in entries {
                    match entry {
                        Entry::Pair(key, value) => {
                            see(key);
                            see(value);
                        }
                        Entry::Spread(value) => see(value),
                    }
                }
            }
            ExprKind::Sequence(all) => all.iter().for_each(see),
            ExprKind::Yield(Some(value)) => see(value),
            _ => {}
        }
    }
}

/// A field of an event as a class of data.
fn attribute(datum: &Datum, name: &str) -> Option<Datum> {
    Some(match name {
        "json_body" => datum.key("body").then([Step::Json]),
        "body" | "detail" | "kinesis" => datum.key(name),
        "records" => datum.key("Records"),
        "sns" => datum.key("Sns"),
        "message" => datum.key("Message"),
        "raw_event" => datum.clone(),
        _ => return None,
    })
}

/// Whether a statement may end the function, or the round of a loop around it.
fn leaves(stmt: &Stmt) -> bool {
    contains(std::slice::from_ref(stmt), &|stmt| {
        matches!(stmt.kind, StmtKind::Return(_) | StmtKind::Break | StmtKind::Continue)
    })
}

fn contains(body: &[Stmt], is_meant: &dyn Fn(&Stmt) -> bool) -> bool {
    let mut found = false;
    walk_stmts(body, &mut |stmt| found |= is_meant(stmt));
    found
}

/// Whether all that a block does is to read parts of the event.
fn takes_apart(frame: &Frame, body: &[Stmt]) -> bool {
    body.iter().all(|stmt| match &stmt.kind {
        StmtKind::Assign { target: Target::Name(name, _), .. } => match name.binding {
            Binding::Local(slot) => frame.values.contains_key(&slot),
            _ => false,
        },
        _ => false,
    })
}

/// Whether a block always ends the function, or the round of a loop.
fn ends(body: &[Stmt]) -> bool {
    body.last().is_some_and(|stmt| match &stmt.kind {
        StmtKind::Return(_) | StmtKind::Raise(_) | StmtKind::Continue => true,
        StmtKind::If { then, otherwise, .. } => ends(then) && ends(otherwise),
        StmtKind::With { body, .. } | StmtKind::Block(body) => ends(body),
        _ => false,
    })
}

/// Whether a block always ends with an exception.
fn raises(body: &[Stmt]) -> bool {
    body.last().is_some_and(|stmt| matches!(stmt.kind, StmtKind::Raise(_)))
}

/// Variables that a block assigns are not known any more.
fn forget(frame: &mut Frame, body: &[Stmt]) {
    walk_stmts(body, &mut |stmt| {
        if let StmtKind::Assign { target, .. } | StmtKind::Augment { target, .. } = &stmt.kind
            && let Target::Name(name, _) = target
            && let Binding::Local(slot) = name.binding
        {
            frame.values.remove(&slot);
        }
    });
}

/// The schema, or nothing where the value may be absent.
pub(crate) fn or_null(schema: Value) -> Value {
    if emit::says_nothing(&schema) { schema } else { json!({"anyOf": [schema, {"type": "null"}]}) }
}

/// Whether the one argument is a mapping of arguments: `Order(**body)`.
pub(crate) fn has_only_mapping(arguments: &[code_ir::Argument]) -> bool {
    matches!(arguments, [argument] if argument.spread == Spread::Mapping)
}
