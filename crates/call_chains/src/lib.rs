//! Call chains across functions, out of segments of AWS X-Ray and spans of OpenTelemetry.
//!
//! Traces come in pieces, by several senders with several clocks, and some pieces never come. Here they
//! become one tree a trace: [`read`](Reader::read) takes documents in any order, [`finish`](Reader::finish)
//! says of each span how much of the time was its own, whether the trace waited for it, and of each trace
//! where its error began. What is missing is counted, not guessed.

#![deny(clippy::disallowed_methods)]

mod chains;
mod links;
mod otlp;
mod otlp_bytes;
mod reader;
mod span;
mod tree;
mod wire;
mod xray;

pub use chains::{Chains, Edge, FunctionTime};
pub use reader::{Limits, Lost, ReadError, Reader};
pub use span::{Fault, Span};
pub use tree::{Node, Trace};
