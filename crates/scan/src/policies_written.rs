//! Exact policies put into templates, with a proof that they allow no more than what stood there.

use std::path::PathBuf;

use app_model::SmolStr;
use iam_containment::{Containment, Limits, contains};
use iam_policy::Policy;
use least_privilege::{
    Privileges,
    edit::{Dependencies, Permits, Plan, Refusal, Template, plan, set_property},
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
    let mut text = source.text.clone();
    let mut functions = Vec::new();
    for privileges in &application.privileges {
        let change = one(application, privileges, template, permits, &mut text);
        functions.push((privileges.needs.function.clone(), change));
    }
    Ok(Rewritten { path, old: source.text.clone(), new: text, functions })
}

fn one(
    application: &OfApplication<'_>,
    privileges: &Privileges,
    template: Template<'_>,
    permits: Permits,
    text: &mut String,
) -> Result<Change, Refusal> {
    let plan = plan(&application.names, privileges, template, permits)?;
    prove(&plan, permits)?;
    let mut edited = text.clone();
    for write in &plan.writes {
        let path: Vec<&str> = write.path.iter().map(SmolStr::as_str).collect();
        let value = |has_tags: bool| -> Node {
            if has_tags { write.with_tags.clone() } else { write.without_tags.clone() }
        };
        edited = set_property(&edited, &path, &value)?;
    }
    let change = if edited == *text { Change::Exact } else { Change::Written };
    *text = edited;
    Ok(change)
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
