//! Expressions of `XPath`.

use crate::rule::Rule;

pub(crate) static RULES: [Rule; 0] = [];
