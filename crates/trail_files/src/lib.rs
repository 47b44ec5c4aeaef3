//! Files of CloudTrail and of other audit logs: found below folders, opened, decompressed, folded,
//! matched and converted.
//!
//! Each file is read alone, and whatever happens to one (torn, corrupt, no trail at all) is a remark
//! of that file. Memory is bounded: files of moderate size are decompressed whole, which is fastest,
//! larger ones piece by piece.

mod checkpoint;
mod convert;
mod detect;
mod find;
mod follow;
mod judge;
mod open;
mod run;

pub use checkpoint::{Checkpoint, CheckpointError, FileMark, FollowState};
pub use convert::{Conversion, ConvertError, ConvertForm, ConvertRequest, convert, convert_into};
pub use detect::{DetectRequest, Detection, Hit, detect};
pub use find::{Found, TrailError, find};
pub use follow::{Follower, Look};
pub use open::Opener;
pub use run::{FileRemark, Outcome, Request, read_usage, remarks_of};
