//! Any text, read as JavaScript and as TypeScript: a tree whose places lie inside the text.
#![no_main]

use code_ir::Language;
use libfuzzer_sys::fuzz_target;
use source_text::FileId;

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    for (path, language) in [
        ("a.js", Language::JavaScript),
        ("a.cjs", Language::JavaScript),
        ("a.ts", Language::TypeScript),
        ("a.tsx", Language::TypeScript),
    ] {
        let module = code_javascript::parse(FileId(0), language, path, &text);
        assert!(module.errors.len() <= 20);
        for function in &module.functions {
            assert!(function.span.start <= function.span.end, "{:?}", function.span);
            assert!(function.span.end as usize <= text.len(), "{:?}", function.span);
        }
    }
});
