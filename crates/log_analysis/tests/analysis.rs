//! Logs of functions, folded and judged.

use std::{fmt::Write as _, sync::Arc};

use guard_mask::Masker;
use lambda_log::{LogReader, write_millis};
use log_analysis::{Analysis, Fold, Limits, MemoryVerdict, Window, findings};

const DAY: i64 = 86_400_000;
const BEGIN: i64 = 1_769_853_600_000;

/// One invocation a minute for three days; `odd` says what else stands in the log.
fn log(odd: impl Fn(i64) -> String) -> String {
    let mut text = String::new();
    for minute in 0..(3 * 24 * 60) {
        let at = |ms: i64| write_millis(BEGIN + minute * 60_000 + ms);
        let init = if minute % 100 == 0 { "\tInit Duration: 250.00 ms" } else { "" };
        let _ = write!(
            text,
            "{} START RequestId: r-{minute} Version: 7\n{} {}{} END RequestId: r-{minute}\n\
             {} REPORT RequestId: r-{minute}\tDuration: {}.00 ms\tBilled Duration: 100 ms\tMemory Size: 512 MB\t\
             Max Memory Used: 90 MB{init}\t\n",
            at(0),
            at(1),
            odd(minute),
            at(2),
            at(3),
            50 + minute % 10,
        );
    }
    text
}

fn analyse(files: &[(&str, &str)], window: Window) -> Analysis {
    let masker = Arc::new(Masker::new(&[]));
    let limits = Limits::default();
    let mut all = Analysis::default();
    for (name, text) in files {
        let mut fold = Fold::new(name, Arc::clone(&masker), limits, window);
        let mut reader = LogReader::new(lambda_log::Limits::default());
        reader.push(text.as_bytes(), &mut |entry| fold.add(entry));
        reader.finish(&mut |entry| fold.add(entry));
        all.merge(fold.finish("orders"), &limits);
    }
    all
}

#[test]
fn figures_are_those_of_the_reports() {
    let text = log(|minute| format!("[INFO] stored {minute}\n"));
    let analysis = analyse(&[("a.log", &text)], Window::default());
    let log = analysis.functions.get("orders").unwrap();
    assert_eq!((log.invocations, log.errors, log.cold_starts, log.unfinished), (4_320, 0, 44, 0));
    let p50 = log.duration_ms.at(0.5).unwrap();
    assert!((p50 - 54.0).abs() < 1.2, "{p50}");
    assert!((log.billed_ms - 432_000.0).abs() < 1e-6);
    assert!((log.gb_seconds - 216.0).abs() < 1e-6);
    assert_eq!(log.memory_verdict(), Some(MemoryVerdict::OverProvisioned));
    let found: Vec<&str> = findings(&analysis, DAY).iter().map(|it| it.check.name).collect();
    assert_eq!(found, ["memory-over-provisioned"]);

    let window = Window { since: Some(BEGIN + DAY), until: Some(BEGIN + 2 * DAY) };
    let analysis = analyse(&[("a.log", &text)], window);
    assert_eq!(analysis.functions.get("orders").unwrap().invocations, 1_440);
    assert_eq!(analysis.left_out, 2 * 1_440 * 4);
}

#[test]
fn failures_secrets_and_new_errors_are_told_where_they_stand() {
    let text = log(|minute| {
        match minute {
        10 | 20 => format!("[ERROR] KeyError: 'order-{minute}'\nTraceback (most recent call last):\n  File \"a.py\"\nKeyError: 'x'\n"),
        30 => "login of ana.silva@example.com with password=Tr0ub4dor&3xyz\n".to_owned(),
        40 => "0a0b0c0d-0000-4000-8000-00000000abcd Task timed out after 3.00 seconds\n".to_owned(),
        4_000 => "[ERROR] ValueError: bad 17\n".to_owned(),
        50 => "{\"faasguard\":\"event\",\"kind\":\"event-blocked\",\"class\":\"sql\",\"request_id\":\"r-50\",\"detail\":\"\"}\n".to_owned(),
        _ => "fine\n".to_owned(),
    }
    });
    let analysis = analyse(&[("a.log", &text)], Window::default());
    let all = findings(&analysis, DAY);
    let names: Vec<(&str, u64)> = all.iter().map(|it| (it.check.name, it.count)).collect();
    assert_eq!(
        names,
        [
            ("logged-secret", 1),
            ("blocked-attacks", 1),
            ("new-error", 1),
            ("logged-personal-data", 1),
            ("timeouts", 1),
            ("memory-over-provisioned", 4_320),
            ("unhandled-error", 2),
        ]
    );
    let secret = all.first().unwrap();
    let line = text.lines().position(|line| line.contains("Tr0ub")).unwrap() as u64 + 1;
    assert_eq!(secret.place.as_ref().map(|it| (&*it.file, it.line)), Some(("a.log", line)));
    assert!(
        all.iter().all(|it| !it.message.contains("Tr0ub") && !it.message.contains("ana.silva"))
    );
    let log = analysis.functions.get("orders").unwrap();
    assert_eq!((log.errors, log.unfinished), (3, 1));
}

#[test]
fn files_in_parts_say_what_the_whole_says() {
    let text = log(|minute| {
        if minute % 500 == 7 { format!("[ERROR] KeyError: {minute}\n") } else { "x\n".to_owned() }
    });
    let whole = analyse(&[("a.log", &text)], Window::default());
    // Cut between two invocations.
    let at = text.find("START RequestId: r-2000 ").unwrap() - 25;
    let (one, two) = text.split_at(at);
    let parts = analyse(&[("a.log", one), ("a.log", two)], Window::default());
    let (whole, parts) = (&whole.functions["orders"], &parts.functions["orders"]);
    assert_eq!(whole.duration_ms, parts.duration_ms);
    assert_eq!(
        (whole.records, whole.errors, whole.cold_starts),
        (parts.records, parts.errors, parts.cold_starts)
    );
    let templates = |log: &log_analysis::FunctionLog| {
        log.clusters
            .sorted()
            .iter()
            .map(|it| (it.template(), it.count, it.first))
            .collect::<Vec<_>>()
    };
    assert_eq!(templates(whole), templates(parts));
}

#[test]
fn records_that_name_no_function_are_of_the_only_one_of_their_file() {
    let named = "{\"time\":\"2026-01-31T10:00:00.000Z\",\"type\":\"platform.initStart\",\"record\":{\"functionName\":\"mail\"}}\n";
    let report = "REPORT RequestId: r-1\tDuration: 1.00 ms\n";
    let counts = |text: &str| {
        let analysis = analyse(&[("a.log", text)], Window::default());
        analysis.functions.iter().map(|(name, log)| (name.clone(), log.records)).collect::<Vec<_>>()
    };
    let of = |name: &str, records| (name.to_owned(), records);
    assert_eq!(counts(&[named, report].concat()), [of("mail", 2)]);
    let other = named.replace("mail", "shop");
    assert_eq!(
        counts(&[named, &other, report].concat()),
        [of("mail", 1), of("orders", 1), of("shop", 1)]
    );
}
