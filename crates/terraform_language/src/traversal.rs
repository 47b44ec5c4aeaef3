//! References: names, attributes, indexes and splats.

use source_text::{Diagnostic, Place, SmolStr};

use crate::configuration::Sort;
use crate::evaluator::Evaluator;
use crate::instances::Shape;
use crate::paths;
use crate::scope::Scope;
use crate::syntax::{Expr, ExprKind, Step};
use crate::value::{ANY, Declared, Key, Kind, Object, Unknown, Value};

impl Evaluator<'_> {
    /// The value of `base` followed by `steps`, all of which is written at `place`.
    pub(crate) fn traversal(
        &mut self,
        base: &Expr,
        steps: &[Step],
        place: Place,
        scope: Scope<'_>,
    ) -> Value {
        let ExprKind::Name(name) = &base.kind else {
            let value = self.eval(base, scope);
            return self.steps(value, steps, place, scope);
        };
        if let Some(value) = scope.find(name) {
            return self.steps(value.clone(), steps, place, scope);
        }
        let attribute = |position: usize| match steps.get(position) {
            Some(Step::Attribute(name) | Step::Index(Expr { kind: ExprKind::Text(name), .. })) => {
                Some(name.as_str())
            }
            _ => None,
        };
        let rest = |taken: usize| steps.get(taken..).unwrap_or_default();
        let module = scope.module;
        let found = match (name.as_str(), attribute(0)) {
            ("var", Some(name)) => Some((self.variable(module, name), 1)),
            ("local", Some(name)) => Some((self.local(module, name), 1)),
            ("path", Some(name)) => Some((self.path(module, name, place), 1)),
            ("module", Some(name)) => Some((Some(self.module_call(module, name, place)), 1)),
            ("data", Some(kind)) => {
                let object = attribute(1)
                    .map(|name| self.block_reference(module, Sort::Data, kind, name, place));
                Some((object, 2))
            }
            ("resource", Some(kind)) if attribute(1).is_some() => {
                let object = attribute(1)
                    .map(|name| self.block_reference(module, Sort::Resource, kind, name, place));
                Some((object, 2))
            }
            ("terraform" | "each" | "count" | "self" | "tofu", _) => None,
            (kind, Some(name)) if kind.contains('_') => {
                Some((Some(self.block_reference(module, Sort::Resource, kind, name, place)), 1))
            }
            _ => None,
        };
        match found {
            Some((Some(value), taken)) => self.steps(value, rest(taken), place, scope),
            Some((None, _)) => {
                let text = self.written(place);
                let message = format!("`{text}` refers to nothing that this module declares");
                self.tell_once_in_file(Diagnostic::warning(place, message));
                Value::expression(place, text, Vec::new())
            }
            None => self.open(place, &[]),
        }
    }

    fn path(&mut self, module: usize, name: &str, place: Place) -> Option<Value> {
        let text = match name {
            "module" => paths::relative(&self.root, &self.configuration_of(module).folder),
            "root" | "cwd" => ".".to_owned(),
            _ => return None,
        };
        Some(Value::text(place, text))
    }

    /// A called module: its outputs are asked for one by one.
    fn module_call(&mut self, module: usize, name: &str, place: Place) -> Value {
        let configuration = self.configuration_of(module);
        let Some(position) = configuration.position(Sort::Module, name) else {
            return Value::expression(place, format!("module.{name}"), Vec::new());
        };
        let children = self.children(module, position);
        if children.is_empty() && configuration.modules.get(position).is_some() {
            let instances = self.instances(module, Sort::Module, position);
            if !instances.items.is_empty() {
                // Its configuration is not at hand.
                return Value::expression(place, format!("module.{name}"), Vec::new());
            }
        }
        let instances = self.instances(module, Sort::Module, position);
        let items = instances.items.iter().zip(children.iter()).map(|((key, _), child)| {
            let address = self.prefix(*child);
            let address = SmolStr::new(address.trim_end_matches('.'));
            let object = Object { address, of: Declared::Module(*child) };
            (key.clone(), Value::unknown(place, Unknown::Object(object)))
        });
        let items = items.collect();
        shaped(instances.shape, items, place)
    }

    /// A resource or a data source, in the shape that `count` and `for_each` give it.
    fn block_reference(
        &mut self,
        module: usize,
        sort: Sort,
        kind: &str,
        name: &str,
        place: Place,
    ) -> Value {
        let prefix = self.prefix(module);
        let word = if sort == Sort::Data { "data." } else { "" };
        let block = format!("{prefix}{word}{kind}.{name}");
        let configuration = self.configuration_of(module);
        let Some(position) = configuration.position(sort, &format!("{kind}.{name}")) else {
            let message = format!("`{word}{kind}.{name}` is not declared in this module");
            self.tell_once_in_file(Diagnostic::warning(place, message));
            let object = Object { address: block.into(), of: Declared::Resource };
            return Value::unknown(place, Unknown::Object(object));
        };
        let instances = self.instances(module, sort, position);
        self.charge(instances.items.len());
        let items = instances.items.iter().map(|(key, _)| {
            let of = match sort {
                Sort::Data => Declared::Data(module, position, key.clone()),
                _ => Declared::Resource,
            };
            let object = Object { address: key.address(&block), of };
            (key.clone(), Value::unknown(place, Unknown::Object(object)))
        });
        shaped(instances.shape, items.collect(), place)
    }

    fn steps(&mut self, value: Value, steps: &[Step], place: Place, scope: Scope<'_>) -> Value {
        let Some((step, rest)) = steps.split_first() else { return value };
        match step {
            Step::Attribute(name) => {
                let next = self.attribute(&value, name, place);
                self.steps(next, rest, place, scope)
            }
            Step::Index(index) => {
                let index = self.eval(index, scope);
                let next = self.index(&value, &index, place);
                self.steps(next, rest, place, scope)
            }
            Step::Splat => self.splat(&value, rest, &[], place, scope),
            Step::AttributeSplat => {
                let attributes =
                    rest.iter().take_while(|step| matches!(step, Step::Attribute(_))).count();
                let (each, after) = rest.split_at(attributes);
                self.splat(&value, each, after, place, scope)
            }
        }
    }

    fn splat(
        &mut self,
        value: &Value,
        each: &[Step],
        after: &[Step],
        place: Place,
        scope: Scope<'_>,
    ) -> Value {
        let list = self.lift(value, &mut |it, value| {
            let items = match &value.kind {
                Kind::Null => Vec::new(),
                Kind::List(items) => items.it.clone(),
                Kind::Unknown(unknown) => match &unknown.it {
                    Unknown::Object(_) => vec![value.clone()],
                    Unknown::Attribute { address, path } => {
                        return it.symbolic_splat(address, path, each, value, place);
                    }
                    _ => return it.open(place, std::slice::from_ref(value)),
                },
                _ => vec![value.clone()],
            };
            it.charge(items.len());
            let items = items.into_iter().map(|item| it.steps(item, each, place, scope)).collect();
            Value::list(place, items)
        });
        self.steps(list, after, place, scope)
    }

    /// A splat over a list that only a deployment knows.
    fn symbolic_splat(
        &mut self,
        address: &SmolStr,
        path: &SmolStr,
        each: &[Step],
        value: &Value,
        place: Place,
    ) -> Value {
        let mut path = format!("{path}.*");
        for step in each {
            let Step::Attribute(name) = step else {
                return self.open(place, std::slice::from_ref(value));
            };
            path.push('.');
            path.push_str(name);
        }
        Value::unknown(place, Unknown::Attribute { address: address.clone(), path: path.into() })
    }

    /// `value.name`.
    pub(crate) fn attribute(&mut self, value: &Value, name: &str, place: Place) -> Value {
        self.lift(value, &mut |it, value| match &value.kind {
            Kind::Map(map) => match map.it.get(name).or_else(|| map.it.get(ANY)) {
                Some(found) => found.clone(),
                None => Value::failed(place, it.written(place)),
            },
            Kind::List(items) => match name.parse::<usize>().ok().and_then(|at| items.it.get(at)) {
                Some(found) => found.clone(),
                None => Value::failed(place, it.written(place)),
            },
            Kind::Unknown(unknown) => match &unknown.it {
                Unknown::Object(object) => it.attribute_of(object, name, place),
                Unknown::Attribute { address, path } => {
                    let path = smol_str::format_smolstr!("{path}.{name}");
                    Value::unknown(place, Unknown::Attribute { address: address.clone(), path })
                }
                Unknown::Failed(reason) => Value::failed(place, reason.clone()),
                _ => it.open(place, std::slice::from_ref(value)),
            },
            _ => Value::failed(place, it.written(place)),
        })
    }

    fn attribute_of(&mut self, object: &Object, name: &str, place: Place) -> Value {
        match &object.of {
            Declared::Module(module) => {
                if let Some(value) = self.output(*module, name) {
                    return value;
                }
                let message = format!("`{}` has no output `{name}`", object.address);
                self.tell(Diagnostic::warning(place, message));
                Value::failed(place, self.written(place))
            }
            Declared::Data(module, position, key) => self
                .data_attribute(*module, *position, key, name, place)
                .unwrap_or_else(|| symbolic(&object.address, name, place)),
            Declared::Resource => symbolic(&object.address, name, place),
        }
    }

    /// `value[index]`.
    pub(crate) fn index(&mut self, value: &Value, index: &Value, place: Place) -> Value {
        if index.is_failed() {
            return Value::failed(place, self.written(place));
        }
        self.lift(value, &mut |it, value| match &value.kind {
            Kind::List(items) => match index.as_index() {
                Some(at) => match (items.it.get(at), items.it.as_slice()) {
                    (Some(found), _) => found.clone(),
                    // An unknown number of instances has one that stands for all.
                    (None, [only]) if is_object(only) => only.clone(),
                    (None, _) => Value::failed(place, it.written(place)),
                },
                None => match items.it.as_slice() {
                    [only] => only.clone(),
                    _ => it.open(place, &[value.clone(), index.clone()]),
                },
            },
            Kind::Map(map) => match index.as_text() {
                Some(key) => it.attribute(value, &key, place),
                None => match map.it.get(ANY) {
                    Some(found) => found.clone(),
                    None => it.open(place, &[value.clone(), index.clone()]),
                },
            },
            Kind::Unknown(unknown) => match (&unknown.it, index.as_text()) {
                (
                    Unknown::Attribute { .. } | Unknown::Object(_) | Unknown::Failed(_),
                    Some(key),
                ) => it.attribute(value, &key, place),
                _ => it.open(place, &[value.clone(), index.clone()]),
            },
            _ => Value::failed(place, it.written(place)),
        })
    }
}

fn symbolic(address: &SmolStr, path: &str, place: Place) -> Value {
    let path = SmolStr::new(path);
    Value::unknown(place, Unknown::Attribute { address: address.clone(), path })
}

fn is_object(value: &Value) -> bool {
    matches!(value.as_unknown(), Some(Unknown::Object(_)))
}

/// Instances as an expression sees them: one, a list (`count`) or a mapping (`for_each`).
fn shaped(shape: Shape, items: Vec<(Key, Value)>, place: Place) -> Value {
    match shape {
        Shape::Single => match items.into_iter().next() {
            Some((_, value)) => value,
            None => Value::null(place),
        },
        Shape::Count => Value::list(place, items.into_iter().map(|(_, value)| value).collect()),
        Shape::Each => Value::map(
            place,
            items
                .into_iter()
                .filter_map(|(key, value)| match key {
                    Key::Text(key) => Some((key, value)),
                    _ => None,
                })
                .collect(),
        ),
    }
}
