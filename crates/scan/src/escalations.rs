//! Where somebody outside gets to run code, which is where a way up begins.

use app_model::{Application, SmolStr};
use finding::Finding;
use source_text::{Place, Sources};

/// Rules that tell of hostile data which runs as code.
const RUNS_CODE: [&str; 4] =
    ["code-injection", "command-injection", "template-injection", "unsafe-deserialization"];

/// Functions of an application in which data of an event runs as code, with the first place of each.
///
/// Findings of code name the function only; those count that stand in the folder of the template.
#[must_use]
pub fn injections(
    app: &Application,
    findings: &[Finding],
    sources: &Sources,
) -> Vec<(SmolStr, Place)> {
    let template = sources.path(app.place.file);
    let folder = template.rsplit_once(['/', '\\']).map_or("", |(folder, _)| folder);
    let mut found: Vec<(SmolStr, Place)> = Vec::new();
    for finding in findings.iter().filter(|finding| finding.suppressed.is_none()) {
        let Some(function) = finding.function.as_deref().and_then(|name| app.function(name)) else {
            continue;
        };
        let is_told = found.iter().any(|(name, _)| *name == function.name);
        if !is_told && runs_code(finding) && sources.path(finding.place.file).starts_with(folder) {
            found.push((function.name.clone(), finding.place));
        }
    }
    found
}

/// Whether a finding is of a rule that tells of hostile data which runs as code.
pub(crate) fn runs_code(finding: &Finding) -> bool {
    rules::by_id(finding.rule).is_some_and(|rule| RUNS_CODE.contains(&rule.info.name))
}
