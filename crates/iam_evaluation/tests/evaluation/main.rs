//! Decisions, by layer and by operator.

mod layers;
mod support;
