//! For whom each component is there, out of the graph and what the applications ask for.

use std::ops::Range;

use crate::{ComponentId, Inventory, Scope};

impl Inventory {
    /// Sets the scope of every component from `first` on that one of the `roots` reaches.
    ///
    /// A component gets the furthest-reaching scope of all ways to it; a way is only as strong as its
    /// weakest requirement. What no root reaches keeps its scope. What a root itself asks for is
    /// marked as direct.
    pub fn spread_scopes(&mut self, first: ComponentId, roots: &[ComponentId]) {
        self.spread_scopes_within(first..self.components.len(), roots);
    }

    /// The same over the components of one range, which nothing outside is a part of: the cost is that
    /// of the range.
    pub fn spread_scopes_within(&mut self, range: Range<ComponentId>, roots: &[ComponentId]) {
        let first = range.start;
        let mut best: Vec<Option<Scope>> = vec![None; range.len()];
        let mut queue: Vec<(ComponentId, Scope)> =
            roots.iter().map(|root| (*root, Scope::Runtime)).collect();
        // Ends: a component is looked at again only when its scope rises, five times at most.
        while let Some((id, scope)) = queue.pop() {
            let Some(slot) = id.checked_sub(first).and_then(|at| best.get_mut(at)) else {
                continue;
            };
            if slot.is_some_and(|known| known >= scope) {
                continue;
            }
            *slot = Some(scope);
            let Some(component) = self.components.get(id) else { continue };
            for requirement in &component.requires {
                let link = match requirement.scope {
                    Scope::Unknown => Scope::Runtime,
                    link => link,
                };
                if let Some(to) = requirement.to {
                    queue.push((to, scope.min(link)));
                }
            }
        }
        for (component, scope) in self.components.iter_mut().zip(&best).skip(first) {
            component.scope = scope.unwrap_or(component.scope);
        }
        for root in roots {
            let asked: Vec<ComponentId> = self
                .components
                .get(*root)
                .map(|root| root.requires.iter().filter_map(|requirement| requirement.to).collect())
                .unwrap_or_default();
            for to in asked {
                if let Some(component) = self.components.get_mut(to) {
                    component.direct = true;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::{Component, Ecosystem, Inventory, Requirement, Scope};

    #[test]
    fn the_strongest_way_decides() {
        let mut inventory = Inventory::default();
        for name in ["root", "tool", "shared", "lone", "deep"] {
            inventory.add(Component::new(Ecosystem::Npm, name, None));
        }
        let dev =
            |to| Requirement { scope: Scope::Development, ..Requirement::resolved("x", "", to) };
        inventory.require(0, dev(1));
        inventory.require(1, Requirement::resolved("shared", "", 2));
        inventory.require(1, Requirement::resolved("deep", "", 4));
        inventory.require(4, Requirement::resolved("tool", "", 1));
        inventory.require(0, Requirement::resolved("shared", "", 2));
        inventory.spread_scopes(0, &[0]);
        let scopes: Vec<_> = inventory.components.iter().map(|c| c.scope).collect();
        let (run, dev) = (Scope::Runtime, Scope::Development);
        assert_eq!(scopes, [run, dev, run, Scope::Unknown, dev]);
        assert!(inventory.components[1].direct && !inventory.components[4].direct);
    }
}
