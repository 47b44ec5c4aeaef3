//! The graph for Graphviz.

use std::fmt::Write as _;

use super::{Drawn, NodeKind};
use safe_text::push_quoted;

pub(super) fn render(graph: &Drawn<'_>) -> String {
    let mut out = "digraph faasguard {\n  rankdir=LR;\n  label=".to_owned();
    push_quoted(&mut out, graph.title);
    out.push_str(concat!(
        ";\n  labelloc=t;\n",
        "  node [shape=box, style=\"rounded,filled\", fontname=\"Helvetica\", fontsize=11];\n",
        "  edge [fontname=\"Helvetica\", fontsize=9, color=\"#64748b\"];\n",
    ));
    for kind in NodeKind::ALL {
        let (shape, fill) = look(kind);
        for (number, node) in graph.of_kind(kind) {
            // Writing to a text can not fail, here and below.
            let _ = write!(out, "  n{number} [label=");
            match &node.note {
                None => push_quoted(&mut out, &node.label),
                Some(note) => push_quoted(&mut out, &format!("{}: {}", node.label, note.text)),
            }
            let _ = write!(out, ", shape={shape}, fillcolor=\"{fill}\"");
            if let Some(risk) = node.risk {
                let _ = write!(out, ", color=\"{}\", penwidth=2", super::svg::risk_colour(risk));
                let _ = write!(out, ", tooltip=\"{risk}\"");
            }
            out.push_str("];\n");
        }
        if !graph.has_steps && graph.of_kind(kind).nth(1).is_some() {
            let same: Vec<_> =
                graph.of_kind(kind).map(|(number, _)| format!("n{number};")).collect();
            let _ = writeln!(out, "  {{ rank=same; {} }}", same.join(" "));
        }
    }
    for edge in &graph.edges {
        let _ = write!(out, "  n{} -> n{} [label=", edge.from, edge.to);
        push_quoted(&mut out, edge.label);
        out.push_str(if edge.danger { ", color=\"#dc2626\", penwidth=2];\n" } else { "];\n" });
    }
    out.push_str("}\n");
    out
}

/// Shape and ground of a kind.
fn look(kind: NodeKind) -> (&'static str, &'static str) {
    match kind {
        NodeKind::Internet => ("ellipse", "#fee2e2"),
        NodeKind::Account | NodeKind::Service => ("ellipse", "#f1f5f9"),
        NodeKind::Trigger => ("cds", "#fef3c7"),
        NodeKind::Function => ("box", "#dbeafe"),
        NodeKind::Role => ("hexagon", "#ede9fe"),
        NodeKind::Resource => ("cylinder", "#dcfce7"),
    }
}
