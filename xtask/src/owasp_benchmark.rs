//! `cargo xtask owasp-benchmark DIR`: the program's findings against OWASP's Benchmark for Python.
//!
//! A case counts as found when a finding in its file has the CWE that `expectedresults-*.csv` asks
//! for, exactly. The figure is Youden's index, hits less false alarms, for each category, their mean
//! (macro), and pooled over the categories that need data flow. Cases with even and odd numbers are
//! told apart: the engine was tuned with only the even ones in sight.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
};

use scan::{Profile, Request};

use crate::{Failure, Outcome, arguments::Arguments};

/// Categories that are about a single call, not about where data goes.
const WITHOUT_FLOW: [&str; 3] = ["hash", "securecookie", "weakrand"];

/// A case as the suite describes it.
struct Case {
    number: u32,
    name: String,
    category: String,
    is_real: bool,
    cwe: u16,
}

/// Real and safe cases, and how many of each were reported.
#[derive(Clone, Copy, Default)]
struct Count {
    real: u32,
    safe: u32,
    hits: u32,
    alarms: u32,
}

impl Count {
    fn add(&mut self, other: Self) {
        self.real += other.real;
        self.safe += other.safe;
        self.hits += other.hits;
        self.alarms += other.alarms;
    }

    fn youden(self) -> f64 {
        let rate = |part: u32, whole: u32| f64::from(part) / f64::from(whole.max(1));
        rate(self.hits, self.real) - rate(self.alarms, self.safe)
    }
}

pub(crate) fn run(arguments: &[String]) -> Outcome {
    let mut arguments = Arguments::new(arguments);
    let folder = PathBuf::from(arguments.free().ok_or("name the folder of the benchmark")?);
    arguments.finish()?;
    let cases = cases(&folder)?;
    let found = findings(&folder)?;
    for (title, fits) in [("even", Some(0)), ("odd", Some(1)), ("all", None)] {
        print_half(title, &cases, &found, fits);
    }
    Ok(())
}

fn cases(folder: &std::path::Path) -> Result<Vec<Case>, Failure> {
    let table = std::fs::read_dir(folder)?
        .filter_map(Result::ok)
        .map(|entry| entry.path())
        .find(|path| path.extension().is_some_and(|extension| extension == "csv"))
        .ok_or("there is no expectedresults-*.csv")?;
    let text = std::fs::read_to_string(table)?;
    let rows = text.lines().filter(|line| !line.starts_with('#'));
    rows.map(|line| {
        let mut cells = line.split(',').map(str::trim);
        let mut next = || cells.next().ok_or_else(|| format!("a row is short: `{line}`"));
        let name = next()?.to_owned();
        let (category, is_real, cwe) = (next()?.to_owned(), next()? == "true", next()?.parse()?);
        let digits = name.trim_start_matches(|c: char| !c.is_ascii_digit());
        Ok(Case { number: digits.parse()?, name, category, is_real, cwe })
    })
    .collect()
}

/// Weaknesses found in each file, by the stem of its name.
fn findings(folder: &std::path::Path) -> Result<BTreeMap<String, BTreeSet<u16>>, Failure> {
    let request = Request {
        paths: vec![folder.to_path_buf()],
        profile: Profile::Strict,
        ignore_suppressions: true,
        ..Request::default()
    };
    let outcome = scan::scan(&request, &|_, _| {})?;
    let mut found: BTreeMap<String, BTreeSet<u16>> = BTreeMap::new();
    for finding in &outcome.report.findings {
        let path = outcome.sources.path(finding.place.file);
        let stem = path.rsplit('/').next().unwrap_or_default().trim_end_matches(".py");
        if let Some(rule) = rules::by_id(finding.rule) {
            found.entry(stem.to_owned()).or_default().extend(rule.info.cwe);
        }
    }
    Ok(found)
}

fn print_half(
    title: &str,
    cases: &[Case],
    found: &BTreeMap<String, BTreeSet<u16>>,
    parity: Option<u32>,
) {
    let mut categories: BTreeMap<&str, Count> = BTreeMap::new();
    for case in cases.iter().filter(|case| parity.is_none_or(|parity| case.number % 2 == parity)) {
        let is_found = u32::from(found.get(&case.name).is_some_and(|all| all.contains(&case.cwe)));
        let count = categories.entry(&case.category).or_default();
        count.add(if case.is_real {
            Count { real: 1, hits: is_found, ..Count::default() }
        } else {
            Count { safe: 1, alarms: is_found, ..Count::default() }
        });
    }
    println!("{title}\n  category          real safe  hits alarms  Youden");
    let mut pooled = Count::default();
    let mut sum = 0.0;
    for (category, count) in &categories {
        let Count { real, safe, hits, alarms } = count;
        println!("  {category:16} {real:5} {safe:4} {hits:5} {alarms:6}  {:+.3}", count.youden());
        sum += count.youden();
        if !WITHOUT_FLOW.contains(category) {
            pooled.add(*count);
        }
    }
    let number = u32::try_from(categories.len().max(1)).unwrap_or(u32::MAX);
    println!(
        "  macro {:+.3}, pooled over flow categories {:+.3}",
        sum / f64::from(number),
        pooled.youden()
    );
}
