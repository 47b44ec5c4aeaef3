//! Serialised objects whose reading runs code.

use crate::rule::Rule;

pub(crate) static RULES: [Rule; 0] = [];
