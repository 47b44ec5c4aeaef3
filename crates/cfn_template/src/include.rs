//! `AWS::Include`: another file put into the template where it is named.

use source_text::{Diagnostic, FileId, Kind, Limits, Map, Node, Place, ReadFile, parse_yaml};

use crate::lower::lower;

/// Deepest chain of files that include files.
const DEPTH: usize = 8;
/// Most files that one template includes.
const FILES: usize = 100;

/// Puts the files that `AWS::Include` names into the tree; the template's tags are lowered before.
///
/// A location is read when it is a path relative to the file that names it; `reader` keeps it
/// inside the scanned folder. What is not read (`s3://…`, a computed location, no `reader`) stays
/// as `Fn::Transform`, with a diagnostic: it was not looked at.
#[must_use]
pub fn resolve_includes(mut node: Node, reader: Option<&dyn ReadFile>) -> (Node, Vec<Diagnostic>) {
    let mut includer = Includer { reader, chain: Vec::new(), files: 0, diagnostics: Vec::new() };
    includer.document_transforms(&mut node);
    includer.node(&mut node);
    (node, includer.diagnostics)
}

struct Includer<'r> {
    reader: Option<&'r dyn ReadFile>,
    /// Paths of the files being put in, outermost first.
    chain: Vec<String>,
    files: usize,
    diagnostics: Vec<Diagnostic>,
}

impl Includer<'_> {
    /// `Transform` of the document itself, which includes at the top level.
    fn document_transforms(&mut self, root: &mut Node) {
        let Some(transform) = root.get("Transform") else { return };
        let transforms = match &transform.kind {
            Kind::List(items) => items.clone(),
            _ => vec![transform.clone()],
        };
        for transform in transforms {
            if let Some(location) = include_location(&transform)
                && let Some(Node { kind: Kind::Map(included), .. }) = self.read(location)
                && let Some(map) = root.as_map_mut()
            {
                merge(map, included);
            }
        }
    }

    fn node(&mut self, node: &mut Node) {
        match &mut node.kind {
            Kind::List(items) => items.iter_mut().for_each(|item| self.node(item)),
            Kind::Tagged(_, inner) => self.node(inner),
            Kind::Map(map) => {
                if let Some(transform) = map.get("Fn::Transform")
                    && let Some(location) = include_location(transform)
                {
                    let included = self.read(location);
                    if map.len() == 1 {
                        if let Some(included) = included {
                            *node = included;
                        }
                        return;
                    }
                    match included {
                        Some(Node { kind: Kind::Map(included), .. }) => {
                            map.remove("Fn::Transform");
                            merge(map, included);
                        }
                        Some(other) => {
                            let found = other.kind_name();
                            let message = format!(
                                "an include beside other keys must hold a mapping, not {found}"
                            );
                            self.diagnostics.push(Diagnostic::error(other.place, message));
                        }
                        None => {}
                    }
                }
                for (_, value) in map.iter_mut() {
                    self.node(value);
                }
            }
            Kind::Null | Kind::Bool(_) | Kind::Number(_) | Kind::Text(_) => {}
        }
    }

    /// The content of the file at `location`, its own includes put in.
    fn read(&mut self, location: &Node) -> Option<Node> {
        match self.try_read(location) {
            Ok(node) => Some(node),
            Err(message) => {
                self.diagnostics.push(Diagnostic::error(location.place, message));
                None
            }
        }
    }

    fn try_read(&mut self, location: &Node) -> Result<Node, String> {
        let Some(path) = location.as_str() else {
            return Err("the location of this include is computed; it is not looked at".to_owned());
        };
        if path.contains("://") || path.starts_with('/') {
            return Err(format!("include `{path}` is not a local file; it is not looked at"));
        }
        let Some(reader) = self.reader else {
            return Err(format!(
                "include `{path}` is not looked at; other files are not read here"
            ));
        };
        if self.chain.len() >= DEPTH || self.files >= FILES {
            return Err(format!("include `{path}` is not looked at; there are too many includes"));
        }
        self.files += 1;
        let file = reader.read(location.place.file, path).map_err(|error| error.to_string())?;
        let source = reader.sources().get(file);
        if self.chain.contains(&source.path)
            || self.is_own_file(reader, location.place, &source.path)
        {
            return Err(format!("include `{path}` includes itself; it is not looked at again"));
        }
        let parsed = parse_yaml(file, &source.text, &Limits::of_part(&source.text))
            .map_err(|error| format!("include `{path}`: {error}"))?;
        self.diagnostics.extend(parsed.diagnostics);
        let document = parsed.documents.into_iter().next();
        let document = document.unwrap_or_else(|| Node::null(Place::whole(file)));
        let (mut node, diagnostics) = lower(document);
        self.diagnostics.extend(diagnostics);
        self.chain.push(source.path.clone());
        self.node(&mut node);
        self.chain.pop();
        Ok(node)
    }

    fn is_own_file(&self, reader: &dyn ReadFile, place: Place, path: &str) -> bool {
        self.chain.is_empty() && path_of(reader, place.file) == path
    }
}

fn path_of(reader: &dyn ReadFile, file: FileId) -> String {
    reader.sources().path(file)
}

/// Where the included file is, when `transform` is an `AWS::Include`.
fn include_location(transform: &Node) -> Option<&Node> {
    if transform.get("Name")?.as_str()? != "AWS::Include" {
        return None;
    }
    transform.at(&["Parameters", "Location"])
}

/// Adds what is not there yet; what the template says itself stays.
fn merge(map: &mut Map, included: Map) {
    for (key, entry) in included.into_entries() {
        if !map.contains(&key) {
            map.insert_at(key, entry.key_place, entry.value);
        }
    }
}
