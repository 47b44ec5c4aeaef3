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

/// Findings for hostile data that reaches one kind of danger.
///
/// `harm` ends the sentence "`event["body"]` reaches `os.system` …".
pub(crate) fn injections(
    code: &Code<'_>,
    info: &'static RuleInfo,
    kind: Kind,
    harm: &str,
    fix: &str,
) -> Vec<Finding> {
    code.flows(kind)
        .filter(|flow| flow.trust > Trust::Operator)
        .map(|flow| injection(code, info, flow, harm, fix))
        .collect()
}

fn injection(
    code: &Code<'_>,
    info: &'static RuleInfo,
    flow: &Flow,
    harm: &str,
    fix: &str,
) -> Finding {
    let message = format!("{} reaches `{}` {harm}", words(&flow.source), flow.sink);
    let finding = info
        .finding(flow.place, message)
        .severity(severity_of(info.severity, flow.trust))
        .confidence(confidence_of(code, flow))
        .property(format!("{}:{}", flow.within, flow.sink))
        .fix(fix);
    let finding =
        flow.hops.iter().fold(finding, |finding, (place, note)| finding.hop(*place, note));
    code.about(finding, flow.entry)
}

/// Source text in back-ticks; back-ticks of its own would end them.
pub(crate) fn words(source: &str) -> String {
    if source.contains('`') { source.to_owned() } else { format!("`{source}`") }
}

/// The less free somebody is to choose the data, the milder the flaw.
pub(crate) fn severity_of(base: Severity, trust: Trust) -> Severity {
    match trust {
        Trust::Attacker | Trust::Uploader => base,
        Trust::Authenticated | Trust::Producer => base.lowered(),
        Trust::Stored | Trust::Operator | Trust::Platform => base.lowered().lowered(),
    }
}

/// Sure when a template names the trigger; less so when only the code's shape tells the event, or
/// only a method's name tells the danger.
pub(crate) fn confidence_of(code: &Code<'_>, flow: &Flow) -> Confidence {
    if flow.is_guess || flow.trust <= Trust::Producer {
        Confidence::Low
    } else if code.function(flow.entry).is_some() {
        Confidence::High
    } else {
        Confidence::Medium
    }
}
