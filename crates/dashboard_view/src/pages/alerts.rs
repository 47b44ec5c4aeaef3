//! Alerts and incidents with a timeline.

use maud::{Markup, html};

use crate::{
    Query, Site,
    documents::Alert,
    html::{
        Paged, T, function_link, heading, level_pill, not_given, number, search, select, words,
    },
    pages::timeline::{self, Moment},
    query::link,
    site::Incident,
};

/// Incidents that are listed above the alerts.
const INCIDENTS: usize = 20;
const LEVELS: [&str; 5] = ["critical", "high", "medium", "low", "informational"];

pub(crate) fn draw(site: &Site, query: &Query) -> Markup {
    let Some(alerts) = &site.given.alerts else {
        return not_given(
            "Alerts",
            "`trail detect` raises them over audit logs.",
            "faasguard trail detect LOGS --format jsonl > alerts.jsonl\nfaasguard dashboard --alerts alerts.jsonl --follow",
        );
    };
    let (level, incident, function) =
        (query.get("level"), query.get("incident"), query.get("function"));
    let text = query.get("text").trim().to_lowercase();
    let is_asked = |it: &Alert| {
        (level.is_empty() || it.level.word() == level)
            && (incident.is_empty() || it.incident.as_deref() == Some(incident))
            && (function.is_empty() || it.function.as_deref() == Some(function))
            && (text.is_empty() || matches(it, &text))
    };
    let numbers = site.index.alerts.iter().filter_map(|it| alerts.get(*it));
    let chosen: Vec<&Alert> = numbers.filter(|it| is_asked(it)).collect();
    let paged = Paged::of(query, chosen.len());
    let levels: Vec<(&str, &str)> =
        std::iter::once(("", "any")).chain(LEVELS.iter().map(|it| (*it, *it))).collect();
    html! {
        (heading("Alerts", &html! { (number(alerts.len())) " alerts, " (number(site.index.incidents.len())) " incidents" }))
        @if alerts.is_empty() { p.notice { "No rule matched in what was given. That holds for the logs that `trail detect` read, and no others." } }
        form.filters method="get" action="/alerts" role="search" {
            (search(query.get("text")))
            (select("level", "Level", level, &levels))
            @for name in ["incident", "function"] {
                @if !query.get(name).is_empty() {
                    input type="hidden" name=(name) value=(T(query.get(name)));
                    p { (name) " " (T(query.get(name))) }
                }
            }
            button type="submit" { "Show" }
            a href="/alerts" { "Clear" }
        }
        (line(&chosen))
        @if incident.is_empty() && text.is_empty() && level.is_empty() && function.is_empty() { (incidents(site, alerts)) }
        (paged.status("alerts, the newest first"))
        (rows(chosen.get(paged.first..paged.end).unwrap_or_default()))
        (paged.pager("/alerts", query))
    }
}

fn matches(alert: &Alert, text: &str) -> bool {
    let parts = [
        Some(alert.rule.as_str()),
        Some(&alert.event_name),
        alert.actor.as_deref(),
        alert.function.as_deref(),
        alert.explanation.as_deref(),
    ];
    parts.into_iter().flatten().any(|it| it.to_lowercase().contains(text))
}

fn line(chosen: &[&Alert]) -> Markup {
    let moments: Vec<Moment<'_>> = chosen
        .iter()
        .filter_map(|it| {
            let word = it.level.word();
            let row = LEVELS.iter().position(|it| *it == word).unwrap_or(LEVELS.len() - 1);
            let class = ["s3", "s2", "s1", "s0", "s0"].get(row).copied().unwrap_or("s0");
            Some(Moment { time: it.time.as_deref()?, row, class, words: &it.rule })
        })
        .collect();
    html! { @if !moments.is_empty() { section.panel { h2 { "Timeline" } (timeline::draw(&moments, &LEVELS, "alerts by time and level")) } } }
}

fn incidents(site: &Site, alerts: &[Alert]) -> Markup {
    let all = &site.index.incidents;
    html! {
        @if !all.is_empty() {
            section.panel {
                h2 { "Incidents" }
                div.wide { table.rows {
                    thead { tr { th scope="col" { "Level" } th scope="col" { "Incident" } th scope="col" { "Alerts" } th scope="col" { "From" } th scope="col" { "To" } th scope="col" { "Who" } th scope="col" { "Functions" } } }
                    tbody { @for it in all.iter().take(INCIDENTS) { (incident_row(it, alerts)) } }
                } }
                @if all.len() > INCIDENTS { p.faint { (number(all.len() - INCIDENTS)) " older ones" } }
            }
        }
    }
}

fn incident_row(incident: &Incident, alerts: &[Alert]) -> Markup {
    let time = |number: Option<&usize>| {
        number
            .and_then(|it| alerts.get(*it))
            .and_then(|it| it.time.as_deref())
            .unwrap_or("not known")
    };
    html! {
        tr {
            td { (level_pill(&incident.level)) }
            td { a href=(link("/alerts", &[("incident", &incident.id)])) { (T(&incident.id)) } }
            td { (number(incident.alerts.len())) }
            td { (T(time(incident.alerts.first()))) } td { (T(time(incident.alerts.last()))) }
            td { @for actor in incident.actors.iter().take(2) { div { (T(actor)) } } }
            td { @for name in incident.functions.iter().take(4) { (function_link(name)) " " } }
        }
    }
}

fn rows(alerts: &[&Alert]) -> Markup {
    html! {
        div.wide { table.rows {
            thead { tr { th scope="col" { "Time" } th scope="col" { "Level" } th scope="col" { "Alert" } th scope="col" { "Who" } th scope="col" { "Function" } } }
            tbody { @for it in alerts { tr {
                td { (T(it.time.as_deref().unwrap_or("not known"))) }
                td { (level_pill(it.level.word())) }
                td { span.message { (T(&it.rule)) }
                    span.rule { (T(&it.event_name)) @if let Some(region) = &it.region { " · " (T(region)) }
                        @if !it.techniques.is_empty() { " · " (T(&it.techniques.join(", "))) } }
                    @if let Some(why) = &it.explanation { details { summary { "Why" } p { (words(why)) } } } }
                td { (T(it.actor.as_deref().unwrap_or("not known"))) }
                td { @if let Some(name) = &it.function { (function_link(name)) }
                    @if let Some(id) = &it.incident { span.rule { a href=(link("/alerts", &[("incident", id)])) { (T(id)) } } } }
            } } }
        } }
    }
}
