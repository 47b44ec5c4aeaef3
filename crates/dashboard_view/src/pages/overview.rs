//! What is worst, and what nobody looked at.

use finding::{RISKS, Severity};
use maud::{Markup, html};

use crate::{
    Site,
    html::{T, heading, not_given, number, severity_bar, severity_class, words},
    pages::findings::short_rows,
    query::link,
    site::Reached,
};

/// Findings that are shown here.
const WORST: usize = 8;

pub(crate) fn draw(site: &Site) -> Markup {
    let Some(scan) = &site.given.scan else {
        return html! {
            (not_given("Overview", "A scan says what is worst.", "faasguard dashboard PATH\nfaasguard scan PATH -o scan.json && faasguard dashboard --scan scan.json"))
            (moments(site))
        };
    };
    let index = &site.index;
    html! {
        (heading("Overview", &html! {
            (number(scan.summary.functions)) " functions, " (number(index.open.len())) " open findings, "
            (number(index.accepted.len())) " accepted"
            @if let Some(closed) = &scan.closed { ", " a href="/findings#closed" { (number(closed.len())) " closed" } " since the earlier result" }
        }))
        (lost(site))
        div.summary {
            section.panel {
                h2 { "By severity" }
                div.cards {
                    @for (severity, count) in Severity::ALL.into_iter().zip(index.total) {
                        a class=(format!("card {}", severity_class(severity))) href=(link("/findings", &[("severity", severity.as_str())])) {
                            span.number { (number(count)) }
                            span.name { (severity.as_str()) }
                        }
                    }
                }
                (exposure(site))
            }
            section.panel {
                h2 { "By risk" }
                (risks(site))
            }
        }
        section.panel {
            div.head {
                h2 { "Worst first" }
                p { a href="/findings" { "all findings" } " · " a href="/findings?path=yes" { "those on an attack path" } }
            }
            (short_rows(site, &index.open.iter().take(WORST).copied().collect::<Vec<_>>()))
        }
        (moments(site))
    }
}

fn risks(site: &Site) -> Markup {
    let counts = &site.index.risks;
    let most = counts.iter().map(|it| it.iter().sum::<usize>()).max().unwrap_or_default();
    html! {
        ul.risks {
            @for (risk, counts) in RISKS.iter().zip(counts) {
                @let id = format!("SAS-{}", risk.number);
                @let sum = counts.iter().sum::<usize>();
                li {
                    a.risk href=(link("/findings", &[("risk", &id)])) title=(risk.summary) {
                        span.id { (id) }
                        span.title { (risk.title) }
                        (severity_bar(*counts, most))
                        span.count { (number(sum)) }
                    }
                }
            }
        }
    }
}

/// How many functions are reached from where.
fn exposure(site: &Site) -> Markup {
    html! {
        h3 { "Functions by who reaches them" }
        ul.facts {
            @for (reached, word, shown) in Reached::ALL {
                @let count = site.index.reached.iter().filter(|it| **it == reached).count();
                @if count > 0 {
                    li { a href=(link("/functions", &[("exposure", word)])) { b { (number(count)) } " " (shown) } }
                }
            }
        }
    }
}

/// What was not looked at; said before anything good is.
pub(crate) fn lost(site: &Site) -> Markup {
    let Some(scan) = &site.given.scan else { return html! {} };
    let summary = scan.summary;
    let parts = [
        (summary.files_not_scanned, "files were not scanned"),
        (summary.files_in_part, "files were read in part"),
        (summary.functions_without_code, "functions have no code here"),
        (summary.components_not_looked_up, "packages were not looked up in an index of advisories"),
        (summary.undetermined, "checks hang on values that only deployment knows"),
    ];
    html! {
        @if parts.iter().any(|(count, _)| *count > 0) {
            p.notice { strong { "Not looked at: " }
                @for (at, (count, what)) in parts.iter().filter(|it| it.0 > 0).enumerate() {
                    @if at > 0 { ", " } (number(*count)) " " (what)
                }
                ". " a href="/inputs" { "Which ones" }
            }
        }
    }
}

/// The other moments of an application, in one line each.
fn moments(site: &Site) -> Markup {
    let given = &site.given;
    let index = &site.index;
    let rows: [(&str, &str, Option<String>); 7] = [
        (
            "/permissions",
            "Permissions",
            given.permissions.as_ref().map(|it| {
                let unused = it.functions.iter().map(|it| it.unused.len()).sum();
                format!("{} grants that no function needs", number(unused))
            }),
        ),
        ("/guard", "Guard", given.guard.as_ref().map(|it| format!("{} events", number(it.len())))),
        (
            "/alerts",
            "Alerts",
            given.alerts.as_ref().map(|it| {
                format!("{} alerts, {} incidents", number(it.len()), number(index.incidents.len()))
            }),
        ),
        (
            "/metrics",
            "Metrics",
            given.metrics.as_ref().map(|it| {
                let odd = it.iter().map(|it| it.alerts.len()).sum();
                format!("{} series, {} anomalies", number(it.len()), number(odd))
            }),
        ),
        (
            "/chains",
            "Call chains",
            given.chains.as_ref().map(|it| {
                let faulty = it.traces.iter().filter(|it| it.is_faulty()).count();
                format!("{} traces, {} with an error", number(it.traces.len()), number(faulty))
            }),
        ),
        (
            "/lake",
            "Lake",
            given.lake.as_ref().map(|it| {
                let rows = it.iter().map(|it| it.rows.len() + it.beyond).sum();
                let lost = it.iter().filter(|it| it.fault.is_some()).count();
                format!(
                    "{} rows, {lost} questions not answered, asked {}",
                    number(rows),
                    given.lake_asked
                )
            }),
        ),
        (
            "/checklist",
            "Checklist",
            given.checklist.as_ref().map(|it| {
                format!(
                    "{} kept, {} broken, {} not known",
                    it.totals.pass, it.totals.fail, it.totals.not_known
                )
            }),
        ),
    ];
    html! {
        section.panel {
            h2 { "The other moments" }
            dl.facts2 {
                @for (address, word, said) in rows {
                    dt { a href=(address) { (word) } }
                    dd { @match said { Some(said) => (T(&said)), None => span.faint { "not given, not looked at" } } }
                }
            }
        }
    }
}

/// What was given, what of it was not read.
pub(crate) fn inputs(site: &Site) -> Markup {
    let diagnostics = site.given.scan.as_ref().map_or(&[][..], |it| &it.diagnostics);
    html! {
        (heading("Inputs", &html! { "what was given, and what of it could not be read" }))
        (lost(site))
        section.panel {
            h2 { "Given" }
            @if site.inputs.is_empty() { p { "Nothing." } }
            table { thead { tr { th scope="col" { "Input" } th scope="col" { "Taken as" } } }
                tbody { @for (name, what) in &site.inputs { tr { td { (T(name)) } td { (T(what)) } } } }
            }
            @if !site.remarks.is_empty() {
                h2 { "Not read, or not whole" }
                ul.lost { @for remark in &site.remarks { li { (words(remark)) } } }
            }
        }
        section.panel {
            h2 { "What the scan says it did not see" }
            @if diagnostics.is_empty() {
                p { @if site.given.scan.is_some() { "The scan has no remark." } @else { "No scan was given." } }
            }
            ul.lost {
                @for it in diagnostics.iter().take(1_000) {
                    li { span class=(format!("word {}", if it.level == "error" { "error" } else { "warning" })) { (T(&it.level)) } " "
                        span.place { (T(&it.file)) @if it.line > 0 { ":" (it.line) } } " " (words(&it.message)) }
                }
            }
            @if diagnostics.len() > 1_000 { p.faint { (number(diagnostics.len() - 1_000)) " more" } }
        }
    }
}

pub(crate) fn not_found() -> Markup {
    html! {
        (heading("Not found", &html! { "there is no such page" }))
        p { a href="/" { "Overview" } }
    }
}
