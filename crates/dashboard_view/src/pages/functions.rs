//! Functions with who reaches them, and one with everything known of it.

use maud::{Markup, html};

use crate::{
    Query, Site, SourceLines,
    documents::Function,
    html::{
        Paged, T, function_link, heading, not_given, number, place_text, search, select,
        severity_bar,
    },
    pages::{findings, lines},
    query::link,
    site::Reached,
};

pub(crate) fn list(site: &Site, query: &Query) -> Markup {
    let Some(scan) = &site.given.scan else {
        return not_given("Functions", "A scan finds them.", "faasguard dashboard PATH");
    };
    let text = query.get("text").trim().to_lowercase();
    let exposure = query.get("exposure");
    let reached = |at: usize| site.index.reached.get(at).copied().unwrap_or_default();
    let is_asked = |at: &usize| {
        let Some(function) = scan.functions.get(*at) else { return false };
        (exposure.is_empty() || reached(*at).words().0 == exposure)
            && (text.is_empty() || haystack(function).contains(&text))
    };
    let mut chosen: Vec<usize> =
        site.index.functions.iter().filter(|it| is_asked(it)).copied().collect();
    if query.is("sort", "exposure") {
        chosen.sort_by_key(|at| reached(*at));
    } else if query.is("sort", "name") {
        chosen.sort_by_key(|at| scan.functions.get(*at).map(|it| it.name.as_str()));
    }
    let paged = Paged::of(query, chosen.len());
    let shown = chosen.get(paged.first..paged.end).unwrap_or_default();
    let exposures: Vec<(&str, &str)> = std::iter::once(("", "any"))
        .chain(Reached::ALL.into_iter().map(|(_, word, shown)| (word, shown)))
        .collect();
    let orders = [("", "worst findings first"), ("exposure", "most open first"), ("name", "name")];
    html! {
        (heading("Functions", &html! { "who reaches them, and what was found in them" }))
        (super::overview::lost(site))
        form.filters method="get" action="/functions" role="search" {
            (search(query.get("text")))
            (select("exposure", "Reached by", exposure, &exposures))
            (select("sort", "Order", query.get("sort"), &orders))
            button type="submit" { "Show" }
            a href="/functions" { "Clear" }
        }
        (paged.status("functions"))
        (rows(site, shown))
        (paged.pager("/functions", query))
    }
}

fn rows(site: &Site, shown: &[usize]) -> Markup {
    let functions = site.given.scan.as_ref().map_or(&[][..], |it| &it.functions);
    let counts_of = |name: &str| site.index.function_counts.get(name).copied().unwrap_or_default();
    let all = shown.iter().filter_map(|it| functions.get(*it));
    let most = all.map(|it| counts_of(&it.name).iter().sum::<usize>()).max().unwrap_or_default();
    html! {
        div.wide { table.rows {
            thead { tr { th scope="col" { "Function" } th scope="col" { "Reached by" } th scope="col" { "Runtime" }
                th scope="col" { "Findings" } th scope="col" { "Place" } } }
            tbody {
                @for (at, function) in shown.iter().filter_map(|it| Some((*it, functions.get(*it)?))) {
                    @let counts = counts_of(&function.name);
                    @let reached = site.index.reached.get(at).copied().unwrap_or_default();
                    tr {
                        td { (function_link(&function.name)) }
                        td {
                            span class=(if reached == Reached::Anybody { "danger" } else { "" }) { (reached.words().1) }
                            @if let Some(trigger) = function.triggers.first() {
                                span.rule { (T(&trigger.kind)) " " (T(trigger.route.as_deref().unwrap_or_default()))
                                    @if function.triggers.len() > 1 { " and " (function.triggers.len() - 1) " more" } }
                            }
                        }
                        td { (T(function.runtime.as_deref().unwrap_or("not known"))) }
                        td { (severity_bar(counts, most)) " " (number(counts.iter().sum())) }
                        td { (place_text(&function.place)) }
                    }
                }
            }
        } }
    }
}

fn haystack(function: &Function) -> String {
    let parts = [
        function.name.as_str(),
        function.runtime.as_deref().unwrap_or_default(),
        function.handler.as_deref().unwrap_or_default(),
        function.role.as_deref().unwrap_or_default(),
        &function.place.file,
    ];
    let mut text = parts.join("\n");
    for trigger in &function.triggers {
        text.push('\n');
        text.push_str(&trigger.kind);
        text.push(' ');
        text.push_str(trigger.route.as_deref().unwrap_or_default());
    }
    text.to_lowercase()
}

/// Everything known of the functions with a name.
pub(crate) fn one(site: &Site, query: &Query, source: &dyn SourceLines) -> Markup {
    let name = query.get("name");
    let functions = site.given.scan.as_ref().map_or(&[][..], |it| &it.functions);
    let named: Vec<&Function> = functions.iter().filter(|it| it.name == name).take(20).collect();
    let of = site.index.of_function.get(name).map(Vec::as_slice).unwrap_or_default();
    let paged = Paged::of(query, of.len());
    html! {
        (heading(&report::visible(name), &html! {
            @if named.is_empty() { "the scan has no function of this name" }
            @else if named.len() > 1 { (named.len()) " functions have this name" }
            @else { "function" }
        }))
        p.jump {
            a href=(link("/graph", &[("function", name)])) { "In the graph" }
            a href=(link("/permissions", &[("function", name)])) { "Permissions" }
            a href=(link("/checklist", &[("text", name)])) { "Checklist" }
            a href=(link("/guard", &[("function", name)])) { "Guard" }
            a href=(link("/alerts", &[("function", name)])) { "Alerts" }
            a href=(link("/chains", &[("function", name)])) { "Call chains" }
        }
        @for function in &named {
            section.panel {
                dl.facts2 {
                    dt { "Runtime" } dd { (T(function.runtime.as_deref().unwrap_or("not known"))) }
                    dt { "Handler" } dd { (T(function.handler.as_deref().unwrap_or("not known"))) }
                    dt { "Code" } dd { (T(function.code.as_deref().unwrap_or("not here"))) }
                    dt { "Role" } dd { (T(function.role.as_deref().unwrap_or("not known"))) }
                    dt { "Place" } dd { (place_text(&function.place)) }
                }
                (triggers(function))
                (lines::around(site, source, &function.place, 1))
            }
        }
        section.panel {
            h2 { "Findings" }
            @if of.is_empty() { p { "No finding in what was looked at." } }
            @else {
                (paged.status("findings"))
                (findings::rows(site, of.get(paged.first..paged.end).unwrap_or_default()))
                (paged.pager("/functions", query))
            }
        }
    }
}

fn triggers(function: &Function) -> Markup {
    html! {
        h2 { "Triggers" }
        @if function.triggers.is_empty() { p { "None that the scan knows." } }
        @else {
            table {
                thead { tr { th scope="col" { "Kind" } th scope="col" { "Route" } th scope="col" { "Exposure" } th scope="col" { "Authentication" } } }
                tbody { @for it in &function.triggers {
                    @let auth = it.auth.as_deref().unwrap_or("not known");
                    tr {
                        td { (T(&it.kind)) } td { (T(it.route.as_deref().unwrap_or_default())) }
                        td { (T(it.exposure.as_deref().unwrap_or("not known"))) }
                        td { span class=(if auth == "none" { "danger" } else { "" }) { (T(auth)) } }
                    }
                } }
            }
        }
    }
}
