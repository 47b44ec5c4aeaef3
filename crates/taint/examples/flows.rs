//! Prints the flows and remarks of a folder of code: `cargo run -p taint --example flows DIR`.
use code_ir::Language;
use std::{collections::BTreeSet, sync::Arc};
fn walk(dir: &std::path::Path, out: &mut Vec<std::path::PathBuf>) {
    let Ok(entries) = std::fs::read_dir(dir) else { return };
    let mut entries: Vec<_> = entries.flatten().map(|e| e.path()).collect();
    entries.sort();
    let vendored = entries.iter().any(|p| p.extension().is_some_and(|e| e == "dist-info"));
    if vendored && std::env::var_os("OWN").is_some() {
        return;
    }
    for path in entries {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() {
            if name != "node_modules" && !name.starts_with('.') {
                walk(&path, out);
            }
        } else if Language::of_path(&name).is_some() {
            out.push(path);
        }
    }
}
fn main() {
    std::thread::Builder::new()
        .stack_size(256 << 20)
        .spawn(|| {
            let root = std::path::PathBuf::from(std::env::args().nth(1).unwrap());
            let verbose = std::env::args().nth(2).is_some_and(|a| a == "-v");
            let mut files = Vec::new();
            if root.is_file() {
                files.push(root.clone());
            } else {
                walk(&root, &mut files);
            }
            let t = std::time::Instant::now();
            let mut program = taint::Program::default();
            let mut languages = BTreeSet::new();
            for (i, path) in files.iter().enumerate() {
                let Ok(text) = std::fs::read_to_string(path) else { continue };
                let shown = path.strip_prefix(&root).unwrap_or(path).to_string_lossy().into_owned();
                let shown = if shown.is_empty() {
                    path.file_name().unwrap().to_string_lossy().into_owned()
                } else {
                    shown
                };
                let file = source_text::FileId(i as u32);
                let language = Language::of_path(&shown).unwrap();
                let module = match language {
                    Language::Python => code_python::parse(file, &text),
                    Language::JavaScript | Language::TypeScript => {
                        code_javascript::parse(file, language, &shown, &text)
                    }
                    Language::Go | Language::Java | Language::CSharp | Language::Ruby => {
                        code_tree_sitter::parse(file, language, &text)
                    }
                };
                languages.insert(language);
                program.add(Arc::new(source_text::SourceFile { path: shown, text }), module);
            }
            let parsed = t.elapsed();
            let t = std::time::Instant::now();
            let mut models = Vec::new();
            for l in &languages {
                models.extend(
                    taint::built_in(if *l == Language::TypeScript {
                        "javascript"
                    } else {
                        l.as_str()
                    })
                    .unwrap(),
                );
            }
            let models = taint::ModelSet::new(&models, languages.iter().copied());
            let loaded = t.elapsed();
            let t = std::time::Instant::now();
            for id in program.ids() {
                let t1 = std::time::Instant::now();
                let a = taint::analyse(&program, &models, id, &[]);
                let path = &program.source(id).unwrap().path;
                if t1.elapsed().as_millis() > 50 {
                    eprintln!("slow {path} {:?}", t1.elapsed());
                }
                for f in &a.flows {
                    println!(
                        "{path}:{}-{}: flow {} {} {} -> {} [{}]{}",
                        f.place.line,
                        f.place.end_line,
                        f.kind,
                        f.trust.as_str(),
                        f.source,
                        f.sink,
                        f.argument,
                        if f.is_guess { " (guess)" } else { "" }
                    );
                    if verbose {
                        for (p, n) in &f.hops {
                            println!("      {}:{} {n}", p.line, p.column);
                        }
                    }
                }
                for r in &a.remarks {
                    println!("{path}:{}: check {} {}", r.place.line, r.check, r.subject);
                }
                for s in &a.sent {
                    println!(
                        "{path}: sent {} {:?} {} {}",
                        s.service,
                        s.target,
                        s.at,
                        s.trust.as_str()
                    );
                }
            }
            eprintln!(
                "files {} parse {parsed:?} models {loaded:?} analyse {:?}",
                program.len(),
                t.elapsed()
            );
        })
        .unwrap()
        .join()
        .unwrap();
}
