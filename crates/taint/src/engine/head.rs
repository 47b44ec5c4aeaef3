//! Addresses whose host is written down: what follows it cannot lead elsewhere.

use taint_models::{Kind, Kinds};

use crate::value::{Constant, Shape, Value};

/// Dangers that lie in the head of an address.
pub(crate) const ADDRESS: Kinds = Kinds::one(Kind::Url).or(Kinds::one(Kind::Redirect));

/// What is known of the beginning of a text that is put together.
#[derive(Debug, Default)]
pub(crate) struct Head {
    text: String,
    /// It begins with something that nothing hostile is in: configuration.
    has_clean_value: bool,
    /// It begins with something hostile.
    is_hostile: bool,
}

impl Head {
    /// A constant piece follows.
    pub(crate) fn text(&mut self, piece: &str) {
        if self.text.len() < 256 {
            self.text.push_str(piece);
        }
    }

    /// A value follows.
    pub(crate) fn value(&mut self, value: &Value) {
        match &value.shape {
            Shape::Constant(Constant::Text(text)) => self.text(text),
            _ if !value.taint.kinds().and(ADDRESS).is_empty() => {
                self.is_hostile |= !self.is_fixed();
            }
            _ => self.has_clean_value |= self.text.is_empty(),
        }
    }

    /// Whether scheme and host stand, and a slash or question mark behind them: nothing that follows
    /// changes where the address leads.
    pub(crate) fn is_fixed(&self) -> bool {
        if self.is_hostile {
            return false;
        }
        if self.has_clean_value {
            return self.text.contains(['/', '?', '=']);
        }
        match self.text.split_once("://") {
            Some((_, rest)) => rest.contains(['/', '?', '#']),
            None => {
                self.text.starts_with('/') && !self.text.starts_with("//") && self.text.len() > 1
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Head;

    fn fixed(text: &str) -> bool {
        let mut head = Head::default();
        head.text(text);
        head.is_fixed()
    }

    #[test]
    fn a_host_is_fixed_by_what_stands_behind_it() {
        assert!(fixed("https://api.example.com/users/"));
        assert!(fixed("https://api.example.com?id="));
        assert!(fixed("/users/"));
        assert!(!fixed("https://"));
        assert!(!fixed("https://api.example.com"), "`.evil.example` may follow");
        assert!(!fixed("//"));
        assert!(!fixed(""));
    }
}
