//! Policies of a template with every reference replaced by what it means, so that two ways to name a
//! resource are one.

use app_model::{Place, When};
use iam_policy::{Policy, Statement, Term};

use crate::Names;

impl Names<'_> {
    /// A policy whose resources and condition values say what they mean: `${Orders.Arn}` is
    /// `arn:…:table/${Orders}`. Parameters, conditions and pseudo parameters stay.
    #[must_use]
    pub fn expand_policy(&self, policy: &Policy) -> Policy {
        let mut policy = policy.clone();
        for statement in &mut policy.statements {
            restate(statement, &|text| self.expand(text));
        }
        policy
    }
}

/// Gives the open texts of a statement another form.
pub(crate) fn restate(statement: &mut Statement, form: &dyn Fn(&str) -> String) {
    let resources = statement.resources.iter_mut().chain(&mut statement.not_resources);
    let values = statement.conditions.iter_mut().flat_map(|it| &mut it.values);
    for one in resources.chain(values).filter(|one| !one.resolved) {
        let known = term(&form(&one.text));
        *one = Term { when: one.when.clone(), place: one.place, ..known };
    }
}

/// A text that is open when it has placeholders.
pub(crate) fn term(text: &str) -> Term {
    let place = Place::default();
    if cloud_names::has_placeholder(text) {
        Term::unresolved(place, text, Vec::new())
    } else {
        Term::known(place, text)
    }
}

/// The same condition for a deployment that leaves the defaults of parameters.
pub(crate) fn without_defaults(when: When) -> When {
    When { defaults: Vec::new(), ..when }
}
