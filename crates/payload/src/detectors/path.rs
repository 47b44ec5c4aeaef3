//! Paths that leave their folder.

use crate::rule::Rule;

pub(crate) static RULES: [Rule; 0] = [];
