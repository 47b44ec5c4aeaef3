//! Privileges as JSON, as templates of each framework, as words.

mod draw;
mod framework;
mod json;
mod terraform;
mod words;

pub use draw::{Draw, template_policy};
pub use framework::{FrameworkForm, besides, to_framework};
pub use json::{SCHEMA, to_json};
pub use terraform::to_terraform;
pub use words::to_words;
