//! SAS-4.60 `privileged-role-assignment`: a function holds a role over a whole subscription or resource group.

use app_model::{Application, RoleBinding, ScopeWidth, Value};
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{Check, Rule, rank::AboutFunction};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 4, rule: 60 },
        name: "privileged-role-assignment",
        summary: "A function holds a role over a whole subscription or resource group",
        severity: Severity::High,
        audience: Audience::Everyone,
        cwe: &[250, 269],
        since: "0.1.0",
        docs: include_str!("privileged_role_assignment.md"),
    },
    check: Check::Application(check),
};

/// Roles that give others roles, or may do everything else.
const PRIVILEGED: [&str; 4] = [
    "Owner",
    "Contributor",
    "User Access Administrator",
    "Role Based Access Control Administrator",
];

fn check(app: &Application) -> Vec<Finding> {
    app.bindings.iter().filter_map(|binding| finding(app, binding)).collect()
}

fn finding(app: &Application, binding: &RoleBinding) -> Option<Finding> {
    let (when, role) = binding.role.find(|role| PRIVILEGED.contains(&role.as_str()))?;
    let when = binding.when.and(when)?;
    let scope = match binding.width {
        ScopeWidth::Group => "everything in its resource group",
        ScopeWidth::Project => "a whole subscription",
        ScopeWidth::Organisation => "every subscription below a management group",
        ScopeWidth::Resource | ScopeWidth::Unknown => return None,
    };
    // Of people and pipelines nothing is known here: only what code may do is judged.
    let function = app.function(binding.functions.first()?)?;
    let message = format!("the function app `{}` is {} of {scope}", function.name, article(role));
    let base = if role == "Contributor" && binding.width == ScopeWidth::Group {
        Severity::Medium
    } else {
        Severity::High
    };
    let found = RULE.info.finding(binding.place, message).severity(base);
    let fix = "Give it the role of the one service that it uses, on that resource: `Storage Blob Data \
               Contributor` on the storage account";
    let property = match &binding.scope {
        Value::Known(scope) => format!("{role} {scope}"),
        _ => role.to_string(),
    };
    Some(found.about(app, function, None).property(property).under(&when).fix(fix))
}

fn article(role: &str) -> String {
    let word = if role.starts_with(['O', 'U']) && role != "User Access Administrator" {
        "an"
    } else {
        "a"
    };
    format!("{word} `{role}`")
}
