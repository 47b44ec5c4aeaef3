//! Programs (T5, T6).

use guard_sandbox::Mechanism;
use guard_settings::EventKind;

use crate::run::{has, python};

const SHELL: &str = "import subprocess\n\
    try:\n    print(subprocess.run(['/bin/sh', '-c', 'echo spawned', 'API_TOKEN=abcdef123456'], \
    capture_output=True, text=True).stdout.strip())\n\
    except OSError as error:\n    print(type(error).__name__)";

#[test]
fn a_shell_is_told_with_its_arguments_and_refused_where_programs_are_listed() {
    if !has(Mechanism::UserNotification) {
        return;
    }
    let told = python("{}", "", SHELL);
    assert_eq!(told.output, "spawned\n", "{told:#?}");
    let incident = told.only(EventKind::ProcessSpawned);
    assert_eq!(incident.detail, "started `/bin/sh`");
    assert_eq!(incident.arguments, ["/bin/sh", "-c", "echo spawned", "API_TOKEN=[secret:token]"]);
    let refused = python(r#"{"processes": {}}"#, "T6", SHELL);
    assert_eq!(refused.output, "PermissionError\n", "{refused:#?}");
    assert!(refused.only(EventKind::ProcessSpawned).blocked);
    let listed = python(r#"{"processes": {"allow": ["/bin/sh"]}}"#, "", SHELL);
    assert_eq!(listed.output, "spawned\n", "{listed:#?}");
    assert!(listed.of(EventKind::ProcessSpawned).is_empty(), "{listed:#?}");
}

#[test]
fn landlock_alone_keeps_programs_from_starting() {
    if !has(Mechanism::Landlock) {
        return;
    }
    let refused = python(r#"{"processes": {}}"#, "T5", SHELL);
    assert_eq!(refused.output, "PermissionError\n", "{refused:#?}");
    let listed = python(r#"{"processes": {"allow": ["/bin/sh"]}}"#, "T5", SHELL);
    assert_eq!(listed.output, "spawned\n", "{listed:#?}");
}

#[test]
fn a_file_in_memory_is_never_a_program() {
    if !has(Mechanism::UserNotification) {
        return;
    }
    let script = "import os, subprocess\n\
        memory = os.memfd_create('x', 0)\n\
        os.write(memory, open('/bin/true', 'rb').read())\n\
        for path in [f'/proc/self/fd/{memory}', f'/proc/{os.getpid()}/fd/{memory}', f'/dev/fd/{memory}']:\n    \
        try:\n        subprocess.run([path], pass_fds=[memory]); print('ran')\n    \
        except OSError as error:\n        print(type(error).__name__)";
    let outcome = python("{}", "", script);
    assert_eq!(outcome.output, "PermissionError\n".repeat(3), "{outcome:#?}");
    assert!(outcome.of(EventKind::ProcessSpawned).iter().all(|incident| incident.blocked));
}
