//! Audit events as Parquet in a folder or a bucket: imported exactly once, compacted, kept as long as
//! asked.
//!
//! What belongs to a lake is what its commits name ([`lake_log`]). Data files are written first, whole
//! and under names of their own; the commit that names them is one file, created in one step. So a
//! writer may die at any moment: what it had not committed is not there, and the next writer removes
//! what it left. Events are known by a digest of their bytes, kept in the lake by day: what was
//! delivered twice is written once, and an import that is started again goes on where it was.
//!
//! The functions here wait for the store; they must not be called from within an async runtime.

mod clock;
mod columns;
mod compact;
mod digest;
mod error;
mod import;
mod lake;
mod lock;
mod names;
mod retain;
mod seen;
mod storage;

pub use columns::schema;
pub use compact::{CompactOutcome, CompactRequest, compact};
pub use error::LakeError;
pub use import::{Import, ImportOutcome, import};
pub use lake::{Lake, Snapshot};
pub use lake_log::{DataFile, Day, Partition, Source, State};
pub use retain::{RetainOutcome, VacuumOutcome, retain, vacuum};
pub use storage::Storage;
