//! Calls and fields of libraries: what models say of them.

use std::rc::Rc;

use code_ir::{SmolStr, Span};
use taint_models::{Attribute, Call, Kind, Kinds, NameId, Sink, Step};

use super::{
    Engine,
    amount::length_of,
    call::{Args, NEVER},
    condition::Site,
    head::ADDRESS,
    member::{gives_whole, part_of},
    opaque::makes_text,
};
use crate::{
    heap::Map,
    value::{Key, Note, Shape, Taint, Value, View, ViewPart, smol},
};

/// Types looked at on the way up.
const ANCESTORS: usize = 12;

impl<'p> Engine<'p> {
    /// The model of a function, its own or that of a type which the receiver's derives from.
    pub(super) fn model_of(&mut self, id: NameId) -> Option<&'p Call> {
        let models = self.models;
        self.inherited(id, |id| models.call(id))
    }

    /// The same for a field.
    pub(super) fn attribute_model(&mut self, id: NameId) -> Option<&'p Attribute> {
        let models = self.models;
        self.inherited(id, |id| models.attribute(id))
    }

    /// What is known of a name, or of the same name in a type that its own derives from.
    fn inherited<T>(&mut self, id: NameId, known: impl Fn(NameId) -> Option<T>) -> Option<T> {
        if let Some(found) = known(id) {
            return Some(found);
        }
        let models = self.models;
        let (type_, member) = self.names.split(id);
        let member = SmolStr::new(member);
        let mut pending: Vec<NameId> = models.parents(type_).to_vec();
        for _ in 0..=ANCESTORS {
            let parent = pending.pop()?;
            let id = self.names.child(parent, &member);
            if let Some(found) = known(id) {
                return Some(found);
            }
            pending.extend(models.parents(parent));
        }
        None
    }

    /// Whether models speak of a function.
    pub(crate) fn is_modelled(&mut self, id: NameId) -> bool {
        self.model_of(id).is_some()
    }

    /// Whether models know a name at all.
    pub(crate) fn is_known_name(&mut self, id: NameId) -> bool {
        let models = self.models;
        models.call(id).is_some()
            || models.attribute(id).is_some()
            || models.names_below(id)
            || models.is_type(id)
    }

    /// The name of a method of a type.
    pub(crate) fn method_of(&mut self, type_: NameId, name: &str) -> NameId {
        let id = self.names.child(type_, name);
        self.models.canonical(id)
    }

    /// A field of a library's module, type or instance.
    pub(crate) fn library_member(
        &mut self,
        id: NameId,
        base: &Value,
        name: &str,
        span: Span,
    ) -> Value {
        let child = self.method_of(id, name);
        let is_length = matches!(name, "length" | "byteLength") && !base.taint.is_clean();
        if is_length && self.attribute_model(child).is_none() {
            return length_of(base);
        }
        self.attribute_value(child, base, span)
    }

    /// What a name of a library gives when it is read.
    pub(crate) fn attribute_value(&mut self, id: NameId, base: &Value, span: Span) -> Value {
        let value = self.plain_attribute(id, base, span);
        self.served_field(id, base, span, value)
    }

    fn plain_attribute(&mut self, id: NameId, base: &Value, span: Span) -> Value {
        if let Some(setting) = self.platform_setting(id) {
            return setting;
        }
        self.note_environment(id, span);
        let Some(model) = self.attribute_model(id) else {
            let views = self.view_of_field(id, base);
            let taint = part_of(base).taint;
            return Value { shape: Shape::Library(id), taint, views, ..Value::default() };
        };
        let site = Site { receiver: Some(base), args: &Args::default() };
        for check in &model.checks {
            if self.hold(&check.when, &site) {
                let subject = self.names.text(id);
                self.tell_remark(&check.name, &subject, &check.detail, span);
            }
        }
        let mut taint = if model.clean { Taint::default() } else { part_of(base).taint };
        if let Some(source) = &model.source {
            taint = self.taint_of_source(source, span);
        }
        let views = self.view_of_field(id, base);
        match &model.returns {
            Some(name) => {
                let name = name.clone();
                let made = self.instance(&name, taint, span);
                Value { views, ..made }
            }
            None => Value { shape: Shape::Library(id), taint, views, ..Value::default() },
        }
    }

    /// All variables of the environment are at hand under a name: they are told only as a whole.
    fn note_environment(&mut self, id: NameId, span: Span) {
        if self.environment.is_none()
            && matches!(self.names.text(id).as_str(), "os.environ" | "process.env")
        {
            let words = SmolStr::new_static("the whole environment");
            let kinds = Kinds::one(Kind::Environment);
            let taint = self.label(taint_models::Trust::Platform, kinds, words, span);
            self.environment = Some((id, taint));
        }
    }

    /// An instance of a type by its name; some types are events.
    fn instance(&mut self, name: &str, taint: Taint, span: Span) -> Value {
        let id = self.names.intern(name);
        let id = self.models.canonical(id);
        let made = self.instance_of_id(id, span);
        match made.shape {
            Shape::Object(_) => {
                self.keyed(Value { shape: Shape::Instance(id), taint, ..Value::default() })
            }
            _ => Value { taint: made.taint.or(&taint), ..made },
        }
    }

    pub(super) fn instance_of_id(&mut self, id: NameId, span: Span) -> Value {
        match self.models.event_of_name(id) {
            Some(event) => self.event_value(event, span),
            None => self.keyed(Value::of(Shape::Instance(id))),
        }
    }

    /// The host of a parsed address is a part of the address that was parsed; the folders above a
    /// resolved path say where it leads.
    fn view_of_field(&self, id: NameId, base: &Value) -> Option<Rc<Vec<View>>> {
        let views = base.views.as_deref()?;
        let (_, field) = self.names.split(id);
        let part = match field {
            "parents" if base.is_of_resolved() => ViewPart::Parents,
            "netloc" | "hostname" | "host" | "origin" | "Host" | "Hostname" => ViewPart::Host,
            _ => return None,
        };
        Some(Rc::new(views.iter().map(|view| View { part, ..view.clone() }).collect()))
    }

    /// `library[index]`.
    pub(crate) fn library_index(
        &mut self,
        id: NameId,
        base: &Value,
        index: &Value,
        span: Span,
    ) -> Value {
        if let Some(name) = self.models.item(id).cloned() {
            let shape = Shape::Instance(self.names.intern(&name));
            return Value { shape, ..part_of(base) };
        }
        let method = self.method_of(id, "__getitem__");
        if self.is_modelled(method) {
            return self.call_library(
                method,
                Some(base),
                &Args::of(vec![index.clone()]),
                span,
                false,
            );
        }
        if let Some(name) = index.as_text() {
            let child = self.method_of(id, &name.clone());
            if let Some(setting) = self.platform_setting(child) {
                return setting;
            }
            if self.attribute_model(child).is_some() {
                return self.attribute_value(child, base, span);
            }
            // `process.env["NAME"]` is `process.env.NAME`.
            if base.taint.is_clean() {
                let value = Value::of(Shape::Library(child));
                return self.served_field(child, base, Span::default(), value);
            }
        }
        self.note_chosen(id, index, span);
        part_of(base)
    }

    /// A field of something of which nothing is known, when its name alone tells.
    pub(crate) fn any_member(&mut self, base: &Value, name: &str, span: Span) -> Option<Value> {
        let model = self.models.any_attribute(name)?;
        let source = model.source.as_ref()?;
        let taint = base.taint.or(&self.taint_of_source(source, span));
        Some(Value::tainted(taint))
    }

    /// `new Library(…)`.
    pub(crate) fn new_library(&mut self, id: NameId, args: &Args, span: Span) -> Value {
        // Responses and settings of Go and C# are written as their fields.
        let is_plain = self.names.split(id).1.ends_with("Response") || self.is_typed();
        if !args.named.is_empty() && is_plain && !self.is_modelled(id) {
            let mut map = Map { library: Some(id), ..Map::default() };
            for (name, value) in &args.named {
                map.set(Key::Name(name.clone()), value.clone());
            }
            return Value::of(Shape::Object(self.heap.add_map(map)));
        }
        let made = self.call_library(id, None, args, span, false);
        match made.shape {
            Shape::Unknown | Shape::Library(_) => Value { shape: Shape::Instance(id), ..made },
            Shape::Instance(known) if self.names.text(known).ends_with("()") => {
                Value { shape: Shape::Instance(id), ..made }
            }
            _ => made,
        }
    }

    /// Calls a function of a library.
    pub(crate) fn call_library(
        &mut self,
        id: NameId,
        receiver: Option<&Value>,
        args: &Args,
        span: Span,
        is_any: bool,
    ) -> Value {
        let callee = self.services.callee.take();
        let result = self.library_result(id, receiver, args, span, is_any);
        if is_any {
            let function = SmolStr::new(self.names.split(id).1);
            self.note_handed(&function, args, span);
            return result;
        }
        self.served(id, (receiver, callee), args, span, result)
    }

    fn library_result(
        &mut self,
        id: NameId,
        receiver: Option<&Value>,
        args: &Args,
        span: Span,
        is_any: bool,
    ) -> Value {
        let (_, method) = self.names.split(id);
        let method = SmolStr::new(method);
        let mut model = if is_any { None } else { self.model_of(id) };
        let mut is_guess = false;
        if model.is_none() && receiver.is_some() && (is_any || !self.has_models(id)) {
            model = self.models.any_call(&method);
            is_guess = model.is_some();
        }
        if !is_any {
            self.note_registration(Some(id), &method, args, span);
        }
        self.note_client(id, span);
        self.note_callback(id, args, span);
        let site = Site { receiver, args };
        let Some(model) = model else {
            let result = self.unmodelled(id, receiver, args, span, is_any);
            return self.note_file(id, &site, result, span);
        };
        let braced = model.text_of.as_ref().and_then(|_| self.braced(args));
        let site = Site { receiver, args: braced.as_ref().unwrap_or(args) };
        let subject = self.subject(id, receiver, is_any);
        for sink in &model.sinks {
            self.sink(sink, &site, &subject, span, is_guess);
        }
        for check in &model.checks {
            let is_harmless = match check.name.as_str() {
                "missing-request-timeout" => Self::stays_local(&site),
                "weak-hash" => self.names_a_checksum(),
                _ => false,
            };
            if !is_harmless && self.hold(&check.when, &site) {
                self.tell_remark(&check.name, &subject, &check.detail, span);
            }
        }
        if let Some(setting) = self.platform_setting_of_call(id, &site) {
            return setting;
        }
        self.note_token(&subject, args, span);
        self.send(model, &site, span);
        self.note_access(model, &site, &subject, span);
        if model.never_returns {
            return Value::of(Shape::Settle(NEVER));
        }
        self.effects(model, id, &site, span);
        let result = self.result_of(model, id, &site, &subject, span);
        let mut result = self.keyed(result);
        if model.proves.as_ref().is_some_and(|proof| proof.or_raises) {
            self.assume(&result, true);
            result.facts = None;
        }
        self.note_file(id, &site, result, span)
    }

    /// What the messages call it.
    fn subject(&self, id: NameId, receiver: Option<&Value>, is_any: bool) -> String {
        if is_any && receiver.is_some() {
            let (_, method) = self.names.split(id);
            return format!(".{method}");
        }
        self.names.text(id)
    }

    /// Whether the type or module of a function has any model: then one without is not guessed at.
    fn has_models(&mut self, id: NameId) -> bool {
        let (parent, _) = self.names.split(id);
        parent != NameId::ROOT
            && (self.models.names_below(parent) || !self.models.parents(parent).is_empty())
    }

    fn sink(&mut self, sink: &Sink, site: &Site<'_>, subject: &str, span: Span, is_guess: bool) {
        if !self.hold(&sink.when, site) || sink.kind == Kind::Archive && self.reads_sizes {
            return;
        }
        for port in &sink.ports {
            let mut taint = Taint::default();
            let is_elsewhere = match sink.kind {
                Kind::Url => self.is_beside_key(port, site),
                // A whole hostile request is told as something worse.
                Kind::Page => !self.has_key(port, site),
                _ => false,
            };
            if is_elsewhere {
                continue;
            }
            for value in self.port(port, site) {
                // No operators are in a text, and these ports ask for operators.
                let is_operand = sink.kind == Kind::Nosql && port.is_any_member();
                if !(is_operand && is_text_of_event(&value, self.is_javascript())) {
                    taint = taint.or(&self.sink_taint(sink.kind, &value));
                }
            }
            if sink.kind == Kind::Event && taint.kinds().has(Kind::Environment) {
                let argument = port.to_string();
                let sink = (subject, argument.as_str());
                self.tell_argument(Kind::Environment, &taint, sink, span, is_guess);
            }
            if !taint.is_clean() {
                let argument = port.to_string();
                let sink = (sink.kind, is_guess || sink.is_guess);
                self.tell_argument(sink.0, &taint, (subject, &argument), span, sink.1);
            }
        }
    }

    /// What of an argument reaches a danger.
    pub(super) fn sink_taint(&mut self, kind: Kind, value: &Value) -> Taint {
        match kind {
            Kind::Log | Kind::Event | Kind::Environment | Kind::Personal | Kind::Secret => {
                self.printed(value)
            }
            // Options of a request are no address: what matters of them has ports of its own.
            Kind::Url if value.as_object().is_some_and(|id| self.heap.map(id).is_some()) => {
                value.taint.clone()
            }
            Kind::Nosql | Kind::Attribute => self.own_taint(value),
            // A mapping is sent as JSON.
            Kind::Html if self.is_plain_map(value) => value.taint.clone(),
            _ => self.deep_taint(value),
        }
    }

    /// Whether a value is a mapping, not an instance of a class.
    pub(super) fn is_plain_map(&self, value: &Value) -> bool {
        let map = value.as_object().and_then(|id| self.heap.map(id));
        map.is_some_and(|map| map.class.is_none() && map.library.is_none())
    }

    /// Hostile data that decides what a value is, keys and operators included, not only what stands
    /// under the keys that the program wrote.
    fn own_taint(&self, value: &Value) -> Taint {
        let mut taint = value.taint.clone();
        for shape in value.shape.alternatives() {
            let Shape::Object(id) = shape else { continue };
            if let Some(rest) = self.heap.map(*id).and_then(|map| map.rest.as_ref()) {
                taint = taint.or(&rest.taint);
            }
        }
        taint
    }

    /// A library's object that keeps values under keys is a mapping here, with methods of its type.
    pub(crate) fn keyed(&mut self, value: Value) -> Value {
        let Shape::Instance(type_) = value.shape else { return value };
        if !self.models.keeps_values(type_) {
            return value;
        }
        // What it was made of stands under its keys.
        let rest = (!value.taint.is_clean()).then(|| Value::tainted(value.taint.clone()));
        let map = Map { library: Some(type_), rest, ..Map::default() };
        Value { shape: Shape::Object(self.heap.add_map(map)), ..value }
    }

    /// A call without a model: what goes in may come out.
    fn unmodelled(
        &mut self,
        id: NameId,
        receiver: Option<&Value>,
        args: &Args,
        span: Span,
        is_any: bool,
    ) -> Value {
        let mut taint = receiver.map(|value| self.deep_taint(value)).unwrap_or_default();
        let (_, called) = self.names.split(id);
        // What a method of it gives is a part; a copy or a text of it is still the whole.
        if !gives_whole(called) {
            taint = taint.without(Kinds::WHOLE);
        }
        let is_text = makes_text(called);
        for value in args.all() {
            let own = if is_text { self.printed(value) } else { self.deep_taint(value) };
            taint = taint.or(&own);
        }
        if !self.models.is_clean(&self.names, id) {
            let (_, name) = self.names.split(id);
            let name = SmolStr::new(name);
            self.note_leaving(&name, args);
        }
        // A function that is wrapped is still that function: `middy(handler)`.
        let functions: Vec<&Value> =
            args.all().filter(|value| matches!(value.shape, Shape::Function(_))).collect();
        let is_wrapper = receiver.is_none_or(|r| matches!(r.shape, Shape::Library(_)))
            || (functions.len() == 1 && self.is_wrapper(id));
        if let ([function], true) = (functions.as_slice(), is_wrapper && !is_any) {
            let function = (*function).clone();
            self.call_back(args, &Value::tainted(taint), span);
            return Value { id: 0, ..function };
        }
        self.call_back(args, &Value::tainted(taint.clone()), span);
        if self.models.is_clean(&self.names, id) {
            taint = Taint::default();
        } else if !is_any
            && let Some(receiver) = receiver
            && matches!(receiver.shape, Shape::Instance(_))
        {
            // What is put into an unknown object may come out of it later.
            let into =
                args.all().fold(Taint::default(), |all, value| all.or(&self.deep_taint(value)));
            self.pour(receiver, &into);
        }
        if !taint.is_clean() {
            let (_, name) = self.names.split(id);
            let note = Note::Through(smol(name));
            taint = taint.step(self.module_id(), span, &note);
        }
        if is_text && let Some(template) = args.at(0).and_then(Value::as_text) {
            let values = args.positional.get(1..).unwrap_or_default();
            let filled = self.filled_template(template, values, &Taint::default(), span);
            if filled.taint.kinds().and(ADDRESS).is_empty() {
                taint = taint.without(ADDRESS);
            }
            return self.text_of(filled.pieces, taint, span);
        }
        let shape = if is_any { Shape::Unknown } else { self.default_shape(id) };
        self.keyed(Value { shape, taint, ..Value::default() })
    }

    /// What `with` gives for a value.
    pub(crate) fn entered(&mut self, value: Value) -> Value {
        if let Shape::Instance(id) = value.shape {
            let enter = self.method_of(id, "__enter__");
            if self.is_modelled(enter) {
                return self.call_library(
                    enter,
                    Some(&value),
                    &Args::default(),
                    Span::default(),
                    false,
                );
            }
        }
        if let Some(entered) =
            self.call_special(&value, "__enter__", &Value::unknown(), Span::default())
        {
            return entered;
        }
        value
    }
}

/// Whether a value is a text by the form of the event: a single parameter or header of a request.
fn is_text_of_event(value: &Value, has_text_params: bool) -> bool {
    value.shape.alternatives().iter().all(|shape| match shape {
        Shape::Constant(_) => true,
        Shape::Event(at) => matches!(
            at.path.as_slice(),
            [Step::Field(field), Step::Field(_)]
                if matches!(field.as_str(), "queryStringParameters" | "pathParameters" | "headers")
                    // What stands between slashes of an address is no object.
                    || has_text_params && field == "params"
        ),
        _ => false,
    })
}
