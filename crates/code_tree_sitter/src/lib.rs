//! Go, Java, C# and Ruby lowered to the tree of `code_ir`.

#![deny(clippy::disallowed_methods)]
