//! All that is told of the privileges of one function.

use app_model::Function;
use trail_usage::Usage;

use crate::{
    Code, Fitted, FunctionNeeds, Gap, Names, fit,
    granted::Grants,
    needs,
    unused::{Comparison, compare, is_plumbing},
};

/// The needs of a function, the policy for them, and what its role is allowed besides.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Privileges {
    /// What it needs, and why.
    pub needs: FunctionNeeds,
    /// The smallest policy for them.
    pub policy: Fitted,
    /// The role that it runs as, held against that.
    pub comparison: Comparison,
}

/// The privileges of every function of an application, in the order of the template; `quota` is the
/// most characters that a policy may have.
#[must_use]
pub fn privileges(
    names: &Names<'_>,
    code: &Code<'_>,
    usage: Option<&Usage>,
    quota: usize,
) -> Vec<Privileges> {
    let functions = names.app().functions.iter();
    functions
        .zip(needs(names, code, usage))
        .map(|(function, needs)| of_function(names, function, needs, quota))
        .collect()
}

fn of_function<'a>(
    names: &Names<'a>,
    function: &'a Function,
    mut needs: FunctionNeeds,
    quota: usize,
) -> Privileges {
    let grants = Grants::of(names, function);
    for granted in grants.grants.iter().filter(|it| !it.is_plumbing() && it.is_beside_sdk()) {
        let reason = format!(
            "the role is allowed `{}`, which is used without an SDK of AWS: whether the code does is not seen",
            granted.action
        );
        let gap = Gap { place: granted.place, reason };
        if !needs.gaps.contains(&gap) {
            needs.gaps.push(gap);
        }
    }
    unseen(function, &grants, &mut needs);
    let policy = fit(&needs.needs, quota);
    let comparison = compare(names, &grants, &needs);
    Privileges { needs, policy, comparison }
}

/// Runtimes whose code is followed less far: clients in fields, mappers of objects.
const COMPILED: [&str; 5] = ["java", "dotnet", "go", "ruby", "provided"];

/// In such code a service that the role is allowed and of which no call is seen may be called in a way
/// that is not followed.
fn unseen(function: &Function, grants: &Grants<'_>, needs: &mut FunctionNeeds) {
    let runtime = function.runtime.as_ref().map_or("", |it| it.value.display());
    if !COMPILED.iter().any(|start| runtime.starts_with(start)) {
        return;
    }
    for granted in grants.grants.iter().filter(|it| !it.stays() && !is_plumbing(&it.action)) {
        let Some((service, _)) = granted.action.split_once(':') else { continue };
        let is_seen = needs.needs.iter().any(|need| {
            need.action.split(':').next().is_some_and(|it| it.eq_ignore_ascii_case(service))
        });
        if !is_seen {
            let reason = format!(
                "the role is allowed `{}`, and no call of that service is seen in code for `{runtime}`",
                granted.action
            );
            needs.gaps.push(Gap { place: granted.place, reason });
            return;
        }
    }
}
