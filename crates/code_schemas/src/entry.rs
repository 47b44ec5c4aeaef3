//! The function that gets the events, and the decorators around it.

use std::collections::HashMap;

use code_ir::{Expr, ExprKind, Param};
use code_program::{ModuleId, Program};

use crate::annotation::last_word;
use crate::call::argument;
use crate::datum::Datum;
use crate::model::{Models, call_of};
use crate::names::{At, Meaning, Names};
use crate::version;
use crate::walk::{Frame, Walk};
use crate::{Derivation, Note};

/// Decorators of objects that hand the event on as it is.
const PASSES_ON: [&str; 7] = [
    "inject_lambda_context",
    "capture_lambda_handler",
    "capture_method",
    "log_metrics",
    "clear_state",
    "event_source",
    "idempotent",
];

pub(crate) fn derive(program: &Program, module: ModuleId, symbol: &str) -> Derivation {
    let modules = version::modules(program, module);
    let library = version::library(program, &modules);
    let models = Models::new(Names::new(program), library);
    let Meaning::Function(module, function) = models.names.global(module, symbol) else {
        return Derivation::default();
    };
    let mut walk = Walk::new(&models, &modules);
    walk.entry(At { module, function });
    walk.finish()
}

impl<'m, 'p> Walk<'m, 'p> {
    fn new(models: &'m Models<'p>, modules: &'m [ModuleId]) -> Self {
        Self {
            models,
            modules,
            found: Derivation::default(),
            is_changed: false,
            checks: 0,
            open: Vec::new(),
        }
    }

    /// What was found, with what the models say of themselves where a schema came of them.
    fn finish(self) -> Derivation {
        let mut found = self.found;
        let program = self.models.names.program;
        for (module, span, words) in self.models.notes.borrow().iter() {
            let note = Note { words: words.clone(), place: program.place(*module, *span) };
            if !found.notes.contains(&note) {
                found.notes.push(note);
            }
        }
        found
    }

    fn entry(&mut self, at: At) {
        let program = self.models.names.program;
        let Some(function) = program.function(at.module, at.function) else { return };
        let outside = At { module: at.module, function: function.parent.unwrap_or_default() };
        let mut frame = Frame::new(outside, HashMap::new(), true);
        let mut event = Some(Datum::default());
        for decorator in &function.decorators {
            if event.is_none() || self.passes_on(outside, decorator) {
                continue;
            }
            if !self.decorator(&mut frame, decorator, function.params.first(), &mut event) {
                let words = format!(
                    "what `{}` does with the event is not known: no schema of what comes after it",
                    self.excerpt(outside, decorator)
                );
                self.note(outside, decorator.span, words);
                return;
            }
        }
        let name = function.params.first().and_then(Param::name);
        let values = event.filter(|_| name.is_some()).map(|event| (0, event));
        self.function(at, values.into_iter().collect(), true, true);
    }

    /// Whether a decorator hands the event on unchanged.
    pub(crate) fn passes_on(&self, at: At, decorator: &'p Expr) -> bool {
        let (callee, _) = call_of(decorator);
        if let Some(path) = self.models.names.library(at, callee) {
            return path.starts_with("aws_lambda_powertools.")
                && PASSES_ON.contains(&last_word(&path));
        }
        match &callee.kind {
            ExprKind::Attribute { base, name } => {
                PASSES_ON.contains(&name.as_str()) && self.is_of_library(at, base, 0)
            }
            _ => false,
        }
    }

    /// A decorator that checks; whether it is one that is known.
    fn decorator(
        &mut self,
        frame: &mut Frame,
        decorator: &'p Expr,
        param: Option<&'p Param>,
        event: &mut Option<Datum>,
    ) -> bool {
        let at = frame.at;
        let (callee, arguments) = call_of(decorator);
        let Some(path) = self.models.names.library(at, callee) else { return false };
        if !path.starts_with("aws_lambda_powertools.utilities.") {
            return false;
        }
        match last_word(&path) {
            "validator" => self.validate(frame, at, decorator, arguments, false),
            "event_parser" => {
                let declared =
                    param.and_then(|it| it.decorators.first().or(it.annotation.as_ref()));
                if argument(arguments, "model", usize::MAX - 1).is_some() {
                    self.parse(frame, at, decorator, arguments, false);
                } else if let Some(declared) = declared {
                    let envelope = argument(arguments, "envelope", usize::MAX - 1);
                    let datum = Some(Datum::default());
                    self.parse_as(
                        frame,
                        at,
                        decorator,
                        (datum, declared, envelope),
                        "@event_parser",
                    );
                }
                *event = None;
            }
            "batch_processor" | "async_batch_processor" => {
                self.batch(frame, at, arguments, None);
            }
            _ => return false,
        }
        true
    }
}
