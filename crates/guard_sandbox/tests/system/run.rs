//! Starts a program under confinement and gathers what it said and what was told of it.

use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};

use guard_sandbox::{Confinement, Depth, Facts, Incident, Place, probe};
use guard_settings::{EventKind, Settings};

/// What came of a run.
#[derive(Debug)]
#[expect(dead_code, reason = "what no test looks at is printed when one fails")]
pub(crate) struct Outcome {
    pub(crate) code: Option<i32>,
    pub(crate) output: String,
    pub(crate) errors: String,
    pub(crate) incidents: Vec<Incident>,
    pub(crate) questions: u64,
}

impl Outcome {
    /// The incidents of a kind.
    pub(crate) fn of(&self, kind: EventKind) -> Vec<&Incident> {
        self.incidents.iter().filter(|incident| incident.kind == kind).collect()
    }

    /// The words of the only incident of a kind.
    #[track_caller]
    pub(crate) fn only(&self, kind: EventKind) -> &Incident {
        match self.of(kind)[..] {
            [incident] => incident,
            _ => panic!("{kind:?} is not told once: {self:#?}"),
        }
    }
}

/// The facts of this machine, with tiers switched off.
pub(crate) fn facts(without: &str) -> Facts {
    probe(Depth::Mechanisms).without(without)
}

/// Runs a program as nobody, with the tiers in `without` switched off.
pub(crate) fn run(settings: &str, without: &str, command: &[&str]) -> Outcome {
    run_in(settings, without, command, |_| {})
}

/// The same, in a place that is changed before.
pub(crate) fn run_in(
    settings: &str,
    without: &str,
    command: &[&str],
    change: impl FnOnce(&mut Place),
) -> Outcome {
    let settings = Settings::parse(settings).unwrap();
    let [program, arguments @ ..] = command else { panic!("no program") };
    let mut place = Place::of_this_process(program.as_ref());
    place.code = vec!["/nonexistent".into()];
    change(&mut place);
    let confinement = Confinement::prepare(&settings, &facts(without), &place).unwrap();
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.env("HOME", "/tmp").current_dir("/");
    if rustix_is_root() {
        command.uid(65534).gid(65534);
    }
    let (child, supervisor) = confinement.spawn(&mut command).unwrap();
    let output = child.wait_with_output().unwrap();
    Outcome {
        code: output.status.code(),
        output: String::from_utf8_lossy(&output.stdout).into_owned(),
        errors: String::from_utf8_lossy(&output.stderr).into_owned(),
        incidents: supervisor.incidents(),
        questions: supervisor.questions(),
    }
}

/// Runs lines of Python.
pub(crate) fn python(settings: &str, without: &str, script: &str) -> Outcome {
    run(settings, without, &[&interpreter(), "-c", script])
}

/// Python as everybody may run it: what stands on `PATH` may be a script in a home folder.
pub(crate) fn interpreter() -> String {
    let known = ["/usr/bin/python3", "/usr/local/bin/python3", "/var/lang/bin/python3"];
    let found = known.iter().find(|path| std::path::Path::new(path).is_file());
    found.map_or_else(|| "python3".to_owned(), |path| (*path).to_owned())
}

/// Whether a mechanism that a test is about is there; says so where it is not.
pub(crate) fn has(mechanism: guard_sandbox::Mechanism) -> bool {
    let has = facts("").has(mechanism);
    if !has {
        eprintln!("not tried: {} is not there", mechanism.name());
    }
    has
}

pub(crate) fn rustix_is_root() -> bool {
    std::fs::metadata("/proc/self").is_ok_and(|own| std::os::unix::fs::MetadataExt::uid(&own) == 0)
}
