//! What rules of code look at: the flows and remarks of an analysis, joined with the application.

use app_model::{Application, Function, SmolStr};
use finding::{Confidence, Finding, RuleInfo, Severity};
use taint::{Analysis, Flow, Kind, Remark, Trust};

use crate::rank::AboutFunction;

/// Code that was analysed, with the application that it belongs to.
#[derive(Clone, Copy, Debug)]
pub struct Code<'a> {
    /// The application; empty for code that no template names.
    pub app: &'a Application,
    /// Logical name of the function of each entry point, by the index that flows carry.
    pub entries: &'a [SmolStr],
    /// What the analysis tells.
    pub analysis: &'a Analysis,
}

impl<'a> Code<'a> {
    /// Flows of one kind.
    pub(crate) fn flows(&self, kind: Kind) -> impl Iterator<Item = &'a Flow> + use<'a> {
        self.analysis.flows.iter().filter(move |flow| flow.kind == kind)
    }

    /// Remarks of one check.
    pub(crate) fn remarks(
        &self,
        check: &'static str,
    ) -> impl Iterator<Item = &'a Remark> + use<'a> {
        self.analysis.remarks.iter().filter(move |remark| remark.check == check)
    }

    /// Paths in the event that an entry point reads.
    pub(crate) fn reads(&self, entry: usize) -> impl Iterator<Item = &'a str> + use<'a> {
        let reads = self.analysis.reads.iter();
        reads.filter(move |(own, _)| *own == entry).map(|(_, path)| path.as_str())
    }

    /// The function of an entry point.
    pub(crate) fn function(&self, entry: Option<usize>) -> Option<&'a Function> {
        self.app.function(self.entries.get(entry?)?)
    }

    /// A finding about code that a function runs: ranked by who reaches the function, with the path.
    pub(crate) fn about(&self, finding: Finding, entry: Option<usize>) -> Finding {
        match self.function(entry) {
            Some(function) => finding.about(self.app, function, None),
            None => finding,
        }
    }
}

/// A danger that hostile data reaches, in words.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Danger {
    /// Which flows.
    pub(crate) kind: Kind,
    /// Ends the sentence "`event["body"]` reaches `os.system` …".
    pub(crate) harm: &'static str,
    /// How to mend it.
    pub(crate) fix: &'static str,
}

/// Findings for hostile data that reaches one kind of danger.
pub(crate) fn injections(code: &Code<'_>, info: &'static RuleInfo, danger: Danger) -> Vec<Finding> {
    injections_where(code, info, danger, |flow| flow.trust > Trust::Stored)
}

/// The same of some flows.
pub(crate) fn injections_where(
    code: &Code<'_>,
    info: &'static RuleInfo,
    danger: Danger,
    is_meant: impl Fn(&Flow) -> bool,
) -> Vec<Finding> {
    code.flows(danger.kind)
        .filter(|flow| is_meant(flow))
        .map(|flow| {
            let (source, sink) = (words(&flow.source), sink_words(&flow.sink));
            let message = format!("{source} reaches {sink} {}", danger.harm);
            injection(code, info, flow, message, danger.fix)
        })
        .collect()
}

/// A finding for hostile data that reaches something dangerous, with a message of its own.
pub(crate) fn injection(
    code: &Code<'_>,
    info: &'static RuleInfo,
    flow: &Flow,
    message: String,
    fix: &str,
) -> Finding {
    let finding = info
        .finding(flow.place, message)
        .severity(severity_of(info.severity, flow.trust))
        .confidence(confidence_of(code, flow))
        .fix(fix);
    along(code, finding, flow)
}

/// Findings for what whoever calls the function asks it to do too much of; other parts of the
/// application, which send messages, are not against it.
pub(crate) fn overloads(code: &Code<'_>, info: &'static RuleInfo, danger: Danger) -> Vec<Finding> {
    let flows = code.flows(danger.kind).filter(|flow| flow.trust > Trust::Producer);
    let mut findings = Vec::new();
    for flow in flows {
        let (source, sink) = (words(&flow.source), sink_words(&flow.sink));
        let message = format!("{source} reaches {sink} {}", danger.harm);
        findings.push(injection(code, info, flow, message, danger.fix));
    }
    findings
}

/// The same, where those who are harmed sit before their browsers or read the log: however open the
/// function is, it is no worse.
pub(crate) fn injections_on_people(
    code: &Code<'_>,
    info: &'static RuleInfo,
    danger: Danger,
) -> Vec<Finding> {
    let mut findings = injections(code, info, danger);
    for finding in &mut findings {
        finding.severity = finding.severity.min(info.severity);
    }
    findings
}

/// A finding for something told that must not get out, which reaches where others read it.
pub(crate) fn disclosure(
    code: &Code<'_>,
    info: &'static RuleInfo,
    flow: &Flow,
    what: &str,
    harm: &str,
    fix: &str,
) -> Finding {
    let message = format!("{what} reaches {} {harm}", sink_words(&flow.sink));
    let confidence = match (flow.is_guess, code.function(flow.entry)) {
        (true, _) => Confidence::Low,
        (false, Some(_)) => Confidence::High,
        (false, None) => Confidence::Medium,
    };
    let finding = info.finding(flow.place, message).confidence(confidence).fix(fix);
    along(code, finding, flow)
}

/// Whether a caller of the function reads what reaches a sink; who does not, reads a log.
pub(crate) fn is_response(sink: &str) -> bool {
    let sink = sink.to_ascii_lowercase();
    ["response", "reply", "jsonify", "context.", "httpexception", "requesthandler"]
        .iter()
        .any(|word| sink.contains(word))
}

/// Said of a handler that was found by its shape or by a framework.
const UNDEPLOYED: &str = "no template that was scanned deploys this handler: that it runs, and what \
                          starts it, is taken from the code alone";

/// Gives a finding the steps of its flow, its identity and its rank.
fn along(code: &Code<'_>, finding: Finding, flow: &Flow) -> Finding {
    let finding = finding.property(format!("{}:{}", flow.within, flow.sink));
    let finding = match flow.hops.first() {
        // What the trigger is was told by the code alone.
        Some((place, _)) if flow.path.is_some() && code.function(flow.entry).is_none() => {
            finding.hop(*place, UNDEPLOYED)
        }
        _ => finding,
    };
    let finding =
        flow.hops.iter().fold(finding, |finding, (place, note)| finding.hop(*place, note));
    code.about(finding, flow.entry)
}

/// Findings for what code shows by itself. `harm` ends the sentence "`hashlib.md5` …".
pub(crate) fn flaws(
    code: &Code<'_>,
    info: &'static RuleInfo,
    check: &'static str,
    harm: &str,
    fix: &str,
) -> Vec<Finding> {
    code.remarks(check).map(|remark| flaw(code, info, remark, harm, fix)).collect()
}

/// A finding for one flaw that code shows by itself.
pub(crate) fn flaw(
    code: &Code<'_>,
    info: &'static RuleInfo,
    remark: &Remark,
    harm: &str,
    fix: &str,
) -> Finding {
    let how = if remark.detail.is_empty() || remark.subject.contains(remark.detail.as_str()) {
        String::new()
    } else {
        format!(" ({})", remark.detail)
    };
    let message = format!("`{}`{how} {harm}", remark.subject);
    let finding = info
        .finding(remark.place, message)
        .property(format!("{}:{}", remark.within, remark.subject))
        .fix(fix);
    let finding =
        remark.hops.iter().fold(finding, |finding, (place, note)| finding.hop(*place, note));
    code.about(finding, remark.entry)
}

/// Words in the name of what is made, or of the function that makes it, that tell a secret.
const SECRETS: [&str; 14] = [
    "token",
    "password",
    "passwd",
    "secret",
    "otp",
    "passcode",
    "nonce",
    "salt",
    "apikey",
    "session",
    "csrf",
    "resetcode",
    "verification",
    "credential",
];

/// Whether the result of a call becomes a secret, by the names around it.
pub(crate) fn makes_secret(remark: &Remark) -> bool {
    [&remark.name, &remark.within].into_iter().any(|name| {
        let plain: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
        let plain = plain.to_ascii_lowercase();
        SECRETS.iter().any(|word| plain.contains(word))
    })
}

/// Names of the fields of a path: `["body"]["price"]` is `body`, `price`.
pub(crate) fn fields(path: &str) -> Vec<&str> {
    path.split("[\"")
        .skip(1)
        .filter_map(|part| part.split_once("\"]"))
        .map(|(name, _)| name)
        .collect()
}

/// A sink in words as it is, the name of one in back-ticks.
fn sink_words(sink: &str) -> String {
    let is_words = ["the ", "an ", "a "].iter().any(|article| sink.starts_with(article));
    if is_words { sink.to_owned() } else { words(sink) }
}

/// Source text in back-ticks; back-ticks of its own would end them.
pub(crate) fn words(source: &str) -> String {
    if source.contains('`') { source.to_owned() } else { format!("`{source}`") }
}

/// The less free somebody is to choose the data, the milder the flaw.
fn severity_of(base: Severity, trust: Trust) -> Severity {
    match trust {
        Trust::Attacker | Trust::Uploader => base,
        Trust::Authenticated | Trust::Producer => base.lowered(),
        Trust::Stored | Trust::Operator | Trust::Platform => base.lowered().lowered(),
    }
}

/// Sure when a template names the trigger; less so when only the code's shape tells the event, or
/// only a method's name tells the danger.
fn confidence_of(code: &Code<'_>, flow: &Flow) -> Confidence {
    if flow.is_guess || flow.trust <= Trust::Producer {
        Confidence::Low
    } else if code.function(flow.entry).is_some() {
        Confidence::High
    } else {
        Confidence::Medium
    }
}

#[cfg(test)]
mod tests {
    use super::fields;

    #[test]
    fn a_path_is_split_into_its_fields() {
        assert_eq!(fields("[\"body\"][\"items\"][*][\"price\"]"), ["body", "items", "price"]);
        assert_eq!(fields(""), [""; 0]);
    }
}
