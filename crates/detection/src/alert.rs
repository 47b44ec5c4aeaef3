//! What a detector tells of an event.

use crate::detector::Detector;
use sigma::Severity;

/// One event that a detector speaks of, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alert {
    /// Which detector speaks.
    pub detector: &'static Detector,
    /// How critical this one is; mostly the level of the detector.
    pub level: Severity,
    /// The function that it is about: its ARN or name, when the event tells it.
    pub function: Option<String>,
    /// Facts in words: what was seen, and what was expected.
    pub explanation: Vec<String>,
}
