//! The program `faasguard-lake`.

fn main() {}
