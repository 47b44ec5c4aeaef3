//! Ruby, construct by construct.

use code_ir::Language;

use crate::testing::{check, dump, parse_deep};

fn top(rows: &[(&str, &str)]) {
    check(Language::Ruby, rows, ToOwned::to_owned);
}

/// The last expression would be returned, so each text ends with `nil`.
fn inside(rows: &[(&str, &str)]) {
    let rows: Vec<(&str, String)> =
        rows.iter().map(|(text, dump)| (*text, format!("{dump}; return none"))).collect();
    let rows: Vec<(&str, &str)> = rows.iter().map(|(text, dump)| (*text, dump.as_str())).collect();
    check(Language::Ruby, &rows, |body| format!("def f(x, y, a, b)\n{body}\nnil\nend\n"));
}

#[test]
fn definitions() {
    top(&[
        ("require 'json'\nrequire_relative 'lib/x'", "import json effect; import ./lib/x effect"),
        (
            "def g(a, b = 1, *c, d:, e: 2, **h, &k)\n k.call(a)\nend",
            "g = fn(a, b = 1, *c, /d, /e = 2, **h, /&block){k = &block; return k.call(a)}",
        ),
        ("def g(a) = a", "g = fn(a){return a}"),
        ("def g\n yield 1\nend", "g = fn(/&block){return &block(1)}"),
        (
            "class A < B::C\n K = 1\n include M\n attr_reader :n\n def initialize(n)\n  @n = n\n end\n \
             def self.s = new(1)\n class << self\n  def t; end\n end\n private\n def p!; n; end\n before :x\nend",
            "A = class A(B.C, M) {static K = 1; n; Instance n fn(){return this.n}; \
             Constructor initialize fn(n){this.n = n}; Static s fn(){return new(1)}; Static t fn(){}; \
             Instance p! fn(){return n()}; Static <clinit> fn(){before(\"x\")}}",
        ),
        (
            "module M\n class A; end\n module_function\n def g; end\nend",
            "A = class A() {}; M = class M() {static A = class A() {}; Static g fn(){}}",
        ),
        ("def x.y; end", "x().y = fn(){}"),
    ]);
}

#[test]
fn the_last_expression_is_returned() {
    top(&[
        ("def g(x)\n if x then 1 else 2 end\nend", "g = fn(x){if x {return 1} else {return 2}}"),
        (
            "def g(x)\n case x\n when 1 then 2\n else 3\n end\nend",
            "g = fn(x){match x {case 1: {return 2} case _: {return 3}}}",
        ),
        (
            "def g(x)\n x.z\nrescue E => e\n e\nensure\n w\nend",
            "g = fn(x){try {return x.z()} catch(E as e) {return e} finally {w()}}",
        ),
        ("def g\n z = 1\nend", "g = fn(){z = 1; return z}"),
        (
            "def g(x)\n return 1, 2 if x\n puts x\nend",
            "g = fn(x){if x {return [1, 2]}; return puts(x)}",
        ),
    ]);
}

#[test]
fn statements() {
    inside(&[
        (
            "x.y = a; x[1] = b; @v = 1; @@w = 2; $g = 3",
            "global @@w,$g; x.y = a; x[1] = b; this.v = 1; @@w = 2; $g = 3",
        ),
        (
            "x ||= 1; x += 2; a.b &&= 3; x << a << b",
            "x = (x Or 1); x Add= 2; a.b = (a.b And 3); x Add= a; x Add= b",
        ),
        ("x, (y, *z) = a; p, q = b, *a", "(x, (y, *z)) = a; (p, q) = [b, *a]"),
        (
            "unless x then a else b end; a.c unless b; a.c if b",
            "if Not(x) {a} else {b}; if Not(b) {a.c()}; if b {a.c()}",
        ),
        ("if x then 1 elsif y then 2 else 3 end", "if x {1} else {if y {2} else {3}}"),
        (
            "while x do break end; until y; next; end; x += 1 while y; begin; g; end while x",
            "while x {break}; while Not(y) {continue}; while y {x Add= 1}; dowhile x {g()}",
        ),
        (
            "for i, j in x do p i end; loop do break end",
            "for (i, j) in x {p(i)}; while true {break}",
        ),
        (
            "case x\nwhen 1, String then a\nwhen /r/i then b\nend",
            "match x {case 1|is String(): {a} case /r/i: {b}}",
        ),
        ("case\nwhen x, y then a\nend", "match true {case _ if (x Or y): {a}}"),
        (
            "case x\nin {name: String => n, age:} if n then 1\nin [c, *d] then 2\nin P(z:) | nil then 3\nin 5 unless y then 4\nend",
            "match x {case {\"name\": is String() as n, \"age\": let age} if n: {1} case [let c, *d]: {2} \
             case is P(z: let z)|none: {3} case 5 if Not(y): {4}}",
        ),
        (
            "begin\n a\nrescue A, B => e\n b\nelse\n x\nensure\n y\nend",
            "try {a} catch(A|B as e) {b} else {x} finally {y}",
        ),
        ("z = (g rescue nil); g rescue a", "z = (? ? g() : none); try {g()} catch() {a}"),
        (
            "raise E, \"m\" if x; raise; raise E.new(1)",
            "if x {raise new E(\"m\")}; raise ; raise new E(1)",
        ),
        ("z = if x then 1 else 2 end", "if x {z = 1} else {z = 2}"),
        ("g(if x then 1 else 2 end)", "g((x ? 1 : 2))"),
    ]);
}

#[test]
fn blocks() {
    inside(&[
        ("a.each { |q, (r, s)| p q }", "a.each(&block=fn(q, (r, s)){return p(q)})"),
        (
            "a.each do |q|\n next 1 if q\n x = q\n w = q\nend",
            "a.each(&block=fn(q){nonlocal x; if q {return 1}; x = q; w = q; return w})",
        ),
        (
            "g(x, k: 1) { _1.z }; g { it }",
            "g(x, k=1, &block=fn(_1){return _1.z()}); g(&block=fn(it){return it})",
        ),
        (
            "a.map(&:to_s); a.each(&b); a.each(&method(:h))",
            "a.map(&block=fn(it){return it.to_s()}); a.each(&block=b); a.each(&block=h)",
        ),
        ("z = ->(q) { q }; w = lambda { |q| q }", "z = fn(q){return q}; w = fn(q){return q}"),
    ]);
}

#[test]
fn expressions() {
    inside(&[
        (
            "z = \"a#{x}b\\n\"; z = 'q\\n'; z = :s; z = :\"t#{x}\"; z = \"a\" 'b'",
            "z = f\"a{x}b\\n\"; z = \"q\\\\n\"; z = \"s\"; z = f\"t{x}\"; z = \"ab\"",
        ),
        (
            "z = <<~E + g(<<-F)\n    a #{x}\n      b\n  E\n  q\n  F",
            "z = (f\"a {x}\\n  b\\n\" Add g(\"  q\\n\"))",
        ),
        ("z = { k: 1, \"b\" => 2, c: , **a }", "z = {\"k\": 1, \"b\": 2, \"c\": c(), **a}"),
        ("`ls #{x}`; %x(ls)", "`(f\"ls {x}\"); `(\"ls\")"),
        (
            "z = %w[p q]; z = %i[p q]; z = [1, *a]; z = ?a; z = /r#{x}/",
            "z = [\"p\", \"q\"]; z = [\"p\", \"q\"]; z = [1, *a]; z = \"a\"; z = f\"r{x}\"",
        ),
        (
            "z = x&.m; z = x::m; z = A::B; z = ::C; z = A.new(x)",
            "z = x.m(); z = x.m(); z = A.B; z = C; z = new A(x)",
        ),
        (
            "z = x[1]; z = x[1..2]; z = x[1, 2]; z = 1..2",
            "z = x[1]; z = x[1:2]; z = x[1:]; z = new Range(1, 2)",
        ),
        (
            "z = \"%s\" % [x]; z = x ** 2; z = x =~ /r/; z = x <=> y",
            "z = (\"%s\" Remainder [x]); z = (x Power 2); z = x.=~(/r/); z = x.<=>(y)",
        ),
        (
            "z = !x && (not y) || a == b; z = x and y",
            "z = ((Not(x) And Not(y)) Or (a Equal b)); ((z := x) And y)",
        ),
        ("g x, *a, **b, k: y, \"s\" => 1; puts", "g(x, *a, **b, k=y, {\"s\": 1}); puts()"),
        (
            "z = x ? a : b; z = defined?(x); z = self; super; super(1)",
            "z = (x ? a : b); z = ?; z = this; super(); super(1)",
        ),
        (
            "z = @v + @@w + $g; z = 1_000; z = 1.5; z = true",
            "z = ((this.v Add @@w) Add $g); z = 1000; z = 1.5; z = true",
        ),
    ]);
}

#[test]
fn broken_text_is_told_and_the_rest_stands() {
    let text = "def f\n a = g(\nend\ndef h\n k(1)\nend\n";
    assert!(!parse_deep(Language::Ruby, text).errors.is_empty());
    assert!(dump(Language::Ruby, text).contains("k(1)"));
}
