//! SAS-1: event-data injection, as far as configuration shows it: validation at the door.

use crate::Rule;

/// The rules of this risk, ordered by id.
pub(crate) static RULES: &[&Rule] = &[];
