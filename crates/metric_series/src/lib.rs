//! Series of metrics: read from CSV, examined for anomalies, drawn.
//!
//! [`read_csv`] makes a [`Series`] out of text, [`examine`] scores its points and gathers [`Finding`]s, and
//! [`draw`] makes an SVG of both. Nothing here opens a file or asks a clock.
#![deny(clippy::disallowed_methods)]

mod chart;
mod csv;
mod deploys;
mod examine;
mod time;

pub use chart::draw;
pub use csv::{Point, Series, SeriesError, read_csv};
pub use deploys::{Deploy, read_deploys};
pub use examine::{Examined, Finding, Judged, examine};
pub use time::{Stamp, parse_time};
