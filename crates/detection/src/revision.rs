//! Deployed code joined with who attested it.

use std::collections::BTreeMap;

use attestation::{Digest, Statement};
use serde::{Deserialize, Serialize};

use crate::{alert::Alert, detector::REVISION, facts::Facts};

/// Packages that somebody vouches for. The caller checks signatures.
#[derive(Clone, Debug, Default)]
pub struct Attested {
    packages: BTreeMap<String, Build>,
}

#[derive(Clone, Debug)]
struct Build {
    revision: Option<String>,
    builder: Option<String>,
}

/// Code that was deployed: who, what, from which revision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deployment {
    /// Seconds since 1970.
    pub time: i64,
    /// `account:region:name`
    pub function: String,
    /// Who deployed.
    pub principal: String,
    /// SHA-256 of the code in base64.
    pub code_sha256: String,
    /// The revision in git that the attestation names.
    pub revision: Option<String>,
    /// Who built it.
    pub builder: Option<String>,
    /// An attestation names the code.
    pub is_attested: bool,
}

impl Attested {
    /// Takes in what a statement says.
    pub fn add(&mut self, statement: &Statement) {
        let build =
            Build { revision: statement.revision.clone(), builder: statement.builder.clone() };
        self.packages.insert(statement.package.sha256.base64(), build);
    }

    /// No statement was given: nothing can be said of what is deployed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.packages.is_empty()
    }

    /// What a request deployed.
    pub(crate) fn deployment(&self, facts: &Facts<'_>) -> Option<Deployment> {
        let deploys =
            matches!(&*facts.action, "UpdateFunctionCode" | "CreateFunction" | "PublishVersion");
        if facts.service != "lambda" || !deploys || facts.has_failed() {
            return None;
        }
        let code = facts.answered("codeSha256")?;
        // What a trial run answers was not deployed.
        let is_trial = facts.event.request.and_then(|it| it.at("dryRun")?.boolean()) == Some(true);
        if is_trial || Digest::from_base64(&code).is_none() {
            return None;
        }
        let build = self.packages.get(&*code);
        Some(Deployment {
            time: facts.time,
            function: facts.function()?,
            principal: facts.principal.clone().into_owned(),
            revision: build.and_then(|it| it.revision.clone()),
            builder: build.and_then(|it| it.builder.clone()),
            is_attested: build.is_some(),
            code_sha256: code.into_owned(),
        })
    }

    pub(crate) fn judge(&self, deployment: &Deployment) -> Option<Alert> {
        if self.is_empty() || deployment.is_attested {
            return None;
        }
        let why = format!(
            "`{}` deployed code with the SHA-256 `{}`, which none of {} attestations names",
            deployment.principal,
            deployment.code_sha256,
            self.packages.len(),
        );
        Some(Alert {
            detector: &REVISION,
            level: REVISION.level,
            function: Some(deployment.function.clone()),
            explanation: vec![why],
        })
    }
}
