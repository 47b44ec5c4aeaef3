//! Policies narrowed to what the code of a function needs.

use std::{collections::HashMap, path::PathBuf, sync::Arc};

use finding::Finding;
use least_privilege::{
    edit::{Permits, Written},
    quota,
};
use scan::{Profile, Request, policy_writes, privileges_of, scan};

/// Names of rules that tell of a role which may do more than its function does.
const RULES: [&str; 15] = [
    "administrator-access",
    "broad-data-access",
    "broad-policy-template",
    "broader-permission",
    "full-access-managed-policy",
    "inverted-action",
    "inverted-resource",
    "mismatched-resource",
    "unknown-action",
    "unused-permission",
    "wide-assume-role",
    "wide-secret-read",
    "wildcard-action",
    "wildcard-pass-role",
    "wildcard-resource",
];

/// Rules that must look at the code to say what a function needs.
pub(crate) const OF_CODE: [&str; 3] =
    ["broader-permission", "missing-permission", "unused-permission"];

/// What somebody must judge.
pub(crate) const JUDGE: &str = "the policy becomes what the code was seen to need";

/// Whether a finding may end with a narrower policy.
pub(crate) fn is_of_policy(finding: &Finding) -> bool {
    rules::by_id(finding.rule).is_some_and(|rule| RULES.contains(&rule.info.name))
}

/// What to write of a function's policies, or why they are left alone.
type Writes = Result<Arc<Vec<Written>>, String>;

/// Policies of functions as they may be written.
#[derive(Debug, Default)]
pub(crate) struct Policies {
    /// By path of the template and name of the function.
    functions: HashMap<(String, String), Writes>,
    /// Of each role that one function alone runs as, the function.
    roles: HashMap<(String, String), String>,
}

impl Policies {
    /// Looks at the code of every function of a request.
    pub(crate) fn of(
        request: &Request,
        edited: HashMap<PathBuf, String>,
    ) -> Result<Self, scan::ScanError> {
        let request = Request {
            only: Vec::new(),
            profile: Profile::Silent,
            keep_applications: true,
            reads_code: true,
            edited: Arc::new(edited),
            ..request.clone()
        };
        let outcome = scan(&request, &|_, _| {})?;
        let mut all = Self::default();
        for application in privileges_of(&outcome, &request, None, quota::INLINE) {
            let path = application.template.clone();
            for function in &application.app.functions {
                let Some(role) = application.app.role_of(function) else { continue };
                if application.app.functions_of(role).count() == 1 {
                    let key = (path.clone(), role.name.to_string());
                    all.roles.insert(key, function.name.to_string());
                }
            }
            let writes = policy_writes(&application, &outcome, &request, Permits::default());
            match writes {
                Ok(functions) => {
                    for (function, writes) in functions {
                        let writes = writes.map(Arc::new).map_err(|why| why.to_string());
                        all.functions.insert((path.clone(), function.to_string()), writes);
                    }
                }
                Err(why) => {
                    for function in &application.app.functions {
                        let key = (path.clone(), function.name.to_string());
                        all.functions.insert(key, Err(why.clone()));
                    }
                }
            }
        }
        Ok(all)
    }

    /// What to write for a finding in a file; nothing when it is of no function alone.
    pub(crate) fn writes(&self, path: &str, finding: &Finding) -> Option<Writes> {
        let key = |name: &str| (path.to_owned(), name.to_owned());
        let of_role = || self.roles.get(&key(finding.resource.as_deref()?)).cloned();
        let function = finding.function.clone().or_else(of_role)?;
        self.functions.get(&key(&function)).cloned()
    }
}
