//! SAS-6: insecure third-party dependencies.

use crate::Rule;

/// The rules of this risk, ordered by id.
pub(crate) static RULES: &[&Rule] = &[];
