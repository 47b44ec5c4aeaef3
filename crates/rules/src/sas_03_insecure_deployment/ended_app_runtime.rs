//! SAS-3.66 `ended-app-runtime`: an app runs on a version of a language that is patched no more.

use app_model::{Application, Platform};
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{
    Check, Rule,
    azure::{Row, SITES, Wrong, findings},
    rank::AboutFunction,
    settings::written,
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 3, rule: 66 },
        name: "ended-app-runtime",
        summary: "An app runs on a version of a language that is patched no more",
        severity: Severity::Medium,
        audience: Audience::Everyone,
        cwe: &[1104],
        since: "0.1.0",
        docs: include_str!("ended_app_runtime.md"),
    },
    check: Check::Application(check),
};

/// The name of the language, and the versions that are patched, oldest first. Versions before the
/// first are past their end; what is not a number is not judged.
///
/// Source: Azure Functions documentation, "Language runtime support policy" (of November 2026).
const SUPPORTED: [(&str, &str, (u32, u32)); 5] = [
    ("python", "Python", (3, 11)),
    ("node", "Node.js", (22, 0)),
    ("java", "Java", (8, 0)),
    ("powershell", "PowerShell", (7, 4)),
    ("dotnet", ".NET", (10, 0)),
];

fn check(app: &Application) -> Vec<Finding> {
    let mut found: Vec<Finding> = Vec::new();
    for function in app.functions.iter().filter(|it| it.platform == Platform::Azure) {
        let mut words = String::new();
        let spot = written(function.runtime.as_ref(), &function.when, |runtime| {
            let ended = ended(runtime);
            words = ended.unwrap_or_default();
            !words.is_empty()
        });
        let Some(spot) = spot else { continue };
        let message = format!(
            "the function app `{}` runs on {words}, which is patched no more",
            function.name
        );
        let finding = RULE.info.finding(spot.place, message).held_by(app, function);
        let fix = "Choose a version that is supported, and test the app with it";
        found.push(finding.property("runtime").under(&spot.when).fix(fix));
    }
    found.extend(findings(app, &RULE.info, ROWS, |subject| {
        format!("{subject} runs on a version of its language that is patched no more")
    }));
    found
}

/// `Python 3.8` of `python|3.8`, when it is past its end.
fn ended(runtime: &str) -> Option<String> {
    let (language, version) = runtime.split_once('|')?;
    let language = language.trim_end_matches("-isolated");
    let (_, name, first) = SUPPORTED.iter().find(|(known, ..)| *known == language)?;
    let mut parts = version.split('.').map(str::parse::<u32>);
    let major = parts.next()?.ok()?;
    let minor = parts.next().and_then(Result::ok);
    // Of Python the second number counts.
    let minor = if language == "python" { minor? } else { minor.unwrap_or(0) };
    ((major, minor) < *first).then(|| format!("{name} {version}"))
}

/// Versions that apps name in settings of their own.
const ROWS: &[Row] = &[
    Row {
        types: SITES,
        path: "properties.siteConfig.pythonVersion",
        wrong: Wrong::Is(&["2.7", "3.4", "3.5", "3.6", "3.7", "3.8"]),
        unless: &[],
        fix: "Set `pythonVersion` to a version that is supported",
    },
    Row {
        types: SITES,
        path: "properties.siteConfig.phpVersion",
        wrong: Wrong::Is(&["5.5", "5.6", "7.0", "7.1", "7.2", "7.3", "7.4", "8.0"]),
        unless: &[],
        fix: "Set `phpVersion` to a version that is supported",
    },
    Row {
        types: SITES,
        path: "properties.siteConfig.netFrameworkVersion",
        wrong: Wrong::Is(&["v2.0", "v3.0", "v5.0", "v6.0", "v7.0"]),
        unless: &[],
        fix: "Set `netFrameworkVersion` to a version that is supported",
    },
    Row {
        types: &["Microsoft.Web/sites/config"],
        path: "properties.netFrameworkVersion",
        wrong: Wrong::Is(&["v2.0", "v3.0", "v5.0", "v6.0", "v7.0"]),
        unless: &[("parent", &[])],
        fix: "Set `netFrameworkVersion` to a version that is supported",
    },
];

#[cfg(test)]
mod tests {
    use super::ended;

    #[test]
    fn versions_before_the_oldest_that_is_supported_have_ended() {
        assert_eq!(ended("python|3.8").as_deref(), Some("Python 3.8"));
        assert_eq!(ended("python|3.12"), None);
        assert_eq!(ended("python|3"), None);
        assert_eq!(ended("node|18").as_deref(), Some("Node.js 18"));
        assert_eq!(ended("node|22"), None);
        assert_eq!(ended("dotnet-isolated|6.0").as_deref(), Some(".NET 6.0"));
        assert_eq!(ended("docker|registry/app"), None);
    }
}
