//! Statements.

use code_ir::{Expr, ExprKind, Handler, Language, Span, Stmt, StmtKind, Target};

use super::{Engine, Outcome, Try, access::is_testable};
use crate::value::{Constant, Note, Shape, Value};

/// From the first to the last statement.
fn extent(body: &[Stmt]) -> Option<Span> {
    let (first, last) = (body.first()?, body.last()?);
    Some(Span { start: first.span.start, end: last.span.end })
}

impl<'p> Engine<'p> {
    /// Runs statements in order, as far as they are reached.
    pub(crate) fn block(&mut self, body: &'p [Stmt]) -> Outcome {
        for stmt in body {
            if self.is_spent() {
                return Outcome::Left;
            }
            if self.statement(stmt) == Outcome::Left {
                return Outcome::Left;
            }
        }
        Outcome::Next
    }

    fn statement(&mut self, stmt: &'p Stmt) -> Outcome {
        match &stmt.kind {
            StmtKind::Expr(expr) => {
                let value = self.eval(expr);
                return Self::unless_left(&value);
            }
            StmtKind::Assign { target, annotation, value } => {
                return self.assign_statement(
                    target,
                    annotation.as_ref(),
                    value.as_ref(),
                    stmt.span,
                );
            }
            StmtKind::Augment { target, operator, value } => {
                let left = self.read_target(target);
                let right = self.eval(value);
                let joined = self.binary(*operator, &left, &right, stmt.span);
                if !self.extend_in_place(*operator, &left, &right) {
                    self.assign(target, joined, stmt.span);
                }
            }
            StmtKind::Import(import) => self.import(import, stmt.span),
            StmtKind::Export { name, value } => self.export(name, value),
            StmtKind::If { test, then, otherwise } => return self.if_else(test, then, otherwise),
            StmtKind::While { test, body, otherwise, is_post_tested } => {
                return self.while_loop(test, body, otherwise, *is_post_tested);
            }
            StmtKind::For { target, iterable, body, otherwise, over_keys } => {
                return self.for_loop(target, iterable, body, otherwise, *over_keys);
            }
            StmtKind::Return(value) => {
                let value = value
                    .as_ref()
                    .map_or_else(|| Value::constant(Constant::None), |value| self.eval(value));
                self.return_value(value, stmt.span);
                return Outcome::Left;
            }
            StmtKind::Raise(value) => {
                let value = value.as_ref().map(|value| self.eval(value));
                self.raise(value);
                return Outcome::Left;
            }
            StmtKind::Assert(test) => {
                let test = self.eval(test);
                if self.truth(&test) == Some(false) {
                    self.raise(None);
                    return Outcome::Left;
                }
                self.assume(&test, true);
            }
            StmtKind::Break => {
                self.leave_loop(true);
                return Outcome::Left;
            }
            StmtKind::Continue => {
                self.leave_loop(false);
                return Outcome::Left;
            }
            StmtKind::Try { body, handlers, otherwise, finally } => {
                return self.try_catch(body, handlers, otherwise, finally);
            }
            StmtKind::With { items, body } => {
                for (value, target) in items {
                    let value = self.eval(value);
                    let entered = self.entered(value);
                    if let Some(target) = target {
                        self.assign(target, entered, stmt.span);
                    }
                }
                return self.block(body);
            }
            StmtKind::Match { subject, cases, falls_through } => {
                return self.match_cases(subject, cases, *falls_through);
            }
            StmtKind::Block(body) => return self.block(body),
            StmtKind::Delete(target) => self.delete(target),
            StmtKind::Global(_) | StmtKind::Nonlocal(_) => {}
        }
        Outcome::Next
    }

    /// A call that never returns ends the path.
    fn unless_left(value: &Value) -> Outcome {
        if matches!(value.shape, Shape::Settle(id) if id == super::call::NEVER) {
            return Outcome::Left;
        }
        Outcome::Next
    }

    /// What an expression gives that is assigned to a target.
    fn eval_for(&mut self, target: &'p Target, expr: &'p Expr) -> Value {
        let name = match target {
            Target::Name(name, _) => name.text.clone(),
            Target::Attribute { name, .. } => name.clone(),
            Target::Index { index, .. } => match &index.kind {
                ExprKind::Constant(code_ir::Constant::Text(text)) => text.clone(),
                _ => return self.eval(expr),
            },
            _ => return self.eval(expr),
        };
        self.targets.push(name);
        let value = self.eval(expr);
        self.targets.pop();
        value
    }

    fn assign_statement(
        &mut self,
        target: &'p Target,
        annotation: Option<&'p Expr>,
        value: Option<&'p Expr>,
        span: Span,
    ) -> Outcome {
        let Some(expr) = value else {
            if let Some(annotation) = annotation {
                let value = self.instance_of_type(annotation);
                // A variable of Go begins empty, whatever its type, and is filled by its address.
                if !matches!(value.shape, Shape::Unknown) || self.language() == Language::Go {
                    self.assign(target, value, span);
                }
            }
            return Outcome::Next;
        };
        let mut value = self.eval_for(target, expr);
        if Self::unless_left(&value) == Outcome::Left {
            return Outcome::Left;
        }
        if let Some(annotation) = annotation {
            value = self.declared(value, annotation);
        }
        self.note_handler_type(annotation, &value);
        if !value.taint.is_clean()
            && let Target::Name(name, _) = target
        {
            let note = Note::Assigned(name.text.clone());
            value.taint = value.taint.step(self.module_id(), span, &note);
        }
        self.assign(target, value, span);
        Outcome::Next
    }

    pub(crate) fn if_else(
        &mut self,
        test: &'p Expr,
        then: &'p [Stmt],
        otherwise: &'p [Stmt],
    ) -> Outcome {
        let around = std::mem::take(&mut self.tested);
        let span = test.span;
        let test = self.eval(test);
        if is_testable(&test) {
            self.note_tested(&test.taint, None);
        }
        let tested = std::mem::replace(&mut self.tested, around);
        match self.truth(&test) {
            Some(true) => return self.block(then),
            Some(false) => return self.block(otherwise),
            None => {}
        }
        let before = self.accesses;
        let first =
            self.alternative(|engine| engine.assuming(&test, true, |engine| engine.block(then)));
        let middle = self.accesses;
        let second = self
            .alternative(|engine| engine.assuming(&test, false, |engine| engine.block(otherwise)));
        if !tested.is_empty() {
            let accesses = [middle - before, self.accesses - middle];
            self.note_decision(tested, [extent(then), extent(otherwise)], accesses, span);
        }
        self.join([first, second])
    }

    /// The path ends with an exception; guarded blocks around it see the state as it is.
    pub(crate) fn raise(&mut self, value: Option<Value>) {
        let Some(mark) = self.call().and_then(|call| call.tries.last()).map(|guard| guard.mark)
        else {
            return;
        };
        let changes = self.heap.changes_since(mark);
        if let Some(guard) = self.calls.last_mut().and_then(|call| call.tries.last_mut()) {
            guard.raised.push(changes);
            if let Some(value) = value {
                guard.value = Some(match &guard.value {
                    Some(known) => known.or(&value),
                    None => value,
                });
            }
        }
    }

    fn try_catch(
        &mut self,
        body: &'p [Stmt],
        handlers: &'p [Handler],
        otherwise: &'p [Stmt],
        finally: &'p [Stmt],
    ) -> Outcome {
        let mark = self.heap.mark();
        if let Some(call) = self.calls.last_mut() {
            call.tries.push(Try { mark, raised: Vec::new(), value: None });
        }
        let outcome = self.block(body);
        let guard = self.calls.last_mut().and_then(|call| call.tries.pop());
        let done = self.heap.take_back(mark);
        let (mut raised, value) = guard.map_or_else(Default::default, |g| (g.raised, g.value));
        // Anything in the body may raise: before all of it, after all of it, and where it says so.
        raised.push(Vec::new());
        raised.push(done.clone());
        let mut outcomes = vec![{
            let (outcome, changes) = self.alternative(|engine| {
                engine.heap.merge(vec![done]);
                if outcome == Outcome::Left { Outcome::Left } else { engine.block(otherwise) }
            });
            (outcome, changes)
        }];
        for handler in handlers {
            let raised = raised.clone();
            let value = value.clone();
            outcomes.push(self.alternative(|engine| {
                engine.heap.merge(raised);
                engine.handler(handler, value)
            }));
        }
        let outcome = self.join(outcomes);
        if outcome == Outcome::Left && !finally.is_empty() {
            // It runs on the way out, too: what it does is looked at, and leads nowhere.
            let _ = self.alternative(|engine| engine.block(finally));
            return Outcome::Left;
        }
        match self.block(finally) {
            Outcome::Left => Outcome::Left,
            Outcome::Next => outcome,
        }
    }

    fn handler(&mut self, handler: &'p Handler, raised: Option<Value>) -> Outcome {
        if let Some(target) = &handler.target {
            let exception = self.exception(handler, raised);
            self.assign(target, exception, handler.span);
        }
        self.block(&handler.body)
    }

    fn match_cases(
        &mut self,
        subject: &'p Expr,
        cases: &'p [code_ir::Case],
        falls_through: bool,
    ) -> Outcome {
        let subject = self.eval(subject);
        if falls_through {
            return self.switch(&subject, cases);
        }
        self.match_from(&subject, cases)
    }

    fn match_from(&mut self, subject: &Value, cases: &'p [code_ir::Case]) -> Outcome {
        let Some((case, others)) = cases.split_first() else { return Outcome::Next };
        let (fits, facts) = self.fits(&case.pattern, subject);
        if fits == Some(false) {
            return self.match_from(subject, others);
        }
        let test = facts.map_or_else(Value::unknown, |facts| Value {
            facts: Some(std::rc::Rc::new(facts)),
            ..Value::unknown()
        });
        let guard = case.guard.as_ref();
        if fits == Some(true) && guard.is_none() {
            self.bind_pattern(&case.pattern, subject);
            self.assume(&test, true);
            return self.block(&case.body);
        }
        self.either(
            |engine| {
                engine.assume(&test, true);
                engine.bind_pattern(&case.pattern, subject);
                if let Some(guard) = guard {
                    let guard = engine.eval(guard);
                    if engine.truth(&guard) == Some(false) {
                        return Outcome::Left;
                    }
                    engine.assume(&guard, true);
                }
                engine.block(&case.body)
            },
            |engine| {
                engine.assume(&test, false);
                engine.match_from(subject, others)
            },
        )
    }
}
