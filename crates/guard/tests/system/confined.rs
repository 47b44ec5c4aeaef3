//! Handlers that do what they should not, with the runtime clients that AWS publishes, as an
//! unprivileged user, with all tiers and with fewer.

use std::ffi::OsString;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use guard_emulator::{Emulator, Function, Program, Source};
use serde_json::{Value, json};

use crate::clients::clients;
use crate::stage::{LONGEST, SettingsFile, guard};

struct Confined {
    emulator: Emulator,
    lines: Arc<Mutex<Vec<String>>>,
    scratch: tempfile::TempDir,
    outside: tempfile::TempDir,
    _settings: SettingsFile,
}

/// A folder that everybody may write into.
fn open_folder(below: &str) -> tempfile::TempDir {
    let folder = tempfile::Builder::new().prefix("faasguard").tempdir_in(below).unwrap();
    std::fs::set_permissions(folder.path(), PermissionsExt::from_mode(0o777)).unwrap();
    folder
}

fn is_root() -> bool {
    std::fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0)
}

impl Confined {
    fn start(settings: &Value, runtime: Vec<OsString>, tiers_off: &str) -> Self {
        let lines = Arc::<Mutex<Vec<String>>>::default();
        let to = Arc::clone(&lines);
        let sink = move |_: Source, line: &[u8]| {
            to.lock().unwrap().push(String::from_utf8_lossy(line).into_owned());
        };
        let (settings, scratch) = (SettingsFile::new(settings), open_folder("/tmp"));
        let outside = open_folder("/var/tmp");
        let mut command: Vec<OsString> = Vec::new();
        if is_root() {
            let nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--"];
            command.extend(nobody.map(OsString::from));
        }
        command.extend([guard(), "wrap".into(), "--settings".into()]);
        command.extend([settings.0.clone().into(), "--".into()]);
        command.extend(runtime);
        let handlers = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/system/handlers");
        let variables: [(&str, OsString); 5] = [
            ("LAMBDA_TASK_ROOT", handlers.clone().into()),
            ("FAASGUARD_TIERS_OFF", tiers_off.into()),
            ("FAASGUARD_SCRATCH", scratch.path().into()),
            ("OUTSIDE", outside.path().into()),
            ("HOME", "/tmp".into()),
        ];
        let variables = variables.map(|(name, value)| (name.into(), value)).into();
        let program = Program { command, folder: Some(handlers), variables };
        let emulator = Emulator::start(Function::default(), Arc::new(sink)).unwrap();
        emulator.run(program).unwrap();
        Self { emulator, lines, scratch, outside, _settings: settings }
    }

    fn attempt(&self, what: &str) -> String {
        let record = self.emulator.invoke(json!({ "do": what }).to_string().as_bytes());
        let answer = record.json().unwrap_or_default();
        assert!(answer.is_string(), "{record:?} {:#?}", self.lines());
        answer.as_str().unwrap_or_default().to_owned()
    }

    fn lines(&self) -> Vec<String> {
        self.lines.lock().unwrap().clone()
    }

    /// The event of a kind, once it is told.
    fn told(&self, kind: &str) -> Value {
        let words = format!("\"kind\":\"{kind}\"");
        let begun = Instant::now();
        loop {
            if let Some(line) = self.lines().iter().find(|line| line.contains(&words)) {
                return serde_json::from_str(line).unwrap();
            }
            assert!(begun.elapsed() < LONGEST, "{kind} is not told: {:#?}", self.lines());
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    fn tells(&self, kind: &str) -> bool {
        let words = format!("\"kind\":\"{kind}\"");
        self.lines().iter().any(|line| line.contains(&words))
    }
}

/// Where the clients are.
fn folder_of_clients() -> Option<PathBuf> {
    clients().map(|folder| std::fs::canonicalize(folder).unwrap())
}

/// Both clients, with programs that everybody may start: the interpreter that the client was
/// installed with may be in somebody's home.
fn runtimes() -> Vec<(&'static str, Vec<OsString>)> {
    let Some(clients) = folder_of_clients() else { return Vec::new() };
    let mut runtimes = Vec::new();
    let versions = std::fs::read_dir(clients.join("python/lib")).unwrap();
    let version = versions.map(|entry| entry.unwrap().file_name()).next().unwrap();
    let python = Path::new("/usr/bin").join(&version);
    if python.is_file() {
        // The modules of the client, and no others of its installation.
        let start = format!(
            "import sys; sys.path[:0] = ['{}', '.']; sys.argv[0:] = ['', 'confined.handler']; \
             from awslambdaric.__main__ import main; main(sys.argv)",
            clients.join("python/lib").join(&version).join("site-packages").display()
        );
        runtimes.push(("python", vec![python.into(), "-c".into(), start.into()]));
    } else {
        println!("skipped: no {} for everybody", python.display());
    }
    let node = clients.join("node/node_modules/aws-lambda-ric/bin/index.mjs").into();
    runtimes.push(("node", vec!["node".into(), node, "confined.handler".into()]));
    runtimes
}

/// What the probe finds on this machine.
fn has(mechanism: &str) -> bool {
    let output = Command::new(guard()).args(["probe", "--format", "json"]).output().unwrap();
    let facts: Value = serde_json::from_slice(&output.stdout).unwrap();
    let all = facts["facts"].as_array().unwrap();
    all.iter().any(|fact| fact["mechanism"] == mechanism && fact["available"] == true)
}

#[test]
fn without_settings_what_is_unusual_is_told_and_only_metadata_is_refused() {
    if !has("user-notification") {
        return println!("skipped: no user notification here");
    }
    for (name, runtime) in runtimes() {
        let confined = Confined::start(&json!({}), runtime, "");
        assert_eq!(confined.attempt("shell"), "spawned", "{name}");
        let event = confined.told("process-spawned");
        assert_eq!(event["arguments"], json!(["/bin/sh", "-c", "echo spawned"]), "{name}");
        assert!(event["request_id"].is_string(), "{name} {event}");
        assert_eq!(confined.attempt("environ"), "read", "{name}");
        assert!(confined.told("sensitive-read")["request_id"].is_string(), "{name}");
        assert_eq!(confined.attempt("write"), "written", "{name}");
        confined.told("code-written");
        assert!(confined.outside.path().join("planted").exists());
        assert_eq!(confined.attempt("metadata"), "EPERM", "{name}");
        confined.told("metadata-contacted");
        assert!(!confined.tells("egress-denied") && !confined.tells("fault"), "{name}");
        assert!(confined.lines().iter().any(|line| line.contains("\"confinement\"")), "{name}");
    }
}

/// Tier by tier: what each handler gets, and whether it is told.
#[test]
fn with_lists_what_is_not_listed_is_refused_at_each_tier() {
    let settings = json!({
        "egress": {"allow": ["*.amazonaws.com:443"]}, "processes": {}, "files": {}, "tmp": "clean",
    });
    let (asks, landlock) = (has("user-notification"), has("landlock"));
    for (name, runtime) in runtimes() {
        for (tiers_off, is_there, tells) in
            [("", asks, true), ("T6", asks, true), ("T5", landlock, false)]
        {
            if !is_there {
                println!("skipped: without {tiers_off} nothing is there");
                continue;
            }
            // The runtime is installed where no runtime of Lambda is.
            let mut settings = settings.clone();
            let clients = folder_of_clients().unwrap();
            settings["files"] = json!({"read": [clients, env!("CARGO_MANIFEST_DIR")]});
            let confined = Confined::start(&settings, runtime.clone(), tiers_off);
            let shown = format!("{name} without {tiers_off:?}");
            assert_eq!(confined.attempt("shell"), "EACCES", "{shown}");
            assert_eq!(confined.attempt("write"), "EACCES", "{shown}");
            assert!(!confined.outside.path().join("planted").exists(), "{shown}");
            assert_eq!(confined.attempt("tmp"), "written", "{shown}");
            confined.told("tmp-left");
            assert!(!confined.scratch.path().join("left").exists(), "{shown}");
            if tells {
                // Refused before a packet leaves; where nobody asks, Landlock knows ports only.
                assert_eq!(confined.attempt("egress"), "EPERM", "{shown}");
                assert_eq!(confined.attempt("environ"), "EACCES", "{shown}");
                for kind in ["process-spawned", "egress-denied", "code-written", "sensitive-read"] {
                    assert!(confined.told(kind)["request_id"].is_string(), "{shown} {kind}");
                }
            }
            if name == "python" {
                assert_eq!(confined.attempt("ptrace"), "EPERM", "{shown}");
                assert_eq!(confined.attempt("io_uring"), "ENOSYS", "{shown}");
            }
            if name == "python" && tells {
                assert_eq!(confined.attempt("memfd"), "EACCES", "{shown}");
            }
        }
    }
}

#[test]
fn where_the_kernel_refuses_everything_hooks_inside_the_language_are_left() {
    let clients = folder_of_clients().unwrap_or_default();
    let files = json!({"read": [clients, env!("CARGO_MANIFEST_DIR")]});
    let settings =
        json!({"egress": {"allow": ["*.amazonaws.com:443"]}, "processes": {}, "files": files});
    for (name, runtime) in runtimes() {
        let confined = Confined::start(&settings, runtime, "T4,T5,T6");
        for what in ["shell", "egress", "environ", "write"] {
            assert_eq!(confined.attempt(what), "EACCES", "{name} {what}");
        }
        for kind in ["process-spawned", "egress-denied", "code-written", "sensitive-read"] {
            confined.told(kind);
        }
        assert_eq!(confined.attempt("tmp"), "written", "{name}");
    }
}

#[test]
fn the_probe_tells_what_was_switched_off_and_survives_a_kernel_that_kills() {
    let output = Command::new(guard())
        .args(["probe", "--format", "json"])
        .env("FAASGUARD_TIERS_OFF", "T5,landlock")
        .output()
        .unwrap();
    let facts: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(facts["schema"], "faasguard-probe/1");
    let fact = |facts: &Value, mechanism: &str| {
        let all = facts["facts"].as_array().unwrap();
        all.iter().find(|fact| fact["mechanism"] == mechanism).unwrap().clone()
    };
    assert_eq!(fact(&facts, "landlock")["reason"], "switched off");
    assert_eq!(fact(&facts, "user-notification")["available"], false);
    // A platform as Lambda is said to be: some calls are refused, some are deadly.
    let script = "import ctypes, os, struct, sys\n\
        libc = ctypes.CDLL(None)\n\
        libc.prctl(38, 1, 0, 0, 0)\n\
        one = lambda code, true, false, value: struct.pack('HBBI', code, true, false, value)\n\
        program = b''.join([one(0x20, 0, 0, 0), one(0x15, 2, 0, 444), one(0x15, 2, 0, 319),\n\
            one(0x06, 0, 0, 0x7fff0000), one(0x06, 0, 0, 0x80000000), one(0x06, 0, 0, 0x00050001)])\n\
        memory = ctypes.create_string_buffer(program)\n\
        header = struct.pack('HxxxxxxQ', 6, ctypes.addressof(memory))\n\
        assert libc.prctl(22, 2, header, 0, 0) == 0\n\
        os.execv(sys.argv[1], [sys.argv[1], 'probe', '--format', 'json'])";
    if !has("seccomp-filter") || cfg!(not(target_arch = "x86_64")) {
        return println!("skipped: no filter here");
    }
    let output = Command::new("python3").args(["-c", script]).arg(guard()).output().unwrap();
    let facts: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|_| json!(String::from_utf8_lossy(&output.stderr)));
    let landlock = fact(&facts, "landlock");
    assert_eq!(landlock["reason"], "the child that tried it was ended by signal 31");
    assert_eq!(fact(&facts, "memfd")["reason"], "refused: EPERM");
    assert_eq!(fact(&facts, "user-notification")["available"], true);
    assert_eq!(fact(&facts, "no-new-privs")["value"], 1);
}
