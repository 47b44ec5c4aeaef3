//! Runs a program confined by a settings file and tells how often it asked:
//! `cargo run --release -p guard_sandbox --example confined -- settings.json python3 app.py`.
#![expect(clippy::print_stderr, reason = "it is a program")]

use std::process::{Command, ExitCode};

use guard_sandbox::{Confinement, Depth, Place, probe};
use guard_settings::Settings;

fn main() -> Result<ExitCode, Box<dyn std::error::Error>> {
    let mut words = std::env::args_os().skip(1);
    let settings = words.next().ok_or("a settings file is missing")?;
    let program = words.next().ok_or("a program is missing")?;
    let settings = Settings::parse(&std::fs::read_to_string(settings)?)?;
    let off = std::env::var("FAASGUARD_TIERS_OFF").unwrap_or_default();
    let facts = probe(Depth::Mechanisms).without(&off);
    let place = Place::of_this_process(&program);
    let confinement = Confinement::prepare(&settings, &facts, &place)?;
    for measure in confinement.measures() {
        eprintln!("{measure}");
    }
    let (mut child, supervisor) = confinement.spawn(Command::new(&program).args(words))?;
    let status = child.wait()?;
    for incident in supervisor.incidents() {
        eprint!("{}", incident.event("", settings.mode).to_line());
    }
    eprintln!("{} questions", supervisor.questions());
    Ok(status.code().and_then(|code| u8::try_from(code).ok()).map_or(ExitCode::FAILURE, Into::into))
}
