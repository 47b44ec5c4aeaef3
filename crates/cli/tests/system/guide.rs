//! The guide as a reader follows it: every `console` block of a page of `docs/guide` is run by a shell, from
//! top to bottom, in a copy of `examples`; exit codes and what is shown of the output must be true.
//!
//! A line with `$ ` is a command, those with `> ` go on with it, the others are what it prints on both streams. `…`
//! stands for any text in a line, alone for any lines; without lines nothing is compared. A command ends with 0, or as `# exits 1`
//! at its end says. `cd` holds for the commands below it. Blocks `console,guard` need `faasguard-guard` and the clients of
//! AWS, and are left out where they are missing.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use crate::folder::Folder;

/// One test a page.
macro_rules! pages {
    ($($test:ident: $page:literal,)*) => {
        $(#[test] fn $test() { follow($page); })*

        #[test]
        fn every_page_with_commands_is_followed() {
            let mut pages: Vec<String> = fs::read_dir(guide())
                .unwrap()
                .map(|entry| entry.unwrap().file_name().into_string().unwrap())
                .filter(|name| !steps(&fs::read_to_string(guide().join(name)).unwrap()).is_empty())
                .collect();
            pages.sort();
            assert_eq!(pages, [$($page),*]);
        }
    };
}

pages! {
    an_account_is_looked_at_as_its_page_says: "account.md",
    the_first_scan_is_as_its_page_says: "first-scan.md",
    the_guard_is_brought_as_its_page_says: "guard.md",
    permissions_become_least_as_their_page_says: "least-privilege.md",
    the_loop_is_closed_as_its_page_says: "loop.md",
    a_pull_request_is_checked_as_its_page_says: "pull-request.md",
    trails_logs_and_metrics_are_watched_as_their_page_says: "watch.md",
    an_estate_is_scanned_as_its_page_says: "whole-estate.md",
}

/// A command of a page.
#[derive(Debug, Default, PartialEq, Eq)]
struct Step {
    line: usize,
    command: String,
    exit: i32,
    shown: Vec<String>,
    needs_guard: bool,
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

fn guide() -> PathBuf {
    root().join("docs/guide")
}

fn steps(page: &str) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    let mut block = None;
    for (at, line) in page.lines().enumerate() {
        if let Some(words) = line.strip_prefix("```") {
            block = if block.is_some() { None } else { Some(words.to_owned()) };
            continue;
        }
        let Some(words) = block.as_deref().filter(|it| it.starts_with("console")) else { continue };
        if let Some(command) = line.strip_prefix("$ ") {
            steps.push(Step {
                line: at + 1,
                command: command.to_owned(),
                needs_guard: words.contains("guard"),
                ..Step::default()
            });
        } else if let Some(more) = line.strip_prefix("> ").or((line == ">").then_some("")) {
            let step = steps.last_mut().unwrap();
            step.command.push('\n');
            step.command.push_str(more);
        } else {
            steps.last_mut().unwrap().shown.push(line.to_owned());
        }
    }
    for step in &mut steps {
        if let Some((_, exit)) = step.command.rsplit_once("# exits ") {
            step.exit = exit.trim().parse().unwrap();
        }
    }
    steps
}

fn follow(page: &str) {
    let text = fs::read_to_string(guide().join(page)).unwrap();
    let folder = Folder::new();
    folder.command("cp", &["-r", root().join("examples/.").to_str().unwrap(), "."]);
    let clients = root().join("target/clients/python/bin");
    let program = Path::new(env!("CARGO_BIN_EXE_faasguard")).parent().unwrap().to_owned();
    let has_guard = program.join("faasguard-guard").exists() && clients.exists();
    let is_required = env::var_os("FAASGUARD_REQUIRE_CLIENTS").is_some();
    let old = env::var("PATH").unwrap();
    let path = format!("{}:{}:{old}", program.display(), clients.display());
    let mut below = String::from(".");
    for step in steps(&text) {
        let place = format!("docs/guide/{page}:{}: `{}`", step.line, step.command);
        if let Some(into) = step.command.strip_prefix("cd ") {
            below = format!("{below}/{into}");
            continue;
        }
        if step.needs_guard && !has_guard {
            assert!(!is_required, "{place}: no `faasguard-guard` or no clients");
            eprintln!("skipped: {place}");
            continue;
        }
        let script =
            format!("exec 2>&1\ncd '{below}' || exit 99\nexport PATH='{path}'\n{}", step.command);
        let run = folder.run_script(&script, &[]);
        assert_eq!(run.code, step.exit, "{place}\n{}", run.out);
        let shown: Vec<&str> = step.shown.iter().map(|line| line.trim_end()).collect();
        let mut told: Vec<&str> = run.out.lines().map(str::trim_end).collect();
        // What the guard did comes by another stream than the answers: which is first is chance.
        told.sort_by_key(|line| !line.starts_with("guard: "));
        assert!(
            shown.is_empty() || is_shown(&shown, &told),
            "{place} shows\n{}\nand it prints\n{}",
            shown.join("\n"),
            run.out
        );
    }
}

/// Whether lines are those that a page shows.
fn is_shown(shown: &[&str], told: &[&str]) -> bool {
    match shown.split_first() {
        None => told.is_empty(),
        Some((&"…", rest)) => (0..=told.len()).any(|skipped| is_shown(rest, &told[skipped..])),
        Some((line, rest)) => told
            .split_first()
            .is_some_and(|(first, after)| is_line(line, first) && is_shown(rest, after)),
    }
}

fn is_line(shown: &str, told: &str) -> bool {
    let Some((start, rest)) = shown.split_once('…') else { return shown == told };
    let Some(told) = told.strip_prefix(start) else { return false };
    (0..=told.len()).any(|at| told.get(at..).is_some_and(|told| is_line(rest, told)))
}

#[test]
fn a_page_that_shows_what_is_not_printed_fails() {
    assert!(is_shown(&["a…c", "…", "z"], &["a b c", "d", "e", "z"]));
    assert!(is_shown(&["a", "…"], &["a"]));
    assert!(!is_shown(&["a"], &["a", "b"]));
    assert!(!is_shown(&["a", "…", "z"], &["a", "z", "b"]));
    assert!(!is_shown(&["a … c"], &["a c"]));
    let page = "```sh\n$ no\n```\n```console,guard\n$ a \\\n> b # exits 3\nx\n…\n$ c\n```\n";
    let [first, second] = steps(page).try_into().unwrap();
    assert_eq!((first.line, first.exit, first.needs_guard), (5, 3, true));
    assert_eq!((first.command.as_str(), first.shown.len()), ("a \\\nb # exits 3", 2));
    assert_eq!((second.command.as_str(), second.exit, second.shown.len()), ("c", 0, 0));
}
