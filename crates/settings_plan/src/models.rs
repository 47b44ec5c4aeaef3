//! Schemas that the code checks its events against: models of pydantic, schemas of Powertools.

use app_model::{Trigger, TriggerKind};
use code_schemas::{Derivation, Derived, Subject};
use guard_settings::Route;
use serde_json::{Value, json};

use crate::learned::is_same;
use crate::plan::Plan;

/// Fills `validate` with what the code checks. What a definition describes stays as it is.
pub(crate) fn fill(plan: &mut Plan, triggers: &[&Trigger], found: &Derivation) {
    let described: Vec<String> =
        plan.settings.validate.routes.iter().map(|it| it.route.clone()).collect();
    for derived in &found.schemas {
        match &derived.subject {
            Subject::Event => {
                let known = plan.settings.validate.event.take();
                plan.settings.validate.event = Some(both(known, derived));
                tell(plan, "validate.event", "events", derived);
            }
            Subject::Record => {
                let known = plan.settings.validate.record.take();
                plan.settings.validate.record = Some(both(known, derived));
                tell(plan, "validate.record", "records", derived);
            }
            Subject::Route(label) => {
                route(plan, &described, label.clone(), derived);
            }
            Subject::Body => {
                let labels = labels(triggers);
                if labels.is_empty() {
                    let words = format!(
                        "`{}` checks bodies of requests, but nothing of the template sends them: \
                         no schema",
                        derived.by
                    );
                    plan.note("validate.routes", words, Some(derived.place));
                }
                for label in labels {
                    route(plan, &described, label, derived);
                }
            }
        }
    }
    for note in &found.notes {
        plan.note("validate", note.words.clone(), Some(note.place));
    }
}

fn route(plan: &mut Plan, described: &[String], label: String, derived: &Derived) {
    if described.iter().any(|known| is_same(known, &label)) {
        let words = format!(
            "the definition of the API describes `{label}`: `{}` of the code is not used",
            derived.name
        );
        return plan.note("validate.routes", words, Some(derived.place));
    }
    tell(plan, "validate.routes", &format!("bodies of `{label}`"), derived);
    let routes = &mut plan.settings.validate.routes;
    match routes.iter_mut().find(|known| known.route == label) {
        Some(known) => known.body = both(Some(known.body.take()), derived),
        None => routes.push(Route { route: label, body: derived.schema.clone() }),
    }
}

/// What is checked twice must be both.
fn both(known: Option<Value>, derived: &Derived) -> Value {
    match known {
        Some(known) => json!({"allOf": [known, derived.schema]}),
        None => derived.schema.clone(),
    }
}

fn tell(plan: &mut Plan, setting: &'static str, what: &str, derived: &Derived) {
    let words =
        format!("{what}: the code checks them against `{}` (`{}`)", derived.name, derived.by);
    plan.note(setting, words, Some(derived.place));
}

/// The routes over which requests come, as the settings name them.
fn labels(triggers: &[&Trigger]) -> Vec<String> {
    let mut labels = Vec::new();
    for trigger in triggers {
        match trigger.kind {
            TriggerKind::RestApi | TriggerKind::HttpApi => labels.extend(trigger.route.clone()),
            TriggerKind::FunctionUrl | TriggerKind::LoadBalancer => {
                labels.extend(["ANY /".to_owned(), "ANY /{path+}".to_owned()]);
            }
            _ => {}
        }
    }
    labels.sort();
    labels.dedup();
    labels
}

#[cfg(test)]
mod tests {
    use app_model::{Trigger, TriggerKind};
    use code_schemas::{Derivation, Derived, Subject};
    use guard_settings::{Route, Settings};
    use serde_json::json;
    use source_text::Place;

    use super::fill;
    use crate::plan::Plan;

    fn derived(subject: Subject) -> Derived {
        Derived {
            subject,
            schema: json!({"type": "object"}),
            name: "Order".to_owned(),
            by: "Order.parse_raw".to_owned(),
            place: Place::default(),
        }
    }

    fn filled(kind: TriggerKind, route: Option<&str>, subjects: Vec<Subject>) -> Plan {
        let trigger = Trigger { kind, route: route.map(str::to_owned), ..Trigger::default() };
        let mut settings = Settings::default();
        settings.validate.routes =
            vec![Route { route: "POST /known/{key}".to_owned(), body: true.into() }];
        let mut plan = Plan { function: "F".into(), settings, reasons: Vec::new() };
        let schemas = subjects.into_iter().map(derived).collect();
        fill(&mut plan, &[&trigger], &Derivation { schemas, notes: Vec::new() });
        plan
    }

    fn routes(plan: &Plan) -> Vec<&str> {
        plan.settings.validate.routes.iter().skip(1).map(|it| it.route.as_str()).collect()
    }

    #[test]
    fn bodies_are_those_of_the_routes_of_the_function() {
        let plan = filled(TriggerKind::HttpApi, Some("POST /orders"), vec![Subject::Body]);
        assert_eq!(routes(&plan), ["POST /orders"]);
        let plan = filled(TriggerKind::FunctionUrl, None, vec![Subject::Body]);
        assert_eq!(routes(&plan), ["ANY /", "ANY /{path+}"]);
        let plan = filled(TriggerKind::Sqs, None, vec![Subject::Body, Subject::Record]);
        assert_eq!(routes(&plan), [""; 0]);
        assert_eq!(plan.settings.validate.record, Some(json!({"type": "object"})));
        assert!(plan.reasons[0].words.contains("nothing of the template sends them"));
    }

    #[test]
    fn what_a_definition_describes_stays_and_two_checks_are_both() {
        let plan = filled(TriggerKind::HttpApi, Some("POST /known/{id}"), vec![Subject::Body]);
        assert_eq!(routes(&plan), [""; 0]);
        let plan = filled(TriggerKind::Sqs, None, vec![Subject::Event, Subject::Event]);
        let schema = plan.settings.validate.event.unwrap();
        assert_eq!(schema["allOf"].as_array().map(Vec::len), Some(2));
    }
}
