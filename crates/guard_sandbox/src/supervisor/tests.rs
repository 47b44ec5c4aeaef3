//! The supervisor when it, or the one who started it, is late.

use std::io::Read;
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Instant;

use guard_settings::EventKind;
use rustix::net::{AddressFamily, SocketFlags, SocketType, socketpair};

use super::{PATIENCE, Shared, Supervisor, Warden};
use crate::asks::{Scope, questions};
use crate::bpf::compile;
use crate::facts::Mechanism;
use crate::kernel::{
    Answer, Listener, before_exec, install_filter, receive_listener, send_listener,
};
use crate::paths::PathRules;
use crate::policy::{Policy, ProgramRules};
use crate::probe::{Depth, probe};

fn policy(opens_on_fault: bool, allow: Option<Vec<PathBuf>>) -> Arc<Policy> {
    Arc::new(Policy {
        refuses: true,
        opens_on_fault,
        paths: PathRules::default(),
        programs: ProgramRules { allow, runtime: Vec::new() },
        egress: None,
        refuses_metadata: false,
        takes_sockets: false,
        names: Arc::default(),
        resolver: None,
    })
}

/// Lets a program ask about what is in `scope`; the other end of where its listener comes from.
fn asking(command: &mut Command, scope: Scope) -> (OwnedFd, OwnedFd) {
    let (ours, theirs) =
        socketpair(AddressFamily::UNIX, SocketType::STREAM, SocketFlags::CLOEXEC, None).unwrap();
    let cookie = [1 << 63; 3];
    let program = compile(&questions(scope, cookie), false);
    let socket = theirs.as_raw_fd();
    command.env_clear().stdout(Stdio::piped()).stderr(Stdio::piped());
    before_exec(command, move || {
        rustix::thread::set_no_new_privs(true)?;
        let listener = install_filter(&program, true)?;
        Ok(send_listener(socket, b"L", listener, cookie)?)
    });
    (ours, theirs)
}

fn listener(from: &OwnedFd) -> Arc<Listener> {
    let (_, listener) = receive_listener(from.as_fd(), &mut [0]).unwrap();
    Arc::new(Listener::new(listener.unwrap()))
}

/// A program that is supervised by nobody but this test.
fn supervised(opens_on_fault: bool) -> (Child, Supervisor) {
    let mut command = Command::new("/bin/cat");
    command.arg("/etc/hostname");
    let (ours, _theirs) = asking(&mut command, Scope { files: true, ..Scope::default() });
    let child = command.spawn().unwrap();
    let supervisor = Supervisor {
        shared: Arc::new(Shared::new().unwrap()),
        listener: Some(listener(&ours)),
        policy: policy(opens_on_fault, None),
        takes_orphans: false,
        _hooks: None,
    };
    (child, supervisor)
}

fn can_ask() -> bool {
    let can = probe(Depth::Mechanisms).has(Mechanism::UserNotification);
    if !can {
        eprintln!("not tried: user notification is not there");
    }
    can
}

/// Between the start of a program and the word of it to the thread that started it, the program may
/// do a lot.
#[test]
fn a_program_is_judged_before_anybody_is_told_that_it_runs() {
    if !can_ask() {
        return;
    }
    let shared = Arc::new(Shared::new().unwrap());
    let mut command = Command::new("/bin/sh");
    command.args(["-c", "/bin/true && echo ran"]);
    let (ours, _theirs) = asking(&mut command, Scope { programs: true, ..Scope::default() });
    let to = Arc::clone(&shared);
    let warden = std::thread::spawn(move || {
        Warden::new(listener(&ours), policy(true, Some(Vec::new())), to).run();
    });
    let child = command.spawn().unwrap();
    let pid = child.id();
    let output = child.wait_with_output().unwrap();
    warden.join().unwrap();
    assert!(output.stdout.is_empty(), "{output:?}");
    assert_eq!(shared.main.load(Ordering::Relaxed), pid);
    let told = shared.queue.lock().unwrap().pop_front().unwrap();
    assert_eq!((told.kind, told.blocked), (EventKind::ProcessSpawned, true));
    assert!(told.detail.contains("/bin/true"), "{told:?}");
}

#[test]
fn a_question_that_is_not_judged_in_time_is_answered_as_set() {
    if !can_ask() {
        return;
    }
    for opens in [true, false] {
        let (mut child, supervisor) = supervised(opens);
        let listener = Arc::clone(supervisor.listener.as_ref().unwrap());
        // Libraries are let through, up to the file itself.
        let question = loop {
            let question = listener.receive().unwrap();
            if question.path(1).is_ok_and(|path| path.ends_with("hostname")) {
                break question;
            }
            listener.answer(question.id, Answer::Continue).unwrap();
        };
        let begun = Instant::now();
        *supervisor.shared.current.lock().unwrap() = Some((question.id, begun));
        supervisor.check(begun + PATIENCE / 2);
        assert!(supervisor.incidents().is_empty());
        assert!(listener.is_waiting(question.id));
        supervisor.check(begun + PATIENCE);
        assert!(!listener.is_waiting(question.id));
        // The supervisor that wakes up late has nothing to say, and nothing is told twice.
        supervisor.check(begun + 2 * PATIENCE);
        assert!(listener.answer(question.id, Answer::Continue).is_err());
        let incidents = supervisor.incidents();
        let [incident] = &incidents[..] else { panic!("{incidents:?}") };
        assert_eq!(incident.kind, EventKind::Fault);
        assert!(incident.detail.contains("took too long"), "{incident:?}");
        // What the program does afterwards (it tells its error) asks on.
        let answering = std::thread::spawn(move || {
            while let Ok(question) = listener.receive() {
                let _ = listener.answer(question.id, Answer::Continue);
            }
        });
        let mut errors = String::new();
        let status = child.wait().unwrap();
        child.stderr.take().unwrap().read_to_string(&mut errors).unwrap();
        assert_eq!((status.success(), errors.is_empty()), (opens, opens), "{errors}");
        assert!(opens || errors.contains("not permitted"), "{errors}");
        // It ends when nobody is left who could ask.
        drop(answering);
    }
}
