//! Rules that the user wrote, asked of each application beside ours.

use app_model::Application;
use finding::{Audience, OwnRuleInfo, RuleKey};
use user_rules::Judged;

use crate::{Profile, Request};

/// Whether a rule speaks in this run.
pub(crate) fn is_chosen(info: &OwnRuleInfo, request: &Request) -> bool {
    if !request.only.is_empty() {
        return request.only.iter().any(|name| info.id.as_str() == name || info.name == *name);
    }
    let of_profile = request.profile == Profile::Strict || info.audience == Audience::Everyone;
    request.profile != Profile::Silent
        && request.config.is_enabled(&info.facts()).unwrap_or(of_profile)
}

/// Whether one of some rules was asked.
pub(crate) fn ran(rules: &[RuleKey], request: &Request) -> bool {
    let mut asked = request.own_rules.infos().filter(|info| is_chosen(info, request));
    asked.any(|info| rules.contains(&info.id.into()))
}

/// Asks the chosen rules, and gives findings the severities of the settings.
pub(crate) fn judge(app: &Application, request: &Request) -> Judged {
    let mut judged = request.own_rules.judge(app, &|info| is_chosen(info, request));
    for finding in &mut judged.findings {
        let id = finding.rule.own().map(|id| id.to_string()).unwrap_or_default();
        let Some(info) = request.own_rules.info(&id) else { continue };
        finding.severity = request.config.severity(&info.facts()).unwrap_or(finding.severity);
    }
    judged
}
