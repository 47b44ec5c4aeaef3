//! Figures judged.

use std::collections::BTreeMap;

use finding::Severity;

use crate::{
    checks::{Check, check},
    fold::Analysis,
    function::{FunctionLog, MemoryVerdict},
    sensitive::LogPlace,
};

/// Errors per invocation from which on it is told.
const MANY_ERRORS: f64 = 0.05;

/// Invocations from which on a rate is judged.
const ENOUGH: u64 = 20;

/// Part of the lines that are for debugging from which on it is told.
const MOSTLY: f64 = 0.5;

/// New errors of one function that are told.
const MOST_NEW: usize = 20;

/// Something that the log of a function tells.
#[derive(Clone, Debug, PartialEq)]
pub struct LogFinding {
    /// What it was judged by.
    pub check: &'static Check,
    /// How bad it is.
    pub severity: Severity,
    /// The function.
    pub function: String,
    /// What was found, in words.
    pub message: String,
    /// Where the first stands, where it is one place.
    pub place: Option<LogPlace>,
    /// How often.
    pub count: u64,
}

/// Judges an analysis, the worst first. `learn_ms`: an error is new when it first came so many milliseconds
/// after the first record of its function.
#[must_use]
pub fn findings(analysis: &Analysis, learn_ms: i64) -> Vec<LogFinding> {
    let mut all = Vec::new();
    for (name, log) in &analysis.functions {
        let mut bench = Bench { name, all: &mut all };
        judge_sensitive(&mut bench, log);
        judge_failures(&mut bench, log);
        judge_new_errors(&mut bench, log, learn_ms);
        judge_memory(&mut bench, log);
        judge_log(&mut bench, log);
        judge_guard(&mut bench, log);
    }
    all.sort_by(|a, b| {
        b.severity.cmp(&a.severity).then_with(|| {
            (a.check.risk, a.check.name, &a.function).cmp(&(
                b.check.risk,
                b.check.name,
                &b.function,
            ))
        })
    });
    all
}

struct Bench<'a> {
    name: &'a str,
    all: &'a mut Vec<LogFinding>,
}

impl Bench<'_> {
    fn tell(&mut self, name: &str, message: String, place: Option<&LogPlace>, count: u64) {
        let check = check(name);
        self.all.push(LogFinding {
            check,
            severity: check.severity,
            function: self.name.to_owned(),
            message,
            place: place.cloned(),
            count,
        });
    }
}

fn judge_sensitive(bench: &mut Bench<'_>, log: &FunctionLog) {
    for found in log.sensitive.iter() {
        let (count, preview) = (found.count, &found.preview);
        let times = times(count);
        let (name, what) = if found.family == "secret" {
            let which = found.kind.strip_prefix("secret:").unwrap_or(&found.kind);
            ("logged-secret", format!("a secret (`{which}`) {times}: `{preview}`"))
        } else {
            (
                "logged-personal-data",
                format!("personal data (`{}`) {times}: `{preview}`", found.kind),
            )
        };
        bench.tell(
            name,
            format!("the log of `{}` has {what}", bench.name),
            Some(&found.place),
            count,
        );
    }
}

fn judge_failures(bench: &mut Bench<'_>, log: &FunctionLog) {
    let name = bench.name;
    let all = log.invocations;
    let place = |key: &str| log.places.get(key);
    if let Some(rate) = log.error_rate().filter(|rate| *rate >= MANY_ERRORS && all >= ENOUGH) {
        let percent = rate * 100.0;
        let message = format!("{percent:.1} % of {all} invocations of `{name}` failed");
        bench.tell("error-rate", message, place("error"), log.errors);
    }
    if log.timeouts > 0 {
        let message = format!("{} of {all} invocations of `{name}` timed out", log.timeouts);
        bench.tell("timeouts", message, place("timeout"), log.timeouts);
    }
    if log.out_of_memory > 0 {
        let count = log.out_of_memory;
        let message = format!("{count} of {all} invocations of `{name}` ran out of memory");
        bench.tell("out-of-memory", message, place("out-of-memory"), count);
    }
    if log.init_failures > 0 {
        let count = log.init_failures;
        let message = format!("{count} environments of `{name}` failed to start");
        bench.tell("failed-initialisation", message, place("init"), count);
    }
    if log.throttles > 0 {
        let count = log.throttles;
        let message =
            format!("{count} lines of `{name}` tell of services that refused too many calls");
        bench.tell("throttled-calls", message, place("throttle"), count);
    }
    let is_of_platform = |kind: Option<&str>| {
        kind.is_some_and(|it| {
            it.starts_with("Runtime.") || matches!(it, "Task timed out" | "signal: killed")
        })
    };
    for cluster in log.clusters.sorted() {
        let count = cluster.unhandled;
        if count > 0 && !is_of_platform(cluster.kind.as_deref()) {
            let kind = cluster.kind.as_deref().unwrap_or("an error");
            let message =
                format!("`{kind}` ended {count} invocations of `{name}`: `{}`", cluster.template());
            bench.tell("unhandled-error", message, Some(&cluster.place), count);
        }
    }
}

fn judge_new_errors(bench: &mut Bench<'_>, log: &FunctionLog, learn_ms: i64) {
    let Some(known) = log.first.map(|first| first.saturating_add(learn_ms)) else { return };
    let new =
        log.clusters.sorted().into_iter().filter(|it| it.first.is_some_and(|first| first >= known));
    for cluster in new.take(MOST_NEW) {
        let since = cluster.first.map(lambda_log::write_millis).unwrap_or_default();
        let kind = cluster.kind.as_deref().unwrap_or("an error");
        let message = format!(
            "`{kind}` is new in `{}` since {since}, {}: `{}`",
            bench.name,
            times(cluster.count),
            cluster.template()
        );
        bench.tell("new-error", message, Some(&cluster.place), cluster.count);
    }
}

fn judge_memory(bench: &mut Bench<'_>, log: &FunctionLog) {
    let Some((size, memory)) = log.current_memory() else { return };
    let (name, used) = (bench.name, memory.max_used_mib);
    let (check, message) = match log.memory_verdict() {
        Some(MemoryVerdict::CloseToLimit) => {
            ("memory-close-to-limit", format!("`{name}` used up to {used:.0} of its {size} MiB"))
        }
        Some(MemoryVerdict::OverProvisioned) => {
            let message = format!("`{name}` never used more than {used:.0} of its {size} MiB");
            ("memory-over-provisioned", message)
        }
        _ => return,
    };
    bench.tell(check, message, None, memory.invocations);
}

fn judge_log(bench: &mut Bench<'_>, log: &FunctionLog) {
    let name = bench.name;
    if log.dropped > 0 {
        let count = log.dropped;
        let message = format!("the platform threw away {count} records of the log of `{name}`");
        bench.tell("dropped-records", message, log.places.get("dropped"), count);
    }
    let of = |level: &str| log.levels.get(level).copied().unwrap_or_default();
    let debugging = of("debug") + of("trace");
    let levelled = log.lines - of("none").min(log.lines);
    #[expect(clippy::cast_precision_loss, reason = "counts below 2^52")]
    let is_most = debugging as f64 > levelled as f64 * MOSTLY;
    if is_most && debugging >= ENOUGH {
        let message =
            format!("{debugging} of {levelled} lines of `{name}` with a level are for debugging");
        bench.tell("debug-logging", message, None, debugging);
    }
}

fn judge_guard(bench: &mut Bench<'_>, log: &FunctionLog) {
    // Refusals of all classes are one finding, with each class in its words.
    let mut by_check: BTreeMap<&str, (Vec<String>, u64, &LogPlace)> = BTreeMap::new();
    for ((kind, class), (count, place)) in &log.guard {
        let check = match kind.as_str() {
            "event-blocked" => "blocked-attacks",
            "event-flagged" => "flagged-attacks",
            "fault" | "uninspected" => "guard-fault",
            "process-spawned" | "egress-denied" | "sensitive-read" | "code-written"
            | "metadata-contacted" => "guard-alarm",
            _ => continue,
        };
        let what = match class {
            Some(class) => format!("{class} {count}"),
            None => format!("{kind} {count}"),
        };
        let (words, sum, _) = by_check.entry(check).or_insert((Vec::new(), 0, place));
        words.push(what);
        *sum += count;
    }
    for (check, (words, count, place)) in by_check {
        let verb = match check {
            "blocked-attacks" => "refused",
            "flagged-attacks" => "let pass, and told,",
            "guard-fault" => "could not look at or do",
            _ => "saw",
        };
        let message = format!("the guard of `{}` {verb} {count}: {}", bench.name, words.join(", "));
        bench.tell(check, message, Some(place), count);
    }
}

fn times(count: u64) -> String {
    if count == 1 { "once".to_owned() } else { format!("{count} times") }
}
