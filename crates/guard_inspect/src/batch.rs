//! Batches of which single records are refused: which triggers have them, what a record is called,
//! how the answer tells that it was not processed.

use json_tape::{Kind, Limits, Tape, Value, keep_elements, write_string};

use crate::judgement::Refused;
use crate::trigger::Trigger;

/// How a trigger's batches are cut and answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Batch {
    /// The member of the event that has the records.
    pub(crate) records: &'static str,
    /// Names of members that lead to the id of a record.
    id: &'static [&'static str],
    /// The member of the answer that tells of records.
    answers: &'static str,
    form: Form,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// `{"itemIdentifier": id}`
    Failure,
    /// `{"recordId": id, "result": "ProcessingFailed", "data": …}`
    Firehose,
    /// `{"taskId": id, "resultCode": "PermanentFailure", "resultString": …}`
    S3Batch,
}

impl Batch {
    /// How batches of `trigger` are cut; `None` where only the whole event can be refused.
    pub(crate) fn of(trigger: Trigger) -> Option<Self> {
        let failures =
            |id| Self { records: "Records", id, answers: "batchItemFailures", form: Form::Failure };
        match trigger {
            Trigger::Sqs { .. } => Some(failures(&["messageId"])),
            Trigger::Kinesis => Some(failures(&["kinesis", "sequenceNumber"])),
            Trigger::DynamoDb => Some(failures(&["dynamodb", "SequenceNumber"])),
            Trigger::Firehose => Some(Self {
                records: "records",
                id: &["recordId"],
                answers: "records",
                form: Form::Firehose,
            }),
            Trigger::S3Batch => Some(Self {
                records: "tasks",
                id: &["taskId"],
                answers: "results",
                form: Form::S3Batch,
            }),
            _ => None,
        }
    }

    /// What the answer needs of a record; `None` when it has no id.
    pub(crate) fn refused(self, record: Value<'_>) -> Option<Refused> {
        let id = record.descendant(self.id)?.text()?.to_cow().into_owned();
        let data = match self.form {
            Form::Firehose => record.member("data")?.text()?.to_cow().into_owned(),
            Form::Failure | Form::S3Batch => String::new(),
        };
        Some(Refused { id, data })
    }

    /// The event without the records for which `keep` is false.
    pub(crate) fn reduce(self, event: Value<'_>, keep: impl FnMut(usize) -> bool) -> Vec<u8> {
        let source = event.document().source();
        let mut out = Vec::with_capacity(source.len());
        if let Some(records) = event.member(self.records) {
            let range = records.range();
            out.extend_from_slice(source.get(..range.start).unwrap_or_default().as_bytes());
            keep_elements(records, &mut out, keep);
            out.extend_from_slice(source.get(range.end..).unwrap_or_default().as_bytes());
        }
        out
    }

    /// The answer when the handler saw no record. `event` is the one that was refused.
    pub(crate) fn answer(self, event: Value<'_>, refused: &[Refused]) -> Vec<u8> {
        let mut out = b"{".to_vec();
        if self.form == Form::S3Batch {
            for name in ["invocationSchemaVersion", "invocationId"] {
                write_string(&mut out, name);
                out.push(b':');
                let value = event.member(name).map_or("null", Value::raw);
                out.extend_from_slice(value.as_bytes());
                out.push(b',');
            }
            out.extend_from_slice(b"\"treatMissingKeysAs\":\"PermanentFailure\",");
        }
        write_string(&mut out, self.answers);
        out.extend_from_slice(b":[");
        self.write_items(&mut out, refused);
        out.extend_from_slice(b"]}");
        out
    }

    /// The handler's answer, with what was refused added to what it reports itself. `None` when
    /// the handler answered something in which a report has no place.
    pub(crate) fn merge(
        self,
        tape: &mut Tape,
        answer: &[u8],
        refused: &[Refused],
    ) -> Option<Vec<u8>> {
        if let Ok(document) = tape.read(answer, &Limits::default()) {
            let root = document.root();
            if root.kind() == Kind::Object {
                return Some(self.merge_object(root, refused));
            }
            // `null`, and what queues and streams take for success: an empty text.
            let is_success = root.kind() == Kind::Null || root.plain() == Some("");
            if !is_success && self.form != Form::Failure {
                return None;
            }
        } else if self.form != Form::Failure {
            return None;
        }
        // A handler of a queue that reports nothing may answer anything: the platform ignores it.
        let mut out = b"{".to_vec();
        write_string(&mut out, self.answers);
        out.extend_from_slice(b":[");
        self.write_items(&mut out, refused);
        out.extend_from_slice(b"]}");
        Some(out)
    }

    fn merge_object(self, root: Value<'_>, refused: &[Refused]) -> Vec<u8> {
        let source = root.document().source();
        let mut out = Vec::with_capacity(source.len() + refused.len() * 64);
        let copy = |out: &mut Vec<u8>, from: usize, to: usize| {
            out.extend_from_slice(source.get(from..to).unwrap_or_default().as_bytes());
        };
        let whole = root.range();
        let Some(list) = root.member(self.answers) else {
            // A new member, first.
            copy(&mut out, 0, whole.start + 1);
            write_string(&mut out, self.answers);
            out.extend_from_slice(b":[");
            self.write_items(&mut out, refused);
            out.push(b']');
            if root.members().next().is_some() {
                out.push(b',');
            }
            copy(&mut out, whole.start + 1, source.len());
            return out;
        };
        let range = list.range();
        if list.kind() == Kind::Array {
            copy(&mut out, 0, range.start + 1);
            self.write_items(&mut out, refused);
            if list.elements().next().is_some() {
                out.push(b',');
            }
            copy(&mut out, range.start + 1, source.len());
        } else {
            copy(&mut out, 0, range.start);
            out.push(b'[');
            self.write_items(&mut out, refused);
            out.push(b']');
            copy(&mut out, range.end, source.len());
        }
        out
    }

    fn write_items(self, out: &mut Vec<u8>, refused: &[Refused]) {
        for (index, item) in refused.iter().enumerate() {
            if index > 0 {
                out.push(b',');
            }
            match self.form {
                Form::Failure => {
                    out.extend_from_slice(b"{\"itemIdentifier\":");
                    write_string(out, &item.id);
                }
                Form::Firehose => {
                    out.extend_from_slice(b"{\"recordId\":");
                    write_string(out, &item.id);
                    out.extend_from_slice(b",\"result\":\"ProcessingFailed\",\"data\":");
                    write_string(out, &item.data);
                }
                Form::S3Batch => {
                    out.extend_from_slice(b"{\"taskId\":");
                    write_string(out, &item.id);
                    out.extend_from_slice(
                        b",\"resultCode\":\"PermanentFailure\",\"resultString\":\"Forbidden\"",
                    );
                }
            }
            out.push(b'}');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Batch, Trigger};
    use crate::judgement::Refused;
    use json_tape::Tape;

    fn merged(trigger: Trigger, answer: &str) -> Option<String> {
        let refused = [Refused { id: "m-1".to_owned(), data: "YQ==".to_owned() }];
        let out =
            Batch::of(trigger).unwrap().merge(&mut Tape::new(), answer.as_bytes(), &refused)?;
        Some(String::from_utf8(out).unwrap())
    }

    #[test]
    fn what_was_refused_is_added_to_what_the_handler_reports() {
        let queue = Trigger::Sqs { fifo: false };
        let alone = "{\"batchItemFailures\":[{\"itemIdentifier\":\"m-1\"}]}";
        for nothing in
            ["null", "", "\"\"", "not json", "{\"batchItemFailures\": null}", "{}", "[1]"]
        {
            let merged = merged(queue, nothing).unwrap();
            assert_eq!(merged.replace(' ', ""), alone, "{nothing}");
        }
        assert_eq!(
            merged(queue, r#"{ "a": 1, "batchItemFailures": [ {"itemIdentifier": "m-2"} ]}"#)
                .unwrap(),
            r#"{ "a": 1, "batchItemFailures": [{"itemIdentifier":"m-1"}, {"itemIdentifier": "m-2"} ]}"#
        );
        assert_eq!(
            merged(queue, r#"{"ok": true}"#).unwrap(),
            r#"{"batchItemFailures":[{"itemIdentifier":"m-1"}],"ok": true}"#
        );
    }

    #[test]
    fn a_record_of_firehose_goes_back_with_its_data() {
        assert_eq!(
            merged(Trigger::Firehose, r#"{"records":[]}"#).unwrap(),
            r#"{"records":[{"recordId":"m-1","result":"ProcessingFailed","data":"YQ=="}]}"#
        );
        assert_eq!(merged(Trigger::Firehose, "\"done\""), None);
    }
}
