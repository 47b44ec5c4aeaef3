//! An alert as a finding of AWS Security Hub.

use audit_event::Time;
use report::security_hub::{SecurityHubError, SecurityHubFinding, SecurityHubResource};
use serde_json::Value;

use crate::{
    alert::Alert,
    bound::{cut, function_arn},
};

/// The finding, in the AWS Security Finding Format. `received` stands in for the time of an event that
/// has none.
///
/// Bounds: title 256 characters, description 1,024, ids 512, values of product fields 2,048, at most 50
/// of them, 32 resources.
///
/// # Errors
/// [`SecurityHubError`] when the alert has no account or region, of which the ARN of the product is made.
pub fn security_hub_finding(alert: &Alert, received: Time) -> Result<Value, SecurityHubError> {
    let account = alert.account.as_deref().unwrap_or_default();
    let region = alert.region.as_deref().unwrap_or_default();
    let time = Time(alert.moment().unwrap_or(received.0)).to_string();
    let key = alert.key().to_string();
    SecurityHubFinding {
        key: &key,
        rule_id: &alert.rule_id,
        account,
        region,
        types: &["TTPs"],
        time: &time,
        severity: alert.level.word(),
        title: &alert.rule,
        description: &alert.sentence(),
        product_fields: product_fields(alert),
        resources: resources(alert, account, region),
    }
    .to_json()
    .map(Value::Object)
}

fn product_fields(alert: &Alert) -> Vec<(String, String)> {
    let mut fields = Vec::new();
    let mut add = |name: &str, value: Option<&str>| {
        if let Some(value) = value.filter(|it| !it.is_empty()) {
            fields.push((name.to_owned(), value.to_owned()));
        }
    };
    add("eventId", alert.event_id.as_deref());
    add("eventName", Some(&alert.event_name));
    add("actor", alert.actor.as_deref());
    add("function", alert.function.as_deref());
    add("incident", alert.incident.as_deref());
    add("author", alert.author.as_deref());
    add("explanation", alert.explanation.as_deref());
    add("techniques", Some(&alert.techniques.join(" ")));
    for (name, value) in alert.group.iter().take(32) {
        add(&format!("group/{}", cut(name, 64)), Some(value));
    }
    fields
}

/// What the finding is about: the function, the actor; nothing else is the account.
fn resources(alert: &Alert, account: &str, region: &str) -> Vec<SecurityHubResource> {
    let resource = |kind, id| SecurityHubResource { kind, id, details: Vec::new() };
    let mut resources = Vec::new();
    if let Some(function) = alert.function.as_deref().filter(|it| !it.is_empty()) {
        resources.push(resource("AwsLambdaFunction", function_arn(function, account, region)));
    }
    if let Some(actor) = alert.actor.as_deref().filter(|it| it.starts_with("arn:")) {
        let kind = match actor {
            it if it.contains(":assumed-role/") || it.contains(":role/") => "AwsIamRole",
            it if it.contains(":user/") => "AwsIamUser",
            _ => "Other",
        };
        resources.push(resource(kind, actor.to_owned()));
    }
    resources
}

#[cfg(test)]
mod tests {
    use audit_event::Time;

    use super::{SecurityHubError, security_hub_finding};
    use crate::alert::tests::alert;

    #[test]
    fn a_finding_names_its_product_by_account_and_region() {
        let finding = security_hub_finding(&alert(), Time(0)).unwrap();
        assert_eq!(
            finding["ProductArn"],
            "arn:aws:securityhub:eu-west-1:111122223333:product/111122223333/default"
        );
        assert_eq!(finding["Severity"]["Label"], "MEDIUM");
        assert_eq!(finding["CreatedAt"], "2026-01-31T10:00:00Z");
        let types: Vec<_> = finding["Resources"].as_array().unwrap().iter().collect();
        assert_eq!(types[0]["Type"], "AwsLambdaFunction");
        assert_eq!(types[1]["Type"], "AwsIamUser");
    }

    #[test]
    fn texts_are_cut_as_security_hub_asks() {
        let mut long = alert();
        long.rule = "t".repeat(9_000);
        long.explanation = Some("e".repeat(9_000));
        long.group = (0..200).map(|it| (format!("field{it}"), "v".repeat(9_000))).collect();
        let finding = security_hub_finding(&long, Time(0)).unwrap();
        let length = |name: &str| finding[name].as_str().unwrap().chars().count();
        assert_eq!((length("Title"), length("Description")), (256, 1_024));
        assert!(finding["ProductFields"].as_object().unwrap().len() <= 50);
        assert!(finding.to_string().len() < 240_000);
    }

    #[test]
    fn an_alert_of_no_account_is_refused() {
        let mut odd = alert();
        odd.account = Some("11112222333x".to_owned());
        assert_eq!(security_hub_finding(&odd, Time(0)), Err(SecurityHubError::NoAccount));
        odd = alert();
        odd.region = Some("eu west".to_owned());
        assert_eq!(security_hub_finding(&odd, Time(0)), Err(SecurityHubError::NoRegion));
    }
}
