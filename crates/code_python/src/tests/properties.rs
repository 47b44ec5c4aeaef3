//! No text makes it panic, and all places lie in the text.

use code_ir::{walk_expr, walk_stmts};
use proptest::prelude::*;
use source_text::FileId;

use crate::parse;

const SNIPPETS: [&str; 24] = [
    "def f(a, *b, c=1, **d):\n    return a\n",
    "class A(B):\n    x: int = 1\n    def m(self): pass\n",
    "if a:\n    b\nelif c:\n    d\nelse:\n    e\n",
    "try:\n    a\nexcept B as c:\n    d\nfinally:\n    e\n",
    "match a:\n    case [1, *x] | {'b': y}:\n        z\n",
    "with a as b, c: pass\n",
    "f'{a!r:>{b}} {c=}'",
    "[x for x in y if z]",
    "lambda x, *y: ",
    "a = b = ",
    "a.b[c:d](e, *f, **g)",
    "print 'a'\n",
    "except A, e:",
    "import a.b as c\nfrom . import d\n",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ":",
    "'''",
    "\\\n",
    "\t",
];

fn check(source: &str) {
    let module = parse(FileId(0), source);
    let end = u32::try_from(source.len()).unwrap();
    assert!(module.errors.len() <= 20);
    for function in &module.functions {
        assert!(function.span.end <= end);
        walk_stmts(&function.body, &mut |stmt| {
            assert!(stmt.span.start <= stmt.span.end && stmt.span.end <= end, "{stmt:?}");
            if let code_ir::StmtKind::Expr(expr) = &stmt.kind {
                walk_expr(expr, &mut |expr| {
                    assert!(expr.span.start <= expr.span.end && expr.span.end <= end, "{expr:?}");
                });
            }
        });
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_read(source in any::<String>()) {
        check(&source);
    }

    #[test]
    fn snippets_in_any_order_are_read(
        picks in proptest::collection::vec((0..SNIPPETS.len(), 0..40_usize, "[ \n.,=+*@-]?"), 0..20)
    ) {
        let mut source = String::new();
        for (pick, cut, glue) in picks {
            let snippet = SNIPPETS[pick];
            source.push_str(snippet.get(..snippet.len().saturating_sub(cut / 2)).unwrap_or(snippet));
            source.push_str(&glue);
        }
        check(&source);
    }
}
