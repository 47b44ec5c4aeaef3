//! What the lake answers to its named questions.

use maud::{Markup, html};

use crate::{
    Query, Site,
    html::{T, heading, not_given, number, words},
};

/// Rows of one answer.
const MOST: usize = 200;

pub(crate) fn draw(site: &Site, query: &Query) -> Markup {
    let Some(tables) = &site.given.lake else {
        return not_given(
            "Lake",
            "Months of audit events in a lake answer its named questions.",
            "faasguard lake import LOGS --lake DIR\nfaasguard dashboard --lake DIR",
        );
    };
    html! {
        (heading("Lake", &html! { "answers of its named questions, asked " (T(&site.given.lake_asked)) }))
        @if is_asked(site, query) {
            p.notice role="status" { "The lake is being asked again; the answers below are the older ones until it has answered." }
        } @else {
            form.filters method="post" action="/lake/ask" { button type="submit" { "Ask again" } }
        }
        @for table in tables {
            section.panel {
                div.head { h2 { (T(&table.question)) } p { code { (T(&table.name)) } } }
                @if let Some(fault) = &table.fault { p.notice { "Not answered: " (words(fault)) } }
                @else if table.rows.is_empty() { p { "No row." } }
                @else {
                    div.wide { table.rows {
                        thead { tr { @for it in &table.columns { th scope="col" { (T(it)) } } } }
                        tbody { @for row in table.rows.iter().take(MOST) { tr { @for it in row { td { (T(it)) } } } } }
                    } }
                    @let more = table.rows.len().saturating_sub(MOST) + table.beyond;
                    @if more > 0 { p.faint { (number(more)) " more: " code { "faasguard lake query --name " (T(&table.name)) } } }
                }
            }
        }
    }
}

/// Whether the lake is being asked again for the one who sees this page: the state is still that of the wish.
pub(crate) fn is_asked(site: &Site, query: &Query) -> bool {
    site.given.lake.is_some() && query.get("asked").parse() == Ok(site.version())
}
