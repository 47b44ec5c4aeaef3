//! What manifests and lock files leave open, as findings: one for each fact, however many packages it
//! is about.

use component::Component;
use finding::{Confidence, Finding, RuleInfo, Severity};
use lock_integrity::Fact;

use crate::{
    Package, Packages,
    packages::{named, other_functions},
};

/// Packages that a message names; the trace has more.
const NAMED: usize = 3;
/// Most steps of a trace.
const MOST_HOPS: usize = 20;

/// A fact with the package in which it was seen.
pub(crate) struct Seen<'a> {
    pub(crate) fact: &'a Fact,
    package: &'a Package<'a>,
}

/// What a rule says of a fact.
pub(crate) struct Told {
    message: String,
    fix: String,
    property: String,
    severity: Option<Severity>,
    confidence: Confidence,
}

impl Told {
    /// The message, what keeps it apart from others of the same file, and how to mend it.
    pub(crate) fn new(
        message: impl Into<String>,
        property: impl Into<String>,
        fix: impl Into<String>,
    ) -> Self {
        let (message, property, fix) = (message.into(), property.into(), fix.into());
        Self { message, fix, property, severity: None, confidence: Confidence::High }
    }

    pub(crate) fn severity(mut self, severity: Severity) -> Self {
        self.severity = Some(severity);
        self
    }

    pub(crate) fn confidence(mut self, confidence: Confidence) -> Self {
        self.confidence = confidence;
        self
    }
}

impl<'a> Seen<'a> {
    /// The packages concerned.
    pub(crate) fn components(&self) -> impl Iterator<Item = &'a Component> {
        let all = &self.package.taken.inventory.components;
        self.fact.packages.iter().filter_map(|id| all.get(*id))
    }

    /// The first of them.
    pub(crate) fn first(&self) -> Option<&'a Component> {
        self.components().next()
    }

    /// The first of them by name, and how many there are besides: `` `a`, `b`, `c` and 4 more ``.
    pub(crate) fn names(&self) -> String {
        let names: Vec<String> =
            self.components().take(NAMED).map(|it| format!("`{}`", it.name)).collect();
        let joined = match names.split_last() {
            Some((last, first)) if !first.is_empty() && self.fact.packages.len() <= NAMED => {
                format!("{} and {last}", first.join(", "))
            }
            _ => names.join(", "),
        };
        match self.fact.packages.len().saturating_sub(NAMED) {
            0 => joined,
            more => format!("{joined} and {more} more"),
        }
    }

    /// The names of few, `34 of 60 packages (`a`, …)` of many.
    pub(crate) fn share(&self) -> String {
        match self.fact.packages.len() {
            0..=NAMED => self.names(),
            count if count == self.fact.of => format!("all {count} packages ({})", self.names()),
            count => format!("{count} of {} packages ({})", self.fact.of, self.names()),
        }
    }

    /// The one word when one package is concerned, the other when several are.
    pub(crate) fn verb(&self, one: &'static str, many: &'static str) -> &'static str {
        if self.fact.packages.len() == 1 { one } else { many }
    }
}

/// The findings of a rule in what is left open. Who can call a function does not change how bad it is: the
/// harm comes from those who publish packages.
pub(crate) fn findings(
    packages: &Packages<'_>,
    info: &RuleInfo,
    tell: impl Fn(&Seen<'_>) -> Option<Told>,
) -> Vec<Finding> {
    let mut findings: Vec<Finding> = Vec::new();
    for package in packages.packages {
        for fact in &package.taken.open {
            let seen = Seen { fact, package };
            let Some(told) = tell(&seen) else { continue };
            let finding = finding(packages, info, &seen, told);
            // A layer of several functions is told once.
            let is_told =
                |known: &Finding| known.place == finding.place && known.message == finding.message;
            if !findings.iter().any(is_told) {
                findings.push(finding);
            }
        }
    }
    findings
}

fn finding(packages: &Packages<'_>, info: &RuleInfo, seen: &Seen<'_>, told: Told) -> Finding {
    let Seen { fact, package } = seen;
    let place = package.places.place(&fact.path, fact.line);
    let found = info.finding(place, told.message).property(told.property).fix(told.fix);
    let mut finding = packages
        .about(found, package)
        .severity(told.severity.unwrap_or(info.severity))
        .confidence(told.confidence);
    if let [_] = fact.packages.as_slice()
        && let Some(component) = seen.first()
    {
        finding = finding.component(component.purl(), None);
    }
    for component in seen.components().skip(1).take(MOST_HOPS) {
        if let Some(place) = package.place(component) {
            finding = finding.hop(place, named(component));
        }
    }
    let others = other_functions(packages, package, &finding);
    finding.trace.extend(others);
    finding
}
