//! Findings: a list that is filtered and paged, and one with its lines and its trace.

use finding::{RISKS, Severity};
use maud::{Markup, html};

use crate::{
    Query, ROWS, Site, SourceLines,
    documents::Finding,
    html::{
        Paged, T, function_link, heading, level_pill, not_given, number, pill, place_text, search,
        select, words,
    },
    pages::lines,
    query::link,
};

/// Evidence of one finding that is listed.
const MOST_EVIDENCE: usize = 50;

pub(crate) fn list(site: &Site, query: &Query) -> Markup {
    if site.given.scan.is_none() {
        return not_given("Findings", "A scan finds them.", "faasguard dashboard PATH");
    }
    let chosen = choose(site, query);
    let paged = Paged::of(query, chosen.len());
    html! {
        (heading("Findings", &html! { "worst first; those on an attack path before others" }))
        (super::overview::lost(site))
        (filters(site, query))
        (paged.status("findings"))
        (rows(site, chosen.get(paged.first..paged.end).unwrap_or_default()))
        (paged.pager("/findings", query))
        (closed(site))
    }
}

/// What an earlier result had and this one does not.
fn closed(site: &Site) -> Markup {
    let closed = site.given.scan.as_ref().and_then(|it| it.closed.as_deref());
    html! {
        @if let Some(closed) = closed {
            section.panel #closed {
                h2 { "Closed since the earlier result" }
                @if closed.is_empty() { p { "None." } } @else {
                    div.wide { table.rows {
                        thead { tr { th scope="col" { "Severity" } th scope="col" { "Finding" } th scope="col" { "Function" } th scope="col" { "Stood at" } th scope="col" { "Known since" } } }
                        tbody { @for it in closed.iter().take(ROWS) { tr {
                            td { (level_pill(&it.severity)) }
                            td { span.message { (words(&it.message)) } span.rule { (T(&it.rule)) " " (T(&it.name)) } }
                            td { @if let Some(name) = &it.function { (function_link(name)) } }
                            td { span.place { (T(&it.file)) @if it.line > 0 { ":" (it.line) } } }
                            td { (T(it.since.as_deref().unwrap_or("not known"))) }
                        } } }
                    } }
                    @if closed.len() > ROWS { p.faint { (number(closed.len() - ROWS)) " more" } }
                }
            }
        }
    }
}

/// Numbers of the findings that a query asks for, worst first.
fn choose(site: &Site, query: &Query) -> Vec<usize> {
    let index = &site.index;
    let findings = site.findings();
    let severity = query.get("severity").parse::<Severity>().ok();
    let (risk, rule, function) = (query.get("risk"), query.get("rule"), query.get("function"));
    let text = query.get("text").trim().to_lowercase();
    let on_path = query.is("path", "yes");
    let evidence = query.get("evidence");
    let is_asked = |number: &usize| {
        let Some(finding) = findings.get(*number) else { return false };
        severity.is_none_or(|it| it == finding.severity)
            && (risk.is_empty() || risk == finding.risk)
            && (rule.is_empty() || rule == finding.rule)
            && (function.is_empty() || finding.function.as_deref() == Some(function))
            && (!on_path || !finding.path.is_empty())
            && (evidence.is_empty() || finding.evidence().iter().any(|it| it.kind == evidence))
            && (text.is_empty()
                || index.haystacks.get(*number).is_some_and(|it| it.contains(&text)))
    };
    let from: &[usize] = match query.get("accepted") {
        "only" => &index.accepted,
        _ => &index.open,
    };
    let mut chosen: Vec<usize> = from.iter().filter(|it| is_asked(it)).copied().collect();
    if query.is("accepted", "too") {
        chosen.extend(index.accepted.iter().filter(|it| is_asked(it)));
    }
    chosen
}

fn filters(site: &Site, query: &Query) -> Markup {
    let severities: Vec<(&str, &str)> = std::iter::once(("", "any"))
        .chain(Severity::ALL.iter().map(|it| (it.as_str(), it.as_str())))
        .collect();
    let risks: Vec<(String, String)> = RISKS
        .iter()
        .map(|it| (format!("SAS-{}", it.number), format!("SAS-{} {}", it.number, it.title)))
        .collect();
    let risks: Vec<(&str, &str)> = std::iter::once(("", "any"))
        .chain(risks.iter().map(|(id, words)| (id.as_str(), words.as_str())))
        .collect();
    let rules: Vec<(&str, String)> = site
        .index
        .rules
        .iter()
        .map(|(id, name, count)| (id.as_str(), format!("{id} {name} ({count})")))
        .collect();
    let rules: Vec<(&str, &str)> = std::iter::once(("", "any"))
        .chain(rules.iter().map(|(id, words)| (*id, words.as_str())))
        .collect();
    let accepted = [("", "open only"), ("too", "accepted, too"), ("only", "accepted only")];
    let ways = [("", "anywhere"), ("yes", "on an attack path")];
    let kinds: Vec<(&str, String)> = site
        .index
        .evidence
        .iter()
        .map(|(kind, count)| (kind.as_str(), format!("{} ({count})", kind.replace('-', " "))))
        .collect();
    let evidence: Vec<(&str, &str)> = std::iter::once(("", "any or none"))
        .chain(kinds.iter().map(|(kind, words)| (*kind, words.as_str())))
        .collect();
    html! {
        form.filters method="get" action="/findings" role="search" {
            @for (name, value) in query.others(&["text", "severity", "risk", "rule", "accepted", "path", "evidence", "page", "n"]) {
                input type="hidden" name=(T(name)) value=(T(value));
            }
            (search(query.get("text")))
            (select("severity", "Severity", query.get("severity"), &severities))
            (select("risk", "Risk", query.get("risk"), &risks))
            (select("rule", "Rule", query.get("rule"), &rules))
            (select("path", "Where", query.get("path"), &ways))
            @if !site.index.evidence.is_empty() { (select("evidence", "Evidence", query.get("evidence"), &evidence)) }
            (select("accepted", "Accepted", query.get("accepted"), &accepted))
            button type="submit" { "Show" }
            @if !query.get("function").is_empty() { p { "of " (function_link(query.get("function"))) } }
            a href="/findings" { "Clear" }
        }
    }
}

/// A table of findings.
pub(crate) fn rows(site: &Site, numbers: &[usize]) -> Markup {
    let findings = site.findings();
    html! {
        div.wide { table.rows {
            thead { tr { th scope="col" { "Severity" } th scope="col" { "Finding" } th scope="col" { "Function" } th scope="col" { "Place" } } }
            tbody {
                @for (number, finding) in numbers.iter().filter_map(|it| Some((it, findings.get(*it)?))) {
                    tr {
                        td { (pill(finding.severity)) }
                        td {
                            a.message href=(address(*number)) { (words(&finding.message)) }
                            span.rule { (T(&finding.rule)) " " (T(&finding.name))
                                @if !finding.path.is_empty() { " · " span.danger { "on an attack path" } }
                                @if finding.suppressed.is_some() { " · accepted" }
                                @for it in finding.evidence().iter().take(3) { " · " span.tag { (T(&it.kind.replace('-', " "))) } }
                            }
                        }
                        td { @if let Some(name) = &finding.function { (function_link(name)) } }
                        td { (place_text(&finding.place)) }
                    }
                }
            }
        } }
    }
}

/// A short list of findings.
pub(crate) fn short_rows(site: &Site, numbers: &[usize]) -> Markup {
    html! { @if numbers.is_empty() { p { "No open finding in what was looked at." } } @else { (rows(site, numbers)) } }
}

/// The address of a finding.
pub(crate) fn address(number: usize) -> String {
    link("/findings", &[("n", &number.to_string())])
}

/// One finding with its lines, its trace, its way from the internet, its fix; `None` where there is none.
pub(crate) fn one(site: &Site, query: &Query, source: &dyn SourceLines) -> Option<Markup> {
    let number = query.get("n").parse::<usize>().ok()?;
    Some(draw(site, site.findings().get(number)?, source))
}

fn draw(site: &Site, finding: &Finding, source: &dyn SourceLines) -> Markup {
    let risk = RISKS.iter().find(|it| finding.risk == format!("SAS-{}", it.number));
    html! {
        div.head {
            h1 { (words(&finding.message)) }
            p.about { (pill(finding.severity)) " " (T(&finding.rule)) " " (T(&finding.name)) ", confidence " (T(&finding.confidence))
                @if let Some(risk) = risk { " · " (risk.title) } }
        }
        @if let Some(accepted) = &finding.suppressed {
            p.notice { "Accepted (" (T(&accepted.source)) "): " (T(accepted.reason.as_deref().unwrap_or("no reason given")))
                @if let Some(until) = &accepted.until { ", until " (T(until)) } }
        }
        @if let Some(when) = &finding.when { p.notice { "Holds when " (words(when)) } }
        (evidence(finding))
        @if !finding.path.is_empty() {
            section.panel { h2 { "Attack path" }
                ol.hops { @for step in &finding.path { li { (T(step)) } } }
                @if let Some(name) = &finding.function {
                    p { a href=(link("/graph", &[("function", name)])) { "in the graph" } }
                }
            }
        }
        section.panel {
            h2 { "Where" }
            p { (place_text(&finding.place)) }
            (lines::around(site, source, &finding.place, 3))
        }
        (trace(site, finding, source))
        (remedy(finding))
        (facts(finding))
    }
}

/// What was seen beside templates and code.
fn evidence(finding: &Finding) -> Markup {
    let all = finding.evidence();
    html! {
        @if !all.is_empty() {
            section.panel { h2 { "Evidence" }
                ul.evidence { @for it in all.iter().take(MOST_EVIDENCE) { li {
                    span.tag { (T(&it.kind.replace('-', " "))) } " " (words(&it.text))
                    @if it.count.is_some() || it.first.is_some() || it.last.is_some() || it.source.is_some() {
                        span.rule {
                            @if let Some(count) = it.count { (count) " times" }
                            @if let Some(first) = &it.first { " from " (T(first)) }
                            @if let Some(last) = &it.last { " to " (T(last)) }
                            @if let Some(source) = &it.source { ", told by " (T(source)) }
                        }
                    }
                } } }
                @if all.len() > MOST_EVIDENCE { p.faint { (all.len() - MOST_EVIDENCE) " more" } }
            }
        }
    }
}

fn trace(site: &Site, finding: &Finding, source: &dyn SourceLines) -> Markup {
    html! {
        @if !finding.trace.is_empty() {
            section.panel {
                h2 { "How data gets there" }
                ol.steps {
                    @for hop in finding.trace.iter().take(50) {
                        li { (words(&hop.note)) " " (place_text(&hop.place))
                            (lines::around(site, source, &hop.place, 0)) }
                    }
                }
                @if finding.trace.len() > 50 { p.faint { (finding.trace.len() - 50) " more steps" } }
            }
        }
    }
}

fn remedy(finding: &Finding) -> Markup {
    html! {
        @if let Some(fix) = &finding.fix {
            section.panel.fix { h2 { "What to do" }
                p { (words(&fix.description)) }
                @if fix.safe { p.faint { "`faasguard fix` can do this." } }
            }
        }
    }
}

fn facts(finding: &Finding) -> Markup {
    html! {
        section.panel {
            h2 { "Facts" }
            dl.facts2 {
                @if let Some(name) = &finding.function { dt { "Function" } dd { (function_link(name)) } }
                @if let Some(it) = &finding.resource { dt { "Resource" } dd { (T(it)) } }
                @if let Some(it) = &finding.property { dt { "Property" } dd { (T(it)) } }
                @if let Some(it) = &finding.secret { dt { "Secret" } dd { (T(&it.kind)) " " (T(&it.preview)) } }
                @if let Some(it) = &finding.component {
                    dt { "Package" } dd { a href=(link("/packages", &[("purl", &it.purl)])) { (T(&it.purl)) } }
                    @if let Some(fixed) = &it.fixed { dt { "Fixed in" } dd { (T(fixed)) } }
                    @if let Some(reach) = &it.reach { dt { "Reached by the code" } dd { (T(reach)) } }
                }
                @if !finding.advisories.is_empty() { dt { "Advisories" } dd { (T(&finding.advisories.join(", "))) } }
                @if !finding.owasp.is_empty() { dt { "OWASP Serverless" } dd { (T(&finding.owasp)) } }
                @if !finding.cwe.is_empty() {
                    dt { "CWE" } dd { @for (at, cwe) in finding.cwe.iter().enumerate() { @if at > 0 { ", " } (cwe) } }
                }
                dt { "Fingerprint" } dd { code { (T(&finding.fingerprint)) } }
                dt { "Explained by" } dd { code { "faasguard explain " (T(&finding.rule)) } }
            }
        }
    }
}
