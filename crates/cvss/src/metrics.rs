//! `METRIC:VALUE/METRIC:VALUE…`, checked against the table of a version.

use crate::VectorError;

/// A metric of a version: its name, whether a score needs it, and its values.
pub(crate) type Metric = (&'static str, bool, &'static [&'static str]);

/// The metrics that a vector names.
#[derive(Debug)]
pub(crate) struct Metrics(Vec<(&'static str, &'static str)>);

impl Metrics {
    /// Reads the part of a vector behind its version.
    ///
    /// # Errors
    /// [`VectorError`] for an unknown, repeated or missing metric.
    pub(crate) fn read(text: &str, table: &'static [Metric]) -> Result<Self, VectorError> {
        let mut metrics: Vec<(&'static str, &'static str)> = Vec::new();
        for part in text.split('/') {
            let known = part.split_once(':').and_then(|(name, value)| {
                let (name, _, values) = table.iter().find(|metric| metric.0 == name)?;
                Some((*name, *values.iter().find(|known| **known == value)?))
            });
            let Some(metric) = known else {
                return Err(VectorError::Metric(part.to_owned()));
            };
            if metrics.iter().any(|(name, _)| *name == metric.0) {
                return Err(VectorError::Repeated(metric.0));
            }
            metrics.push(metric);
        }
        let metrics = Self(metrics);
        match table.iter().find(|(name, needed, _)| *needed && metrics.get(name).is_none()) {
            Some((name, ..)) => Err(VectorError::Missing(name)),
            None => Ok(metrics),
        }
    }

    /// The value of a metric; `None` when it is absent or "not defined".
    pub(crate) fn get(&self, name: &str) -> Option<&'static str> {
        let found = self.0.iter().find(|(known, _)| *known == name);
        found.map(|(_, value)| *value).filter(|value| !matches!(*value, "X" | "ND"))
    }

    /// Whether one of these metrics is defined.
    pub(crate) fn has_any(&self, names: &[&str]) -> bool {
        names.iter().any(|name| self.get(name).is_some())
    }
}
