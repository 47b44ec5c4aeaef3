//! Files and wrappers that a program would include.

use crate::rule::Rule;

pub(crate) static RULES: [Rule; 0] = [];
