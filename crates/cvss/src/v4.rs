//! Version 4.0: the score of the vector's macro vector, lowered by how far the vector lies below
//! the severest one of the same macro vector (specification, section 8).

use crate::{
    Score, VectorError,
    metrics::{Metric, Metrics},
};

const IMPACTS: &[&str] = &["H", "L", "N"];
const MODIFIED_IMPACTS: &[&str] = &["X", "H", "L", "N"];
const MODIFIED_SAFETY: &[&str] = &["X", "S", "H", "L", "N"];
const REQUIREMENTS: &[&str] = &["X", "H", "M", "L"];

const TABLE: &[Metric] = &[
    ("AV", true, &["N", "A", "L", "P"]),
    ("AC", true, &["L", "H"]),
    ("AT", true, &["N", "P"]),
    ("PR", true, &["N", "L", "H"]),
    ("UI", true, &["N", "P", "A"]),
    ("VC", true, IMPACTS),
    ("VI", true, IMPACTS),
    ("VA", true, IMPACTS),
    ("SC", true, IMPACTS),
    ("SI", true, IMPACTS),
    ("SA", true, IMPACTS),
    ("E", false, &["X", "A", "P", "U"]),
    ("CR", false, REQUIREMENTS),
    ("IR", false, REQUIREMENTS),
    ("AR", false, REQUIREMENTS),
    ("MAV", false, &["X", "N", "A", "L", "P"]),
    ("MAC", false, &["X", "L", "H"]),
    ("MAT", false, &["X", "N", "P"]),
    ("MPR", false, &["X", "N", "L", "H"]),
    ("MUI", false, &["X", "N", "P", "A"]),
    ("MVC", false, MODIFIED_IMPACTS),
    ("MVI", false, MODIFIED_IMPACTS),
    ("MVA", false, MODIFIED_IMPACTS),
    ("MSC", false, MODIFIED_IMPACTS),
    ("MSI", false, MODIFIED_SAFETY),
    ("MSA", false, MODIFIED_SAFETY),
    // The supplemental metrics are read and do not count.
    ("S", false, &["X", "N", "P"]),
    ("AU", false, &["X", "N", "Y"]),
    ("R", false, &["X", "A", "U", "I"]),
    ("V", false, &["X", "D", "C"]),
    ("RE", false, &["X", "L", "M", "H"]),
    ("U", false, &["X", "Clear", "Green", "Amber", "Red"]),
];

/// The classes of equivalent vectors EQ1 to EQ5; the third is EQ3 and EQ6 in one: 0 is EQ3 0 with
/// EQ6 0, 1 is 0 with 1, 2 is 1 with 0, 3 is 1 with 1, 4 is 2 with 1.
type Macro = [usize; 5];

/// How many levels each class has.
const LEVELS: Macro = [3, 2, 5, 3, 3];

/// Scores of the macro vectors in tenths: a row for EQ1, EQ2 and EQ3+EQ6, and in it EQ4 and EQ5
/// (the table of the specification's calculator, FIRST.ORG and Red Hat, BSD-2-Clause).
#[rustfmt::skip]
const MACRO_SCORES: [[u8; 9]; 30] = [
    [100, 98, 95, 100, 93, 91, 93, 89, 81], [99, 95, 92, 96, 87, 81, 90, 80, 68],
    [98, 95, 90, 93, 89, 81, 88, 78, 69],   [95, 92, 84, 92, 81, 65, 80, 70, 48],
    [92, 82, 72, 79, 69, 50, 69, 55, 27],
    [99, 95, 92, 95, 90, 84, 92, 82, 72],   [97, 92, 85, 91, 83, 71, 81, 71, 53],
    [95, 92, 85, 92, 80, 70, 84, 71, 50],   [93, 85, 73, 82, 72, 59, 70, 52, 30],
    [86, 75, 52, 71, 52, 29, 63, 29, 17],
    [98, 94, 91, 94, 86, 77, 87, 74, 63],   [95, 87, 81, 89, 74, 64, 75, 63, 49],
    [94, 88, 76, 86, 74, 59, 72, 57, 52],   [89, 77, 67, 76, 58, 50, 57, 52, 25],
    [83, 70, 54, 65, 58, 26, 53, 21, 13],
    [95, 88, 76, 90, 75, 61, 77, 68, 52],   [90, 76, 70, 77, 62, 53, 66, 59, 30],
    [89, 76, 62, 74, 57, 47, 61, 57, 24],   [78, 67, 58, 59, 57, 23, 52, 29, 16],
    [71, 59, 30, 58, 26, 15, 23, 13, 6],
    [93, 86, 75, 86, 74, 56, 70, 52, 40],   [87, 72, 58, 74, 61, 34, 54, 40, 22],
    [85, 74, 62, 72, 55, 46, 53, 34, 19],   [75, 55, 51, 57, 41, 19, 36, 19, 8],
    [64, 51, 20, 47, 21, 11, 24, 9, 4],
    [88, 73, 60, 73, 59, 41, 54, 45, 20],   [75, 53, 50, 55, 40, 20, 43, 22, 11],
    [75, 58, 40, 61, 48, 20, 46, 17, 8],    [55, 45, 21, 51, 18, 9, 18, 7, 2],
    [53, 24, 14, 24, 12, 5, 10, 3, 1],
];

/// The metrics of a class.
type Names = &'static [&'static str];

/// The severest vectors of a level of a class, in the order in which they are tried.
type Severest = &'static [&'static [&'static str]];

const EXPLOITABILITY: Names = &["AV", "PR", "UI"];
const COMPLEXITY: Names = &["AC", "AT"];
const VULNERABLE: Names = &["VC", "VI", "VA", "CR", "IR", "AR"];
const SUBSEQUENT: Names = &["SC", "SI", "SA"];

/// For each class but EQ5 (whose levels have one vector each) and each level: the severest vectors
/// and the depth, in steps from them to the least severe.
const CLASSES: [(Names, &[(Severest, u8)]); 4] = [
    (
        EXPLOITABILITY,
        &[
            (&[&["N", "N", "N"]], 1),
            (&[&["A", "N", "N"], &["N", "L", "N"], &["N", "N", "P"]], 4),
            (&[&["P", "N", "N"], &["A", "L", "P"]], 5),
        ],
    ),
    (COMPLEXITY, &[(&[&["L", "N"]], 1), (&[&["H", "N"], &["L", "P"]], 2)]),
    (
        VULNERABLE,
        &[
            (&[&["H", "H", "H", "H", "H", "H"]], 7),
            (&[&["H", "H", "L", "M", "M", "H"], &["H", "H", "H", "M", "M", "M"]], 6),
            (&[&["L", "H", "H", "H", "H", "H"], &["H", "L", "H", "H", "H", "H"]], 8),
            (
                &[
                    &["L", "H", "L", "H", "M", "H"],
                    &["L", "H", "H", "H", "M", "M"],
                    &["H", "L", "H", "M", "H", "M"],
                    &["H", "L", "L", "M", "H", "H"],
                    &["L", "L", "H", "H", "H", "M"],
                ],
                8,
            ),
            (&[&["L", "L", "L", "H", "H", "H"]], 10),
        ],
    ),
    (SUBSEQUENT, &[(&[&["H", "S", "S"]], 6), (&[&["H", "H", "H"]], 5), (&[&["L", "L", "L"]], 4)]),
];

/// Scores the metrics of a vector.
pub(crate) fn score(text: &str) -> Result<Score, VectorError> {
    let metrics = Metrics::read(text, TABLE)?;
    if ["VC", "VI", "VA", "SC", "SI", "SA"].iter().all(|name| value(&metrics, name) == "N") {
        return Ok(Score::from_tenths(0));
    }
    let here = macro_vector(&metrics);
    let top = macro_score(here).unwrap_or_default();
    let mut lower = 0;
    let mut distance = 0.0;
    for class in 0..LEVELS.len() {
        let Some(next) = next_lower(here, class) else { continue };
        lower += 1;
        distance += (f64::from(top) - f64::from(next)) / 10.0 * depth_used(&metrics, here, class);
    }
    let mean = if lower == 0 { 0.0 } else { distance / f64::from(lower) };
    Ok(Score::rounded(f64::from(top) / 10.0 - mean))
}

/// The value that counts: a modified one before the base one, the worst for what is not defined.
fn value(metrics: &Metrics, name: &str) -> &'static str {
    match name {
        "E" => metrics.get(name).unwrap_or("A"),
        "CR" | "IR" | "AR" => metrics.get(name).unwrap_or("H"),
        _ => {
            let modified = metrics.get(&format!("M{name}"));
            modified.or_else(|| metrics.get(name)).unwrap_or_default()
        }
    }
}

fn macro_vector(metrics: &Metrics) -> Macro {
    let is = |name, expected| value(metrics, name) == expected;
    let open = [is("AV", "N"), is("PR", "N"), is("UI", "N")];
    let eq1 = match open {
        [true, true, true] => 0,
        [false, false, false] => 2,
        _ if is("AV", "P") => 2,
        _ => 1,
    };
    let eq2 = usize::from(!(is("AC", "L") && is("AT", "N")));
    let high = [is("VC", "H"), is("VI", "H"), is("VA", "H")];
    let eq3 = match high {
        [true, true, _] => 0,
        [false, false, false] => 2,
        _ => 1,
    };
    let wanted = [is("CR", "H"), is("IR", "H"), is("AR", "H")];
    let eq6 = usize::from(!high.iter().zip(wanted).any(|(high, wanted)| *high && wanted));
    let eq4 = if is("SI", "S") || is("SA", "S") {
        0
    } else if is("SC", "H") || is("SI", "H") || is("SA", "H") {
        1
    } else {
        2
    };
    let eq5 = match value(metrics, "E") {
        "A" => 0,
        "P" => 1,
        _ => 2,
    };
    [eq1, eq2, (eq3 * 2 + eq6).min(4), eq4, eq5]
}

/// Tenths of a macro vector; `None` when a level does not exist.
fn macro_score([eq1, eq2, eq36, eq4, eq5]: Macro) -> Option<u8> {
    let exists = [eq1, eq2, eq36, eq4, eq5].iter().zip(LEVELS).all(|(level, end)| *level < end);
    let row = MACRO_SCORES.get((eq1 * 2 + eq2) * 5 + eq36).filter(|_| exists)?;
    row.get(eq4 * 3 + eq5).copied()
}

/// Tenths of the macro vector one level lower in one class; the higher where there are two.
fn next_lower(here: Macro, class: usize) -> Option<u8> {
    let with = |level: usize| {
        let mut next = here;
        *next.get_mut(class)? = level;
        macro_score(next)
    };
    let level = *here.get(class)?;
    match (class, level) {
        (2, 0) => with(1).max(with(2)),
        (2, 1 | 2) => with(3),
        _ => with(level + 1),
    }
}

/// Which part of the way from the severest to the least severe vector of its level the vector has
/// gone, 0.0 to 1.0.
fn depth_used(metrics: &Metrics, here: Macro, class: usize) -> f64 {
    let level = here.get(class).copied().unwrap_or_default();
    let Some((names, levels)) = CLASSES.get(class) else { return 0.0 };
    let Some((severest, depth)) = levels.get(level) else { return 0.0 };
    let steps = severest.iter().find_map(|top| {
        names.iter().zip(*top).try_fold(0, |steps, (name, top)| {
            Some(
                steps
                    + severity_rank(name, value(metrics, name))
                        .checked_sub(severity_rank(name, top))?,
            )
        })
    });
    f64::from(steps.unwrap_or_default()) / f64::from(*depth)
}

/// Steps of a value below the worst of its metric.
fn severity_rank(name: &str, value: &str) -> u8 {
    let values: &[&str] = match name {
        "AV" => &["N", "A", "L", "P"],
        "PR" => &["N", "L", "H"],
        "UI" => &["N", "P", "A"],
        "AC" => &["L", "H"],
        "AT" => &["N", "P"],
        "VC" | "VI" | "VA" => &["H", "L", "N"],
        "CR" | "IR" | "AR" => &["H", "M", "L"],
        _ => &["S", "H", "L", "N"],
    };
    (0..).zip(values).find(|(_, known)| **known == value).map_or(0, |(rank, _)| rank)
}

#[cfg(test)]
mod tests {
    fn tenths(text: &str) -> u8 {
        crate::score(&format!("CVSS:4.0/{text}")).unwrap().tenths()
    }

    /// FIRST, "CVSS v4.0 Examples", and the calculator's own cases.
    #[test]
    fn official_examples() {
        assert_eq!(tenths("AV:L/AC:L/AT:P/PR:L/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N"), 73);
        assert_eq!(tenths("AV:N/AC:L/AT:P/PR:N/UI:P/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N"), 77);
        assert_eq!(tenths("AV:N/AC:L/AT:P/PR:N/UI:P/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N/E:U"), 52);
        assert_eq!(tenths("AV:N/AC:L/AT:P/PR:N/UI:N/VC:H/VI:L/VA:L/SC:N/SI:N/SA:N"), 83);
        assert_eq!(tenths("AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:N/VA:N/SC:N/SI:N/SA:N/E:A"), 87);
        assert_eq!(tenths("AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:H/SI:H/SA:H"), 100);
        assert_eq!(tenths("AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N"), 93);
        assert_eq!(tenths("AV:N/AC:L/AT:N/PR:N/UI:N/VC:L/VI:L/VA:L/SC:N/SI:N/SA:N"), 69);
        assert_eq!(tenths("AV:N/AC:L/AT:N/PR:N/UI:N/VC:N/VI:N/VA:N/SC:N/SI:N/SA:N"), 0);
    }

    #[test]
    fn modified_metrics_replace_base_metrics_and_supplemental_ones_do_not_count() {
        let base = "AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N";
        assert_eq!(tenths(&format!("{base}/S:P/AU:Y/R:I/V:C/RE:H/U:Red")), 93);
        assert_eq!(tenths(&format!("{base}/MVC:N/MVI:N/MVA:N")), 0);
        assert_eq!(tenths(&format!("{base}/MSI:S/MSA:S")), 100);
    }
}
