//! The scan itself: every input read and judged alone, in parallel, the results put in order.

use std::{collections::HashMap, path::Path, sync::Arc, time::Instant};

use app_model::Application;
use finding::{Audience, Finding, FingerprintParts, fingerprint};
use rayon::prelude::*;
use report::{FunctionRow, Report, Summary, UnusedSuppression};
use rules::Rule;
use source_text::{Diagnostic, Level, Place, Sources};

use crate::{
    Outcome, Profile, Request, ScanError, cdk,
    inputs::{self, Input, Remark},
    jail::Jail,
    rows::rows,
    suppress,
    template::scan_file,
};

/// Stack of a worker: only the part that is used takes memory.
const STACK_BYTES: usize = 64 << 20;

/// What one file gave.
#[derive(Default)]
struct FileResult {
    findings: Vec<Finding>,
    functions: Vec<FunctionRow>,
    diagnostics: Vec<Diagnostic>,
    unused: Vec<UnusedSuppression>,
    app: Option<Application>,
    is_template: bool,
    is_incomplete: bool,
}

/// Scans what the request names.
///
/// # Errors
/// [`ScanError`] when a named path or rule does not exist. Broken inputs are diagnostics.
pub fn scan(
    request: &Request,
    progress: &(dyn Fn(usize, usize) + Sync),
) -> Result<Outcome, ScanError> {
    scan_from(request, None, progress)
}

/// Scans what the request names, paths shown relative to `base`.
///
/// # Errors
/// As [`scan`].
pub(crate) fn scan_from(
    request: &Request,
    base: Option<&Path>,
    progress: &(dyn Fn(usize, usize) + Sync),
) -> Result<Outcome, ScanError> {
    let start = Instant::now();
    let rules = chosen_rules(request)?;
    let found = inputs::find(&request.paths, base)?;
    let sources = Arc::new(Sources::default());
    let jail = Jail::new(found.base, found.roots, Arc::clone(&sources));
    let total = found.files.len();
    let done = std::sync::atomic::AtomicUsize::new(0);
    let one = |input: &Input| {
        let result = judge(input, &jail.for_template(), &sources, request, &rules);
        progress(done.fetch_add(1, std::sync::atomic::Ordering::Relaxed) + 1, total);
        result
    };
    let results: Vec<FileResult> = with_deep_stacks(|| found.files.par_iter().map(one).collect());
    let paths: Vec<_> = request.paths.iter().map(|path| path.display().to_string()).collect();
    let mut report = Report {
        tool_version: env!("CARGO_PKG_VERSION").to_owned(),
        root: paths.join(" "),
        ..Report::default()
    };
    let mut applications = Vec::new();
    let mut summary = Summary::default();
    for Remark { path, level, message } in found.remarks {
        let place = Place::whole(sources.add(jail.shown(&path), ""));
        report.diagnostics.push(Diagnostic { place, level, message });
        summary.files_not_scanned += usize::from(level == Level::Error);
    }
    for result in results {
        summary.files_scanned += usize::from(result.is_template);
        summary.files_in_part += usize::from(result.is_template && result.is_incomplete);
        summary.files_not_scanned += usize::from(!result.is_template && result.is_incomplete);
        report.findings.extend(result.findings);
        report.functions.extend(result.functions);
        report.diagnostics.extend(result.diagnostics);
        report.unused_suppressions.extend(result.unused);
        applications.extend(result.app);
    }
    suppress::apply_config(request, &rules, &sources, &mut report);
    if let Some(baseline) = &request.baseline {
        baseline.apply(&mut report.findings);
    }
    summary.functions = report.functions.len();
    let is_empty = summary.files_scanned + summary.files_not_scanned == 0;
    let elapsed = u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX);
    report.summary = Summary { elapsed_ms: elapsed, ..summary.count(&report.findings) };
    Ok(Outcome { report, sources, applications, is_empty })
}

/// Runs `work` on threads whose stacks have room for the deepest tree that the parser lets through.
fn with_deep_stacks<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    match rayon::ThreadPoolBuilder::new().stack_size(STACK_BYTES).build() {
        Ok(pool) => pool.install(work),
        // Without threads of our own, those of the process do the same work.
        Err(_) => work(),
    }
}

/// The rules that speak: those of the profile, or those named, less those switched off.
fn chosen_rules(request: &Request) -> Result<Vec<&'static Rule>, ScanError> {
    for name in &request.only {
        if find_rule(name).is_none() {
            return Err(ScanError::NoSuchRule { name: name.clone() });
        }
    }
    let is_chosen = |rule: &&'static Rule| {
        if !request.only.is_empty() {
            return request
                .only
                .iter()
                .filter_map(|name| find_rule(name))
                .any(|named| named.info.id == rule.info.id);
        }
        let of_profile =
            request.profile == Profile::Strict || rule.info.audience == Audience::Everyone;
        request.config.is_enabled(&rule.info).unwrap_or(of_profile)
    };
    Ok(rules::all().filter(is_chosen).collect())
}

/// A rule by id or by name.
pub(crate) fn find_rule(name: &str) -> Option<&'static Rule> {
    name.parse().ok().and_then(rules::by_id).or_else(|| rules::by_name(name))
}

fn judge(
    input: &Input,
    jail: &Jail,
    sources: &Arc<Sources>,
    request: &Request,
    rules: &[&'static Rule],
) -> FileResult {
    let scanned = scan_file(input, jail, sources, request);
    let mut result = FileResult {
        is_template: scanned.app.is_some(),
        is_incomplete: scanned.is_incomplete,
        diagnostics: scanned.diagnostics,
        ..FileResult::default()
    };
    let Some(app) = scanned.app else { return result };
    for rule in rules {
        let work = std::panic::AssertUnwindSafe(|| rule.findings(&app));
        if let Ok(found) = std::panic::catch_unwind(work) {
            result.findings.extend(found);
            continue;
        }
        let message = format!(
            "a fault in rule `{}` ended its work on this file; please report it",
            rule.info.id
        );
        result.diagnostics.push(Diagnostic::error(Place::whole(scanned.file), message));
        result.is_incomplete = true;
    }
    for finding in &mut result.findings {
        if let Some(rule) = rules::by_id(finding.rule) {
            finding.severity = request.config.severity(&rule.info).unwrap_or(finding.severity);
        }
    }
    sign(&mut result.findings, sources);
    if let Some(document) = &scanned.document {
        cdk::name_constructs(document, &mut result.findings);
    }
    let suppressions =
        suppress::Inline::read(sources, scanned.file, &scanned.comments, scanned.document.as_ref());
    result.unused = suppressions.apply(request, rules, &mut result.findings);
    result.functions = rows(&app);
    result.app = request.keep_applications.then_some(app);
    result
}

/// Gives every finding its fingerprint. Findings that are equal in all that a fingerprint is made
/// of are told apart by their order in the file.
fn sign(findings: &mut [Finding], sources: &Sources) {
    findings.sort_by_key(|finding| (finding.place, finding.rule));
    let mut seen: HashMap<String, usize> = HashMap::new();
    for finding in findings {
        let path = sources.path(finding.place.file);
        let parts = |ordinal| FingerprintParts {
            rule: finding.rule,
            path: &path,
            function: finding.function.as_deref().unwrap_or_default(),
            resource: finding.resource.as_deref().unwrap_or_default(),
            property: finding.property.as_deref().unwrap_or_default(),
            ordinal,
        };
        let first = fingerprint(&parts(0));
        let ordinal = seen.entry(first.clone()).or_insert(0);
        let print = if *ordinal == 0 { first } else { fingerprint(&parts(*ordinal)) };
        *ordinal += 1;
        finding.fingerprint = print;
    }
}
