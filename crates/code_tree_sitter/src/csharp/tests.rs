//! C#, construct by construct.

use code_ir::Language;

use crate::testing::{check, dump, parse_deep};

fn inside(rows: &[(&str, &str)]) {
    check(Language::CSharp, rows, |body| format!("class A {{ void f() {{\n{body}\n}} }}\n"));
}

fn top(rows: &[(&str, &str)]) {
    check(Language::CSharp, rows, ToOwned::to_owned);
}

#[test]
fn imports_namespaces_and_top_level_statements() {
    top(&[
        (
            "using System;\nusing static A.B;\nusing X = C.D;\nglobal using E;",
            "import System *; import A.B *; import C.D as X; import E *",
        ),
        ("var x = G(1);\nint G(int a) => a;", "G = fn(a: int): int{return a}; x = G(1)"),
        ("namespace N { class A { } }", "A = class A() {}"),
        (
            "#if DEBUG\nclass A { }\n#else\nclass B { }\n#endif",
            "A = class A() {}; B = class B() {}",
        ),
    ]);
    assert_eq!(parse_deep(Language::CSharp, "namespace N.M;\nclass A { }").package, "N.M");
}

#[test]
fn classes_hold_fields_properties_and_methods() {
    top(&[
        (
            "[T(\"t\", N = 1)] public class A<X> : B<X>, I where X : class {\n\
             private readonly S s = new S(), t; static int n;\n\
             public string P { get; set; } = \"x\";\n string Q => s.V;\n\
             [J] int R { get { return r; } set { r = value; } }\n\
             public int this[int i] { get => a[i]; }\n\
             public A(S s) : base(s) { this.s = s; t = s; }\n\
             [H(\"{id}\")] public async Task<L<X>> G([Q] string id, int n = 1, params object[] r) { return await s.G(id, c: true); }\n\
             static void M() => s.M();\n abstract void N();\n\
             public static A operator +(A a, A b) => a;\n}",
            "A = @T(\"t\", N=1) class A(B, I) {s: S = new S(); t: S; static n: int; P: string = \"x\"; \
             Q: string; @J R: int; Getter Q fn(){return s.V}; Getter R fn(){return r}; \
             Instance set_R fn(value){this.r = value}; Instance [] fn(i: int){return a[i]}; \
             Constructor A fn(s: S){super(s); this.s = s; this.t = s}; \
             Instance G @H(\"{id}\") async fn(@Q id: string, n: int = 1, *r: [object]): Task{return await s.G(id, c=true)}; \
             Static M fn(): void{return s.M()}; Static operator + fn(a: A, b: A): A{return a}}",
        ),
        (
            "class A(S s) : B(s) { S t = s; P U { get; } = new(s); static int n = 1; }",
            "A = class A(B) {s: S; t: S; U: P; static n: int = 1; \
             Constructor A fn(s: S){super(s); this.s = s; this.t = s; this.U = new P(s)}}",
        ),
        (
            "record R(string A);\nenum E { A = 1, B }\ninterface I { void M(); int N() => 1; }",
            "R = class R() {A: string; Constructor R fn(A: string){this.A = A}}; \
             E = class E() {static A = 1; static B}; I = class I() {Instance N fn(): int{return 1}}",
        ),
        ("class A { class B { } }", "B = class B() {}; A = class A() {static B = class B() {}}"),
    ]);
}

#[test]
fn no_break_spaces_are_blanks() {
    inside(&[("\u{a0}\u{a0}G(\"\u{a0}\");", "G(\"\\u{a0}\")")]);
}

#[test]
fn statements() {
    inside(&[
        (
            "string a = b, c; var x = a; x = this.z; z = x; a += x; a ??= x; a++; --a;",
            "a: string = b; c: string; x = a; x = this.z; this.z = x; a Add= x; a = (a Coalesce x); a Add= 1; a Subtract= 1",
        ),
        ("if (a) B(); else if (c) { D(); } else E();", "if a {B()} else {if c {D()} else {E()}}"),
        (
            "while (a) { break; } do { continue; } while (b);",
            "while a {break}; dowhile b {continue}",
        ),
        (
            "for (int i = 0, j = 1; i < n; i++) G(i);",
            "{i: int = 0; j: int = 1; while (i Less n) {G(i); i Add= 1}}",
        ),
        (
            "foreach (string s in xs) G(s); foreach (var (k, v) in d) { }",
            "s: string; for s in xs {G(s)}; for (k, v) in d {}",
        ),
        (
            "try { A(); } catch (E e) when (e.X) { throw; } catch { throw new F(); } finally { B(); }",
            "try {A()} catch(E as e) {e.X; raise } catch() {raise new F()} finally {B()}",
        ),
        (
            "using var c = O(); using (var d = O()) { d.G(); } using (x) { }",
            "c = O(); with O() as d {d.G()}; with x {}",
        ),
        (
            "switch (x) { case 1: case \"a\" when y: G(); break; case Foo g: break; default: throw e; }",
            "switch x {case 1: {} case \"a\" if y: {G(); break} case is Foo() as g: {break} case _: {raise e}}",
        ),
        ("lock (x) { A(); } checked { B(); }", "{x; {A()}}; {B()}"),
        ("yield return x; yield break;", "yield x; return"),
        (
            "var (a, b) = G(); (int c, var d) = G(); (a, _) = (b, a);",
            "(a, b) = G(); (c, d) = G(); (a, _) = [b, a]",
        ),
        ("G(); int L(int k) => k; l: G();", "L = fn(k: int): int{return k}; G(); G()"),
    ]);
}

#[test]
fn texts() {
    inside(&[
        (
            "x = \"a\\tb\\u00e4\"; x = @\"a\"\"\\b\"; x = 'c';",
            "this.x = \"a\\tbä\"; this.x = \"a\\\"\\\\b\"; this.x = \"c\"",
        ),
        (
            "x = $\"a{id,5:N2}b\\n{{c}}\"; x = $@\"q\"\"{id}\\\";",
            "this.x = f\"a{id}b\\n{c}\"; this.x = f\"q\\\"{id}\\\\\"",
        ),
        ("x = $\"\"\"r {id} \\n\"\"\"; x = $\"a\";", "this.x = f\"r {id} \\\\n\"; this.x = \"a\""),
        (
            "x = \"\"\"\n    a\n      b\n    \"\"\"; x = \"\"\"c\"\"\";",
            "this.x = \"a\\n  b\"; this.x = \"c\"",
        ),
    ]);
}

#[test]
fn objects_and_collections() {
    inside(&[
        (
            "x = new Foo(1) { A = 2, B = y }; Foo z = new() { A = 2 }; x = new Foo();",
            "this.x = new Foo(1, A=2, B=y); z: Foo = new Foo(A=2); this.x = new Foo()",
        ),
        (
            "x = new L<string> { \"a\", y }; x = new L(y) { z };",
            "this.x = [\"a\", y]; this.x = [*y, z]",
        ),
        (
            "x = new D<string, int> { [\"a\"] = 1 }; x = new D { { \"b\", 2 } };",
            "this.x = {\"a\": 1}; this.x = {\"b\": 2}",
        ),
        (
            "x = new[] { 1, y }; x = new int[] { 1 }; x = new int[3]; int[] z = [1, .. y];",
            "this.x = [1, y]; this.x = [1]; this.x = []; z: [int] = [1, *y]",
        ),
        (
            "x = new { A = 1, id, y.Name }; x = r with { A = 1 };",
            "this.x = {\"A\": 1, \"id\": id, \"Name\": y.Name}; this.x = r.with(A=1)",
        ),
    ]);
}

#[test]
fn expressions() {
    inside(&[
        (
            "x = y?.A?.B() ?? z; x = y?[0]; x = y!.A; x = (string)y; x = y as T;",
            "this.x = (y.A.B() Coalesce z); this.x = y[0]; this.x = y.A; this.x = y; this.x = y",
        ),
        (
            "x = await s.G(id, c: true); x = a[1..n]; x = a[..2]; x = a[^1];",
            "this.x = await s.G(id, c=true); this.x = a[1:n]; this.x = a[:2]; this.x = a[1]",
        ),
        (
            "if (int.TryParse(id, out var n)) { G(n); }",
            "if <(out# := int.TryParse(id, ?)), (n := out#), out#> {G(n)}",
        ),
        (
            "if (x is string s && s.Length > 0) { } if (x is not null) { } if (x is T) { }",
            "if (((s := x) InstanceOf string) And (s.Length Greater 0)) {}; if Not((x Equal none)) {}; if (x InstanceOf T) {}",
        ),
        (
            "if (x is > 3 or 4) { } if (x is { Name: \"a\" } p) { }",
            "if ((x Greater 3) Or (x Equal 4)) {}; if ((p := x) And (x.Name Equal \"a\")) {}",
        ),
        (
            "var r = x switch { 1 => \"a\", string s when s != y => s, { A: 1 } => b, _ => throw e };",
            "r = fn(){match x {case 1: {return \"a\"} case is string() as s if (s NotEqual y): {return s} \
             case {\"A\": 1}: {return b} case _: {raise e}}}()",
        ),
        (
            "F g = q => q + 1; h = async (a, b) => { return a; }; h = delegate(int p) { return p; };",
            "g: F = fn(q){return (q Add 1)}; this.h = async fn(a, b){return a}; this.h = fn(p: int){return p}",
        ),
        (
            "var q = from a in xs where a.X > 1 orderby a let b = a.Y select b;",
            "q = [b for a in xs if (a.X Greater 1) for b in [a.Y]]",
        ),
        (
            "x = nameof(a.B); x = typeof(T); x = default; x = 1_0L; x = 1.5m; x = (1, y);",
            "this.x = \"B\"; this.x = typeof(T); this.x = none; this.x = 10; this.x = 1.5; this.x = [1, y]",
        ),
        (
            "G<string>(x); base.H(); global::S.T(ref x, in y); x = !a ? -b : ~c;",
            "G(x); super.H(); S.T(x, y); this.x = (Not(a) ? Minus(b) : Invert(c))",
        ),
        (
            "var x = 1; G(() => x = 2); G(y = 3);",
            "x = 1; G(fn(){nonlocal x; return (x := 2)}); G((this.y := 3))",
        ),
    ]);
}

#[test]
fn broken_text_is_told_and_the_rest_stands() {
    let text = "class A { void F() { a(; } void G() { K(1); } }";
    assert!(!parse_deep(Language::CSharp, text).errors.is_empty());
    assert!(dump(Language::CSharp, text).contains("K(1)"));
}
