//! All that is told of the privileges of one function.

use app_model::Function;
use trail_usage::Usage;

use crate::{
    Code, Fitted, FunctionNeeds, Names, fit,
    granted::Grants,
    needs,
    unused::{Comparison, compare},
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

fn of_function(
    names: &Names<'_>,
    function: &Function,
    needs: FunctionNeeds,
    quota: usize,
) -> Privileges {
    let policy = fit(&needs.needs, quota);
    let comparison = compare(names, &Grants::of(names, function), &needs);
    Privileges { needs, policy, comparison }
}
