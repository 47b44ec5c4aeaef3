//! `faasguard explain`

use std::process::ExitCode;

use anyhow::bail;

use crate::{arguments::ExplainOptions, commands::own_rules, output};

/// Runs the command.
pub(crate) fn run(options: &ExplainOptions) -> anyhow::Result<ExitCode> {
    let terminal = output::terminal(false);
    let topic = options.topic.trim();
    let id = topic.parse::<finding::RuleId>().ok();
    let rule = id.and_then(::rules::by_id).or_else(|| ::rules::by_name(topic));
    if let Some(rule) = rule {
        output::print(&report::catalogue::explain_rule(&rule.info.facts(), &terminal))?;
        return Ok(ExitCode::SUCCESS);
    }
    let own = own_rules::read_right(&options.own_rules)?;
    if let Some(info) = own.rules.info(topic) {
        output::print(&report::catalogue::explain_rule(&info.facts(), &terminal))?;
        return Ok(ExitCode::SUCCESS);
    }
    let number = topic.to_ascii_uppercase().strip_prefix("SAS-").and_then(|n| n.parse().ok());
    if let Some(risk) = number.and_then(finding::risk) {
        let rules: Vec<_> = ::rules::all()
            .map(|rule| rule.info.facts())
            .filter(|facts| facts.risk == risk.number)
            .collect();
        output::print(&report::catalogue::explain_risk(risk, &rules, &terminal))?;
        return Ok(ExitCode::SUCCESS);
    }
    match ::rules::nearest(topic) {
        Some(name) => bail!("there is no rule or risk `{topic}`; did you mean `{name}`?"),
        None => bail!("there is no rule or risk `{topic}`; `faasguard rules` lists them"),
    }
}
