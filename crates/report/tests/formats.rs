//! What each format looks like, reviewed by hand, and whether programs can read it.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod orders;

use finding::{Confidence, Finding, Severity};
use report::{
    Cell, Checklist, ChecklistItem, ChecklistRow, Context, Format, Report, Summary, TableFormat,
    TerminalOptions, Verdict, catalogue, render, render_checklist,
};
use serde_json::Value;
use source_text::{Place, Sources};

/// The result in a format, for a terminal of 90 columns without colours.
fn drawn(format: Format) -> String {
    let (sources, files) = orders::sources();
    let options = TerminalOptions { width: 90, ..TerminalOptions::default() };
    let context = Context { sources: &sources, rule: &orders::rule };
    render(format, &orders::report(files), &context, &options)
}

fn json(format: Format) -> Value {
    serde_json::from_str(&drawn(format)).unwrap()
}

#[test]
fn every_format_draws_the_result() {
    for format in Format::names().map(|name| name.parse::<Format>().unwrap()) {
        // Of the page what it draws; style and script are files of their own.
        let text = if format == Format::Html { page_data() } else { drawn(format) };
        insta::assert_snapshot!(format!("orders_{format}"), text);
    }
}

/// The block of JSON in the page.
fn page_data() -> String {
    let page = drawn(Format::Html);
    let (_, data) = page.split_once("id=\"data\">").unwrap();
    let (data, _) = data.split_once("</script>").unwrap();
    let data: Value = serde_json::from_str(data).unwrap();
    serde_json::to_string_pretty(&data).unwrap()
}

#[test]
fn the_page_lets_only_its_own_script_and_style_run() {
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    use sha2::Digest as _;

    let page = drawn(Format::Html);
    let between = |start: &str, end: &str| {
        let (_, rest) = page.split_once(start).unwrap();
        rest.split_once(end).unwrap().0
    };
    for (kind, start, end) in
        [("style", "<style>", "</style>"), ("script", "<script>", "</script>")]
    {
        let digest = STANDARD.encode(sha2::Sha256::digest(between(start, end)));
        assert!(page.contains(&format!("{kind}-src 'sha256-{digest}'")), "{kind}");
        assert_eq!(page.matches(start).count(), 1);
    }
    let policy = between("Content-Security-Policy\" content=\"", "\">");
    assert!(policy.starts_with("default-src 'none'; "), "{policy}");
    assert!(!policy.contains("unsafe") && !policy.contains("http"), "{policy}");
}

#[test]
fn a_page_of_many_findings_names_lines_and_rules_once() {
    let (sources, files) = orders::sources();
    let mut report = orders::report(files);
    report.findings = (0..20_000).map(|at| report.findings[at % 4].clone()).collect();
    let context = Context { sources: &sources, rule: &orders::rule };
    let page = render(Format::Html, &report, &context, &TerminalOptions::default());
    assert!(page.len() < 20_000 * 600, "{}", page.len());
    assert_eq!(page.matches("AWS::Serverless::Function").count(), 1);
}

#[test]
fn forms_of_other_services_keep_their_schemas() {
    let gitlab = drawn(Format::GitLab);
    assert_eq!(errors(include_str!("schemas/gitlab-codequality.schema.json"), &gitlab), [""; 0]);
    let asff = drawn(Format::Asff);
    assert_eq!(errors(include_str!("schemas/asff.schema.json"), &asff), [""; 0]);
    for format in [Format::OcsfCompliance, Format::OcsfDetection] {
        for line in drawn(format).lines() {
            assert_eq!(ocsf::schema::faults(&serde_json::from_str(line).unwrap()), []);
        }
    }
}

#[test]
fn code_quality_tells_open_findings_once_each_at_their_path_in_the_repository() {
    let (sources, files) = orders::sources();
    let mut report = orders::report(files);
    report.findings.push(report.findings[0].clone());
    let context = Context { sources: &sources, rule: &orders::rule };
    let text = render(Format::GitLab, &report, &context, &TerminalOptions::default());
    let issues: Vec<Value> = serde_json::from_str(&text).unwrap();
    let mut fingerprints: Vec<_> =
        issues.iter().map(|it| it["fingerprint"].as_str().unwrap()).collect();
    assert_eq!(fingerprints.len(), 4);
    assert!(fingerprints.contains(&"00112233445566aa-2"), "{fingerprints:?}");
    assert!(!fingerprints.contains(&"00112233445566cc"), "an accepted one: {fingerprints:?}");
    fingerprints.sort_unstable();
    fingerprints.dedup();
    assert_eq!(fingerprints.len(), 4);
    assert!(
        issues
            .iter()
            .all(|it| { it["location"]["path"].as_str().unwrap().starts_with("services/orders/") })
    );
}

#[test]
fn security_hub_gets_nothing_without_an_account() {
    let (sources, files) = orders::sources();
    let mut report = orders::report(files);
    report.surroundings.account.clear();
    let context = Context { sources: &sources, rule: &orders::rule };
    assert_eq!(render(Format::Asff, &report, &context, &TerminalOptions::default()), "[]\n");
    let error = Format::Asff.check_surroundings("", "eu-west-1").unwrap_err();
    assert_eq!(
        error.to_string(),
        "Security Hub asks for an account of twelve digits, none is known"
    );
    assert!(Format::Json.check_surroundings("", "").is_ok());
}

#[test]
fn a_runner_hears_the_worst_first_and_no_accepted_finding() {
    let log = drawn(Format::GitHub);
    let lines: Vec<_> = log.lines().collect();
    assert_eq!(
        lines[0],
        "::error file=services/orders/template.yaml,line=7,col=38,endColumn=58,\
         title=SAS-7.1 plain-secret::the variable `KEY` of `CreateOrder` holds an AWS access key"
    );
    assert!(!log.contains("no-tracing"), "{log}");
    assert!(log.contains("::warning file=services/orders/broken.yaml,line=3,"), "{log}");
}

#[test]
fn more_words_and_colours_are_drawn_when_asked_for() {
    let (sources, files) = orders::sources();
    let report = orders::report(files);
    let context = Context { sources: &sources, rule: &orders::rule };
    let verbose = TerminalOptions { width: 72, verbose: true, colour: false };
    let text = render(Format::Terminal, &report, &context, &verbose);
    insta::assert_snapshot!("orders_verbose", text);
    let colour = TerminalOptions { colour: true, ..verbose };
    let text = render(Format::Terminal, &report, &context, &colour);
    insta::assert_snapshot!("orders_colour", text.replace('\u{1b}', "ESC"));
}

/// What a published schema has against a text.
fn errors(schema: &str, text: &str) -> Vec<String> {
    let validator = jsonschema::draft202012::new(&serde_json::from_str(schema).unwrap()).unwrap();
    let value: Value = serde_json::from_str(text).unwrap();
    validator.iter_errors(&value).map(|error| error.to_string()).collect()
}

#[test]
fn json_keeps_its_schema() {
    let schema = include_str!("../../../docs/schemas/faasguard-scan-1.schema.json");
    let text = drawn(Format::Json);
    assert_eq!(errors(schema, &text), Vec::<String>::new());
    // The schema is strict enough to notice a key that went and a word that changed.
    let mut result = json(Format::Json);
    result["findings"][0]["severity"] = "awful".into();
    assert_eq!(errors(schema, &result.to_string()).len(), 1);
    let mut result = json(Format::Json);
    result["findings"][0].as_object_mut().unwrap().remove("suppressed");
    assert_eq!(errors(schema, &result.to_string()).len(), 1);
}

#[test]
fn json_has_the_documented_values() {
    let result = json(Format::Json);
    assert_eq!(result["schema"], "faasguard-scan/1");
    assert_eq!(result["summary"]["high"], 1);
    assert_eq!(result["summary"]["suppressed"], 1);
    let finding = result["findings"]
        .as_array()
        .unwrap()
        .iter()
        .find(|finding| finding["rule"] == "SAS-4.1")
        .unwrap();
    assert_eq!(finding["owasp"], "S5:2017");
    assert_eq!(finding["cwe"], serde_json::json!([250, 732]));
    assert_eq!(finding["place"]["file"], "template.yaml");
    assert_eq!(finding["place"]["end_column"], 35);
    assert_eq!(finding["suppressed"], Value::Null);
    assert_eq!(result["diagnostics"][0]["level"], "error");
}

#[test]
fn sarif_tells_code_scanning_services_what_they_ask_for() {
    let sarif = json(Format::Sarif);
    let run = &sarif["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    for result in run["results"].as_array().unwrap() {
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(rules[index]["id"], result["ruleId"]);
        assert!(result["partialFingerprints"]["faasguard/v1"].is_string());
    }
    let rule = rules.iter().find(|rule| rule["id"] == "SAS-4.1").unwrap();
    assert_eq!(rule["properties"]["security-severity"], "8.0");
    let tags = rule["properties"]["tags"].as_array().unwrap();
    assert!(tags.contains(&"security".into()) && tags.contains(&"external/cwe/cwe-250".into()));
    let places = run["results"].as_array().unwrap().iter().map(|result| {
        result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].as_str().unwrap()
    });
    assert!(places.clone().any(|uri| uri == "stacks/user%20pool.yaml"));
    assert!(places.clone().all(|uri| !uri.starts_with('/')));
}

#[test]
fn a_scan_without_findings_says_what_it_looked_at() {
    let sources = Sources::default();
    let context = Context { sources: &sources, rule: &orders::rule };
    let options = TerminalOptions::default();
    let mut report = Report {
        summary: Summary { files_scanned: 2, functions: 1, ..Summary::default() },
        ..Report::default()
    };
    let text = render(Format::Terminal, &report, &context, &options);
    assert_eq!(text, "2 files, 1 function: no findings (0 ms)\n");
    assert!(render(Format::Junit, &report, &context, &options).contains("name=\"no findings\""));
    assert!(render(Format::Markdown, &report, &context, &options).contains("🟢"));
    report.summary.files_not_scanned = 1;
    assert!(!render(Format::Markdown, &report, &context, &options).contains("🟢"));
    report.summary.files_scanned = 0;
    assert!(!render(Format::Junit, &report, &context, &options).contains("no findings"));
}

#[test]
fn a_comment_is_bounded_and_says_what_it_left_out() {
    let sources = Sources::default();
    let file = sources.add("a.yaml", "a: 1\n");
    let finding = Finding::new(
        orders::WILDCARD_ACTION.id,
        Severity::High,
        Confidence::High,
        Place::whole(file),
        "🔥 the role allows `dynamodb:*`, which is more than it needs",
    );
    let report = Report { findings: vec![finding; 3_000], ..Report::default() };
    let context = Context { sources: &sources, rule: &orders::rule };
    let text = render(Format::Markdown, &report, &context, &TerminalOptions::default());
    assert!(text.chars().count() <= report::COMMENT_LIMIT, "{}", text.chars().count());
    assert!(text.contains("of 3000 findings"), "{}", &text[text.len() - 400..]);
    assert!(text.matches("<details>").count() > 5);
    assert_eq!(text.matches("<details>").count(), text.matches("</details>").count());
}

#[test]
fn the_catalogue_is_drawn_in_every_format() {
    let options = TerminalOptions { width: 80, ..TerminalOptions::default() };
    for format in [TableFormat::Terminal, TableFormat::Json, TableFormat::Markdown] {
        let text = catalogue::render_rules(format, &orders::facts(), &options);
        if format == TableFormat::Json {
            let schema = include_str!("../../../docs/schemas/faasguard-rules-1.schema.json");
            assert_eq!(errors(schema, &text), Vec::<String>::new());
        }
        insta::assert_snapshot!(format!("rules_{format}"), text);
    }
    let rule = catalogue::explain_rule(&orders::WILDCARD_ACTION.facts(), &options);
    insta::assert_snapshot!("explain_rule", rule);
    let risk = finding::risk(4).unwrap();
    insta::assert_snapshot!(
        "explain_risk",
        catalogue::explain_risk(risk, &orders::facts(), &options)
    );
}

#[test]
fn the_checklist_is_drawn_in_every_format() {
    let (sources, [template, ..]) = orders::sources();
    let item = |group: &str, title: &str| ChecklistItem {
        group: group.to_owned(),
        title: title.to_owned(),
    };
    let cell = |verdict| Cell { verdict, ..Cell::default() };
    let failed = Cell {
        verdict: Verdict::Fail,
        rules: vec![orders::WILDCARD_ACTION.id.into()],
        place: Some(orders::place(template, 11, 23, 35)),
        note: "every action of `dynamodb`".to_owned(),
    };
    let unknown = Cell { note: "`Parameters.Trace` decides".to_owned(), ..Cell::default() };
    let checklist = Checklist {
        items: vec![
            item("Permissions", "The role names its actions"),
            item("Permissions", "The role names its resources"),
            item("Monitoring", "The function is traced"),
        ],
        rows: vec![
            ChecklistRow {
                function: "CreateOrder".to_owned(),
                cells: vec![failed, cell(Verdict::Pass), unknown],
            },
            // The last cell is missing: nobody looked, so it is not known.
            ChecklistRow {
                function: "AFunctionWithAVeryLongName".to_owned(),
                cells: vec![cell(Verdict::Pass), cell(Verdict::NotApplicable)],
            },
        ],
    };
    assert_eq!(checklist.count(Verdict::NotKnown), 2);
    let context = Context { sources: &sources, rule: &orders::rule };
    let options = TerminalOptions { width: 80, ..TerminalOptions::default() };
    for format in [TableFormat::Terminal, TableFormat::Json, TableFormat::Markdown] {
        let text = render_checklist(format, &checklist, &context, &options);
        if format == TableFormat::Json {
            let schema = include_str!("../../../docs/schemas/faasguard-checklist-1.schema.json");
            assert_eq!(errors(schema, &text), Vec::<String>::new());
        }
        insta::assert_snapshot!(format!("checklist_{format}"), text);
    }
}

/// Three flaws of one package, of which one upgrade mends all, and one of another package.
fn flaws() -> (Sources, Report) {
    let sources = Sources::default();
    let file = sources.add("requirements.txt", "django==2.2.0\nidna==2.0\n");
    let flaw = |line, package: &str, severity, id: &str| {
        Finding::new(
            orders::WILDCARD_ACTION.id,
            severity,
            Confidence::High,
            orders::place(file, line, 1, 7),
            format!("`{package}` has the known flaw `{id}`"),
        )
        .component(format!("pkg:pypi/{package}@2"), Some("3".to_owned()))
        .advisories(vec![id.to_owned()])
        .fix(format!("Upgrade `{package}` to 3"))
    };
    let report = Report {
        findings: vec![
            flaw(1, "django", Severity::Medium, "GHSA-b"),
            flaw(1, "django", Severity::High, "GHSA-a"),
            flaw(1, "django", Severity::Medium, "GHSA-c"),
            flaw(2, "idna", Severity::Medium, "GHSA-d"),
        ],
        ..Report::default()
    };
    (sources, report)
}

#[test]
fn the_flaws_that_one_upgrade_mends_are_one_entry_for_people() {
    let (sources, report) = flaws();
    let context = Context { sources: &sources, rule: &orders::rule };
    let text = render(Format::Terminal, &report, &context, &TerminalOptions::default());
    assert_eq!(text.matches("has the known flaw").count(), 2, "{text}");
    assert!(text.contains("also  2 more known flaws: 2 medium (GHSA-b, GHSA-c)"), "{text}");
    assert!(text.contains("`idna` has the known flaw `GHSA-d`"), "{text}");
    let verbose = TerminalOptions { verbose: true, ..TerminalOptions::default() };
    let text = render(Format::Terminal, &report, &context, &verbose);
    assert_eq!(text.matches("has the known flaw").count(), 4, "{text}");
    let json = render(Format::Json, &report, &context, &verbose);
    let json: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["findings"].as_array().unwrap().len(), 4);
}
