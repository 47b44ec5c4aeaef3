//! `lambda-scenarios [--first N] [--seeds N] [--out DIR]`: made series of Lambda metrics against the detector.
//!
//! Makes the twenty scenarios with N seeds (20) from the first (1) on, runs the detector over them as `faasguard metrics
//! detect` does, and prints what was found and what was alarmed in vain. An alert is right when it overlaps a
//! label, or comes within an hour behind it; a label is found when an alert is right for it. Alerts that ended
//! within the first ten days, from which a series is learned, are not counted. With `--out` the series of the
//! first seed are written as CSV, with `labels.json` and `deploys.csv`.

mod made;

use std::{collections::BTreeMap, fmt::Write as _, fs, path::Path};

use anomaly::{Alert, Detector, Params};
use serde_json::json;

use crate::{Failure, Outcome, arguments::Arguments};
use made::{LEARNED, Label, Scenario, time_of};

/// Points behind a label in which an alert still counts for it.
const GRACE: i64 = 12;

/// What came of one scenario over all seeds.
#[derive(Clone, Debug, Default)]
struct Tally {
    labels: u32,
    found: u32,
    /// Found, and of a kind that names it.
    named: u32,
    alerts: u32,
    right: u32,
    /// Points from the beginning of a label to the alert, summed.
    delay: i64,
}

pub(crate) fn run(arguments: &[String]) -> Outcome {
    let mut arguments = Arguments::new(arguments);
    let first = arguments.number("--first")?.unwrap_or(1);
    let seeds = arguments.number("--seeds")?.unwrap_or(20);
    let out = arguments.value("--out")?;
    arguments.finish()?;
    if let Some(folder) = out {
        write(Path::new(&folder), &made::all(first))?;
    }
    let mut tallies: BTreeMap<&str, Tally> = BTreeMap::new();
    for seed in first..first.saturating_add(seeds) {
        for scenario in made::all(seed) {
            judge(&scenario, tallies.entry(scenario.name).or_default());
        }
    }
    println!("| scenario | found | kind named | delay, min | alerts | right |");
    println!("|---|---|---|---|---|---|");
    let mut sum = Tally::default();
    for scenario in made::all(1) {
        let tally = tallies.get(scenario.name).cloned().unwrap_or_default();
        print_row(scenario.name, &tally);
        sum.labels += tally.labels;
        sum.found += tally.found;
        sum.named += tally.named;
        sum.alerts += tally.alerts;
        sum.right += tally.right;
        sum.delay += tally.delay;
    }
    print_row("all", &sum);
    println!(
        "recall {:.3}, precision {:.3}, kind named {:.3}",
        part(sum.found, sum.labels),
        part(sum.right, sum.alerts),
        part(sum.named, sum.found)
    );
    Ok(())
}

fn print_row(name: &str, tally: &Tally) {
    let Tally { labels, found, named, alerts, right, delay } = tally;
    let delay = match i64::from(*found) {
        0 => "–".to_owned(),
        found => (delay * 5 / found).to_string(),
    };
    println!("| {name} | {found} of {labels} | {named} | {delay} | {alerts} | {right} |");
}

fn part(some: u32, all: u32) -> f64 {
    if all == 0 { 1.0 } else { f64::from(some) / f64::from(all) }
}

/// The alerts of a scenario behind its days of learning.
fn alerts(scenario: &Scenario) -> Vec<Alert> {
    let mut detector = Detector::new(&Params::default());
    let mut deploys = scenario.deploys.iter().peekable();
    let mut alerts = Vec::new();
    for (time, value) in &scenario.points {
        while let Some(deploy) = deploys.next_if(|deploy| **deploy <= *time) {
            detector.rebaseline(*deploy);
        }
        detector.push(*time, *value);
        alerts.extend(detector.take_alerts());
    }
    detector.close(time_of(21 * made::DAY));
    alerts.extend(detector.take_alerts());
    alerts.retain(|alert| alert.end >= time_of(LEARNED));
    alerts
}

fn is_right(alert: &Alert, label: &Label) -> bool {
    alert.start <= time_of(label.to + GRACE) && alert.end >= time_of(label.from)
}

fn judge(scenario: &Scenario, tally: &mut Tally) {
    let alerts = alerts(scenario);
    let count = |alerts: usize| u32::try_from(alerts).unwrap_or(u32::MAX);
    tally.alerts += count(alerts.len());
    let is_any_right = |alert: &&Alert| scenario.labels.iter().any(|label| is_right(alert, label));
    tally.right += count(alerts.iter().filter(is_any_right).count());
    for label in &scenario.labels {
        tally.labels += 1;
        let mut hits = alerts.iter().filter(|alert| is_right(alert, label));
        let Some(first) = hits.clone().next() else { continue };
        tally.found += 1;
        tally.delay += ((first.start - time_of(label.from)) / made::STEP).max(0);
        let is_named = hits.any(|alert| label.kinds.contains(&alert.kind.name()));
        tally.named += u32::from(is_named);
    }
}

/// Writes the series, their labels and deployments.
fn write(folder: &Path, scenarios: &[Scenario]) -> Result<(), Failure> {
    fs::create_dir_all(folder)?;
    let mut labels = serde_json::Map::new();
    let mut deploys = String::from("timestamp,series\n");
    for scenario in scenarios {
        let mut text = String::from("timestamp,value\n");
        for (time, value) in &scenario.points {
            let _ = writeln!(text, "{time},{value}");
        }
        fs::write(folder.join(format!("{}.csv", scenario.name)), text)?;
        for time in &scenario.deploys {
            let _ = writeln!(deploys, "{time},{}", scenario.name);
        }
        let windows: Vec<_> = scenario
            .labels
            .iter()
            .map(|it| json!({"from": time_of(it.from), "to": time_of(it.to), "kinds": it.kinds}))
            .collect();
        labels.insert(
            scenario.name.to_owned(),
            json!({"about": scenario.about, "learned_until": time_of(LEARNED), "labels": windows}),
        );
    }
    fs::write(folder.join("labels.json"), format!("{:#}\n", serde_json::Value::from(labels)))?;
    fs::write(folder.join("deploys.csv"), deploys)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{Tally, judge, made};

    #[test]
    fn twenty_scenarios_are_the_same_in_every_run() {
        let (one, two) = (made::all(3), made::all(3));
        assert_eq!(one.len(), 20);
        for (one, two) in one.iter().zip(&two) {
            assert_eq!(one.points, two.points, "{}", one.name);
        }
        assert!(one.iter().zip(made::all(4)).any(|(one, two)| one.points != two.points));
    }

    #[test]
    fn attacks_are_found_and_what_is_normal_raises_little() {
        let mut sum = Tally::default();
        for scenario in made::all(1) {
            judge(&scenario, &mut sum);
        }
        assert!(sum.found * 10 >= sum.labels * 9, "{sum:?}");
        assert!(sum.right * 10 >= sum.alerts * 8, "{sum:?}");
    }
}
