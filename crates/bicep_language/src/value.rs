//! Values of properties as trees with places; loops within them as `copy`.

use arm_template::{SPREAD, escaped};
use source_text::{Kind, Map, Node, SmolStr};
use tree_sitter::Node as Source;

use crate::{
    compiler::Unit,
    expression::Names,
    literal::{self, as_value, quoted},
    operators::items_of,
    symbols::{Loop, loop_of},
    tree::{child_of, children},
};

impl<'t> Unit<'_, 't> {
    /// The value of a property.
    pub(crate) fn value(&self, node: Source<'t>, names: &Names) -> Node {
        let place = self.source.place(node);
        let written = self.source.of(node);
        match node.kind() {
            "number" => Node::new(place, Kind::Number(SmolStr::new(written))),
            "boolean" => Node::bool(place, written == "true"),
            "null" => Node::null(place),
            "string" => match literal::plain(self.source, node) {
                Some(text) => Node::text(place, as_value(text)),
                None => self.bracketed(node, names),
            },
            "parenthesized_expression" => match children(node).as_slice() {
                [only] => self.value(*only, names),
                _ => self.bracketed(node, names),
            },
            "array" => {
                let Some(depth) = self.enter(node) else { return Node::null(place) };
                let items = items_of(self.source, node);
                let items = items.iter().filter_map(|item| match item.as_slice() {
                    [first, ..] if self.is_spread(*first) => {
                        let place = self.source.place(*first);
                        let text =
                            Node::text(place, format!("[{}]", self.text_of_all(item, names)));
                        Some(Node::map(place, [(SPREAD, text)]))
                    }
                    [only] => Some(self.value(*only, names)),
                    [first, ..] => {
                        let text = format!("[{}]", self.text_of_all(item, names));
                        Some(Node::text(self.source.place(*first), text))
                    }
                    [] => None,
                });
                let made = Node::list(place, items.collect());
                self.leave(depth);
                made
            }
            "object" => {
                let Some(depth) = self.enter(node) else { return Node::null(place) };
                let made = Node::new(place, Kind::Map(self.object(node, names)));
                self.leave(depth);
                made
            }
            "call_expression" => match self.loaded_by(node) {
                Some(loaded) => escaped(loaded),
                None => self.bracketed(node, names),
            },
            _ => self.bracketed(node, names),
        }
    }

    fn bracketed(&self, node: Source<'t>, names: &Names) -> Node {
        let text = format!("[{}]", self.text(node, names));
        Node::text(self.source.place(node), text)
    }

    /// The entries of a mapping; properties that are loops stand in its `copy`.
    pub(crate) fn object(&self, node: Source<'t>, names: &Names) -> Map {
        let mut map = Map::new();
        let mut copies = Vec::new();
        for property in children(node) {
            if property.kind() != "object_property" {
                continue;
            }
            let Ok([key, value]) = <[Source<'t>; 2]>::try_from(children(property)) else {
                continue;
            };
            let key_place = self.source.place(key);
            if self.is_spread(property) {
                let name = format!("{SPREAD}{}", map.len());
                map.insert_at(name, key_place, self.value(value, names));
                continue;
            }
            let name = match key.kind() {
                "string" => match literal::plain(self.source, key) {
                    Some(text) => as_value(text),
                    None => format!("[{}]", self.string(key, names)),
                },
                _ => self.source.of(key).to_owned(),
            };
            match loop_of(value).filter(|_| value.kind() == "for_statement") {
                Some(one) => copies.push(self.copy(&name, value, one, names)),
                None => {
                    map.insert_at(name, key_place, self.value(value, names));
                }
            }
        }
        if let Some(first) = copies.first().map(|it| it.place) {
            map.insert("copy", Node::list(first, copies));
        }
        map
    }

    /// `{name, count, input}` of a loop.
    pub(crate) fn copy(&self, name: &str, node: Source<'t>, one: Loop<'t>, names: &Names) -> Node {
        let place = self.source.place(node);
        let inner = self.looped(name, one, names);
        let body = child_of(one.body, "object").filter(|_| one.body.kind() == "if_statement");
        let pairs = [
            ("name", Node::text(place, name)),
            ("count", self.count(one, names)),
            ("input", self.value(body.unwrap_or(one.body), &inner)),
        ];
        Node::map(place, pairs)
    }

    /// How often a loop runs.
    pub(crate) fn count(&self, one: Loop<'t>, names: &Names) -> Node {
        let text = format!("[length({})]", self.text(one.over, names));
        Node::text(self.source.place(one.over), text)
    }

    /// The names within a loop.
    pub(crate) fn looped(&self, name: &str, one: Loop<'t>, names: &Names) -> Names {
        self.item_at(&format!("copyIndex({})", quoted(name)), one, names)
    }

    /// The names within a loop at an index.
    pub(crate) fn item_at(&self, index: &str, one: Loop<'t>, names: &Names) -> Names {
        let mut inner = names.clone();
        if let Some(item) = one.item {
            let over = self.text(one.over, names);
            inner = inner.with(self.source.of(item), format!("{over}[{index}]"));
        }
        if let Some(name) = one.index {
            inner = inner.with(self.source.of(name), index.to_owned());
        }
        inner
    }
}
