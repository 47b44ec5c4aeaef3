//! What the principals of an application are allowed, statement by statement, and in whose name.

use std::collections::HashMap;

use app_model::{Application, AttachedPolicy, Exposure, Identity, IdentityKind, Origin, When};
use cloud_names::Arn;
use finding::{Finding, RuleInfo, Severity};
use iam_policy::{AccessLevel, Statement, Term, catalogue, catalogue::Known, managed};
use source_text::Place;

use crate::rank::AboutFunction;

/// An `Allow` statement that the author wrote, and the principal that has it.
#[derive(Clone, Copy)]
pub(crate) struct Grant<'a> {
    pub(crate) identity: &'a Identity,
    pub(crate) policy: &'a AttachedPolicy,
    pub(crate) statement: &'a Statement,
    /// Position in its policy.
    index: usize,
}

/// Actions by which a role is handed to a service.
pub(crate) const PASS_ROLE: &[&str] = &["iam:PassRole"];

/// Actions by which another role is taken.
pub(crate) const ASSUME_ROLE: &[&str] = &["sts:AssumeRole"];

/// Actions that read secrets, or decrypt them.
pub(crate) const SECRET_READS: &[&str] = &[
    "secretsmanager:GetSecretValue",
    "secretsmanager:BatchGetSecretValue",
    "ssm:GetParameter",
    "ssm:GetParameters",
    "ssm:GetParametersByPath",
    "kms:Decrypt",
];

/// What is allowed by hand. What the SAM transform adds for events and connectors is scoped by AWS,
/// and policy templates have a rule of their own.
///
/// A policy resource that hangs on several principals counts once, for the one that is easiest to
/// reach. Of a principal that is an administrator in any case, only the statements that make it
/// one count: all others add nothing.
pub(crate) fn grants(app: &Application) -> Vec<Grant<'_>> {
    granted(app, is_administrator)
}

/// The same, with what an administrator is allowed besides.
pub(crate) fn every_grant(app: &Application) -> Vec<Grant<'_>> {
    granted(app, |_| false)
}

/// Of principals that `has_all` picks, only the statements that allow everything.
fn granted(app: &Application, has_all: fn(&Identity) -> bool) -> Vec<Grant<'_>> {
    let mut grants: Vec<Grant<'_>> = Vec::new();
    let mut seen: HashMap<Place, usize> = HashMap::new();
    for identity in &app.identities {
        let has_all = has_all(identity);
        for policy in identity.policies.iter().filter(|policy| is_authored(policy)) {
            for (index, statement) in policy.document.statements.iter().enumerate() {
                if !statement.is_allow() || (has_all && !statement.is_admin()) {
                    continue;
                }
                let grant = Grant { identity, policy, statement, index };
                let is_shared = matches!(policy.origin, Origin::Resource(_))
                    || identity.kind != IdentityKind::Role;
                match seen.get(&statement.place).and_then(|at| grants.get_mut(*at)) {
                    Some(known) if is_shared => {
                        if openness(app, identity) > openness(app, known.identity) {
                            *known = grant;
                        }
                    }
                    _ => {
                        if is_shared {
                            seen.insert(statement.place, grants.len());
                        }
                        grants.push(grant);
                    }
                }
            }
        }
    }
    grants
}

/// Whether a principal may do everything, or hand itself everything, wherever the template is
/// deployed: SAS-4.3 `administrator-access` then tells all there is to tell.
pub(crate) fn is_administrator(identity: &Identity) -> bool {
    let by_name = identity.managed.iter().any(|attached| {
        attached.when.is_always()
            && texts(&attached.arn).iter().any(|(when, text)| {
                let name = text.rsplit('/').next().unwrap_or(text);
                when.is_always()
                    && managed::find(text).is_some()
                    && matches!(name, "AdministratorAccess" | "IAMFullAccess")
            })
    });
    by_name
        || identity.policies.iter().filter(|policy| policy.when.is_always()).any(|policy| {
            policy.document.statements.iter().any(|statement| {
                statement.is_admin()
                    && statement.conditions.is_empty()
                    && statement.when.is_always()
                    && statement
                        .actions
                        .iter()
                        .any(|term| term.is_every_action() && term.when.is_always())
                    && statement.every_resource().is_some_and(|term| term.when.is_always())
            })
        })
}

/// Whether the author wrote the policy out.
fn is_authored(policy: &AttachedPolicy) -> bool {
    matches!(policy.origin, Origin::Inline | Origin::Resource(_))
}

/// How easily the functions of a principal are reached.
fn openness(app: &Application, identity: &Identity) -> Option<(Exposure, bool)> {
    app.functions_of(identity)
        .map(|function| {
            app.reach(&function.name).map(|reach| (reach.exposure, reach.unauthenticated))
        })
        .max()
        .flatten()
}

impl Grant<'_> {
    /// A finding of `rule` on this statement, at `term`; `None` when the conditions of the term and
    /// of all that stands around it contradict each other.
    pub(crate) fn finding(
        &self,
        app: &Application,
        rule: &RuleInfo,
        term: &Term,
        severity: Severity,
        message: String,
    ) -> Option<Finding> {
        let when = self.when(&term.when)?;
        let target = self.statement.resources.iter().find_map(|resource| {
            resource.references.iter().find(|reference| app.resource(&reference.name).is_some())
        });
        Some(
            rule.finding(term.place, message)
                .severity(severity)
                .about_identity(app, self.identity, target.map(|reference| &*reference.name))
                .property(self.label())
                .under(&when),
        )
    }

    /// When it holds.
    fn when(&self, term: &When) -> Option<When> {
        self.identity.when.and(&self.policy.when)?.and(&self.statement.when)?.and(term)
    }

    /// Tells the statements of one principal apart: its `Sid`, or its position.
    fn label(&self) -> String {
        let index = self.index.to_string();
        let statement = self.statement.sid.as_ref().map_or(index.as_str(), |sid| sid.as_str());
        format!("{}/{statement}", self.policy.name)
    }

    /// The principal in words.
    pub(crate) fn subject(&self, app: &Application) -> String {
        subject(app, self.identity)
    }

    /// The first action of `actions` that the statement allows by name or by a part of the name,
    /// not with its whole service, and the text that does.
    pub(crate) fn names<'s>(
        &'s self,
        actions: &[&'static str],
    ) -> Option<(&'s Term, &'static str)> {
        self.statement.actions.iter().find_map(|term| Some((term, named(term, actions)?)))
    }

    /// The resource of the statement that takes in everything that actions of `service` work on.
    pub(crate) fn everything_of(&self, service: &str) -> Option<&Term> {
        self.statement.resources.iter().find(|term| takes_all(term, service))
    }

    /// The resources of the statement in words: `every resource`, or how those are written that an
    /// action works on, as far as its name and theirs tell.
    pub(crate) fn resources(&self, action: &str) -> String {
        let all = &self.statement.resources;
        let best = all.iter().map(|term| fit(term, action)).max();
        let fitting: Vec<&Term> =
            all.iter().filter(|term| Some(fit(term, action)) == best).collect();
        match fitting.as_slice() {
            _ if self.statement.is_on_every_resource() => "every resource".to_owned(),
            [] => "every resource but some".to_owned(),
            [one] => format!("`{}`", one.text),
            [first, rest @ ..] => format!("`{}` and {} more", first.text, rest.len()),
        }
    }
}

/// How well a resource fits an action: its service is the action's, and the action's name holds its
/// type, as `kafka-cluster:*Topic*` that of `arn:aws:kafka:…:topic/…`.
fn fit(resource: &Term, action: &str) -> (bool, bool) {
    let Ok(arn) = Arn::parse_pattern(&resource.text) else { return (false, false) };
    let (service, name) = action.split_once(':').unwrap_or((action, ""));
    let name = name.to_ascii_lowercase();
    let kind = match &*arn.service {
        "s3" if arn.resource.contains('/') => Some("object"),
        "s3" => Some("bucket"),
        _ => arn.resource_type(),
    };
    let is_of_type = kind.is_some_and(|kind| name.contains(&kind.replace('-', "")));
    (is_of_type, arn.service.eq_ignore_ascii_case(service))
}

/// The principal of a policy in words.
pub(crate) fn subject(app: &Application, identity: &Identity) -> String {
    let name = &identity.name;
    match identity.kind {
        IdentityKind::User => return format!("the user `{name}`"),
        IdentityKind::Group => return format!("the group `{name}`"),
        IdentityKind::Detached => return format!("the policy `{name}`"),
        IdentityKind::Role => {}
    }
    let mut functions = app.functions_of(identity);
    match (functions.next(), functions.count()) {
        (None, _) => format!("the role `{name}`"),
        (Some(one), 0) => format!("the role of `{}`", one.name),
        (Some(_), more) => format!("the role `{name}` of {} functions", more + 1),
    }
}

/// The first of `actions` that an action text picks, unless it is a whole service or everything:
/// `wildcard-action` tells of those.
pub(crate) fn named(term: &Term, actions: &[&'static str]) -> Option<&'static str> {
    let pattern = term.action()?;
    if pattern.is_everything() || pattern.whole_service().is_some() {
        return None;
    }
    actions.iter().copied().find(|action| term.matches_action(action))
}

/// Whether a resource certainly takes in all that actions of `service` work on.
pub(crate) fn takes_all(term: &Term, service: &str) -> bool {
    use cloud_names::Breadth;
    match term.breadth() {
        Breadth::Everything => true,
        Breadth::Service { service: named } | Breadth::Type { service: named, .. } => {
            named == service || (service == "sts" && named == "iam")
        }
        // Every object of every bucket.
        Breadth::Part => service == "s3" && term.text.ends_with(":s3:::*/*"),
        Breadth::Bucket { .. } | Breadth::One | Breadth::Unknown => false,
    }
}

/// Condition keys that say when or how a request comes, or whom a role goes to, but not what it
/// works on.
const KEYS_THAT_PIN_NOTHING: [&str; 9] = [
    "aws:securetransport",
    "aws:requestedregion",
    "aws:multifactorauthpresent",
    "aws:multifactorauthage",
    "aws:currenttime",
    "aws:epochtime",
    "aws:useragent",
    "aws:tokenissuetime",
    "iam:passedtoservice",
];

/// Whether a condition narrows what the statement holds on.
pub(crate) fn is_pinned(statement: &Statement) -> bool {
    statement.conditions.iter().any(|condition| {
        let requires_key =
            condition.parsed_operator().is_some_and(|operator| operator.requires_key());
        requires_key
            && !KEYS_THAT_PIN_NOTHING.contains(&condition.key.to_ascii_lowercase().as_str())
            && !condition.values.is_empty()
            && !condition.values.iter().any(Term::is_everything)
    })
}

/// Whether an action is used on every resource as a rule: it keeps a function running (logs,
/// traces, metrics, network interfaces), or analyses what the caller sends and no resource.
pub(crate) fn is_plumbing(known: &Known) -> bool {
    let begins = |prefixes: &[&str]| prefixes.iter().any(|prefix| known.name.starts_with(prefix));
    match known.service {
        "logs" => {
            matches!(
                known.name,
                "CreateLogGroup" | "CreateLogStream" | "PutLogEvents" | "PutLogEventsBatch"
            ) || known.name.starts_with("DescribeLog")
        }
        "xray" | "ssmmessages" | "ec2messages" | "textract" => true,
        "cloudwatch" => known.name == "PutMetricData",
        "ec2" => {
            known.name.contains("NetworkInterface") || known.name.ends_with("PrivateIpAddresses")
        }
        "translate" => begins(&["Translate"]),
        "comprehend" => begins(&["Detect", "BatchDetect", "Contains"]),
        "rekognition" => begins(&["Detect", "Recognize", "CompareFaces"]),
        "polly" => begins(&["Synthesize"]),
        // Needs a token that only the running invocation holds; the basic policies of AWS allow
        // both on every resource.
        "lambda" => matches!(known.name, "CheckpointDurableExecution" | "GetDurableExecutionState"),
        "s3-object-lambda" => known.name == "WriteGetObjectResponse",
        "transcribe" => begins(&["StartStream", "StartTranscriptionJob", "GetTranscriptionJob"]),
        _ => false,
    }
}

/// Writing actions that add a message, a job or a copy somewhere, and neither change nor remove
/// anything, nor give out data.
fn only_sends(known: &Known) -> bool {
    let verbs: &[&str] = match known.service {
        "sns" | "iot" => &["Publish"],
        "sqs" => &["SendMessage"],
        "events" => &["PutEvents"],
        "kinesis" | "firehose" => &["PutRecord"],
        "ses" => &["Send"],
        "states" => &["SendTask"],
        "lambda" => &["SendDurableExecutionCallback"],
        "appconfig" => &["StartConfigurationSession"],
        "kms" => &["Encrypt", "GenerateDataKey"],
        "mediaconvert" => &["CreateJob"],
        "ec2" | "fsx" => &["CreateSnapshot"],
        "kafka" => &["CreateConfiguration"],
        "execute-api" | "cloudwatch" | "xray" | "logs" => &[""],
        "bedrock" => &["Invoke", "Converse"],
        "mobiletargeting" => &["Send", "PutEvents"],
        _ => return false,
    };
    verbs.iter().any(|verb| known.name.starts_with(verb))
}

/// Services whose reading actions give out what the application's users have entrusted to it.
const DATA: [&str; 18] = [
    "s3",
    "dynamodb",
    "secretsmanager",
    "ssm",
    "kms",
    "sqs",
    "kinesis",
    "rds-data",
    "redshift-data",
    "athena",
    "es",
    "aoss",
    "logs",
    "cognito-idp",
    "cognito-identity",
    "codecommit",
    "cassandra",
    "timestream",
];

/// Whether an action gives out data, not settings or names.
fn reads_data(known: &Known) -> bool {
    known.level == AccessLevel::Read && DATA.contains(&known.service) && !reads_settings(known)
}

/// Whether an action gives out names and settings only.
fn reads_settings(known: &Known) -> bool {
    let settings = [
        "Describe",
        "List",
        "GetBucket",
        "GetAccount",
        "GetQueue",
        "GetKey",
        "GetPublicKey",
        "GetSigningCertificate",
    ];
    known.level == AccessLevel::List
        || known.level == AccessLevel::Read
            && settings.iter().any(|prefix| known.name.starts_with(prefix))
}

/// Actions that list or describe and yet give out contents: names of objects and of users, inputs of
/// executions, environments of functions. Service and beginning of the name.
const NAMES_CONTENTS: [(&str, &str); 12] = [
    ("cognito-identity", "ListIdentities"),
    ("cognito-idp", "AdminList"),
    ("cognito-idp", "ListUser"),
    ("connect", ""),
    ("lambda", "ListVersions"),
    ("lex", ""),
    ("qbusiness", ""),
    ("s3", "List"),
    ("ses", "ListContacts"),
    ("ses", "ListMembers"),
    ("ses", "ListSuppressed"),
    ("states", "DescribeExecution"),
];

/// Whether an action only tells what there is and how it is set, which is of little use by itself.
pub(crate) fn is_metadata(known: &Known) -> bool {
    let names_contents = NAMES_CONTENTS
        .iter()
        .any(|(service, name)| known.service == *service && known.name.starts_with(name));
    reads_settings(known) && !names_contents
}

/// Whether an action on more than it needs is a question of cost only: what is asked of a model is
/// what the caller sends.
pub(crate) fn only_costs(known: &Known) -> bool {
    known.service == "bedrock" && known.name.starts_with("InvokeModel")
}

/// Whether an action changes data or permissions, or gives out data.
fn is_grave(known: &Known) -> bool {
    match known.level {
        AccessLevel::PermissionsManagement => true,
        AccessLevel::Write => !only_sends(known),
        AccessLevel::Read => reads_data(known),
        AccessLevel::List | AccessLevel::Tagging => false,
    }
}

/// Harm of an action that holds on more than it needs.
pub(crate) fn harm(known: &Known) -> Severity {
    if is_grave(known) {
        Severity::High
    } else if reads_settings(known) {
        Severity::Low
    } else {
        Severity::Medium
    }
}

/// The actions that a text takes in, when it names single ones or a part of a service; nothing for
/// `*`, a whole service, or a text that only deployment completes.
pub(crate) fn picked(term: &Term) -> impl Iterator<Item = Known> {
    let picks = term
        .action()
        .is_some_and(|action| !action.is_everything() && action.whole_service().is_none());
    catalogue::expand(if picks { &term.text } else { "" })
}

/// Every name or ARN that a text may be, with its condition; for an open one, its expression.
pub(crate) fn texts(value: &app_model::Text) -> Vec<(When, &str)> {
    match value.unresolved() {
        Some(expression) => vec![(When::ALWAYS, expression.text.as_str())],
        None => value.possible().map(|(when, text)| (when.clone(), text.as_str())).collect(),
    }
}

/// `` `a`, `b` and 2 more ``: at most three names.
pub(crate) fn list_of(names: &[String]) -> String {
    let shown: Vec<_> = names.iter().take(3).map(|name| format!("`{name}`")).collect();
    match names.len().saturating_sub(3) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use finding::Severity;
    use iam_policy::{Term, catalogue};
    use source_text::Place;

    use super::{fit, harm, is_metadata};

    #[test]
    fn harm_is_high_only_where_data_or_permissions_are_at_stake() {
        for (action, expected) in [
            ("s3:GetObject", Severity::High),
            ("dynamodb:DeleteItem", Severity::High),
            ("kms:Sign", Severity::High),
            ("ec2:DeleteSnapshot", Severity::High),
            ("cognito-idp:AdminGetUser", Severity::High),
            ("kms:GenerateDataKey", Severity::Medium),
            ("ec2:CreateSnapshot", Severity::Medium),
            ("lambda:SendDurableExecutionCallbackSuccess", Severity::Medium),
            ("appconfig:StartConfigurationSession", Severity::Medium),
            ("cognito-idp:GetSigningCertificate", Severity::Low),
            ("kms:GetPublicKey", Severity::Low),
        ] {
            let known = catalogue::find_action(action).map(|known| harm(&known));
            assert_eq!(known, Some(expected), "{action}");
        }
    }

    #[test]
    fn an_action_is_told_with_the_resource_that_its_name_names() {
        let fit =
            |resource: &str, action: &str| fit(&Term::known(Place::default(), resource), action);
        let topic = "arn:aws:kafka:eu-west-1:111122223333:topic/*/*/*";
        let cluster = "${Cluster.Arn}";
        assert!(fit(topic, "kafka-cluster:*Topic*") > fit(cluster, "kafka-cluster:*Topic*"));
        let (bucket, object) = ("arn:aws:s3:::orders", "arn:aws:s3:::orders/*");
        assert!(fit(object, "s3:*Object") > fit(bucket, "s3:*Object"));
        assert!(fit(bucket, "s3:PutBucket*") > fit(object, "s3:PutBucket*"));
        assert_eq!(fit(bucket, "s3:Put*"), fit(object, "s3:Put*"));
        let table = "arn:aws:dynamodb:eu-west-1:111122223333:table/Orders";
        assert!(fit(table, "dynamodb:Put*") > fit(bucket, "dynamodb:Put*"));
    }

    #[test]
    fn what_lists_contents_is_no_metadata() {
        for (action, expected) in [
            ("s3:GetBucketLocation", true),
            ("s3:GetBucketTagging", true),
            ("kafka:DescribeClusterV2", true),
            ("lambda:ListTags", true),
            ("sqs:GetQueueUrl", true),
            ("s3:ListBucket", false),
            ("cognito-idp:ListUsers", false),
            ("states:DescribeExecution", false),
            ("lambda:ListVersionsByFunction", false),
            ("lambda:GetFunction", false),
            ("dynamodb:GetItem", false),
        ] {
            let known = catalogue::find_action(action).map(|known| is_metadata(&known));
            assert_eq!(known, Some(expected), "{action}");
        }
    }
}
