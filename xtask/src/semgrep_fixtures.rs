//! `cargo xtask semgrep-fixtures DIR`: our flows against the test files of semgrep's rules for Lambda.
//!
//! DIR is a checkout of semgrep's rules. Its test files mark the lines that a rule must report
//! (`ruleid:`) and must not (`ok:`). Only the test files are read, never the rules. A line is found
//! when a flow of the kind that the rule is about lies on it; [`FAMILIES`] says which kind that is, and
//! what of it the rule looks for. Without the folder it says `skipped`.

use std::{fs, path::Path, sync::Arc};

use code_ir::{Language, Module};
use serde::Deserialize;
use source_text::{FileId, SourceFile};
use taint::{Flow, Kind, ModelSet, Program};

use crate::{Failure, Outcome, arguments::Arguments, conformance, workspace};

/// What the comparison must reach.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Demands {
    /// Lines that a rule reports and a flow lies on, at least.
    found: usize,
    /// Lines that a rule must not report and such a flow lies on, at most.
    flagged: usize,
}

/// What rules with a word in their name report.
struct Family {
    word: &'static str,
    kind: Kind,
    looks_for: Look,
}

/// Which flows of a kind a rule looks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Look {
    /// Any flow, where it reaches the dangerous call.
    Call,
    /// Any flow, where a text that looks like SQL or HTML is put together on its way.
    Text,
    /// A hostile request as a whole; an expression in one is a finding of ours.
    WholeRequest,
    /// A command line; a hostile name of a program without a shell is a finding of ours.
    CommandLine,
}

/// The first word that the name of a rule holds decides.
const FAMILIES: &[Family] = &[
    family("code-exec", Kind::Code, Look::Call),
    family("sql-string", Kind::Sql, Look::Text),
    family("html-string", Kind::Html, Look::Text),
    family("html", Kind::Html, Look::Call),
    family("sqli", Kind::Sql, Look::Call),
    family("request-object", Kind::Nosql, Look::WholeRequest),
    family("dynamodb", Kind::Nosql, Look::Call),
    family("subprocess", Kind::Command, Look::CommandLine),
    family("exec", Kind::Command, Look::Call),
    family("shell", Kind::Command, Look::Call),
    family("spawn", Kind::Command, Look::Call),
    family("system", Kind::Command, Look::Call),
    family("child-process", Kind::Command, Look::Call),
    family("eval", Kind::Code, Look::Call),
    family("vm", Kind::Code, Look::Call),
    family("deserialization", Kind::Deserialization, Look::Call),
];

const fn family(word: &'static str, kind: Kind, looks_for: Look) -> Family {
    Family { word, kind, looks_for }
}

/// A marked line.
struct Mark {
    /// From 1.
    line: u32,
    is_ok: bool,
    rules: Vec<String>,
}

/// Numbers of lines.
#[derive(Debug, Default)]
struct Count {
    found: usize,
    to_find: usize,
    flagged: usize,
    ok: usize,
    /// Lines marked `ok:` with a flow of the kind that their rule does not look for.
    beside: usize,
}

impl Count {
    fn add(&mut self, other: &Self) {
        self.found += other.found;
        self.to_find += other.to_find;
        self.flagged += other.flagged;
        self.ok += other.ok;
        self.beside += other.beside;
    }
}

pub(crate) fn run(arguments: &[String]) -> Outcome {
    let mut arguments = Arguments::new(arguments);
    let folder = arguments.free().ok_or("name the folder of semgrep's rules")?;
    arguments.finish()?;
    let folder = Path::new(&folder);
    if !folder.is_dir() {
        println!("skipped: there is no folder {}", folder.display());
        return Ok(());
    }
    let demands = conformance::demands()?.semgrep;
    let mut total = Count::default();
    for language in ["python", "javascript", "go", "java", "ruby"] {
        let tests = folder.join(language).join("aws-lambda/security");
        if !tests.is_dir() {
            println!("skipped: there is no folder {}", tests.display());
            continue;
        }
        let mut count = Count::default();
        for path in workspace::files(&tests)? {
            let shown = workspace::relative(folder, &path);
            if let Some(language) = Language::of_path(&shown) {
                let models = ModelSet::new([language], &[]);
                count.add(&compare(&path, &shown, language, &models)?);
            }
        }
        print_count(language, &count);
        total.add(&count);
    }
    print_count("all", &total);
    if total.beside > 0 {
        println!("{} `ok` lines have a flow that their rule does not look for", total.beside);
    }
    if total.to_find == 0 {
        println!("skipped: there are no test files");
        return Ok(());
    }
    if total.found < demands.found || total.flagged > demands.flagged {
        return Err(format!(
            "{} found and {} flagged, demanded are {} and {}",
            total.found, total.flagged, demands.found, demands.flagged
        )
        .into());
    }
    Ok(())
}

fn print_count(name: &str, count: &Count) {
    let Count { found, to_find, flagged, ok, .. } = count;
    println!("{name}: found {found} of {to_find}, flagged {flagged} of {ok}");
}

/// Compares the flows of one test file with its marks.
fn compare(
    path: &Path,
    shown: &str,
    language: Language,
    models: &ModelSet,
) -> Result<Count, Failure> {
    let text = fs::read_to_string(path)?;
    let marks = marks(&text);
    let module = parse(language, shown, &text);
    let mut program = Program::default();
    let source = Arc::new(SourceFile { path: shown.to_owned(), text });
    let id = program.add(source, module);
    let flows = taint::analyse(&program, models, id, &[]).flows;
    let mut count = Count::default();
    for mark in &marks {
        let of_kind = mark.rules.iter().filter_map(|rule| family_of(rule));
        let told: Vec<(&Flow, bool)> = of_kind
            .flat_map(|family| flows.iter().filter_map(|flow| lies_on(flow, family, mark.line)))
            .collect();
        let is_looked_for = told.iter().any(|(_, is_looked_for)| *is_looked_for);
        let line = mark.line;
        match (mark.is_ok, is_looked_for) {
            (false, true) => count.found += 1,
            (false, false) => println!("{shown}:{line}: missed ({})", mark.rules.join(", ")),
            (true, true) => {
                count.flagged += 1;
                println!("{shown}:{line}: flagged ({})", mark.rules.join(", "));
            }
            (true, false) => {
                if let Some((flow, _)) = told.first() {
                    count.beside += 1;
                    let Flow { kind, source, sink, argument, .. } = flow;
                    println!("{shown}:{line}: beside: {kind}, {source} to {argument} of {sink}");
                }
            }
        }
        if mark.is_ok {
            count.ok += 1;
        } else {
            count.to_find += 1;
        }
    }
    println!(
        "{shown}: found {} of {}, flagged {} of {}",
        count.found, count.to_find, count.flagged, count.ok
    );
    Ok(count)
}

fn parse(language: Language, path: &str, text: &str) -> Module {
    let file = FileId::default();
    match language {
        Language::Python => code_python::parse(file, text),
        Language::JavaScript | Language::TypeScript => {
            code_javascript::parse(file, language, path, text)
        }
        _ => code_tree_sitter::parse(file, language, text),
    }
}

fn family_of(rule: &str) -> Option<&'static Family> {
    FAMILIES.iter().find(|family| rule.contains(family.word))
}

/// Whether a flow of the kind lies on a line, and whether it is what the rule looks for.
fn lies_on<'f>(flow: &'f Flow, family: &Family, line: u32) -> Option<(&'f Flow, bool)> {
    if flow.kind != family.kind {
        return None;
    }
    let covers = |place: &source_text::Place| (place.line..=place.end_line).contains(&line);
    let reaches = covers(&flow.place);
    let is_put = flow
        .hops
        .iter()
        .any(|(place, note)| covers(place) && note.starts_with("put into a text that looks like"));
    let is_looked_for = match family.looks_for {
        Look::Call => reaches,
        Look::Text => is_put,
        Look::WholeRequest => reaches && flow.argument == "0",
        Look::CommandLine => reaches && flow.argument != "0[0]",
    };
    (is_looked_for || reaches).then_some((flow, is_looked_for))
}

/// The marked lines: a mark speaks of the next line that is no mark itself.
fn marks(text: &str) -> Vec<Mark> {
    let lines: Vec<&str> = text.lines().collect();
    let mut marks = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let Some((is_ok, rules)) = mark(line) else { continue };
        let next = lines.iter().enumerate().skip(at + 1).find(|(_, line)| mark(line).is_none());
        let Some((next, _)) = next else { continue };
        let line = u32::try_from(next + 1).unwrap_or(u32::MAX);
        marks.push(Mark { line, is_ok, rules });
    }
    marks
}

/// `# ruleid: a, b` and `// ok: a`; `todoruleid:` is none.
fn mark(line: &str) -> Option<(bool, Vec<String>)> {
    let line = line.trim();
    let comment = line.strip_prefix('#').or_else(|| line.strip_prefix("//"))?.trim_start();
    let (is_ok, rules) = match (comment.strip_prefix("ruleid:"), comment.strip_prefix("ok:")) {
        (Some(rules), _) => (false, rules),
        (None, Some(rules)) => (true, rules),
        (None, None) => return None,
    };
    Some((is_ok, rules.split(',').map(|rule| rule.trim().to_owned()).collect()))
}

#[cfg(test)]
mod tests {
    use super::{Look, family_of, marks};

    #[test]
    fn a_mark_speaks_of_the_next_line_of_code() {
        let text = "# ruleid: a, b\n# ok: c\ncall()\n// todoruleid: d\nother()\n";
        let marks: Vec<_> =
            marks(text).into_iter().map(|mark| (mark.line, mark.is_ok, mark.rules.len())).collect();
        assert_eq!(marks, [(3, false, 2), (3, true, 1)]);
    }

    #[test]
    fn the_name_of_a_rule_tells_its_kind() {
        let kind = |rule: &str| family_of(rule).map(|family| family.kind.as_str());
        assert_eq!(kind("dangerous-asyncio-exec"), Some("command"));
        assert_eq!(kind("tainted-code-exec"), Some("code"));
        assert_eq!(kind("pg-sqli"), Some("sql"));
        assert_eq!(kind("tainted-pickle-deserialization"), Some("deserialization"));
        assert_eq!(family_of("tainted-html-string").map(|f| f.looks_for), Some(Look::Text));
        assert_eq!(kind("something-else"), None);
    }
}
