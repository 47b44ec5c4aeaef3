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

/// The words by which registries and authors call licences, where they mean one only, as
/// [`plain`] leaves them. `BSD License` and `Apache Software License` tell no version and are not here.
const NAMES: &[(&str, &str)] = &[
    ("apache 2", "Apache-2.0"),
    ("apache 2 0", "Apache-2.0"),
    ("apache license 2", "Apache-2.0"),
    ("apache license 2 0", "Apache-2.0"),
    ("apache license v2 0", "Apache-2.0"),
    ("apache license version 2 0", "Apache-2.0"),
    ("apache public license 2 0", "Apache-2.0"),
    ("apache software license 2 0", "Apache-2.0"),
    ("apache software license version 2 0", "Apache-2.0"),
    ("apache v2", "Apache-2.0"),
    ("asl 2 0", "Apache-2.0"),
    ("artistic license 2 0", "Artistic-2.0"),
    ("boost software license 1 0 bsl 1 0", "BSL-1.0"),
    ("2 clause bsd license", "BSD-2-Clause"),
    ("bsd 2 clause license", "BSD-2-Clause"),
    ("simplified bsd license", "BSD-2-Clause"),
    ("3 clause bsd license", "BSD-3-Clause"),
    ("bsd 3", "BSD-3-Clause"),
    ("bsd 3 clause license", "BSD-3-Clause"),
    ("modified bsd license", "BSD-3-Clause"),
    ("new bsd license", "BSD-3-Clause"),
    ("revised bsd license", "BSD-3-Clause"),
    ("bouncy castle licence", "MIT"),
    ("cc0 1 0 universal cc0 1 0 public domain dedication", "CC0-1.0"),
    ("common development and distribution license 1 0", "CDDL-1.0"),
    ("eclipse public license 1 0", "EPL-1.0"),
    ("eclipse public license v 1 0", "EPL-1.0"),
    ("eclipse public license v1 0", "EPL-1.0"),
    ("eclipse public license 2 0", "EPL-2.0"),
    ("eclipse public license 2 0 epl 2 0", "EPL-2.0"),
    ("eclipse public license v 2 0", "EPL-2.0"),
    ("eclipse public license v2 0", "EPL-2.0"),
    ("european union public licence 1 2 eupl 1 2", "EUPL-1.2"),
    ("gnu affero general public license v3", "AGPL-3.0-only"),
    ("gnu affero general public license v3 or later agplv3+", "AGPL-3.0-or-later"),
    ("gnu general public license v2 gplv2", "GPL-2.0-only"),
    ("gnu general public license v2 or later gplv2+", "GPL-2.0-or-later"),
    ("gnu general public license v3 gplv3", "GPL-3.0-only"),
    ("gnu general public license v3 or later gplv3+", "GPL-3.0-or-later"),
    ("gnu lesser general public license v2 lgplv2", "LGPL-2.0-only"),
    ("gnu lesser general public license v2 or later lgplv2+", "LGPL-2.0-or-later"),
    ("gnu lesser general public license v3 lgplv3", "LGPL-3.0-only"),
    ("gnu lesser general public license v3 or later lgplv3+", "LGPL-3.0-or-later"),
    ("isc license", "ISC"),
    ("isc license iscl", "ISC"),
    ("expat license", "MIT"),
    ("mit license", "MIT"),
    ("mit no attribution license mit 0", "MIT-0"),
    ("mozilla public license 1 1 mpl 1 1", "MPL-1.1"),
    ("mozilla public license 2 0", "MPL-2.0"),
    ("mozilla public license 2 0 mpl 2 0", "MPL-2.0"),
    ("mpl 2 0", "MPL-2.0"),
    ("python software foundation license", "PSF-2.0"),
    ("unlicense unlicense", "Unlicense"),
    ("zope public license", "ZPL-2.1"),
    ("www apache org licenses license 2 0", "Apache-2.0"),
    ("www apache org licenses license 2 0 html", "Apache-2.0"),
    ("www apache org licenses license 2 0 txt", "Apache-2.0"),
    ("opensource org licenses mit license php", "MIT"),
    ("www opensource org licenses mit license php", "MIT"),
    ("www eclipse org legal epl 2 0", "EPL-2.0"),
    ("www eclipse org legal epl v10 html", "EPL-1.0"),
];

/// Small letters, digits and `+`, words parted by one blank, without `the` and the path of a classifier.
fn plain(text: &str) -> String {
    let last = text.rsplit("::").next().unwrap_or(text);
    let last = last.trim().trim_start_matches("https://").trim_start_matches("http://");
    let spaced: String = last
        .chars()
        .take(LONGEST)
        .map(|c| if c.is_ascii_alphanumeric() || c == '+' { c.to_ascii_lowercase() } else { ' ' })
        .collect();
    let words = spaced.split_ascii_whitespace().filter(|word| *word != "the");
    words.collect::<Vec<_>>().join(" ")
}

/// The identifier that a declared text means: one of the list, a name that is known, or the address of
/// its text at the Open Source Initiative or SPDX.
fn meant(text: &str) -> Option<&'static str> {
    let of_address = || {
        let known = ["opensource.org/licenses/", "opensource.org/license/", "spdx.org/licenses/"];
        let rest = known.into_iter().find_map(|start| Some(text.split_once(start)?.1))?;
        spdx_id(rest.trim_end_matches('/').trim_end_matches(".html"))
    };
    spdx_id(text).or_else(of_address).or_else(|| {
        let plain = plain(text);
        NAMES.iter().find(|(name, _)| *name == plain).and_then(|(_, id)| spdx_id(id))
    })
}

/// An expression in the spelling of the list.
fn canonical(text: &str) -> String {
    let spaced = text.replace('(', " ( ").replace(')', " ) ");
    let words = spaced.split_ascii_whitespace().map(|word| {
        let plus = word.strip_suffix('+');
        match (spdx_id(word), plus.and_then(spdx_id)) {
            (Some(id), _) => id.to_owned(),
            (None, Some(id)) => format!("{id}+"),
            _ if ["and", "or", "with"].iter().any(|it| word.eq_ignore_ascii_case(it)) => {
                word.to_ascii_uppercase()
            }
            _ => word.to_owned(),
        }
    });
    words.collect::<Vec<_>>().join(" ").replace("( ", "(").replace(" )", ")")
}

/// Declared licences in the terms of `CycloneDX`: an expression stands alone, so that of several
/// texts each that is no identifier is a name.
pub(crate) fn declared(texts: &[String]) -> Vec<Licence> {
    let of = |text: &str| match meant(text) {
        Some(id) => Licence::Id(id.to_owned()),
        None => Licence::Named(text.to_owned()),
    };
    let texts: Vec<&str> =
        texts.iter().map(|text| text.trim()).filter(|text| !text.is_empty()).collect();
    if let [one] = texts.as_slice()
        && meant(one).is_none()
        && is_expression(one)
    {
        return vec![Licence::Expression(canonical(one))];
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
    fn names_that_mean_one_licence_are_that_licence() {
        for (text, id) in [
            ("License :: OSI Approved :: MIT License", "MIT"),
            ("The Apache Software License, Version 2.0", "Apache-2.0"),
            ("https://www.apache.org/licenses/LICENSE-2.0.txt", "Apache-2.0"),
            ("https://opensource.org/licenses/BSD-3-Clause", "BSD-3-Clause"),
            ("Mozilla Public License 2.0 (MPL 2.0)", "MPL-2.0"),
            ("GNU General Public License v3 or later (GPLv3+)", "GPL-3.0-or-later"),
        ] {
            assert_eq!(declared(&[text.to_owned()]), [Licence::Id(id.to_owned())], "{text}");
        }
        for text in ["BSD License", "Apache Software License", "Dual License"] {
            assert_eq!(declared(&[text.to_owned()]), [Licence::Named(text.to_owned())]);
        }
        for (_, id) in super::NAMES {
            assert_eq!(spdx_id(id), Some(*id));
        }
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
            declared(&texts(&["(mit or apache-2.0+) with classpath-exception-2.0"])),
            [Licence::Named("(mit or apache-2.0+) with classpath-exception-2.0".to_owned())]
        );
        assert_eq!(
            declared(&texts(&["(mit or apache-2.0+) AND zlib"])),
            [Licence::Expression("(MIT OR Apache-2.0+) AND Zlib".to_owned())]
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
