//! Deployments: moments after which a series may have another normal.

use crate::time::parse_time;

/// A deployment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deploy {
    /// Unix time in seconds.
    pub time: i64,
    /// The series that it is about; all when none is named.
    pub series: Option<String>,
}

impl Deploy {
    /// Whether a series of this name is deployed.
    #[must_use]
    pub fn is_about(&self, name: &str) -> bool {
        self.series.as_ref().is_none_or(|series| series == name)
    }
}

/// Reads deployments, one a line: a moment, and after a comma the series that it is about. A first line that
/// begins with `timestamp` or `time`, empty lines and lines that begin with `#` say nothing.
///
/// # Errors
/// The number, from 1, of a line that has no moment.
pub fn read_deploys(text: &str) -> Result<Vec<Deploy>, usize> {
    let mut deploys = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let line = line.trim().trim_start_matches('\u{feff}');
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let (moment, series) = line.split_once(',').unwrap_or((line, ""));
        let moment = moment.trim().trim_matches('"');
        if number == 0 && moment.to_ascii_lowercase().starts_with("time") {
            continue;
        }
        let time = parse_time(moment).ok_or(number + 1)?.time;
        let series = series.trim().trim_matches('"');
        deploys.push(Deploy { time, series: (!series.is_empty()).then(|| series.to_owned()) });
    }
    deploys.sort_by_key(|deploy| deploy.time);
    Ok(deploys)
}

#[cfg(test)]
mod tests {
    use super::{Deploy, read_deploys};

    #[test]
    fn deployments_are_lines() {
        let text =
            "timestamp,series\n# comment\n2026-01-02 00:00:00,orders\n2026-01-01T00:00:00Z\n";
        let deploys = read_deploys(text).unwrap();
        let all = Deploy { time: 1_767_225_600, series: None };
        assert_eq!(deploys.first(), Some(&all));
        assert!(deploys.iter().all(|deploy| deploy.is_about("orders")));
        assert!(!deploys.iter().all(|deploy| deploy.is_about("mail")));
        assert_eq!(read_deploys("2026-01-01\nsoon\n"), Err(2));
    }
}
