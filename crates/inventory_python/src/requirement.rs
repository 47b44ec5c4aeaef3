//! One requirement as PEP 508 writes it: `name[extra]>=1,<2; marker` or `name @ url`.

/// The longest requirement that is read, in bytes.
const LONGEST: usize = 64 << 10;

/// A requirement taken apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Name as written.
    pub name: String,
    /// Extras asked for, as written.
    pub extras: Vec<String>,
    /// Version specifiers without blanks; empty for any version.
    pub range: String,
    /// The address of a direct reference.
    pub url: Option<String>,
    /// The condition after `;`.
    pub marker: Option<String>,
}

/// Why a text is no requirement.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RequirementError {
    /// It does not start with a name.
    #[error("`{text}` does not start with the name of a package")]
    NoName {
        /// The text, shortened.
        text: String,
    },
    /// The extras are not closed.
    #[error("the extras of `{name}` are not closed with `]`")]
    OpenExtras {
        /// The package.
        name: String,
    },
    /// What follows the name is no version specifier.
    #[error("`{rest}` after `{name}` is no version specifier")]
    NotASpecifier {
        /// The package.
        name: String,
        /// What follows, shortened.
        rest: String,
    },
    /// Longer than any real one.
    #[error("the requirement has more than {LONGEST} bytes")]
    TooLong,
}

impl Wanted {
    /// Takes a requirement apart.
    ///
    /// # Errors
    /// [`RequirementError`] when the text is no requirement.
    pub fn parse(text: &str) -> Result<Self, RequirementError> {
        if text.len() > LONGEST {
            return Err(RequirementError::TooLong);
        }
        let text = text.trim();
        let end = text.find(|c: char| !is_of_name(c)).unwrap_or(text.len());
        let (name, rest) = text.split_at_checked(end).unwrap_or((text, ""));
        if !name.starts_with(|c: char| c.is_ascii_alphanumeric()) {
            return Err(RequirementError::NoName { text: shortened(text) });
        }
        let name = name.to_owned();
        let mut rest = rest.trim_start();
        let mut extras = Vec::new();
        if let Some(inside) = rest.strip_prefix('[') {
            let Some((list, after)) = inside.split_once(']') else {
                return Err(RequirementError::OpenExtras { name });
            };
            let list = list.split(',').map(str::trim).filter(|extra| !extra.is_empty());
            extras.extend(list.map(str::to_owned));
            rest = after.trim_start();
        }
        if let Some(url) = rest.strip_prefix('@') {
            // A URL may hold a `;`: the marker needs a blank before it.
            let (url, marker) = match url.trim().split_once(" ;") {
                Some((url, marker)) => (url.trim(), condition(marker)),
                None => (url.trim(), None),
            };
            return Ok(Self {
                name,
                extras,
                range: String::new(),
                url: Some(url.to_owned()),
                marker,
            });
        }
        let (range, marker) = match rest.split_once(';') {
            Some((range, marker)) => (range, condition(marker)),
            None => (rest, None),
        };
        let range = range.trim();
        let range = range.strip_prefix('(').and_then(|r| r.strip_suffix(')')).unwrap_or(range);
        let range: String = range.chars().filter(|c| !c.is_whitespace()).collect();
        if !range.split(',').all(|part| part.is_empty() || is_specifier(part)) {
            return Err(RequirementError::NotASpecifier { name, rest: shortened(&range) });
        }
        Ok(Self { name, extras, range, url: None, marker })
    }

    /// The one version that fulfils it, when it names one (`==1.2`, not `==1.*`).
    #[must_use]
    pub fn pinned(&self) -> Option<&str> {
        pinned(&self.range)
    }
}

/// The version that a range pins, when it pins one.
pub(crate) fn pinned(range: &str) -> Option<&str> {
    range.split(',').find_map(|part| {
        let part = part.trim();
        let version = part.strip_prefix("===").or_else(|| part.strip_prefix("=="))?.trim();
        (!version.is_empty() && !version.ends_with(".*")).then_some(version)
    })
}

fn is_of_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')
}

fn is_specifier(part: &str) -> bool {
    const OPERATORS: [&str; 8] = ["===", "~=", "==", "!=", "<=", ">=", "<", ">"];
    let version = OPERATORS.iter().find_map(|operator| part.strip_prefix(operator));
    version.is_some_and(|version| {
        let fits = |c: char| is_of_name(c) || matches!(c, '*' | '+' | '!');
        !version.is_empty() && version.chars().all(fits)
    })
}

fn condition(marker: &str) -> Option<String> {
    let marker = marker.trim();
    (!marker.is_empty()).then(|| marker.to_owned())
}

/// The start of a text, for messages.
pub(crate) fn shortened(text: &str) -> String {
    match text.char_indices().nth(80) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::Wanted;

    fn parts(text: &str) -> Option<(String, String, Option<String>)> {
        Wanted::parse(text).ok().map(|wanted| (wanted.name, wanted.range, wanted.marker))
    }

    #[test]
    fn requirements_come_apart() {
        let some =
            |n: &str, r: &str, m: Option<&str>| Some((n.into(), r.into(), m.map(Into::into)));
        assert_eq!(parts("requests"), some("requests", "", None));
        assert_eq!(parts("a-b.c (>= 1.0, <2)"), some("a-b.c", ">=1.0,<2", None));
        assert_eq!(
            parts("urllib3[socks] ~=1.26 ; python_version<'3'"),
            some("urllib3", "~=1.26", Some("python_version<'3'"))
        );
        assert_eq!(parts("x==1.0.*"), some("x", "==1.0.*", None));
        assert_eq!(parts("-x"), None);
        assert_eq!(parts("x y"), None);
        assert_eq!(parts("x[a"), None);
    }

    #[test]
    fn a_direct_reference_keeps_its_address() {
        let wanted = Wanted::parse("a[b] @ https://h/a;b.whl ; os_name == 'nt'").unwrap();
        assert_eq!(wanted.url.as_deref(), Some("https://h/a;b.whl"));
        assert_eq!(wanted.extras, ["b"]);
        assert_eq!(wanted.marker.as_deref(), Some("os_name == 'nt'"));
    }

    #[test]
    fn only_an_exact_version_is_pinned() {
        let pinned = |text: &str| Wanted::parse(text).unwrap().pinned().map(str::to_owned);
        assert_eq!(pinned("a==1.0").as_deref(), Some("1.0"));
        assert_eq!(pinned("a>=1,===1.0+x").as_deref(), Some("1.0+x"));
        assert_eq!(pinned("a==1.*"), None);
        assert_eq!(pinned("a~=1.0"), None);
    }
}
