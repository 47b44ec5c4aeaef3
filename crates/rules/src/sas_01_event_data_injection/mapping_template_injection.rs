//! SAS-1.7 `mapping-template-injection`: a REST API builds a call to a service from request data as it came.

use app_model::{Api, Application, IntegrationKind, Route};
use finding::{Audience, Confidence, Finding, RuleId, RuleInfo, Severity};

use crate::{
    Check, Rule,
    rank::AboutFunction,
    velocity::{Copied, copied},
};

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
    let found = route.integration.request_templates.iter().filter_map(|template| {
        let text = template.value.unresolved().map_or_else(
            || template.value.known().map(ToString::to_string),
            |expression| Some(expression.text.to_string()),
        )?;
        Some((template, pasted(&text, &route.path)?))
    });
    let (template, pasted) = found.min_by_key(|(_, pasted)| pasted.in_path)?;
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
            .confidence(if pasted.in_path { Confidence::Low } else { Confidence::High })
            .resource(&api.name)
            .property(label)
            .under(&api.when.and(&route.when)?)
            .fix(pasted.fix),
    )
}

struct Pasted {
    what: String,
    /// Whether it is a part of the path, which comes percent-encoded and so can hardly break out.
    in_path: bool,
    adds: &'static str,
    fix: &'static str,
}

fn pasted(template: &str, path: &str) -> Option<Pasted> {
    let worst = |found: Vec<Copied<'_>>| {
        let found = found.into_iter().map(|copied| (is_of_path(copied.text, path), copied.text));
        let (in_path, text) = found.min_by_key(|(in_path, _)| *in_path)?;
        Some((in_path, text.to_owned()))
    };
    // Queues and topics are called with a form, other services with JSON.
    if template.contains("Action=") {
        let (in_path, text) = worst(copied(template, is_request_data))?;
        return Some(Pasted {
            what: format!("${text}"),
            in_path,
            adds: "parameters",
            fix: "Wrap the value in `$util.urlEncode(…)`",
        });
    }
    let mut found = copied(template, is_text_of_request);
    found.retain(|copied| copied.quoted);
    let (in_path, text) = worst(found)?;
    let fix = if is_of_body(&text, template) {
        "Wrap the value in `$util.escapeJavaScript(…)`, and check the body with a model"
    } else {
        "Wrap the value in `$util.escapeJavaScript(…)`"
    };
    Some(Pasted { what: format!("${text}"), in_path, adds: "fields", fix })
}

/// Whether a value is a parameter of the route's path. `$input.params('id')` looks there first.
fn is_of_path(text: &str, path: &str) -> bool {
    if text.starts_with("input.params().path.") {
        return true;
    }
    let Some(name) = text.strip_prefix("input.params(") else { return false };
    let Some(name) = name.split(['\'', '"']).nth(1).filter(|name| !name.is_empty()) else {
        return false;
    };
    path.split('/').any(|part| {
        part.strip_prefix('{')
            .and_then(|part| part.strip_suffix('}'))
            .is_some_and(|part| part.trim_end_matches('+') == name)
    })
}

/// Whether a value comes from the body, which alone a model describes; a variable does when the
/// template reads the body at all.
fn is_of_body(text: &str, template: &str) -> bool {
    let reads = |text: &str| text.contains("input.path") || text.contains("input.body");
    reads(text) || (!text.starts_with("input.") && reads(template))
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
        assert_eq!(pasted(form, "/").unwrap().adds, "parameters");
        assert!(
            pasted("Action=SendMessage&MessageBody=$util.urlEncode($input.body)", "/").is_none()
        );
        assert!(pasted("Action=SendMessage&MessageBody=$input.json('$')", "/").is_some());
        let json = r#"{"Key": {"id": {"S": "$input.params('id')"}}}"#;
        assert_eq!(pasted(json, "/").unwrap().adds, "fields");
        assert!(pasted(r#"{"input": "$util.escapeJavaScript($input.json('$'))"}"#, "/").is_none());
        assert!(pasted(r#"{"data": $input.json('$.data')}"#, "/").is_none());
    }

    #[test]
    fn a_part_of_the_path_is_less_sure_and_only_a_body_has_a_model() {
        let check = |template: &str, in_path: bool, model: bool| {
            let found = pasted(template, "/orders/{id}/{rest+}").unwrap();
            assert_eq!(
                (found.in_path, found.fix.contains("model")),
                (in_path, model),
                "{template}"
            );
        };
        check(r#"{"id": "$input.params('id')"}"#, true, false);
        check(r#"{"id": "$input.params('rest')"}"#, true, false);
        check(r#"{"id": "$input.params().path.id"}"#, true, false);
        check(r#"{"id": "$input.params('i')"}"#, false, false);
        check(r#"{"id": "$input.params().querystring.id"}"#, false, false);
        check(r#"{"id": "$input.params('id')", "b": "$input.path('$.b')"}"#, false, true);
        check("#set($b = $input.path('$'))\n{\"b\": \"$b.name\"}", false, true);
        check("#set($b = $input.params('q'))\n{\"b\": \"$b\"}", false, false);
        check("Action=Publish&Message=$input.params('id')", true, false);
    }
}
