//! Findings drawn: terminal, JSON, SARIF, Markdown, `JUnit`, a page of HTML, forms of other services; graphs
//! and checklists.
//!
//! Everything here turns plain data into text. It knows rules only by their
//! [`RuleInfo`](finding::RuleInfo) and applications only by the rows of a [`Report`]. All text of a
//! scanned input is hostile: each format has one door ([`visible`], Markdown, XML and HTML escapes)
//! through which it passes, so that a template can not move the cursor of a terminal, mention a
//! person in a pull request or break out of an attribute.

#![deny(clippy::disallowed_methods)]

mod asff;
pub mod catalogue;
mod checklist;
mod format;
mod github;
mod gitlab;
mod graph;
mod html;
mod json;
mod junit;
mod markdown;
mod ocsf_form;
mod report;
mod sarif;
pub mod security_hub;
mod terminal;

pub use checklist::{Cell, Checklist, ChecklistItem, ChecklistRow, Verdict, render_checklist};
pub use format::{Format, GraphFormat, ParseFormatError, TableFormat, render};
pub use graph::{
    Graph, GraphEdge, GraphNode, GraphNote, NodeKind, PlacedEdge, PlacedGraph, PlacedNode,
    place_graph, render_graph,
};
pub use json::to_text;
pub use markdown::COMMENT_LIMIT;
pub use report::{
    Context, FunctionRow, Report, RuleBook, Summary, Surroundings, TriggerRow, UnusedSuppression,
    Vex, Vulndb,
};
pub use safe_text::visible;
pub use terminal::TerminalOptions;
