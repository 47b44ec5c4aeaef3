//! SAS-6: insecure third-party dependencies.

use crate::Rule;

mod foreign_layer;
mod remote_include;
mod unpinned_application;
mod unpinned_image;
mod unpinned_layer;

/// The rules of this risk, ordered by id.
pub(crate) static RULES: &[&Rule] = &[
    &unpinned_image::RULE,
    &foreign_layer::RULE,
    &unpinned_layer::RULE,
    &unpinned_application::RULE,
    &remote_include::RULE,
];
