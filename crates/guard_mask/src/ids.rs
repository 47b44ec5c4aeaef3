//! Numbers that states give to people, each with its rules and check digits.

use crate::bytes::{at, part};
use crate::checks::{is_one_digit, luhn, mod_11_10, number, verhoeff, weighted};
use crate::context::{Context, Contexts};
use crate::sequence::Groups;

/// Which number of a person these groups of digits are.
pub(crate) fn of_digits(groups: &Groups<'_>, contexts: &Contexts) -> Option<&'static str> {
    let near = |context| contexts.near(groups.start, context);
    let is_plain = groups.lengths.len() == 1;
    match (groups.digits.len(), groups.lengths) {
        (9, [3, 2, 4]) if groups.all_separated_by(b"-") || near(Context::Ssn) => us_ssn(groups),
        (9, [9]) if near(Context::Ssn) => us_ssn(groups),
        (9, _) if near(Context::Bsn) => is_bsn(groups.digits).then_some("nl-bsn"),
        (9, _) if near(Context::Sin) => luhn(groups.digits).then_some("ca-sin"),
        (9, _) if near(Context::Tfn) => weighted(groups.digits, &[1, 4, 3, 7, 5, 8, 6, 9, 10])
            .is_multiple_of(11)
            .then_some("au-tfn"),
        (8..=9, [_]) if near(Context::Passport) => Some("passport"),
        (10, [3, 3, 4] | [10]) if near(Context::Nhs) => is_nhs(groups.digits).then_some("uk-nhs"),
        (10, [6, 4]) if groups.separators == [b'-'] => {
            (is_date(groups.digits, 0) && luhn(groups.digits)).then_some("se-personnummer")
        }
        (11, [3, 3, 3, 2]) if groups.separators == [b'.', b'.', b'-'] => {
            is_cpf(groups.digits).then_some("br-cpf")
        }
        (11, _) if near(Context::Cpf) => is_cpf(groups.digits).then_some("br-cpf"),
        (11, [2, 2, 2, 3, 2]) if groups.separators == [b'.', b'.', b'-', b'.'] => {
            is_belgian(groups.digits).then_some("be-national-number")
        }
        (11, [11]) if near(Context::Pesel) => {
            let sum = weighted(groups.digits, &[1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1]);
            sum.is_multiple_of(10).then_some("pl-pesel")
        }
        (11, [2, 3, 3, 3]) if groups.all_separated_by(b" ") || near(Context::GermanTax) => {
            is_german_tax(groups.digits).then_some("de-tax-id")
        }
        (11, [11]) if near(Context::GermanTax) => {
            is_german_tax(groups.digits).then_some("de-tax-id")
        }
        (12, [4, 4, 4]) if groups.all_separated_by(b" -") => is_aadhaar(groups),
        (12, [12]) if near(Context::Aadhaar) => is_aadhaar(groups),
        (13, [3, 4, 4, 2]) if groups.all_separated_by(b".") => {
            (number(groups.digits.get(..3)?) == 756 && is_ean(groups.digits)).then_some("ch-ahv")
        }
        (13, [6, 7]) if groups.separators == [b'-'] => {
            (is_date(groups.digits, 0) && (1..=8).contains(&groups.digit(6))).then_some("kr-rrn")
        }
        (15, _) if is_plain || groups.all_separated_by(b" ") => {
            is_nir(groups.digits).then_some("fr-nir")
        }
        (18, [18]) => is_chinese(groups.digits, groups.digit(17)).then_some("cn-resident-id"),
        _ => None,
    }
}

/// Which number of a person this word of letters and digits is; the word stands alone.
pub(crate) fn of_word(word: &[u8], contexts: &Contexts, start: usize) -> Option<&'static str> {
    let mut upper = [0_u8; 18];
    let text = upper.get_mut(..word.len())?;
    for (to, from) in text.iter_mut().zip(word) {
        *to = from.to_ascii_uppercase();
    }
    let is_upper = !word.iter().any(u8::is_ascii_lowercase);
    match text.len() {
        9 if is_upper && is_shape(text, b"AA999999A") && is_nino(text) => Some("uk-nino"),
        9 if is_upper && is_shape(text, b"99999999A") && is_dni(text) => Some("es-dni"),
        9 if is_upper && is_shape(text, b"A9999999A") => {
            if is_nie(text) {
                return Some("es-nie");
            }
            is_nric(text).then_some("sg-nric")
        }
        8 | 9 if contexts.near(start, Context::Passport) => Some("passport"),
        10 if is_upper && is_shape(text, b"AAAAA9999A") => {
            text.get(3).is_some_and(|holder| b"PCFHATBLJG".contains(holder)).then_some("in-pan")
        }
        16 if is_codice_fiscale(text) => Some("it-codice-fiscale"),
        18 if is_upper && is_shape(text, b"99999999999999999A") && text.ends_with(b"X") => {
            let mut digits = [0_u8; 17];
            for (to, from) in digits.iter_mut().zip(text.iter()) {
                *to = from - b'0';
            }
            is_chinese(&digits, 10).then_some("cn-resident-id")
        }
        18 if is_upper && is_shape(text, b"AAAA999999AAAAAA99") => {
            matches!(text.get(10), Some(b'H' | b'M' | b'X')).then_some("mx-curp")
        }
        _ => None,
    }
}

/// `QQ 12 34 56 C`: the number begins two letters and a space before the digits.
pub(crate) fn spaced_nino(line: &[u8], digits_start: usize) -> Option<(usize, usize)> {
    let start = digits_start.checked_sub(3)?;
    let text = part(line, start..start + 13);
    let mut packed = [0_u8; 9];
    let kept = text.iter().enumerate().filter(|(place, _)| !matches!(place, 2 | 5 | 8 | 11));
    for (to, (_, from)) in packed.iter_mut().zip(kept) {
        *to = *from;
    }
    let gaps = [2, 5, 8, 11].iter().all(|place| at(text, *place) == b' ');
    let alone = !start.checked_sub(1).is_some_and(|it| at(line, it).is_ascii_alphanumeric())
        && !at(line, start + 13).is_ascii_alphanumeric();
    (gaps && alone && is_shape(&packed, b"AA999999A") && is_nino(&packed))
        .then_some((start, start + 13))
}

/// `131052-308T`: a Finnish number, of which the digits begin at `start`.
pub(crate) fn finnish(line: &[u8], start: usize) -> Option<usize> {
    const CHECKS: &[u8; 31] = b"0123456789ABCDEFHJKLMNPRSTUVWXY";
    let text = part(line, start..start + 11);
    let mut digits = [0_u8; 9];
    let kept = text.iter().enumerate().filter(|(place, _)| *place != 6).take(9);
    for (to, (_, from)) in digits.iter_mut().zip(kept) {
        *to = from.checked_sub(b'0').filter(|digit| *digit <= 9)?;
    }
    let check = CHECKS.get(usize::try_from(number(&digits) % 31).unwrap_or_default())?;
    let is_day = (1..=31).contains(&(digits[0] * 10 + digits[1]))
        && (1..=12).contains(&(digits[2] * 10 + digits[3]));
    (matches!(at(text, 6), b'-' | b'A' | b'+')
        && at(text, 10) == *check
        && is_day
        && !at(line, start + 11).is_ascii_alphanumeric())
    .then_some(start + 11)
}

/// `9` stands for a digit, `A` for a letter.
fn is_shape(text: &[u8], shape: &[u8]) -> bool {
    text.len() == shape.len()
        && text.iter().zip(shape).all(|(byte, wanted)| match wanted {
            b'9' => byte.is_ascii_digit(),
            _ => byte.is_ascii_uppercase(),
        })
}

/// Social security numbers and, from 900 on, taxpayer numbers of the United States.
fn us_ssn(groups: &Groups<'_>) -> Option<&'static str> {
    let area = number(groups.digits.get(..3)?);
    let middle = number(groups.digits.get(3..5)?);
    let serial = number(groups.digits.get(5..9)?);
    if area >= 900 {
        return matches!(middle, 50..=65 | 70..=88 | 90..=92 | 94..=99).then_some("us-itin");
    }
    (area != 0 && area != 666 && middle != 0 && serial != 0).then_some("us-ssn")
}

fn is_aadhaar(groups: &Groups<'_>) -> Option<&'static str> {
    (groups.digit(0) >= 2 && verhoeff(groups.digits) && !is_one_digit(groups.digits))
        .then_some("in-aadhaar")
}

fn is_bsn(digits: &[u8]) -> bool {
    let Some((last, body)) = digits.split_last() else { return false };
    let sum = weighted(body, &[9, 8, 7, 6, 5, 4, 3, 2]);
    sum > 0 && (sum + 11 - u32::from(*last)).is_multiple_of(11)
}

fn is_nhs(digits: &[u8]) -> bool {
    let Some((last, body)) = digits.split_last() else { return false };
    let check = 11 - weighted(body, &[10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11;
    check % 11 == u32::from(*last)
}

fn is_cpf(digits: &[u8]) -> bool {
    let check = |body: &[u8]| {
        let first = u32::try_from(body.len()).unwrap_or_default() + 1;
        let sum: u32 = body
            .iter()
            .zip((2..=first).rev())
            .map(|(digit, weight)| u32::from(*digit) * weight)
            .sum();
        sum * 10 % 11 % 10
    };
    let (Some(nine), Some(ten)) = (digits.get(..9), digits.get(..10)) else { return false };
    digits.len() == 11
        && !is_one_digit(digits)
        && digits.get(9).is_some_and(|digit| u32::from(*digit) == check(nine))
        && digits.get(10).is_some_and(|digit| u32::from(*digit) == check(ten))
}

/// Of the first ten digits one stands there twice or three times, and the check digit holds.
fn is_german_tax(digits: &[u8]) -> bool {
    let Some(body) = digits.get(..10) else { return false };
    let mut counts = [0_u8; 10];
    for digit in body {
        if let Some(count) = counts.get_mut(usize::from(*digit)) {
            *count += 1;
        }
    }
    let repeated = counts.iter().filter(|count| **count > 1).count();
    digits.first() != Some(&0)
        && repeated == 1
        && counts.iter().all(|count| *count <= 3)
        && mod_11_10(digits)
}

/// Month and day at a place, as `MMDD` behind two digits of the year.
fn is_date(digits: &[u8], year_at: usize) -> bool {
    let two = |place: usize| digits.get(place..place + 2).map_or(0, number);
    (1..=12).contains(&two(year_at + 2)) && (1..=31).contains(&two(year_at + 4))
}

fn is_belgian(digits: &[u8]) -> bool {
    let (Some(body), Some(check)) = (digits.get(..9), digits.get(9..)) else { return false };
    let (body, check) = (number(body), number(check));
    97 - body % 97 == check || 97 - (2_000_000_000 + body) % 97 == check
}

fn is_ean(digits: &[u8]) -> bool {
    weighted(digits, &[1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1]).is_multiple_of(10)
}

/// Sex, year, month, department …, and the rest of 97.
fn is_nir(digits: &[u8]) -> bool {
    let (Some(body), Some(check)) = (digits.get(..13), digits.get(13..)) else { return false };
    let month = digits.get(3..5).map_or(0, number);
    matches!(digits.first(), Some(1..=4 | 7 | 8))
        && (matches!(month, 1..=12 | 20..=42 | 50..=99))
        && 97 - number(body) % 97 == number(check)
}

/// `check` is 10 for the letter X.
fn is_chinese(digits: &[u8], check: u8) -> bool {
    let Some(body) = digits.get(..17) else { return false };
    let sum = weighted(body, &[7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]);
    let year = body.get(6..10).map_or(0, number);
    (12 - sum % 11) % 11 == u32::from(check)
        && (1900..2100).contains(&year)
        && is_date(body, 8)
        && matches!(body.first(), Some(1..=8))
}

fn is_nino(text: &[u8]) -> bool {
    let [first, second, ..] = text else { return false };
    let pair = [*first, *second];
    !b"DFIQUV".contains(first)
        && !b"DFIQUVO".contains(second)
        && !matches!(&pair, b"BG" | b"GB" | b"NK" | b"KN" | b"TN" | b"NT" | b"ZZ")
        && matches!(text.last(), Some(b'A'..=b'D'))
}

fn spanish_letter(number: u64) -> Option<u8> {
    b"TRWAGMYFPDXBNJZSQVHLCKE".get(usize::try_from(number % 23).ok()?).copied()
}

fn value_of(text: &[u8]) -> u64 {
    text.iter().fold(0, |number, byte| number * 10 + u64::from(byte.wrapping_sub(b'0')))
}

fn is_dni(text: &[u8]) -> bool {
    let Some((letter, body)) = text.split_last() else { return false };
    spanish_letter(value_of(body)) == Some(*letter)
}

fn is_nie(text: &[u8]) -> bool {
    let [first @ b'X'..=b'Z', body @ .., letter] = text else { return false };
    spanish_letter(u64::from(first - b'X') * 10_000_000 + value_of(body)) == Some(*letter)
}

fn is_nric(text: &[u8]) -> bool {
    let [first, body @ .., letter] = text else { return false };
    let sum: u32 = body
        .iter()
        .zip([2, 7, 6, 5, 4, 3, 2])
        .map(|(byte, weight)| u32::from(byte - b'0') * weight)
        .sum();
    let (offset, letters): (u32, &[u8; 11]) = match first {
        b'S' => (0, b"JZIHGFEDCBA"),
        b'T' => (4, b"JZIHGFEDCBA"),
        b'F' => (0, b"XWUTRQPNMLK"),
        b'G' => (4, b"XWUTRQPNMLK"),
        _ => return false,
    };
    letters.get(usize::try_from((sum + offset) % 11).unwrap_or_default()) == Some(letter)
}

fn is_codice_fiscale(text: &[u8]) -> bool {
    const ODD: [u32; 26] = [
        1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24,
        23,
    ];
    // Where two people would have one number, letters stand for some of the digits.
    let is_digit = |byte: u8| byte.is_ascii_digit() || b"LMNPQRSTUV".contains(&byte);
    let fits = text.iter().enumerate().all(|(place, byte)| match place {
        6 | 7 | 9 | 10 | 12..=14 => is_digit(*byte),
        8 => b"ABCDEHLMPRST".contains(byte),
        _ => byte.is_ascii_uppercase(),
    });
    let Some((check, body)) = text.split_last().filter(|_| fits) else { return false };
    let sum: u32 = body
        .iter()
        .enumerate()
        .map(|(place, byte)| {
            let rank = match byte {
                b'0'..=b'9' => byte - b'0',
                other => other.wrapping_sub(b'A'),
            };
            let odd = ODD.get(usize::from(rank)).copied().unwrap_or_default();
            if place % 2 == 0 { odd } else { u32::from(rank) }
        })
        .sum();
    u32::from(check.wrapping_sub(b'A')) == sum % 26
}
