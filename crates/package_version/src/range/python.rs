//! Version specifiers of PEP 440, as `packaging` reads them.
//!
//! Whether an installed prerelease lies in a range is asked of one version that has no alternative; PEP
//! 440 lets it in then, and so does `packaging`.

use crate::pep440::Pep440;

/// Specifiers between commas; all must hold. None of them is every text.
#[derive(Debug, Clone)]
pub(crate) struct Specifiers(Vec<Specifier>);

#[derive(Debug, Clone)]
enum Specifier {
    Equal(Pep440),
    NotEqual(Pep440),
    Prefix(Prefix),
    NotPrefix(Prefix),
    AtLeast(Pep440),
    AtMost(Pep440),
    Above(Pep440),
    Below(Pep440),
    Compatible(Pep440, Prefix),
    /// `===`: the text itself, in lower case.
    Literal(String),
}

/// `2.1.*`: an epoch and the first numbers of a release.
#[derive(Debug, Clone)]
struct Prefix {
    epoch: String,
    release: Vec<String>,
}

impl Prefix {
    fn holds(&self, version: &Pep440) -> bool {
        let mut numbers = version.release.iter().map(String::as_str).chain(std::iter::repeat(""));
        self.epoch == version.epoch
            && self.release.iter().all(|number| numbers.next() == Some(number))
    }

    /// The key before all that begin so.
    fn lowest(&self) -> Vec<u8> {
        first_of(&self.epoch, self.release.clone())
    }

    /// Whether all that begin so come before the key.
    fn is_below(&self, key: &[u8]) -> bool {
        let mut release = self.release.clone();
        let Some(next) = release.pop().and_then(|last| match last.as_str() {
            "" => Some(1),
            digits => digits.parse::<u64>().ok()?.checked_add(1),
        }) else {
            return false;
        };
        release.push(next.to_string());
        first_of(&self.epoch, release).as_slice() <= key
    }
}

/// The key of the first development release.
fn first_of(epoch: &str, release: Vec<String>) -> Vec<u8> {
    let dev = Some(String::new());
    let local = Vec::new();
    Pep440 { epoch: epoch.to_owned(), release, pre: None, post: None, dev, local }.key()
}

impl Specifiers {
    /// # Errors
    /// The part that is no specifier.
    pub(crate) fn parse(text: &str) -> Result<Self, &str> {
        let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
        let read = |part| Specifier::parse(part).ok_or(part);
        parts.map(read).collect::<Result<_, _>>().map(Self)
    }

    pub(crate) fn contains(&self, text: &str) -> bool {
        let version = Pep440::parse(text);
        let holds = |specifier: &Specifier| match (specifier, &version) {
            (Specifier::Literal(literal), _) => text.to_lowercase() == *literal,
            (_, Some(version)) => specifier.holds(version),
            (_, None) => false,
        };
        self.0.iter().all(holds)
    }
}

impl Specifiers {
    /// Whether all that the specifiers let in comes before the key.
    pub(crate) fn is_below(&self, key: &[u8]) -> bool {
        self.0.iter().any(|specifier| match specifier {
            Specifier::Equal(bound) | Specifier::AtMost(bound) => bound.key().as_slice() < key,
            Specifier::Below(bound) => bound.key().as_slice() <= key,
            Specifier::Prefix(prefix) | Specifier::Compatible(_, prefix) => prefix.is_below(key),
            _ => false,
        })
    }

    /// Whether all that the specifiers let in comes after the key.
    pub(crate) fn is_above(&self, key: &[u8]) -> bool {
        self.0.iter().any(|specifier| match specifier {
            Specifier::Equal(bound)
            | Specifier::AtLeast(bound)
            | Specifier::Compatible(bound, _) => bound.key().as_slice() > key,
            Specifier::Above(bound) => bound.key().as_slice() >= key,
            Specifier::Prefix(prefix) => prefix.lowest().as_slice() > key,
            _ => false,
        })
    }
}

impl Specifier {
    fn parse(text: &str) -> Option<Self> {
        let end = text.find(|c| !"<>=!~".contains(c))?;
        let (operator, version) = text.split_at(end);
        let version = version.trim();
        if operator == "===" {
            let is_one_word = !version.is_empty() && !version.contains([' ', ';', ')']);
            return is_one_word.then(|| Self::Literal(version.to_lowercase()));
        }
        if let Some(prefix) = version.strip_suffix(".*") {
            let version = Pep440::parse(prefix)?;
            let is_base = version == version.base();
            let prefix = Prefix { epoch: version.epoch, release: version.release };
            return match operator {
                "==" if is_base => Some(Self::Prefix(prefix)),
                "!=" if is_base => Some(Self::NotPrefix(prefix)),
                _ => None,
            };
        }
        let version = Pep440::parse(version)?;
        let has_local = !version.local.is_empty();
        match operator {
            "==" => Some(Self::Equal(version)),
            "!=" => Some(Self::NotEqual(version)),
            _ if has_local => None,
            ">=" => Some(Self::AtLeast(version)),
            "<=" => Some(Self::AtMost(version)),
            ">" => Some(Self::Above(version)),
            "<" => Some(Self::Below(version)),
            "~=" => {
                let (_, release) = version.release.split_last()?;
                let release = release.to_vec();
                let prefix = Prefix { epoch: version.epoch.clone(), release };
                (!prefix.release.is_empty()).then_some(Self::Compatible(version, prefix))
            }
            _ => None,
        }
    }

    fn holds(&self, version: &Pep440) -> bool {
        match self {
            Self::Equal(bound) => equals(bound, version),
            Self::NotEqual(bound) => !equals(bound, version),
            Self::Prefix(prefix) => prefix.holds(version),
            Self::NotPrefix(prefix) => !prefix.holds(version),
            Self::AtLeast(bound) => version.public().key() >= bound.key(),
            Self::AtMost(bound) => version.public().key() <= bound.key(),
            Self::Above(bound) => {
                version.public().key() > bound.key() && !is_post_of(version, bound)
            }
            Self::Below(bound) => version.key() < bound.key() && !is_pre_of(version, bound),
            Self::Compatible(bound, prefix) => {
                prefix.holds(version) && version.public().key() >= bound.key()
            }
            Self::Literal(_) => false,
        }
    }
}

/// A local version counts only where the bound has one.
fn equals(bound: &Pep440, version: &Pep440) -> bool {
    let key = if bound.local.is_empty() { version.public().key() } else { version.key() };
    key == bound.key()
}

/// Post releases of a bound are not above it: `1.0.post1` is not `>1.0`.
fn is_post_of(version: &Pep440, bound: &Pep440) -> bool {
    let release = Pep440 { post: None, dev: None, ..version.public() };
    version.post.is_some()
        && bound.post.is_none()
        && bound.dev.is_none()
        && release.key() == bound.key()
}

/// Prereleases of a bound are not below it, unless it is one itself: `2.0a1` is not `<2.0`.
fn is_pre_of(version: &Pep440, bound: &Pep440) -> bool {
    if bound.is_prerelease() || !version.is_prerelease() {
        return false;
    }
    let release = match bound.post {
        None => version.base(),
        Some(_) => Pep440 { dev: None, ..version.public() },
    };
    release.key() == bound.key()
}
