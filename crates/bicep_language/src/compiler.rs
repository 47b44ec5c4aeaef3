//! One file to one template; modules to templates within it.

use std::{
    cell::{Cell, RefCell},
    collections::HashMap,
};

use arm_template::Options;
use source_text::{Diagnostic, FileId, Kind, Map, Node, Place, ReadFile};
use tree_sitter::Node as Source;

use crate::{
    expression::Names,
    imports::Imported,
    literal,
    rewrite::{Rewritten, rewrite},
    symbols::Symbols,
    tree::{self, Text, child_of, children, field},
};

/// Steps that a source and all its modules may take together.
const MAX_STEPS: usize = 200_000;
/// Deepest nesting of values and of modules.
const MAX_DEPTH: usize = 60;
const MAX_MODULES: usize = 10;
/// Remarks at most for one source.
const MAX_REMARKS: usize = 200;

const SCHEMA: &str =
    "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#";

/// A source as the document that it stands for.
#[derive(Clone, Debug)]
pub struct Document {
    /// The template, modules as nested deployments.
    pub tree: Node,
    /// What was not read, or was read with a doubt.
    pub diagnostics: Vec<Diagnostic>,
    /// The modules that it calls, and they call, in the order of their first call.
    pub modules: Vec<FileId>,
}

/// A source as the carrier that rules read.
#[derive(Clone, Debug)]
pub struct Lowered {
    /// `{Parameters, Conditions, Resources, Outputs}`, as `arm_template` gives it.
    pub template: Node,
    /// What was not looked at, or was read with a doubt.
    pub diagnostics: Vec<Diagnostic>,
    /// The modules that it calls, and they call.
    pub modules: Vec<FileId>,
}

/// The ARM template that a source stands for.
#[must_use]
pub fn document(file: FileId, reader: &dyn ReadFile) -> Document {
    let shared = Shared {
        reader,
        steps: Cell::new(MAX_STEPS),
        diagnostics: RefCell::default(),
        modules: RefCell::default(),
    };
    let tree = shared.compile(file, &[]).unwrap_or_else(|| Node::null(Place::whole(file)));
    Document {
        tree,
        diagnostics: shared.diagnostics.into_inner(),
        modules: shared.modules.into_inner(),
    }
}

/// Reads a source and writes it as the carrier.
#[must_use]
pub fn lower(file: FileId, options: &Options, reader: &dyn ReadFile) -> Lowered {
    let made = document(file, reader);
    let lowered = arm_template::lower(file, &made.tree, options);
    let mut diagnostics = made.diagnostics;
    diagnostics.extend(lowered.diagnostics);
    Lowered { template: lowered.template, diagnostics, modules: made.modules }
}

/// What a source and its modules share.
pub(crate) struct Shared<'s> {
    pub(crate) reader: &'s dyn ReadFile,
    steps: Cell<usize>,
    diagnostics: RefCell<Vec<Diagnostic>>,
    pub(crate) modules: RefCell<Vec<FileId>>,
}

impl Shared<'_> {
    /// Reads a file as a template; `around` are the files that call it.
    pub(crate) fn compile(&self, file: FileId, around: &[FileId]) -> Option<Node> {
        #[expect(
            clippy::redundant_closure_for_method_calls,
            reason = "the method is of one lifetime, the closure of all"
        )]
        self.with_unit(file, around, "", |unit, root| unit.template(root))
    }

    /// Reads a file and takes something out of it; `prefix` stands before the names of its variables.
    pub(crate) fn with_unit<T>(
        &self,
        file: FileId,
        around: &[FileId],
        prefix: &str,
        take: impl FnOnce(&Unit<'_, '_>, Source<'_>) -> T,
    ) -> Option<T> {
        if around.len() >= MAX_MODULES || around.contains(&file) {
            let message = "modules call each other, or more than 10 deep; this one was not read";
            self.report(Diagnostic::error(Place::whole(file), message));
            return None;
        }
        let source = self.reader.sources().get(file);
        let rewritten = rewrite(&source.text);
        let parsed = match tree::parse(&rewritten.text) {
            Ok(parsed) => parsed,
            Err(message) => {
                self.report(Diagnostic::error(Place::whole(file), message));
                return None;
            }
        };
        let text = Text { file, text: &rewritten.text };
        let root = parsed.root_node();
        self.syntax_errors(text, root);
        for start in &rewritten.extensions {
            let message = "extensions are not looked at, nor what they declare";
            self.report(Diagnostic::note(text.place_at(*start), message));
        }
        let mut files = around.to_vec();
        files.push(file);
        let symbols = Symbols::read(text, root);
        let imported = self.imports(text, &symbols.imports, &files, prefix);
        let unit = Unit {
            source: text,
            symbols,
            shared: self,
            files,
            prefix: prefix.to_owned(),
            imported,
            rewritten: &rewritten,
            depth: Cell::new(0),
            names: RefCell::default(),
        };
        Some(take(&unit, root))
    }

    /// Takes steps out of the budget; false when it is used up.
    pub(crate) fn charge(&self, steps: usize) -> bool {
        let left = self.steps.get().checked_sub(steps);
        self.steps.set(left.unwrap_or(self.steps.get()));
        left.is_some()
    }

    pub(crate) fn report(&self, diagnostic: Diagnostic) {
        let mut all = self.diagnostics.borrow_mut();
        if all.len() < MAX_REMARKS && !all.contains(&diagnostic) {
            all.push(diagnostic);
        }
    }

    /// The places that the grammar does not know; what stands around them is read.
    fn syntax_errors(&self, text: Text<'_>, root: Source<'_>) {
        const MAX_ERRORS: usize = 5;
        if !root.has_error() {
            return;
        }
        let mut waiting = vec![root];
        let mut found = 0;
        while let Some(node) = waiting.pop() {
            if node.is_error() || node.is_missing() {
                found += 1;
                if found > MAX_ERRORS {
                    return;
                }
                let message = "this is not Bicep as it is known here and was not looked at";
                self.report(Diagnostic::error(text.place(node), message));
            } else if node.has_error() {
                let mut cursor = node.walk();
                waiting.extend(node.children(&mut cursor));
            }
        }
    }
}

/// A file while it is compiled.
pub(crate) struct Unit<'s, 't> {
    pub(crate) source: Text<'t>,
    pub(crate) symbols: Symbols<'t>,
    pub(crate) shared: &'s Shared<'s>,
    /// The file, behind those that call it.
    pub(crate) files: Vec<FileId>,
    /// Put before the names of variables.
    pub(crate) prefix: String,
    /// What other files give.
    pub(crate) imported: Imported,
    pub(crate) rewritten: &'s Rewritten,
    depth: Cell<usize>,
    /// Names of resources, parents first, by key and index.
    pub(crate) names: RefCell<Segments>,
}

/// By key of a resource and index in its loop.
type Segments = HashMap<(String, Option<String>), Vec<String>>;

impl<'t> Unit<'_, 't> {
    pub(crate) fn report(&self, diagnostic: Diagnostic) {
        self.shared.report(diagnostic);
    }

    /// Takes steps out of the budget; false when it is used up.
    pub(crate) fn charge(&self, steps: usize) -> bool {
        if self.shared.charge(steps) {
            return true;
        }
        let message = "expressions of this file make too much; the rest was not looked at";
        self.report(Diagnostic::error(Place::whole(self.source.file), message));
        false
    }

    /// One level deeper; `None` when that is too deep. The result is for [`Unit::leave`].
    pub(crate) fn enter(&self, node: Source<'_>) -> Option<usize> {
        let depth = self.depth.get();
        if depth >= MAX_DEPTH {
            let message = "this is nested too deep and was not looked at";
            self.report(Diagnostic::error(self.source.place(node), message));
            return None;
        }
        self.charge(1).then(|| {
            self.depth.set(depth + 1);
            depth
        })
    }

    pub(crate) fn leave(&self, depth: usize) {
        self.depth.set(depth);
    }

    fn template(&self, root: Source<'t>) -> Node {
        let place = Place::whole(self.source.file);
        let mut map = Map::new();
        map.insert("$schema", Node::text(place, SCHEMA));
        map.insert("languageVersion", Node::text(place, "2.0"));
        let sections = [
            ("parameters", self.parameters()),
            ("variables", self.variables()),
            ("resources", self.resources()),
            ("outputs", self.outputs()),
        ];
        for (name, section) in sections {
            map.insert(name, Node::new(place, Kind::Map(section)));
        }
        for node in children(root).into_iter().filter(|it| it.kind() == "test_block") {
            let message = "tests in Bicep are not looked at";
            self.report(Diagnostic::note(self.source.place(node), message));
        }
        Node::new(place, Kind::Map(map))
    }

    fn parameters(&self) -> Map {
        let names = Names::default();
        let mut made = Map::new();
        for (name, node, decorators) in &self.symbols.parameters {
            let place = self.source.place(*node);
            let (type_, default) = typed(*node);
            let mut map = Map::new();
            let written = type_.map(|it| self.source.of(it)).unwrap_or_default();
            let kind = kind_of(written, self.is_secure(decorators));
            map.insert("type", Node::text(place, kind));
            let end = type_.map(|it| it.end_byte()).unwrap_or_default();
            if written.ends_with('?') || self.rewritten.nullable.contains(&end) {
                map.insert("nullable", Node::bool(place, true));
            }
            if let Some(default) = default {
                map.insert("defaultValue", self.value(default, &names));
            }
            if let Some(allowed) = self.allowed(decorators, type_) {
                map.insert("allowedValues", allowed);
            }
            made.insert_at(name.as_str(), place, Node::new(place, Kind::Map(map)));
        }
        made
    }

    fn is_secure(&self, decorators: &[Source<'t>]) -> bool {
        decorators.iter().any(|decorator| self.decorator(*decorator).0 == "secure")
    }

    /// The name of a decorator and its arguments.
    fn decorator(&self, node: Source<'t>) -> (&'t str, Vec<Source<'t>>) {
        let Some(call) = child_of(node, "call_expression") else { return ("", Vec::new()) };
        let name = field(call, "function").map(|it| self.source.of(it)).unwrap_or_default();
        let arguments = field(call, "arguments").map(children).unwrap_or_default();
        (name.rsplit('.').next().unwrap_or(name), arguments)
    }

    /// `@allowed([…])`, or the texts of a type such as `'a' | 'b'`.
    fn allowed(&self, decorators: &[Source<'t>], type_: Option<Source<'t>>) -> Option<Node> {
        for decorator in decorators {
            let ("allowed", arguments) = self.decorator(*decorator) else { continue };
            return arguments.first().map(|list| self.value(*list, &Names::default()));
        }
        let union = child_of(type_?, "union_type")?;
        let mut items = Vec::new();
        let mut waiting = children(union);
        waiting.reverse();
        while let Some(node) = waiting.pop() {
            match node.kind() {
                "string" => {
                    let text = literal::plain(self.source, node)?;
                    items.push(Node::text(self.source.place(node), literal::as_value(text)));
                }
                "union_type" | "type" => waiting.extend(children(node).into_iter().rev()),
                _ => return None,
            }
        }
        Some(Node::list(self.source.place(union), items))
    }

    pub(crate) fn variables(&self) -> Map {
        let names = Names::default();
        let (mut made, mut copies) = (Map::new(), Vec::new());
        for (name, node) in &self.symbols.variables {
            let Some(value) = children(*node).into_iter().nth(1) else { continue };
            let one = crate::symbols::loop_of(value);
            if let Some(one) = one.filter(|_| value.kind() == "for_statement") {
                let name = format!("{}{name}", self.prefix);
                copies.push(self.copy(&name, value, one, &names));
            } else {
                let place = self.source.place(*node);
                let name = format!("{}{name}", self.prefix);
                made.insert_at(name, place, self.value(value, &names));
            }
        }
        for (name, entry) in self.imported.variables.entries() {
            match entry.value.as_list().filter(|_| name == "copy") {
                Some(items) => copies.extend(items.iter().cloned()),
                None => {
                    made.insert_at(name.clone(), entry.key_place, entry.value.clone());
                }
            }
        }
        if let Some(first) = copies.first().map(|it| it.place) {
            made.insert("copy", Node::list(first, copies));
        }
        made
    }

    fn outputs(&self) -> Map {
        let names = Names::default();
        let mut made = Map::new();
        for (name, node, decorators) in &self.symbols.outputs {
            let place = self.source.place(*node);
            let (type_, Some(value)) = typed(*node) else { continue };
            let written = type_.map(|it| self.source.of(it)).unwrap_or_default();
            let kind = kind_of(written, self.is_secure(decorators));
            let value = match crate::symbols::loop_of(value) {
                Some(one) if value.kind() == "for_statement" => {
                    self.copy("value", value, one, &names)
                }
                _ => self.value(value, &names),
            };
            let pairs = [("type", Node::text(place, kind)), ("value", value)];
            made.insert_at(name.as_str(), place, Node::map(place, pairs));
        }
        made
    }
}

/// The type and the value of a declaration.
fn typed(node: Source<'_>) -> (Option<Source<'_>>, Option<Source<'_>>) {
    let mut rest = children(node).into_iter().skip(1);
    let first = rest.next();
    let type_ = first.filter(|it| it.kind() == "type");
    let value = if type_.is_some() { rest.next() } else { first };
    (type_, value)
}

/// The type as a template has it; what a type of the author is made of is not known.
fn kind_of(written: &str, is_secure: bool) -> &'static str {
    let bare = written.trim_end_matches('?');
    match (bare, is_secure) {
        ("object", true) | ("secureObject", _) => "secureObject",
        (_, true) | ("secureString", _) => "securestring",
        ("int", _) => "int",
        ("bool", _) => "bool",
        ("object", _) => "object",
        (text, _) if text == "array" || text.ends_with("[]") => "array",
        _ => "string",
    }
}
