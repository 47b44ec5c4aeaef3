//! Schemas for what no definition describes, learned from events that passed.

use std::collections::BTreeMap;

use guard_learn::{Subject, Summary};
use guard_settings::Route;

use crate::plan::Plan;

/// Values that a schema is learned from at least; a place of which fewer were seen stays open.
const LEAST: u64 = 100;

/// Fills what is open of `validate` from what the guard learned of the function. What a definition
/// describes stays as it is; what too little was seen of stays open, with a reason.
pub fn add_learned(plan: &mut Plan, learned: &BTreeMap<Subject, Summary>) {
    let is_only_event = learned.keys().all(|subject| matches!(subject, Subject::Event(_)));
    for (subject, summary) in learned {
        match subject {
            Subject::Route(label) => {
                let known = &plan.settings.validate.routes;
                if known.iter().any(|route| is_same(&route.route, label)) {
                    let words = format!(
                        "the definition of the API or the code describes `{label}`: nothing \
                         learned is used"
                    );
                    plan.note("validate.routes", words, None);
                } else if let Some(body) =
                    schema(plan, "validate.routes", &format!("bodies of `{label}`"), summary)
                {
                    plan.settings.validate.routes.push(Route { route: label.clone(), body });
                }
            }
            Subject::Record(_) if plan.settings.validate.record.is_none() => {
                plan.settings.validate.record = schema(plan, "validate.record", "records", summary);
            }
            Subject::Event(_) if !is_only_event => {
                let words =
                    "the function gets events of several kinds: there is no schema for all of them";
                plan.note("validate.event", words, None);
            }
            Subject::Event(_) if plan.settings.validate.event.is_none() => {
                plan.settings.validate.event = schema(plan, "validate.event", "events", summary);
            }
            Subject::Record(_) | Subject::Event(_) => {}
        }
    }
}

/// The schema, with its reason; the reason alone where there is none.
fn schema(
    plan: &mut Plan,
    setting: &'static str,
    what: &str,
    summary: &Summary,
) -> Option<serde_json::Value> {
    let (count, others) = (summary.count(), summary.others());
    let schema = summary.schema(LEAST);
    let words = if count < LEAST {
        format!("only {count} {what} were seen, {LEAST} are needed: nothing is written")
    } else if others > 0 {
        format!("{others} of {count} {what} are no JSON, or too large: nothing is written")
    } else if schema.is_none() {
        format!("{count} {what} were seen, all without a body: nothing is written")
    } else {
        format!(
            "learned from {count} {what}: members that were never seen are refused, those that always were are needed"
        )
    };
    plan.note(setting, words, None);
    schema
}

/// Whether two routes differ at most in the names of their parameters.
pub(crate) fn is_same(one: &str, other: &str) -> bool {
    let parts = |route: &'_ str| -> Vec<String> {
        let blank = |part: &str| if part.starts_with('{') { "{}" } else { part }.to_owned();
        route.split('/').map(blank).collect()
    };
    parts(one) == parts(other)
}

#[cfg(test)]
mod tests {
    use super::{LEAST, add_learned};
    use crate::plan::Plan;
    use guard_learn::{Subject, Summary};
    use guard_settings::{Route, Settings};
    use std::collections::BTreeMap;

    /// As the guard tells it: so many objects with one integer each.
    fn summary(count: u64) -> Summary {
        let shape = |kinds: u8, rest: &str| format!(r#"{{"n":{count},"k":{kinds},{rest}}}"#);
        let member = shape(4, r#""d":{"l":1,"m":3}"#);
        let object =
            shape(64, &format!(r#""o":{{"n":{count},"p":{{"a":{{"c":{count},"v":{member}}}}}}}"#));
        serde_json::from_str(&format!(r#"{{"v":{object}}}"#)).unwrap()
    }

    fn plan() -> Plan {
        let mut settings = Settings::default();
        settings.validate.routes =
            vec![Route { route: "POST /known/{key}".to_owned(), body: true.into() }];
        Plan { function: "F".into(), settings, reasons: Vec::new() }
    }

    #[test]
    fn what_is_open_is_filled_and_what_is_described_stays() {
        let mut plan = plan();
        let route = |text: &str| Subject::Route(text.to_owned());
        add_learned(
            &mut plan,
            &BTreeMap::from([
                (route("POST /known/{id}"), summary(LEAST)),
                (route("POST /new"), summary(LEAST)),
                (route("POST /seldom"), summary(LEAST - 1)),
                (Subject::Event(String::new()), summary(LEAST)),
            ]),
        );
        let validate = &plan.settings.validate;
        let routes: Vec<&str> = validate.routes.iter().map(|it| it.route.as_str()).collect();
        assert_eq!(routes, ["POST /known/{key}", "POST /new"]);
        assert_eq!(validate.routes.last().unwrap().body["required"][0], "a");
        assert_eq!(validate.event, None);
        let words: Vec<&str> = plan.reasons.iter().map(|it| it.words.as_str()).collect();
        assert!(
            words.iter().any(|it| it.starts_with("only 99 bodies of `POST /seldom`")),
            "{words:?}"
        );
        assert_eq!(words.len(), 4);
    }

    #[test]
    fn records_and_events_get_one_schema_each() {
        for subject in [Subject::Record(String::new()), Subject::Event(String::new())] {
            let mut plan = plan();
            add_learned(&mut plan, &BTreeMap::from([(subject, summary(LEAST))]));
            let validate = &plan.settings.validate;
            assert!(validate.record.is_some() != validate.event.is_some());
        }
    }
}
