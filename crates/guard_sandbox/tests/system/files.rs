//! Files (T5, T6).

use guard_sandbox::Mechanism;
use guard_settings::EventKind;

use crate::run::{has, interpreter, python, run, run_in};

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

/// Does things to names below a folder, and prints what came of each.
const NAMES: &str = r"
import errno, os, sys
folder = sys.argv[1]
def attempt(name, what):
    try:
        what()
        print(name, 'done')
    except OSError as error:
        print(name, errno.errorcode[error.errno])
at = lambda name: os.path.join(folder, name)
attempt('mkdir', lambda: os.mkdir(at('made')))
attempt('rmdir', lambda: os.rmdir(at('old')))
attempt('unlink', lambda: os.unlink(at('one.py')))
attempt('rename', lambda: os.rename(at('two.py'), '/tmp/faasguard-names-' + str(os.getpid())))
attempt('replace', lambda: os.rename(sys.argv[2], at('three.py')))
attempt('link', lambda: os.link(at('four.py'), at('five.py')))
attempt('symlink', lambda: os.symlink('/usr/bin/true', at('six.py')))
attempt('fifo', lambda: os.mkfifo(at('fifo')))
attempt('not there', lambda: os.unlink(at('nothing')))
attempt('there', lambda: os.mkdir(folder))
";

/// A folder outside `/tmp` with files that anybody may rename, and a file to put there.
fn folder_of_names() -> (tempfile::TempDir, tempfile::NamedTempFile) {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::Builder::new().prefix("faasguard").tempdir_in("/var/tmp").unwrap();
    std::fs::create_dir(folder.path().join("old")).unwrap();
    for name in ["one.py", "two.py", "three.py", "four.py"] {
        std::fs::write(folder.path().join(name), "x").unwrap();
        // Links to files of others are refused by the kernel, unless they could be written.
        let open = std::fs::Permissions::from_mode(0o666);
        std::fs::set_permissions(folder.path().join(name), open).unwrap();
    }
    let open = std::fs::Permissions::from_mode(0o777);
    std::fs::set_permissions(folder.path(), open).unwrap();
    let new = tempfile::NamedTempFile::new_in(folder.path()).unwrap();
    (folder, new)
}

#[test]
fn names_that_are_made_and_removed_outside_the_scratch_folder_are_told_or_refused_at_each_tier() {
    let attempts = |settings: &str, without: &str| {
        let (folder, new) = folder_of_names();
        let path = |path: &std::path::Path| path.to_str().unwrap().to_owned();
        let (folder_path, new_path) = (path(folder.path()), path(new.path()));
        let command = [&interpreter(), "-c", NAMES, &folder_path, &new_path];
        let outcome = run(settings, without, &command);
        let left: Vec<_> = std::fs::read_dir("/tmp").unwrap().filter_map(Result::ok).collect();
        for file in left {
            if file.file_name().to_string_lossy().starts_with("faasguard-names-") {
                let _ = std::fs::remove_file(file.path());
            }
        }
        outcome
    };
    let acts = ["mkdir", "rmdir", "unlink", "rename", "replace", "link", "symlink", "fifo"];
    let all = |result: &str| {
        let lines = acts.map(|act| format!("{act} {result}\n")).concat();
        format!("{lines}not there ENOENT\nthere EEXIST\n")
    };
    if has(Mechanism::UserNotification) {
        let told = attempts("{}", "");
        assert!(told.output.starts_with("mkdir done\nrmdir done\nunlink done\n"), "{told:#?}");
        let details: Vec<_> =
            told.of(EventKind::CodeWritten).iter().map(|it| it.detail.clone()).collect();
        for (verb, name) in [
            ("made", "made"),
            ("removed", "old"),
            ("removed", "one.py"),
            ("removed", "two.py"),
            ("wrote", "three.py"),
            ("wrote", "five.py"),
            ("made", "six.py"),
            ("made", "fifo"),
        ] {
            let is_told =
                |it: &String| it.starts_with(verb) && it.contains(&format!("/{name}`, outside"));
            assert!(details.iter().any(is_told), "{verb} {name}: {told:#?}");
        }
        assert!(!details.iter().any(|it| it.contains("nothing")), "{details:#?}");
        let refused = attempts(r#"{"files": {"read": ["/var/tmp"]}}"#, "T6");
        assert_eq!(refused.output, all("EACCES"), "{refused:#?}");
        assert!(refused.of(EventKind::CodeWritten).iter().all(|incident| incident.blocked));
    }
    if has(Mechanism::Landlock) {
        let refused = attempts(r#"{"files": {"read": ["/var/tmp"]}}"#, "T5");
        for act in acts {
            // Renaming and linking between folders fails as between disks.
            let is_refused = [" EACCES\n", " EXDEV\n"]
                .iter()
                .any(|error| refused.output.contains(&format!("{act}{error}")));
            assert!(is_refused, "{act}: {refused:#?}");
        }
        let listed = r#"{"files": {"read": ["/var/tmp"], "write": ["/var/tmp"]}}"#;
        assert!(attempts(listed, "T5").output.starts_with("mkdir done\nrmdir done\nunlink done\n"));
    }
}

#[test]
fn credentials_are_not_to_be_had_under_another_name() {
    if !has(Mechanism::UserNotification) {
        return;
    }
    let home = tempfile::Builder::new().prefix("faasguard").tempdir_in("/var/tmp").unwrap();
    let open = |mode| <std::fs::Permissions as std::os::unix::fs::PermissionsExt>::from_mode(mode);
    std::fs::set_permissions(home.path(), open(0o777)).unwrap();
    std::fs::write(home.path().join(".netrc"), "secret").unwrap();
    std::fs::set_permissions(home.path().join(".netrc"), open(0o666)).unwrap();
    let script = "import errno, os, sys\n\
        for what in [os.link, os.rename]:\n    \
        try:\n        what(sys.argv[1] + '/.netrc', sys.argv[1] + '/copy'); print('done')\n    \
        except OSError as error:\n        print(errno.errorcode[error.errno])";
    let path = home.path().to_str().unwrap();
    let settings = format!(r#"{{"files": {{"write": ["{path}"]}}}}"#);
    let command = [&interpreter(), "-c", script, path];
    let outcome =
        run_in(&settings, "T6", &command, |place| place.homes = vec![home.path().to_owned()]);
    let told = outcome.of(EventKind::SensitiveRead);
    assert!(told.iter().any(|it| it.detail.contains(".netrc`, which holds")), "{outcome:#?}");
    assert_eq!(outcome.output, "EACCES\nEACCES\n", "{outcome:#?}");
}
