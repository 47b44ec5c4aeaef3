//! Java.
//!
//! | Java | tree |
//! |---|---|
//! | `import a.b.C` | `C` out of module `a.b`; `import static a.b.C.d` is `d` out of `a.b.C` |
//! | class, interface, enum, record | a class, assigned to its name; one in another class is also a field |
//! | component of a record | field, parameter of the constructor and method that gives it |
//! | constant of an enum | static field, a `new` call of the enum |
//! | `static { … }`, `{ … }` | methods `<clinit>` and `<init>` |
//! | method without a body | nothing: what implements it is not known |
//! | `x` | `Name`, also when it is a field; `x = y` of a field is an assignment to `this.x` |
//! | `this(…)`, `super(…)`, `super.m()` | calls of `this`, of the name `super`, of its method |
//! | `new T(x) { … }` | a `new` call of an anonymous class with base `T` |
//! | `this::m`, `T::new` | attributes |
//! | `(T) x`, `x instanceof T t` | `x`; `(t := x) instanceof T` |
//! | `switch` as a value | a call of a function whose body is a `Match` that returns |
//! | `try (…)` | `With`, in a `Try` when there are handlers |
//!
//! A type is written dotted and without arguments: `List<String>` is `List`; `T[]` is a list with the
//! one member `T`. `var` is no type.

mod classes;
mod expressions;
mod patterns;
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
    let mut java = Java { context, classes: Vec::new(), nested: Nested::default() };
    let mut body = Vec::new();
    for item in children(root) {
        java.statement(item, &mut body);
    }
    // Nested classes are names of the module, too, unless two have the same name.
    let nested = std::mem::take(&mut java.nested).into_stmts();
    body.splice(0..0, nested);
    java.context.set_body(body);
    java.context
}

/// The front end of Java.
struct Java<'t> {
    context: Context<'t>,
    /// Classes around the current place.
    classes: Vec<ClassId>,
    /// Assignments of nested classes.
    nested: Nested,
}
