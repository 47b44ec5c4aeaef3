//! Several bills as one: the functions of an application, each a part with its own.

use std::collections::{BTreeMap, BTreeSet};

use crate::{Bill, Completeness, Composition, Part, PartKind, Property};

/// One bill of several functions. A package that several run is one part with all places where it was
/// seen; what each function asks for hangs below it, and all functions below the root.
#[must_use]
pub fn combine(name: &str, bills: Vec<Bill>) -> Bill {
    let mut root = Part::new(PartKind::Application, format!("application:{name}"), name);
    root.properties
        .push(Property { name: "faasguard:kind".to_owned(), value: "application".to_owned() });
    let mut whole = Bill {
        time: None,
        tool: None,
        root,
        parts: Vec::new(),
        depends: BTreeMap::new(),
        compositions: Vec::new(),
        properties: Vec::new(),
        flaws: Vec::new(),
    };
    let mut parts: BTreeMap<String, Part> = BTreeMap::new();
    let mut complete = Completeness::Complete;
    let mut worst: BTreeMap<(bool, String), Completeness> = BTreeMap::new();
    for mut bill in bills {
        tell_apart(&mut bill, &parts);
        whole.time = whole.time.or(bill.time);
        whole.tool = whole.tool.or(bill.tool);
        let functions = whole.depends.entry(whole.root.reference.clone()).or_default();
        functions.insert(bill.root.reference.clone());
        for part in std::iter::once(bill.root).chain(bill.parts) {
            match parts.get_mut(&part.reference) {
                Some(known) => join(known, part),
                None => {
                    parts.insert(part.reference.clone(), part);
                }
            }
        }
        for (from, to) in bill.depends {
            whole.depends.entry(from).or_default().extend(to);
        }
        for Composition { completeness, assemblies, dependencies } in bill.compositions {
            let assemblies = assemblies.into_iter().map(|it| (true, it));
            for about in assemblies.chain(dependencies.into_iter().map(|it| (false, it))) {
                if about.0 {
                    complete = complete.max(completeness);
                }
                let known = worst.entry(about).or_insert(completeness);
                *known = completeness.max(*known);
            }
        }
        whole.properties.extend(bill.properties);
        whole.flaws.extend(bill.flaws);
    }
    worst.insert((true, whole.root.reference.clone()), complete);
    whole.compositions = compositions(worst);
    whole.parts = parts.into_values().collect();
    whole.properties.sort();
    whole.properties.dedup();
    whole
}

/// Applications of one name that stand in different places are not one, nor are an application and the
/// package of its name: those of this bill get the name of its function behind theirs.
fn tell_apart(bill: &mut Bill, known: &BTreeMap<String, Part>) {
    let places = |part: &Part| part.occurrences.iter().map(|it| it.path.clone()).collect();
    let is_other = |part: &&Part| {
        known.get(&part.reference).is_some_and(|other| {
            let (one, two): (BTreeSet<String>, BTreeSet<String>) = (places(part), places(other));
            let is_application = part.kind == PartKind::Application;
            part.kind != other.kind || (is_application && one.is_disjoint(&two))
        })
    };
    let others = bill.parts.iter().filter(is_other);
    let renamed: BTreeMap<String, String> = others
        .map(|part| (part.reference.clone(), format!("{}#{}", part.reference, bill.root.name)))
        .collect();
    if renamed.is_empty() {
        return;
    }
    let name = |text: String| renamed.get(&text).cloned().unwrap_or(text);
    for part in &mut bill.parts {
        part.reference = name(std::mem::take(&mut part.reference));
    }
    let depends = std::mem::take(&mut bill.depends);
    bill.depends = depends
        .into_iter()
        .map(|(from, to)| (name(from), to.into_iter().map(name).collect()))
        .collect();
    for composition in &mut bill.compositions {
        for list in [&mut composition.assemblies, &mut composition.dependencies] {
            *list = std::mem::take(list).into_iter().map(name).collect();
        }
    }
}

/// The same package in another function.
fn join(known: &mut Part, other: Part) {
    // Needed is what one function needs: the kinds stand in the order of how much.
    known.need = match (known.need, other.need) {
        (Some(one), Some(two)) => Some(one.min(two)),
        (one, two) => one.or(two),
    };
    known.version = known.version.take().or(other.version);
    known.digests.extend(other.digests);
    known.digests.sort();
    known.digests.dedup();
    if known.licences.is_empty() {
        known.licences = other.licences;
    }
    known.links.extend(other.links);
    known.links.sort();
    known.links.dedup();
    known.occurrences.extend(other.occurrences);
    known.occurrences.sort();
    known.occurrences.dedup();
    known.properties.extend(other.properties);
    known.properties.sort();
    known.properties.dedup();
}

fn compositions(worst: BTreeMap<(bool, String), Completeness>) -> Vec<Composition> {
    let mut all: BTreeMap<(Completeness, bool), Composition> = BTreeMap::new();
    for ((is_assembly, reference), completeness) in worst {
        let one = all.entry((completeness, is_assembly)).or_insert(Composition {
            completeness,
            assemblies: Vec::new(),
            dependencies: Vec::new(),
        });
        let list = if is_assembly { &mut one.assemblies } else { &mut one.dependencies };
        list.push(reference);
    }
    all.into_values().collect()
}
