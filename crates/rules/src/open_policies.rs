//! Policies on resources that let anybody in.

use app_model::{Application, Function, Place, ResourcePolicy, When};
use finding::{Finding, RuleInfo, Severity};
use iam_policy::Statement;

use crate::rank::AboutFunction;

/// A statement of a policy on a resource that allows everybody, whatever account they are of.
#[derive(Clone, Copy)]
pub(crate) struct OpenStatement<'a> {
    pub(crate) policy: &'a ResourcePolicy,
    pub(crate) statement: &'a Statement,
    index: usize,
}

/// The statements that let anybody in, of the policies of one service.
pub(crate) fn open_statements<'a>(
    app: &'a Application,
    service: &'a str,
) -> impl Iterator<Item = OpenStatement<'a>> {
    app.resource_policies.iter().filter(move |policy| policy.service == service).flat_map(
        |policy| {
            // SAS-4.15 `inverted-principal` tells of `NotPrincipal`.
            let named = |statement: &&Statement| statement.not_principals.is_empty();
            policy.document.public_statements().filter(named).map(move |statement| {
                let index =
                    policy.document.statements.iter().position(|s| std::ptr::eq(s, statement));
                OpenStatement { policy, statement, index: index.unwrap_or_default() }
            })
        },
    )
}

impl<'a> OpenStatement<'a> {
    /// Logical name of the resource that is open.
    pub(crate) fn resource(&self) -> &'a str {
        self.policy.resources.first().unwrap_or(&self.policy.name)
    }

    /// Those of `deeds` (an action and what it means) that the statement allows.
    pub(crate) fn deeds(&self, deeds: &[(&str, &'static str)]) -> Vec<&'static str> {
        let mut found: Vec<&'static str> = Vec::new();
        for (action, words) in deeds {
            if self.statement.matches_action(action) && !found.contains(words) {
                found.push(words);
            }
        }
        found
    }

    /// When everything that opens it holds; `None` when that cannot be.
    pub(crate) fn when(&self) -> Option<When> {
        let anybody = self.anybody().map_or(When::ALWAYS, |principal| principal.term.when.clone());
        self.policy.when.and(&self.statement.when)?.and(&anybody)
    }

    fn anybody(&self) -> Option<&'a iam_policy::Principal> {
        self.statement.principals.iter().find(|principal| principal.is_anybody())
    }

    /// Where everybody is named.
    pub(crate) fn place(&self) -> Place {
        let excepted = self.statement.not_principals.first();
        let place = self.anybody().or(excepted).map(|principal| principal.term.place);
        place.filter(|place| !place.is_whole()).unwrap_or(self.statement.place)
    }

    /// The function that the resource's events start, if it is in the template.
    pub(crate) fn consumer(&self, app: &'a Application) -> Option<&'a Function> {
        let trigger = app.triggers.iter().find(|trigger| {
            trigger.source_references.iter().any(|source| source.name == self.resource())
        })?;
        app.function(&trigger.function)
    }

    /// A finding on this statement.
    pub(crate) fn finding(
        &self,
        app: &Application,
        rule: &RuleInfo,
        severity: Severity,
        message: String,
    ) -> Option<Finding> {
        let index = self.index.to_string();
        let label = self.statement.sid.as_ref().map_or(index.as_str(), |sid| sid.as_str());
        let mut finding = rule
            .finding(self.place(), message)
            .severity(severity)
            .resource(self.resource())
            .property(format!("{}/{label}", self.policy.name))
            .under(&self.when()?);
        if let Some(function) = self.consumer(app) {
            finding = finding.function(&function.name);
            finding = finding.path(app.attack_path(function, None).hops);
        }
        Some(finding)
    }
}

/// `read, change and delete`.
pub(crate) fn enumerate(words: &[&str]) -> String {
    match words {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [head @ .., last] => format!("{} and {last}", head.join(", ")),
    }
}
