//! Where the events of an account, a region and a day lie.

use audit_event::Time;

/// The value of a partition whose events do not say it, or say what no folder can be named after; the
/// word that Hive and its heirs read as null.
pub const UNKNOWN: &str = "__HIVE_DEFAULT_PARTITION__";

/// The folder of all data files.
const EVENTS: &str = "events";

/// Bytes of the longest value that a folder is named after.
const MOST_NAME: usize = 64;

/// Bytes of the longest path.
const MOST_PATH: usize = 512;

const SECONDS_OF_DAY: i64 = 86_400;

/// A day of UTC, in days since 1970-01-01.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(pub i64);

impl Day {
    /// The day of a moment.
    #[must_use]
    pub fn of(time: Time) -> Self {
        Self(time.0.div_euclid(SECONDS_OF_DAY))
    }

    /// Reads `2026-01-31`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        (text.len() == 10).then(|| Time::parse(text.as_bytes()).map(Self::of))?
    }

    /// Its first moment.
    #[must_use]
    pub fn start(self) -> Time {
        Time(self.0.saturating_mul(SECONDS_OF_DAY))
    }
}

impl std::fmt::Display for Day {
    /// `2026-01-31`
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let text = self.start().to_string();
        f.write_str(text.get(..10).unwrap_or(UNKNOWN))
    }
}

/// Whose events, from where, of which day. `None` is unknown.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Partition {
    /// Twelve digits, mostly.
    pub account: Option<String>,
    /// `eu-west-1`
    pub region: Option<String>,
    /// The day of the events' own times.
    pub day: Option<Day>,
}

impl Partition {
    /// The partition of an event. A name that is no folder's (too long, odd signs) counts as unknown.
    #[must_use]
    pub fn new(account: Option<&str>, region: Option<&str>, day: Option<Day>) -> Self {
        let fit = |name: Option<&str>| name.filter(|name| is_fit(name)).map(str::to_owned);
        Self { account: fit(account), region: fit(region), day }
    }

    /// The folder, without a slash at its end: `events/account=…/region=…/day=…`.
    #[must_use]
    pub fn folder(&self) -> String {
        let name = |value: &Option<String>| value.clone().unwrap_or_else(|| UNKNOWN.to_owned());
        let day = self.day.map_or_else(|| UNKNOWN.to_owned(), |day| day.to_string());
        let (account, region) = (name(&self.account), name(&self.region));
        format!("{EVENTS}/account={account}/region={region}/day={day}")
    }

    /// The partition that the path of a data file names; `None` when it is not one of ours.
    #[must_use]
    pub fn of_path(path: &str) -> Option<Self> {
        if path.len() > MOST_PATH {
            return None;
        }
        let mut parts = path.split('/');
        let mut named = |name: &str| {
            let value = parts.next()?.strip_prefix(name)?;
            (is_fit(value) || value == UNKNOWN).then_some(value)
        };
        named("").filter(|first| *first == EVENTS)?;
        let known = |value: &str| (value != UNKNOWN).then(|| value.to_owned());
        let account = known(named("account=")?);
        let region = known(named("region=")?);
        let day = match named("day=")? {
            UNKNOWN => None,
            text => Some(Day::parse(text)?),
        };
        named("").filter(|file| {
            file.rsplit_once('.').is_some_and(|(_, extension)| extension == "parquet")
        })?;
        parts.next().is_none().then_some(Self { account, region, day })
    }
}

/// The folder of all data files, relative to the lake.
#[must_use]
pub fn data_folder() -> &'static str {
    EVENTS
}

/// Whether a file or folder may have the name, in every store and for every engine.
pub(crate) fn is_fit(name: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_');
    // A name that begins with a dot or an underscore is hidden from Hive and its heirs.
    name.len() <= MOST_NAME
        && name.bytes().all(is_plain)
        && name.bytes().next().is_some_and(|first| first.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Day, Partition};

    #[test]
    fn what_no_folder_can_be_named_after_is_unknown() {
        let folder =
            Partition::new(Some("../../etc"), Some("eu-west-1"), Some(Day(20_454))).folder();
        assert_eq!(
            folder,
            "events/account=__HIVE_DEFAULT_PARTITION__/region=eu-west-1/day=2026-01-01"
        );
        for name in ["", ".", "..", "_x", "a/b", "a\\b", "a%2f", "é", &"a".repeat(65)] {
            assert_eq!(Partition::new(Some(name), None, None).account, None, "{name}");
        }
    }

    #[test]
    fn paths_that_are_not_ours_are_refused() {
        let good = "events/account=1/region=eu-west-1/day=2026-01-01/1-a.parquet";
        assert!(Partition::of_path(good).is_some());
        for bad in [
            "account=1/region=eu-west-1/day=2026-01-01/1.parquet",
            "/events/account=1/region=eu-west-1/day=2026-01-01/1.parquet",
            "events/account=../region=eu-west-1/day=2026-01-01/1.parquet",
            "events/account=1/region=eu-west-1/day=2026-13-01/1.parquet",
            "events/account=1/region=eu-west-1/day=2026-01-01/1.parquet/x.parquet",
            "events/account=1/region=eu-west-1/day=2026-01-01/1.json",
            "events/account=1/region=eu-west-1/day=2026-01-01/..",
        ] {
            assert_eq!(Partition::of_path(bad), None, "{bad}");
        }
    }

    proptest! {
        #[test]
        fn a_partition_is_read_back_from_its_folder(
            account in proptest::option::of(".{0,16}"),
            region in proptest::option::of("[a-z0-9.-]{1,16}"),
            day in proptest::option::of(0_i64..40_000),
        ) {
            let partition = Partition::new(account.as_deref(), region.as_deref(), day.map(Day));
            let path = format!("{}/1-0.parquet", partition.folder());
            prop_assert_eq!(Partition::of_path(&path), Some(partition));
        }
    }
}
