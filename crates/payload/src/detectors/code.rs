//! Source code that an interpreter would run.

use crate::rule::Rule;

pub(crate) static RULES: [Rule; 0] = [];
