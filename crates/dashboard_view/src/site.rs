//! The pages over one state of the documents, with what is counted and sorted once.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet, HashMap},
};

use finding::{RISKS, Severity};
use maud::Markup;

use crate::{
    Documents, Query, SourceLines,
    documents::{Finding, Given},
    graph_index::GraphIndex,
    html::{Frame, page},
    pages,
};

/// Findings by severity, worst first.
pub(crate) type Counts = [usize; 4];

/// All pages over one state of the documents.
#[derive(Debug)]
pub struct Site {
    pub(crate) given: Given,
    pub(crate) inputs: Vec<(String, String)>,
    pub(crate) remarks: Vec<String>,
    pub(crate) index: Index,
    pub(crate) graph: GraphIndex,
    version: u64,
    follows: bool,
}

/// A page, or a picture on one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// 200 or 404.
    pub status: u16,
    /// `text/html; charset=utf-8`, `image/svg+xml`
    pub kind: &'static str,
    /// The content.
    pub text: String,
}

/// What is counted and sorted once.
#[derive(Debug, Default)]
pub(crate) struct Index {
    /// Numbers of open findings, worst first.
    pub(crate) open: Vec<usize>,
    /// Numbers of accepted findings, worst first.
    pub(crate) accepted: Vec<usize>,
    /// By number of the finding: what is searched, in lower case.
    pub(crate) haystacks: Vec<String>,
    /// Open findings by risk, `SAS-1` first; those of other rules are not in it.
    pub(crate) risks: Vec<Counts>,
    pub(crate) total: Counts,
    /// Open findings of each rule: id, name, count.
    pub(crate) rules: Vec<(String, String, usize)>,
    /// Kinds of evidence of open findings, with how many findings have each.
    pub(crate) evidence: Vec<(String, usize)>,
    /// Findings by name of the function, worst first.
    pub(crate) of_function: HashMap<String, Vec<usize>>,
    /// Open findings by name of the function.
    pub(crate) function_counts: HashMap<String, Counts>,
    /// Numbers of functions, those with the worst findings first.
    pub(crate) functions: Vec<usize>,
    /// How each function of the scan is reached, by number.
    pub(crate) reached: Vec<Reached>,
    /// First and last lines that hold a secret, by file: they are never shown.
    pub(crate) secret_lines: HashMap<String, Vec<(u32, u32)>>,
    pub(crate) packages: Vec<Package>,
    /// Number of the permissions by name of the function.
    pub(crate) permissions: HashMap<String, usize>,
    /// Numbers of alerts, the newest first.
    pub(crate) alerts: Vec<usize>,
    pub(crate) incidents: Vec<Incident>,
    /// Numbers of events of the guard, the newest first.
    pub(crate) guard: Vec<usize>,
}

/// How a function is reached, the most open way first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Reached {
    /// From the internet without authentication.
    Anybody,
    /// From the internet.
    Internet,
    /// From other accounts, or within the account.
    Account,
    /// By services only.
    Service,
    /// Nobody said how.
    #[default]
    Unknown,
}

impl Reached {
    pub(crate) const ALL: [(Self, &'static str, &'static str); 5] = [
        (Self::Anybody, "open", "internet, anybody"),
        (Self::Internet, "internet", "internet, authenticated"),
        (Self::Account, "account", "accounts"),
        (Self::Service, "service", "services only"),
        (Self::Unknown, "unknown", "not known"),
    ];

    /// The word of an address, and the one that is shown.
    pub(crate) fn words(self) -> (&'static str, &'static str) {
        let found = Self::ALL.into_iter().find(|(it, ..)| *it == self);
        found.map_or(("", ""), |(_, word, shown)| (word, shown))
    }
}

/// A package with what is known of it.
#[derive(Debug)]
pub(crate) struct Package {
    pub(crate) purl: String,
    /// Open and accepted findings, worst first.
    pub(crate) findings: Vec<usize>,
    pub(crate) counts: Counts,
    pub(crate) functions: BTreeSet<String>,
    pub(crate) fixed: BTreeSet<String>,
}

/// Alerts that belong together.
#[derive(Debug)]
pub(crate) struct Incident {
    pub(crate) id: String,
    /// Numbers of alerts, the oldest first.
    pub(crate) alerts: Vec<usize>,
    pub(crate) level: String,
    pub(crate) actors: BTreeSet<String>,
    pub(crate) functions: BTreeSet<String>,
}

impl Site {
    /// Counts and sorts. `version` is the number of this state; `follows` tells that there may be a next one.
    #[must_use]
    pub fn new(documents: Documents, version: u64, follows: bool) -> Self {
        let (given, inputs, remarks) = documents.finish();
        let index = Index::of(&given);
        let graph = GraphIndex::of(&given);
        Self { given, inputs, remarks, index, graph, version, follows }
    }

    /// Number of this state.
    #[must_use]
    pub fn version(&self) -> u64 {
        self.version
    }

    /// The page at an address; 404 with a page that says so.
    #[must_use]
    pub fn page(&self, path: &str, query: &Query, source: &dyn SourceLines) -> Answer {
        if path == "/metrics/plot.svg" {
            return pages::metrics::plot(self, query);
        }
        let drawn = match path {
            "/" => Some(("Overview", "/", pages::overview::draw(self))),
            "/functions" if query.get("name").is_empty() => {
                Some(("Functions", path, pages::functions::list(self, query)))
            }
            "/functions" => Some(("Function", path, pages::functions::one(self, query, source))),
            "/findings" if query.get("n").is_empty() => {
                Some(("Findings", path, pages::findings::list(self, query)))
            }
            "/findings" => {
                pages::findings::one(self, query, source).map(|it| ("Finding", path, it))
            }
            "/graph" => Some(("Graph", path, pages::graph::draw(self, query))),
            "/permissions" => Some(("Permissions", path, pages::permissions::draw(self, query))),
            "/packages" => pages::packages::draw(self, query).map(|it| ("Packages", path, it)),
            "/checklist" => Some(("Checklist", path, pages::checklist::draw(self, query))),
            "/guard" => Some(("Guard", path, pages::guard::draw(self, query))),
            "/alerts" => Some(("Alerts", path, pages::alerts::draw(self, query))),
            "/metrics" => Some(("Metrics", path, pages::metrics::draw(self, query))),
            "/chains" => pages::chains::draw(self, query).map(|it| ("Call chains", path, it)),
            "/lake" => Some(("Lake", path, pages::lake::draw(self, query))),
            "/inputs" => Some(("Inputs", path, pages::overview::inputs(self))),
            _ => None,
        };
        // Who waits for answers of the lake sees them when they are there, followed or not.
        let waits = path == "/lake" && pages::lake::is_asked(self, query);
        match drawn {
            Some((title, menu, body)) => self.frame(200, title, menu, waits, &body),
            None => self.frame(404, "Not found", "", false, &pages::overview::not_found()),
        }
    }

    fn frame(&self, status: u16, title: &str, menu: &str, waits: bool, body: &Markup) -> Answer {
        let scan = self.given.scan.as_ref();
        let frame = Frame {
            title,
            menu,
            root: scan.map_or("", |it| &it.root),
            tool: scan.map_or("", |it| &it.tool.version),
            version: self.version,
            follows: self.follows,
            reloads: self.follows || waits,
        };
        Answer { status, kind: "text/html; charset=utf-8", text: page(&frame, body) }
    }

    pub(crate) fn findings(&self) -> &[Finding] {
        self.given.scan.as_ref().map_or(&[], |scan| &scan.findings)
    }
}

/// Where a severity stands in [`Counts`].
pub(crate) fn rank(severity: Severity) -> usize {
    match severity {
        Severity::Critical => 0,
        Severity::High => 1,
        Severity::Medium => 2,
        Severity::Low => 3,
    }
}

fn count(counts: &mut Counts, severity: Severity) {
    if let Some(count) = counts.get_mut(rank(severity)) {
        *count += 1;
    }
}

impl Index {
    fn of(given: &Given) -> Self {
        let mut index = Self { risks: vec![[0; 4]; RISKS.len()], ..Self::default() };
        index.scan(given);
        index.functions(given);
        index.alerts(given);
        let permissions = given.permissions.iter().flat_map(|it| &it.functions).enumerate();
        let by_name = permissions.map(|(number, of)| (of.function.clone(), number));
        index.permissions = by_name.collect();
        let lines = given.guard.as_deref().unwrap_or_default();
        index.guard = (0..lines.len()).collect();
        index.guard.sort_by_key(|at| Reverse(lines.get(*at).and_then(|it| it.time.as_deref())));
        index
    }

    fn scan(&mut self, given: &Given) {
        let findings = given.scan.as_ref().map_or(&[][..], |scan| &scan.findings);
        let mut order: Vec<usize> = (0..findings.len()).collect();
        let sure = |finding: &Finding| match finding.confidence.as_str() {
            "high" => 0,
            "medium" => 1,
            _ => 2,
        };
        order.sort_by_key(|number| {
            findings.get(*number).map(|it| (Reverse(it.severity), it.path.is_empty(), sure(it)))
        });
        let mut rules: BTreeMap<(&str, &str), usize> = BTreeMap::new();
        let mut packages: BTreeMap<&str, Package> = BTreeMap::new();
        let mut evidence: BTreeMap<&str, usize> = BTreeMap::new();
        for (number, finding) in order.iter().filter_map(|it| Some((*it, findings.get(*it)?))) {
            if let Some(name) = &finding.function {
                self.of_function.entry(name.clone()).or_default().push(number);
            }
            if finding.secret.is_some() && finding.place.line > 0 {
                let place = &finding.place;
                let lines = (place.line, place.end_line.max(place.line));
                self.secret_lines.entry(place.file.clone()).or_default().push(lines);
            }
            if let Some(component) = &finding.component {
                let package = packages.entry(&component.purl).or_insert_with(|| Package {
                    purl: component.purl.clone(),
                    findings: Vec::new(),
                    counts: [0; 4],
                    functions: BTreeSet::new(),
                    fixed: BTreeSet::new(),
                });
                package.findings.push(number);
                package.functions.extend(finding.function.clone());
                package.fixed.extend(component.fixed.clone());
                if finding.suppressed.is_none() {
                    count(&mut package.counts, finding.severity);
                }
            }
            if finding.suppressed.is_some() {
                self.accepted.push(number);
                continue;
            }
            self.open.push(number);
            count(&mut self.total, finding.severity);
            *rules.entry((&finding.rule, &finding.name)).or_default() += 1;
            let kinds: BTreeSet<&str> = finding.evidence().iter().map(|it| &*it.kind).collect();
            for kind in kinds {
                *evidence.entry(kind).or_default() += 1;
            }
            if let Some(name) = &finding.function {
                let counts = self.function_counts.entry(name.clone()).or_default();
                count(counts, finding.severity);
            }
            let risk = finding.risk.strip_prefix("SAS-").and_then(|it| it.parse::<usize>().ok());
            let counts = risk.and_then(|it| self.risks.get_mut(it.checked_sub(1)?));
            if let Some(counts) = counts {
                count(counts, finding.severity);
            }
        }
        let owned =
            |((id, name), count): ((&str, &str), usize)| (id.to_owned(), name.to_owned(), count);
        self.rules = rules.into_iter().map(owned).collect();
        self.evidence = evidence.into_iter().map(|(it, count)| (it.to_owned(), count)).collect();
        self.packages = packages.into_values().collect();
        self.packages.sort_by_key(|it| Reverse(it.counts));
        self.haystacks = findings.iter().map(haystack).collect();
    }

    fn functions(&mut self, given: &Given) {
        let functions = given.scan.as_ref().map_or(&[][..], |scan| &scan.functions);
        self.reached = functions
            .iter()
            .map(|function| {
                let ways = function.triggers.iter().map(|trigger| {
                    match (trigger.exposure.as_deref(), trigger.auth.as_deref()) {
                        (Some("internet"), Some("none")) => Reached::Anybody,
                        (Some("internet"), _) => Reached::Internet,
                        (Some("account" | "organisation"), _) => Reached::Account,
                        (Some("service"), _) => Reached::Service,
                        _ => Reached::Unknown,
                    }
                });
                ways.min().unwrap_or_default()
            })
            .collect();
        let counts = |number: &usize| {
            let function = functions.get(*number)?;
            self.function_counts.get(&function.name).copied()
        };
        let mut order: Vec<usize> = (0..functions.len()).collect();
        order.sort_by_key(|number| {
            (Reverse(counts(number).unwrap_or_default()), self.reached.get(*number).copied())
        });
        self.functions = order;
    }

    fn alerts(&mut self, given: &Given) {
        let alerts = given.alerts.as_deref().unwrap_or_default();
        self.alerts = (0..alerts.len()).collect();
        self.alerts.sort_by_key(|at| Reverse(alerts.get(*at).and_then(|it| it.time.as_deref())));
        let mut incidents: BTreeMap<&str, Incident> = BTreeMap::new();
        for (number, alert) in
            self.alerts.iter().rev().filter_map(|it| Some((*it, alerts.get(*it)?)))
        {
            let Some(id) = &alert.incident else { continue };
            let incident = incidents.entry(id).or_insert_with(|| Incident {
                id: id.clone(),
                alerts: Vec::new(),
                level: String::new(),
                actors: BTreeSet::new(),
                functions: BTreeSet::new(),
            });
            incident.alerts.push(number);
            incident.actors.extend(alert.actor.clone());
            incident.functions.extend(alert.function.clone());
        }
        self.incidents = incidents.into_values().collect();
        for incident in &mut self.incidents {
            let levels = incident.alerts.iter().filter_map(|it| alerts.get(*it)).map(|it| it.level);
            incident.level = levels.max().map(|it| it.word().to_owned()).unwrap_or_default();
        }
        let last = |incident: &Incident| {
            incident.alerts.last().and_then(|it| alerts.get(*it)).and_then(|it| it.time.clone())
        };
        self.incidents.sort_by_key(|incident| Reverse(last(incident)));
    }

    /// Whether a line of a file holds a secret.
    pub(crate) fn is_secret(&self, file: &str, line: u32) -> bool {
        let lines = self.secret_lines.get(file);
        lines.is_some_and(|all| all.iter().any(|(first, last)| (*first..=*last).contains(&line)))
    }
}

/// What is searched of a finding.
fn haystack(finding: &Finding) -> String {
    let parts = [
        finding.rule.as_str(),
        &finding.name,
        &finding.message,
        &finding.place.file,
        finding.function.as_deref().unwrap_or_default(),
        finding.resource.as_deref().unwrap_or_default(),
        finding.component.as_ref().map_or("", |it| &it.purl),
    ];
    let mut text = parts.join("\n");
    for advisory in &finding.advisories {
        text.push('\n');
        text.push_str(advisory);
    }
    text.to_lowercase()
}
