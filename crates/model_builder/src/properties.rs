//! Typed reading of the properties of a resource.

use app_model::{Choice, Setting, Value, When};
use cfn_template::Evaluator;
use source_text::{Map, Node, SmolStr};

/// A mapping of properties and the evaluator that reads them.
#[derive(Clone, Copy, Debug)]
pub struct Properties<'a> {
    /// Decides conditions and reads values.
    pub evaluator: &'a Evaluator<'a>,
    /// The mapping, simplified.
    pub node: &'a Node,
}

impl<'a> Properties<'a> {
    /// Reads `node`.
    pub fn new(evaluator: &'a Evaluator<'a>, node: &'a Node) -> Self {
        Self { evaluator, node }
    }

    /// The node at the end of a chain of keys, when no condition stands between.
    #[must_use]
    pub fn at(&self, path: &[&str]) -> Option<&'a Node> {
        self.node.at(path).filter(|node| !node.is_null())
    }

    /// Properties of a mapping below.
    #[must_use]
    pub fn below(&self, path: &[&str]) -> Option<Self> {
        let node = self.at(path)?;
        Some(Self::new(self.evaluator, node))
    }

    /// Text, a number or a truth value as text.
    pub fn text(&self, path: &[&str]) -> Option<Setting<SmolStr>> {
        self.read(path, Evaluator::text)
    }

    /// A whole number.
    pub fn integer(&self, path: &[&str]) -> Option<Setting<i64>> {
        self.read(path, Evaluator::integer)
    }

    /// A number.
    pub fn number(&self, path: &[&str]) -> Option<Setting<f64>> {
        self.read(path, Evaluator::number)
    }

    /// A truth value.
    pub fn boolean(&self, path: &[&str]) -> Option<Setting<bool>> {
        self.read(path, Evaluator::boolean)
    }

    /// Items of a list, conditions followed; a single value counts as a list of one.
    pub fn items(&self, path: &[&str]) -> Vec<(When, Node)> {
        self.at(path).map_or_else(Vec::new, |node| self.evaluator.list(node))
    }

    /// Items of a list as texts with their places.
    #[must_use]
    pub fn texts(&self, path: &[&str]) -> Vec<Setting<SmolStr>> {
        self.items(path)
            .into_iter()
            .filter_map(|(when, node)| self.setting(&node, when, &|e, n| e.text(n)))
            .collect()
    }

    /// The possible mappings of a property, conditions followed; absent ones left out.
    #[must_use]
    pub fn mappings(&self, path: &[&str]) -> Vec<(When, Node)> {
        let Some(node) = self.at(path) else { return Vec::new() };
        self.evaluator
            .alternatives(node)
            .into_iter()
            .filter(|(_, node)| node.as_map().is_some_and(|map| !is_function(map)))
            .map(|(when, node)| (when, node.into_owned()))
            .collect()
    }

    /// Walks `path` through conditional mappings and reads the value with `read`.
    fn read<T>(
        &self,
        path: &[&str],
        read: impl Fn(&Evaluator<'a>, &Node) -> Value<T>,
    ) -> Option<Setting<T>> {
        let (first, rest) = path.split_first()?;
        let node = self.node.get(first)?;
        if rest.is_empty() {
            return self.setting(node, When::ALWAYS, &read);
        }
        if node.as_map().is_some_and(|map| !is_function(map)) {
            return Self::new(self.evaluator, node).read(rest, read);
        }
        let mut parts = Vec::new();
        for (when, alternative) in self.evaluator.alternatives(node) {
            let found =
                alternative.at(rest).and_then(|found| self.setting(found, when.clone(), &read));
            parts.push((when, found));
        }
        merge(parts)
    }

    /// One value as a setting; `None` when it is always `AWS::NoValue`.
    #[expect(clippy::needless_pass_by_value, reason = "every caller has a condition to give away")]
    pub fn setting<T>(
        &self,
        node: &Node,
        when: When,
        read: &dyn Fn(&Evaluator<'a>, &Node) -> Value<T>,
    ) -> Option<Setting<T>> {
        if node.is_null() {
            return None;
        }
        let alternatives = self.evaluator.alternatives(node);
        if let [(only, alternative)] = alternatives.as_slice()
            && only.is_always()
        {
            let value = under(self.evaluator, &when, read(self.evaluator, alternative));
            return (!alternative.is_null()).then_some(Setting {
                value,
                place: node.place,
                absent: None,
            });
        }
        let parts = alternatives
            .into_iter()
            .filter_map(|(inner, alternative)| {
                let when = self.evaluator.both(&when, &inner)?;
                let found = (!alternative.is_null()).then(|| Setting {
                    value: under(self.evaluator, &when, read(self.evaluator, &alternative)),
                    place: alternative.place,
                    absent: None,
                });
                Some((when, found))
            })
            .collect();
        merge(parts)
    }
}

/// Whether a mapping is an intrinsic function and not a mapping of the author.
#[must_use]
pub fn is_function(map: &Map) -> bool {
    map.len() == 1
        && map
            .keys()
            .next()
            .is_some_and(|key| key.starts_with("Fn::") || key == "Ref" || key == "Condition")
}

/// The same value, possible only under `when`.
fn under<T>(evaluator: &Evaluator<'_>, when: &When, value: Value<T>) -> Value<T> {
    if when.is_always() {
        return value;
    }
    match value {
        Value::Known(value) => Value::OneOf(vec![Choice { when: when.clone(), value }]),
        Value::OneOf(choices) => Value::OneOf(
            choices
                .into_iter()
                .filter_map(|choice| {
                    let when = evaluator.both(when, &choice.when)?;
                    Some(Choice { when, value: choice.value })
                })
                .collect(),
        ),
        unresolved @ Value::Unresolved(_) => unresolved,
    }
}

/// Several conditional settings as one; `None` when the property is in none of them.
fn merge<T>(parts: Vec<(When, Option<Setting<T>>)>) -> Option<Setting<T>> {
    let (mut choices, mut unresolved, mut absent) = (Vec::new(), None, None);
    let mut place = None;
    for (when, part) in parts {
        let Some(setting) = part else {
            absent.get_or_insert(when);
            continue;
        };
        place.get_or_insert(setting.place);
        if let Some(inner) = setting.absent {
            absent.get_or_insert(inner);
        }
        match setting.value {
            Value::Known(value) => choices.push(Choice { when, value }),
            Value::OneOf(more) => choices.extend(more),
            Value::Unresolved(expression) => unresolved = Some(expression),
        }
    }
    let place = place?;
    let value = match unresolved {
        Some(expression) if choices.is_empty() => Value::Unresolved(expression),
        _ => Value::OneOf(choices),
    };
    Some(Setting { value, place, absent })
}
