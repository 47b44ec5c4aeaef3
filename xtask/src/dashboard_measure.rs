//! `cargo xtask dashboard-measure [--program FILE] [--functions N] [--findings N] [--check]`: server time and weight of each
//! page of the dashboard over a made application.

use std::{
    fmt::Write as _,
    fs,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Instant,
};

use serde_json::json;

use crate::{Failure, Outcome, arguments::Arguments};

/// A page may take so long, in milliseconds.
const BUDGET_MS: f64 = 100.0;
/// Times that each page is asked for; the middle one counts.
const RUNS: usize = 9;

const PAGES: [&str; 40] = [
    "/",
    "/functions",
    "/functions?page=50",
    "/functions?exposure=open&sort=name",
    "/functions?text=function42",
    "/functions?name=Function42",
    "/findings",
    "/findings?page=1000",
    "/findings?severity=high&risk=SAS-4",
    "/findings?text=function4999",
    "/findings?text=nowhere",
    "/findings?evidence=seen-at-runtime&page=100",
    "/findings?n=77777",
    "/graph",
    "/graph?page=100",
    "/graph?function=Function42",
    "/permissions",
    "/permissions?function=Function42",
    "/packages",
    "/packages?purl=pkg%3Anpm%2Fpackage5%401.0.5",
    "/checklist",
    "/checklist?verdict=fail",
    "/guard",
    "/guard?kind=egress-denied&page=50",
    "/guard?text=customer",
    "/guard?text=nowhere",
    "/alerts",
    "/alerts?level=critical&page=20",
    "/alerts?incident=inc-42",
    "/alerts?text=nowhere",
    "/metrics",
    "/metrics?page=10",
    "/metrics/plot.svg?n=42",
    "/chains",
    "/chains?text=function42",
    "/chains?with=error&sort=time",
    "/chains?trace=00000007000000000000000000000007",
    "/chains?trace=0000ffff00000000000000000000ffff",
    "/lake",
    "/inputs",
];

pub(crate) fn run(arguments: &[String]) -> Outcome {
    let mut arguments = Arguments::new(arguments);
    let program = arguments.value("--program")?.map(PathBuf::from);
    let program = program.unwrap_or_else(|| PathBuf::from("target/release/faasguard"));
    let functions = usize::try_from(arguments.number("--functions")?.unwrap_or(5_000))?;
    let findings = usize::try_from(arguments.number("--findings")?.unwrap_or(100_000))?;
    let is_checked = arguments.flag("--check");
    arguments.finish()?;
    let folder = std::env::temp_dir().join(format!("faasguard-dashboard-{}", std::process::id()));
    fs::create_dir_all(&folder)?;
    let measured =
        write_inputs(&folder, functions, findings).and_then(|()| measure(&program, &folder));
    fs::remove_dir_all(&folder)?;
    let slowest = measured?;
    if is_checked && slowest > BUDGET_MS {
        return Err(format!("a page takes {slowest:.1} ms, more than {BUDGET_MS} ms").into());
    }
    Ok(())
}

/// The program, ended with the measurement.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn measure(program: &Path, folder: &Path) -> Result<f64, Failure> {
    let began = Instant::now();
    // A copy, beside which the companion of the lake is one that answers at once: pages are measured, not the lake.
    let copy = folder.join("faasguard");
    fs::copy(program, &copy).map_err(|it| format!("`{}`: {it}", program.display()))?;
    let mut command = Command::new(copy);
    command.arg("dashboard").current_dir(folder);
    for name in ["scan.json", "graph.json", "iam.json", "checklist.json"] {
        command.args(["--scan", name]);
    }
    command.args(["--alerts", "alerts.jsonl", "--guard", "guard.log", "--traces", "traces.jsonl"]);
    command.args(["--metrics", "metrics", "--lake", "lake"]);
    let child = command.stdout(Stdio::piped()).stderr(Stdio::inherit()).spawn()?;
    let mut running = Running(child);
    let out = running.0.stdout.take().ok_or("no output")?;
    let mut line = String::new();
    BufReader::new(out).read_line(&mut line)?;
    let (host, token) = line
        .trim()
        .strip_prefix("http://")
        .and_then(|it| it.split_once("/?token="))
        .ok_or("the program did not print its address")?;
    println!("ready after {:.1} s", began.elapsed().as_secs_f64());
    let welcome = ask(host, &format!("/?token={token}"), "")?;
    let cookie = welcome
        .lines()
        .find_map(|it| it.strip_prefix("set-cookie: "))
        .and_then(|it| it.split(';').next())
        .ok_or("no cookie came")?;
    println!("{:<44} {:>10} {:>10}", "page", "ms", "KiB");
    let mut slowest = 0.0_f64;
    for page in PAGES {
        let mut times = Vec::new();
        let mut bytes = 0;
        for _ in 0..RUNS {
            let answer = ask(host, page, cookie)?;
            let time = answer.lines().find_map(|it| it.strip_prefix("server-timing: page;dur="));
            times.push(time.ok_or("no time came")?.trim().parse::<f64>()?);
            bytes = answer.len();
        }
        times.sort_by(f64::total_cmp);
        let middle = times.get(RUNS / 2).copied().unwrap_or_default();
        slowest = slowest.max(middle);
        println!("{page:<44} {middle:>10.1} {:>10}", bytes / 1_024);
    }
    println!("slowest: {slowest:.1} ms");
    Ok(slowest)
}

fn ask(host: &str, path: &str, cookie: &str) -> Result<String, Failure> {
    let mut stream = TcpStream::connect(host)?;
    let head = format!(
        "GET {path} HTTP/1.1\r\nHost: {host}\r\nCookie: {cookie}\r\nConnection: close\r\n\r\n"
    );
    stream.write_all(head.as_bytes())?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

fn write_inputs(folder: &Path, functions: usize, findings: usize) -> Outcome {
    fs::write(folder.join("scan.json"), scan(functions, findings))?;
    fs::write(folder.join("graph.json"), graph(functions))?;
    fs::write(folder.join("iam.json"), permissions(functions))?;
    fs::write(folder.join("checklist.json"), checklist(functions))?;
    let mut alerts = String::new();
    for at in 0..20_000 {
        let alert = json!({
            "rule_id": format!("r{}", at % 150), "rule": format!("Something odd was done ({})", at % 150),
            "level": (["low", "medium", "high", "critical"].get(at % 4)), "event_id": at.to_string(),
            "time": format!("2026-01-{:02}T{:02}:{:02}:00Z", at % 28 + 1, at % 24, at % 60), "event_name": "Invoke",
            "actor": format!("arn:aws:iam::111122223333:user/u{}", at % 300), "function": format!("Function{}", at % functions),
            "incident": format!("inc-{}", at / 20),
        });
        writeln!(alerts, "{alert}")?;
    }
    fs::write(folder.join("alerts.jsonl"), alerts)?;
    let mut guard = String::new();
    for at in 0..50_000 {
        let line = json!({
            "faasguard": "event", "kind": (["event-blocked", "event-flagged", "egress-denied"].get(at % 3)), "class": "sql",
            "request_id": format!("r-{at}"), "function": "f", "detail": "`body.customer` holds SQL", "mode": "block",
        });
        writeln!(guard, "2026-01-{:02}T{:02}:{:02}:00.000Z {line}", at % 28 + 1, at % 24, at % 60)?;
    }
    fs::write(folder.join("guard.log"), guard)?;
    let mut traces = String::new();
    for at in 0..2_000_u32 {
        for part in 0..10_u32 {
            let parent = part.checked_sub(1).map(|it| format!("{it:016x}"));
            let (start, length) = (f64::from(at * 60 + part), f64::from(20 - part));
            let segment = json!({
                "trace_id": format!("1-{at:08x}-{at:024x}"), "id": format!("{part:016x}"), "parent_id": parent,
                "name": format!("Function{}", (at + part) % 5_000), "origin": "AWS::Lambda::Function",
                "start_time": start, "end_time": start + length, "fault": at.is_multiple_of(5) && part == 9,
            });
            writeln!(traces, "{segment}")?;
        }
    }
    for part in 0..1_000_u32 {
        let parent = part.checked_sub(1).map(|it| format!("{:016x}", it / 3));
        let segment = json!({
            "trace_id": format!("1-{:08x}-{:024x}", 0xffff, 0xffff), "id": format!("{part:016x}"), "parent_id": parent,
            "name": format!("Function{part}"), "origin": "AWS::Lambda::Function", "fault": part == 999,
            "start_time": f64::from(part), "end_time": f64::from(2_000 - part),
        });
        writeln!(traces, "{segment}")?;
    }
    fs::write(folder.join("traces.jsonl"), traces)?;
    write_series(folder)?;
    write_companion(folder)
}

/// 200 series of 500 points, each with a spike.
fn write_series(folder: &Path) -> Outcome {
    fs::create_dir_all(folder.join("metrics"))?;
    for series in 0..200 {
        let mut text = "timestamp,value\n".to_owned();
        for at in 0..500 {
            let value = if at == 400 + series % 50 { 900 } else { 100 + (at + series) % 7 };
            writeln!(text, "{},{value}", 1_769_800_000 + at * 300)?;
        }
        fs::write(folder.join(format!("metrics/errors-{series:03}.csv")), text)?;
    }
    Ok(())
}

/// A companion that answers each question with 1,000 rows.
#[cfg(unix)]
fn write_companion(folder: &Path) -> Outcome {
    use std::os::unix::fs::PermissionsExt as _;
    let mut rows = String::new();
    for at in 0..1_000 {
        let actor = format!("arn:aws:sts::111122223333:assumed-role/Role{at}/Function{at}");
        let row = json!({"actor": actor, "address": format!("198.51.100.{}", at % 256), "calls": at, "last": "2026-01-31T10:00:00Z"});
        writeln!(rows, "{row}")?;
    }
    fs::write(folder.join("rows.jsonl"), rows)?;
    let program = folder.join("faasguard-lake");
    fs::write(&program, "#!/bin/sh\ncat rows.jsonl\n")?;
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755))?;
    Ok(())
}

#[cfg(not(unix))]
fn write_companion(_: &Path) -> Outcome {
    Ok(())
}

fn place(at: usize) -> serde_json::Value {
    let line = at % 400 + 1;
    json!({"file": format!("stacks/{}/template.yaml", at % 500), "line": line, "column": 3, "end_line": line, "end_column": 9})
}

fn scan(functions: usize, findings: usize) -> String {
    let function = |at: usize| {
        json!({
            "name": format!("Function{at}"), "runtime": "python3.13", "handler": "app.handler", "code": format!("src/{at}"),
            "role": format!("Function{at}Role"), "place": place(at),
            "triggers": [{"kind": "http-api", "route": format!("POST /orders/{at}"), "exposure": if at.is_multiple_of(3) { "internet" } else { "service" },
                          "auth": if at.is_multiple_of(6) { "none" } else { "iam" }}],
        })
    };
    let finding = |at: usize| {
        let name = format!("Function{}", at % functions);
        let risk = at % 10 + 1;
        let component = (at % 10 == 5).then(|| json!({"purl": format!("pkg:npm/package{}@1.0.{}", at % 3_000, at % 7), "fixed": "2.0.0"}));
        let evidence = at.is_multiple_of(8).then(|| json!([{"kind": "seen-at-runtime", "text": "the guard saw it", "count": 3, "source": "guard.log"}]));
        json!({
            "rule": format!("SAS-{risk}.{}", at % 17 + 1), "name": format!("rule-number-{}", at % 170), "risk": format!("SAS-{risk}"),
            "severity": (["low", "medium", "high", "critical"].get(at % 4)), "confidence": "high", "function": name,
            "message": format!("the role of `{name}` allows more than it needs, also what removes data and changes settings ({at})"),
            "place": place(at), "trace": [{"place": place(at), "note": "the body of the request, which anybody decides"}],
            "path": if at.is_multiple_of(50) { vec!["internet".to_owned(), format!("POST /orders/{at}"), name.clone()] } else { Vec::new() },
            "fix": {"description": "name the actions that the code calls", "safe": false}, "fingerprint": format!("{at:016x}"),
            "component": component, "evidence": evidence,
        })
    };
    let all = json!({
        "schema": "faasguard-scan/1", "tool": {"name": "faasguard", "version": "0.1.0"}, "root": "made",
        "summary": {"functions": functions, "files_scanned": 500, "components": 9_000},
        "functions": (0..functions).map(function).collect::<Vec<_>>(),
        "findings": (0..findings).map(finding).collect::<Vec<_>>(),
    });
    all.to_string()
}

fn graph(functions: usize) -> String {
    let mut nodes = vec![json!({"id": "internet", "label": "internet", "kind": "internet"})];
    let mut edges = Vec::new();
    for at in 0..functions {
        let (function, trigger, role) = (format!("f{at}"), format!("t{at}"), format!("r{at}"));
        let is_open = at.is_multiple_of(6);
        nodes.push(json!({"id": function, "label": format!("Function{at}"), "kind": "function", "risk": "high"}));
        nodes.push(json!({"id": trigger, "label": format!("http-api · POST /orders/{at}"), "kind": "trigger"}));
        nodes.push(json!({"id": role, "label": format!("Function{at}Role"), "kind": "role", "risk": "medium"}));
        edges.push(json!({"from": "internet", "to": trigger, "label": "no authentication", "danger": is_open}));
        edges.push(json!({"from": trigger, "to": function, "danger": is_open}));
        edges.push(json!({"from": function, "to": role, "label": "runs as"}));
        for of in 0..3 {
            let table = format!("d{}", (at + of) % 800);
            edges
                .push(json!({"from": role, "to": table, "label": "dynamodb:*", "danger": of == 0}));
        }
    }
    nodes.extend((0..800).map(
        |at| json!({"id": format!("d{at}"), "label": format!("Table{at}"), "kind": "resource"}),
    ));
    json!({"schema": "faasguard-graph/1", "title": "made", "nodes": nodes, "edges": edges})
        .to_string()
}

fn permissions(functions: usize) -> String {
    let grant = |action: &str, at: usize| {
        let resource = format!("arn:aws:dynamodb:eu-west-1:111122223333:table/Table{}", at % 800);
        json!({"action": action, "resource": resource, "exact": true, "place": place(at), "needed": [],
               "reasons": [{"source": "code", "place": place(at), "note": "`put_item` of `dynamodb`"}]})
    };
    let function = |at: usize| {
        json!({
            "function": format!("Function{at}"), "template": "template.yaml", "size": 800, "complete": !at.is_multiple_of(4),
            "grants": (["dynamodb:PutItem", "dynamodb:GetItem", "logs:PutLogEvents"].map(|it| grant(it, at))),
            "unused": [grant("dynamodb:*", at)], "broader": [], "missing": [], "proposals": [], "incomplete": [],
        })
    };
    json!({"schema": "faasguard-iam/1", "functions": (0..functions).map(function).collect::<Vec<_>>()}).to_string()
}

fn checklist(functions: usize) -> String {
    let items: Vec<String> = (0..29).map(|at| format!("Practice number {at}")).collect();
    let cell = |item: &String, at: usize| json!({"item": item, "verdict": (["pass", "fail", "not-known"].get(at % 3)), "rules": ["SAS-4.1"], "note": "as it stands there"});
    let function = |at: usize| {
        let cells: Vec<_> =
            items.iter().enumerate().map(|(of, item)| cell(item, at + of)).collect();
        json!({"function": format!("Function{at}"), "cells": cells})
    };
    let titles: Vec<_> = items.iter().map(|it| json!({"group": "IAM", "title": it})).collect();
    json!({"schema": "faasguard-checklist/1", "totals": {"pass": 1, "fail": 1, "not_known": 1, "not_applicable": 0},
           "items": titles, "functions": (0..functions).map(function).collect::<Vec<_>>()}).to_string()
}
