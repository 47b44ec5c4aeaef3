//! What was masked, and how a mask reads.

/// What was masked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A payment card number.
    Card,
    /// An international bank account number.
    Iban,
    /// A mail address.
    Email,
    /// A telephone number.
    Phone,
    /// A number that a state gave to a person; which one: `us-ssn`, `in-aadhaar` …
    Id(&'static str),
    /// A secret; which one: `password`, `aws-access-key`, `jwt` …
    Secret(&'static str),
    /// A field that the settings name.
    Field,
}

impl Kind {
    /// Name of the family, as it stands in the counts: `card`, `iban`, `email`, `phone`, `id`,
    /// `secret`, `field`.
    #[must_use]
    pub fn family(self) -> &'static str {
        FAMILIES.get(self.index()).copied().unwrap_or("secret")
    }

    /// Appends the mask: `[card]`, `[id:us-ssn]`, `[secret:jwt]`. It has no letter that JSON,
    /// Python or a shell would have to escape in a string.
    pub fn write_mask(self, to: &mut Vec<u8>) {
        let (family, which) = match self {
            Self::Id(which) => ("id:", which),
            Self::Secret(which) => ("secret:", which),
            other => (other.family(), ""),
        };
        to.push(b'[');
        to.extend_from_slice(family.as_bytes());
        to.extend_from_slice(which.as_bytes());
        to.push(b']');
    }

    fn index(self) -> usize {
        match self {
            Self::Card => 0,
            Self::Iban => 1,
            Self::Email => 2,
            Self::Phone => 3,
            Self::Id(_) => 4,
            Self::Secret(_) => 5,
            Self::Field => 6,
        }
    }
}

const FAMILIES: [&str; 7] = ["card", "iban", "email", "phone", "id", "secret", "field"];

/// How many things of each family were masked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts([u64; FAMILIES.len()]);

impl Counts {
    /// Whether nothing was masked.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.total() == 0
    }

    /// How many things in all.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.0.iter().sum()
    }

    /// How many of a family, by the name that [`Kind::family`] gives.
    #[must_use]
    pub fn of(&self, family: &str) -> u64 {
        self.iter().find(|(name, _)| *name == family).map_or(0, |(_, count)| count)
    }

    /// Families of which something was masked, and how much.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, u64)> {
        FAMILIES.into_iter().zip(self.0).filter(|(_, count)| *count > 0)
    }

    /// Adds one thing.
    pub fn count(&mut self, kind: Kind) {
        if let Some(count) = self.0.get_mut(kind.index()) {
            *count += 1;
        }
    }

    /// Adds what was counted elsewhere.
    pub fn add(&mut self, other: &Self) {
        for (mine, theirs) in self.0.iter_mut().zip(other.0) {
            *mine += theirs;
        }
    }
}
