//! What others say of known flaws (VEX): it settles findings, adds to them, and is told where it does
//! neither.

use std::collections::BTreeSet;

use ::vex::{Decision, Decisions, Flaw, Reach, Status, judged};
use finding::{ComponentReach, Finding, Hop, RuleId, Suppressed};
use report::{Report, UnusedSuppression};
use rules::Rule;
use source_text::{Diagnostic, Place, Sources};

use crate::Request;

/// `vulnerable-dependency`.
const KNOWN_FLAW: RuleId = RuleId { risk: 6, rule: 6 };
/// `malicious-dependency`.
const MALWARE: RuleId = RuleId { risk: 6, rule: 7 };
/// Most statements without a finding that are told one by one.
const MOST_UNUSED: usize = 50;

/// Marks the findings that statements settle, notes what others say, tells what was not understood or is
/// about nothing that was found, and collects what is to be said of all known flaws.
///
/// Malware is never settled: who took a package over does not follow the paths of its code.
pub(crate) fn apply(
    request: &Request,
    ran: &[&'static Rule],
    sources: &Sources,
    report: &mut Report,
) {
    let places: Vec<Place> =
        request.vex.iter().map(|file| Place::whole(sources.add(&*file.path, ""))).collect();
    for (file, place) in request.vex.iter().zip(&places) {
        tell_remarks(file, *place, report);
    }
    let decisions = Decisions::new(request.vex.iter().map(|file| file.document.clone()));
    let documents: Vec<usize> = decisions.statements().map(|(document, _)| document).collect();
    let mut used = BTreeSet::new();
    let mut diagnostics = Vec::new();
    for finding in &mut report.findings {
        let Some(component) = &finding.component else { continue };
        let about = decisions.about(&component.purl, &finding.advisories);
        used.extend(about.iter().map(|it| it.number));
        let Some(last) = about.last() else { continue };
        let path = documents.get(last.number).and_then(|at| request.vex.get(*at));
        let path = path.map_or("", |file| file.path.as_str());
        diagnostics.extend(apply_one(last, path, request.ignore_suppressions, finding));
    }
    report.diagnostics.extend(diagnostics);
    report.vex.judged = judged(report.findings.iter().filter_map(|it| flaw(it, &decisions)));
    report.vex.time.clone_from(&request.time);
    if request.vulndb.is_none() {
        if let Some(place) = places.first() {
            let message = "known flaws were not looked up, so that what this says of them was not \
                           used; name an index with `--vulndb`";
            report.diagnostics.push(Diagnostic::warning(*place, message));
        }
    } else if ran.iter().any(|rule| rule.info.id == KNOWN_FLAW) {
        tell_unused(&decisions, &places, &used, report);
    }
}

fn tell_remarks(file: &crate::VexFile, place: Place, report: &mut Report) {
    for remark in &file.document.remarks {
        let message = format!("`{}`: {}", remark.pointer, remark.what);
        report.diagnostics.push(Diagnostic::warning(place, message));
    }
    if file.document.remarks_left_out > 0 {
        let message =
            format!("{} more statements were not understood", file.document.remarks_left_out);
        report.diagnostics.push(Diagnostic::warning(place, message));
    }
}

/// Applies the statement that holds; what has to be said besides.
fn apply_one(
    decision: &Decision<'_>,
    path: &str,
    ignore: bool,
    finding: &mut Finding,
) -> Option<Diagnostic> {
    let statement = decision.statement;
    let place = finding.place;
    let id = finding.advisories.first().map_or("", String::as_str);
    let mut note = |words: String| {
        finding.trace.push(Hop { place, note: words });
    };
    match &statement.status {
        Status::Affected { action } => {
            let action = action.as_deref().map_or(String::new(), |it| format!(": {}", line(it)));
            note(format!("`{path}` says that it is affected{action}"));
            None
        }
        Status::UnderInvestigation => {
            note(format!("`{path}` says that it is under investigation"));
            None
        }
        Status::NotAffected { .. } | Status::Fixed if finding.rule == MALWARE => {
            let message = format!("`{path}` settles `{id}`, which is malware: it still counts");
            Some(Diagnostic::warning(place, message))
        }
        Status::NotAffected { .. } | Status::Fixed if ignore => None,
        Status::NotAffected { .. } | Status::Fixed => {
            let of = decision.cover.product.as_ref().map(|it| format!(" (as a part of `{it}`)"));
            let reason = statement.reason().map(|it| it + of.as_deref().unwrap_or_default());
            let source = "vex".to_owned();
            finding.suppressed.get_or_insert(Suppressed { source, reason, until: None });
            let doubt = statement.doubt(reach(finding))?;
            let message = format!("`{path}` says that `{id}` does no harm, but {doubt}");
            Some(Diagnostic::warning(place, message))
        }
    }
}

/// Words of a document may hold line breaks.
fn line(words: &str) -> String {
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn reach(finding: &Finding) -> Reach {
    match finding.component.as_ref().map(|it| it.reach).unwrap_or_default() {
        ComponentReach::NotImported => Reach::NotImported,
        ComponentReach::Unknown => Reach::Unknown,
        ComponentReach::Imported => Reach::Imported,
        ComponentReach::Called => Reach::Called,
    }
}

/// A finding about a known flaw. Malware does its harm when it is installed, whoever imports it.
fn flaw<'a>(finding: &'a Finding, decisions: &'a Decisions) -> Option<Flaw<'a>> {
    let component = finding.component.as_ref()?;
    let (reach, said) = match finding.rule.sas()? {
        KNOWN_FLAW => (reach(finding), decisions.decide(&component.purl, &finding.advisories)),
        MALWARE => (Reach::Imported, None),
        _ => return None,
    };
    let fixed = component.fixed.as_deref();
    Some(Flaw { ids: &finding.advisories, purl: &component.purl, fixed, reach, said })
}

/// Tells statements about no flaw that was found.
fn tell_unused(
    decisions: &Decisions,
    places: &[Place],
    used: &BTreeSet<usize>,
    report: &mut Report,
) {
    let unused = || decisions.statements().enumerate().filter(|(at, _)| !used.contains(at));
    let told = unused().take(MOST_UNUSED).filter_map(|(_, (document, statement))| {
        Some(UnusedSuppression {
            place: *places.get(document)?,
            rule: statement.ids.first()?.clone(),
            reason: format!("`{}` is about no known flaw that was found", statement.pointer),
        })
    });
    report.unused_suppressions.extend(told);
    let more = unused().count().saturating_sub(MOST_UNUSED);
    if let (1.., Some(place)) = (more, places.first()) {
        let message = format!("{more} more statements are about no known flaw that was found");
        report.diagnostics.push(Diagnostic::note(*place, message));
    }
}
