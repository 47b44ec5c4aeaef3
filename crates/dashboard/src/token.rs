//! What a browser must know to be let in.

use std::fmt::Write as _;

use subtle::ConstantTimeEq as _;

/// Random bytes of a token: 256 bits.
const BYTES: usize = 32;

/// A random text of 64 hexadecimal digits.
#[derive(Clone)]
pub struct Token(String);

/// The system gave no random bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the system gives no random bytes, so that there is no safe token")]
pub struct NoRandom;

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Token(…)")
    }
}

impl Token {
    /// A new one.
    ///
    /// # Errors
    /// [`NoRandom`]
    pub fn random() -> Result<Self, NoRandom> {
        let mut bytes = [0; BYTES];
        getrandom::fill(&mut bytes).map_err(|_| NoRandom)?;
        let mut text = String::with_capacity(2 * BYTES);
        for byte in bytes {
            // Writing to a text can not fail.
            let _ = write!(text, "{byte:02x}");
        }
        Ok(Self(text))
    }

    /// Whether a text is this token; how long it takes does not tell how much of it is right.
    #[must_use]
    pub fn is(&self, text: &str) -> bool {
        self.0.as_bytes().ct_eq(text.as_bytes()).into()
    }

    /// The digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::Token;

    #[test]
    fn a_token_is_itself_and_nothing_else() {
        let (one, other) = (Token::random().unwrap(), Token::random().unwrap());
        assert_eq!(one.as_str().len(), 64);
        assert!(one.is(one.as_str()) && !one.is(other.as_str()) && !one.is(""));
        assert!(!one.is(&one.as_str()[..63]));
        assert_eq!(format!("{one:?}"), "Token(…)");
    }
}
