//! Look-ups that a logger of Java would carry out.

use crate::rule::Rule;

pub(crate) static RULES: [Rule; 0] = [];
