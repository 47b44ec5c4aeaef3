//! Results of scans, trails, logs, metrics and traces as pages of HTML.
//!
//! Documents go in as bytes ([`Documents`]), are indexed once ([`Site::new`]), and each page is drawn when it
//! is asked for ([`Site::page`]): filtered and paged here, so that a browser gets a few hundred rows however
//! many there are. Nothing is read, sent or remembered here. All text of an input is hostile: it passes through
//! the escapes of the templates and is made visible, and no page holds a script or a style of its own.

#![deny(clippy::disallowed_methods)]

mod documents;
mod graph_index;
mod html;
mod inputs;
mod pages;
mod query;
mod site;
mod source;

pub use documents::{Alert, GuardLine, Metric, MetricAlert, PolicyWrites, Table};
pub use inputs::{DocumentError, Documents};
pub use query::Query;
pub use site::{Answer, Site};
pub use source::{NoSource, SourceLines};

/// The style of the pages, one file.
pub const STYLE: &str = include_str!("assets/dashboard.css");
/// The script of the pages, one file: keys, theme, zoom, reloading. Every page works without it.
pub const SCRIPT: &str = include_str!("assets/dashboard.js");
/// The mark of the program, for the tab of a browser.
pub const ICON: &str = include_str!("assets/icon.svg");

/// Rows on one page of a list.
pub const ROWS: usize = 100;
