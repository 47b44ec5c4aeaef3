//! Hooks inside the language (T2): the same rules, kept by the interpreter itself.
//!
//! They are a fallback for platforms whose kernel refuses the rest. Code in the same language is
//! kept by them, native code and other programs are not; nothing that they report is proof against
//! a function that means to deceive.
//!
//! What they see goes to the guard through a named pipe beside them, and from there into the log:
//! what a function writes to its own output never counts as the guard's. Where nobody reads the
//! pipe it stands in the error output.

use std::ffi::{OsStr, OsString};
use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{self, BufRead, BufReader, Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use guard_settings::{EventKind, Mode, Settings};
use rustix::fs::{FileType, Mode as Permissions};
use serde::{Deserialize, Serialize};

use crate::incident::{Incident, TELLING_STACK};
use crate::place::Place;
use crate::rights;

const PYTHON: &str = include_str!("hooks/sitecustomize.py");
const NODE: &str = include_str!("hooks/hook.cjs");

/// Tells the folders of one process apart.
static NEXT: AtomicU32 = AtomicU32::new(0);

/// Longest line that a hook tells, in bytes; it writes none that a pipe would not take whole.
const LONGEST_LINE: u64 = 4096;

/// A line that a hook tells, as far as it is believed.
#[derive(Debug, Deserialize)]
struct Told {
    kind: String,
    detail: String,
    #[serde(default)]
    target: Option<String>,
    #[serde(default)]
    process: Option<String>,
}

/// What the hooks go by.
#[derive(Debug, Serialize)]
struct Rules<'a> {
    refuses: bool,
    mode: Mode,
    function: &'a str,
    /// The pipe to the guard.
    pipe: PathBuf,
    egress: Option<Vec<String>>,
    processes: Option<Vec<PathBuf>>,
    files: Option<Files>,
}

#[derive(Debug, Serialize)]
struct Files {
    read: Vec<PathBuf>,
    write: Vec<PathBuf>,
}

/// Hooks on disk, for the environment of the runtime.
#[derive(Debug)]
pub struct Hooks {
    folder: PathBuf,
    refuses: bool,
    /// An end to write to the pipe: without one its reader would be at its end.
    writer: Option<File>,
}

/// The pipe's name in the folder of the hooks.
const PIPE: &str = "told";

impl Hooks {
    /// Writes the hooks for `settings` into a new folder below `scratch`, to be read by everybody and
    /// written by nobody; `None` when the settings list neither hosts nor programs nor files.
    ///
    /// # Errors
    /// Those of writing two small files.
    pub fn write(
        settings: &Settings,
        place: &Place,
        function: &str,
        scratch: &Path,
    ) -> io::Result<Option<Self>> {
        let lists = (&settings.egress, &settings.processes, &settings.files);
        if settings.mode == Mode::Off || matches!(lists, (None, None, None)) {
            return Ok(None);
        }
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let folder = scratch.join(format!(".faasguard-{}-{number}", std::process::id()));
        let rules = rules(settings, place, function, folder.join(PIPE));
        let refuses = rules.refuses;
        let rules = serde_json::to_string(&rules).map_err(io::Error::from)?;
        // A folder that is there already is somebody else's.
        DirBuilder::new().mode(0o755).create(&folder)?;
        let hooks = Self { folder, refuses, writer: None };
        // JSON in a text is a value of both languages.
        let quoted = serde_json::to_string(&rules).map_err(io::Error::from)?;
        let python = PYTHON
            .replace("_install(RULES)", &format!("_install(__import__('json').loads({quoted}))"));
        hooks.file("sitecustomize.py", &python)?;
        hooks.file("hook.cjs", &NODE.replace("(RULES)", &format!("(JSON.parse({quoted}))")))?;
        Ok(Some(hooks))
    }

    fn file(&self, name: &str, text: &str) -> io::Result<()> {
        let path = self.folder.join(name);
        OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o444)
            .open(path)?
            .write_all(text.as_bytes())
    }

    /// Hands everything that the hooks tell from now on to `tell`, from a thread of its own, until
    /// this value is dropped.
    ///
    /// # Errors
    /// Those of making a named pipe and a thread.
    pub(crate) fn listen(&mut self, tell: impl Fn(Incident) + Send + 'static) -> io::Result<()> {
        let path = self.folder.join(PIPE);
        rustix::fs::mknodat(rustix::fs::CWD, &path, FileType::Fifo, Permissions::empty(), 0)?;
        // The function may be another user.
        rustix::fs::chmod(&path, Permissions::from_raw_mode(0o622))?;
        let not_blocking = rustix::fs::OFlags::NONBLOCK.bits().cast_signed();
        let reader = OpenOptions::new().read(true).custom_flags(not_blocking).open(&path)?;
        self.writer = Some(OpenOptions::new().write(true).open(&path)?);
        rustix::io::ioctl_fionbio(&reader, false)?;
        let refuses = self.refuses;
        std::thread::Builder::new().name("hooks".to_owned()).stack_size(TELLING_STACK).spawn(
            move || {
                let mut lines = BufReader::new(reader);
                let mut line = Vec::new();
                while (&mut lines)
                    .take(LONGEST_LINE)
                    .read_until(b'\n', &mut line)
                    .is_ok_and(|count| count > 0)
                {
                    if let Some(incident) = incident(&line, refuses) {
                        tell(incident);
                    }
                    line.clear();
                }
            },
        )?;
        Ok(())
    }

    /// The variables for the runtime, made of those that it would have had.
    #[must_use]
    pub fn environment(
        &self,
        had: impl Fn(&str) -> Option<OsString>,
    ) -> Vec<(&'static str, OsString)> {
        let join = |first: &OsStr, between: &str, then: Option<OsString>| {
            let mut joined = first.to_owned();
            if let Some(then) = then.filter(|then| !then.is_empty()) {
                joined.push(between);
                joined.push(then);
            }
            joined
        };
        let mut require = OsString::from("--require ");
        require.push(self.folder.join("hook.cjs"));
        vec![
            ("PYTHONPATH", join(self.folder.as_os_str(), ":", had("PYTHONPATH"))),
            ("NODE_OPTIONS", join(&require, " ", had("NODE_OPTIONS"))),
        ]
    }
}

impl Drop for Hooks {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// What a line of a hook tells; only what hooks look at.
fn incident(line: &[u8], refuses: bool) -> Option<Incident> {
    let told: Told = serde_json::from_slice(line).ok()?;
    let kinds = [
        ("process-spawned", EventKind::ProcessSpawned),
        ("egress-denied", EventKind::EgressDenied),
        ("sensitive-read", EventKind::SensitiveRead),
        ("code-written", EventKind::CodeWritten),
    ];
    let (_, kind) = kinds.into_iter().find(|(name, _)| *name == told.kind)?;
    let mut incident = Incident::new(kind, refuses, told.detail);
    if let Some(target) = told.target {
        incident = incident.to(target);
    }
    Some(match told.process {
        Some(process) => incident.of_program(Path::new(&process), &[]),
        None => incident,
    })
}

fn rules<'a>(settings: &Settings, place: &Place, function: &'a str, pipe: PathBuf) -> Rules<'a> {
    let egress = settings.egress.as_ref();
    let processes = settings.processes.as_ref();
    let files = settings.files.as_ref();
    let own = std::env::temp_dir();
    Rules {
        refuses: settings.mode == Mode::Block,
        mode: settings.mode,
        function,
        pipe,
        egress: egress.map(|egress| [&egress.allow[..], &place.needed].concat()),
        processes: processes.map(|list| {
            let listed = list.allow.iter().map(PathBuf::from);
            listed.chain(place.programs()).collect()
        }),
        files: files.map(|files| {
            let written = files.write.iter().map(PathBuf::from);
            let scratch = crate::paths::SCRATCH.map(PathBuf::from);
            let mut read = rights::readable(&files.read, place);
            read.push(own.clone());
            read.extend(written.clone());
            Files { read, write: written.chain(scratch).collect() }
        }),
    }
}
