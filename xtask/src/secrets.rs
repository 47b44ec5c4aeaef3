//! `cargo xtask secrets DIR [--runs N]`: megabytes per CPU second of the search for secrets, its start and
//! its memory. `cargo xtask gitleaks-rules DIR`: the search against the tests of gitleaks' rules.

use std::{
    collections::{BTreeMap, BTreeSet},
    env, fs,
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};

use secret_scan::{Found, Scanner};
use serde::Deserialize;

use crate::{Failure, Outcome, arguments::Arguments};

/// Marks the process that measures: the one that `cargo run` becomes has a past of compilers.
const FRESH: &str = "--fresh";

/// Measures the search on every file below a folder.
pub(crate) fn speed(arguments: &[String]) -> Outcome {
    if !arguments.iter().any(|word| word == FRESH) {
        let mut command = Command::new(env::current_exe()?);
        let status = command.arg("secrets").args(arguments).arg(FRESH).status()?;
        return if status.success() { Ok(()) } else { Err("see above".into()) };
    }
    let mut arguments = Arguments::new(arguments);
    arguments.flag(FRESH);
    let runs = arguments.number("--runs")?.unwrap_or(3).max(1);
    let folder = arguments.free().ok_or("name a folder")?;
    arguments.finish()?;
    let mut paths = Vec::new();
    walk(Path::new(&folder), &mut paths)?;
    paths.sort();
    let start = Instant::now();
    let scanner = Scanner::default();
    let first = scanner.scan("first", b"token = q8SxA1bQvT4mZcE7uJ0wRkY5");
    let started = start.elapsed().as_secs_f64() * 1e3;
    println!("start             {started:.1} ms, {} found in the first file", first.len());
    let (mut best, mut bytes, mut kinds) = (Duration::MAX, 0_u64, BTreeMap::new());
    for _ in 0..runs {
        let before = cpu()?;
        bytes = 0;
        kinds = BTreeMap::new();
        for path in &paths {
            let Ok(content) = fs::read(path) else { continue };
            bytes += content.len() as u64;
            for found in scanner.scan(&path.to_string_lossy(), &content) {
                *kinds.entry(found.kind.to_string()).or_insert(0_u32) += 1;
            }
        }
        best = best.min(cpu()?.saturating_sub(before));
    }
    let megabytes = f64::from(u32::try_from(bytes / 1000)?) / 1e3;
    println!("files             {}", paths.len());
    println!("megabytes         {megabytes:.1}");
    println!("CPU seconds       {:.2}, reading the files with it", best.as_secs_f64());
    println!("MB per CPU second {:.0}", megabytes / best.as_secs_f64());
    println!("peak memory       {:.1} MiB", f64::from(u32::try_from(peak_kib()?)?) / 1024.0);
    println!("found             {}", kinds.values().sum::<u32>());
    for (kind, count) in kinds {
        println!("  {count:5} {kind}");
    }
    Ok(())
}

fn walk(folder: &Path, paths: &mut Vec<PathBuf>) -> Result<(), Failure> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let kind = entry.file_type()?;
        if kind.is_dir() {
            walk(&entry.path(), paths)?;
        } else if kind.is_file() {
            paths.push(entry.path());
        }
    }
    Ok(())
}

#[cfg(unix)]
fn usage() -> Result<nix::sys::resource::Usage, Failure> {
    use nix::sys::resource::{UsageWho, getrusage};
    Ok(getrusage(UsageWho::RUSAGE_SELF)?)
}

#[cfg(unix)]
fn cpu() -> Result<Duration, Failure> {
    use nix::sys::time::TimeValLike as _;
    let usage = usage()?;
    let spent = usage.user_time().num_microseconds() + usage.system_time().num_microseconds();
    Ok(Duration::from_micros(u64::try_from(spent)?))
}

#[cfg(unix)]
fn peak_kib() -> Result<u64, Failure> {
    Ok(u64::try_from(usage()?.max_rss())?)
}

#[cfg(not(unix))]
fn cpu() -> Result<Duration, Failure> {
    Err("CPU time is measured on Unix only".into())
}

#[cfg(not(unix))]
fn peak_kib() -> Result<u64, Failure> {
    Err("memory is measured on Unix only".into())
}

/// One text of a rule's test.
#[derive(Debug, Deserialize)]
struct Case {
    rule: String,
    path: String,
    text: String,
    found: bool,
}

/// What a family of rules gave.
#[derive(Debug, Default)]
struct Family {
    wanted: u32,
    found: u32,
    unwanted: u32,
    quiet: u32,
    silent: u32,
}

/// Runs the texts of gitleaks' rule tests through the search.
pub(crate) fn gitleaks_rules(arguments: &[String]) -> Outcome {
    let mut arguments = Arguments::new(arguments);
    let list = arguments.flag("--list");
    let by_rule = arguments.flag("--rules");
    let checkout = arguments.free().ok_or("name a checkout of gitleaks/gitleaks")?;
    arguments.finish()?;
    let text = cases_of(Path::new(&checkout))?;
    let scanner = Scanner::default();
    let mut judged: Vec<(Case, Vec<Found>)> = Vec::new();
    for line in text.lines() {
        let case: Case = serde_json::from_str(line)?;
        let found = scanner.scan(&case.path, case.text.as_bytes());
        judged.push((case, found));
    }
    let own = own_kinds(&judged);
    // A text against one rule may hold what another rule's test calls a secret.
    let secrets: BTreeSet<String> = judged
        .iter()
        .filter(|(case, _)| case.found)
        .flat_map(|(_, found)| found.iter().map(|it| it.hash.clone()))
        .collect();
    let mut families: BTreeMap<String, Family> = BTreeMap::new();
    for (case, found) in &judged {
        let name = if by_rule { case.rule.clone() } else { family(&case.rule) };
        let family = families.entry(name).or_default();
        let shown: String = case.text.replace('\n', "\\n").chars().take(120).collect();
        if case.found {
            family.wanted += 1;
            family.found += u32::from(!found.is_empty());
            if list && found.is_empty() {
                println!("missed  {}: {shown}", case.rule);
            }
            continue;
        }
        let wrong: Vec<&Found> = found.iter().filter(|it| !secrets.contains(&it.hash)).collect();
        let kinds = own.get(&case.rule);
        let is_own = wrong.iter().any(|it| kinds.is_some_and(|it2| it2.contains(it.kind.as_str())));
        family.unwanted += 1;
        family.quiet += u32::from(!is_own);
        family.silent += u32::from(wrong.is_empty());
        if list && !wrong.is_empty() {
            let mark = if is_own { "wrong " } else { "other " };
            println!("{mark}  {}: {shown}", case.rule);
        }
    }
    print_families(&families);
    Ok(())
}

/// The kinds by which at least half of the secrets of a rule are found.
fn own_kinds(judged: &[(Case, Vec<Found>)]) -> BTreeMap<String, BTreeSet<String>> {
    let mut counts: BTreeMap<&str, (u32, BTreeMap<&str, u32>)> = BTreeMap::new();
    for (case, found) in judged.iter().filter(|(case, _)| case.found) {
        let (all, kinds) = counts.entry(&case.rule).or_default();
        *all += 1;
        let names: BTreeSet<&str> = found.iter().map(|it| it.kind.as_str()).collect();
        names.into_iter().for_each(|kind| *kinds.entry(kind).or_default() += 1);
    }
    let own = counts.into_iter().map(|(rule, (all, kinds))| {
        let most = kinds.into_iter().filter(|(_, count)| count * 2 >= all);
        (rule.to_owned(), most.map(|(kind, _)| kind.to_owned()).collect())
    });
    own.collect()
}

/// Families of rules, as the table of the evaluation has them.
fn family(rule: &str) -> String {
    let has = |words: &[&str]| words.iter().any(|word| rule.contains(word));
    let name =
        if has(&["generic", "password", "curl", "kubernetes", "private-key", "pkcs12", "jwt"]) {
            "in any format: names, headers, keys, web tokens"
        } else if has(&[
            "aws",
            "gcp",
            "azure",
            "alibaba",
            "cloudflare",
            "digitalocean",
            "heroku",
            "flyio",
            "yandex",
            "openshift",
            "planetscale",
            "databricks",
            "netlify",
        ]) {
            "clouds"
        } else if has(&[
            "git",
            "npm",
            "pypi",
            "rubygems",
            "artifactory",
            "jfrog",
            "vault",
            "hashicorp",
            "atlassian",
            "bitbucket",
            "sonar",
            "sourcegraph",
            "drone",
            "travis",
            "codecov",
            "snyk",
        ]) {
            "hosts of code, builds, packages"
        } else if has(&[
            "slack",
            "discord",
            "telegram",
            "teams",
            "twilio",
            "send",
            "mail",
            "message",
            "mattermost",
            "twitter",
            "facebook",
            "linkedin",
        ]) {
            "messages"
        } else {
            "other services"
        };
    name.to_owned()
}

fn print_families(families: &BTreeMap<String, Family>) {
    println!("| family | secrets | found | not secrets | rule silent | nothing told |");
    println!("|---|---|---|---|---|---|");
    let mut sum = Family::default();
    for (name, it) in families {
        let Family { wanted, found, unwanted, quiet, silent } = it;
        println!("| {name} | {wanted} | {found} | {unwanted} | {quiet} | {silent} |");
        sum.wanted += wanted;
        sum.found += found;
        sum.unwanted += unwanted;
        sum.quiet += quiet;
        sum.silent += silent;
    }
    let Family { wanted, found, unwanted, quiet, silent } = sum;
    println!("| all | {wanted} | {found} | {unwanted} | {quiet} | {silent} |");
}

/// The texts of the tests, one JSON object a line: kept in the checkout once they were drawn.
///
/// The rule files of gitleaks are Go and draw many of their texts at random. They are run, with
/// packages of our own in the place of those that would run the tests.
fn cases_of(checkout: &Path) -> Result<String, Failure> {
    let kept = checkout.join("cases.jsonl");
    if let Ok(text) = fs::read_to_string(&kept)
        && !text.is_empty()
    {
        return Ok(text);
    }
    let module = checkout.join("cases-module");
    let generate = Path::new("cmd/generate");
    let rules = generate.join("config/rules");
    for folder in [rules.clone(), generate.join("config/utils"), generate.join("secrets")] {
        fs::create_dir_all(module.join(folder))?;
    }
    fs::create_dir_all(module.join("config"))?;
    fs::create_dir_all(module.join("regexp"))?;
    for entry in fs::read_dir(checkout.join(&rules))? {
        let path = entry?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if name.ends_with(".go") && !name.ends_with("_test.go") {
            fs::copy(&path, module.join(&rules).join(name))?;
        }
    }
    for name in ["generate.go", "patterns.go"] {
        let path = generate.join("config/utils").join(name);
        fs::copy(checkout.join(&path), module.join(&path))?;
    }
    for (path, text) in [
        ("cmd/generate/config/utils/validate.go", include_str!("gitleaks_rules/validate.go")),
        ("cmd/generate/secrets/secrets.go", include_str!("gitleaks_rules/secrets.go")),
        ("config/config.go", include_str!("gitleaks_rules/config.go")),
        ("regexp/regexp.go", include_str!("gitleaks_rules/regexp.go")),
        ("go.mod", "module github.com/zricethezav/gitleaks/v8\n\ngo 1.24\n"),
    ] {
        fs::write(module.join(path), text)?;
    }
    let main = fs::read_to_string(checkout.join("cmd/generate/config/main.go"))?;
    let calls = main.lines().map(str::trim).filter(|line| line.starts_with("rules."));
    let calls: Vec<&str> = calls.map(|line| line.trim_end_matches(',')).collect();
    let rules = "github.com/zricethezav/gitleaks/v8/cmd/generate/config/rules";
    let main =
        format!("package main\n\nimport \"{rules}\"\n\nfunc main() {{\n{}\n}}\n", calls.join("\n"));
    fs::write(module.join("main.go"), main)?;
    let output = Command::new("go").args(["run", "."]).current_dir(&module).output()?;
    if !output.status.success() {
        return Err(format!("go: {}", String::from_utf8_lossy(&output.stderr)).into());
    }
    fs::write(&kept, &output.stdout)?;
    Ok(String::from_utf8(output.stdout)?)
}
