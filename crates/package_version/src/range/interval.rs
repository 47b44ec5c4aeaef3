//! Alternatives of bounds on sort keys: what Maven, `NuGet`, `RubyGems` and Composer write.

/// One demand on a version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Bound {
    Equal(Vec<u8>),
    NotEqual(Vec<u8>),
    AtLeast(Vec<u8>),
    Above(Vec<u8>),
    AtMost(Vec<u8>),
    Below(Vec<u8>),
}

impl Bound {
    /// The key that is named.
    pub(crate) fn key(&self) -> &[u8] {
        match self {
            Self::Equal(bound)
            | Self::NotEqual(bound)
            | Self::AtLeast(bound)
            | Self::Above(bound)
            | Self::AtMost(bound)
            | Self::Below(bound) => bound,
        }
    }

    pub(crate) fn holds(&self, key: &[u8]) -> bool {
        match self {
            Self::Equal(bound) => key == bound,
            Self::NotEqual(bound) => key != bound,
            Self::AtLeast(bound) => key >= bound.as_slice(),
            Self::Above(bound) => key > bound.as_slice(),
            Self::AtMost(bound) => key <= bound.as_slice(),
            Self::Below(bound) => key < bound.as_slice(),
        }
    }

    /// Whether all that the bound lets in is above the key.
    pub(crate) fn is_above(&self, key: &[u8]) -> bool {
        match self {
            Self::Equal(bound) | Self::AtLeast(bound) => bound.as_slice() > key,
            Self::Above(bound) => bound.as_slice() >= key,
            Self::NotEqual(_) | Self::AtMost(_) | Self::Below(_) => false,
        }
    }

    /// Whether all that the bound lets in is below the key.
    pub(crate) fn is_below(&self, key: &[u8]) -> bool {
        match self {
            Self::Equal(bound) | Self::AtMost(bound) => bound.as_slice() < key,
            Self::Below(bound) => bound.as_slice() <= key,
            Self::NotEqual(_) | Self::AtLeast(_) | Self::Above(_) => false,
        }
    }
}

/// Alternatives, each of bounds that must all hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Alternatives(pub(crate) Vec<Vec<Bound>>);

impl Alternatives {
    pub(crate) fn contains(&self, key: &[u8]) -> bool {
        self.0.iter().any(|bounds| bounds.iter().all(|bound| bound.holds(key)))
    }

    pub(crate) fn is_above(&self, key: &[u8]) -> bool {
        self.0.iter().all(|bounds| bounds.iter().any(|bound| bound.is_above(key)))
    }

    pub(crate) fn is_below(&self, key: &[u8]) -> bool {
        self.0.iter().all(|bounds| bounds.iter().any(|bound| bound.is_below(key)))
    }
}

/// Reads `[1.0,2.0)`: the text between the brackets may lack either end; `[1.0]` is that version alone.
pub(crate) fn bracketed(text: &str, key: impl Fn(&str) -> Option<Vec<u8>>) -> Option<Vec<Bound>> {
    let includes_low = text.starts_with('[');
    let inner = text.strip_prefix(['[', '('])?;
    let includes_high = inner.ends_with(']');
    let inner = inner.strip_suffix([']', ')'])?;
    let Some((low, high)) = inner.split_once(',') else {
        let exact = includes_low && includes_high && !inner.trim().is_empty();
        return if exact { Some(vec![Bound::Equal(key(inner.trim())?)]) } else { None };
    };
    let (low, high) = (low.trim(), high.trim());
    let mut bounds = Vec::new();
    if !low.is_empty() {
        let low = key(low)?;
        bounds.push(if includes_low { Bound::AtLeast(low) } else { Bound::Above(low) });
    }
    if !high.is_empty() {
        let high = key(high)?;
        bounds.push(if includes_high { Bound::AtMost(high) } else { Bound::Below(high) });
    }
    Some(bounds)
}
