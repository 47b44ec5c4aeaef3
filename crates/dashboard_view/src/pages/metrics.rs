//! Series of metrics with what is anomalous in them.

use maud::{Markup, html};

use crate::{
    Answer, Query, Site,
    documents::Metric,
    html::{Paged, T, heading, level_pill, not_given, number, search, words},
    query::link,
};

/// Pictures on one page.
const PLOTS: usize = 12;
/// Anomalies that are listed below a picture.
const MOST_ALERTS: usize = 50;

pub(crate) fn draw(site: &Site, query: &Query) -> Markup {
    let Some(metrics) = &site.given.metrics else {
        return not_given(
            "Metrics",
            "Series of metrics and logs of functions are examined and drawn.",
            "faasguard dashboard --metrics FILES",
        );
    };
    let text = query.get("text").trim().to_lowercase();
    let mut chosen: Vec<(usize, &Metric)> = metrics
        .iter()
        .enumerate()
        .filter(|(_, it)| text.is_empty() || it.name.to_lowercase().contains(&text))
        .collect();
    chosen.sort_by_key(|(_, it)| std::cmp::Reverse(it.alerts.len()));
    let paged = Paged::with_rows(query, chosen.len(), PLOTS);
    html! {
        (heading("Metrics", &html! { "most anomalies first" }))
        form.filters method="get" action="/metrics" role="search" {
            (search(query.get("text"))) button type="submit" { "Show" } a href="/metrics" { "Clear" }
        }
        (paged.status("series"))
        @for (number, metric) in chosen.get(paged.first..paged.end).unwrap_or_default() { (one(*number, metric)) }
        (paged.pager("/metrics", query))
    }
}

fn one(at: usize, metric: &Metric) -> Markup {
    let address = link("/metrics/plot.svg", &[("n", &at.to_string())]);
    html! {
        section.panel {
            div.head { h2 { (T(&metric.name)) }
                p { (number(metric.points)) " points"
                    @if let Some((first, last)) = &metric.span { ", " (T(first)) " to " (T(last)) }
                    ", " (number(metric.alerts.len())) " anomalies" } }
            img.plot src=(address) alt=(format!("the values of {} over time, anomalies marked; they are listed below", report::visible(&metric.name))) loading="lazy" width="1200" height="360";
            @if !metric.alerts.is_empty() {
                details open[metric.alerts.len() <= 5] { summary { "Anomalies" }
                    table.rows {
                        thead { tr { th scope="col" { "From" } th scope="col" { "To" } th scope="col" { "Kind" } th scope="col" { "Severity" } th scope="col" { "Score" } th scope="col" { "Why" } } }
                        tbody { @for it in metric.alerts.iter().take(MOST_ALERTS) { tr {
                            td { (T(&it.span.0)) } td { (T(&it.span.1)) } td { (T(&it.kind)) } td { (level_pill(&it.severity)) }
                            td { (format!("{:.2}", it.score)) } td { (words(&it.explanation)) }
                        } } }
                    }
                    @if metric.alerts.len() > MOST_ALERTS { p.faint { (number(metric.alerts.len() - MOST_ALERTS)) " more" } }
                }
            }
        }
    }
}

/// The drawing of a series.
pub(crate) fn plot(site: &Site, query: &Query) -> Answer {
    let metrics = site.given.metrics.as_deref().unwrap_or_default();
    let found = query.get("n").parse::<usize>().ok().and_then(|it| metrics.get(it));
    match found {
        Some(metric) => Answer { status: 200, kind: "image/svg+xml", text: metric.svg.clone() },
        None => Answer { status: 404, kind: "text/plain; charset=utf-8", text: String::new() },
    }
}
