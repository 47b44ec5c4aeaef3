//! SAS-3: insecure deployment configuration.

use crate::Rule;

/// The rules of this risk, ordered by id.
pub(crate) static RULES: &[&Rule] = &[];
