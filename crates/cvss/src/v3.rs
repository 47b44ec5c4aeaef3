//! Versions 3.0 and 3.1: base, temporal and environmental equations of the specification, section 7
//! (v3.1) and 8 (v3.0).

use crate::{
    Score, VectorError,
    metrics::{Metric, Metrics},
};

const IMPACTS: &[&str] = &["H", "L", "N"];
const MODIFIED_IMPACTS: &[&str] = &["X", "H", "L", "N"];
const REQUIREMENTS: &[&str] = &["X", "H", "M", "L"];

const TABLE: &[Metric] = &[
    ("AV", true, &["N", "A", "L", "P"]),
    ("AC", true, &["L", "H"]),
    ("PR", true, &["N", "L", "H"]),
    ("UI", true, &["N", "R"]),
    ("S", true, &["U", "C"]),
    ("C", true, IMPACTS),
    ("I", true, IMPACTS),
    ("A", true, IMPACTS),
    ("E", false, &["X", "H", "F", "P", "U"]),
    ("RL", false, &["X", "U", "W", "T", "O"]),
    ("RC", false, &["X", "C", "R", "U"]),
    ("CR", false, REQUIREMENTS),
    ("IR", false, REQUIREMENTS),
    ("AR", false, REQUIREMENTS),
    ("MAV", false, &["X", "N", "A", "L", "P"]),
    ("MAC", false, &["X", "L", "H"]),
    ("MPR", false, &["X", "N", "L", "H"]),
    ("MUI", false, &["X", "N", "R"]),
    ("MS", false, &["X", "U", "C"]),
    ("MC", false, MODIFIED_IMPACTS),
    ("MI", false, MODIFIED_IMPACTS),
    ("MA", false, MODIFIED_IMPACTS),
];

const ENVIRONMENT: &[&str] =
    &["CR", "IR", "AR", "MAV", "MAC", "MPR", "MUI", "MS", "MC", "MI", "MA"];

/// The minor version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Minor {
    /// 3.0
    Zero,
    /// 3.1
    One,
}

/// Which metrics an equation takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Group {
    Base,
    Environment(Minor),
}

/// Scores the metrics of a vector.
pub(crate) fn score(minor: Minor, text: &str) -> Result<Score, VectorError> {
    let metrics = Metrics::read(text, TABLE)?;
    let group = if metrics.has_any(ENVIRONMENT) { Group::Environment(minor) } else { Group::Base };
    Ok(temporal(&metrics, impact_and_exploitability(&metrics, group)))
}

fn impact_and_exploitability(metrics: &Metrics, group: Group) -> Score {
    let scope_changes = value(metrics, group, "S", "MS") == "C";
    let impact = impact(metrics, group, scope_changes);
    if impact <= 0.0 {
        return Score::from_tenths(0);
    }
    let vector = match value(metrics, group, "AV", "MAV") {
        "N" => 0.85,
        "A" => 0.62,
        "L" => 0.55,
        _ => 0.2,
    };
    let complexity = if value(metrics, group, "AC", "MAC") == "L" { 0.77 } else { 0.44 };
    let privileges = match (value(metrics, group, "PR", "MPR"), scope_changes) {
        ("N", _) => 0.85,
        ("L", false) => 0.62,
        ("L", true) => 0.68,
        (_, false) => 0.27,
        (_, true) => 0.5,
    };
    let interaction = if value(metrics, group, "UI", "MUI") == "N" { 0.85 } else { 0.62 };
    let sum = impact + 8.22 * vector * complexity * privileges * interaction;
    Score::rounded_up((if scope_changes { 1.08 * sum } else { sum }).min(10.0))
}

fn impact(metrics: &Metrics, group: Group, scope_changes: bool) -> f64 {
    let left = |metric, modified, requirement| -> f64 {
        let lost = match value(metrics, group, metric, modified) {
            "H" => 0.56,
            "L" => 0.22,
            _ => 0.0,
        };
        let weight = match (group, metrics.get(requirement)) {
            (Group::Environment(_), Some("H")) => 1.5,
            (Group::Environment(_), Some("L")) => 0.5,
            _ => 1.0,
        };
        1.0 - lost * weight
    };
    let lost = 1.0 - left("C", "MC", "CR") * left("I", "MI", "IR") * left("A", "MA", "AR");
    match (group, scope_changes) {
        (Group::Base, false) => 6.42 * lost,
        (Group::Environment(_), false) => 6.42 * lost.min(0.915),
        (Group::Base, true) => 7.52 * (lost - 0.029) - 3.25 * (lost - 0.02).powi(15),
        (Group::Environment(minor), true) => {
            let lost = lost.min(0.915);
            let (factor, power) = if minor == Minor::One { (0.9731, 13) } else { (1.0, 15) };
            7.52 * (lost - 0.029) - 3.25 * (lost * factor - 0.02).powi(power)
        }
    }
}

fn temporal(metrics: &Metrics, score: Score) -> Score {
    let exploit = match metrics.get("E") {
        Some("F") => 0.97,
        Some("P") => 0.94,
        Some("U") => 0.91,
        _ => 1.0,
    };
    let remedy = match metrics.get("RL") {
        Some("W") => 0.97,
        Some("T") => 0.96,
        Some("O") => 0.95,
        _ => 1.0,
    };
    let confidence = match metrics.get("RC") {
        Some("R") => 0.96,
        Some("U") => 0.92,
        _ => 1.0,
    };
    Score::rounded_up(score.points() * exploit * remedy * confidence)
}

/// The modified value where the equation takes it and the vector has it, else the base value.
fn value(metrics: &Metrics, group: Group, base: &str, modified: &str) -> &'static str {
    let modified = (group != Group::Base).then(|| metrics.get(modified)).flatten();
    modified.or_else(|| metrics.get(base)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    fn tenths(text: &str) -> u8 {
        crate::score(text).unwrap().tenths()
    }

    /// FIRST, "CVSS v3.1 Examples" and "CVSS v3.0 Examples".
    #[test]
    fn official_examples() {
        assert_eq!(tenths("CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:C/C:L/I:L/A:N"), 64); // CVE-2013-0375
        assert_eq!(tenths("CVSS:3.0/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N"), 61); // CVE-2013-1937
        assert_eq!(tenths("CVSS:3.1/AV:N/AC:H/PR:N/UI:R/S:U/C:L/I:N/A:N"), 31); // CVE-2014-3566
        assert_eq!(tenths("CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:C/C:H/I:H/A:H"), 99); // CVE-2012-1516
        assert_eq!(tenths("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N"), 75); // CVE-2014-0160
        assert_eq!(tenths("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"), 98); // CVE-2014-6271
        assert_eq!(tenths("CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:C/C:N/I:H/A:N"), 68); // CVE-2008-1447
        assert_eq!(tenths("CVSS:3.0/AV:L/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H"), 78); // CVE-2014-2019 and kin
        assert_eq!(tenths("CVSS:3.1/AV:A/AC:H/PR:N/UI:N/S:C/C:H/I:H/A:H"), 83);
        assert_eq!(tenths("CVSS:3.1/AV:P/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N"), 0);
    }

    #[test]
    fn temporal_and_environmental_metrics_count_when_they_are_given() {
        assert_eq!(tenths("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/E:U/RL:O/RC:U"), 78);
        assert_eq!(tenths("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/MAV:P"), 68);
        assert_eq!(tenths("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/MAV:X"), 98);
    }

    /// The values of each base metric, least severe first.
    const SEVERER: [(&str, &[&str]); 7] = [
        ("AV", &["P", "L", "A", "N"]),
        ("AC", &["H", "L"]),
        ("PR", &["H", "L", "N"]),
        ("UI", &["R", "N"]),
        ("C", &["N", "L", "H"]),
        ("I", &["N", "L", "H"]),
        ("A", &["N", "L", "H"]),
    ];

    fn vector(scope: &str, levels: &[usize]) -> String {
        let metrics: Vec<_> = SEVERER
            .iter()
            .zip(levels)
            .map(|((name, values), level)| format!("{name}:{}", values[level % values.len()]))
            .collect();
        format!("CVSS:3.1/S:{scope}/{}", metrics.join("/"))
    }

    proptest! {
        /// Making one thing worse never lowers the score.
        #[test]
        fn a_worse_metric_never_scores_lower(
            levels in prop::collection::vec(0_usize..12, 7),
            at in 0_usize..7,
            changed in any::<bool>(),
        ) {
            let scope = if changed { "C" } else { "U" };
            let mut worse = levels.clone();
            let values = SEVERER[at].1.len();
            worse[at] = (worse[at] % values + 1).min(values - 1);
            prop_assert!(tenths(&vector(scope, &worse)) >= tenths(&vector(scope, &levels)));
        }

        #[test]
        fn any_text_is_a_score_or_an_error(text in "(CVSS:[2-4].[01]/)?([A-Z]{1,3}:[A-Z]/?){0,12}|.*") {
            if let Ok(score) = crate::score(&text) {
                prop_assert!(score.tenths() <= 100);
            }
        }
    }
}
