//! Packages with what is known of their flaws.

use maud::{Markup, html};

use crate::{
    Query, Site,
    html::{Paged, T, function_link, heading, not_given, number, search, severity_bar},
    pages::findings,
    query::link,
};

/// The list, or one package; `None` where it is not known.
pub(crate) fn draw(site: &Site, query: &Query) -> Option<Markup> {
    let Some(scan) = &site.given.scan else {
        let said = "A scan looks at packages.";
        return Some(not_given("Packages", said, "faasguard dashboard PATH"));
    };
    let purl = query.get("purl");
    if !purl.is_empty() {
        return one(site, query, purl);
    }
    let text = query.get("text").trim().to_lowercase();
    let all = site.index.packages.iter();
    let chosen: Vec<_> =
        all.filter(|it| text.is_empty() || it.purl.to_lowercase().contains(&text)).collect();
    let most = chosen.iter().map(|it| it.counts.iter().sum::<usize>()).max().unwrap_or_default();
    let paged = Paged::of(query, chosen.len());
    Some(html! {
        (heading("Packages", &html! { (number(scan.summary.components)) " packages of functions and lock files; here are those with a finding" }))
        @match &scan.vulndb {
            Some(index) => p.status { "Looked up in " (index.advisories) " advisories of " (T(&index.date)) "." },
            None => p.notice { strong { "Known vulnerabilities were not looked up. " } "Scan with an index: "
                code { "faasguard vulndb update --db osv.db" } ", then " code { "--vulndb osv.db" } ". That nothing stands here says nothing of them." },
        }
        form.filters method="get" action="/packages" role="search" {
            (search(query.get("text"))) button type="submit" { "Show" } a href="/packages" { "Clear" }
        }
        (paged.status("packages"))
        div.wide { table.rows {
            thead { tr { th scope="col" { "Package" } th scope="col" { "Findings" } th scope="col" { "Fixed in" } th scope="col" { "Functions" } } }
            tbody { @for it in chosen.get(paged.first..paged.end).unwrap_or_default() { tr {
                td { a href=(link("/packages", &[("purl", &it.purl)])) { (T(&it.purl)) } }
                td { (severity_bar(it.counts, most)) " " (number(it.findings.len())) }
                td { (T(&it.fixed.iter().map(String::as_str).collect::<Vec<_>>().join(", "))) }
                td { @for name in it.functions.iter().take(5) { (function_link(name)) " " }
                    @if it.functions.len() > 5 { "and " (number(it.functions.len() - 5)) " more" } }
            } } }
        } }
        (paged.pager("/packages", query))
    })
}

fn one(site: &Site, query: &Query, purl: &str) -> Option<Markup> {
    let package = site.index.packages.iter().find(|it| it.purl == purl)?;
    let paged = Paged::of(query, package.findings.len());
    Some(html! {
        (heading(&report::visible(purl), &html! { "package" }))
        section.panel {
            p { "In " @for name in package.functions.iter().take(30) { (function_link(name)) " " } }
            (paged.status("findings"))
            (findings::rows(site, package.findings.get(paged.first..paged.end).unwrap_or_default()))
            (paged.pager("/packages", query))
        }
    })
}
