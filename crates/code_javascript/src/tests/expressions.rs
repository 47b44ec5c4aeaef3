//! Expressions, functions and classes.

use super::check;

#[test]
fn operators_keep_their_shape() {
    check(
        "a.js",
        &[
            ("a + b * c", "(a Add (b Multiply c))"),
            ("a === b; a == b", "(a Is b)\n(a Equal b)"),
            ("a && b || c", "((a And b) Or c)"),
            ("(a ?? b) || c", "((a Coalesce b) Or c)"),
            (
                "class A { static f(x) { return #x in x } #x }",
                "A = class A() {#x; static f: fn f(x) {return (\"#x\" In x)};}",
            ),
            ("'x' in a", "(\"x\" In a)"),
            ("a instanceof B", "(a InstanceOf B)"),
            ("typeof a; void a; -a; ~a; +a", "TypeOf(a)\nDiscard(a)\nMinus(a)\nInvert(a)\nPlus(a)"),
            ("!0; !1; void 0; -1", "true\nfalse\nnone\n-1"),
            ("undefined; null; NaN", "none\nnone\nNaN"),
            ("1; 1.5; 0x10; 10n; 99999999999999999999n", "1\n1.5\n16\n10\n?"),
            ("/a[/]b/gi", "/a[/]b/gi"),
            ("a ? b : c", "(a ? b : c)"),
            ("f(1, ...rest)", "f(1, ...rest)"),
            ("new X(a); new X", "new X(a)\nnew X()"),
            ("a?.b?.[c]?.(d)", "a.b[c](d)"),
            ("[1, , ...a]", "[1, none, ...a]"),
            ("f((a, b))", "f((a, b))"),
            ("a, b", "a\nb"),
            ("import.meta.url", "import.meta.url"),
        ],
    );
}

#[test]
fn texts_and_templates() {
    check(
        "a.js",
        &[
            ("f('a\\n\\u0041')", "f(\"a\\nA\")"),
            ("``; `a`; `a${b}c${d}`", "\"\"\n\"a\"\n`a${b}c${d}`"),
            ("sql`select ${a}`", "sql`select ${a}`"),
            ("String.raw`\\u`", "String.raw`\\u`"),
        ],
    );
}

#[test]
fn assignments_are_statements_or_values() {
    check(
        "a.js",
        &[
            ("a = b", "a = b"),
            ("a.b += c", "a.b Add= c"),
            ("a ||= b; a.b ??= c", "a = (a Or b)\na.b = (a.b Coalesce c)"),
            ("a++; --b.c", "a Add= 1\nb.c Subtract= 1"),
            ("f(a = b)", "f((a := b))"),
            ("f(a += b)", "f((a := (a Add b)))"),
            ("f(a++)", "f((a := (a Add 1)))"),
            ("a = b = c", "a = (b := c)"),
            ("g()[0] ||= c", "g()[0] = (? Or c)"),
            ("delete a.b; f(delete a.b)", "delete a.b\nf(Discard(a.b))"),
            ("({a, b: [c = 1, ...d], ...e} = f)", "{\"a\": a, \"b\": [c ?= 1, ...d], ...e} = f"),
            ("[a.b, c[0]] = f", "[a.b, c[0]] = f"),
        ],
    );
}

#[test]
fn functions_and_arrows() {
    check(
        "a.js",
        &[
            ("f(x => x)", "f(arrow (x) {return x})"),
            ("f(async x => { await x })", "f(async arrow (x) {await x})"),
            ("const g = function* () { yield; yield 1 }", "g = fn* g() {yield; yield 1}"),
            (
                "exports.handler = async (event) => event",
                "exports.handler = async arrow handler(event) {return event}",
            ),
            ("({a, b: c} = {}, ...d) => 1", "arrow ({\"a\": a, \"b\": c} = {}, ...d) {return 1}"),
            ("([a, , b] = [], c = a) => 1", "arrow ([a, _, b] = [], c = a) {return 1}"),
            ("f(); function f(a) { return a }", "f = fn f(a) {return a}\nf()"),
            ("(function f() { return 1 })", "fn f() {return 1}"),
        ],
    );
}

#[test]
fn objects_are_mappings() {
    check(
        "a.js",
        &[
            (
                "x = {a, 'b': 1, 2: 3, [c]: d, ...e, f() {}, get g() { return 1 }, set h(v) {}}",
                "x = {\"a\": a, \"b\": 1, \"2\": 3, c: d, ...e, \"f\": fn f() {}, \
                 \"g\": fn g() {return 1}, \"set h\": fn h(v) {}}",
            ),
            ("x = {handler: async () => {}}", "x = {\"handler\": async arrow handler() {}}"),
        ],
    );
}

#[test]
fn classes_hold_methods_and_fields() {
    check(
        "a.js",
        &[
            (
                "class A extends B { #x = 1; static y = 2; constructor(z) { super(z); this.#x = z } \
                 get v() { return super.v } set v(w) {} static m() {} async *n() {} }",
                "A = class A(B) {#x = 1; static y = 2; new constructor: fn constructor(z) \
                 {super(z); this.#x = z}; get v: fn v() {return super.v}; set v: fn set v(w) {}; \
                 static m: fn m() {}; n: async fn* n() {};}",
            ),
            ("class A { static { f(this) } }", "A = class A() {static  = arrow () {f(this)}();}"),
            ("const A = class {}", "A = class A() {}"),
            ("f(class B { m() { return B } })", "f((B := class B() {m: fn m() {return B};}))"),
            (
                "@d @e() class A { @f m(){} @g x = 1 }",
                "A = @d @e() class A() {@g x = 1; m: @f fn m() {};}",
            ),
        ],
    );
}

#[test]
fn types_leave_names_only() {
    check(
        "a.ts",
        &[
            (
                "const handler: APIGatewayProxyHandler = async (e) => 1",
                "handler: APIGatewayProxyHandler = async arrow handler(e) {return 1}",
            ),
            (
                "function f(a: string | undefined, b: A.B<C>[], c?: import('x').D): Promise<X> {}",
                "f = fn f(a: string, b: Array, c: D): Promise {}",
            ),
            ("let a = b as any as C; let d = <E>f!.g", "a = b\nd = f.g"),
            ("f<T>(a satisfies B)", "f(a)"),
            ("interface A {} type B = A; declare const c: A; declare function d(): void", ""),
            ("function f(a: A): B; function f(a) { return a }", "f = fn f(a) {return a}"),
            (
                "class A { constructor(private readonly db: Db, @I() x) { f() } abstract m(): void }",
                "A = class A() {new constructor: fn constructor(db: Db, @I() x) \
                 {this.db = db; f()};}",
            ),
            (
                "class A implements B, C.D<E> { a: string; declare b: X }",
                "A = class A(B, C.D) {a: string;}",
            ),
            ("enum E { A, B = 4, C, D = 'x' }", "E = {\"A\": 0, \"B\": 4, \"C\": 5, \"D\": \"x\"}"),
            (
                "namespace N { export const a = 1; const b = a; export function f() {} }",
                "block\nf = fn f() {}\na = 1\nb = a\nN = {\"a\": a, \"f\": f}",
            ),
            ("(x as any) = 1", "x = 1"),
        ],
    );
}

#[test]
fn elements_are_calls() {
    check(
        "a.jsx",
        &[
            (
                "f(<div id='a' b>x {y}</div>)",
                "f(jsx(\"div\", {\"id\": \"a\", \"b\": true, \"children\": [\"x\", y]}))",
            ),
            (
                "f(<p dangerouslySetInnerHTML={{__html: h}} />)",
                "f(jsx(\"p\", {\"dangerouslySetInnerHTML\": {\"__html\": h}}))",
            ),
            (
                "f(<A.B {...c} d={<e/>}><></></A.B>)",
                "f(A.B({...c, \"d\": jsx(\"e\", {}), \"children\": [jsx(\"\", {})]}))",
            ),
        ],
    );
}
