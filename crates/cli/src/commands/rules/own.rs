//! `faasguard rules test` for rules in CEL: each is asked of the fixtures that stand beside it.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::{Context as _, Result};
use scan::{Outcome, Request};
use user_rules::Expected;

use crate::commands::own_rules::Read;

/// Files of one fixture that are searched for marks.
const MOST_FILES: usize = 500;

/// What came of the tests of all rules.
#[derive(Debug, Default)]
pub(crate) struct Tested {
    pub(crate) rules: usize,
    pub(crate) fixtures: usize,
    pub(crate) faults: Vec<String>,
    /// Remarks that are no faults.
    pub(crate) notes: Vec<String>,
}

/// A line of a file.
type Line = (String, u32);

/// The folder with the fixtures of a rule: the rule's file without its ending.
pub(crate) fn folder_of(rule: &Path) -> PathBuf {
    rule.with_extension("")
}

/// Asks every rule of its fixtures.
pub(crate) fn test(read: &Read) -> Result<Tested> {
    let mut tested = Tested::default();
    tested.faults.extend(read.told().lines().map(str::to_owned));
    for info in read.rules.infos() {
        tested.rules += 1;
        let Some((file, expected)) = read.rules.fixtures(info.id) else { continue };
        let Some((_, path)) = read.files.iter().find(|(known, _)| *known == file) else { continue };
        let fixtures = fixtures(&folder_of(path))?;
        for it in expected {
            if !fixtures.iter().any(|path| name_of(path) == it.fixture) {
                let shown = path.display();
                let fault = format!("{shown}: there is no fixture `{}`", it.fixture);
                tested.faults.push(fault);
            }
        }
        if fixtures.is_empty() {
            tested.notes.push(format!("{}: no fixtures stand beside it", path.display()));
        }
        for fixture in &fixtures {
            let expected = expected.iter().find(|it| it.fixture == name_of(fixture));
            tested.fixtures += 1;
            let faults = test_one(read, info.id.as_str(), fixture, expected)?;
            tested.faults.extend(faults);
        }
    }
    Ok(tested)
}

/// Files and folders with an application each, in order.
fn fixtures(folder: &Path) -> Result<Vec<PathBuf>> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let shown = folder.display();
    let entries = fs::read_dir(folder).with_context(|| format!("`{shown}` cannot be read"))?;
    let mut found = Vec::new();
    for entry in entries {
        let path = entry.with_context(|| format!("`{shown}` cannot be read"))?.path();
        if !name_of(&path).starts_with('.') {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

fn name_of(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

fn test_one(
    read: &Read,
    id: &str,
    fixture: &Path,
    expected: Option<&Expected>,
) -> Result<Vec<String>> {
    let request = Request {
        paths: vec![fixture.to_path_buf()],
        only: vec![id.to_owned()],
        own_rules: Arc::clone(&read.rules),
        sources: Arc::clone(&read.sources),
        today: "0000-00-00".to_owned(),
        ..Request::default()
    };
    let outcome = scan::scan(&request, &|_, _| {})?;
    let shown = fixture.display();
    let mut faults = Vec::new();
    for remark in &outcome.report.diagnostics {
        if remark.level == source_text::Level::Error {
            faults.push(format!("{shown}: {}", remark.message));
        }
    }
    if outcome.is_empty {
        faults.push(format!("{shown}: there is no application in it"));
        return Ok(faults);
    }
    let found = lines_of(&outcome);
    let marked = marks(id, fixture)?;
    let is_marked = !marked.is_empty();
    if is_marked {
        compare(id, fixture, &marked, &found, &mut faults);
    }
    faults.extend(counts(id, fixture, expected, is_marked, &outcome, &found));
    Ok(faults)
}

/// Where the rule finds something that nobody accepted.
fn lines_of(outcome: &Outcome) -> Vec<(Line, String)> {
    let open = outcome.report.findings.iter().filter(|it| it.suppressed.is_none());
    let lines = open.map(|it| {
        let path = outcome.sources.path(it.place.file);
        ((path, it.place.line), it.message.clone())
    });
    let mut found: Vec<_> = lines.collect();
    found.sort();
    found
}

fn compare(
    id: &str,
    fixture: &Path,
    marked: &BTreeSet<Line>,
    found: &[(Line, String)],
    faults: &mut Vec<String>,
) {
    let shown = |(path, line): &Line| {
        let path = if fixture.is_dir() { fixture.join(path) } else { fixture.to_path_buf() };
        format!("{}:{line}", path.display())
    };
    for line in marked {
        if !found.iter().any(|(at, _)| at == line) {
            faults.push(format!("{}: `{id}` finds nothing at this mark", shown(line)));
        }
    }
    for (line, message) in found {
        if !marked.contains(line) {
            let at = shown(line);
            faults.push(format!("{at}: `{id}` finds something without a mark: {message}"));
        }
    }
}

fn counts(
    id: &str,
    fixture: &Path,
    expected: Option<&Expected>,
    is_marked: bool,
    outcome: &Outcome,
    found: &[(Line, String)],
) -> Vec<String> {
    let shown = fixture.display();
    let mut faults = Vec::new();
    let at = |it: &(Line, String)| format!("line {}: {}", it.0.1, it.1);
    let all = || match found {
        [] => String::new(),
        found => format!(": {}", found.iter().map(at).collect::<Vec<_>>().join("; ")),
    };
    let name = name_of(fixture);
    let count = expected.and_then(|it| it.count);
    let lines = expected.map_or(&[][..], |it| it.lines.as_slice());
    let (is_vulnerable, is_fine) =
        (name.starts_with("vulnerable"), name.starts_with("fixed") || name.starts_with("near"));
    if let Some(count) = count
        && count != found.len()
    {
        let found = found.len();
        faults.push(format!("{shown}: `{id}` finds {found} instead of {count}{}", all()));
    } else if !lines.is_empty() {
        let found: Vec<u32> = found.iter().map(|(line, _)| line.1).collect();
        if found != lines {
            let said = format!("`{id}` finds something at lines {found:?} instead of {lines:?}");
            faults.push(format!("{shown}: {said}"));
        }
    } else if is_vulnerable && found.is_empty() && !is_marked {
        faults.push(format!("{shown}: `{id}` finds nothing in it"));
    } else if is_fine && !found.is_empty() && count.is_none() && !is_marked {
        faults.push(format!("{shown}: `{id}` finds something in it{}", all()));
    } else if expected.is_none() && !is_marked && !is_vulnerable && !is_fine {
        let hint =
            "name it `vulnerable…`, `fixed…` or `near…`, or tell under `expect` what it gives";
        faults.push(format!("{shown}: {hint}"));
    }
    if let Some(wanted) = expected.and_then(|it| it.undetermined)
        && wanted != outcome.report.summary.undetermined
    {
        let left = outcome.report.summary.undetermined;
        let said = format!("`{id}` leaves {left} answers open instead of {wanted}");
        faults.push(format!("{shown}: {said}"));
    }
    faults
}

/// Lines of a fixture with a comment `expect: ID`.
fn marks(id: &str, fixture: &Path) -> Result<BTreeSet<Line>> {
    let mut files = Vec::new();
    gather(fixture, &mut files)?;
    let mut found = BTreeSet::new();
    for path in files {
        let Ok(text) = fs::read_to_string(&path) else { continue };
        let shown = if fixture.is_dir() {
            path.strip_prefix(fixture).unwrap_or(&path).to_string_lossy().replace('\\', "/")
        } else {
            name_of(&path)
        };
        for (line, number) in text.lines().zip(1..) {
            let marked = line
                .rsplit_once("expect:")
                .is_some_and(|(_, rest)| rest.split([',', ' ']).any(|word| word.trim() == id));
            if marked {
                found.insert((shown.clone(), number));
            }
        }
    }
    Ok(found)
}

fn gather(path: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    if path.is_file() && files.len() < MOST_FILES {
        files.push(path.to_path_buf());
    } else if path.is_dir() && !path.is_symlink() {
        let shown = path.display();
        let entries = fs::read_dir(path).with_context(|| format!("`{shown}` cannot be read"))?;
        for entry in entries {
            gather(&entry.with_context(|| format!("`{shown}` cannot be read"))?.path(), files)?;
        }
    }
    Ok(())
}
