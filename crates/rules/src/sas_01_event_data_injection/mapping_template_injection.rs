//! SAS-1.7 `mapping-template-injection`: a REST API builds a call to a service from request data as it came.

use app_model::{Api, Application, IntegrationKind, Route};
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{Check, Rule, rank::AboutFunction, velocity::copied};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 1, rule: 7 },
        name: "mapping-template-injection",
        summary: "A mapping template pastes request data into a call to a service",
        severity: Severity::Medium,
        audience: Audience::Everyone,
        cwe: &[74, 88],
        since: "0.1.0",
        docs: include_str!("mapping_template_injection.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    let mut findings = Vec::new();
    for api in &app.apis {
        findings.extend(api.routes.iter().filter_map(|route| of_route(api, route)));
    }
    findings
}

fn of_route(api: &Api, route: &Route) -> Option<Finding> {
    let IntegrationKind::Service(service) = &route.integration.kind else { return None };
    let (template, pasted) = route.integration.request_templates.iter().find_map(|template| {
        let text = template.value.unresolved().map_or_else(
            || template.value.known().map(ToString::to_string),
            |expression| Some(expression.text.to_string()),
        )?;
        Some((template, pasted(&text)?))
    })?;
    let label = route.label();
    let message = format!(
        "`{label}` of `{}` pastes `{}` unencoded into its call to `{service}`: a caller can add \
         {} of their own",
        api.name, pasted.what, pasted.adds
    );
    // Strangers or users: the call is made with the gateway's own role. One that reads gives out
    // little more than it was made to.
    let is_open = route.auth.open().is_some() && !api.is_private;
    let severity = if is_open && route.method != "GET" {
        RULE.info.severity.raised()
    } else {
        RULE.info.severity
    };
    Some(
        RULE.info
            .finding(template.place, message)
            .severity(severity)
            .resource(&api.name)
            .property(label)
            .under(&api.when.and(&route.when)?)
            .fix(pasted.fix),
    )
}

struct Pasted {
    what: String,
    adds: &'static str,
    fix: &'static str,
}

fn pasted(template: &str) -> Option<Pasted> {
    // Queues and topics are called with a form, other services with JSON.
    if template.contains("Action=") {
        let found = copied(template, is_request_data).into_iter().next()?;
        return Some(Pasted {
            what: format!("${}", found.text),
            adds: "parameters",
            fix: "Wrap the value in `$util.urlEncode(…)`",
        });
    }
    let found = copied(template, is_text_of_request).into_iter().find(|copied| copied.quoted)?;
    Some(Pasted {
        what: format!("${}", found.text),
        adds: "fields",
        fix: "Wrap the value in `$util.escapeJavaScript(…)`, and check the request with a model",
    })
}

fn is_request_data(path: &str) -> bool {
    is_text_of_request(path) || path == "input.json"
}

/// Data of the caller that comes as bare text; `$input.json` writes JSON, quotes included.
fn is_text_of_request(path: &str) -> bool {
    matches!(path, "input.params" | "input.path" | "input.body")
        || path.starts_with("input.params.")
}

#[cfg(test)]
mod tests {
    use super::pasted;

    #[test]
    fn forms_need_url_encoding_and_json_needs_escapes() {
        let form = "Action=SendMessage&MessageBody=$input.body";
        assert_eq!(pasted(form).unwrap().adds, "parameters");
        assert!(pasted("Action=SendMessage&MessageBody=$util.urlEncode($input.body)").is_none());
        assert!(pasted("Action=SendMessage&MessageBody=$input.json('$')").is_some());
        let json = r#"{"Key": {"id": {"S": "$input.params('id')"}}}"#;
        assert_eq!(pasted(json).unwrap().adds, "fields");
        assert!(pasted(r#"{"input": "$util.escapeJavaScript($input.json('$'))"}"#).is_none());
        assert!(pasted(r#"{"data": $input.json('$.data')}"#).is_none());
    }
}
