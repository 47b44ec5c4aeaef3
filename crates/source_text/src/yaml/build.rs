//! Builds trees from parser events, one open collection per stack entry, within [`Limits`].

use std::collections::HashMap;

use smol_str::SmolStr;

use super::scalar::{plain_kind, tagged_kind};
use super::{Comment, Limits, ParseError, Parsed};
use crate::{Diagnostic, FileId, Kind, Map, Node, Place};

/// Deepest tree that any caller can ask for: walking and dropping a tree recurse once a level.
const DEEPEST: usize = 1_000;

/// Most remarks about one text; more say nothing new and would cost memory.
const MOST_DIAGNOSTICS: usize = 200;

/// The tag of a node, as far as reading cares.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Tag {
    /// No tag: plain scalars are resolved by their looks.
    None,
    /// A standard tag (`!!str`, or `!` for text): the name without the prefix.
    Core(SmolStr),
    /// Any other tag, kept in the tree.
    Named(SmolStr, Place),
}

/// A scalar as the parser saw it.
#[derive(Debug)]
pub(super) struct Scalar<'t> {
    /// Where.
    pub(super) place: Place,
    /// Its text, after unescaping.
    pub(super) text: &'t str,
    /// Written without quotes and not as a block.
    pub(super) plain: bool,
    /// Its tag.
    pub(super) tag: Tag,
    /// Its anchor, or 0.
    pub(super) anchor: usize,
}

/// Which collection opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Collection {
    /// A sequence.
    List,
    /// A mapping.
    Map,
}

/// A tree with what is needed to count and to hang it somewhere.
#[derive(Clone, Debug)]
struct Built {
    node: Node,
    /// Levels of nesting: 0 for a scalar.
    height: usize,
    /// Number of nodes.
    size: usize,
}

/// A key that waits for its value.
#[derive(Debug)]
enum Key {
    /// A usual key.
    Named(SmolStr, Place),
    /// The plain key `<<`.
    Merge(Place),
    /// A key that cannot be one: its value is read and dropped.
    Skipped,
}

/// What an open collection has so far.
#[derive(Debug)]
enum Shape {
    List(Vec<Node>),
    Map { map: Map, key: Option<Key>, merges: Vec<Map> },
}

/// An open collection.
#[derive(Debug)]
struct Frame {
    shape: Shape,
    place: Place,
    tag: Tag,
    anchor: usize,
    /// Levels from the root, this one included.
    level: usize,
    /// Highest child.
    height: usize,
    /// Nodes counted before this one.
    nodes_before: usize,
}

/// Takes events, gives documents.
#[derive(Debug)]
pub(super) struct Builder {
    file: FileId,
    nodes_limit: usize,
    depth_limit: usize,
    nodes: usize,
    /// Nodes kept a second time because they have an anchor.
    kept: usize,
    frames: Vec<Frame>,
    anchors: HashMap<usize, Built>,
    parsed: Parsed,
}

impl Builder {
    pub(super) fn new(file: FileId, limits: &Limits) -> Self {
        Self {
            file,
            nodes_limit: limits.nodes,
            depth_limit: depth_limit(limits),
            nodes: 0,
            kept: 0,
            frames: Vec::new(),
            anchors: HashMap::new(),
            parsed: Parsed::default(),
        }
    }

    /// The documents, after the last event.
    pub(super) fn into_parsed(self) -> Parsed {
        self.parsed
    }

    /// Forgets the anchors: they hold for one document.
    pub(super) fn end_document(&mut self) {
        self.anchors.clear();
    }

    pub(super) fn comment(&mut self, place: Place, text: &str) -> Result<(), ParseError> {
        // Comments count as nodes: a text of nothing but `#` is as large in memory as a tree.
        self.count(1, place)?;
        self.parsed.comments.push(Comment { place, text: SmolStr::new(text.trim()) });
        Ok(())
    }

    pub(super) fn scalar(&mut self, scalar: Scalar<'_>) -> Result<(), ParseError> {
        let Scalar { mut place, text, plain, tag, anchor } = scalar;
        self.count(1, place)?;
        if self.wants_key() {
            let key = if plain && tag == Tag::None && text == "<<" {
                Key::Merge(place)
            } else {
                Key::Named(SmolStr::new(text), place)
            };
            self.keep(
                anchor,
                || Built {
                    node: Node::new(place, scalar_kind(text, plain, &tag)),
                    height: 0,
                    size: 1,
                },
                place,
            )?;
            self.set_key(key);
            return Ok(());
        }
        if text.is_empty() && plain {
            place = self.place_of_nothing(place, &tag);
        }
        let mut built =
            Built { node: Node::new(place, scalar_kind(text, plain, &tag)), height: 0, size: 1 };
        if let Tag::Named(..) = tag {
            self.check_depth(self.level() + 1, place)?;
            built = under_tag(built, tag);
        }
        self.keep(anchor, || built.clone(), place)?;
        self.attach(built);
        Ok(())
    }

    pub(super) fn open(
        &mut self,
        collection: Collection,
        place: Place,
        tag: Tag,
        anchor: usize,
    ) -> Result<(), ParseError> {
        let nodes_before = self.nodes;
        self.count(1, place)?;
        let level = self.level() + 1 + usize::from(matches!(tag, Tag::Named(..)));
        self.check_depth(level, place)?;
        let shape = match collection {
            Collection::List => Shape::List(Vec::new()),
            Collection::Map => Shape::Map { map: Map::new(), key: None, merges: Vec::new() },
        };
        self.frames.push(Frame { shape, place, tag, anchor, level, height: 0, nodes_before });
        Ok(())
    }

    /// Ends the innermost collection; `end` is the place of its closing bracket, when it has one.
    pub(super) fn close(&mut self, end: Option<Place>) -> Result<(), ParseError> {
        let Some(frame) = self.frames.pop() else { return Ok(()) };
        let kind = match frame.shape {
            Shape::List(items) => Kind::List(items),
            Shape::Map { map, merges, .. } if merges.is_empty() => Kind::Map(map),
            Shape::Map { map, merges, .. } => Kind::Map(merged(map, merges)),
        };
        let place = end.map_or(frame.place, |end| frame.place.to(end));
        let built = Built {
            node: Node::new(place, kind),
            height: frame.height + 1,
            size: self.nodes - frame.nodes_before,
        };
        let built = under_tag(built, frame.tag);
        self.keep(frame.anchor, || built.clone(), place)?;
        self.attach(built);
        Ok(())
    }

    pub(super) fn alias(&mut self, place: Place, anchor: usize) -> Result<(), ParseError> {
        let Some((size, height)) = self.anchors.get(&anchor).map(|to| (to.size, to.height)) else {
            let reason = "an alias stands inside the value that it repeats".to_owned();
            return Err(ParseError::Syntax { place, reason });
        };
        self.count(size, place)?;
        self.check_depth(self.level() + height, place)?;
        let Some(built) = self.anchors.get(&anchor).cloned() else { return Ok(()) };
        if self.wants_key() {
            match built.node.scalar_text() {
                Some(text) => self.set_key(Key::Named(text, place)),
                None => self.skip_key(&built.node, place),
            }
            return Ok(());
        }
        self.attach(built);
        Ok(())
    }

    /// Whether the next node is a key.
    pub(super) fn wants_key(&self) -> bool {
        let last = self.frames.last();
        matches!(last, Some(Frame { shape: Shape::Map { key: None, .. }, .. }))
    }

    /// An absent value has no characters of its own; its tag or key is what a user can look at.
    fn place_of_nothing(&self, place: Place, tag: &Tag) -> Place {
        match (tag, self.frames.last().map(|frame| &frame.shape)) {
            (Tag::Named(_, at), _) | (_, Some(Shape::Map { key: Some(Key::Named(_, at)), .. })) => {
                *at
            }
            _ => place,
        }
    }

    fn level(&self) -> usize {
        self.frames.last().map_or(0, |frame| frame.level)
    }

    fn check_depth(&self, level: usize, place: Place) -> Result<(), ParseError> {
        if level > self.depth_limit { Err(too_deep(place, self.depth_limit)) } else { Ok(()) }
    }

    fn count(&mut self, nodes: usize, place: Place) -> Result<(), ParseError> {
        self.nodes = self.nodes.saturating_add(nodes);
        if self.nodes.saturating_add(self.kept) > self.nodes_limit {
            let what = "the number of values, with those repeated by aliases,";
            return Err(ParseError::Limit { place, what, limit: self.nodes_limit });
        }
        Ok(())
    }

    /// Remembers a value that has an anchor; the copy counts, as nested anchors multiply it.
    fn keep(
        &mut self,
        anchor: usize,
        built: impl FnOnce() -> Built,
        place: Place,
    ) -> Result<(), ParseError> {
        if anchor == 0 {
            return Ok(());
        }
        let built = built();
        self.kept = self.kept.saturating_add(built.size);
        self.count(0, place)?;
        self.anchors.insert(anchor, built);
        Ok(())
    }

    fn set_key(&mut self, new: Key) {
        if let Some(Frame { shape: Shape::Map { key, .. }, .. }) = self.frames.last_mut() {
            *key = Some(new);
        }
    }

    fn skip_key(&mut self, node: &Node, place: Place) {
        let what = node.kind_name();
        self.warn(place, format!("{what} cannot be a key; this entry is left out, quote the key"));
        self.set_key(Key::Skipped);
    }

    fn warn(&mut self, place: Place, message: String) {
        if self.parsed.diagnostics.len() < MOST_DIAGNOSTICS {
            self.parsed.diagnostics.push(Diagnostic::warning(place, message));
        } else if self.parsed.diagnostics.len() == MOST_DIAGNOSTICS {
            let message = "there are more remarks about this file than are shown";
            self.parsed.diagnostics.push(Diagnostic::note(Place::whole(self.file), message));
        }
    }

    /// Hangs a finished value into the innermost open collection.
    fn attach(&mut self, built: Built) {
        if self.wants_key() {
            self.skip_key(&built.node, built.node.place);
            return;
        }
        let Some(frame) = self.frames.last_mut() else {
            self.parsed.documents.push(built.node);
            return;
        };
        frame.height = frame.height.max(built.height);
        // A block collection has no closing character: it ends where its last value ends.
        frame.place = frame.place.to(later_end(frame.place, built.node.place));
        let key = match &mut frame.shape {
            Shape::List(items) => {
                items.push(built.node);
                return;
            }
            Shape::Map { key, .. } => key.take(),
        };
        match key {
            Some(Key::Named(name, place)) => self.insert(&name, place, built.node),
            Some(Key::Merge(place)) => self.merge(place, built.node),
            Some(Key::Skipped) | None => {}
        }
    }

    fn insert(&mut self, name: &SmolStr, place: Place, value: Node) {
        let Some(Frame { shape: Shape::Map { map, .. }, .. }) = self.frames.last_mut() else {
            return;
        };
        let first = map.entry(name).map(|entry| entry.key_place.line);
        map.insert_at(name.clone(), place, value);
        if let Some(line) = first {
            let name = shown(name);
            let message = format!(
                "the key `{name}` stands here again; this value replaces the one of line {line}"
            );
            self.warn(place, message);
        }
    }

    fn merge(&mut self, place: Place, value: Node) {
        let (maps, rest) = match value.kind {
            Kind::Map(map) => (vec![map], 0),
            Kind::List(items) => {
                let all = items.len();
                let maps: Vec<Map> = items
                    .into_iter()
                    .filter_map(|item| match item.kind {
                        Kind::Map(map) => Some(map),
                        _ => None,
                    })
                    .collect();
                let rest = all - maps.len();
                (maps, rest)
            }
            _ => (Vec::new(), 1),
        };
        if rest > 0 {
            let message = "`<<` takes a mapping or a list of mappings; what is not one is left out";
            self.warn(place, message.to_owned());
        }
        if let Some(Frame { shape: Shape::Map { merges, .. }, .. }) = self.frames.last_mut() {
            merges.extend(maps);
        }
    }
}

/// Deepest nesting that is read under `limits`.
pub(super) fn depth_limit(limits: &Limits) -> usize {
    limits.depth.min(DEEPEST)
}

/// The error of a text that nests too deep.
pub(super) fn too_deep(place: Place, limit: usize) -> ParseError {
    ParseError::Limit { place, what: "the nesting of lists, mappings and tags", limit }
}

/// The start of a key for a message: keys can be megabytes long.
fn shown(name: &str) -> String {
    if name.chars().nth(80).is_some() {
        name.chars().take(80).chain(['…']).collect()
    } else {
        name.to_owned()
    }
}

fn later_end(a: Place, b: Place) -> Place {
    if (b.end_line, b.end_column) > (a.end_line, a.end_column) { b } else { a }
}

fn scalar_kind(text: &str, plain: bool, tag: &Tag) -> Kind {
    match tag {
        Tag::None if plain => plain_kind(text),
        Tag::Core(name) => tagged_kind(name, text),
        // Below a tag of its own a scalar is text, as for the SDKs: `!Ref 123` names `123`.
        Tag::None | Tag::Named(..) => Kind::Text(SmolStr::new(text)),
    }
}

fn under_tag(built: Built, tag: Tag) -> Built {
    let Tag::Named(name, at) = tag else { return built };
    let place = at.to(later_end(at, built.node.place));
    Built {
        node: Node::new(place, Kind::Tagged(name, Box::new(built.node))),
        height: built.height + 1,
        size: built.size,
    }
}

/// Own keys win over merged ones, an earlier merged mapping over a later one.
fn merged(own: Map, merges: Vec<Map>) -> Map {
    let mut all = Map::new();
    for map in merges.into_iter().rev().chain([own]) {
        for (key, entry) in map.into_entries() {
            all.insert_at(key, entry.key_place, entry.value);
        }
    }
    all
}
