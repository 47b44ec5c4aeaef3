//! Values of condition operators that are not plain text: numbers, dates, addresses, ARNs.

use std::{cmp::Ordering, net::IpAddr};

/// A decimal number, compared exactly however long it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Decimal<'a> {
    is_negative: bool,
    /// Without leading zeros.
    whole: &'a str,
    /// Without trailing zeros.
    fraction: &'a str,
}

impl<'a> Decimal<'a> {
    pub(crate) fn parse(text: &'a str) -> Option<Self> {
        let text = text.trim();
        let (is_negative, digits) = match text.strip_prefix('-') {
            Some(digits) => (true, digits),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if !all_digits(whole) || !all_digits(fraction) || (whole.is_empty() && fraction.is_empty())
        {
            return None;
        }
        let whole = whole.trim_start_matches('0');
        let fraction = fraction.trim_end_matches('0');
        let is_zero = whole.is_empty() && fraction.is_empty();
        Some(Self { is_negative: is_negative && !is_zero, whole, fraction })
    }
}

impl Ord for Decimal<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        let size = || {
            (self.whole.len().cmp(&other.whole.len()))
                .then_with(|| self.whole.cmp(other.whole))
                .then_with(|| self.fraction.cmp(other.fraction))
        };
        match (self.is_negative, other.is_negative) {
            (false, false) => size(),
            (true, true) => size().reverse(),
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
        }
    }
}

impl PartialOrd for Decimal<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// A moment in nanoseconds since 1970, from ISO 8601 (`2020-04-01T00:00:00Z`, `2020-04-01`,
/// `2020-04-01T02:00:00.5+02:00`) or seconds since 1970.
pub(crate) fn moment(text: &str) -> Option<i128> {
    let text = text.trim();
    if let Some(nanoseconds) = epoch(text) {
        return Some(nanoseconds);
    }
    let (date, time) = match text.split_once(['T', 't', ' ']) {
        Some((date, time)) => (date, Some(time)),
        None => (text, None),
    };
    let mut parts = date.splitn(3, '-');
    let year = number(parts.next()?, 4)?;
    let month = parts.next().map_or(Some(1), |text| number(text, 2))?;
    let day = parts.next().map_or(Some(1), |text| number(text, 2))?;
    let days = days_since_1970(year, month, day)?;
    let (seconds, fraction) = time.map_or(Some((0, 0)), time_of_day)?;
    Some((i128::from(days) * 86_400 + i128::from(seconds)) * 1_000_000_000 + i128::from(fraction))
}

fn epoch(text: &str) -> Option<i128> {
    let (seconds, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = seconds.strip_prefix('-').unwrap_or(seconds);
    let is_number = (5..=18).contains(&digits.len()) || (digits.len() < 4 && !digits.is_empty());
    if !is_number || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    Some(
        i128::from(seconds.parse::<i64>().ok()?) * 1_000_000_000
            + i128::from(nanoseconds(fraction)?),
    )
}

/// Digits after the point, as nanoseconds; finer ones are dropped.
fn nanoseconds(fraction: &str) -> Option<i64> {
    if !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let digits: String = fraction.chars().chain(std::iter::repeat('0')).take(9).collect();
    digits.parse().ok()
}

/// Seconds since midnight UTC and nanoseconds.
fn time_of_day(text: &str) -> Option<(i64, i64)> {
    let (clock, offset) = match text.find(['Z', 'z', '+', '-']) {
        Some(at) => text.split_at(at),
        None => (text, "Z"),
    };
    let (clock, fraction) = clock.split_once('.').unwrap_or((clock, ""));
    let mut parts = clock.splitn(3, ':');
    let hours = number(parts.next()?, 2)?;
    let minutes = number(parts.next()?, 2)?;
    let seconds = parts.next().map_or(Some(0), |text| number(text, 2))?;
    if hours > 24 || minutes > 59 || seconds > 60 {
        return None;
    }
    let mut total = hours * 3_600 + minutes * 60 + seconds;
    if let Some(sign) = offset.chars().next().filter(|sign| matches!(sign, '+' | '-')) {
        let offset = offset.get(1..)?;
        let (hours, minutes) = match offset.split_once(':') {
            Some(parts) => parts,
            None if offset.len() == 4 => offset.split_at_checked(2)?,
            None => (offset, "00"),
        };
        let shift = number(hours, 2)? * 3_600 + number(minutes, 2)? * 60;
        total += if sign == '+' { -shift } else { shift };
    } else if !offset.eq_ignore_ascii_case("z") {
        return None;
    }
    Some((total, nanoseconds(fraction)?))
}

fn number(text: &str, digits: usize) -> Option<i64> {
    let fits = text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit());
    if fits { text.parse().ok() } else { None }
}

/// Days of the Gregorian calendar; `None` for a day that it does not have.
fn days_since_1970(year: i64, month: i64, day: i64) -> Option<i64> {
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let length = match month {
        2 if is_leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        _ => return None,
    };
    if !(1..=length).contains(&day) {
        return None;
    }
    // Howard Hinnant's count: years begin in March, so that the leap day is the last one.
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    Some(era * 146_097 + day_of_era - 719_468)
}

/// An address, or the network that `address/prefix` names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Network {
    address: IpAddr,
    prefix: u32,
}

impl Network {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().ok()?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        let prefix = match prefix {
            None => most,
            Some(text) if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) => {
                text.parse().ok().filter(|prefix| *prefix <= most)?
            }
            Some(_) => return None,
        };
        Some(Self { address, prefix })
    }

    /// Whether every address of `other` is in this network.
    pub(crate) fn contains(&self, other: &Self) -> bool {
        let (own, its, width) = match (self.address, other.address) {
            (IpAddr::V4(own), IpAddr::V4(its)) => {
                (u128::from(own.to_bits()), u128::from(its.to_bits()), 32)
            }
            (IpAddr::V6(own), IpAddr::V6(its)) => (own.to_bits(), its.to_bits(), 128),
            _ => return false,
        };
        let shift = width - self.prefix;
        let network = |bits: u128| bits.checked_shr(shift).unwrap_or_default();
        other.prefix >= self.prefix && network(own) == network(its)
    }
}

/// The six parts of an ARN; colons after the fifth belong to the last.
pub(crate) fn arn_parts(text: &str) -> Option<[&str; 6]> {
    let mut parts = text.splitn(6, ':');
    let mut arn = [""; 6];
    for part in &mut arn {
        *part = parts.next()?;
    }
    (arn.first() == Some(&"arn")).then_some(arn)
}

#[cfg(test)]
mod tests {
    use super::{Decimal, Network, moment};

    #[test]
    fn numbers_are_compared_exactly() {
        let number = |text| Decimal::parse(text).unwrap();
        assert!(number("9007199254740993") > number("9007199254740992"));
        assert!(number("10") > number("9.99"));
        assert_eq!(number("-0"), number("0.000"));
        assert!(number("-10") < number("-9"));
        assert_eq!(number("007.50"), number("7.5"));
        for text in ["", ".", "1e3", "0x10", "1,5", "--1", "NaN", "1.2.3"] {
            assert_eq!(Decimal::parse(text), None, "{text}");
        }
    }

    #[test]
    fn moments_are_read_in_both_forms() {
        let seconds = |text| moment(text).map(|nanoseconds| nanoseconds / 1_000_000_000);
        assert_eq!(seconds("1970-01-01T00:00:00Z"), Some(0));
        assert_eq!(seconds("2020-04-01T00:00:00Z"), Some(1_585_699_200));
        assert_eq!(seconds("2020-04-01"), Some(1_585_699_200));
        assert_eq!(seconds("2020-04-01T02:00:00+02:00"), Some(1_585_699_200));
        assert_eq!(seconds("2020-03-31T19:00:00.000-0500"), Some(1_585_699_200));
        assert_eq!(seconds("1585699200"), Some(1_585_699_200));
        assert_eq!(seconds("2024-02-29T00:00Z"), Some(1_709_164_800));
        assert_eq!(seconds("2020"), Some(1_577_836_800));
        for text in ["", "2023-02-29", "2020-13-01", "tomorrow", "2020-04-01T25:61:00Z", "é"] {
            assert_eq!(seconds(text), None, "{text}");
        }
    }

    #[test]
    fn networks_contain_their_addresses() {
        let contains = |network: &str, address: &str| {
            Network::parse(network).unwrap().contains(&Network::parse(address).unwrap())
        };
        assert!(contains("203.0.113.0/24", "203.0.113.77"));
        assert!(!contains("203.0.113.0/24", "203.0.114.1"));
        assert!(contains("0.0.0.0/0", "8.8.8.8"));
        assert!(contains("::/0", "2001:db8::1"));
        assert!(contains("2001:DB8:1234:5678::/64", "2001:db8:1234:5678:9::1"));
        assert!(!contains("::/0", "8.8.8.8"));
        assert!(contains("10.0.0.1", "10.0.0.1"));
        for text in ["", "10.0.0", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/+8", "::/129"] {
            assert_eq!(Network::parse(text), None, "{text}");
        }
    }
}
