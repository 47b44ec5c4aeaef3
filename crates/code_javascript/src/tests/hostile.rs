//! Texts that nobody wrote by hand.

use code_ir::{Language, Module};
use proptest::prelude::*;
use source_text::FileId;

use super::module;

/// Reads on a stack as the workers of a scan have it.
fn on_a_small_stack(path: &'static str, text: String) -> Module {
    let reads = std::thread::Builder::new().stack_size(64 << 20);
    reads.spawn(move || module(path, &text)).unwrap().join().unwrap()
}

#[test]
fn long_chains_are_read_whole() {
    for piece in ["a+", "a&&", "a||", "a,"] {
        let module = on_a_small_stack("a.js", piece.repeat(50_000) + "a");
        assert_eq!(module.errors, [], "{piece}");
    }
    let text = "if(a)b();else ".repeat(5_000) + "c()";
    assert_eq!(on_a_small_stack("a.js", text).errors, []);
}

#[test]
fn what_is_too_deep_is_said_once() {
    let chains = [
        ("a.js", "a-".repeat(50_000) + "a"),
        ("a.js", "a".to_owned() + &".b".repeat(50_000)),
        ("a.js", "a".to_owned() + &".b(c)".repeat(50_000)),
        ("a.js", "a**".repeat(15_000) + "a"),
        ("a.js", "a=".repeat(15_000) + "a"),
        ("a.js", "a=>".repeat(15_000) + "a"),
        ("a.js", "a?b:".repeat(9_000) + "a"),
        ("a.js", "!".repeat(15_000) + "a"),
        ("a.js", "if(a)".repeat(5_000) + "a"),
        ("a.js", "for(;;)".repeat(4_000) + "a"),
        ("a.jsx", "<a>".repeat(9_000) + &"</a>".repeat(9_000)),
        ("a.ts", format!("let x: {}b{}", "A<".repeat(9_000), ">".repeat(9_000))),
        ("a.js", "!".repeat(5_000_000)),
        ("a.js", "(".repeat(5_000_000)),
    ];
    for (path, text) in chains {
        let start: String = text.chars().take(12).collect();
        let module = on_a_small_stack(path, text);
        if path == "a.ts" {
            continue; // A type is a name here, however many arguments it has.
        }
        assert_eq!(module.errors.len(), 1, "{start}: {:?}", module.errors);
        assert!(module.errors[0].1.starts_with("nested deeper than"), "{start}");
    }
}

#[test]
fn assignments_in_targets_do_not_double() {
    let text = format!("{}y{}", "x[".repeat(100), "]+=1".repeat(100));
    assert_eq!(on_a_small_stack("a.js", text).errors, []);
}

#[test]
fn what_cannot_be_parsed_is_said() {
    let broken = module("a.js", "function f( {");
    assert_eq!(broken.functions.len(), 1);
    assert!(!broken.errors.is_empty());
    assert!(module("a.js", "let a = 1; let a = ;\n").errors[0].0.end > 0);
    // Types of Flow are read as those of TypeScript.
    assert_eq!(module("a.js", "// @flow\nfunction f(a: string): number { return 1 }").errors, []);
}

const PIECES: &[&str] = &[
    "async ",
    "await ",
    "yield* ",
    "function f(a, {b}, ...c) ",
    "class A extends B ",
    "{",
    "}",
    "(",
    ")",
    "[",
    "]",
    "=>",
    "= ",
    "a",
    "b.c",
    "?.",
    "??=",
    "`x${",
    "`",
    "'s'",
    "/r/g",
    ";",
    "\n",
    ",",
    "import x, {y as z} from 'm'",
    "export default ",
    "export * from 'm'",
    "for (const a of b) ",
    "switch (a) { case 1: default: }",
    "try {} catch ({e}) {} finally {}",
    "#p ",
    "static ",
    "get x",
    "<a b={c}>",
    "</a>",
    "<T>",
    ": T | undefined",
    "as const",
    "enum E { A = 1, B }",
    "namespace N.M ",
    "@d() ",
    "constructor(private a: B) {}",
    "let ",
    "var ",
    "const ",
    "if (a) ",
    "else ",
    "x: ",
    "delete ",
    "typeof ",
    "new ",
    "...",
    "++",
    "1n",
    "0x1f",
    "\u{a0}",
    "ü",
    "\\u0061",
];

fn parse_all(text: &str) {
    for path in ["a.js", "a.mjs", "a.cjs", "a.ts", "a.tsx", "a.d.ts", "template.yaml"] {
        for language in [Language::JavaScript, Language::TypeScript] {
            let module = crate::parse(FileId(0), language, path, text);
            let end = u32::try_from(text.len()).unwrap();
            assert!(!module.functions.is_empty());
            assert!(module.functions.iter().all(|f| f.span.end <= end && f.name_span.end <= end));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_read_without_a_panic(text in ".{0,60}") {
        parse_all(&text);
    }

    #[test]
    fn any_pieces_of_code_are_read_without_a_panic(
        pieces in prop::collection::vec(prop::sample::select(PIECES), 0..24),
    ) {
        parse_all(&pieces.concat());
    }
}
