//! Code that is not followed to its end is told.

mod marked_code;

use std::fmt::Write as _;

use marked_code::Case;
use taint::Limit;

/// Names of the functions that were cut, with the limit that did it.
fn cuts(code: &str) -> Vec<(String, Limit)> {
    let analyses = Case::read("handler.py", code).analyse(&[]);
    let cuts = analyses.into_iter().flat_map(|analysis| analysis.cuts);
    cuts.map(|cut| (cut.function.to_string(), cut.limit)).collect()
}

#[test]
fn calls_that_lie_too_deep_are_told() {
    let mut code = String::from("def f60(x):\n    return x\n");
    for at in (0..60).rev() {
        writeln!(code, "def f{at}(x):\n    return f{}(x)", at + 1).unwrap();
    }
    code += "def handler(event, context):\n    f0(event['body'])\n";
    let [(name, Limit::Depth)] = &cuts(&code)[..] else {
        panic!("one cut by depth");
    };
    assert!(name.starts_with('f'), "{name}");
}

#[test]
fn a_recursion_is_told_only_when_it_brings_new_data() {
    let same = "def walk(x, depth):
    if depth > 3:
        return x
    return walk(x, depth + 1)
def handler(event, context):
    walk(event['body'], int(event['n']))
";
    assert_eq!(cuts(same), []);
    let other = "def walk(x, rest):
    if rest:
        walk(rest['a'], rest['b'])
def handler(event, context):
    walk('', event['body'])
";
    assert_eq!(cuts(other), [], "parts of the same data are no other data");
    let new = "def handler(event, context):
    def walk(n, x):
        if n == 5:
            return x
        return walk(n + 1, event['body'] if n == 2 else '')
    walk(0, '')
";
    assert_eq!(cuts(new), [("walk".to_owned(), Limit::Repeats)]);
}

#[test]
fn work_without_end_is_told_of_functions_without_an_entry_and_of_modules() {
    let mut code = String::from("def busy(a):\n");
    for at in 0..4000 {
        writeln!(code, "    a = a + {at} + {at}").unwrap();
    }
    assert_eq!(cuts(&code), [("busy".to_owned(), Limit::Work)]);
    let mut code = String::new();
    for at in 0..90_000 {
        writeln!(code, "x{} = 1 + {at} + 2", at % 7).unwrap();
    }
    assert_eq!(cuts(&code), [(String::new(), Limit::Work)]);
}
