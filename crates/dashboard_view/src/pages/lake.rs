//! What the lake answers to its named questions.

use maud::{Markup, html};

use crate::{
    Site,
    html::{T, heading, not_given, number, words},
};

/// Rows of one answer.
const MOST: usize = 200;

pub(crate) fn draw(site: &Site) -> Markup {
    let Some(tables) = &site.given.lake else {
        return not_given(
            "Lake",
            "Months of audit events in a lake answer its named questions.",
            "faasguard lake import LOGS --lake DIR\nfaasguard dashboard --lake DIR",
        );
    };
    html! {
        (heading("Lake", &html! { "answers of its named questions, asked when the dashboard started" }))
        @for table in tables {
            section.panel {
                h2 { (T(&table.name)) }
                @if let Some(fault) = &table.fault { p.notice { "Not answered: " (words(fault)) } }
                @else if table.rows.is_empty() { p { "No row." } }
                @else {
                    div.wide { table.rows {
                        thead { tr { @for it in &table.columns { th scope="col" { (T(it)) } } } }
                        tbody { @for row in table.rows.iter().take(MOST) { tr { @for it in row { td { (T(it)) } } } } }
                    } }
                    @if table.rows.len() > MOST { p.faint { (number(table.rows.len() - MOST)) " more" } }
                }
            }
        }
    }
}
