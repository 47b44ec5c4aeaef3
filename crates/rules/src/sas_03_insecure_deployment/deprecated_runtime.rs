//! SAS-3.1 `deprecated-runtime`: a function runs on a runtime that nobody patches any more.

use std::{cmp::Reverse, collections::BTreeMap};

use app_model::{Application, Function, Place, Platform};
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{
    Check, Rule,
    rank::AboutFunction,
    settings::{Spot, written},
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 3, rule: 1 },
        name: "deprecated-runtime",
        summary: "A function runs on a runtime that nobody patches any more",
        severity: Severity::Medium,
        audience: Audience::Everyone,
        cwe: &[1104],
        since: "0.1.0",
        docs: include_str!("deprecated_runtime.md"),
    },
    check: Check::Application(check),
};

/// A managed runtime after its end.
struct Ended {
    name: &'static str,
    /// Day of deprecation: no patches from then on.
    since: &'static str,
    /// Whether Lambda already refuses to create functions on it.
    is_blocked: bool,
    /// The newest runtime of the same language.
    successor: &'static str,
}

const fn ended(
    name: &'static str,
    since: &'static str,
    is_blocked: bool,
    successor: &'static str,
) -> Ended {
    Ended { name, since, is_blocked, successor }
}

/// Runtimes whose deprecation lies before December 2026. One that is not listed is taken for
/// supported: the list grows with releases, as the core knows no clock.
///
/// Source: Lambda Developer Guide, "Lambda runtimes" (read 2026-11-22).
static ENDED: [Ended; 30] = [
    ended("dotnet6", "2024-12-20", false, "dotnet10"),
    ended("dotnet8", "2026-11-10", false, "dotnet10"),
    ended("dotnetcore1.0", "2019-06-27", true, "dotnet10"),
    ended("dotnetcore2.0", "2019-05-30", true, "dotnet10"),
    ended("dotnetcore2.1", "2022-01-05", true, "dotnet10"),
    ended("dotnetcore3.1", "2023-04-03", true, "dotnet10"),
    ended("go1.x", "2024-01-08", true, "provided.al2023"),
    ended("java8", "2024-01-08", true, "java25"),
    ended("nodejs", "2016-08-30", true, "nodejs24.x"),
    ended("nodejs4.3", "2020-03-05", true, "nodejs24.x"),
    ended("nodejs4.3-edge", "2020-03-05", true, "nodejs24.x"),
    ended("nodejs6.10", "2019-08-12", true, "nodejs24.x"),
    ended("nodejs8.10", "2020-03-06", true, "nodejs24.x"),
    ended("nodejs10.x", "2021-07-30", true, "nodejs24.x"),
    ended("nodejs12.x", "2023-03-31", true, "nodejs24.x"),
    ended("nodejs14.x", "2023-12-04", true, "nodejs24.x"),
    ended("nodejs16.x", "2024-06-12", false, "nodejs24.x"),
    ended("nodejs18.x", "2025-09-01", false, "nodejs24.x"),
    ended("nodejs20.x", "2026-04-30", false, "nodejs24.x"),
    ended("provided", "2024-01-08", true, "provided.al2023"),
    ended("provided.al2", "2026-07-31", false, "provided.al2023"),
    ended("python2.7", "2021-07-15", true, "python3.14"),
    ended("python3.6", "2022-07-18", true, "python3.14"),
    ended("python3.7", "2023-12-04", true, "python3.14"),
    ended("python3.8", "2024-10-14", false, "python3.14"),
    ended("python3.9", "2025-12-15", false, "python3.14"),
    ended("python3.10", "2026-10-31", false, "python3.14"),
    ended("ruby2.5", "2021-07-30", true, "ruby4.0"),
    ended("ruby2.7", "2023-12-07", true, "ruby4.0"),
    ended("ruby3.2", "2026-03-31", false, "ruby4.0"),
];

/// Runtimes of Google Cloud after their end. Those that are decommissioned take no deployments.
///
/// Source: Google Cloud, "Runtime support" (read 2026-11-22); of Go the release policy of its project,
/// as a version that the project ended is patched by nobody.
static ENDED_OF_GOOGLE: [Ended; 33] = [
    ended("dotnet3", "2024-01-30", true, "dotnet10"),
    ended("dotnet6", "2024-11-12", true, "dotnet10"),
    ended("dotnet8", "2026-11-10", false, "dotnet10"),
    ended("go111", "2024-01-30", true, "go126"),
    ended("go113", "2024-01-30", true, "go126"),
    ended("go116", "2024-01-30", true, "go126"),
    ended("go118", "2024-01-30", true, "go126"),
    ended("go119", "2023-08-08", true, "go126"),
    ended("go120", "2024-02-06", true, "go126"),
    ended("go121", "2024-08-13", false, "go126"),
    ended("go122", "2025-02-11", false, "go126"),
    ended("go123", "2025-08-12", false, "go126"),
    ended("java11", "2024-10-01", true, "java25"),
    ended("nodejs6", "2020-06-05", true, "nodejs24"),
    ended("nodejs8", "2020-06-05", true, "nodejs24"),
    ended("nodejs10", "2024-01-30", true, "nodejs24"),
    ended("nodejs12", "2024-01-30", true, "nodejs24"),
    ended("nodejs14", "2024-01-30", true, "nodejs24"),
    ended("nodejs16", "2024-01-30", true, "nodejs24"),
    ended("nodejs18", "2025-04-30", true, "nodejs24"),
    ended("nodejs20", "2026-04-30", true, "nodejs24"),
    ended("php55", "2024-01-30", true, "php84"),
    ended("php72", "2024-01-30", true, "php84"),
    ended("php73", "2024-01-30", true, "php84"),
    ended("php74", "2024-01-30", true, "php84"),
    ended("python37", "2024-01-30", true, "python314"),
    ended("python38", "2024-10-14", true, "python314"),
    ended("python39", "2025-10-05", true, "python314"),
    ended("python310", "2026-10-04", false, "python314"),
    ended("ruby25", "2024-01-30", true, "ruby34"),
    ended("ruby26", "2024-01-30", true, "ruby34"),
    ended("ruby27", "2024-01-30", true, "ruby34"),
    ended("ruby30", "2024-03-31", true, "ruby34"),
];

/// What a platform has ended.
fn ended_on(platform: Platform) -> &'static [Ended] {
    match platform {
        Platform::Aws => &ENDED,
        Platform::Google => &ENDED_OF_GOOGLE,
        Platform::Azure => &[],
    }
}

/// The functions that take a runtime from one line: a line of `Globals` is one flaw, not many.
fn check(app: &Application) -> Vec<Finding> {
    let mut by_place: BTreeMap<Place, Vec<(&Function, &Ended, Spot)>> = BTreeMap::new();
    for function in &app.functions {
        for ended in ended_on(function.platform) {
            let spot = written(function.runtime.as_ref(), &function.when, |runtime| {
                runtime.eq_ignore_ascii_case(ended.name)
            });
            if let Some(spot) = spot {
                by_place.entry(spot.place).or_default().push((function, ended, spot));
                break;
            }
        }
    }
    by_place.into_values().filter_map(|found| finding(app, &found)).collect()
}

fn finding(app: &Application, found: &[(&Function, &Ended, Spot)]) -> Option<Finding> {
    // The one that is easiest to reach, and of equal ones the first.
    let (function, ended, spot) = found.iter().min_by_key(|(function, ..)| {
        Reverse(app.reach(&function.name).map(|reach| (reach.exposure, reach.unauthenticated)))
    })?;
    let (subject, verb) = match found.len() {
        1 => (format!("`{}`", function.name), "runs"),
        2 => (format!("`{}` and 1 more function", function.name), "run"),
        more => (format!("`{}` and {} more functions", function.name, more - 1), "run"),
    };
    let is_google = function.platform == Platform::Google;
    let end = if ended.is_blocked && is_google {
        "and on which Google deploys no more functions"
    } else if ended.is_blocked {
        "and on which Lambda creates no more functions"
    } else {
        "so that known holes stay open"
    };
    let message = format!(
        "{subject} {verb} on `{}`, which has had no patches since {}, {end}",
        ended.name, ended.since
    );
    let base = if ended.is_blocked { Severity::High } else { Severity::Medium };
    let finding = RULE.info.finding(spot.place, message).severity(base);
    let finding = finding.about(app, function, None).under(&spot.when);
    // An old runtime alone gives nobody the account.
    let severity = finding.severity.min(Severity::High);
    let property = if is_google { "runtime" } else { "Runtime" };
    let fix = format!("Set `{property}` to `{}` and run the tests on it", ended.successor);
    Some(finding.severity(severity).fix(fix))
}

#[cfg(test)]
mod tests {
    use super::{ENDED, ENDED_OF_GOOGLE};

    #[test]
    fn every_listed_runtime_ended_before_december_2026_and_has_a_living_successor() {
        for list in [ENDED.as_slice(), ENDED_OF_GOOGLE.as_slice()] {
            for ended in list {
                assert!(ended.since < "2026-12", "{}", ended.name);
                assert!(list.iter().all(|other| other.name != ended.successor), "{}", ended.name);
            }
        }
    }
}
