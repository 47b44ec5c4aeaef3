//! What else is written in the author's file, and in those beside it.

use source_edit::{HclResource, Step, hcl_resources};
use source_text::{Map, Node};

/// The author's file as fixes read it.
#[derive(Debug)]
pub(crate) enum Written<'w> {
    /// A template, or a service of the Serverless Framework.
    Tree(Tree<'w>),
    /// A module of Terraform.
    Module(Module),
}

/// A template, or a service.
#[derive(Debug)]
pub(crate) struct Tree<'w> {
    /// The only document of the file.
    pub(crate) document: &'w Node,
    /// Steps to what stands at the place of the finding.
    pub(crate) at: Option<Vec<Step>>,
}

/// A module of Terraform.
#[derive(Debug)]
pub(crate) struct Module {
    /// The resource at the place of the finding.
    pub(crate) at: Option<(String, String)>,
    /// Resources of the file.
    pub(crate) own: Vec<HclResource>,
    /// Resources of the other files of its folder.
    pub(crate) beside: Vec<HclResource>,
}

impl Tree<'_> {
    /// The mappings that hold resources, with the steps to them.
    fn sections(&self) -> impl Iterator<Item = (Vec<Step>, &Map)> {
        let paths: [&[&str]; 2] = [&["Resources"], &["resources", "Resources"]];
        paths.into_iter().filter_map(|path| {
            let map = self.document.at(path)?.as_map()?;
            Some((path.iter().map(|key| Step::from(*key)).collect(), map))
        })
    }

    /// Resources of a type, with the steps to their properties.
    pub(crate) fn of_type<'t>(&'t self, type_: &'t str) -> Vec<(Vec<Step>, &'t str, &'t Node)> {
        let mut found = Vec::new();
        for (path, map) in self.sections() {
            for (name, node) in map.iter() {
                if node.get("Type").and_then(Node::as_str) == Some(type_) {
                    let inner = [Step::Key(name.clone()), Step::from("Properties")];
                    let steps = path.iter().cloned().chain(inner).collect();
                    found.push((steps, name.as_str(), node));
                }
            }
        }
        found
    }

    /// A resource, with the steps to its properties.
    pub(crate) fn resource(&self, name: &str) -> Option<(Vec<Step>, &Node)> {
        self.sections().find_map(|(path, map)| {
            let inner = [Step::from(name), Step::from("Properties")];
            Some((path.into_iter().chain(inner).collect(), map.get(name)?))
        })
    }
}

impl Module {
    pub(crate) fn of(text: &str, beside: &[&str], at: Option<(String, String)>) -> Self {
        let beside = beside.iter().flat_map(|text| hcl_resources(text)).collect();
        Self { at, own: hcl_resources(text), beside }
    }

    /// Resources of a type, of the file and beside it.
    pub(crate) fn of_type<'m>(
        &'m self,
        kind: &'m str,
    ) -> impl Iterator<Item = &'m HclResource> + 'm {
        self.own.iter().chain(&self.beside).filter(move |it| it.kind == kind)
    }
}

/// Whether a node refers to a resource: `!Ref A`, `{Ref: A}`.
pub(crate) fn refers_to(node: &Node, name: &str) -> bool {
    match &node.kind {
        source_text::Kind::Tagged(tag, inner) => tag == "Ref" && inner.as_str() == Some(name),
        source_text::Kind::Map(_) => {
            node.single().is_some_and(|(key, value)| key == "Ref" && value.as_str() == Some(name))
        }
        _ => false,
    }
}
