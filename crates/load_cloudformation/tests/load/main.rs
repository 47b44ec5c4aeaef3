//! What the loader makes of templates: one module a question.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod apis;
mod conditions;
mod hostile;
mod identities;
mod reach;
mod triggers;
mod workflows;

use app_model::Application;
use source_text::Sources;

/// The application that a template describes.
fn load(text: &str) -> Application {
    load_cloudformation::load_text(&Sources::default(), "template.yaml", text)
}

/// The resources of a SAM template, which need only be written from their names on.
fn load_sam(resources: &str) -> Application {
    load(&format!("Transform: AWS::Serverless-2016-10-31\nResources:\n{resources}"))
}

/// `kind route auth exposure` of every trigger of a function, sorted.
fn triggers(app: &Application, function: &str) -> Vec<String> {
    let mut found: Vec<String> = app
        .triggers_of(function)
        .map(|trigger| {
            let source = trigger.source_references.first().map(|source| source.name.to_string());
            format!(
                "{} {} {} {}",
                trigger.kind.as_str(),
                trigger.route.clone().or(source).unwrap_or_else(|| "-".to_owned()),
                trigger.auth.as_str(),
                trigger.exposure.as_str()
            )
        })
        .collect();
    found.sort();
    found
}
