//! The graph as a self-contained picture: no script, no font, no address from outside.

use std::{cmp::Ordering, collections::VecDeque, fmt::Write as _};

use finding::Severity;

use super::{
    Drawn, DrawnEdge, GraphNode, NodeKind,
    layout::{CHARACTER, Layout, NODE_HEIGHT, layout},
};
use crate::escape::{columns, cut, visible, xml};

const MARGIN: f64 = 36.0;
/// Room above the columns for the title and the headings.
const HEAD: f64 = 92.0;
/// Longest label of an edge, in characters; the tooltip has it whole.
const LONGEST_NOTE: usize = 20;
/// Labels that a new one is compared with; comparing all would be quadratic.
pub(super) const REMEMBERED: usize = 64;
/// Room below for the legend.
const FOOT: f64 = 44.0;

// The class keeps the rules within the picture when a page holds it. Colours live in variables, so that a reader's dark setting turns the whole picture.
const STYLE: &str = "\
.fg{--ground:#fff;--ink:#0f172a;--faint:#64748b;--line:#94a3b8;--card:#f8fafc;--danger:#dc2626}
@media (prefers-color-scheme:dark){.fg{--ground:#0f172a;--ink:#e2e8f0;--faint:#94a3b8;\
--line:#64748b;--card:#1e293b;--danger:#f87171}}
.fg text{font-family:system-ui,-apple-system,'Segoe UI',Roboto,'DejaVu Sans',sans-serif}
.fg .ground{fill:#fff;fill:var(--ground,#fff)}
.fg .title{font-size:20px;font-weight:600;fill:#0f172a;fill:var(--ink,#0f172a)}
.fg .head{font-size:12px;font-weight:600;letter-spacing:.06em;fill:#64748b;fill:var(--faint,#64748b)}
.fg .label{font-size:13px;font-weight:500;fill:#0f172a;fill:var(--ink,#0f172a)}
.fg .kind{font-size:9.5px;letter-spacing:.05em;fill:#64748b;fill:var(--faint,#64748b)}
.fg .card{fill:#f8fafc;fill:var(--card,#f8fafc);stroke:#94a3b8;stroke:var(--line,#94a3b8)}
.fg .edge{fill:none;stroke:#94a3b8;stroke:var(--line,#94a3b8);stroke-width:1.5}
.fg .danger{stroke:#dc2626;stroke:var(--danger,#dc2626);stroke-width:2.5}
.fg .tip{fill:#94a3b8;fill:var(--line,#94a3b8)}
.fg .danger-tip{fill:#dc2626;fill:var(--danger,#dc2626)}
.fg .note{font-size:10.5px;fill:#64748b;fill:var(--faint,#64748b);paint-order:stroke;stroke:#fff;\
stroke:var(--ground,#fff);stroke-width:4px;stroke-linejoin:round}
.fg .badge{font-size:9.5px;font-weight:700;fill:#fff}
";

pub(super) fn render(graph: &Drawn<'_>) -> String {
    let placed = layout(graph);
    let width = (placed.width + 2.0 * MARGIN).max(560.0);
    let height = placed.height + HEAD + FOOT + MARGIN;
    let title = if graph.title.is_empty() { "Application" } else { graph.title };
    let mut out = String::new();
    // Writing to a text can not fail, here and below.
    let _ = writeln!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.0} {height:.0}\" \
         width=\"{width:.0}\" height=\"{height:.0}\" class=\"fg\" role=\"img\">",
    );
    let _ = writeln!(out, "<title>{}</title>", xml(title));
    let _ = writeln!(
        out,
        "<desc>{} nodes, {} connections, {} of them steps of an attack path</desc>",
        graph.nodes.len(),
        graph.edges.len(),
        graph.edges.iter().filter(|edge| edge.danger).count(),
    );
    let _ = writeln!(out, "<style>\n{STYLE}</style>");
    out.push_str("<defs>\n");
    for (id, class) in [("fg-tip", "tip"), ("fg-danger-tip", "danger-tip")] {
        let _ = writeln!(
            out,
            "<marker id=\"{id}\" viewBox=\"0 0 10 10\" refX=\"9\" refY=\"5\" markerWidth=\"9\" \
             markerHeight=\"9\" markerUnits=\"userSpaceOnUse\" orient=\"auto\">\
             <path class=\"{class}\" d=\"M0,1 L10,5 L0,9 z\"/></marker>",
        );
    }
    out.push_str("</defs>\n<rect class=\"ground\" width=\"100%\" height=\"100%\"/>\n");
    let shown = cut(&visible(title), 80).into_owned();
    let _ = writeln!(out, "<text class=\"title\" x=\"{MARGIN}\" y=\"40\">{}</text>", xml(&shown));
    headings(&mut out, graph, &placed);
    let _ = writeln!(out, "<g transform=\"translate({MARGIN},{HEAD})\">");
    edges(&mut out, graph, &placed);
    for (node, at) in graph.nodes.iter().zip(&placed.nodes) {
        card(&mut out, node, *at);
    }
    out.push_str("</g>\n");
    legend(&mut out, graph, height - FOOT / 2.0);
    out.push_str("</svg>\n");
    out
}

fn headings(out: &mut String, graph: &Drawn<'_>, placed: &Layout) {
    // Steps of a way have no kind in common.
    for column in placed.columns.iter().filter(|_| !graph.has_steps) {
        let text = match column.index {
            0 => "REACHED FROM",
            1 => "TRIGGERS",
            2 => "FUNCTIONS",
            3 => "ROLES",
            _ => "RESOURCES",
        };
        let x = MARGIN + column.left;
        let _ = writeln!(out, "<text class=\"head\" x=\"{x:.1}\" y=\"72\">{text}</text>");
    }
    if graph.nodes.is_empty() {
        out.push_str("<text class=\"label\" x=\"36\" y=\"84\">nothing to draw</text>\n");
    }
}

fn edges(out: &mut String, graph: &Drawn<'_>, placed: &Layout) {
    // Attack paths are drawn last, above what they cross; labels above all lines.
    let pairs = || graph.edges.iter().zip(&placed.edges);
    let ordered =
        || pairs().filter(|(edge, _)| !edge.danger).chain(pairs().filter(|(edge, _)| edge.danger));
    for (edge, points) in ordered() {
        let (class, tip) =
            if edge.danger { ("edge danger", "fg-danger-tip") } else { ("edge", "fg-tip") };
        let _ = writeln!(
            out,
            "<path class=\"{class}\" marker-end=\"url(#{tip})\" d=\"{}\"/>",
            curve(points),
        );
    }
    let mut taken = VecDeque::new();
    let fan = Fan::of(graph);
    for (edge, points) in ordered().filter(|(edge, _)| !edge.label.is_empty()) {
        let text = cut(&visible(edge.label), LONGEST_NOTE).into_owned();
        let width = super::layout::to_f64(columns(&text)) * 6.2;
        let Some((x, y)) = free_point(points, width, fan.part(edge), &taken) else { continue };
        if taken.len() >= REMEMBERED {
            taken.pop_front();
        }
        taken.push_back((x, y, width));
        let _ = writeln!(
            out,
            "<text class=\"note\" x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"middle\">\
             <title>{}</title>{}</text>",
            xml(edge.label),
            xml(&text),
        );
    }
}

/// From the right of the first card, through the columns between, to the left of the last card.
pub(super) fn curve(points: &[(f64, f64)]) -> String {
    let (Some(start), Some(end)) = (points.get(1), points.len().checked_sub(2)) else {
        return String::new();
    };
    let Some(end) = points.get(end) else { return String::new() };
    let mut path = format!("M{:.1},{:.1}", start.0, start.1);
    if end.0 < start.0 {
        // To the same column or back: a bow on the right side, ending at the right of the card.
        let end = points.last().unwrap_or(end);
        let reach = start.0.max(end.0) + bow(*start, *end);
        let _ = write!(
            path,
            " C{reach:.1},{:.1} {reach:.1},{:.1} {:.1},{:.1}",
            start.1, end.1, end.0, end.1
        );
        return path;
    }
    let mut from = *start;
    for (at, to) in points.iter().enumerate().skip(2) {
        if at >= points.len() - 1 {
            break;
        }
        if at % 2 == 0 {
            let middle = f64::midpoint(from.0, to.0);
            let _ = write!(
                path,
                " C{middle:.1},{:.1} {middle:.1},{:.1} {:.1},{:.1}",
                from.1, to.1, to.0, to.1
            );
        } else {
            let _ = write!(path, " L{:.1},{:.1}", to.0, to.1);
        }
        from = *to;
    }
    path
}

/// How far handles of a bow stand off: further for one that goes further, so that those of one card are apart.
fn bow(start: (f64, f64), end: (f64, f64)) -> f64 {
    (36.0 + (end.1 - start.1).abs() / 3.0).min(100.0)
}

/// How many edges leave and reach each node.
pub(super) struct Fan {
    out: Vec<usize>,
    into: Vec<usize>,
}

impl Fan {
    pub(super) fn of(graph: &Drawn<'_>) -> Self {
        let mut fan = Self { out: vec![0; graph.nodes.len()], into: vec![0; graph.nodes.len()] };
        for edge in &graph.edges {
            for (counts, node) in [(&mut fan.out, edge.from), (&mut fan.into, edge.to)] {
                if let Some(count) = counts.get_mut(node) {
                    *count += 1;
                }
            }
        }
        fan
    }

    /// Where on an edge its label stands best: at the end where fewer edges meet.
    pub(super) fn part(&self, edge: &DrawnEdge<'_>) -> f64 {
        match self.out.get(edge.from).cmp(&self.into.get(edge.to)) {
            Ordering::Less => 0.35,
            Ordering::Equal => 0.5,
            Ordering::Greater => 0.65,
        }
    }
}

/// Where a label on an edge covers no other label, else where it is wished.
pub(super) fn free_point(
    points: &[(f64, f64)],
    width: f64,
    wished: f64,
    taken: &VecDeque<(f64, f64, f64)>,
) -> Option<(f64, f64)> {
    let free = |(x, y): (f64, f64)| {
        taken.iter().all(|(left, top, other)| {
            (x - left).abs() > f64::midpoint(width, *other) + 4.0 || (y - top).abs() > 13.0
        })
    };
    let parts = [wished, 0.5, 0.6, 0.4, 0.7, 0.3];
    let mut candidates = parts.into_iter().filter_map(|part| label_point(points, width, part));
    candidates.find(|point| free(*point)).or_else(|| label_point(points, width, wished))
}

/// A point of the last stretch of an edge, where edges of one card are already apart.
fn label_point(points: &[(f64, f64)], width: f64, part: f64) -> Option<(f64, f64)> {
    let start = points.get(points.len().checked_sub(3)?)?;
    let end = points.get(points.len().checked_sub(2)?)?;
    if end.0 < start.0 {
        return Some((start.0 + 0.75 * bow(*start, *end), start.1 + (end.1 - start.1) * part));
    }
    // The cubic curve that `curve` draws, whose handles lie in the middle.
    let along = 1.5 * part * (1.0 - part) + part.powi(3);
    let across = part * part * (3.0 - 2.0 * part);
    let x = start.0 + (end.0 - start.0) * along;
    // A label stays between the columns, clear of cards and of the arrow's tip.
    let (left, right) = (start.0 + width / 2.0 + 4.0, end.0 - width / 2.0 - 12.0);
    let x = if left < right { x.clamp(left, right) } else { f64::midpoint(start.0, end.0) };
    Some((x, start.1 + (end.1 - start.1) * across - 3.0))
}

fn card(out: &mut String, node: &GraphNode, (x, y, width): (f64, f64, f64)) {
    let outside = matches!(node.kind, NodeKind::Internet | NodeKind::Account | NodeKind::Service);
    let radius = if outside { NODE_HEIGHT / 2.0 } else { 8.0 };
    let band = kind_colour(node.kind);
    let _ = write!(out, "<g><title>{}: {}", node.kind.as_str(), xml(&node.label));
    if let Some(risk) = node.risk {
        let _ = write!(out, " ({risk})");
    }
    out.push_str("</title>");
    let stroke = node
        .risk
        .map(|risk| format!(" style=\"stroke:{};stroke-width:2\"", risk_colour(risk)))
        .unwrap_or_default();
    let _ = write!(
        out,
        "<rect class=\"card\" x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" \
         height=\"{NODE_HEIGHT}\" rx=\"{radius}\"{stroke}/>",
    );
    let inset = if outside { 18.0 } else { 10.0 };
    let _ = write!(
        out,
        "<rect x=\"{:.1}\" y=\"{:.1}\" width=\"4\" height=\"{:.1}\" rx=\"2\" fill=\"{band}\"/>",
        x + inset,
        y + 10.0,
        NODE_HEIGHT - 20.0,
    );
    let text = x + inset + 12.0;
    let _ = write!(
        out,
        "<text class=\"kind\" x=\"{text:.1}\" y=\"{:.1}\">{}</text>",
        y + 18.0,
        node.kind.as_str().to_uppercase(),
    );
    let room = (width - inset - 18.0) / CHARACTER;
    let label = fit(&visible(&node.label), room);
    let _ = write!(
        out,
        "<text class=\"label\" x=\"{text:.1}\" y=\"{:.1}\">{}</text>",
        y + 34.0,
        xml(&label),
    );
    if let Some(risk) = node.risk {
        badge(out, risk, x + width, y);
    }
    out.push_str("</g>\n");
}

/// The severity on the upper edge of a card, at its right.
fn badge(out: &mut String, risk: Severity, right: f64, top: f64) {
    let width = super::layout::to_f64(risk.as_str().len()) * 6.6 + 14.0;
    let left = right - width - 10.0;
    let _ = write!(
        out,
        "<rect x=\"{left:.1}\" y=\"{:.1}\" width=\"{width:.1}\" height=\"16\" rx=\"8\" \
         fill=\"{}\"/><text class=\"badge\" x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{}</text>",
        top - 8.0,
        risk_colour(risk),
        left + width / 2.0,
        top + 3.5,
        risk.as_str(),
    );
}

fn legend(out: &mut String, graph: &Drawn<'_>, y: f64) {
    if !graph.edges.iter().any(|edge| edge.danger) {
        return;
    }
    let _ = writeln!(
        out,
        "<path class=\"edge danger\" marker-end=\"url(#fg-danger-tip)\" d=\"M{MARGIN},{y} h36\"/>\
         <text class=\"note\" x=\"{:.1}\" y=\"{:.1}\">step of an attack path</text>",
        MARGIN + 46.0,
        y + 4.0,
    );
}

/// Shortens a label to so many characters of room.
fn fit(label: &str, room: f64) -> String {
    let mut limit = columns(label);
    while limit > 1 && super::layout::to_f64(limit) > room {
        limit -= 1;
        // A hostile label is long: the first guess may be far off, so halve until it is near.
        if super::layout::to_f64(limit) > room * 2.0 {
            limit /= 2;
        }
    }
    cut(label, limit).into_owned()
}

fn kind_colour(kind: NodeKind) -> &'static str {
    match kind {
        NodeKind::Internet => "#ef4444",
        NodeKind::Account | NodeKind::Service => "#64748b",
        NodeKind::Trigger => "#f59e0b",
        NodeKind::Function => "#3b82f6",
        NodeKind::Role => "#8b5cf6",
        NodeKind::Resource => "#22c55e",
    }
}

/// Colour of a severity; dark enough for white text on it, light enough for a dark ground.
pub(super) fn risk_colour(risk: Severity) -> &'static str {
    match risk {
        Severity::Critical => "#a21caf",
        Severity::High => "#dc2626",
        Severity::Medium => "#c2410c",
        Severity::Low => "#2563eb",
    }
}
