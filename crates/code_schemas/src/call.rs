//! Calls on the way of an event: those that check it, those that take it apart, those that may change
//! it.

use std::collections::HashMap;

use code_ir::{Argument, ClassId, Expr, ExprKind, FunctionId, MethodKind, Spread};
use code_program::ModuleId;
use serde_json::Value;

use crate::annotation::{is_pydantic, last_word};
use crate::datum::{Datum, Step, is_nothing, key};
use crate::literal;
use crate::names::{At, Meaning};
use crate::powertools::{self, Taken};
use crate::walk::{Check, Frame, Walk, has_only_mapping, or_null};

/// Functions that read JSON.
const READ_JSON: [&str; 5] =
    ["json.loads", "ujson.loads", "orjson.loads", "simplejson.loads", "rapidjson.loads"];

/// Methods that change a mapping.
const CHANGES: [&str; 5] = ["update", "pop", "popitem", "setdefault", "clear"];

/// An argument by name or position.
pub(crate) fn argument<'e>(
    arguments: &'e [Argument],
    name: &str,
    place: usize,
) -> Option<&'e Expr> {
    let named = arguments.iter().find(|it| it.name.as_deref() == Some(name));
    let placed = || {
        let is_plain = |it: &&Argument| it.name.is_none() && it.spread == Spread::No;
        let before = arguments.get(..=place)?;
        before.iter().all(|it| is_plain(&it)).then(|| before.last())?
    };
    named.or_else(placed).map(|it| &it.value)
}

impl<'p> Walk<'_, 'p> {
    pub(crate) fn call(
        &mut self,
        frame: &mut Frame,
        expr: &'p Expr,
        callee: &'p Expr,
        arguments: &'p [Argument],
    ) -> Option<Datum> {
        let given: Vec<Option<Datum>> =
            arguments.iter().map(|it| self.eval(frame, &it.value)).collect();
        let gets = given.iter().any(Option::is_some);
        if let ExprKind::Attribute { base, name } = &callee.kind {
            if let Some(datum) = self.eval(frame, base) {
                return self.on_datum(&datum, name, arguments);
            }
            match self.models.names.meaning(frame.at, base) {
                Meaning::Class(module, class) => {
                    return self.on_class(frame, expr, (module, class), name, arguments, &given);
                }
                Meaning::Value(at, value) if self.is_of_library(at, value, 0) => {
                    return self.on_object(frame, expr, (at, value), name, arguments, &given);
                }
                _ => {}
            }
        }
        match self.models.names.meaning(frame.at, callee) {
            Meaning::Library(path) => self.of_library(frame, expr, &path, arguments, &given),
            Meaning::Builtin(name) => (name == "dict" && arguments.len() == 1)
                .then(|| given.first().cloned())
                .flatten()?,
            Meaning::Class(module, class) => {
                self.construct(frame, expr, (module, class), arguments, &given);
                None
            }
            Meaning::Function(module, function) => {
                self.enter(frame, (module, function), 0, arguments, &given)
            }
            Meaning::Value(at, value) if self.is_of_library(at, value, 0) => None,
            Meaning::Value(..) | Meaning::Unknown => {
                self.is_changed |= gets;
                None
            }
        }
    }

    /// Whether a value is an object of a library, which does not change what it is given.
    pub(crate) fn is_of_library(&self, at: At, expr: &'p Expr, depth: u32) -> bool {
        depth < 12
            && match &expr.kind {
                ExprKind::Call { callee, .. } => self.is_of_library(at, callee, depth + 1),
                // Lists and mappings of the code keep what they are given.
                ExprKind::List(_) | ExprKind::Dict(_) | ExprKind::Constant(_) => true,
                ExprKind::Attribute { base, .. } | ExprKind::Index { base, .. } => {
                    self.is_of_library(at, base, depth + 1)
                }
                ExprKind::Name(_) => match self.models.names.meaning(at, expr) {
                    Meaning::Library(_) | Meaning::Builtin(_) => true,
                    Meaning::Value(at, value) => self.is_of_library(at, value, depth + 1),
                    _ => false,
                },
                _ => false,
            }
    }

    /// `event.get("body")`.
    fn on_datum(&mut self, datum: &Datum, name: &str, arguments: &'p [Argument]) -> Option<Datum> {
        match (name, arguments) {
            ("get", [key]) => Some(datum.key(key.value.as_text()?).or_nothing()),
            ("get", [key, default]) if is_nothing(&default.value) => {
                Some(datum.key(key.value.as_text()?).or_nothing())
            }
            ("copy", []) => Some(datum.clone()),
            ("decode", _) if datum.steps.last() == Some(&Step::Base64) => Some(datum.clone()),
            ("data_as_json", []) => Some(datum.then([key("data"), Step::Base64, Step::Json])),
            ("data_as_text", []) => Some(datum.then([key("data"), Step::Base64])),
            _ => {
                self.is_changed |= CHANGES.contains(&name);
                None
            }
        }
    }

    /// A function of a class: one of pydantic, or one of the program.
    fn on_class(
        &mut self,
        frame: &mut Frame,
        expr: &'p Expr,
        (module, id): (ModuleId, ClassId),
        method: &str,
        arguments: &'p [Argument],
        given: &[Option<Datum>],
    ) -> Option<Datum> {
        let class = self.models.names.program.class(module, id)?;
        let datum = given.first().cloned().flatten();
        let is_json = match method {
            "model_validate" | "parse_obj" => false,
            "model_validate_json" | "parse_raw" => true,
            _ => {
                let found = class.methods.iter().find(|it| it.name == method);
                if let Some(found) = found {
                    let receivers = usize::from(found.kind != MethodKind::Static);
                    return self.enter(
                        frame,
                        (module, found.function),
                        receivers,
                        arguments,
                        given,
                    );
                }
                self.is_changed |= given.iter().any(Option::is_some);
                return None;
            }
        };
        // `from_attributes`, `context`, `encoding`: the first may let anything in.
        let is_plain = arguments
            .iter()
            .skip(1)
            .all(|it| matches!(it.name.as_deref(), Some("strict" | "context")));
        let datum = datum.filter(|_| is_plain);
        let datum = if is_json { datum.map(|it| it.then([Step::Json])) } else { datum };
        let schema = self.models.of_class(module, id).to_schema(self.models.library);
        let name = class.name.to_string();
        let by = format!("{name}.{method}");
        self.check(frame, datum.as_ref(), Check { schema, name, by, span: expr.span });
        None
    }

    /// `Order(**body)`.
    fn construct(
        &mut self,
        frame: &mut Frame,
        expr: &'p Expr,
        (module, id): (ModuleId, ClassId),
        arguments: &'p [Argument],
        given: &[Option<Datum>],
    ) {
        let Some(class) = self.models.names.program.class(module, id) else { return };
        let is_model = self.models.is_model(module, class);
        if !is_model {
            // A class of the program may keep what it gets, and change it.
            self.is_changed |= given.iter().any(Option::is_some);
            return;
        }
        if !has_only_mapping(arguments) {
            self.checks += 1;
            return;
        }
        let datum = given.first().cloned().flatten();
        let schema = self.models.of_class(module, id).to_schema(self.models.library);
        let name = class.name.to_string();
        let by = format!("{name}(**…)");
        self.check(frame, datum.as_ref(), Check { schema, name, by, span: expr.span });
    }

    /// A method of an object of a library.
    fn on_object(
        &mut self,
        frame: &mut Frame,
        expr: &'p Expr,
        (at, value): (At, &'p Expr),
        method: &str,
        arguments: &'p [Argument],
        given: &[Option<Datum>],
    ) -> Option<Datum> {
        let ExprKind::Call { callee, arguments: of_object, .. } = &value.kind else { return None };
        let path = self.models.names.library(at, callee)?;
        let datum = given.first().cloned().flatten();
        if path == "pydantic.TypeAdapter" {
            let is_json = match method {
                "validate_python" => false,
                "validate_json" => true,
                _ => return None,
            };
            let declared = of_object.first()?;
            let datum = datum.filter(|_| arguments.len() == 1 && of_object.len() == 1);
            let datum = if is_json { datum.map(|it| it.then([Step::Json])) } else { datum };
            let shape = self.models.shape(at, None, &declared.value);
            let schema = shape.to_schema(self.models.library);
            let (name, by) = (self.excerpt(at, &declared.value), format!("TypeAdapter.{method}"));
            self.check(frame, datum.as_ref(), Check { schema, name, by, span: expr.span });
            return None;
        }
        let is_whole = datum.is_some_and(|it| it.steps.is_empty());
        if method == "resolve" && crate::routes::is_resolver(&path) && is_whole {
            self.routes(frame, expr, value, of_object);
        }
        None
    }

    /// A function of a library.
    fn of_library(
        &mut self,
        frame: &mut Frame,
        expr: &'p Expr,
        path: &str,
        arguments: &'p [Argument],
        given: &[Option<Datum>],
    ) -> Option<Datum> {
        let first = given.first().cloned().flatten();
        let word = last_word(path);
        if READ_JSON.contains(&path) {
            // Who makes values of its own may make others.
            let is_plain = arguments.iter().skip(1).all(|it| {
                matches!(it.name.as_deref(), Some("parse_float" | "strict" | "parse_int"))
            });
            return first.filter(|_| is_plain).map(|it| it.then([Step::Json]));
        }
        if path.starts_with("aws_lambda_powertools.utilities.data_classes.")
            || matches!(path, "copy.copy" | "copy.deepcopy")
        {
            return first;
        }
        if matches!(path, "base64.b64decode" | "base64.standard_b64decode") {
            return first.filter(|_| arguments.len() == 1).map(|it| it.then([Step::Base64]));
        }
        if path.starts_with("aws_lambda_powertools.utilities.validation.") && word == "validate" {
            self.validate(frame, frame.at, expr, arguments, true);
        } else if path.starts_with("aws_lambda_powertools.utilities.parser.") && word == "parse" {
            self.parse(frame, frame.at, expr, arguments, true);
        } else if is_pydantic(path) && matches!(word, "parse_obj_as" | "parse_raw_as") {
            let declared = argument(arguments, "type_", 0)?;
            let datum = given.get(1).cloned().flatten();
            let datum =
                if word == "parse_raw_as" { datum.map(|it| it.then([Step::Json])) } else { datum };
            let schema = self.models.shape(frame.at, None, declared).to_schema(self.models.library);
            let (name, by) = (self.excerpt(frame.at, declared), word.to_owned());
            self.check(frame, datum.as_ref(), Check { schema, name, by, span: expr.span });
        } else if path.starts_with("aws_lambda_powertools.utilities.batch.")
            && word.ends_with("process_partial_response")
        {
            self.batch(frame, frame.at, arguments, argument(arguments, "event", 0));
        }
        None
    }

    /// A handler of single records.
    pub(crate) fn batch(
        &mut self,
        frame: &mut Frame,
        at: At,
        arguments: &'p [Argument],
        event: Option<&'p Expr>,
    ) {
        let handler = argument(arguments, "record_handler", usize::from(event.is_some()));
        let is_whole = match event {
            Some(event) => self.eval(frame, event).is_some_and(|it| it.steps.is_empty()),
            None => true,
        };
        // A processor with a model hands on models.
        let processor = argument(arguments, "processor", 1 + usize::from(event.is_some()));
        let has_model = processor.is_none_or(|processor| {
            match &self.models.names.value(at, processor).1.kind {
                ExprKind::Call { arguments, .. } => {
                    arguments.iter().any(|it| it.name.as_deref() != Some("event_type"))
                        && arguments.len() > 1
                        || arguments.iter().any(|it| it.name.as_deref() == Some("model"))
                }
                _ => true,
            }
        });
        let Some(handler) = handler.filter(|_| is_whole && !has_model) else { return };
        let Meaning::Function(module, id) = self.models.names.meaning(at, handler) else { return };
        let Some(function) = self.models.names.program.function(module, id) else { return };
        let is_plain = function.decorators.iter().all(|it| self.passes_on(At::top(module), it));
        let record = Datum::of(&[key("Records"), Step::Each]);
        let values = HashMap::from([(0, record)]);
        let is_sure = frame.is_sure && is_plain;
        self.function(At { module, function: id }, values, is_sure, true);
    }

    /// A function of the program.
    fn enter(
        &mut self,
        frame: &mut Frame,
        (module, id): (ModuleId, FunctionId),
        receivers: usize,
        arguments: &'p [Argument],
        given: &[Option<Datum>],
    ) -> Option<Datum> {
        let function = self.models.names.program.function(module, id)?;
        let mut values = HashMap::new();
        let mut is_plain = function.decorators.iter().all(|it| {
            let path = self.models.names.library(At::top(module), it);
            let is_kind = matches!(&it.kind, ExprKind::Name(name) if matches!(name.text.as_str(), "staticmethod" | "classmethod"));
            is_kind || path.is_none() && self.passes_on(At::top(module), it)
        });
        for (place, (argument, datum)) in arguments.iter().zip(given).enumerate() {
            let Some(datum) = datum else { continue };
            let slot = match &argument.name {
                Some(name) => function.params.iter().position(|it| it.name() == Some(name)),
                None => Some(place + receivers),
            };
            let slot = slot.filter(|slot| {
                let param = function.params.get(*slot);
                argument.spread == Spread::No
                    && param.is_some_and(|it| {
                        it.name().is_some()
                            && !matches!(
                                it.kind,
                                code_ir::ParamKind::Rest | code_ir::ParamKind::RestNamed
                            )
                    })
                    && function.params.iter().take(*slot).all(|it| it.name().is_some())
            });
            if let Some(slot) = slot.and_then(|slot| u16::try_from(slot).ok()) {
                values.insert(slot, datum.clone());
            } else {
                is_plain = false;
                self.is_changed = true;
            }
        }
        let is_sure = frame.is_sure && is_plain;
        self.function(At { module, function: id }, values, is_sure, false)
    }

    /// `validate(event=…, schema=…, envelope=…)`, `@validator(inbound_schema=…)`.
    pub(crate) fn validate(
        &mut self,
        frame: &mut Frame,
        at: At,
        expr: &'p Expr,
        arguments: &'p [Argument],
        is_call: bool,
    ) {
        let (schema_name, by) =
            if is_call { ("schema", "validate") } else { ("inbound_schema", "@validator") };
        let datum = if is_call {
            argument(arguments, "event", 0).and_then(|event| self.eval(frame, event))
        } else {
            Some(Datum::default())
        };
        let place = if is_call { 1 } else { usize::MAX - 1 };
        let Some(written) = argument(arguments, schema_name, place) else { return };
        let name = self.excerpt(at, written);
        let by = by.to_owned();
        let Some(value) = literal::value(&self.models.names, at, written) else {
            let words = format!("`{by}`: no schema of `{name}`, not all of it stands in the code");
            return self.note(at, expr.span, words);
        };
        let mut schema = literal::schema(&value);
        let mut datum = datum;
        if let Some(envelope) = argument(arguments, "envelope", usize::MAX - 1) {
            let has_options = argument(arguments, "jmespath_options", usize::MAX - 1).is_some();
            let taken = powertools::of_validation(&self.models.names, at, envelope);
            let Some(Taken { datum: of_envelope, is_list }) = taken.filter(|_| !has_options) else {
                let words = format!("`{by}`: no schema of `{name}`, its envelope is not known");
                return self.note(at, expr.span, words);
            };
            if is_list {
                let element = powertools::element_of(&schema);
                // What is `null` is left out of the list.
                schema = or_null(element.unwrap_or(Value::Bool(true)));
            }
            datum = datum.map(|it| {
                let is_optional = it.is_optional || of_envelope.is_optional;
                Datum { is_optional, ..it.then(of_envelope.steps) }
            });
        }
        self.check(frame, datum.as_ref(), Check { schema, name, by, span: expr.span });
    }

    /// `parse(event, model, envelope)`, `@event_parser(model=…)`.
    pub(crate) fn parse(
        &mut self,
        frame: &mut Frame,
        at: At,
        expr: &'p Expr,
        arguments: &'p [Argument],
        is_call: bool,
    ) {
        let by = if is_call { "parse" } else { "@event_parser" };
        let datum = if is_call {
            argument(arguments, "event", 0).and_then(|event| self.eval(frame, event))
        } else {
            Some(Datum::default())
        };
        let place = if is_call { 1 } else { usize::MAX - 1 };
        let Some(model) = argument(arguments, "model", place) else { return };
        let place = if is_call { 2 } else { usize::MAX - 1 };
        let envelope = argument(arguments, "envelope", place);
        self.parse_as(frame, at, expr, (datum, model, envelope), by);
    }

    pub(crate) fn parse_as(
        &mut self,
        frame: &mut Frame,
        at: At,
        expr: &'p Expr,
        (datum, model, envelope): (Option<Datum>, &'p Expr, Option<&'p Expr>),
        by: &str,
    ) {
        let name = self.excerpt(at, model);
        let mut schema = self.models.shape(at, None, model).to_schema(self.models.library);
        let mut datum = datum;
        if let Some(envelope) = envelope {
            let path = self.models.names.library(at, envelope);
            let Some(taken) = path.as_deref().and_then(powertools::of_parser) else {
                let words = format!("`{by}`: no schema of `{name}`, its envelope is not known");
                return self.note(at, expr.span, words);
            };
            // What is not there is passed over.
            schema = or_null(schema);
            datum = datum.map(|it| it.then(taken.steps));
        }
        let check = Check { schema, name, by: by.to_owned(), span: expr.span };
        self.check(frame, datum.as_ref(), check);
    }

    pub(crate) fn excerpt(&self, at: At, expr: &Expr) -> String {
        let text = self.models.names.program.excerpt(at.module, expr.span);
        let short: String = text.chars().take(60).collect();
        if short.len() < text.len() { format!("{short}…") } else { short }
    }
}
