//! JavaScript and TypeScript lowered to the tree of `code_ir`.
//!
//! [`parse`] reads one file. Choices that a reader of the tree must know:
//!
//! - A variable of an inner block that shadows another of the same name is called `name@2`, `name@3`…,
//!   as `code_ir` binds names per function.
//! - `export * from './x'` is an import of all names and an export named `*` of an `ImportCall`;
//!   `export {a} from './x'` imports `a` under a name of its own (`a@2`) and exports that.
//! - `export =` of TypeScript exports the name `=`.
//! - A setter is called `set x`; a `static` block is a static field without a name whose value calls an
//!   arrow function.
//! - `<div a="b">c</div>` calls `jsx("div", {a: "b", children: ["c"]})`, `<Page a="b" />` calls
//!   `Page({a: "b"})`.
//! - A function expression that calls itself by its own name begins with an assignment of that name.
//! - A long chain of `+`, `&&`, `||` or `??` is a balanced tree; a long chain of `else if` is a `Match`
//!   without patterns whose guards are the tests.

#![deny(clippy::disallowed_methods)]

mod chains;
mod classes;
mod declarations;
mod depth;
mod expressions;
mod functions;
mod jsx;
mod literals;
mod lower;
mod modules;
mod operators;
mod patterns;
mod scopes;
mod source;
mod statements;
mod types;

pub use source::parse;

#[cfg(test)]
mod tests;
