//! What the fixtures of a rule must give: counts and places.

use source_text::{Diagnostic, Kind, Node};

/// What one fixture must give.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Expected {
    /// Name of the fixture, relative to the rule's folder of fixtures.
    pub fixture: String,
    /// Findings in it; `None` when only lines are told.
    pub count: Option<usize>,
    /// Lines at which findings must stand, in order.
    pub lines: Vec<u32>,
    /// Times that the rule cannot tell.
    pub undetermined: Option<usize>,
}

/// Reads `expect`: names of fixtures to a count, or to `{count, lines, undetermined}`.
pub(crate) fn expected(node: &Node) -> Result<Vec<Expected>, Diagnostic> {
    let fault = |node: &Node| {
        let words = "`expect` names fixtures, each with a count or with `{count: 2, lines: [7, 12], \
                     undetermined: 1}`";
        Diagnostic::error(node.place, words)
    };
    let count = |node: &Node| {
        node.as_i64().and_then(|it| usize::try_from(it).ok()).ok_or_else(|| fault(node))
    };
    let map = node.as_map().ok_or_else(|| fault(node))?;
    let mut found = Vec::new();
    for (fixture, value) in map.iter() {
        let mut expected = Expected { fixture: fixture.to_string(), ..Expected::default() };
        let Some(inner) = value.as_map() else {
            expected.count = Some(count(value)?);
            found.push(expected);
            continue;
        };
        for (key, value) in inner.iter() {
            match (key.as_str(), &value.kind) {
                ("count", _) => expected.count = Some(count(value)?),
                ("undetermined", _) => expected.undetermined = Some(count(value)?),
                ("lines", Kind::List(items)) => {
                    for item in items {
                        let line = item.as_i64().and_then(|it| u32::try_from(it).ok());
                        expected.lines.push(line.ok_or_else(|| fault(item))?);
                    }
                }
                _ => return Err(fault(value)),
            }
        }
        found.push(expected);
    }
    Ok(found)
}
