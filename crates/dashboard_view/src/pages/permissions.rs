//! Permissions: what each function needs, what its role grants beside that, what was used.

use maud::{Markup, html};

use crate::{
    Query, Site,
    documents::{Grant, Granted, Privileges, Reason},
    html::{
        Paged, T, function_link, heading, not_given, number, place_text, search, select, words,
    },
    pages::privileges,
    query::link,
};

/// Rows of one table of a function.
const MOST: usize = 200;

pub(crate) fn draw(site: &Site, query: &Query) -> Markup {
    let name = query.get("function");
    if !name.is_empty() {
        return one(site, name);
    }
    if !query.get("template").is_empty() {
        return privileges::template(site, query.get("template"));
    }
    let Some(permissions) = &site.given.permissions else {
        return html! {
            (not_given("Permissions", "What functions need and what they are granted is told by `iam generate`.",
                "faasguard dashboard PATH\nfaasguard iam generate PATH --trail LOGS --format json -o iam.json && faasguard dashboard --scan iam.json"))
            (principals(site, query))
        };
    };
    let text = query.get("text").trim().to_lowercase();
    let is_asked = |it: &&Privileges| {
        let has = match query.get("with") {
            "unused" => !it.unused.is_empty(),
            "broader" => !it.broader.is_empty(),
            "missing" => !it.missing.is_empty(),
            "incomplete" => !it.complete,
            _ => true,
        };
        has && (text.is_empty() || it.function.to_lowercase().contains(&text))
    };
    let mut chosen: Vec<&Privileges> = permissions.functions.iter().filter(is_asked).collect();
    chosen.sort_by_key(|it| std::cmp::Reverse(it.unused.len() + it.broader.len()));
    let paged = Paged::of(query, chosen.len());
    let mut reasons =
        permissions.functions.iter().flat_map(|it| &it.grants).flat_map(|it| &it.reasons);
    let has_trail = reasons.any(is_seen);
    let choices = [
        ("", "any"),
        ("unused", "grants that are not needed"),
        ("broader", "resources wider than needed"),
        ("missing", "needs that are not granted"),
        ("incomplete", "needs not known whole"),
    ];
    html! {
        (heading("Permissions", &html! { "what functions need, what their roles grant beside that" }))
        form.filters method="get" action="/permissions" role="search" {
            (search(query.get("text")))
            (select("with", "With", query.get("with"), &choices))
            button type="submit" { "Show" }
            a href="/permissions" { "Clear" }
        }
        (paged.status("functions"))
        div.wide { table.rows {
            thead { tr { th scope="col" { "Function" } th scope="col" { "Needed" } th scope="col" { "Granted, not needed" }
                th scope="col" { "Wider than needed" } th scope="col" { "Needed, not granted" } th scope="col" { "Seen in use" } th scope="col" { "Needs known" } } }
            tbody {
                @for it in chosen.get(paged.first..paged.end).unwrap_or_default() {
                    tr {
                        td { a href=(link("/permissions", &[("function", &it.function)])) { (T(&it.function)) } span.rule { (T(&it.template)) } }
                        td { (number(it.grants.len())) }
                        td { span class=(if it.unused.is_empty() { "" } else { "danger" }) { (number(it.unused.len())) } }
                        td { span class=(if it.broader.is_empty() { "" } else { "danger" }) { (number(it.broader.len())) } }
                        td { (number(it.missing.len())) }
                        td { @if has_trail { (number(it.grants.iter().filter(|it| it.reasons.iter().any(is_seen)).count())) } @else { span.faint { "no trail given" } } }
                        td { @if it.complete { "whole" } @else { span.doubt { "in part" } } }
                    }
                }
            }
        } }
        (paged.pager("/permissions", query))
        (principals(site, query))
    }
}

fn is_seen(reason: &Reason) -> bool {
    reason.source == "trail"
}

fn one(site: &Site, name: &str) -> Markup {
    let all = site.given.permissions.as_ref().map_or(&[][..], |it| &it.functions);
    let Some(of) = site.index.permissions.get(name).and_then(|it| all.get(*it)) else {
        return html! {
            (heading("Permissions", &html! { "of " (function_link(name)) }))
            p.notice { "Nothing was given about the permissions of this function; it was not looked at." }
        };
    };
    html! {
        (heading("Permissions", &html! { "of " (function_link(name)) ", " (T(&of.template)) ", the exact policy has " (number(of.size)) " characters" }))
        @if !of.complete {
            div.notice { strong { "What it needs is not known whole: " }
                ul { @for gap in of.incomplete.iter().take(20) { li { (words(&gap.reason)) " " (place_text(&gap.place)) } } } }
        }
        (privileges::matrix(site, of))
        (difference(of))
        (privileges::exact_policy(site, of))
        section.panel {
            h2 { "Needed" }
            (grants(&of.grants))
        }
        @if !of.proposals.is_empty() {
            section.panel { h2 { "To be decided by a person" }
                ul { @for it in of.proposals.iter().take(MOST) { li { code { (T(&it.action)) } " on " code { (T(&it.resource)) } ": " (words(&it.reason)) } } } }
        }
    }
}

/// From the policy of today to the exact one.
fn difference(of: &Privileges) -> Markup {
    let is_exact = of.unused.is_empty() && of.broader.is_empty() && of.missing.is_empty();
    let row = |sign: &str, class: &str, it: &Granted| {
        html! {
            span class=(format!("row {class}")) { span.n { (sign) } (T(&it.action)) " on " (T(&it.resource))
                @if !it.needed.is_empty() { "   needed: " (T(&it.needed.join(", "))) }
                "   " (T(&it.place.file)) ":" (it.place.line) }
        }
    };
    html! {
        section.panel {
            h2 { "From today's policy to the exact one" }
            @if is_exact {
                p { @if of.complete { "It grants what is needed and nothing else." } @else { "No difference in what is known; see above for what is not." } }
            } @else {
                pre.code tabindex="0" {
                    @for it in of.unused.iter().take(MOST) { (row("−", "minus", it)) }
                    @for it in of.broader.iter().take(MOST) { (row("~", "minus", it)) }
                    @for it in of.missing.iter().take(MOST) {
                        span.row.plus { span.n { "+" } (T(&it.action)) " on " (T(&it.resource)) }
                    }
                }
                p.faint { "− granted and not needed; ~ granted on more than is needed; + needed and not granted. " code { "faasguard iam generate --write" } " writes the exact one, where that is proven to allow nothing new." }
            }
        }
    }
}

fn grants(grants: &[Grant]) -> Markup {
    html! {
        div.wide { table.rows {
            thead { tr { th scope="col" { "Action" } th scope="col" { "Resource" } th scope="col" { "Why" } } }
            tbody {
                @for it in grants.iter().take(MOST) {
                    tr { td { code { (T(&it.action)) } } td { code { (T(&it.resource)) } }
                        td { @for reason in it.reasons.iter().take(4) { div {
                            span.tag { (T(&reason.source)) } " "
                            @if let Some(note) = &reason.note { (words(note)) " " }
                            @if let Some(place) = &reason.place { (place_text(place)) }
                            @if let Some(count) = reason.count { (count) " times" }
                            @if let Some(last) = &reason.last_used { ", last " (T(last)) }
                        } } }
                    }
                }
            }
        } }
        @if grants.len() > MOST { p.faint { (number(grants.len() - MOST)) " more" } }
    }
}

/// What principals were seen to do.
fn principals(site: &Site, query: &Query) -> Markup {
    let Some(usage) = &site.given.usage else { return html! {} };
    let text = query.get("text").trim().to_lowercase();
    let is_asked = |arn: &str| text.is_empty() || arn.to_lowercase().contains(&text);
    let chosen = usage.principals.iter().filter(|it| is_asked(&it.arn)).take(50);
    html! {
        section.panel {
            h2 { "Seen in use" }
            p.faint { "of the trail that was given; what is not in it was not used in its time, or not recorded" }
            @for it in chosen {
                details {
                    summary { (T(&it.arn)) " " span.faint { (T(&it.kind)) ", " (it.events) " events, " (number(it.actions.len())) " actions" } }
                    table {
                        thead { tr { th scope="col" { "Action" } th scope="col" { "Times" } th scope="col" { "Denied" } th scope="col" { "First" } th scope="col" { "Last" } } }
                        tbody { @for used in it.actions.iter().take(MOST) { tr {
                            td { code { (T(&used.action)) } } td { (used.count) }
                            td { span class=(if used.denied > 0 { "danger" } else { "" }) { (used.denied) } }
                            td { (T(used.first.as_deref().unwrap_or_default())) } td { (T(used.last.as_deref().unwrap_or_default())) }
                        } } }
                    }
                }
            }
        }
    }
}
