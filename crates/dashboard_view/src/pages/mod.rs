//! One file a page.

pub(crate) mod alerts;
pub(crate) mod chains;
pub(crate) mod checklist;
pub(crate) mod findings;
pub(crate) mod functions;
pub(crate) mod graph;
pub(crate) mod guard;
pub(crate) mod lake;
pub(crate) mod lines;
pub(crate) mod metrics;
pub(crate) mod overview;
pub(crate) mod packages;
pub(crate) mod permissions;
pub(crate) mod privileges;
pub(crate) mod timeline;
