//! Keys that reach the prototype of every object of JavaScript.

use crate::rule::Rule;

pub(crate) static RULES: [Rule; 0] = [];
