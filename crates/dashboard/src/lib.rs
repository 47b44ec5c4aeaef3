//! The server of the dashboard: pages of [`dashboard_view`] for one browser on this machine.
//!
//! It listens on the loopback only and answers nobody who does not have the token of this run. A page of
//! another site can neither read it nor act through it: names in `Host`, `Origin` and `Sec-Fetch-Site` are
//! checked, the cookie is `SameSite=Strict`, the policy of the pages lets nothing be loaded or sent elsewhere.
//! No file of a disk is served; lines of files are shown below the folder that was given, as text.

mod gate;
mod serve;
mod source;
mod state;
mod token;

pub use serve::{ServeError, Server};
pub use source::Folder;
pub use state::State;
pub use token::{NoRandom, Token};
