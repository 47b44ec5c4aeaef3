//! SAS-7.15 `static-credentials`: a function is handed AWS access keys, though its role gives it
//! credentials that end by themselves.

use app_model::{Application, Variable};
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use super::secret_in_environment::leak_of;
use crate::{
    Check, Rule,
    secrets::{Parameters, variables},
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 7, rule: 15 },
        name: "static-credentials",
        summary: "A function is handed AWS access keys in its environment",
        severity: Severity::Medium,
        audience: Audience::Everyone,
        cwe: &[798, 324],
        since: "0.1.0",
        docs: include_str!("static_credentials.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    let parameters = Parameters::of(app);
    variables(app)
        .iter()
        // A key that looks real is told of by `secret-in-environment`.
        .filter(|shared| holds_key(shared.variable) && leak_of(&parameters, shared).is_none())
        .map(|shared| {
            let message = format!(
                "{} is made for an access key of AWS, which lives until somebody removes it; the role \
                 of the function needs none",
                shared.subject()
            );
            shared.finding(app, &RULE.info, Severity::Medium, true, message).fix(
                "Remove the variable and allow the function's role what the key was for",
            )
        })
        .collect()
}

/// Whether a variable is named for an access key, or has the shape of one, and is filled in the
/// template: with a stand-in, or with the key of AWS's documentation.
fn holds_key(variable: &Variable) -> bool {
    let name: String = variable
        .name
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .collect::<String>()
        .to_lowercase();
    let is_id =
        matches!(name.as_str(), "awsaccesskeyid" | "awsaccesskey" | "accesskeyid" | "accesskey");
    let is_secret = matches!(
        name.as_str(),
        "awssecretaccesskey" | "awssecretkey" | "secretaccesskey" | "secretkey"
    );
    variable.value.possible().any(|(_, value)| {
        let has_id_shape = value.len() == 20
            && value.starts_with("AKIA")
            && value.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
        let has_secret_shape = value.len() == 40
            && value.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+/".contains(&byte));
        let is_filled = !value.is_empty() && !value.contains([':', '{']);
        has_id_shape
            || (is_id && is_filled && name.starts_with("aws"))
            // `SECRET_KEY` alone is the signing key of many a web framework.
            || (is_secret && has_secret_shape)
            || (is_secret && is_filled && name.starts_with("aws"))
    })
}
