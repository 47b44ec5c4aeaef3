//! C#.
//!
//! | C# | tree |
//! |---|---|
//! | `using A.B;`, `using static A.B;` | everything of module `A.B`; `using X = A.B` is `A.B` as `X` |
//! | class, struct, record, interface, enum | a class, assigned to its name; one in another class is also a field |
//! | property | a field, and a getter when it has a body; a setter with a body is the method `set_X` |
//! | primary constructor | a constructor that fills fields of the same names, then all others |
//! | indexer, operator | methods `[]` and `operator +` |
//! | `: base(x)`, `: this(x)` | calls of the name `super` and of `This`, first in the body |
//! | top-level statements | the body of the module |
//! | local function | assigned at the beginning of its block |
//! | `x = y` of a field | an assignment to `this.x`; reading `x` stays a `Name` |
//! | `new T(a) { B = c }` | a `new` call of `T` with `a` and the named argument `B` |
//! | `new T { a, b }`, `new T { [k] = v }` | a `List`, a `Dict`; `new { A = b }` is a `Dict` |
//! | `f(out var x)` | `out# := f(unknown)`, then `x := out#`; the value is `out#` |
//! | `x is T t` | `(t := x) instanceof T`; other patterns are comparisons |
//! | `switch` as a value | a call of a function whose body is a `Match` that returns |
//! | query | a comprehension; `orderby`, `group` and `join` keep their data only |
//! | `a?.b`, `a!`, `(T)a`, `a as T`, `ref a` | `a.b`, `a` |
//! | `a with { B = c }` | a call of the method `with` of `a` with the named argument `B` |
//! | `#if` | both branches |
//!
//! A type is written dotted and without arguments, `?` and `*`; `T[]` is a list with the one member
//! `T`. `var` is no type.

mod classes;
mod creation;
mod expressions;
mod patterns;
mod queries;
mod statements;
#[cfg(test)]
mod tests;
mod types;

use code_ir::ClassId;
use tree_sitter::Node;

use crate::context::{Context, Nested};
use crate::tree::children;

/// Lowers a file.
pub(crate) fn lower<'t>(context: Context<'t>, root: Node<'_>) -> Context<'t> {
    let mut csharp =
        CSharp { context, classes: Vec::new(), nested: Nested::default(), yields: Vec::new() };
    let mut body = Vec::new();
    let mut hoisted = Vec::new();
    for item in children(root) {
        csharp.top_level(item, &mut body, &mut hoisted);
    }
    // Nested classes are names of the module, too, unless two have the same name.
    let mut first = std::mem::take(&mut csharp.nested).into_stmts();
    first.append(&mut hoisted);
    body.splice(0..0, first);
    csharp.context.set_body(body);
    csharp.context
}

/// The front end of C#.
struct CSharp<'t> {
    context: Context<'t>,
    /// Classes around the current place.
    classes: Vec<ClassId>,
    /// Assignments of nested classes.
    nested: Nested,
    /// Functions around the current place: whether they yield.
    yields: Vec<bool>,
}

/// Whether a node is one branch of `#if`, whose children stand where it stands.
fn is_conditional(node: Node<'_>) -> bool {
    matches!(node.kind(), "preproc_if" | "preproc_elif" | "preproc_else" | "ERROR")
}
