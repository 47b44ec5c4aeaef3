//! Which resources the templates declare: names, types, loops, children, nested deployments.

use std::collections::HashSet;

use source_text::{Diagnostic, Map, Node, Place, SmolStr};

use crate::{
    shape::{as_object, rendered, segments},
    types,
    world::{Context, Frame, Loops, World, shown},
};

/// Resources at most in a document; a template of Resource Manager has 800.
const MAX_RESOURCES: usize = 5_000;
/// Nested deployments at most, and how deep.
const MAX_FRAMES: usize = 200;
const MAX_NESTING: usize = 8;
/// Deepest nesting of children in their parents; the longest types have five levels.
const MAX_CHILDREN: usize = 8;

pub(crate) const DEPLOYMENT: &str = "Microsoft.Resources/deployments";

/// A resource, one instance of its loop.
#[derive(Clone, Debug)]
pub(crate) struct Declared<'d> {
    /// Logical id in the carrier.
    pub(crate) id: SmolStr,
    /// Name in a template with symbolic names.
    pub(crate) symbol: Option<SmolStr>,
    /// Whole type in its usual spelling.
    pub(crate) type_name: SmolStr,
    /// Whole name, with the names of its parents, as text: `app/web`, `${siteName}/web`.
    pub(crate) name: String,
    pub(crate) node: &'d Node,
    /// Where its name is written.
    pub(crate) place: Place,
    pub(crate) loops: Loops,
    /// Logical id of the resource that it belongs to.
    pub(crate) parent: Option<SmolStr>,
    /// Whether it hangs on the parent as an extension, and not as a child.
    pub(crate) is_extension: bool,
    /// Whether it stands elsewhere and is only named here.
    pub(crate) is_existing: bool,
    /// Of a nested deployment with a template: its frame.
    pub(crate) frame: Option<usize>,
    /// Resources, from the outside in, whose conditions hold for it, too.
    pub(crate) around: Vec<&'d Node>,
}

/// Declares everything, nested templates after those around them.
pub(crate) fn declare<'d>(world: &mut World<'d>, document: &'d Node) {
    world.frames.push(Frame {
        template: document,
        outer: None,
        given: None,
        is_transparent: false,
        prefix: String::new(),
        resources: Vec::new(),
    });
    let mut ids = HashSet::new();
    let mut total = 0;
    let mut index = 0;
    while index < world.frames.len() {
        let mut resources = Walk { world, frame: index, found: Vec::new() }.resources();
        let left = MAX_RESOURCES.saturating_sub(total);
        if resources.len() > left {
            let message = format!("only the first {MAX_RESOURCES} resources were looked at");
            world.report(Diagnostic::error(document.place, message));
            resources.truncate(left);
        }
        total += resources.len();
        name_all(&mut resources, world, index, &mut ids);
        for resource in &mut resources {
            open_frame(world, index, resource);
        }
        if let Some(frame) = world.frames.get_mut(index) {
            frame.resources = resources;
        }
        index += 1;
    }
}

/// Makes a frame of a deployment that holds its template.
fn open_frame<'d>(world: &mut World<'d>, index: usize, resource: &mut Declared<'d>) {
    if resource.type_name != DEPLOYMENT || resource.is_existing {
        return;
    }
    let Some(properties) = resource.node.get("properties") else { return };
    let Some(template) = properties.get("template").filter(|it| it.as_map().is_some()) else {
        world.report_linked(resource.place, &resource.name);
        return;
    };
    let mut nesting = 0;
    let mut at = index;
    while let Some((outer, _)) = world.frames.get(at).and_then(|frame| frame.outer.as_ref()) {
        nesting += 1;
        at = *outer;
    }
    if world.frames.len() >= MAX_FRAMES || nesting >= MAX_NESTING {
        let message = format!(
            "the template of the deployment `{}` was not looked at: templates are nested too deep \
             or too often",
            shown(&resource.name)
        );
        world.report(Diagnostic::error(resource.place, message));
        return;
    }
    let scope = properties.at(&["expressionEvaluationOptions", "scope"]).and_then(Node::as_str);
    let is_transparent = !scope.is_some_and(|it| it.eq_ignore_ascii_case("inner"));
    resource.frame = Some(world.frames.len());
    world.frames.push(Frame {
        template,
        outer: Some((index, resource.loops.clone())),
        given: properties.get("parameters").and_then(Node::as_map),
        is_transparent,
        prefix: format!("{}.", resource.id),
        resources: Vec::new(),
    });
}

/// Gives each resource its logical id, unlike all others, and its parent.
fn name_all(
    resources: &mut [Declared<'_>],
    world: &World<'_>,
    frame: usize,
    ids: &mut HashSet<SmolStr>,
) {
    let prefix = world.frames.get(frame).map_or("", |frame| frame.prefix.as_str());
    for resource in resources.iter_mut() {
        let own = resource.symbol.as_deref().unwrap_or(&resource.name);
        let mut id = SmolStr::new(format!("{prefix}{own}"));
        if ids.contains(&id) {
            let kind = resource.type_name.rsplit('/').next().unwrap_or_default();
            id = SmolStr::new(format!("{prefix}{own} ({kind})"));
        }
        let base = id.clone();
        for number in 2_u32.. {
            if ids.insert(id.clone()) {
                break;
            }
            id = SmolStr::new(format!("{base} #{number}"));
        }
        resource.id = id;
    }
    let known: Vec<(SmolStr, String, SmolStr)> =
        resources.iter().map(|it| (it.type_name.clone(), it.name.clone(), it.id.clone())).collect();
    for resource in resources.iter_mut() {
        let (kind, name) = match &resource.parent {
            // So far the parent is named by its type; its name stands before the last slash.
            Some(kind) => (kind.as_str(), parent_name(&resource.name, resource.is_extension)),
            None => match resource.type_name.rsplit_once('/') {
                Some((kind, _)) if kind.contains('/') => (kind, parent_name(&resource.name, false)),
                _ => continue,
            },
        };
        let found = known
            .iter()
            .find(|(type_name, known, _)| type_name.eq_ignore_ascii_case(kind) && *known == name);
        resource.parent = found.map(|(_, _, id)| id.clone());
    }
}

/// The name of the parent in a whole name; an extension has the provider in its own.
fn parent_name(name: &str, is_extension: bool) -> String {
    let mut parts = segments(name);
    parts.pop();
    if is_extension {
        parts.retain(|part| !part.starts_with("Microsoft."));
    }
    parts.join("/")
}

struct Walk<'w, 'd> {
    world: &'w World<'d>,
    frame: usize,
    found: Vec<Declared<'d>>,
}

/// Whose child a resource is.
#[derive(Clone, Default)]
struct Around<'d> {
    type_name: SmolStr,
    name: String,
    loops: Loops,
    nodes: Vec<&'d Node>,
}

impl<'d> Walk<'_, 'd> {
    fn resources(mut self) -> Vec<Declared<'d>> {
        let template = self.world.frames.get(self.frame).map(|frame| frame.template);
        if let Some(resources) = template.and_then(|it| it.get("resources")) {
            self.all(resources, &Around::default());
        }
        self.found
    }

    /// A list, or a mapping by symbolic names.
    fn all(&mut self, resources: &'d Node, around: &Around<'d>) {
        if around.nodes.len() > MAX_CHILDREN {
            let message = "resources nested this deep were not looked at";
            self.world.report(Diagnostic::error(resources.place, message));
            return;
        }
        if let Some(items) = resources.as_list() {
            for node in items {
                self.one(node, None, around);
            }
        } else if let Some(map) = resources.as_map() {
            for (symbol, entry) in map.entries() {
                self.one(&entry.value, Some((symbol, entry.key_place)), around);
            }
        } else if !resources.is_null() {
            let message = format!(
                "`resources` must be a list or a mapping, but is {}; nothing in it was looked at",
                resources.kind_name()
            );
            self.world.report(Diagnostic::error(resources.place, message));
        }
    }

    fn one(&mut self, node: &'d Node, symbol: Option<(&SmolStr, Place)>, around: &Around<'d>) {
        let Some(map) = as_object(node) else {
            let message = format!("a resource must be a mapping, but is {}", node.kind_name());
            self.world.report(Diagnostic::error(node.place, message));
            return;
        };
        let copy = map.get("copy").filter(|it| it.as_map().is_some());
        let context = Context::new(self.frame, &around.loops);
        let count = copy.map_or(1, |copy| self.world.count(copy, context));
        for index in 0..count {
            if self.found.len() > MAX_RESOURCES {
                return;
            }
            let mut loops = around.loops.clone();
            if let Some(copy) = copy {
                let name = copy.get("name").map(rendered).unwrap_or_default();
                loops.push((name.into(), index));
            }
            let symbol = symbol.map(|(name, place)| match copy {
                Some(_) => (SmolStr::new(format!("{name}[{index}]")), place),
                None => (name.clone(), place),
            });
            self.instance(node, map, symbol, around, loops);
        }
    }

    fn instance(
        &mut self,
        node: &'d Node,
        map: &'d Map,
        symbol: Option<(SmolStr, Place)>,
        around: &Around<'d>,
        loops: Loops,
    ) {
        let context = Context::new(self.frame, &loops);
        let Some(kind) = map.get("type") else {
            let message = "this resource has no `type` and was not looked at";
            self.world.report(Diagnostic::error(node.place, message));
            return;
        };
        let kind = rendered(&self.world.value(kind, context));
        let own = map.get("name").map(|name| self.world.value(name, context));
        let own = own.as_ref().map(rendered).unwrap_or_default();
        let is_inner = !around.nodes.is_empty();
        let is_whole = kind.split('/').next().is_some_and(|first| first.contains('.'));
        let whole = match (is_inner, is_whole) {
            (true, false) => format!("{}/{kind}", around.type_name),
            _ => kind,
        };
        let name = if is_inner { format!("{}/{own}", around.name) } else { own };
        let (type_name, of) = match extension(&whole, &name) {
            Some((type_name, of)) => (type_name, Some(of)),
            None if is_inner && is_whole && !whole.starts_with(around.type_name.as_str()) => {
                (whole, Some(around.type_name.clone()))
            }
            None => (whole, None),
        };
        let type_name = types::usual(&type_name);
        let place = match &symbol {
            Some((_, place)) => *place,
            None => map.get("name").map_or(node.place, |name| name.place),
        };
        let declared = Declared {
            id: SmolStr::default(),
            symbol: symbol.map(|(name, _)| name),
            type_name: type_name.clone(),
            name: name.clone(),
            node,
            place,
            loops: loops.clone(),
            is_extension: of.is_some(),
            parent: of,
            is_existing: map.get("existing").and_then(Node::as_bool) == Some(true),
            frame: None,
            around: around.nodes.clone(),
        };
        self.found.push(declared);
        if let Some(children) = map.get("resources") {
            let mut nodes = around.nodes.clone();
            nodes.push(node);
            self.all(children, &Around { type_name, name, loops, nodes });
        }
    }
}

/// Of `Microsoft.Storage/storageAccounts/providers/roleAssignments` with the name
/// `orders/Microsoft.Authorization/1`: the type of the extension, and the type that it extends.
fn extension(kind: &str, name: &str) -> Option<(String, SmolStr)> {
    let at = kind.to_ascii_lowercase().find("/providers/")?;
    let own = kind.get(at + "/providers/".len()..)?;
    let provider =
        segments(name).into_iter().rev().find(|part| part.starts_with("Microsoft."))?.to_owned();
    Some((format!("{provider}/{own}"), SmolStr::new(kind.get(..at)?)))
}
