//! Models: what functions of libraries do with data.

mod format;

pub use format::ModelFile;
