//! Tokens (JWT) that are taken apart by hand: the part behind the first dot, decoded and parsed.

use code_ir::{SmolStr, Span};

use super::{Engine, call::Args};
use crate::{
    heap::{List, Object},
    value::{Label, Note, Shape, Value},
};

/// What a trace says of the second part of a text that was split at its dots.
const PAYLOAD: &str = "split(\".\")[1]";

impl Engine<'_> {
    /// The parts of a text that is split at its dots; the second may be the payload of a token.
    pub(crate) fn token_parts(&mut self, part: Value, span: Span) -> Value {
        let note = Note::Through(SmolStr::new_static(PAYLOAD));
        let payload = Value::tainted(part.taint.step(self.module_id(), span, &note));
        let list = List { items: vec![part.clone(), payload, part.clone()], rest: Some(part) };
        Value::of(Shape::Object(self.heap.add(Object::List(list))))
    }

    /// JSON is parsed: when it is the payload of a token, nobody checked who signed it.
    pub(crate) fn note_token(&mut self, called: &str, args: &Args, span: Span) {
        if !matches!(called, "json.loads" | "JSON.parse" | "ujson.loads" | "orjson.loads") {
            return;
        }
        let Some(text) = args.at(0) else { return };
        if let Some(label) = text.taint.labels().iter().find(|label| is_payload(label)).cloned() {
            let detail = SmolStr::new_static("of the payload of a token");
            self.tell_remark_of("unverified-jwt", called, &detail, span, Some(&label));
        }
    }
}

/// Whether data is the second part of a text, decoded from base64.
fn is_payload(label: &Label) -> bool {
    let mut is_decoded = false;
    let mut at = label.trace.as_ref();
    while let Some(step) = at {
        if let Note::Through(name) = &step.note {
            if name == PAYLOAD {
                return is_decoded;
            }
            let name = name.to_ascii_lowercase();
            is_decoded |=
                ["base64", "b64decode", "atob", "buffer"].iter().any(|it| name.contains(it));
        }
        at = step.before.as_ref();
    }
    false
}
