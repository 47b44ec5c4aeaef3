//! What the tests stand on: a runtime client with a handler, behind the guard or not.

use std::{
    env,
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use guard_emulator::{Emulator, Function, Program, Record, Source};
use serde_json::{Value, json};

/// A language whose client AWS publishes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Language {
    Python,
    Node,
    /// A client of our own in Python, with so many threads.
    Raw(u32),
}

/// Both languages; none, with a printed line, where the clients are not installed.
pub(crate) fn languages() -> Vec<Language> {
    if clients().is_some() { vec![Language::Python, Language::Node] } else { Vec::new() }
}

/// Whether the guard stands before the runtime.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Guard {
    Absent,
    Present,
}

/// Where `install.sh` puts the clients.
fn clients() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/clients");
    if folder.join("python.version").exists() && folder.join("node.version").exists() {
        return Some(folder);
    }
    println!("skipped: no clients; crates/guard_emulator/tests/clients/install.sh installs them");
    assert!(env::var_os("FAASGUARD_REQUIRE_CLIENTS").is_none(), "the clients are not installed");
    None
}

/// The program under test.
pub(crate) fn guard() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_faasguard-guard"))
}

/// An empty folder of its own for each call.
pub(crate) fn folder() -> PathBuf {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    // Within `/tmp`, where functions may write.
    let name = format!("faasguard-clients-{}-{number}", std::process::id());
    let folder = env::temp_dir().join(name);
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// A function that runs.
pub(crate) struct Stage {
    pub(crate) emulator: Emulator,
    lines: Arc<Mutex<Vec<(Source, String)>>>,
    folder: PathBuf,
}

impl Stage {
    /// Starts `handler` (`handler`, `vulnerable`, `batch`) with its client.
    pub(crate) fn start(language: Language, guard: Guard, handler: &str) -> Self {
        Self::with(language, guard, handler, &json!({}), Function::default())
    }

    /// The same with settings and another function.
    pub(crate) fn with(
        language: Language,
        guard: Guard,
        handler: &str,
        settings: &Value,
        function: Function,
    ) -> Self {
        let folder = folder();
        fs::write(folder.join("settings.json"), settings.to_string()).unwrap();
        fs::write(folder.join("benign.txt"), "benign").unwrap();
        let lines: Arc<Mutex<Vec<(Source, String)>>> = Arc::default();
        let to = Arc::clone(&lines);
        let sink = move |source: Source, line: &[u8]| {
            to.lock().unwrap().push((source, String::from_utf8_lossy(line).into_owned()));
        };
        let emulator = Emulator::start(function, Arc::new(sink)).unwrap();
        emulator.run(command(language, guard, handler, &folder)).unwrap();
        Self { emulator, lines, folder }
    }

    pub(crate) fn ask(&self, event: &Value) -> Record {
        self.emulator.invoke(event.to_string().as_bytes())
    }

    /// What the handler saw, in order.
    pub(crate) fn marks(&self) -> Vec<String> {
        let marks = fs::read_to_string(self.folder.join("marks")).unwrap_or_default();
        marks.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// The lines of the log, once one has these words: lines come on a way of their own.
    pub(crate) fn log_with(&self, words: &str) -> String {
        let until = Instant::now() + Duration::from_secs(30);
        loop {
            let log = self.log();
            if log.contains(words) {
                return log;
            }
            assert!(Instant::now() < until, "no line has `{words}`: {log}");
            thread::sleep(Duration::from_millis(5));
        }
    }

    /// The lines of the log so far.
    pub(crate) fn log(&self) -> String {
        let lines = self.lines.lock().unwrap();
        let lines: Vec<String> =
            lines.iter().map(|(source, line)| format!("{source:?} {line}")).collect();
        lines.join("\n")
    }

    /// The events that the guard told of, as JSON.
    pub(crate) fn security_events(&self) -> Vec<Value> {
        let lines = self.lines.lock().unwrap();
        let events = lines.iter().filter(|(_, line)| line.starts_with("{\"faasguard\":\"event\""));
        events.map(|(_, line)| serde_json::from_str(line).unwrap()).collect()
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// The client with its handler, and the guard before it or not.
pub(crate) fn command(language: Language, guard: Guard, handler: &str, folder: &Path) -> Program {
    let clients = clients().unwrap();
    let handlers = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/real_clients/handlers");
    let python = clients.join("python/bin/python").into_os_string();
    let name: OsString = format!("app.{handler}").into();
    let runtime: Vec<OsString> = match language {
        Language::Python => vec![python, "-m".into(), "awslambdaric".into(), name],
        Language::Node => {
            let main = clients.join("node/node_modules/aws-lambda-ric/bin/index.mjs");
            vec!["node".into(), main.into(), name]
        }
        Language::Raw(threads) => vec![python, "raw.py".into(), threads.to_string().into()],
    };
    let mut command: Vec<OsString> = Vec::new();
    if guard == Guard::Present {
        command.extend([self::guard().into(), "wrap".into(), "--".into()]);
    }
    command.extend(runtime);
    let variables = [
        ("LAMBDA_TASK_ROOT", handlers.clone()),
        ("FAASGUARD_SETTINGS", folder.join("settings.json")),
        ("FOLDER", folder.to_path_buf()),
        ("MARK", folder.join("marks")),
    ];
    let variables = variables.map(|(name, value)| (name.into(), value.into())).into();
    Program { command, folder: Some(handlers), variables }
}
