//! The application as a picture with links: attack paths first, what traces saw laid over it.

use maud::{Markup, html};
use report::{GraphNode, NodeKind, place_graph};

use crate::{
    Query, Site,
    graph_index::Part,
    html::{
        Paged, T, decimal, duration, function_link, heading, not_given, number, severity_class,
    },
    query::link,
};

/// Functions in one picture.
const FUNCTIONS: usize = 12;
/// Nodes in one picture; more can be neither read nor drawn at once.
const MOST_NODES: usize = 120;
const MARGIN: f64 = 24.0;
/// Width of a character, roughly.
const CHARACTER: f64 = 7.6;

pub(crate) fn draw(site: &Site, query: &Query) -> Markup {
    let index = &site.graph;
    if index.nodes.is_empty() {
        return not_given(
            "Graph",
            "A scan, or a graph beside it, is drawn here.",
            "faasguard dashboard PATH\nfaasguard graph PATH --format json -o graph.json && faasguard dashboard --scan graph.json",
        );
    }
    let (name, id) = (query.get("function"), query.get("node"));
    let starts: Vec<usize> = if !name.is_empty() {
        index.named(name)
    } else if id.is_empty() {
        Vec::new()
    } else {
        index.by_id(id).into_iter().collect()
    };
    let is_chosen = !name.is_empty() || !id.is_empty();
    let paged = Paged::with_rows(query, index.functions.len(), FUNCTIONS);
    let (starts, is_chosen) = if is_chosen {
        (starts, true)
    } else {
        (index.functions.get(paged.first..paged.end).unwrap_or_default().to_vec(), false)
    };
    let part = index.around(&starts, MOST_NODES);
    html! {
        (heading("Graph", &html! {
            (number(index.nodes.len())) " nodes, " (number(index.edges.len())) " connections; "
            (number(index.attacked)) " functions on an attack path come first"
        }))
        form.filters method="get" action="/graph" role="search" {
            label { "Function" input #text type="search" name="function" value=(T(name)) autocomplete="off"; }
            button type="submit" { "Show what is around it" }
            @if is_chosen { a href="/graph" { "All" } }
        }
        @if !index.is_given {
            p.notice { "Roles' reach is not drawn: give a graph, too (" code { "faasguard graph PATH --format json" } "), or a PATH to scan." }
        }
        @if is_chosen {
            @if starts.is_empty() { p.notice { "There is no such function in the graph." } }
        } @else {
            (paged.status("functions, with what is around them"))
        }
        (picture(site, &part, &starts))
        @if part.is_cut { p.notice { "There is more around it than " (MOST_NODES) " nodes; choose a function to come closer." } }
        (legend(site))
        @if !is_chosen { (paged.pager("/graph", query)) }
        (as_list(&part))
    }
}

fn legend(site: &Site) -> Markup {
    html! {
        ul.legend {
            li { i.way {} "step of an attack path" }
            @if site.given.chains.is_some() { li { i.way.seen {} "call seen in traces" } }
            li { i.k-internet {} "internet" } li { i.k-trigger {} "trigger" } li { i.k-function {} "function" }
            li { i.k-role {} "role" } li { i.k-resource {} "resource" }
            li { kbd { "+" } " " kbd { "-" } " " kbd { "0" } " zoom, arrows move, when the picture has the focus" }
        }
    }
}

fn picture(site: &Site, part: &Part, starts: &[usize]) -> Markup {
    let placed = place_graph(&part.graph);
    let width = placed.width + 2.0 * MARGIN;
    let height = placed.height + 2.0 * MARGIN;
    let view = format!("{:.0} {:.0} {width:.0} {height:.0}", -MARGIN, -MARGIN);
    let chosen = |node: &GraphNode| {
        starts.len() == 1
            && starts.iter().any(|it| site.graph.nodes.get(*it).is_some_and(|it| it.id == node.id))
    };
    // Attack paths are drawn above what they cross.
    let mut order: Vec<_> = placed.edges.iter().collect();
    order.sort_by_key(|it| part.graph.edges.get(it.number).is_some_and(|edge| edge.danger));
    let class = |number: usize, base: &str| {
        let danger = part.graph.edges.get(number).is_some_and(|edge| edge.danger);
        let seen = part.seen.get(number).copied().unwrap_or_default();
        format!("{base}{}{}", if danger { " danger" } else { "" }, if seen { " seen" } else { "" })
    };
    html! {
        div.picture data-picture="yes" tabindex="0" role="region" aria-label="Picture of the application; a list of its connections follows" {
            svg viewBox=(view) width=(decimal(width)) height=(decimal(height)) role="group" {
                defs {
                    @for (id, class) in [("tip", "tip"), ("danger-tip", "tip danger"), ("seen-tip", "tip seen")] {
                        marker id=(id) viewBox="0 0 10 10" refX="9" refY="5" markerWidth="9" markerHeight="9" markerUnits="userSpaceOnUse" orient="auto" {
                            path class=(class) d="M0,1 L10,5 L0,9 z" {}
                        }
                    }
                }
                @for edge in &order {
                    @let marker = match class(edge.number, "") { it if it.contains("danger") => "url(#danger-tip)", it if it.contains("seen") => "url(#seen-tip)", _ => "url(#tip)" };
                    path class=(class(edge.number, "edge")) d=(edge.path) marker-end=(marker) {}
                }
                @for edge in &order {
                    @if let Some((x, y)) = edge.label {
                        text class=(class(edge.number, "note")) x=(decimal(x)) y=(decimal(y)) text-anchor="middle" {
                            title { (T(part.graph.edges.get(edge.number).map_or("", |it| &it.label))) }
                            (edge.note)
                        }
                    }
                }
                @for at in &placed.nodes {
                    @if let Some(node) = part.graph.nodes.get(at.number) {
                        (card(site, node, (at.left, at.top, at.width), placed.node_height, chosen(node)))
                    }
                }
            }
        }
    }
}

fn card(
    site: &Site,
    node: &GraphNode,
    (left, top, width): (f64, f64, f64),
    height: f64,
    is_chosen: bool,
) -> Markup {
    let risk = node.risk.map(severity_class);
    let class =
        format!("node {}{}", risk.unwrap_or_default(), if is_chosen { " chosen" } else { "" });
    let address = if node.kind == NodeKind::Function {
        link("/functions", &[("name", &node.label)])
    } else {
        link("/graph", &[("node", &node.id)])
    };
    let risk_word = node.risk.map(|it| format!(", worst finding {it}")).unwrap_or_default();
    let label = format!("{} {}{risk_word}", node.kind.as_str(), node.label);
    let time = time_of(site, node);
    html! {
        a class=(class) href=(address) aria-label=(T(&label)) {
            title { (T(&label)) @if let Some(time) = &time { ", " (time) ", errors that start here counted" } }
            rect.box x=(decimal(left)) y=(decimal(top)) width=(decimal(width)) height=(decimal(height)) rx="8" {}
            rect class=(format!("k-{}", node.kind.as_str())) x=(decimal(left + 10.0)) y=(decimal(top + 10.0)) width="4" height=(decimal(height - 20.0)) rx="2" {}
            text.kind x=(decimal(left + 22.0)) y=(decimal(top + 18.0)) {
                @match &time { Some(time) => (T(&fit(time, (width - 36.0) * 1.25))), None => (node.kind.as_str()) }
            }
            text.label x=(decimal(left + 22.0)) y=(decimal(top + 34.0)) { (T(&fit(&node.label, width - 36.0))) }
            @if let (Some(severity), Some(class)) = (node.risk, risk) {
                rect class=(format!("badge-ground {class}")) x=(decimal(left + width - 66.0)) y=(decimal(top - 8.0)) width="58" height="16" rx="8" {}
                text.badge x=(decimal(left + width - 37.0)) y=(decimal(top + 3.5)) text-anchor="middle" { (severity.as_str()) }
            }
        }
    }
}

/// Own time of a function over all traces.
fn time_of(site: &Site, node: &GraphNode) -> Option<String> {
    let number = site.graph.by_id(&node.id)?;
    let (self_us, origins) = *site.graph.times.get(&number)?;
    let time = duration(self_us);
    Some(match origins {
        0 => format!("{time} own"),
        1 => format!("1 error, {time}"),
        more => format!("{more} errors, {time}"),
    })
}

/// A label cut to a width.
fn fit(label: &str, width: f64) -> String {
    let shown = report::visible(label);
    let mut room = 0;
    while crate::html::as_f64(room + 1) * CHARACTER <= width {
        room += 1;
    }
    if shown.chars().count() <= room {
        return shown.into_owned();
    }
    let mut cut: String = shown.chars().take(room.saturating_sub(1)).collect();
    cut.push('…');
    cut
}

/// The same for those who do not see pictures.
fn as_list(part: &Part) -> Markup {
    let label = |id: &str| {
        part.graph.nodes.iter().find(|it| it.id == id).map(|it| (it.label.as_str(), it.kind))
    };
    html! {
        details.panel {
            summary { "The same as a list" }
            table {
                thead { tr { th scope="col" { "From" } th scope="col" { "To" } th scope="col" { "How" } th scope="col" { "Attack path" } } }
                tbody {
                    @for (edge, is_seen) in part.graph.edges.iter().zip(&part.seen) {
                        @if let (Some(from), Some(to)) = (label(&edge.from), label(&edge.to)) {
                            tr {
                                @for (name, kind) in [from, to] {
                                    td { @if kind == NodeKind::Function { (function_link(name)) } @else { (T(name)) } }
                                }
                                td { (T(&edge.label)) @if *is_seen { " (seen in traces)" } } td { @if edge.danger { span.danger { "yes" } } }
                            }
                        }
                    }
                }
            }
        }
    }
}
