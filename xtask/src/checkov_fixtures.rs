//! `cargo xtask checkov-fixtures DIR [--format NAME] [--check ID] [--list]`: findings against checkov's own labelled
//! examples.
//!
//! DIR is a checkout of bridgecrewio/checkov. Its tests say which resources of their examples a check must
//! pass and which it must not, as sets of names in the test or in the names of files; nothing else of it is
//! read but the id of each check. `xtask/checkov.toml` says which of our rules claim the same thing. A
//! resource counts as found when one of these rules speaks of it: by its name, or at a place in its block.

mod labels;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use finding::Finding;
use scan::{Profile, Request};
use serde::Deserialize;

use self::labels::{Example, Expect, Format};
use crate::{Failure, Outcome, arguments::Arguments, workspace};

/// Which checks our rules stand for.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Claims {
    /// By id of the check: names of our rules that claim the same.
    claims: BTreeMap<String, Vec<String>>,
    /// `FORMAT/CHECK/RESOURCE` = why our verdict differs and stays so.
    explained: BTreeMap<String, String>,
}

/// Verdicts of one format.
#[derive(Clone, Copy, Debug, Default)]
struct Count {
    found: u32,
    missed: u32,
    quiet: u32,
    wrong: u32,
    explained: u32,
}

impl Count {
    fn add(&mut self, other: Self) {
        self.found += other.found;
        self.missed += other.missed;
        self.quiet += other.quiet;
        self.wrong += other.wrong;
        self.explained += other.explained;
    }

    fn percent(part: u32, of: u32) -> f64 {
        if of == 0 { 100.0 } else { f64::from(part) * 100.0 / f64::from(of) }
    }
}

pub(crate) fn run(arguments: &[String]) -> Outcome {
    let mut arguments = Arguments::new(arguments);
    let format = arguments.value("--format")?;
    let check = arguments.value("--check")?;
    let is_listed = arguments.flag("--list");
    let folder = PathBuf::from(arguments.free().ok_or("name the checkout of checkov")?);
    arguments.finish()?;
    let claims = read()?;
    let known = known_rules();
    for rule in claims.claims.values().flatten() {
        if !known.contains(rule.as_str()) {
            return Err(format!("xtask/checkov.toml: there is no rule `{rule}`").into());
        }
    }
    let mut unused: BTreeSet<&str> = claims.explained.keys().map(String::as_str).collect();
    for one in Format::ALL {
        if format.as_deref().is_some_and(|wanted| wanted != one.name()) {
            continue;
        }
        let mut total = Count::default();
        let mut unclaimed = 0;
        for example in labels::examples(&folder, one)? {
            if check.as_ref().is_some_and(|wanted| *wanted != example.check) {
                continue;
            }
            let Some(rules) = claims.claims.get(&example.check) else {
                unclaimed += 1;
                continue;
            };
            total.add(judge(&example, rules, &claims.explained, &mut unused, is_listed)?);
        }
        report(one, total, unclaimed);
    }
    if format.is_none() && check.is_none() {
        for key in unused {
            println!("xtask/checkov.toml explains `{key}`, which is no difference");
        }
    }
    Ok(())
}

fn read() -> Result<Claims, Failure> {
    Ok(toml::from_str(&fs::read_to_string(workspace::root().join("xtask/checkov.toml"))?)?)
}

/// By id of a check: our rules that claim the same.
pub(crate) fn claims() -> Result<BTreeMap<String, Vec<String>>, Failure> {
    Ok(read()?.claims)
}

fn known_rules() -> BTreeSet<&'static str> {
    rules::all().map(|rule| rule.info.name).collect()
}

fn report(format: Format, count: Count, unclaimed: u32) {
    let Count { found, missed, quiet, wrong, explained } = count;
    println!(
        "{}: recall {:.1} % ({found} of {}), precision {:.1} % ({found} of {}), {quiet} passing resources left \
         alone, {explained} differences explained; {unclaimed} examples of checks that no rule claims",
        format.name(),
        Count::percent(found, found + missed),
        found + missed,
        Count::percent(found, found + wrong),
        found + wrong,
    );
}

/// Compares our findings in one example with what its test expects.
fn judge(
    example: &Example,
    rules: &[String],
    explained: &BTreeMap<String, String>,
    unused: &mut BTreeSet<&str>,
    is_listed: bool,
) -> Result<Count, Failure> {
    let findings = findings(&example.folder, rules)?;
    let mut count = Count::default();
    for expect in &example.expects {
        let told = findings.iter().find(|(path, finding)| is_about(example, expect, path, finding));
        let key = format!("{}/{}/{}", example.format.name(), example.check, expect.name);
        let is_right = told.is_some() == expect.fails;
        if !is_right && explained.contains_key(&key) {
            unused.remove(key.as_str());
            count.explained += 1;
            continue;
        }
        match (expect.fails, told.is_some()) {
            (true, true) => count.found += 1,
            (true, false) => count.missed += 1,
            (false, true) => count.wrong += 1,
            (false, false) => count.quiet += 1,
        }
        if is_listed && !is_right {
            let word = if expect.fails { "missed" } else { "wrong" };
            let message = told.map_or("", |(_, finding)| finding.message.as_str());
            println!("  {word}: {key} ({}) {message}", example.folder.display());
        }
    }
    Ok(count)
}

/// The findings of some rules below a folder, with the paths of their files.
fn findings(folder: &Path, only: &[String]) -> Result<Vec<(PathBuf, Finding)>, Failure> {
    let request = Request {
        paths: vec![folder.to_path_buf()],
        profile: Profile::Strict,
        only: only.to_vec(),
        ignore_suppressions: true,
        ..Request::default()
    };
    let outcome = scan::scan(&request, &|_, _| {})?;
    let path = |finding: &Finding| folder.join(outcome.sources.path(finding.place.file));
    Ok(outcome.report.findings.iter().map(|it| (path(it), it.clone())).collect())
}

fn is_about(example: &Example, expect: &Expect, path: &Path, finding: &Finding) -> bool {
    if let Some(file) = &expect.file {
        return path.starts_with(file);
    }
    let is_named = |name: &Option<String>| {
        name.as_deref().is_some_and(|name| example.format.is_name(name, &expect.name))
    };
    is_named(&finding.resource)
        || is_named(&finding.function)
        || expect
            .blocks
            .iter()
            .any(|block| path.ends_with(&block.file) && block.lines.contains(&finding.place.line))
}
