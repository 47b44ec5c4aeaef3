//! SAS-1.16 `cross-site-scripting`: data of an event becomes part of a page.

use finding::{Audience, Finding, RuleId, RuleInfo, Severity};
use taint::{Flow, Kind, Trust};

use crate::{
    Check, Code, Rule,
    code::{Danger, injections_where},
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 1, rule: 16 },
        name: "cross-site-scripting",
        summary: "Data of an event becomes part of a page",
        severity: Severity::Medium,
        audience: Audience::Everyone,
        cwe: &[79],
        since: "0.1.0",
        docs: include_str!("cross_site_scripting.md"),
    },
    check: Check::Code(check),
};

const DANGER: Danger = Danger {
    kind: Kind::Html,
    harm: "as part of a page: scripts in it run in the browser of whoever opens it",
    fix: "Escape the data (`html.escape`, a template that escapes), or answer with JSON and \
          `Content-Type: application/json`",
};

/// Programs that show mails run no scripts; what is written into one looks as if its sender wrote it.
const MAIL: Danger = Danger {
    kind: Kind::Html,
    harm: "as HTML of a mail: whoever sends it writes links and forms into a mail that comes from you",
    fix: "Escape the data (`html.escape`, a template that escapes) where it goes into the mail, or \
          send the mail as text",
};

fn check(code: &Code<'_>) -> Vec<Finding> {
    let by_others = |flow: &Flow| flow.trust > Trust::Stored;
    let pages =
        injections_where(code, &RULE.info, DANGER, |flow| by_others(flow) && !is_mail(flow));
    let mails = injections_where(code, &RULE.info, MAIL, |flow| by_others(flow) && is_mail(flow));
    let at_most = |severity: Severity| {
        move |found: Finding| {
            let severity = found.severity.min(severity);
            found.severity(severity)
        }
    };
    let mut findings: Vec<Finding> = pages.into_iter().map(at_most(RULE.info.severity)).collect();
    findings.extend(mails.into_iter().map(at_most(Severity::Low)));
    findings
}

/// Whether what is reached is a mail: by the call that sends it.
fn is_mail(flow: &Flow) -> bool {
    let sink = flow.sink.to_ascii_lowercase();
    let is_argument = !flow.argument.is_empty();
    is_argument
        && ["mail", ".ses.", "sesv2", "postmark", "resend."].iter().any(|it| sink.contains(it))
}
