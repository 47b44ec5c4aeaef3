//! Resources: names, ids, bodies.

use source_text::{Kind, Map, Node};
use tree_sitter::Node as Source;

use crate::{
    compiler::Unit,
    expression::{Names, open},
    literal::{self, quoted},
    operators::{self, Expr},
    symbols::{Resource, Sort},
    tree::children,
};

/// Parents of parents at most.
const MAX_PARENTS: usize = 10;

/// Functions that stand for what has an id.
const SCOPES: [&str; 3] = ["subscription(", "resourceGroup(", "managementGroup("];

/// Keys of a body that say how a resource is deployed, or that are compiled apart.
const LEFT_OUT: [&str; 5] = ["name", "parent", "scope", "dependsOn", "params"];

impl<'t> Unit<'_, 't> {
    /// A key at the top of a body.
    pub(crate) fn top(&self, resource: &Resource<'t>, name: &str) -> Option<Source<'t>> {
        children(resource.body?).into_iter().find_map(|property| {
            let [key, value] = children(property).try_into().ok()?;
            let written = match key.kind() {
                "string" => literal::plain(self.source, key)?,
                _ => self.source.of(key).to_owned(),
            };
            (written == name).then_some(value)
        })
    }

    /// The parent of a resource: that in whose body it stands, or which it names.
    fn parent(
        &self,
        resource: &Resource<'t>,
        names: &Names,
    ) -> Option<(&Resource<'t>, Option<String>)> {
        if let Some(key) = &resource.inside {
            return Some((self.symbols.find(key)?, None));
        }
        let value = self.top(resource, "parent")?;
        self.named(&operators::read(self.source, value)?, names)
    }

    /// The resource that a plain reference names: `x`, `x::y`, `x[i]`.
    fn named(
        &self,
        expression: &Expr<'t>,
        names: &Names,
    ) -> Option<(&Resource<'t>, Option<String>)> {
        match expression {
            Expr::Leaf(node) => {
                let name = self.source.of(*node);
                let is_resource = self.symbols.known.get(name) == Some(&Sort::Resource);
                Some((self.symbols.find(name).filter(|_| is_resource)?, None))
            }
            Expr::Index(object, index, _) => {
                let (found, _) = self.named(object, names)?;
                Some((found, Some(self.text(*index, names))))
            }
            Expr::Child(object, name) => {
                let (found, index) = self.named(object, names)?;
                let key = format!("{}::{}", found.key, self.source.of(*name));
                Some((self.symbols.find(&key)?, index))
            }
            _ => None,
        }
    }

    /// The names in which an expression of a resource stands: its loop at an index.
    fn names_at(&self, resource: &Resource<'t>, index: Option<&str>) -> Names {
        let names = Names::default();
        match (resource.around, index) {
            (Some(one), Some(index)) => self.item_at(index, one, &names),
            (Some(one), None) => self.looped(&resource.key, one, &names),
            (None, _) => match resource.inside.as_deref().and_then(|key| self.symbols.find(key)) {
                Some(parent) if resource.inside.is_some() && parent.around.is_some() => {
                    self.names_at(parent, index)
                }
                _ => names,
            },
        }
    }

    /// The names of the parents and of the resource, as expressions.
    pub(crate) fn segments(
        &self,
        resource: &Resource<'t>,
        index: Option<&str>,
        depth: usize,
    ) -> Vec<String> {
        let key = (resource.key.clone(), index.map(str::to_owned));
        if let Some(known) = self.names.borrow().get(&key) {
            return known.clone();
        }
        // One that names itself finds this.
        let unknown = vec![open("name")];
        if depth > MAX_PARENTS || !self.charge(1) {
            return unknown;
        }
        self.names.borrow_mut().insert(key.clone(), unknown);
        let names = self.names_at(resource, index);
        let own = match self.top(resource, "name") {
            Some(value) => self.text(value, &names),
            None => quoted(&resource.key),
        };
        let mut parts = match self.parent(resource, &names) {
            Some((parent, index)) => self.segments(parent, index.as_deref(), depth + 1),
            None => Vec::new(),
        };
        parts.push(own);
        self.names.borrow_mut().insert(key, parts.clone());
        parts
    }

    /// The id of a resource, as an expression.
    pub(crate) fn id(&self, resource: &Resource<'t>, index: Option<&str>) -> String {
        let function = match resource.type_.as_str() {
            "Microsoft.Resources/resourceGroups" => "subscriptionResourceId",
            "Microsoft.Management/managementGroups" => "tenantResourceId",
            _ => "resourceId",
        };
        let parts = self.segments(resource, index, 0).join(", ");
        format!("{function}({}, {parts})", quoted(&resource.type_))
    }

    /// All resources and modules, by their keys.
    pub(crate) fn resources(&self) -> Map {
        let mut made = Map::new();
        for resource in &self.symbols.resources {
            let body = if resource.is_module {
                self.module(resource)
            } else {
                Some(self.resource_body(resource))
            };
            if let Some(body) = body {
                let place = self.source.place(resource.name);
                made.insert_at(resource.key.as_str(), place, body);
            }
        }
        made
    }

    fn resource_body(&self, resource: &Resource<'t>) -> Node {
        let place = self.source.place(resource.node);
        let names = self.names_at(resource, None);
        let mut map = Map::new();
        if resource.is_existing {
            map.insert("existing", Node::bool(place, true));
        }
        map.insert("type", Node::text(place, resource.type_.as_str()));
        map.insert("apiVersion", Node::text(place, resource.version.as_str()));
        map.insert("name", self.name_of(resource));
        if let Some((scope, text)) = self.scope_of(resource, &names) {
            map.insert("scope", Node::text(scope.map_or(place, |it| self.source.place(it)), text));
        }
        self.around(resource, &mut map);
        if let Some(body) = resource.body {
            for (key, entry) in self.object(body, &names).into_entries() {
                if !LEFT_OUT.contains(&key.as_str()) {
                    map.insert_at(key, entry.key_place, entry.value);
                }
            }
        }
        Node::new(place, Kind::Map(map))
    }

    /// On what a resource is deployed, where that is not the group around it.
    fn scope_of(
        &self,
        resource: &Resource<'t>,
        names: &Names,
    ) -> Option<(Option<Source<'t>>, String)> {
        let Some(scope) = self.top(resource, "scope") else {
            let is_extension = resource.type_.starts_with("Microsoft.Authorization/");
            let target = self.symbols.target.as_deref().filter(|_| is_extension)?;
            let text = match target {
                "subscription" => "[subscription().id]",
                "managementGroup" => "[managementGroup().id]",
                "tenant" => "/",
                _ => return None,
            };
            return Some((None, text.to_owned()));
        };
        let expression = operators::read(self.source, scope)?;
        let text = match self.named(&expression, names) {
            Some((owner, _)) if owner.is_module => return None,
            Some((owner, index)) => format!("[{}]", self.id(owner, index.as_deref())),
            None => match self.text(scope, names) {
                text if text.starts_with("tenant(") => "/".to_owned(),
                text if SCOPES.iter().any(|it| text.starts_with(it)) => format!("[{text}.id]"),
                text => format!("[{text}]"),
            },
        };
        Some((Some(scope), text))
    }

    /// The whole name, parents before it.
    pub(crate) fn name_of(&self, resource: &Resource<'t>) -> Node {
        let written = self.top(resource, "name");
        let place = written.map_or(self.source.place(resource.name), |it| self.source.place(it));
        let parts = self.segments(resource, None, 0);
        let pattern: Vec<String> = (0..parts.len()).map(|at| format!("{{{at}}}")).collect();
        if parts.len() > 1 {
            let text = format!("[format('{}', {})]", pattern.join("/"), parts.join(", "));
            return Node::text(place, text);
        }
        match written {
            Some(value) => self.value(value, &self.names_at(resource, None)),
            None => Node::text(place, resource.key.as_str()),
        }
    }

    /// The condition and the loop of a resource; of one within another, those of that one, too.
    pub(crate) fn around(&self, resource: &Resource<'t>, map: &mut Map) {
        let names = self.names_at(resource, None);
        let mut conditions = Vec::new();
        let mut place = None;
        let mut loops = None;
        let mut at = Some(resource);
        for _ in 0..MAX_PARENTS {
            let Some(one) = at else { break };
            if let Some(condition) = one.condition {
                conditions.push(self.text(condition, &names));
                place = place.or(Some(self.source.place(condition)));
            }
            loops = loops.or(one.around.map(|it| (one.key.clone(), it)));
            at = one.inside.as_deref().and_then(|key| self.symbols.find(key));
        }
        if let Some(place) = place {
            let text = match conditions.as_slice() {
                [only] => format!("[{only}]"),
                all => format!("[and({})]", all.join(", ")),
            };
            map.insert("condition", Node::text(place, text));
        }
        if let Some((key, one)) = loops {
            let place = self.source.place(one.over);
            let pairs =
                [("name", Node::text(place, key)), ("count", self.count(one, &Names::default()))];
            map.insert("copy", Node::map(place, pairs));
        }
    }
}
