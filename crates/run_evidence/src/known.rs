//! Facts of functions, joined with the applications that have them.

use std::collections::{BTreeSet, HashMap};

use app_model::{Function, PassedAttacks, SmolStr, Unattested};
use attestation::Digest;
use finding::{Confidence, Evidence, EvidenceKind, Finding, RuleKey, Severity};
use least_privilege::Names;
use trail_usage::Usage;

use crate::{
    Observed, ObservedFunction, Revisions, Unmatched, attacks,
    matching::{Matcher, Target},
    permissions::{self, Window},
    words::{some, when},
};

/// What was seen, where somebody told.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sources<'a> {
    /// What functions did.
    pub observed: Option<&'a Observed>,
    /// What roles did.
    pub usage: Option<&'a Usage>,
    /// What was attested, and what runs.
    pub revisions: Option<&'a Revisions>,
    /// Now, in milliseconds since 1970, for words such as "in the last 7 days".
    pub now: Option<i64>,
}

/// What is known of the functions of applications.
pub struct Known<'a> {
    applications: &'a [Names<'a>],
    matcher: Matcher,
    sources: Sources<'a>,
    functions: HashMap<Target, Facts>,
    by_name: HashMap<&'a str, Vec<Target>>,
    window: Option<Window>,
    unmatched: Vec<Unmatched>,
}

impl std::fmt::Debug for Known<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Known").field("functions", &self.functions).finish_non_exhaustive()
    }
}

/// What is known of one function.
#[derive(Debug, Default)]
struct Facts {
    observed: Option<ObservedFunction>,
    digest: Option<Digest>,
}

impl<'a> Known<'a> {
    /// Joins what was seen with the functions of the applications.
    #[must_use]
    pub fn new(applications: &'a [Names<'a>], sources: Sources<'a>) -> Self {
        let mut by_name: HashMap<&str, Vec<Target>> = HashMap::new();
        for (application, names) in applications.iter().enumerate() {
            for (function, it) in names.app().functions.iter().enumerate() {
                by_name.entry(it.name.as_str()).or_default().push((application, function));
            }
        }
        let mut known = Self {
            matcher: Matcher::new(applications),
            window: sources.usage.and_then(Window::of),
            functions: HashMap::new(),
            unmatched: Vec::new(),
            applications,
            by_name,
            sources,
        };
        known.join_logs();
        known.join_code();
        known
    }

    fn join_logs(&mut self) {
        let Some(observed) = self.sources.observed else { return };
        for (name, seen) in observed.functions() {
            match self.matcher.find(name) {
                Ok(targets) => {
                    for target in targets {
                        let facts = self.functions.entry(target).or_default();
                        facts.observed.get_or_insert_default().merge(seen);
                    }
                }
                Err(unmatched) => self.unmatched.push(unmatched),
            }
        }
    }

    fn join_code(&mut self) {
        let Some(revisions) = self.sources.revisions else { return };
        for (application, names) in self.applications.iter().enumerate() {
            let app = names.app();
            for live in &app.live.functions {
                let digest = live.code_sha256.as_deref().and_then(Digest::from_base64);
                let at = app.functions.iter().position(|it| it.name == live.function);
                if let Some((digest, at)) = digest.zip(at) {
                    self.functions.entry((application, at)).or_default().digest = Some(digest);
                }
            }
        }
        for (name, digest) in &revisions.deployed {
            match self.matcher.find(name) {
                Ok(targets) => {
                    for target in targets {
                        self.functions.entry(target).or_default().digest = Some(*digest);
                    }
                }
                Err(unmatched) => self.unmatched.push(unmatched),
            }
        }
    }

    /// Names of the account that mean none of the functions, or several: they are evidence for nothing.
    #[must_use]
    pub fn unmatched(&self) -> &[Unmatched] {
        &self.unmatched
    }

    /// Attacks that reached handlers, with the index of the application.
    #[must_use]
    pub fn passed(&self) -> Vec<(usize, PassedAttacks)> {
        let mut all: Vec<(usize, PassedAttacks)> = Vec::new();
        for (target, function, facts) in self.each() {
            let Some(observed) = &facts.observed else { continue };
            let found: Vec<_> = observed
                .events
                .iter()
                .filter(|(key, _)| attacks::is_attack(key) && !key.is_refused)
                .collect();
            if found.is_empty() {
                continue;
            }
            let sum = attacks::sum(&found);
            let attack = PassedAttacks {
                function: function.name.clone(),
                count: sum.count,
                what: some(&attacks::subjects(&found)),
                when: when(&sum, self.sources.now),
            };
            all.push((target.0, attack));
        }
        all
    }

    /// Functions whose code nobody attested, with the index of the application; none where nothing is
    /// attested at all.
    #[must_use]
    pub fn unattested(&self) -> Vec<(usize, Unattested)> {
        let Some(revisions) = self.sources.revisions.filter(|it| !it.is_empty()) else {
            return Vec::new();
        };
        self.each()
            .filter_map(|(target, function, facts)| {
                let digest = facts.digest.filter(|digest| revisions.of(*digest).is_none())?;
                let function = function.name.clone();
                Some((target.0, Unattested { function, code_sha256: digest.base64() }))
            })
            .collect()
    }

    /// Functions with facts, in the order of applications and functions.
    fn each(&self) -> impl Iterator<Item = (Target, &'a Function, &Facts)> {
        let mut targets: Vec<_> = self.functions.keys().copied().collect();
        targets.sort_unstable();
        targets.into_iter().filter_map(|target| {
            let function = self.applications.get(target.0)?.app().functions.get(target.1)?;
            Some((target, function, self.functions.get(&target)?))
        })
    }

    /// Writes to findings what was seen of them; `rule_name` tells the name of a rule of ours.
    pub fn attach(
        &self,
        findings: &mut [Finding],
        rule_name: &dyn Fn(RuleKey) -> Option<&'static str>,
    ) {
        for finding in findings {
            let name = rule_name(finding.rule).unwrap_or_default();
            let mut evidence: Vec<Evidence> = self.permissions(finding).into_iter().collect();
            if let Some(target) = self.target(finding)
                && let Some(facts) = self.functions.get(&target)
            {
                evidence.extend(self.run_time(finding, name, facts));
                evidence.extend(self.revision(name, facts));
            }
            weigh(finding, name, &evidence);
            finding.evidence.extend(evidence);
        }
    }

    /// The function that a finding is about: that of its template where several have its name.
    fn target(&self, finding: &Finding) -> Option<Target> {
        let candidates = self.by_name.get(finding.function.as_deref()?)?;
        match candidates.as_slice() {
            [one] => Some(*one),
            several => {
                let in_file = |target: &&Target| {
                    let app = self.applications.get(target.0).map(|it| it.app().place.file);
                    app == Some(finding.place.file)
                };
                let mut fitting = several.iter().filter(in_file);
                fitting.next().filter(|_| fitting.next().is_none()).copied()
            }
        }
    }

    fn run_time(&self, finding: &Finding, name: &str, facts: &Facts) -> Vec<Evidence> {
        let Some(observed) = &facts.observed else { return Vec::new() };
        let risk = finding.rule.sas().map_or(0, |it| it.risk);
        let mut evidence = attacks::evidence(observed, name, risk == 2, self.sources.now);
        // That it runs matters where somebody may start it, and says no more where an event does.
        if evidence.is_empty() && [1, 2, 6, 8, 9].contains(&risk) {
            evidence.extend(attacks::ran(observed, self.sources.now));
        }
        evidence
    }

    /// Which revision a function runs; what runs without one is a finding of its own.
    fn revision(&self, name: &str, facts: &Facts) -> Option<Evidence> {
        let (revisions, digest) = (self.sources.revisions?, facts.digest?);
        if revisions.is_empty() || name == "unattested-code" {
            return None;
        }
        let (kind, text) = match revisions.of(digest) {
            Some(revision) => (EvidenceKind::Revision, format!("it runs {}", revision.words())),
            None => (
                EvidenceKind::UnknownRevision,
                "it was deployed from an unknown revision: no attestation names what runs"
                    .to_owned(),
            ),
        };
        let (count, first, last) = (None, None, None);
        Some(Evidence { kind, text, count, first, last, source: "attestation" })
    }

    fn permissions(&self, finding: &Finding) -> Option<Evidence> {
        let usage: &Usage = self.sources.usage?;
        if finding.rule.sas()?.risk != 4 {
            return None;
        }
        let targets: BTreeSet<Target> = match self.target(finding) {
            Some(target) => BTreeSet::from([target]),
            None => self.functions_of_role(finding.resource.as_deref()?),
        };
        targets.into_iter().find_map(|target| {
            let names = self.applications.get(target.0)?;
            let function = names.app().functions.get(target.1)?;
            let deployed = self.matcher.deployed(target)?;
            permissions::evidence(names, function, deployed, finding.place, (usage, self.window))
        })
    }

    fn functions_of_role(&self, role: &str) -> BTreeSet<Target> {
        let role = SmolStr::new(role);
        let mut all = BTreeSet::new();
        for (application, names) in self.applications.iter().enumerate() {
            let of_role = names.app().functions.iter().enumerate();
            let of_role = of_role.filter(|(_, function)| function.role.as_ref() == Some(&role));
            all.extend(of_role.map(|(function, _)| (application, function)));
        }
        all
    }
}

/// What evidence does to a finding: attacks that reach the handler raise it, uses settle what nobody saw.
fn weigh(finding: &mut Finding, name: &str, evidence: &[Evidence]) {
    let has = |kind| evidence.iter().any(|it| it.kind == kind);
    let is_flow = finding.rule.sas().is_some_and(|it| it.risk == 1);
    if is_flow && has(EvidenceKind::Passed) {
        // Somebody hostile sends the data that the flow begins with.
        finding.confidence = finding.confidence.max(Confidence::Medium);
        finding.severity = match finding.severity {
            Severity::Low => Severity::Medium,
            Severity::Medium => Severity::High,
            Severity::High | Severity::Critical => Severity::Critical,
        };
    }
    if name == "unused-permission" {
        if has(EvidenceKind::NeverUsed) {
            finding.confidence = Confidence::High;
        } else if has(EvidenceKind::Used) {
            // The code that needs it was not seen.
            finding.confidence = Confidence::Low;
        }
    }
}
