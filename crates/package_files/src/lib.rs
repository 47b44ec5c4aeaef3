//! Folders and archives as the files of a package, for [`inventory::take`]: within a jail, with limits,
//! nothing extracted, one file in memory at a time.

mod archive;
mod deployed;
mod folder;
mod listed;
mod mapped;
mod opened;
mod source;

pub use archive::Archive;
pub use deployed::{Deployed, DeployedLayer, deployed};
pub use folder::Folder;
pub use listed::Listed;
pub use mapped::Mapped;
pub use opened::{OpenPart, Opened, Taken};
pub use source::{Source, SourceFiles};

#[cfg(test)]
mod tests;
