//! Lines of files around a place.

use maud::{Markup, html};

use crate::{Site, SourceLines, documents::Place, html::T};

/// Lines of a place that are shown at most.
const LONGEST_PLACE: u32 = 20;
/// Longest line, in characters.
const LONGEST_LINE: usize = 400;

/// The lines of a place with some around it, what is meant marked; lines that hold a secret are not shown.
pub(crate) fn around(site: &Site, source: &dyn SourceLines, place: &Place, around: u32) -> Markup {
    if place.line == 0 || place.file.is_empty() {
        return html! {};
    }
    let end = place.end_line.clamp(place.line, place.line.saturating_add(LONGEST_PLACE));
    let first = place.line.saturating_sub(around).max(1);
    let found = source.lines(&place.file, first, end.saturating_add(around));
    let Some(found) = found.filter(|it| !it.is_empty()) else {
        return html! {
            @if !source.is_given() {
                p.faint { "Lines are shown when the folder that was scanned is given: " code { "--root DIR" } }
            } @else {
                p.faint { "The file is not below the folder that was given, or cannot be read." }
            }
        };
    };
    html! {
        pre.code tabindex="0" {
            @for (line, number) in found.iter().zip(first..) {
                @let is_meant = (place.line..=end).contains(&number);
                span class=(if is_meant { "row at" } else { "row" }) {
                    span.n { (number) }
                    @if site.index.is_secret(&place.file, number) { em { "a line with a secret, not shown" } }
                    @else { (marked(line, number, place, is_meant)) }
                }
            }
        }
    }
}

/// A line with the columns of the place marked.
fn marked(line: &str, number: u32, place: &Place, is_meant: bool) -> Markup {
    let chars: Vec<char> = line.chars().take(LONGEST_LINE).collect();
    let at = |column: u32| (column.max(1) as usize - 1).min(chars.len());
    let (from, to) = if is_meant {
        let from = if number == place.line { at(place.column) } else { 0 };
        let is_last = number == place.end_line && place.end_column > 0;
        (from, if is_last { at(place.end_column) } else { chars.len() })
    } else {
        (0, 0)
    };
    let text =
        |from: usize, to: usize| chars.get(from..to).unwrap_or_default().iter().collect::<String>();
    html! {
        @if from < to { (T(&text(0, from))) mark { (T(&text(from, to))) } (T(&text(to, chars.len()))) }
        @else { (T(&text(0, chars.len()))) }
    }
}
