//! Texts of policies as one request sees them: variables filled in, holes of templates told.

use cloud_names::{Pattern, Piece, has_placeholder, pieces};
use iam_policy::{Term, catalogue};
use smol_str::SmolStr;

use crate::{Found, Request, Truth, glob, glob::Budget, glob::Glob};

/// The version of policies from which on `${aws:username}` is a variable.
const WITH_VARIABLES: &str = "2012-10-17";

/// One request being decided.
#[derive(Debug)]
pub(crate) struct Asked<'a> {
    pub(crate) request: &'a Request,
    pub(crate) budget: Budget,
    pub(crate) resource: Target<'a>,
}

/// What a request is for.
#[derive(Debug)]
pub(crate) enum Target<'a> {
    /// One resource; `*` for an action that AWS limits to no resource.
    Name(&'a str),
    /// Some resource of those that fit: which one is not told.
    Some(Pattern),
}

/// What a statement says beside its own text.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Language {
    has_variables: bool,
}

impl Language {
    pub(crate) fn of(version: Option<&str>) -> Self {
        Self { has_variables: version == Some(WITH_VARIABLES) }
    }
}

/// How a text is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Letters {
    /// `*` and `?` are wildcards.
    Glob,
    /// Every letter stands for itself.
    Exact,
}

/// A text of a policy with its variables filled in.
#[derive(Debug)]
pub(crate) enum Expanded {
    /// A variable has no value, so that the text fits nothing.
    NoValue(SmolStr),
    /// What to compare with, and whether all of it is known.
    Glob { glob: Glob, is_known: bool },
}

impl<'a> Asked<'a> {
    pub(crate) fn new(request: &'a Request) -> Self {
        let resource = request.resource.as_str();
        let resource = if catalogue::supports_resource(&request.action) == Some(false) {
            // AWS asks about no resource, whichever one the request names.
            Target::Name("*")
        } else if resource.contains(['*', '?']) {
            Target::Some(Pattern::new(&escape_dollars(resource)))
        } else {
            Target::Name(resource)
        };
        Self { request, budget: Budget::new(), resource }
    }

    /// Whether the resource of the request fits a `Resource` of a policy.
    pub(crate) fn resource_fits(&self, term: &Term, language: Language) -> Truth {
        let completed = complete(term);
        let term = completed.as_ref().unwrap_or(term);
        let asked = match &self.resource {
            Target::Name(name) => return self.fits(term, language, Letters::Glob, name),
            Target::Some(pattern) => pattern,
        };
        if term.text == "*" {
            return Truth::Yes.if_certain(term.when.is_always());
        }
        if is_elsewhere(&term.text, asked.as_str()) {
            return Truth::No;
        }
        let Some(own) = self.pattern(term, language) else { return Truth::No };
        // Comparing two patterns takes the product of their lengths, some steps for each.
        let product = own.as_str().len().saturating_mul(asked.as_str().len());
        if !self.budget.spend(product.saturating_mul(8)) {
            return Truth::Unknown;
        }
        if own.covers(asked) {
            Truth::Yes.if_certain(term.when.is_always())
        } else if own.overlaps(asked) {
            Truth::Unknown
        } else {
            Truth::No
        }
    }

    /// The term as a pattern, in which what is left open is a placeholder; `None` when a variable
    /// has no value.
    fn pattern(&self, term: &Term, language: Language) -> Option<Pattern> {
        let mut text = String::new();
        for piece in pieces(&term.text) {
            match self.piece(piece, term.resolved, language) {
                Filled::Written(part) => text.push_str(&escape_dollars(part)),
                Filled::Literal(part) => {
                    for character in part.chars() {
                        match character {
                            '*' | '?' | '$' => text.extend(["${", &character.to_string(), "}"]),
                            other => text.push(other),
                        }
                    }
                }
                Filled::NoValue(_) => return None,
                Filled::Hole => text.push_str("${open}"),
            }
        }
        if !term.resolved && !has_placeholder(&term.text) {
            return Some(Pattern::new("${open}"));
        }
        Some(Pattern::new(&text))
    }

    /// Whether `text` fits `term`.
    pub(crate) fn fits(
        &self,
        term: &Term,
        language: Language,
        letters: Letters,
        text: &str,
    ) -> Truth {
        let is_certain = term.when.is_always();
        if !may_vary(term, language) {
            let fits = match letters {
                Letters::Exact => Some(term.text == text),
                Letters::Glob => glob::matches(&term.text, text, &self.budget),
            };
            return fits.map_or(Truth::Unknown, Truth::from).if_certain(is_certain);
        }
        match self.expand(&term.text, term.resolved, language, letters) {
            Expanded::NoValue(_) => Truth::No,
            Expanded::Glob { glob, is_known } => glob
                .matches(text, &self.budget)
                .map_or(Truth::Unknown, Truth::from)
                .if_certain(is_known && is_certain),
        }
    }

    /// The text of a term with its variables filled in.
    pub(crate) fn text(&self, term: &Term, language: Language) -> Text {
        if !may_vary(term, language) {
            return Text::Known(term.text.clone());
        }
        let mut text = String::new();
        for piece in pieces(&term.text) {
            match self.piece(piece, term.resolved, language) {
                Filled::Written(part) => text.push_str(part),
                Filled::Literal(part) => text.push_str(&part),
                Filled::NoValue(_) => return Text::NoValue,
                Filled::Hole => return Text::Open,
            }
        }
        let is_known = term.resolved || has_placeholder(&term.text);
        if is_known { Text::Known(text.into()) } else { Text::Open }
    }

    /// The variable of `term` that has no value in this request, if any.
    pub(crate) fn missing_variable(&self, term: &Term, language: Language) -> Option<SmolStr> {
        if !may_vary(term, language) {
            return None;
        }
        match self.expand(&term.text, term.resolved, language, Letters::Glob) {
            Expanded::NoValue(name) => Some(name),
            Expanded::Glob { .. } => None,
        }
    }

    /// Fills in the variables of a text that `resolved` says is as IAM will see it.
    pub(crate) fn expand(
        &self,
        text: &str,
        resolved: bool,
        language: Language,
        letters: Letters,
    ) -> Expanded {
        let mut glob = Glob::new();
        let mut is_known = resolved || has_placeholder(text);
        if !is_known {
            glob.push_star();
        }
        for piece in pieces(text) {
            match self.piece(piece, resolved, language) {
                Filled::Written(part) if letters == Letters::Glob => glob.push_pattern(part),
                Filled::Written(part) => glob.push_literal(part),
                Filled::Literal(part) => glob.push_literal(&part),
                Filled::NoValue(name) => return Expanded::NoValue(name),
                Filled::Hole => {
                    glob.push_star();
                    is_known = false;
                }
            }
        }
        Expanded::Glob { glob, is_known }
    }

    fn piece<'t>(&self, piece: Piece<'t>, resolved: bool, language: Language) -> Filled<'t> {
        let inside = match piece {
            Piece::Text(text) => return Filled::Written(text),
            Piece::Placeholder(inside) => inside,
        };
        if matches!(inside, "*" | "?" | "$") && language.has_variables {
            return Filled::Literal(inside.into());
        }
        let (name, default) = match inside.split_once(',') {
            Some((name, default)) => (name.trim(), Some(default.trim())),
            None => (inside, None),
        };
        if !is_variable(name) {
            return Filled::Hole;
        }
        if !language.has_variables {
            return if resolved {
                Filled::Literal(format!("${{{inside}}}").into())
            } else {
                Filled::Hole
            };
        }
        match self.request.find_key(name) {
            Found::Unknown => Filled::Hole,
            // Keys with several values are no variables.
            Found::Values(values) => match &*values {
                [value] => Filled::Literal(value.clone()),
                _ => Filled::NoValue(name.into()),
            },
            Found::Absent => match default {
                Some(default) => {
                    let quoted =
                        default.strip_prefix('\'').and_then(|text| text.strip_suffix('\''));
                    Filled::Literal(quoted.unwrap_or(default).into())
                }
                None => Filled::NoValue(name.into()),
            },
        }
    }
}

/// A text of a policy in which nothing is a wildcard, with its variables filled in.
#[derive(Debug)]
pub(crate) enum Text {
    Known(SmolStr),
    /// A variable has no value, so that the text fits nothing.
    NoValue,
    /// Part of it is not known.
    Open,
}

/// A piece of a text, filled in.
enum Filled<'a> {
    Written(&'a str),
    Literal(SmolStr),
    NoValue(SmolStr),
    Hole,
}

/// Whether a text means something else than its letters.
fn may_vary(term: &Term, language: Language) -> bool {
    if !term.resolved {
        return true;
    }
    term.text.contains("${")
        && (language.has_variables || pieces(&term.text).any(|piece| is_template_hole(piece)))
}

fn is_template_hole(piece: Piece<'_>) -> bool {
    matches!(piece, Piece::Placeholder(inside)
        if !matches!(inside, "*" | "?" | "$")
            && !is_variable(inside.split(',').next().unwrap_or_default().trim()))
}

/// Whether what stands in `${…}` is a condition key (`aws:username`), which is for IAM to fill in; a
/// name without a prefix, or with a `::`, is for the deployment.
fn is_variable(name: &str) -> bool {
    name.contains(':') && !name.contains("::")
}

/// So that a `$` is not taken as the begin of a placeholder.
fn escape_dollars(text: &str) -> String {
    text.replace('$', "${$}")
}

/// A short ARN with the parts that it lacks, each `*`: `arn:aws:sqs` is every queue.
///
/// Source: IAM User Guide, "IAM JSON policy elements: Resource", about incomplete ARNs.
fn complete(term: &Term) -> Option<Term> {
    let rest = term.text.strip_prefix("arn:")?;
    let colons = 1 + rest.bytes().filter(|byte| *byte == b':').take(4).count();
    if colons >= 5 || has_placeholder(&term.text) {
        return None;
    }
    let mut text = term.text.to_string();
    text.extend(std::iter::repeat_n(":*", 5 - colons));
    Some(Term { text: text.into(), ..term.clone() })
}

/// Whether what two patterns begin with already tells that no text fits both.
fn is_elsewhere(one: &str, other: &str) -> bool {
    let begin = |text: &'_ str| text.find(['*', '?', '$']).unwrap_or(text.len());
    let common = begin(one).min(begin(other));
    one.as_bytes().get(..common) != other.as_bytes().get(..common)
}
