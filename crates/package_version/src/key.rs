//! Keys whose byte order is the order of versions.
//!
//! A key is a sequence of tags, numbers and texts. Each number and text is written so that it is never
//! the beginning of another one; hence keys compare as their sequences do, element by element.

/// A key that is being written.
#[derive(Debug, Default)]
pub(crate) struct Key(Vec<u8>);

impl Key {
    /// What kind of element follows; a lower tag sorts first.
    pub(crate) fn tag(&mut self, tag: u8) {
        self.0.push(tag);
    }

    /// A number of any size, in decimal digits: its length, then its digits.
    pub(crate) fn number(&mut self, digits: &str) {
        let digits = trim_zeros(digits);
        match u8::try_from(digits.len()) {
            Ok(length) if length < u8::MAX => self.0.push(length),
            _ => {
                self.0.push(u8::MAX);
                let length = u32::try_from(digits.len()).unwrap_or(u32::MAX);
                self.0.extend(length.to_be_bytes());
            }
        }
        self.0.extend(digits.bytes());
    }

    /// A text, ordered by its bytes; a shorter one comes before its continuations.
    pub(crate) fn text(&mut self, text: &str) {
        for byte in text.bytes() {
            match byte {
                // The end is a zero, so that zeros within are written otherwise.
                0 | 1 => self.0.extend([1, byte + 1]),
                _ => self.0.push(byte),
            }
        }
        self.0.push(0);
    }

    pub(crate) fn finish(self) -> Vec<u8> {
        self.0
    }
}

/// The digits without leading zeros; zero is the empty text.
pub(crate) fn trim_zeros(digits: &str) -> &str {
    digits.trim_start_matches('0')
}

/// Whether the text is one or more ASCII digits.
pub(crate) fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Splits off the digits at the start.
pub(crate) fn split_digits(text: &str) -> (&str, &str) {
    text.split_at(text.bytes().take_while(u8::is_ascii_digit).count())
}

#[cfg(test)]
mod tests {
    use super::Key;

    fn number(digits: &str) -> Vec<u8> {
        let mut key = Key::default();
        key.number(digits);
        key.finish()
    }

    fn text(text: &str) -> Vec<u8> {
        let mut key = Key::default();
        key.text(text);
        key.finish()
    }

    #[test]
    fn numbers_of_any_size_keep_their_order() {
        let long = "9".repeat(300);
        let longer = "1".repeat(301);
        let numbers = ["0", "1", "9", "10", "99", "100", &long, &longer];
        for pair in numbers.windows(2) {
            assert!(number(pair[0]) < number(pair[1]), "{pair:?}");
        }
        assert_eq!(number("007"), number("7"));
        assert_eq!(number("000"), number("0"));
    }

    #[test]
    fn texts_keep_their_order_even_with_odd_bytes() {
        let texts = ["", "\0", "\0a", "\u{1}", "a", "a\0", "a\u{1}", "ab", "b"];
        for pair in texts.windows(2) {
            assert!(text(pair[0]) < text(pair[1]), "{pair:?}");
        }
    }
}
