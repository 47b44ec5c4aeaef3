//! SAS-6: insecure third-party dependencies.

use crate::Rule;

mod cleartext_package_source;
mod deprecated_package;
mod extra_package_index;
mod foreign_layer;
mod foreign_package_host;
mod install_script;
mod lock_out_of_step;
mod lookalike_package;
mod malicious_dependency;
mod missing_package_digest;
mod old_lock_format;
mod packages_without_digests;
mod partly_signed_functions;
mod remote_include;
mod rival_lock_files;
mod suspicious_install_script;
mod tampered_wheel;
mod unchecked_package_address;
mod unexpected_package;
mod unlocked_packages;
mod unpinned_application;
mod unpinned_image;
mod unpinned_layer;
mod unpinned_repository;
mod unscoped_internal_package;
mod vulnerable_dependency;
mod weak_package_digest;

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
    &lookalike_package::RULE,
    &foreign_package_host::RULE,
    &cleartext_package_source::RULE,
    &extra_package_index::RULE,
    &unscoped_internal_package::RULE,
    &unpinned_repository::RULE,
    &unchecked_package_address::RULE,
    &missing_package_digest::RULE,
    &weak_package_digest::RULE,
    &lock_out_of_step::RULE,
    &rival_lock_files::RULE,
    &suspicious_install_script::RULE,
    &deprecated_package::RULE,
    &unlocked_packages::RULE,
    &packages_without_digests::RULE,
    &install_script::RULE,
    &old_lock_format::RULE,
    &partly_signed_functions::RULE,
];
