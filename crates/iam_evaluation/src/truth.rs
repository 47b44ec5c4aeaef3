//! Three-valued logic.

/// Whether something holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Truth {
    /// It certainly does not.
    No,
    /// Something that is not known decides.
    Unknown,
    /// It certainly does.
    Yes,
}

impl Truth {
    /// Both hold.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::No, _) | (_, Self::No) => Self::No,
            (Self::Yes, Self::Yes) => Self::Yes,
            _ => Self::Unknown,
        }
    }

    /// At least one holds.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Yes, _) | (_, Self::Yes) => Self::Yes,
            (Self::No, Self::No) => Self::No,
            _ => Self::Unknown,
        }
    }

    /// The same, but uncertain when `is_certain` is false.
    #[must_use]
    pub fn if_certain(self, is_certain: bool) -> Self {
        if is_certain || self == Self::No { self } else { Self::Unknown }
    }

    /// Whether one of `truths` holds; stops at the first that certainly does.
    pub fn any(truths: impl IntoIterator<Item = Self>) -> Self {
        let mut sum = Self::No;
        for truth in truths {
            sum = sum.or(truth);
            if sum == Self::Yes {
                break;
            }
        }
        sum
    }

    /// Whether all of `truths` hold; stops at the first that certainly does not.
    pub fn all(truths: impl IntoIterator<Item = Self>) -> Self {
        let mut product = Self::Yes;
        for truth in truths {
            product = product.and(truth);
            if product == Self::No {
                break;
            }
        }
        product
    }
}

impl std::ops::Not for Truth {
    type Output = Self;

    fn not(self) -> Self {
        match self {
            Self::No => Self::Yes,
            Self::Unknown => Self::Unknown,
            Self::Yes => Self::No,
        }
    }
}

impl From<bool> for Truth {
    fn from(holds: bool) -> Self {
        if holds { Self::Yes } else { Self::No }
    }
}
