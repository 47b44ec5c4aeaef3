//! Functions of the program: definitions, and the run of a call.

use std::rc::Rc;

use code_ir::{BLOCK, Function, FunctionId, Language, ParamKind, SmolStr, Span};
use taint_models::Kinds;

use super::{Call, DEPTH, Engine, Outcome, REPEATS, call::Args};
use crate::{
    heap::{Changes, Map, Object},
    value::{Closure, Constant, Fact, Facts, Frames, Key, Note, Shape, Value, View},
};

impl<'p> Engine<'p> {
    /// A definition: the function, or what its decorators make of it.
    pub(crate) fn define_function(&mut self, id: FunctionId) -> Value {
        let Some(call) = self.call() else { return Value::unknown() };
        let module = call.module;
        let frames = Some(Rc::clone(&call.frames));
        let mut value = Self::closure(module, id, frames);
        // Arrow functions have the receiver of where they stand.
        let Some(function) = self.program.function(module, id) else { return value };
        if function.is_arrow
            && let Some(this) = self.call().and_then(|call| call.this.clone())
        {
            value = Self::bind(&value, &this);
        }
        for decorator in function.decorators.iter().rev() {
            value = self.decorate(decorator, value, function);
        }
        value
    }

    /// Runs a function of the program with arguments.
    pub(crate) fn call_closure(&mut self, closure: &Rc<Closure>, args: Args, span: Span) -> Value {
        let Some(function) = self.program.function(closure.module, closure.function) else {
            return Value::unknown();
        };
        let repeats = self
            .calls
            .iter()
            .filter(|call| call.function == closure.function && call.module == closure.module)
            .count();
        let is_deep = self.calls.len() >= DEPTH;
        if is_deep || repeats >= REPEATS || self.is_spent() {
            if is_deep || repeats >= REPEATS {
                self.note_not_followed(closure, &args, is_deep);
            }
            return self.result_of_unknown(&Value::unknown(), &args.without_functions(), span);
        }
        let key = self.key_of_call(closure, &args);
        if let Some(known) = key.as_ref().and_then(|key| self.remembered(key)) {
            return known;
        }
        let value = self.run_closure(closure, function, args, span);
        if let Some(key) = key {
            self.memo.insert(key, value.clone());
        }
        value
    }

    fn run_closure(
        &mut self,
        closure: &Rc<Closure>,
        function: &'p Function,
        mut args: Args,
        span: Span,
    ) -> Value {
        self.visited.insert((closure.module, closure.function));
        let is_javascript = self.program.module(closure.module).is_some_and(|module| {
            module.language != code_ir::Language::Python && module.language != code_ir::Language::Go
        });
        let mut this = closure.receiver.clone();
        if !is_javascript && let Some(receiver) = this.take() {
            args.positional.insert(0, receiver.clone());
            args.spans.insert(0, span);
            this = Some(receiver);
        }
        let takes_names = function.params.iter().any(|param| match param.kind {
            ParamKind::Named => param.name().is_none_or(|name| name != BLOCK),
            kind => kind == ParamKind::RestNamed,
        });
        if !takes_names && let Some(braced) = self.braced(&args) {
            args = braced;
        }
        let views = views_of(&args);
        let before = self.kinds_of(&views);
        let slots = vec![Value::unknown(); function.slots.len()];
        let frame = self.heap.add(Object::Frame(slots));
        let frames = Rc::new(Frames {
            function: closure.function,
            object: frame,
            parent: closure.frames.clone(),
        });
        let incoming = self.taint_of_arguments(&args);
        self.trace_arguments(function, &mut args, span);
        let mark = self.heap.mark();
        self.calls.push(Call {
            module: closure.module,
            function: closure.function,
            frame,
            frames,
            this,
            incoming,
            mark,
            returns: Vec::new(),
            yields: None,
            loops: Vec::new(),
            tries: Vec::new(),
        });
        self.bind_parameters(function, &args);
        let outcome = self.block(&function.body);
        let Some(call) = self.calls.pop() else { return Value::unknown() };
        let end = self.heap.take_back(mark);
        let mut returns = call.returns;
        if outcome == Outcome::Next {
            returns.push((end, Value::constant(Constant::None)));
        }
        if returns.is_empty() {
            // Every path raised: the caller's guarded blocks may go on, nothing else does.
            return self.raised(function);
        }
        let facts = self.facts_of_returns(&returns, &views, &before);
        let result = returns
            .iter()
            .map(|(_, value)| value.clone())
            .reduce(|all, value| all.or(&value))
            .unwrap_or_default();
        self.heap.merge(returns.into_iter().map(|(changes, _)| changes).collect());
        self.result(function, result, call.yields, facts, span)
    }

    fn result(
        &mut self,
        function: &Function,
        mut result: Value,
        yields: Option<Value>,
        facts: Option<Facts>,
        span: Span,
    ) -> Value {
        if function.is_generator {
            let items =
                crate::heap::List { rest: Some(yields.unwrap_or_default()), ..Default::default() };
            return Value::of(Shape::Object(self.heap.add(Object::List(items))));
        }
        result.id = 0;
        if let Some(facts) = facts {
            result.facts = Some(Rc::new(facts));
        }
        if !result.taint.is_clean() && !function.name.is_empty() {
            let note = Note::Returned(function.name.clone());
            result.taint = result.taint.step(self.module_id(), span, &note);
        }
        result
    }

    /// A function that only raises ends the path of its caller.
    fn raised(&mut self, _: &Function) -> Value {
        self.raise(None);
        Value::of(Shape::Settle(super::call::NEVER))
    }

    fn trace_arguments(&self, function: &Function, args: &mut Args, span: Span) {
        let name = |position: usize| {
            let param = function.params.get(position).and_then(|param| param.name());
            let param = param.map_or_else(SmolStr::default, SmolStr::clone);
            Note::Passed(format!("{}({param})", function.name).into())
        };
        let module = self.module_id();
        for (position, value) in args.positional.iter_mut().enumerate() {
            if !value.taint.is_clean() {
                // What the runtime passes to a handler is written nowhere but in its head.
                let written = args.spans.get(position).copied();
                let at = written.filter(|at| *at != Span::default()).unwrap_or(span);
                value.taint = value.taint.step(module, at, &name(position));
            }
        }
        for (key, value) in &mut args.named {
            if !value.taint.is_clean() {
                let note = Note::Passed(format!("{}({key})", function.name).into());
                value.taint = value.taint.step(module, span, &note);
            }
        }
    }

    /// Gives parameters their arguments.
    /// Ruby: `respond(500, error: text)` passes a mapping to what has no parameters with names.
    pub(super) fn braced(&mut self, args: &Args) -> Option<Args> {
        let is_block = |name: &SmolStr| name == BLOCK;
        let is_mapping = args.named.iter().any(|(name, _)| !is_block(name));
        if !is_mapping || self.language() != Language::Ruby {
            return None;
        }
        let (named, entries) = args.named.iter().cloned().partition(|(name, _)| is_block(name));
        let mut map = Map { rest: args.rest_named.clone(), ..Map::default() };
        for (name, value) in entries {
            map.set(Key::Name(name), value);
        }
        let mut braced = Args { named, rest_named: None, ..args.clone() };
        braced.positional.push(Value::of(Shape::Object(self.heap.add_map(map))));
        Some(braced)
    }

    fn bind_parameters(&mut self, function: &'p Function, args: &Args) {
        let span = function.name_span;
        let mut position = 0;
        let mut taken: Vec<&SmolStr> = Vec::new();
        for param in &function.params {
            let name = param.name();
            let value = match param.kind {
                ParamKind::Rest => {
                    let items: Vec<Value> =
                        args.positional.iter().skip(position).cloned().collect();
                    position = args.positional.len();
                    let list = self.heap.add_list(items);
                    if let (Some(list), Some(rest)) = (self.heap.change_list(list), &args.rest) {
                        list.rest = Some(rest.clone());
                    }
                    Some(Value::of(Shape::Object(list)))
                }
                ParamKind::RestNamed => {
                    let mut map = Map { is_closed: args.rest_named.is_none(), ..Map::default() };
                    for (key, value) in &args.named {
                        if !taken.contains(&key) {
                            map.set(Key::Name(key.clone()), value.clone());
                        }
                    }
                    map.rest.clone_from(&args.rest_named);
                    Some(Value::of(Shape::Object(self.heap.add_map(map))))
                }
                ParamKind::Named => {
                    taken.extend(name);
                    name.and_then(|name| self.named_argument(args, name, span))
                }
                ParamKind::Positional => {
                    taken.extend(name);
                    let at = position;
                    position += 1;
                    let given = args.positional.get(at).or_else(|| {
                        name.and_then(|name| {
                            args.named.iter().find(|(known, _)| known == name).map(|(_, v)| v)
                        })
                    });
                    match given.or(args.rest.as_ref()) {
                        Some(given) => Some(given.clone()),
                        None => name.and_then(|name| self.named_argument(args, name, span)),
                    }
                }
            };
            let value = match value {
                Some(value) => value,
                None => match &param.default {
                    Some(default) => self.eval(default),
                    None => self.absent_argument(param),
                },
            };
            let value = self.typed_argument(param, value);
            self.assign(&param.target, value, function.name_span);
        }
    }

    /// An argument by its name; of `f(**body)` the field of that name.
    fn named_argument(&mut self, args: &Args, name: &SmolStr, span: Span) -> Option<Value> {
        if let Some((_, value)) = args.named.iter().find(|(known, _)| known == name) {
            return Some(value.clone());
        }
        let rest = args.rest_named.clone()?;
        Some(match &rest.shape {
            Shape::Event(_) => self.rest_part(rest, name, span),
            _ => rest,
        })
    }

    /// A parameter without an argument: JavaScript says `undefined`, elsewhere nothing is known.
    fn absent_argument(&mut self, param: &'p code_ir::Param) -> Value {
        match &param.annotation {
            Some(annotation) => self.around(|engine| engine.instance_of_type(annotation)),
            None => Value::unknown(),
        }
    }

    /// Runs `work` where the function that runs was defined: types of its parameters are bound there.
    fn around<T>(&mut self, work: impl FnOnce(&mut Self) -> T) -> T {
        let Some((module, frames, this)) = self.call().and_then(|call| {
            Some((call.module, Rc::clone(call.frames.parent.as_ref()?), call.this.clone()))
        }) else {
            return work(self);
        };
        self.within_frames(module, frames, this, work)
    }

    /// A declared type says what an argument is when nothing else does.
    fn typed_argument(&mut self, param: &'p code_ir::Param, mut value: Value) -> Value {
        if let Some(annotation) = &param.annotation {
            let is_unknown = matches!(value.shape, Shape::Unknown);
            if is_unknown && Self::is_number_type(annotation) {
                value.taint = value.taint.without(Kinds::TEXT);
            }
            value = self.around(|engine| engine.declared(value, annotation));
        }
        value
    }

    /// The path ends and gives a value.
    pub(crate) fn return_value(&mut self, value: Value, span: Span) {
        self.note_answer(&value, span);
        let Some(mark) = self.call().map(|call| call.mark) else { return };
        let changes = self.heap.changes_since(mark);
        if let Some(call) = self.calls.last_mut() {
            call.returns.push((changes, value));
        }
    }

    fn kinds_of(&self, views: &[View]) -> Vec<Kinds> {
        views
            .iter()
            .map(|view| {
                let known = self.heap.read(&view.cell).filter(|value| value.id == view.id);
                known.map_or(Kinds::NONE, |value| value.taint.kinds())
            })
            .collect()
    }

    /// What the truth of a function's answer proves of its arguments: when every path that answers
    /// true has refined a variable, a true answer proves the same to the caller.
    fn facts_of_returns(
        &self,
        returns: &[(Changes, Value)],
        views: &[View],
        before: &[Kinds],
    ) -> Option<Facts> {
        if views.is_empty() || returns.len() < 2 {
            return None;
        }
        let mut facts = Facts::default();
        for (is_true, list) in [(true, &mut facts.yes), (false, &mut facts.no)] {
            let mut some = false;
            let mut left = vec![Kinds::NONE; views.len()];
            for (changes, value) in returns {
                match self.truth(value) {
                    Some(truth) if truth == is_true => {}
                    Some(_) => continue,
                    None => return None,
                }
                some = true;
                for ((view, before), left) in views.iter().zip(before).zip(&mut left) {
                    *left = left.or(kinds_in(changes, view).unwrap_or(*before));
                }
            }
            if !some {
                continue;
            }
            for ((view, before), left) in views.iter().zip(before).zip(left) {
                let clears = before.without(left);
                if !clears.is_empty() {
                    list.push(Fact {
                        cell: view.cell.clone(),
                        id: view.id,
                        clears,
                        constant: None,
                    });
                }
            }
        }
        (!facts.yes.is_empty() || !facts.no.is_empty()).then_some(facts)
    }
}

/// What a variable endangers after changes, when they touched it.
fn kinds_in(changes: &Changes, view: &View) -> Option<Kinds> {
    let (_, object) = changes.iter().find(|(id, _)| *id == view.cell.object)?;
    let value = match (object.as_ref(), &view.cell.key) {
        (Object::Frame(slots), Key::Index(at)) => slots.get(usize::try_from(*at).ok()?)?,
        (Object::Map(map), key) => map.get(key)?,
        _ => return None,
    };
    (value.id == view.id).then(|| value.taint.kinds())
}

fn views_of(args: &Args) -> Vec<View> {
    args.all().filter_map(|value| value.views.as_deref()).flatten().take(8).cloned().collect()
}

impl Args {
    /// Without functions, which are then not called.
    fn without_functions(mut self) -> Self {
        self.positional.retain(|value| !matches!(value.shape, Shape::Function(_)));
        self.named.retain(|(_, value)| !matches!(value.shape, Shape::Function(_)));
        self
    }
}
