//! Every rule SAS-n.m, one file each, and their registry.

#![deny(clippy::disallowed_methods)]
