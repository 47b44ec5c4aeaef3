//! What the names of a file stand for.

use std::collections::HashMap;

use tree_sitter::Node;

use crate::{
    literal,
    tree::{Text, child_of, children, field, has},
};

/// Deepest nesting of resources in resources.
const MAX_CHILDREN: usize = 8;

/// A loop over a value.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Loop<'t> {
    pub(crate) item: Option<Node<'t>>,
    pub(crate) index: Option<Node<'t>>,
    pub(crate) over: Node<'t>,
    pub(crate) body: Node<'t>,
}

/// A resource or module.
#[derive(Clone, Debug)]
pub(crate) struct Resource<'t> {
    /// Its key among the resources of the template: `app`, `app::config`.
    pub(crate) key: String,
    /// The declaration and its name in it.
    pub(crate) node: Node<'t>,
    pub(crate) name: Node<'t>,
    /// Type without the version; of a module, its path.
    pub(crate) type_: String,
    pub(crate) version: String,
    pub(crate) body: Option<Node<'t>>,
    pub(crate) condition: Option<Node<'t>>,
    pub(crate) around: Option<Loop<'t>>,
    pub(crate) is_existing: bool,
    pub(crate) is_module: bool,
    /// Key of the resource in whose body it stands.
    pub(crate) inside: Option<String>,
}

/// The declarations of a file.
#[derive(Debug, Default)]
pub(crate) struct Symbols<'t> {
    pub(crate) parameters: Vec<(String, Node<'t>, Vec<Node<'t>>)>,
    pub(crate) variables: Vec<(String, Node<'t>)>,
    pub(crate) outputs: Vec<(String, Node<'t>, Vec<Node<'t>>)>,
    pub(crate) functions: HashMap<String, Node<'t>>,
    pub(crate) resources: Vec<Resource<'t>>,
    /// Positions in `resources` by key.
    pub(crate) by_key: HashMap<String, usize>,
    /// Statements that take something from other files.
    pub(crate) imports: Vec<Node<'t>>,
    /// What the template is deployed to, when that is not a resource group.
    pub(crate) target: Option<String>,
    pub(crate) known: HashMap<String, Sort>,
}

/// The sort of a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sort {
    Parameter,
    Variable,
    Resource,
}

impl<'t> Symbols<'t> {
    pub(crate) fn read(source: Text<'_>, root: Node<'t>) -> Self {
        let mut symbols = Self::default();
        let mut decorators: Vec<Node<'t>> = Vec::new();
        for node in children(root) {
            let own = std::mem::take(&mut decorators);
            match node.kind() {
                "decorators" => decorators = children(node),
                "parameter_declaration" => {
                    if let Some(name) = symbols.declare(source, node, Sort::Parameter) {
                        symbols.parameters.push((name, node, own));
                    }
                }
                "variable_declaration" => {
                    if let Some(name) = symbols.declare(source, node, Sort::Variable) {
                        symbols.variables.push((name, node));
                    }
                }
                "output_declaration" => {
                    if let Some(name) = child_of(node, "identifier") {
                        symbols.outputs.push((source.of(name).to_owned(), node, own));
                    }
                }
                "user_defined_function" => {
                    if let Some(name) = field(node, "name") {
                        symbols.functions.insert(source.of(name).to_owned(), node);
                    }
                }
                "resource_declaration" | "module_declaration" => {
                    symbols.resource(source, node, None, 0);
                }
                "import_functionality" => symbols.imports.push(node),
                "target_scope_assignment" => {
                    let target = child_of(node, "string");
                    symbols.target = target.and_then(|it| literal::plain(source, it));
                }
                _ => {}
            }
        }
        symbols
    }

    fn declare(&mut self, source: Text<'_>, node: Node<'t>, sort: Sort) -> Option<String> {
        let name = source.of(child_of(node, "identifier")?).to_owned();
        self.known.insert(name.clone(), sort);
        Some(name)
    }

    fn resource(
        &mut self,
        source: Text<'_>,
        node: Node<'t>,
        inside: Option<&str>,
        depth: usize,
    ) -> Option<()> {
        let name = child_of(node, "identifier")?;
        let written = literal::plain(source, child_of(node, "string")?)?;
        let is_module = node.kind() == "module_declaration";
        let (type_, version) = match written.split_once('@') {
            Some((type_, version)) if !is_module => (type_.to_owned(), version.to_owned()),
            _ => (written, String::new()),
        };
        let of_parent = inside.and_then(|key| self.by_key.get(key));
        let of_parent = of_parent.and_then(|at| self.resources.get(*at));
        let type_ = match of_parent {
            Some(parent) if !type_.split('/').next().is_some_and(|first| first.contains('.')) => {
                format!("{}/{type_}", parent.type_)
            }
            _ => type_,
        };
        let own = source.of(name);
        let key = match inside {
            Some(outer) => format!("{outer}::{own}"),
            None => own.to_owned(),
        };
        let last = children(node).into_iter().last()?;
        let (around, last) = match last.kind() {
            "for_statement" => (loop_of(last), loop_of(last).map_or(last, |it| it.body)),
            _ => (None, last),
        };
        let (condition, body) = match last.kind() {
            "if_statement" => {
                let condition = child_of(last, "parenthesized_expression");
                (condition, child_of(last, "object"))
            }
            "object" => (None, Some(last)),
            _ => (None, None),
        };
        self.known.entry(own.to_owned()).or_insert(Sort::Resource);
        self.by_key.insert(key.clone(), self.resources.len());
        self.resources.push(Resource {
            key: key.clone(),
            node,
            name,
            type_,
            version,
            body,
            condition,
            around,
            is_existing: has(node, "existing"),
            is_module,
            inside: inside.map(str::to_owned),
        });
        if depth < MAX_CHILDREN && !is_module {
            for property in body.into_iter().flat_map(children) {
                if let Some(inner) = child_of(property, "resource_declaration") {
                    self.resource(source, inner, Some(&key), depth + 1);
                }
            }
        }
        Some(())
    }

    /// A resource by the name that stands in an expression: of this file, or within another one.
    pub(crate) fn find(&self, name: &str) -> Option<&Resource<'t>> {
        if let Some(at) = self.by_key.get(name) {
            return self.resources.get(*at);
        }
        // Within a resource its children are named without it.
        let ending = format!("::{name}");
        self.resources.iter().find(|resource| resource.key.ends_with(&ending))
    }
}

/// The parts of `[for x in y: z]`.
pub(crate) fn loop_of(node: Node<'_>) -> Option<Loop<'_>> {
    let body = field(node, "body")?;
    let parameters = child_of(node, "for_loop_parameters");
    let item = field(node, "initializer")
        .or_else(|| parameters.and_then(|it| child_of(it, "loop_variable")));
    let index = parameters.and_then(|it| child_of(it, "loop_enumerator"));
    let over = children(node).into_iter().find(|child| {
        child.id() != body.id()
            && Some(child.id()) != item.map(|it| it.id())
            && child.kind() != "for_loop_parameters"
    })?;
    Some(Loop { item, index, over, body })
}
