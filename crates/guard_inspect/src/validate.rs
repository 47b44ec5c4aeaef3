//! What events must look like: the schemas of the settings, and where they apply.

use guard_schema::{CompileError, Schema};
use guard_settings::Validate;
use json_tape::{Kind, Limits, Value};

use crate::encoded;
use crate::inspector::{InspectorError, Scratch};
use crate::judgement::{Hit, Reason};
use crate::trigger::Trigger;

/// The schemas of the settings, compiled.
#[derive(Debug, Default)]
pub(crate) struct Schemas {
    event: Option<Schema>,
    record: Option<Schema>,
    routes: Vec<(Route, Schema)>,
    limits: Limits,
}

impl Schemas {
    pub(crate) fn new(settings: &Validate, limits: Limits) -> Result<Self, InspectorError> {
        let fault = |setting: &str| {
            let setting = setting.to_owned();
            move |error: CompileError| InspectorError::Schema { setting, error }
        };
        let one = |schema: &Option<serde_json::Value>, setting: &str| {
            let schema = schema.as_ref().map(Schema::compile);
            schema.transpose().map_err(fault(setting))
        };
        let routes = settings.routes.iter().map(|route| {
            let setting = format!("validate.routes: {}", route.route);
            let schema = Schema::compile(&route.body).map_err(fault(&setting))?;
            Ok((Route::new(&route.route), schema))
        });
        Ok(Self {
            event: one(&settings.event, "validate.event")?,
            record: one(&settings.record, "validate.record")?,
            routes: routes.collect::<Result<_, _>>()?,
            limits,
        })
    }

    /// What is wrong with an event as a whole: by its own schema, that of its route, or that of
    /// what it carries where its records cannot be refused one by one.
    pub(crate) fn event(
        &self,
        scratch: &mut Scratch,
        trigger: Trigger,
        event: Value<'_>,
    ) -> Option<Hit> {
        if let Some(schema) = &self.event
            && let Err(violation) = schema.validate(event)
        {
            return Some(hit("", &violation));
        }
        if !self.routes.is_empty()
            && trigger.is_http()
            && let Some(found) = self.event_body(scratch, event)
        {
            return Some(found);
        }
        let schema = self.record.as_ref()?;
        match trigger {
            Trigger::EventBridge => {
                let detail = event.member("detail")?;
                schema.validate(detail).err().map(|violation| hit("detail", &violation))
            }
            Trigger::Sns => (0..).zip(event.member("Records")?.elements()).find_map(
                |(index, record): (u32, _)| {
                    let message = record.descendant(&["Sns", "Message"])?;
                    let place = format!("Records[{index}].Sns.Message");
                    self.text(scratch, schema, message, false, &place)
                },
            ),
            Trigger::Kafka => self.lists(scratch, schema, event, "records", "value"),
            Trigger::RabbitMq => self.lists(scratch, schema, event, "rmqMessagesByQueue", "data"),
            Trigger::ActiveMq => (0..).zip(event.member("messages")?.elements()).find_map(
                |(index, message): (u32, _)| {
                    let place = format!("messages[{index}].data");
                    self.text(scratch, schema, message.member("data")?, true, &place)
                },
            ),
            _ => None,
        }
    }

    /// What is wrong with one record of a batch.
    pub(crate) fn record(
        &self,
        scratch: &mut Scratch,
        trigger: Trigger,
        record: Value<'_>,
        place: &dyn std::fmt::Display,
    ) -> Option<Hit> {
        let schema = self.record.as_ref()?;
        let (way, is_base64): (&[&str], bool) = match trigger {
            Trigger::Sqs { .. } => (&["body"], false),
            Trigger::Kinesis => (&["kinesis", "data"], true),
            Trigger::Firehose => (&["data"], true),
            Trigger::DynamoDb => {
                let change = record.member("dynamodb")?;
                let place = format!("{place}.dynamodb");
                return schema.validate(change).err().map(|violation| hit(&place, &violation));
            }
            _ => return None,
        };
        let place = format!("{place}.{}", way.join("."));
        let Some(value) = record.descendant(way) else { return Some(missing(&place)) };
        self.text(scratch, schema, value, is_base64, &place)
    }

    /// What is wrong with the body of a request of plain HTTP.
    pub(crate) fn request(
        &self,
        scratch: &mut Scratch,
        method: &str,
        path: &str,
        body: &[u8],
    ) -> Option<Hit> {
        let (_, schema) = self.routes.iter().find(|(route, _)| route.fits(method, path))?;
        self.bytes(scratch, schema, body, "body")
    }

    fn event_body(&self, scratch: &mut Scratch, event: Value<'_>) -> Option<Hit> {
        let Asked { method, path, key, resource } = Asked::of(event);
        let (_, schema) = self.routes.iter().find(|(route, _)| {
            key == Some(route.text.as_str())
                || resource.is_some_and(|it| route.is(method, it))
                || path.is_some_and(|path| route.fits(method, path))
        })?;
        let is_base64 = event.member("isBase64Encoded").and_then(Value::boolean).unwrap_or(false);
        match event.member("body").filter(|body| body.kind() != Kind::Null) {
            Some(body) => self.text(scratch, schema, body, is_base64, "body"),
            None => self.bytes(scratch, schema, b"null", "body"),
        }
    }

    /// Lists of messages by the name of where they come from.
    fn lists(
        &self,
        scratch: &mut Scratch,
        schema: &Schema,
        event: Value<'_>,
        lists: &str,
        member: &str,
    ) -> Option<Hit> {
        event.member(lists)?.members().find_map(|list| {
            (0..).zip(list.value.elements()).find_map(|(index, message): (u32, _)| {
                let value = message.member(member).filter(|it| it.kind() != Kind::Null)?;
                let place = format!("{lists}[{index}].{member}");
                self.text(scratch, schema, value, true, &place)
            })
        })
    }

    /// JSON in a text.
    fn text(
        &self,
        scratch: &mut Scratch,
        schema: &Schema,
        value: Value<'_>,
        is_base64: bool,
        place: &str,
    ) -> Option<Hit> {
        let Some(text) = value.text() else {
            // Some services put the value itself where others put its text.
            return schema.validate(value).err().map(|violation| hit(place, &violation));
        };
        let mut buffer = scratch.take_text();
        let mut bytes = scratch.take_bytes();
        let text = text.decode(&mut buffer);
        let found = if is_base64 {
            if encoded::base64(text, &mut bytes) {
                self.bytes(scratch, schema, &bytes, place)
            } else {
                Some(no_json(place))
            }
        } else {
            self.bytes(scratch, schema, text.as_bytes(), place)
        };
        scratch.give_bytes(bytes);
        scratch.give_text(buffer);
        found
    }

    fn bytes(
        &self,
        scratch: &mut Scratch,
        schema: &Schema,
        bytes: &[u8],
        place: &str,
    ) -> Option<Hit> {
        let mut tape = scratch.take_tape();
        let found = match tape.read(bytes, &self.limits) {
            Ok(document) => {
                schema.validate(document.root()).err().map(|violation| hit(place, &violation))
            }
            Err(_) => Some(no_json(place)),
        };
        scratch.give_tape(tape);
        found
    }
}

/// What a request says about its route.
pub(crate) struct Asked<'a> {
    pub(crate) method: &'a str,
    pub(crate) path: Option<&'a str>,
    /// `POST /orders/{id}`, as an HTTP API calls it.
    pub(crate) key: Option<&'a str>,
    /// `/orders/{id}`, as a REST API calls it.
    pub(crate) resource: Option<&'a str>,
}

impl<'a> Asked<'a> {
    pub(crate) fn of(event: Value<'a>) -> Self {
        let plain = |way: &[&str]| event.descendant(way).and_then(Value::plain);
        let method = plain(&["httpMethod"])
            .or_else(|| plain(&["requestContext", "http", "method"]))
            .or_else(|| plain(&["requestContext", "httpMethod"]))
            .or_else(|| plain(&["method"]))
            .unwrap_or_default();
        Self {
            method,
            path: ["path", "rawPath", "raw_path"].iter().find_map(|name| plain(&[name])),
            key: plain(&["routeKey"]).or_else(|| plain(&["requestContext", "routeKey"])),
            resource: plain(&["resource"]),
        }
    }
}

fn hit(place: &str, violation: &guard_schema::Violation) -> Hit {
    let mut field = place.to_owned();
    for step in violation.pointer.split('/').skip(1) {
        if !step.is_empty() && step.bytes().all(|byte| byte.is_ascii_digit()) {
            field.push('[');
            field.push_str(step);
            field.push(']');
        } else {
            if !field.is_empty() {
                field.push('.');
            }
            field.push_str(&step.replace("~1", "/").replace("~0", "~"));
        }
    }
    Hit { detail: format!("not as its schema says: {}", violation.message), ..schema_hit(field) }
}

fn no_json(place: &str) -> Hit {
    let detail = "not as its schema says: no JSON".to_owned();
    Hit { detail, ..schema_hit(place.to_owned()) }
}

fn missing(place: &str) -> Hit {
    Hit {
        detail: "not as its schema says: is not there".to_owned(),
        ..schema_hit(place.to_owned())
    }
}

fn schema_hit(field: String) -> Hit {
    Hit::new(Reason::Schema, field)
}

/// `POST /orders/{id}`, `ANY /files/{name+}`.
#[derive(Debug)]
struct Route {
    text: String,
    /// `None` for every method.
    method: Option<String>,
    path: String,
}

impl Route {
    fn new(text: &str) -> Self {
        let (method, path) = text.trim().split_once(' ').unwrap_or(("ANY", text));
        let method = method.trim();
        let is_any = method.eq_ignore_ascii_case("any") || method == "*";
        Self {
            text: text.to_owned(),
            method: (!is_any).then(|| method.to_owned()),
            path: path.trim().to_owned(),
        }
    }

    fn allows(&self, method: &str) -> bool {
        self.method.as_ref().is_none_or(|own| own.eq_ignore_ascii_case(method))
    }

    /// Whether it is written so in the API: `/orders/{id}`.
    fn is(&self, method: &str, resource: &str) -> bool {
        self.allows(method) && self.path == resource
    }

    /// Whether a path is one of its paths.
    fn fits(&self, method: &str, path: &str) -> bool {
        if !self.allows(method) {
            return false;
        }
        let path = path.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/');
        let mut segments = path.split('/');
        let mut own = self.path.trim_end_matches('/').split('/');
        loop {
            match (own.next(), segments.next()) {
                (None, None) => return true,
                (Some(own), Some(segment)) if own.starts_with('{') && own.ends_with('}') => {
                    if own.ends_with("+}") {
                        return true;
                    }
                    if segment.is_empty() {
                        return false;
                    }
                }
                (Some(own), Some(segment)) if own == segment => {}
                _ => return false,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Route;

    #[test]
    fn a_route_fits_the_paths_that_it_describes() {
        for (route, method, path, expect) in [
            ("POST /orders/{id}", "POST", "/orders/5", true),
            ("POST /orders/{id}", "post", "/orders/5/?a=/b", true),
            ("POST /orders/{id}", "GET", "/orders/5", false),
            ("POST /orders/{id}", "POST", "/orders", false),
            ("POST /orders/{id}", "POST", "/orders/5/items", false),
            ("ANY /files/{name+}", "PUT", "/files/a/b", true),
            ("ANY /", "GET", "/", true),
            ("/orders", "GET", "/orders", true),
        ] {
            assert_eq!(Route::new(route).fits(method, path), expect, "{route} {method} {path}");
        }
    }
}
