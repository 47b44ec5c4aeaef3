//! One flaw at one place, with its evidence and its mend.

use source_text::Place;

use crate::{Confidence, Evidence, RuleKey, Severity};

/// One flaw at one place.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// The rule that found it.
    pub rule: RuleKey,
    /// How much harm it allows, the graph considered.
    pub severity: Severity,
    /// How sure we are.
    pub confidence: Confidence,
    /// Where it is written.
    pub place: Place,
    /// One sentence: the subject, the flaw, what follows; no line break, no final dot, user text in
    /// back-ticks, never a secret's value.
    pub message: String,
    /// Logical name of the function concerned, if it is one.
    pub function: Option<String>,
    /// Logical name of the resource that has the flaw, if it is not the function itself.
    pub resource: Option<String>,
    /// Property of the resource that has the flaw, such as `Policies` or a statement's index; keeps
    /// two findings on one resource apart in fingerprints.
    pub property: Option<String>,
    /// The condition that makes it true (`` `IsProd` ``), when it does not hold always.
    pub when: Option<String>,
    /// How the flaw is reached, step by step (code flows, references).
    pub trace: Vec<Hop>,
    /// The attack path, outermost first: `internet`, a route, a function, a role, a resource.
    pub path: Vec<String>,
    /// How to mend it.
    pub fix: Option<Fix>,
    /// The secret found, without its value.
    pub secret: Option<Secret>,
    /// The package that has the flaw.
    pub component: Option<Component>,
    /// Names of the known flaw, the one to look up first: `GHSA-…`, `CVE-…`, `MAL-…`.
    pub advisories: Vec<String>,
    /// What was seen of it elsewhere: at run time, in a trail, in an earlier result.
    pub evidence: Vec<Evidence>,
    /// Why it is not counted, when the user accepted it.
    pub suppressed: Option<Suppressed>,
    /// Stable identity, set by the scan.
    pub fingerprint: String,
}

impl Finding {
    /// A finding with nothing but the necessary.
    #[must_use]
    pub fn new(
        rule: impl Into<RuleKey>,
        severity: Severity,
        confidence: Confidence,
        place: Place,
        message: impl Into<String>,
    ) -> Self {
        Self {
            rule: rule.into(),
            severity,
            confidence,
            place,
            message: message.into(),
            function: None,
            resource: None,
            property: None,
            when: None,
            trace: Vec::new(),
            path: Vec::new(),
            fix: None,
            secret: None,
            component: None,
            advisories: Vec::new(),
            evidence: Vec::new(),
            suppressed: None,
            fingerprint: String::new(),
        }
    }

    /// Says which function it concerns.
    #[must_use]
    pub fn function(mut self, name: &str) -> Self {
        self.function = Some(name.to_owned());
        self
    }

    /// Says which resource has the flaw.
    #[must_use]
    pub fn resource(mut self, name: &str) -> Self {
        self.resource = Some(name.to_owned());
        self
    }

    /// Says which property has the flaw.
    #[must_use]
    pub fn property(mut self, path: impl Into<String>) -> Self {
        self.property = Some(path.into());
        self
    }

    /// Says when it is true; `None` is always.
    #[must_use]
    pub fn when(mut self, words: Option<String>) -> Self {
        self.when = words;
        self
    }

    /// Draws the attack path; an empty one is none.
    #[must_use]
    pub fn path(mut self, hops: Vec<String>) -> Self {
        self.path = hops;
        self
    }

    /// Says in one sentence how to mend it.
    #[must_use]
    pub fn fix(mut self, description: impl Into<String>) -> Self {
        self.fix = Some(Fix { description: description.into(), safe: false, edits: Vec::new() });
        self
    }

    /// Adds a step of evidence.
    #[must_use]
    pub fn hop(mut self, place: Place, note: impl Into<String>) -> Self {
        self.trace.push(Hop { place, note: note.into() });
        self
    }

    /// Sets how bad it is.
    #[must_use]
    pub fn severity(mut self, severity: Severity) -> Self {
        self.severity = severity;
        self
    }

    /// Sets how sure we are.
    #[must_use]
    pub fn confidence(mut self, confidence: Confidence) -> Self {
        self.confidence = confidence;
        self
    }

    /// Attaches what is told of a secret.
    #[must_use]
    pub fn secret(mut self, secret: Secret) -> Self {
        self.secret = Some(secret);
        self
    }

    /// Says which package has the flaw.
    #[must_use]
    pub fn component(mut self, purl: impl Into<String>, fixed: Option<String>) -> Self {
        self.component =
            Some(Component { purl: purl.into(), fixed, reach: ComponentReach::Unknown });
        self
    }

    /// Of two findings about one package, both get the reach of the one that gets further.
    pub fn join_reach(&mut self, other: &mut Self) {
        if let (Some(one), Some(two)) = (&mut self.component, &mut other.component) {
            one.reach = one.reach.max(two.reach);
            two.reach = one.reach;
        }
    }

    /// Names the known flaw.
    #[must_use]
    pub fn advisories(mut self, ids: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.advisories = ids.into_iter().map(Into::into).collect();
        self
    }
}

/// One step of a trace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hop {
    /// Where.
    pub place: Place,
    /// What happens there.
    pub note: String,
}

/// A mend.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What to do, in one sentence.
    pub description: String,
    /// Whether applying the edits keeps what the application does for honest users.
    pub safe: bool,
    /// Replacements of text; empty when only words can say it.
    pub edits: Vec<Edit>,
}

/// A replacement of the text of one place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// The text that goes.
    pub place: Place,
    /// The text that comes.
    pub text: String,
}

/// A secret that was found. The value itself is never kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Secret {
    /// Kind, kebab-case: `aws-access-key`, `password`.
    pub kind: String,
    /// First 12 hex digits of SHA-256 of the value: tells equal secrets without telling them.
    pub hash: String,
    /// At most the first four characters of a recognisable prefix (`AKIA…`), never of a password.
    pub preview: String,
    /// Which commits have it, when the history of a repository was looked at.
    pub commits: Option<SecretCommits>,
}

/// Which commits have a secret.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SecretCommits {
    /// The oldest that wrote it.
    pub first: SecretCommit,
    /// The newest that wrote it.
    pub last: SecretCommit,
    /// How often a commit wrote a file with it.
    pub times: usize,
    /// Whether the commit that is checked out has it.
    pub is_in_head: bool,
}

/// A commit that wrote a secret.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SecretCommit {
    /// Its id, hexadecimal.
    pub id: String,
    /// When its author made it, `2026-11-26T23:00:00Z`; empty when it does not say.
    pub date: String,
    /// The file in it.
    pub path: String,
    /// The line of the file, from 1.
    pub line: u32,
}

/// A package that has a flaw.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Component {
    /// Package URL with the version: `pkg:npm/minimist@1.2.5`.
    pub purl: String,
    /// The version to go to, when one is free of the flaw.
    pub fixed: Option<String>,
    /// Whether code gets at it.
    pub reach: ComponentReach,
}

/// Whether the code of an application gets at a package; of several functions that run it, the most.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum ComponentReach {
    /// No function that runs it imports it, directly or through another package.
    NotImported,
    /// Nobody can tell.
    #[default]
    Unknown,
    /// A function imports it.
    Imported,
    /// A function calls what has the flaw.
    Called,
}

impl ComponentReach {
    /// The word for it, when it is known: `not-imported`, `imported`, `called`.
    #[must_use]
    pub fn as_str(self) -> Option<&'static str> {
        match self {
            Self::NotImported => Some("not-imported"),
            Self::Unknown => None,
            Self::Imported => Some("imported"),
            Self::Called => Some("called"),
        }
    }
}

impl Component {
    /// The package URL without the version, qualifiers and subpath: which package, whatever its
    /// version.
    #[must_use]
    pub fn package(&self) -> &str {
        // In a package URL an `@` of a name is written `%40`.
        self.purl.split(['@', '?', '#']).next().unwrap_or(&self.purl)
    }
}

/// Why a finding is not counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suppressed {
    /// Who says so: `inline`, `config`, `baseline`, `vex`, or a peer's marker (`checkov:skip`, `cfn_nag` …).
    pub source: String,
    /// The reason given.
    pub reason: Option<String>,
    /// The last day on which it holds, `YYYY-MM-DD`.
    pub until: Option<String>,
}
