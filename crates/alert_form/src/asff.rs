//! An alert as a finding of AWS Security Hub.

use audit_event::Time;
use serde_json::{Map, Value, json};
use sigma::Severity;

use crate::{
    alert::Alert,
    bound::{cut, function_arn, is_account, is_region, partition},
};

/// Version of the form.
const SCHEMA: &str = "2018-10-08";

/// Why Security Hub would not take an alert.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AsffError {
    /// It names no account, or something else than twelve digits.
    #[error("Security Hub asks for an account of twelve digits, the alert has none")]
    NoAccount,
    /// It names no region.
    #[error("Security Hub asks for a region, the alert has none")]
    NoRegion,
}

/// The finding, in the AWS Security Finding Format. `received` stands in for the time of an event that
/// has none.
///
/// Bounds: title 256 characters, description 1,024, ids 512, values of product fields 2,048, at most 50
/// of them, 32 resources.
///
/// # Errors
/// [`AsffError`] when the alert has no account or region, of which the ARN of the product is made.
///
/// Source: Security Hub User Guide, "Required ASFF attributes", "Optional top-level ASFF attributes"
/// (read 2026-11-27).
pub fn security_hub_finding(alert: &Alert, received: Time) -> Result<Value, AsffError> {
    let account = alert.account.as_deref().filter(|it| is_account(it));
    let account = account.ok_or(AsffError::NoAccount)?;
    let region = alert.region.as_deref().filter(|it| is_region(it)).ok_or(AsffError::NoRegion)?;
    let partition = partition(region);
    let time = Time(alert.moment().unwrap_or(received.0)).to_string();
    let severity = json!({"Label": label(alert.level), "Original": alert.level.word()});
    Ok(json!({
        "SchemaVersion": SCHEMA,
        "Id": format!("faasguard/{region}/{account}/{}", alert.key()),
        "ProductArn": format!("arn:{partition}:securityhub:{region}:{account}:product/{account}/default"),
        "ProductName": "faasguard",
        "GeneratorId": format!("faasguard/{}", cut(&alert.rule_id, 500)),
        "AwsAccountId": account,
        "Region": region,
        "Types": ["TTPs"],
        "FirstObservedAt": time,
        "LastObservedAt": time,
        "CreatedAt": time,
        "UpdatedAt": time,
        "Severity": severity,
        "FindingProviderFields": {"Severity": severity, "Types": ["TTPs"]},
        "Title": title(alert),
        "Description": cut(&alert.sentence(), 1_024),
        "ProductFields": product_fields(alert),
        "Resources": resources(alert, account, region),
        "RecordState": "ACTIVE",
        "Workflow": {"Status": "NEW"},
    }))
}

fn title(alert: &Alert) -> String {
    let title = cut(&alert.rule, 256);
    // At least one character is asked for.
    if title.trim().is_empty() { cut(&alert.rule_id, 256) } else { title }
}

fn label(level: Severity) -> &'static str {
    match level {
        Severity::Informational => "INFORMATIONAL",
        Severity::Low => "LOW",
        Severity::Medium => "MEDIUM",
        Severity::High => "HIGH",
        Severity::Critical => "CRITICAL",
    }
}

fn product_fields(alert: &Alert) -> Map<String, Value> {
    let mut fields = Map::new();
    let mut add = |name: &str, value: Option<&str>| {
        if let Some(value) = value.filter(|it| !it.is_empty()) {
            fields.insert(format!("faasguard/{name}"), cut(value, 2_048).into());
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

/// What the finding is about: the function, the actor, else the account.
fn resources(alert: &Alert, account: &str, region: &str) -> Vec<Value> {
    let partition = partition(region);
    let resource = |kind: &str, id: &str| json!({"Type": kind, "Id": cut(id, 512), "Partition": partition, "Region": region});
    let mut resources = Vec::new();
    if let Some(function) = alert.function.as_deref().filter(|it| !it.is_empty()) {
        resources.push(resource("AwsLambdaFunction", &function_arn(function, account, region)));
    }
    if let Some(actor) = alert.actor.as_deref().filter(|it| it.starts_with("arn:")) {
        let kind = match actor {
            it if it.contains(":assumed-role/") || it.contains(":role/") => "AwsIamRole",
            it if it.contains(":user/") => "AwsIamUser",
            _ => "Other",
        };
        resources.push(resource(kind, actor));
    }
    if resources.is_empty() {
        resources.push(resource("AwsAccount", &format!("AWS::::Account:{account}")));
    }
    resources
}

#[cfg(test)]
mod tests {
    use audit_event::Time;

    use super::{AsffError, security_hub_finding};
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
        assert_eq!(security_hub_finding(&odd, Time(0)), Err(AsffError::NoAccount));
        odd = alert();
        odd.region = Some("eu west".to_owned());
        assert_eq!(security_hub_finding(&odd, Time(0)), Err(AsffError::NoRegion));
    }
}
