//! What all pages are made of: the frame, texts of inputs made harmless, lists in pages.

use finding::Severity;
use maud::{DOCTYPE, Markup, PreEscaped, Render, html};

use crate::{
    ROWS,
    documents::Place,
    query::{Query, link},
};

/// Longest text that is drawn, in characters.
const LONGEST_TEXT: usize = 2_000;

/// Text of an input: visible, escaped, of a length that can be drawn.
pub(crate) struct T<'a>(pub(crate) &'a str);

impl Render for T<'_> {
    fn render_to(&self, buffer: &mut String) {
        let text = match self.0.char_indices().nth(LONGEST_TEXT) {
            Some((end, _)) => self.0.get(..end).unwrap_or_default(),
            None => self.0,
        };
        report::visible(text).as_ref().render_to(buffer);
        if text.len() < self.0.len() {
            buffer.push('…');
        }
    }
}

/// Text in which back-ticks mark what is code.
pub(crate) fn words(text: &str) -> Markup {
    let count = text.matches('`').count();
    html! {
        @for (at, part) in text.split('`').enumerate() {
            @if at % 2 == 1 && at < count { code { (T(part)) } }
            @else if at % 2 == 1 { "`" (T(part)) }
            @else { (T(part)) }
        }
    }
}

/// The pages that the menu names: address, word.
pub(crate) const MENU: [(&str, &str); 13] = [
    ("/", "Overview"),
    ("/functions", "Functions"),
    ("/findings", "Findings"),
    ("/graph", "Graph"),
    ("/permissions", "Permissions"),
    ("/packages", "Packages"),
    ("/checklist", "Checklist"),
    ("/guard", "Guard"),
    ("/alerts", "Alerts"),
    ("/metrics", "Metrics"),
    ("/chains", "Call chains"),
    ("/lake", "Lake"),
    ("/inputs", "Inputs"),
];

/// What the frame of a page says beside its body.
pub(crate) struct Frame<'a> {
    pub(crate) title: &'a str,
    /// Address of the entry of the menu.
    pub(crate) menu: &'a str,
    pub(crate) root: &'a str,
    pub(crate) tool: &'a str,
    /// Number of the state that is shown; grows when files change.
    pub(crate) version: u64,
    pub(crate) follows: bool,
    /// Whether the page looks for a next state and shows it.
    pub(crate) reloads: bool,
}

pub(crate) fn page(frame: &Frame<'_>, body: &Markup) -> String {
    let version = frame.version.to_string();
    html! {
        (DOCTYPE)
        html lang="en" data-version=(version) data-follow=[frame.reloads.then_some("yes")] {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width,initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (frame.title) " · faasguard" }
                link rel="icon" href="/assets/icon.svg";
                link rel="stylesheet" href="/assets/dashboard.css";
                script src="/assets/dashboard.js" {}
            }
            body {
                a.skip href="#main" { "To the content" }
                header.top {
                    div.bar-top {
                        a.brand href="/" { img src="/assets/icon.svg" alt="" width="26" height="26"; "faasguard" }
                        span.root title="what was scanned" { (T(frame.root)) }
                        @if frame.follows { span.live { "following" } }
                        button #theme type="button" aria-label="switch between dark and light" { "Theme" }
                    }
                    nav aria-label="Pages" {
                        ul.menu {
                            @for (address, word) in MENU {
                                li {
                                    a href=(address) aria-current=[(address == frame.menu).then_some("page")] { (word) }
                                }
                            }
                        }
                    }
                }
                main #main tabindex="-1" { (body) }
                footer {
                    "faasguard " (T(frame.tool)) " · " kbd { "/" } " search · " kbd { "j" } " " kbd { "k" } " rows · "
                    kbd { "n" } " " kbd { "p" } " next and previous page · nothing here leaves this machine"
                }
            }
        }
    }
    .into_string()
}

/// Heading of a page with one sentence.
pub(crate) fn heading(title: &str, about: &Markup) -> Markup {
    html! { div.head { h1 { (title) } p.about { (about) } } }
}

/// What a page says when its input was not given: what to give, and that nothing was looked at.
pub(crate) fn not_given(title: &str, what: &str, command: &str) -> Markup {
    html! {
        (heading(title, &html! { "not looked at" }))
        div.panel.empty {
            p { strong { "Nothing was given." } " " (words(what)) }
            pre.code { (command) }
            p.faint { "This is not an all-clear: what was not given was not looked at." }
        }
    }
}

/// A severity as a pill.
pub(crate) fn pill(severity: Severity) -> Markup {
    html! { span class=(format!("pill {}", severity_class(severity))) { (severity.as_str()) } }
}

pub(crate) fn severity_class(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "s3",
        Severity::High => "s2",
        Severity::Medium => "s1",
        Severity::Low => "s0",
    }
}

/// The word of a level of Sigma or of a metric as a pill.
pub(crate) fn level_pill(word: &str) -> Markup {
    let severity = word.parse::<Severity>();
    severity.map_or_else(|_| html! { span.pill.none { (T(word)) } }, pill)
}

/// `template.yaml:14`
pub(crate) fn place_text(place: &Place) -> Markup {
    html! { span.place { (T(&place.file)) @if place.line > 0 { ":" (place.line) } } }
}

/// A link to a function.
pub(crate) fn function_link(name: &str) -> Markup {
    html! { a href=(link("/functions", &[("name", name)])) { (T(name)) } }
}

/// A count with commas: `100,000`.
pub(crate) fn number(count: usize) -> String {
    let digits = count.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// One page of a list.
pub(crate) struct Paged {
    /// First row, from 0.
    pub(crate) first: usize,
    /// Behind the last row.
    pub(crate) end: usize,
    pub(crate) total: usize,
    page: usize,
    pages: usize,
}

impl Paged {
    /// The page that a query asks for, of a list of so many rows.
    pub(crate) fn of(query: &Query, total: usize) -> Self {
        Self::with_rows(query, total, ROWS)
    }

    pub(crate) fn with_rows(query: &Query, total: usize, rows: usize) -> Self {
        let pages = total.div_ceil(rows).max(1);
        let page = query.number("page").clamp(1, pages);
        let first = (page - 1) * rows;
        Self { first, end: (first + rows).min(total), total, page, pages }
    }

    /// Links to the other pages, and where this one is.
    pub(crate) fn pager(&self, path: &str, query: &Query) -> Markup {
        let to = |page: usize| query.with("page", &page.to_string()).link(path);
        html! {
            @if self.pages > 1 {
                nav.pager aria-label="Pages of the list" {
                    @if self.page > 1 {
                        a href=(to(1)) { "First" }
                        a rel="prev" href=(to(self.page - 1)) { "Previous" }
                    }
                    span { "Page " (number(self.page)) " of " (number(self.pages)) }
                    @if self.page < self.pages {
                        a rel="next" href=(to(self.page + 1)) { "Next" }
                        a href=(to(self.pages)) { "Last" }
                    }
                }
            }
        }
    }

    /// `1 to 100 of 4,200 findings`
    pub(crate) fn status(&self, what: &str) -> Markup {
        html! {
            p.status role="status" {
                @if self.total == 0 { "no " (what) }
                @else { (number(self.first + 1)) " to " (number(self.end)) " of " (number(self.total)) " " (what) }
            }
        }
    }
}

/// A choice of a form.
pub(crate) fn select(name: &str, label: &str, chosen: &str, choices: &[(&str, &str)]) -> Markup {
    html! {
        label { (label)
            select name=(name) {
                @for (value, word) in choices {
                    option value=(T(value)) selected[*value == chosen] { (T(word)) }
                }
            }
        }
    }
}

/// A field for words, to which `/` goes.
pub(crate) fn search(value: &str) -> Markup {
    html! {
        label { "Search" input #text type="search" name="text" value=(T(value)) autocomplete="off"; }
    }
}

/// A bar whose parts are counts of severities, worst first, of a width of `most`.
pub(crate) fn severity_bar(counts: [usize; 4], most: usize) -> Markup {
    let scale = 200.0 / as_f64(most.max(1));
    let mut left = 0.0;
    let mut parts = Vec::new();
    for (count, class) in counts.into_iter().zip(["s3", "s2", "s1", "s0"]) {
        let width = as_f64(count) * scale;
        if count > 0 {
            parts.push((left, width.max(1.0), class));
        }
        left += width;
    }
    html! {
        svg.sbar viewBox="0 0 200 10" preserveAspectRatio="none" aria-hidden="true" {
            @for (x, width, class) in parts {
                rect x=(decimal(x)) y="0" width=(decimal(width)) height="10" class=(class) {}
            }
        }
    }
}

/// Counts of pictures, exact below 2^53.
#[expect(clippy::cast_precision_loss, reason = "a length on a page")]
pub(crate) fn as_f64(count: usize) -> f64 {
    count as f64
}

/// A length of a drawing.
pub(crate) fn decimal(value: f64) -> PreEscaped<String> {
    PreEscaped(format!("{value:.1}"))
}

/// `1.25 s`, `12.5 ms`, `80 µs`
#[expect(clippy::cast_precision_loss, reason = "a time that is shown in three digits")]
pub(crate) fn duration(us: i64) -> String {
    let value = us as f64;
    if us >= 1_000_000 {
        format!("{:.2} s", value / 1e6)
    } else if us >= 1_000 {
        format!("{:.1} ms", value / 1e3)
    } else {
        format!("{us} µs")
    }
}
