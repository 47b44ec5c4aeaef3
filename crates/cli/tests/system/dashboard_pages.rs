//! The dashboard in a browser: pages, keys, colours; nothing leaves the loopback.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::json;

use crate::{browser::Browser, dashboard::Dashboard, folder::Folder, page::browser};

const ORDERS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/orders");

/// A file of a collector: two traces of three functions, over HTTP and a queue.
const COLLECTED: &[u8] = include_bytes!("../../../call_chains/tests/data/orders.framed.pb");

/// Pictures for people to look at, where they ask for them.
pub(crate) fn keep_picture(browser: &mut Browser, name: &str) {
    if let Some(folder) = std::env::var_os("FAASGUARD_PICTURES") {
        let picture = STANDARD.decode(browser.picture()).unwrap();
        let path = std::path::PathBuf::from(folder).join(format!("dash-{name}.png"));
        std::fs::write(path, picture).unwrap();
    }
}

/// Nothing went wrong, and nothing was asked of anybody else.
fn is_quiet(browser: &mut Browser, dashboard: &Dashboard, what: &str) {
    assert_eq!(browser.faults(), Vec::<String>::new(), "{what}");
    let own = format!("http://{}/", dashboard.host);
    for address in browser.requests() {
        assert!(address.starts_with(&own) || address.starts_with("data:"), "{what}: {address}");
    }
}

/// Everything that can be given.
fn inputs() -> Folder {
    let mut alerts = String::new();
    for at in 0..40 {
        let level = ["low", "medium", "high", "critical"][at % 4];
        let alert = json!({
            "rule_id": format!("r{at}"), "rule": format!("Credentials of a function used outside {at}"), "level": level,
            "event_id": at.to_string(), "time": format!("2026-01-31T{:02}:{:02}:00Z", 8 + at / 8, at),
            "actor": "arn:aws:sts::111122223333:assumed-role/CreateOrderRole/CreateOrder", "event_name": "GetSecretValue",
            "function": "CreateOrder", "incident": format!("inc-{}", at / 10), "techniques": ["T1078.004"],
            "explanation": "`sourceIPAddress` is not where the key came from",
        });
        alerts += &format!("{alert}\n");
    }
    let mut guard = String::new();
    for at in 0..30 {
        let kind = ["event-blocked", "event-flagged", "egress-denied", "log-redacted"][at % 4];
        let line = json!({
            "faasguard": "event", "kind": kind, "class": if at % 4 < 2 { "sql" } else { "none" }, "request_id": format!("r-{at}"),
            "function": "CreateOrder", "detail": "`body.customer` holds SQL", "mode": "block",
        });
        guard += &format!("2026-01-31T10:{at:02}:00.000Z {line}\n");
    }
    let mut series = "timestamp,value\n".to_owned();
    for at in 0..600 {
        let value = if at == 500 { 900 } else { 100 + at % 7 };
        series += &format!("{},{value}\n", 1_769_800_000 + at * 300);
    }
    let traces: Vec<String> = (0..12).map(trace).collect();
    Folder::new()
        .file("alerts.jsonl", alerts)
        .file("guard/CreateOrder.log", guard)
        .file("metrics/errors.csv", series)
        .file("traces/x.jsonl", traces.join("\n"))
        .file("traces/collector.pb", COLLECTED)
}

fn trace(at: u32) -> String {
    let start = 1_769_853_600.0 + f64::from(at) * 60.0;
    let id = format!("1-{:08x}-{:024x}", 1_769_853_600 + at * 60, at);
    let fails = at.is_multiple_of(4);
    let create = json!({
        "trace_id": id, "id": "aa00000000000001", "name": "CreateOrder", "origin": "AWS::Lambda::Function",
        "start_time": start, "end_time": start + 0.9, "fault": fails,
        "subsegments": [
            {"id": "ab00000000000001", "name": "DynamoDB", "namespace": "aws", "start_time": start + 0.1, "end_time": start + 0.2,
             "aws": {"operation": "PutItem", "table_name": "Orders"}},
            {"id": "ac00000000000001", "name": "Lambda", "namespace": "aws", "start_time": start + 0.25, "end_time": start + 0.85,
             "fault": fails, "aws": {"operation": "Invoke", "function_name": "ChargeCard"}},
        ],
    });
    let charge = json!({
        "trace_id": id, "id": "ba00000000000001", "parent_id": "ac00000000000001", "name": "ChargeCard",
        "origin": "AWS::Lambda::Function", "start_time": start + 0.3, "end_time": start + 0.8, "fault": fails,
        "cause": {"exceptions": [{"type": "KeyError", "message": "amount"}]},
    });
    format!("{create}\n{charge}")
}

const EVERYTHING: [&str; 9] = [
    ORDERS,
    "--alerts",
    "alerts.jsonl",
    "--guard",
    "guard",
    "--metrics",
    "metrics",
    "--traces",
    "traces",
];

const PAGES: [(&str, &str, &str); 12] = [
    ("overview", "/", ".card"),
    ("functions", "/functions", "table.rows a"),
    ("findings", "/findings", "table.rows .pill"),
    ("graph", "/graph", ".picture .node"),
    ("permissions", "/permissions", "table.rows a"),
    ("packages", "/packages", ".notice"),
    ("checklist", "/checklist", "details table"),
    ("guard", "/guard", ".timeline circle"),
    ("alerts", "/alerts", ".timeline circle"),
    ("metrics", "/metrics", "img.plot"),
    ("chains", "/chains", "table.rows .danger"),
    ("inputs", "/inputs", "table td"),
];

/// Texts of a page, in HTML and in pictures, that have less contrast to what they stand on than WCAG AA asks for.
const FAINT: &str = r"(() => {
  const parts = (colour) => (colour.match(/[\d.]+/g) ?? []).map(Number);
  const luminance = (colour) => {
    const [r, g, b] = parts(colour).slice(0, 3).map((it) => {
      const part = it / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const groundOf = (it) => {
    const node = it.closest('.node');
    if (node) {
      const name = it.classList.contains('badge') ? '.badge-ground' : '.box';
      return getComputedStyle(node.querySelector(name)).fill;
    }
    for (let at = it; at; at = at.parentElement) {
      const colour = getComputedStyle(at).backgroundColor;
      const alpha = parts(colour)[3] ?? 1;
      if (alpha > 0) return alpha === 1 ? colour : `half seen: ${colour}`;
    }
    return 'rgb(255, 255, 255)';
  };
  const own = (it) => [...it.childNodes].some((part) => part.nodeType === 3 && part.textContent.trim());
  const shown = [...document.body.querySelectorAll('*')].filter((it) => own(it) && it.checkVisibility() && it.tagName !== 'title');
  const faint = shown.flatMap((it) => {
    const style = getComputedStyle(it);
    const ink = it instanceof SVGElement ? style.fill : style.color;
    const ground = groundOf(it);
    const [one, other] = [luminance(ink) + 0.05, luminance(ground) + 0.05];
    const contrast = Math.max(one, other) / Math.min(one, other);
    const size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    return contrast >= (large ? 3 : 4.5) ? [] : [`${it.tagName}.${it.getAttribute('class')} '${it.textContent.trim().slice(0, 30)}' ${ink} on ${ground}`];
  });
  return [shown.length, ...new Set(faint)];
})()";

#[test]
fn every_page_is_drawn_without_a_fault_in_both_colours() {
    let Some(mut browser) = browser() else { return };
    let folder = inputs();
    let dashboard = Dashboard::start(&folder.path(""), &EVERYTHING);
    browser.open_address(&dashboard.address());
    assert_eq!(browser.ask("location.pathname + location.search"), "/");
    is_quiet(&mut browser, &dashboard, "welcome");
    let grounds = ["light", "dark"].map(|theme| {
        browser.ask(&format!("localStorage.setItem('theme', '{theme}')"));
        for (name, path, selector) in PAGES {
            browser.open_address(&format!("http://{}{path}", dashboard.host));
            let count = browser.ask(&format!("document.querySelectorAll({selector:?}).length"));
            assert!(count.as_u64().unwrap() > 0, "{name}: {selector}");
            // What names things for those who do not see the page is there.
            assert_eq!(browser.ask("document.querySelectorAll('h1').length"), 1, "{name}");
            assert_eq!(browser.ask("document.querySelectorAll('main').length"), 1, "{name}");
            let unnamed = "[...document.querySelectorAll('a, button, select, input:not([type=hidden])')].filter((it) => \
                           !(it.textContent.trim() || it.ariaLabel || it.labels?.length)).length";
            assert_eq!(browser.ask(unnamed), 0, "{name}");
            let wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth";
            assert_eq!(browser.ask(wide), 0, "{name} is wider than the window");
            browser.ask("document.querySelectorAll('details').forEach((it) => { it.open = true; })");
            let texts = browser.ask(FAINT);
            assert!(texts[0].as_u64().unwrap() > 15, "{name}: {texts}");
            assert_eq!(texts.as_array().unwrap().len(), 1, "{name}, {theme}: {texts:#}");
            is_quiet(&mut browser, &dashboard, name);
            keep_picture(&mut browser, &format!("{name}-{theme}"));
        }
        // What is too faint is found.
        browser.ask("document.querySelector('h1').style.color = getComputedStyle(document.body).backgroundColor");
        assert_eq!(browser.ask(FAINT).as_array().unwrap().len(), 2);
        browser.ask("getComputedStyle(document.body).backgroundColor")
    });
    assert_ne!(grounds[0], grounds[1]);
    browser.open_address(&format!("http://{}/metrics", dashboard.host));
    browser.wait_for("document.querySelector('img.plot').naturalWidth > 0");
}

/// Landmarks that each page has once, by their roles.
const LANDMARKS: [&str; 4] = ["banner", "contentinfo", "main", "navigation"];

#[test]
fn pages_are_told_whole_to_those_who_do_not_see_them() {
    let Some(mut browser) = browser() else { return };
    let folder = inputs();
    let dashboard = Dashboard::start(&folder.path(""), &EVERYTHING);
    browser.open_address(&dashboard.address());
    browser.call("Accessibility.enable", &json!({}));
    for (name, path, _) in PAGES {
        browser.open_address(&format!("http://{}{path}", dashboard.host));
        let tree = browser.call("Accessibility.getFullAXTree", &json!({}));
        let nodes: Vec<_> =
            tree["nodes"].as_array().unwrap().iter().filter(|it| it["ignored"] != true).collect();
        let role = |it: &serde_json::Value| it["role"]["value"].as_str().unwrap_or("").to_owned();
        let name_of =
            |it: &serde_json::Value| it["name"]["value"].as_str().unwrap_or("").to_owned();
        for landmark in LANDMARKS {
            let found = nodes.iter().filter(|it| role(it) == landmark).count();
            let most = if landmark == "navigation" { 2 } else { 1 };
            assert!((1..=most).contains(&found), "{name}: {found} {landmark}");
        }
        for node in &nodes {
            let role = role(node);
            let is_named = ["link", "button", "combobox", "searchbox", "textbox", "image", "img"];
            if is_named.contains(&role.as_str()) {
                assert!(!name_of(node).trim().is_empty(), "{name}: {role} without a name: {node}");
            }
        }
        // Headings go down one level at a time, from the one of the page.
        let levels = browser.ask(
            "[...document.querySelectorAll('h1, h2, h3, h4')].map((it) => Number(it.tagName[1]))",
        );
        let levels: Vec<u64> =
            levels.as_array().unwrap().iter().map(|it| it.as_u64().unwrap()).collect();
        assert_eq!(levels[0], 1, "{name}");
        assert!(levels.windows(2).all(|it| it[1] <= it[0] + 1), "{name}: {levels:?}");
    }
}

#[test]
fn keys_go_through_a_page_in_the_order_in_which_it_is_read() {
    let Some(mut browser) = browser() else { return };
    let folder = inputs();
    let dashboard = Dashboard::start(&folder.path(""), &EVERYTHING);
    browser.open_address(&dashboard.address());
    for (name, path, _) in PAGES {
        browser.open_address(&format!("http://{}{path}", dashboard.host));
        assert_eq!(browser.ask("document.querySelectorAll('[tabindex]:not([tabindex=\"0\"], [tabindex=\"-1\"])').length"), 0, "{name}");
        let stop = "(() => { const it = document.activeElement; const all = [...document.querySelectorAll('*')]; \
                    const style = getComputedStyle(it); \
                    return [all.indexOf(it), it.textContent.trim(), style.outlineStyle !== 'none' || style.outlineWidth !== '0px']; })()";
        let mut last = -1;
        for at in 0..25 {
            browser.tab();
            let found = browser.ask(stop);
            let order = found[0].as_i64().unwrap();
            assert!(order > last, "{name}, {at}: {found} comes after number {last}");
            assert_eq!(found[2], true, "{name}, {at}: {found} has no outline");
            if at == 0 {
                assert_eq!(found[1], "To the content", "{name}");
            }
            last = order;
            // Behind the last one the browser's own controls follow.
            let rest = "[...document.querySelectorAll('a[href], button, input, select, summary, [tabindex=\"0\"]')].at(-1) === document.activeElement";
            if browser.ask(rest) == true {
                break;
            }
        }
    }
    // The first link leads behind the menu.
    browser.open_address(&format!("http://{}/findings", dashboard.host));
    browser.tab();
    browser.press("Enter");
    browser.wait_for("location.hash === '#main'");
    browser.tab();
    assert_eq!(
        browser.ask("document.querySelector('main').contains(document.activeElement)"),
        true
    );
}

#[test]
fn a_person_follows_a_finding_by_pointer_and_keys() {
    let Some(mut browser) = browser() else { return };
    let folder = inputs();
    let dashboard = Dashboard::start(&folder.path(""), &EVERYTHING);
    browser.open_address(&dashboard.address());
    let visit = |browser: &mut Browser, selector: &str, wait: &str| {
        browser.click(selector);
        browser.arrive(wait);
    };
    visit(&mut browser, "a.card.s3", "location.search.includes('severity=critical')");
    let pills = "[...new Set([...document.querySelectorAll('td .pill')].map((it) => it.textContent))].join()";
    assert_eq!(browser.ask(pills), "critical");
    browser.press("/");
    assert_eq!(browser.ask("document.activeElement.id"), "text");
    browser.write("command-injection");
    browser.press("Enter");
    browser.arrive("location.search.includes('text=command-injection')");
    browser.press("j");
    assert_eq!(browser.ask("document.activeElement.className"), "message");
    browser.press("Enter");
    browser.arrive("document.querySelector('.steps') !== null");
    keep_picture(&mut browser, "finding");
    let marked = browser.ask("document.querySelector('pre.code mark').textContent");
    assert!(marked.as_str().unwrap().contains("subprocess.run"), "{marked}");
    assert!(browser.ask("document.querySelectorAll('.steps li').length").as_u64().unwrap() > 3);
    assert_eq!(browser.ask("document.querySelector('.hops li').textContent"), "internet");
    visit(
        &mut browser,
        "a[href^='/graph?function=']",
        "document.querySelector('.node.chosen') !== null",
    );
    assert!(browser.ask("document.querySelectorAll('.edge.danger').length").as_u64().unwrap() > 0);
    assert!(browser.ask("document.querySelectorAll('.edge.seen').length").as_u64().unwrap() > 0);
    keep_picture(&mut browser, "graph-one");
    let width = "Number(document.querySelector('.picture svg').getAttribute('width'))";
    let before = browser.ask(width).as_f64().unwrap();
    browser.ask("document.querySelector('.picture').focus()");
    browser.press("+");
    assert!(browser.ask(width).as_f64().unwrap() > before);
    let card = ".node.chosen";
    visit(&mut browser, card, "location.pathname === '/functions'");
    visit(
        &mut browser,
        "a[href^='/permissions?function=']",
        "document.querySelector('pre.code .minus') !== null",
    );
    keep_picture(&mut browser, "permission");
    let change = "location.search.includes('template=') && document.querySelector('pre.code .plus') !== null";
    visit(&mut browser, "a[href^='/permissions?template=']", change);
    let lines = browser.ask(
        "[...document.querySelectorAll('pre.code .minus')].map((it) => it.textContent).join('\\n')",
    );
    assert!(lines.as_str().unwrap().contains("dynamodb:*"), "{lines}");
    let said = browser.ask("document.querySelector('main').textContent");
    assert!(
        said.as_str().unwrap().contains("CreateOrder: its policy would be written anew"),
        "{said}"
    );
    keep_picture(&mut browser, "writes");
    browser.open_address(&format!("http://{}/chains?with=error", dashboard.host));
    visit(
        &mut browser,
        "a[href^='/chains?trace=']",
        "document.querySelector('.span.origin') !== null",
    );
    let said = browser.ask("document.querySelector('.notice').textContent");
    assert!(said.as_str().unwrap().contains("ChargeCard"), "{said}");
    assert!(said.as_str().unwrap().contains("KeyError: amount"), "{said}");
    keep_picture(&mut browser, "chain");
    let ground = "getComputedStyle(document.body).backgroundColor";
    let before = browser.ask(ground);
    browser.click("#theme");
    assert_ne!(browser.ask(ground), before);
    is_quiet(&mut browser, &dashboard, "all of it");
}

#[test]
fn three_functions_over_http_and_a_queue_are_laid_over_the_graph() {
    let Some(mut browser) = browser() else { return };
    let folder = Folder::new().file("traces/collector.pb", COLLECTED);
    let dashboard = Dashboard::start(&folder.path(""), &[ORDERS, "--traces", "traces"]);
    browser.open_address(&dashboard.address());
    for theme in ["light", "dark"] {
        browser.ask(&format!("localStorage.setItem('theme', '{theme}')"));
        let address =
            format!("http://{}/chains?trace=101112131415161718191a1b1c1d1e1f", dashboard.host);
        browser.open_address(&address);
        let said = browser.ask("document.querySelector('.notice').textContent");
        assert!(said.as_str().unwrap().contains("ShipOrder: fault, KeyError: address"), "{said}");
        keep_picture(&mut browser, &format!("queue-{theme}"));
        // Back over the queue to the trace of the one who sent the message.
        browser.click("main a[href^='/chains?trace=']");
        browser.arrive("document.querySelectorAll('.span').length === 5");
        let functions = "[...new Set([...document.querySelectorAll('td:nth-child(2) a')].map((it) => it.textContent))].join()";
        assert_eq!(browser.ask(functions), "CreateOrder,ChargeCard");
        keep_picture(&mut browser, &format!("http-{theme}"));
        browser.open_address(&format!("http://{}/graph?function=CreateOrder", dashboard.host));
        let seen = browser.ask("document.querySelectorAll('.edge.seen').length").as_u64().unwrap();
        // ChargeCard, ShipOrder, the table, the queue.
        assert_eq!(seen, 4);
        let labels = browser.ask("document.querySelector('.picture').textContent");
        assert!(labels.as_str().unwrap().contains("1 call, 1 failed"), "{labels}");
        keep_picture(&mut browser, &format!("laid-{theme}"));
        is_quiet(&mut browser, &dashboard, theme);
    }
}

#[test]
fn hostile_names_stay_text_on_every_page() {
    let Some(mut browser) = browser() else { return };
    let bait = r#""><script>document.title="stolen"</script><img src=x onerror=alert(1)>"#;
    let place = json!({"file": bait, "line": 1, "column": 1, "end_line": 1, "end_column": 2});
    let scan = json!({
        "schema": "faasguard-scan/1", "root": bait, "tool": {"version": bait},
        "functions": [{"name": bait, "runtime": bait, "role": bait, "place": place,
                       "triggers": [{"kind": bait, "route": bait, "exposure": "internet", "auth": "none"}]}],
        "findings": [{"rule": bait, "name": bait, "severity": "high", "message": bait, "function": bait, "place": place,
                      "path": [bait, bait], "component": {"purl": bait}, "trace": [{"place": place, "note": bait}]}],
    });
    let graph = json!({
        "schema": "faasguard-graph/1",
        "nodes": [{"id": bait, "label": bait, "kind": "function", "risk": "high"}],
        "edges": [{"from": bait, "to": bait, "label": bait, "danger": true}],
    });
    let alert = json!({"rule_id": bait, "rule": bait, "level": "high", "event_name": bait, "actor": bait, "function": bait,
                       "incident": bait, "time": bait, "explanation": bait});
    let segment = json!({"trace_id": bait, "id": bait, "name": bait, "start_time": 1.0, "end_time": 2.0, "fault": true,
                         "origin": "AWS::Lambda::Function"});
    let folder = Folder::new()
        .file("scan.json", scan.to_string())
        .file("graph.json", graph.to_string())
        .file("alerts.jsonl", alert.to_string())
        .file("traces.json", segment.to_string());
    let arguments = [
        "--scan",
        "scan.json",
        "--scan",
        "graph.json",
        "--alerts",
        "alerts.jsonl",
        "--traces",
        "traces.json",
    ];
    let dashboard = Dashboard::start(&folder.path(""), &arguments);
    browser.open_address(&dashboard.address());
    let mut paths: Vec<String> = PAGES.iter().map(|(_, path, _)| (*path).to_owned()).collect();
    paths.push("/findings?n=0".to_owned());
    let encoded: String = bait.bytes().map(|byte| format!("%{byte:02X}")).collect();
    for name in [
        "/functions?name=",
        "/graph?function=",
        "/packages?purl=",
        "/findings?text=",
        "/alerts?incident=",
    ] {
        paths.push(format!("{name}{encoded}"));
    }
    for path in paths {
        browser.open_address(&format!("http://{}{path}", dashboard.host));
        assert_eq!(browser.ask("document.querySelectorAll('script').length"), 1, "{path}");
        let pictures = "[...document.querySelectorAll('img')].filter((it) => !it.getAttribute('src').startsWith('/')).length";
        assert_eq!(browser.ask(pictures), 0, "{path}");
        assert_ne!(browser.ask("document.title"), "stolen", "{path}");
        is_quiet(&mut browser, &dashboard, &path);
    }
}
