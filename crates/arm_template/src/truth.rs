//! Truth values that a deployment decides, as conditions of the carrier.

use source_text::{Node, Place, SmolStr};

use crate::{
    expression::Expression,
    shape::{as_object, function, if_parts, is_known, rendered},
    world::{World, shown},
};

impl World<'_> {
    /// Whether a value is true, or the name of the condition that it hangs on.
    pub(crate) fn truth(&self, value: &Node, words: &str) -> Result<bool, SmolStr> {
        if let Some(known) = value.as_bool() {
            return Ok(known);
        }
        if let Some((name, yes, no)) = if_parts(value)
            && yes.as_bool() == Some(true)
            && no.as_bool() == Some(false)
        {
            return Err(name.clone());
        }
        let place = value.place;
        let sides = vec![value.clone(), Node::text(place, "true")];
        let is_unresolved = value.single().is_some_and(|(key, _)| key == "Fn::Unresolved");
        let definition = if is_unresolved {
            function(place, "Fn::Unresolved", Node::text(place, words))
        } else {
            function(place, "Fn::Equals", Node::list(place, sides))
        };
        Err(self.condition(words, definition))
    }

    /// `equals`, `and`, `or`, `not` of what is not known: a truth value that hangs on a condition.
    pub(crate) fn logic(
        &self,
        whole: &Expression,
        name: &str,
        values: &[Node],
        place: Place,
    ) -> Option<Node> {
        let truth = |node: &Node| self.truth(node, &rendered(node));
        let known = |value: bool| Some(Node::bool(place, value));
        let definition = match (name, values) {
            ("equals", [left, right]) => {
                let is_plain = |node: &Node| is_known(node) && node.as_map().is_none();
                if is_plain(left) && is_plain(right) {
                    return known(left.same(right));
                }
                if as_object(left).is_some() || as_object(right).is_some() {
                    return None;
                }
                function(place, "Fn::Equals", Node::list(place, values.to_vec()))
            }
            ("not", [only]) => match truth(only) {
                Ok(value) => return known(!value),
                Err(name) => {
                    let inner = function(place, "Condition", Node::text(place, name));
                    function(place, "Fn::Not", Node::list(place, vec![inner]))
                }
            },
            ("and" | "or", _) => {
                let decides = name == "or";
                let mut open = Vec::new();
                for value in values {
                    match truth(value) {
                        Ok(value) if value == decides => return known(decides),
                        Ok(_) => {}
                        Err(name) => {
                            open.push(function(place, "Condition", Node::text(place, name)));
                        }
                    }
                }
                match open.len() {
                    0 => return known(!decides),
                    1 => open.pop()?,
                    _ => {
                        let key = if decides { "Fn::Or" } else { "Fn::And" };
                        function(place, key, Node::list(place, open))
                    }
                }
            }
            _ => return None,
        };
        let name = match definition.single() {
            Some((key, inner)) if key == "Condition" => SmolStr::new(inner.as_str()?),
            _ => self.condition(&whole.to_string(), definition),
        };
        Some(Self::either(place, name, Node::bool(place, true), Node::bool(place, false)))
    }

    /// Registers a condition by the words of the expression that it is.
    fn condition(&self, words: &str, definition: Node) -> SmolStr {
        let mut conditions = self.conditions.borrow_mut();
        let mut name = SmolStr::new(shown(words));
        for number in 2_u32.. {
            match conditions.get(&name) {
                None => break,
                Some(known) if known.same(&definition) => return name,
                Some(_) => name = SmolStr::new(format!("{} #{number}", shown(words))),
            }
        }
        conditions.insert(name.clone(), definition);
        name
    }
}
