//! `Fn::ForEach` of the language extensions: loops that write part of a template.

use source_text::{Diagnostic, Entry, Kind, Map, Node, Place, SmolStr};

use crate::evaluate::Evaluator;
use crate::function::ref_name;
use crate::settings::Settings;
use crate::template::Template;

/// Most turns of one loop.
const TURNS: usize = 1000;
/// Most turns of all loops of a template, nested ones counted each time.
const TOTAL_TURNS: usize = 10_000;
/// Most nodes that all loops of a template write.
const NODES: usize = 500_000;
const KEY: &str = "Fn::ForEach::";

/// Writes out every `Fn::ForEach::Name: [Identifier, collection, {key: value}]`, wherever it stands.
///
/// The collection is a literal list, or a parameter or mapping that gives one; of a parameter that
/// the settings do not set, the default is taken, with a note. In the body, `${Identifier}`,
/// `&{Identifier}` (letters and digits only) and `Ref` to it stand for the item. A loop that cannot
/// be written out stays as it is, with a diagnostic. What is written carries the places of the body.
#[must_use]
pub fn expand_for_each(mut node: Node, settings: &Settings) -> (Node, Vec<Diagnostic>) {
    if !has_loop(&node) {
        return (node, Vec::new());
    }
    // Collections refer to parameters and mappings only.
    let mut known = Map::new();
    for section in ["Parameters", "Mappings", "Resources"] {
        let value = match node.get(section).filter(|_| section != "Resources") {
            Some(value) => value.clone(),
            None => Node::new(node.place, Kind::Map(Map::new())),
        };
        known.insert(section, value);
    }
    // What is wrong with the sections is said when the whole template is read.
    let (template, _) = Template::read(&Node::new(node.place, Kind::Map(known)));
    let evaluator = Evaluator::new(&template, settings);
    let mut expander = Expander {
        evaluator: &evaluator,
        scope: Vec::new(),
        turns: TOTAL_TURNS,
        nodes: NODES,
        diagnostics: Vec::new(),
    };
    expander.expand(&mut node);
    let mut diagnostics = expander.diagnostics;
    diagnostics.extend(evaluator.take_diagnostics());
    (node, diagnostics)
}

fn has_loop(node: &Node) -> bool {
    match &node.kind {
        Kind::List(items) => items.iter().any(has_loop),
        Kind::Map(map) => map.iter().any(|(key, value)| key.starts_with(KEY) || has_loop(value)),
        Kind::Tagged(_, inner) => has_loop(inner),
        Kind::Null | Kind::Bool(_) | Kind::Number(_) | Kind::Text(_) => false,
    }
}

struct Expander<'e, 't> {
    evaluator: &'e Evaluator<'t>,
    /// Identifiers of the loops around and their items, outermost first.
    scope: Vec<(SmolStr, SmolStr)>,
    turns: usize,
    nodes: usize,
    diagnostics: Vec<Diagnostic>,
}

/// A loop that is well-formed.
struct Loop<'n> {
    identifier: &'n SmolStr,
    collection: &'n Node,
    body: &'n Map,
}

fn parts(value: &Node) -> Option<Loop<'_>> {
    match value.as_list()? {
        [
            Node { kind: Kind::Text(identifier), .. },
            collection,
            Node { kind: Kind::Map(body), .. },
        ] => Some(Loop { identifier, collection, body }),
        _ => None,
    }
}

impl Expander<'_, '_> {
    /// Writes out the loops in a tree outside every loop.
    fn expand(&mut self, node: &mut Node) {
        match &mut node.kind {
            Kind::List(items) => items.iter_mut().for_each(|item| self.expand(item)),
            Kind::Tagged(_, inner) => self.expand(inner),
            Kind::Map(map) => {
                for (key, value) in map.iter_mut() {
                    if !key.starts_with(KEY) {
                        self.expand(value);
                    }
                }
                if map.keys().any(|key| key.starts_with(KEY)) {
                    let mut out = Map::new();
                    for (key, entry) in std::mem::take(map).into_entries() {
                        if key.starts_with(KEY) {
                            self.write_loop(&key, &entry, &mut out);
                        } else {
                            out.insert_at(key, entry.key_place, entry.value);
                        }
                    }
                    *map = out;
                }
            }
            Kind::Null | Kind::Bool(_) | Kind::Number(_) | Kind::Text(_) => {}
        }
    }

    /// Writes out one loop into `out`; as it is when that is not possible.
    fn write_loop(&mut self, key: &SmolStr, entry: &Entry, out: &mut Map) {
        match self.turns_of(key, entry) {
            Ok((the_loop, items)) => {
                for item in items {
                    self.scope.push((the_loop.identifier.clone(), item));
                    self.write_entries(the_loop.body, out);
                    self.scope.pop();
                }
            }
            Err(message) => {
                self.diagnostics.push(Diagnostic::error(entry.key_place, message));
                out.insert_at(key.clone(), entry.key_place, entry.value.clone());
            }
        }
    }

    fn turns_of<'n>(
        &mut self,
        key: &str,
        entry: &'n Entry,
    ) -> Result<(Loop<'n>, Vec<SmolStr>), String> {
        let Some(the_loop) = parts(&entry.value) else {
            return Err(format!("`{key}` needs an identifier, a list and a mapping"));
        };
        let items = self.items(key, the_loop.collection)?;
        if items.len() > TURNS || items.len() > self.turns {
            return Err(format!(
                "`{key}` is not written out; more than {TURNS} turns, or {TOTAL_TURNS} in all"
            ));
        }
        if self.nodes == 0 {
            return Err(format!("`{key}` is not written out; the loops write too much"));
        }
        self.turns -= items.len();
        Ok((the_loop, items))
    }

    fn items(&mut self, key: &str, collection: &Node) -> Result<Vec<SmolStr>, String> {
        let collection = self.written(collection);
        let simple = self.evaluator.simplify(&collection);
        let mut items = Vec::new();
        for (when, item) in self.evaluator.list(&simple) {
            if !when.is_always() {
                let message = format!("`{key}` is written out as when {when}");
                self.note(collection.place, message);
            }
            // An item may itself be a list parameter.
            let parts = if ref_name(&item).is_some() {
                self.evaluator.list(&item)
            } else {
                vec![(when, item)]
            };
            for (_, part) in parts {
                if let Some((_, text)) = self.evaluator.text(&part).first() {
                    items.push(text.clone());
                } else {
                    let text = self.evaluator.expression(&part).text;
                    return Err(format!(
                        "the items of `{key}` are not known before deployment: `{text}`"
                    ));
                }
            }
        }
        Ok(items)
    }

    fn note(&mut self, place: Place, message: String) {
        let note = Diagnostic::note(place, message);
        if self.diagnostics.last() != Some(&note) {
            self.diagnostics.push(note);
        }
    }

    fn write_entries(&mut self, body: &Map, out: &mut Map) {
        for (key, entry) in body.entries() {
            if key.starts_with(KEY) {
                self.write_loop(key, entry, out);
                continue;
            }
            let key = self.replaced(key);
            let value = self.written(&entry.value);
            if out.contains(&key) {
                let message = format!("a loop writes `{key}` twice; the last one counts");
                self.diagnostics.push(Diagnostic::warning(entry.key_place, message));
            }
            out.insert_at(key, entry.key_place, value);
        }
    }

    /// A copy of part of a body, with the items of the loops around put in.
    fn written(&mut self, node: &Node) -> Node {
        if self.nodes == 0 {
            return Node::null(node.place);
        }
        self.nodes -= 1;
        if self.nodes == 0 {
            let message = "the loops of this template write too much; the rest is not looked at";
            self.diagnostics.push(Diagnostic::error(node.place, message));
        }
        if let Some(name) = ref_name(node)
            && let Some((_, item)) = self.scope.iter().find(|(identifier, _)| identifier == name)
        {
            return Node::text(node.place, item.clone());
        }
        let kind = match &node.kind {
            Kind::Text(text) => Kind::Text(self.replaced(text)),
            Kind::List(items) => Kind::List(items.iter().map(|item| self.written(item)).collect()),
            Kind::Map(map) => {
                let mut out = Map::new();
                self.write_entries(map, &mut out);
                Kind::Map(out)
            }
            Kind::Tagged(name, inner) => Kind::Tagged(name.clone(), Box::new(self.written(inner))),
            kind => kind.clone(),
        };
        Node::new(node.place, kind)
    }

    /// A text with `${Identifier}` and `&{Identifier}` replaced.
    fn replaced(&self, text: &SmolStr) -> SmolStr {
        if !text.contains("${") && !text.contains("&{") {
            return text.clone();
        }
        let mut out = String::with_capacity(text.len());
        let mut rest = text.as_str();
        while let Some(brace) = rest.find('{') {
            let (before, inner) = rest.split_at(brace);
            let found = inner.get(1..).and_then(|inner| {
                self.scope.iter().find_map(|(identifier, item)| {
                    let after = inner.strip_prefix(identifier.as_str())?.strip_prefix('}')?;
                    Some((item, after))
                })
            });
            match (found, before.strip_suffix('$'), before.strip_suffix('&')) {
                (Some((item, after)), Some(before), _) => {
                    out.push_str(before);
                    out.push_str(item);
                    rest = after;
                }
                (Some((item, after)), None, Some(before)) => {
                    out.push_str(before);
                    out.extend(item.chars().filter(char::is_ascii_alphanumeric));
                    rest = after;
                }
                _ => {
                    out.push_str(before);
                    out.push('{');
                    rest = inner.get(1..).unwrap_or_default();
                }
            }
        }
        out.push_str(rest);
        SmolStr::from(out)
    }
}
