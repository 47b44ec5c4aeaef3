//! What supervision costs: questions at the start of a runtime, and none when it is warm.

use std::ffi::OsString;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;

use guard_emulator::{Emulator, Function, Source};
use guard_sandbox::{Confinement, Mechanism, Place, Supervisor};
use guard_settings::Settings;

use crate::run::{facts, has, interpreter, rustix_is_root};

/// Answers lines over a connection, as a runtime does with its invocations.
const PYTHON: &str = "import json, sys, socket, threading\n\
    for line in sys.stdin:\n    \
        event = json.loads(line)\n    \
        print(json.dumps({'id': event['id'], 'sum': sum(range(100))}), flush=True)\n";

const NODE: &str = "require('readline').createInterface({input: process.stdin}).on('line', line => {\
    const event = JSON.parse(line); console.log(JSON.stringify({id: event.id, sum: 4950})); })";

/// Invokes a thousand times without a question; so many there were up to then.
///
/// The C library of a thread looks once at `/proc/sys/vm/overcommit_memory`, when it first gives
/// memory back: in Node's first great collection, which comes when it comes.
fn settle(supervisor: &Supervisor, mut invoke: impl FnMut(u32)) -> u64 {
    for round in 0..8 {
        let before = supervisor.questions();
        (round * 1000 + 1..=round * 1000 + 1000).for_each(&mut invoke);
        if supervisor.questions() == before {
            return before;
        }
    }
    panic!("a warm runtime goes on asking: {:#?}", supervisor.incidents());
}

#[test]
fn a_warm_runtime_asks_nothing() {
    if !has(Mechanism::UserNotification) {
        return;
    }
    let python = interpreter();
    for command in [[python.as_str(), "-c", PYTHON], ["node", "-e", NODE]] {
        let [program, flag, script] = command;
        let place = Place::of_this_process(program.as_ref());
        if !place.program.is_file() {
            eprintln!("not tried: {program} is not there");
            continue;
        }
        let settings = r#"{"egress": {"allow": []}, "processes": {}}"#;
        let settings = Settings::parse(settings).unwrap();
        let confinement = Confinement::prepare(&settings, &facts(""), &place).unwrap();
        let mut command = Command::new(program);
        command.args([flag, script]).stdin(Stdio::piped()).stdout(Stdio::piped());
        command.env("HOME", "/tmp").current_dir("/");
        if rustix_is_root() {
            command.uid(65534).gid(65534);
        }
        let (mut child, supervisor) = confinement.spawn(&mut command).unwrap();
        let mut input = child.stdin.take().unwrap();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let mut invoke = |id: u32| {
            writeln!(input, "{{\"id\": {id}}}").unwrap();
            let mut line = String::new();
            output.read_line(&mut line).unwrap();
            assert!(line.contains("4950"), "{line}");
        };
        invoke(0);
        let cold = supervisor.questions();
        let settled = settle(&supervisor, &mut invoke);
        eprintln!("{program}: {cold} questions at the start, {settled} with warm ones");
        assert!(cold > 0 && settled <= cold + 5, "{cold}, then {settled}");
        drop(input);
        child.wait().unwrap();
    }
}

/// Where the clients that AWS publishes are, with an interpreter that everybody may start.
fn clients() -> Option<(PathBuf, OsString)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/clients");
    if !folder.join("python.version").exists() || !folder.join("node.version").exists() {
        eprintln!("not tried: no clients; crates/guard_emulator/tests/clients/install.sh");
        assert!(std::env::var_os("FAASGUARD_REQUIRE_CLIENTS").is_none());
        return None;
    }
    let version = std::fs::read_dir(folder.join("python/lib")).unwrap().next().unwrap().unwrap();
    Some((std::fs::canonicalize(folder).unwrap(), version.file_name()))
}

/// The real clients, a thousand invocations each after as many that let them settle.
#[test]
fn the_runtime_clients_of_aws_ask_nothing_when_warm() {
    let Some((clients, version)) = clients() else { return };
    if !has(Mechanism::UserNotification) {
        return;
    }
    let modules = clients.join("python/lib").join(&version).join("site-packages");
    let start = format!(
        "import sys; sys.path[:0] = ['{}', '.']; from awslambdaric.__main__ import main; \
         main(['', 'app.handler'])",
        modules.display()
    );
    let python = Path::new("/usr/bin").join(&version).into_os_string();
    let node = clients.join("node/node_modules/aws-lambda-ric/bin/index.mjs").into_os_string();
    let runtimes: [Vec<OsString>; 2] =
        [vec![python, "-c".into(), start.into()], vec!["node".into(), node, "app.handler".into()]];
    for words in runtimes {
        let [program, arguments @ ..] = &words[..] else { continue };
        let place = Place::of_this_process(program);
        if !place.program.is_file() {
            eprintln!("not tried: {} is not there", place.program.display());
            continue;
        }
        let emulator = Emulator::start(Function::default(), Arc::new(|_: Source, _: &[u8]| {}));
        let emulator = emulator.unwrap();
        let settings = r#"{"egress": {"allow": ["*.amazonaws.com:443"]}, "processes": {}}"#;
        let settings = Settings::parse(settings).unwrap();
        let confinement = Confinement::prepare(&settings, &facts(""), &place).unwrap();
        let mut command = Command::new(program);
        let handlers =
            Path::new(env!("CARGO_MANIFEST_DIR")).join("../guard_emulator/tests/clients");
        command.args(arguments).current_dir(&handlers).env("LAMBDA_TASK_ROOT", &handlers);
        command.envs(Function::default().environment(emulator.address())).env("HOME", "/tmp");
        command.stdout(Stdio::null());
        if rustix_is_root() {
            command.uid(65534).gid(65534);
        }
        let (mut child, supervisor) = confinement.spawn(&mut command).unwrap();
        let invoke = |number: u32| {
            let event = format!("{{\"n\":{number}}}");
            let record = emulator.invoke(event.as_bytes());
            assert_eq!(record.json().map(|json| json.to_string()), Some(event), "{record:?}");
        };
        invoke(0);
        let cold = supervisor.questions();
        let settled = settle(&supervisor, invoke);
        let name = place.program.display();
        eprintln!("{name}: {cold} questions up to the first answer, {settled} with warm ones");
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(settled <= cold + 20, "{name}: {cold}, then {settled}");
    }
}
