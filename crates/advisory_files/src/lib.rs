//! Sources of advisories read and fetched, and the index as a file that is mapped into memory.
//!
//! One odd record never ends an import: it is counted, and told with its place. [`update`] is the only
//! thing here that uses the network.

mod error;
mod fetch;
mod import;
mod mapped;
mod update;
mod yaml;

pub use error::FilesError;
pub use import::{Import, Remark};
pub use mapped::{Mapped, write_index};
pub use update::{BASE, EPSS, KEV, Progress, Update, update};
