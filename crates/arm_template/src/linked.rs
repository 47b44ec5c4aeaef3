//! Linked templates that stand beside the template: put into it, as if they had been written there.

use source_text::{Diagnostic, FileId, Kind, Limits, Node, Place, ReadFile, parse_json};

use crate::{
    declare::DEPLOYMENT, looks_like_template, parameters::looks_like_parameters, without_comments,
};

/// Templates at most that are put in, and how deep.
const MAX_TEMPLATES: usize = 50;
const MAX_NESTING: usize = 8;
const LIMITS: Limits = Limits { bytes: 4 << 20, depth: 100, nodes: 50_000 };

/// A template with those that it links to by a relative path.
#[derive(Clone, Debug)]
pub struct Linked {
    /// The template.
    pub template: Node,
    /// The files that were put in.
    pub files: Vec<FileId>,
    /// What was not put in.
    pub diagnostics: Vec<Diagnostic>,
}

/// Puts the templates (`templateLink.relativePath`) and files of parameters
/// (`parametersLink.relativePath`) of deployments into the template of `file`.
///
/// A file that cannot be read is a diagnostic; its deployment stays as it is.
#[must_use]
pub fn linked(file: FileId, template: Node, reader: &dyn ReadFile) -> Linked {
    let mut walk = Walk { reader, around: vec![file], files: Vec::new(), diagnostics: Vec::new() };
    let mut template = template;
    walk.template(&mut template, 0);
    Linked { template, files: walk.files, diagnostics: walk.diagnostics }
}

struct Walk<'r> {
    reader: &'r dyn ReadFile,
    /// The file in which the walk is, behind those that link to it.
    around: Vec<FileId>,
    files: Vec<FileId>,
    diagnostics: Vec<Diagnostic>,
}

impl Walk<'_> {
    fn template(&mut self, template: &mut Node, depth: usize) {
        if depth > MAX_NESTING * 2 {
            return;
        }
        let Some(resources) = template.as_map_mut().and_then(|map| map.get_mut("resources")) else {
            return;
        };
        match &mut resources.kind {
            Kind::List(items) => items.iter_mut().for_each(|it| self.resource(it, depth)),
            Kind::Map(map) => map.iter_mut().for_each(|(_, it)| self.resource(it, depth)),
            _ => {}
        }
    }

    fn resource(&mut self, resource: &mut Node, depth: usize) {
        let is_deployment = resource
            .get("type")
            .and_then(Node::as_str)
            .is_some_and(|kind| kind.eq_ignore_ascii_case(DEPLOYMENT));
        if !is_deployment {
            return;
        }
        let Some(properties) = resource.as_map_mut().and_then(|map| map.get_mut("properties"))
        else {
            return;
        };
        let link = |key: &str, properties: &Node| {
            let node = properties.at(&[key, "relativePath"])?;
            Some((node.as_str()?.to_owned(), node.place))
        };
        let of_parameters = link("parametersLink", properties);
        let of_template = link("templateLink", properties);
        let Some(map) = properties.as_map_mut() else { return };
        if let Some((path, place)) = of_parameters
            && !map.contains("parameters")
            && let Some((_, document)) = self.read(&path, place, looks_like_parameters)
            && let Some(given) = document.get("parameters")
        {
            map.insert_at("parameters", place, given.clone());
        }
        if let Some(inner) = map.get_mut("template") {
            self.template(inner, depth + 1);
            return;
        }
        let Some((path, place)) = of_template else { return };
        let Some((file, mut document)) = self.read(&path, place, looks_like_template) else {
            return;
        };
        if !self.files.contains(&file) {
            self.files.push(file);
        }
        self.around.push(file);
        self.template(&mut document, depth + 1);
        self.around.pop();
        map.insert_at("template", place, document);
        // A linked template has parameters and variables of its own.
        let scope = Node::map(place, [("scope", Node::text(place, "inner"))]);
        map.insert_at("expressionEvaluationOptions", place, scope);
    }

    fn read(
        &mut self,
        path: &str,
        place: Place,
        is_it: impl Fn(&Node) -> bool,
    ) -> Option<(FileId, Node)> {
        let from = *self.around.last()?;
        if self.files.len() >= MAX_TEMPLATES || self.around.len() > MAX_NESTING {
            self.told(place, "templates link too often or too deep; this one was not looked at");
            return None;
        }
        let file = match self.reader.read(from, path) {
            Ok(file) => file,
            Err(error) => {
                self.told(place, format!("{error}; the linked file was not looked at"));
                return None;
            }
        };
        if self.around.contains(&file) {
            self.told(place, "templates link to each other; this one was not looked at again");
            return None;
        }
        let source = self.reader.sources().get(file);
        let (text, _) = without_comments(file, &source.text);
        let parsed = match parse_json(file, &text, &LIMITS) {
            Ok(parsed) => parsed,
            Err(error) => {
                self.diagnostics.push(error.to_diagnostic());
                return None;
            }
        };
        let document = parsed.documents.into_iter().next().filter(is_it);
        if document.is_none() {
            self.told(place, "what this links to is not of the kind that is asked for");
        }
        Some((file, document?))
    }

    fn told(&mut self, place: Place, message: impl Into<String>) {
        self.diagnostics.push(Diagnostic::warning(place, message));
    }
}
