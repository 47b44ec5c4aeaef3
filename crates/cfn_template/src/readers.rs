//! Reading simplified values: what a property is, and in which deployments.

use std::borrow::Cow;

use source_text::{Diagnostic, Kind, Node, SmolStr};
use value::{Choice, Expression, Value, When};

use crate::condition::Truth;
use crate::evaluate::Evaluator;
use crate::expression::expression;
use crate::function::{function, if_parts, is_no_value};

/// Most alternatives of one value; further ones are left out, with a diagnostic.
const ALTERNATIVES: usize = 64;
/// Most items that one list is read as.
const ITEMS: usize = 10_000;

impl Evaluator<'_> {
    /// Every value that undecided `Fn::If`s leave at the top of `node`, with its condition.
    ///
    /// Branches that no deployment can reach are left out; the branch `AWS::NoValue` is `null`.
    /// Functions other than `Fn::If` are not looked into. There are 64 alternatives at most.
    #[must_use]
    pub fn alternatives<'n>(&self, node: &'n Node) -> Vec<(When, Cow<'n, Node>)> {
        self.alternatives_when(node, &When::ALWAYS)
    }

    /// As [`Self::alternatives`], in the deployments that satisfy `when`, which each one repeats.
    #[must_use]
    pub fn alternatives_when<'n>(&self, node: &'n Node, when: &When) -> Vec<(When, Cow<'n, Node>)> {
        let mut found = Vec::new();
        self.follow(node, when.clone(), &mut found);
        found
    }

    fn follow<'n>(&self, node: &'n Node, when: When, found: &mut Vec<(When, Cow<'n, Node>)>) {
        if found.len() >= ALTERNATIVES {
            let message = "this value has too many alternatives; the last ones are not looked at";
            self.report(Diagnostic::error(node.place, message));
            return;
        }
        let Some((name, yes, no)) = if_parts(node) else {
            let value = if is_no_value(node) {
                Cow::Owned(Node::null(node.place))
            } else {
                Cow::Borrowed(node)
            };
            found.push((when, value));
            return;
        };
        match self.condition_when(name, &when) {
            Truth::True => self.follow(yes, when, found),
            Truth::False => self.follow(no, when, found),
            Truth::Unknown => {
                for (branch, holds) in [(yes, true), (no, false)] {
                    let choice = When::condition(name.clone(), holds);
                    if let Some(both) = self.both(&when, &choice) {
                        self.follow(branch, both, found);
                    }
                }
            }
        }
    }

    /// The text that a value is; numbers and truth values count as text, as in CloudFormation.
    ///
    /// A parameter that the settings do not set is one of its `AllowedValues`, or else its default,
    /// each under the [`When`] that says so. Where some deployments have a text and others
    /// something that is not known, or no value, the known ones are given:
    /// [`Value::OneOf`] need not cover every deployment.
    #[must_use]
    pub fn text(&self, node: &Node) -> Value<SmolStr> {
        if let Some(text) = node.scalar_text() {
            return Value::Known(text);
        }
        if function(node).is_none() {
            return Value::Unresolved(expression(node));
        }
        let mut choices: Vec<Choice<SmolStr>> = Vec::new();
        let mut covers_all = true;
        for (when, alternative) in self.alternatives(node) {
            if let Some(value) = alternative.scalar_text() {
                choices.push(Choice { when, value });
                continue;
            }
            for (when, case) in self.cases(&alternative, &when) {
                match case.scalar_text() {
                    Some(value) => choices.push(Choice { when, value }),
                    None => covers_all = false,
                }
            }
        }
        covers_all &= choices.iter().all(|choice| choice.when.defaults.is_empty());
        choices.truncate(ALTERNATIVES);
        let Some(first) = choices.first() else { return Value::Unresolved(expression(node)) };
        if covers_all && choices.iter().all(|choice| choice.value == first.value) {
            return Value::Known(first.value.clone());
        }
        Value::OneOf(choices)
    }

    /// The truth value that a value is; the texts `true` and `false` count.
    #[must_use]
    pub fn boolean(&self, node: &Node) -> Value<bool> {
        parsed(self.text(node), |text| Node::text(node.place, SmolStr::new(text)).as_bool())
    }

    /// The whole number that a value is; text that reads as one counts.
    #[must_use]
    pub fn integer(&self, node: &Node) -> Value<i64> {
        parsed(self.text(node), |text| text.trim().parse().ok())
    }

    /// The number that a value is; text that reads as one counts.
    #[must_use]
    pub fn number(&self, node: &Node) -> Value<f64> {
        parsed(self.text(node), |text| text.trim().parse().ok().filter(|it: &f64| it.is_finite()))
    }

    /// The items of a list, with the condition under which each is in it.
    ///
    /// Undecided `Fn::If`s are followed, around the list and in it. A list parameter gives the
    /// items of its default. A value that is not a list counts as a list of that one item; what
    /// cannot be decided (`Ref` to an import, say) stays as one item. `null` gives none.
    #[must_use]
    pub fn list(&self, node: &Node) -> Vec<(When, Node)> {
        let mut items = Vec::new();
        for (when, alternative) in self.alternatives(node) {
            self.items(&alternative, &when, &mut items);
        }
        items
    }

    fn items(&self, node: &Node, when: &When, found: &mut Vec<(When, Node)>) {
        match &node.kind {
            Kind::Null => {}
            Kind::List(items) => {
                for item in items {
                    self.item(item, when, found);
                }
            }
            Kind::Map(_) if function(node).is_some() => {
                let cases = self.cases(node, when);
                if !cases.iter().any(|(_, case)| matches!(case.kind, Kind::List(_))) {
                    // One value, then, which `text` reads.
                    found.push((when.clone(), node.clone()));
                    return;
                }
                for (when, case) in cases {
                    match case.kind {
                        Kind::Null => {}
                        Kind::List(items) => {
                            found.extend(items.into_iter().map(|item| (when.clone(), item)));
                        }
                        _ => found.push((when, case)),
                    }
                }
            }
            _ => found.push((when.clone(), node.clone())),
        }
        found.truncate(ITEMS);
    }

    /// One item of a list; a branch of its `Fn::If`s that is a list stands for its items.
    fn item(&self, item: &Node, when: &When, found: &mut Vec<(When, Node)>) {
        if found.len() >= ITEMS {
            return;
        }
        if if_parts(item).is_none() {
            found.push((when.clone(), item.clone()));
            return;
        }
        for (when, alternative) in self.alternatives_when(item, when) {
            match &alternative.kind {
                Kind::Null => {}
                Kind::List(items) => {
                    found.extend(items.iter().map(|item| (when.clone(), item.clone())));
                }
                _ => found.push((when, alternative.into_owned())),
            }
        }
    }

    /// What stands where a value is not decided, in words.
    #[must_use]
    pub fn expression(&self, node: &Node) -> Expression {
        expression(node)
    }
}

/// Every possible text read as something else; texts that do not read so are left out, and when
/// none does, the value is unresolved.
fn parsed<T>(value: Value<SmolStr>, parse: impl Fn(&str) -> Option<T>) -> Value<T> {
    match value {
        Value::Known(text) => match parse(&text) {
            Some(value) => Value::Known(value),
            None => Value::Unresolved(Expression::opaque(text)),
        },
        Value::OneOf(choices) => {
            let words = choices.first().map(|choice| choice.value.clone()).unwrap_or_default();
            let parsed: Vec<Choice<T>> = choices
                .into_iter()
                .filter_map(|choice| {
                    Some(Choice { when: choice.when, value: parse(&choice.value)? })
                })
                .collect();
            if parsed.is_empty() {
                Value::Unresolved(Expression::opaque(words))
            } else {
                Value::OneOf(parsed)
            }
        }
        Value::Unresolved(expression) => Value::Unresolved(expression),
    }
}
