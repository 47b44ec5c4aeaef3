//! Licences: which identifiers and expressions are those of SPDX.

use std::{collections::BTreeMap, sync::OnceLock};

use crate::Licence;

/// Identifiers of licences and exceptions, one a line, as the schema of `CycloneDX` lists them.
pub(crate) const LIST: &str = include_str!("../data/spdx-identifiers.txt");

/// Longest text that is looked at as an expression, in bytes.
const LONGEST: usize = 2_000;
/// Deepest nesting of parentheses.
const DEEPEST: u32 = 32;

fn identifiers() -> &'static BTreeMap<String, &'static str> {
    static KNOWN: OnceLock<BTreeMap<String, &'static str>> = OnceLock::new();
    KNOWN.get_or_init(|| LIST.lines().map(|id| (id.to_ascii_lowercase(), id)).collect())
}

/// An identifier of the SPDX list in the list's own spelling; `None` for what is not on it.
#[must_use]
pub fn spdx_id(text: &str) -> Option<&'static str> {
    identifiers().get(&text.trim().to_ascii_lowercase()).copied()
}

/// Whether a text is a licence expression of SPDX (annex D of its specification, version 2.3) over
/// identifiers that are on the list, or `LicenseRef-` names.
#[must_use]
pub fn is_expression(text: &str) -> bool {
    if text.len() > LONGEST {
        return false;
    }
    let spaced = text.replace('(', " ( ").replace(')', " ) ");
    let words: Vec<&str> = spaced.split_ascii_whitespace().collect();
    let mut rest = words.as_slice();
    alternatives(&mut rest, 0) && rest.is_empty()
}

/// Licences joined by `AND` and `OR`; which one binds closer does not matter here.
fn alternatives(words: &mut &[&str], depth: u32) -> bool {
    if !term(words, depth) {
        return false;
    }
    while let [operator, rest @ ..] = *words {
        if !operator.eq_ignore_ascii_case("and") && !operator.eq_ignore_ascii_case("or") {
            return true;
        }
        *words = rest;
        if !term(words, depth) {
            return false;
        }
    }
    true
}

fn term(words: &mut &[&str], depth: u32) -> bool {
    let [first, rest @ ..] = *words else { return false };
    *words = rest;
    if *first == "(" {
        if depth >= DEEPEST || !alternatives(words, depth + 1) {
            return false;
        }
        let [")", rest @ ..] = *words else { return false };
        *words = rest;
        return true;
    }
    if !is_licence(first) {
        return false;
    }
    if let [with, exception, rest @ ..] = *words
        && with.eq_ignore_ascii_case("with")
    {
        *words = rest;
        return spdx_id(exception).is_some();
    }
    true
}

fn is_licence(word: &str) -> bool {
    let own = word.strip_prefix("LicenseRef-").or_else(|| {
        word.strip_prefix("DocumentRef-")
            .and_then(|it| it.split_once(":LicenseRef-"))
            .map(|(_, it)| it)
    });
    match own {
        Some(name) => {
            !name.is_empty()
                && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'.')
        }
        None => spdx_id(word.strip_suffix('+').unwrap_or(word)).is_some(),
    }
}

/// Declared licences in the terms of `CycloneDX`: an expression stands alone, so that of several
/// texts each that is no identifier is a name.
pub(crate) fn declared(texts: &[String]) -> Vec<Licence> {
    let of = |text: &str| match spdx_id(text) {
        Some(id) => Licence::Id(id.to_owned()),
        None => Licence::Named(text.to_owned()),
    };
    let texts: Vec<&str> =
        texts.iter().map(|text| text.trim()).filter(|text| !text.is_empty()).collect();
    if let [one] = texts.as_slice()
        && spdx_id(one).is_none()
        && is_expression(one)
    {
        return vec![Licence::Expression((*one).to_owned())];
    }
    let mut licences: Vec<Licence> = texts.into_iter().map(of).collect();
    licences.sort();
    licences.dedup();
    licences
}

#[cfg(test)]
mod tests {
    use super::{declared, is_expression, spdx_id};
    use crate::Licence;

    #[test]
    fn identifiers_are_found_in_any_case_and_spelt_as_the_list_does() {
        assert_eq!(spdx_id("mit"), Some("MIT"));
        assert_eq!(spdx_id("APACHE-2.0"), Some("Apache-2.0"));
        assert_eq!(spdx_id("Apache 2.0"), None);
    }

    #[test]
    fn expressions_follow_the_grammar() {
        for text in [
            "MIT OR Apache-2.0",
            "(MIT AND (BSD-3-Clause OR Zlib))",
            "GPL-2.0-or-later WITH Classpath-exception-2.0",
            "LicenseRef-own AND MIT",
            "LGPL-2.1+",
        ] {
            assert!(is_expression(text), "{text}");
        }
        let deep = format!("{}MIT{}", "(".repeat(900), ")".repeat(900));
        for text in
            ["", "MIT OR", "MIT Apache-2.0", "(MIT", "MIT)", "MIT WITH", "mine", "OR", &deep]
        {
            assert!(!is_expression(text), "{text}");
        }
    }

    #[test]
    fn one_expression_stands_alone_and_several_texts_are_ids_and_names() {
        let texts = |all: &[&str]| all.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>();
        assert_eq!(
            declared(&texts(&["MIT OR Zlib"])),
            [Licence::Expression("MIT OR Zlib".to_owned())]
        );
        assert_eq!(
            declared(&texts(&["MIT OR Zlib", "mit", " ", "BSD"])),
            [
                Licence::Id("MIT".to_owned()),
                Licence::Named("BSD".to_owned()),
                Licence::Named("MIT OR Zlib".to_owned())
            ]
        );
    }
}
