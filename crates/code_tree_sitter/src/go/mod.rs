//! Go.
//!
//! | Go | tree |
//! |---|---|
//! | `type T struct { f X }` | a class with fields; the text of a tag is a decorator of its field |
//! | `type T U` | a class without fields whose base is `U`; `T(x)` is `x` |
//! | `func (r *T) m()` | a method of class `T`, `r` its first parameter |
//! | `for k, v := range x` | `For` of `[k, v]` over the call `range(x)`; what is not named is ignored |
//! | `v, ok := m[k]` | `[v, ok] = [m[k], unknown]` |
//! | `ch <- v` | a call of the method `<-` of `ch`; `<-ch` is `Await` |
//! | `T{a: x}` | a `new` call of `T` with named arguments; keys that are no names make it a `Dict` |
//! | `&x`, `*x`, `x.(T)`, `string(x)` | `x` |
//! | `func f() (n int, err error)` | results are variables of the body; `return` alone gives them |
//! | `switch { case a: … }` | `Match` of `true`; the conditions are guards |
//! | `select` | `Match` of something unknown; each case may be taken |
//!
//! A type is written dotted and without pointers and arguments: `*sql.DB` is `sql.DB`; `[]T` is a
//! list with the one member `T`, `map[K]V` a mapping with the one entry `K: V`.

mod declarations;
mod expressions;
mod statements;
mod types;

use std::collections::{HashMap, HashSet};

use code_ir::{ClassId, SmolStr, Span, Stmt};
use tree_sitter::Node;

use crate::context::Context;
use crate::tree::{children, field};

/// Lowers a file.
pub(crate) fn lower<'t>(context: Context<'t>, root: Node<'_>) -> Context<'t> {
    let mut go = Go {
        context,
        results: Vec::new(),
        conversions: HashSet::new(),
        classes: HashMap::new(),
        inits: Vec::new(),
    };
    go.find_conversions(root);
    let mut body = Vec::new();
    for item in children(root) {
        go.top_level(item, &mut body);
    }
    body.append(&mut go.inits);
    go.context.set_body(body);
    go.context
}

/// The front end of Go.
struct Go<'t> {
    context: Context<'t>,
    /// Named results of the functions around the current place.
    results: Vec<Vec<(SmolStr, Span)>>,
    /// Types of this file that are no structs and no interfaces: `T(x)` is a conversion.
    conversions: HashSet<SmolStr>,
    /// Classes at package level.
    classes: HashMap<SmolStr, ClassId>,
    /// Calls of `init` functions, which run when all of the package is there.
    inits: Vec<Stmt>,
}

impl Go<'_> {
    fn find_conversions(&mut self, root: Node<'_>) {
        for item in children(root).into_iter().filter(|item| item.kind() == "type_declaration") {
            for spec in children(item) {
                let (Some(name), Some(of)) = (field(spec, "name"), field(spec, "type")) else {
                    continue;
                };
                if !matches!(of.kind(), "struct_type" | "interface_type") {
                    self.conversions.insert(self.context.text(name).into());
                }
            }
        }
    }
}

#[cfg(test)]
mod tests;
