//! Any text, and real text with pieces exchanged: nothing panics, and every place is in the text.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use code_ir::{Language, Module, Span};
use code_tree_sitter::parse;
use proptest::prelude::*;
use source_text::FileId;

const GO: &str = r#"package p
import ( "fmt"; x "a/b/v2" )
type T struct { A, B *x.Y `json:"a"`; Base }
func (t *T) Get(k string, o ...int) (n int, err error) {
	if v, ok := m[k]; ok && v > 0 { return }
	for i, x := range xs { go f(i, x...) }
	switch v := t.(type) { case string: ch <- v; default: }
	select { case v := <-c: g(v) }
	a, b := T{A: 1}, map[string][]int{"a": {1}}
	defer func() { a.b[0] += 1 }()
	return 1 + 2*3, nil
}
"#;

const JAVA: &str = r#"package a.b;
import static a.B.*;
@Path("/x") class A<T> extends B<T> implements C {
  @X private static final Map<String, X> m = new HashMap<>();
  A(@P String k, int... r) { super(k); this.k = k; }
  record P(int a) { P { a = 1; } }
  String f(Object o) {
    try (var r = open()) { for (var s : xs) x += s + 'c'; } catch (E | F e) { throw e; }
    if (o instanceof String s && s.length() > 0) { return s; }
    return switch (o) { case P(int a) when a > 1 -> "a"; default -> { yield """
        t\n"""; } };
  }
}
"#;

const CSHARP: &str = r#"using A = B.C;
namespace N;
[T("t", N = 1)] class A(S s) : B(s) {
  string P { get; set; } = "x";
  public async Task<X> G([Q] string id, params int[] r) {
    var z = $"a{id,5:N2}b"; using var c = new S(cs) { A = 1 };
    if (int.TryParse(id, out var n) && x is { A: > 1 } p or null) { x ??= y?[0]; }
    var q = from a in xs where a.X > 1 select a;
    return x switch { 1 => "a", string t when t != "" => t, _ => throw new E() };
  }
}
"#;

const RUBY: &str = r#"require 'json'
class A < B::C
  attr_reader :a
  def self.make(a, b = 1, *c, d:, **f, &g) = new(a)
  def go(x)
    return foo unless x
    y = <<~EOS + "z#{x}"
      hello #{x}
    EOS
    a, (b, *c) = x.map { |q, (r, s)| q }.each(&:z)
    case x
    in {name: String => n, age:} if n then `ls #{x}`
    in [a, *b] then @v ||= 2
    end
    yield x rescue nil
  ensure
    z = if y then :s else %w[a b] end
  end
end
"#;

const SOURCES: [(Language, &str); 4] = [
    (Language::Go, GO),
    (Language::Java, JAVA),
    (Language::CSharp, CSHARP),
    (Language::Ruby, RUBY),
];

/// Parses on the stack of a worker and looks at every place.
fn check(language: Language, text: &str) -> Module {
    let end = u32::try_from(text.len()).unwrap();
    let owned = text.to_owned();
    let run = move || parse(FileId(0), language, &owned);
    let module =
        std::thread::Builder::new().stack_size(64 << 20).spawn(run).unwrap().join().unwrap();
    let check = |span: Span| assert!(span.start <= span.end && span.end <= end, "{span:?} {text}");
    for function in &module.functions {
        check(function.span);
        check(function.name_span);
        code_ir::walk_stmts(&function.body, &mut |stmt| check(stmt.span));
        code_ir::calls(&function.body, &mut |call, callee, _| {
            check(call.span);
            check(callee.span);
        });
    }
    module.errors.iter().for_each(|(span, _)| check(*span));
    module
}

#[test]
fn the_sources_are_right_as_they_stand() {
    for (language, text) in SOURCES {
        let module = check(language, text);
        assert!(module.errors.is_empty(), "{language:?} {:?}", module.errors);
    }
}

fn on_boundary(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn any_text_is_parsed(text in "\\PC{0,200}", language in 0_usize..4) {
        check(SOURCES[language].0, &text);
    }

    #[test]
    fn words_in_any_order_are_parsed(
        language in 0_usize..4,
        picks in prop::collection::vec(0_usize..400, 0..60),
    ) {
        let (language, source) = SOURCES[language];
        let words: Vec<&str> = source.split_inclusive([' ', '(', ')', '{', '}', '.', '\n']).collect();
        let text: String = picks.iter().map(|pick| words[pick % words.len()]).collect();
        check(language, &text);
    }

    #[test]
    fn a_text_with_a_piece_moved_is_parsed(
        language in 0_usize..4,
        from in 0_usize..800,
        length in 0_usize..40,
        to in 0_usize..800,
    ) {
        let (language, source) = SOURCES[language];
        let start = on_boundary(source, from);
        let end = on_boundary(source, start + length).max(start);
        let piece = &source[start..end];
        let mut text = format!("{}{}", &source[..start], &source[end..]);
        let at = on_boundary(&text, to);
        text.insert_str(at, piece);
        check(language, &text);
    }
}
