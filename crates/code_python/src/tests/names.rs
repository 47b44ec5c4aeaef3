//! Names, places and ids.

use code_ir::{Binding, ExprKind, FunctionId, Module, Span, StmtKind};
use source_text::FileId;

use crate::parse;

fn module(source: &str) -> Module {
    parse(FileId(0), source)
}

#[test]
fn functions_know_their_parent_and_methods_their_class() {
    let module = module("class A:\n def m(self):\n  def g(): return lambda: 1\n");
    let parents: Vec<_> = module.functions.iter().map(|f| f.parent.map(|p| p.0)).collect();
    assert_eq!(parents, [None, Some(0), Some(1), Some(2)]);
    let classes: Vec<_> = module.functions.iter().map(|f| f.class.map(|c| c.0)).collect();
    assert_eq!(classes, [None, Some(0), None, None]);
    assert_eq!(module.classes[0].parent, Some(FunctionId(0)));
}

#[test]
fn names_are_bound_and_spans_are_bytes() {
    let source = "ä = 'ü'\ndef handler(event, context):\n    return event[ä]\n";
    let module = module(source);
    let handler = &module.functions[1];
    let at = u32::try_from(source.find("handler").unwrap()).unwrap();
    assert_eq!(handler.name_span, Span { start: at, end: at + 7 });
    let StmtKind::Return(Some(value)) = &handler.body[0].kind else { panic!() };
    let text = source.get(value.span.start as usize..value.span.end as usize);
    assert_eq!(text, Some("event[ä]"));
    let ExprKind::Index { base, index } = &value.kind else { panic!() };
    let ExprKind::Name(name) = &base.kind else { panic!() };
    assert_eq!(name.binding, Binding::Local(0));
    let ExprKind::Name(name) = &index.kind else { panic!() };
    assert_eq!(name.binding, Binding::Outer { function: FunctionId(0), slot: 0 });
}

#[test]
fn a_global_is_the_module_s_though_only_functions_assign_it() {
    let module = module("def f():\n global a\n a = 1\ndef g():\n return a\n");
    let StmtKind::Return(Some(value)) = &module.functions[2].body[0].kind else { panic!() };
    let ExprKind::Name(name) = &value.kind else { panic!() };
    assert!(matches!(name.binding, Binding::Outer { function: FunctionId(0), .. }), "{name:?}");
}

#[test]
fn a_byte_order_mark_and_foreign_line_ends_move_nothing() {
    let source = "\u{feff}a = 1\r\nbc = 2\r\n";
    let module = module(source);
    assert_eq!(module.errors, []);
    let span = module.functions[0].body[1].span;
    assert_eq!(source.get(span.start as usize..span.end as usize), Some("bc = 2"));
}
