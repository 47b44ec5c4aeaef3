//! Any text, lowered as Go, Java, C# and Ruby: every place is in the text.
#![no_main]

use code_ir::Language;
use code_tree_sitter::parse;
use libfuzzer_sys::fuzz_target;
use source_text::FileId;

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    for language in [Language::Go, Language::Java, Language::CSharp, Language::Ruby] {
        let module = parse(FileId(0), language, &text);
        assert!(module.errors.len() <= 20);
        for function in &module.functions {
            let span = function.span;
            assert!(span.start <= span.end && span.end as usize <= text.len(), "{span:?}");
            code_ir::walk_stmts(&function.body, &mut |stmt| {
                let span = stmt.span;
                assert!(span.start <= span.end && span.end as usize <= text.len(), "{span:?}");
            });
        }
    }
});
