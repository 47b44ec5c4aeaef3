//! `docs/reference/detections.md`: the rules and detectors over audit logs that come with the program.

use std::fmt::Write as _;

use correlation::RuleSet;
use detection::{DETECTORS, RULES};
use source_text::FileId;

use crate::Failure;

const HEAD: &str = "# Detections over audit logs

Written by `cargo xtask generate`; the rules stand in `crates/detection/rules/`, each with events beside it that it must
tell and near misses that it must not. [trail detect](trail-detect.md) runs them. `informational` is enrichment, no alert.

";

/// The page.
pub(super) fn page() -> Result<String, Failure> {
    let mut text = HEAD.to_owned();
    writeln!(
        text,
        "## Detectors that remember\n\n| detector | level | techniques | what it tells |"
    )?;
    writeln!(text, "|---|---|---|---|")?;
    for it in DETECTORS {
        let tags = techniques(it.tags.iter().copied());
        let (name, level) = (it.name, it.level.word());
        writeln!(text, "| `{name}` | {level} | {tags} | {}: {} |", it.title, it.description)?;
    }
    writeln!(text, "\n## Rules\n\n| rule | level | techniques | title | also told when |")?;
    writeln!(text, "|---|---|---|---|---|")?;
    for (name, yaml) in RULES {
        let (set, _) = RuleSet::load(&[(FileId(0), yaml)]);
        let speaker = (0..set.len()).rev().find(|it| set.speaks(*it));
        let meta = speaker.and_then(|it| set.meta(it)).ok_or("a rule that does not speak")?;
        let level = meta.level.map_or("medium", sigma::Severity::word);
        let tags = techniques(meta.tags.iter().map(source_text::SmolStr::as_str));
        let also: Vec<&str> =
            meta.false_positives.iter().map(source_text::SmolStr::as_str).collect();
        writeln!(text, "| `{name}` | {level} | {tags} | {} | {} |", meta.title, also.join("; "))?;
    }
    Ok(text)
}

fn techniques<'t>(tags: impl Iterator<Item = &'t str>) -> String {
    let all = tags.filter_map(|tag| tag.strip_prefix("attack.t"));
    let all = all.filter(|it| it.starts_with(|first: char| first.is_ascii_digit()));
    all.map(|it| format!("T{it}")).collect::<Vec<_>>().join(" ")
}
