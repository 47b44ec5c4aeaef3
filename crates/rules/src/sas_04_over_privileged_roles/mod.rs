//! SAS-4: over-privileged function permissions and roles.

use crate::Rule;

/// The rules of this risk, ordered by id.
pub(crate) static RULES: &[&Rule] = &[];
