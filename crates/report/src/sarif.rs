//! Not yet.
use crate::{Context, Report};
pub(crate) fn render(report: &Report, context: &Context<'_>) -> String {
    let _ = (
        report.findings_by_place(context),
        report.diagnostics_by_loss(context),
        context.rule_name(finding::RuleId { risk: 1, rule: 1 }),
        context.place(source_text::Place::default()),
    );
    String::new()
}
