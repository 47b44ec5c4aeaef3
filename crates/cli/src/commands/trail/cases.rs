//! Sigma rules run on the events that stand beside them, for `faasguard rules test`.

use std::path::Path;

use correlation::RuleSet;
use sigma::Cases;
use source_text::FileId;

use super::rule_files::{RuleFile, events_beside, read_text, shown};

/// What came of the cases of one or more files.
#[derive(Debug, Default)]
pub(crate) struct Tested {
    pub(crate) rules: usize,
    pub(crate) cases: usize,
    /// Rules without events beside them.
    pub(crate) without: usize,
    /// What does not hold, with its place.
    pub(crate) faults: Vec<String>,
}

/// Runs the rules of a file on the events beside it. `others` are files whose rules it may name.
pub(crate) fn test(file: &RuleFile, others: &[RuleFile]) -> anyhow::Result<Tested> {
    let alone = [(FileId(0), file.text.as_str())];
    let (mut rules, mut told) = RuleSet::load(&alone);
    let mut files = vec![file.clone()];
    let names_others = told.iter().any(|it| it.message.contains("which is not loaded"));
    if names_others {
        // The file stands last, so that its own rule is the one that speaks.
        files = others.iter().filter(|it| it.path != file.path).cloned().collect();
        files.push(file.clone());
        let texts: Vec<_> =
            (0..).map(FileId).zip(files.iter().map(|file| file.text.as_str())).collect();
        (rules, told) = RuleSet::load(&texts);
        let own = FileId(u32::try_from(files.len() - 1).unwrap_or(u32::MAX));
        told.retain(|it| it.place.file == own);
    }
    let mut tested = Tested { rules: own_rules(&rules, &files), ..Tested::default() };
    tested.faults.extend(told.iter().map(|it| shown(it, &files)));
    let beside = events_beside(&file.path);
    if beside.is_empty() {
        tested.without = tested.rules;
    }
    for path in beside {
        run(&rules, &path, &mut tested)?;
    }
    Ok(tested)
}

/// Rules and correlations of the last file.
fn own_rules(rules: &RuleSet, files: &[RuleFile]) -> usize {
    let last = FileId(u32::try_from(files.len().saturating_sub(1)).unwrap_or(u32::MAX));
    (0..rules.len())
        .filter(|it| rules.meta(*it).is_some_and(|meta| meta.place.file == last))
        .count()
}

fn run(rules: &RuleSet, path: &Path, tested: &mut Tested) -> anyhow::Result<()> {
    let text = read_text(path)?;
    let events = RuleFile { path: path.to_path_buf(), text };
    let (cases, told) = Cases::parse(FileId(0), &events.text);
    tested.faults.extend(told.iter().map(|it| shown(it, std::slice::from_ref(&events))));
    for case in &cases.cases {
        tested.cases += 1;
        let mut fault = |text: String| {
            let place = format!("{}:{}", path.display(), case.place.line);
            tested.faults.push(report::visible(&format!("{place}: {text}")).to_string());
        };
        let Some(speaker) = rules.speaker(case.rule.as_deref()) else {
            let name = case.rule.as_deref().unwrap_or("that speaks for itself");
            fault(format!("case `{}`: there is no rule `{name}`", case.name));
            continue;
        };
        let title = rules.meta(speaker).map(|meta| meta.title.as_str()).unwrap_or_default();
        let matches = rules.hits(&case.events).contains(&speaker);
        if matches != case.expect {
            let does = if matches { "matches" } else { "does not match" };
            fault(format!("rule `{title}` {does} case `{}`", case.name));
        }
    }
    Ok(())
}
