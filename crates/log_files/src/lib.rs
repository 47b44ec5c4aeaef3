//! Files of logs of functions: found below folders, opened, decompressed, and read in parallel.
//!
//! Each file is read alone and piece by piece; whatever happens to one is a remark of that file. What comes of
//! the files is handed on in the order of their paths, so that the same files give the same result.

mod analyse;
mod read;

pub use analyse::{AnalyseRequest, Analysed, analyse};
pub use event_files::{FileRemark, FindError};
pub use read::{Totals, Work, find_logs, read_logs};
