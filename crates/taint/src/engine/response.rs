//! What a handler answers, and what it keeps for the next invocation.

use std::rc::Rc;

use code_ir::{Expr, FunctionId, Language, SmolStr, Span};
use taint_models::{Kind, Kinds, NameId, Trust};

use super::{Engine, call::Args};
use crate::{
    heap::{Object, ObjectId},
    value::{Cell, Constant, Key, Label, Note, Shape, Taint, TraceStep, Value},
};

/// Name of what a handler of Node.js gets third.
pub(super) const CALLBACK: &str = "lambda.callback";

/// What the answer of the entry point that runs is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Answer {
    /// No entry point runs.
    #[default]
    None,
    /// Nobody outside sees it.
    Internal,
    /// A Lambda proxy response: an object with status, headers and body, or a body alone.
    Proxy,
    /// Perhaps one: when it has a status.
    Shaped,
    /// What a web framework makes a page of: a text is HTML.
    Page,
    /// What a web framework sends as JSON.
    Json,
}

impl<'p> Engine<'p> {
    /// A handler of Node.js calls what it got to answer: `callback(null, response)`.
    pub(crate) fn note_callback(&mut self, id: NameId, args: &Args, span: Span) {
        if self.names.text(id) != CALLBACK {
            return;
        }
        if let Some(value) = args.at(1).cloned() {
            self.answered(&value, span);
        }
    }

    /// Looks at what the handler returns.
    pub(crate) fn note_answer(&mut self, value: &Value, span: Span) {
        // Only the handler's own answer, not that of what it calls.
        let depth = self.calls.iter().filter(|call| call.function != FunctionId(0)).count();
        if depth != 1 {
            return;
        }
        // Go answers with an error beside; what stands in the response of one is never sent.
        let beside = value.as_object().filter(|_| self.is_go()).and_then(|id| self.heap.list(id));
        if let Some((first, rest)) = beside.and_then(|list| list.items.split_first()) {
            let is_nil = |value: &Value| value.as_constant() == Some(&Constant::None);
            let is_dropped = rest.last().is_some_and(|error| !is_nil(error));
            let first = first.clone();
            self.drops_errors = is_dropped;
            self.answered(&first, span);
            self.drops_errors = false;
        } else {
            self.answered(value, span);
        }
    }

    fn answered(&mut self, value: &Value, span: Span) {
        match self.answer {
            Answer::None | Answer::Internal => {}
            Answer::Proxy => self.proxy_answer(value, span),
            Answer::Shaped => {
                let key = Key::Name(SmolStr::new_static("statusCode"));
                let map = value.as_object().and_then(|id| self.heap.map(id));
                if map.is_some_and(|map| map.get(&key).is_some()) {
                    self.proxy_answer(value, span);
                } else {
                    self.note_suspect(value, &[Kind::Html]);
                }
            }
            Answer::Page | Answer::Json => self.page_answer(value, span),
        }
    }

    fn proxy_answer(&mut self, value: &Value, span: Span) {
        let Shape::Object(id) = value.shape else {
            let taint = self.deep_taint(value);
            self.tell_body(Kind::Error, "the response", &taint, span);
            return;
        };
        let field = |engine: &Self, name: &str| {
            let map = engine.heap.map(id)?;
            let entry = map.entries.iter().find(
                |(key, _)| matches!(key, Key::Name(known) if known.eq_ignore_ascii_case(name)),
            );
            entry.map(|(_, value)| value).or(map.rest.as_ref()).cloned()
        };
        let body = match field(self, "body") {
            Some(body) => body,
            // A plain object is the body itself.
            None if field(self, "statusCode").is_none() => value.clone(),
            None => Value::unknown(),
        };
        let taint = self.deep_taint(&body);
        self.tell_body(Kind::Error, "the response body", &taint, span);
        self.tell_body(Kind::Secret, "the response body", &taint, span);
        self.tell_body(Kind::Environment, "the response body", &taint, span);
        self.note_cookies(id, span);
        let headers = field(self, "headers").or_else(|| field(self, "multiValueHeaders"));
        if let Some(headers) = headers {
            let location = self.header(&headers, "location");
            self.tell_flow(
                Kind::Redirect,
                &self.deep_taint(&location),
                "the `Location` header",
                span,
                false,
            );
            let kind = self.header(&headers, "content-type");
            if let Some(text) = kind.as_text() {
                if text.to_ascii_lowercase().contains("html") {
                    self.tell_body(Kind::Html, "an HTML response", &taint, span);
                }
                return;
            }
        }
        // Nobody says what it is: it may be a page, or a part of one, when it looks like that.
        self.note_suspect(&body, &[Kind::Html]);
    }

    /// Tells of cookies in a response that lack the words which protect them: of `Set-Cookie` in its
    /// headers, and of the list `cookies`.
    fn note_cookies(&mut self, response: ObjectId, span: Span) {
        let mut cookies = Vec::new();
        for (name, is_list) in [("headers", false), ("multiValueHeaders", false), ("cookies", true)]
        {
            let map = self.heap.map(response);
            let part = map.and_then(|map| map.get(&Key::Name(SmolStr::new_static(name)))).cloned();
            let Some(part) = part else { continue };
            let value = if is_list { part } else { self.header(&part, "set-cookie") };
            match value.as_object().and_then(|id| self.heap.list(id)) {
                Some(list) => cookies.extend(list.items.iter().cloned()),
                None => cookies.push(value),
            }
        }
        for cookie in cookies {
            let text = cookie.as_text().map(SmolStr::as_str);
            let text = text.or_else(|| cookie.pieces.as_ref().map(crate::pieces::Pieces::as_str));
            if let Some(lacks) = text.and_then(lacking) {
                let detail = SmolStr::new(lacks);
                self.tell_remark("insecure-cookie", "Set-Cookie", &detail, span);
            }
        }
    }

    /// Tells of a body, where it is put into the response: the line to change may stand in a helper.
    fn tell_body(&mut self, kind: Kind, sink: &str, taint: &Taint, span: Span) {
        for label in taint.of_kind(kind).cloned().collect::<Vec<_>>() {
            let within = self.within();
            let put = put_into_body(&label);
            let place = put.map_or((self.module_id(), span), |step| (step.module, step.span));
            let sink = match put {
                Some(_) if sink == "the response" => "the response body",
                _ => sink,
            };
            self.tell_at(kind, &label, (sink, ""), place, false, within);
        }
    }

    fn page_answer(&mut self, value: &Value, span: Span) {
        let is_json = matches!(value.shape, Shape::Object(id)
            if matches!(self.heap.get(id), Some(Object::Map(map)) if map.library.is_none()));
        let value = match value.shape {
            // `(body, status)`.
            Shape::Object(id) => match self.heap.list(id) {
                Some(list) => list.items.first().cloned().unwrap_or_default(),
                None => value.clone(),
            },
            _ => value.clone(),
        };
        let taint = self.deep_taint(&value);
        self.tell_flow(Kind::Error, &taint, "the response", span, false);
        self.tell_flow(Kind::Secret, &taint, "the response", span, false);
        self.tell_flow(Kind::Environment, &taint, "the response", span, false);
        let is_json = is_json || self.declares_object();
        if !is_json && self.answer == Answer::Page && !matches!(value.shape, Shape::Instance(_)) {
            self.tell_flow(Kind::Html, &taint, "an HTML response", span, false);
        }
    }

    /// Whether the function that runs declares to give an object of the program: frameworks of Java and
    /// C# make JSON of it.
    fn declares_object(&self) -> bool {
        if !matches!(self.language(), Language::Java | Language::CSharp) {
            return false;
        }
        let declared = self.function().and_then(|function| function.returns.as_ref());
        let named = declared.and_then(|returns| returns.dotted()?.last().copied().cloned());
        named.is_some_and(|name| {
            self.program
                .ids()
                .filter_map(|id| self.program.module(id))
                .any(|module| module.classes.iter().any(|class| class.name == *name))
        })
    }

    fn header(&self, headers: &Value, wanted: &str) -> Value {
        let Some(map) = headers.as_object().and_then(|id| self.heap.map(id)) else {
            return Value::unknown();
        };
        map.entries
            .iter()
            .find(|(key, _)| matches!(key, Key::Name(name) if name.eq_ignore_ascii_case(wanted)))
            .map(|(_, value)| value.clone())
            .unwrap_or_default()
    }

    /// A handler writes data of a request into a variable of the module, which the next invocation sees.
    pub(crate) fn note_kept(
        &mut self,
        name: &SmolStr,
        owner: FunctionId,
        value: &Value,
        span: Span,
    ) {
        if owner == FunctionId(0) {
            self.note_kept_as(name, value, span);
        }
    }

    /// A handler writes data of a request into an object that the module owns.
    pub(crate) fn note_stored(&mut self, id: ObjectId, name: &str, value: &Value, span: Span) {
        if self.entry.is_some() && self.module_objects.contains(&id) {
            let is_instance = self.heap.map(id).is_some_and(|map| map.class.is_some());
            if is_instance && self.renews_field(id, name) {
                return;
            }
            let name = self.module_variable(id).unwrap_or_else(|| SmolStr::new(name));
            self.note_kept_as(&name, value, span);
        }
    }

    fn note_kept_as(&mut self, name: &SmolStr, value: &Value, span: Span) {
        if self.entry.is_none() || self.is_loading() {
            return;
        }
        let taint = self.deep_taint(value);
        let is_request = |label: &&Label| {
            let trust = self.sources.get(label.source).map(|source| source.trust);
            !label.kinds.and(Kinds::TEXT).is_empty() && trust.is_some_and(|it| it > Trust::Stored)
        };
        if let Some(label) = taint.labels().iter().find(is_request).cloned() {
            let none = SmolStr::default();
            self.tell_remark_of("request-data-kept", name, &none, span, Some(&label));
        }
    }

    /// The variable of a module that holds an object.
    fn module_variable(&self, id: ObjectId) -> Option<SmolStr> {
        self.loaded.iter().find_map(|(module, loaded)| {
            let slots = &self.program.function(*module, FunctionId(0))?.slots;
            let at = (0..slots.len()).find(|at| {
                let key = Key::Index(i64::try_from(*at).unwrap_or(i64::MAX));
                let held = self.heap.read(&Cell { object: loaded.frame, key });
                held.and_then(Value::as_object) == Some(id)
            })?;
            slots.get(at).cloned()
        })
    }

    /// Whether a module's own body is being run.
    fn is_loading(&self) -> bool {
        self.call().is_some_and(|call| call.function == FunctionId(0))
    }

    /// A client made inside the handler is made again in every invocation.
    pub(crate) fn note_client(&mut self, id: NameId, span: Span) {
        if self.entry.is_none() || self.is_loading() {
            return;
        }
        let text = self.names.text(id);
        let is_client = match self.language() {
            Language::Python => {
                matches!(
                    text.as_str(),
                    "boto3.client" | "boto3.resource" | "psycopg2.connect" | "pymysql.connect"
                )
            }
            Language::JavaScript | Language::TypeScript => {
                let last = text.rsplit('.').next().unwrap_or_default();
                text.starts_with("aws-sdk.") && text.matches('.').count() == 1
                    || text.starts_with("@aws-sdk/client-") && last.ends_with("Client")
            }
            _ => false,
        };
        if is_client {
            self.tell_remark("client-in-handler", &text, &SmolStr::default(), span);
        }
    }

    /// `const handler: SQSHandler = …`: the declared type tells the event.
    pub(crate) fn note_handler_type(&mut self, annotation: Option<&'p Expr>, value: &Value) {
        let (Some(annotation), Shape::Function(closure)) = (annotation, &value.shape) else {
            return;
        };
        if let Some(event) = self.event_of_annotation(annotation) {
            self.handler_types.insert((closure.module, closure.function), event);
        }
    }
}

/// The step at which data was put into the body of a response, when it was only handed on since.
fn put_into_body(label: &Label) -> Option<&Rc<TraceStep>> {
    let mut at = label.trace.as_ref();
    while let Some(step) = at {
        match &step.note {
            Note::Assigned(name) if name.eq_ignore_ascii_case("body") => return Some(step),
            Note::Returned(_) => at = step.before.as_ref(),
            _ => return None,
        }
    }
    None
}

/// What a cookie lacks, when it sets anything: one that ends at once only takes a cookie away.
fn lacking(cookie: &str) -> Option<&'static str> {
    let cookie = cookie.to_ascii_lowercase();
    if !cookie.contains('=') || cookie.contains("max-age=0") || cookie.contains("1970") {
        return None;
    }
    match (cookie.contains("secure"), cookie.contains("httponly")) {
        (true, true) => None,
        (true, false) => Some("without `HttpOnly`"),
        (false, true) => Some("without `Secure`"),
        (false, false) => Some("without `Secure` and `HttpOnly`"),
    }
}
