//! Detectors that remember: what each looks for, in the words that rules use.

use sigma::Severity;

/// A detector, described as a rule is.
#[derive(Debug, PartialEq, Eq)]
pub struct Detector {
    /// UUID
    pub id: &'static str,
    /// Name, as a rule's file has one.
    pub name: &'static str,
    /// Title
    pub title: &'static str,
    /// Level of most of its alerts.
    pub level: Severity,
    /// Tactics and techniques of ATT&CK, as tags of rules.
    pub tags: &'static [&'static str],
    /// What it looks for, and what for that is.
    pub description: &'static str,
    /// What makes it speak though nothing is wrong.
    pub false_positives: &'static [&'static str],
    /// Where to read on.
    pub references: &'static [&'static str],
}

/// Author of every detector.
pub const AUTHOR: &str = "faasguard";

pub(crate) static CREDENTIALS: Detector = Detector {
    id: "79f9625f-ca76-4108-b346-92057463dd08",
    name: "function-credentials-used-outside",
    title: "Credentials of a Lambda function used outside of it",
    level: Severity::High,
    tags: &[
        "attack.credential-access",
        "attack.initial-access",
        "attack.t1552",
        "attack.t1078.004",
    ],
    description: "The temporary credentials of a function are used by another kind of program, from another network, around the VPC endpoint or in another region than the function itself uses them, or ask who they are. Each difference counts; one alone is no alert. Calls that Lambda and other services make with the role, such as those of `awslambda-worker` at a cold start, are left out.",
    false_positives: &["A function that moves into or out of a VPC while its environments live"],
    references: &[
        "https://docs.aws.amazon.com/lambda/latest/dg/permissions-source-function-arn.html",
        "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html",
    ],
};

pub(crate) static SERVICE: Detector = Detector {
    id: "f2c70618-7768-4565-95d2-a36dda81b6eb",
    name: "function-uses-new-service",
    title: "Function uses a service that it never used",
    level: Severity::Low,
    tags: &["attack.discovery", "attack.privilege-escalation", "attack.t1526", "attack.t1078.004"],
    description: "The role of a function, known for some days, calls a service for the first time. Of services that rule over identities, secrets, machines and other functions it is of medium level.",
    false_positives: &["A new version of the function"],
    references: &["https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html"],
};

pub(crate) static REGION: Detector = Detector {
    id: "befd526c-8533-44d2-a21e-6ce434eee660",
    name: "function-uses-new-region",
    title: "Function works in a region where it never worked",
    level: Severity::Medium,
    tags: &["attack.defense-evasion", "attack.t1535", "attack.t1078.004"],
    description: "The role of a function, known for some days, calls a service in a region for the first time.",
    false_positives: &["A new version of the function", "A move to another region"],
    references: &["https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html"],
};

pub(crate) static DEPLOYER: Detector = Detector {
    id: "91d5952c-ebe5-4236-bbb0-a56fde234bde",
    name: "function-changed-by-new-deployer",
    title: "Function changed by a principal that never changed it",
    level: Severity::Medium,
    tags: &["attack.persistence", "attack.execution", "attack.t1525", "attack.t1648"],
    description: "Code, configuration, permissions, layers, addresses or concurrency of a function that others change are changed by a principal that never did. A person after pipelines only is of high level.",
    false_positives: &["A new pipeline", "A new member of the team"],
    references: &["https://docs.aws.amazon.com/lambda/latest/dg/logging-using-cloudtrail.html"],
};

pub(crate) static HOURS: Detector = Detector {
    id: "b7a4a1f0-6a0e-4c55-9d3c-2f6f3c1f8e57",
    name: "function-changed-at-unusual-hour",
    title: "Function changed at an hour at which nobody deploys",
    level: Severity::Low,
    tags: &["attack.persistence", "attack.execution", "attack.t1525", "attack.t1648"],
    description: "A function is changed at an hour of the day, or at a weekend, at which functions of the account were never changed on twelve days with changes or more. By a person it is of medium level. A deployment is told once.",
    false_positives: &["A repair at night", "A team in another time zone"],
    references: &["https://docs.aws.amazon.com/lambda/latest/dg/logging-using-cloudtrail.html"],
};

pub(crate) static BULK: Detector = Detector {
    id: "e69107e4-1c61-41f0-bd2f-bb94651d3c27",
    name: "secrets-and-parameters-collected",
    title: "Secrets and encrypted parameters collected",
    level: Severity::High,
    tags: &["attack.credential-access", "attack.t1555.006", "attack.t1552"],
    description: "A principal read far more different secrets and encrypted parameters within ten minutes than ever before. Names within one call are counted, too.",
    false_positives: &["A deployment or back-up that reads every secret"],
    references: &[
        "https://docs.aws.amazon.com/secretsmanager/latest/userguide/monitoring-cloudtrail.html",
    ],
};

pub(crate) static ACCOUNT: Detector = Detector {
    id: "5e730fdf-4cc3-43d3-994d-11e7c2f29d06",
    name: "other-account-comes-in",
    title: "Another account comes into the application",
    level: Severity::Medium,
    tags: &["attack.persistence", "attack.exfiltration", "attack.t1098", "attack.t1537"],
    description: "A layer, permission, event source, target, key grant, trust policy or role of another account was brought into an application. Each account is told once for each kind; accounts that belong to you can be named.",
    false_positives: &["Accounts of your own that are not named", "Layers of vendors"],
    references: &[
        "https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html",
    ],
};

pub(crate) static REVISION: Detector = Detector {
    id: "5496c871-40a2-4ffa-8cd9-f110af73f783",
    name: "deployed-from-unknown-revision",
    title: "Code deployed that nobody attested",
    level: Severity::High,
    tags: &["attack.persistence", "attack.initial-access", "attack.t1525", "attack.t1195.002"],
    description: "The `CodeSha256` of code that was deployed is named by none of the attestations: it was built elsewhere, or changed since.",
    false_positives: &["A deployment whose attestation was not given"],
    references: &["https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionCode.html"],
};

pub(crate) static INVOKED: Detector = Detector {
    id: "d3caf8c8-afeb-48cf-8dde-cf56482ef14e",
    name: "function-invoked-from-new-account",
    title: "Function invoked from an account that never invoked it",
    level: Severity::High,
    tags: &["attack.execution", "attack.persistence", "attack.t1648", "attack.t1199"],
    description: "A principal of another account invoked a function for the first time. Needs data events of Lambda in the trail.",
    false_positives: &["A new partner"],
    references: &[
        "https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html",
    ],
};

/// Every detector.
pub static DETECTORS: &[&Detector] =
    &[&CREDENTIALS, &SERVICE, &REGION, &DEPLOYER, &HOURS, &BULK, &ACCOUNT, &REVISION, &INVOKED];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::DETECTORS;

    #[test]
    fn every_detector_is_told_apart() {
        let ids: BTreeSet<_> = DETECTORS.iter().map(|it| it.id).collect();
        let names: BTreeSet<_> = DETECTORS.iter().map(|it| it.name).collect();
        assert_eq!((ids.len(), names.len()), (DETECTORS.len(), DETECTORS.len()));
    }
}
