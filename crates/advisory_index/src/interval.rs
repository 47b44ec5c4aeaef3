//! Ranges of affected versions: the events of OSV as intervals.

use std::cmp::Ordering;

use package_version::{Ecosystem, Version};

/// Versions from one on, up to an end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Interval<'a> {
    /// The first version; `None` is from the beginning.
    pub from: Option<&'a str>,
    /// Where it ends.
    pub end: End<'a>,
}

/// Where an interval ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End<'a> {
    /// No end is known.
    Open,
    /// Before this version, which has the fix.
    Fixed(&'a str),
    /// With this version; the next one may or may not have the fix.
    Last(&'a str),
    /// Before this version, about which, and what follows, nothing is said.
    Limit(&'a str),
}

impl Interval<'_> {
    /// Whether a version lies in the interval.
    #[must_use]
    pub fn contains(&self, version: &Version) -> bool {
        let at = |text: &str| version.compare(&Version::parse(version.ecosystem(), text));
        let from = self.from.is_none_or(|from| at(from) != Some(Ordering::Less));
        from && match self.end {
            End::Open => true,
            End::Fixed(end) | End::Limit(end) => at(end) == Some(Ordering::Less),
            End::Last(end) => at(end) != Some(Ordering::Greater),
        }
    }
}

/// Whether a version lies in one of the intervals or is one of the versions, however it is written.
#[must_use]
pub fn covers(intervals: &[Interval<'_>], versions: &[&str], version: &Version) -> bool {
    let is_listed = || {
        versions.iter().any(|text| {
            let text = text.trim();
            text == version.as_str()
                || Version::parse(version.ecosystem(), text).compare(version)
                    == Some(Ordering::Equal)
        })
    };
    intervals.iter().any(|interval| interval.contains(version)) || is_listed()
}

/// An event of a range in a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Event<'a> {
    Introduced(&'a str),
    Fixed(&'a str),
    LastAffected(&'a str),
    Limit(&'a str),
}

impl<'a> Event<'a> {
    fn text(self) -> &'a str {
        match self {
            Self::Introduced(text)
            | Self::Fixed(text)
            | Self::LastAffected(text)
            | Self::Limit(text) => text,
        }
    }
}

/// The intervals that the events of one range make, in rising order: the evaluation algorithm of
/// osv-schema, "affected[].ranges[].events".
pub(crate) fn intervals_of<'a>(ecosystem: Ecosystem, events: &[Event<'a>]) -> Vec<Interval<'a>> {
    let mut limit: Option<(Version, &'a str)> = None;
    let mut sorted: Vec<(Version, u8, Event<'a>)> = Vec::new();
    for event in events {
        let version = Version::parse(ecosystem, event.text());
        match event {
            // The furthest limit holds; `*` is none.
            Event::Limit("*") => {}
            Event::Limit(text) => {
                let further = limit
                    .as_ref()
                    .is_none_or(|(known, _)| version.compare(known) == Some(Ordering::Greater));
                if further {
                    limit = Some((version, text));
                }
            }
            // At one version a fix comes first: what is introduced there is there.
            Event::Fixed(_) => sorted.push((version, 0, *event)),
            Event::Introduced(_) => sorted.push((version, 1, *event)),
            Event::LastAffected(_) => sorted.push((version, 2, *event)),
        }
    }
    sorted.sort_by(|(a, a_rank, a_event), (b, b_rank, b_event)| {
        let is_zero = |event: &Event<'_>| *event == Event::Introduced("0");
        is_zero(b_event)
            .cmp(&is_zero(a_event))
            .then(a.compare(b).unwrap_or(Ordering::Equal))
            .then(a_rank.cmp(b_rank))
    });
    let mut intervals = Vec::new();
    let mut open: Option<Option<&'a str>> = None;
    for (_, _, event) in sorted {
        let end = match event {
            Event::Introduced(text) => {
                open = open.or(Some(Some(text).filter(|text| *text != "0")));
                continue;
            }
            Event::Fixed(text) => End::Fixed(text),
            Event::LastAffected(text) => End::Last(text),
            Event::Limit(_) => continue,
        };
        if let Some(from) = open.take() {
            intervals.push(Interval { from, end });
        }
    }
    if let Some(from) = open {
        intervals.push(Interval { from, end: End::Open });
    }
    if let Some((limit, text)) = limit {
        intervals = intervals.into_iter().filter_map(|it| it.up_to(&limit, text)).collect();
    }
    intervals
}

impl<'a> Interval<'a> {
    /// What of the interval lies before a limit.
    fn up_to(self, limit: &Version, text: &'a str) -> Option<Self> {
        let at = |text: &str| Version::parse(limit.ecosystem(), text).compare(limit);
        if self.from.is_some_and(|from| at(from) != Some(Ordering::Less)) {
            return None;
        }
        let is_before = match self.end {
            End::Open => false,
            End::Fixed(end) | End::Limit(end) => at(end) != Some(Ordering::Greater),
            End::Last(end) => at(end) == Some(Ordering::Less),
        };
        Some(if is_before { self } else { Self { end: End::Limit(text), ..self } })
    }
}

#[cfg(test)]
mod tests {
    use package_version::{Ecosystem, Version};

    use super::{End, Event, Interval, covers, intervals_of};

    #[test]
    fn events_in_any_order_make_intervals() {
        let events = [
            Event::Fixed("2.3"),
            Event::Introduced("0"),
            Event::Introduced("2.0"),
            Event::Fixed("1.10"),
        ];
        assert_eq!(
            intervals_of(Ecosystem::PyPI, &events),
            [
                Interval { from: None, end: End::Fixed("1.10") },
                Interval { from: Some("2.0"), end: End::Fixed("2.3") },
            ]
        );
    }

    #[test]
    fn last_affected_is_affected_and_a_limit_is_not() {
        let last = intervals_of(
            Ecosystem::Npm,
            &[Event::Introduced("1.0.0"), Event::LastAffected("1.2.0")],
        );
        let limit =
            intervals_of(Ecosystem::Npm, &[Event::Introduced("1.0.0"), Event::Limit("1.2.0")]);
        let within = |intervals: &[Interval<'_>], text| {
            covers(intervals, &[], &Version::parse(Ecosystem::Npm, text))
        };
        assert!(within(&last, "1.2.0") && !within(&last, "1.2.1") && !within(&last, "0.9.0"));
        assert!(within(&limit, "1.1.9") && !within(&limit, "1.2.0"));
        let events = [
            Event::Introduced("1.0.0"),
            Event::Fixed("2.0.0"),
            Event::Introduced("3.0.0"),
            Event::Limit("1.5.0"),
        ];
        let both = intervals_of(Ecosystem::Npm, &events);
        assert_eq!(both, [Interval { from: Some("1.0.0"), end: End::Limit("1.5.0") }]);
    }

    #[test]
    fn a_listed_version_is_found_however_it_is_written() {
        let version = Version::parse(Ecosystem::PyPI, "1.0.0");
        assert!(covers(&[], &["0.9", "1.0"], &version));
        assert!(!covers(&[], &["1.0.post1"], &version));
    }
}
