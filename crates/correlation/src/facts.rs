//! What an alert tells of an event.

use audit_event::{AuditEvent, Provider, Text, Time};
use serde::{Deserialize, Serialize};

/// What an alert tells of an event: who did what, when and where.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    /// `eventID`
    pub event_id: Option<String>,
    /// Seconds since 1970, UTC.
    pub time: Option<i64>,
    /// ARN of who made the request, else another name of theirs.
    pub actor: Option<String>,
    /// Whose trail has the record, else whose the actor is.
    pub account: Option<String>,
    /// `awsRegion`
    pub region: Option<String>,
    /// `eventSource`
    pub event_source: String,
    /// `eventName`
    pub event_name: String,
    /// The Lambda function that the event is about, or that made the request.
    pub function: Option<String>,
    /// `sourceIPAddress`
    pub source_ip: Option<String>,
    /// `errorCode`
    pub error_code: Option<String>,
    /// `Azure` or `GCP`, as OCSF names clouds; `None` of AWS.
    #[serde(default)]
    pub provider: Option<String>,
}

impl Facts {
    /// The facts of an event.
    #[must_use]
    pub fn of(event: &AuditEvent<'_>) -> Self {
        let own = |text: Option<Text<'_>>| {
            text.filter(|text| !text.is_empty()).map(|text| text.to_str().into_owned())
        };
        let actor = &event.actor;
        Self {
            event_id: own(event.id),
            time: event.time.map(|time| time.0),
            actor: own(actor.arn)
                .or_else(|| own(actor.issuer.arn))
                .or_else(|| own(actor.user_name))
                .or_else(|| own(actor.invoked_by))
                .or_else(|| own(actor.principal_id)),
            account: own(event.recipient_account).or_else(|| own(actor.account)),
            region: own(event.region),
            event_source: event.source.to_str().into_owned(),
            event_name: event.name.to_str().into_owned(),
            function: function(event),
            source_ip: own(event.source_ip),
            error_code: own(event.error_code),
            provider: match event.provider {
                Provider::Aws => None,
                Provider::Azure => Some("Azure".to_owned()),
                Provider::Google => Some("GCP".to_owned()),
            },
        }
    }

    /// Bytes of its texts.
    pub(crate) fn bytes(&self) -> usize {
        let maybe = [
            &self.event_id,
            &self.actor,
            &self.account,
            &self.region,
            &self.function,
            &self.source_ip,
            &self.error_code,
            &self.provider,
        ];
        let maybe: usize = maybe.into_iter().flatten().map(String::len).sum();
        maybe + self.event_source.len() + self.event_name.len()
    }

    /// The time as CloudTrail writes it.
    #[must_use]
    pub fn time_text(&self) -> Option<String> {
        self.time.map(|time| Time(time).to_string())
    }
}

/// Name of the function that an event of Lambda is about; else of the one whose role made the request,
/// which Lambda names its sessions after.
#[must_use]
pub fn function(event: &AuditEvent<'_>) -> Option<String> {
    if event.provider != Provider::Aws {
        return event.resource.and_then(|resource| elsewhere(&resource.to_str()));
    }
    if event.source.is("lambda.amazonaws.com") {
        let named = event.request.and_then(|request| {
            let of = |name| request.get(name).and_then(audit_event::Json::text);
            of("functionName").or_else(|| of("FunctionName"))
        });
        if let Some(named) = named.map(|text| text.to_str().into_owned()) {
            return Some(bare(&named).to_owned());
        }
    }
    let runs_in_lambda = event.user_agent.is_some_and(|agent| {
        let agent = agent.to_str();
        agent.contains("AWS_Lambda_") || agent.starts_with("awslambda-worker/")
    });
    let session = event.actor.arn.filter(|_| runs_in_lambda)?.to_str().into_owned();
    let (_, session) = session.split_once(":assumed-role/")?;
    session.split_once('/').map(|(_, name)| name.to_owned())
}

/// The function app of Azure, the function or the service of Cloud Run that a resource is or is in.
fn elsewhere(resource: &str) -> Option<String> {
    let lower = resource.to_ascii_lowercase();
    let is_run = lower.contains("/locations/") || lower.starts_with("namespaces/");
    let marks: &[&str] = if lower.contains("/providers/microsoft.web/") {
        &["/sites/"]
    } else if is_run {
        &["/functions/", "/services/"]
    } else {
        &[]
    };
    let at = marks.iter().find_map(|mark| lower.find(mark).map(|at| at + mark.len()))?;
    let name = resource.get(at..)?.split('/').next()?;
    (!name.is_empty()).then(|| name.to_owned())
}

/// The name in an ARN, or `account:function:name`, with or without a version.
fn bare(text: &str) -> &str {
    match text.split_once("function:") {
        Some((_, name)) => name.split(':').next().unwrap_or(name),
        None => text.split(':').next().unwrap_or(text),
    }
}

#[cfg(test)]
mod tests {
    use super::{bare, elsewhere};

    #[test]
    fn functions_of_other_clouds_are_named_by_their_resources() {
        let check = |resource: &str, expect: Option<&str>| {
            assert_eq!(elsewhere(resource).as_deref(), expect, "{resource}");
        };
        check(
            "/SUBSCRIPTIONS/X/RESOURCEGROUPS/R/PROVIDERS/MICROSOFT.WEB/SITES/orders/FUNCTIONS/pay",
            Some("orders"),
        );
        check("projects/p/locations/europe-west1/functions/orders", Some("orders"));
        check("projects/p/locations/europe-west1/services/orders", Some("orders"));
        check("projects/p/secrets/orders", None);
    }

    #[test]
    fn functions_are_named_in_every_form() {
        for text in [
            "orders",
            "orders:PROD",
            "arn:aws:lambda:eu-west-1:111122223333:function:orders",
            "arn:aws:lambda:eu-west-1:111122223333:function:orders:7",
            "111122223333:function:orders",
        ] {
            assert_eq!(bare(text), "orders", "{text}");
        }
    }
}
