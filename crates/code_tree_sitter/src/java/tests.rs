//! Java, construct by construct.

use code_ir::Language;

use crate::testing::{check, dump, parse_deep};

fn inside(rows: &[(&str, &str)]) {
    check(Language::Java, rows, |body| format!("class A {{ void f() {{\n{body}\n}} }}\n"));
}

fn top(rows: &[(&str, &str)]) {
    check(Language::Java, rows, ToOwned::to_owned);
}

#[test]
fn imports_name_what_they_bring() {
    top(&[
        ("import a.b.C;", "import a.b C as C"),
        ("import a.b.*;", "import a.b *"),
        ("import static a.b.C.d;", "import a.b.C d as d"),
        ("import static a.b.C.*;", "import a.b.C *"),
    ]);
    assert_eq!(parse_deep(Language::Java, "package a.b;\nclass C {}").package, "a.b");
}

#[test]
fn classes_hold_fields_methods_and_constructors() {
    top(&[
        (
            "@Path(\"/x\") public class A<T> extends B<T> implements C, d.D {\n\
             @Autowired private static final Map<String, X> m = new HashMap<>(), n;\n String[] s;\n\
             A(@Param(name = \"k\") String k, int... r) { super(k); this.k = k; s = r; }\n\
             @Override public List<X> get() throws E { return m; }\n\
             static void main(String[] args) {}\n abstract void no();\n}",
            "A = @Path(\"/x\") class A(B, C, d.D) {@Autowired static m: Map = new HashMap(); \
             @Autowired static n: Map; s: [String]; \
             Constructor A fn(@Param(name=\"k\") k: String, *r: int){super(k); this.k = k; this.s = r}; \
             Instance get @Override fn(): List{return m}; \
             Static main fn(args: [String]): void{}}",
        ),
        (
            "enum E { ONE(1), TWO(2) { int g() { return 2; } }; final int n; E(int n) { this.n = n; } }",
            "E = class E() {static ONE: E = new E(1); static TWO: E = new class (E) {Instance g fn(): int\
             {return 2}}(2); n: int; Constructor E fn(n: int){this.n = n}}",
        ),
        (
            "record P(String a) { P { a = a.trim(); } }",
            "P = class P() {a: String; Constructor P fn(a: String){a = a.trim(); this.a = a}; \
             Instance a fn(){return this.a}}",
        ),
        (
            "record P(String a) {}",
            "P = class P() {a: String; Constructor P fn(a: String){this.a = a}; \
             Instance a fn(){return this.a}}",
        ),
        (
            "interface I extends J { int K = 1; void a(); default int b() { return K; } }",
            "I = class I(J) {static K: int = 1; Instance b fn(): int{return K}}",
        ),
        (
            "class A { static { x = 1; } { y = 2; } class B {} }",
            "B = class B() {}; A = class A() {static B = class B() {}; \
             Static <clinit> fn(){this.x = 1}; Instance <init> fn(){this.y = 2}}",
        ),
    ]);
}

#[test]
fn statements() {
    inside(&[
        ("String a = b, c;", "a: String = b; c: String"),
        ("var x = g(y); x = this.z; z = x;", "x = g(y); x = this.z; this.z = x"),
        (
            "int i = 0; i++; --i; i <<= 2; a[i] = 1;",
            "i: int = 0; i Add= 1; i Subtract= 1; i ShiftLeft= 2; a[i] = 1",
        ),
        ("if (a) b(); else if (c) { d(); } else e();", "if a {b()} else {if c {d()} else {e()}}"),
        (
            "while (a) { break; } do { continue; } while (b);",
            "while a {break}; dowhile b {continue}",
        ),
        (
            "for (int i = 0, j = 1; i < n; i++, j--) g(i);",
            "{i: int = 0; j: int = 1; while (i Less n) {g(i); i Add= 1; j Subtract= 1}}",
        ),
        ("for (;;) {}", "{while true {}}"),
        ("for (String s : xs) g(s);", "s: String; for s in xs {g(s)}"),
        (
            "try { a(); } catch (E | x.F e) { throw e; } finally { b(); }",
            "try {a()} catch(E|x.F as e) {raise e} finally {b()}",
        ),
        ("try (R r = o(); s) { r.g(); }", "with o() as r, s {r.g()}"),
        ("try (R r = o()) { } catch (E e) { }", "try {with o() as r {}} catch(E as e) {}"),
        (
            "switch (x) { case 1: case 2: a(); break; default: b(); }",
            "switch x {case 1: {} case 2: {a(); break} case _: {b()}}",
        ),
        (
            "switch (x) { case A, B -> a(); case String s when s.ok() -> { b(s); } default -> throw e; }",
            "match x {case A|B: {a()} case is String() as s if s.ok(): {b(s)} case _: {raise e}}",
        ),
        (
            "synchronized (this) { a(); } assert x : y; l: while (a) {}",
            "this; {a()}; assert x; while a {}",
        ),
        ("class L { } new L();", "L = class L() {}; new L()"),
        (
            "int x; Runnable r = new Runnable() { public void run() { int x = 1; g(x); } };",
            "x: int; r: Runnable = new class (Runnable) {Instance run fn(): void{x#2: int = 1; g(x#2)}}()",
        ),
    ]);
}

#[test]
fn expressions() {
    inside(&[
        ("x = a.b().c;", "this.x = a.b().c"),
        ("x = (String) a + \"b\" + 'c' + 1L;", "this.x = (((a Add \"b\") Add \"c\") Add 1)"),
        ("x = a ? b : !c && d || e == f;", "this.x = (a ? b : ((Not(c) And d) Or (e Equal f)))"),
        ("if (x instanceof String s && g(s)) {}", "if (((s := x) InstanceOf String) And g(s)) {}"),
        ("if (x instanceof P(var a, int b)) {}", "if (((a, b) := x) InstanceOf P) {}"),
        (
            "h(y -> g(y), (a, b) -> { return a; }, () -> x = 1, (String s) -> s);",
            "h(fn(y){return g(y)}, fn(a, b){return a}, fn(){return (this.x := 1)}, fn(s: String){return s})",
        ),
        ("h(this::m, T::new, a.b::c);", "h(this.m, T.new, a.b.c)"),
        (
            "x = new int[]{1, 2}; x = new int[3]; int[] y = {a}; x = y[0];",
            "this.x = [1, 2]; this.x = []; y: [int] = [a]; this.x = y[0]",
        ),
        (
            "x = switch (y) { case 1 -> a; default -> { yield b; } };",
            "this.x = fn(){match y {case 1: {return a} case _: {return b}}}()",
        ),
        ("x = \"\"\"\n    a\n      b\\n\n    \"\"\";", "this.x = \"a\\n  b\\n\\n\""),
        (
            "x = \"a\\u00e4\\t\"; x = T.class; x = null; x = 0x1F; x = 1.5f;",
            "this.x = \"aä\\t\"; this.x = T.class; this.x = none; this.x = 31; this.x = 1.5",
        ),
        (
            "super.g(); A.this.h(); a.<T>k(b); y = z = 1;",
            "super.g(); this.h(); a.k(b); this.y = (this.z := 1)",
        ),
        (
            "x = new a.B<C>(d); x = -a + ~b;",
            "this.x = new a.B(d); this.x = (Minus(a) Add Invert(b))",
        ),
    ]);
}

#[test]
fn broken_text_is_told_and_the_rest_stands() {
    let text = "class A { void f() { a(; } void g() { k(1); } }";
    assert!(!parse_deep(Language::Java, text).errors.is_empty());
    assert!(dump(Language::Java, text).contains("k(1)"));
}
