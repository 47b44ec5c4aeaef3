//! SAS-6.5 `remote-include`: a part of the template is fetched from elsewhere at each deployment.

use app_model::{Application, Part, PartKind};
use finding::{Audience, Confidence, Finding, RuleId, RuleInfo, Severity};

use crate::{Check, Rule, grants::texts, rank::AboutFunction};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 6, rule: 5 },
        name: "remote-include",
        summary: "A part of the template is fetched from a bucket or site at each deployment",
        severity: Severity::Low,
        audience: Audience::Everyone,
        cwe: &[829, 494],
        since: "0.1.0",
        docs: include_str!("remote_include.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    app.parts
        .iter()
        .filter(|part| matches!(part.kind, PartKind::Include | PartKind::Stack))
        .filter_map(finding)
        .collect()
}

fn finding(part: &Part) -> Option<Finding> {
    let (when, place) =
        texts(&part.location).into_iter().find_map(|(when, text)| Some((when, origin(text)?)))?;
    let what = match part.kind {
        PartKind::Include => "an include".to_owned(),
        PartKind::Stack | PartKind::Application => format!("the nested stack `{}`", part.name),
    };
    let (severity, gain) = if place.is_plain_http {
        (Severity::Medium, "whoever sits on the way or can write there")
    } else {
        (Severity::Low, "whoever can write there")
    };
    let message =
        format!("{what} is fetched from `{}`: {gain} decides what is deployed", place.host);
    Some(
        RULE.info
            .finding(part.place, message)
            .severity(severity)
            // The bucket may be the own one.
            .confidence(Confidence::Medium)
            .resource(&part.name)
            .property(format!("{}/{}", part.name, place.host))
            .under(&part.when.and(&when)?)
            .fix("Keep the file beside the template and let `sam package` upload it"),
    )
}

/// Where a location is.
struct Origin {
    /// Bucket or host name.
    host: String,
    is_plain_http: bool,
}

/// The bucket or host that a location names by itself; `None` for local files, for what only
/// deployment knows, and for one version of an object.
fn origin(location: &str) -> Option<Origin> {
    let (scheme, rest) = location.split_once("://")?;
    let is_plain_http = scheme.eq_ignore_ascii_case("http");
    let is_http = is_plain_http || scheme.eq_ignore_ascii_case("https");
    if !is_http && !scheme.eq_ignore_ascii_case("s3") || location.contains("versionId=") {
        return None;
    }
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let is_s3_host =
        host == "s3.amazonaws.com" || host.starts_with("s3.") || host.starts_with("s3-");
    let name = if is_http && is_s3_host { path.split('/').next().unwrap_or(host) } else { host };
    // A bucket that only deployment names is the deployer's own choice.
    let is_own = cloud_names::placeholders(name).any(|placeholder| {
        !matches!(placeholder, "AWS::Region" | "AWS::URLSuffix" | "AWS::Partition")
    });
    (!is_own && !name.is_empty()).then(|| Origin { host: name.to_owned(), is_plain_http })
}

#[cfg(test)]
mod tests {
    use super::origin;

    #[test]
    fn buckets_and_hosts_are_told() {
        let host = |location: &str| origin(location).map(|origin| origin.host);
        assert_eq!(host("s3://shared-parts/vpc.yaml").as_deref(), Some("shared-parts"));
        assert_eq!(
            host("https://s3.amazonaws.com/shared-parts/vpc.yaml").as_deref(),
            Some("shared-parts")
        );
        assert_eq!(
            host("https://shared-parts.s3.${AWS::Region}.amazonaws.com/vpc.yaml").as_deref(),
            Some("shared-parts.s3.${AWS::Region}.amazonaws.com")
        );
        assert!(origin("http://example.com/a.yaml").is_some_and(|origin| origin.is_plain_http));
    }

    #[test]
    fn local_own_and_pinned_parts_are_left_alone() {
        for location in [
            "./vpc.yaml",
            "${TemplateUrl}",
            "s3://${Bucket}/vpc.yaml",
            "https://s3.amazonaws.com/${Bucket}/vpc.yaml",
            "https://s3.amazonaws.com/shared-parts/vpc.yaml?versionId=abc",
        ] {
            assert!(origin(location).is_none(), "{location}");
        }
    }
}
