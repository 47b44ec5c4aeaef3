//! Every construct, as a table of source and tree.

mod hostile;
mod names;
mod properties;

use source_text::FileId;

use crate::{dump, parse};

/// Each source lowers to each tree, without an error.
fn check(rows: &[(&str, &str)]) {
    for (source, expected) in rows {
        let module = parse(FileId(0), source);
        assert_eq!(module.errors, [], "{source}");
        assert_eq!(dump::body(&module), *expected, "{source}");
    }
}

#[test]
fn constants_are_values() {
    check(&[
        ("x = None, True, 1, 1.5, ...", "(= x [None true 1 1.5 ...])"),
        ("x = -1, +2, -1.5, - -3", "(= x [-1 2 -1.5 3])"),
        ("x = -y, ~1, +y", "(= x [(Minus y) (Invert 1) (Plus y)])"),
        ("x = 0x10, 1_000, 9223372036854775808", "(= x [16 1000 9.223372036854776e18])"),
        ("x = 0xffffffffffffffffffff, 1j", "(= x [? ?])"),
        ("x = 'a' \"b\" '''c\n'''", r#"(= x "abc\n")"#),
        (r"x = 'a\tb\x41', r'\d'", r#"(= x ["a\tbA" "\\d"])"#),
        (r"x = b'a\xff' b'b'", r#"(= x b"aÿb")"#),
        ("'documentation'\n...\n1", ""),
    ]);
}

#[test]
fn operators_keep_their_sides() {
    check(&[
        ("a + b - c", "(Subtract (Add a b) c)"),
        ("a + b + c", "(Add (Add a b) c)"),
        ("a + (b + c)", "(Add a (Add b c))"),
        ("a ** b ** c", "(Power a (Power b c))"),
        ("a @ b // c % d", "(Remainder (FloorDivide (Multiply a b) c) d)"),
        (
            "a << b >> c & d | e ^ f",
            "(BitOr (BitAnd (ShiftRight (ShiftLeft a b) c) d) (BitXor e f))",
        ),
        ("a or b or c and not d", "(Or (Or a b) (And c (Not d)))"),
        ("'%s' % x", r#"(Remainder "%s" x)"#),
        ("a if b else c", "(? b a c)"),
        ("a not in b", "(NotIn a b)"),
        ("a is not None", "(IsNot a None)"),
        ("a < b < c", "(And (Less a b) (Less b c))"),
        ("0 <= a.b != c", "(And (LessOrEqual 0 (. a b)) (NotEqual (. a b) c))"),
        ("a < f() < c == d", "(And (And (Less a (:= $1 (call f))) (Less $1 c)) (Equal c d))"),
    ]);
}

#[test]
fn calls_and_members_nest() {
    check(&[
        ("a.b(c, *d, e=f, **g)", "(call (. a b) c *d e=f **g)"),
        ("a[b]['c'].d", r#"(. ([] ([] a b) "c") d)"#),
        ("a[1:], a[:n], a[::2], a[b, 1:2]", "[([:] a 1 -) ([:] a - n) ([:] a - -) ([] a [b ?])]"),
        ("f(x for x in y)", "(call f (List x (for x y)))"),
        ("[*a, b], {c}, {**d, 'e': f}", r#"[[*a b] [c] {**d "e":f}]"#),
        ("(n := f(x))", "(:= n (call f x))"),
        ("'{}'.format(x)", r#"(call (. "{}" format) x)"#),
    ]);
}

#[test]
fn interpolated_texts_are_parts() {
    check(&[
        ("f'a{b}c'", r#"(f "a" b "c")"#),
        ("'x' f'a{b!r}' 'y' f'{c!s}'", r#"(f "xa" (call repr b) "y" c)"#),
        ("f'{a:>{w}.{p}}'", "(f a w p)"),
        ("f'{a=}'", r#"(f "a=" (call repr a))"#),
        ("f'{f'{a}'}{'b' + f\"{'c'}\"}'", r#"(f (f a) (Add "b" (f "c")))"#),
        ("f'{{}}'", r#""{}""#),
        ("x = f'{{}}'", r#"(= x "{}")"#),
        ("x = t'a{b}'", r#"(= x (f "a" b))"#),
    ]);
}

#[test]
fn comprehensions_keep_their_clauses() {
    check(&[
        ("[a for b in c if d if e for a in b]", "(List a (for b c if d if e) (for a b))"),
        ("{k: v for k, v in x}", "(Dict k :v (for <k v> x))"),
        ("{a async for a in b}", "(List a (for a b))"),
    ]);
}

#[test]
fn assignments_evaluate_once() {
    check(&[
        ("a = b = f()", "(= a (call f)) (= b a)"),
        ("a.b = c[d] = f()", "(= $1 (call f)) (= (. a b) $1) (= ([] c d) $1)"),
        ("a, (b, *c) = d", "(= <a <b *c>> d)"),
        ("[a, b] = c", "(= <a b> c)"),
        ("a += 1; a.b //= c", "(Add= a 1) (FloorDivide= (. a b) c)"),
        ("a: int = 1", "(= a :int 1)"),
        ("a: int", "(= a :int)"),
        ("del a, b[c], (d.e)", "(del a) (del ([] b c)) (del (. d e))"),
        ("assert a, 'why'", "(assert a)"),
        ("type X = int", ""),
        ("f = lambda x, *y: x", "(= f (fn f (x *y) [(return x)]))"),
    ]);
}

#[test]
fn annotations_lose_their_brackets() {
    let rows = [
        ("Dict[str, X]", "Dict"),
        ("Optional[X]", "X"),
        ("typing.Optional[a.X]", "(. a X)"),
        ("Annotated[X, 1]", "X"),
        ("X | None", "X"),
        ("None | 'X'", "X"),
        ("Union[X, None]", "X"),
        ("X | Y", "Union"),
        ("'events.SQSEvent'", "(. events SQSEvent)"),
        ("Annotated[Optional[List[X]], 2]", "List"),
        ("None", "None"),
    ];
    for (annotation, expected) in rows {
        let module = parse(FileId(0), &format!("a: {annotation}"));
        assert_eq!(dump::body(&module), format!("(= a :{expected})"), "{annotation}");
    }
    check(&[("a: 'Dict[str, X]'", "(= a)"), ("a: f()", "(= a)")]);
}

#[test]
fn blocks_keep_their_branches() {
    check(&[
        ("if a: b\nelif c: d\nelif e: f\nelse: g", "(if a [b] [(if c [d] [(if e [f] [g])])])"),
        ("if a: pass", "(if a [])"),
        ("while a:\n b\n break\nelse:\n continue", "(while a [b (break)] else[(continue)])"),
        ("for a, b in c: d\nelse: e", "(for <a b> c [d] else[e])"),
        (
            "try: a\nexcept B: c\nexcept (D, E) as f: g\nexcept: h\nelse: i\nfinally: j",
            "(try [a] (except B [c]) (except D E as f [g]) (except [h]) else[i] finally[j])",
        ),
        ("try: a\nexcept* B as c: d", "(try [a] (except B as c [d]))"),
        ("with a as b, c: d", "(with (a as b) (c) [d])"),
        ("with (a as (b, c), d.e as f.g): h", "(with (a as <b c>) ((. d e) as (. f g)) [h])"),
        ("raise", "(raise)"),
        ("raise A(b) from c", "(raise (call A b))"),
        ("raise A from f()", "(call f) (raise A)"),
    ]);
}

#[test]
fn patterns_are_kept() {
    let rows = [
        ("1 | -2 | 'a'", r#"(| 1 -2 "a")"#),
        ("None", "None"),
        ("a.B", "(. a B)"),
        ("_", "_"),
        ("x", "?x"),
        ("[1, x, *_]", "[1 ?x *]"),
        ("(x, *rest)", "[?x *rest]"),
        ("{'a': x, **rest}", r#"{ "a":?x **rest }"#),
        ("a.B(x, c=1)", "((. a B) ?x c=1)"),
        ("(1 | 2) as x", "((| 1 2) as x)"),
        ("x if y", "?x if y"),
    ];
    for (pattern, expected) in rows {
        check(&[(
            &format!("match s:\n case {pattern}: t"),
            &format!("(match s (case {expected} [t]))"),
        )]);
    }
}

#[test]
fn functions_are_assigned() {
    check(&[
        (
            "@a\n@b(1)\ndef f(x, /, y: int = 1, *z, k, l=2, **m) -> Dict[str, X]: return x",
            "(= f (fn f @a @(call b 1) (x y:int=1 *z !k !l=2 **m) ->Dict [(return x)]))",
        ),
        (
            "async def f():\n await g()\n async with a as b: pass\n async for c in d: pass",
            "(= f (fn f async () [(await (call g)) (with (a as b) []) (for c d [])]))",
        ),
        (
            "def f():\n x = yield\n yield 1\n yield from g",
            "(= f (fn f gen () [(= x (yield)) (yield 1) (yield ([] g ?))]))",
        ),
        (
            "def f():\n global a\n def g():\n  nonlocal b\n  yield b\n return g",
            "(= f (fn f () [(global a) (= g (fn g gen () [(nonlocal b) (yield b)])) (return g)]))",
        ),
        ("f(lambda: (yield))", "(call f (fn  gen () [(return (yield))]))"),
    ]);
}

#[test]
fn classes_hold_methods_and_fields() {
    check(&[
        (
            "@d\nclass A(B, metaclass=C):\n 'doc'\n x: Optional[int] = 1\n y: str\n z = w = f()\n",
            "(= A (class A @d (B) (field x :int 1) (field y :str) \
             (field z (call f)) (field w (call f))))",
        ),
        (
            "class A:\n def __init__(self): self.x = 1\n @staticmethod\n def s(): pass\n \
             @classmethod\n def c(cls): pass\n @property\n def p(self): pass\n \
             def __new__(cls): pass\n def m(self): pass",
            "(= A (class A () Constructor:(fn __init__ (self) [(= (. self x) 1)]) \
             Static:(fn s @staticmethod () []) Class:(fn c @classmethod (cls) []) \
             Getter:(fn p @property (self) []) Static:(fn __new__ (cls) []) \
             Instance:(fn m (self) [])))",
        ),
        (
            "class A:\n class B: c = 1\n a, b = 1, 2\n print(a)\n if x:\n  def m(self): pass",
            "(call print a) (= A (class A () (field B (class B () (field c 1))) \
             (field a 1) (field b 2) Instance:(fn m (self) [])))",
        ),
    ]);
}

#[test]
fn imports_say_what_they_bind() {
    check(&[
        ("import a, b.c", "(import a root a) (import b.c root b)"),
        ("import a.b as c", "(import a.b as c)"),
        ("from a import b, c as d", "(from a b:b c:d)"),
        ("from ..x import y as z", "(from ..x y:z)"),
        ("from . import y", "(from . y:y)"),
        ("from x import *", "(from x *)"),
    ]);
}
