//! Prints the flows, remarks and calls of cloud services in code: `cargo run -p taint --example flows DIR [-v]`.
//!
//! DIR may be a file. With `-v` every step of a flow is printed, too.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "an example talks to its caller")]

use std::{
    collections::BTreeSet,
    env,
    error::Error,
    fs,
    path::{Path, PathBuf},
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use code_ir::Language;
use source_text::{FileId, SourceFile};
use taint::{Analysis, ModelSet, Program, analyse};

type Failure = Box<dyn Error + Send + Sync>;

/// Analyses that take longer are told.
const SLOW: Duration = Duration::from_millis(50);

fn main() -> Result<(), Failure> {
    let mut arguments = env::args().skip(1);
    let root = PathBuf::from(arguments.next().ok_or("name a folder or a file")?);
    let is_verbose = arguments.next().is_some_and(|word| word == "-v");
    // Code that is nested deep is walked by recursion.
    let work = thread::Builder::new().stack_size(256 << 20);
    let work = work.spawn(move || run(&root, is_verbose))?;
    work.join().map_err(|_| "the analysis panicked".into())
}

fn run(root: &Path, is_verbose: bool) {
    let start = Instant::now();
    let mut files = Vec::new();
    if root.is_file() {
        files.push(root.to_path_buf());
    } else {
        walk(root, &mut files);
    }
    let mut program = Program::default();
    let mut languages = BTreeSet::new();
    for path in files {
        languages.extend(add(&mut program, root, &path));
    }
    let parsed = start.elapsed();

    let start = Instant::now();
    let models = ModelSet::new(languages, &[]);
    let loaded = start.elapsed();

    let start = Instant::now();
    for id in program.ids() {
        let Some(source) = program.source(id) else { continue };
        let own = Instant::now();
        let analysis = analyse(&program, &models, id, &[]);
        if own.elapsed() > SLOW {
            eprintln!("slow {} {:?}", source.path, own.elapsed());
        }
        print(&source.path, &analysis, is_verbose);
    }
    let analysed = start.elapsed();
    eprintln!("{} files: read {parsed:?}, models {loaded:?}, analysed {analysed:?}", program.len());
}

fn walk(folder: &Path, files: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    let mut entries: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    entries.sort();
    for path in entries {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() {
            if name != "node_modules" && !name.starts_with('.') {
                walk(&path, files);
            }
        } else if Language::of_path(&name).is_some() {
            files.push(path);
        }
    }
}

/// Adds a file and tells its language, when it can be read.
fn add(program: &mut Program, root: &Path, path: &Path) -> Option<Language> {
    let text = fs::read_to_string(path).ok()?;
    let inner = path.strip_prefix(root).ok().filter(|inner| !inner.as_os_str().is_empty());
    let inner = inner.or_else(|| path.file_name().map(Path::new))?;
    let shown = inner.to_string_lossy().into_owned();
    let language = Language::of_path(&shown)?;
    let file = FileId(u32::try_from(program.len()).ok()?);
    let module = match language {
        Language::Python => code_python::parse(file, &text),
        Language::JavaScript | Language::TypeScript => {
            code_javascript::parse(file, language, &shown, &text)
        }
        _ => code_tree_sitter::parse(file, language, &text),
    };
    program.add(Arc::new(SourceFile { path: shown, text }), module);
    Some(language)
}

fn print(path: &str, analysis: &Analysis, is_verbose: bool) {
    for flow in &analysis.flows {
        let guess = if flow.is_guess { " (guess)" } else { "" };
        println!(
            "{path}:{}-{}: flow {} {} {} -> {} [{}]{guess}",
            flow.place.line,
            flow.place.end_line,
            flow.kind,
            flow.trust.as_str(),
            flow.source,
            flow.sink,
            flow.argument,
        );
        for (place, note) in flow.hops.iter().filter(|_| is_verbose) {
            println!("      {}:{} {note}", place.line, place.column);
        }
    }
    for remark in &analysis.remarks {
        println!("{path}:{}: check {} {}", remark.place.line, remark.check, remark.subject);
    }
    for sent in &analysis.sent {
        let (target, trust) = (sent.target.as_deref().unwrap_or("?"), sent.trust.as_str());
        println!("{path}: sent {} {target} {} {trust}", sent.service, sent.at);
    }
    for call in &analysis.calls {
        println!("{path}:{}: call {} {call}", call.place.line, call.sdk.as_str());
    }
    for call in &analysis.dynamic_calls {
        let service = call.service.as_deref().unwrap_or("?");
        println!("{path}:{}: dynamic {service}: {}", call.place.line, call.reason);
    }
}
