//! The program while it is killed, and while its disk is full.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod scene;

use std::{
    fs,
    path::Path,
    process::{Command, Stdio},
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use serde_json::Value;

use crate::scene::{Scene, event, fill};

/// How often each kind of work is killed.
const KILLS: u32 = 20;

/// Runs after which a test gives up to hit anything.
const MOST_RUNS: u32 = 400;

/// Counts the events of a lake, and how many of them are different.
const COUNTS: &str = "SELECT SUM(rows) AS rows, SUM(1) AS ids FROM \
     (SELECT event_id, SUM(1) AS rows FROM events GROUP BY event_id) x";

/// Numbers by chance, others in every run of the tests.
struct Chance(u64);

impl Chance {
    fn new() -> Self {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        Self(u64::from(now.subsec_nanos()) | 1)
    }

    /// Up to `most`, in steps that nobody sees.
    fn pause(&mut self, most: Duration) -> Duration {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        most.mul_f64(f64::from(u16::try_from(self.0 >> 48).unwrap()) / f64::from(u16::MAX))
    }
}

impl Scene {
    /// Events in the lake, and how many of them are different.
    fn counts(&self) -> (u64, u64) {
        let output = self.run(&["query", COUNTS]);
        let text = String::from_utf8(output.stdout).unwrap();
        let row: Value = serde_json::from_str(text.trim()).unwrap();
        let number = |name: &str| row[name].as_u64().unwrap_or_default();
        (number("rows"), number("ids"))
    }

    /// Runs to the end, and tells how long that took.
    fn time(&self, arguments: &[&str]) -> Duration {
        let started = Instant::now();
        let output = self.run(arguments);
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{arguments:?}: {text}");
        started.elapsed()
    }

    /// Runs, and kills what has not ended after so long; whether it was killed.
    fn kill(&self, arguments: &[&str], pause: Duration) -> bool {
        let mut child = Command::new(env!("CARGO_BIN_EXE_faasguard-lake"))
            .args(arguments)
            .arg("--lake")
            .arg(self.lake())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(pause);
        let is_over = child.try_wait().unwrap().is_some();
        child.kill().unwrap();
        child.wait().unwrap();
        !is_over
    }

    fn has_commits(&self) -> bool {
        fs::read_dir(self.lake().join("_faasguard/commits")).is_ok_and(|mut it| it.next().is_some())
    }

    fn status(&self) -> Value {
        serde_json::from_slice(&self.run(&["status"]).stdout).unwrap()
    }

    /// After a last run of everything, the folders hold what the lake names and nothing else.
    fn must_be_clean(&self) {
        self.time(&["compact"]);
        self.time(&["vacuum", "--hours", "0"]);
        let status = self.status();
        let names = files(&self.lake().join("events"));
        assert!(names.iter().all(|name| name.ends_with(".parquet")), "{names:?}");
        assert_eq!(status["files"], names.len());
    }
}

/// The names of all files below a folder.
fn files(folder: &Path) -> Vec<String> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            names.extend(files(&path));
        } else {
            names.push(path.display().to_string());
        }
    }
    names
}

#[test]
fn an_import_that_is_killed_at_any_moment_loses_and_doubles_nothing() {
    let (scene, mut chance) = (Scene::new(), Chance::new());
    fill(&scene.trail(), 0..12, 2_000);
    let trail = scene.trail();
    let import = ["import", trail.to_str().unwrap(), "--buffer", "1MiB"];
    let twin = Scene::new();
    let whole = twin.time(&import);
    let (mut kills, mut files, mut last) = (0, 12, 0);
    for run in 0.. {
        assert!(run < MOST_RUNS, "{kills} kills");
        if kills == KILLS {
            break;
        }
        if scene.kill(&import, chance.pause(whole)) {
            kills += 1;
        } else {
            // It came to its end: there must be something to do for the next one.
            fill(&scene.trail(), files..files + 4, 2_000);
            files += 4;
        }
        if scene.has_commits() {
            let (rows, ids) = scene.counts();
            assert!(rows == ids && rows >= last, "{rows} rows, {ids} events, {last} before");
            last = rows;
        }
    }
    let expect = u64::from((files + 1) * 1_000);
    let summary = scene.import();
    assert_eq!((summary["files"].as_u64(), scene.counts()), (Some(files.into()), (expect, expect)));
    assert_eq!(scene.import()["already"], files);
    scene.must_be_clean();
    assert_eq!(scene.counts(), (expect, expect));
}

#[test]
fn a_compaction_that_is_killed_at_any_moment_changes_no_row() {
    let (scene, mut chance) = (Scene::new(), Chance::new());
    let (mut kills, mut files) = (0, 0);
    let mut whole = Duration::ZERO;
    for run in 0.. {
        assert!(run < MOST_RUNS, "{kills} kills");
        if kills == KILLS {
            break;
        }
        // Two imports leave two files a day at least, of events and of digests.
        if run == 0 || scene.status()["files"].as_u64().unwrap() < 18 {
            for _ in 0..2 {
                fill(&scene.trail(), files..files + 2, 2_000);
                files += 2;
                scene.import();
            }
        }
        if run == 0 {
            whole = scene.time(&["compact"]);
            continue;
        }
        kills += u32::from(scene.kill(&["compact"], chance.pause(whole)));
        let expect = u64::from((files + 1) * 1_000);
        assert_eq!(scene.counts(), (expect, expect), "after kill {kills}");
    }
    let expect = u64::from((files + 1) * 1_000);
    assert_eq!(scene.import()["written"], 0);
    scene.must_be_clean();
    assert_eq!(scene.counts(), (expect, expect));
}

/// Days of events, today the last one.
const DAYS: u32 = 60;
const EVENTS_OF_DAY: u32 = 50;

#[test]
fn retention_that_is_killed_at_any_moment_lets_whole_days_go() {
    let (scene, mut chance) = (Scene::new(), Chance::new());
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let today = i64::try_from(since.as_secs() / 86_400).unwrap();
    let mut text = String::new();
    for id in 0..DAYS * EVENTS_OF_DAY {
        let day = lake_store::Day(today - i64::from(id % DAYS));
        text.push_str(&event(id, &day.to_string()));
    }
    fs::write(scene.trail().join("trail.jsonl"), text).unwrap();
    scene.import();
    let of = |days: u32| u64::from(days * EVENTS_OF_DAY);
    let (mut kills, mut kept, mut days) = (0, DAYS, DAYS);
    let mut whole = scene.time(&["retain", "--days", &(DAYS + 1).to_string()]);
    for run in 0.. {
        assert!(run < MOST_RUNS, "{kills} kills");
        // Midnight may pass, and one more day be too old.
        if kills >= KILLS || days < 4 {
            break;
        }
        if kept == days {
            days -= 1;
        }
        let (asked, hours) = ((days - 1).to_string(), "0");
        for arguments in [["retain", "--days", asked.as_str()], ["vacuum", "--hours", hours]] {
            if scene.kill(&arguments, chance.pause(whole)) {
                kills += 1;
            }
            let (rows, ids) = scene.counts();
            assert_eq!(rows, ids);
            assert!(rows == of(kept) || rows == of(days), "{rows} rows at {kept} or {days} days");
            kept = if rows == of(days) { days } else { kept };
        }
        whole = whole.max(Duration::from_millis(20));
    }
    assert!(kills >= KILLS, "{kills} kills");
    scene.time(&["retain", "--days", &(days - 1).to_string()]);
    scene.must_be_clean();
    assert_eq!(scene.counts(), (of(days), of(days)));
    // What went does not come back.
    fs::write(scene.trail().join("again.jsonl"), event(DAYS - 1, "2026-01-01")).unwrap();
    assert_eq!(scene.import()["written"], 0);
    assert_eq!(scene.counts(), (of(days), of(days)));
}

/// A disk of its own, in memory, which goes with the process that made it. Prints the exit code of each import
/// and what it said, for a disk of each of the sizes, then the counts at a size that is enough.
const SCRIPT: &str = r#"
set -e
program=$0 trail=$1 lake=$2
mkdir -p "$lake"
mount -t tmpfs -o size=64k none "$lake"
shift 2
for size in "$@"; do
    mount -o "remount,size=$size" none "$lake"
    code=0
    said=$("$program" import --quiet --buffer 1MiB "$trail" --lake "$lake" 2>&1) || code=$?
    echo "import $size $code $(printf '%s' "$said" | tail -n 1)"
    rows=$("$program" query "$SQL" --lake "$lake" 2>&1) || true
    echo "rows $rows"
    code=0
    said=$("$program" compact --lake "$lake" 2>&1) || code=$?
    echo "compact $size $code $(printf '%s' "$said" | tail -n 1)"
done
mount -o remount,size=256m none "$lake"
"$program" import --quiet "$trail" --lake "$lake"
echo "rows $("$program" query "$SQL" --lake "$lake")"
"$program" compact --lake "$lake"
"$program" vacuum --hours 0 --lake "$lake"
echo "rows $("$program" query "$SQL" --lake "$lake")"
echo "end $("$program" import --quiet "$trail" --lake "$lake" 2>&1)"
"#;

#[test]
fn a_disk_that_fills_up_loses_and_doubles_nothing() {
    let scene = Scene::new();
    fill(&scene.trail(), 0..24, 2_000);
    let expect = "{\"rows\":25000,\"ids\":25000}";
    let sizes = ["32k", "256k", "384k", "512k", "768k", "1m", "1536k", "2m"];
    let run = |namespaces: &[&str]| {
        Command::new("unshare")
            .args(namespaces)
            .args(["bash", "-c", SCRIPT, env!("CARGO_BIN_EXE_faasguard-lake")])
            .args([scene.trail(), scene.lake()])
            .args(sizes)
            .env("SQL", COUNTS)
            .output()
            .unwrap()
    };
    // As whoever runs the tests, or as root where that is the only one who may mount.
    let mut output = run(&["--user", "--map-root-user", "--mount"]);
    if output.stdout.is_empty() {
        output = run(&["--mount"]);
    }
    let text = String::from_utf8(output.stdout).unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    if text.is_empty() {
        assert!(std::env::var_os("FAASGUARD_REQUIRE_CLIENTS").is_none(), "no disk: {said}");
        eprintln!("not tested: no disk can be mounted here: {said}");
        return;
    }
    assert!(output.status.success(), "{text}{said}");
    let (mut full, mut partial) = (0, 0);
    for line in text.lines() {
        let mut words = line.splitn(4, ' ');
        match words.next().unwrap() {
            kind @ ("import" | "compact") => {
                let (code, said) = (words.nth(1).unwrap(), words.next().unwrap());
                let is_full = code == "2" && said.contains("cannot be written");
                // Before the first commit there is no lake to compact.
                let is_none = kind == "compact" && said.contains("there is no lake");
                assert!(code == "0" || is_full || is_none, "{line}");
                full += u32::from(kind == "import" && is_full);
            }
            "rows" if line.contains('{') => {
                let row: Value = serde_json::from_str(&line[5..]).unwrap();
                assert_eq!(row["rows"], row["ids"], "{line}");
                let rows = row["rows"].as_u64().unwrap_or_default();
                partial += u32::from(rows > 0 && rows < 25_000);
            }
            _ => {}
        }
    }
    // The disk was full before the first event was in the lake, and after some were.
    assert!(full >= 3 && partial >= 1, "{text}");
    // With room again, and compacted.
    let rows: Vec<_> = text.lines().filter(|line| line.starts_with("rows ")).collect();
    assert!(rows[rows.len() - 2..].iter().all(|line| line.ends_with(expect)), "{text}");
    let end = text.lines().find(|line| line.starts_with("end ")).unwrap();
    assert_eq!(serde_json::from_str::<Value>(&end[4..]).unwrap()["already"], 24, "{end}");
}
