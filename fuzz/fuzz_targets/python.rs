//! Any bytes, read as Python: a module whose places lie in the text, with few errors.
#![no_main]

use code_ir::{Span, StmtKind, walk_expr, walk_stmts};
use libfuzzer_sys::fuzz_target;
use source_text::FileId;

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    let module = code_python::parse(FileId(0), &text);
    assert!(module.errors.len() <= 20);
    let end = u32::try_from(text.len()).unwrap_or(u32::MAX);
    let check = |span: Span| assert!(span.start <= span.end && span.end <= end, "{span:?}");
    for (span, message) in &module.errors {
        check(*span);
        assert!(!message.is_empty() && !message.contains('\n'), "{message:?}");
    }
    for function in &module.functions {
        check(function.span);
        check(function.name_span);
        walk_stmts(&function.body, &mut |stmt| {
            check(stmt.span);
            if let StmtKind::Expr(expr) = &stmt.kind {
                walk_expr(expr, &mut |inner| check(inner.span));
            }
        });
    }
});
