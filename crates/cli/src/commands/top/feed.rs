//! Where the alerts of a view come from: a file that grows, or this program that follows folders.

use std::{
    env,
    fs::File,
    io::{self, BufRead as _, BufReader, Read},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        Mutex,
        mpsc::{Receiver, SyncSender, sync_channel},
    },
    thread,
    time::Duration,
};

use alert_form::{Alert, MAX_LINE};
use anyhow::Context as _;

use super::TopOptions;
use crate::output;

/// News that wait to be shown; a reader that is ahead waits.
const MOST_WAITING: usize = 1_000;

/// How often a file is looked at again.
const TICK: Duration = Duration::from_millis(200);

/// What came.
pub(super) enum News {
    Alert(Box<Alert>),
    /// A line that is no alert.
    Odd,
    /// Something for the last line of the screen.
    Said(String),
}

/// A thread that reads.
pub(super) struct Feed {
    news: Receiver<News>,
    /// The run that follows folders; ended with this one.
    child: Option<Mutex<Child>>,
}

impl Feed {
    pub(super) fn start(options: &TopOptions) -> anyhow::Result<Self> {
        let (sender, news) = sync_channel(MOST_WAITING);
        let Some(path) = &options.file else { return Self::follow(options, sender, news) };
        let is_once = options.once;
        if output::is_standard(path) {
            thread::spawn(move || {
                let _ = lines(&mut BufReader::new(io::stdin()), &sender);
            });
            return Ok(Self { news, child: None });
        }
        let file = File::open(path).with_context(|| format!("cannot read `{}`", path.display()))?;
        let path = path.clone();
        thread::spawn(move || grow(&path, file, is_once, &sender));
        Ok(Self { news, child: None })
    }

    /// Runs `trail detect` beside this one, and reads what it prints.
    fn follow(
        options: &TopOptions,
        sender: SyncSender<News>,
        news: Receiver<News>,
    ) -> anyhow::Result<Self> {
        let program = env::current_exe().context("this program does not find itself")?;
        let mut command = Command::new(program);
        command.args(["trail", "detect", "--format", "jsonl", "--quiet"]);
        if !options.once {
            command.args(["--follow", "--heartbeat", "0"]);
            command.args(options.state.iter().flat_map(|it| [Path::new("--state"), it.as_path()]));
        }
        command.args(options.rules.iter().flat_map(|it| [Path::new("--rules"), it.as_path()]));
        command.args(options.no_builtin.then_some("--no-builtin"));
        command.arg("--").args(&options.follow);
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .context("`trail detect` cannot be started")?;
        let out = child.stdout.take();
        let said = child.stderr.take();
        let words = sender.clone();
        thread::spawn(move || {
            let said = said.map(|it| BufReader::new(it).lines());
            for line in said.into_iter().flatten().map_while(Result::ok) {
                let _ = words.send(News::Said(line));
            }
        });
        thread::spawn(move || {
            if let Some(out) = out {
                let _ = lines(&mut BufReader::new(out), &sender);
            }
        });
        Ok(Self { news, child: Some(Mutex::new(child)) })
    }

    /// What came, without waiting.
    pub(super) fn take(&self) -> Option<News> {
        self.news.try_recv().ok()
    }

    /// What comes next; `None` when nothing comes any more.
    pub(super) fn wait(&self) -> Option<News> {
        self.news.recv().ok()
    }
}

impl Drop for Feed {
    fn drop(&mut self) {
        let Some(child) = self.child.take() else { return };
        let mut child = child.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
        // It keeps its state as it goes, so that it may be ended anywhere.
        let _ = child.kill();
        let _ = child.wait();
    }
}

/// Reads a file, and what is written to it later; one that was replaced or emptied is read from its start.
fn grow(path: &PathBuf, file: File, is_once: bool, news: &SyncSender<News>) {
    let mut done = 0_u64;
    let mut file = file;
    loop {
        let mut reader = BufReader::new(&mut file);
        let Some(read) = lines(&mut reader, news) else { return };
        done += read;
        if is_once {
            return;
        }
        thread::sleep(TICK);
        let Ok(there) = std::fs::metadata(path) else { continue };
        let is_other = file.metadata().is_ok_and(|own| is_other(&own, &there));
        if is_other || there.len() < done {
            // What was written to the old one since.
            let _ = io::Seek::seek(&mut file, io::SeekFrom::Start(done));
            if is_other && lines(&mut BufReader::new(&mut file), news).is_none() {
                return;
            }
            let Ok(opened) = File::open(path) else { continue };
            (file, done) = (opened, 0);
        } else if io::Seek::seek(&mut file, io::SeekFrom::Start(done)).is_err() {
            return;
        }
    }
}

#[cfg(unix)]
fn is_other(one: &std::fs::Metadata, two: &std::fs::Metadata) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    (one.dev(), one.ino()) != (two.dev(), two.ino())
}

#[cfg(not(unix))]
fn is_other(_: &std::fs::Metadata, _: &std::fs::Metadata) -> bool {
    false
}

/// Reads whole lines; gives their bytes, or `None` when nobody listens any more.
fn lines(input: &mut BufReader<impl Read>, news: &SyncSender<News>) -> Option<u64> {
    let mut done = 0;
    let mut line = Vec::new();
    loop {
        line.clear();
        let most = MAX_LINE as u64 + 1;
        let read = input.by_ref().take(most).read_until(b'\n', &mut line).ok()? as u64;
        let is_whole = line.last() == Some(&b'\n');
        if read == 0 || (!is_whole && read < most) {
            // The end of a last line may still come.
            return Some(done);
        }
        done += read;
        if line.trim_ascii().is_empty() {
            continue;
        }
        let what = match Alert::parse(line.trim_ascii()) {
            Ok(alert) => News::Alert(Box::new(alert)),
            Err(_) => News::Odd,
        };
        news.send(what).ok()?;
    }
}
