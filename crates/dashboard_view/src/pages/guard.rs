//! What the guard did inside of functions.

use std::collections::BTreeMap;

use maud::{Markup, html};

use crate::{
    Query, Site,
    documents::GuardLine,
    html::{Paged, T, function_link, heading, not_given, number, search, select, words},
    pages::timeline::{self, Moment},
};

pub(crate) fn draw(site: &Site, query: &Query) -> Markup {
    let Some(lines) = &site.given.guard else {
        return not_given(
            "Guard",
            "Logs of functions that run under the guard hold its events.",
            "faasguard dashboard --guard LOGS",
        );
    };
    let (kind, class, function) = (query.get("kind"), query.get("class"), query.get("function"));
    let text = query.get("text").trim().to_lowercase();
    let is_asked = |it: &GuardLine| {
        (kind.is_empty() || it.kind == kind)
            && (class.is_empty() || it.class.as_deref() == Some(class))
            && (function.is_empty() || it.function.as_deref() == Some(function))
            && (text.is_empty()
                || it.detail.to_lowercase().contains(&text)
                || it.request_id.as_deref().is_some_and(|it| it.contains(&text)))
    };
    let chosen: Vec<&GuardLine> =
        site.index.guard.iter().filter_map(|it| lines.get(*it)).filter(|it| is_asked(it)).collect();
    let paged = Paged::of(query, chosen.len());
    let kinds = counted(lines.iter().map(|it| it.kind.as_str()));
    let classes = counted(lines.iter().filter_map(|it| it.class.as_deref()));
    html! {
        (heading("Guard", &html! { (number(lines.len())) " events, the newest first" }))
        @if lines.is_empty() { p.notice { "There is no event of the guard in the logs that were given. That is silence, not proof: see whether the guard ran." } }
        form.filters method="get" action="/guard" role="search" {
            (search(query.get("text")))
            (select("kind", "Kind", kind, &choices(&kinds)))
            (select("class", "Class", class, &choices(&classes)))
            @if !function.is_empty() { input type="hidden" name="function" value=(T(function)); p { "of " (function_link(function)) } }
            button type="submit" { "Show" }
            a href="/guard" { "Clear" }
        }
        (line(&chosen))
        (paged.status("events"))
        div.wide { table.rows {
            thead { tr { th scope="col" { "Time" } th scope="col" { "Kind" } th scope="col" { "Class" } th scope="col" { "Function" } th scope="col" { "What" } th scope="col" { "Request" } } }
            tbody { @for it in chosen.get(paged.first..paged.end).unwrap_or_default() { tr {
                td { (T(it.time.as_deref().unwrap_or("not known"))) }
                td { span class=(format!("tag {}", tone(&it.kind))) { (T(&it.kind)) } }
                td { (T(it.class.as_deref().unwrap_or_default())) }
                td { @if let Some(name) = &it.function { (function_link(name)) } }
                td { (words(&it.detail)) }
                td { code { (T(it.request_id.as_deref().unwrap_or_default())) } }
            } } }
        } }
        (paged.pager("/guard", query))
    }
}

const ROWS: [&str; 4] = ["blocked", "flagged", "behaviour", "other"];

fn line(chosen: &[&GuardLine]) -> Markup {
    let moments: Vec<Moment<'_>> = chosen
        .iter()
        .filter_map(|it| {
            let (row, class) = match it.kind.as_str() {
                "event-blocked" => (0, "s3"),
                "event-flagged" => (1, "s1"),
                "process-spawned" | "egress-denied" | "sensitive-read" | "code-written"
                | "metadata-contacted" => (2, "s2"),
                _ => (3, "s0"),
            };
            Some(Moment { time: it.time.as_deref()?, row, class, words: &it.detail })
        })
        .collect();
    html! { @if moments.len() > 1 { section.panel { h2 { "Timeline" } (timeline::draw(&moments, &ROWS, "events of the guard by time")) } } }
}

fn tone(kind: &str) -> &'static str {
    match kind {
        "event-blocked" | "egress-denied" | "code-written" | "metadata-contacted" => "bad",
        "event-flagged" | "process-spawned" | "sensitive-read" | "uninspected" | "fault" => "doubt",
        _ => "",
    }
}

/// Words with how often each comes.
fn counted<'a>(all: impl Iterator<Item = &'a str>) -> Vec<(&'a str, String)> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    all.for_each(|it| *counts.entry(it).or_default() += 1);
    counts.into_iter().map(|(word, count)| (word, format!("{word} ({count})"))).collect()
}

fn choices<'a>(counted: &'a [(&'a str, String)]) -> Vec<(&'a str, &'a str)> {
    std::iter::once(("", "any"))
        .chain(counted.iter().map(|(word, text)| (*word, text.as_str())))
        .collect()
}
