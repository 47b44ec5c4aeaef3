//! Files of events and logs: found below folders, opened, decompressed piece by piece.
//!
//! What the files hold is not looked at here.

mod find;
mod open;

pub use find::{FileRemark, FindError, Found, STANDARD_INPUT, find, find_where};
pub use open::{Unpacked, open};
