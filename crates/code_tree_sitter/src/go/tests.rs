//! Go, construct by construct.

use code_ir::{Binding, ExprKind, Language, StmtKind};

use crate::testing::{check, dump, parse_deep};

fn inside(rows: &[(&str, &str)]) {
    check(Language::Go, rows, |body| format!("package p\nfunc f() {{\n{body}\n}}\n"));
}

fn top(rows: &[(&str, &str)]) {
    check(Language::Go, rows, |text| format!("package p\n{text}\n"));
}

#[test]
fn imports_take_the_last_part_of_the_path() {
    top(&[
        ("import \"fmt\"", "import fmt as fmt"),
        (
            "import (\n l \"log\"\n . \"math\"\n _ \"embed\"\n \"a.b/c/v2\"\n)",
            "import log as l; import math *; import embed effect; import a.b/c/v2 as c",
        ),
    ]);
}

#[test]
fn package_level_names_are_assigned() {
    top(&[
        ("var db *sql.DB", "db: sql.DB"),
        ("var a, b = 1, \"x\"", "a = 1; b = \"x\""),
        ("var (\n a int = 1\n c, d = g()\n)", "a: int = 1; (c, d) = g()"),
        ("const (\n A = iota\n B\n)", "A = ?; B"),
        ("func init() { db = nil }", "fn(){global db; db = none}()"),
        (
            "func g(a, b string, o ...int) (string, error) { return a, nil }",
            "g = fn(a: string, b: string, *o: int): [string, error]{return [a, none]}",
        ),
        (
            "func g() (n int, err error) { n = 1; return }",
            "g = fn(): [int, error]{n: int; err: error; n = 1; return [n, err]}",
        ),
        ("func g[T any](x T, _ int) T { return x }", "g = fn(x: T, _: int): T{return x}"),
    ]);
}

#[test]
fn types_become_classes() {
    top(&[
        (
            "type T struct {\n A, B *x.Y `json:\"a\"`\n Base\n M map[string][]int\n}\nfunc (t *T) Get(k string) { t.A = k }",
            "T = class T(Base) {@\"json:\\\"a\\\"\" A: x.Y; @\"json:\\\"a\\\"\" B: x.Y; Base: Base; \
             M: {string: [int]}; Instance Get fn(t: T, k: string){t.A = k}}",
        ),
        ("type ID string\nvar x = ID(y)", "ID = class ID(string) {}; x = y"),
        ("type I interface { Do(x int) error }", "I = class I() {}"),
    ]);
    let module = parse_deep(Language::Go, "package p\nfunc (s Store[K]) Get() {}\n");
    assert_eq!((module.classes[0].name.as_str(), module.package.as_str()), ("Store", "p"));
    assert_eq!(module.functions[1].class, Some(code_ir::ClassId(0)));
}

#[test]
fn assignments_take_apart() {
    inside(&[
        ("a, err := g(x)", "(a, err) = g(x)"),
        ("a, b := b, a", "(a, b) = [b, a]"),
        ("v, ok := m[k]", "(v, ok) = [m[k], ?]"),
        ("v, ok := x.(T)", "(v, ok) = [x, ?]"),
        ("v, _ := <-ch", "(v, _) = [await ch, ?]"),
        ("a.b[0], *p = 1, 2", "global p; (a.b[0], p) = [1, 2]"),
        (
            "x := 1; x += 2; x++; x--; x &^= 3",
            "x = 1; x Add= 2; x Add= 1; x Subtract= 1; x BitAnd= 3",
        ),
        ("var x, y string", "x: string; y: string"),
        ("_ = g()", "_ = g()"),
    ]);
}

#[test]
fn an_inner_variable_gets_a_name_of_its_own() {
    inside(&[
        (
            "x := a; if x := g(x); x > 0 { use(x) }; use(x)",
            "x = a; {x#2 = g(x); if (x#2 Greater 0) {use(x#2)}}; use(x)",
        ),
        ("x := a; { x := x; use(x) }", "x = a; {x#2 = x; use(x#2)}"),
        ("x := a; func() { x = 1 }()", "x = a; fn(){nonlocal x; x = 1}()"),
        ("x := a; func() { x := 1; use(x) }()", "x = a; fn(){x#2 = 1; use(x#2)}()"),
    ]);
}

#[test]
fn branches_and_loops() {
    inside(&[
        ("if a { b() } else if c { d() } else { e() }", "if a {b()} else {if c {d()} else {e()}}"),
        ("for i := 0; i < n; i++ { g(i) }", "{i = 0; while (i Less n) {g(i); i Add= 1}}"),
        ("for k, v := range m { g(k, v) }", "for (k, v) in range(m) {g(k, v)}"),
        ("for k := range m { continue }", "for (k, _) in range(m) {continue}"),
        ("for range m { break }", "for (_, _) in range(m) {break}"),
        ("for { g() }", "while true {g()}"),
        ("for x { g() }", "while x {g()}"),
        ("l: for x { break l }", "while x {break}"),
        (
            "switch x := g(); x { case 1, 2: a(); default: b() }",
            "{x = g(); match x {case 1|2: {a()} case _: {b()}}}",
        ),
        (
            "switch { case a > 1, b: c(); default: d() }",
            "match true {case _ if ((a Greater 1) Or b): {c()} case _: {d()}}",
        ),
        (
            "switch v := x.(type) { case string, *T: g(v); default: h(v) }",
            "match x {case is string()|is T() as v: {g(v)} case let v: {h(v)}}",
        ),
        (
            "select { case v := <-c: g(v); case d <- e: h(); default: }",
            "match ? {case ?: {v = await c; g(v)} case ?: {d.<-(e); h()} case _: {}}",
        ),
    ]);
}

#[test]
fn calls_and_literals() {
    inside(&[
        ("go g(x); defer h()", "g(x); h()"),
        ("x := &T{A: a, B: b}", "x = new T(A=a, B=b)"),
        ("x := p.T{a, b}", "x = new p.T(a, b)"),
        ("x := []string{a, \"b\"}", "x = [a, \"b\"]"),
        ("x := [...]int{0: 1, 2}", "x = [1, 2]"),
        ("x := map[string]T{\"k\": {A: a}}", "x = {\"k\": new T(A=a)}"),
        ("x := []T{{A: a}, {b}}", "x = [new T(A=a), new T(b)]"),
        ("x := bson.M{\"a\": b}", "x = {\"a\": b}"),
        ("x := bson.D{{\"a\", b}}", "x = new bson.D([\"a\", b])"),
        ("x := string(b) + []byte(c)", "x = (b Add c)"),
        ("x := append(a, b...)", "x = append(a, *b)"),
        ("x := make(map[string]int); y := make([]int, 3)", "x = {}; y = []"),
        ("x := new(T); y := make(chan int)", "x = new T(); y = make(?)"),
        ("x := func(a int) int { return a }", "x = fn(a: int): int{return a}"),
        ("x := a[1:n]; y := a[:]", "x = a[1:n]; y = a[:]"),
        ("x := !a && -b == ^c || d", "x = ((Not(a) And (Minus(b) Equal Invert(c))) Or d)"),
        ("x := a + b - c*d", "x = ((a Add b) Subtract (c Multiply d))"),
        ("x := 'a'; y := '\\n'; z := 0x10; w := 1.5", "x = \"a\"; y = \"\\n\"; z = 16; w = 1.5"),
        ("x := \"a\\tb\\u00e4\"; y := `a\\b`", "x = \"a\\tbä\"; y = \"a\\\\b\""),
        ("x := m.F[int](a)", "x = m.F(a)"),
    ]);
}

#[test]
fn broken_text_is_told_and_the_rest_stands() {
    let text = "package p\nfunc f() {\n a := g(\n}\nfunc h() { k(1) }\n";
    let module = parse_deep(Language::Go, text);
    assert!(!module.errors.is_empty());
    assert!(dump(Language::Go, text).contains("k(1)"));
}

#[test]
fn names_of_the_package_are_bound_to_the_module() {
    let module = parse_deep(Language::Go, "package p\nvar a = 1\nfunc f() { use(a) }\n");
    let StmtKind::Expr(call) = &module.functions[1].body[0].kind else { panic!("a call") };
    let ExprKind::Call { arguments, .. } = &call.kind else { panic!("a call") };
    let ExprKind::Name(name) = &arguments[0].value.kind else { panic!("a name") };
    assert!(matches!(name.binding, Binding::Outer { .. }));
    let span = call.span;
    assert_eq!((span.start, span.end), (31, 37));
}
