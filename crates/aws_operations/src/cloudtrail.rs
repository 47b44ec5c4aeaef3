//! What CloudTrail records, and the operation and actions that were asked.

use iam_policy::{Known, catalogue};

use crate::{
    operation::{self, Need, Operation},
    table,
};

/// `label=id,id`: the services behind a source of events, sorted.
static SOURCES: &str = include_str!("../data/event_sources.txt");
/// `label.Name=…`: events that go by a name of their own, sorted; see `data/SOURCE.md`.
static RECORDED: &str = include_str!("../data/recorded.txt");

/// What an event of CloudTrail stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mapped {
    /// An operation; [`Mapped::needs`] tells its actions. It may ask none: `sts` `GetCallerIdentity`.
    Operation(Operation),
    /// An action that no SDK offers.
    Action(Known),
    /// No IAM action was asked.
    NoAction(Unasked),
    /// AWS is not known to have such an event, or nobody told its action.
    Unknown,
}

/// Why an event asked no IAM action.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Unasked {
    /// A sign-in to the console or the portal.
    SignIn,
    /// The service did it on its own and tells about it.
    ServiceEvent,
    /// The call carries no signature of AWS.
    Unsigned,
    /// A token of another kind decides.
    Token,
    /// Every principal may call it.
    AlwaysAllowed,
    /// AWS's own console calls it; its action is not published.
    Internal,
}

impl Unasked {
    /// In words, for reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SignIn => "a sign-in asks no IAM action",
            Self::ServiceEvent => "the service did it on its own",
            Self::Unsigned => "the call carries no signature of AWS",
            Self::Token => "a token decides, not a policy",
            Self::AlwaysAllowed => "every principal may call it",
            Self::Internal => "an internal call of the console, whose action is not published",
        }
    }
}

/// What an event stands for, by its `eventSource` (`lambda.amazonaws.com`) and `eventName`.
///
/// Dates behind a name (`GetFunction20150331v2`, `CreateFunction2020_05_31`) do not matter. Events of
/// type `AwsServiceEvent` and Insights are for the caller to leave out, where their kind is known.
#[must_use]
pub fn from_cloudtrail(source: &str, name: &str) -> Mapped {
    let label = source.split_once(".amazonaws.com").map_or(source, |(label, _)| label);
    let bare = without_date(name);
    let mut mapped = by_name(label, name);
    if mapped == Mapped::Unknown && bare.len() < name.len() {
        mapped = by_name(label, bare);
    }
    if mapped == Mapped::Unknown { by_source(label, bare) } else { mapped }
}

fn by_name(label: &str, name: &str) -> Mapped {
    if let Some(mapped) = rule(label, name).and_then(|means| meaning(label, means)) {
        return mapped;
    }
    let line = table::find(SOURCES, '\n', label, |line| line.split('=').next().unwrap_or(line));
    let ids = line.and_then(|line| line.split_once('=')).map_or("", |(_, ids)| ids);
    let mapped = in_services(ids.split(','), name);
    if mapped != Mapped::Unknown {
        return mapped;
    }
    // The hosted pages of user pools: `Login_GET`, `Token_POST`.
    if label == "cognito-idp" && (name.ends_with("_GET") || name.ends_with("_POST")) {
        return Mapped::NoAction(Unasked::Unsigned);
    }
    if let Some(known) = catalogue::find(label, name) {
        return Mapped::Action(known);
    }
    Mapped::Unknown
}

/// What holds for every event of a source.
fn by_source(label: &str, name: &str) -> Mapped {
    match rule(label, "*") {
        Some(means) => means.strip_prefix('@').map_or_else(
            || meaning(label, means).unwrap_or(Mapped::Unknown),
            |id| in_services(std::iter::once(id), name),
        ),
        None => Mapped::Unknown,
    }
}

/// The first service that has the operation and knows what it asks.
fn in_services<'a>(ids: impl Iterator<Item = &'a str> + Clone, name: &str) -> Mapped {
    let operations = ids.clone().filter_map(|id| operation::find(id, name));
    for operation in operations {
        if !matches!(operation.authorisation(), operation::Authorisation::Unmapped) {
            return Mapped::Operation(operation);
        }
    }
    for service in ids.filter_map(operation::find_service) {
        if let Some(known) = catalogue::find(service.prefix, name) {
            return Mapped::Action(known);
        }
    }
    Mapped::Unknown
}

/// What the table says of an event, or of every event of a source (`*`).
fn rule(label: &str, name: &str) -> Option<&'static str> {
    let key_of = |line: &'static str| line.split('=').next().unwrap_or(line);
    let key = format!("{label}.{name}");
    Some(table::find(RECORDED, '\n', &key, key_of)?.split_once('=')?.1)
}

fn meaning(label: &str, means: &'static str) -> Option<Mapped> {
    Some(match means.split_at_checked(1)? {
        ("!", "sign-in") => Mapped::NoAction(Unasked::SignIn),
        ("!", "service") => Mapped::NoAction(Unasked::ServiceEvent),
        ("!", "unsigned") => Mapped::NoAction(Unasked::Unsigned),
        ("!", "token") => Mapped::NoAction(Unasked::Token),
        ("!", "internal") => Mapped::NoAction(Unasked::Internal),
        ("+", action) => Mapped::Action(catalogue::find_action(action)?),
        _ => {
            let (service, operation) = means.split_once(':').unwrap_or((label, means));
            Mapped::Operation(operation::find(service, operation)?)
        }
    })
}

/// A name without the date of its API: `GetFunction` of `GetFunction20150331v2`.
fn without_date(name: &str) -> &str {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let bare = match name.rsplit_once('v') {
        Some((bare, version)) if is_number(version) => bare,
        _ => name,
    };
    // `20150331`, or `2020_05_31`.
    for length in [8, 10] {
        let Some((bare, date)) =
            bare.len().checked_sub(length).and_then(|at| bare.split_at_checked(at))
        else {
            continue;
        };
        let digits = date.bytes().filter(u8::is_ascii_digit).count();
        let others = date.bytes().filter(|byte| *byte == b'_').count();
        if date.starts_with("20") && digits == 8 && digits + others == length {
            return bare;
        }
    }
    name
}

impl Mapped {
    /// The actions that were asked; none when no action is, or it is not known.
    pub fn needs(self) -> impl Iterator<Item = Need> {
        let operation = match self {
            Self::Operation(operation) => Some(operation),
            Self::Action(_) | Self::NoAction(_) | Self::Unknown => None,
        };
        let action = match self {
            Self::Action(known) => Some(Need::bare(known)),
            Self::Operation(_) | Self::NoAction(_) | Self::Unknown => None,
        };
        operation.into_iter().flat_map(|operation| operation.needs()).chain(action)
    }

    /// Why no action was asked, when that is known.
    #[must_use]
    pub fn unasked(self) -> Option<Unasked> {
        match self {
            Self::NoAction(reason) => Some(reason),
            Self::Operation(operation) => match operation.authorisation() {
                operation::Authorisation::NoAction(reason) => Some(match reason {
                    operation::NoAction::Unsigned | operation::NoAction::Local => Unasked::Unsigned,
                    operation::NoAction::AlwaysAllowed => Unasked::AlwaysAllowed,
                    operation::NoAction::Token => Unasked::Token,
                }),
                _ => None,
            },
            Self::Action(_) | Self::Unknown => None,
        }
    }
}

impl Operation {
    /// How `requestParameters` of CloudTrail spells a parameter: `bucketName` for the `Bucket` of S3,
    /// else the name itself, whose case is to be ignored.
    #[must_use]
    pub fn recorded_parameter<'a>(&self, parameter: &'a str) -> &'a str {
        match (self.service.id, parameter) {
            ("s3" | "s3control", "Bucket") => "bucketName",
            ("s3", "CopySource") => "x-amz-copy-source",
            ("s3", "ACL") => "x-amz-acl",
            ("s3", "Tagging") => "x-amz-tagging",
            ("s3", "ObjectLockMode") => "x-amz-object-lock-mode",
            ("s3", "BypassGovernanceRetention") => "x-amz-bypass-governance-retention",
            ("lambda", "ResourceArn") => "resource",
            _ => parameter,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Mapped, RECORDED, SOURCES, Unasked, from_cloudtrail, without_date};
    use crate::table;

    fn check(source: &str, name: &str, expected: &str) {
        let mapped = from_cloudtrail(source, name);
        let actions: Vec<_> = mapped
            .needs()
            .filter(|need| !need.is_optional && need.when == crate::When::Always)
            .map(|need| need.action.to_string())
            .collect();
        assert_eq!(actions.join(" "), expected, "{source} {name}: {mapped:?}");
    }

    #[test]
    fn dates_behind_names_do_not_matter() {
        assert_eq!(without_date("GetFunction20150331v2"), "GetFunction");
        assert_eq!(without_date("CreateFunction2020_05_31"), "CreateFunction");
        assert_eq!(without_date("CreateLocationS320210709"), "CreateLocationS3");
        assert_eq!(without_date("ListObjectsV2"), "ListObjectsV2");
        assert_eq!(without_date("DescribeEvents20"), "DescribeEvents20");
        check("lambda.amazonaws.com", "GetFunction20150331v2", "lambda:GetFunction");
        check("cloudfront.amazonaws.com", "CreateFunction2020_05_31", "cloudfront:CreateFunction");
    }

    #[test]
    fn sources_and_names_that_differ_from_actions_are_known() {
        check("lambda.amazonaws.com", "Invoke", "lambda:InvokeFunction");
        check("monitoring.amazonaws.com", "PutMetricData", "cloudwatch:PutMetricData");
        check("streams.dynamodb.amazonaws.com", "GetRecords", "dynamodb:GetRecords");
        check("apigateway.amazonaws.com", "CreateApi", "apigateway:POST");
        check("apigateway.amazonaws.com", "CreateRestApi", "apigateway:POST");
        check("states.amazonaws.com", "StartExecution", "states:StartExecution");
        check("s3.amazonaws.com", "ListObjects", "s3:ListBucket");
        check("s3.amazonaws.com", "PutBucketReplication", "s3:PutReplicationConfiguration");
        check("s3.amazonaws.com", "DeleteBucketPublicAccessBlock", "s3:PutBucketPublicAccessBlock");
        let agreement = "aws-marketplace:AcceptAgreementRequest";
        check("agreement-marketplace.amazonaws.com", "AcceptAgreementRequest", agreement);
    }

    #[test]
    fn events_that_ask_no_action_say_why() {
        let why = |source: &str, name: &str| from_cloudtrail(source, name).unasked();
        assert_eq!(why("signin.amazonaws.com", "ConsoleLogin"), Some(Unasked::SignIn));
        assert_eq!(why("sts.amazonaws.com", "GetCallerIdentity"), Some(Unasked::AlwaysAllowed));
        assert_eq!(why("cognito-idp.amazonaws.com", "InitiateAuth"), Some(Unasked::Unsigned));
        assert_eq!(from_cloudtrail("iam.amazonaws.com", "NotCreateUser"), Mapped::Unknown);
    }

    #[test]
    fn tables_are_sorted() {
        for text in [RECORDED, SOURCES] {
            let keys: Vec<&str> = text.lines().filter_map(|line| line.split('=').next()).collect();
            for (left, right) in keys.iter().zip(keys.iter().skip(1)) {
                assert!(table::compare(left, right).is_lt(), "{left} {right}");
            }
        }
    }
}
