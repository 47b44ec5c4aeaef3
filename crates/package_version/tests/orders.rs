//! The order of each ecosystem: a sample of our own, and every line of a larger set when it stands
//! beside the checkout (`cargo xtask version-order` prints the lines that fail).
#![expect(clippy::print_stdout, reason = "a skipped test says so")]

use std::{cmp::Ordering, path::Path, process::Command};

use package_version::{Ecosystem, Version};

/// Ascending; versions on one line are equal.
fn check(ecosystem: Ecosystem, ascending: &str) {
    let versions: Vec<(usize, Version)> = ascending
        .lines()
        .enumerate()
        .flat_map(|(place, line)| line.split_whitespace().map(move |text| (place, text)))
        .map(|(place, text)| (place, Version::parse(ecosystem, text)))
        .collect();
    for (left_place, left) in &versions {
        for (right_place, right) in &versions {
            let expected = left_place.cmp(right_place);
            assert_eq!(left.compare(right), Some(expected), "{ecosystem}: {left} and {right}");
            assert_eq!(left.sort_key().cmp(right.sort_key()), expected, "{left} and {right}");
        }
    }
}

#[test]
fn semantic_versions_order_numbers_then_prereleases() {
    let ascending = "latest\n0.0.0 0\n0.9.0-alpha\n0.9.0-alpha.1\n0.9.0-alpha.b\n0.9.0-beta.2\n\
                     0.9.0-beta.11\n0.9.0 v0.9.0 0.9 0.9.0+build.7\n0.10.0\n10.0.0-rc.1\n10.0.0\n\
                     18446744073709551616.0.0\n99999999999999999999999.0.0";
    for ecosystem in [Ecosystem::Npm, Ecosystem::Go, Ecosystem::CratesIo] {
        check(ecosystem, ascending);
    }
    check(
        Ecosystem::Go,
        "v0.0.0-20190102030405-abcdefabcdef\nv0.0.0-20200102030405-000000000000\nv0.1.0",
    );
}

#[test]
fn nuget_has_a_fourth_number_and_no_case() {
    check(
        Ecosystem::NuGet,
        "1.0.0-ALPHA 1.0.0-alpha\n1.0.0-beta+x 1-Beta\n1.0 1.0.0.0 01.0.0+y\n1.0.0.1-rc\n1.0.0.1\n1.1",
    );
}

#[test]
fn pypi_follows_pep_440_and_puts_older_texts_first() {
    check(
        Ecosystem::PyPI,
        "0.9-eevee\n2.0-rev-cut\n1.0.dev1\n1.0a1.dev2\n1.0a1 1.0-alpha.1 1.0.A01\n1.0b2\n1.0rc1 1.0c1 1.0.preview1\n\
         1.0 1 1.0.0 v1.0\n1.0+abc\n1.0+abc.5\n1.0+5\n1.0.post1.dev3\n1.0.post1 1.0-1 1.0-r1\n1.0.1\n1.10\n1!0.1",
    );
}

#[test]
fn maven_puts_qualifiers_on_both_sides_of_the_release() {
    check(
        Ecosystem::Maven,
        "1-alpha-1 1a1 1.0-alpha1\n1-beta\n1-milestone2 1m2\n1-rc1 1-CR1\n1-SNAPSHOT\n1 1.0 1-ga 1.0.0-final 1.RELEASE\n\
         1-sp\n1-jre\n1-1\n1.1\n1.1.0.1\n1.10\n2",
    );
}

#[test]
fn a_word_of_rubygems_comes_before_the_end() {
    check(
        Ecosystem::RubyGems,
        "1.0.a\n1.0.a1 1.0.a.1\n1.0.a10\n1.0.beta 1.beta\n1.0.pre.1 1.0-1\n1 1.0 1.0.0\n1.0.0.1\n1.0.1.rc\n1.0.1\n1.2\n1.10",
    );
}

#[test]
fn packagist_orders_as_php_does() {
    check(
        Ecosystem::Packagist,
        "dev-main\n1.0-dev\n1.0a1 1.0-alpha1\n1.0b2 1.0.beta.2\n1.0RC1 1.0-rc1\n1.0 v1.0 V1.0\n1.0.0\n1.0.1\n1.0pl1 1.0-p1\n1.2",
    );
}

#[test]
fn versions_of_two_ecosystems_have_no_order() {
    let [npm, cargo] = [Ecosystem::Npm, Ecosystem::CratesIo].map(|it| Version::parse(it, "1.0.0"));
    assert_eq!(npm.compare(&cargo), None);
}

#[test]
fn every_line_of_others_holds() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/versions");
    if !folder.is_dir() {
        println!("skipped: lines of version orders are not at {}", folder.display());
        return;
    }
    let files: [(&str, &[Ecosystem]); 6] = [
        ("semver", &[Ecosystem::Npm, Ecosystem::Go, Ecosystem::CratesIo]),
        ("pypi", &[Ecosystem::PyPI]),
        ("maven", &[Ecosystem::Maven]),
        ("nuget", &[Ecosystem::NuGet]),
        ("rubygems", &[Ecosystem::RubyGems]),
        ("packagist", &[Ecosystem::Packagist]),
    ];
    let mut read = 0;
    for (name, ecosystems) in files {
        let file = folder.join(format!("{name}.txt.xz"));
        let unpacked = Command::new("xz").arg("-dc").arg(&file).output().unwrap();
        assert!(unpacked.status.success(), "{}", file.display());
        for line in String::from_utf8(unpacked.stdout).unwrap().lines() {
            let words: Vec<&str> = line.split_whitespace().collect();
            if words.is_empty() || line.starts_with("//") || line.starts_with('#') {
                continue;
            }
            let expected = match words[1] {
                "<" => Ordering::Less,
                "=" => Ordering::Equal,
                _ => Ordering::Greater,
            };
            for ecosystem in ecosystems {
                let [left, right] =
                    [words[0], words[2]].map(|text| Version::parse(*ecosystem, text));
                assert_eq!(left.compare(&right), Some(expected), "{ecosystem}: {line}");
            }
            read += 1;
        }
    }
    assert!(read > 40_000, "{read} lines");
}
