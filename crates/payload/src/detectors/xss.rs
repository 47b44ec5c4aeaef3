//! Scripts that a browser would run.

use crate::rule::Rule;

pub(crate) static RULES: [Rule; 1] = [Rule::pattern(80, &["<script"], r"<script[\s/>]")];
