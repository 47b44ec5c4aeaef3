//! The scan itself: every input read and judged alone, in parallel, the results put in order.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    path::Path,
    sync::Arc,
    time::Instant,
};

use app_model::Application;
use finding::{Audience, Finding, FingerprintParts, fingerprint};
use jail::{Jail, read_text};
use package_scan::{Advisories, PackageResults, Scope, Unit, scan_packages};
use rayon::prelude::*;
use report::{FunctionRow, Report, Summary, UnusedSuppression};
use rules::Rule;
use source_text::{Diagnostic, FileId, Level, Place, Sources};

use crate::{
    CodeView, Outcome, Profile, Request, ScanError,
    azure_code::{self, Projects},
    bicep, cdk,
    code::{self, Bench, CodeResult},
    edits, evidence, file_secrets,
    inputs::{self, Input, Inputs, Remark},
    live, own,
    rows::rows,
    suppress::{self, Inline},
    template::{Scanned, scan_file},
    terraform, vex, vulndb,
    wording::Services,
};

/// Stack of a worker: only the part that is used takes memory.
const STACK_BYTES: usize = 256 << 20;

/// What one template gave.
#[derive(Default)]
pub(crate) struct FileResult {
    file: FileId,
    /// Files that it was read from.
    files: usize,
    /// Those of them that are not read by themselves.
    linked: Vec<FileId>,
    pub(crate) findings: Vec<Finding>,
    functions: Vec<FunctionRow>,
    diagnostics: Vec<Diagnostic>,
    suppressions: Inline,
    pub(crate) app: Option<Application>,
    is_incomplete: bool,
    undetermined: usize,
}

impl FileResult {
    /// Tells something besides.
    pub(crate) fn remark(&mut self, remarks: Vec<Diagnostic>) {
        self.diagnostics.extend(remarks);
    }
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
    // An index that cannot answer ends the run before anything is called free of known flaws.
    let mapped = request.vulndb.as_ref().map(vulndb::open).transpose()?;
    let index = mapped.as_ref().zip(request.vulndb.as_ref());
    let index = index.map(|(mapped, vulndb)| vulndb::index(mapped, vulndb)).transpose()?;
    let mut found = inputs::find(&request.paths, base)?;
    // Rules of users are told by places in their files; others begin with no text.
    let sources = if request.own_rules.is_empty() {
        Arc::new(Sources::default())
    } else {
        Arc::clone(&request.sources)
    };
    let roots = std::mem::take(&mut found.roots);
    let jail = Jail::new(std::mem::take(&mut found.base), roots, Arc::clone(&sources))
        .with_edited(Arc::clone(&request.edited));
    // Whether code imports what is flawed decides how bad a flaw of a package is.
    let asks_reach = index.is_some() && package_scan::is_asked(&rules);
    let asks_code = request.reads_code || code::is_asked(&rules) || asks_reach;
    let projects = Projects::of(&found, &jail);
    if !asks_code {
        found.code.clear();
    }
    let bench = Bench { jail: &jail, sources: &sources, request, rules: &rules };
    let total = found.files.len() + found.terraform.len() + found.bicep.len() + found.code.len();
    let done = std::sync::atomic::AtomicUsize::new(0);
    let advance = || {
        let done = done.fetch_add(1, std::sync::atomic::Ordering::Relaxed) + 1;
        progress(done, total.max(done));
    };
    let advisories = index.as_ref().zip(request.vulndb.as_ref());
    let (mut results, code, packages, mut secrets) = with_deep_stacks(|| {
        let mut stages = stages_of(&found, &bench, &advance);
        let configurations = terraform::read_all(&found.terraform, &jail, &sources, request);
        let sources_of_bicep = bicep::read_all(&found.bicep, &jail, &sources, request);
        let all = configurations.into_par_iter().chain(sources_of_bicep);
        stages.extend(all.map(|it| stage(it, &bench)).collect::<Vec<_>>());
        let mut results = finish(stages, projects, &mut found, &bench);
        found.terraform.iter().chain(&found.bicep).for_each(|_| advance());
        live::compare(&mut results, &bench);
        evidence::judge(&mut results, &bench);
        let code = if asks_code { run_code(&mut found, &results, &bench, &advance) } else { None };
        let loaded = code.as_ref().map_or(&[][..], |code| &code.loaded);
        let advisories = advisories.map(|(index, request)| Advisories {
            index,
            now: request.now,
            max_age_days: request.max_age_days,
            loaded,
        });
        let packages = run_packages(&found, &results, &bench, advisories);
        let secrets = file_secrets::scan_secrets(&found, &units(&results), &bench);
        (results, code, packages, secrets)
    });
    let mut code = code.unwrap_or_default();
    finish_code(&mut code, &mut results, &found, &bench);
    let mut packages = packages?;
    set_severities(&mut packages.findings, request);
    sign(&mut packages.findings, &sources);
    code.unused.extend(accept_in_manifests(&found, &bench, &mut packages.findings));
    set_severities(&mut secrets.findings, request);
    sign(&mut secrets.findings, &sources);
    let services = Services::of(units(&results).iter().map(|unit| unit.app), &sources);
    let mut outcome = assemble(found, results, code, packages, &bench);
    let path_of = |place: Place| sources.path(place.file);
    file_secrets::join(secrets.findings, &mut outcome.report, &path_of);
    outcome.report.diagnostics.extend(secrets.diagnostics);
    outcome.report.vulndb = advisories.map(|(index, it)| vulndb::about(index, it)).transpose()?;
    let name = outcome.base.file_name().map(|it| it.to_string_lossy().into_owned());
    outcome.report.vex.application = name.unwrap_or_default();
    evidence::attach(request, &mut outcome);
    vex::apply(request, &rules, &sources, &mut outcome.report);
    suppress::apply_config(request, &rules, &sources, (&outcome.base, &mut outcome.report));
    crate::escalations::join(&mut outcome.report.findings, &sources);
    services.word(&mut outcome.report.findings);
    if let Some(baseline) = &request.baseline {
        baseline.apply(&mut outcome.report.findings);
    }
    evidence::compare(request, &rules, &sources, &mut outcome.report);
    let elapsed = u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX);
    let summary = outcome.report.summary.count(&outcome.report.findings);
    outcome.report.summary = Summary { elapsed_ms: elapsed, ..summary };
    Ok(outcome)
}

/// Templates that another one links to are judged with what it gives them, and not once more alone.
fn leave_out_linked(stages: &mut Vec<Stage>, sources: &Sources) {
    let linked: BTreeSet<String> =
        stages.iter().flat_map(Stage::linked).map(|file| sources.path(*file)).collect();
    if !linked.is_empty() {
        stages.retain(|stage| !linked.contains(&sources.path(stage.file())));
    }
}

/// Reads and judges the packages that functions run and projects ask for.
fn run_packages(
    found: &Inputs,
    results: &[FileResult],
    bench: &Bench<'_>,
    advisories: Option<Advisories<'_>>,
) -> Result<PackageResults, ScanError> {
    if !package_scan::is_asked(bench.rules) {
        return Ok(PackageResults::default());
    }
    let scope = Scope {
        jail: bench.jail,
        rules: bench.rules,
        units: &units(results),
        manifests: &found.packages,
        archives: &found.archives,
        advisories,
    };
    scan_packages(&scope).map_err(|why| {
        let path = bench.request.vulndb.as_ref().map(|it| it.path.clone()).unwrap_or_default();
        ScanError::Vulndb { path, why }
    })
}

/// Reads and judges code, that of named templates' folders, too.
fn run_code(
    found: &mut Inputs,
    results: &[FileResult],
    bench: &Bench<'_>,
    advance: &(dyn Fn() + Sync),
) -> Option<CodeResult> {
    let units = units(results);
    code::add_named_folders(found, &units, bench.jail);
    let has_code = !found.code.is_empty() || units.iter().any(|it| !it.app.functions.is_empty());
    has_code.then(|| code::scan_code(found, &units, bench, advance))
}

/// The applications that were read.
fn units(results: &[FileResult]) -> Vec<Unit<'_>> {
    results
        .iter()
        .filter_map(|result| Some(Unit { app: result.app.as_ref()?, template: result.file }))
        .collect()
}

/// Gives findings of code their settings and fingerprints, and applies what comments of code and of
/// templates accept.
fn finish_code(
    code: &mut CodeResult,
    results: &mut [FileResult],
    found: &Inputs,
    bench: &Bench<'_>,
) {
    if code.files.is_empty() {
        code.files = code::of_known(&found.known, bench.sources);
    }

    let applications = results.iter_mut().filter(|result| result.app.is_some());
    for (result, privileges) in applications.zip(&code.privileges) {
        code::join_rights(&mut result.findings, &mut code.findings, privileges);
    }
    set_severities(&mut code.findings, bench.request);
    sign(&mut code.findings, bench.sources);
    let mut by_file: HashMap<FileId, Vec<Finding>> = HashMap::new();
    // What a template's rules say of a file of code is accepted there.
    let of_code: BTreeSet<FileId> =
        code.files.iter().filter(|text| text.is_file).map(|text| text.file).collect();
    let in_code = results
        .iter_mut()
        .flat_map(|it| it.findings.extract_if(.., |found| of_code.contains(&found.place.file)));
    for finding in code.findings.drain(..).chain(in_code) {
        by_file.entry(finding.place.file).or_default().push(finding);
    }
    for result in results {
        result.is_incomplete |= code.templates_in_part.contains(&result.file);
        let of_template = code.files.iter().filter(|it| !it.is_file && it.file == result.file);
        of_template.for_each(|text| result.suppressions.add_code(text));
        result.findings.extend(by_file.remove(&result.file).unwrap_or_default());
    }
    for text in code.files.iter().filter(|text| text.is_file) {
        let mut suppressions = Inline::default();
        suppressions.add_code(text);
        let mut findings = by_file.remove(&text.file).unwrap_or_default();
        code.unused.extend(suppressions.apply(bench.request, bench.rules, &mut findings));
        code.findings.extend(findings);
    }
    // What stands in an included file has no comments that are read.
    code.findings.extend(by_file.into_values().flatten());
}

/// Applies what comments of manifests and lock files accept; gives the comments that accepted nothing.
fn accept_in_manifests(
    found: &Inputs,
    bench: &Bench<'_>,
    findings: &mut Vec<Finding>,
) -> Vec<UnusedSuppression> {
    let Bench { jail, sources, request, rules } = bench;
    let mut by_file: BTreeMap<FileId, Vec<Finding>> = BTreeMap::new();
    for finding in findings.drain(..) {
        by_file.entry(finding.place.file).or_default().push(finding);
    }
    let mut unused = Vec::new();
    let mut known = BTreeSet::new();
    for (file, mut of_file) in by_file {
        known.insert(sources.path(file));
        unused.extend(Inline::of_manifest(sources, file).apply(request, rules, &mut of_file));
        findings.extend(of_file);
    }
    // Comments of files in which nothing is found are unused, too.
    for path in &found.packages {
        let shown = jail.shown(path);
        let text = if known.contains(&shown) { None } else { read_text(path).ok() };
        if let Some(text) = text.filter(|text| suppressions::may_hold_any(text)) {
            let file = sources.add(shown, text);
            unused.extend(Inline::of_manifest(sources, file).apply(request, rules, &mut []));
        }
    }
    unused
}

/// Puts the results of all files in order.
fn assemble(
    found: Inputs,
    results: Vec<FileResult>,
    code: CodeResult,
    packages: PackageResults,
    bench: &Bench<'_>,
) -> Outcome {
    let Bench { jail, sources, request, rules } = bench;
    let paths: Vec<_> = request.paths.iter().map(|path| path.display().to_string()).collect();
    let mut report = Report {
        tool_version: env!("CARGO_PKG_VERSION").to_owned(),
        root: paths.join(" "),
        ..Report::default()
    };
    let code_files = code.files.iter().filter(|text| text.is_file).count();
    let mut summary = Summary {
        files_scanned: code_files + packages.files,
        code_files,
        files_in_part: code.in_part + packages.in_part,
        files_not_scanned: code.not_scanned + packages.not_scanned,
        components: packages.components,
        components_not_looked_up: packages.not_looked_up,
        functions_without_code: code.without_code,
        ..Summary::default()
    };
    for Remark { path, level, message } in found.remarks {
        let place = Place::whole(sources.add(jail.shown(&path), ""));
        report.diagnostics.push(Diagnostic { place, level, message });
        summary.files_not_scanned += usize::from(level == Level::Error);
    }
    let mut applications = Vec::new();
    for mut result in results {
        let is_template = result.app.is_some();
        summary.files_scanned += if is_template { result.files } else { 0 };
        summary.files_in_part += usize::from(is_template && result.is_incomplete);
        summary.files_not_scanned += usize::from(!is_template && result.is_incomplete);
        summary.undetermined += result.undetermined;
        let unused = result.suppressions.apply(request, rules, &mut result.findings);
        report.findings.extend(result.findings);
        report.functions.extend(result.functions);
        report.diagnostics.extend(result.diagnostics);
        report.unused_suppressions.extend(unused);
        let is_kept = request.keep_applications || request.seen.asks_applications();
        applications.extend(result.app.filter(|_| is_kept));
    }
    report.findings.extend(code.findings);
    report.findings.extend(packages.findings);
    report.diagnostics.extend(code.diagnostics);
    report.diagnostics.extend(packages.diagnostics);
    report.unused_suppressions.extend(code.unused);
    summary.functions = report.functions.len();
    let is_empty = summary.files_scanned + summary.files_not_scanned == 0;
    report.summary = summary;
    let mut views: Vec<CodeView> = code.views;
    views.resize_with(applications.len(), CodeView::default);
    let base = jail.base().to_path_buf();
    let own_rules = Arc::clone(&request.own_rules);
    let sources = Arc::clone(sources);
    Outcome { report, base, sources, applications, code: views, own_rules, is_empty }
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
pub(crate) fn chosen_rules(request: &Request) -> Result<Vec<&'static Rule>, ScanError> {
    for name in &request.only {
        if rules::named(name).is_empty() && request.own_rules.info(name).is_none() {
            return Err(ScanError::no_such_rule(name));
        }
    }
    let is_chosen = |rule: &&'static Rule| {
        if !request.only.is_empty() {
            return request
                .only
                .iter()
                .flat_map(|name| rules::named(name))
                .any(|named| named.info.id == rule.info.id);
        }
        let of_profile =
            request.profile == Profile::Strict || rule.info.audience == Audience::Everyone;
        request.profile != Profile::Silent
            && request.config.is_enabled(&rule.info.facts()).unwrap_or(of_profile)
    };
    Ok(rules::all().filter(is_chosen).collect())
}

/// A file that is judged, or one whose application waits for its code.
enum Stage {
    Judged(Box<FileResult>),
    Open(Box<Scanned>),
}

impl Stage {
    fn file(&self) -> FileId {
        match self {
            Self::Judged(result) => result.file,
            Self::Open(scanned) => scanned.file,
        }
    }

    fn linked(&self) -> &[FileId] {
        match self {
            Self::Judged(result) => &result.linked,
            Self::Open(scanned) => &scanned.linked,
        }
    }
}

/// Judges what needs no code of Azure.
fn stage(scanned: Scanned, bench: &Bench<'_>) -> Stage {
    if scanned.app.as_ref().is_some_and(azure_code::is_open) {
        return Stage::Open(Box::new(scanned));
    }
    Stage::Judged(Box::new(judge_scanned(scanned, bench)))
}

/// Joins what waits with its code and judges it.
fn finish(
    stages: Vec<Stage>,
    projects: Option<Projects>,
    found: &mut Inputs,
    bench: &Bench<'_>,
) -> Vec<FileResult> {
    let (mut results, mut open) = (Vec::new(), Vec::new());
    let mut order: HashMap<FileId, usize> = HashMap::new();
    for (at, stage) in stages.into_iter().enumerate() {
        match stage {
            Stage::Judged(result) => {
                // Files that are no templates have no handle.
                if result.app.is_some() || !result.diagnostics.is_empty() {
                    order.insert(result.file, at);
                }
                results.push(*result);
            }
            Stage::Open(scanned) => {
                order.insert(scanned.file, at);
                open.push(*scanned);
            }
        }
    }
    if let Some(projects) = projects {
        open = projects.join(open, bench.sources);
        found.known = projects.into_known();
    }
    let judged: Vec<FileResult> =
        open.into_par_iter().map(|scanned| judge_scanned(scanned, bench)).collect();
    results.extend(judged);
    results.sort_by_key(|result| order.get(&result.file).copied().unwrap_or(usize::MAX));
    results
}

/// Every file that may be a template, without those that others link to.
fn stages_of(found: &Inputs, bench: &Bench<'_>, advance: &(dyn Fn() + Sync)) -> Vec<Stage> {
    let one = |input: &Input| {
        let stages = judge(input, bench);
        advance();
        stages
    };
    let mut stages: Vec<Stage> = found.files.par_iter().flat_map(one).collect();
    leave_out_linked(&mut stages, bench.sources);
    stages
}

/// One file: read, and judged where that needs no code of Azure.
fn judge(input: &Input, bench: &Bench<'_>) -> Vec<Stage> {
    let Bench { jail, sources, request, .. } = bench;
    if let Some(applications) = live::read(input, jail, sources, request) {
        let judged = applications.into_par_iter().map(|it| judge_scanned(it, bench));
        let judged = live::each_once(judged.collect()).into_iter();
        return judged.map(|result| Stage::Judged(Box::new(result))).collect();
    }
    vec![stage(scan_file(input, &jail.for_template(), sources, request), bench)]
}

fn judge_scanned(scanned: Scanned, bench: &Bench<'_>) -> FileResult {
    let Bench { sources, request, rules, .. } = bench;
    let mut result = FileResult {
        file: scanned.file,
        files: if scanned.is_further { 0 } else { scanned.files.max(1) },
        linked: scanned.linked,
        is_incomplete: scanned.is_incomplete,
        diagnostics: scanned.diagnostics,
        ..FileResult::default()
    };
    let Some(app) = scanned.app else { return result };
    for rule in *rules {
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
    if scanned.is_terraform {
        terraform::word(&mut result.findings);
    }
    set_severities(&mut result.findings, request);
    let own = own::judge(&app, request);
    result.findings.extend(own.findings);
    result.diagnostics.extend(own.diagnostics);
    result.is_incomplete |= own.is_incomplete;
    result.undetermined = own.undetermined;
    terraform::place(&mut result.findings, &app.foreign);
    sign(&mut result.findings, sources);
    if let Some(document) = &scanned.document {
        cdk::name_constructs(document, &mut result.findings);
    }
    result.suppressions =
        Inline::read(sources, scanned.file, &scanned.comments, scanned.document.as_ref());
    scanned.commented.iter().for_each(|file| result.suppressions.add_file(file));
    if request.edits {
        edits::add(&mut result.findings, sources);
    }
    result.functions = rows(&app);
    result.app = Some(app);
    result
}

/// Severities that the settings give.
pub(crate) fn set_severities(findings: &mut [Finding], request: &Request) {
    for finding in findings {
        if let Some(rule) = rules::by_id(finding.rule) {
            finding.severity =
                request.config.severity(&rule.info.facts()).unwrap_or(finding.severity);
        }
    }
}

/// Gives every finding its fingerprint. Findings that are equal in all that a fingerprint is made
/// of are told apart by their order in the file.
pub(crate) fn sign(findings: &mut [Finding], sources: &Sources) {
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
            component: finding.component.as_ref().map_or("", finding::Component::package),
            advisory: finding.advisories.first().map_or("", String::as_str),
            ordinal,
        };
        let first = fingerprint(&parts(0));
        let ordinal = seen.entry(first.clone()).or_insert(0);
        let print = if *ordinal == 0 { first } else { fingerprint(&parts(*ordinal)) };
        *ordinal += 1;
        finding.fingerprint = print;
    }
}
