//! SAS-5.3 `endless-log-retention`: a log group keeps its lines for ever.

use std::collections::HashSet;

use app_model::{Application, LogGroup, Resource};
use finding::{Audience, Confidence, Finding, RuleId, RuleInfo, Severity};

use crate::{Check, Rule, kinds::log_groups, rank::AboutFunction, settings::missing};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 5, rule: 3 },
        name: "endless-log-retention",
        summary: "A log group keeps its lines for ever",
        severity: Severity::Low,
        audience: Audience::Everyone,
        cwe: &[1230],
        since: "0.1.0",
        docs: include_str!("endless_log_retention.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    let writers = Writers::of(app);
    log_groups(app)
        .filter_map(|(resource, group)| {
            let days = group.retention_days.as_ref();
            let spot = missing(days, &resource.when, resource.place)?;
            let name = &resource.name;
            let (confidence, message, fix) = if writers.may_write(resource, group) {
                let message = format!(
                    "lines of the log group `{name}`, with any personal data in them, are kept for \
                     ever"
                );
                let fix =
                    "Set `RetentionInDays` to what the law and an investigation need, such as 90";
                (Confidence::High, message, fix)
            } else {
                let message = format!(
                    "nothing in the template writes to the log group `{name}`; what comes from \
                     elsewhere is kept for ever"
                );
                let fix = "Set `RetentionInDays`, or remove the group if nothing writes to it";
                (Confidence::Low, message, fix)
            };
            let found = RULE.info.finding(spot.place, message).resource(name);
            Some(found.confidence(confidence).under(&spot.when).fix(fix))
        })
        .collect()
}

/// Services that write to groups by a name of their own making under `/aws/`; to others under it a
/// resource must send its lines.
const SENT_TO: [&str; 3] = ["/aws/lambda/", "/aws/vendedlogs/", "/aws/events/"];

/// What of a template may write to a log group.
struct Writers<'a> {
    /// Resources that a property of another resource refers to.
    referred: HashSet<&'a str>,
    /// Texts of properties, whole and behind `log-group:`, by which a group may be named.
    named: HashSet<&'a str>,
    /// `/aws/lambda/NAME` of functions that have a name.
    functions: HashSet<String>,
}

impl<'a> Writers<'a> {
    fn of(app: &'a Application) -> Self {
        let groups: HashSet<&str> = log_groups(app).map(|(group, _)| group.name.as_str()).collect();
        let mut writers = Self {
            referred: HashSet::new(),
            named: HashSet::new(),
            functions: app
                .functions
                .iter()
                .filter_map(|function| function.physical_name.as_ref())
                .map(|name| format!("/aws/lambda/{}", name.value.display()))
                .collect(),
        };
        // The names of groups themselves are texts, too, and name nothing else.
        for literal in app.literals.iter().filter(|it| !groups.contains(it.resource.as_str())) {
            let expression = literal.value.unresolved();
            let references = expression.into_iter().flat_map(|it| &it.references);
            writers.referred.extend(references.map(|reference| reference.name.as_str()));
            let text = literal.value.display();
            let behind = text.split_once("log-group:").map(|(_, name)| name);
            writers.named.extend([Some(text), behind].into_iter().flatten().map(|name| {
                let name = name.strip_suffix('*').unwrap_or(name);
                name.strip_suffix(':').unwrap_or(name)
            }));
        }
        writers
    }

    /// Whether something may write to a group; also when that cannot be told.
    fn may_write(&self, resource: &Resource, group: &LogGroup) -> bool {
        let by_name = group.physical_name.as_ref().is_some_and(|name| {
            let name = name.value.display();
            let is_of_service =
                name.starts_with("/aws/") && !SENT_TO.iter().any(|start| name.starts_with(start));
            // All of the name is known to the deployment only.
            let is_open = name.starts_with("${") && name.ends_with('}');
            is_of_service || is_open || self.named.contains(name) || self.functions.contains(name)
        });
        by_name || !group.references.is_empty() || self.referred.contains(resource.name.as_str())
    }
}
