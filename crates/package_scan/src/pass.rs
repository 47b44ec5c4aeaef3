//! Every package opened, read and judged alone, in parallel, and forgotten before the next.

use std::{
    collections::{BTreeMap, BTreeSet},
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
    sync::Arc,
};

use app_model::{Application, SmolStr};
use finding::{Finding, Hop};
use inventory::{Mount, Runtime};
use package_files::{Listed, OpenPart, Opened, Source, Taken};
use package_reach::reach;
use rayon::prelude::*;
use rules::{Archive, FunctionReach, Package, Packages, Places as _};
use source_text::{Diagnostic, Place, ReadFile as _};
use vulnerability::{Unusable, matches};

use crate::{
    Advisories, PackageResults, Scope, attested,
    places::Places,
    told,
    work::{self, Job, What},
};

/// Reads and judges the packages of a run.
///
/// # Errors
/// When the index of advisories turns out to be damaged.
pub fn scan_packages(scope: &Scope<'_>) -> Result<PackageResults, Unusable> {
    let work = work::work(scope);
    let pass = Pass { scope, places: Places::new(scope.jail) };
    let judged: Vec<Judged> = work.jobs.par_iter().map(|job| pass.judge_safely(job)).collect();
    let mut result = PackageResults { diagnostics: work.lost, ..PackageResults::default() };
    let mut files: BTreeMap<String, Read> = BTreeMap::new();
    let mut not_covered = BTreeMap::new();
    for one in judged {
        if let Some(unusable) = one.unusable {
            return Err(unusable);
        }
        result.findings.extend(one.findings);
        result.diagnostics.extend(one.told.diagnostics);
        result.components += one.components;
        result.not_looked_up += one.components - one.looked_up;
        for (path, read) in one.files {
            let known = files.entry(path).or_insert(read);
            *known = (*known).max(read);
        }
        for (ecosystem, count) in one.told.not_covered {
            *not_covered.entry(ecosystem).or_insert(0) += count;
        }
    }
    let place = Place::whole(scope.jail.sources().add("", ""));
    result.diagnostics.extend(told::not_looked_up(
        &result,
        &not_covered,
        scope.advisories.is_some(),
        place,
    ));
    let mut told = BTreeSet::new();
    result.diagnostics.retain(|it| told.insert((it.place, it.message.clone())));
    result.findings = once(result.findings);
    let count = |what| files.values().filter(|read| **read == what).count();
    result.not_scanned = count(Read::NotAtAll);
    result.in_part = count(Read::InPart);
    result.files = count(Read::Whole) + result.in_part;
    Ok(result)
}

/// How much of a file was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Read {
    Whole,
    InPart,
    NotAtAll,
}

/// What one package gave.
#[derive(Debug, Default)]
struct Judged {
    findings: Vec<Finding>,
    told: told::Told,
    files: BTreeMap<String, Read>,
    components: usize,
    looked_up: usize,
    unusable: Option<Unusable>,
}

struct Pass<'a> {
    scope: &'a Scope<'a>,
    places: Places<'a>,
}

impl Pass<'_> {
    /// One package whose reading a fault of ours ends must not end the others.
    fn judge_safely(&self, job: &Job) -> Judged {
        catch_unwind(AssertUnwindSafe(|| self.judge(job))).unwrap_or_else(|_| {
            let path = self.scope.jail.shown(job.path());
            let message =
                "a fault of faasguard ended the reading of this package; please report it";
            let mut judged = Judged::default();
            let place = self.places.place(&path, None);
            judged.told.diagnostics.push(Diagnostic::error(place, message));
            judged.files.insert(path, Read::NotAtAll);
            judged
        })
    }

    fn judge(&self, job: &Job) -> Judged {
        let mut judged = Judged::default();
        let opened = self.open(job, &mut judged);
        let runtime = Runtime::of(job.runtime.as_deref().unwrap_or_default());
        let Taken { inventory: taken, audits } = opened.take(&runtime);
        self.note_files(&taken.inventory, &mut judged);
        let inventory = taken.inventory.clone().merged();
        let vulnerabilities = match self.scope.advisories {
            None => None,
            Some(Advisories { index, now, max_age_days, .. }) => {
                match matches(&inventory, index, now, max_age_days) {
                    Ok(found) => Some(found),
                    Err(unusable) => return Judged { unusable: Some(unusable), ..judged },
                }
            }
        };
        let archive = |(part, audit): (usize, code_package::Audit)| {
            let prefix = opened.parts.get(part).map_or("", |it| it.prefix.as_str());
            let shown = prefix.trim_end_matches('!');
            let place = self.places.place(shown, None);
            let contradicted = match opened.parts.get(part) {
                Some(OpenPart { path, source: Source::Archive(map), .. }) => {
                    attested::contradicted(path, shown, map, &self.places)
                }
                _ => None,
            };
            Archive { place, part, audit, contradicted }
        };
        let mut package = Package {
            functions: Vec::new(),
            inventory,
            taken,
            vulnerabilities,
            archives: audits.into_iter().map(archive).collect(),
            reach: Vec::new(),
            places: &self.places,
        };
        judged.told.matches(&package);
        judged.components = told::libraries(&package.inventory).count();
        judged.looked_up = package.vulnerabilities.as_ref().map_or(0, |found| found.looked_up);
        let none = Application::default();
        if job.owners.is_empty() {
            self.rules(&none, &package, &mut judged);
        }
        for (app, functions) in &job.owners {
            package.functions.clone_from(functions);
            package.reach = self.reach(&package, *app);
            let app = self.scope.units.get(*app).map_or(&none, |unit| unit.app);
            self.rules(app, &package, &mut judged);
        }
        judged
    }

    /// What the functions of an application that run a package get at.
    fn reach(&self, package: &Package<'_>, app: usize) -> Vec<FunctionReach> {
        let Some(loaded) = self.scope.advisories.and_then(|it| it.loaded.get(app)) else {
            return Vec::new();
        };
        let of_function = |function: &SmolStr| {
            let loaded = loaded.get(function)?;
            let components = reach(&package.inventory, &package.taken.modules, loaded);
            Some(FunctionReach {
                function: function.clone(),
                components,
                loaded: Arc::clone(loaded),
            })
        };
        package.functions.iter().filter_map(of_function).collect()
    }

    fn rules(&self, app: &Application, package: &Package<'_>, judged: &mut Judged) {
        let packages = Packages { app, packages: std::slice::from_ref(package) };
        for rule in self.scope.rules {
            let work = AssertUnwindSafe(|| rule.package_findings(&packages));
            if let Ok(found) = catch_unwind(work) {
                judged.findings.extend(found);
                continue;
            }
            let id = rule.info.id;
            let message =
                format!("a fault in rule `{id}` ended its work on packages; please report it");
            let place = Place::whole(self.scope.jail.sources().add("", ""));
            judged.told.diagnostics.push(Diagnostic::error(place, message));
            judged.files.insert(String::new(), Read::NotAtAll);
        }
    }

    /// Opens what a package consists of; what cannot be opened is told.
    fn open(&self, job: &Job, judged: &mut Judged) -> Opened {
        let jail = self.scope.jail;
        let mut opened = Opened::default();
        let mut add = |path: &Path, mount| {
            let shown = jail.shown(path);
            let prefix = if shown == "." { "" } else { shown.as_str() };
            let within = jail.root_of(path).unwrap_or(path);
            if let Err(error) = opened.add(path, prefix, mount, within) {
                let message = format!("this package cannot be read: {error}");
                let place = self.places.place(&shown, None);
                judged.told.diagnostics.push(Diagnostic::error(place, message));
                judged.files.insert(shown, Read::NotAtAll);
            }
        };
        match &job.what {
            What::Deployed { code, layers } => {
                if let Some(code) = code {
                    add(code, Mount::Task);
                }
                for layer in layers {
                    add(layer, Mount::Opt);
                }
                opened
            }
            What::Archive(path) => {
                add(path, Mount::Either);
                judged.files.entry(jail.shown(path)).or_insert(Read::Whole);
                opened
            }
            What::Project { folder, names } => {
                let shown = jail.shown(folder);
                let within = jail.root_of(folder).unwrap_or(folder).to_path_buf();
                let listed = Listed::new(folder.clone(), within, names.clone());
                Opened::listed(listed, if shown == "." { "" } else { &shown })
            }
        }
    }

    /// Which files were read, and what of them was not.
    fn note_files(&self, inventory: &component::Inventory, judged: &mut Judged) {
        for file in &inventory.files {
            judged.files.insert(file.path.clone(), Read::Whole);
        }
        for remark in &inventory.remarks {
            let place = self.places.place(&remark.path, remark.line);
            let (diagnostic, read) = told::of_remark(remark, place);
            judged.told.diagnostics.push(diagnostic);
            if let Some(read) = read {
                let known = judged.files.entry(remark.path.clone()).or_insert(read);
                *known = (*known).max(read);
            }
        }
        if inventory.remarks_left_out > 0 {
            let message = format!("{} more remarks on packages", inventory.remarks_left_out);
            let place = Place::whole(self.scope.jail.sources().add("", ""));
            judged.told.diagnostics.push(Diagnostic::warning(place, message));
        }
    }
}

/// Tells once what several packages show at one line: a layer of several functions. The worst speaks,
/// and names the functions of the others.
fn once(findings: Vec<Finding>) -> Vec<Finding> {
    type Key = (finding::RuleKey, Place, Option<String>, Option<String>, Option<String>);
    let mut told: BTreeMap<Key, usize> = BTreeMap::new();
    let mut kept: Vec<Finding> = Vec::new();
    for mut finding in findings {
        let purl = finding.component.as_ref().map(|it| it.purl.clone());
        let advisory = finding.advisories.first().cloned();
        let key = (finding.rule, finding.place, purl, advisory, finding.property.clone());
        let Some(known) = told.get(&key).and_then(|at| kept.get_mut(*at)) else {
            told.insert(key, kept.len());
            kept.push(finding);
            continue;
        };
        known.join_reach(&mut finding);
        if finding.severity > known.severity {
            std::mem::swap(known, &mut finding);
        }
        let name = finding.function.filter(|it| known.function.as_ref() != Some(it));
        if let Some(name) = name {
            let note = format!("`{name}` runs it, too");
            if !known.trace.iter().any(|hop| hop.note == note) {
                known.trace.push(Hop { place: finding.place, note });
            }
        }
    }
    kept
}
