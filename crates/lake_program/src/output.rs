//! Answers as JSON lines, CSV or a table; nothing that a terminal would obey reaches one.

use std::{
    io::{self, IsTerminal as _, Write as _},
    sync::Arc,
};

use anyhow::bail;
use arrow::{
    array::{ArrayRef, RecordBatch, StringArray},
    datatypes::{DataType, Field, Schema, SchemaRef},
    json::{LineDelimitedWriter, WriterBuilder, writer::LineDelimited},
    util::{
        display::{ArrayFormatter, FormatOptions},
        pretty::pretty_format_batches,
    },
};
use clap::ValueEnum;
use serde_json::{Map, Value};

use crate::visible;

/// Rows of the largest table; it is laid out when all are there.
const MOST_ROWS: usize = 100_000;

/// Forms of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Form {
    /// One JSON object a row
    Jsonl,
    /// One line a row, names first
    Csv,
    /// A table to read
    Table,
}

/// Prints an answer.
pub(crate) struct Printer {
    form: Form,
    is_terminal: bool,
    schema: SchemaRef,
    /// Of a table, what came so far.
    kept: Vec<RecordBatch>,
    rows: usize,
}

impl Printer {
    pub(crate) fn new(form: Form) -> Self {
        let schema = Arc::new(Schema::empty());
        let is_terminal = io::stdout().is_terminal();
        Self { form, is_terminal, schema, kept: Vec::new(), rows: 0 }
    }

    /// Begins an answer with these columns.
    pub(crate) fn begin(&mut self, schema: &SchemaRef) -> anyhow::Result<()> {
        self.schema = Arc::clone(schema);
        if self.form == Form::Csv {
            let names: Vec<_> = schema.fields().iter().map(|field| cell(field.name())).collect();
            self.write(format!("{}\n", names.join(",")).as_bytes())?;
        }
        Ok(())
    }

    /// A part of the answer.
    pub(crate) fn batch(&mut self, batch: &RecordBatch) -> anyhow::Result<()> {
        match self.form {
            Form::Jsonl => {
                let mut lines: LineDelimitedWriter<_> = WriterBuilder::new()
                    .with_explicit_nulls(true)
                    .build::<_, LineDelimited>(Vec::new());
                lines.write(batch)?;
                lines.finish()?;
                self.write(&lines.into_inner())
            }
            Form::Csv => self.write(csv(batch)?.as_bytes()),
            Form::Table => {
                self.rows += batch.num_rows();
                if self.rows > MOST_ROWS {
                    bail!(
                        "the answer has more than {MOST_ROWS} rows, which is no table to read; add LIMIT, \
                         or --format jsonl"
                    );
                }
                self.kept.push(readable(batch)?);
                Ok(())
            }
        }
    }

    /// Ends the answer.
    pub(crate) fn end(&mut self) -> anyhow::Result<()> {
        if self.form != Form::Table {
            return Ok(());
        }
        let kept = std::mem::take(&mut self.kept);
        let empty = [RecordBatch::new_empty(Arc::new(texts(&self.schema)))];
        let table = pretty_format_batches(if kept.is_empty() { &empty[..] } else { &kept })?;
        let rows = if self.rows == 1 { "row" } else { "rows" };
        print(&format!("{table}\n{} {rows}", self.rows))
    }

    /// An answer that is JSON already.
    pub(crate) fn rows(&mut self, rows: &[Map<String, Value>]) -> anyhow::Result<()> {
        if self.form == Form::Jsonl {
            for row in rows {
                self.write(format!("{}\n", serde_json::to_string(row)?).as_bytes())?;
            }
            return Ok(());
        }
        let names: Vec<_> = rows.first().into_iter().flat_map(Map::keys).cloned().collect();
        let fields: Vec<_> =
            names.iter().map(|name| Field::new(name, DataType::Utf8, true)).collect();
        let schema = Arc::new(Schema::new(fields));
        let text = |value: &Value| match value {
            Value::Null => None,
            Value::String(text) => Some(text.clone()),
            other => Some(other.to_string()),
        };
        let columns: Vec<ArrayRef> = names
            .iter()
            .map(|name| {
                let values = rows.iter().map(|row| row.get(name).and_then(text));
                Arc::new(values.collect::<StringArray>()) as ArrayRef
            })
            .collect();
        self.begin(&schema)?;
        if !columns.is_empty() {
            self.batch(&RecordBatch::try_new(schema, columns)?)?;
        }
        self.end()
    }

    /// Writes whole lines.
    fn write(&self, bytes: &[u8]) -> anyhow::Result<()> {
        let mut out = io::stdout().lock();
        if self.is_terminal {
            for line in String::from_utf8_lossy(bytes).lines() {
                writeln!(out, "{}", visible(line))?;
            }
        } else {
            out.write_all(bytes)?;
        }
        out.flush()?;
        Ok(())
    }
}

/// The rows as lines of CSV (RFC 4180).
fn csv(batch: &RecordBatch) -> anyhow::Result<String> {
    let options = FormatOptions::default().with_display_error(true);
    let columns = formatters(batch, &options)?;
    let mut text = String::new();
    for row in 0..batch.num_rows() {
        for (at, column) in columns.iter().enumerate() {
            if at > 0 {
                text.push(',');
            }
            text.push_str(&cell(&column.value(row).to_string()));
        }
        text.push('\n');
    }
    Ok(text)
}

/// A cell of CSV.
fn cell(text: &str) -> String {
    if text.contains([',', '"', '\n', '\r']) {
        return format!("\"{}\"", text.replace('"', "\"\""));
    }
    text.to_owned()
}

/// The rows as texts that a terminal can show.
fn readable(batch: &RecordBatch) -> anyhow::Result<RecordBatch> {
    let options = FormatOptions::default().with_display_error(true);
    let columns: Vec<ArrayRef> = formatters(batch, &options)?
        .iter()
        .map(|column| {
            let cells = (0..batch.num_rows()).map(|row| {
                let text = column.value(row).to_string();
                Some(visible(&text).into_owned())
            });
            Arc::new(cells.collect::<StringArray>()) as ArrayRef
        })
        .collect();
    let schema = Arc::new(texts(&batch.schema()));
    let rows = arrow::array::RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
    Ok(RecordBatch::try_new_with_options(schema, columns, &rows)?)
}

fn texts(schema: &Schema) -> Schema {
    let text = |name: &String| Field::new(visible(name), DataType::Utf8, true);
    Schema::new(schema.fields().iter().map(|field| text(field.name())).collect::<Vec<_>>())
}

fn formatters<'b>(
    batch: &'b RecordBatch,
    options: &'b FormatOptions<'b>,
) -> anyhow::Result<Vec<ArrayFormatter<'b>>> {
    let formatters =
        batch.columns().iter().map(|column| ArrayFormatter::try_new(column.as_ref(), options));
    Ok(formatters.collect::<Result<_, _>>()?)
}

/// Writes to standard output, with an end of line.
pub(crate) fn print(text: &str) -> anyhow::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{}", text.trim_end_matches('\n'))?;
    out.flush()?;
    Ok(())
}

/// Whether an error only says that nobody reads any more.
pub(crate) fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{ArrayRef, RecordBatch, StringArray};

    use super::{csv, readable};

    fn batch(text: &str) -> RecordBatch {
        let column: ArrayRef = Arc::new(StringArray::from(vec![Some(text), None]));
        RecordBatch::try_from_iter([("a", column)]).unwrap()
    }

    #[test]
    fn cells_of_csv_are_quoted_when_they_must_be() {
        assert_eq!(csv(&batch("x,\"y\"\n")).unwrap(), "\"x,\"\"y\"\"\n\"\n\n");
    }

    #[test]
    fn a_table_shows_what_a_terminal_would_obey() {
        let table = readable(&batch("a\u{1b}[2Jb\nc")).unwrap();
        let column = table.column(0).as_any().downcast_ref::<StringArray>().unwrap();
        assert_eq!(column.value(0), "a\\u{1b}[2Jb\\nc");
    }
}
