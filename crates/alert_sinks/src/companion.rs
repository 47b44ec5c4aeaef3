//! Messages for clouds, handed to the program `faasguard-cloud`, which has the SDKs and credentials.

use std::{
    collections::BTreeMap,
    env,
    io::{Read as _, Write as _},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use serde::Deserialize;
use serde_json::Value;

use crate::sink::Fate;

/// Name of the companion.
pub(crate) const PROGRAM: &str = "faasguard-cloud";

/// Bytes that are read of what it prints.
const MOST_OUTPUT: u64 = 1 << 20;

/// How often it is looked after.
const TICK: Duration = Duration::from_millis(10);

/// The program, and how long it may take.
#[derive(Clone, Debug)]
pub(crate) struct Companion {
    pub(crate) program: PathBuf,
    pub(crate) timeout: Duration,
}

/// One message: a line of its standard input.
pub(crate) struct Message {
    /// What its answer names it by.
    pub(crate) id: String,
    /// `{"id": …, "message": …}`
    pub(crate) line: Value,
}

/// A line of its standard output.
#[derive(Deserialize)]
struct Answer {
    id: String,
    sent: bool,
    #[serde(default)]
    error: Option<String>,
    #[serde(default)]
    retry: bool,
}

/// The program: beside this one, else the first on the PATH.
pub(crate) fn find() -> Option<PathBuf> {
    let beside = env::current_exe().ok().and_then(|at| at.parent().map(Path::to_path_buf));
    let path = env::var_os("PATH").unwrap_or_default();
    beside
        .into_iter()
        .chain(env::split_paths(&path))
        .map(|folder| folder.join(format!("{PROGRAM}{}", env::consts::EXE_SUFFIX)))
        .find(|file| file.is_file())
}

impl Companion {
    /// Runs `faasguard-cloud send ARGUMENTS…` with the messages; gives a fate for each. What it does not
    /// answer is tried again.
    pub(crate) fn send(&self, arguments: &[&str], messages: &[Message]) -> Vec<Fate> {
        match self.run(arguments, messages) {
            Ok(answers) => messages
                .iter()
                .map(|it| {
                    let silent =
                        || Fate::again(format!("`{PROGRAM}` did not say what became of it"));
                    answers.get(&it.id).cloned().unwrap_or_else(silent)
                })
                .collect(),
            Err(reason) => vec![Fate::again(reason); messages.len()],
        }
    }

    fn run(
        &self,
        arguments: &[&str],
        messages: &[Message],
    ) -> Result<BTreeMap<String, Fate>, String> {
        let mut child = Command::new(&self.program)
            .arg("send")
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .map_err(|error| format!("`{PROGRAM}` cannot be started: {error}"))?;
        let lines: Vec<String> = messages.iter().map(|it| it.line.to_string()).collect();
        let text = lines.join("\n") + "\n";
        let input = child.stdin.take();
        let output = child.stdout.take();
        let (status, printed) = thread::scope(|scope| {
            scope.spawn(move || {
                // It may end before it read everything; then it says why.
                let _ = input.map(|mut it| it.write_all(text.as_bytes()));
            });
            let reader = scope.spawn(move || {
                let mut printed = String::new();
                let _ = output.map(|it| it.take(MOST_OUTPUT).read_to_string(&mut printed));
                printed
            });
            let status = self.wait(&mut child);
            (status, reader.join().unwrap_or_default())
        });
        let answers: BTreeMap<String, Fate> = printed.lines().filter_map(fate_of).collect();
        match status {
            Some(0) => Ok(answers),
            Some(code) if answers.is_empty() => Err(format!("`{PROGRAM}` ended with {code}")),
            None if answers.is_empty() => Err(format!("`{PROGRAM}` did not end in time")),
            _ => Ok(answers),
        }
    }

    /// Its exit code, or `None` when it took too long and was ended.
    fn wait(&self, child: &mut Child) -> Option<i32> {
        let deadline = Instant::now() + self.timeout;
        loop {
            match child.try_wait() {
                Ok(Some(status)) => return Some(status.code().unwrap_or(-1)),
                Ok(None) if Instant::now() < deadline => thread::sleep(TICK),
                _ => {
                    let _ = child.kill();
                    let _ = child.wait();
                    return None;
                }
            }
        }
    }
}

fn fate_of(line: &str) -> Option<(String, Fate)> {
    let answer: Answer = serde_json::from_str(line).ok()?;
    let reason = || answer.error.clone().unwrap_or_else(|| "no reason was given".to_owned());
    let fate = match (answer.sent, answer.retry) {
        (true, _) => Fate::Sent,
        (false, true) => Fate::again(reason()),
        (false, false) => Fate::Refused { reason: reason() },
    };
    Some((answer.id, fate))
}
