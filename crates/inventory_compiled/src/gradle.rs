//! `gradle.lockfile`: `group:artifact:version=configuration,…`. Source: Gradle's "Locking versions".

use component::{
    Component, Ecosystem, EvidenceKind, Inventory, Origin, OriginKind, RemarkKind, Scope, read_text,
};

use crate::line;

pub(crate) fn read(path: &str, bytes: &[u8], into: &mut Inventory) {
    let Some(text) = read_text(path, bytes, into) else { return };
    for (place, text) in text.lines().enumerate().map(|(place, text)| (place, text.trim())) {
        if text.is_empty() || text.starts_with('#') || text.starts_with("empty=") {
            continue;
        }
        let (package, configurations) = text.split_once('=').unwrap_or((text, ""));
        let parts: Vec<&str> = package.split(':').collect();
        let [group, artifact, version] = parts.as_slice() else {
            let what = "the line is no `group:artifact:version`; it is left out";
            into.remark(path, line(place), RemarkKind::Partial, what);
            continue;
        };
        let version = Some((*version).to_owned());
        let mut component = Component::new(
            Ecosystem::Maven,
            format!("{group}:{artifact}"),
            version,
        )
        .seen(path, line(place), EvidenceKind::Lock);
        component.scope = scope(configurations);
        component.origin = Origin::of(OriginKind::Registry);
        if into.add(component).is_none() {
            return;
        }
    }
}

fn scope(configurations: &str) -> Scope {
    let mut names = configurations.split(',').map(str::trim).filter(|name| !name.is_empty());
    if names.clone().any(|name| matches!(name, "runtimeClasspath" | "productionRuntimeClasspath")) {
        Scope::Runtime
    } else if configurations.is_empty() {
        Scope::Unknown
    } else if names.all(|name| name.starts_with("test") || name.ends_with("Processor")) {
        Scope::Development
    } else {
        Scope::Unknown
    }
}
