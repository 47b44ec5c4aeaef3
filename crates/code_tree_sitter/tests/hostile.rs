//! Texts that no one writes: deep, long, or ambiguous. They end within time and within the stack of a
//! worker, and what was left out is told.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use code_ir::{Language, Module};
use code_tree_sitter::parse;
use source_text::FileId;

/// The stack of a worker.
const STACK: usize = 64 << 20;

fn parse_on_worker(language: Language, text: String) -> Module {
    let run = move || parse(FileId(0), language, &text);
    std::thread::Builder::new().stack_size(STACK).spawn(run).unwrap().join().unwrap()
}

/// A text in the body of a function of each language.
fn in_function(language: Language, text: &str) -> String {
    match language {
        Language::Go => format!("package p\nfunc f() {{\n{text}\n}}\n"),
        Language::Java | Language::CSharp => format!("class A {{ void f() {{\n{text}\n}} }}\n"),
        _ => format!("def f\n{text}\nend\n"),
    }
}

const ALL: [Language; 4] = [Language::Go, Language::Java, Language::CSharp, Language::Ruby];

#[test]
fn brackets_in_brackets_are_refused() {
    for language in ALL {
        let module = parse_on_worker(language, "(".repeat(100_000));
        assert_eq!((module.errors.len(), module.functions.len()), (1, 1), "{language:?}");
    }
}

#[test]
fn a_long_chain_of_operators_is_lowered_whole() {
    for language in ALL {
        let terms: Vec<String> = (0..50_000).map(|n| format!("a{n}")).collect();
        let text = in_function(
            language,
            &format!("g({})", terms.join(" + ")).replace(
                ')',
                match language {
                    Language::Java | Language::CSharp => ");",
                    _ => ")",
                },
            ),
        );
        let module = parse_on_worker(language, text);
        assert!(module.errors.is_empty(), "{language:?} {:?}", module.errors);
        let mut names = 0;
        let function = module.functions.iter().find(|function| function.name == "f").unwrap();
        code_ir::calls(&function.body, &mut |_, _, arguments| {
            for argument in arguments {
                code_ir::walk_expr(&argument.value, &mut |inner| {
                    names += usize::from(matches!(&inner.kind, code_ir::ExprKind::Name(_)));
                });
            }
        });
        assert!(names >= 50_000, "{language:?} {names}");
    }
}

#[test]
fn depth_without_brackets_is_bounded() {
    let rows: [(Language, Vec<String>); 4] = [
        (Language::Go, deep_go(DEEP)),
        (Language::Java, deep_java(DEEP)),
        (Language::CSharp, deep_csharp(DEEP)),
        (Language::Ruby, deep_ruby(DEEP)),
    ];
    for (language, texts) in rows {
        for text in texts {
            let shown: String = text.chars().take(40).collect();
            let module = parse_on_worker(language, in_function(language, &text));
            assert!(module.errors.len() <= 20, "{language:?} {shown}");
        }
    }
}

/// Levels; far more than the 400 that are lowered.
const DEEP: usize = 3_000;

fn deep_go(n: usize) -> Vec<String> {
    vec![
        format!("x = {}y", "!".repeat(n)),
        format!("x = a{}", ".b".repeat(n)),
        format!("x = a{}", ".b()".repeat(n)),
        format!("x = a{}", "[0]".repeat(n)),
        format!("{}{{}}", "if a {} else ".repeat(n)),
        format!("var x {}T", "*".repeat(n)),
        format!("var x {}T", "[]".repeat(n)),
        format!("var x {}T", "chan ".repeat(n)),
        "l: ".repeat(n),
    ]
}

fn deep_java(n: usize) -> Vec<String> {
    vec![
        format!("x = {}y;", "!".repeat(n)),
        format!("x = {}y;", "(A)".repeat(n)),
        format!("x = a{};", ".b".repeat(n)),
        format!("x = a{};", ".b()".repeat(n)),
        format!("x = {}y;", "a ? b : ".repeat(n)),
        format!("x = {}y;", "a = ".repeat(n)),
        format!("x = {}y;", "a -> ".repeat(n)),
        format!("{};", "if (a) ".repeat(n)),
        format!("{};", "if (a) b(); else ".repeat(n)),
        format!("{}c x;", "a.".repeat(n)),
        format!("{}T{} x;", "A<".repeat(n), ">".repeat(n)),
        format!("T{} x;", "[]".repeat(n)),
        format!("x = a{};", "[0]".repeat(n)),
        format!("{};", "l: ".repeat(n)),
        format!("x = a{};", " instanceof B".repeat(n)),
    ]
}

fn deep_csharp(n: usize) -> Vec<String> {
    vec![
        format!("x = {}y;", "!".repeat(n)),
        format!("x = {}y;", "await ".repeat(n)),
        format!("x = a{};", ".b".repeat(n)),
        format!("x = a{};", "?.b".repeat(n)),
        format!("x = a{};", ".b()".repeat(n)),
        format!("x = a{};", "!".repeat(n)),
        format!("x = {}y;", "a ? b : ".repeat(n)),
        format!("x = {}y;", "a = ".repeat(n)),
        format!("x = {}y;", "a => ".repeat(n)),
        format!("x = {}y;", "a ?? ".repeat(n)),
        format!("{};", "if (a) b(); else ".repeat(n)),
        format!("x = a{};", " as T".repeat(n)),
        format!("if (x is {} 1) {{ }}", "not ".repeat(n)),
        format!("if (x is {} 1) {{ }}", "1 or ".repeat(n)),
        format!("T{} x;", "[]".repeat(n)),
        format!("{}\nx();\n{}", "#if A\n".repeat(n), "#endif\n".repeat(n)),
        format!("x = a{};", " switch { }".repeat(n)),
        format!("x = a{};", " with { }".repeat(n)),
    ]
}

fn deep_ruby(n: usize) -> Vec<String> {
    vec![
        format!("x = {}y", "!".repeat(n)),
        format!("x = {}y", "not ".repeat(n)),
        format!("x = a{}", ".b".repeat(n)),
        format!("x = a{}", "::B".repeat(n)),
        format!("x = {}y", "a ? b : ".repeat(n)),
        format!("x = {}y", "a = ".repeat(n)),
        format!("x = {}y", "a ||= ".repeat(n)),
        format!("a{}", " if b".repeat(n)),
        format!("a{}", " rescue b".repeat(n)),
        format!("{}{}", "begin\n".repeat(n), "end\n".repeat(n)),
        format!("{}{}", "if a\n".repeat(n), "end\n".repeat(n)),
        format!("if a\n{}end", "elsif b\n".repeat(n)),
        format!("{}{}", "f do\n".repeat(n), "end\n".repeat(n)),
        format!("{}{}", "def f\n".repeat(n), "end\n".repeat(n)),
        format!("{}{}", "class A\n".repeat(n), "end\n".repeat(n)),
        format!("{}y", "f ".repeat(n)),
        format!("{}y", "-> ".repeat(n)),
        format!("{}y", "<<A ".repeat(n)),
        format!("x = a{}", "[0]".repeat(n)),
        "case a\n".repeat(n),
    ]
}

#[test]
fn repeated_parts_do_not_multiply() {
    let n = 60;
    let rows = [
        (Language::Java, format!("x = {}y{};", "a[".repeat(n), " += 1]".repeat(n))),
        (Language::Java, format!("{}y{};", "a[".repeat(n), "]++".repeat(n))),
        (Language::CSharp, format!("x = {}y{};", "a[".repeat(n), " ??= 1]".repeat(n))),
        (Language::CSharp, format!("x = {}y{};", "(".repeat(n), " is 1 or 2)".repeat(n))),
        (Language::Ruby, format!("x = {}y{}", "a[".repeat(n), " ||= 1]".repeat(n))),
        (
            Language::Ruby,
            format!("x = {}y{}", "(case ".repeat(n), " when 1 then 2 when 3 then 4 end)".repeat(n)),
        ),
        (Language::Ruby, format!("{}y{}", "a[".repeat(n), " = if b then 1 else 2 end]".repeat(n))),
    ];
    for (language, text) in rows {
        let module = parse_on_worker(language, in_function(language, &text));
        let mut nodes = 0_usize;
        for function in &module.functions {
            code_ir::walk_stmts(&function.body, &mut |_| nodes += 1);
            code_ir::calls(&function.body, &mut |_, _, _| nodes += 1);
        }
        assert!(nodes < 10_000, "{language:?} {nodes}");
    }
}
