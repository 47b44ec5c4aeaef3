//! Batches of which single records are refused: which triggers have them, what a record is called,
//! how the answer tells that it was not processed.

use json_tape::{Kind, Limits, Tape, Value, keep_elements, write_string};

use crate::answer::REFUSED;
use crate::judgement::{Reason, Refused};
use crate::trigger::Trigger;

/// How a trigger's batches are cut and answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Batch {
    /// The member of the event that has the records; `None` where the event is their list.
    pub(crate) name: Option<&'static str>,
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
    /// `{"data": null, "errorMessage": …, "errorType": …}`, at the place that the record had.
    ///
    /// Source: AWS AppSync Developer Guide, "Direct Lambda Resolvers: Batching enabled".
    Resolver,
}

impl Batch {
    /// How batches of `trigger` are cut; `None` where only the whole event can be refused.
    pub(crate) fn of(trigger: Trigger) -> Option<Self> {
        let failures = |id| Self {
            name: Some("Records"),
            id,
            answers: "batchItemFailures",
            form: Form::Failure,
        };
        match trigger {
            Trigger::Sqs { .. } => Some(failures(&["messageId"])),
            Trigger::Kinesis => Some(failures(&["kinesis", "sequenceNumber"])),
            Trigger::DynamoDb => Some(failures(&["dynamodb", "SequenceNumber"])),
            Trigger::Firehose => Some(Self {
                name: Some("records"),
                id: &["recordId"],
                answers: "records",
                form: Form::Firehose,
            }),
            Trigger::S3Batch => Some(Self {
                name: Some("tasks"),
                id: &["taskId"],
                answers: "results",
                form: Form::S3Batch,
            }),
            Trigger::AppSyncBatch => {
                Some(Self { name: None, id: &[], answers: "", form: Form::Resolver })
            }
            _ => None,
        }
    }

    /// The list of records in an event.
    pub(crate) fn records(self, event: Value<'_>) -> Option<Value<'_>> {
        self.name.map_or(Some(event), |name| event.member(name))
    }

    /// What the answer needs of the record at `index`; `None` when it has no id.
    pub(crate) fn refused(self, index: u32, record: Value<'_>, why: Reason) -> Option<Refused> {
        let text = |value: Value<'_>| Some(value.text()?.to_cow().into_owned());
        let (id, data) = match self.form {
            Form::Failure | Form::S3Batch => (text(record.descendant(self.id)?)?, String::new()),
            Form::Firehose => (text(record.descendant(self.id)?)?, text(record.member("data")?)?),
            Form::Resolver => (String::new(), why.status().1.to_owned()),
        };
        Some(Refused { index, id, data })
    }

    /// The event without the records for which `keep` is false.
    pub(crate) fn reduce(self, event: Value<'_>, keep: impl FnMut(usize) -> bool) -> Vec<u8> {
        let source = event.document().source();
        let mut out = Vec::with_capacity(source.len());
        if let Some(records) = self.records(event) {
            let range = records.range();
            out.extend_from_slice(source.get(..range.start).unwrap_or_default().as_bytes());
            keep_elements(records, &mut out, keep);
            out.extend_from_slice(source.get(range.end..).unwrap_or_default().as_bytes());
        }
        out
    }

    /// The answer when the handler saw no record. `event` is the one that was refused.
    pub(crate) fn answer(self, event: Value<'_>, refused: &[Refused]) -> Vec<u8> {
        let mut out = Vec::new();
        if self.form == Form::Resolver {
            self.weave(&mut out, &[], refused);
            return out;
        }
        out.push(b'{');
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
            if self.form == Form::Resolver {
                let answers: Vec<Value<'_>> = root.elements().collect();
                let mut out = Vec::with_capacity(answer.len() + refused.len() * 96);
                self.weave(&mut out, &answers, refused);
                return (root.kind() == Kind::Array).then_some(out);
            }
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

    /// The answers of the handler, and at the place of each record that it did not see an error. A
    /// handler that answered too much or too little does so afterwards, too: the platform is to
    /// notice it.
    ///
    /// A resolver with a response template of its own may want another form than that of the
    /// direct ones; what the handler itself answers shows it. Then `null` is all that fits.
    fn weave(self, out: &mut Vec<u8>, answers: &[Value<'_>], refused: &[Refused]) {
        let is_direct = |answer: &Value<'_>| {
            answer.kind() == Kind::Null
                || ["data", "errorMessage"].iter().any(|name| answer.member(name).is_some())
        };
        let is_direct = answers.iter().all(is_direct);
        let (mut answers, mut refused) = (answers.iter(), refused.iter().peekable());
        out.push(b'[');
        for index in 0u32.. {
            let ours = refused.next_if(|item| item.index <= index || answers.len() == 0);
            let theirs = if ours.is_none() { answers.next() } else { None };
            if ours.is_none() && theirs.is_none() {
                break;
            }
            if index > 0 {
                out.push(b',');
            }
            match (ours, theirs) {
                (Some(item), _) if is_direct => self.write_item(out, item),
                (_, theirs) => {
                    let raw = theirs.map_or("null", |it| it.raw());
                    out.extend_from_slice(raw.as_bytes());
                }
            }
        }
        out.push(b']');
    }

    fn write_items(self, out: &mut Vec<u8>, refused: &[Refused]) {
        for (index, item) in refused.iter().enumerate() {
            if index > 0 {
                out.push(b',');
            }
            self.write_item(out, item);
        }
    }

    fn write_item(self, out: &mut Vec<u8>, item: &Refused) {
        let start: &[u8] = if self.form == Form::Resolver { b"{\"data\":null," } else { b"{" };
        let members: &[(&str, &str)] = match self.form {
            Form::Failure => &[("itemIdentifier", &item.id)],
            Form::Firehose => {
                &[("recordId", &item.id), ("result", "ProcessingFailed"), ("data", &item.data)]
            }
            Form::S3Batch => &[
                ("taskId", &item.id),
                ("resultCode", "PermanentFailure"),
                ("resultString", "Forbidden"),
            ],
            Form::Resolver => &[("errorMessage", &item.data), ("errorType", REFUSED)],
        };
        out.extend_from_slice(start);
        for (index, (name, value)) in members.iter().enumerate() {
            if index > 0 {
                out.push(b',');
            }
            write_string(out, name);
            out.push(b':');
            write_string(out, value);
        }
        out.push(b'}');
    }
}

#[cfg(test)]
mod tests {
    use super::{Batch, Trigger};
    use crate::judgement::Refused;
    use json_tape::Tape;

    fn merged(trigger: Trigger, answer: &str) -> Option<String> {
        let refused = [Refused { index: 1, id: "m-1".to_owned(), data: "YQ==".to_owned() }];
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

    #[test]
    fn answers_of_resolvers_stand_where_their_invocations_stood() {
        let ours = |index| Refused { index, id: String::new(), data: "Forbidden".to_owned() };
        let check = |answer: &str, refused: &[u32], expected: Option<&str>| {
            let refused: Vec<Refused> = refused.iter().map(|index| ours(*index)).collect();
            let batch = Batch::of(Trigger::AppSyncBatch).unwrap();
            let out = batch.merge(&mut Tape::new(), answer.as_bytes(), &refused);
            let error =
                r#"{"data":null,"errorMessage":"Forbidden","errorType":"Faasguard.Refused"}"#;
            let out = out.map(|out| String::from_utf8(out).unwrap().replace(error, "#"));
            assert_eq!(out.as_deref(), expected, "{answer}");
        };
        check(r#"[{"data":1}, {"data":[]}]"#, &[0, 2], Some(r#"[#,{"data":1},#,{"data":[]}]"#));
        check(
            r#"[{"data":1},{"errorMessage":"x"}]"#,
            &[2, 3],
            Some(r#"[{"data":1},{"errorMessage":"x"},#,#]"#),
        );
        // A resolver with a template of its own.
        check(r#"[{"id":1},{"id":2}]"#, &[1], Some(r#"[{"id":1},null,{"id":2}]"#));
        check("[[], \"a\"]", &[0], Some("[null,[],\"a\"]"));
        // A handler that lost count does not get away with it.
        check(r#"[{"data":1}]"#, &[4], Some(r#"[{"data":1},#]"#));
        check("[]", &[1], Some("[#]"));
        check("null", &[1], None);
        check("no list", &[1], None);
    }
}
