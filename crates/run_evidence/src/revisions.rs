//! Which packages are attested, and which run.

use std::collections::HashMap;

use attestation::{Deployed, Digest, Statement};

use crate::words::day;

/// What is attested of one package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revision {
    /// The revision in git, where the statement names one.
    pub revision: Option<String>,
    /// Who built it.
    pub builder: Option<String>,
    /// When, RFC 3339.
    pub time: String,
}

/// Packages that are attested, and functions of an account with what runs there.
#[derive(Clone, Debug, Default)]
pub struct Revisions {
    attested: HashMap<Digest, Revision>,
    pub(crate) deployed: Vec<(String, Digest)>,
}

impl Revisions {
    /// Takes statements whose signatures were checked, and what runs.
    #[must_use]
    pub fn new(statements: &[Statement], deployed: &Deployed) -> Self {
        let attested = statements.iter().map(|statement| {
            let Statement { revision, builder, time, .. } = statement.clone();
            (statement.package.sha256, Revision { revision, builder, time })
        });
        // Digests of images are of their manifests: no attested archive has one.
        let functions = deployed.functions.iter().filter(|it| !it.is_image && it.version.is_none());
        Self {
            attested: attested.collect(),
            deployed: functions.map(|it| (it.name.clone(), it.sha256)).collect(),
        }
    }

    /// Whether anything is attested.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.attested.is_empty()
    }

    /// What is attested of a package.
    #[must_use]
    pub fn of(&self, package: Digest) -> Option<&Revision> {
        self.attested.get(&package)
    }
}

impl Revision {
    /// `revision `4f2a9c0` that `ci` attested on 2026-11-27`.
    pub(crate) fn words(&self) -> String {
        let revision = match &self.revision {
            Some(revision) => {
                format!("revision `{}`", revision.chars().take(12).collect::<String>())
            }
            None => "a package without a revision".to_owned(),
        };
        let by = self.builder.as_ref().map_or("was".to_owned(), |it| format!("`{it}`"));
        let when = lambda_log::parse_millis(&self.time).map(|time| format!(" on {}", day(time)));
        format!("{revision} that {by} attested{}", when.unwrap_or_default())
    }
}
