//! Where somebody outside gets to run code, which is where a way up begins.

use app_model::{Application, SmolStr};
use finding::{Finding, Hop};
use source_text::{FileId, Place, Sources};

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

/// Says in findings of ways up that data of an event runs as code in a function that has the role: the
/// first step is then not only thought of.
pub(crate) fn join(findings: &mut [Finding], sources: &Sources) {
    let found: Vec<(String, FileId, Place)> = findings
        .iter()
        .filter(|finding| finding.suppressed.is_none() && runs_code(finding))
        .filter_map(|it| Some((it.function.clone()?, it.place.file, it.place)))
        .collect();
    for finding in findings.iter_mut().filter(|finding| is_way_up(finding)) {
        let template = sources.path(finding.place.file);
        let folder = template.rsplit_once(['/', '\\']).map_or("", |(folder, _)| folder);
        let at = found.iter().find(|(function, file, _)| {
            finding.function.as_ref() == Some(function) && sources.path(*file).starts_with(folder)
        });
        let Some((function, file, place)) = at else { continue };
        let note = format!("data of an event runs as code in `{function}`");
        let shown = sources.path(*file);
        finding.message = format!("{}; {note} ({shown}:{})", finding.message, place.line);
        finding.trace.push(Hop { place: *place, note });
    }
}

fn is_way_up(finding: &Finding) -> bool {
    rules::by_id(finding.rule)
        .is_some_and(|rule| matches!(rule.info.name, "privilege-escalation" | "escalation-chain"))
}

/// Whether a finding is of a rule that tells of hostile data which runs as code.
fn runs_code(finding: &Finding) -> bool {
    rules::by_id(finding.rule).is_some_and(|rule| RUNS_CODE.contains(&rule.info.name))
}
