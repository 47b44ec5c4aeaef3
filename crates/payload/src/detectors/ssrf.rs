//! Addresses that only the function can reach.

use crate::rule::Rule;

pub(crate) static RULES: [Rule; 0] = [];
