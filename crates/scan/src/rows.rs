//! Functions of an application as rows of the result.

use app_model::{Application, Code, Function, Trigger};
use report::{FunctionRow, TriggerRow};

/// One row a function.
pub(crate) fn rows(app: &Application) -> Vec<FunctionRow> {
    app.functions.iter().map(|function| row(app, function)).collect()
}

fn row(app: &Application, function: &Function) -> FunctionRow {
    let text = |setting: &Option<app_model::Setting<app_model::SmolStr>>| {
        setting.as_ref().map(|setting| setting.value.display().to_owned())
    };
    FunctionRow {
        name: function.name.to_string(),
        runtime: text(&function.runtime),
        handler: text(&function.handler),
        code: code(&function.code),
        role: function.role.as_ref().map(ToString::to_string).or_else(|| text(&function.role_arn)),
        triggers: app.triggers_of(&function.name).map(trigger).collect(),
        place: function.place,
    }
}

fn code(code: &Code) -> Option<String> {
    match code {
        Code::Local(path) | Code::Remote(path) => Some(path.value.display().to_owned()),
        Code::Inline(_) => Some("inline".to_owned()),
        Code::Image(image) => image.as_ref().map(|image| image.value.display().to_owned()),
        Code::Unknown => None,
    }
}

fn trigger(trigger: &Trigger) -> TriggerRow {
    TriggerRow {
        kind: trigger.kind.as_str().to_owned(),
        route: trigger
            .route
            .clone()
            .or_else(|| trigger.source_references.first().map(|source| source.name.to_string())),
        exposure: trigger.exposure.as_str().to_owned(),
        auth: trigger.auth.as_str().to_owned(),
    }
}
