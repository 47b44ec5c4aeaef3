//! Version 2: base, temporal and environmental equations of "A Complete Guide to the CVSS v2.0",
//! section 3.2.

use crate::{
    Score, VectorError,
    metrics::{Metric, Metrics},
};

const IMPACTS: &[&str] = &["N", "P", "C"];
const REQUIREMENTS: &[&str] = &["L", "M", "H", "ND"];

const TABLE: &[Metric] = &[
    ("AV", true, &["L", "A", "N"]),
    ("AC", true, &["H", "M", "L"]),
    ("Au", true, &["M", "S", "N"]),
    ("C", true, IMPACTS),
    ("I", true, IMPACTS),
    ("A", true, IMPACTS),
    ("E", false, &["U", "POC", "F", "H", "ND"]),
    ("RL", false, &["OF", "TF", "W", "U", "ND"]),
    ("RC", false, &["UC", "UR", "C", "ND"]),
    ("CDP", false, &["N", "L", "LM", "MH", "H", "ND"]),
    ("TD", false, &["N", "L", "M", "H", "ND"]),
    ("CR", false, REQUIREMENTS),
    ("IR", false, REQUIREMENTS),
    ("AR", false, REQUIREMENTS),
];

/// Scores the metrics of a vector.
pub(crate) fn score(text: &str) -> Result<Score, VectorError> {
    let metrics = Metrics::read(text, TABLE)?;
    if !metrics.has_any(&["CDP", "TD", "CR", "IR", "AR"]) {
        return Ok(temporal(&metrics, base(&metrics, impact(&metrics, false))));
    }
    let adjusted = temporal(&metrics, base(&metrics, impact(&metrics, true))).points();
    let damage = match metrics.get("CDP") {
        Some("L") => 0.1,
        Some("LM") => 0.3,
        Some("MH") => 0.4,
        Some("H") => 0.5,
        _ => 0.0,
    };
    let spread = match metrics.get("TD") {
        Some("N") => 0.0,
        Some("L") => 0.25,
        Some("M") => 0.75,
        _ => 1.0,
    };
    Ok(Score::rounded((adjusted + (10.0 - adjusted) * damage) * spread))
}

fn impact(metrics: &Metrics, with_requirements: bool) -> f64 {
    let left = |metric, requirement| -> f64 {
        let lost: f64 = match metrics.get(metric) {
            Some("P") => 0.275,
            Some("C") => 0.66,
            _ => 0.0,
        };
        let weight = match metrics.get(requirement) {
            Some("L") if with_requirements => 0.5,
            Some("H") if with_requirements => 1.51,
            _ => 1.0,
        };
        1.0 - lost * weight
    };
    let kept = left("C", "CR") * left("I", "IR") * left("A", "AR");
    let impact = 10.41 * (1.0 - kept);
    if with_requirements { impact.min(10.0) } else { impact }
}

fn base(metrics: &Metrics, impact: f64) -> Score {
    let vector = match metrics.get("AV") {
        Some("L") => 0.395,
        Some("A") => 0.646,
        _ => 1.0,
    };
    let complexity = match metrics.get("AC") {
        Some("H") => 0.35,
        Some("M") => 0.61,
        _ => 0.71,
    };
    let authentication = match metrics.get("Au") {
        Some("M") => 0.45,
        Some("S") => 0.56,
        _ => 0.704,
    };
    let exploitability = 20.0 * vector * complexity * authentication;
    let factor = if impact > 0.0 { 1.176 } else { 0.0 };
    Score::rounded((0.6 * impact + 0.4 * exploitability - 1.5) * factor)
}

fn temporal(metrics: &Metrics, base: Score) -> Score {
    let exploit = match metrics.get("E") {
        Some("U") => 0.85,
        Some("POC") => 0.9,
        Some("F") => 0.95,
        _ => 1.0,
    };
    let remedy = match metrics.get("RL") {
        Some("OF") => 0.87,
        Some("TF") => 0.9,
        Some("W") => 0.95,
        _ => 1.0,
    };
    let confidence = match metrics.get("RC") {
        Some("UC") => 0.9,
        Some("UR") => 0.95,
        _ => 1.0,
    };
    Score::rounded(base.points() * exploit * remedy * confidence)
}

#[cfg(test)]
mod tests {
    /// Section 3.3 of the guide.
    #[test]
    fn examples_of_the_guide() {
        let shown = |text: &str| crate::score(text).unwrap().to_string();
        assert_eq!(shown("AV:N/AC:L/Au:N/C:N/I:N/A:C"), "7.8");
        assert_eq!(shown("AV:N/AC:L/Au:N/C:N/I:N/A:C/E:F/RL:OF/RC:C"), "6.4");
        assert_eq!(
            shown("AV:N/AC:L/Au:N/C:N/I:N/A:C/E:F/RL:OF/RC:C/CDP:H/TD:H/CR:M/IR:M/AR:H"),
            "9.2"
        );
        assert_eq!(shown("AV:N/AC:L/Au:N/C:C/I:C/A:C"), "10.0");
        assert_eq!(shown("AV:N/AC:L/Au:N/C:C/I:C/A:C/E:F/RL:OF/RC:C"), "8.3");
        assert_eq!(shown("(AV:L/AC:H/Au:N/C:C/I:C/A:C)"), "6.2");
        assert_eq!(shown("CVSS:2.0/AV:L/AC:H/Au:N/C:C/I:C/A:C/E:POC/RL:OF/RC:C"), "4.9");
        assert_eq!(shown("AV:N/AC:L/Au:N/C:N/I:N/A:N"), "0.0");
    }
}
