//! The graph as a Mermaid flow chart.

use std::fmt::Write as _;

use super::{Drawn, NodeKind};
use safe_text::visible;

const CLASSES: &str = "  classDef internet fill:#fee2e2,stroke:#b91c1c,color:#111827
  classDef account fill:#f1f5f9,stroke:#64748b,color:#111827
  classDef service fill:#f1f5f9,stroke:#64748b,color:#111827
  classDef trigger fill:#fef3c7,stroke:#b45309,color:#111827
  classDef function fill:#dbeafe,stroke:#1d4ed8,color:#111827
  classDef role fill:#ede9fe,stroke:#6d28d9,color:#111827
  classDef resource fill:#dcfce7,stroke:#15803d,color:#111827
";

pub(super) fn render(graph: &Drawn<'_>) -> String {
    let mut out = "flowchart LR\n".to_owned();
    for kind in NodeKind::ALL {
        let (open, close) = brackets(kind);
        for (number, node) in graph.of_kind(kind) {
            let risk = node.risk.map(|risk| format!("<br/>{risk}")).unwrap_or_default();
            let note = node.note.as_ref();
            let note = note.map(|note| format!("<br/>{}", text(&note.text))).unwrap_or_default();
            let label = text(&node.label);
            // Writing to a text can not fail, here and below.
            let _ = writeln!(
                out,
                "  n{number}{open}\"{label}{risk}{note}\"{close}:::{}",
                node.kind.as_str(),
            );
        }
    }
    let mut danger = Vec::new();
    for (number, edge) in graph.edges.iter().enumerate() {
        let arrow = if edge.danger { "==>" } else { "-->" };
        let label = text(edge.label);
        let label = if label.is_empty() { label } else { format!("|\"{label}\"|") };
        let _ = writeln!(out, "  n{} {arrow}{label} n{}", edge.from, edge.to);
        if edge.danger {
            danger.push(number.to_string());
        }
    }
    out.push_str(CLASSES);
    for (number, node) in graph.nodes.iter().enumerate() {
        if let Some(risk) = node.risk {
            let colour = super::svg::risk_colour(risk);
            let _ = writeln!(out, "  style n{number} stroke:{colour},stroke-width:3px");
        }
    }
    if !danger.is_empty() {
        let _ = writeln!(out, "  linkStyle {} stroke:#dc2626,stroke-width:3px", danger.join(","));
    }
    out
}

fn brackets(kind: NodeKind) -> (&'static str, &'static str) {
    match kind {
        NodeKind::Internet | NodeKind::Account | NodeKind::Service => ("([", "])"),
        NodeKind::Trigger => (">", "]"),
        NodeKind::Function => ("[", "]"),
        NodeKind::Role => ("{{", "}}"),
        NodeKind::Resource => ("[(", ")]"),
    }
}

/// Text for a quoted label: whatever could end the quotation or start HTML or Markdown becomes a
/// numbered reference, which Mermaid writes with `#`.
fn text(text: &str) -> String {
    let mut out = String::new();
    for c in visible(text).chars() {
        if c.is_alphanumeric() || " -./:,=".contains(c) {
            out.push(c);
        } else {
            let _ = write!(out, "#{};", u32::from(c));
        }
    }
    out
}
