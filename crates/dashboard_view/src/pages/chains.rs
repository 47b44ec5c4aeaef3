//! Call chains across functions: where the time goes, where an error starts.

use call_chains::{Chains, Node, Trace};
use maud::{Markup, html};

use crate::{
    Query, Site,
    html::{
        Paged, T, as_f64, decimal, duration, function_link, heading, not_given, number, search,
        select, words,
    },
    query::link,
};

/// Spans of one trace that are drawn.
const SPANS: usize = 300;
/// Rows of the tables over all traces.
const MOST: usize = 15;
const WIDTH: f64 = 1_100.0;
const LEFT: f64 = 330.0;
const ROW: f64 = 22.0;

/// The list, or one trace; `None` where it is not known.
pub(crate) fn draw(site: &Site, query: &Query) -> Option<Markup> {
    let Some(chains) = &site.given.chains else {
        return Some(not_given(
            "Call chains",
            "Segments of X-Ray (`aws xray batch-get-traces`) and spans of OpenTelemetry (OTLP files of a collector, JSON or protobuf) become chains.",
            "faasguard dashboard --traces FILES",
        ));
    };
    let id = query.get("trace");
    if id.is_empty() {
        Some(list(chains, query))
    } else {
        chains.trace(id).map(|it| one(chains, it))
    }
}

fn list(chains: &Chains, query: &Query) -> Markup {
    let function = query.get("function");
    let text = query.get("text").trim().to_lowercase();
    let is_asked = |it: &&Trace| {
        (function.is_empty() || it.functions.iter().any(|name| name == function))
            && (!query.is("with", "error") || it.is_faulty())
            && (text.is_empty()
                || it.id.contains(&text)
                || it.functions.iter().any(|name| name.to_lowercase().contains(&text)))
    };
    let mut chosen: Vec<&Trace> = chains.traces.iter().filter(is_asked).collect();
    if query.is("sort", "time") {
        chosen.sort_by_key(|it| std::cmp::Reverse(it.duration_us));
    }
    let paged = Paged::of(query, chosen.len());
    html! {
        (heading("Call chains", &html! { (number(chains.traces.len())) " traces, " (number(chains.traces.iter().filter(|it| it.is_faulty()).count())) " with an error" }))
        (lost(chains))
        form.filters method="get" action="/chains" role="search" {
            (search(query.get("text")))
            (select("with", "Traces", query.get("with"), &[("", "all"), ("error", "with an error")]))
            (select("sort", "Order", query.get("sort"), &[("", "newest first"), ("time", "longest first")]))
            @if !function.is_empty() { input type="hidden" name="function" value=(T(function)); p { "through " (function_link(function)) } }
            button type="submit" { "Show" }
            a href="/chains" { "Clear" }
        }
        @if text.is_empty() && function.is_empty() { (together(chains)) }
        (paged.status("traces"))
        div.wide { table.rows {
            thead { tr { th scope="col" { "Trace" } th scope="col" { "Functions" } th scope="col" { "Time" } th scope="col" { "Spans" } th scope="col" { "Error starts in" } } }
            tbody { @for trace in chosen.get(paged.first..paged.end).unwrap_or_default() { (row(trace)) } }
        } }
        (paged.pager("/chains", query))
    }
}

fn lost(chains: &Chains) -> Markup {
    let lost = chains.lost;
    let parts = [
        (lost.documents, "documents are neither segments nor spans"),
        (lost.nameless, "spans have no id or time"),
        (lost.beyond, "spans are beyond the limits"),
        (lost.orphans, "spans hang on one that never came"),
        (lost.unlinked, "links lead to spans that never came"),
        (lost.kept_back, "traces were not given, or not whole, by X-Ray"),
    ];
    html! {
        @if parts.iter().any(|it| it.0 > 0) {
            p.notice { strong { "Not whole: " } @for (at, (count, what)) in parts.iter().filter(|it| it.0 > 0).enumerate() {
                @if at > 0 { ", " } (number(*count)) " " (what) } }
        }
    }
}

/// What all traces say together.
fn together(chains: &Chains) -> Markup {
    let most = chains.functions.iter().map(|it| it.self_us).max().unwrap_or_default();
    html! {
        div.summary.even {
            section.panel {
                h2 { "Where the time goes" }
                div.wide { table.rows {
                    thead { tr { th scope="col" { "Function" } th scope="col" { "Own time" } th scope="col" { "Waited for" } th scope="col" { "Traces" } th scope="col" { "Errors start" } } }
                    tbody { @for it in chains.functions.iter().take(MOST) { tr {
                        td { (function_link(&it.name)) }
                        td { (bar(it.self_us, most)) " " (duration(it.self_us)) }
                        td { (duration(it.waited_us)) } td { (it.traces) }
                        td { span class=(if it.origins > 0 { "danger" } else { "" }) { (it.origins) } }
                    } } }
                } }
            }
            section.panel {
                h2 { "Who calls whom" }
                div.wide { table.rows {
                    thead { tr { th scope="col" { "From" } th scope="col" { "To" } th scope="col" { "Calls" } th scope="col" { "Failed" } th scope="col" { "Mean" } } }
                    tbody { @for it in chains.edges.iter().take(MOST) { tr {
                        td { (function_link(&it.from)) }
                        td { @if it.is_function { (function_link(&it.to)) } @else { (T(&it.to)) } }
                        td { (it.calls) } td { span class=(if it.faults > 0 { "danger" } else { "" }) { (it.faults) } }
                        td { (duration(it.total_us / i64::try_from(it.calls.max(1)).unwrap_or(1))) }
                    } } }
                } }
                p { a href="/graph" { "Laid over the graph" } }
            }
        }
    }
}

fn row(trace: &Trace) -> Markup {
    let origin = trace.origin.and_then(|it| trace.nodes.get(it));
    html! {
        tr {
            td { a href=(link("/chains", &[("trace", &trace.id)])) { (T(trace.id.get(..16).unwrap_or(&trace.id))) } }
            td { @for (at, name) in trace.functions.iter().take(6).enumerate() { @if at > 0 { " → " } (function_link(name)) }
                @if trace.functions.len() > 6 { " and " (trace.functions.len() - 6) " more" } }
            td { (duration(trace.duration_us)) } td { (number(trace.nodes.len())) }
            td { @if let Some(node) = origin { span.danger { (T(node.span.function.as_deref().unwrap_or(&node.span.name))) }
                @if let Some(cause) = &node.span.cause { span.rule { (T(cause)) } } } }
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "a length on a page")]
fn share(part: i64, whole: i64) -> f64 {
    part.max(0) as f64 / whole.max(1) as f64
}

fn bar(part: i64, whole: i64) -> Markup {
    html! { svg.sbar viewBox="0 0 200 10" preserveAspectRatio="none" aria-hidden="true" { rect.own x="0" y="0" width=(decimal(share(part, whole) * 200.0)) height="10" {} } }
}

/// One trace as a waterfall.
fn one(chains: &Chains, trace: &Trace) -> Markup {
    let way = trace.origin.map(|it| trace.way_to(it)).unwrap_or_default();
    html! {
        (heading("Call chain", &html! { code { (T(&trace.id)) } ", " (duration(trace.duration_us)) ", " (number(trace.nodes.len())) @if trace.nodes.len() == 1 { " span" } @else { " spans" } }))
        @if let Some(node) = trace.origin.and_then(|it| trace.nodes.get(it)) {
            p.notice { strong { "The error starts in " } (T(&node.span.name))
                @if let Some(function) = &node.span.function { " of " (function_link(function)) }
                ": " (T(node.span.fault.as_str())) @if let Some(cause) = &node.span.cause { ", " (words(cause)) } }
        }
        (others(chains, "Works on messages of", &trace.came_from))
        (others(chains, "Goes on in", &trace.goes_on_in))
        section.panel { h2 { "Over time" } (waterfall(trace, &way)) }
        section.panel { h2 { "Spans" } (spans(trace)) }
    }
}

/// Traces before or after one, over a queue, a topic, a stream.
fn others(chains: &Chains, title: &str, ids: &[String]) -> Markup {
    html! {
        @if !ids.is_empty() {
            section.panel {
                h2 { (title) }
                ul { @for trace in ids.iter().take(MOST).filter_map(|it| chains.trace(it)) {
                    li { a href=(link("/chains", &[("trace", &trace.id)])) { (T(trace.id.get(..16).unwrap_or(&trace.id))) }
                        " " @for (at, name) in trace.functions.iter().take(6).enumerate() { @if at > 0 { " → " } (function_link(name)) }
                        ", " (duration(trace.duration_us))
                        @if trace.is_faulty() { ", " span.danger { "with an error" } } }
                } }
                @if ids.len() > MOST { p.faint { (number(ids.len() - MOST)) " more" } }
            }
        }
    }
}

fn waterfall(trace: &Trace, way: &[usize]) -> Markup {
    let shown = trace.nodes.len().min(SPANS);
    let height = as_f64(shown) * ROW + 26.0;
    let x = |us: i64| LEFT + share(us - trace.start_us, trace.duration_us) * (WIDTH - LEFT - 20.0);
    let class = |number: usize, node: &Node| {
        let fault = if node.span.fault.is_fault() { " fault" } else { "" };
        let origin = if trace.origin == Some(number) { " origin" } else { "" };
        format!("span{fault}{origin}")
    };
    let label = |node: &Node| {
        let room = 44_usize.saturating_sub(2 * node.depth.min(12));
        node.span.name.chars().take(room).collect::<String>()
    };
    let indent = |node: &Node| as_f64(node.depth.min(12)) * 12.0;
    html! {
        div.wide {
            svg.waterfall viewBox=(format!("0 0 {WIDTH} {height:.0}")) role="img" aria-label="spans by time; a table follows" {
                @for (number, node) in trace.nodes.iter().enumerate().take(SPANS) {
                    @let top = as_f64(number) * ROW;
                    @let (from, to) = (x(node.span.start_us), x(node.span.end_us));
                    text class=(if way.contains(&number) { "name danger" } else { "name" }) x=(decimal(indent(node))) y=(decimal(top + 15.0)) { (T(&label(node))) }
                    rect class=(class(number, node)) x=(decimal(from)) y=(decimal(top + 4.0)) width=(decimal((to - from).max(1.5))) height="13" rx="2" {
                        title { (T(&node.span.name)) ": " (duration(node.span.end_us - node.span.start_us)) ", own " (duration(node.self_us)) ", waited for " (duration(node.waited_us)) }
                    }
                    @if share(node.waited_us, trace.duration_us) > 0.005 {
                        rect.waited x=(decimal(from)) y=(decimal(top + 18.0)) width=(decimal(share(node.waited_us, trace.duration_us) * (WIDTH - LEFT - 20.0))) height="3" {}
                    }
                }
                text.axis x=(decimal(LEFT)) y=(decimal(height - 6.0)) { "0" }
                text.axis x=(decimal(WIDTH - 20.0)) y=(decimal(height - 6.0)) text-anchor="end" { (duration(trace.duration_us)) }
            }
        }
        p.faint { "The line below a bar is as long as the time in which the trace waited for this span and nothing below it." }
        @if trace.nodes.len() > SPANS { p.notice { (number(trace.nodes.len() - SPANS)) " more spans are not drawn" } }
    }
}

fn spans(trace: &Trace) -> Markup {
    html! {
        div.wide { table.rows {
            thead { tr { th scope="col" { "Span" } th scope="col" { "Function" } th scope="col" { "Calls" } th scope="col" { "Time" } th scope="col" { "Own" } th scope="col" { "Waited for" } th scope="col" { "Fault" } } }
            tbody { @for (number, node) in trace.nodes.iter().enumerate().take(SPANS) { tr {
                td { (T(&node.span.name)) @if node.is_orphan { span.rule { "hangs on a span that never came" } } @if !node.span.is_whole { span.rule { "its end was not told" } } }
                td { @if let Some(name) = &node.span.function { (function_link(name)) } }
                td { (T(node.span.callee.as_deref().unwrap_or_default())) }
                td { (duration(node.span.end_us - node.span.start_us)) } td { (duration(node.self_us)) } td { (duration(node.waited_us)) }
                td { @if node.span.fault.is_fault() { span.danger { (node.span.fault.as_str()) @if trace.origin == Some(number) { ", starts here" } }
                    @if let Some(cause) = &node.span.cause { span.rule { (T(cause)) } } } }
            } } }
        } }
    }
}
