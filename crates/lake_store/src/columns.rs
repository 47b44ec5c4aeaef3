//! The columns of an event, gathered and written as Parquet.

use std::sync::{Arc, LazyLock};

use arrow::{
    array::{
        Array, ArrayRef, BooleanBuilder, ListBuilder, RecordBatch, StringBuilder,
        TimestampMicrosecondArray, TimestampMicrosecondBuilder,
    },
    compute::{SortOptions, sort_to_indices, take_record_batch},
    datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit},
};
use audit_event::{AuditEvent, Text};
use lake_log::Day;
use parquet::{
    arrow::ArrowWriter,
    basic::{Compression, ZstdLevel},
    file::{
        metadata::SortingColumn,
        properties::{EnabledStatistics, WriterProperties, WriterPropertiesPtr},
    },
    schema::types::ColumnPath,
};

use crate::LakeError;

const MICROSECONDS: i64 = 1_000_000;

/// Rows of a row group: a query that needs an hour of a day reads the groups of that hour.
const ROWS_OF_GROUP: usize = 64 << 10;

static SCHEMA: LazyLock<SchemaRef> = LazyLock::new(|| {
    let text = |name| Field::new(name, DataType::Utf8, true);
    let element = Arc::new(Field::new("element", DataType::Utf8, true));
    let time = DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()));
    Arc::new(Schema::new(vec![
        Field::new("time", time, true),
        text("event_id"),
        text("account"),
        text("region"),
        text("event_source"),
        text("event_name"),
        text("actor_arn"),
        text("actor_type"),
        text("session_issuer_arn"),
        text("source_ip"),
        text("user_agent"),
        text("error_code"),
        Field::new("resource_arns", DataType::List(element), true),
        Field::new("read_only", DataType::Boolean, true),
        text("function"),
        text("raw"),
        text("day"),
    ]))
});

static PROPERTIES: LazyLock<WriterPropertiesPtr> = LazyLock::new(|| {
    let raw = ColumnPath::from("raw");
    let sorted = SortingColumn { column_idx: 0, descending: false, nulls_first: false };
    let properties = WriterProperties::builder()
        .set_created_by(concat!("faasguard ", env!("CARGO_PKG_VERSION")).to_owned())
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .set_max_row_group_row_count(Some(ROWS_OF_GROUP))
        .set_sorting_columns(Some(vec![sorted]))
        // Each value is its own: a dictionary is built in vain.
        .set_column_dictionary_enabled(raw.clone(), false)
        .set_column_dictionary_enabled(ColumnPath::from("event_id"), false)
        .set_column_statistics_enabled(raw, EnabledStatistics::None)
        .build();
    Arc::new(properties)
});

/// The columns of the table `events`, as they stand in every data file.
///
/// `time` (UTC, microseconds; null when the event says none) · `event_id` · `account` · `region` ·
/// `event_source` · `event_name` · `actor_arn` · `actor_type` · `session_issuer_arn` · `source_ip` ·
/// `user_agent` · `error_code` · `resource_arns` (list) · `read_only` · `function` · `raw` (the record
/// as JSON) · `day` (`2026-01-31`). `account`, `region` and `day` also stand in the path.
#[must_use]
pub fn schema() -> SchemaRef {
    Arc::clone(&SCHEMA)
}

/// How data files are written.
pub(crate) fn properties() -> WriterPropertiesPtr {
    Arc::clone(&PROPERTIES)
}

/// Events of one partition, a column each.
#[derive(Debug)]
pub(crate) struct Columns {
    time: TimestampMicrosecondBuilder,
    texts: [StringBuilder; 11],
    resource_arns: ListBuilder<StringBuilder>,
    read_only: BooleanBuilder,
    function: StringBuilder,
    raw: StringBuilder,
    day: StringBuilder,
    /// Bytes of records.
    pub(crate) bytes: usize,
    pub(crate) rows: usize,
}

/// A data file's bytes, and what its commit says of it.
#[derive(Debug)]
pub(crate) struct Encoded {
    pub(crate) bytes: Vec<u8>,
    pub(crate) rows: u64,
    pub(crate) min_time: Option<i64>,
    pub(crate) max_time: Option<i64>,
}

impl Columns {
    pub(crate) fn new() -> Self {
        let small = || StringBuilder::with_capacity(64, 1_024);
        let element = Arc::new(Field::new("element", DataType::Utf8, true));
        Self {
            time: TimestampMicrosecondBuilder::with_capacity(64).with_timezone("UTC"),
            texts: std::array::from_fn(|_| small()),
            resource_arns: ListBuilder::new(small()).with_field(element),
            read_only: BooleanBuilder::with_capacity(64),
            function: small(),
            raw: StringBuilder::with_capacity(64, 4 << 10),
            day: small(),
            bytes: 0,
            rows: 0,
        }
    }

    pub(crate) fn push(&mut self, event: &AuditEvent<'_>, day: Option<Day>, day_text: &str) {
        self.time.append_option(event.time.and_then(|time| time.0.checked_mul(MICROSECONDS)));
        let actor = &event.actor;
        let texts = [
            event.id,
            account(event),
            event.region,
            Some(event.source),
            Some(event.name),
            actor.arn,
            actor.kind,
            actor.issuer.arn,
            event.source_ip,
            event.user_agent,
            event.error_code,
        ];
        for (column, text) in self.texts.iter_mut().zip(texts) {
            match text.filter(|text| !text.is_empty()) {
                Some(text) => column.append_value(text.to_str()),
                None => column.append_null(),
            }
        }
        for resource in event.resources() {
            if let Some(arn) = resource.arn {
                self.resource_arns.values().append_value(arn.to_str());
            }
        }
        self.resource_arns.append(true);
        self.read_only.append_option(event.is_read_only);
        self.function.append_option(correlation::function(event));
        let raw = event.record.raw();
        self.raw.append_value(String::from_utf8_lossy(raw));
        self.day.append_option(day.map(|_| day_text));
        self.bytes += raw.len();
        self.rows += 1;
    }

    pub(crate) fn finish(mut self) -> Result<RecordBatch, LakeError> {
        let mut columns: Vec<ArrayRef> = vec![Arc::new(self.time.finish())];
        columns.extend(self.texts.iter_mut().map(|text| Arc::new(text.finish()) as ArrayRef));
        columns.push(Arc::new(self.resource_arns.finish()));
        columns.push(Arc::new(self.read_only.finish()));
        columns.push(Arc::new(self.function.finish()));
        columns.push(Arc::new(self.raw.finish()));
        columns.push(Arc::new(self.day.finish()));
        Ok(RecordBatch::try_new(schema(), columns)?)
    }
}

/// Whose trail has the event, else whose the actor is.
pub(crate) fn account<'a>(event: &AuditEvent<'a>) -> Option<Text<'a>> {
    let said = |text: &Text<'_>| !text.is_empty();
    event.recipient_account.filter(said).or_else(|| event.actor.account.filter(said))
}

/// Puts events in the order of their times, and writes them as Parquet.
pub(crate) fn encode(batch: &RecordBatch) -> Result<Encoded, LakeError> {
    let sorted = sorted(batch)?;
    let batch = sorted.as_ref().unwrap_or(batch);
    let mut writer =
        ArrowWriter::try_new(Vec::new(), schema(), Some(properties().as_ref().clone()))?;
    writer.write(batch)?;
    let (min_time, max_time) = bounds(batch);
    let bytes = writer.into_inner()?;
    Ok(Encoded { bytes, rows: batch.num_rows() as u64, min_time, max_time })
}

fn sorted(batch: &RecordBatch) -> Result<Option<RecordBatch>, LakeError> {
    let Some(times) = times(batch) else { return Ok(None) };
    if times.null_count() == 0 && times.values().is_sorted() {
        return Ok(None);
    }
    let options = SortOptions { descending: false, nulls_first: false };
    let order = sort_to_indices(times, Some(options), None)?;
    Ok(Some(take_record_batch(batch, &order)?))
}

/// The earliest and the latest time, in seconds since 1970.
pub(crate) fn bounds(batch: &RecordBatch) -> (Option<i64>, Option<i64>) {
    let seconds = |time: Option<i64>| time.map(|time| time.div_euclid(MICROSECONDS));
    let times = times(batch);
    (seconds(times.and_then(arrow::compute::min)), seconds(times.and_then(arrow::compute::max)))
}

fn times(batch: &RecordBatch) -> Option<&TimestampMicrosecondArray> {
    batch.columns().first()?.as_any().downcast_ref()
}

#[cfg(test)]
mod tests {
    use arrow::array::{Array as _, AsArray as _};
    use audit_event::{Limits, Time, read};
    use lake_log::Day;
    use parquet::arrow::arrow_reader::ParquetRecordBatchReader;

    use super::{Columns, encode};

    #[test]
    fn events_are_read_back_in_the_order_of_their_times() {
        let text = concat!(
            r#"{"eventID":"b","eventTime":"2026-01-31T10:00:01Z","eventSource":"s3.amazonaws.com","#,
            r#""eventName":"GetObject","awsRegion":"eu-west-1","readOnly":true,"#,
            r#""resources":[{"ARN":"arn:aws:s3:::a"},{"type":"x"},{"ARN":"arn:aws:s3:::b"}],"#,
            r#""recipientAccountId":"111122223333","requestParameters":{"key":"\u00e9"}}"#,
            r#"{"eventID":"a","eventTime":"2026-01-31T10:00:00Z","eventSource":"lambda.amazonaws.com","#,
            r#""eventName":"Invoke","requestParameters":{"functionName":"orders"}}"#,
            r#"{"eventID":"c","eventSource":"x","eventName":"y"}"#,
        );
        let mut columns = Columns::new();
        let outcome = read(text.as_bytes(), &Limits::default(), &mut |event| {
            columns.push(event, event.time.map(Day::of), "2026-01-31");
        });
        assert_eq!(outcome.events, 3);
        let encoded = encode(&columns.finish().unwrap()).unwrap();
        let first = Time::parse(b"2026-01-31T10:00:00Z").unwrap().0;
        assert_eq!((encoded.min_time, encoded.max_time), (Some(first), Some(first + 1)));
        let bytes = bytes::Bytes::from(encoded.bytes);
        let mut reader = ParquetRecordBatchReader::try_new(bytes, 100).unwrap();
        let batch = reader.next().unwrap().unwrap();
        let text = |name: &str, row: usize| {
            let column = batch.column_by_name(name).unwrap().as_string::<i32>();
            column.is_valid(row).then(|| column.value(row).to_owned())
        };
        let ids: Vec<_> = (0..3).map(|row| text("event_id", row).unwrap()).collect();
        assert_eq!(ids, ["a", "b", "c"]);
        assert_eq!(text("function", 0).as_deref(), Some("orders"));
        assert_eq!(text("day", 2), None);
        assert_eq!(text("account", 1).as_deref(), Some("111122223333"));
        assert!(text("raw", 1).unwrap().contains(r#"{"key":"\u00e9"}"#));
        let arns = batch.column_by_name("resource_arns").unwrap().as_list::<i32>().value(1);
        assert_eq!(arns.as_string::<i32>().value(1), "arn:aws:s3:::b");
    }
}
