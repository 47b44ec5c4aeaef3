//! Hooks inside Python and Node (T2), with every other tier switched off.

use std::process::Command;

use guard_sandbox::{Hooks, Place};
use guard_settings::Settings;

use crate::run::interpreter;

/// Runs a script of a language with the hooks for `settings`; its output and its errors.
fn hooked(settings: &str, program: &str, arguments: &[&str]) -> Option<(String, String)> {
    let settings = Settings::parse(settings).unwrap();
    let place = Place::of_this_process(program.as_ref());
    if !place.program.is_file() {
        eprintln!("not tried: {program} is not there");
        return None;
    }
    let folder = tempfile::tempdir().unwrap();
    let hooks = Hooks::write(&settings, &place, "Orders", folder.path()).unwrap().unwrap();
    let mut command = Command::new(program);
    command.args(arguments).envs(hooks.environment(|_| None)).current_dir("/");
    let output = command.output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Some((text(&output.stdout), text(&output.stderr)))
}

const PYTHON: &str = "import os, socket, subprocess\n\
def attempt(what):\n    \
    try:\n        what(); print('done')\n    \
    except PermissionError as error:\n        print('refused')\n    \
    except OSError as error:\n        print(type(error).__name__)\n\
attempt(lambda: subprocess.run(['/bin/sh', '-c', 'exit']))\n\
attempt(lambda: os.system('exit'))\n\
attempt(lambda: socket.create_connection(('192.0.2.1', 443), 5))\n\
attempt(lambda: socket.getaddrinfo('evil.example.org', 443))\n\
attempt(lambda: socket.create_connection(('127.0.0.1', 1), 5))\n\
attempt(lambda: open('/proc/self/environ'))\n\
attempt(lambda: open('/var/tmp/faasguard-planted', 'w'))\n\
attempt(lambda: open('/tmp/faasguard-hooked', 'w').close())\n\
attempt(lambda: os.unlink('/tmp/faasguard-hooked'))\n";

const NODE: &str = "const fs = require('fs'), net = require('net'), child = require('child_process');\
const attempt = (what) => { try { what(); console.log('done'); } catch (error) { console.log(error.code); } };\
attempt(() => { const { error } = child.spawnSync('/bin/sh', ['-c', 'exit']); if (error) throw error; });\
attempt(() => child.execSync('exit'));\
attempt(() => child.spawn('/bin/sh', ['-c', 'exit']));\
attempt(() => fs.readFileSync('/proc/self/environ'));\
attempt(() => fs.writeFileSync('/var/tmp/faasguard-planted', 'x'));\
attempt(() => fs.writeFileSync('/tmp/faasguard-hooked-node', 'x'));\
attempt(() => fs.unlinkSync('/tmp/faasguard-hooked-node'));\
const connect = (host, then) => net.connect(443, host).on('error', (error) => { console.log(error.code); then(); });\
connect('192.0.2.1', () => connect('evil.example.org', () => { }));";

const ALL: &str = r#"{"egress": {"allow": ["*.amazonaws.com:443"]}, "processes": {}, "files": {}}"#;

#[test]
fn hooks_keep_the_rules_inside_python() {
    let Some((output, errors)) = hooked(ALL, &interpreter(), &["-c", PYTHON]) else { return };
    assert_eq!(
        output,
        "refused\nrefused\nrefused\nrefused\nConnectionRefusedError\nrefused\nrefused\ndone\ndone\n",
        "{errors}"
    );
    for kind in ["process-spawned", "egress-denied", "sensitive-read", "code-written"] {
        let line = format!("{{\"faasguard\":\"event\",\"kind\":\"{kind}\"");
        assert!(errors.contains(&line), "{kind}: {errors}");
    }
}

#[test]
fn hooks_keep_the_rules_inside_node() {
    let Some((output, errors)) = hooked(ALL, "node", &["-e", NODE]) else { return };
    assert_eq!(
        output, "EACCES\nEACCES\nEACCES\nEACCES\nEACCES\ndone\ndone\nEACCES\nEACCES\n",
        "{errors}"
    );
    for kind in ["process-spawned", "egress-denied", "sensitive-read", "code-written"] {
        assert!(errors.contains(&format!("\"kind\":\"{kind}\"")), "{kind}: {errors}");
    }
}

#[test]
fn another_sitecustomize_still_runs() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("sitecustomize.py"), "print('theirs')").unwrap();
    let settings = Settings::parse(r#"{"processes": {}}"#).unwrap();
    let place = Place::of_this_process(interpreter().as_ref());
    let hooks = Hooks::write(&settings, &place, "Orders", folder.path()).unwrap().unwrap();
    let path = folder.path().as_os_str().to_owned();
    let variables = hooks.environment(|name| (name == "PYTHONPATH").then(|| path.clone()));
    let output =
        Command::new(interpreter()).args(["-c", "print('ours')"]).envs(variables).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout), "theirs\nours\n");
}

#[test]
fn without_lists_there_are_no_hooks() {
    let folder = tempfile::tempdir().unwrap();
    let place = Place::default();
    for settings in ["{}", r#"{"mode": "off", "processes": {}}"#] {
        let settings = Settings::parse(settings).unwrap();
        assert!(Hooks::write(&settings, &place, "Orders", folder.path()).unwrap().is_none());
    }
    assert!(std::fs::read_dir(folder.path()).unwrap().next().is_none());
}
