//! Variables replaced by their values, where that can be done without deploying.

use std::{borrow::Cow, collections::HashMap};

use source_text::{
    Diagnostic, FileId, Kind, Limits, Map, Node, Place, ReadError, ReadFile, SmolStr, parse_yaml,
};

use crate::{
    Options,
    place_text::{Here, unresolved},
    variable::{Piece, parts, pieces, sources},
};

/// Deepest chain of variables that name variables.
const DEPTH: usize = 24;
/// Nodes that the resolved service may have, those of values that are used twice counted twice.
const NODES: usize = 400_000;
/// Longest text that variables are put into, in bytes.
const TEXT: usize = 1 << 20;
/// Deepest tree.
const TREE: usize = 200;
/// Most diagnostics.
const DIAGNOSTICS: usize = 200;

/// What a source says.
enum Answer {
    /// Its value.
    Found(Node),
    /// Nothing: the next source is asked.
    Missing,
    /// A value that hangs on something that is not set; the next source is asked.
    Unset(Node),
    /// Only the deployment knows.
    Unknown,
}

/// Resolves the variables of one service.
pub(crate) struct Resolver<'a> {
    file: FileId,
    root: &'a Node,
    options: &'a Options,
    files: Option<&'a dyn ReadFile>,
    read: HashMap<String, Option<Node>>,
    left: usize,
    said_full: bool,
    pub(crate) diagnostics: Vec<Diagnostic>,
}

impl<'a> Resolver<'a> {
    pub(crate) fn new(
        file: FileId,
        root: &'a Node,
        options: &'a Options,
        files: Option<&'a dyn ReadFile>,
    ) -> Self {
        Self {
            file,
            root,
            options,
            files,
            read: HashMap::new(),
            left: NODES,
            said_full: false,
            diagnostics: Vec::new(),
        }
    }

    fn say(&mut self, diagnostic: Diagnostic) {
        if self.diagnostics.len() < DIAGNOSTICS && !self.diagnostics.contains(&diagnostic) {
            self.diagnostics.push(diagnostic);
        }
    }

    /// The tree with its variables replaced.
    pub(crate) fn resolve(&mut self, node: &Node) -> Node {
        self.tree(node, DEPTH, TREE, false)
    }

    fn tree(&mut self, node: &Node, depth: usize, tree: usize, in_sub: bool) -> Node {
        let Some(left) = self.left.checked_sub(1).filter(|_| tree > 0) else {
            if !self.said_full {
                self.said_full = true;
                let message = "the variables of this service make too large a tree; the rest is \
                               not looked at";
                self.say(Diagnostic::error(node.place, message));
            }
            return Node::null(node.place);
        };
        self.left = left;
        let kind = match &node.kind {
            Kind::Text(text) => return self.text(node.place, text, depth, tree, in_sub),
            Kind::List(items) => Kind::List(
                items.iter().map(|item| self.tree(item, depth, tree - 1, in_sub)).collect(),
            ),
            Kind::Map(map) => {
                let mut out = Map::new();
                for (key, entry) in map.entries() {
                    let in_sub = in_sub || key == "Fn::Sub";
                    let value = self.tree(&entry.value, depth, tree - 1, in_sub);
                    out.insert_at(key.clone(), entry.key_place, value);
                }
                Kind::Map(out)
            }
            Kind::Tagged(name, inner) => {
                let inner = self.tree(inner, depth, tree - 1, in_sub || name == "Sub");
                Kind::Tagged(name.clone(), Box::new(inner))
            }
            other => other.clone(),
        };
        Node::new(node.place, kind)
    }

    fn text(
        &mut self,
        place: Place,
        text: &SmolStr,
        depth: usize,
        tree: usize,
        in_sub: bool,
    ) -> Node {
        if !text.contains("${") {
            return Node::text(place, text.clone());
        }
        let found = pieces(text);
        match found.as_slice() {
            [] | [Piece::Text(_)] => Node::text(place, text.clone()),
            [Piece::Variable(inner)] => {
                let value = self.variable(place, inner, depth, tree);
                match value {
                    Some(value) if in_sub && is_unresolved(&value) => {
                        Node::text(place, text.clone())
                    }
                    // A value of its own kind keeps where it was written; text stands where it is used.
                    Some(value) if value.as_map().is_some() || value.as_list().is_some() => value,
                    Some(value) => Node::new(place, value.kind),
                    None if in_sub => Node::text(place, text.clone()),
                    None => unresolved(place, text.clone()),
                }
            }
            several => self.joined(place, several, depth, tree, in_sub),
        }
    }

    /// Text with variables in it: text when all are text, or else `Fn::Join`.
    fn joined(
        &mut self,
        place: Place,
        several: &[Piece<'_>],
        depth: usize,
        tree: usize,
        in_sub: bool,
    ) -> Node {
        let mut items: Vec<Node> = Vec::new();
        let mut text = String::new();
        for piece in several {
            let value = match piece {
                Piece::Text(piece) => Some(Node::text(place, *piece)),
                Piece::Variable(inner) => self.variable(place, inner, depth, tree),
            };
            let written = value.as_ref().and_then(Node::scalar_text);
            match (written, value, piece) {
                (Some(written), _, _) if text.len() + written.len() <= TEXT => {
                    self.left = self.left.saturating_sub(written.len() / 32);
                    text.push_str(&written);
                }
                (_, value, Piece::Variable(inner)) => {
                    if in_sub {
                        // Within `Fn::Sub` it is one more variable that nobody knows.
                        let reference = value.as_ref().and_then(sub_name);
                        let name = reference.unwrap_or_else(|| (*inner).to_owned());
                        text.push_str("${");
                        text.push_str(&name);
                        text.push('}');
                        continue;
                    }
                    if !text.is_empty() {
                        items.push(Node::text(place, std::mem::take(&mut text)));
                    }
                    let unknown = || unresolved(place, format!("${{{inner}}}"));
                    let value = value.filter(|value| value.as_list().is_none());
                    items.push(value.unwrap_or_else(unknown));
                }
                (_, _, Piece::Text(_)) => {}
            }
        }
        if items.is_empty() {
            return Node::text(place, text);
        }
        if !text.is_empty() {
            items.push(Node::text(place, text));
        }
        Here(place).join("", items)
    }

    /// The value of a variable; `None` when it is not known.
    fn variable(&mut self, place: Place, inner: &str, depth: usize, tree: usize) -> Option<Node> {
        let Some(depth) = depth.checked_sub(1) else {
            let message = format!("`${{{inner}}}` leads back to itself; it is not looked at");
            self.say(Diagnostic::warning(place, message));
            return None;
        };
        let mut unset = None;
        for source in sources(inner) {
            match self.source(place, source, depth, tree) {
                Answer::Found(node) => return Some(node),
                Answer::Missing => {}
                Answer::Unset(node) => unset = Some(node),
                Answer::Unknown => return None,
            }
        }
        unset
    }

    fn source(&mut self, place: Place, source: &str, depth: usize, tree: usize) -> Answer {
        if let Some(literal) = literal(place, source) {
            return if literal.is_null() { Answer::Missing } else { Answer::Found(literal) };
        }
        // `${…}` within a source is resolved first, to text.
        if source.contains("${") {
            let inner = self.text(place, &SmolStr::new(source), depth, tree, false);
            let is_whole = matches!(pieces(source).as_slice(), [Piece::Variable(_)]);
            return match inner.scalar_text() {
                _ if is_whole && is_unresolved(&inner) => Answer::Unset(inner),
                _ if is_whole => Answer::Found(inner),
                Some(text) if text.contains("${") => Answer::Unknown,
                Some(text) => self.source(place, &text, depth, tree),
                None => Answer::Unknown,
            };
        }
        let Some((name, parameters, address)) = parts(source) else { return Answer::Unknown };
        match (name, parameters) {
            ("self", _) => self.at(self.root, address, depth, tree),
            ("file", Some(path)) => self.file(place, path, address, depth, tree),
            ("opt", _) => self.option(place, address),
            ("param", _) => self.parameter(place, address, depth, tree),
            ("env", _) => text_or_missing(place, self.options.environment.get(address)),
            ("sls", _) if address == "stage" => Answer::Found(self.stage(place, depth, tree)),
            ("aws", _) => self.aws(place, address, depth, tree),
            ("strToBool", Some(value)) => {
                match value.trim_matches(['\'', '"']).to_ascii_lowercase().as_str() {
                    "true" | "1" => Answer::Found(Node::bool(place, true)),
                    "false" | "0" => Answer::Found(Node::bool(place, false)),
                    _ => Answer::Unknown,
                }
            }
            // The framework puts the value itself into the template, as these references do.
            ("ssm", _) => Answer::Found(Node::text(place, dynamic_reference(address))),
            _ => Answer::Unknown,
        }
    }

    fn option(&self, place: Place, name: &str) -> Answer {
        match (self.options.parameters.get(name), name, &self.options.region) {
            (None, "region", Some(region)) => Answer::Found(Node::text(place, region.clone())),
            (value, _, _) => text_or_missing(place, value),
        }
    }

    /// `${param:NAME}`: of the command line, of the stage, of all stages.
    fn parameter(&mut self, place: Place, name: &str, depth: usize, tree: usize) -> Answer {
        if let Some(value) = self.options.parameters.get(name) {
            return Answer::Found(Node::text(place, value.clone()));
        }
        let stage = self.stage(place, depth, tree).scalar_text().unwrap_or_default();
        for (head, stage) in [("params", stage.as_str()), ("stages", stage.as_str())]
            .into_iter()
            .chain([("params", "default"), ("stages", "default")])
        {
            let section = self.root.at(&[head, stage]);
            let section =
                if head == "stages" { section.and_then(|it| it.get("params")) } else { section };
            if let Some(section) = section
                && let found @ Answer::Found(_) = self.at(section, name, depth, tree)
            {
                return found;
            }
        }
        Answer::Missing
    }

    /// The stage: of the command line, of the file, or `dev`.
    fn stage(&mut self, place: Place, depth: usize, tree: usize) -> Node {
        if let Some(stage) = self.options.parameters.get("stage") {
            return Node::text(place, stage.clone());
        }
        match self.at(self.root, "provider.stage", depth, tree) {
            Answer::Found(stage) if stage.scalar_text().is_some() => stage,
            _ => Node::text(place, "dev"),
        }
    }

    fn aws(&mut self, place: Place, address: &str, depth: usize, tree: usize) -> Answer {
        match address {
            "accountId" => Answer::Found(match &self.options.account {
                Some(account) => Node::text(place, account.clone()),
                None => Here(place).reference("AWS::AccountId"),
            }),
            "region" => {
                if let Some(region) = &self.options.region {
                    return Answer::Found(Node::text(place, region.clone()));
                }
                match self.at(self.root, "provider.region", depth, tree) {
                    Answer::Found(region) if region.scalar_text().is_some() => {
                        Answer::Found(region)
                    }
                    _ => Answer::Found(Here(place).reference("AWS::Region")),
                }
            }
            _ => Answer::Unknown,
        }
    }

    /// The value at `address` below `start`, variables on the way resolved.
    fn at(&mut self, start: &Node, address: &str, depth: usize, tree: usize) -> Answer {
        let Some(depth) = depth.checked_sub(1) else { return Answer::Unknown };
        if address.is_empty() && std::ptr::eq(start, self.root) {
            return Answer::Unknown;
        }
        let mut node = Cow::Borrowed(start);
        for key in address.split('.').filter(|key| !key.is_empty()) {
            if node.as_str().is_some_and(|text| text.contains("${")) {
                node = Cow::Owned(self.tree(&node, depth, tree, false));
            }
            if is_unresolved(&node) {
                return Answer::Unset(node.into_owned());
            }
            let next = match node {
                Cow::Borrowed(node) => child(node, key).map(Cow::Borrowed),
                Cow::Owned(node) => child(&node, key).cloned().map(Cow::Owned),
            };
            match next {
                Some(next) if !next.is_null() => node = next,
                _ => return Answer::Missing,
            }
        }
        let node = self.tree(&node, depth, tree, false);
        if is_unresolved(&node) { Answer::Unset(node) } else { Answer::Found(node) }
    }

    fn file(
        &mut self,
        place: Place,
        path: &str,
        address: &str,
        depth: usize,
        tree: usize,
    ) -> Answer {
        let Some(content) = self.content(place, path) else { return Answer::Missing };
        if matches!(content.kind, Kind::Tagged(..)) {
            return Answer::Unknown;
        }
        self.at(&content, address, depth, tree)
    }

    /// The tree of another file; a tagged node when it is code, `None` when it is not there.
    fn content(&mut self, place: Place, path: &str) -> Option<Node> {
        if let Some(known) = self.read.get(path) {
            return known.clone();
        }
        let content = self.read_content(place, path);
        self.read.insert(path.to_owned(), content.clone());
        content
    }

    fn read_content(&mut self, place: Place, path: &str) -> Option<Node> {
        let code =
            |place| Some(Node::new(place, Kind::Tagged("code".into(), Node::null(place).into())));
        let ending = path.rsplit('.').next().unwrap_or_default();
        if ["js", "cjs", "mjs", "ts"].contains(&ending) {
            let message = format!("`{path}` is code that computes a value; it is not run");
            self.say(Diagnostic::warning(place, message));
            return code(place);
        }
        let Some(reader) = self.files else {
            let message = format!("`{path}` is not looked at; other files are not read here");
            self.say(Diagnostic::error(place, message));
            return code(place);
        };
        let file = match reader.read(self.file, path) {
            Ok(file) => file,
            Err(ReadError::NotFound { path }) => {
                let message = format!("there is no file `{path}`; what it says is not known");
                self.say(Diagnostic::warning(place, message));
                return None;
            }
            Err(error) => {
                self.say(Diagnostic::error(place, error.to_string()));
                return code(place);
            }
        };
        let source = reader.sources().get(file);
        if !["yml", "yaml", "json", "tfstate"].contains(&ending) {
            return Some(Node::text(Place::whole(file), source.text.trim_end()));
        }
        match parse_yaml(file, &source.text, &Limits::of_part(&source.text)) {
            Ok(parsed) => {
                let document = parsed.documents.into_iter().next();
                let (document, more) =
                    cfn_template::lower(document.unwrap_or_else(|| Node::null(Place::whole(file))));
                for diagnostic in parsed.diagnostics.into_iter().chain(more) {
                    self.say(diagnostic);
                }
                Some(document)
            }
            Err(error) => {
                self.say(error.to_diagnostic());
                code(place)
            }
        }
    }
}

fn child<'n>(node: &'n Node, key: &str) -> Option<&'n Node> {
    match &node.kind {
        Kind::Map(map) => map.get(key),
        Kind::List(items) => key.parse().ok().and_then(|at: usize| items.get(at)),
        _ => None,
    }
}

fn is_unresolved(node: &Node) -> bool {
    node.single().is_some_and(|(key, _)| key == "Fn::Unresolved")
}

fn text_or_missing(place: Place, value: Option<&SmolStr>) -> Answer {
    value.map_or(Answer::Missing, |value| Answer::Found(Node::text(place, value.clone())))
}

/// A fallback that is a value: quoted text, a number, a truth value.
fn literal(place: Place, source: &str) -> Option<Node> {
    for quote in ['\'', '"'] {
        if let Some(text) = source.strip_prefix(quote).and_then(|it| it.strip_suffix(quote)) {
            return Some(Node::text(place, text));
        }
    }
    match source {
        "" | "null" => Some(Node::null(place)),
        "true" => Some(Node::bool(place, true)),
        "false" => Some(Node::bool(place, false)),
        number if number.parse::<f64>().is_ok() => {
            Some(Node::new(place, Kind::Number(SmolStr::new(number))))
        }
        _ => None,
    }
}

/// `/aws/reference/secretsmanager/NAME` is a secret, everything else a parameter.
fn dynamic_reference(address: &str) -> String {
    let address = address.trim_end_matches("~true").trim_end_matches("~false");
    match address.strip_prefix("/aws/reference/secretsmanager/") {
        Some(secret) => format!("{{{{resolve:secretsmanager:{secret}}}}}"),
        None => format!("{{{{resolve:ssm:{address}}}}}"),
    }
}

/// The name within `Fn::Sub` of a reference.
fn sub_name(node: &Node) -> Option<String> {
    let (key, argument) = node.single()?;
    (key == "Ref").then(|| argument.as_str().map(str::to_owned))?
}
