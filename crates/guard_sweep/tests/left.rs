//! What an invocation leaves behind (T3).
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::io::{BufRead, BufReader, Write};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};

use guard_settings::{EventKind, TmpFiles};
use guard_sweep::Sweep;

fn is_root() -> bool {
    std::fs::metadata("/proc/self").is_ok_and(|own| std::os::unix::fs::MetadataExt::uid(&own) == 0)
}

/// Does what each line says, as a function does with each event.
const FUNCTION: &str = "import os, socket, subprocess, sys\n\
    kept = []\n\
    print('ready', flush=True)\n\
    for line in sys.stdin:\n    \
        exec(line.strip())\n    \
        print('done', flush=True)\n";

struct Function {
    child: Child,
    output: BufReader<std::process::ChildStdout>,
}

impl Function {
    fn start() -> Self {
        let mut command = Command::new("/usr/bin/env");
        command.args(["python3", "-c", FUNCTION]).stdin(Stdio::piped()).stdout(Stdio::piped());
        command.env("AWS_LAMBDA_RUNTIME_API", format!("127.0.0.1:{}", std::process::id()));
        if is_root() {
            command.uid(65534).gid(65534);
        }
        let mut child = command.spawn().unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        let mut function = Self { child, output };
        function.line();
        function
    }

    fn line(&mut self) {
        let mut line = String::new();
        self.output.read_line(&mut line).unwrap();
        assert!(!line.is_empty(), "the function ended");
    }

    fn invoke(&mut self, what: &str) {
        writeln!(self.child.stdin.as_mut().unwrap(), "{what}").unwrap();
        self.line();
    }
}

impl Drop for Function {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// One test, since the sweep sees all children of this process.
#[test]
fn what_an_invocation_leaves_is_told_and_cleaned_and_the_runtime_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let open = std::os::unix::fs::PermissionsExt::from_mode(0o777);
    std::fs::set_permissions(folder.path(), open).unwrap();
    std::fs::write(folder.path().join("cache"), "kept").unwrap();
    let mut function = Function::start();
    let mut sweep = Sweep::new(TmpFiles::Clean, function.child.id(), folder.path());
    sweep.remember();
    function.invoke("sum(range(10))");
    assert!(sweep.sweep().is_empty());
    let path = folder.path().join("left");
    function.invoke(&format!("open('{}', 'w').write('data of another caller')", path.display()));
    function.invoke("kept.append(subprocess.Popen(['/bin/sleep', '60']))");
    // A double fork: a process that cut itself loose.
    function.invoke("subprocess.run(['/bin/sh', '-c', '/bin/sleep 61 >/dev/null & exit'])");
    function.invoke("kept.append(socket.create_server(('127.0.0.1', 0)))");
    function.invoke("kept.append(os.memfd_create('hidden'))");
    let incidents = sweep.sweep();
    let details: Vec<&str> = incidents.iter().map(|incident| incident.detail.as_str()).collect();
    let count = |words: &str| details.iter().filter(|detail| detail.contains(words)).count();
    assert_eq!(count("a process was left running, ended: `/"), 2, "{incidents:#?}");
    assert_eq!(count("1 file was left and removed: `"), 1, "{details:#?}");
    assert_eq!(count("a socket was left listening on port"), 1, "{details:#?}");
    assert_eq!(count("a file in memory was left open: `/memfd:hidden"), 1, "{details:#?}");
    assert!(incidents.iter().all(|incident| incident.kind == EventKind::TmpLeft), "{incidents:#?}");
    assert!(!path.exists() && folder.path().join("cache").exists());
    let sleeps = incidents
        .iter()
        .filter(|incident| incident.arguments.first().is_some_and(|first| first == "/bin/sleep"));
    assert_eq!(sleeps.count(), 2, "{incidents:#?}");
    // The runtime goes on, and what is gone is not told again.
    std::thread::sleep(std::time::Duration::from_millis(50));
    function.invoke("sum(range(10))");
    let again = sweep.sweep();
    assert!(again.is_empty(), "{again:#?}");
    let mut keeps = Sweep::new(TmpFiles::Keep, function.child.id(), folder.path());
    keeps.remember();
    std::fs::write(folder.path().join("more"), "x").unwrap();
    assert!(keeps.sweep().is_empty() && folder.path().join("more").exists());
}
