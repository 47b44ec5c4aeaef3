//! SAS-10: improper exception handling and verbose errors.

use crate::Rule;

/// The rules of this risk, ordered by id.
pub(crate) static RULES: &[&Rule] = &[];
