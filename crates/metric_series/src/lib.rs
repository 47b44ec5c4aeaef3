//! Series of metrics: read from CSV, logs and answers of `CloudWatch`, examined for anomalies, drawn.
//!
//! [`read_csv`] makes a [`Series`] out of text, [`LogSeries`] out of logs of functions, [`read_cloudwatch`] out
//! of what the command line of AWS prints; [`examine`] scores its points and gathers [`Finding`]s, and
//! [`draw`] makes an SVG of both. Nothing here opens a file or asks a clock.
#![deny(clippy::disallowed_methods)]

mod chart;
mod cloudwatch;
mod csv;
mod deploys;
mod examine;
mod log_series;
mod time;

pub use chart::draw;
pub use cloudwatch::{is_cloudwatch, read_cloudwatch};
pub use csv::{Point, Series, SeriesError, read_csv};
pub use deploys::{Deploy, deploy_of, read_deploys};
pub use examine::{Examined, Finding, Judged, examine};
pub use log_series::{LogSeries, LogSeriesFold, parse_interval};
pub use time::{Stamp, parse_time};
