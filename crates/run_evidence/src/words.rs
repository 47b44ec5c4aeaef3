//! Counts and times in words.

use lambda_log::write_millis;

use crate::observed::Tally;

/// `once`, `14 times`.
pub(crate) fn times(count: u64) -> String {
    if count == 1 { "once".to_owned() } else { format!("{} times", grouped(count)) }
}

/// `1 attack`, `14 attacks`.
pub(crate) fn counted(count: u64, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{} {what}s", grouped(count)) }
}

/// `1204` as `1,204`.
fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// When something was seen: `, 14 of them in the last 7 days, last on 2026-11-27`; empty when no record has
/// a time.
pub(crate) fn when(tally: &Tally, now: Option<i64>) -> String {
    let Some(last) = tally.last else { return String::new() };
    let last = day(last);
    let recent = now.map_or(0, |now| tally.of_last_week(now));
    if recent == 0 {
        return format!(", last on {last}");
    }
    if recent == tally.count {
        return format!(" in the last 7 days, last on {last}");
    }
    format!(", {} of them in the last 7 days, last on {last}", grouped(recent))
}

/// The day of a time, `2026-11-27`.
pub(crate) fn day(time: i64) -> String {
    write_millis(time).chars().take(10).collect()
}

/// The first three, joined, and how many more there are.
pub(crate) fn some(all: &[String]) -> String {
    let shown = all.iter().take(3).cloned().collect::<Vec<_>>().join(", ");
    match all.len().saturating_sub(3) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

#[cfg(test)]
mod tests {
    use super::{counted, some, times};

    #[test]
    fn numbers_read_well() {
        assert_eq!((times(1).as_str(), times(1204).as_str()), ("once", "1,204 times"));
        assert_eq!(counted(1_000_000, "attack"), "1,000,000 attacks");
        let names: Vec<String> = ["a", "b", "c", "d", "e"].map(str::to_owned).to_vec();
        assert_eq!(some(&names), "a, b, c and 2 more");
    }
}
