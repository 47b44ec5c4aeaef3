//! Modules: templates within the template.

use source_text::{Diagnostic, FileId, Kind, Limits, Map, Node, Place, parse_json};
use tree_sitter::Node as Source;

use crate::{
    compiler::Unit,
    expression::Names,
    literal::quoted,
    operators::{self, Expr},
    symbols::{Resource, loop_of},
    tree::{child_of, children},
    verified::{self, Given},
};

/// What a call costs of the steps of all modules, so that some hundred are the most.
const STEPS_OF_A_MODULE: usize = 1_000;

impl<'t> Unit<'_, 't> {
    /// A module as a nested deployment; `None` when what it calls is not at hand.
    pub(crate) fn module(&self, resource: &Resource<'t>) -> Option<Node> {
        let place = self.source.place(resource.node);
        let names = match resource.around {
            Some(one) => self.looped(&resource.key, one, &Names::default()),
            None => Names::default(),
        };
        let mut parameters = Map::new();
        let written = self.top(resource, "params");
        let mut is_open = written.is_some_and(|it| it.kind() != "object");
        let given = written.filter(|it| it.kind() == "object");
        for property in given.into_iter().flat_map(children) {
            let parts = <[Source<'t>; 2]>::try_from(children(property));
            if let (Ok([key, value]), "object_property") = (parts, property.kind()) {
                let name = self.source.of(key).trim_matches('\'').to_owned();
                let value = self.given(value, &names);
                parameters.insert_at(name, self.source.place(key), value);
            } else {
                is_open = true;
            }
        }
        let given = Given { parameters: &parameters, is_open, place };
        let template = self.called(resource, given)?;
        let scope = Node::map(place, [("scope", Node::text(place, "inner"))]);
        let properties = [
            ("expressionEvaluationOptions", scope),
            ("mode", Node::text(place, "Incremental")),
            ("parameters", Node::new(place, Kind::Map(parameters))),
            ("template", template),
        ];
        let mut map = Map::new();
        map.insert("type", Node::text(place, "Microsoft.Resources/deployments"));
        map.insert("apiVersion", Node::text(place, "2022-09-01"));
        map.insert("name", self.name_of(resource));
        self.around(resource, &mut map);
        map.insert("properties", Node::map(place, properties));
        Some(Node::new(place, Kind::Map(map)))
    }

    /// The template that a module calls.
    fn called(&self, resource: &Resource<'t>, given: Given<'_>) -> Option<Node> {
        let path = resource.type_.as_str();
        let place = child_of(resource.node, "string")
            .map_or_else(|| self.source.place(resource.node), |it| self.source.place(it));
        if path.starts_with("br:")
            || path.starts_with("br/")
            || path.starts_with("ts") && path.contains(':')
        {
            return self.of_registry(path, place, given);
        }
        let file = match self.shared.reader.read(self.source.file, path) {
            Ok(file) => file,
            Err(error) => {
                self.report(Diagnostic::error(place, error.to_string()));
                return None;
            }
        };
        let mut known = self.shared.modules.borrow_mut();
        if !known.contains(&file) {
            known.push(file);
        }
        drop(known);
        if !self.charge(STEPS_OF_A_MODULE) {
            return None;
        }
        if crate::is_named_so(path) {
            return self.shared.compile(file, &self.files);
        }
        self.json(file)
    }

    /// A well-known module of the public registry.
    fn of_registry(&self, path: &str, place: Place, given: Given<'_>) -> Option<Node> {
        let shown = path.chars().filter(|sign| !sign.is_control()).take(200).collect::<String>();
        let made = verified::name_of(path).and_then(|name| verified::template(name, given));
        let Some(made) = made else {
            let message = format!("the module `{shown}` lies in a registry and was not looked at");
            self.report(Diagnostic::error(place, message));
            return None;
        };
        if !self.charge(STEPS_OF_A_MODULE) {
            return None;
        }
        if given.is_open {
            let message = format!(
                "not all that is given to the module `{shown}` is written here; its other properties \
                 are taken as unknown"
            );
            self.report(Diagnostic::note(place, message));
        }
        for (name, place) in made.unread {
            let message =
                format!("the parameter `{name}` of the module `{shown}` was not looked at");
            self.report(Diagnostic::note(place, message));
        }
        Some(made.template)
    }

    /// A module in JSON.
    fn json(&self, file: FileId) -> Option<Node> {
        let source = self.shared.reader.sources().get(file);
        let (text, _) = arm_template::without_comments(file, &source.text);
        let limits = Limits { nodes: 50_000, ..Limits::default() };
        match parse_json(file, &text, &limits) {
            Ok(parsed) => parsed.documents.into_iter().next(),
            Err(error) => {
                self.report(Diagnostic::error(error.place(), error.to_string()));
                None
            }
        }
    }

    /// What a module is given for a parameter: a value, or a secret of a vault.
    fn given(&self, node: Source<'t>, names: &Names) -> Node {
        let place = self.source.place(node);
        if let Some(secret) = self.secret(node, names) {
            return Node::map(place, [("reference", secret)]);
        }
        match loop_of(node).filter(|_| node.kind() == "for_statement") {
            Some(one) => {
                let copy = self.copy("value", node, one, names);
                Node::map(place, [("copy", Node::list(place, vec![copy]))])
            }
            None => Node::map(place, [("value", self.value(node, names))]),
        }
    }

    /// `vault.getSecret('name')`.
    fn secret(&self, node: Source<'t>, names: &Names) -> Option<Node> {
        let Expr::Call(function, arguments) = operators::read(self.source, node)? else {
            return None;
        };
        let Expr::Member(object, name, _) = *function else { return None };
        let Expr::Leaf(vault) = *object else { return None };
        if self.source.of(name) != "getSecret" {
            return None;
        }
        let found = self.symbols.find(self.source.of(vault))?;
        let place = self.source.place(node);
        let id = Node::text(place, format!("[{}]", self.id(found, None)));
        let mut pairs = vec![("keyVault", Node::map(place, [("id", id)]))];
        if let Some(secret) = arguments.first() {
            pairs.push(("secretName", self.value(*secret, names)));
        } else {
            pairs.push(("secretName", Node::text(place, quoted(""))));
        }
        Some(Node::map(place, pairs))
    }
}
