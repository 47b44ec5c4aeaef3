//! Statements, declarations and scopes.

use code_ir::{Binding, ExprKind, StmtKind};

use super::{check, module};

#[test]
fn loops() {
    check(
        "a.js",
        &[
            (
                "for (let i = 0, n = 3; i < n; i++) f(i)",
                "i = 0\nn = 3\nwhile (i Less n)\nf(i)\ni Add= 1",
            ),
            ("for (;;) { break }", "while true\nbreak"),
            ("for (const a in b) f(a)", "for a in b\nf(a)"),
            ("for (const [a, b] of c) f(a)", "for [a, b] of c\nf(a)"),
            ("for (a.b of c) { continue }", "for a.b of c\ncontinue"),
            ("async () => { for await (const a of b) ; }", "async arrow () {for a of b}"),
            ("while (a) b()", "while a\nb()"),
            ("do b(); while (a)", "do while a\nb()"),
            ("x: for (;;) { continue x }", "while true\ncontinue"),
        ],
    );
}

#[test]
fn branches() {
    check(
        "a.js",
        &[
            ("if (a) b(); else if (c) d(); else { e() }", "if a\nb()\nelse\nif c\nd()\nelse\ne()"),
            (
                "switch (a) { case 1: case 'x': f(); break; default: g() }",
                "switch a\n1\n\"x\"\nf()\nbreak\nany\ng()",
            ),
            (
                "try { a() } catch ({code}) { b(code) } finally { c() }",
                "try\na()\ncatch {\"code\": code}\nb(code)\nfinally\nc()",
            ),
            ("try { a() } catch { throw new E }", "try\na()\ncatch\nthrow new E()"),
        ],
    );
}

#[test]
fn declarations() {
    check(
        "a.js",
        &[
            ("let a, b = 1; var c", "a\nb = 1\nc"),
            (
                "const {a = 1, b: {c} = {}, [d]: e, ...f} = g",
                "{\"a\": a ?= 1, \"b\": {\"c\": c} ?= {}, d: e, ...f} = g",
            ),
            ("using a = f()", "a = f()"),
        ],
    );
}

#[test]
fn inner_blocks_shadow_under_names_of_their_own() {
    check(
        "a.js",
        &[
            ("let a = 1; { let a = 2; f(a) } f(a)", "a = 1\nblock\na@2 = 2\nf(a@2)\nf(a)"),
            ("{ let a = 1 } { let a = 2 }", "block\na = 1\nblock\na@2 = 2"),
            ("let a; { var b; { let b; b } }", "a\nblock\nb\nblock\nb@2\nb@2"),
            ("let e; try {} catch (e) { e }", "e\ntry\ncatch e@2\ne@2"),
            ("let i; for (let i of x) f(() => i)", "i\nfor i@2 of x\nf(arrow () {return i@2})"),
            ("let a; function f() { let a; { a } }", "f = fn f() {a; block; a}\na"),
            (
                "let a; function f() { if (x) { let a = 1 } return a }",
                "f = fn f() {if x; a@2 = 1; return a}\na",
            ),
            (
                "let a; { let a; function f() { var a; return a } }",
                "a\nblock\nf = fn f() {a; return a}\na@2",
            ),
            ("switch (x) { case 1: let x = 2 }", "switch x\n1\nx = 2"),
        ],
    );
}

#[test]
fn a_function_that_calls_itself_by_its_own_name_is_bound_to_it() {
    let module = module("a.js", "x = function f() { return f() }");
    let function = &module.functions[1];
    assert_eq!(function.slots, ["f"]);
    let StmtKind::Return(Some(value)) = &function.body[1].kind else { panic!("a return") };
    let ExprKind::Call { callee, .. } = &value.kind else { panic!("a call") };
    let ExprKind::Name(name) = &callee.kind else { panic!("a name") };
    assert_eq!(name.binding, Binding::Local(0));
}

#[test]
fn places_are_bytes_of_the_text() {
    let text = "const ü = 1; export const handler = async (event) => event";
    let module = module("a.js", text);
    let function = &module.functions[1];
    let name = &text[function.name_span.start as usize..function.name_span.end as usize];
    assert_eq!((function.name.as_str(), name), ("handler", "handler"));
    let whole = &text[function.span.start as usize..function.span.end as usize];
    assert_eq!(whole, "async (event) => event");
}
