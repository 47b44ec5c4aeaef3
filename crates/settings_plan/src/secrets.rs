//! The cache of secrets, where the code asks one on the loopback.

use app_model::{Function, SmolStr};
use guard_settings::Secrets;
use least_privilege::Names;

use crate::plan::{CodeFacts, Plan};

/// Port of the extension that the cache stands in for.
const PORT: &str = ":2773";

/// Writes `secrets`.
pub(crate) fn fill(plan: &mut Plan, names: &Names<'_>, function: &Function, code: &CodeFacts<'_>) {
    let asks = |text: &str| {
        text.contains("localhost:2773") || text.contains("127.0.0.1:2773") || text.ends_with(PORT)
    };
    let Some(literal) = code.literals.iter().find(|it| asks(&it.text)) else { return };
    let mut prefetch: Vec<String> =
        code.literals.iter().filter_map(|it| named_in(&it.text)).collect();
    prefetch.extend(of_environment(names, function).map(|name| format!("${{{name}}}")));
    prefetch.sort();
    prefetch.dedup();
    let words = match prefetch.len() {
        0 => "the code asks the cache on the loopback".to_owned(),
        _ => format!(
            "the code asks the cache on the loopback; fetched at start: {}",
            prefetch.join(", ")
        ),
    };
    plan.note("secrets", words, Some(literal.place));
    plan.settings.secrets = Some(Secrets { prefetch, ..Secrets::default() });
}

/// The secret that an address of the cache names in full: `…/get?secretId=prod/db`.
fn named_in(text: &str) -> Option<String> {
    let (_, rest) = text.split_once("secretId=")?;
    let name = rest.split('&').next().unwrap_or_default();
    let is_name = !name.is_empty()
        && name.chars().all(|it| it.is_ascii_alphanumeric() || "/_+=.@-:".contains(it));
    is_name.then(|| name.to_owned())
}

/// Variables of the environment that name a secret of the template.
fn of_environment<'a>(
    names: &'a Names<'_>,
    function: &'a Function,
) -> impl Iterator<Item = &'a SmolStr> {
    let is_secret = |text: &str| {
        names.referent(text).is_some_and(|it| it.type_name == "AWS::SecretsManager::Secret")
    };
    let names_secret =
        move |it: &&app_model::Variable| it.written.iter().any(|at| is_secret(&at.text));
    function.environment.iter().filter(names_secret).map(|it| &it.name)
}

#[cfg(test)]
mod tests {
    use super::named_in;

    #[test]
    fn only_a_name_that_stands_in_full_is_fetched_ahead() {
        let address =
            "http://localhost:2773/secretsmanager/get?secretId=prod/db&versionStage=AWSCURRENT";
        assert_eq!(named_in(address).as_deref(), Some("prod/db"));
        assert_eq!(named_in("http://localhost:2773/secretsmanager/get?secretId="), None);
        assert_eq!(named_in("http://localhost:2773/secretsmanager/get?secretId={name}"), None);
    }
}
