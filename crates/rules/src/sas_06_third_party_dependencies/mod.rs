//! SAS-6: insecure third-party dependencies.

use crate::Rule;

mod foreign_layer;
mod malicious_dependency;
mod remote_include;
mod tampered_wheel;
mod unexpected_package;
mod unpinned_application;
mod unpinned_image;
mod unpinned_layer;
mod vulnerable_dependency;

/// The rules of this risk, ordered by id.
pub(crate) static RULES: &[&Rule] = &[
    &unpinned_image::RULE,
    &foreign_layer::RULE,
    &unpinned_layer::RULE,
    &unpinned_application::RULE,
    &remote_include::RULE,
    &vulnerable_dependency::RULE,
    &malicious_dependency::RULE,
    &unexpected_package::RULE,
    &tampered_wheel::RULE,
];
