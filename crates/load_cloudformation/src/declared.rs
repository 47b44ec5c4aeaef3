//! Every resource as the template has it, its properties evaluated, for those who ask for what no room reads.

use app_model::{Declared, Property, PropertyKind, Value, When};
use source_text::{Kind, Node, SmolStr};

use model_builder::{Builder, Properties, is_function};

/// Values of one application that are kept; the templates that people write have some thousands.
const MOST_VALUES: usize = 1_000_000;

/// Keeps the properties of all resources.
pub(crate) fn read(builder: &mut Builder<'_>) {
    let mut left = MOST_VALUES;
    let declared = builder
        .items
        .values()
        .map(|item| {
            let mut reader = Reader { properties: builder.properties(item), left: &mut left };
            let properties = match reader.tree(&item.properties) {
                Property { kind: PropertyKind::Null, place } => Property::map::<SmolStr>(place, []),
                properties => properties,
            };
            Declared {
                name: item.name(),
                type_name: item.type_().into(),
                place: item.place(),
                when: item.when.clone(),
                is_generated: item.is_generated,
                properties,
            }
        })
        .collect();
    builder.app.declared = declared;
}

struct Reader<'a> {
    properties: Properties<'a>,
    /// Values that may still be kept.
    left: &'a mut usize,
}

impl Reader<'_> {
    fn tree(&mut self, node: &Node) -> Property {
        let Some(left) = self.left.checked_sub(1) else { return self.unresolved(node) };
        *self.left = left;
        let kind = match &node.kind {
            Kind::Null => PropertyKind::Null,
            Kind::Bool(it) => PropertyKind::Bool(*it),
            Kind::Number(text) => number(text),
            Kind::Text(text) => PropertyKind::Text(text.clone()),
            Kind::List(_) => {
                let items = self.properties.evaluator.list(node);
                let items = items.into_iter().map(|(when, item)| self.under(&when, &item));
                PropertyKind::List(items.collect())
            }
            Kind::Map(map) if is_function(map) => return self.function(node),
            Kind::Map(map) => {
                let entries = map.iter().map(|(key, value)| (key.clone(), self.tree(value)));
                PropertyKind::Map(entries.collect())
            }
            Kind::Tagged(..) => return self.function(node),
        };
        Property::new(node.place, kind)
    }

    /// A value that is there only under a condition, and null in the other deployments.
    fn under(&mut self, when: &When, node: &Node) -> Property {
        let value = self.tree(node);
        if when.is_always() {
            return value;
        }
        let place = value.place;
        let mut choices = vec![(when.clone(), value)];
        // What one condition decides, its opposite decides, too.
        if let [(name, holds)] = when.conditions.as_slice()
            && when.parameters.is_empty()
            && when.defaults.is_empty()
        {
            choices.push((
                When::condition(name.clone(), !holds),
                Property { place, ..Property::default() },
            ));
        }
        Property::new(place, PropertyKind::OneOf(choices.into()))
    }

    /// What an intrinsic function that is left gives: several values, a text, or nothing that is known.
    fn function(&mut self, node: &Node) -> Property {
        let evaluator = self.properties.evaluator;
        let alternatives = evaluator.alternatives(node);
        if alternatives.len() > 1 || alternatives.iter().any(|(when, _)| !when.is_always()) {
            let choices: Vec<_> = alternatives
                .into_iter()
                .map(|(when, alternative)| (when, self.alternative(node, &alternative)))
                .collect();
            return Property::new(node.place, PropertyKind::OneOf(choices.into()));
        }
        match alternatives.into_iter().next() {
            Some((_, alternative)) => self.alternative(node, &alternative),
            None => self.unresolved(node),
        }
    }

    fn alternative(&mut self, node: &Node, alternative: &Node) -> Property {
        let is_left = match &alternative.kind {
            Kind::Map(map) => is_function(map),
            Kind::Tagged(..) => true,
            _ => false,
        };
        if !is_left {
            return self.tree(alternative);
        }
        let place = if alternative.place.is_whole() { node.place } else { alternative.place };
        match self.properties.evaluator.text(alternative) {
            Value::Known(text) => Property::text(place, text),
            Value::OneOf(choices) => {
                let choices: Vec<_> = choices
                    .into_iter()
                    .map(|choice| (choice.when, Property::text(place, choice.value)))
                    .collect();
                Property::new(place, PropertyKind::OneOf(choices.into()))
            }
            Value::Unresolved(expression) => {
                Property::new(place, PropertyKind::Unresolved(expression.into()))
            }
        }
    }

    fn unresolved(&self, node: &Node) -> Property {
        let expression = self.properties.evaluator.expression(node);
        Property::new(node.place, PropertyKind::Unresolved(expression.into()))
    }
}

/// A number as written. An account id, which begins with zeros, is text.
fn number(text: &SmolStr) -> PropertyKind {
    let digits = text.trim_start_matches('-');
    if digits.len() > 1 && digits.starts_with('0') && !digits.starts_with("0.") {
        return PropertyKind::Text(text.clone());
    }
    if let Ok(whole) = text.parse() {
        return PropertyKind::Integer(whole);
    }
    match text.parse::<f64>() {
        Ok(number) if number.is_finite() => PropertyKind::Number(number),
        _ => PropertyKind::Text(text.clone()),
    }
}
