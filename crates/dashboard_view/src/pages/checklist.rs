//! The table that a reviewer ticks: practices by function.

use maud::{Markup, html};

use crate::{
    Query, Site,
    documents::{Cell, Row},
    html::{Paged, T, function_link, heading, not_given, search, select, words},
    query::link,
};

/// Functions on one page: each has some thirty cells.
const FUNCTIONS: usize = 25;

pub(crate) fn draw(site: &Site, query: &Query) -> Markup {
    let Some(checklist) = &site.given.checklist else {
        return not_given(
            "Checklist",
            "A scan fills it in.",
            "faasguard dashboard PATH\nfaasguard scan PATH --checklist --format json > checklist.json && faasguard dashboard --scan checklist.json",
        );
    };
    let text = query.get("text").trim().to_lowercase();
    let verdict = query.get("verdict");
    let is_asked = |it: &&Row| {
        (text.is_empty() || it.function.to_lowercase().contains(&text))
            && (verdict.is_empty() || it.cells.iter().any(|it| it.verdict == verdict))
    };
    let mut chosen: Vec<&Row> = checklist.functions.iter().filter(is_asked).collect();
    let failed = |row: &&Row| row.cells.iter().filter(|it| it.verdict == "fail").count();
    chosen.sort_by_key(|row| std::cmp::Reverse(failed(row)));
    let paged = Paged::with_rows(query, chosen.len(), FUNCTIONS);
    let totals = checklist.totals;
    let verdicts = [
        ("", "any"),
        ("fail", "something broken"),
        ("not-known", "something not known"),
        ("pass", "something kept"),
    ];
    html! {
        (heading("Checklist", &html! {
            (totals.pass) " kept, " (totals.fail) " broken, " (totals.not_known) " not known, " (totals.not_applicable) " not applicable"
        }))
        form.filters method="get" action="/checklist" role="search" {
            (search(query.get("text")))
            (select("verdict", "With", verdict, &verdicts))
            button type="submit" { "Show" }
            a href="/checklist" { "Clear" }
        }
        (paged.status("functions, most broken practices first"))
        @for row in chosen.get(paged.first..paged.end).unwrap_or_default() {
            details.panel open[chosen.len() <= 4] {
                summary { strong { (T(&row.function)) } " " span.faint { (failed(row)) " broken" } }
                p { (function_link(&row.function)) }
                (table(checklist.items.iter().map(|it| (it.group.as_str(), it.title.as_str())), row))
            }
        }
        (paged.pager("/checklist", query))
    }
}

fn table<'a>(items: impl Iterator<Item = (&'a str, &'a str)>, row: &Row) -> Markup {
    let cell = |title: &str| row.cells.iter().find(|it| it.item == title);
    html! {
        div.wide { table.rows {
            thead { tr { th scope="col" { "Group" } th scope="col" { "Practice" } th scope="col" { "Verdict" } th scope="col" { "Rules" } th scope="col" { "Why" } } }
            tbody {
                @for (group, title) in items {
                    tr { td { (T(group)) } td { (T(title)) }
                        @match cell(title) {
                            Some(cell) => { td { (verdict_mark(cell)) } td { (rules(cell)) }
                                td { (words(&cell.note)) @if let Some(place) = &cell.place { " " (crate::html::place_text(place)) } } },
                            None => { td { span.doubt { "not known" } } td {} td {} },
                        }
                    }
                }
            }
        } }
    }
}

fn rules(cell: &Cell) -> Markup {
    html! { @for rule in cell.rules.iter().take(6) { a href=(link("/findings", &[("rule", rule)])) { (T(rule)) } " " } }
}

fn verdict_mark(cell: &Cell) -> Markup {
    match cell.verdict.as_str() {
        "pass" => html! { span.good { "✓ kept" } },
        "fail" => html! { span.bad { "✗ broken" } },
        "not-applicable" => html! { span.faint { "– not applicable" } },
        _ => html! { span.doubt { "? not known" } },
    }
}
