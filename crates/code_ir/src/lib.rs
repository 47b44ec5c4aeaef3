//! Source code of functions as one small tree, whatever language it was written in.
//!
//! Front ends lower Python, JavaScript, TypeScript, Go, Java, C# and Ruby to [`Module`]s; the taint
//! engine and the checks of code read nothing else. The tree keeps what data flow needs (who is
//! assigned, called, compared, with what, in which branch) and drops what it does not (types beyond
//! their names, layout, operators that only numbers have).
//!
//! A front end builds the tree with plain names and ends with [`Module::resolve`], which binds every
//! name to the slot of the function that owns it.

#![deny(clippy::disallowed_methods)]

mod expression;
mod function;
mod lines;
mod module;
mod nesting;
mod resolve;
mod scope;
mod statement;
mod visit;

pub use expression::{
    Argument, BinaryOperator, Clause, CompareOperator, Comprehension, ComprehensionKind, Constant,
    Element, Entry, Expr, ExprKind, LogicOperator, Part, Span, Spread, UnaryOperator,
};
pub use function::{
    BLOCK, Class, ClassId, Field, Function, FunctionId, Method, MethodKind, Param, ParamKind,
};
pub use lines::LineIndex;
pub use module::{Import, ImportKind, ImportedName, Language, Module};
pub use nesting::exceeds_nesting;
pub use resolve::{Binding, Name};
pub use source_text::SmolStr;
pub use statement::{Case, Handler, Pattern, Property, Stmt, StmtKind, Target};
pub use visit::{calls, exprs_of, walk_expr, walk_stmts};
