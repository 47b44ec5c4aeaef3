//! The permissions of one function: granted, needed, used, and what is to become of each; what would be written.

use maud::{Markup, html};

use crate::{
    Site,
    documents::{Grant, PolicyWrites, Principal, Privileges, Used},
    html::{T, function_link, heading, number, words},
    query::link,
};

/// Rows of the table, lines of a change.
const MOST: usize = 400;
const MOST_LINES: usize = 2_000;

/// What is to become of a permission.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Verdict {
    /// Granted and not needed.
    Remove,
    /// Granted on more than is needed, or by a wildcard of which a part is needed.
    Narrow,
    /// Needed and not granted.
    Add,
    /// Granted as it is needed.
    Keep,
}

impl Verdict {
    fn word(self) -> &'static str {
        match self {
            Self::Remove => "remove",
            Self::Narrow => "narrow",
            Self::Add => "add",
            Self::Keep => "keep",
        }
    }
}

/// A row of the table.
struct Row<'p> {
    action: &'p str,
    resource: &'p str,
    /// What of it is needed; empty when nothing is.
    needed: Vec<&'p str>,
    verdict: Verdict,
    /// How often, and when last.
    used: Option<(u64, Option<&'p str>)>,
}

/// Granted, needed, used, and the verdict, of every permission of a function.
pub(crate) fn matrix(site: &Site, of: &Privileges) -> Markup {
    let seen = seen(site, &of.function);
    let has_trail = !seen.is_empty() || of.grants.iter().any(|it| trail_of(it).is_some());
    let rows = rows(of, &seen);
    let mark = |holds: bool| html! { @if holds { "yes" } @else { span.faint { "no" } } };
    html! {
        section.panel {
            h2 { "Granted, needed, used" }
            @if !has_trail { p.faint { "Use is not known: no trail was given (" code { "--usage" } ", or " code { "iam generate --trail" } "). It decides nothing here." } }
            @if rows.is_empty() { p { "Nothing is granted or needed, as far as is known." } }
            @else { div.wide { table.rows {
                thead { tr { th scope="col" { "Action" } th scope="col" { "Resource" } th scope="col" { "Granted" } th scope="col" { "Needed" } th scope="col" { "Used" } th scope="col" { "So" } } }
                tbody { @for row in rows.iter().take(MOST) { tr {
                    td.whole { code { (T(row.action)) } } td { code { (T(row.resource)) } }
                    td { (mark(row.verdict != Verdict::Add)) }
                    td { @if row.verdict == Verdict::Narrow { "in part: " @for (at, it) in row.needed.iter().take(8).enumerate() { @if at > 0 { ", " } code { (T(it)) } } }
                        @else { (mark(row.verdict != Verdict::Remove)) } }
                    td { (use_of(row, has_trail)) }
                    td { (said(row, of.complete)) }
                } } }
            } } }
            @if rows.len() > MOST { p.faint { (number(rows.len() - MOST)) " more" } }
        }
    }
}

fn use_of(row: &Row<'_>, has_trail: bool) -> Markup {
    html! {
        @match row.used {
            Some((count, last)) => { (count) " times" @if let Some(last) = last { ", last " (T(last)) } }
            None if has_trail => span.faint { "not seen" },
            None => span.faint { "not known" },
        }
    }
}

fn said(row: &Row<'_>, is_whole: bool) -> Markup {
    let class = match row.verdict {
        Verdict::Remove | Verdict::Narrow => "danger",
        Verdict::Add => "doubt",
        Verdict::Keep => "",
    };
    html! {
        span class=(class) { (row.verdict.word()) }
        @if row.verdict == Verdict::Remove && row.used.is_some() {
            span.rule { "a trail saw it used, though nothing here asks for it: find out what does, first" }
        } @else if row.verdict == Verdict::Remove && !is_whole {
            span.rule { "unless what is not known of the needs asks for it" }
        }
    }
}

/// Actions that a trail saw the function do: of principals whose sessions have its name.
fn seen<'p>(site: &'p Site, function: &str) -> Vec<&'p Used> {
    let is_of =
        |principal: &&Principal| {
            principal.sessions.some.iter().any(|session| {
                session == function || session.split('-').any(|part| part == function)
            })
        };
    let principals = site.given.usage.iter().flat_map(|it| &it.principals);
    principals.filter(is_of).flat_map(|it| &it.actions).filter(|it| it.count > 0).collect()
}

fn rows<'p>(of: &'p Privileges, seen: &[&'p Used]) -> Vec<Row<'p>> {
    let used = |action: &str| {
        let all = || seen.iter().filter(|it| covers(action, &it.action));
        let last = all().filter_map(|it| it.last.as_deref()).max();
        let count: u64 = all().map(|it| it.count).sum();
        (count > 0).then_some((count, last))
    };
    let grant = |it: &'p Grant, verdict: Verdict| Row {
        action: &it.action,
        resource: &it.resource,
        needed: Vec::new(),
        verdict,
        used: trail_of(it).or_else(|| used(&it.action)),
    };
    let is_in = |list: &[Grant], it: &Grant| {
        list.iter().any(|other| other.action == it.action && other.resource == it.resource)
    };
    let needed = of
        .grants
        .iter()
        .map(|it| grant(it, if is_in(&of.missing, it) { Verdict::Add } else { Verdict::Keep }));
    let added = of.missing.iter().filter(|it| !is_in(&of.grants, it));
    let added = added.map(|it| grant(it, Verdict::Add));
    let granted = of.unused.iter().chain(&of.broader).map(|it| Row {
        action: &it.action,
        resource: &it.resource,
        needed: it.needed.iter().map(String::as_str).collect(),
        verdict: if it.needed.is_empty() { Verdict::Remove } else { Verdict::Narrow },
        used: used(&it.action),
    });
    let mut rows: Vec<_> = granted.chain(added).chain(needed).collect();
    rows.sort_by_key(|row| row.verdict);
    rows
}

/// What the trail of `iam generate` saw of a grant.
fn trail_of(grant: &Grant) -> Option<(u64, Option<&str>)> {
    let reasons = grant.reasons.iter().filter(|it| it.source == "trail");
    let mut seen = reasons.map(|it| (it.count.unwrap_or(1), it.last_used.as_deref()));
    let first = seen.next()?;
    Some(seen.fold(first, |one, other| (one.0.saturating_add(other.0), one.1.max(other.1))))
}

/// Whether an action that may have `*` takes in another; letters of either case.
fn covers(pattern: &str, action: &str) -> bool {
    let (pattern, action) = (pattern.to_ascii_lowercase(), action.to_ascii_lowercase());
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| action.strip_prefix(first)) else {
        return false;
    };
    let parts: Vec<&str> = parts.collect();
    let Some((last, middle)) = parts.split_last() else { return rest.is_empty() };
    for part in middle {
        let Some((_, behind)) = rest.split_once(part) else { return false };
        rest = behind;
    }
    rest.ends_with(last)
}

/// The policy that the function needs, as it would be written, and what becomes of the one that stands there.
pub(crate) fn exact_policy(site: &Site, of: &Privileges) -> Markup {
    let text = serde_json::to_string_pretty(&of.policy).unwrap_or_default();
    let writes = site.given.policy_writes.iter().filter(|it| it.template == of.template);
    let mut outcomes = writes.flat_map(|it| &it.functions);
    let outcome = outcomes.find(|(name, _)| *name == of.function);
    html! {
        @if of.policy.is_object() {
            section.panel {
                h2 { "The exact policy" }
                @if let Some((_, said)) = outcome {
                    p { code { "iam generate --write" } ": " (words(said)) ". "
                        a href=(link("/permissions", &[("template", &of.template)])) { "What would change in " (T(&of.template)) } }
                }
                details { summary { "As JSON" }
                    pre.code tabindex="0" { @for line in text.lines().take(MOST_LINES) { span.row { (T(line)) } } } }
            }
        }
    }
}

/// What `iam generate --write` would change in a template.
pub(crate) fn template(site: &Site, name: &str) -> Markup {
    let found = site.given.policy_writes.iter().find(|it| it.template == name);
    html! {
        (heading("Permissions", &html! { "what " code { "faasguard iam generate --write" } " would do to " (T(name)) }))
        @match found {
            None => p.notice { "It was not worked out what would be written: that is done for templates of a PATH that is scanned, up to 500 functions." },
            Some(writes) => {
                section.panel { h2 { "Change" } (change(site, writes)) }
                section.panel { h2 { "Functions" }
                    ul { @for (function, said) in writes.functions.iter().take(MOST) { li {
                        a href=(link("/permissions", &[("function", function)])) { (T(function)) } ": " (words(said)) " · " (function_link(function)) } } } }
            }
        }
    }
}

/// A unified diff; lines that hold a secret are not shown.
fn change(site: &Site, writes: &PolicyWrites) -> Markup {
    let mut line = 0;
    let mut drawn = Vec::new();
    // Behind the two lines that name the file.
    for text in writes.diff.lines().skip(2).take(MOST_LINES) {
        if let Some(head) = text.strip_prefix("@@ -") {
            let digits: String = head.chars().take_while(char::is_ascii_digit).collect();
            line = digits.parse().unwrap_or(0);
            drawn.push(("row faint", text, false));
            continue;
        }
        let is_new = text.starts_with('+');
        let class = match text.chars().next() {
            Some('+') => "row plus",
            Some('-') => "row minus",
            _ => "row",
        };
        drawn.push((class, text, !is_new && site.index.is_secret(&writes.template, line)));
        line += u32::from(!is_new);
    }
    html! {
        @if writes.diff.is_empty() { p { "Nothing: each policy is exact already, or left alone for the reason below." } }
        @else { pre.code tabindex="0" { @for (class, text, is_secret) in drawn {
            span class=(class) { @if is_secret { em { "a line with a secret, not shown" } } @else { (T(text)) } }
        } } }
    }
}

#[cfg(test)]
mod tests {
    use super::covers;

    #[test]
    fn a_wildcard_takes_in_what_it_names() {
        for (pattern, action, expected) in [
            ("dynamodb:*", "dynamodb:PutItem", true),
            ("*", "s3:GetObject", true),
            ("s3:Get*", "s3:GetObject", true),
            ("s3:get*", "S3:GETOBJECT", true),
            ("s3:Get*Acl", "s3:GetObjectAcl", true),
            ("s3:Get*Acl", "s3:GetObject", false),
            ("s3:*Object*Acl", "s3:PutObjectVersionAcl", true),
            ("s3:GetObject", "s3:GetObjectAcl", false),
            ("s3:GetObjectAcl", "s3:GetObject", false),
            ("s3:Put*", "s3:GetObject", false),
        ] {
            assert_eq!(covers(pattern, action), expected, "{pattern} {action}");
        }
    }
}
