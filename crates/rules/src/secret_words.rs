//! How each format says that a value is a secret, and who reads one that is not.

use app_model::{Application, Resource};

/// Words about parameters and outputs.
#[derive(Debug)]
pub(crate) struct Words {
    /// What a parameter lacks that takes a secret openly.
    pub(crate) open: &'static str,
    /// Who reads it.
    pub(crate) readers: &'static str,
    /// What to do with it.
    pub(crate) hide: &'static str,
    /// What to do with one that has a default.
    pub(crate) without_default: &'static str,
}

static CLOUDFORMATION: Words = Words {
    open: "without `NoEcho`",
    readers: "everybody who may describe the stack",
    hide: "Set `NoEcho: true`, or take the ARN of a secret instead of the secret",
    without_default: "Remove `Default`, set `NoEcho: true` and change the secret",
};

static ARM: Words = Words {
    open: "and is not secure",
    readers: "everybody who may read the deployment",
    hide: "Make it a `securestring` (`@secure()` in Bicep), or take the secret from a vault",
    without_default: "Remove the default, make the parameter a `securestring` (`@secure()` in Bicep) and \
                      change the secret",
};

static TERRAFORM: Words = Words {
    open: "and is not `sensitive`",
    readers: "everybody who may read the plan or the state",
    hide: "Set `sensitive = true`, or take the name of a secret instead of the secret",
    without_default: "Remove `default`, set `sensitive = true` and change the secret",
};

/// The words of the format that an application is written in.
pub(crate) fn of(app: &Application) -> &'static Words {
    let is_address = |resource: &Resource| {
        ["aws_", "azurerm_", "azapi_", "google_"].iter().any(|it| resource.name.contains(it))
    };
    let is_variable = app.parameters.iter().any(|parameter| parameter.name.starts_with("var."));
    if is_variable || app.resources.iter().any(is_address) {
        &TERRAFORM
    } else if app.resources.iter().any(|it| it.type_name.starts_with("Microsoft.")) {
        &ARM
    } else {
        &CLOUDFORMATION
    }
}
