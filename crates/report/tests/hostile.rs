//! No text of an input does anything but stand there, in no format.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod orders;

use finding::{Component, ComponentReach, Finding, Fix, Hop, Secret, Suppressed};
use proptest::prelude::*;
use pulldown_cmark::{Event, Options, Parser, Tag};
use report::{
    Cell, Checklist, ChecklistItem, ChecklistRow, Context, Format, FunctionRow, Report, Summary,
    TableFormat, TerminalOptions, TriggerRow, UnusedSuppression, Vex, Vulndb, render,
    render_checklist,
};
use source_text::{Diagnostic, Place, Sources};

/// What was seen of a finding, in hostile words.
fn evidence(text: &str) -> finding::Evidence {
    finding::Evidence {
        kind: finding::EvidenceKind::Blocked,
        text: text.to_owned(),
        count: Some(1),
        first: Some(text.to_owned()),
        last: Some(text.to_owned()),
        source: "guard",
    }
}

/// A finding of an earlier result, in hostile words.
fn closed(text: &str) -> finding::Closed {
    let own = || text.to_owned();
    finding::Closed {
        rule: own(),
        name: own(),
        severity: own(),
        message: own(),
        function: Some(own()),
        file: own(),
        line: 1,
        fingerprint: own(),
        since: Some(own()),
    }
}

/// A report in which every text is `text`, on a file whose path and content are `text`, too.
fn hostile(text: &str) -> (Sources, Report) {
    let sources = Sources::default();
    let file = sources.add(text, text);
    let place = orders::place(file, 1, 1, 4);
    let own = || text.to_owned();
    let finding = Finding {
        function: Some(own()),
        resource: Some(own()),
        property: Some(own()),
        when: Some(own()),
        trace: vec![Hop { place, note: own() }],
        path: vec![own(), own()],
        component: Some(Component {
            purl: own(),
            fixed: Some(own()),
            reach: ComponentReach::Called,
        }),
        advisories: vec![own(), own()],
        evidence: vec![evidence(text)],
        fix: Some(Fix { description: own(), safe: false, edits: Vec::new() }),
        ..Finding::new(
            orders::WILDCARD_ACTION.id,
            finding::Severity::High,
            finding::Confidence::High,
            place,
            text,
        )
    };
    let secret = Some(Secret { kind: own(), hash: own(), preview: own(), commits: None });
    let place_below = Place { line: 2, end_line: 2, ..place };
    let secret = Finding { secret, place: place_below, ..finding.clone() };
    let suppressed = Some(Suppressed { source: own(), reason: Some(own()), until: Some(own()) });
    let suppressed = Finding { suppressed, ..finding.clone() };
    let findings = vec![finding, secret, suppressed];
    let trigger = TriggerRow { kind: own(), route: Some(own()), exposure: own(), auth: own() };
    let row = FunctionRow {
        name: own(),
        runtime: Some(own()),
        handler: Some(own()),
        code: Some(own()),
        role: Some(own()),
        triggers: vec![trigger],
        place,
    };
    let judged = vex::Judged {
        ids: vec![own(), own()],
        purl: own(),
        status: vex::Status::Affected { action: Some(own()) },
        notes: Some(own()),
        time: None,
    };
    let report = Report {
        tool_version: "0.1.0".to_owned(),
        root: own(),
        summary: Summary { files_scanned: 1, ..Summary::default() }.count(&findings),
        vulndb: Some(Vulndb { date: own(), sha256: own(), advisories: 1 }),
        functions: vec![row],
        findings,
        diagnostics: vec![Diagnostic::error(place, text), Diagnostic::warning(place, text)],
        closed: Some(vec![closed(text)]),
        unused_suppressions: vec![UnusedSuppression { place, rule: own(), reason: own() }],
        vex: Vex { application: own(), time: own(), judged: vec![judged] },
        surroundings: report::Surroundings {
            time: own(),
            account: "111122223333".to_owned(),
            region: "eu-west-1".to_owned(),
            folder: own(),
        },
        graph: graph(text),
    };
    (sources, report)
}

fn graph(text: &str) -> report::Graph {
    let node = |id: &str, kind| report::GraphNode {
        id: id.to_owned(),
        label: text.to_owned(),
        kind,
        risk: Some(finding::Severity::High),
        note: Some(report::GraphNote { text: text.to_owned(), is_bad: true }),
    };
    let edge = report::GraphEdge {
        from: "a".to_owned(),
        to: "b".to_owned(),
        label: text.to_owned(),
        danger: true,
    };
    report::Graph {
        title: text.to_owned(),
        nodes: vec![node("a", report::NodeKind::Trigger), node("b", report::NodeKind::Function)],
        edges: vec![edge],
        columns: Vec::new(),
    }
}

fn drawn(text: &str, format: Format, options: &TerminalOptions) -> String {
    let (sources, report) = hostile(text);
    render(format, &report, &Context { sources: &sources, rule: &orders::rule }, options)
}

fn checklist(text: &str, format: TableFormat) -> String {
    let sources = Sources::default();
    let file = sources.add(text, text);
    let cell = Cell {
        verdict: report::Verdict::Fail,
        rules: vec![orders::WILDCARD_ACTION.id.into()],
        place: Some(orders::place(file, 1, 1, 2)),
        note: text.to_owned(),
    };
    let table = Checklist {
        items: vec![ChecklistItem { group: text.to_owned(), title: text.to_owned() }],
        rows: vec![ChecklistRow { function: text.to_owned(), cells: vec![cell] }],
    };
    let context = Context { sources: &sources, rule: &orders::rule };
    render_checklist(format, &table, &context, &TerminalOptions::default())
}

/// Whether a terminal would obey a character or a reader not see it.
fn is_obeyed(c: char) -> bool {
    (c.is_control() && c != '\n')
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Removes our own colours: `ESC [ digits and semicolons m`.
fn without_colours(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("\u{1b}[") {
        out.push_str(before);
        let end = after.find(|c: char| !c.is_ascii_digit() && c != ';').unwrap();
        rest = after.get(end..).unwrap().strip_prefix('m').unwrap();
    }
    out + rest
}

/// Text with what breaks out of things: controls, marks of Markdown, XML, shells, wide characters.
fn nasty() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "a",
        "Orders",
        " ",
        "\n",
        "\r\n",
        "\t",
        "\u{1b}[31m",
        "\u{1b}]8;;http://x\u{7}",
        "\u{9b}2J",
        "\u{0}",
        "\u{7f}",
        "\u{85}",
        "\u{202e}",
        "\u{2066}",
        "\u{200b}",
        "\u{2028}",
        "\u{feff}",
        "`",
        "``",
        "```",
        "|",
        "\\",
        "[x](http://e.x)",
        "![i](//e.x)",
        "<script>",
        "</summary>",
        "</details>",
        "<!--",
        "-->",
        "]]>",
        "&amp;",
        "&",
        "\"",
        "'",
        "@team",
        "#12",
        "www.e.x",
        "https://e.x",
        "mailto:a@b.c",
        "* ",
        "- ",
        "1. ",
        "# ",
        "> ",
        "~~",
        "**",
        "__",
        "$x$",
        "{0}",
        "注文",
        "e\u{301}",
        "👩‍💻",
        "\u{fffe}",
        "\u{e0001}",
        "%41",
        "../",
        ":",
        "=",
        "\u{ad}",
    ]);
    prop::collection::vec(pieces, 0..14).prop_map(|pieces| pieces.concat())
}

/// What a Markdown reader makes of a page, other than what we put there.
fn foreign_markdown(page: &str) -> Vec<String> {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_MATH
        | Options::ENABLE_GFM;
    let ours = ["<details>", "</details>", "<code>", "</code>", "<span>", "</span>"];
    Parser::new_ext(page, options)
        .filter(|event| match event {
            Event::Start(tag) => !matches!(
                tag,
                Tag::Paragraph
                    | Tag::Heading { .. }
                    | Tag::HtmlBlock
                    | Tag::List(None)
                    | Tag::Item
                    | Tag::Strong
                    | Tag::Table(_)
                    | Tag::TableHead
                    | Tag::TableRow
                    | Tag::TableCell
            ),
            Event::FootnoteReference(_)
            | Event::InlineMath(_)
            | Event::DisplayMath(_)
            | Event::TaskListMarker(_)
            | Event::HardBreak
            | Event::Rule => true,
            Event::InlineHtml(html) => !ours.contains(&&**html),
            // The reader hands over the line of the summary whole; its texts are escaped as XML.
            Event::Html(html) => {
                let known = ["<details>", "</details>", "<summary>", "</summary>", "<code>"];
                let rest = known
                    .into_iter()
                    .chain(["</code>"])
                    .fold(html.to_string(), |it, tag| it.replacen(tag, "", 1));
                rest.contains('<')
            }
            _ => false,
        })
        .map(|event| format!("{event:?}"))
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_terminal_is_never_commanded(text in nasty(), width in 0_usize..150, verbose: bool) {
        let options = TerminalOptions { colour: false, width, verbose };
        let plain = drawn(&text, Format::Terminal, &options);
        prop_assert!(!plain.contains(is_obeyed), "{plain:?}");
        let coloured = drawn(&text, Format::Terminal, &TerminalOptions { colour: true, ..options });
        prop_assert_eq!(without_colours(&coloured), plain);
        for format in [TableFormat::Terminal, TableFormat::Json, TableFormat::Markdown] {
            let table = checklist(&text, format);
            prop_assert!(!table.contains(is_obeyed), "{table:?}");
        }
    }

    #[test]
    fn no_line_is_wider_than_the_terminal(text in nasty(), width in 40_usize..150) {
        let options = TerminalOptions { colour: false, width, verbose: true };
        for line in drawn(&text, Format::Terminal, &options).lines() {
            let columns: usize = line.chars().filter_map(unicode_width::UnicodeWidthChar::width).sum();
            prop_assert!(columns <= width, "{columns} > {width}: {line:?}");
        }
    }

    #[test]
    fn programs_read_back_what_was_said(text in nasty()) {
        for format in [Format::Json, Format::Sarif, Format::OpenVex, Format::CycloneDxVex] {
            let result = drawn(&text, format, &TerminalOptions::default());
            prop_assert!(!result.contains(is_obeyed), "{result:?}");
            let json: serde_json::Value = serde_json::from_str(&result).unwrap();
            if format == Format::Json {
                prop_assert_eq!(&json["findings"][0]["message"], &text);
                prop_assert_eq!(&json["findings"][0]["place"]["file"], &text);
            }
        }
    }

    #[test]
    fn other_services_read_back_what_was_said(text in nasty()) {
        for format in [Format::GitLab, Format::Asff] {
            let result = drawn(&text, format, &TerminalOptions::default());
            prop_assert!(!result.contains(is_obeyed), "{result:?}");
            let json: serde_json::Value = serde_json::from_str(&result).unwrap();
            prop_assert!(!json.as_array().unwrap().is_empty());
        }
        for format in [Format::OcsfCompliance, Format::OcsfDetection] {
            let result = drawn(&text, format, &TerminalOptions::default());
            prop_assert!(!result.contains(is_obeyed), "{result:?}");
            for line in result.lines() {
                let event: serde_json::Value = serde_json::from_str(line).unwrap();
                prop_assert_eq!(ocsf::schema::faults(&event), [], "{}", line);
            }
            prop_assert_eq!(result.lines().count(), 3);
        }
    }

    #[test]
    fn a_runner_is_commanded_by_us_alone(text in nasty()) {
        let log = drawn(&text, Format::GitHub, &TerminalOptions::default());
        prop_assert!(!log.contains(is_obeyed), "{log:?}");
        for line in log.lines() {
            let Some(command) = line.strip_prefix("::") else {
                prop_assert!(line.starts_with("faasguard: "), "{line}");
                continue;
            };
            // As the runner reads it: the name, properties up to the next `::`, the text behind it.
            let (head, _) = command.split_once("::").unwrap();
            let (name, properties) = head.split_once(' ').unwrap();
            prop_assert!(["error", "warning", "notice"].contains(&name), "{line}");
            let names: Vec<_> =
                properties.split(',').map(|it| it.split_once('=').unwrap().0).collect();
            let known = ["file", "line", "col", "endColumn", "endLine", "title"];
            prop_assert!(names.iter().all(|it| known.contains(it)), "{line}");
        }
    }

    #[test]
    fn a_page_holds_no_element_of_others(text in nasty()) {
        let page = drawn(&text, Format::Html, &TerminalOptions::default());
        prop_assert!(!page.contains(is_obeyed), "{page:?}");
        let plain = drawn("a", Format::Html, &TerminalOptions::default());
        prop_assert_eq!(tags(&page), tags(&plain));
        let (_, data) = page.split_once("id=\"data\">").unwrap();
        let (data, _) = data.split_once("</script>").unwrap();
        prop_assert!(serde_json::from_str::<serde_json::Value>(data).is_ok());
    }

    #[test]
    fn xml_stays_well_formed(text in nasty()) {
        let xml = drawn(&text, Format::Junit, &TerminalOptions::default());
        prop_assert!(!xml.contains(is_obeyed), "{xml:?}");
        let tree = roxmltree::Document::parse(&xml);
        prop_assert!(tree.is_ok(), "{tree:?} {xml}");
        let names = ["testsuites", "testsuite", "testcase", "failure", "error", "skipped"];
        let tree = tree.unwrap();
        let mut elements = tree.descendants().filter(roxmltree::Node::is_element);
        prop_assert!(elements.all(|it| names.contains(&it.tag_name().name())));
    }

    #[test]
    fn markdown_holds_no_markup_of_others(text in nasty()) {
        let page = drawn(&text, Format::Markdown, &TerminalOptions::default());
        prop_assert!(!page.contains(is_obeyed), "{page:?}");
        prop_assert_eq!(foreign_markdown(&page), Vec::<String>::new(), "{}", page);
        let table = checklist(&text, TableFormat::Markdown);
        prop_assert_eq!(foreign_markdown(&table), Vec::<String>::new(), "{}", table);
    }
}

/// Every `<` of a page with what follows it.
fn tags(page: &str) -> Vec<&str> {
    page.split('<').skip(1).map(|it| it.get(..6).unwrap_or(it)).collect()
}

#[test]
fn a_message_mentions_nobody_and_refers_to_nothing() {
    let text = "ask @team about #12 at https://e.x, www.e.x or a@b.c, GH-7 | `@in` ![x](y)";
    let page = drawn(text, Format::Markdown, &TerminalOptions::default());
    // Outside of code, as code hosts see it: references are resolved before they look.
    let mut code = 0;
    let prose: String = Parser::new_ext(&page, Options::ENABLE_TABLES)
        .filter_map(|event| match event {
            Event::Html(html) | Event::InlineHtml(html) => {
                code += i32::from(html.contains("<code>")) - i32::from(html.contains("</code>"));
                None
            }
            Event::Text(text) if code == 0 => Some(text.to_string()),
            _ => None,
        })
        .collect();
    for bait in ["@team", "#12", "://", "www.e", "a@b", "GH-7"] {
        assert!(!prose.contains(bait), "{bait} in {prose}");
    }
    assert!(
        prose.contains("ask @\u{200b}team about #\u{200b}12 at https:\u{200b}//e.x"),
        "{prose}"
    );
}

#[test]
fn a_bar_in_a_text_starts_no_cell() {
    let page = drawn("a | b `c | d` \\| e", Format::Markdown, &TerminalOptions::default());
    let rows: Vec<_> = page.lines().filter(|line| line.starts_with("| 🔴")).collect();
    assert_eq!(rows.len(), 2, "{page}");
    assert!(rows.iter().all(|row| row.matches('|').count() == 5), "{rows:?}");
}

#[test]
fn a_secret_on_a_line_is_never_drawn_for_any_finding() {
    let (sources, files) = orders::sources();
    let mut report = orders::report(files);
    let elsewhere = Finding::new(
        orders::NO_TRACING.id,
        finding::Severity::Low,
        finding::Confidence::High,
        orders::place(files[0], 7, 7, 18),
        "something else on the line of the secret",
    );
    report.findings.push(elsewhere);
    let context = Context { sources: &sources, rule: &orders::rule };
    for format in Format::names().map(|name| name.parse::<Format>().unwrap()) {
        let options = TerminalOptions { verbose: true, ..TerminalOptions::default() };
        let text = render(format, &report, &context, &options);
        assert!(!text.contains("AKIAIOSFODNN7EXAMPLE"), "{text}");
    }
}
