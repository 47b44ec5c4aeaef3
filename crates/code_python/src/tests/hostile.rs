//! Files with mistakes, old files, and files made to hurt.

use source_text::FileId;

use crate::{dump, parse};

fn errors(source: &str) -> Vec<String> {
    parse(FileId(0), source).errors.into_iter().map(|(_, message)| message).collect()
}

#[test]
fn the_rest_of_a_broken_file_stands() {
    let module = parse(FileId(0), "def f(:\n  pass\nx = = 2\nos.system(y)\n");
    assert!(!module.errors.is_empty());
    assert!(dump::body(&module).ends_with("(call (. os system) y)"), "{}", dump::body(&module));
    for (_, message) in &module.errors {
        assert!(message.chars().next().is_some_and(char::is_lowercase), "{message}");
    }
    assert_eq!(errors(&"x = = 2\n".repeat(100)).len(), 20);
}

#[test]
fn an_attribute_that_is_being_written_is_its_base() {
    assert_eq!(dump::body(&parse(FileId(0), "event.\n")), "event");
}

#[test]
fn python_2_is_named_once_and_read_on() {
    let rows = [
        ("print 'a' % b\nprint c\n", r#"(call print (Remainder "a" b)) (call print c)"#),
        ("exec code\n", "(call exec code)"),
        ("try:\n  a\nexcept B, e:\n  print e\n", "(try [a] (except B as e [(call print e)]))"),
    ];
    for (source, expected) in rows {
        let module = parse(FileId(0), source);
        assert_eq!(dump::body(&module), expected, "{source}");
        assert_eq!(module.errors.len(), 1, "{source}: {:?}", module.errors);
        assert!(module.errors[0].1.starts_with("this is Python 2"), "{:?}", module.errors);
    }
    for source in ["x = `y`\n", "if a <> b: pass\n", "raise A, 'why'\n", "if x: print y\n"] {
        let found = errors(source);
        assert_eq!(found.len(), 1, "{source}: {found:?}");
        assert!(found[0].starts_with("this is Python 2"), "{source}: {found:?}");
    }
    assert!(!errors("x = = print(1)\n")[0].contains("Python 2"));
}

#[test]
fn brackets_too_deep_are_refused() {
    let source = "(".repeat(1_000);
    assert_eq!(errors(&source), ["nested deeper than 300 levels; not analysed"]);
    let module = parse(FileId(0), &source);
    assert_eq!((module.functions.len(), module.functions[0].body.len()), (1, 0));
}

/// Runs on the stack that callers give.
fn on_64_mb(run: impl FnOnce() + Send + 'static) {
    let thread = std::thread::Builder::new().stack_size(64 << 20).spawn(run).unwrap();
    assert!(thread.join().is_ok());
}

#[test]
fn long_rows_and_deep_nests_take_no_stack() {
    on_64_mb(|| {
        for count in [300, 2_000, 9_000, 50_000] {
            let many = |text: &str| text.repeat(count);
            let sources = [
                format!("x = a{}", many(" + b")),
                format!("x = a{}", many(" - b + c")),
                format!("x = a{}", many(" or b")),
                format!("x = a{}", many(" < b")),
                format!("x = a{}", many(" < f()")),
                format!("x = a{}", many(" ** b")),
                format!("x = a{}", many(" if b else c")),
                format!("x = a{}", many(".b")),
                format!("x = a{}", many("()")),
                format!("x = a{}", many("[0]")),
                format!("x = a{}", many(".b(c)")),
                format!("x = {}a", many("-")),
                format!("x = {}a", many("not ")),
                format!("x = {}a", many("await ")),
                format!("x = {}a", many("lambda: ")),
                format!("x = {}a", many("lambda x, y: ")),
                format!("x = {}a", many("*")),
                format!("x: {}a", many("a | ")),
                format!("{}a = b", many("a = ")),
                format!("if a: b\n{}", many("elif a: b\n")),
                format!("{}x", many("if a: ")),
                format!("{}x", many("async ")),
                format!("{}x", many("yield ")),
                format!("{}x", many("f'{")),
                format!("{}x", many("f\"{f'{")),
                format!("{}x", many("f'''{a:")),
                format!("{}x", many("(\")\", ")),
                format!("{}x", many("@")),
                format!("match a:\n case {}x: pass", many("a.")),
                format!("match a:\n case {}x: pass", many("a | ")),
                format!("match a:\n case {}x: pass", many("-")),
                format!("match a:\n case {}x: pass", many("A(\")\"|")),
                (0..count.min(5_000)).map(|i| " ".repeat(i) + "if a:\n").collect(),
            ];
            for source in sources {
                let module = parse(FileId(0), &source);
                let _ = module.clone();
            }
        }
    });
}

#[test]
fn a_long_row_is_read_whole() {
    on_64_mb(|| {
        let module = parse(FileId(0), &format!("x = a{}", " + b".repeat(9_000)));
        assert_eq!(module.errors, []);
        assert_eq!(dump::body(&module).matches(" b").count(), 9_000);
        let module = parse(FileId(0), &format!("if a: b\n{}else: c", "elif a: b\n".repeat(5_000)));
        assert_eq!(module.errors, []);
        assert_eq!(dump::body(&module).matches("[b]").count(), 5_001);
        assert!(dump::body(&module).contains("(if ? [c])"));
    });
}

#[test]
fn a_large_table_is_no_deep_tree() {
    let row = "{'a': -1, 'b': x.y(1), 'c': lambda x, y: z},\n";
    assert_eq!(errors(&format!("x = [\n{}]\n", row.repeat(3_000))), Vec::<String>::new());
}
