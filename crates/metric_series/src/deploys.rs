//! Deployments: moments after which a series may have another normal.

use audit_event::AuditEvent;

use crate::time::parse_time;

/// A deployment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deploy {
    /// Unix time in seconds.
    pub time: i64,
    /// The series that it is about; all when none is named.
    pub series: Option<String>,
}

impl Deploy {
    /// Whether a series of this name is deployed: `orders` is about `orders` and `orders.duration`.
    #[must_use]
    pub fn is_about(&self, name: &str) -> bool {
        self.series.as_ref().is_none_or(|series| {
            let rest = name.strip_prefix(series.as_str());
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        })
    }
}

/// Calls of Lambda after which a function runs other code, or runs it otherwise. Events of CloudTrail have a
/// version behind the name: `UpdateFunctionCode20150331v2`.
const CALLS: [&str; 6] = [
    "CreateFunction",
    "UpdateFunctionCode",
    "UpdateFunctionConfiguration",
    "PublishVersion",
    "CreateAlias",
    "UpdateAlias",
];

/// The deployment that an event of CloudTrail tells of; `None` for other events, and for calls that failed.
#[must_use]
pub fn deploy_of(event: &AuditEvent<'_>) -> Option<Deploy> {
    if !event.source.is("lambda.amazonaws.com") || event.error_code.is_some() {
        return None;
    }
    let name = event.name.to_str();
    let name = name.strip_suffix("v2").unwrap_or(&name);
    let name = name.trim_end_matches(|it: char| it.is_ascii_digit());
    if !CALLS.contains(&name) {
        return None;
    }
    let function = event.request?.get("functionName")?.text()?.to_str();
    let series = Some(lambda_log::function_of_arn(&function)?.to_owned());
    Some(Deploy { time: event.time?.0, series })
}

/// Reads deployments, one a line: a moment, and after a comma the series that it is about. A first line that
/// begins with `timestamp` or `time`, empty lines and lines that begin with `#` say nothing.
///
/// # Errors
/// The number, from 1, of a line that has no moment.
pub fn read_deploys(text: &str) -> Result<Vec<Deploy>, usize> {
    let mut deploys = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let line = line.trim().trim_start_matches('\u{feff}');
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let (moment, series) = line.split_once(',').unwrap_or((line, ""));
        let moment = moment.trim().trim_matches('"');
        if number == 0 && moment.to_ascii_lowercase().starts_with("time") {
            continue;
        }
        let time = parse_time(moment).ok_or(number + 1)?.time;
        let series = series.trim().trim_matches('"');
        deploys.push(Deploy { time, series: (!series.is_empty()).then(|| series.to_owned()) });
    }
    deploys.sort_by_key(|deploy| deploy.time);
    Ok(deploys)
}

#[cfg(test)]
mod tests {
    use audit_event::{Limits, read};

    use super::{Deploy, deploy_of, read_deploys};

    #[test]
    fn deployments_are_lines() {
        let text =
            "timestamp,series\n# comment\n2026-01-02 00:00:00,orders\n2026-01-01T00:00:00Z\n";
        let deploys = read_deploys(text).unwrap();
        let all = Deploy { time: 1_767_225_600, series: None };
        assert_eq!(deploys.first(), Some(&all));
        assert!(deploys.iter().all(|deploy| deploy.is_about("orders")));
        assert!(!deploys.iter().all(|deploy| deploy.is_about("mail")));
        assert_eq!(read_deploys("2026-01-01\nsoon\n"), Err(2));
    }

    #[test]
    fn events_of_cloudtrail_are_deployments_of_their_function() {
        let record = |name: &str, function: &str, more: &str| {
            format!(
                "{{\"eventSource\":\"lambda.amazonaws.com\",\"eventName\":\"{name}\",\"eventTime\":\
                 \"2026-01-01T00:00:00Z\",\"requestParameters\":{{\"functionName\":\"{function}\"}}{more}}}\n"
            )
        };
        let trail = [
            record(
                "UpdateFunctionCode20150331v2",
                "arn:aws:lambda:eu-west-1:111122223333:function:orders",
                "",
            ),
            record("PublishVersion20150331", "mail", ""),
            record("UpdateFunctionCode20150331v2", "denied", ",\"errorCode\":\"AccessDenied\""),
            record("GetFunction20150331v2", "read", ""),
        ]
        .concat();
        let mut found = Vec::new();
        read(trail.as_bytes(), &Limits::default(), &mut |event| found.extend(deploy_of(event)));
        let of = |name: &str| Deploy { time: 1_767_225_600, series: Some(name.to_owned()) };
        assert_eq!(found, [of("orders"), of("mail")]);
        assert!(
            of("orders").is_about("orders.duration") && !of("orders").is_about("orders-2.duration")
        );
    }
}
