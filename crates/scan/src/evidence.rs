//! What was seen elsewhere: at run time, in trails, among attested packages, in an earlier result.

use std::{collections::BTreeSet, sync::Arc};

use app_model::Application;
use finding::{Closed, Finding};
use least_privilege::Names;
use report::Report;
use rules::Rule;
use run_evidence::{Earlier, Known, Observed, Revisions, Unmatched};
use source_text::{Diagnostic, Level, Place};
use trail_usage::Usage;

use crate::{
    Outcome, Request,
    code::Bench,
    privileges::deployment,
    run::{FileResult, set_severities, sign},
};

/// Names of functions that one remark tells.
const MOST_NAMES: usize = 5;

/// Rules that speak of what [`SeenElsewhere`] tells, and of nothing else.
const OF_GUARD: &str = "unblocked-attack";
const OF_CODE: &str = "unattested-code";

/// What was seen elsewhere.
#[derive(Clone, Debug, Default)]
pub struct SeenElsewhere {
    /// What functions did, out of their logs.
    pub observed: Option<Arc<Observed>>,
    /// What roles did, out of trails.
    pub usage: Option<Arc<Usage>>,
    /// What was attested, and what runs.
    pub revisions: Option<Arc<Revisions>>,
    /// An earlier result, and the name of its file.
    pub earlier: Option<(Arc<Earlier>, String)>,
    /// Now, in milliseconds since 1970.
    pub now: Option<i64>,
}

impl SeenElsewhere {
    /// Whether functions and roles have to be known for it.
    pub(crate) fn asks_applications(&self) -> bool {
        self.observed.is_some() || self.usage.is_some() || self.revisions.is_some()
    }

    fn sources(&self) -> run_evidence::Sources<'_> {
        run_evidence::Sources {
            observed: self.observed.as_deref(),
            usage: self.usage.as_deref(),
            revisions: self.revisions.as_deref(),
            now: self.now,
        }
    }
}

fn names<'a>(
    applications: impl Iterator<Item = &'a Application>,
    request: &Request,
) -> Vec<Names<'a>> {
    let deployment = deployment(request);
    applications.map(|app| Names::new(app, &deployment)).collect()
}

/// Asks the rules that speak of it, and tells what it is no evidence for.
pub(crate) fn judge(results: &mut [FileResult], bench: &Bench<'_>) {
    let seen = &bench.request.seen;
    if !seen.asks_applications() {
        return;
    }
    let named = names(results.iter().filter_map(|it| it.app.as_ref()), bench.request);
    let known = Known::new(&named, seen.sources());
    let (passed, unattested) = (known.passed(), known.unattested());
    let place = Place::whole(bench.sources.add("logs of functions", ""));
    let remarks = remarks(known.unmatched(), place);
    drop(known);
    let mut with_app: Vec<&mut FileResult> =
        results.iter_mut().filter(|it| it.app.is_some()).collect();
    for (index, attack) in passed {
        if let Some(app) = with_app.get_mut(index).and_then(|it| it.app.as_mut()) {
            app.live.attacks.push(attack);
        }
    }
    for (index, one) in unattested {
        if let Some(app) = with_app.get_mut(index).and_then(|it| it.app.as_mut()) {
            app.live.unattested.push(one);
        }
    }
    for result in with_app {
        let Some(app) = &result.app else { continue };
        let asked = bench.rules.iter().filter(|it| [OF_GUARD, OF_CODE].contains(&it.info.name));
        let mut found: Vec<Finding> = asked.flat_map(|rule| rule.findings(app)).collect();
        set_severities(&mut found, bench.request);
        sign(&mut found, bench.sources);
        result.findings.extend(found);
    }
    if let Some(first) = results.first_mut() {
        first.remark(remarks);
    }
}

/// Names of an account that mean none of the functions, or several.
fn remarks(unmatched: &[Unmatched], place: Place) -> Vec<Diagnostic> {
    let tell = |is_meant: &dyn Fn(&Unmatched) -> bool, what: &str| {
        let all: BTreeSet<&str> =
            unmatched.iter().filter(|it| is_meant(it)).map(|it| it.name.as_str()).collect();
        let shown: Vec<String> = all.iter().take(MOST_NAMES).map(|it| format!("`{it}`")).collect();
        let more = all.len().saturating_sub(MOST_NAMES);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        (!all.is_empty()).then(|| {
            let message = format!("what was seen of {}{more} {what}", shown.join(", "));
            Diagnostic::note(place, message)
        })
    };
    let none = tell(&|it| it.candidates == 0, "is of no function that was scanned");
    let several = tell(
        &|it| it.candidates > 0,
        "may be of several functions and counts for none; scan one application at a time",
    );
    none.into_iter().chain(several).collect()
}

/// Writes to findings what was seen of them.
pub(crate) fn attach(request: &Request, outcome: &mut Outcome) {
    if !request.seen.asks_applications() {
        return;
    }
    let named = names(outcome.applications.iter(), request);
    let known = Known::new(&named, request.seen.sources());
    let rule_name = |key: finding::RuleKey| Some(rules::by_id(key.sas()?)?.info.name);
    known.attach(&mut outcome.report.findings, &rule_name);
    // They were kept for this alone.
    if !request.keep_applications {
        outcome.applications.clear();
        outcome.code.clear();
    }
}

/// Compares with the earlier result.
pub(crate) fn compare(
    request: &Request,
    ran: &[&'static Rule],
    sources: &source_text::Sources,
    report: &mut Report,
) {
    let Some((earlier, path)) = &request.seen.earlier else { return };
    let place = Place::whole(sources.add(path.as_str(), ""));
    let lost: BTreeSet<String> = report
        .diagnostics
        .iter()
        .filter(|it| it.level == Level::Error)
        .map(|it| sources.path(it.place.file))
        .collect();
    let is_same_root = earlier.root == report.root;
    let ran: BTreeSet<String> = ran.iter().map(|rule| rule.info.id.to_string()).collect();
    let is_looked_at = |closed: &Closed| {
        let is_asked = match closed.name.as_str() {
            "vulnerable-dependency" | "malicious-dependency" => request.vulndb.is_some(),
            OF_GUARD => request.seen.observed.is_some(),
            OF_CODE => request.seen.revisions.is_some(),
            _ => true,
        };
        is_same_root && is_asked && ran.contains(&closed.rule) && !lost.contains(&closed.file)
    };
    let compared = earlier.compare(&mut report.findings, &is_looked_at);
    if compared.unknown > 0 {
        let count = compared.unknown;
        let why = if is_same_root {
            "are of rules or files that were not looked at this time".to_owned()
        } else {
            format!(
                "cannot be compared: it is of `{}`, and this of `{}`",
                earlier.root, report.root
            )
        };
        let message = format!("{count} findings of the earlier result {why}");
        report.diagnostics.push(Diagnostic::warning(place, message));
    }
    report.closed = Some(compared.closed);
}
