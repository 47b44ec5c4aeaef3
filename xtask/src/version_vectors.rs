//! `version-vectors [--npm DIR] [--packaging DIR [--python FILE]] [--misses N]`: order and ranges of
//! versions against the own tests of npm's `semver` and of Python's `packaging`, in checkouts of theirs.
//!
//! The fixtures of `semver` are printed as JSON by `node`. The tests of `packaging` are run by `pytest` in
//! the Python that is named, with a recorder in place of what they call: every question that a test asks
//! about a version or a specifier, with the answer that it got. A question that leaves prereleases out
//! altogether is not counted, since a range has no such reading.

use std::{
    cmp::Ordering,
    collections::BTreeMap,
    process::{Command, Stdio},
};

use package_version::{Ecosystem, Range, Version};
use serde_json::Value;

use crate::{Failure, Outcome, arguments::Arguments};

const FIXTURES: &str = "
const folder = process.argv[1] + '/test/fixtures/';
for (const name of ['comparisons', 'equality', 'valid-versions', 'invalid-versions', 'range-include',
    'range-exclude', 'version-gt-range', 'version-lt-range', 'version-not-gt-range', 'version-not-lt-range']) {
  for (const row of require(folder + name)) console.log(JSON.stringify([name, ...row.slice(0, 3)]));
}";

const RECORDER: &str = "
import json, sys
folder = sys.argv[1]
sys.path[:0] = [folder + '/src', folder]
import pytest
from packaging import specifiers, version
def say(*row):
    print('@' + json.dumps(row), file=sys.__stdout__)
def record_contains(kind):
    real = kind.contains
    def contains(self, item, prereleases=None, **options):
        answer = real(self, item, prereleases=prereleases, **options)
        asked = self._prereleases if prereleases is None else prereleases
        if asked is not False or options.get('installed'):
            say('contains', str(self), str(item), answer)
        return answer
    kind.contains = contains
def record_reading(kind, name):
    real = kind.__init__
    def read(self, text, *rest, **options):
        try:
            real(self, text, *rest, **options)
        except (version.InvalidVersion, specifiers.InvalidSpecifier):
            say(name, text, False)
            raise
        say(name, text, True)
    kind.__init__ = read
for kind in (specifiers.Specifier, specifiers.SpecifierSet):
    record_contains(kind)
record_reading(specifiers.Specifier, 'specifier')
record_reading(version.Version, 'version')
from tests.test_version import VERSIONS
for place, text in enumerate(VERSIONS):
    for later in VERSIONS[place + 1:]:
        say('order', text, later)
tests = [folder + '/tests/test_version.py', folder + '/tests/test_specifiers.py']
# One test spoils a cache to see that it is used; its answer is none.
options = ['-q', '-k', 'not reads_cached_bounds', '-p', 'no:cacheprovider', '--capture=no', '--tb=no', '--rootdir', folder]
# A test of the classes themselves (how one is pickled) may fail with the recorder in place.
sys.exit(0 if pytest.main([*options, *tests]) in (0, 1) else 1)
";

pub(crate) fn run(words: &[String]) -> Outcome {
    let mut arguments = Arguments::new(words);
    let npm = arguments.value("--npm")?;
    let packaging = arguments.value("--packaging")?;
    let python = arguments.value("--python")?.unwrap_or_else(|| "python3".into());
    let shown = arguments.number("--misses")?.unwrap_or(10);
    arguments.finish()?;
    if npm.is_none() && packaging.is_none() {
        return Err("name a checkout with `--npm DIR` or `--packaging DIR`".into());
    }
    let mut tally = Tally::default();
    if let Some(folder) = npm {
        let lines = output(Command::new("node").args(["-e", FIXTURES, &folder]))?;
        for line in lines.lines() {
            tally.add("semver", line, &|row| of_npm(row))?;
        }
    }
    if let Some(folder) = packaging {
        let mut command = Command::new(python);
        command.args(["-c", RECORDER, &folder]).env("PYTHONDONTWRITEBYTECODE", "1");
        for line in output(&mut command)?.lines() {
            // Progress of the tests stands between the rows, also before one on its line.
            if let Some((_, row)) = line.split_once("@[") {
                tally.add("packaging", &format!("[{row}"), &|row| of_packaging(row))?;
            }
        }
    }
    tally.print(shown)
}

/// How many rows of each kind held, and those that did not.
#[derive(Default)]
struct Tally {
    counts: BTreeMap<String, (usize, usize)>,
    seen: std::collections::BTreeSet<String>,
    misses: Vec<String>,
}

impl Tally {
    /// Judges a row `[kind, …]` once; `None` is no case of ours, such as a regular expression in place of
    /// a version.
    fn add(
        &mut self,
        source: &str,
        line: &str,
        judge: &dyn Fn(&[Value]) -> Option<bool>,
    ) -> Outcome {
        let row: Vec<Value> =
            serde_json::from_str(line).map_err(|error| format!("{error} in `{line}`"))?;
        let kind = row.first().and_then(Value::as_str).unwrap_or_default();
        let Some(holds) = judge(&row) else { return Ok(()) };
        if !self.seen.insert(format!("{source} {line}")) {
            return Ok(());
        }
        let (held, all) = self.counts.entry(format!("{source} {kind}")).or_default();
        *held += usize::from(holds);
        *all += 1;
        if !holds {
            self.misses.push(line.to_owned());
        }
        Ok(())
    }

    fn print(&self, shown: u64) -> Outcome {
        for (kind, (held, all)) in &self.counts {
            println!("{kind:<28} {held:>6} of {all:>6}");
        }
        for (miss, _) in self.misses.iter().zip(0..shown) {
            println!("  {miss}");
        }
        if self.misses.is_empty() {
            Ok(())
        } else {
            Err(format!("{} rows are judged otherwise", self.misses.len()).into())
        }
    }
}

fn of_npm(row: &[Value]) -> Option<bool> {
    let npm = |text: &str| Version::parse(Ecosystem::Npm, text);
    let text = |place: usize| row.get(place).and_then(Value::as_str);
    let all = row.get(3).and_then(|options| options.get("includePrerelease")).is_some();
    let range = text(1).map(|range| Range::parse(Ecosystem::Npm, range));
    let contains = |range: &Range, version: &Version| {
        if all { range.contains_with_prereleases(version) } else { range.contains(version) }
    };
    Some(match text(0)? {
        "comparisons" => npm(text(1)?).compare(&npm(text(2)?)) == Some(Ordering::Greater),
        "equality" => npm(text(1)?).compare(&npm(text(2)?)) == Some(Ordering::Equal),
        "valid-versions" => npm(text(1)?).is_valid(),
        "invalid-versions" => !npm(text(1)?).is_valid(),
        "range-include" => contains(&range?.ok()?, &npm(text(2)?)),
        "range-exclude" => !range?
            .is_ok_and(|range| text(2).is_some_and(|version| contains(&range, &npm(version)))),
        // Ranges that let prereleases in have no such reading here.
        _ if all => return None,
        "version-gt-range" => range?.is_ok_and(|range| range.is_below(&npm(text(2).unwrap_or("")))),
        "version-lt-range" => range?.is_ok_and(|range| range.is_above(&npm(text(2).unwrap_or("")))),
        "version-not-gt-range" => !range?.ok()?.is_below(&npm(text(2)?)),
        "version-not-lt-range" => !range?.ok()?.is_above(&npm(text(2)?)),
        _ => return None,
    })
}

fn of_packaging(row: &[Value]) -> Option<bool> {
    let pypi = |text: &str| Version::parse(Ecosystem::PyPI, text);
    let text = |place: usize| row.get(place).and_then(Value::as_str);
    let answer = |place: usize| row.get(place).and_then(Value::as_bool);
    let range = |text: &str| Range::parse(Ecosystem::PyPI, text);
    Some(match text(0)? {
        "order" => pypi(text(1)?).compare(&pypi(text(2)?)) == Some(Ordering::Less),
        "version" => pypi(text(1)?).is_valid() == answer(2)?,
        "specifier" => range(text(1)?).is_ok() == answer(2)?,
        "contains" => {
            range(text(1)?).is_ok_and(|range| range.contains(&pypi(text(2).unwrap_or(""))))
                == answer(3)?
        }
        _ => return None,
    })
}

fn output(command: &mut Command) -> Result<String, Failure> {
    let said = command.stderr(Stdio::inherit()).output()?;
    if !said.status.success() {
        return Err(format!("{command:?} failed: {}", said.status).into());
    }
    Ok(String::from_utf8(said.stdout)?)
}
