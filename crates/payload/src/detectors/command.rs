//! A command of a shell.

use crate::rule::Rule;

pub(crate) static RULES: [Rule; 0] = [];
