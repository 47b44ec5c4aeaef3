//! CVSS vectors of versions 2, 3.0, 3.1 and 4.0: read, scored, rated.
//!
//! Sources: FIRST, "Common Vulnerability Scoring System", the specification documents of v2, v3.0,
//! v3.1 and v4.0.
#![deny(clippy::disallowed_methods)]

mod metrics;
mod v2;
mod v3;
mod v4;

use std::fmt;

use thiserror::Error;

/// A score between 0.0 and 10.0, kept exactly in tenths.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Score(u8);

/// The words for ranges of scores, least severe first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rating {
    /// 0.0
    None,
    /// 0.1 to 3.9
    Low,
    /// 4.0 to 6.9
    Medium,
    /// 7.0 to 8.9
    High,
    /// 9.0 to 10.0
    Critical,
}

/// Why a text is no CVSS vector.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum VectorError {
    /// The text is longer than any vector.
    #[error("the vector has {length} bytes; the longest has {limit}")]
    TooLong {
        /// Bytes of the text.
        length: usize,
        /// Bytes that a vector may have.
        limit: usize,
    },
    /// The text starts with a version that is not known.
    #[error("`CVSS:{0}` is no version of CVSS that is known; known are 2.0, 3.0, 3.1 and 4.0")]
    Version(String),
    /// A part is no `METRIC:VALUE` of this version.
    #[error("`{0}` is no metric of this version of CVSS, or has no such value")]
    Metric(String),
    /// A metric stands twice.
    #[error("the metric `{0}` stands twice")]
    Repeated(&'static str),
    /// A metric without which there is no score is absent.
    #[error("the metric `{0}` is missing")]
    Missing(&'static str),
}

/// Bytes of the longest vector that is read; a vector of v4.0 with every metric has about 200.
const LONGEST: usize = 512;

/// Scores a vector with all the metrics that it names: the base score when it has base metrics
/// alone, the temporal (threat) or environmental score when it has metrics of these groups.
///
/// # Errors
/// [`VectorError`] when the text is no vector of a known version.
pub fn score(vector: &str) -> Result<Score, VectorError> {
    let vector = vector.trim();
    if vector.len() > LONGEST {
        return Err(VectorError::TooLong { length: vector.len(), limit: LONGEST });
    }
    let Some(rest) = vector.strip_prefix("CVSS:") else {
        return v2::score(vector.trim_start_matches('(').trim_end_matches(')'));
    };
    let (version, metrics) = rest.split_once('/').unwrap_or((rest, ""));
    match version {
        "2.0" => v2::score(metrics),
        "3.0" => v3::score(v3::Minor::Zero, metrics),
        "3.1" => v3::score(v3::Minor::One, metrics),
        "4.0" => v4::score(metrics),
        _ => Err(VectorError::Version(version.to_owned())),
    }
}

impl Score {
    /// The score in tenths: 98 is 9.8. More than 100 becomes 100.
    #[must_use]
    pub fn from_tenths(tenths: u8) -> Self {
        Self(tenths.min(100))
    }

    /// The score in tenths, 0 to 100.
    #[must_use]
    pub fn tenths(self) -> u8 {
        self.0
    }

    /// The words for the score, as v3.0, v3.1 and v4.0 define them (v2 leaves them open; the same
    /// are used).
    #[must_use]
    pub fn rating(self) -> Rating {
        match self.0 {
            0 => Rating::None,
            1..=39 => Rating::Low,
            40..=69 => Rating::Medium,
            70..=89 => Rating::High,
            _ => Rating::Critical,
        }
    }

    /// A number of points, rounded half up to tenths and kept between 0 and 10.
    fn rounded(points: f64) -> Self {
        // Sums of decimal fractions fall short of a tie by a few units in the last place.
        const SLACK: f64 = 1e-6;
        Self::from_points((points + SLACK) * 10.0 + 0.5)
    }

    /// The smallest tenth that is not below a number of points ("Roundup" of v3.1, appendix A).
    fn rounded_up(points: f64) -> Self {
        const SLACK: f64 = 1e-5;
        Self::from_points(((points - SLACK / 2.0) * 10.0).ceil())
    }

    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "clamped to 0..=100 before"
    )]
    fn from_points(tenths: f64) -> Self {
        Self(tenths.clamp(0.0, 100.0) as u8)
    }

    fn points(self) -> f64 {
        f64::from(self.0) / 10.0
    }
}

impl fmt::Display for Score {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "{}.{}", self.0 / 10, self.0 % 10)
    }
}

impl Rating {
    /// The word in lower case.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }

    /// The rating that a word names, in any case; `moderate` is GitHub's word for medium.
    #[must_use]
    pub fn of(word: &str) -> Option<Self> {
        match word.trim().to_ascii_lowercase().as_str() {
            "none" => Some(Self::None),
            "low" => Some(Self::Low),
            "medium" | "moderate" => Some(Self::Medium),
            "high" | "important" => Some(Self::High),
            "critical" => Some(Self::Critical),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{LONGEST, Rating, VectorError, score};

    fn shown(vector: &str) -> String {
        score(vector).map_or_else(|error| error.to_string(), |score| score.to_string())
    }

    #[test]
    fn other_text_is_an_error_that_names_it() {
        assert_eq!(
            shown("CVSS:5.0/AV:N").split(';').next(),
            Some("`CVSS:5.0` is no version of CVSS that is known")
        );
        assert_eq!(score("CVSS:3.1/AV:N/AV:N"), Err(VectorError::Repeated("AV")));
        assert_eq!(score("CVSS:3.1/AV:N"), Err(VectorError::Missing("AC")));
        assert_eq!(score("CVSS:3.1/AV:Q"), Err(VectorError::Metric("AV:Q".to_owned())));
        assert_eq!(score(""), Err(VectorError::Metric(String::new())));
        let long = "AV:N/".repeat(200);
        assert_eq!(score(&long), Err(VectorError::TooLong { length: 1000, limit: LONGEST }));
    }

    #[test]
    fn ratings_have_the_bounds_of_the_specification() {
        let at = |tenths| super::Score::from_tenths(tenths).rating();
        assert_eq!([at(0), at(1), at(39)], [Rating::None, Rating::Low, Rating::Low]);
        assert_eq!([at(40), at(69), at(70)], [Rating::Medium, Rating::Medium, Rating::High]);
        assert_eq!([at(89), at(90), at(100)], [Rating::High, Rating::Critical, Rating::Critical]);
        assert_eq!(Rating::of("MODERATE"), Some(Rating::Medium));
    }
}
