//! Files of Google Cloud beside Terraform: Deployment Manager, Cloud Run, steps that deploy.

use deployment_manager::Lowered;
use jail::Jail;
use source_text::{FileId, Level, Parsed};

use crate::{Request, template::Scanned};

/// A cheap look at a text: whether it may be one of these files.
pub(crate) fn could_be(text: &str) -> bool {
    deployment_manager::could_be_configuration(text)
        || deployment_manager::could_hold_commands(text)
}

/// Reads the file, when one of its documents is of Google Cloud.
pub(crate) fn of_file(
    file: FileId,
    text: &str,
    parsed: &Parsed,
    jail: &Jail,
    request: &Request,
) -> Option<Scanned> {
    if !could_be(text) {
        return None;
    }
    let lowered = lowered(file, text, parsed)?;
    let options = load_cloudformation::Options {
        region: request.region.clone(),
        ..load_cloudformation::Options::default()
    };
    let loaded = load_cloudformation::load(file, lowered.template.clone(), &options, Some(jail));
    let mut diagnostics = parsed.diagnostics.clone();
    diagnostics.extend(lowered.diagnostics);
    diagnostics.extend(loaded.diagnostics);
    let is_incomplete = diagnostics.iter().any(|remark| remark.level == Level::Error);
    Some(Scanned {
        app: Some(loaded.app),
        document: Some(lowered.template),
        comments: parsed.comments.clone(),
        diagnostics,
        is_incomplete,
        file,
        ..Scanned::default()
    })
}

fn lowered(file: FileId, text: &str, parsed: &Parsed) -> Option<Lowered> {
    let of_document = parsed.documents.iter().find_map(|document| {
        if cfn_template::looks_like_template(document) {
            None
        } else if deployment_manager::is_configuration(document) {
            Some(deployment_manager::lower(document))
        } else if deployment_manager::is_service(document) {
            Some(deployment_manager::lower_service(document))
        } else {
            None
        }
    });
    let is_template = parsed.documents.iter().any(cfn_template::looks_like_template);
    of_document.or_else(|| {
        if is_template || !deployment_manager::could_hold_commands(text) {
            return None;
        }
        deployment_manager::lower_commands(file, text, parsed.documents.first())
    })
}
