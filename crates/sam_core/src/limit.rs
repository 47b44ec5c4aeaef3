//! Bounds on what a template may cost: far above what CloudFormation accepts, far below what hurts.

use source_text::{Kind, Node};

/// Most events in a template. CloudFormation takes 500 resources, and an event is one or more.
pub const EVENTS: usize = 2_000;

/// Most entries in the `Policies` of one resource. A role takes 20 managed policies.
pub(crate) const POLICIES: usize = 1_000;

/// Most tags that are passed on to generated resources. AWS takes 50.
pub(crate) const PROPAGATED_TAGS: usize = 60;

/// Most nodes that the merge of `Globals` may add to a template.
pub const MERGED_NODES: usize = 2_000_000;

/// Most items of a list that stands for a parameter or an entry of a mapping.
const LIST_ITEMS: usize = 100;

/// Most nodes of a resource attribute that generated resources inherit.
const INHERITED_NODES: usize = 20;

/// Whether `value` may be put wherever a parameter or an entry of a mapping is referred to: one
/// value, or a short list of such. Anything else could hold the reference again, without end.
pub(crate) fn is_plain_value(value: &Node) -> bool {
    let is_scalar =
        |node: &Node| !matches!(node.kind, Kind::List(_) | Kind::Map(_) | Kind::Tagged(..));
    match &value.kind {
        Kind::List(items) => items.len() <= LIST_ITEMS && items.iter().all(is_scalar),
        _ => is_scalar(value),
    }
}

/// Whether an attribute is small enough to be copied to every generated resource.
pub(crate) fn is_inheritable(value: &Node) -> bool {
    size_up_to(value, INHERITED_NODES + 1) <= INHERITED_NODES
}

/// Number of nodes of the tree, counted up to about `limit`.
#[must_use]
pub fn size_up_to(node: &Node, limit: usize) -> usize {
    let mut size = 1;
    let mut add = |child: &Node| {
        if size < limit {
            size += size_up_to(child, limit - size);
        }
    };
    match &node.kind {
        Kind::List(items) => items.iter().for_each(&mut add),
        Kind::Map(map) => map.values().for_each(&mut add),
        Kind::Tagged(_, inner) => add(inner),
        _ => {}
    }
    size
}

#[cfg(test)]
mod tests {
    use source_text::{Node, Place};

    use super::{is_inheritable, is_plain_value, size_up_to};

    fn texts(count: usize) -> Node {
        let place = Place::default();
        Node::list(place, vec![Node::text(place, "x"); count])
    }

    #[test]
    fn counting_stops_at_the_limit() {
        assert_eq!(size_up_to(&texts(3), 100), 4);
        assert!(size_up_to(&texts(1_000), 10) <= 11);
    }

    #[test]
    fn a_mapping_is_no_value_of_a_parameter() {
        let place = Place::default();
        assert!(is_plain_value(&texts(3)));
        assert!(!is_plain_value(&texts(1_000)));
        assert!(!is_plain_value(&Node::map(place, [("Ref", Node::text(place, "Stage"))])));
    }

    #[test]
    fn only_a_small_attribute_is_inherited() {
        assert!(is_inheritable(&Node::text(Place::default(), "IsProd")));
        assert!(!is_inheritable(&texts(30)));
    }
}
