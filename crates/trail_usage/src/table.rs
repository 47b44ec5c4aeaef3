//! The result drawn: a table to read, and CSV.

use std::fmt::Write as _;

use audit_event::Time;

use crate::usage::{Evidence, Principal, Resource, Sample, Usage};

/// Rows of one principal in the table; more are counted.
const MOST_ROWS: usize = 200;

impl Usage {
    /// Draws it as a table: one block a principal, one row an action and resource, the last used
    /// first. Rows are as wide as they need to be.
    #[must_use]
    pub fn to_table(&self) -> String {
        let mut out = String::new();
        for principal in &self.principals {
            block(&mut out, principal);
        }
        if !self.unmapped.is_empty() {
            out.push_str("Without an action\n");
            let rows: Vec<_> = self
                .unmapped
                .iter()
                .map(|it| {
                    [it.count.to_string(), format!("{} {}", it.source, it.name), it.reason.clone()]
                })
                .collect();
            rows_of(&mut out, &["COUNT", "EVENT", "WHY"], &rows, &[true, false, false]);
            out.push('\n');
        }
        let totals = &self.totals;
        let _ = writeln!(
            out,
            "{} events of {} principals: {} succeeded, {} denied, {} failed, {} no requests; {} delivered again",
            totals.events,
            self.principals.len(),
            totals.succeeded,
            totals.denied,
            totals.failed,
            totals.apart,
            totals.duplicates,
        );
        out
    }

    /// Writes it as CSV (RFC 4180), one line a use. Texts that a spreadsheet would take for a formula
    /// begin with an apostrophe: user agents are written by strangers.
    #[must_use]
    pub fn to_csv(&self) -> String {
        let mut out = String::from(
            "principal,kind,action,resource,evidence,via,count,denied,failed,first,last,last_denied,\
             regions,source_ips,user_agents\r\n",
        );
        for principal in &self.principals {
            for action in &principal.actions {
                for one in &action.uses {
                    let fields = [
                        principal.arn.clone(),
                        principal.kind.clone(),
                        action.action.clone(),
                        one.resource.clone(),
                        evidence(one).to_owned(),
                        one.via.clone().unwrap_or_default(),
                        one.count.to_string(),
                        one.denied.to_string(),
                        one.failed.to_string(),
                        moment(one.first),
                        moment(one.last),
                        moment(one.last_denied),
                        joined(&one.regions, " "),
                        joined(&one.source_ips, " "),
                        joined(&one.user_agents, " | "),
                    ];
                    let fields: Vec<_> = fields.iter().map(|field| quoted(field)).collect();
                    out.push_str(&fields.join(","));
                    out.push_str("\r\n");
                }
            }
        }
        out
    }
}

fn block(out: &mut String, principal: &Principal) {
    let _ = write!(out, "{} ({}, {} events", principal.arn, principal.kind, principal.events);
    if !principal.sessions.some.is_empty() {
        let _ = write!(out, "; sessions {}", joined(&principal.sessions, ", "));
    }
    out.push_str(")\n");
    let mut uses: Vec<(&str, &Resource)> = principal
        .actions
        .iter()
        .flat_map(|action| action.uses.iter().map(|one| (action.action.as_str(), one)))
        .collect();
    uses.sort_by(|a, b| {
        let key = |(action, one): &(&str, &Resource)| {
            (one.last.max(one.last_denied), one.count, (*action).to_owned())
        };
        key(b).cmp(&key(a))
    });
    if uses.is_empty() {
        out.push_str("  no action\n\n");
        return;
    }
    let rows: Vec<_> = uses.iter().take(MOST_ROWS).map(|(action, one)| row(action, one)).collect();
    rows_of(
        out,
        &["ACTION", "RESOURCE", "COUNT", "LAST USED", "DENIED", "FAILED", "FROM"],
        &rows,
        &[false, false, true, false, true, true, false],
    );
    if uses.len() > MOST_ROWS {
        let _ = writeln!(
            out,
            "  … {} more rows; --format json or csv tells all",
            uses.len() - MOST_ROWS
        );
    }
    out.push('\n');
}

fn row(action: &str, one: &Resource) -> [String; 7] {
    let some = |count: u64| if count == 0 { "-".to_owned() } else { count.to_string() };
    let mut action = action.to_owned();
    if one.evidence == Evidence::Passed {
        action.push_str(" (passed)");
    }
    let mut from = joined(&one.source_ips, ", ");
    if let Some(via) = &one.via {
        let _ = write!(from, " via {via}");
    }
    let last = if one.last.is_some() { moment(one.last) } else { "-".to_owned() };
    [action, one.resource.clone(), some(one.count), last, some(one.denied), some(one.failed), from]
}

/// Draws rows below heads, columns aligned; numbers to the right.
fn rows_of<const N: usize>(
    out: &mut String,
    heads: &[&str; N],
    rows: &[[String; N]],
    is_number: &[bool; N],
) {
    let mut widths = heads.map(str::len);
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let heads = heads.map(str::to_owned);
    for row in std::iter::once(&heads).chain(rows) {
        let mut line = String::from(" ");
        for ((cell, width), is_number) in row.iter().zip(widths).zip(is_number) {
            let _ = if *is_number {
                write!(line, " {cell:>width$}")
            } else {
                write!(line, " {cell:<width$}")
            };
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
}

fn evidence(one: &Resource) -> &'static str {
    match one.evidence {
        Evidence::Called => "called",
        Evidence::Passed => "passed",
    }
}

fn moment(time: Option<Time>) -> String {
    time.map(|time| time.to_string()).unwrap_or_default()
}

fn joined(sample: &Sample, separator: &str) -> String {
    let mut text = sample.some.join(separator);
    if sample.has_more {
        text.push_str(separator);
        text.push('…');
    }
    text
}

/// A field of CSV.
fn quoted(field: &str) -> String {
    let is_formula = field.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let field = if is_formula { format!("'{field}") } else { field.to_owned() };
    if field.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", field.replace('"', "\"\""))
    } else {
        field
    }
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn fields_of_csv_are_quoted_and_no_formula() {
        assert_eq!(quoted("a,\"b\""), "\"a,\"\"b\"\"\"");
        assert_eq!(quoted("=1+1"), "'=1+1");
        assert_eq!(quoted("s3:GetObject"), "s3:GetObject");
    }
}
