//! Ruby.
//!
//! | Ruby | tree |
//! |---|---|
//! | `require 'x'`, `require_relative 'x'` | an import for its effect; the latter has `./` before its path |
//! | `def m` | a method of the class around, or a function assigned to its name |
//! | `def self.m`, `class << self` | a static method |
//! | `initialize`, `X.new(…)` | a constructor; a `new` call of `X` |
//! | nested classes and modules, `K = …` in a class | static fields; classes also names of the module |
//! | other statements of a class | the method `<clinit>` |
//! | `include M` in a class | a base |
//! | `attr_reader :a` | a field and a method that gives it |
//! | `@x` | the field `x` of `This`; `@@x` and `$x` are names of the module |
//! | `x` that is no variable | a call of `x` without arguments; so is `a.x` of the method `x` |
//! | a block | a function, the last argument, with the name `&block` |
//! | `&b`, `&:sym` | the argument `&block`: `b`, or a function that calls `sym` of what it gets |
//! | `yield x`, a parameter `&b` | a call of the parameter `&block`; `b` is assigned from it |
//! | the last expression of a body | `Return`, also in branches; `next` and `break` of a block too |
//! | `f a: 1` | an argument by name; keys that are no symbols make a `Dict`, the last argument |
//! | symbols | texts |
//! | `` `cmd` `` | a call of the name `` ` `` |
//! | `x << y` as a statement | `x` is augmented by `Add` |
//! | `=~`, `<=>` | calls of the method with that name |
//! | `a..b` | a `new` call of `Range` |
//! | `x if y rescue z` as a value | `Conditional`s |

mod calls;
mod definitions;
mod expressions;
mod nesting;
mod patterns;
mod statements;
mod strings;
mod tail;
#[cfg(test)]
mod tests;

use std::collections::HashMap;

use code_ir::ClassId;
use tree_sitter::Node;

pub(crate) use self::nesting::exceeds_blocks;
use crate::context::{Context, Nested};

/// Lowers a file.
pub(crate) fn lower<'t>(context: Context<'t>, root: Node<'_>) -> Context<'t> {
    let mut ruby = Ruby {
        context,
        heredocs: heredocs(root),
        classes: Vec::new(),
        nested: Nested::default(),
        methods: Vec::new(),
        breaks_block: Vec::new(),
        implicit: Vec::new(),
    };
    let mut body = Vec::new();
    ruby.statements(root, &mut body);
    let nested = std::mem::take(&mut ruby.nested).into_stmts();
    body.splice(0..0, nested);
    ruby.context.set_body(body);
    ruby.context
}

/// The front end of Ruby.
struct Ruby<'t, 'n> {
    context: Context<'t>,
    /// Bodies of here-documents, by where their beginnings start.
    heredocs: HashMap<usize, Node<'n>>,
    /// Classes around the current place.
    classes: Vec<ClassId>,
    /// Assignments of nested classes.
    nested: Nested,
    /// Methods around the current place: whether they use their block.
    methods: Vec<bool>,
    /// What `break` ends: a block (`true`) or a loop.
    breaks_block: Vec<bool>,
    /// Blocks around the current place: the parameter that they use without naming it.
    implicit: Vec<Option<&'static str>>,
}

/// Here-documents begin in the order in which their bodies stand.
fn heredocs(root: Node<'_>) -> HashMap<usize, Node<'_>> {
    let (mut beginnings, mut bodies) = (Vec::new(), Vec::new());
    let mut cursor = root.walk();
    loop {
        let node = cursor.node();
        match node.kind() {
            "heredoc_beginning" => beginnings.push(node.start_byte()),
            "heredoc_body" => bodies.push(node),
            _ => {}
        }
        if cursor.goto_first_child() {
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return beginnings.into_iter().zip(bodies).collect();
            }
        }
    }
}
