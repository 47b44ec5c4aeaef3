//! `cargo xtask generate [--check]`: the documents that are written from the code.
//!
//! One page a rule, their table, the formats that each is proven on and the checks of other tools that claim the same in `docs/rules`, the commands in `docs/reference/cli.md`, our
//! detections in `docs/reference/detections.md`, the order of the site in `docs/SUMMARY.md`, the indexes of
//! schemas and decisions. Also checks that the JSON Schemas of what we promise
//! are there. `--check` writes nothing and fails when something on disk differs.

mod coverage;
mod detections;
mod formats;
mod mends;

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    fs,
    path::Path,
};

use finding::{Audience, RISKS, RuleInfo};
use serde_json::Value;

use crate::{
    Failure, Outcome,
    arguments::Arguments,
    site::summary::{self, Order, SUMMARY},
    workspace,
};

const RULES: &str = "docs/rules";
const SCHEMAS: &str = "docs/schemas";
const REFERENCE: &str = "docs/reference/cli.md";
const COVERAGE: &str = "docs/rules/coverage.md";
const FORMATS: &str = "docs/rules/formats.md";
const DETECTIONS: &str = "docs/reference/detections.md";
const INDEX_OF_SCHEMAS: &str = "docs/schemas/README.md";
const INDEX_OF_DECISIONS: &str = "docs/design/README.md";

/// Path from the root of the workspace to text.
type Pages = BTreeMap<String, String>;

pub(crate) fn run(arguments: &[String]) -> Outcome {
    let mut arguments = Arguments::new(arguments);
    let check = arguments.flag("--check");
    arguments.finish()?;
    let root = workspace::root();
    let rules: Vec<&RuleInfo> = rules::all().map(|rule| &rule.info).collect();
    let mut pages = rule_pages(&rules);
    pages.insert(COVERAGE.to_owned(), coverage::page(&root, &rules)?);
    pages.insert(FORMATS.to_owned(), formats::page(&root, &rules)?);
    pages.insert(DETECTIONS.to_owned(), detections::page()?);
    pages.insert(INDEX_OF_SCHEMAS.to_owned(), summary::schemas(&root)?);
    pages.insert(INDEX_OF_DECISIONS.to_owned(), summary::decisions(&root)?);
    match reference(&root)? {
        Some(text) => drop(pages.insert(REFERENCE.to_owned(), text)),
        None => println!("{REFERENCE}: skipped, there is no program that tells its commands"),
    }

    let order = Order::read(&root, &rules)?;
    pages.insert(SUMMARY.to_owned(), order.text("../"));

    let mut problems = schema_problems(&root.join(SCHEMAS));
    problems.extend(order.problems);
    let stale = stale_pages(&root, &pages)?;
    if check {
        problems.extend(stale.iter().map(|path| format!("{path}: nothing generates it any more")));
        for (path, text) in &pages {
            problems.extend(difference(path, text, fs::read_to_string(root.join(path)).ok()));
        }
    } else {
        for path in stale {
            fs::remove_file(root.join(&path))?;
            println!("{path}: removed");
        }
        for (path, text) in &pages {
            write_changed(&root, path, text)?;
        }
    }
    for problem in &problems {
        println!("{problem}");
    }
    if !problems.is_empty() {
        return Err("see above; `cargo xtask generate` writes what is generated".into());
    }
    println!("{} generated pages", pages.len());
    Ok(())
}

fn write_changed(root: &Path, path: &str, text: &str) -> Outcome {
    let file = root.join(path);
    if fs::read_to_string(&file).is_ok_and(|old| old == text) {
        return Ok(());
    }
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(&file, text)?;
    println!("{path}: written");
    Ok(())
}

/// Says where a page on disk first differs from what would be generated.
fn difference(path: &str, text: &str, on_disk: Option<String>) -> Option<String> {
    let Some(on_disk) = on_disk else { return Some(format!("{path}: is missing")) };
    if on_disk == text {
        return None;
    }
    let same = text.lines().zip(on_disk.lines()).take_while(|(a, b)| a == b).count();
    Some(format!("{path}:{}: is not what is generated", same + 1))
}

/// Pages of rules that are no more.
fn stale_pages(root: &Path, pages: &Pages) -> Result<Vec<String>, Failure> {
    let folder = root.join(RULES);
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let on_disk = workspace::files(&folder)?;
    let paths = on_disk.iter().map(|file| workspace::relative(root, file));
    Ok(paths.filter(|path| !pages.contains_key(path)).collect())
}

/// One page a rule, and their table.
fn rule_pages(rules: &[&RuleInfo]) -> Pages {
    let mut pages: Pages =
        rules.iter().map(|rule| (format!("{RULES}/{}.md", rule.name), rule_page(rule))).collect();
    pages.insert(format!("{RULES}/README.md"), index(rules));
    pages.insert(format!("{RULES}/fixes.md"), mends::page());
    pages
}

fn rule_page(rule: &RuleInfo) -> String {
    let risk = finding::risk(rule.id.risk).map_or("", |risk| risk.title);
    let cwe: Vec<String> = rule
        .cwe
        .iter()
        .map(|n| format!("[CWE-{n}](https://cwe.mitre.org/data/definitions/{n}.html)"))
        .collect();
    let mut docs = rule.docs.lines();
    let title = docs.next().unwrap_or_default();
    let body: Vec<&str> = docs.collect();
    format!(
        "<!-- Generated by `cargo xtask generate`; change the Markdown beside the rule. -->\n\
        {title}\n\n{summary}.\n\n\
        | | |\n|---|---|\n\
        | Rule | `{name}`, {id} |\n\
        | Risk | SAS-{number}: {risk} |\n\
        | Severity | {severity} |\n\
        | Shown | {shown} |\n\
        | OWASP Serverless Top 10 | {owasp} |\n\
        | CWE | {cwe} |\n\
        | Since | {since} |\n\
        {fix}\n\
        {body}\n\n\
        ## How to accept it\n\n\
        On the line above the finding, with a reason and, better, an end:\n\n\
        ```yaml\n# faasguard: allow {name} -- the reason (until 2027-06-30)\n```\n",
        summary = rule.summary,
        name = rule.name,
        id = rule.id,
        number = rule.id.risk,
        severity = rule.severity.as_str(),
        shown = shown(rule.audience),
        owasp = rule.owasp(),
        cwe = cwe.join(", "),
        since = rule.since,
        fix = mends::row(rule.id),
        body = body.join("\n").trim(),
    )
}

fn index(rules: &[&RuleInfo]) -> String {
    let mut text = format!(
        "<!-- Generated by `cargo xtask generate`. -->\n# Rules\n\n\
        {} rules under the ten risks of serverless applications. `faasguard explain NAME` prints a \
        page in the terminal.\n",
        rules.len()
    );
    for risk in &RISKS {
        // Writing to a string cannot fail.
        let _ = write!(text, "\n## SAS-{}: {}\n\n{}.\n", risk.number, risk.title, risk.summary);
        let mut of_risk = rules.iter().filter(|rule| rule.id.risk == risk.number).peekable();
        if of_risk.peek().is_none() {
            text.push_str("\nNo rule yet.\n");
            continue;
        }
        text.push_str("\n| Rule | Name | Severity | What it finds |\n|---|---|---|---|\n");
        for rule in of_risk {
            let strict = if rule.audience == Audience::Strict { " (strict)" } else { "" };
            let _ = writeln!(
                text,
                "| {id} | [`{name}`]({name}.md) | {severity}{strict} | {summary} |",
                id = rule.id,
                name = rule.name,
                severity = rule.severity.as_str(),
                summary = rule.summary.replace('|', "\\|"),
            );
        }
    }
    text
}

fn shown(audience: Audience) -> &'static str {
    match audience {
        Audience::Everyone => "always",
        Audience::Strict => "with `--profile strict`",
    }
}

/// The commands of the program as Markdown, from the program itself.
fn reference(root: &Path) -> Result<Option<String>, Failure> {
    if !root.join("crates/cli").is_dir() {
        return Ok(None);
    }
    let output =
        workspace::cargo().args(["run", "--quiet", "-p", "cli", "--", "reference"]).output()?;
    if !output.status.success() {
        return Ok(None);
    }
    let text = String::from_utf8(output.stdout)?;
    Ok(Some(format!("<!-- Generated by `cargo xtask generate`. -->\n{}\n", text.trim())))
}

/// What is wrong with the schemas: none there, or one that is not a JSON Schema.
fn schema_problems(folder: &Path) -> Vec<String> {
    let files = workspace::files(folder).unwrap_or_default();
    let schemas: BTreeSet<_> =
        files.iter().filter(|file| file.extension().is_some_and(|e| e == "json")).collect();
    if schemas.is_empty() {
        return vec![format!("{SCHEMAS}: there is no schema")];
    }
    let is_schema = |file: &Path| {
        let text = fs::read_to_string(file).ok()?;
        let schema: Value = serde_json::from_str(&text).ok()?;
        schema.get("$schema").map(|_| ())
    };
    schemas
        .into_iter()
        .filter(|file| is_schema(file).is_none())
        .map(|file| format!("{}: is not a JSON Schema with `$schema`", file.display()))
        .collect()
}

#[cfg(test)]
mod tests {
    use finding::{Audience, RuleId, RuleInfo, Severity};

    use super::{difference, rule_pages};

    fn rule() -> RuleInfo {
        RuleInfo {
            id: RuleId { risk: 4, rule: 1 },
            name: "wildcard-action",
            summary: "A role allows every action",
            severity: Severity::High,
            audience: Audience::Everyone,
            cwe: &[250],
            since: "0.1.0",
            docs: "# Wildcard action (SAS-4.1)\n\n## Why it matters\n\nBecause.\n",
        }
    }

    #[test]
    fn a_rule_has_a_page_and_a_line_in_the_table() {
        let pages = rule_pages(&[&rule()]);
        let page = pages.get("docs/rules/wildcard-action.md").unwrap();
        assert!(page.contains("# Wildcard action (SAS-4.1)\n\nA role allows every action.\n"));
        assert!(page.contains("## Why it matters\n\nBecause.\n\n## How to accept it\n"), "{page}");
        let index = pages.get("docs/rules/README.md").unwrap();
        let line = "| SAS-4.1 | [`wildcard-action`](wildcard-action.md) | high | A role allows \
            every action |";
        assert!(index.contains(line), "{index}");
    }

    #[test]
    fn a_page_that_differs_is_named_with_its_line() {
        assert_eq!(difference("a.md", "x\ny\n", Some("x\ny\n".to_owned())), None);
        assert_eq!(
            difference("a.md", "x\ny\n", Some("x\nz\n".to_owned())).unwrap(),
            "a.md:2: is not what is generated"
        );
        assert_eq!(difference("a.md", "x\n", None).unwrap(), "a.md: is missing");
    }
}
