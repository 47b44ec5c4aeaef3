//! Ranges of each ecosystem: what lies within, what does not, and what is no range.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use package_version::{Ecosystem, Range, Version};

/// Words before the bar lie in the range, words after it do not.
#[track_caller]
fn check(ecosystem: Ecosystem, range: &str, versions: &str) {
    let read = Range::parse(ecosystem, range).unwrap();
    let (inside, outside) = versions.split_once('|').unwrap();
    for (words, expected) in [(inside, true), (outside, false)] {
        for word in words.split_whitespace() {
            let version = Version::parse(ecosystem, word);
            assert_eq!(read.contains(&version), expected, "{ecosystem}: {word} in `{range}`");
        }
    }
}

#[track_caller]
fn refuse(ecosystem: Ecosystem, range: &str) {
    assert!(Range::parse(ecosystem, range).is_err(), "{ecosystem}: `{range}`");
}

#[test]
fn ranges_of_npm_leave_prereleases_out_unless_one_is_named() {
    let npm = Ecosystem::Npm;
    check(npm, "^1.2.3", "1.2.3 1.9.0 | 1.2.2 2.0.0 1.3.0-rc.1 2.0.0-0 nonsense");
    check(npm, "^1.2.3-rc.1", "1.2.3-rc.2 1.2.3 | 1.2.3-beta 1.3.0-rc.1");
    check(npm, "^0.2.3", "0.2.9 | 0.3.0");
    check(npm, "~1.2 || >=3 <4.1", "1.2.9 3.0.0 4.0.9 | 1.3.0 2.9.9 4.1.0");
    check(npm, "1.x - 2.1", "1.0.0 2.1.9 | 0.9.9 2.2.0");
    check(npm, "*", "0.0.1 7.0.0 | 7.0.0-rc.1");
    check(npm, "<1.2", "1.1.9 | 1.2.0 1.2.0-rc.1");
    let all = Range::parse(npm, "1.x").unwrap();
    assert!(all.contains_with_prereleases(&Version::parse(npm, "1.4.0-rc.1")));
    for odd in ["latest", "git+https://example.com/x.git", "1.2.3.4", "npm:other@1", "workspace:*"]
    {
        refuse(npm, odd);
    }
}

#[test]
fn requirements_of_cargo_have_a_caret_unless_a_sign_stands_there() {
    let cargo = Ecosystem::CratesIo;
    check(cargo, "1.2", "1.2.0 1.99.0 | 1.1.9 2.0.0 1.3.0-rc.1");
    check(cargo, "0.0.3", "0.0.3 | 0.0.4");
    check(cargo, "=1.2", "1.2.7 | 1.3.0");
    check(cargo, "1.2.*", "1.2.7 | 1.3.0");
    check(cargo, ">= 1.2, < 1.5", "1.2.0 1.4.9 | 1.5.0");
    check(cargo, "=1.0.0-rc.1", "1.0.0-rc.1 | 1.0.0");
    refuse(cargo, "1.0 || 2.0");
}

#[test]
fn numbers_have_bounds_in_npm_only() {
    check(Ecosystem::Npm, ">=0.0.0", "9007199254740991.0.0 | 9007199254740992.0.0");
    check(Ecosystem::Go, ">=0.0.0", "9007199254740992.0.0 v99999999999999999999.0.0 | 1.0");
    check(Ecosystem::CratesIo, ">=0.0.0", "9007199254740992.0.0 18446744073709551615.0.0 | 1.0");
}

#[test]
fn ranges_of_go_let_prereleases_in() {
    let go = Ecosystem::Go;
    check(
        go,
        ">=1.2.0, <1.4.0",
        "v1.2.0 1.3.0 v1.3.0-0.20240102030405-abcdefabcdef | v1.4.0 v1.1.9",
    );
    check(go, "v1.2.3", "1.2.3 v1.2.3+incompatible | v1.2.4");
}

#[test]
fn specifiers_of_pypi_know_posts_locals_and_prefixes() {
    let pypi = Ecosystem::PyPI;
    check(pypi, ">=1.0,!=1.5.*,<2", "1.0 1.4.9 1.6rc1 | 1.5.2 2.0 2.0a1 nonsense");
    check(pypi, "~=1.4.2", "1.4.2 1.4.9 | 1.5 1.4.1");
    check(pypi, "==1.0", "1.0 1.0.0+local | 1.0.post1");
    check(pypi, ">1.0", "1.0.1 | 1.0.post1 1.0+local");
    check(pypi, "===1.0-odd", "1.0-ODD | 1.0");
    check(pypi, "", "1.0 2!3 nonsense |");
    for odd in ["1.0", "=>1.0", "~=1", ">=1.0.*", "==1.0.*.5", ">=1.0+x", "=="] {
        refuse(pypi, odd);
    }
}

#[test]
fn ranges_of_maven_are_intervals() {
    let maven = Ecosystem::Maven;
    check(maven, "[1.0,2.0)", "1.0 1 1.9.9 2.0-rc1 | 2.0 0.9 1.0-alpha1");
    check(maven, "(,1.0],[1.2,)", "0.1 1.0 1.2 9 | 1.1");
    check(maven, "[1.5]", "1.5 1.5.0 | 1.5.1");
    check(maven, "1.5", "1.5.0 | 1.6");
    for odd in ["", "[1.0", "[1,2,3]", "(1.0)", "${version}", "[${low},2)"] {
        refuse(maven, odd);
    }
}

#[test]
fn ranges_of_nuget_start_at_a_bare_version() {
    let nuget = Ecosystem::NuGet;
    check(nuget, "1.2", "1.2.0 9.0 1.2.0.1 | 1.1.9 1.2.0-rc");
    check(nuget, "[1.2,2.0)", "1.2 1.9.9.9 2.0-alpha | 2.0.0");
    check(nuget, "(1.0,)", "1.0.1 | 1.0");
    check(nuget, "[3.1]", "3.1.0.0 | 3.1.1");
    check(nuget, "1.2.*", "1.2.0 1.2.9 | 1.1");
    check(nuget, "1.2.0-rc.*", "1.2.0-rc.3 1.2.0 | 1.2.0-beta");
    check(nuget, "*", "0.1 7.0 |");
    for odd in ["", "1.a", "[1.0", "1.*.2", "(1.0)"] {
        refuse(nuget, odd);
    }
}

#[test]
fn requirements_of_rubygems_know_the_pessimistic_sign() {
    let gem = Ecosystem::RubyGems;
    check(gem, "~> 1.2.3", "1.2.3 1.2.9 | 1.3 1.3.0.pre 1.2.2");
    check(gem, "~> 2", "2.0 2.9 | 3.0");
    check(gem, ">= 1.0, != 1.5, < 2", "1.0 1.6.rc1 | 1.5.0 2");
    check(gem, "1.0", "1.0.0 | 1.0.1");
    for odd in ["~> x", "=> 1.0", "^1.0"] {
        refuse(gem, odd);
    }
}

#[test]
fn constraints_of_composer_normalise_both_sides() {
    let composer = Ecosystem::Packagist;
    check(composer, "^1.2.3", "1.2.3 v1.9 1.2.3.0 1.2.3-dev | 2.0.0 2.0.0-rc1 1.2.2");
    check(composer, "^0.3", "0.3.9 | 0.4.0");
    check(composer, "~1.2", "1.2.0 1.9 | 2.0");
    check(composer, "~1.2.3", "1.2.9 | 1.3.0");
    check(composer, "1.2.*", "1.2 1.2.7 | 1.3");
    check(composer, "1.0", "1.0.0 v1.0.0.0 | 1.0.1");
    check(composer, ">=1.0 <1.1 || >=1.2", "1.0.5 1.2 | 1.1 1.1.9");
    check(composer, ">=1.0,<2.0|3.*", "1.5 3.1 | 2.0");
    check(composer, "1.0 - 2.0", "1.0 2.0.9 | 2.1");
    check(composer, "1.0 - 2.0.0", "2.0 | 2.0.1");
    check(composer, "dev-main", "dev-main | 1.0 dev-other");
    check(composer, "*", "1.0 dev-main |");
    check(composer, "2.x-dev", "2.x-dev | 2.0");
    check(composer, ">=1.0@beta", "1.0 1.0-beta1 | 0.9");
    check(composer, "dev-main#abcdef as 1.0.x-dev", "dev-main | 1.0");
    check(composer, ">1.0 !=1.5", "1.0.1 | 1.0 1.5.0");
    for odd in ["", "self.version", "=>1", "1.2.3.4.5"] {
        refuse(composer, odd);
    }
}

#[test]
fn a_range_knows_what_lies_above_and_below_it() {
    let cases = [
        (Ecosystem::Npm, "^1.2 || 3.x", "0.9.0 1.1.9", "4.0.0 9.0.0", "2.0.0 1.2.0"),
        (Ecosystem::PyPI, ">=1.2,<2", "1.0 1.2rc1", "2.0 3.0", "1.2 1.9"),
        (Ecosystem::PyPI, "==1.2.*", "1.1", "1.3.dev0 2", "1.2.7"),
        (Ecosystem::Maven, "[1,2)", "0.9", "2 3", "1.5"),
        (Ecosystem::RubyGems, "~> 1.2", "1.1", "2.0", "1.9"),
        (Ecosystem::Packagist, "^1.2", "1.1", "2.0", "1.2"),
    ];
    for (ecosystem, range, below, above, neither) in cases {
        let range = Range::parse(ecosystem, range).unwrap();
        for (words, sides) in
            [(below, (true, false)), (above, (false, true)), (neither, (false, false))]
        {
            for word in words.split_whitespace() {
                let version = Version::parse(ecosystem, word);
                let found = (range.is_above(&version), range.is_below(&version));
                assert_eq!(found, sides, "{ecosystem}: {word} and `{range}`");
            }
        }
    }
}

#[test]
fn a_range_says_what_it_cannot_read() {
    let message = Range::parse(Ecosystem::Npm, ">=1 <tomorrow").unwrap_err().to_string();
    assert_eq!(message, "`<tomorrow` in `>=1 <tomorrow` is no range of versions of npm");
    let long = "1 ".repeat(Range::LONGEST);
    assert!(
        Range::parse(Ecosystem::Npm, &long).unwrap_err().to_string().contains("is longer than")
    );
}

#[test]
fn a_version_of_another_ecosystem_lies_in_no_range() {
    let range = Range::parse(Ecosystem::Npm, "*").unwrap();
    assert!(!range.contains(&Version::parse(Ecosystem::CratesIo, "1.0.0")));
}
