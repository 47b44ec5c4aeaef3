//! SAM policy templates: named statements with parameters.
