//! Check digits: what tells a number that was issued from one that only looks like it.
//!
//! Every function takes the digits as numbers (0 to 9), most significant first.

/// Luhn (ISO/IEC 7812): cards, Swedish and Canadian numbers.
pub(crate) fn luhn(digits: &[u8]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(place, digit)| {
            let doubled = u32::from(*digit) * if place % 2 == 1 { 2 } else { 1 };
            if doubled > 9 { doubled - 9 } else { doubled }
        })
        .sum();
    sum.is_multiple_of(10)
}

/// Verhoeff, over the dihedral group of ten: Aadhaar.
pub(crate) fn verhoeff(digits: &[u8]) -> bool {
    const PERMUTATION: [u8; 10] = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4];
    let permuted = |digit: u8, times: usize| {
        (0..times % 8).fold(digit, |digit, _| {
            PERMUTATION.get(usize::from(digit)).copied().unwrap_or_default()
        })
    };
    // The product of the group: rotations are 0 to 4, reflections 5 to 9.
    let product = |a: u8, b: u8| match (a < 5, b < 5) {
        (true, true) => (a + b) % 5,
        (true, false) => (a + b - 5) % 5 + 5,
        (false, true) => (a - 5 + 5 - b) % 5 + 5,
        (false, false) => (a + 5 - b) % 5,
    };
    let mut check = 0;
    for (place, digit) in digits.iter().rev().enumerate() {
        check = product(check, permuted(*digit, place));
    }
    check == 0
}

/// ISO 7064 mod 11,10: the German tax number.
pub(crate) fn mod_11_10(digits: &[u8]) -> bool {
    let Some((check, body)) = digits.split_last() else { return false };
    let mut product = 10_u32;
    for digit in body {
        let mut sum = (u32::from(*digit) + product) % 10;
        if sum == 0 {
            sum = 10;
        }
        product = sum * 2 % 11;
    }
    (11 - product) % 10 == u32::from(*check)
}

/// Sum of digits, each times its weight.
pub(crate) fn weighted(digits: &[u8], weights: &[u8]) -> u32 {
    digits.iter().zip(weights).map(|(digit, weight)| u32::from(*digit) * u32::from(*weight)).sum()
}

/// The number that the digits write.
pub(crate) fn number(digits: &[u8]) -> u64 {
    digits
        .iter()
        .fold(0_u64, |number, digit| number.wrapping_mul(10).wrapping_add(u64::from(*digit)))
}

/// ISO 13616: the text with its first four letters last, letters as 10 to 35, is 1 modulo 97.
pub(crate) fn iban(text: &[u8]) -> bool {
    let Some((head, body)) = text.split_at_checked(4) else { return false };
    let mut rest = 0_u32;
    for byte in body.iter().chain(head) {
        rest = match byte {
            b'0'..=b'9' => rest * 10 + u32::from(byte - b'0'),
            b'A'..=b'Z' => rest * 100 + u32::from(byte - b'A') + 10,
            b'a'..=b'z' => rest * 100 + u32::from(byte - b'a') + 10,
            _ => return false,
        } % 97;
    }
    rest == 1
}

/// Length of an IBAN by country; `None` where no IBAN is issued.
///
/// Source: SWIFT, IBAN registry.
pub(crate) fn iban_length(country: [u8; 2]) -> Option<usize> {
    Some(match &country.map(|letter| letter.to_ascii_uppercase()) {
        b"NO" => 15,
        b"BE" => 16,
        b"DK" | b"FI" | b"FK" | b"FO" | b"GL" | b"NL" | b"SD" => 18,
        b"MK" | b"SI" => 19,
        b"AT" | b"BA" | b"EE" | b"KZ" | b"LT" | b"LU" | b"MN" | b"XK" => 20,
        b"CH" | b"CR" | b"HR" | b"LI" | b"LV" => 21,
        b"BG" | b"BH" | b"DE" | b"GB" | b"GE" | b"IE" | b"ME" | b"RS" | b"VA" => 22,
        b"AE" | b"GI" | b"IL" | b"IQ" | b"OM" | b"SO" | b"TL" => 23,
        b"AD" | b"CZ" | b"ES" | b"MD" | b"PK" | b"RO" | b"SA" | b"SE" | b"SK" | b"TN" | b"VG" => 24,
        b"LY" | b"PT" | b"ST" => 25,
        b"IS" | b"TR" => 26,
        b"BI" | b"DJ" | b"FR" | b"GR" | b"IT" | b"MC" | b"MR" | b"SM" => 27,
        b"AL" | b"AZ" | b"BY" | b"CY" | b"DO" | b"GT" | b"HN" | b"HU" | b"LB" | b"NI" | b"PL"
        | b"SV" => 28,
        b"BR" | b"EG" | b"PS" | b"QA" | b"UA" => 29,
        b"JO" | b"KW" | b"MU" | b"YE" => 30,
        b"MT" | b"SC" => 31,
        b"LC" => 32,
        b"RU" => 33,
        _ => return None,
    })
}

/// Whether an issuer gives out cards with these first digits and this length, and Luhn holds.
///
/// Source: ISO/IEC 7812 and the ranges that the schemes publish.
pub(crate) fn card(digits: &[u8]) -> bool {
    let Some(first) = digits.get(..6) else { return false };
    let six = number(first);
    let four = six / 100;
    let three = six / 1000;
    let two = six / 10_000;
    let issued = match digits.len() {
        13 => two / 10 == 4,
        14 => two == 36 || two == 38 || two == 39 || (300..=305).contains(&three) || three == 309,
        15 => two == 34 || two == 37 || matches!(four, 2014 | 2149),
        16 => {
            two / 10 == 4
                || (51..=55).contains(&two)
                || (2221..=2720).contains(&four)
                || (2200..=2204).contains(&four)
                || four == 6011
                || (644..=659).contains(&three)
                || (3528..=3589).contains(&four)
                || matches!(two, 36 | 38 | 39 | 62 | 60 | 81 | 82)
                || matches!(three, 508 | 627 | 636 | 650)
                || is_maestro(four)
        }
        17 | 18 => two == 62 || two == 65 || is_maestro(four),
        19 => {
            two / 10 == 4
                || two == 62
                || four == 6011
                || (644..=659).contains(&three)
                || (3528..=3589).contains(&four)
                || is_maestro(four)
        }
        _ => false,
    };
    issued && luhn(digits) && !is_one_digit(digits)
}

fn is_maestro(four: u64) -> bool {
    matches!(
        four,
        5018 | 5020 | 5038 | 5612 | 5893 | 6304 | 6390 | 6706 | 6709 | 6759 | 6761..=6763 | 6771
    )
}

/// One digit over and over: a placeholder.
pub(crate) fn is_one_digit(digits: &[u8]) -> bool {
    digits.windows(2).all(|pair| matches!(pair, [a, b] if a == b))
}

#[cfg(test)]
mod tests {
    use super::{card, iban, luhn, mod_11_10, verhoeff};

    fn digits(text: &str) -> Vec<u8> {
        text.bytes().filter(u8::is_ascii_digit).map(|byte| byte - b'0').collect()
    }

    #[test]
    fn a_check_digit_holds_for_one_last_digit_only() {
        for (number, check) in [
            ("4111111111111111", luhn as fn(&[u8]) -> bool),
            ("79927398713", luhn),
            ("2363", verhoeff),
            ("86095742719", mod_11_10),
            ("378282246310005", card),
            ("30569309025904", card),
            ("6011111111111117", card),
            ("3530111333300000", card),
            ("2223003122003222", card),
        ] {
            let mut digits = digits(number);
            assert!(check(&digits), "{number}");
            let last = digits.last_mut().unwrap();
            *last = (*last + 1) % 10;
            assert!(!check(&digits), "{number}");
        }
    }

    #[test]
    fn an_account_number_is_checked_over_letters_too() {
        assert!(iban(b"GB82WEST12345698765432"));
        assert!(iban(b"DE89370400440532013000"));
        assert!(!iban(b"DE89370400440532013001"));
    }
}
