//! How random a text looks.

/// Shannon entropy of the characters of `text`, in bits per character; 0 for an empty text.
///
/// Base64 of random bytes comes near 5 for 40 characters, hexadecimal near 4, English near 3.5.
#[must_use]
pub fn bits_per_character(text: &str) -> f64 {
    let mut counts = [0_u32; 256];
    for byte in text.bytes() {
        if let Some(count) = counts.get_mut(usize::from(byte)) {
            *count = count.saturating_add(1);
        }
    }
    let length = u32::try_from(text.len()).unwrap_or(u32::MAX);
    counts
        .iter()
        .filter(|count| **count > 0)
        .map(|count| {
            let share = f64::from(*count) / f64::from(length);
            -share * share.log2()
        })
        .sum()
}

#[cfg(test)]
mod tests {
    use super::bits_per_character;

    #[test]
    fn uniform_text_has_no_entropy_and_distinct_letters_have_the_most() {
        assert!(bits_per_character("aaaa").abs() < 1e-9);
        assert!((bits_per_character("abcd") - 2.0).abs() < 1e-9);
        assert!(bits_per_character("").abs() < 1e-9);
    }
}
