//! Findings drawn: terminal, JSON, SARIF, Markdown, JUnit; graphs and checklists.

#![deny(clippy::disallowed_methods)]
