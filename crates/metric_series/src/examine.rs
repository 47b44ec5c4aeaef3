//! A series through a detector.

use anomaly::{Alert, Detector, Params};

use crate::{csv::Series, deploys::Deploy};

/// One point as the detector saw it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Judged {
    /// 0 to 1.
    pub score: f64,
    /// Ends of the usual band; `NaN` in the first points.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// An alert with its moments as the input writes them.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// What is unusual.
    pub alert: Alert,
    /// When it began.
    pub start: String,
    /// When it ended.
    pub end: String,
}

/// What came of a series.
#[derive(Clone, Debug, PartialEq)]
pub struct Examined {
    /// One a point, in their order.
    pub judged: Vec<Judged>,
    /// In the order in which they ended.
    pub findings: Vec<Finding>,
}

/// Scores a series. `now` is a moment until which it is known that no further point came, such as the last
/// moment of the other series of a run.
#[must_use]
pub fn examine(
    name: &str,
    series: &Series,
    deploys: &[Deploy],
    params: &Params,
    now: Option<i64>,
) -> Examined {
    let mut detector = Detector::new(params);
    let mut deploys = deploys.iter().filter(|deploy| deploy.is_about(name)).peekable();
    let mut judged = Vec::with_capacity(series.points.len());
    let mut alerts = Vec::new();
    for point in &series.points {
        while let Some(deploy) = deploys.next_if(|deploy| deploy.time <= point.time) {
            detector.rebaseline(deploy.time);
        }
        let score = detector.push(point.time, point.value);
        judged.push(Judged { score: score.score, low: score.low, high: score.high });
        alerts.extend(detector.take_alerts());
    }
    let last = series.points.iter().map(|point| point.time).max();
    detector.close(now.or(last).unwrap_or_default());
    alerts.extend(detector.take_alerts());
    alerts.sort_by_key(|alert| (alert.start, alert.end));
    let findings = alerts.into_iter().map(|alert| finding(series, alert)).collect();
    Examined { judged, findings }
}

fn finding(series: &Series, alert: Alert) -> Finding {
    let write = |time: i64| {
        // Rows are in order as a rule; where they are not, the moment is written anew.
        let at = series.points.partition_point(|point| point.time < time);
        match series.points.get(at) {
            Some(point) if point.time == time => point.stamp.to_string(),
            _ => series.form.write(time),
        }
    };
    let (start, end) = (write(alert.start), write(alert.end));
    Finding { alert, start, end }
}
