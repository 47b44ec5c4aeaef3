//! A folder of a test and the program run in it.

use std::{
    io::{Read, Write as _},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use serde_json::Value;
use tempfile::TempDir;

/// A run that takes longer hangs: the slowest takes a second.
const DEADLINE: Duration = Duration::from_mins(1);

/// A template whose only function may do everything to a table: SAS-4.1 on line 13.
pub(crate) const ORDERS: &str = r#"AWSTemplateFormatVersion: "2010-09-09"
Transform: AWS::Serverless-2016-10-31
Resources:
  CreateOrder:
    Type: AWS::Serverless::Function
    Properties:
      Handler: app.handler
      Runtime: python3.13
      CodeUri: src/
      Policies:
        - Statement:
            - Effect: Allow
              Action: "dynamodb:*"
              Resource: "arn:aws:dynamodb:eu-west-1:111122223333:table/Orders"
"#;

/// An empty folder, removed at the end of the test.
pub(crate) struct Folder {
    root: TempDir,
}

impl Folder {
    pub(crate) fn new() -> Self {
        Self { root: tempfile::tempdir().unwrap() }
    }

    /// A folder with [`ORDERS`] as `template.yaml`.
    pub(crate) fn with_orders() -> Self {
        Self::new().file("template.yaml", ORDERS)
    }

    /// Adds a file; folders on the way are made.
    pub(crate) fn file(self, path: &str, content: impl AsRef<[u8]>) -> Self {
        self.write(path, content);
        self
    }

    pub(crate) fn write(&self, path: &str, content: impl AsRef<[u8]>) {
        let path = self.path(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    }

    /// Adds a link.
    pub(crate) fn link(self, path: &str, target: &str) -> Self {
        std::os::unix::fs::symlink(target, self.path(path)).unwrap();
        self
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.root.path().join(path)
    }

    pub(crate) fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.path(path)).unwrap()
    }

    /// Runs another program in the folder.
    pub(crate) fn command(&self, program: &str, arguments: &[&str]) -> String {
        let output = Command::new(program)
            .args(arguments)
            .current_dir(self.root.path())
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .output()
            .unwrap();
        assert!(output.status.success(), "{program} {arguments:?}: {output:?}");
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// Runs `faasguard` in the folder.
    pub(crate) fn run(&self, arguments: &[&str]) -> Run {
        Run::of(program(self.root.path()).args(arguments), b"")
    }

    /// Runs it with something on standard input.
    pub(crate) fn run_with_input(&self, arguments: &[&str], input: &[u8]) -> Run {
        Run::of(program(self.root.path()).args(arguments), input)
    }

    /// Runs it with one more variable in its environment.
    pub(crate) fn run_with(&self, name: &str, value: &str, arguments: &[&str]) -> Run {
        Run::of(program(self.root.path()).env(name, value).args(arguments), b"")
    }

    /// Runs a copy of it beside which no companion stands, with companions from `path` alone.
    pub(crate) fn run_alone(&self, path: &str, arguments: &[&str]) -> Run {
        let program = self.path("alone/faasguard");
        std::fs::create_dir_all(program.parent().unwrap()).unwrap();
        std::fs::copy(env!("CARGO_BIN_EXE_faasguard"), &program).unwrap();
        let mut command = Command::new(program);
        plain(&mut command, self.root.path()).env("PATH", path).args(arguments);
        Run::of(&mut command, b"")
    }

    /// Runs it as a user who owns nothing, so that permissions hold for root's tests, too. `None`
    /// where the system has no `setpriv` or does not let us.
    pub(crate) fn run_as_nobody(&self, arguments: &[&str]) -> Option<Run> {
        let owner = std::os::unix::fs::MetadataExt::uid(&self.root.path().metadata().unwrap());
        if owner != 0 {
            return Some(self.run(arguments));
        }
        self.command("chmod", &["755", "."]);
        let drop = ["--reuid=65534", "--regid=65534", "--clear-groups"];
        let may = Command::new("setpriv")
            .args(drop)
            .args([env!("CARGO_BIN_EXE_faasguard"), "--version"])
            .output()
            .is_ok_and(|output| output.status.success());
        may.then(|| {
            let mut command = Command::new("setpriv");
            command.args(drop).arg(env!("CARGO_BIN_EXE_faasguard")).args(arguments);
            Run::of(plain(&mut command, self.root.path()), b"")
        })
    }

    /// The program in the folder, for tests that end it themselves or talk with it.
    pub(crate) fn program(&self) -> Command {
        program(self.root.path())
    }

    /// Runs a script of the shell in which `$0` is the program and `$@` its arguments.
    pub(crate) fn run_script(&self, script: &str, arguments: &[&str]) -> Run {
        let mut command = Command::new("sh");
        command.args(["-c", script, env!("CARGO_BIN_EXE_faasguard")]).args(arguments);
        Run::of(plain(&mut command, &self.path("")), b"")
    }

    /// Runs and gives the most memory seen while it ran, in KiB; 0 where the system does not tell.
    pub(crate) fn run_and_watch(&self, arguments: &[&str]) -> (Run, u32) {
        let script = r#""$0" "$@" & pid=$!
            while line=$(grep VmHWM /proc/$pid/status 2>/dev/null); do peak=$line; done
            wait $pid; code=$?
            echo "$peak" | tr -dc 0-9 > peak; exit $code"#;
        let run = self.run_script(script, arguments);
        (run, self.read("peak").parse().unwrap_or(0))
    }

    /// The result of `scan` as JSON.
    pub(crate) fn scan(&self, arguments: &[&str]) -> Scan {
        let mut all = vec!["scan", "--format", "json"];
        all.extend(arguments);
        let run = self.run(&all);
        Scan { json: run.json(), code: run.code, err: run.err }
    }
}

fn program(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_faasguard"));
    plain(&mut command, folder);
    command
}

/// Nothing of the developer's own surroundings.
fn plain<'a>(command: &'a mut Command, folder: &Path) -> &'a mut Command {
    for name in ["NO_COLOR", "CLICOLOR_FORCE", "COLUMNS"] {
        command.env_remove(name);
    }
    command.env("GIT_CONFIG_GLOBAL", "/dev/null").current_dir(folder)
}

/// What a run gave.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Run {
    fn of(command: &mut Command, input: &[u8]) -> Self {
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let out = drain(child.stdout.take().unwrap());
        let err = drain(child.stderr.take().unwrap());
        // A program that does not read its input closes it: no fault.
        let _ = child.stdin.take().unwrap().write_all(input);
        let start = Instant::now();
        let status = loop {
            if let Some(status) = child.try_wait().unwrap() {
                break status;
            }
            if start.elapsed() > DEADLINE {
                child.kill().unwrap();
                panic!("{command:?} hangs");
            }
            std::thread::sleep(Duration::from_millis(2));
        };
        // A signal has no code; a crash of the program must not look like a result.
        let code = status.code().unwrap_or(-1);
        Self { code, out: out.join().unwrap(), err: err.join().unwrap() }
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// Both streams.
    pub(crate) fn all(&self) -> String {
        format!("{}{}", self.out, self.err)
    }

    #[track_caller]
    pub(crate) fn says(&self, words: &str) -> &Self {
        assert!(self.all().contains(words), "`{words}` not in {}\n{}", self.out, self.err);
        self
    }

    #[track_caller]
    pub(crate) fn says_not(&self, words: &str) -> &Self {
        assert!(!self.all().contains(words), "`{words}` in {}\n{}", self.out, self.err);
        self
    }

    #[track_caller]
    pub(crate) fn exits(&self, code: i32) -> &Self {
        assert_eq!(self.code, code, "{}\n{}", self.out, self.err);
        self
    }
}

fn drain(mut stream: impl Read + Send + 'static) -> std::thread::JoinHandle<String> {
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).unwrap();
        String::from_utf8(bytes).unwrap()
    })
}

/// The JSON result of a scan.
#[derive(Debug)]
pub(crate) struct Scan {
    pub(crate) json: Value,
    pub(crate) code: i32,
    pub(crate) err: String,
}

impl Scan {
    pub(crate) fn count(&self, name: &str) -> u64 {
        self.json["summary"][name].as_u64().unwrap_or_else(|| panic!("no count `{name}`"))
    }

    /// `file:line rule` of every open finding, in the order of the result.
    pub(crate) fn findings(&self) -> Vec<String> {
        let open = |finding: &&Value| finding["suppressed"].is_null();
        self.all_findings().iter().filter(open).map(shown).collect()
    }

    /// `file:line rule source` of every finding that is accepted.
    pub(crate) fn suppressed(&self) -> Vec<String> {
        let source = |finding: &Value| {
            Some(format!("{} {}", shown(finding), finding["suppressed"]["source"].as_str()?))
        };
        self.all_findings().iter().filter_map(source).collect()
    }

    pub(crate) fn all_findings(&self) -> &[Value] {
        self.json["findings"].as_array().unwrap()
    }

    /// `file:line level message` of every diagnostic.
    pub(crate) fn diagnostics(&self) -> Vec<String> {
        let diagnostics = self.json["diagnostics"].as_array().unwrap();
        let text = |it: &Value| {
            let word = |key: &str| it[key].as_str().unwrap().to_owned();
            format!("{}:{} {} {}", word("file"), it["line"], word("level"), word("message"))
        };
        diagnostics.iter().map(text).collect()
    }

    #[track_caller]
    pub(crate) fn notes(&self, start: &str, part: &str) -> &Self {
        let all = self.diagnostics();
        let found = all.iter().any(|text| text.starts_with(start) && text.contains(part));
        assert!(found, "no `{start}…{part}` in {all:#?}");
        self
    }

    pub(crate) fn unused(&self) -> Vec<String> {
        let unused = self.json["unused_suppressions"].as_array().unwrap();
        let text = |it: &Value| {
            let word = |key: &str| it[key].as_str().unwrap().to_owned();
            format!("{}: {}: {}", it["place"]["line"], word("rule"), word("reason"))
        };
        unused.iter().map(text).collect()
    }
}

fn shown(finding: &Value) -> String {
    let place = &finding["place"];
    let (file, rule) = (place["file"].as_str().unwrap(), finding["rule"].as_str().unwrap());
    format!("{file}:{} {rule}", place["line"])
}
