//! What is to be said of components besides what they are: hidden, drifted, changed.

use ::sbom::Mark;
use component::{Component, ComponentId};
use inventory::{Drift, FunctionInventory, TamperingKind};

/// Most files of one kind that are named.
const MOST_NAMED: usize = 50;

/// The marks of the components of a function.
pub(super) fn of(found: &FunctionInventory) -> Vec<Mark> {
    let mut marks = Vec::new();
    hidden(found, &mut marks);
    drifted(found, &mut marks);
    changed(found, &mut marks);
    marks
}

fn mark(component: ComponentId, name: &'static str, value: impl Into<String>) -> Mark {
    Mark { component: Some(component), name, value: value.into() }
}

fn component(found: &FunctionInventory, id: ComponentId) -> Option<&Component> {
    found.inventory.components.get(id)
}

fn place(component: &Component) -> &str {
    component.evidence.first().map_or("", |evidence| evidence.path.as_str())
}

fn version(component: &Component) -> &str {
    component.version.as_deref().or(component.wanted.as_deref()).unwrap_or("another version")
}

fn hidden(found: &FunctionInventory, marks: &mut Vec<Mark>) {
    for one in &found.shadowed {
        let Some(winner) = component(found, one.winner) else { continue };
        let Some(id) = one.hidden else {
            let what = "the one that the runtime brings along";
            marks.push(mark(one.winner, "hides", what));
            continue;
        };
        let Some(loser) = component(found, id) else { continue };
        // Of one version both are the same component, which is there twice.
        if !one.same_version {
            let words = |it: &Component| format!("{} in {}", it.purl(), place(it));
            marks.push(mark(id, "hidden-by", words(winner)));
            marks.push(mark(one.winner, "hides", words(loser)));
        }
    }
    for one in found.overridden.iter().take(MOST_NAMED) {
        let value = format!("{}: of layer {} by layer {}", one.path, one.hidden, one.by);
        marks.push(Mark { component: None, name: "replaced-file", value });
    }
    tell_more(found.overridden.len(), "replaced-file", marks);
}

fn tell_more(all: usize, name: &'static str, marks: &mut Vec<Mark>) {
    if let Some(more @ 1..) = all.checked_sub(MOST_NAMED) {
        marks.push(Mark { component: None, name, value: format!("{more} more") });
    }
}

fn drifted(found: &FunctionInventory, marks: &mut Vec<Mark>) {
    for drift in &found.drift {
        match drift {
            Drift::OtherVersion { promised, installed } => {
                let pair = component(found, *promised).zip(component(found, *installed));
                let Some((lock, there)) = pair else { continue };
                let words = format!("{} promises {}", place(lock), version(lock));
                marks.push(mark(*installed, "drift", words));
                let words = format!("{} is installed in {}", version(there), place(there));
                marks.push(mark(*promised, "drift", words));
            }
            Drift::NotLocked { installed } => {
                marks.push(mark(*installed, "drift", "the lock file does not know it"));
            }
            Drift::NotInstalled { promised } => {
                marks.push(mark(*promised, "drift", "locked, but not installed"));
            }
        }
    }
}

fn changed(found: &FunctionInventory, marks: &mut Vec<Mark>) {
    for one in found.tampering.iter().take(MOST_NAMED) {
        let name = match one.kind {
            TamperingKind::Altered => "altered-file",
            TamperingKind::Added => "added-file",
            TamperingKind::Missing => "missing-file",
            TamperingKind::Unchecked => "unchecked-file",
        };
        let is_of = |it: &Component| {
            let rest = place(it).strip_prefix(one.record.0.as_str());
            rest.is_some_and(|rest| rest.starts_with('/'))
        };
        let component = found.inventory.components.iter().position(is_of);
        marks.push(Mark { component, name, value: one.path.clone() });
    }
    tell_more(found.tampering.len(), "changed-file", marks);
}
