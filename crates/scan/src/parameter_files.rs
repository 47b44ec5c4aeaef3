//! Files of parameters that stand beside a template of Azure.

use std::path::Path;

use arm_template::{agreed, given_parameters, is_value, looks_like_parameters, without_comments};
use indexmap::IndexMap;
use jail::{Jail, parent_of};
use source_text::{Diagnostic, FileId, Limits, Node, ReadFile as _, SmolStr, parse_json};

const LIMITS: Limits = Limits { bytes: 1 << 20, depth: 50, nodes: 20_000 };
/// Entries of a folder that are looked at, and files of parameters that are read.
const MAX_ENTRIES: usize = 5_000;
const MAX_FILES: usize = 30;

/// What the files of parameters beside the template at `path` agree on: the values of parameters
/// that have no default.
pub(crate) fn beside(
    path: &Path,
    file: FileId,
    jail: &Jail,
    diagnostics: &mut Vec<Diagnostic>,
) -> IndexMap<SmolStr, Node> {
    let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
    let Ok(entries) = std::fs::read_dir(parent_of(path)) else { return IndexMap::new() };
    let names = entries.take(MAX_ENTRIES).filter_map(|it| it.ok()?.file_name().into_string().ok());
    let mut names: Vec<String> = names.filter(|name| may_be_of(name, stem)).collect();
    names.sort_unstable();
    let files = names.iter().take(MAX_FILES);
    let given = files.filter_map(|name| values(name, file, jail, diagnostics)).collect();
    agreed(given).into_iter().collect()
}

/// Whether a file may give parameters of a template with this name: `main.parameters.json`,
/// `main.prod.parameters.json`, `parameters.prod.json`, `prod.bicepparam`.
fn may_be_of(name: &str, stem: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let Some((name, ending)) = name.rsplit_once('.') else { return false };
    let is_named = || {
        let mut parts = name.split('.');
        let first = parts.next().unwrap_or_default();
        first == "parameters"
            || first == stem.to_ascii_lowercase() && parts.any(|part| part == "parameters")
    };
    ending == "bicepparam" || ending == "json" && is_named()
}

/// What a file gives to the template; `None` when it is for another one, or none.
fn values(
    name: &str,
    template: FileId,
    jail: &Jail,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Vec<(SmolStr, Node)>> {
    let file = jail.read(template, name).ok()?;
    let sources = jail.sources();
    let text = &sources.get(file).text;
    if name.to_ascii_lowercase().ends_with(".bicepparam") {
        let given = bicep_language::given(file, text);
        let using = jail.read(file, &given.using?).ok()?;
        let is_for_it = sources.path(using) == sources.path(template);
        let values = given.values.into_iter().filter(|(_, value)| is_value(value));
        return is_for_it.then(|| values.collect());
    }
    let (plain, _) = without_comments(file, text);
    match parse_json(file, &plain, &LIMITS) {
        Ok(parsed) => {
            let document = parsed.documents.into_iter().find(looks_like_parameters)?;
            Some(given_parameters(&document))
        }
        Err(error) => {
            let remark = error.to_diagnostic();
            let message = format!("this file of parameters was not read: {}", remark.message);
            diagnostics.push(Diagnostic::warning(remark.place, message));
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::may_be_of;

    #[test]
    fn a_file_of_parameters_is_named_as_its_template() {
        for name in ["main.parameters.json", "main.prod.parameters.json", "parameters.json"] {
            assert!(may_be_of(name, "main"), "{name}");
        }
        assert!(may_be_of("azuredeploy.parameters.json", "azuredeploy"));
        assert!(may_be_of("prod.bicepparam", "main"));
        for name in ["main.json", "other.parameters.json", "main.bicep", "parameters"] {
            assert!(!may_be_of(name, "main"), "{name}");
        }
    }
}
