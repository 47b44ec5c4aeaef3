//! An alert as a finding of AWS Security Hub.

use audit_event::Time;
use report::security_hub::{
    SecurityHubError, SecurityHubFinding, SecurityHubResource, is_account, is_region,
};
use serde_json::Value;

use crate::{
    alert::Alert,
    bound::{cut, function_arn},
};

/// The cloud of an alert that names none.
const AWS: &str = "AWS";

/// Why Security Hub would not take an alert.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AsffError {
    /// It names no account, or something else than twelve digits.
    #[error("Security Hub asks for an account of twelve digits, the alert has none")]
    NoAccount,
    /// It names no region.
    #[error("Security Hub asks for a region, the alert has none")]
    NoRegion,
    /// It is of another cloud, and nobody says which account of AWS is told.
    #[error(
        "Security Hub asks for an account and a region of AWS, the alert is of {provider}; name them as `account` and `region` of the sink in a file for --sinks"
    )]
    OtherCloud {
        /// Which.
        provider: String,
    },
}

/// The account of AWS, and the region, whose Security Hub is told of what happened in other clouds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Home {
    account: String,
    region: String,
}

impl Home {
    /// `None` when the account has not twelve digits, or the region cannot be one.
    #[must_use]
    pub fn new(account: &str, region: &str) -> Option<Self> {
        (is_account(account) && is_region(region))
            .then(|| Self { account: account.to_owned(), region: region.to_owned() })
    }
}

/// The finding, in the AWS Security Finding Format. `received` stands in for the time of an event that
/// has none, `home` for account and region of an alert of another cloud, which the form has no place for:
/// cloud, account and region are product fields, and details of the resources.
///
/// Bounds: title 256 characters, description 1,024, ids 512, values of product fields 2,048, at most 50
/// of them, 32 resources.
///
/// # Errors
/// [`AsffError`] when there is no account or region, of which the ARN of the product is made.
///
/// Source: Security Hub User Guide, "Required ASFF attributes", "Optional top-level ASFF attributes",
/// "Resources" (read 2026-11-27).
pub fn security_hub_finding(
    alert: &Alert,
    received: Time,
    home: Option<&Home>,
) -> Result<Value, AsffError> {
    let other = alert.provider.as_deref().filter(|it| *it != AWS);
    let (account, region) = match (other, home) {
        (Some(_), Some(home)) => (home.account.as_str(), home.region.as_str()),
        (Some(provider), None) => {
            return Err(AsffError::OtherCloud { provider: cut(provider, 32) });
        }
        (None, _) => {
            let account = alert.account.as_deref().filter(|it| is_account(it));
            let region = alert.region.as_deref().filter(|it| is_region(it));
            (account.ok_or(AsffError::NoAccount)?, region.ok_or(AsffError::NoRegion)?)
        }
    };
    let time = Time(alert.moment().unwrap_or(received.0)).to_string();
    let resources = match other {
        Some(provider) => resources_elsewhere(alert, provider),
        None => resources(alert, account, region),
    };
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
        product_fields: product_fields(alert, other),
        resources,
    }
    .to_json()
    .map(Value::Object)
    .map_err(|error| match error {
        SecurityHubError::NoAccount => AsffError::NoAccount,
        SecurityHubError::NoRegion => AsffError::NoRegion,
    })
}

fn product_fields(alert: &Alert, other: Option<&str>) -> Vec<(String, String)> {
    let mut fields = Vec::new();
    let mut add = |name: &str, value: Option<&str>| {
        if let Some(value) = value.filter(|it| !it.is_empty()) {
            fields.push((name.to_owned(), value.to_owned()));
        }
    };
    add("provider", Some(other.unwrap_or(AWS)));
    if other.is_some() {
        add("account", alert.account.as_deref());
        add("region", alert.region.as_deref());
    }
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
    let resource =
        |kind, id| SecurityHubResource { kind, id, is_in_region: true, details: Vec::new() };
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

/// The same in another cloud: ids as that cloud has them, the cloud among the details.
fn resources_elsewhere(alert: &Alert, provider: &str) -> Vec<SecurityHubResource> {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let resource = |kind: &str, id: &str| SecurityHubResource {
        kind: "Other",
        id: id.to_owned(),
        is_in_region: false,
        details: vec![
            ("provider", provider.to_owned()),
            ("account", text(&alert.account)),
            ("region", text(&alert.region)),
            ("kind", kind.to_owned()),
        ],
    };
    let named =
        [("function", &alert.function), ("actor", &alert.actor), ("account", &alert.account)];
    let told = named.iter().filter_map(|(kind, id)| Some((*kind, id.as_deref()?)));
    let told: Vec<_> = told.filter(|(_, id)| !id.is_empty()).collect();
    let is_told = |kind: &str| kind != "account" || told.len() == 1;
    let mut resources: Vec<_> = told
        .iter()
        .filter(|(kind, _)| is_told(kind))
        .map(|(kind, id)| resource(kind, id))
        .collect();
    if resources.is_empty() {
        resources.push(resource("cloud", provider));
    }
    resources
}

#[cfg(test)]
mod tests {
    use audit_event::Time;

    use super::{AsffError, Home, security_hub_finding};
    use crate::alert::{Alert, tests::alert};

    #[test]
    fn a_finding_names_its_product_by_account_and_region() {
        let finding = security_hub_finding(&alert(), Time(0), None).unwrap();
        assert_eq!(
            finding["ProductArn"],
            "arn:aws:securityhub:eu-west-1:111122223333:product/111122223333/default"
        );
        assert_eq!(finding["Severity"]["Label"], "MEDIUM");
        assert_eq!(finding["CreatedAt"], "2026-01-31T10:00:00Z");
        assert_eq!(finding["ProductFields"]["faasguard/provider"], "AWS");
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
        let finding = security_hub_finding(&long, Time(0), None).unwrap();
        let length = |name: &str| finding[name].as_str().unwrap().chars().count();
        assert_eq!((length("Title"), length("Description")), (256, 1_024));
        assert!(finding["ProductFields"].as_object().unwrap().len() <= 50);
        assert!(finding.to_string().len() < 240_000);
    }

    #[test]
    fn an_alert_of_no_account_is_refused() {
        let mut odd = alert();
        odd.account = Some("11112222333x".to_owned());
        assert_eq!(security_hub_finding(&odd, Time(0), None), Err(AsffError::NoAccount));
        odd = alert();
        odd.region = Some("eu west".to_owned());
        assert_eq!(security_hub_finding(&odd, Time(0), None), Err(AsffError::NoRegion));
    }
    #[test]
    fn another_cloud_is_told_in_the_account_that_is_named_for_it() {
        let azure = Alert {
            provider: Some("Azure".to_owned()),
            // As long as an account of AWS, which it is not.
            account: Some("999988887777".to_owned()),
            region: Some("westeurope".to_owned()),
            actor: Some("ana@example.com".to_owned()),
            ..alert()
        };
        let other = AsffError::OtherCloud { provider: "Azure".to_owned() };
        assert_eq!(security_hub_finding(&azure, Time(0), None), Err(other));
        let home = Home::new("111122223333", "eu-west-1").unwrap();
        let finding = security_hub_finding(&azure, Time(0), Some(&home)).unwrap();
        assert_eq!(
            (&finding["AwsAccountId"], &finding["Region"]),
            (&"111122223333".into(), &"eu-west-1".into())
        );
        let fields = &finding["ProductFields"];
        assert_eq!(fields["faasguard/provider"], "Azure");
        assert_eq!(fields["faasguard/account"], "999988887777");
        let resources = finding["Resources"].as_array().unwrap();
        assert_eq!(resources.len(), 2, "{resources:?}");
        assert!(resources.iter().all(|it| it["Type"] == "Other"), "{resources:?}");
        assert_eq!(resources[1]["Id"], "ana@example.com");
        assert_eq!(resources[1]["Details"]["Other"]["provider"], "Azure");
        assert_eq!(resources[1]["Details"]["Other"]["region"], "westeurope");
        let bare = Alert { actor: None, function: None, account: None, ..azure };
        let finding = security_hub_finding(&bare, Time(0), Some(&home)).unwrap();
        assert_eq!(finding["Resources"][0]["Id"], "Azure");
        // An alert of AWS stays where it is.
        let finding = security_hub_finding(
            &alert(),
            Time(0),
            Home::new("444455556666", "us-east-1").as_ref(),
        );
        assert_eq!(finding.unwrap()["AwsAccountId"], "111122223333");
        assert_eq!(Home::new("1111", "eu-west-1").or(Home::new("111122223333", "EU")), None);
    }
}
