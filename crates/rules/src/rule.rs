//! What a rule is: constants that describe it and one pure function that decides.

use app_model::Application;
use finding::{Finding, RuleInfo};

use crate::{Code, FileSecret, Packages, Rights};

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
    /// The code of functions: flows of hostile data, and flaws that code shows by itself.
    Code(fn(&Code<'_>) -> Vec<Finding>),
    /// What functions need, by their code and template, and what their roles are allowed.
    Rights(fn(&Rights<'_>) -> Vec<Finding>),
    /// The packages of functions: their components, archives, files, layers.
    Packages(fn(&Packages<'_>) -> Vec<Finding>),
    /// Secrets in files, whatever kind of file it is.
    Files(fn(&FileSecret) -> Finding),
}

impl Rule {
    /// The findings of this rule in the configuration of an application.
    #[must_use]
    pub fn findings(&self, app: &Application) -> Vec<Finding> {
        match self.check {
            Check::Application(check) => check(app),
            _ => Vec::new(),
        }
    }

    /// The findings of this rule in code.
    #[must_use]
    pub fn code_findings(&self, code: &Code<'_>) -> Vec<Finding> {
        match self.check {
            Check::Code(check) => check(code),
            _ => Vec::new(),
        }
    }

    /// The findings of this rule in what functions need and are allowed.
    #[must_use]
    pub fn rights_findings(&self, rights: &Rights<'_>) -> Vec<Finding> {
        match self.check {
            Check::Rights(check) => check(rights),
            _ => Vec::new(),
        }
    }

    /// The findings of this rule in the packages of functions.
    #[must_use]
    pub fn package_findings(&self, packages: &Packages<'_>) -> Vec<Finding> {
        match self.check {
            Check::Packages(check) => check(packages),
            _ => Vec::new(),
        }
    }

    /// The finding of this rule about a secret in a file.
    #[must_use]
    pub fn file_finding(&self, secret: &FileSecret) -> Option<Finding> {
        match self.check {
            Check::Files(check) => Some(check(secret)),
            _ => None,
        }
    }
}
