//! From the tables to a template: parameters, the resource, what hangs on it, outputs.

use std::{collections::BTreeSet, fmt::Write as _};

use source_text::{Kind, Map, Node, Place, SmolStr};

use super::{
    Given, Made, SHAPES,
    tables::{Child, Module, Otherwise, SILENT, Turn},
};
use crate::literal::quoted;

const SCHEMA: &str =
    "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#";
const VERSION: &str = "2024-01-01";
/// Instances that one user-assigned identity list has at most.
const MAX_IDENTITIES: usize = 20;

struct Build<'g> {
    given: Given<'g>,
    /// Symbolic name of the module's resource.
    symbol: &'g str,
    type_: &'static str,
    resources: Map,
    outputs: Map,
    /// Parameters that expressions name.
    declared: BTreeSet<SmolStr>,
}

/// A module of the tables.
pub(super) fn template(module: &'static Module, given: Given<'_>) -> Made {
    let symbol = module.name.rsplit('/').next().unwrap_or(module.name);
    let mut build = Build::new(given, symbol, module.type_);
    let mut entries = build.entries(&SHAPES);
    entries.extend(build.entries(module.turns));
    build.resource(entries);
    for child in module.children {
        build.child(child);
    }
    for (list, below) in module.diagnostics {
        build.diagnostics(list, below);
    }
    build.roles();
    build.outputs(module.outputs);
    let is_read = |name: &str| {
        let turns = SHAPES.iter().chain(module.turns);
        turns.into_iter().any(|turn| turn.parameter == name)
            || module.children.iter().any(|child| child.parameter == name)
            || SILENT.contains(&name)
    };
    build.made(is_read)
}

/// A module of which only the resource is told.
pub(super) fn neighbour(name: &str, type_: &'static str, given: Given<'_>) -> Made {
    let symbol = name.rsplit('/').next().unwrap_or(name);
    let mut build = Build::new(given, symbol, type_);
    let mut entries = build.entries(&SHAPES);
    entries.push((vec!["properties"], build.text("", "moduleDefault('properties')")));
    build.resource(entries);
    build.outputs(&[]);
    build.made(|_| true)
}

/// The module that gives a principal a role on a resource.
pub(super) fn assignment(given: Given<'_>) -> Made {
    const PARAMETERS: [(&str, &str); 4] = [
        ("principalId", "properties.principalId"),
        ("roleDefinitionId", "properties.roleDefinitionId"),
        ("principalType", "properties.principalType"),
        ("resourceId", "scope"),
    ];
    let type_ = "Microsoft.Authorization/roleAssignments";
    let mut build = Build::new(given, "resource-role-assignment", type_);
    let mut entries = vec![(vec!["name"], Node::text(given.place, "role"))];
    for (parameter, path) in PARAMETERS {
        let turn =
            Turn { parameter, path, made: None, otherwise: Otherwise::Is("moduleDefault('x')") };
        entries.extend(build.entry(&turn));
    }
    build.resource(entries);
    build.made(|_| true)
}

type Entry = (Vec<&'static str>, Node);

impl<'g> Build<'g> {
    fn new(given: Given<'g>, symbol: &'g str, type_: &'static str) -> Self {
        Self {
            given,
            symbol,
            type_,
            resources: Map::new(),
            outputs: Map::new(),
            declared: BTreeSet::new(),
        }
    }

    /// An expression that stands where a parameter is given, or where the module is called.
    fn text(&mut self, parameter: &str, expression: &str) -> Node {
        for (at, _) in expression.match_indices("parameters('") {
            let rest = expression.get(at + "parameters('".len()..).unwrap_or_default();
            self.declared.extend(rest.split_once('\'').map(|(name, _)| SmolStr::new(name)));
        }
        Node::text(self.place(parameter), format!("[{expression}]"))
    }

    fn is_given(&self, parameter: &str) -> bool {
        self.given.parameters.contains(parameter)
    }

    fn place(&self, parameter: &str) -> Place {
        self.given.parameters.get(parameter).map_or(self.given.place, |node| node.place)
    }

    fn entries(&mut self, turns: &[Turn]) -> Vec<Entry> {
        turns.iter().filter_map(|turn| self.entry(turn)).collect()
    }

    fn entry(&mut self, turn: &Turn) -> Option<Entry> {
        if turn.path.is_empty() {
            return None;
        }
        let own = format!("parameters({})", quoted(turn.parameter));
        let expression = match (self.is_given(turn.parameter), turn.otherwise) {
            (true, _) => turn.made.unwrap_or(&own).to_owned(),
            (false, _) if self.given.is_open => {
                format!("moduleDefault({})", quoted(turn.parameter))
            }
            (false, Otherwise::Absent) => return None,
            (false, Otherwise::Is(written)) => written.to_owned(),
        };
        let node = self.text(turn.parameter, &expression);
        Some((turn.path.split('.').collect(), node))
    }

    /// The resource of the module.
    fn resource(&mut self, mut entries: Vec<Entry>) {
        entries.extend(self.identity().map(|identity| (vec!["identity"], identity)));
        let symbol = SmolStr::new(self.symbol);
        self.add(&symbol, self.type_, self.given.place, entries);
    }

    fn add(&mut self, symbol: &str, type_: &str, place: Place, mut entries: Vec<Entry>) {
        entries.push((vec!["type"], Node::text(place, type_)));
        entries.push((vec!["apiVersion"], Node::text(place, VERSION)));
        let body = grouped(place, entries);
        self.resources.insert_at(symbol, place, body);
    }

    /// `managedIdentities: {systemAssigned, userAssignedResourceIds}`.
    fn identity(&mut self) -> Option<Node> {
        let name = "managedIdentities";
        if !self.is_given(name) {
            return self.given.is_open.then(|| self.text("", "moduleDefault('identity')"));
        }
        let value = self.given.parameters.get(name)?.get("value");
        let written = value.and_then(Node::as_map);
        let list = "tryGet(parameters('managedIdentities'), 'userAssignedResourceIds')";
        let is_own = "coalesce(tryGet(parameters('managedIdentities'), 'systemAssigned'), false())";
        let type_ = match written {
            Some(map) if !map.contains("userAssignedResourceIds") => {
                format!("if({is_own}, 'SystemAssigned', 'None')")
            }
            _ => format!(
                "if({is_own}, if(empty({list}), 'SystemAssigned', 'SystemAssigned, UserAssigned'), \
                 if(empty({list}), 'None', 'UserAssigned'))"
            ),
        };
        let place = self.place(name);
        let mut pairs = vec![("type", self.text(name, &type_))];
        let ids = written.and_then(|map| map.get("userAssignedResourceIds"));
        let count = match (written, ids) {
            (Some(_), None) => 0,
            (_, Some(ids)) => ids.as_list().map_or(1, <[Node]>::len),
            (None, None) => 1,
        };
        let mut users = Map::new();
        for index in 0..count.min(MAX_IDENTITIES) {
            let key = format!("[parameters('managedIdentities').userAssignedResourceIds[{index}]]");
            users.insert_at(key, place, Node::new(place, Kind::Map(Map::new())));
        }
        self.declared.insert(SmolStr::new(name));
        if !users.is_empty() {
            pairs.push(("userAssignedIdentities", Node::new(place, Kind::Map(users))));
        }
        Some(Node::map(place, pairs))
    }

    /// What a list, or a mapping, in a parameter makes below the resource.
    fn child(&mut self, child: &Child) {
        if !self.is_given(child.parameter) {
            return;
        }
        let kind = child.type_.rsplit('/').next().unwrap_or(child.type_);
        let symbol = format!("{kind}({})", child.parameter);
        let item = child.list.map(|list| format!("{list}[copyIndex({})]", quoted(&symbol)));
        let mut name = format!("format({}, parameters('name')", quoted(child.name));
        if let Some(item) = &item {
            let _ = write!(name, ", {item}.name");
        }
        name.push(')');
        let mut entries = vec![(vec!["name"], self.text(child.parameter, &name))];
        for (path, expression) in child.body {
            let expression = expression.replace("ITEM", item.as_deref().unwrap_or_default());
            let node = self.text(child.parameter, &expression);
            entries.push((path.split('.').collect(), node));
        }
        if let Some(list) = child.list {
            entries.push((vec!["copy"], self.copy(child.parameter, &symbol, list)));
        }
        self.add(&symbol, child.type_, self.place(child.parameter), entries);
    }

    fn copy(&mut self, parameter: &str, name: &str, list: &str) -> Node {
        let place = self.place(parameter);
        let count = self.text(parameter, &format!("length(coalesce({list}, createArray()))"));
        Node::map(place, [("name", Node::text(place, name)), ("count", count)])
    }

    /// Where logs go.
    fn diagnostics(&mut self, list: &str, below: &str) {
        let parameter = list.split('\'').nth(1).unwrap_or_default().to_owned();
        if !self.is_given(&parameter) {
            return;
        }
        let symbol = format!("diagnosticSettings({})", below.split('/').next().unwrap_or_default());
        let item = format!("{list}[copyIndex({})]", quoted(&symbol));
        let logs = format!(
            "coalesce(tryGet({item}, 'logCategoriesAndGroups'), \
             createArray(createObject('categoryGroup', 'allLogs', 'enabled', true())))"
        );
        let place = self.place(&parameter);
        let of_log = |key: &str| format!("tryGet({logs}[copyIndex('logs')], '{key}')");
        let input = [
            ("category", self.text(&parameter, &of_log("category"))),
            ("categoryGroup", self.text(&parameter, &of_log("categoryGroup"))),
            ("enabled", self.text(&parameter, &format!("coalesce({}, true())", of_log("enabled")))),
        ];
        let copy = Node::map(
            place,
            [
                ("name", Node::text(place, "logs")),
                ("count", self.text(&parameter, &format!("length({logs})"))),
                ("input", Node::map(place, input)),
            ],
        );
        let scope = match below.split_once('/') {
            Some((kind, name)) => {
                format!("resourceId('{}/{kind}', parameters('name'), '{name}')", self.type_)
            }
            None => format!("resourceId('{}', parameters('name'))", self.type_),
        };
        let name = format!("coalesce(tryGet({item}, 'name'), 'diagnosticSettings')");
        let mut entries = vec![
            (vec!["name"], self.text(&parameter, &name)),
            (vec!["scope"], self.text(&parameter, &scope)),
            (vec!["properties", "copy"], Node::list(place, vec![copy])),
            (vec!["copy"], self.copy(&parameter, &symbol, list)),
        ];
        for (key, given) in [
            ("workspaceId", "workspaceResourceId"),
            ("storageAccountId", "storageAccountResourceId"),
            ("eventHubAuthorizationRuleId", "eventHubAuthorizationRuleResourceId"),
        ] {
            let value = self.text(&parameter, &format!("tryGet({item}, '{given}')"));
            entries.push((vec!["properties", key], value));
        }
        self.add(&symbol, "Microsoft.Insights/diagnosticSettings", place, entries);
    }

    /// Roles on the resource.
    fn roles(&mut self) {
        let parameter = "roleAssignments";
        if !self.is_given(parameter) {
            return;
        }
        let item = "parameters('roleAssignments')[copyIndex('roleAssignments')]";
        let scope = format!("resourceId('{}', parameters('name'))", self.type_);
        let mut entries = vec![
            (vec!["name"], self.text(parameter, &format!("{item}.principalId"))),
            (vec!["scope"], self.text(parameter, &scope)),
            (vec!["copy"], self.copy(parameter, parameter, "parameters('roleAssignments')")),
        ];
        for (key, given) in [
            ("roleDefinitionId", "roleDefinitionIdOrName"),
            ("principalId", "principalId"),
            ("principalType", "principalType"),
        ] {
            let value = self.text(parameter, &format!("tryGet({item}, '{given}')"));
            entries.push((vec!["properties", key], value));
        }
        let place = self.place(parameter);
        self.add(parameter, "Microsoft.Authorization/roleAssignments", place, entries);
    }

    fn outputs(&mut self, own: &[(&str, &str)]) {
        let reference = format!("reference({}", quoted(self.symbol));
        let common = [
            ("resourceId", format!("resourceId('{}', parameters('name'))", self.type_)),
            ("name", "parameters('name')".to_owned()),
            ("resourceGroupName", "resourceGroup().name".to_owned()),
            ("location", "resourceGroup().location".to_owned()),
            (
                "systemAssignedMIPrincipalId",
                format!("{reference}, '{VERSION}', 'full').identity.principalId"),
            ),
        ];
        let own = own.iter().map(|(name, path)| (*name, format!("{reference}).{path}")));
        for (name, expression) in common.into_iter().chain(own) {
            let value = self.text("", &expression);
            let place = value.place;
            self.outputs.insert_at(name, place, Node::map(place, [("value", value)]));
        }
    }

    fn made(self, is_read: impl Fn(&str) -> bool) -> Made {
        let place = self.given.place;
        let given = self.given.parameters;
        let mut parameters = Map::new();
        let named = given.keys().cloned().chain(self.declared);
        for name in named.collect::<BTreeSet<_>>() {
            let open = self.given.is_open && !given.contains(&name);
            let default = if open {
                Node::text(place, format!("[moduleDefault({})]", quoted(&name)))
            } else {
                Node::null(place)
            };
            let declared = [("type", Node::text(place, "object")), ("defaultValue", default)];
            parameters.insert_at(name, place, Node::map(place, declared));
        }
        let map = |map: Map| Node::new(place, Kind::Map(map));
        let template = Node::map(
            place,
            [
                ("$schema", Node::text(place, SCHEMA)),
                ("languageVersion", Node::text(place, "2.0")),
                ("parameters", map(parameters)),
                ("resources", map(self.resources)),
                ("outputs", map(self.outputs)),
            ],
        );
        let unread = given.entries().filter(|(name, _)| !is_read(name));
        let unread = unread.map(|(name, entry)| (name.clone(), entry.key_place)).collect();
        Made { template, unread }
    }
}

/// A mapping of mappings out of paths; what stands first at a path stays.
fn grouped(place: Place, entries: Vec<Entry>) -> Node {
    let mut map = Map::new();
    let mut below: Vec<(&'static str, Vec<Entry>)> = Vec::new();
    for (path, node) in entries {
        match path.split_first() {
            Some((key, [])) if !map.contains(key) => {
                map.insert_at(*key, node.place, node);
            }
            Some((key, rest)) if !rest.is_empty() => {
                let entry = (rest.to_vec(), node);
                match below.iter_mut().find(|(known, _)| known == key) {
                    Some((_, found)) => found.push(entry),
                    None => below.push((*key, vec![entry])),
                }
            }
            _ => {}
        }
    }
    for (key, entries) in below {
        if !map.contains(key) {
            map.insert_at(key, place, grouped(place, entries));
        }
    }
    Node::new(place, Kind::Map(map))
}
