//! Exact policies put into templates, with a proof that they allow no more than what stood there.

use std::path::PathBuf;

use app_model::SmolStr;
use iam_containment::{Containment, Limits, contains};
use iam_policy::Policy;
use least_privilege::{
    Privileges,
    edit::{
        Dependencies, EditError, Permits, Plan, Refusal, Template, Written, plan, set_property,
    },
};
use source_text::{Node, parse_yaml};

use crate::{OfApplication, Outcome, Request, template};

/// A template with the policies of its functions written.
#[derive(Debug)]
pub struct Rewritten {
    /// Path of the template.
    pub path: PathBuf,
    /// Its text before.
    pub old: String,
    /// Its text afterwards; the same when nothing had to change.
    pub new: String,
    /// What became of each function, in order.
    pub functions: Vec<(SmolStr, Result<Change, Refusal>)>,
}

/// What became of the policy of a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// It is written anew.
    Written,
    /// It was exact already.
    Exact,
}

/// Plans the exact policies of an application and edits its text; writes no file.
///
/// # Errors
/// In words, when the template cannot be read again.
pub fn rewrite(
    application: &OfApplication<'_>,
    outcome: &Outcome,
    request: &Request,
    permits: Permits,
) -> Result<Rewritten, String> {
    let source = outcome.sources.get(application.app.place.file);
    let mut text = source.text.clone();
    let mut functions = Vec::new();
    for (function, writes) in policy_writes(application, outcome, request, permits)? {
        let edited = writes.and_then(|writes| Ok(write_policies(&text, &writes)?));
        let change = edited.map(|edited| {
            let change = if edited == text { Change::Exact } else { Change::Written };
            text = edited;
            change
        });
        functions.push((function, change));
    }
    let path = outcome.base.join(&source.path);
    Ok(Rewritten { path, old: source.text.clone(), new: text, functions })
}

/// What to write of a function's policies, or why they are left alone.
pub type PolicyWrites = (SmolStr, Result<Vec<Written>, Refusal>);

/// What to write so that each function of an application has exactly the policy that it needs, as far as
/// that provably allows no more than what stands there.
///
/// # Errors
/// In words, when the file is no template, or cannot be read again.
pub fn policy_writes(
    application: &OfApplication<'_>,
    outcome: &Outcome,
    request: &Request,
    permits: Permits,
) -> Result<Vec<PolicyWrites>, String> {
    let file = application.app.place.file;
    let source = outcome.sources.get(file);
    let path = outcome.base.join(&source.path);
    if crate::is_terraform(&path) {
        return Err(
            "`--write` edits templates of CloudFormation and SAM; for Terraform take what \
                    `iam generate --format terraform` prints"
                .to_owned(),
        );
    }
    let document = parse_yaml(file, &source.text, &template::LIMITS)
        .map_err(|error| error.to_string())?
        .documents
        .into_iter()
        .find(|it| cfn_template::looks_like_template(it) || crate::is_service(it))
        .ok_or("this is not a CloudFormation or SAM template")?;
    if crate::is_service(&document) {
        return Err("`--write` edits templates of CloudFormation and SAM; for a service put what \
                    `iam generate --format json` prints under `provider.iam.role.statements`"
            .to_owned());
    }
    let (plain, _) = template::expand_file(&path, request, &outcome.sources)?;
    let dependencies = Dependencies::of(&plain);
    let template = Template { document: &document, dependencies: &dependencies };
    let functions = application.privileges.iter().map(|privileges| {
        let writes = proven(application, privileges, template, permits);
        (privileges.needs.function.clone(), writes)
    });
    Ok(functions.collect())
}

fn proven(
    application: &OfApplication<'_>,
    privileges: &Privileges,
    template: Template<'_>,
    permits: Permits,
) -> Result<Vec<Written>, Refusal> {
    let plan = plan(&application.names, privileges, template, permits)?;
    prove(&plan, permits)?;
    Ok(plan.writes)
}

/// The text of a template with policies written.
///
/// # Errors
/// [`EditError`] when the text cannot be edited so that it provably says what was meant.
pub fn write_policies(text: &str, writes: &[Written]) -> Result<String, EditError> {
    writes.iter().try_fold(text.to_owned(), |text, write| {
        let path: Vec<&str> = write.path.iter().map(SmolStr::as_str).collect();
        let value = |has_tags: bool| -> Node {
            if has_tags { write.with_tags.clone() } else { write.without_tags.clone() }
        };
        set_property(&text, &path, &value)
    })
}

/// Shows that the new policy allows nothing that the old ones do not.
fn prove(plan: &Plan, permits: Permits) -> Result<(), Refusal> {
    let old: Vec<&Policy> = plan.old.iter().collect();
    match contains(&old, &[&plan.new], Limits::default()) {
        Containment::Yes => Ok(()),
        _ if permits.new_access => Ok(()),
        Containment::No(witness) => Err(Refusal::NewAccess {
            missing: format!("`{}` on `{}`", witness.action, witness.resource),
        }),
        Containment::Unknown(reason) => Err(Refusal::NotProven { reason: reason.to_string() }),
    }
}
