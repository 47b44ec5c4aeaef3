//! `faasguard metrics detect`.

use crate::folder::Folder;

/// A day that repeats for a week, five minutes a row, with one value that is far too high.
fn series(spike: Option<usize>) -> String {
    let mut text = String::from("timestamp,value\n");
    for row in 0..2_016_usize {
        let (day, hour, minute) = (row / 288 + 2, row / 12 % 24, row % 12 * 5);
        let value = if Some(row) == spike { 2_950 } else { 100 + (hour % 12) * 2 + row * 7 % 5 };
        text.push_str(&format!("2026-03-{day:02} {hour:02}:{minute:02}:00,{value}\n"));
    }
    text
}

#[test]
fn alerts_are_lines_of_json_with_the_moments_of_the_input() {
    let folder = Folder::new().file("slow.csv", series(Some(1_700))).file("calm.csv", series(None));
    let run = folder.run(&["metrics", "detect", "slow.csv", "calm.csv", "--scores", "scores"]);
    run.exits(0).says("2 series, 4032 points, 1 alert, 0 files not read");
    let alert: serde_json::Value = run.json();
    assert_eq!(alert["series"], "slow");
    assert_eq!(alert["time"], "2026-03-07 21:40:00");
    assert_eq!(alert["end"], "2026-03-07 21:40:00");
    assert_eq!(alert["kind"], "spike");
    assert_eq!(alert["value"], 2950.0);
    assert!(alert["explanation"].as_str().unwrap().contains("far above"), "{alert}");
    let scores = std::fs::read_to_string(folder.path("scores/slow.csv")).unwrap();
    let mut rows = scores.lines();
    assert_eq!(rows.next(), Some("timestamp,value,anomaly_score"));
    let row = rows.nth(1_700).unwrap();
    let score = row.strip_prefix("2026-03-07 21:40:00,2950,").unwrap();
    assert!(score.parse::<f64>().unwrap() > 0.5, "{row}");
    assert_eq!(scores.lines().count(), 2_017);
}

#[test]
fn a_series_is_drawn_with_its_alerts_and_deployments() {
    let folder = Folder::new()
        .file("slow.csv", series(Some(1_700)))
        .file("deploys", "2026-03-04 10:00:00,slow\n2026-03-05 10:00:00,other\n");
    let run = folder.run(&[
        "metrics",
        "detect",
        "slow.csv",
        "--svg",
        "drawn",
        "--deploys",
        "deploys",
        "--format",
        "text",
    ]);
    run.exits(0).says("slow: 2026-03-07 21:40:00: spike");
    let svg = std::fs::read_to_string(folder.path("drawn/slow.svg")).unwrap();
    assert!(svg.contains("deployment at 2026-03-04 10:00:00"), "{svg}");
    assert!(!svg.contains("2026-03-05 10:00:00"));
    assert!(svg.contains("<title>spike (high)"), "{svg}");
}

#[test]
fn a_file_that_is_no_series_is_told_and_the_others_are_read() {
    let folder = Folder::new().file("bad.csv", "a,b,c\n1,2,3\n").file("calm.csv", series(None));
    let run = folder.run(&["metrics", "detect", "bad.csv", "gone.csv", "calm.csv"]);
    run.exits(3).says("`bad.csv` is no series: line 1: no column `timestamp`");
    run.says("cannot read `gone.csv`").says("1 series, 2016 points, 0 alerts, 2 files not read");
    folder.run(&["metrics", "detect", "calm.csv", "--threshold", "2"]).exits(2);
    let bad = Folder::new().file("calm.csv", series(None)).file("deploys", "soon\n");
    bad.run(&["metrics", "detect", "calm.csv", "--deploys", "deploys"])
        .exits(2)
        .says("deploys:1: no moment");
}

/// A log of `orders` with one invocation in five minutes for four days, and `odd` lines.
fn log(odd: impl Fn(usize) -> Option<String>, last: usize) -> String {
    let mut text = String::new();
    for number in 0..last {
        let (day, hour, minute) = (number / 288 + 1, number / 12 % 24, number % 12 * 5);
        let time = format!("2026-03-{day:02}T{hour:02}:{minute:02}:00.000Z");
        if let Some(line) = odd(number) {
            text.push_str(&format!("{time} {line}\n"));
        }
        let duration = 100 + number * 7 % 5;
        text.push_str(&format!(
            "{time} REPORT RequestId: r-{number}\tDuration: {duration}.00 ms\tBilled Duration: 1 ms\t\
             Memory Size: 128 MB\tMax Memory Used: 70 MB\t\n"
        ));
    }
    text
}

#[test]
fn logs_are_series_in_which_new_kinds_of_errors_and_silence_are_seen() {
    let orders = log(|number| (number > 1_000).then(|| "[ERROR] KeyError: 'x'".to_owned()), 1_152);
    // The function beside it ends two days earlier.
    let folder =
        Folder::new().file("logs/orders.log", orders).file("logs/mail.log", log(|_| None, 576));
    let run = folder.run(&["metrics", "detect", "logs", "--scores", "scores"]);
    run.exits(0);
    let all = run.all();
    let alerts: Vec<serde_json::Value> = all
        .lines()
        .filter(|line| line.starts_with('{'))
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let has = |series: &str, kind: &str| {
        alerts.iter().any(|it| it["series"] == series && it["kind"] == kind)
    };
    assert!(has("orders.errors.KeyError", "new-error"), "{all}");
    assert!(has("mail.invocations", "silence"), "{all}");
    assert!(!has("orders.invocations", "silence"), "{all}");
    assert!(folder.path("scores/orders.errors.KeyError.csv").exists());
}

#[test]
fn answers_of_cloudwatch_are_series_and_events_of_cloudtrail_deployments() {
    let times: Vec<String> = (0..600)
        .map(|row| {
            format!("\"2026-03-{:02}T{:02}:{:02}:00Z\"", row / 288 + 1, row / 12 % 24, row % 12 * 5)
        })
        .collect();
    let values: Vec<String> = (0..600)
        .map(|row| if row < 300 { 100 + row % 7 } else { 500 + row % 7 }.to_string())
        .collect();
    let data = format!(
        "{{\"MetricDataResults\": [{{\"Id\": \"m1\", \"Label\": \"Duration\", \"Timestamps\": [{}], \"Values\": [{}]}}]}}",
        times.join(","),
        values.join(",")
    );
    let trail = "{\"Records\":[{\"eventSource\":\"lambda.amazonaws.com\",\"eventName\":\"UpdateFunctionCode20150331v2\",\
                 \"eventTime\":\"2026-03-02T01:00:00Z\",\"requestParameters\":{\"functionName\":\"orders\"}}]}";
    let folder = Folder::new().file("orders.json", data).file("trail.json", trail);
    let level = folder.run(&["metrics", "detect", "orders.json"]);
    level.exits(0).says("1 series, 600 points").says("\"series\":\"orders.Duration\"");
    let deployed = folder.run(&["metrics", "detect", "orders.json", "--deploys", "trail.json"]);
    deployed.exits(0).says("1 deployments of functions").says("1 series, 600 points, 0 alerts");
}
