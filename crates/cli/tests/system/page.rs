//! The page of a scan in a browser: it draws, filters and loads nothing.

use finding::{Confidence, Finding, RuleId, Severity};
use report::{Context, Format, Graph, GraphNode, NodeKind, Report, Summary, TerminalOptions};
use source_text::{Place, Sources};

use crate::{
    browser::{Browser, chromium},
    folder::Folder,
};

/// A browser, or a word that there is none.
pub(crate) fn browser() -> Option<Browser> {
    let program = chromium();
    if program.is_none() {
        eprintln!("skipped: no Chromium on the PATH or in `FAASGUARD_CHROMIUM`");
    }
    program.map(|program| Browser::start(&program))
}

/// Severities of the rows that are shown.
const PILLS: &str =
    "[...new Set([...document.querySelectorAll('.pill')].map((it) => it.textContent))].join()";
const STATUS: &str = "document.querySelector('#status').textContent";

#[test]
fn a_person_finds_their_way_by_pointer_and_keys() {
    let Some(mut browser) = browser() else { return };
    let folder = Folder::new();
    let orders = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/orders");
    folder.run(&["scan", orders, "-o", "page.html", "--quiet"]).exits(1);
    let page = folder.path("page.html").canonicalize().unwrap();
    browser.open(&page);

    let all = browser.ask("document.querySelectorAll('.finding').length").as_u64().unwrap();
    assert!(all > 10, "{all}");
    browser.click("#severity-high");
    assert_eq!(browser.ask(PILLS), "high");
    assert_eq!(browser.ask("document.querySelector('#severity-high').ariaPressed"), "true");
    assert!(browser.ask(STATUS).as_str().unwrap().contains(" of "));
    assert!(browser.ask("location.hash").as_str().unwrap().contains("severity=high"));
    browser.press("Escape");
    assert_eq!(browser.ask("document.querySelectorAll('.finding').length"), all);

    // A risk, and the same again for all.
    browser.click("[data-risk=SAS-4]");
    let rules = "[...document.querySelectorAll('.rule')].every((it) => it.textContent.startsWith('SAS-4.'))";
    assert_eq!(browser.ask(rules), true);
    browser.click("[data-risk=SAS-4]");
    assert_eq!(browser.ask("document.querySelectorAll('.finding').length"), all);

    // A function of the picture, by pointer and by key.
    browser.click(".node[aria-label^='function CreateOrder']");
    let names = "[...document.querySelectorAll('.fn')].map((it) => it.textContent)";
    assert_eq!(browser.ask(&format!("{names}.every((it) => it === 'CreateOrder')")), true);
    assert_eq!(browser.ask("document.querySelector('#function').value"), "CreateOrder");
    assert_eq!(browser.ask("document.querySelector('.node[aria-pressed=true]') !== null"), true);
    browser.ask("document.querySelector(\".node[aria-label^='function CreateOrder']\").focus()");
    browser.press("Enter");
    assert_eq!(browser.ask("document.querySelector('#function').value"), "");

    // Words, with the key that goes to them.
    browser.press("/");
    assert_eq!(browser.ask("document.activeElement.id"), "text");
    browser.write("wildcard-action");
    browser.wait_for("document.querySelector('#status').textContent.includes(' of ')");
    assert!(browser.ask("document.querySelectorAll('.finding').length").as_u64().unwrap() < all);
    browser.click("#clear");

    // A finding unfolds to its code, with what is meant marked.
    browser.click(".finding summary");
    browser.wait_for("document.querySelector('.finding[open] pre.code mark') !== null");
    browser.press("j");
    assert_eq!(browser.ask("document.activeElement.tagName"), "SUMMARY");

    let ground = "getComputedStyle(document.body).backgroundColor";
    let before = browser.ask(ground);
    browser.click("#theme");
    assert_ne!(browser.ask(ground), before);

    assert_eq!(browser.faults(), Vec::<String>::new());
    let address = format!("file://{}", page.display());
    assert!(browser.requests().iter().all(|it| *it == address || it.starts_with("data:")));
}

#[test]
fn hostile_names_stay_text() {
    let Some(mut browser) = browser() else { return };
    let bait = r#"</script><script>document.title="stolen"</script><img src=x onerror=alert(1)>"#;
    let template = format!(
        "Transform: AWS::Serverless-2016-10-31\nResources:\n  Fn:\n    Type: AWS::Serverless::Function\n    \
         Properties:\n      Handler: a.b\n      Runtime: python3.13\n      CodeUri: {quoted}\n      Environment:\n        \
         Variables:\n          {quoted}: ghp_abcdefghijklmnopqrstuvwxyz0123456789\n      Policies:\n        - \
         Statement:\n            - Effect: Allow\n              Action: [\"dynamodb:*\", {quoted}]\n              \
         Resource: {quoted}\n",
        quoted = serde_json::to_string(bait).unwrap()
    );
    let folder = Folder::new().file("<img src=x onerror=alert(1)>.yaml", template);
    folder.run(&["scan", ".", "-o", "html=page.html", "--quiet"]).exits(1);
    browser.open(&folder.path("page.html").canonicalize().unwrap());
    let rows = browser.ask("document.querySelectorAll('.finding').length").as_u64().unwrap();
    assert!(rows > 1, "{rows}");
    browser.ask("document.querySelectorAll('details').forEach((it) => { it.open = true; })");
    browser.wait_for("document.querySelectorAll('.detail').length > 1");
    assert_eq!(browser.ask("document.querySelectorAll('img, iframe, object').length"), 0);
    assert_eq!(browser.ask("document.querySelectorAll('script').length"), 2);
    assert_ne!(browser.ask("document.title"), "stolen");
    assert_eq!(browser.faults(), Vec::<String>::new());
    assert_eq!(browser.requests().iter().filter(|it| !it.starts_with("data:")).count(), 1);
}

/// 5,000 functions and 100,000 findings.
fn many() -> (Sources, Report) {
    let sources = Sources::default();
    let files: Vec<_> = (0..500)
        .map(|at| sources.add(format!("stacks/{at}/template.yaml"), "a: 1\n".repeat(400)))
        .collect();
    let severities = [Severity::Low, Severity::Medium, Severity::High, Severity::Critical];
    let mut report = Report::default();
    for at in 0..100_000_usize {
        let line = u32::try_from(at % 400).unwrap() + 1;
        let place = Place { file: files[at % 500], line, column: 1, end_line: line, end_column: 2 };
        let rule = RuleId { risk: u8::try_from(at % 10).unwrap() + 1, rule: 1 };
        let message =
            format!("the role of `Function{}` allows more than it needs ({at})", at % 5_000);
        let mut finding = Finding::new(rule, severities[at % 4], Confidence::High, place, message)
            .function(&format!("Function{}", at % 5_000))
            .hop(place, "it starts here")
            .fix("name the actions that the code calls");
        finding.fingerprint = format!("{at:016x}");
        report.findings.push(finding);
    }
    let node = |at: usize| GraphNode {
        id: at.to_string(),
        label: format!("Function{at}"),
        kind: NodeKind::Function,
        risk: Some(Severity::High),
        note: None,
    };
    report.graph = Graph { nodes: (0..5_000).map(node).collect(), ..Graph::default() };
    report.summary = Summary { functions: 5_000, ..Summary::default() }.count(&report.findings);
    (sources, report)
}

#[test]
fn a_hundred_thousand_findings_are_paged() {
    let Some(mut browser) = browser() else { return };
    let (sources, report) = many();
    let context = Context { sources: &sources, rule: &|_| None };
    let page = report::render(Format::Html, &report, &context, &TerminalOptions::default());
    let folder = Folder::new().file("page.html", page);
    browser.open(&folder.path("page.html").canonicalize().unwrap());
    assert_eq!(browser.ask("document.querySelectorAll('.finding').length"), 50);
    assert_eq!(browser.ask(STATUS), "100,000 findings, worst first");
    assert_eq!(browser.ask("document.querySelector('#page').textContent"), "Page 1 of 2,000");
    browser.click("#last");
    assert_eq!(browser.ask("document.querySelector('#page').textContent"), "Page 2,000 of 2,000");
    assert!(browser.ask("document.querySelectorAll('.node').length").as_u64().unwrap() <= 30);
    browser.ask("document.querySelector('#text').focus()");
    browser.write("function4999");
    browser.wait_for("document.querySelector('#status').textContent.startsWith('20 of')");
    // The picture follows what is left.
    assert_eq!(browser.ask("document.querySelector('.node .label').textContent"), "Function4999");
    assert_eq!(browser.faults(), Vec::<String>::new());
}
