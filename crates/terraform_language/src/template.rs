//! Templates: text with interpolations, `%{if}` and `%{for}`.

use source_text::{Place, SmolStr};

use crate::evaluator::Evaluator;
use crate::expression::items_of;
use crate::scope::{Names, Scope};
use crate::syntax::Part;
use crate::value::{TEXT, Unknown, Value};

impl Evaluator<'_> {
    pub(crate) fn template(&mut self, parts: &[Part], place: Place, scope: Scope<'_>) -> Value {
        let mut values = Vec::new();
        self.parts(parts, place, scope, &mut values);
        self.join(place, values)
    }

    fn parts(&mut self, parts: &[Part], place: Place, scope: Scope<'_>, out: &mut Vec<Value>) {
        for part in parts {
            if !self.charge(1) {
                return;
            }
            match part {
                Part::Text(text) => out.push(Value::text(place, text.clone())),
                Part::Value(expr) => out.push(self.eval(expr, scope)),
                Part::If { condition, yes, no } => {
                    let decided = self.eval(condition, scope);
                    match decided.as_bool() {
                        Some(true) => self.parts(yes, place, scope, out),
                        Some(false) => self.parts(no, place, scope, out),
                        None => {
                            let yes = self.template(yes, place, scope);
                            let no = self.template(no, place, scope);
                            out.push(self.choice(decided, condition.place, yes, no));
                        }
                    }
                }
                Part::For { key_name, value_name, collection, parts } => {
                    let value = self.eval(collection, scope);
                    let Some(items) = items_of(&value) else {
                        out.push(self.open(collection.place, &[value]));
                        continue;
                    };
                    for (key, item) in items {
                        let mut bindings = vec![(value_name.clone(), item)];
                        if let Some(name) = key_name {
                            bindings.push((name.clone(), key));
                        }
                        let names = Names { bindings: &bindings, outer: scope.names };
                        let scope = Scope { module: scope.module, names: Some(&names) };
                        self.parts(parts, place, scope, out);
                    }
                }
            }
        }
    }

    /// Text made of parts, with what is known put together.
    pub(crate) fn join(&mut self, place: Place, parts: Vec<Value>) -> Value {
        let mut pieces: Vec<Value> = Vec::new();
        let mut known = String::new();
        for part in parts {
            if let Some(text) = part.as_text() {
                self.charge(text.len() / 64);
                if known.len() + text.len() > TEXT {
                    return Value::expression(place, "a text beyond the limit", Vec::new());
                }
                known.push_str(&text);
                continue;
            }
            if part.is_failed() || !part.is_unknown() {
                // `null`, a list or a mapping is no text.
                let text = self.written(place);
                return Value::failed(place, text);
            }
            if !known.is_empty() {
                pieces.push(Value::text(place, SmolStr::from(std::mem::take(&mut known))));
            }
            match part.as_unknown() {
                Some(Unknown::Join(inner)) => pieces.extend(inner.iter().cloned()),
                _ => pieces.push(part),
            }
        }
        if pieces.is_empty() {
            return Value::text(place, known);
        }
        if !known.is_empty() {
            pieces.push(Value::text(place, known));
        }
        Value::unknown(place, Unknown::Join(pieces))
    }
}
