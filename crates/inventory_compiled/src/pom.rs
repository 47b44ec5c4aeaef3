//! `pom.xml` and the `pom.properties` inside jars. Source: the POM Reference.
//!
//! Only the file itself is read: a version that its parent or a property of elsewhere gives is unknown, and
//! the text that stands there is kept as what is wanted.

use std::collections::BTreeMap;

use component::{
    Component, ComponentKind, Ecosystem, EvidenceKind, Inventory, Origin, OriginKind, RemarkKind,
    Requirement, Scope, read_text,
};
use roxmltree::{Document, Node, ParsingOptions};

/// Most nodes of one document.
const MOST_NODES: u32 = 500_000;
/// Deepest nesting of elements; the parser goes down once for each.
const DEEPEST: usize = 100;
/// Properties that name others are followed so often.
const DEEPEST_PROPERTY: usize = 8;

pub(crate) fn read(path: &str, bytes: &[u8], into: &mut Inventory) {
    let Some(text) = read_text(path, bytes, into) else { return };
    if nesting(&text) > DEEPEST {
        let what = format!("elements are nested deeper than {DEEPEST}: the file is not read");
        return into.remark(path, None, RemarkKind::Unread, what);
    }
    let options = ParsingOptions { allow_dtd: false, nodes_limit: MOST_NODES };
    let document = match Document::parse_with_options(&text, options) {
        Ok(document) => document,
        Err(error) => {
            let line = Some(error.pos().row);
            return into.remark(path, line, RemarkKind::Unread, format!("no XML: {error}"));
        }
    };
    let root = document.root_element();
    let pom = Pom { properties: properties_of(root) };
    let own = |key: &str| {
        let parent = || child(root, "parent").and_then(|parent| word(parent, key));
        word(root, key).or_else(parent).map(|text| pom.fill(text))
    };
    let (group, artifact) = (own("groupId"), own("artifactId"));
    let name = format!("{}:{}", group.unwrap_or_default(), artifact.unwrap_or_default());
    let mut project = Component::new(Ecosystem::Maven, name.trim_matches(':'), own("version"))
        .seen(path, Some(1), EvidenceKind::Manifest);
    project.kind = ComponentKind::Project;
    let Some(project) = into.add(project) else { return };
    let managed: BTreeMap<String, String> = child(root, "dependencyManagement")
        .into_iter()
        .flat_map(dependencies)
        .filter_map(|node| Some((pom.name(node)?, pom.fill(word(node, "version")?))))
        .collect();
    for node in dependencies(root) {
        let line = document.text_pos_at(node.range().start).row;
        let Some(name) = pom.name(node) else {
            let what = "a dependency without group and artifact is left out";
            into.remark(path, Some(line), RemarkKind::Partial, what);
            continue;
        };
        let wanted = word(node, "version").map(|text| pom.fill(text));
        let wanted = wanted.or_else(|| managed.get(&name).cloned()).unwrap_or_default();
        let is_exact = !wanted.is_empty() && !wanted.contains(['$', '[', '(', ',']);
        let version = is_exact.then(|| wanted.clone());
        let mut component = Component::new(Ecosystem::Maven, name.clone(), version).seen(
            path,
            Some(line),
            EvidenceKind::Manifest,
        );
        component.scope = scope(node);
        component.direct = true;
        component.wanted = Some(wanted.clone());
        component.origin = Origin::of(OriginKind::Registry);
        let scope = component.scope;
        let Some(id) = into.add(component) else { return };
        into.require(project, Requirement { scope, ..Requirement::resolved(name, wanted, id) });
    }
}

/// How deep elements are nested. What is no XML is at least as deep to this as to a parser that stops there.
fn nesting(text: &str) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0_usize);
    let mut rest = text;
    while let Some((_, tag)) = rest.split_once('<') {
        let skipped = [("!--", "-->"), ("![CDATA[", "]]>"), ("?", "?>")]
            .into_iter()
            .find_map(|(start, end)| Some((tag.strip_prefix(start)?, end)));
        if let Some((inner, end)) = skipped {
            rest = inner.split_once(end).map_or("", |(_, after)| after);
            continue;
        }
        let mut quote = None;
        let end = tag.find(|c| match (quote, c) {
            (None, '>') => true,
            (None, '"' | '\'') => {
                quote = Some(c);
                false
            }
            (Some(open), c) if open == c => {
                quote = None;
                false
            }
            _ => false,
        });
        let (inner, after) = tag.split_at(end.unwrap_or(tag.len()));
        if inner.starts_with('/') {
            depth = depth.saturating_sub(1);
        } else if !inner.ends_with('/') {
            depth += 1;
            deepest = deepest.max(depth);
        }
        rest = after;
    }
    deepest
}

struct Pom {
    properties: BTreeMap<String, String>,
}

impl Pom {
    fn name(&self, node: Node<'_, '_>) -> Option<String> {
        let (group, artifact) = (word(node, "groupId")?, word(node, "artifactId")?);
        Some(format!("{}:{}", self.fill(group), self.fill(artifact)))
    }

    /// Puts properties in; those that are not known stay as they are written.
    fn fill(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for _ in 0..DEEPEST_PROPERTY {
            let Some((before, rest)) = text.split_once("${") else { break };
            let Some((key, after)) = rest.split_once('}') else { break };
            let Some(value) = self.properties.get(key) else { break };
            // A text that would grow without end is not followed.
            if value.len() > 200 {
                break;
            }
            text = format!("{before}{value}{after}");
        }
        text
    }
}

fn properties_of(root: Node<'_, '_>) -> BTreeMap<String, String> {
    let mut properties = BTreeMap::new();
    let own = child(root, "properties").into_iter().flat_map(|node| node.children());
    for property in own.filter(Node::is_element) {
        let value = property.text().unwrap_or_default().trim();
        properties.insert(property.tag_name().name().to_owned(), value.to_owned());
    }
    for key in ["groupId", "artifactId", "version"] {
        let parent = child(root, "parent").and_then(|parent| word(parent, key));
        if let Some(value) = word(root, key).or(parent) {
            properties.insert(format!("project.{key}"), value.to_owned());
        }
        if let Some(value) = parent {
            properties.insert(format!("project.parent.{key}"), value.to_owned());
        }
    }
    properties
}

fn child<'a, 'input>(node: Node<'a, 'input>, name: &str) -> Option<Node<'a, 'input>> {
    node.children().find(|child| child.tag_name().name() == name)
}

fn word<'a>(node: Node<'a, '_>, name: &str) -> Option<&'a str> {
    child(node, name).and_then(|node| node.text()).map(str::trim).filter(|it| !it.is_empty())
}

fn dependencies<'a, 'input>(
    node: Node<'a, 'input>,
) -> impl Iterator<Item = Node<'a, 'input>> + use<'a, 'input> {
    let list = child(node, "dependencies").into_iter().flat_map(|node| node.children());
    list.filter(|node| node.tag_name().name() == "dependency")
}

fn scope(node: Node<'_, '_>) -> Scope {
    match word(node, "scope") {
        Some("test") => Scope::Development,
        Some("provided" | "system") => Scope::Peer,
        _ if word(node, "optional") == Some("true") => Scope::Optional,
        _ => Scope::Runtime,
    }
}

pub(crate) fn read_properties(path: &str, bytes: &[u8], into: &mut Inventory) {
    let Some(text) = read_text(path, bytes, into) else { return };
    let value = |key: &str| {
        let lines = text.lines().filter_map(|line| line.split_once('='));
        lines.filter(|(name, _)| name.trim() == key).map(|(_, value)| value.trim()).next_back()
    };
    let (Some(group), Some(artifact)) = (value("groupId"), value("artifactId")) else {
        let what = "the file names no group and artifact";
        return into.remark(path, None, RemarkKind::Unread, what);
    };
    let version = value("version").map(str::to_owned);
    let mut component = Component::new(Ecosystem::Maven, format!("{group}:{artifact}"), version)
        .seen(path, None, EvidenceKind::Installed);
    component.scope = Scope::Runtime;
    into.add(component);
}
