//! Queries on Apache Spark: the user's own `spark-sql`, told which files of the lake are committed.
//!
//! Each row comes back as one line of JSON, since the table that `spark-sql` prints cannot be read back: it
//! separates columns by tabs and writes nothing around values.

use std::{
    fmt::Write as _,
    fs,
    io::{BufRead as _, BufReader, Read},
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, bail};
use lake_store::DataFile;
use serde_json::{Map, Value};

use crate::external::{COLUMNS, Column};

/// Largest answer that is read, in bytes.
const ANSWER_BYTES: u64 = 1 << 30;
/// As much of what `spark-sql` says besides is kept, in bytes.
const MESSAGE_BYTES: usize = 256 << 10;

/// How `spark-sql` is run.
#[derive(Debug)]
pub(crate) struct Settings {
    /// As for `--master` of Spark: `local[4]`, `spark://host:7077`, `yarn`, `k8s://…`.
    pub(crate) master: String,
    /// The program; `spark-sql` of `SPARK_HOME` or PATH unless given.
    pub(crate) program: Option<PathBuf>,
    /// It is ended after so long.
    pub(crate) deadline: Duration,
}

/// One row, its columns in order.
pub(crate) type Row = Map<String, Value>;

/// Runs `sql`, one query that only reads, over `files` of the lake at `root` (`file:///…/` or `s3://…/`).
///
/// Times come back as text of ISO 8601 in UTC. A lake in a bucket is read as `s3a://`, with what the
/// user's Spark knows about credentials.
///
/// # Errors
/// When `spark-sql` cannot be started, refuses the query, or does not end in time.
pub(crate) fn query(
    root: &str,
    files: &[DataFile],
    sql: &str,
    settings: &Settings,
) -> anyhow::Result<Vec<Row>> {
    let scratch = Scratch::new()?;
    let paths: Vec<&str> = files.iter().map(|file| file.path.as_str()).collect();
    let script = scratch.0.join("query.sql");
    fs::write(&script, statements(root, &paths, sql)?)?;
    let mut child = start(settings, &script, &scratch.0)?;
    let (out, err) = (child.stdout.take(), child.stderr.take());
    let rows = thread::spawn(move || out.map_or_else(|| Ok(Vec::new()), read_rows));
    let messages = thread::spawn(move || err.map(last_messages).unwrap_or_default());
    let status = wait(&mut child, settings.deadline)?;
    let messages = messages.join().unwrap_or_default();
    let rows = rows.join().map_err(|_| anyhow::anyhow!("the reader of `spark-sql` failed"))?;
    if !status.success() {
        bail!("`spark-sql` ended with {status}: {}", reason(&messages));
    }
    rows
}

fn start(settings: &Settings, script: &Path, folder: &Path) -> anyhow::Result<Child> {
    let program = settings.program.clone().unwrap_or_else(|| {
        std::env::var_os("SPARK_HOME")
            .map_or_else(|| "spark-sql".into(), |home| Path::new(&home).join("bin/spark-sql"))
    });
    let mut command = Command::new(&program);
    command.args(["--master", &settings.master]);
    for conf in [
        // No database of tables is made or asked.
        "spark.sql.catalogImplementation=in-memory",
        "spark.sql.ansi.enabled=true",
        "spark.sql.ansi.doubleQuotedIdentifiers=true",
        // `${…}` in a query is text.
        "spark.sql.variable.substitute=false",
        "spark.sql.session.timeZone=UTC",
        // Accounts keep their leading zeros.
        "spark.sql.sources.partitionColumnTypeInference.enabled=false",
        "spark.ui.enabled=false",
        "spark.log.level=ERROR",
    ] {
        command.args(["--conf", conf]);
    }
    command
        .arg("-f")
        .arg(script)
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| {
            let program = program.display();
            format!(
                "cannot start `{program}`; install Spark, or give its spark-sql with --spark-sql"
            )
        })
}

/// Waits for the end, and makes one when it does not come in time or this process is asked to end: Spark
/// would go on without its caller.
fn wait(child: &mut Child, deadline: Duration) -> anyhow::Result<ExitStatus> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let started = Instant::now();
    let reason = runtime.block_on(async {
        let interrupted = crate::ballista::interrupted();
        tokio::pin!(interrupted);
        loop {
            if let Some(status) = child.try_wait()? {
                return Ok::<_, anyhow::Error>(Ok(status));
            }
            if started.elapsed() > deadline {
                let limit = deadline.as_secs();
                return Ok(Err(format!(
                    "the query did not end within {limit} s; give a longer --timeout"
                )));
            }
            tokio::select! {
                () = &mut interrupted => return Ok(Err("interrupted; Spark was ended".to_owned())),
                () = tokio::time::sleep(Duration::from_millis(50)) => {}
            }
        }
    })?;
    match reason {
        Ok(status) => Ok(status),
        Err(reason) => {
            child.kill()?;
            child.wait()?;
            bail!("{reason}");
        }
    }
}

/// The script: a view over the committed files, and the query in its words.
fn statements(root: &str, files: &[&str], sql: &str) -> anyhow::Result<String> {
    let mut text = String::from("CREATE TEMPORARY VIEW events ");
    if files.is_empty() {
        let columns: Vec<String> = COLUMNS
            .iter()
            .map(|Column { name, hive, .. }| format!("CAST(NULL AS {hive}) AS `{name}`"))
            .collect();
        writeln!(text, "AS SELECT {} WHERE 1 = 0;", columns.join(", "))?;
    } else {
        let columns: Vec<String> =
            COLUMNS.iter().map(|Column { name, hive, .. }| format!("`{name}` {hive}")).collect();
        let root = spark_root(root);
        let names: Vec<String> = files.iter().map(|file| escape_glob(file)).collect();
        let glob = format!("{}{{{}}}", escape_glob(&root), names.join(","));
        let (glob, base) = (literal(&glob), literal(&format!("{root}events")));
        writeln!(
            text,
            "({}) USING parquet OPTIONS (path {glob}, basePath {base});",
            columns.join(", ")
        )?;
    }
    let sql = spark_text(sql)?;
    writeln!(
        text,
        "SELECT to_json(struct(answer.*), map('ignoreNullFields', 'false')) FROM (\n{sql}\n) answer;"
    )?;
    Ok(text)
}

/// The lake's address as Hadoop writes it: no percent signs in paths, buckets through `s3a`.
fn spark_root(root: &str) -> String {
    match (root.strip_prefix("s3://"), root.strip_prefix("file://")) {
        (Some(bucket), _) => format!("s3a://{bucket}"),
        (_, Some(path)) => format!("file://{}", percent_decoded(path)),
        _ => root.to_owned(),
    }
}

fn percent_decoded(text: &str) -> String {
    let (mut bytes, mut rest) = (Vec::new(), text.as_bytes());
    while let Some((&first, after)) = rest.split_first() {
        let coded = (first == b'%').then(|| after.get(..2)).flatten();
        let coded =
            coded.and_then(|hex| u8::from_str_radix(std::str::from_utf8(hex).ok()?, 16).ok());
        bytes.push(coded.unwrap_or(first));
        rest = if coded.is_some() { after.get(2..).unwrap_or_default() } else { after };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// `path` as a pattern of Hadoop that matches it alone.
fn escape_glob(path: &str) -> String {
    let mut text = String::new();
    for letter in path.chars() {
        if "\\{}[]*?,^".contains(letter) {
            text.push('\\');
        }
        text.push(letter);
    }
    text
}

/// `text` as a literal of Spark, where a backslash escapes.
fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'"))
}

/// ANSI text as Spark reads it: backslashes in literals doubled, quotes in them escaped; no comments.
///
/// # Errors
/// When a quote is left open, or a second statement follows.
fn spark_text(sql: &str) -> anyhow::Result<String> {
    let mut text = String::new();
    let mut rest = sql.trim().trim_end_matches(';');
    while let Some(letter) = rest.chars().next() {
        let after = rest.get(letter.len_utf8()..).unwrap_or_default();
        rest = match letter {
            '\'' => {
                let (content, after) = quoted(after, '\'')?;
                text.push_str(&literal(&content));
                after
            }
            '"' => {
                let (content, after) = quoted(after, '"')?;
                write!(text, "`{}`", content.replace('`', "``"))?;
                after
            }
            '-' if after.starts_with('-') => {
                let (_, after) = after.split_once('\n').unwrap_or(("", ""));
                text.push('\n');
                after
            }
            '/' if after.starts_with('*') => {
                let comment =
                    after.split_once("*/").context("a comment of the query is left open")?;
                text.push(' ');
                comment.1
            }
            ';' => bail!("give one query, without `;`"),
            _ => {
                text.push(letter);
                after
            }
        };
    }
    Ok(text)
}

/// What stands before the closing `quote` of `text`, doubled ones made one, and what follows.
fn quoted(text: &str, quote: char) -> anyhow::Result<(String, &str)> {
    let (mut content, mut rest) = (String::new(), text);
    loop {
        let (part, after) = rest.split_once(quote).context("a quote of the query is left open")?;
        content.push_str(part);
        match after.strip_prefix(quote) {
            Some(after) => {
                content.push(quote);
                rest = after;
            }
            None => return Ok((content, after)),
        }
    }
}

fn read_rows(out: impl Read) -> anyhow::Result<Vec<Row>> {
    let mut rows = Vec::new();
    let mut lines = BufReader::new(out.take(ANSWER_BYTES));
    let (mut line, mut bytes) = (String::new(), 0);
    loop {
        line.clear();
        let read = lines.read_line(&mut line).context("`spark-sql` printed what is no text")?;
        bytes += read as u64;
        if bytes >= ANSWER_BYTES {
            bail!("the answer is larger than {} MB; ask for less, or in parts", ANSWER_BYTES >> 20);
        }
        if read == 0 {
            return Ok(rows);
        }
        // Launch scripts of some distributions print lines of their own.
        if line.starts_with('{') {
            rows.push(serde_json::from_str(&line).context("`spark-sql` printed what is no JSON")?);
        }
    }
}

/// The end of what a process said.
fn last_messages(mut err: impl Read) -> String {
    let (mut kept, mut piece) = (Vec::new(), [0; 8192]);
    while let Ok(read) = err.read(&mut piece) {
        if read == 0 {
            break;
        }
        kept.extend_from_slice(piece.get(..read).unwrap_or_default());
        if kept.len() > 2 * MESSAGE_BYTES {
            kept.drain(..kept.len() - MESSAGE_BYTES);
        }
    }
    String::from_utf8_lossy(&kept).into_owned()
}

/// The line that says why: Spark's error class in brackets, or an exception.
fn reason(messages: &str) -> String {
    let line = messages
        .lines()
        .find(|line| line.starts_with('[') && line.contains(']'))
        .or_else(|| {
            messages.lines().find(|line| line.contains("Exception") || line.contains("rror:"))
        })
        .or_else(|| messages.lines().last())
        .unwrap_or("it said nothing");
    crate::visible(&line.chars().take(400).collect::<String>()).into_owned()
}

/// A folder for one run, which only this user may enter, removed at the end.
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> anyhow::Result<Self> {
        let started = std::time::SystemTime::now()
            .duration_since(std::time::UNIX_EPOCH)
            .map_or(0, |time| time.as_nanos());
        let name = format!("faasguard-lake-spark-{}-{started}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        let mut builder = fs::DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&folder).with_context(|| format!("cannot make `{}`", folder.display()))?;
        Ok(Self(folder))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // What stays is a script in a folder of this user.
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[cfg(test)]
mod tests {
    use super::{escape_glob, read_rows, reason, spark_root, spark_text, statements};

    #[test]
    fn literals_keep_their_meaning_where_a_backslash_escapes() {
        assert_eq!(spark_text(r"SELECT 'it''s \n'").unwrap(), r"SELECT 'it\'s \\n'");
        assert_eq!(spark_text("SELECT \"a`b\";").unwrap(), "SELECT `a``b`");
    }

    #[test]
    fn comments_go_and_nothing_leaves_the_brackets() {
        assert_eq!(spark_text("SELECT 1 -- ) x; DROP\n, 2 /* ; */").unwrap(), "SELECT 1 \n, 2  ");
        for wrong in ["SELECT 1; SELECT 2", "SELECT 'a", "SELECT \"a", "SELECT 1 /* a"] {
            assert!(spark_text(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_view_reads_the_committed_files_and_no_other() {
        let files = ["events/account=1/day=2026-11-01/a.parquet", "events/account=2/b,{}.parquet"];
        let text = statements("file:///srv/my%20lake/", &files, "SELECT 1").unwrap();
        let glob = r"path 'file:///srv/my lake/{events/account=1/day=2026-11-01/a.parquet,events/account=2/b\\,\\{\\}.parquet}'";
        assert!(text.contains(glob), "{text}");
        assert!(text.contains("basePath 'file:///srv/my lake/events'"), "{text}");
    }

    #[test]
    fn a_lake_without_files_has_its_columns_and_no_rows() {
        let text = statements("file:///lake/", &[], "SELECT 1").unwrap();
        assert!(text.contains("CAST(NULL AS ARRAY<STRING>) AS `resource_arns`"), "{text}");
        assert!(text.contains("WHERE 1 = 0;"), "{text}");
    }

    #[test]
    fn buckets_are_read_through_s3a() {
        assert_eq!(spark_root("s3://bucket/lake/"), "s3a://bucket/lake/");
        assert_eq!(escape_glob("a*b"), r"a\*b");
    }

    #[test]
    fn rows_are_the_lines_of_json() {
        let rows = read_rows("note\n{\"b\":1,\"a\":null}\n".as_bytes()).unwrap();
        assert_eq!(rows[0].keys().collect::<Vec<_>>(), ["b", "a"]);
        assert!(read_rows("{\"b\":\n".as_bytes()).is_err());
    }

    #[test]
    fn the_reason_is_the_line_with_the_class_of_the_error() {
        let text = "Setting level\n[UNRESOLVED_COLUMN] A column `x`\u{7}\n  at a.b.C";
        assert!(reason(text).starts_with("[UNRESOLVED_COLUMN] A column `x`"));
        assert!(!reason(text).contains('\u{7}'));
    }
}
