//! External entities of XML.

use crate::rule::Rule;

pub(crate) static RULES: [Rule; 0] = [];
