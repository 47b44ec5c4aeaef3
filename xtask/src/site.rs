//! `cargo xtask site [--out DIR] [--links]`: the site of all documents, with mdbook.
//!
//! The documents are copied as they lie in the repository, so that a link which works there works in the
//! site. Links are checked before and after; `--links` checks those of the documents and builds nothing.
//! mdbook is installed into `target/tools` at the first time, which needs the registry once.

mod built;
mod document;
mod links;
pub(crate) mod summary;

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
    time::Instant,
};

use finding::RuleInfo;

use crate::{Failure, Outcome, arguments::Arguments, workspace};
use summary::Order;

/// The release of mdbook, installed when another or none is there.
const RELEASE: &str = "0.5.4";

/// Settings of the site and what it adds to mdbook's pages.
const SETTINGS: &str = "docs/book.toml";
const THEME: &str = "docs/theme";

pub(crate) fn run(arguments: &[String]) -> Outcome {
    let mut arguments = Arguments::new(arguments);
    let out = arguments.value("--out")?.map(PathBuf::from);
    let only_links = arguments.flag("--links");
    arguments.finish()?;
    let root = workspace::root();
    let documents = links::documents(&root)?;
    let (problems, linked) = links::check(&root, &documents);
    fail_on(&problems)?;
    let count: usize = documents.values().map(|document| document.links.len()).sum();
    println!("{} documents, {count} links", documents.len());
    if only_links {
        return Ok(());
    }
    let staging = workspace::target_folder().join("site");
    let out = match out {
        Some(folder) => env::current_dir()?.join(folder),
        None => staging.join("book"),
    };
    let rules: Vec<&RuleInfo> = rules::all().map(|rule| &rule.info).collect();
    let order = Order::read(&root, &rules)?;
    fail_on(&order.problems)?;
    stage(&root, &staging, &order, &linked)?;
    let mdbook = mdbook()?;
    let begun = Instant::now();
    build(&mdbook, &staging, &out)?;
    println!("built in {:.1} s", begun.elapsed().as_secs_f64());
    let (problems, followed) = built::check(&out)?;
    fail_on(&problems)?;
    println!("{}: {} pages, {followed} links within", out.display(), order.paths().len());
    Ok(())
}

fn fail_on(problems: &[String]) -> Outcome {
    for problem in problems {
        println!("{problem}");
    }
    if problems.is_empty() { Ok(()) } else { Err(format!("{} problems", problems.len()).into()) }
}

/// Lays out what mdbook reads: the documents, what they link to, the order.
fn stage(root: &Path, staging: &Path, order: &Order, linked: &[String]) -> Outcome {
    let source = staging.join("src");
    if source.is_dir() {
        fs::remove_dir_all(&source)?;
    }
    for path in order.paths().iter().chain(linked) {
        copy(&root.join(path), &source.join(path))?;
    }
    fs::write(source.join("SUMMARY.md"), order.text(""))?;
    copy(&root.join(SETTINGS), &staging.join("book.toml"))?;
    for file in workspace::files(&root.join(THEME))? {
        let name = file.file_name().unwrap_or_default();
        copy(&file, &staging.join("theme").join(name))?;
    }
    Ok(())
}

fn copy(from: &Path, to: &Path) -> Outcome {
    if let Some(folder) = to.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::copy(from, to).map_err(|error| format!("{}: {error}", from.display()))?;
    Ok(())
}

/// Runs mdbook; what it warns of is an error.
fn build(mdbook: &Path, staging: &Path, out: &Path) -> Outcome {
    let output =
        Command::new(mdbook).arg("build").arg(staging).arg("--dest-dir").arg(out).output()?;
    let told = String::from_utf8_lossy(&output.stderr);
    let is_clean = !told.lines().any(|line| line.contains("WARN") || line.contains("ERROR"));
    if output.status.success() && is_clean { Ok(()) } else { Err(told.into_owned().into()) }
}

/// The program, installed when it is not there.
fn mdbook() -> Result<PathBuf, Failure> {
    let folder = workspace::target_folder().join("tools");
    let program = folder.join("bin").join(format!("mdbook{}", env::consts::EXE_SUFFIX));
    let version = Command::new(&program).arg("--version").output();
    if version.is_ok_and(|it| String::from_utf8_lossy(&it.stdout).contains(RELEASE)) {
        return Ok(program);
    }
    println!("installing mdbook {RELEASE} into {}", folder.display());
    // Without its server and its watcher of files. It runs for a second: to optimise it costs more.
    let status = workspace::cargo()
        .args(["install", "--quiet", "--locked", "--force", "--no-default-features"])
        .args(["--features", "search", "--version", RELEASE, "mdbook", "--root"])
        .arg(&folder)
        .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1")
        .status()?;
    if status.success() { Ok(program) } else { Err(format!("cargo install: {status}").into()) }
}
