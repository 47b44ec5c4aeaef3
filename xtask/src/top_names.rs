//! `top-names update --npm FILE --pypi FILE [--check]`: writes the embedded lists of the most
//! downloaded names; `top-names measure npm|pypi FILE`: which names of a file look like one of them.

use std::{collections::HashSet, fs};

use component::{Ecosystem, lookup_name};
use lock_integrity::lookalike;

use crate::{Failure, Outcome, arguments::Arguments, workspace};

pub(crate) fn run(words: &[String]) -> Outcome {
    let mut arguments = Arguments::new(words);
    let npm = arguments.value("--npm")?;
    let pypi = arguments.value("--pypi")?;
    let check = arguments.flag("--check");
    let what = arguments.free();
    match (what.as_deref(), npm, pypi) {
        (Some("update"), Some(npm), Some(pypi)) => {
            arguments.finish()?;
            write("npm.txt", &of_npm(&fs::read_to_string(npm)?), check)?;
            write("pypi.txt", &of_pypi(&fs::read_to_string(pypi)?), check)
        }
        (Some("measure"), None, None) => {
            let ecosystem = arguments.free().and_then(|name| match name.as_str() {
                "npm" => Some(Ecosystem::Npm),
                "pypi" => Some(Ecosystem::PyPI),
                _ => None,
            });
            let file = arguments.free();
            arguments.finish()?;
            let (Some(ecosystem), Some(file)) = (ecosystem, file) else { return Err(usage()) };
            measure(ecosystem, &fs::read_to_string(file)?);
            Ok(())
        }
        _ => Err(usage()),
    }
}

fn usage() -> Failure {
    "usage: top-names update --npm FILE.js --pypi FILE.csv [--check] | measure npm|pypi FILE".into()
}

/// `  'name',` of each line of the list's module.
fn of_npm(text: &str) -> Vec<String> {
    let quoted = |line: &str| {
        let line = line.trim().trim_end_matches(',');
        Some(line.strip_prefix('\'')?.strip_suffix('\'')?.to_owned())
    };
    once(text.lines().filter_map(quoted))
}

/// `1880218825,"boto3"` of each line after the head.
fn of_pypi(text: &str) -> Vec<String> {
    let name = |line: &str| {
        let (_, name) = line.split_once(',')?;
        Some(lookup_name(Ecosystem::PyPI, name.trim_matches('"')))
    };
    once(text.lines().skip(1).filter_map(name))
}

/// Names in their order, each the first time it comes.
fn once(names: impl Iterator<Item = String>) -> Vec<String> {
    let mut seen = HashSet::new();
    names.filter(|name| seen.insert(name.clone())).collect()
}

fn write(file: &str, names: &[String], check: bool) -> Outcome {
    let path = workspace::root().join("crates/lock_integrity/data").join(file);
    let text: String = names.iter().flat_map(|name| [name.as_str(), "\n"]).collect();
    let stands = fs::read_to_string(&path).is_ok_and(|stands| stands == text);
    println!("{file}: {} names, {} bytes", names.len(), text.len());
    if check && !stands {
        return Err(format!("{file} is stale").into());
    }
    if !stands {
        fs::write(path, text)?;
    }
    Ok(())
}

/// Prints each name of a file, one a line, that looks like a well known one.
fn measure(ecosystem: Ecosystem, text: &str) {
    let (mut names, mut found) = (0_usize, 0_usize);
    for name in text.lines().map(str::trim).filter(|name| !name.is_empty()) {
        names += 1;
        if let Some(like) = lookalike(ecosystem, name) {
            found += 1;
            println!("{name}\t{}\t{:?}\t{}", like.of, like.trick, like.rank);
        }
    }
    eprintln!("{found} of {names} names look like a well known one");
}
