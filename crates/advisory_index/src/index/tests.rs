use package_version::{Ecosystem, Version};
use proptest::prelude::*;

use super::{HEADER, Index, IndexError};
use crate::{Added, Builder, SourceInfo};

const RECORDS: &[&str] = &[
    r#"{"id":"PYSEC-1","modified":"2024-01-01T00:00:00Z","aliases":["CVE-2024-1"],
        "summary":"Reads too far","details":"Long story","references":[{"url":"https://a.example"}],
        "severity":[{"type":"CVSS_V3","score":"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}],
        "affected":[{"package":{"ecosystem":"PyPI","name":"Foo.Bar"},"ranges":[{"type":"ECOSYSTEM",
        "events":[{"introduced":"0"},{"fixed":"1.2"}]}],"versions":["1.0","7.0"]}]}"#,
    r#"{"id":"GO-1","modified":"2024-01-01T00:00:00Z","affected":[{"package":{"ecosystem":"Go",
        "name":"example.com/m"},"ranges":[{"type":"SEMVER","events":[{"introduced":"1.1.0"}]}],
        "ecosystem_specific":{"imports":[{"path":"example.com/m/p","symbols":["F","T.M"]}]}}]}"#,
];

fn file() -> Vec<u8> {
    let mut builder = Builder::default();
    for record in RECORDS {
        assert_eq!(builder.add(record.as_bytes()), Ok(Added::New));
    }
    let source = SourceInfo { name: "test".to_owned(), records: 2, ..SourceInfo::default() };
    builder.finish(1_700_000_000, &[source])
}

#[test]
fn what_was_added_is_found_under_every_spelling() {
    let file = file();
    let index = Index::open(&file).unwrap();
    index.verify().unwrap();
    let found = index.about_package(Ecosystem::PyPI, "foo__BAR").unwrap();
    assert_eq!(found.len(), 1);
    let advisory = &found[0].advisory;
    assert_eq!((advisory.id, advisory.summary), ("PYSEC-1", "Reads too far"));
    assert_eq!(advisory.score.unwrap().tenths(), 98);
    assert_eq!(advisory.aliases, ["CVE-2024-1"]);
    assert_eq!(found[0].versions, ["7.0"]);
    let covers = |text| found[0].covers(&Version::parse(Ecosystem::PyPI, text));
    assert!(covers("1.1.9") && covers("7") && !covers("1.2"));
    let texts = index.texts_of(advisory).unwrap();
    assert_eq!(texts, ("Long story".to_owned(), vec!["https://a.example".to_owned()]));
    let go = index.about_package(Ecosystem::Go, "example.com/m").unwrap();
    assert_eq!((go[0].symbols[1].package, go[0].symbols[1].name), ("example.com/m/p", "T.M"));
    assert!(index.about_package(Ecosystem::Npm, "foo-bar").unwrap().is_empty());
    assert_eq!(
        index.advisories().map(|it| it.unwrap().id).collect::<Vec<_>>(),
        ["GO-1", "PYSEC-1"]
    );
    let about = index.about().unwrap();
    assert_eq!((about.advisories, about.packages, about.sources[0].records), (2, 2, 2));
}

#[test]
fn the_newest_record_of_an_id_counts_and_a_withdrawn_one_goes() {
    let mut builder = Builder::default();
    let record = |modified: &str, more: &str| {
        format!(
            r#"{{"id":"X-1","modified":"{modified}"{more},"affected":[{{"package":{{"ecosystem":
            "npm","name":"a"}},"ranges":[{{"type":"SEMVER","events":[{{"introduced":"0"}}]}}]}}]}}"#
        )
    };
    let mut add = |text: String| {
        builder.begin_source();
        builder.add(text.as_bytes()).unwrap()
    };
    assert_eq!(add(record("2024-01-02", "")), Added::New);
    assert_eq!(add(record("2024-01-01", "")), Added::Known);
    assert_eq!(add(record("2024-01-03", "")), Added::Replaced);
    assert_eq!(add(record("2024-01-04", r#","withdrawn":"2024-01-04""#)), Added::Withdrawn);
    assert_eq!(add(record("2024-01-03", "")), Added::Known);
    assert!(builder.is_empty());
}

#[test]
fn records_of_one_id_in_one_source_are_parts_of_one_advisory() {
    let mut builder = Builder::default();
    for name in ["a", "b", "a"] {
        let record = format!(
            r#"{{"id":"X-1","affected":[{{"package":{{"ecosystem":"npm","name":"{name}"}}}}]}}"#
        );
        builder.add(record.as_bytes()).unwrap();
    }
    assert_eq!(builder.len(), 2);
    let file = builder.finish(0, &[]);
    let index = Index::open(&file).unwrap();
    for name in ["a", "b"] {
        assert_eq!(index.about_package(Ecosystem::Npm, name).unwrap().len(), 1);
    }
}

#[test]
fn a_file_that_was_cut_or_changed_is_an_error() {
    let good = file();
    assert_eq!(Index::open(b"PK\x03\x04").unwrap_err(), IndexError::NoIndex);
    assert!(matches!(Index::open(&good[..good.len() - 1]), Err(IndexError::Length { .. })));
    let mut newer = good.clone();
    newer[8] = 9;
    assert_eq!(Index::open(&newer).unwrap_err(), IndexError::OtherVersion { found: 9 });
    let mut late = good.clone();
    *late.last_mut().unwrap() ^= 1;
    let index = Index::open(&late).unwrap();
    assert_eq!(index.verify(), Err(IndexError::Damaged("content")));
}

proptest! {
    /// Whichever bit is flipped: no panic, and never another answer than the true one or an error.
    #[test]
    fn a_flipped_bit_is_never_another_answer(at in 0_usize..2_000, bit in 0_u8..8) {
        let good = file();
        let mut bad = good.clone();
        let at = at % bad.len();
        bad[at] ^= 1 << bit;
        let expected = Index::open(&good).unwrap().about_package(Ecosystem::PyPI, "foo-bar").unwrap();
        match Index::open(&bad) {
            Err(_) => {}
            Ok(index) => {
                prop_assert!(at >= HEADER);
                prop_assert!(index.verify().is_err());
                if let Ok(found) = index.about_package(Ecosystem::PyPI, "foo-bar") {
                    prop_assert_eq!(&found, &expected);
                    let _ = index.texts_of(&found[0].advisory);
                }
                prop_assert!(index.advisories().count() <= 3);
            }
        }
    }
}
