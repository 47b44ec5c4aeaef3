//! Line ends that forge headers or lines of a log.

use crate::rule::Rule;

pub(crate) static RULES: [Rule; 0] = [];
