//! What the guard of a function must know of its code.

use std::{
    collections::BTreeMap,
    panic::{AssertUnwindSafe, catch_unwind},
};

use app_model::SmolStr;
use code_ir::Language;
use code_schemas::Derivation;
use settings_plan::Sink;
use taint::{Analysis, Entry, Literal, Program};

use super::Joined;

/// Words of programs that start others, in every language that is read. Code is searched for them
/// as text: too many are found rather than too few.
const STARTS: [&str; 17] = [
    "subprocess",
    "os.system",
    "os.popen",
    "os.exec",
    "os.spawn",
    "os.posix_spawn",
    "pty.spawn",
    "child_process",
    "execa",
    "cross-spawn",
    "worker_threads",
    "os/exec",
    "syscall.Exec",
    "ProcessBuilder",
    "Runtime.getRuntime",
    "Process.Start",
    "Open3",
];

/// Text constants of one function at most; a list of hosts is not made of more.
const MOST_LITERALS: usize = 10_000;

/// What is known of the code of one function, beside its calls.
#[derive(Clone, Debug, Default)]
pub struct GuardFacts {
    /// Fields of the event that reach something dangerous.
    pub sinks: Vec<Sink>,
    /// What its code checks events against.
    pub checks: Derivation,
    /// Text constants of its modules.
    pub literals: Vec<Literal>,
    /// Whether something may start a program.
    pub starts_programs: bool,
}

/// The facts of each function, by application and logical name.
pub(super) fn facts(
    apps: usize,
    joined: &Joined,
    program: &Program,
    analyses: &[Analysis],
) -> Vec<BTreeMap<SmolStr, GuardFacts>> {
    let mut all: Vec<BTreeMap<SmolStr, GuardFacts>> = vec![BTreeMap::new(); apps];
    for analysis in analyses {
        for flow in &analysis.flows {
            let owner = flow.entry.and_then(|entry| joined.owners.get(entry));
            let (Some(owner), Some(path)) = (owner, &flow.path) else { continue };
            let Some(functions) = all.get_mut(owner.app) else { continue };
            functions.entry(owner.function.clone()).or_default().sinks.push(Sink {
                kind: flow.kind,
                path: path.clone(),
                call: flow.sink.clone(),
                place: flow.place,
            });
        }
    }
    for (owner, entry) in joined.owners.iter().zip(&joined.entries) {
        let Some(functions) = all.get_mut(owner.app) else { continue };
        // Of several entries one is the real one: what it checks is not known.
        let is_only = joined.owners.iter().filter(|other| *other == owner).count() == 1;
        if is_only {
            let known = functions.entry(owner.function.clone()).or_default();
            known.checks = checks(program, entry);
        }
    }
    let literals: BTreeMap<_, &[Literal]> = analyses
        .iter()
        .filter_map(|it| Some((it.literals.first()?.place.file, it.literals.as_slice())))
        .collect();
    for (owner, folders) in &joined.folders {
        let Some(functions) = all.get_mut(owner.app) else { continue };
        let facts = functions.entry(owner.function.clone()).or_default();
        for id in program.ids() {
            let Some(source) = program.source(id) else { continue };
            if !folders.iter().any(|folder| is_below(&source.path, folder)) {
                continue;
            }
            let text = &source.text.text;
            facts.starts_programs |= STARTS.iter().any(|word| text.contains(word));
            let of_module = literals.get(&source.module.file).copied().unwrap_or_default();
            let room = MOST_LITERALS.saturating_sub(facts.literals.len());
            facts.literals.extend(of_module.iter().take(room).cloned());
        }
    }
    all
}

/// What the code of an entry point checks its events against; nothing where a fault of ours ended
/// the look at it.
fn checks(program: &Program, entry: &Entry) -> Derivation {
    let is_read =
        program.module(entry.module).is_some_and(|module| module.language == Language::Python);
    if !is_read {
        return Derivation::default();
    }
    let look = || code_schemas::derive(program, entry.module, &entry.symbol);
    catch_unwind(AssertUnwindSafe(look)).unwrap_or_default()
}

fn is_below(path: &str, folder: &str) -> bool {
    folder.is_empty() || path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}
