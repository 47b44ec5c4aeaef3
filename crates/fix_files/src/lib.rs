//! Findings mended in files: fixes put together, each proven by a scan of the edited text, and drawn.
//!
//! Nothing is written here: [`run`] gives the new texts. An edit counts when a scan of the application with
//! it has lost the finding and has no other; else it is undone, and the finding is among those left.

mod diff;
mod json;
mod outcome;
mod policies;
mod proof;
mod run;
mod target;

pub use diff::diff;
pub use json::to_json;
pub use outcome::{EditedFile, Left, Mended, Outcome, Reason, Told};
pub use run::{Choice, run};
