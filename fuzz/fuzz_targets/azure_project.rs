//! Any bytes as `host.json`, as `azure.yaml` and as code of every language: triggers stand in the
//! text, and nothing panics.
#![no_main]

use std::sync::Arc;

use azure_project::{Files, Layout, alone, read_functions, read_host};
use libfuzzer_sys::fuzz_target;
use source_text::{FileId, SourceFile};

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    let _ = read_host(FileId(0), &text);
    let lines = u32::try_from(text.lines().count()).unwrap_or(u32::MAX).saturating_add(1);
    for (path, head) in [
        ("function_app.py", "import azure.functions as func\n"),
        ("index.ts", "import { app } from '@azure/functions';\n"),
        ("A.cs", "using Microsoft.Azure.Functions.Worker; // Function\n"),
        ("A.java", "import x.FunctionName;\n"),
    ] {
        let code = format!("{head}{text}");
        for declared in read_functions(FileId(0), path, &code).functions {
            assert!(declared.place.line >= 1 && declared.place.line <= lines + 1, "{declared:?}");
        }
    }
    let paths = ["azure.yaml", "host.json"].map(str::to_owned);
    let read = |path: &str| {
        Some((FileId(0), Arc::new(SourceFile { path: path.to_owned(), text: text.to_string() })))
    };
    let files = Files { paths: &paths, read: &read };
    let _ = alone(&Layout::of(files), files, &[]);
});
