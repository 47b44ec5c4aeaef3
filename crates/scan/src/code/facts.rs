//! What the guard of a function must know of its code.

use std::collections::BTreeMap;

use app_model::SmolStr;
use settings_plan::Sink;
use taint::{Analysis, Literal, Program};

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

fn is_below(path: &str, folder: &str) -> bool {
    folder.is_empty() || path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}
