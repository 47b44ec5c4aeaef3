//! Any bytes as a script, a build or a configuration of Deployment Manager, turned into a template.
#![no_main]

use libfuzzer_sys::fuzz_target;
use source_text::{FileId, Limits, parse_yaml};

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    let limits = Limits { nodes: 20_000, ..Limits::default() };
    let documents =
        parse_yaml(FileId(0), &text, &limits).map(|it| it.documents).unwrap_or_default();
    let _ = deployment_manager::lower_commands(FileId(0), &text, documents.first());
    let _ = deployment_manager::lower_script(FileId(0), &text);
    let _ = deployment_manager::parse_script(FileId(0), &text);
    for document in &documents {
        let _ = deployment_manager::lower(document);
    }
    let _ = deployment_manager::read(FileId(0), &text, &documents);
});
