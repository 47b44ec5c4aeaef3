//! Mappings that are put into mappings (`...x`).

use source_text::{Diagnostic, Map, Node, SmolStr};

use crate::{
    shape::{as_object, if_parts, unresolved},
    world::World,
};

impl World<'_> {
    /// Puts the entries of `value` over those of `made`; each of them in each case when it hangs on a
    /// condition. Of a value that is not known, all that it may replace is not known either.
    pub(crate) fn spread(&self, made: &mut Map, value: &Node) {
        if value.is_null() {
            return;
        }
        if let Some(map) = as_object(value) {
            for (key, entry) in map.entries() {
                made.insert_at(key.clone(), entry.key_place, entry.value.clone());
            }
            return;
        }
        let none = Map::new();
        let branch = |node: &'_ Node| as_object(node).is_some() || node.is_null();
        if let Some((name, yes, no)) = if_parts(value)
            && branch(yes)
            && branch(no)
        {
            let (yes, no) = (as_object(yes).unwrap_or(&none), as_object(no).unwrap_or(&none));
            let keys: Vec<SmolStr> = yes.keys().chain(no.keys()).cloned().collect();
            for key in keys {
                let Some(entry) = yes.entry(&key).or_else(|| no.entry(&key)) else { continue };
                let place = entry.value.place;
                let of = |branch: &Map| {
                    let found = branch.get(&key).or_else(|| made.get(&key));
                    found.cloned().unwrap_or_else(|| Node::null(place))
                };
                let either = Self::either(place, name.clone(), of(yes), of(no));
                made.insert_at(key, entry.key_place, either);
            }
            return;
        }
        let message = "what is spread here is not known; other properties that it may set are taken as not set";
        self.report(Diagnostic::warning(value.place, message));
        for (_, node) in made.iter_mut() {
            *node = unresolved(node.place, "…", &[]);
        }
    }
}
