//! `detection-evaluation DIR`: our rules and detectors against recorded attacks and labelled events.
//!
//! The folder holds `stratus-detonation.jsonl.gz` (each event with its `_technique`),
//! `panther-tests.jsonl.gz` (events with the verdict of a rule) and `invictus.jsonl.gz` (an account
//! under attack). `stratus.tsv` says which technique of ATT&CK an alert must name, `panther.tsv` which
//! of our rules speak of the same as which rule of Panther, and which correlation besides where Panther's
//! own counts over events that its tests do not have. Fails when a technique is missed, or a
//! promise of `SPECIFICATION.md` is not kept.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    process::Command,
    sync::Mutex,
};

use audit_event::Limits;
use correlation::RuleSet;
use detection::{DETECTORS, RULES, Settings, Watch};
use serde_json::Value;
use sigma::Severity;
use source_text::FileId;
use trail_files::{DetectRequest, Hit};

use crate::{Failure, Outcome};

const STRATUS: &str = include_str!("stratus.tsv");
const PANTHER: &str = include_str!("panther.tsv");
/// What the tool of the attacks writes into its user agent.
const MARK: &str = "stratus-red-team";
/// Share of Panther's verdicts that must be right, in per cent.
const RIGHT: usize = 95;

pub(crate) fn run(arguments: &[String]) -> Outcome {
    let folder = Path::new(arguments.first().ok_or("which folder?")?);
    let files: Vec<(FileId, &str)> =
        (0..).map(FileId).zip(RULES.iter().map(|(_, text)| *text)).collect();
    let (rules, told) = RuleSet::load(&files);
    if !told.is_empty() {
        return Err(format!("{told:?}").into());
    }
    println!("{} rules and correlations, {} detectors\n", rules.len(), DETECTORS.len());
    let missed = stratus(&rules, &folder.join("stratus-detonation.jsonl.gz"))?;
    let wrong = panther(&rules, &folder.join("panther-tests.jsonl.gz"))?;
    let false_alerts = invictus(&rules, &folder.join("invictus.jsonl.gz"))?;
    if missed + wrong + false_alerts > 0 {
        return Err("a promise is not kept; see above".into());
    }
    Ok(())
}

fn lines(path: &Path) -> Result<Vec<Value>, Failure> {
    let unpacked = Command::new("gzip").arg("-dc").arg(path).output()?;
    let text = String::from_utf8(unpacked.stdout)?;
    text.lines().map(|line| Ok(serde_json::from_str(line)?)).collect()
}

fn text<'v>(value: &'v Value, path: &str) -> &'v str {
    value.pointer(path).and_then(Value::as_str).unwrap_or_default()
}

/// Alerts of rules and detectors that remember nothing yet; enrichment is none.
fn alerts(rules: &RuleSet, path: &Path) -> Result<Vec<Hit>, Failure> {
    let watch = Mutex::new(Watch::new(Settings::default()));
    let request = DetectRequest {
        paths: vec![path.to_path_buf()],
        rules,
        since: None,
        until: None,
        limits: Limits::default(),
        correlation: correlation::Limits::default(),
        workers: 1,
        watch: Some(&watch),
    };
    let mut hits = Vec::new();
    trail_files::detect(
        &request,
        &mut |hit| {
            let level = rules.meta(hit.speaker).and_then(|meta| meta.level);
            if level != Some(Severity::Informational) {
                hits.push(hit.clone());
            }
        },
        &|_, _| {},
    )?;
    Ok(hits)
}

fn name_and_tags(rules: &RuleSet, hit: &Hit) -> (String, Vec<String>) {
    if let Some(alert) = &hit.detected {
        let tags = alert.detector.tags.iter().map(|it| (*it).to_owned());
        return (alert.detector.name.to_owned(), tags.collect());
    }
    let meta = rules.meta(hit.speaker);
    let name = meta.and_then(|it| RULES.get(it.place.file.0 as usize)).map_or("", |it| it.0);
    let tags = meta.map(|it| it.tags.iter().map(ToString::to_string).collect());
    (name.to_owned(), tags.unwrap_or_default())
}

fn stratus(rules: &RuleSet, path: &Path) -> Result<usize, Failure> {
    let mut technique_of = BTreeMap::new();
    for event in lines(path)? {
        let technique = text(&event, "/_technique").to_owned();
        technique_of.insert(text(&event, "/eventID").to_owned(), technique);
    }
    let mut found: BTreeMap<&str, BTreeMap<String, usize>> = BTreeMap::new();
    let mut named: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for hit in alerts(rules, path)? {
        let id = hit.facts.event_id.clone().unwrap_or_default();
        let Some(technique) = technique_of.get(&id) else { continue };
        let (name, tags) = name_and_tags(rules, &hit);
        *found.entry(technique).or_default().entry(name).or_default() += 1;
        named.entry(technique).or_default().extend(tags);
    }
    let (mut missed, mut all) = (0, 0);
    println!("| detonation | ATT&CK | alerts |\n|---|---|---|");
    for line in STRATUS.lines() {
        let Some((name, attack)) = line.split_once('\t') else { continue };
        all += 1;
        let tag = format!("attack.{}", attack.to_ascii_lowercase());
        let is_named = named.get(name).is_some_and(|tags| tags.contains(&tag));
        missed += usize::from(!is_named);
        let told = found.get(name).into_iter().flatten();
        let told: Vec<String> = told.map(|(rule, count)| format!("{rule} ({count})")).collect();
        let told = if is_named { told.join(", ") } else { format!("MISSED {}", told.join(", ")) };
        println!("| {name} | {attack} | {told} |");
    }
    println!("\n{} of {all} detonations raise an alert that names the technique\n", all - missed);
    Ok(missed)
}

/// Verdicts event by event: of a correlation, whether the event is one that it counts.
fn panther(rules: &RuleSet, path: &Path) -> Result<usize, Failure> {
    let mut ours: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    let mut correlations: BTreeMap<&str, &str> = BTreeMap::new();
    for line in PANTHER.lines() {
        let mut cells = line.split('\t');
        let (Some(theirs), Some(names)) = (cells.next(), cells.next()) else { continue };
        ours.insert(theirs, names.split(' ').collect());
        correlations.extend(cells.next().map(|name| (theirs, name)));
        let all = names.split(' ').chain(correlations.get(theirs).copied());
        for name in all {
            if !RULES.iter().any(|(known, _)| *known == name) {
                return Err(
                    format!("panther.tsv names `{name}`, which is none of our rules").into()
                );
            }
        }
    }
    let mut scratch = rules.engine().scratch();
    let mut tally: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    let mut wrong = Vec::new();
    for case in lines(path)? {
        let rule = text(&case, "/rule");
        let Some(names) = ours.get(rule) else { continue };
        let event = case.get("event").ok_or("a case without event")?.to_string();
        let mut matched = false;
        audit_event::read(event.as_bytes(), &Limits::default(), &mut |event| {
            rules.engine().matches(event, &mut scratch, &mut |index| {
                let file = rules.meta(index).map(|it| it.place.file.0 as usize);
                let name = file.and_then(|it| RULES.get(it)).map_or("", |it| it.0);
                matched |= names.contains(&name);
            });
        });
        let is_right = case.get("expected").and_then(Value::as_bool) == Some(matched);
        let (right, all) = tally.entry(rule.to_owned()).or_default();
        *all += 1;
        *right += usize::from(is_right);
        if !is_right {
            wrong.push(format!("{rule}: {}", text(&case, "/test")));
        }
    }
    println!("| Panther's rule | ours | verdicts right |\n|---|---|---|");
    for (rule, (right, all)) in &tally {
        let mut names = ours.get(rule.as_str()).map(|it| it.join(", ")).unwrap_or_default();
        if let Some(correlation) = correlations.get(rule.as_str()) {
            // Not held against single events: it speaks of several.
            names.push_str("; over several events ");
            names.push_str(correlation);
        }
        println!("| {rule} | {names} | {right} of {all} |");
    }
    let right: usize = tally.values().map(|it| it.0).sum();
    let all: usize = tally.values().map(|it| it.1).sum();
    println!("\n{right} of {all} verdicts right, {} rules of Panther\n", tally.len());
    for it in &wrong {
        println!("other verdict: {it}");
    }
    let must = ["Lambda", "LAMBDA", "STS", "Secrets", "Role.Assumed", "AssumeRole"];
    let grave = wrong.iter().filter(|it| must.iter().any(|word| it.contains(word))).count();
    Ok(grave + usize::from(right * 100 < all * RIGHT))
}

fn invictus(rules: &RuleSet, path: &Path) -> Result<usize, Failure> {
    let events = lines(path)?;
    let minute = |event: &Value| {
        audit_event::Time::parse(text(event, "/eventTime").as_bytes()).map_or(0, |it| it.0 / 60)
    };
    let is_marked = |event: &Value| text(event, "/userAgent").contains(MARK);
    let attacked: BTreeSet<i64> = events.iter().filter(|it| is_marked(it)).map(minute).collect();
    let is_quiet = |event: &Value| {
        let at = minute(event);
        !(at - 1..=at + 1).any(|it| attacked.contains(&it))
    };
    let by_id: BTreeMap<&str, &Value> =
        events.iter().map(|event| (text(event, "/eventID"), event)).collect();
    let (mut quiet_alerts, mut unmarked_alerts) = (0, 0);
    let hits = alerts(rules, path)?;
    for hit in &hits {
        let id = hit.facts.event_id.as_deref().unwrap_or_default();
        let Some(event) = by_id.get(id) else { continue };
        quiet_alerts += usize::from(is_quiet(event));
        if !is_marked(event) {
            unmarked_alerts += 1;
            let (name, _) = name_and_tags(rules, hit);
            let (time, who) = (text(event, "/eventTime"), text(event, "/userIdentity/arn"));
            println!("without the tool's mark: {time} {name}, {} by {who}", hit.facts.event_name);
        }
    }
    let quiet = events.iter().filter(|it| is_quiet(it)).count();
    let unmarked = events.iter().filter(|it| !is_marked(it)).count();
    println!(
        "invictus: {} events, {} alerts; {quiet} events outside of the attacked minutes: \
         {quiet_alerts} alerts; {unmarked} events without the mark of the tool: {unmarked_alerts} alerts",
        events.len(),
        hits.len(),
    );
    Ok(quiet_alerts)
}
