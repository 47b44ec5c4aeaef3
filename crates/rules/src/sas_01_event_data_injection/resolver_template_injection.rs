//! SAS-1.6 `resolver-template-injection`: a GraphQL resolver builds its request from arguments as they came.

use app_model::{Application, Details, Resolver, Resource};
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{Check, Rule, rank::AboutFunction, velocity::copied};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 1, rule: 6 },
        name: "resolver-template-injection",
        summary: "A resolver pastes arguments into a request or statement",
        severity: Severity::High,
        audience: Audience::Everyone,
        cwe: &[74, 89, 943],
        since: "0.1.0",
        docs: include_str!("resolver_template_injection.md"),
    },
    check: Check::Application(check),
};

/// Words by which a text is a statement of SQL, in lower case.
const SQL: [&str; 5] = ["select ", "insert into ", "update ", "delete from ", "merge into "];

fn check(app: &Application) -> Vec<Finding> {
    let mut findings = Vec::new();
    for resource in &app.resources {
        if let Details::Resolver(resolver) = &resource.details {
            findings.extend(of_resolver(resource, resolver));
        }
    }
    findings
}

fn of_resolver(resource: &Resource, resolver: &Resolver) -> Option<Finding> {
    for template in &resolver.templates {
        let text =
            template.value.known().map(ToString::to_string).or_else(|| {
                template.value.unresolved().map(|expression| expression.text.to_string())
            });
        let Some(text) = text else { continue };
        let Some(pasted) = pasted(&text) else { continue };
        let message = format!(
            "the resolver `{}` pastes `{}` into {}: a caller can write the rest of it",
            resolver.field, pasted.what, pasted.into
        );
        let finding = RULE.info.finding(template.place, message).severity(pasted.severity);
        return Some(
            finding
                .resource(&resource.name)
                .property(pasted.what)
                .under(&resource.when)
                .fix(pasted.fix),
        );
    }
    None
}

struct Pasted {
    what: String,
    into: &'static str,
    severity: Severity,
    fix: &'static str,
}

fn pasted(text: &str) -> Option<Pasted> {
    if text.contains("export function") {
        return pasted_in_code(text);
    }
    let found = copied(text, is_argument).into_iter().find(|copied| copied.quoted)?;
    let what = format!("${}", found.text);
    if SQL.iter().any(|word| text.to_ascii_lowercase().contains(word)) {
        let fix = "Pass the argument in `variableMap` and write `:NAME` in the statement";
        return Some(Pasted { what, into: "a SQL statement", severity: Severity::High, fix });
    }
    let fix = "Write `$util.toJson(…)` or `$util.dynamodb.toDynamoDBJson(…)` without quotes around";
    Some(Pasted { what, into: "the JSON of its request", severity: Severity::Medium, fix })
}

fn is_argument(path: &str) -> bool {
    let rest = path.strip_prefix("ctx.").or_else(|| path.strip_prefix("context."));
    rest.is_some_and(|rest| {
        ["args", "arguments", "request.headers"].iter().any(|name| {
            rest.strip_prefix(name).is_some_and(|end| end.is_empty() || end.starts_with('.'))
        })
    })
}

/// SQL in a template literal without the tag `sql`, with an argument in it.
fn pasted_in_code(text: &str) -> Option<Pasted> {
    let mut parts = text.split('`');
    let mut before = parts.next()?;
    while let (Some(literal), Some(after)) = (parts.next(), parts.next()) {
        let lower = literal.to_ascii_lowercase();
        let is_sql = SQL.iter().any(|word| lower.contains(word));
        if is_sql && !before.trim_end().ends_with("sql") {
            let argument = literal
                .split("${")
                .skip(1)
                .filter_map(|hole| hole.split('}').next())
                .find(|hole| hole.contains("args") || hole.contains("arguments"));
            if let Some(argument) = argument {
                return Some(Pasted {
                    what: argument.trim().to_owned(),
                    into: "a SQL statement",
                    severity: Severity::High,
                    fix: "Tag the statement with `sql` of `@aws-appsync/utils/rds`, which binds it",
                });
            }
        }
        before = after;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::pasted;

    #[test]
    fn a_tagged_statement_is_bound() {
        let code = |tag: &str| {
            format!(
                "export function request(ctx) {{ return createPgStatement({tag}`SELECT * FROM t \
                 WHERE id = ${{ctx.args.id}}`) }}"
            )
        };
        assert_eq!(pasted(&code("")).unwrap().what, "ctx.args.id");
        assert!(pasted(&code("sql")).is_none());
    }

    #[test]
    fn arguments_in_quotes_are_pasted_and_encoded_ones_are_not() {
        assert_eq!(pasted(r#"{"id": "$ctx.args.id"}"#).unwrap().into, "the JSON of its request");
        assert!(pasted(r#"{"id": $util.toJson($ctx.args.id)}"#).is_none());
        let statement = r#"{"statements": ["select * from t where id = '$ctx.args.id'"]}"#;
        assert_eq!(pasted(statement).unwrap().into, "a SQL statement");
        assert!(pasted(r#"{"limit": $ctx.args.limit, "by": "$ctx.identity.sub"}"#).is_none());
    }
}
