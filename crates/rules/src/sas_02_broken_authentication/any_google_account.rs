//! SAS-2.80 `any-google-account`: anybody with a Google account may call a function.

use app_model::Application;
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{
    Check, Rule,
    bindings::{self, Opened, Public, opened},
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 2, rule: 80 },
        name: "any-google-account",
        summary: "Anybody with a Google account may call a function",
        severity: Severity::Medium,
        audience: Audience::Everyone,
        cwe: &[284, 863],
        since: "0.1.0",
        docs: include_str!("any_google_account.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    opened(app).filter(|it| it.who == Public::AnyAccount).map(|it| of_binding(&it)).collect()
}

fn of_binding(opened: &Opened<'_>) -> Finding {
    let Opened { binding, name, .. } = opened;
    let role = binding.role.display();
    let message = if opened.calls {
        format!(
            "anybody with a Google account can call {name}: `allAuthenticatedUsers` holds `{role}`"
        )
    } else {
        format!("anybody with a Google account holds `{role}` on {name}, and may see its settings")
    };
    let found = bindings::finding(&RULE.info, binding, message);
    let found = match opened.function {
        Some(function) => found.function(&function.name),
        None => found,
    };
    found.fix("Give the role to the accounts or groups that call it")
}
