//! What calls of libraries give, as models say, and what declared types stand for.

use std::rc::Rc;

use code_ir::{Expr, ExprKind, SmolStr, Span};
use taint_models::{Call, Container, Kind, Kinds, NameId, Port, Source, Trust};

use super::{
    Engine,
    amount::{of_smallest, viewed_as},
    condition::{Site, constant_of_model},
    head::ADDRESS,
    key_of,
    member::part_of,
};
use crate::{
    builtins,
    heap::{List, Map, Object},
    value::{Facts, Key, Note, Shape, Taint, Value, View, ViewPart, smol},
};

impl<'p> Engine<'p> {
    /// What a call gives that models say outright: what is kept under a key, a new container, a constant.
    fn made(&mut self, model: &Call, site: &Site<'_>) -> Option<Value> {
        if let Some((keys, default)) = &model.load
            && let Some(receiver) = site.receiver
            && let Some(value) = self.load_key(receiver, keys, default.as_ref(), site)
        {
            return Some(value);
        }
        if let Some(schema) = &model.schema {
            return Some(self.make_schema(schema, model, site));
        }
        if let Some(validation) = &model.validates
            && let Some(outcome) = self.validated(validation, site)
        {
            return Some(outcome);
        }
        let made = match model.makes {
            Some(Container::Pattern) => self.make_pattern(site),
            Some(Container::Keys) => self.make_keys(site),
            Some(Container::Match) => Some(self.make_match(model, site)),
            Some(container) => Some(self.make(container, site)),
            None => None,
        };
        made.or_else(|| model.constant.as_ref().and_then(constant_of_model).map(Value::constant))
    }

    /// What a call of a library gives.
    pub(super) fn result_of(
        &mut self,
        model: &Call,
        id: NameId,
        site: &Site<'_>,
        subject: &str,
        span: Span,
    ) -> Value {
        if let Some(source) = &model.source {
            let taint = if self.hold(&source.when, site) {
                let trust = self.trust_of_stored(source.trust, site);
                self.taint_of_source(&Source { trust, ..source.clone() }, span)
            } else {
                Taint::default()
            };
            let shape = self.result_shape(model, id, site);
            return Value { shape, taint, ..Value::default() };
        }
        if let Some(value) = self.made(model, site) {
            return value;
        }
        let mut taint = self.carried(model, id, site);
        if model.checks.iter().any(|check| check.name == "weak-random") {
            let words = SmolStr::new(format!("a number of `{subject}`"));
            let random = self.label(Trust::Operator, Kinds::one(Kind::Random), words, span);
            taint = taint.or(&random);
        }
        let mut matched = None;
        if let Some(own) = &model.matches
            && let Some((facts, in_part)) = self.facts_of_match(own, site)
        {
            taint = taint.without(in_part);
            matched = facts;
        }
        if let Some(own) = &model.replaces {
            taint = taint.without(self.cleared_by_model(own, site));
        }
        let mut pieces = None;
        if !taint.is_clean() {
            let note = Note::Through(smol(subject));
            taint = taint.step(self.module_id(), span, &note);
            let filled = self.filled(model, site, taint, span);
            (taint, pieces) = (filled.taint, filled.pieces);
        }
        let mut shape = self.result_shape(model, id, site);
        if model.parses.is_some()
            && let Some(read) = self.parsed(&taint)
        {
            shape = read;
        }
        if let Shape::Instance(type_) = shape
            && let Some(event) = self.models.event_of_name(type_)
            // A request that the program makes of its own data is none that came in.
            && !(type_ == id && taint.is_clean())
        {
            let made = self.event_value(event, span);
            shape = made.shape;
            taint = taint.or(&made.taint);
        }
        let facts = self.facts_of_proof(model, site);
        let facts = facts.or_else(|| self.prefix_proof(id, site)).or(matched);
        let (mut views, is_resolved) = self.view_of_result(id, site);
        if views.is_none() && model.clears == Kinds::TEXT && !model.smallest {
            views = site.args.at(0).and_then(|value| viewed_as(value, ViewPart::Number));
        }
        if model.smallest {
            taint = of_smallest(&site.args.positional, taint);
        }
        let text_of = model.text_of.as_ref().and_then(|port| {
            self.port(port, site).into_iter().next().and_then(|value| value.as_object())
        });
        Value { shape, taint, views, facts, is_resolved, pieces, text_of, ..Value::default() }
    }

    /// Who decides about what is read from a store: whoever names the object that started the
    /// function wrote its contents, too.
    pub(super) fn trust_of_stored(&self, trust: Trust, site: &Site<'_>) -> Trust {
        if trust != Trust::Stored {
            return trust;
        }
        let is_uploaded = site.receiver.into_iter().chain(site.args.all()).any(|value| {
            self.deep_taint(value).labels().iter().any(|label| {
                let info = self.sources.get(label.source);
                info.is_some_and(|info| info.trust == Trust::Uploader && info.path.is_some())
            })
        });
        if is_uploaded { Trust::Uploader } else { trust }
    }

    /// What a model says that a true (or false) answer proves.
    fn facts_of_proof(&mut self, model: &Call, site: &Site<'_>) -> Option<Rc<Facts>> {
        match &model.proves {
            Some(proof) if self.hold(&proof.when, site) => {
                let value = self.port(&proof.port, site).into_iter().next();
                let value = value.filter(|value| !proof.resolved || value.is_of_resolved());
                let list = proof.listed_in.as_ref().map(|port| self.port(port, site));
                let value = value.filter(|value| {
                    let is_in = |list: &Value| !self.is_listed(value, list).is_empty();
                    list.as_ref().is_none_or(|lists| lists.iter().any(is_in))
                });
                value.and_then(|value| Self::proof(&value, proof.clears, !proof.when_false))
            }
            _ => None,
        }
    }

    /// Go's `strings.HasPrefix(path, folder)`.
    fn prefix_proof(&mut self, id: NameId, site: &Site<'_>) -> Option<Rc<Facts>> {
        let [text, prefix] = site.args.positional.as_slice() else { return None };
        (self.is_go() && self.names.text(id) == "strings.HasPrefix")
            .then(|| builtins::starts_with(self, text, Some(prefix)))
            .flatten()
    }

    /// A constant text that a function puts hostile data into: `util.format("<b>%s</b>", name)`.
    fn filled(&mut self, model: &Call, site: &Site<'_>, taint: Taint, span: Span) -> Value {
        let passed: Vec<Value> = match &model.passes {
            Some(ports) => ports.iter().flat_map(|port| self.port(port, site)).collect(),
            None => Vec::new(),
        };
        let Some((template, values)) = passed.split_first() else { return Value::tainted(taint) };
        let Some(template) = template.as_text() else { return Value::tainted(taint) };
        let filled = self.filled_template(template, values, &Taint::default(), span);
        let leads_elsewhere = !filled.taint.kinds().and(ADDRESS).is_empty();
        let taint = if leads_elsewhere { taint } else { taint.without(ADDRESS) };
        self.text_of(filled.pieces, taint, span)
    }

    /// A parsed address or a resolved path is still a view of the variable that it was made of.
    fn view_of_result(&mut self, id: NameId, site: &Site<'_>) -> (Option<Rc<Vec<View>>>, bool) {
        let text = self.names.text(id);
        let part = match text.as_str() {
            "urllib.parse.urlparse" | "urllib.parse.urlsplit" | "URL" | "url.parse" | "url.URL" => {
                ViewPart::Whole
            }
            "os.path.realpath"
            | "os.path.abspath"
            | "os.path.normpath"
            | "path.resolve"
            | "path.normalize"
            | "fs.realpathSync"
            | "path/filepath.Clean"
            | "path/filepath.Abs"
            | "path/filepath.EvalSymlinks"
            | "path.Clean"
            | "java.nio.file.Path.normalize"
            | "java.nio.file.Path.toRealPath"
            | "java.io.File.getCanonicalPath"
            | "java.io.File.getCanonicalFile"
            | "System.IO.Path.GetFullPath"
            | "File.expand_path"
            | "File.realpath"
            | "path.join"
            | "path/filepath.Join"
            | "path.Join" => ViewPart::Resolved,
            "os.path.join" => ViewPart::End,
            "os.path.relpath" | "path.relative" | "System.IO.Path.GetRelativePath" => {
                return (Self::relative_views(text.as_str(), site), false);
            }
            "os.path.commonpath" => return (self.common_views(site), false),
            "java.io.File.getPath"
            | "java.io.File.toPath"
            | "java.nio.file.Path.toString"
            | "java.nio.file.Path.toFile"
            | "java.io.File.getAbsolutePath"
            | "java.nio.file.Path.toAbsolutePath" => {
                let receiver = site.receiver;
                return (
                    receiver.and_then(|value| value.views.clone()),
                    receiver.is_some_and(Value::is_of_resolved),
                );
            }
            // Java's `resolve` only joins.
            "java.nio.file.Path.resolve" => return (None, false),
            _ if text.ends_with(".resolve") && site.receiver.is_some() => ViewPart::Resolved,
            _ => return (None, false),
        };
        let is_resolved = part == ViewPart::Resolved;
        let last = site.args.positional.len().saturating_sub(1);
        let value = site.args.at(last).or(site.receiver);
        let Some(views) = value.and_then(|value| value.views.as_deref()) else {
            return (None, is_resolved);
        };
        let views = views.iter().map(|view| View { part, ..view.clone() }).collect();
        (Some(Rc::new(views)), is_resolved)
    }

    /// The way from a folder to a path says whether the path leads out of it.
    fn relative_views(name: &str, site: &Site<'_>) -> Option<Rc<Vec<View>>> {
        let at = usize::from(name != "os.path.relpath");
        let views = site.args.at(at)?.views.as_deref()?;
        let relative = |view: &View| View { part: ViewPart::Relative, ..view.clone() };
        Some(Rc::new(views.iter().map(relative).collect()))
    }

    /// The folder that resolved paths share says where each of them leads.
    fn common_views(&mut self, site: &Site<'_>) -> Option<Rc<Vec<View>>> {
        let (paths, _) = self.members(site.args.at(0)?);
        let resolved = paths.iter().filter(|path| path.is_of_resolved());
        let views = resolved.filter_map(|path| path.views.as_deref()).flatten();
        let views: Vec<View> =
            views.filter(|view| view.part == ViewPart::Resolved).cloned().collect();
        (!views.is_empty()).then(|| Rc::new(views))
    }

    fn load_key(
        &mut self,
        receiver: &Value,
        keys: &[Port],
        default: Option<&Port>,
        site: &Site<'_>,
    ) -> Option<Value> {
        let id = receiver.as_object()?;
        let key = self.key_of_ports(keys, site);
        let map = self.heap.map(id)?;
        let Some(key) = key else { return Some(map.any()) };
        if let Some(value) = map.get(&Key::Name(key)) {
            return Some(value.clone());
        }
        if let Some(rest) = &map.rest {
            return Some(Value { taint: part_of(rest).taint, ..rest.clone() });
        }
        let default = default.map(|port| self.port(port, site).into_iter().next());
        Some(default.flatten().unwrap_or_default())
    }

    fn make(&mut self, container: Container, site: &Site<'_>) -> Value {
        let first = site.args.at(0).cloned();
        let id = match container {
            Container::This | Container::Keys | Container::Pattern | Container::Match => {
                return site.receiver.cloned().unwrap_or_default();
            }
            Container::Same => return first.unwrap_or_default(),
            Container::List => {
                let mut list = List::default();
                if let Some(first) = first.filter(|value| value.as_constant().is_none()) {
                    let (items, rest) = self.members(&first);
                    list = List { items, rest };
                }
                self.heap.add(Object::List(list))
            }
            Container::Items => {
                let mut list = List::default();
                let single = first
                    .filter(|value| site.args.positional.len() == 1 && value.as_object().is_some());
                match single {
                    Some(array) => {
                        let (items, rest) = self.members(&array);
                        list = List { items, rest };
                    }
                    None => site.args.all().cloned().for_each(|value| list.push(value)),
                }
                self.heap.add(Object::List(list))
            }
            Container::Pairs => {
                let mut map = Map { is_closed: true, ..Map::default() };
                for pair in site.args.positional.chunks(2) {
                    let [key, value] = pair else { continue };
                    match key_of(key) {
                        Some(key) => map.set(key, value.clone()),
                        None => map.set_any(value),
                    }
                }
                self.heap.add_map(map)
            }
            Container::Builder => {
                let mut list = List::default();
                if let Some(first) = first.filter(|value| value.as_int().is_none()) {
                    list.push(first);
                }
                self.heap.add(Object::List(list))
            }
            Container::Dict => {
                let mut map = Map { is_closed: true, ..Map::default() };
                if let Some(first) = first.filter(|value| value.as_object().is_some()) {
                    self.copy_into(&mut map, &first);
                }
                for (name, value) in &site.args.named {
                    map.set(Key::Name(name.clone()), value.clone());
                }
                self.heap.add_map(map)
            }
        };
        Value::of(Shape::Object(id))
    }

    /// A regular expression with the text that it is to be tried on.
    fn make_match(&mut self, model: &Call, site: &Site<'_>) -> Value {
        let library = model.returns.as_ref().map(|name| self.names.intern(name));
        let mut map = Map { library, ..Map::default() };
        let pattern = site.receiver.cloned().unwrap_or_default();
        map.set(Key::Name("pattern".into()), pattern);
        map.set(Key::Name("text".into()), site.args.at(0).cloned().unwrap_or_default());
        Value::of(Shape::Object(self.heap.add_map(map)))
    }

    /// Type of a result: what the model says, or a name made of the call.
    fn result_shape(&mut self, model: &Call, id: NameId, site: &Site<'_>) -> Shape {
        let Some(template) = &model.returns else {
            return if model.passes.as_ref().is_some_and(Vec::is_empty) || !model.clears.is_empty() {
                Shape::Unknown
            } else {
                self.default_shape(id)
            };
        };
        let mut name = String::new();
        let mut rest = template.as_str();
        while let Some((before, after)) = rest.split_once('{') {
            name.push_str(before);
            let (port, tail) = after.split_once('}').unwrap_or((after, ""));
            rest = tail;
            if port == "this" {
                if let Some(Value { shape: Shape::Instance(id) | Shape::Library(id), .. }) =
                    site.receiver
                {
                    name.push_str(&self.names.text(*id));
                }
                continue;
            }
            let port = Port::from(&match port.parse() {
                Ok(at) => taint_models::PortText::Position(at),
                Err(_) => taint_models::PortText::Path(port.to_owned()),
            });
            let value = self.port(&port, site).into_iter().next();
            let constant = value.as_ref().and_then(Value::as_constant);
            let text = constant.map_or_else(|| smol("?"), |constant| constant.display("None"));
            name.push_str(&text);
        }
        name.push_str(rest);
        if name.is_empty() {
            return Shape::Unknown;
        }
        // `{{{name}}}` and `<%- name %>` are not escaped, whatever fills them.
        let text = site.args.at(0).and_then(Value::as_text);
        let is_raw = |text: &SmolStr| ["{{{", "{{&", "<%-"].iter().any(|mark| text.contains(mark));
        if name == "ejs.Template" && text.is_some_and(is_raw) {
            name.clear();
            name.push_str("lodash.Template");
        }
        let id = self.names.intern(&name);
        Shape::Instance(self.models.canonical(id))
    }

    /// `a.b()` has the type `a.b()`; a name that begins like a class is one.
    pub(super) fn default_shape(&mut self, id: NameId) -> Shape {
        let (parent, last) = self.names.split(id);
        if last.chars().next().is_some_and(char::is_uppercase) && !last.ends_with("()") {
            return Shape::Instance(id);
        }
        let called = format!("{last}()");
        Shape::Instance(self.names.child(parent, &called))
    }

    /// What an expression that names a type stands for.
    pub(crate) fn instance_of_type(&mut self, annotation: &'p Expr) -> Value {
        if let Some(event) = self.event_of_annotation(annotation) {
            let span = annotation.span;
            return match self.answer {
                super::response::Answer::None => self.event_value(event, span),
                _ => Value::unknown(),
            };
        }
        if !matches!(annotation.kind, ExprKind::Name(_) | ExprKind::Attribute { .. }) {
            return Value::unknown();
        }
        let named = self.eval(annotation);
        match named.shape {
            Shape::Library(id) => self.instance_of_id(id, annotation.span),
            Shape::Class(class) => self.unknown_instance(&class),
            _ => Value::unknown(),
        }
    }

    /// A value of a declared type, which says what a library gave us when nothing else does.
    pub(crate) fn declared(&mut self, mut value: Value, annotation: &'p Expr) -> Value {
        if matches!(value.shape, Shape::Unknown) {
            value.shape = self.instance_of_type(annotation).shape;
            if matches!(value.shape, Shape::Object(_)) {
                // Any of its fields may hold what it was made of.
                let taint = value.taint.clone();
                self.pour(&value, &taint);
            }
        }
        value.is_opaque |= !value.taint.is_clean() && self.is_opaque_type(annotation);
        value
    }

    /// Whether a declared type holds numbers only.
    pub(crate) fn is_number_type(annotation: &Expr) -> bool {
        annotation
            .dotted()
            .and_then(|path| path.last().map(std::string::ToString::to_string))
            .is_some_and(|name| {
                matches!(
                    name.as_str(),
                    "int"
                        | "float"
                        | "bool"
                        | "number"
                        | "boolean"
                        | "long"
                        | "Integer"
                        | "Long"
                        | "double"
                        | "Double"
                        | "int64"
                        | "int32"
                        | "uint"
                        | "decimal"
                        | "Decimal"
                        | "UUID"
                        | "Guid"
                        | "datetime"
                        | "date"
                        | "Boolean"
                        | "short"
                        | "float64"
                )
            })
    }
}
