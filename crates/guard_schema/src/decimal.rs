//! Numbers of JSON as the decimals that they write: compared and divided exactly.

use std::cmp::Ordering;

/// A number, without its leading and trailing zeros, borrowed from its text.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Decimal<'a> {
    is_negative: bool,
    whole: &'a [u8],
    fraction: &'a [u8],
    /// Significant digits; 0 for zero.
    count: usize,
    /// Digits that are passed over before the first significant one.
    skipped: usize,
    /// The value is `0.d1d2d3…` times ten to this.
    exponent: i64,
}

impl<'a> Decimal<'a> {
    /// Reads a number as JSON writes it.
    pub(crate) fn read(text: &'a str) -> Self {
        let (is_negative, rest) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (mantissa, power) = rest.split_once(['e', 'E']).unwrap_or((rest, "0"));
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        // An exponent that no i64 holds is beyond all that is compared with it.
        let power = power
            .strip_prefix('+')
            .unwrap_or(power)
            .parse::<i64>()
            .unwrap_or(if power.starts_with('-') { i64::MIN / 4 } else { i64::MAX / 4 });
        let (whole, fraction) = (whole.as_bytes(), fraction.as_bytes());
        let all = || whole.iter().chain(fraction);
        let skipped = all().take_while(|digit| **digit == b'0').count();
        let length = whole.len() + fraction.len();
        let trailing = all().rev().take_while(|digit| **digit == b'0').count();
        let count = length.saturating_sub(skipped + trailing);
        let place = i64::try_from(whole.len()).unwrap_or(i64::MAX / 4)
            - i64::try_from(skipped).unwrap_or(i64::MAX / 4);
        let exponent = power.saturating_add(place);
        Self { is_negative: is_negative && count > 0, whole, fraction, count, skipped, exponent }
    }

    fn digits(self) -> impl Iterator<Item = u8> {
        self.whole
            .iter()
            .chain(self.fraction)
            .skip(self.skipped)
            .take(self.count)
            .map(|digit| digit.wrapping_sub(b'0'))
    }

    /// Whether there is no fraction: `1.0` and `1e3` have none.
    pub(crate) fn is_integer(self) -> bool {
        self.count == 0 || i64::try_from(self.count).is_ok_and(|count| count <= self.exponent)
    }

    pub(crate) fn compare(self, other: Decimal<'_>) -> Ordering {
        let sign = |decimal: Decimal<'_>| match (decimal.count, decimal.is_negative) {
            (0, _) => 0,
            (_, true) => -1,
            (_, false) => 1,
        };
        sign(self).cmp(&sign(other)).then_with(|| {
            if self.count == 0 {
                return Ordering::Equal;
            }
            let size =
                self.exponent.cmp(&other.exponent).then_with(|| self.digits().cmp(other.digits()));
            if self.is_negative { size.reverse() } else { size }
        })
    }

    /// Whether it is a whole multiple of `divisor`.
    pub(crate) fn is_multiple_of(self, divisor: Divisor) -> bool {
        if self.count == 0 {
            return true;
        }
        let count = i64::try_from(self.count).unwrap_or(i64::MAX / 4);
        // Of the last significant digit: the value is an integer without trailing zeros times this.
        let power = self.exponent.saturating_sub(count);
        let Ok(zeros) = u64::try_from(power.saturating_sub(divisor.power)) else {
            // The divisor has zeros at the end where the number has none.
            return false;
        };
        let modulus = u128::from(divisor.digits);
        let rest = self.digits().fold(0, |rest, digit| (rest * 10 + u128::from(digit)) % modulus);
        (rest * power_of_ten(zeros, modulus)).is_multiple_of(modulus)
    }

    /// As what others are divided by; `None` for zero, less, or more than 19 digits.
    pub(crate) fn divisor(self) -> Option<Divisor> {
        let digits = self.digits().try_fold(0_u64, |number, digit| {
            number.checked_mul(10)?.checked_add(u64::from(digit))
        })?;
        let power = self.exponent.saturating_sub(i64::try_from(self.count).ok()?);
        (digits > 0 && !self.is_negative).then_some(Divisor { digits, power })
    }

    /// Feeds what tells numbers apart: 1, 1.0 and 10e-1 give the same.
    pub(crate) fn hash(self, mut feed: impl FnMut(&[u8])) {
        feed(&[u8::from(self.is_negative)]);
        if self.count > 0 {
            feed(&self.exponent.to_le_bytes());
            self.digits().for_each(|digit| feed(&[digit]));
        }
    }
}

/// `digits` times ten to `power`, above zero.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Divisor {
    digits: u64,
    power: i64,
}

fn power_of_ten(mut power: u64, modulus: u128) -> u128 {
    let (mut base, mut result) = (10 % modulus, 1 % modulus);
    while power > 0 {
        if power & 1 == 1 {
            result = result * base % modulus;
        }
        base = base * base % modulus;
        power >>= 1;
    }
    result
}

#[cfg(test)]
mod tests {
    use super::Decimal;
    use std::cmp::Ordering;

    #[test]
    fn numbers_are_compared_as_what_they_write() {
        for (one, other, expect) in [
            ("1", "1.0", Ordering::Equal),
            ("100", "1e2", Ordering::Equal),
            ("-0", "0.000", Ordering::Equal),
            ("0.1", "0.10000000000000000000001", Ordering::Less),
            ("-5", "-4.9", Ordering::Less),
            ("1e400", "1e399", Ordering::Greater),
            ("9007199254740993", "9007199254740992", Ordering::Greater),
            ("1e-99999999999999999999", "0", Ordering::Greater),
        ] {
            assert_eq!(Decimal::read(one).compare(Decimal::read(other)), expect, "{one} {other}");
        }
    }

    #[test]
    fn multiples_are_exact() {
        for (number, divisor, expect) in [
            ("4.5", "1.5", true),
            ("0.0075", "0.0001", true),
            ("0.00751", "0.0001", false),
            ("1e308", "0.5", true),
            ("35", "1.5", false),
            ("10", "100", false),
            ("0", "7", true),
            ("12391239123", "1e-8", true),
        ] {
            let divisor = Decimal::read(divisor).divisor().unwrap();
            assert_eq!(Decimal::read(number).is_multiple_of(divisor), expect, "{number}");
        }
    }
}
