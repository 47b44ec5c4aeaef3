//! An alert as a Detection Finding of OCSF.

use audit_event::Time;
use serde_json::{Map, Value, json};

use crate::{
    alert::Alert,
    bound::{cut, function_arn, partition, rank, set},
};

/// Version of the schema that is followed.
const VERSION: &str = "1.5.0";
const CLASS: u32 = 2004;
const CREATE: u32 = 1;

/// The finding. `received` stands in for the time of an event that has none.
///
/// Source: OCSF 1.5.0, class `detection_finding` with the profile `cloud` (read 2026-11-27).
#[must_use]
pub fn detection_finding(alert: &Alert, received: Time) -> Value {
    let time = alert.moment().unwrap_or(received.0).saturating_mul(1_000);
    let key = alert.key().to_string();
    let level = alert.level.word();
    let mut severity = level.to_owned();
    if let Some(first) = severity.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    let attacks = alert.techniques.iter().map(|it| json!({"technique": {"uid": cut(it, 32)}}));
    let mut finding = json!({
        "activity_id": CREATE,
        "activity_name": "Create",
        "category_uid": 2,
        "category_name": "Findings",
        "class_uid": CLASS,
        "class_name": "Detection Finding",
        "type_uid": CLASS * 100 + CREATE,
        "type_name": "Detection Finding: Create",
        "time": time,
        "severity_id": rank(alert.level),
        "severity": severity,
        "status_id": 1,
        "status": "New",
        "message": cut(&alert.sentence(), 2_000),
        "metadata": {
            "version": VERSION,
            "uid": key,
            "profiles": ["cloud"],
            "product": {
                "name": "faasguard", "vendor_name": "faasguard", "version": env!("CARGO_PKG_VERSION"),
            },
        },
        "finding_info": {
            "uid": key,
            "title": cut(&alert.rule, 512),
            "desc": cut(alert.explanation.as_deref().unwrap_or(&alert.rule), 2_000),
            "created_time": time,
            "analytic": {
                "type_id": 1, "type": "Rule", "uid": cut(&alert.rule_id, 512), "name": cut(&alert.rule, 512),
            },
            "attacks": attacks.collect::<Vec<_>>(),
            "related_events": alert.events.iter().take(32).map(|it| json!({"uid": cut(it, 128)})).collect::<Vec<_>>(),
        },
        "cloud": cloud(alert),
        "evidences": [evidence(alert)],
    });
    if let Some(function) = &alert.function {
        let (account, region) =
            (alert.account.as_deref().unwrap_or_default(), alert.region.as_deref());
        let name = cut(function, 512);
        let mut resource =
            json!({"type": "AWS::Lambda::Function", "name": name, "cloud_partition": "aws"});
        if let (Some(region), false) = (region, account.is_empty()) {
            let arn = cut(&function_arn(function, account, region), 512);
            set(&mut resource, "uid", arn);
            set(&mut resource, "cloud_partition", partition(region));
        }
        set(&mut finding, "resources", json!([resource]));
    }
    if let (Some(incident), Some(metadata)) = (&alert.incident, finding.get_mut("metadata")) {
        set(metadata, "correlation_uid", cut(incident, 128));
    }
    finding
}

fn cloud(alert: &Alert) -> Value {
    let mut cloud = Map::new();
    cloud.insert("provider".to_owned(), "AWS".into());
    if let Some(account) = &alert.account {
        cloud.insert("account".to_owned(), json!({"uid": cut(account, 64), "type_id": 10}));
    }
    if let Some(region) = &alert.region {
        cloud.insert("region".to_owned(), cut(region, 64).into());
    }
    cloud.into()
}

/// What of the event the finding stands on.
fn evidence(alert: &Alert) -> Value {
    let mut evidence = json!({"api": {"operation": cut(&alert.event_name, 256)}});
    if let Some(actor) = &alert.actor {
        set(&mut evidence, "actor", json!({"user": {"uid": cut(actor, 2_048)}}));
    }
    if let Some(event) = &alert.event_id {
        set(&mut evidence, "uid", cut(event, 128));
    }
    evidence
}

#[cfg(test)]
mod tests {
    use audit_event::Time;

    use super::detection_finding;
    use crate::alert::tests::alert;

    #[test]
    fn a_finding_has_what_its_class_requires() {
        let finding = detection_finding(&alert(), Time(0));
        assert_eq!(finding["class_uid"], 2004);
        assert_eq!(finding["type_uid"], 200_401);
        assert_eq!(finding["time"], 1_769_853_600_000_i64);
        assert_eq!((&finding["severity_id"], &finding["severity"]), (&3.into(), &"Medium".into()));
        assert_eq!(finding["finding_info"]["uid"], alert().key().to_string());
        assert_eq!(
            finding["resources"][0]["uid"],
            "arn:aws:lambda:eu-west-1:111122223333:function:orders"
        );
    }
}
