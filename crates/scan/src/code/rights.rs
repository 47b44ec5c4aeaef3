//! The rules of rights, run on what the functions of each application need and are allowed.

use std::panic::{AssertUnwindSafe, catch_unwind};

use app_model::Application;
use finding::Finding;
use least_privilege::{Names, Privileges, privileges, quota};
use rules::{Check, Rights, Rule};

use super::{Bench, CodeView, judge::Judged};
use crate::{
    privileges::{code_of, deployment},
    terraform,
};

/// Whether any of the rules asks for rights.
pub(super) fn is_asked(rules: &[&'static Rule]) -> bool {
    rules.iter().any(|rule| matches!(rule.check, Check::Rights(_)))
}

/// Rules of configuration that tell of a grant that is too wide, by their numbers in SAS-4: all but those
/// that a smaller policy does not mend.
const WIDE: [u16; 9] = [1, 2, 3, 4, 5, 6, 9, 13, 19];

/// What the functions of all applications need.
pub(crate) type OfApplications = Vec<Vec<Privileges>>;

/// Tells the exact policy with every finding about a grant that is too wide, when it is known, and
/// leaves out of `own`, the findings of the rules of rights, what such a finding tells already.
pub(crate) fn join(wide: &mut [Finding], own: &mut Vec<Finding>, privileges: &[Privileges]) {
    for finding in wide.iter_mut().filter(|it| is_wide(it)) {
        let of_function = privileges
            .iter()
            .find(|it| Some(it.needs.function.as_str()) == finding.function.as_deref());
        let known = of_function.filter(|it| it.needs.is_complete() && it.comparison.has_own_role);
        if let (Some(known), Some(fix)) = (known, &mut finding.fix) {
            let exact = known.policy.document.in_words();
            fix.description = format!("{}. The function needs {exact}", fix.description);
        }
    }
    own.retain(|finding| {
        let lines = finding.place.line..=finding.place.end_line;
        let tells = |other: &Finding| {
            is_wide(other)
                && other.function == finding.function
                && other.place.file == finding.place.file
                && lines.contains(&other.place.line)
        };
        !is_surplus(finding) || !wide.iter().any(tells)
    });
}

fn is_wide(finding: &Finding) -> bool {
    finding.rule.sas().is_some_and(|id| id.risk == 4 && WIDE.contains(&id.rule))
}

/// Whether a finding tells that something is granted and not needed.
fn is_surplus(finding: &Finding) -> bool {
    finding.rule.sas().is_some_and(|id| id.risk == 4 && matches!(id.rule, 30 | 31))
}

/// Judges every application by itself; what the functions need comes with it.
pub(super) fn judge(
    apps: &[&Application],
    views: &[CodeView],
    bench: &Bench<'_>,
) -> (Judged, OfApplications) {
    let mut judged = Judged::default();
    let mut of_applications = OfApplications::new();
    if !is_asked(bench.rules) {
        return (judged, of_applications);
    }
    let deployment = deployment(bench.request);
    for (app, view) in apps.iter().zip(views) {
        let work = || -> Vec<Privileges> {
            let names = Names::new(app, &deployment);
            privileges(&names, &code_of(app, view), None, quota::INLINE)
        };
        let all = catch_unwind(AssertUnwindSafe(work)).ok();
        for rule in bench.rules.iter().filter(|rule| matches!(rule.check, Check::Rights(_))) {
            let found = all.as_ref().and_then(|privileges| {
                let rights = Rights { app, privileges };
                catch_unwind(AssertUnwindSafe(|| rule.rights_findings(&rights))).ok()
            });
            match found {
                Some(mut found) => {
                    terraform::place(&mut found, &app.foreign);
                    judged.findings.extend(found);
                }
                None => judged.faults.push(rule),
            }
        }
        of_applications.push(all.unwrap_or_default());
    }
    judged.faults.dedup_by_key(|rule| rule.info.id);
    (judged, of_applications)
}
