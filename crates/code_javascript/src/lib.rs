//! JavaScript and TypeScript lowered to the tree of `code_ir`.

#![deny(clippy::disallowed_methods)]
