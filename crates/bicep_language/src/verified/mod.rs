//! Azure Verified Modules: well-known modules of Bicep's public registry as the templates that they
//! stand for.
//!
//! Their sources are not at hand, so tables tell what each parameter becomes and what the module
//! writes when it is not given. What a module writes in some versions only, or what is not known,
//! stays an expression that nothing resolves: it is never taken as absent.

mod build;
mod tables;

use source_text::{Map, Node, Place, SmolStr};

use tables::{NEIGHBOURS, SHAPES, modules};

/// What a call of a module stands for.
#[derive(Debug)]
pub(crate) struct Made {
    pub(crate) template: Node,
    /// Parameters that are given and say nothing that is read, with their places.
    pub(crate) unread: Vec<(SmolStr, Place)>,
}

/// What is given to a module.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Given<'g> {
    /// `{name: {value: …}}`.
    pub(crate) parameters: &'g Map,
    /// Whether more may be given than is written: a value that is made, a spread.
    pub(crate) is_open: bool,
    pub(crate) place: Place,
}

/// The name of a module in the public registry without its version: `avm/res/web/site`.
pub(crate) fn name_of(path: &str) -> Option<&str> {
    let rest = path
        .strip_prefix("br/public:")
        .or_else(|| path.strip_prefix("br:mcr.microsoft.com/bicep/"))?;
    let name = rest.rsplit_once(':').map_or(rest, |(name, _)| name);
    name.starts_with("avm/").then_some(name)
}

/// The template of a module; `None` when it is not known.
pub(crate) fn template(name: &str, given: Given<'_>) -> Option<Made> {
    if name == "avm/ptn/authorization/resource-role-assignment" {
        return Some(build::assignment(given));
    }
    let known = name.strip_prefix("avm/res/")?;
    if let Some(module) = modules().find(|module| module.name == known) {
        return Some(build::template(module, given));
    }
    let (_, type_) = NEIGHBOURS.iter().find(|(neighbour, _)| *neighbour == known)?;
    Some(build::neighbour(known, type_, given))
}

#[cfg(test)]
mod tests {
    use super::{NEIGHBOURS, modules, name_of};

    #[test]
    fn only_the_public_registry_has_verified_modules() {
        assert_eq!(name_of("br/public:avm/res/web/site:0.16.0"), Some("avm/res/web/site"));
        let whole = "br:mcr.microsoft.com/bicep/avm/res/web/site:0.16.0";
        assert_eq!(name_of(whole), Some("avm/res/web/site"));
        assert_eq!(name_of("br/public:storage/storage-account:1.0.1"), None);
        assert_eq!(name_of("br:contoso.azurecr.io/bicep/avm/res/web/site:0.16.0"), None);
        assert_eq!(name_of("br/contoso:avm/res/web/site:0.16.0"), None);
    }

    #[test]
    fn every_module_is_in_one_table() {
        let mut names: Vec<&str> = modules().map(|module| module.name).collect();
        names.extend(NEIGHBOURS.iter().map(|(name, _)| *name));
        names.sort_unstable();
        let all = names.len();
        names.dedup();
        assert_eq!(names.len(), all);
    }
}
