//! `version-order [--data DIR] [--misses N]`: the order of versions against lines `a < b` of others.
//!
//! The files are `versions/*.txt.xz` in the folder of data; one for semantic versions is read once for
//! each ecosystem that has them. Without the data it says `skipped`. Fails on any line that `compare`
//! judges otherwise; lines on which the sort keys differ are told, since some rules are no orders.

use std::{
    cmp::Ordering,
    path::{Path, PathBuf},
    process::Command,
};

use package_version::{Ecosystem, Version};

use crate::{Failure, Outcome, arguments::Arguments};

const FILES: [(&str, &[Ecosystem]); 6] = [
    ("semver", &[Ecosystem::Npm, Ecosystem::Go, Ecosystem::CratesIo]),
    ("pypi", &[Ecosystem::PyPI]),
    ("maven", &[Ecosystem::Maven]),
    ("nuget", &[Ecosystem::NuGet]),
    ("rubygems", &[Ecosystem::RubyGems]),
    ("packagist", &[Ecosystem::Packagist]),
];

pub(crate) fn run(words: &[String]) -> Outcome {
    let mut arguments = Arguments::new(words);
    let data = arguments.value("--data")?.map_or_else(|| "../shared/data".into(), PathBuf::from);
    let shown = arguments.number("--misses")?.unwrap_or(10);
    arguments.finish()?;
    let folder = data.join("versions");
    if !folder.is_dir() {
        println!("skipped: there is no folder {}", folder.display());
        return Ok(());
    }
    let mut failures = 0;
    for (name, ecosystems) in FILES {
        let lines = read(&folder.join(format!("{name}.txt.xz")))?;
        for ecosystem in ecosystems {
            let (mut count, mut misses, mut unkeyed) = (0, Vec::new(), Vec::new());
            for line in lines.lines().map(str::trim).filter(|line| is_case(line)) {
                let judged = judge(*ecosystem, line).ok_or_else(|| format!("odd line `{line}`"))?;
                count += 1;
                if !judged.compared {
                    misses.push(line);
                } else if !judged.keyed {
                    unkeyed.push(line);
                }
            }
            let held = count - misses.len();
            println!("{ecosystem:<10} {held:>6} of {count:>6} lines, {} not by key", unkeyed.len());
            for (line, _) in misses.iter().zip(0..shown) {
                println!("  {line}");
            }
            for (line, _) in unkeyed.iter().zip(0..shown) {
                println!("  not by key: {line}");
            }
            failures += misses.len();
        }
    }
    if failures > 0 { Err(format!("{failures} lines are judged otherwise").into()) } else { Ok(()) }
}

/// Empty lines and comments are none.
fn is_case(line: &str) -> bool {
    !line.is_empty() && !line.starts_with("//") && !line.starts_with('#')
}

/// Whether both versions stand to each other as a line says.
struct Judged {
    /// By `compare`, either way.
    compared: bool,
    /// By the bytes of the keys.
    keyed: bool,
}

/// `None` when the line is none.
fn judge(ecosystem: Ecosystem, line: &str) -> Option<Judged> {
    let mut words = line.split_whitespace();
    let (Some(left), Some(sign), Some(right)) = (words.next(), words.next(), words.next()) else {
        return None;
    };
    let expected = match sign {
        "<" => Ordering::Less,
        "=" => Ordering::Equal,
        ">" => Ordering::Greater,
        _ => return None,
    };
    let (left, right) = (Version::parse(ecosystem, left), Version::parse(ecosystem, right));
    Some(Judged {
        compared: left.compare(&right) == Some(expected)
            && right.compare(&left) == Some(expected.reverse()),
        keyed: left.sort_key().cmp(right.sort_key()) == expected,
    })
}

fn read(file: &Path) -> Result<String, Failure> {
    let unpacked = Command::new("xz").arg("-dc").arg(file).output()?;
    if !unpacked.status.success() {
        return Err(format!("`xz -dc {}` failed", file.display()).into());
    }
    Ok(String::from_utf8(unpacked.stdout)?)
}
