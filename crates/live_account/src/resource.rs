//! Resources of an account while they are put together.

use std::collections::{HashMap, HashSet};

use source_text::{Map, Node, Place, SmolStr};

/// One resource.
#[derive(Debug)]
pub(crate) struct Resource {
    pub(crate) type_: &'static str,
    /// Name in the template.
    pub(crate) logical: SmolStr,
    /// Name in the account; empty when it has none.
    pub(crate) name: SmolStr,
    /// `None` where the service is global.
    pub(crate) region: Option<SmolStr>,
    pub(crate) place: Place,
    /// ARN, address, id and name: what questions and values call it by.
    pub(crate) ids: Vec<SmolStr>,
    /// The resource that it belongs to.
    pub(crate) parent: Option<usize>,
    pub(crate) properties: Map,
    /// What only a live account tells, by name.
    pub(crate) live: Map,
}

impl Resource {
    pub(crate) fn new(type_: &'static str, place: Place) -> Self {
        Self {
            type_,
            logical: SmolStr::default(),
            name: SmolStr::default(),
            region: None,
            place,
            ids: Vec::new(),
            parent: None,
            properties: Map::new(),
            live: Map::new(),
        }
    }

    /// The ARN among its ids.
    pub(crate) fn arn(&self) -> Option<&SmolStr> {
        self.ids.iter().find(|id| id.starts_with("arn:"))
    }
}

/// All resources of an account.
#[derive(Debug, Default)]
pub(crate) struct Resources {
    pub(crate) all: Vec<Resource>,
    by_id: HashMap<SmolStr, Vec<usize>>,
    /// Every name in a template that is given already.
    logical: HashSet<SmolStr>,
    /// Those of what is global.
    global: HashMap<SmolStr, usize>,
}

impl Resources {
    /// The resource of a type that is called `id` in a region.
    pub(crate) fn find(&self, type_: &str, id: &str, region: Option<&SmolStr>) -> Option<usize> {
        self.called(id)
            .find(|(_, resource)| {
                resource.type_ == type_
                    && (resource.region.is_none()
                        || region.is_none()
                        || resource.region.as_ref() == region)
            })
            .map(|(index, _)| index)
    }

    /// Every resource that is called `id`.
    pub(crate) fn called(&self, id: &str) -> impl Iterator<Item = (usize, &Resource)> {
        let indexes = self.by_id.get(id).map_or(&[][..], Vec::as_slice);
        indexes.iter().filter_map(|index| Some((*index, self.all.get(*index)?)))
    }

    /// Adds a resource, or gives the one that is there already, with more names.
    pub(crate) fn add(&mut self, resource: Resource) -> usize {
        let known = resource
            .ids
            .iter()
            .filter(|id| resource.parent.is_none() || **id != resource.name)
            .find_map(|id| self.find(resource.type_, id, resource.region.as_ref()))
            .filter(|index| {
                self.all.get(*index).is_some_and(|it| {
                    it.parent == resource.parent || it.parent.is_none() || resource.parent.is_none()
                })
            });
        if let Some(index) = known {
            for id in resource.ids {
                self.name(index, id);
            }
            if let Some(known) = self.all.get_mut(index) {
                if known.name.is_empty() {
                    known.name = resource.name;
                }
                if known.parent.is_none() {
                    known.parent = resource.parent;
                }
                if known.region.is_none() {
                    known.region = resource.region;
                }
            }
            return index;
        }
        let index = self.all.len();
        self.note(&resource, index);
        for id in &resource.ids {
            self.by_id.entry(id.clone()).or_default().push(index);
        }
        self.all.push(resource);
        index
    }

    /// Adds a resource after names were given; one that is known by its first id stays as it is.
    pub(crate) fn add_whole(&mut self, mut resource: Resource) {
        let known = resource.ids.iter().any(|id| self.find(resource.type_, id, None).is_some());
        if known {
            return;
        }
        let kind = resource.type_.rsplit("::").next().unwrap_or(resource.type_);
        let own = resource.name.clone();
        let mut name = own.clone();
        if self.logical.contains(&name) {
            name = SmolStr::new(format!("{own}:{kind}"));
        }
        if self.logical.contains(&name) {
            name = SmolStr::new(format!("{own}:{kind}:{}", self.all.len()));
        }
        resource.logical = name;
        self.add(resource);
    }

    fn note(&mut self, resource: &Resource, index: usize) {
        if !resource.logical.is_empty() {
            self.logical.insert(resource.logical.clone());
            if resource.region.is_none() {
                self.global.insert(resource.logical.clone(), index);
            }
        }
    }

    /// Whether a resource has this name in a template.
    pub(crate) fn has(&self, logical: &str) -> bool {
        self.logical.contains(logical)
    }

    /// The global resource with this name in templates.
    pub(crate) fn global(&self, logical: &str) -> Option<usize> {
        self.global.get(logical).copied()
    }

    /// Gives a resource one more name.
    pub(crate) fn name(&mut self, index: usize, id: SmolStr) {
        if let Some(resource) = self.all.get_mut(index)
            && !id.is_empty()
            && !resource.ids.contains(&id)
        {
            self.by_id.entry(id.clone()).or_default().push(index);
            resource.ids.push(id);
        }
    }

    /// Gives every resource a name that no other of its region has: its own, or with its kind.
    pub(crate) fn assign_names(&mut self) {
        let mut taken: HashSet<(Option<SmolStr>, SmolStr)> = HashSet::new();
        let mut everywhere: HashSet<SmolStr> = HashSet::new();
        for index in 0..self.all.len() {
            let Some(resource) = self.all.get(index) else { continue };
            let own = self.full_name(resource);
            let kind = resource.type_.rsplit("::").next().unwrap_or(resource.type_);
            let region = resource.region.clone();
            let is_free = |name: &SmolStr| match &region {
                None => !everywhere.contains(name),
                Some(_) => {
                    !taken.contains(&(region.clone(), name.clone()))
                        && !taken.contains(&(None, name.clone()))
                }
            };
            let with_kind = SmolStr::new(format!("{own}:{kind}"));
            let name = if !own.is_empty() && is_free(&own) {
                own
            } else if is_free(&with_kind) {
                with_kind
            } else {
                SmolStr::new(format!("{with_kind}:{index}"))
            };
            taken.insert((region, name.clone()));
            everywhere.insert(name.clone());
            if let Some(resource) = self.all.get_mut(index) {
                resource.logical = name;
                let is_global = resource.region.is_none();
                if is_global {
                    self.global.insert(resource.logical.clone(), index);
                }
                self.logical.insert(resource.logical.clone());
            }
        }
    }

    /// The name with that of what it belongs to before it: `orders-api/prod`.
    fn full_name(&self, resource: &Resource) -> SmolStr {
        let own = if resource.name.is_empty() {
            resource.ids.first().cloned().unwrap_or_default()
        } else {
            resource.name.clone()
        };
        match resource.parent.and_then(|parent| self.all.get(parent)) {
            Some(parent) if !parent.logical.is_empty() => {
                SmolStr::new(format!("{}/{}", parent.logical, own.trim_start_matches('/')))
            }
            _ => own,
        }
    }

    /// A reference to a resource; its attribute, when one is given.
    pub(crate) fn reference(&self, index: usize, place: Place) -> Option<Node> {
        Some(reference(place, &self.all.get(index)?.logical, None))
    }
}

/// `Ref` or `Fn::GetAtt` of a resource.
pub(crate) fn reference(place: Place, logical: &str, attribute: Option<&str>) -> Node {
    match attribute {
        None => Node::map(place, [("Ref", Node::text(place, logical))]),
        Some(attribute) => {
            let parts = vec![Node::text(place, logical), Node::text(place, attribute)];
            Node::map(place, [("Fn::GetAtt", Node::list(place, parts))])
        }
    }
}

/// A value that nobody looked at.
pub(crate) fn unseen(place: Place, service: &str, operation: &str) -> Node {
    let words = format!("not looked at: {service} {operation}");
    Node::map(place, [("Fn::Unresolved", Node::text(place, words))])
}
