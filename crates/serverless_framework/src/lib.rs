//! Services of the Serverless Framework (`serverless.yml`) lowered to CloudFormation, places kept.
//!
//! [`lower`] does what `serverless package` does: variables are resolved where that can be done
//! without deploying, and each function, event and setting becomes the resources that the framework
//! would deploy, under the logical ids that it gives them, so that `resources:` of the author can
//! refer to them. Each generated value carries the place of the line that caused it.
//!
//! What only a deployment knows (`${env:…}`, `${cf:…}`, what scripts compute) stays in the tree as
//! `{"Fn::Unresolved": "the expression"}`.

#![deny(clippy::disallowed_methods)]

mod code;
mod events;
mod functions;
mod merge;
mod names;
mod place_text;
mod plugins;
mod recognise;
mod roles;
mod service;
mod template;
mod variable;
mod variables;
mod wording;

pub use code::parse_code;
pub use recognise::{Form, could_be_service, form_of};
pub use wording::{is_id_of, service_words};

use indexmap::IndexMap;
use source_text::{Diagnostic, FileId, Node, ReadFile, SmolStr};

/// What the deployment would know and the file does not say.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Options of the command line and parameters (`${opt:NAME}`, `${param:NAME}`), by name.
    pub parameters: IndexMap<SmolStr, SmolStr>,
    /// Environment variables that may be read (`${env:NAME}`), by name; the others stay unresolved.
    pub environment: IndexMap<SmolStr, SmolStr>,
    /// Region of the deployment; it goes before that of the file.
    pub region: Option<SmolStr>,
    /// Twelve-digit account id.
    pub account: Option<SmolStr>,
}

/// The CloudFormation that a service becomes.
#[derive(Clone, Debug)]
pub struct Lowered {
    /// The template.
    pub template: Node,
    /// What is wrong with the service, or was not looked at, in the order of discovery.
    pub diagnostics: Vec<Diagnostic>,
    /// Logical id of each generated resource to what caused it.
    pub origins: IndexMap<SmolStr, SmolStr>,
    /// Number of functions that the service declares.
    pub functions: usize,
}

/// Lowers the service whose tree is `document`, as it stands in `file`.
///
/// `files` gives access to the files that the service names. Never fails: what cannot be read is a
/// diagnostic, and the rest is in the template.
#[must_use]
pub fn lower(
    file: FileId,
    document: Node,
    options: &Options,
    files: Option<&dyn ReadFile>,
) -> Lowered {
    service::lower(file, document, options, files)
}
