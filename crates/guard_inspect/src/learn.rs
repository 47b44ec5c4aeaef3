//! What is learned from events that pass: the body of a route, what records carry, or the event.

use guard_learn::{Learner, Subject, Summary, route};
use json_tape::{Kind, Tape, Value};

use crate::encoded;
use crate::inspector::{Inspector, Scratch};
use crate::trigger::Trigger;
use crate::validate::Asked;

impl Inspector {
    /// Learns from an event, or what is left of it, that the handler has seen. Nothing is learned
    /// from what is no JSON.
    pub fn learn(&self, scratch: &mut Scratch, body: &[u8], learner: &mut Learner) {
        let mut tape = scratch.take_tape();
        if let Ok(document) = tape.read(body, &self.limits) {
            let event = document.root();
            let mut inside = scratch.take_tape();
            let mut learning = Learning { inspector: self, scratch, tape: &mut inside, learner };
            learning.event(Trigger::recognise(event), event);
            scratch.give_tape(inside);
        }
        scratch.give_tape(tape);
    }
}

struct Learning<'a> {
    inspector: &'a Inspector,
    scratch: &'a mut Scratch,
    tape: &'a mut Tape,
    learner: &'a mut Learner,
}

impl Learning<'_> {
    /// The places are those that [`crate::validate`] checks.
    fn event(&mut self, trigger: Trigger, event: Value<'_>) {
        let records = |name: &str| event.member(name).into_iter().flat_map(Value::elements);
        match trigger {
            Trigger::WebSocket => {}
            _ if trigger.is_http() => self.body(event),
            Trigger::Sqs { .. } => {
                records("Records").for_each(|it| self.text(it.member("body"), false));
            }
            Trigger::Sns => records("Records")
                .for_each(|it| self.text(it.descendant(&["Sns", "Message"]), false)),
            Trigger::Kinesis => records("Records")
                .for_each(|it| self.text(it.descendant(&["kinesis", "data"]), true)),
            Trigger::Firehose => {
                records("records").for_each(|it| self.text(it.member("data"), true));
            }
            Trigger::ActiveMq => {
                records("messages").for_each(|it| self.text(it.member("data"), true));
            }
            Trigger::DynamoDb => {
                records("Records").for_each(|it| self.value(it.member("dynamodb")));
            }
            Trigger::EventBridge => self.value(event.member("detail")),
            Trigger::Kafka => self.lists(event, "records", "value"),
            Trigger::RabbitMq => self.lists(event, "rmqMessagesByQueue", "data"),
            _ => self.learner.learn(Subject::Event(String::new()), Summary::of(event)),
        }
    }

    fn body(&mut self, event: Value<'_>) {
        let asked = Asked::of(event);
        // A resource that takes every path says nothing about what was asked for.
        let resource = asked.resource.filter(|it| !it.contains("+}"));
        let key =
            asked.key.and_then(|key| key.split_once(' ')).filter(|(_, it)| !it.contains("+}"));
        let found = match (key, resource.or(asked.path)) {
            (Some((method, path)), _) => route(method, path),
            (None, Some(path)) => route(asked.method, path),
            (None, None) => None,
        };
        let Some(found) = found else { return };
        let is_base64 = event.member("isBase64Encoded").and_then(Value::boolean).unwrap_or(false);
        let body = event.member("body").filter(|body| body.kind() != Kind::Null);
        let summary = match body {
            Some(body) => self.of_text(body, is_base64),
            None => self.of_bytes(b"null"),
        };
        self.learner.learn(Subject::Route(found), summary);
    }

    fn lists(&mut self, event: Value<'_>, lists: &str, member: &str) {
        for list in event.member(lists).into_iter().flat_map(Value::members) {
            for message in list.value.elements() {
                self.text(message.member(member).filter(|it| it.kind() != Kind::Null), true);
            }
        }
    }

    fn value(&mut self, value: Option<Value<'_>>) {
        if let Some(value) = value {
            self.learner.learn(Subject::Record(String::new()), Summary::of(value));
        }
    }

    fn text(&mut self, value: Option<Value<'_>>, is_base64: bool) {
        if let Some(value) = value {
            let summary = self.of_text(value, is_base64);
            self.learner.learn(Subject::Record(String::new()), summary);
        }
    }

    fn of_text(&mut self, value: Value<'_>, is_base64: bool) -> Summary {
        let Some(text) = value.text() else { return Summary::of(value) };
        let mut buffer = self.scratch.take_text();
        let mut bytes = self.scratch.take_bytes();
        let text = text.decode(&mut buffer);
        let summary = if !is_base64 {
            self.of_bytes(text.as_bytes())
        } else if encoded::base64(text, &mut bytes) {
            self.of_bytes(&bytes)
        } else {
            Summary::of_other()
        };
        self.scratch.give_bytes(bytes);
        self.scratch.give_text(buffer);
        summary
    }

    fn of_bytes(&mut self, bytes: &[u8]) -> Summary {
        match self.tape.read(bytes, &self.inspector.limits) {
            Ok(document) => Summary::of(document.root()),
            Err(_) => Summary::of_other(),
        }
    }
}
