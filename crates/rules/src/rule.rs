//! What a rule is: constants that describe it and one pure function that decides.

use app_model::Application;
use finding::{Finding, RuleInfo};

/// A rule. All its knowledge stands in one `static` of one file.
#[derive(Debug)]
pub struct Rule {
    /// What the rule says of itself.
    pub info: RuleInfo,
    /// Decides. Pure: no file, no clock, no network; same input, same findings.
    pub check: Check,
}

/// What a rule looks at. A scan runs only the engines that the chosen rules look at.
#[derive(Debug)]
pub enum Check {
    /// The configuration of the application: functions, triggers, identities, resources.
    Application(fn(&Application) -> Vec<Finding>),
}

impl Rule {
    /// The findings of this rule in an application.
    #[must_use]
    pub fn findings(&self, app: &Application) -> Vec<Finding> {
        match self.check {
            Check::Application(check) => check(app),
        }
    }
}
