//! An alert as a Detection Finding of OCSF.

use audit_event::Time;
use ocsf::{FindingInput, FindingLevel};
use serde_json::Value;

use crate::{alert::Alert, bound::cut};

/// The finding, of class 2004. `received` stands in for the time of an event that has none.
///
/// Bounds are ours: the schema has none.
#[must_use]
pub fn detection_finding(alert: &Alert, received: Time) -> Value {
    let text =
        |value: &Option<String>, most| value.as_deref().map(|it| cut(it, most)).unwrap_or_default();
    let input = FindingInput {
        uid: alert.key().to_string(),
        rule_id: cut(&alert.rule_id, 512),
        rule: cut(&alert.rule, 512),
        author: text(&alert.author, 512),
        level: FindingLevel::of(alert.level.word()).unwrap_or_default(),
        time: alert.moment(),
        created: alert.moment().or(Some(received.0)),
        actor: text(&alert.actor, 2_048),
        account: text(&alert.account, 64),
        region: text(&alert.region, 64),
        provider: text(&alert.provider, 32),
        event_name: cut(&alert.event_name, 256),
        function: text(&alert.function, 512),
        techniques: alert.techniques.iter().take(64).map(|it| cut(it, 32)).collect(),
        event_ids: event_ids(alert),
        explanation: text(&alert.explanation, 2_000),
        incident: text(&alert.incident, 128),
    };
    ocsf::detection_finding(&input, env!("CARGO_PKG_VERSION"))
}

/// Ids of the events behind it: of a correlation its last ones, else the event's own.
fn event_ids(alert: &Alert) -> Vec<String> {
    let own = alert.event_id.iter().filter(|_| alert.events.is_empty());
    alert.events.iter().chain(own).take(64).map(|it| cut(it, 128)).collect()
}

#[cfg(test)]
mod tests {
    use audit_event::Time;

    use super::detection_finding;
    use crate::alert::{Alert, tests::alert};

    #[test]
    fn a_finding_is_the_alert() {
        let finding = detection_finding(&alert(), Time(0));
        assert_eq!((&finding["class_uid"], &finding["type_uid"]), (&2004.into(), &200_401.into()));
        assert_eq!(finding["time"], 1_769_853_600_000_i64);
        assert_eq!((&finding["severity_id"], &finding["severity"]), (&3.into(), &"Medium".into()));
        assert_eq!(finding["metadata"]["uid"], alert().key().to_string());
        assert_eq!(finding["metadata"]["correlation_uid"], "inc-3f0d5c0a9be1d2f4");
        assert_eq!(finding["cloud"]["provider"], "AWS");
        let other = Alert { provider: Some("Azure".to_owned()), ..alert() };
        assert_eq!(detection_finding(&other, Time(0))["cloud"]["provider"], "Azure");
    }
}
