//! SAS-3.4 `public-bucket`: anybody may read or write a bucket.

use app_model::{Application, Bucket, Resource, RoleBinding, Setting};
use finding::{Audience, Confidence, Finding, RuleId, RuleInfo, Severity};

use crate::{
    Check, Rule,
    bindings::{self, open, target_name},
    kinds::buckets,
    open_policies::{OpenStatement, enumerate, open_statements},
    rank::AboutFunction,
    settings::written,
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 3, rule: 4 },
        name: "public-bucket",
        summary: "Anybody on the internet may read or write a bucket",
        severity: Severity::Medium,
        audience: Audience::Everyone,
        cwe: &[200, 732],
        since: "0.1.0",
        docs: include_str!("public_bucket.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    let by_lists = buckets(app).filter_map(|(resource, bucket)| by_list(resource, bucket));
    let by_policies = open_statements(app, "s3").filter_map(|open| by_policy(app, &open));
    let by_roles = open(app, &BUCKETS).map(|(binding, who, known, noun)| {
        let deeds = deeds_of(binding);
        let message = format!(
            "{} may {deeds} of the {noun} {}",
            who.words(),
            target_name(known, binding)
        );
        let severity = if deeds.contains("change") { Severity::High } else { Severity::Medium };
        let found = bindings::finding(&RULE.info, binding, message).severity(severity);
        found.fix("Give the role to the accounts that need it, and set `publicAccessPrevention: enforced`")
    });
    by_lists.chain(by_policies).chain(by_roles).collect()
}

/// Buckets of Google Cloud, and what they are called.
const BUCKETS: [(&str, &str); 2] =
    [("storage.googleapis.com/Bucket", "bucket"), ("google_storage_managed_folder", "folder")];

/// What a role of Cloud Storage allows.
fn deeds_of(binding: &RoleBinding) -> &'static str {
    let role = binding.role.display();
    if role.ends_with("iewer") || role.ends_with("Reader") || role.ends_with("READER") {
        "read objects"
    } else if role.ends_with("objectCreator") {
        "add objects"
    } else {
        "read, change and delete objects"
    }
}

/// The bucket's own access list.
fn by_list(resource: &Resource, bucket: &Bucket) -> Option<Finding> {
    let block = bucket.public_access_block.as_ref();
    let is_closed = block
        .is_some_and(|block| is_on(block.block_acls.as_ref()) || is_on(block.ignore_acls.as_ref()));
    if is_closed {
        return None;
    }
    let (word, deeds, severity) = [
        ("PublicReadWrite", "list, read, change and delete its objects", Severity::High),
        ("PublicRead", "list and read its objects", Severity::Medium),
    ]
    .into_iter()
    .find(|(word, ..)| bucket.acl.as_ref().is_some_and(|acl| acl.value.may_be(word)))?;
    let spot = written(bucket.acl.as_ref(), &resource.when, |acl| acl == word)?;
    let message = format!("the access list of `{}` lets anybody {deeds}", resource.name);
    let found = RULE.info.finding(spot.place, message).severity(severity).resource(&resource.name);
    let found = found.property("AccessControl").under(&spot.when);
    Some(doubtful(found, bucket).fix("Remove `AccessControl`, and block public access"))
}

/// A statement of the bucket's policy.
fn by_policy(app: &Application, open: &OpenStatement<'_>) -> Option<Finding> {
    let bucket = buckets(app).find(|(resource, _)| resource.name == open.resource());
    let block = bucket.and_then(|(_, bucket)| bucket.public_access_block.as_ref());
    if block
        .is_some_and(|block| is_on(block.block_policy.as_ref()) || is_on(block.restrict.as_ref()))
    {
        return None;
    }
    let deeds = open.deeds(&[
        ("s3:GetObject", "read objects"),
        ("s3:ListBucket", "list objects"),
        ("s3:PutObject", "write objects"),
        ("s3:DeleteObject", "delete objects"),
        ("s3:PutBucketPolicy", "change the policy"),
    ]);
    let severity =
        if deeds.iter().any(|deed| !deed.starts_with("read") && !deed.starts_with("list")) {
            Severity::High
        } else {
            Severity::Medium
        };
    let what = if deeds.is_empty() { "use it".to_owned() } else { enumerate(&deeds) };
    let message = format!("the policy of the bucket `{}` lets anybody {what}", open.resource());
    let found = open.finding(app, &RULE.info, severity, message)?;
    let found = match bucket {
        Some((_, bucket)) => doubtful(found, bucket),
        None => found,
    };
    let fix = "Name under `Principal` who needs the objects, such as `cloudfront.amazonaws.com` \
               with `aws:SourceArn`";
    Some(found.fix(fix))
}

/// New buckets block public access unless the template switches that off: AWS then refuses the
/// deployment, but an older bucket stays public.
fn doubtful(finding: Finding, bucket: &Bucket) -> Finding {
    if bucket.public_access_block.is_some() {
        return finding;
    }
    let confidence = finding.confidence.min(Confidence::Medium);
    finding.confidence(confidence)
}

fn is_on(switch: Option<&Setting<bool>>) -> bool {
    switch.is_some_and(|switch| switch.value.all(|on| *on) && switch.absent.is_none())
}
