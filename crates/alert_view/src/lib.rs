//! Alerts on a terminal: a state, what keys and alerts change in it, and how it is drawn.
//!
//! No terminal is touched here: [`View::press`] takes keys, [`View::add`] alerts, and [`draw`] fills the frame
//! of any backend, also that of a test. Memory is bounded, and no character of an input that a terminal
//! obeys gets into a frame.

#![deny(clippy::disallowed_methods)]

mod draw;
mod functions;
mod text;
mod view;

pub use draw::{Colours, draw};
pub use functions::FunctionLine;
pub use text::frame_text;
pub use view::{Key, Outcome, Pane, View};
