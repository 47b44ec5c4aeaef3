//! From known flaws of an application to what can be said of them.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::{Decision, Justification, Statement, Status};

/// Whether the code of an application gets at a package; of several functions, the most.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reach {
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

/// A known flaw of a package that was looked at.
#[derive(Clone, Debug)]
pub struct Flaw<'a> {
    /// Names of the flaw, the main one first.
    pub ids: &'a [String],
    /// Package URL with the version.
    pub purl: &'a str,
    /// The version to go to, when one is free of the flaw.
    pub fixed: Option<&'a str>,
    /// Whether code gets at the package.
    pub reach: Reach,
    /// What somebody said of it already.
    pub said: Option<Decision<'a>>,
}

/// What is to be said of a flaw in a package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judged {
    /// Names of the flaw, the main one first.
    pub ids: Vec<String>,
    /// Package URL with the version.
    pub purl: String,
    /// What is said.
    pub status: Status,
    /// Words about the status that have no place of their own.
    pub notes: Option<String>,
    /// When somebody else said it; `None` for what is said now.
    pub time: Option<Timestamp>,
}

/// What can be said of flaws, one a flaw and package, in the order of packages and names.
///
/// What somebody settled, or called a danger, is said again. Else a package that nothing imports is not
/// affected, one that something imports is, and of the others nothing is known yet.
#[must_use]
pub fn judged<'a>(flaws: impl IntoIterator<Item = Flaw<'a>>) -> Vec<Judged> {
    let mut all: BTreeMap<(&str, &str), Flaw<'_>> = BTreeMap::new();
    for flaw in flaws {
        let Some(main) = flaw.ids.first() else { continue };
        let known = all.entry((flaw.purl, main)).or_insert_with(|| flaw.clone());
        known.reach = known.reach.max(flaw.reach);
        known.said = known.said.or(flaw.said);
        known.fixed = known.fixed.or(flaw.fixed);
    }
    all.into_values().map(|flaw| one(&flaw)).collect()
}

fn one(flaw: &Flaw<'_>) -> Judged {
    let said = flaw.said.map(|it| it.statement);
    let said = said.filter(|it| !matches!(it.status, Status::UnderInvestigation));
    let (status, notes, time) = match (said, flaw.reach) {
        (Some(Statement { status, notes, time, .. }), _) => (status.clone(), notes.clone(), *time),
        (None, Reach::NotImported) => {
            let justification = Some(Justification::CodeNotInExecutePath);
            let impact = Some("no function that runs the package imports it".to_owned());
            (Status::NotAffected { justification, impact }, None, None)
        }
        (None, Reach::Imported | Reach::Called) => {
            (Status::Affected { action: Some(action(flaw)) }, None, None)
        }
        (None, Reach::Unknown) => (Status::UnderInvestigation, None, None),
    };
    Judged { ids: flaw.ids.to_vec(), purl: flaw.purl.to_owned(), status, notes, time }
}

fn action(flaw: &Flaw<'_>) -> String {
    match flaw.fixed {
        Some(fixed) => format!("upgrade to {fixed}"),
        None => "no version is known to be free of it: replace the package, or keep hostile data \
                 from it"
            .to_owned(),
    }
}

impl Statement {
    /// What speaks against the statement in what the code was seen to do.
    #[must_use]
    pub fn doubt(&self, reach: Reach) -> Option<&'static str> {
        let Status::NotAffected { justification, .. } = &self.status else { return None };
        match justification {
            Some(Justification::ComponentNotPresent) => Some("the component is there"),
            Some(Justification::CodeNotPresent | Justification::CodeNotInExecutePath) => {
                match reach {
                    Reach::Called => Some("code of the application calls what has the flaw"),
                    Reach::Imported => Some("code of the application imports the package"),
                    Reach::NotImported | Reach::Unknown => None,
                }
            }
            _ => None,
        }
    }
}
