//! Files (T5, T6).

use guard_sandbox::Mechanism;
use guard_settings::EventKind;

use crate::run::{has, python, run};

/// Tries to open files and prints what came of each.
const TRY: &str = r"
import errno, os
def look(path, mode='rb'):
    try:
        with open(path, mode) as file:
            file.read(1) if mode == 'rb' else file.write('x')
        print(path, 'ok')
    except OSError as error:
        print(path, errno.errorcode[error.errno])
look('/proc/self/environ')
look('/usr/../proc/self/environ')
os.chdir('/usr'); look('../proc/self/environ')
look('/tmp/faasguard-test-written', 'w')
os.unlink('/tmp/faasguard-test-written')
";

#[test]
fn a_read_of_credentials_is_told_once_and_refused_where_files_are_listed() {
    if !has(Mechanism::UserNotification) {
        return;
    }
    let told = python("{}", "", TRY);
    assert_eq!(
        told.output,
        "/proc/self/environ ok\n/usr/../proc/self/environ ok\n../proc/self/environ ok\n\
         /tmp/faasguard-test-written ok\n"
    );
    let incident = told.only(EventKind::SensitiveRead);
    assert!(incident.detail.contains("which holds the environment of a process"), "{incident:?}");
    assert!(!incident.blocked && incident.process.is_some(), "{incident:?}");
    assert!(incident.arguments.iter().any(|argument| argument == "-c"), "{incident:?}");
    for without in ["", "T6"] {
        let refused = python(r#"{"files": {}}"#, without, TRY);
        assert_eq!(
            refused.output,
            "/proc/self/environ EACCES\n/usr/../proc/self/environ EACCES\n\
             ../proc/self/environ EACCES\n/tmp/faasguard-test-written ok\n",
            "without {without}: {refused:#?}"
        );
        assert!(refused.only(EventKind::SensitiveRead).blocked);
    }
    let watched = python(r#"{"files": {}, "mode": "monitor"}"#, "", TRY);
    assert!(watched.output.starts_with("/proc/self/environ ok"), "{watched:#?}");
    assert!(!watched.only(EventKind::SensitiveRead).blocked);
}

#[test]
fn a_link_to_credentials_is_seen_through() {
    if !has(Mechanism::UserNotification) {
        return;
    }
    let script = "import os\n\
        path = f'/tmp/faasguard-link-{os.getpid()}'\n\
        os.symlink('/proc/self/environ', path)\n\
        try:\n    open(path, 'rb').read(1)\n\
        finally:\n    os.unlink(path)";
    let outcome = python("{}", "", script);
    assert!(!outcome.of(EventKind::SensitiveRead).is_empty(), "{outcome:#?}");
}

#[test]
fn a_write_outside_the_scratch_folder_is_told_or_refused_at_each_tier() {
    let folder = tempfile::Builder::new().prefix("faasguard").tempdir_in("/var/tmp").unwrap();
    std::fs::set_permissions(folder.path(), std::os::unix::fs::PermissionsExt::from_mode(0o777))
        .unwrap();
    let path = folder.path().join("handler.py");
    let line = format!("echo x > {} && echo written", path.display());
    let write = |settings: &str, without: &str| run(settings, without, &["/bin/sh", "-c", &line]);
    if has(Mechanism::UserNotification) {
        let told = write("{}", "");
        assert_eq!(told.output, "written\n", "{told:#?}");
        let incident = told.only(EventKind::CodeWritten);
        assert!(incident.detail.starts_with("wrote `/var/tmp/"), "{incident:?}");
        let refused = write(r#"{"files": {}}"#, "T6");
        assert_eq!(refused.output, "");
        assert!(refused.only(EventKind::CodeWritten).blocked);
    }
    if has(Mechanism::Landlock) {
        let refused = write(r#"{"files": {}}"#, "T4,T5");
        // Landlock needs no filter, but `no_new_privs`, which T4 stands on.
        assert_eq!(refused.output, "written\n");
        let refused = write(r#"{"files": {}}"#, "T5");
        assert_eq!(refused.output, "", "{refused:#?}");
        let listed = format!(r#"{{"files": {{"write": ["{}"]}}}}"#, folder.path().display());
        assert_eq!(write(&listed, "T5").output, "written\n");
    }
    let untouched = write(r#"{"files": {}}"#, "T4,T5,T6");
    assert_eq!(untouched.output, "written\n");
}
