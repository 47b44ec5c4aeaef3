//! The template while it is put together.

use indexmap::IndexMap;
use source_text::{Diagnostic, Map, Node, Place, SmolStr};

use crate::place_text::Here;

/// Resources that are made at most; a stack has 500.
const RESOURCES: usize = 20_000;

/// Resources in the order in which they are made.
#[derive(Debug, Default)]
pub(crate) struct Template {
    pub(crate) resources: Map,
    pub(crate) origins: IndexMap<SmolStr, SmolStr>,
    pub(crate) diagnostics: Vec<Diagnostic>,
}

impl Template {
    /// Adds a resource that `cause` makes necessary, written at `place`; one that is there stays.
    pub(crate) fn add(
        &mut self,
        id: impl Into<SmolStr>,
        place: Place,
        type_: &'static str,
        properties: Map,
        cause: &str,
    ) {
        let id = id.into();
        if self.resources.contains(&id) {
            return;
        }
        if self.resources.len() >= RESOURCES {
            let message = format!("this service makes more than {RESOURCES} resources");
            self.error(place, message);
            return;
        }
        let here = Here(place);
        let properties = Node::new(place, source_text::Kind::Map(properties));
        let resource = here.map([("Type", here.text(type_)), ("Properties", properties)]);
        self.resources.insert_at(id.clone(), place, resource);
        self.origins.insert(id, SmolStr::new(cause));
    }

    /// Sets an attribute of a resource beside its properties.
    pub(crate) fn set(&mut self, id: &str, attribute: &'static str, value: Node) {
        if let Some(resource) = self.resources.get_mut(id).and_then(Node::as_map_mut) {
            resource.insert(attribute, value);
        }
    }

    /// A resource's properties, to add to them.
    pub(crate) fn properties_mut(&mut self, id: &str) -> Option<&mut Map> {
        self.resources.get_mut(id)?.as_map_mut()?.get_mut("Properties")?.as_map_mut()
    }

    pub(crate) fn error(&mut self, place: Place, message: impl Into<String>) {
        self.say(Diagnostic::error(place, message));
    }

    pub(crate) fn warning(&mut self, place: Place, message: impl Into<String>) {
        self.say(Diagnostic::warning(place, message));
    }

    fn say(&mut self, diagnostic: Diagnostic) {
        if self.diagnostics.len() < 200 && !self.diagnostics.contains(&diagnostic) {
            self.diagnostics.push(diagnostic);
        }
    }

    /// A permission for a service to call a function.
    pub(crate) fn permit(
        &mut self,
        id: String,
        place: Place,
        function: &str,
        principal: &str,
        source: Option<Node>,
    ) {
        let here = Here(place);
        let mut properties = properties([
            ("FunctionName", here.get_att(function, "Arn")),
            ("Action", here.text("lambda:InvokeFunction")),
            ("Principal", here.text(principal)),
        ]);
        if let Some(source) = source {
            properties.insert("SourceArn", source);
        }
        self.add(id, place, "AWS::Lambda::Permission", properties, function);
    }
}

/// A mapping of properties.
pub(crate) fn properties<const N: usize>(pairs: [(&'static str, Node); N]) -> Map {
    pairs.into_iter().map(|(key, value)| (SmolStr::new_static(key), value)).collect()
}
