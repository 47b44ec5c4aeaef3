//! Written and read again, a package URL is itself.

use std::collections::BTreeMap;

use package_url::{PackageUrl, Parts};
use proptest::prelude::*;

fn kinds() -> impl Strategy<Value = String> {
    prop_oneof![
        "npm",
        "pypi",
        "maven",
        "golang",
        "mlflow",
        "Oci",
        "rpm",
        "git",
        "[a-zA-Z][a-z0-9.-]{0,5}"
    ]
}

fn urls() -> impl Strategy<Value = Parts> {
    let key = "[a-zA-Z][a-z0-9._-]{0,6}";
    let optional = proptest::option::of(".{0,12}");
    let qualifiers = proptest::collection::btree_map(key, ".{0,8}", 0..4);
    (kinds(), optional.clone(), ".{0,12}", optional.clone(), qualifiers, optional).prop_map(
        |(kind, namespace, name, version, qualifiers, subpath)| {
            let qualifiers: BTreeMap<String, String> = qualifiers;
            Parts { kind, namespace, name, version, qualifiers, subpath }
        },
    )
}

proptest! {
    #[test]
    fn what_is_built_is_read_as_it_was(parts in urls()) {
        if let Ok(url) = PackageUrl::build(parts) {
            let text = url.to_string();
            prop_assert_eq!(PackageUrl::parse_strict(&text), Ok(url.clone()));
            prop_assert_eq!(PackageUrl::parse(&text), Ok(url));
            prop_assert!(text.is_ascii());
        }
    }

    #[test]
    fn the_canonical_form_of_a_canonical_form_is_itself(
        text in prop_oneof!["pkg:/{0,2}[a-z]{1,4}/[a-zA-Z@%/.0-9?=&#+_ -]{0,30}", ".{0,40}"]
    ) {
        if let Ok(url) = PackageUrl::parse(&text) {
            let canonical = url.to_string();
            let again = PackageUrl::parse(&canonical);
            prop_assert_eq!(again.as_ref(), Ok(&url), "{}", canonical);
        }
    }
}

#[test]
fn hostile_texts_are_refused_in_words() {
    let cases = [
        ("npm/x", "a package URL starts with `pkg:`"),
        ("pkg:npm", "the package URL has no name"),
        ("pkg:npm/@1.0", "the package URL has no name"),
        (
            "pkg:n%70m/x",
            "`n%70m` is no type of a package URL; it is made of letters, digits, `.` and `-`",
        ),
        ("pkg:npm/x?a=1&A=2", "`A` is no key of a qualifier, or stands twice"),
        ("pkg:npm/x@%f", "`%f` is not percent-encoded text"),
        ("pkg:npm/x@%ff", "`%ff` is not percent-encoded text"),
        ("pkg:npm/a%2Fb/x", "the segment `a/b` holds a `/`"),
    ];
    for (text, expected) in cases {
        assert_eq!(PackageUrl::parse(text).unwrap_err().to_string(), expected, "{text}");
    }
    assert_eq!(PackageUrl::parse("pkg:npm/x#a/../%2e%2E/b").unwrap().subpath(), Some("a/b"));
    assert!(PackageUrl::parse(&format!("pkg:npm/{}", "x".repeat(20_000))).is_err());
}
