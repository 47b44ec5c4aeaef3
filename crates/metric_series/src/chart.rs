//! A series as an SVG: the values, the band that was usual, the alerts with their words, the deployments.

use std::fmt::Write as _;

use crate::{
    csv::Series,
    deploys::Deploy,
    examine::{Examined, Finding},
};

const WIDTH: f64 = 1_200.0;
const HEIGHT: f64 = 360.0;
const LEFT: f64 = 76.0;
const RIGHT: f64 = 16.0;
const TOP: f64 = 34.0;
const BOTTOM: f64 = 30.0;

/// Columns of the drawing: a long series is drawn by the least and greatest value of each.
const COLUMNS: usize = 1_100;

/// Alerts that are drawn; the rest stands in the output.
const MOST_ALERTS: usize = 500;

const STYLE: &str = "text{font:12px system-ui,sans-serif;fill:#444}.title{font-size:14px;fill:#111}\
.line{fill:none;stroke:#1b5e9b;stroke-width:1.2}.band{fill:#1b5e9b;fill-opacity:.13}\
.grid{stroke:#ddd}.alert{fill:#d4352f;fill-opacity:.22}.high{fill-opacity:.4}.mark{fill:#d4352f}\
.deploy{stroke:#2c8a3e;stroke-dasharray:5 4}.page{fill:#fff}";

/// Least and greatest of what falls into one column.
#[derive(Clone, Copy)]
struct Column {
    time: i64,
    low: f64,
    high: f64,
    band: Option<(f64, f64)>,
}

/// Where values and times lie on the page.
struct Scale {
    first: i64,
    last: i64,
    low: f64,
    high: f64,
}

impl Scale {
    #[expect(clippy::cast_precision_loss, reason = "a place on a page")]
    fn x(&self, time: i64) -> f64 {
        let time = time.clamp(self.first, self.last);
        let part = time.saturating_sub(self.first) as f64;
        let whole = self.last.saturating_sub(self.first).max(1) as f64;
        LEFT + part / whole * (WIDTH - LEFT - RIGHT)
    }

    fn y(&self, value: f64) -> f64 {
        // Halved, as the distance of two large numbers may be none.
        let whole = self.high / 2.0 - self.low / 2.0;
        let part = (value / 2.0 - self.low / 2.0) / if whole > 0.0 { whole } else { 1.0 };
        HEIGHT - BOTTOM - part.clamp(0.0, 1.0) * (HEIGHT - TOP - BOTTOM)
    }
}

/// Draws a series. Text of the input is escaped; the drawing holds no script and asks for nothing.
#[must_use]
pub fn draw(name: &str, series: &Series, examined: &Examined, deploys: &[Deploy]) -> String {
    let columns = columns(series, examined);
    let scale = scale(&columns);
    let mut svg = String::with_capacity(64 * 1_024);
    let _ = write!(
        svg,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\">\n\
         <title>{}</title>\n<style>{STYLE}</style>\n\
         <rect class=\"page\" width=\"{WIDTH}\" height=\"{HEIGHT}\"/>\n\
         <text class=\"title\" x=\"{LEFT}\" y=\"20\">{}</text>\n",
        escape(name),
        escape(name)
    );
    draw_axes(&mut svg, &scale);
    draw_band(&mut svg, &columns, &scale);
    for finding in examined.findings.iter().take(MOST_ALERTS) {
        draw_alert(&mut svg, finding, &scale);
    }
    draw_line(&mut svg, &columns, &scale);
    for deploy in deploys.iter().filter(|deploy| deploy.is_about(name)) {
        if deploy.time < scale.first || deploy.time > scale.last {
            continue;
        }
        let x = scale.x(deploy.time);
        let _ = writeln!(
            svg,
            "<g><title>deployment at {}</title><line class=\"deploy\" x1=\"{x:.1}\" x2=\"{x:.1}\" \
             y1=\"{TOP}\" y2=\"{:.1}\"/></g>",
            escape(&series.form.write(deploy.time)),
            HEIGHT - BOTTOM
        );
    }
    svg.push_str("</svg>\n");
    svg
}

fn columns(series: &Series, examined: &Examined) -> Vec<Column> {
    let every = series.points.len().div_ceil(COLUMNS).max(1);
    let mut columns = Vec::with_capacity(COLUMNS);
    let chunks = series.points.chunks(every).zip(examined.judged.chunks(every));
    for (points, judged) in chunks {
        let values = || points.iter().map(|point| point.value).filter(|value| value.is_finite());
        let Some(first) = points.first().filter(|_| values().next().is_some()) else { continue };
        let band = judged.iter().rev().find(|it| it.low.is_finite() && it.high.is_finite());
        columns.push(Column {
            time: first.time,
            low: values().fold(f64::INFINITY, f64::min),
            high: values().fold(f64::NEG_INFINITY, f64::max),
            band: band.map(|it| (it.low, it.high)),
        });
    }
    columns
}

fn scale(columns: &[Column]) -> Scale {
    let low = columns.iter().map(|column| column.low).fold(f64::INFINITY, f64::min);
    let high = columns.iter().map(|column| column.high).fold(f64::NEG_INFINITY, f64::max);
    let first = columns.iter().map(|column| column.time).min().unwrap_or_default();
    let last = columns.iter().map(|column| column.time).max().unwrap_or_default();
    if low > high {
        return Scale { first, last, low: 0.0, high: 1.0 };
    }
    // Counts and durations are read against zero unless they move far above it.
    let low = if low > 0.0 && low < high / 2.0 { 0.0 } else { low };
    let room = (high / 2.0 - low / 2.0) * 0.1;
    let (low, high) = (if low == 0.0 { low } else { low - room }, high + room);
    Scale { first, last, low: low.max(f64::MIN), high: high.min(f64::MAX) }
}

fn draw_axes(svg: &mut String, scale: &Scale) {
    for step in 0_u8..=4 {
        let part = f64::from(step) / 4.0;
        let value = scale.low * (1.0 - part) + scale.high * part;
        let y = scale.y(value);
        let _ = writeln!(
            svg,
            "<line class=\"grid\" x1=\"{LEFT}\" x2=\"{:.1}\" y1=\"{y:.1}\" y2=\"{y:.1}\"/>\
             <text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>",
            WIDTH - RIGHT,
            LEFT - 6.0,
            y + 4.0,
            tick(value)
        );
    }
    for step in 0_i64..=4 {
        let whole = scale.last.saturating_sub(scale.first);
        let time = scale.first.saturating_add(whole / 4 * step);
        let anchor = match step {
            0 => "start",
            4 => "end",
            _ => "middle",
        };
        let _ = writeln!(
            svg,
            "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"{anchor}\">{}</text>",
            scale.x(time),
            HEIGHT - 10.0,
            moment(time)
        );
    }
}

fn draw_band(svg: &mut String, columns: &[Column], scale: &Scale) {
    let known: Vec<(i64, f64, f64)> = columns
        .iter()
        .filter_map(|column| column.band.map(|(low, high)| (column.time, low, high)))
        .collect();
    if known.is_empty() {
        return;
    }
    svg.push_str("<polygon class=\"band\" points=\"");
    for (time, _, high) in &known {
        let _ = write!(svg, "{:.1},{:.1} ", scale.x(*time), scale.y(*high));
    }
    for (time, low, _) in known.iter().rev() {
        let _ = write!(svg, "{:.1},{:.1} ", scale.x(*time), scale.y(*low));
    }
    svg.push_str("\"><title>usual band</title></polygon>\n");
}

fn draw_line(svg: &mut String, columns: &[Column], scale: &Scale) {
    svg.push_str("<polyline class=\"line\" points=\"");
    for column in columns {
        let x = scale.x(column.time);
        let _ = write!(svg, "{x:.1},{:.1} ", scale.y(column.high));
        if column.low < column.high {
            let _ = write!(svg, "{x:.1},{:.1} ", scale.y(column.low));
        }
    }
    svg.push_str("\"/>\n");
}

fn draw_alert(svg: &mut String, finding: &Finding, scale: &Scale) {
    let alert = &finding.alert;
    let from = scale.x(alert.start);
    let to = scale.x(alert.end).max(from + 3.0);
    let class = if alert.severity == anomaly::Severity::High { "alert high" } else { "alert" };
    let words = format!(
        "{} ({}) from {} to {}: {}",
        alert.kind.name(),
        alert.severity.name(),
        finding.start,
        finding.end,
        alert.explain()
    );
    let _ = writeln!(
        svg,
        "<g><title>{}</title><rect class=\"{class}\" x=\"{from:.1}\" y=\"{TOP}\" width=\"{:.1}\" \
         height=\"{:.1}\"/><circle class=\"mark\" cx=\"{from:.1}\" cy=\"{:.1}\" r=\"3.5\"/></g>",
        escape(&words),
        to - from,
        HEIGHT - TOP - BOTTOM,
        scale.y(alert.value)
    );
}

/// A moment as people read it, in UTC.
fn moment(time: i64) -> String {
    match jiff::Timestamp::from_second(time) {
        Ok(moment) => moment.strftime("%Y-%m-%d %H:%M").to_string(),
        Err(_) => time.to_string(),
    }
}

fn tick(value: f64) -> String {
    let size = value.abs();
    if size != 0.0 && !(1e-3..1e7).contains(&size) {
        format!("{value:.1e}")
    } else if size >= 100.0 || value == 0.0 {
        format!("{value:.0}")
    } else if size >= 1.0 {
        format!("{value:.1}")
    } else {
        format!("{value:.4}")
    }
}

/// Text as XML holds it; what XML cannot hold becomes a mark.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\t' | '\n' | '\r' => out.push(' '),
            '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            _ => out.push(letter),
        }
    }
    out
}
