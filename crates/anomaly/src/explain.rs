//! An alert in words.

use crate::{
    alert::{Alert, Kind, Noticed},
    members::{Context, Feature, MEMBERS, Member},
};

impl Alert {
    /// Says in one or two sentences what was unusual, and compared with what.
    ///
    /// Times are left to the caller, who knows how the input writes them.
    #[must_use]
    pub fn explain(&self) -> String {
        let value = number(self.value);
        let expected = number(self.expected);
        let band = format!("{} to {}", number(self.low), number(self.high));
        let lasting = format!("{} values", self.points);
        let what = match self.kind {
            Kind::Spike => format!("{value} is far above the usual {band}"),
            Kind::Drop => format!("{value} is far below the usual {band}"),
            Kind::Level => {
                format!(
                    "{lasting} in a row lie at another level, up to {value} where {expected} was usual"
                )
            }
            Kind::Variance => {
                format!("{lasting} swing on both sides of the usual {band}, as far as {value}")
            }
            Kind::Drift => format!("the level went slowly from {expected} to {value}"),
            Kind::Season => {
                format!(
                    "{value} is a usual value, but not at this time of day, when {band} is usual"
                )
            }
            Kind::Silence if self.noticed == Noticed::Absence => {
                return format!(
                    "no value came for {}, many times as long as ever; {expected} was usual",
                    duration(self.end.saturating_sub(self.start))
                );
            }
            Kind::Silence if self.noticed == Noticed::Zeros => {
                return format!(
                    "nothing but zero for {}, twice as long as ever: the function has gone silent",
                    duration(self.end.saturating_sub(self.start))
                );
            }
            Kind::Silence => {
                return format!(
                    "nothing but zero for {lasting}, where {expected} was usual: the function has gone silent"
                );
            }
            Kind::NewError => {
                return format!(
                    "{value} is the first value that is not zero since the series began"
                );
            }
            Kind::Other => format!("{value} has a shape that the series never had"),
        };
        match self.noticed {
            Noticed::Range(index) => match MEMBERS.get(usize::from(index)) {
                Some(member) => format!("{what}; {}", reason(*member)),
                None => what,
            },
            Noticed::Distance => format!("{what}; values stay away from what was expected"),
            Noticed::Trend => format!("{what}; small distances to one side add up"),
            Noticed::Absence | Noticed::Zeros | Noticed::First => what,
        }
    }
}

/// What one member of the committee saw.
fn reason(member: Member) -> String {
    let feature = match member.feature {
        Feature::Value => "the value",
        Feature::Mean16 => "the mean of 16 values",
        Feature::Above64 => "the distance from the mean of the 64 values before",
        Feature::Change48 => "the change over 48 values",
        Feature::Peak24 => "the highest of 24 values",
        Feature::Log => "the order of magnitude",
    };
    let context = match member.context {
        Context::Any => "left all that it ever was",
        Context::Day => "left all that it was at this time of day",
        Context::Previous => "left all that followed such a value",
        Context::Earlier => "left all that was seen 16 values after such a one",
        Context::Level => "left all that was seen at such a level",
    };
    format!("{feature} {context}")
}

/// A number as people write it: four digits that count.
fn number(value: f64) -> String {
    if value == 0.0 {
        return "0".to_owned();
    }
    let size = value.abs();
    if !(1e-4..1e12).contains(&size) {
        return format!("{value:.3e}");
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "-4 to 12")]
    let decimals = (3.0 - size.log10().floor()).clamp(0.0, 8.0) as usize;
    let text = format!("{value:.decimals$}");
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        text
    }
}

/// A time span in its two largest units.
fn duration(seconds: i64) -> String {
    let units = [(86_400, "d"), (3_600, "h"), (60, "min"), (1, "s")];
    let mut rest = seconds.max(0);
    let mut words = Vec::new();
    for (size, name) in units {
        if rest >= size && words.len() < 2 {
            words.push(format!("{} {name}", rest / size));
            rest %= size;
        }
    }
    if words.is_empty() { "0 s".to_owned() } else { words.join(" ") }
}

#[cfg(test)]
mod tests {
    use super::{duration, number};

    #[test]
    fn numbers_read_well() {
        assert_eq!(number(1234.567), "1235");
        assert_eq!(number(0.012_34), "0.01234");
        assert_eq!(number(-3.0), "-3");
        assert_eq!(number(1e300), "1.000e300");
        assert_eq!(number(f64::INFINITY), "inf");
    }

    #[test]
    fn spans_have_two_units() {
        assert_eq!(duration(90_061), "1 d 1 h");
        assert_eq!(duration(59), "59 s");
        assert_eq!(duration(-5), "0 s");
    }
}
