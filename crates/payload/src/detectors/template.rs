//! Expressions of template engines.

use crate::rule::Rule;

pub(crate) static RULES: [Rule; 0] = [];
