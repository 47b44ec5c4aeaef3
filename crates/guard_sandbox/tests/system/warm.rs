//! What supervision costs: questions at the start of a runtime, and none when it is warm.

use std::io::{BufRead, BufReader, Write};
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};

use guard_sandbox::{Confinement, Mechanism, Place};
use guard_settings::Settings;

use crate::run::{facts, has, interpreter, rustix_is_root};

/// Answers lines over a connection, as a runtime does with its invocations.
const PYTHON: &str = "import json, sys, socket, threading\n\
    for line in sys.stdin:\n    \
        event = json.loads(line)\n    \
        print(json.dumps({'id': event['id'], 'sum': sum(range(100))}), flush=True)\n";

const NODE: &str = "require('readline').createInterface({input: process.stdin}).on('line', line => {\
    const event = JSON.parse(line); console.log(JSON.stringify({id: event.id, sum: 4950})); })";

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
        // The C library looks once at `/proc/sys/vm/overcommit_memory`, when it first gives memory
        // back: in Node's first great collection.
        (1..4000).for_each(&mut invoke);
        let settled = supervisor.questions();
        (4000..5000).for_each(&mut invoke);
        let warm = supervisor.questions() - settled;
        eprintln!("{program}: {cold} questions at the start, {warm} in 1,000 warm invocations");
        assert!(cold > 0 && settled <= cold + 5, "{cold}, then {settled}");
        assert_eq!(warm, 0, "{:#?}", supervisor.incidents());
        drop(input);
        child.wait().unwrap();
    }
}
