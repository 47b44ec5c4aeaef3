//! Lines of the function: text of each runtime, JSON of each library, metrics, events of the guard.

use std::borrow::Cow;

use json_tape::{Kind, Value};

use crate::{
    error_kind::{self, name_of},
    members::{moment, number, text},
    parse::Parsed,
    record::{ErrorFact, GuardEvent, Level, Line, Metric, Record},
    time::leading,
};

/// Members of these names, the first that is there.
const TIMES: [&str; 6] = ["timestamp", "time", "@timestamp", "ts", "asctime", "date"];
const LEVELS: [&str; 7] =
    ["level", "severity", "levelname", "logLevel", "log_level", "log.level", "@l"];
const MESSAGES: [&str; 6] = ["message", "msg", "@message", "@m", "event", "text"];
const REQUEST_IDS: [&str; 6] = [
    "requestId",
    "AWSRequestId",
    "function_request_id",
    "awsRequestId",
    "aws_request_id",
    "request_id",
];
const FUNCTIONS: [&str; 3] = ["function_name", "functionName", "FunctionName"];
const KINDS: [&str; 5] = ["errorType", "exception_name", "exceptionType", "error_type", "exc_type"];
const REASONS: [&str; 4] = ["errorMessage", "error_message", "exception_message", "exc_value"];
const STACKS: [&str; 7] =
    ["stackTrace", "stack", "stack_trace", "exception", "exc_info", "stacktrace", "trace"];
/// Objects that describe an error within a line.
const ERRORS: [&str; 6] = ["error", "err", "exception", "thrown", "message", "cause"];

/// Metrics of one line, and values of each; the format has 100 of both.
const MOST: usize = 100;

/// A line as JSON.
pub(crate) fn json_line<'a>(object: Value<'a>, whole: &'a str) -> Parsed<'a> {
    let function = text(object, &FUNCTIONS);
    let time = TIMES.iter().find_map(|name| object.member(name)).and_then(moment);
    let request_id = text(object, &REQUEST_IDS);
    if object.member("faasguard").is_some() {
        return Parsed { time, ..guard_event(object) };
    }
    if let Some(directive) = object.descendant(&["_aws", "CloudWatchMetrics"]) {
        let time = object.descendant(&["_aws", "Timestamp"]).and_then(moment).or(time);
        return Parsed { time, function, record: Record::Metrics(metrics(object, directive)) };
    }
    let level = LEVELS.iter().find_map(|name| object.member(name)).and_then(level);
    let message = text(object, &MESSAGES);
    let mut error = json_error(object, level);
    if let (Some(error), Some(message)) = (&mut error, &message)
        && error.message.is_empty()
    {
        error.message.clone_from(message);
    }
    // A text in a JSON line may be that of a runtime: a timeout, a name of an exception.
    if error.is_none()
        && let Some(message) = &message
    {
        error = error_kind::of_text(message, level).map(owned);
    }
    let message = message.unwrap_or(Cow::Borrowed(whole));
    Parsed { time, function, record: Record::Line(Line { level, message, request_id, error }) }
}

/// A level as a word, or as a number of pino and bunyan (50 is an error).
fn level(value: Value<'_>) -> Option<Level> {
    if value.kind() == Kind::Number {
        return match number(value)? {
            rank if rank >= 60.0 => Some(Level::Fatal),
            rank if rank >= 50.0 => Some(Level::Error),
            rank if rank >= 40.0 => Some(Level::Warn),
            rank if rank >= 30.0 => Some(Level::Info),
            rank if rank >= 20.0 => Some(Level::Debug),
            rank if rank >= 10.0 => Some(Level::Trace),
            _ => None,
        };
    }
    Level::of(&value.text()?.to_cow())
}

/// The error that an object describes: in members of its own, or in one of them.
fn json_error(object: Value<'_>, level: Option<Level>) -> Option<ErrorFact<'_>> {
    let has_stack = |object: Value<'_>| STACKS.iter().any(|name| object.member(name).is_some());
    if let Some(kind) = text(object, &KINDS) {
        let has_stack = has_stack(object);
        // Of what nobody caught, the runtime of Python says the level by this name, that of Node.js by a
        // message of its own. What a function logs itself has the other members, too.
        let is_unhandled = object.member("errorType").is_some()
            && (object.member("log_level").is_some()
                || text(object, &["message"]).is_some_and(|it| error_kind::is_uncaught(&it)));
        let message = text(object, &REASONS).unwrap_or_default();
        return Some(ErrorFact { kind: Some(kind), message, is_unhandled, has_stack });
    }
    for name in ERRORS {
        let Some(inner) = object.member(name) else { continue };
        match inner.kind() {
            Kind::Object => {
                let names = ["errorType", "name", "type", "class", "kind", "exception_name"];
                let Some(kind) = text(inner, &names) else { continue };
                let message = text(inner, &["errorMessage", "message", "msg"]).unwrap_or_default();
                let has_stack = has_stack(inner);
                return Some(ErrorFact {
                    kind: Some(kind),
                    message,
                    is_unhandled: false,
                    has_stack,
                });
            }
            // .NET and Java write the whole exception as one text.
            Kind::String if name != "message" => {
                let text = inner.text()?.to_cow();
                let Some(kind) = name_of(&text) else { continue };
                let kind = Some(Cow::Owned(kind.to_owned()));
                let has_stack = text.contains('\n');
                let message = first_line(text);
                return Some(ErrorFact { kind, message, is_unhandled: false, has_stack });
            }
            _ => {}
        }
    }
    (level >= Some(Level::Error) && !MESSAGES.iter().any(|name| object.member(name).is_some()))
        .then(ErrorFact::default)
}

fn first_line(text: Cow<'_, str>) -> Cow<'_, str> {
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(text.lines().next().unwrap_or_default()),
        Cow::Owned(text) => Cow::Owned(text.lines().next().unwrap_or_default().to_owned()),
    }
}

fn owned<'a>(error: ErrorFact<'_>) -> ErrorFact<'a> {
    ErrorFact {
        kind: error.kind.map(|it| Cow::Owned(it.into_owned())),
        message: Cow::Owned(error.message.into_owned()),
        ..error
    }
}

fn guard_event(object: Value<'_>) -> Parsed<'_> {
    let is_event = object.member("faasguard").and_then(Value::plain) == Some("event");
    if !is_event {
        return Parsed::of(Record::Platform { kind: "faasguard".into() });
    }
    let event = GuardEvent {
        kind: text(object, &["kind"]).unwrap_or_default(),
        class: text(object, &["class"]),
        request_id: text(object, &["request_id"]),
        detail: text(object, &["detail"]).unwrap_or_default(),
        field: text(object, &["field"]),
        target: text(object, &["target"]),
        mode: text(object, &["mode"]),
    };
    Parsed { time: None, function: text(object, &["function"]), record: Record::Guard(event) }
}

/// Metrics of the embedded format: names in the directive, values beside it.
fn metrics(object: Value<'_>, directive: Value<'_>) -> Vec<Metric> {
    let names = directive.elements().filter_map(|set| set.member("Metrics"));
    let names = names.flat_map(Value::elements).filter_map(|it| text(it, &["Name"]));
    let mut metrics: Vec<Metric> = Vec::new();
    for name in names.take(MOST) {
        if metrics.iter().any(|known| *known.name == *name) {
            continue;
        }
        let Some(value) = object.member(&name) else { continue };
        let values: Vec<f64> = match value.kind() {
            Kind::Array => value.elements().filter_map(number).take(MOST).collect(),
            _ => number(value).into_iter().collect(),
        };
        metrics.push(Metric { name: name.into_owned(), values });
    }
    metrics
}

/// A line of text, of any runtime.
pub(crate) fn text_line(message: &str) -> Parsed<'_> {
    let head = head(message);
    let error = error_kind::of_text(head.message, head.level).or_else(|| {
        let is_failure = head.level >= Some(Level::Error);
        is_failure.then(|| ErrorFact {
            message: head.message.lines().next().unwrap_or_default().into(),
            ..ErrorFact::default()
        })
    });
    let line = Line {
        level: head.level,
        message: head.message.into(),
        request_id: head.request_id.map(Cow::Borrowed),
        error,
    };
    Parsed { time: head.time, function: None, record: Record::Line(line) }
}

/// What stands in front of a message.
#[derive(Default)]
struct Head<'a> {
    time: Option<i64>,
    level: Option<Level>,
    request_id: Option<&'a str>,
    message: &'a str,
}

/// Takes time, level and id of the invocation away, in any order, between tabs, blanks, brackets and bars.
fn head(message: &str) -> Head<'_> {
    let mut head = Head { message, ..Head::default() };
    let mut rest = message;
    for _ in 0..8 {
        let text = rest.trim_start_matches([' ', '\t', '|', ',', '-']);
        if let Some((time, length)) = leading(text).filter(|_| head.time.is_none()) {
            head.time = Some(time);
            rest = text.get(length..).unwrap_or_default();
            continue;
        }
        if let Some(behind) = text.strip_prefix("RequestId: ")
            && head.request_id.is_none()
        {
            let end = behind.find([' ', '\t', '\n']).unwrap_or(behind.len());
            head.request_id = behind.get(..end);
            rest = behind.get(end..).unwrap_or_default();
            continue;
        }
        let end = text.find([' ', '\t', '\n']).unwrap_or(text.len());
        let word = text.get(..end).unwrap_or_default();
        let bare = word.trim_matches(|it| matches!(it, '[' | ']' | ':' | '(' | ')' | '<' | '>'));
        // `Error: it failed` begins with the name of an exception.
        let is_word = is_upper(bare) || is_lower(bare);
        let is_marked =
            word.starts_with(['[', '<', '(']) || word.ends_with(':') && is_word || is_upper(bare);
        let is_between_tabs = text.as_bytes().get(end) == Some(&b'\t');
        if head.level.is_none()
            && (is_marked || is_between_tabs)
            && let Some(level) = Level::of(bare)
        {
            head.level = Some(level);
        } else if head.request_id.is_none() && is_request_id(bare) {
            head.request_id = Some(bare);
        } else {
            break;
        }
        rest = text.get(end..).unwrap_or_default();
    }
    let found = head.time.is_some() || head.level.is_some() || head.request_id.is_some();
    if found {
        head.message = rest.trim_start_matches([' ', '\t', '|', '-', ':']);
    }
    head
}

fn is_upper(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_uppercase())
}

fn is_lower(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_lowercase())
}

/// Whether a word is an id as the platform makes them.
fn is_request_id(word: &str) -> bool {
    word.len() == 36
        && word.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

#[cfg(test)]
mod tests {
    use json_tape::Tape;

    use crate::{
        parse::parse,
        record::{Level, Line, Record},
    };

    const ID: &str = "0a0b0c0d-0000-4000-8000-00000000abcd";

    fn line<T>(message: &str, look: impl FnOnce(&Line<'_>) -> T) -> T {
        let mut tape = Tape::new();
        let parsed = parse(message, &mut tape);
        let Record::Line(line) = &parsed.record else { panic!("{parsed:?}") };
        look(line)
    }

    #[test]
    fn lines_of_runtimes_have_levels_ids_and_errors() {
        let cases = [
            (format!("2026-01-31T10:00:00.123Z\t{ID}\tINFO\tstored"), Some(Level::Info), true, None),
            (
                format!(
                    "2026-01-31T10:00:00.123Z\t{ID}\tERROR\tInvoke Error \t{{\"errorType\":\"TypeError\",\
                     \"errorMessage\":\"no\",\"stack\":[\"TypeError: no\"]}}"
                ),
                Some(Level::Error),
                true,
                Some("TypeError"),
            ),
            (format!("[WARNING]\t2026-01-31T10:00:00.123Z\t{ID}\tslow"), Some(Level::Warn), true, None),
            (
                "[ERROR] KeyError: 'id'\nTraceback (most recent call last):\n  File \"a.py\", line 1".to_owned(),
                Some(Level::Error),
                false,
                Some("KeyError"),
            ),
            (
                format!("2026-01-31T10:00:03.003Z {ID} Task timed out after 3.00 seconds"),
                None,
                true,
                Some("Task timed out"),
            ),
            (
                format!("RequestId: {ID} Error: Runtime exited with error: signal: killed"),
                None,
                true,
                Some("signal: killed"),
            ),
            ("the error page was shown".to_owned(), None, false, None),
            ("java.lang.NullPointerException: x\n\tat a.B.c(B.java:1)".to_owned(), None, false,
             Some("java.lang.NullPointerException")),
        ];
        for (message, level, has_id, kind) in cases {
            line(&message, |line| {
                assert_eq!(line.level, level, "{message}");
                assert_eq!(line.request_id.as_deref() == Some(ID), has_id, "{message}");
                let found = line.error.as_ref().and_then(|it| it.kind.as_deref());
                assert_eq!(found, kind, "{message}");
            });
        }
    }

    #[test]
    fn lines_of_libraries_are_json() {
        let cases = [
            (
                r#"{"timestamp":"2026-01-31T10:00:00Z","level":"INFO","message":"stored","requestId":"r-1"}"#,
                None,
                false,
            ),
            (
                r#"{"level":"ERROR","message":"failed","exception_name":"ValueError","exception":"Traceback"}"#,
                Some("ValueError"),
                false,
            ),
            (
                r#"{"level":"ERROR","message":{"errorType":"TypeError","errorMessage":"no","stackTrace":[]}}"#,
                Some("TypeError"),
                false,
            ),
            (
                r#"{"log_level":"ERROR","errorType":"KeyError","errorMessage":"'id'","stackTrace":[" File"]}"#,
                Some("KeyError"),
                true,
            ),
            (
                r#"{"level":"ERROR","errorType":"KeyError","errorMessage":"'id'","stackTrace":[" File"]}"#,
                Some("KeyError"),
                false,
            ),
            (
                r#"{"level":"ERROR","message":"Invoke Error","errorType":"Error","errorMessage":"x"}"#,
                Some("Error"),
                true,
            ),
            (
                r#"{"level":50,"err":{"type":"RangeError","message":"far"},"msg":"failed"}"#,
                Some("RangeError"),
                false,
            ),
            (
                r#"{"level":"ERROR","message":"Task timed out after 3.00 seconds"}"#,
                Some("Task timed out"),
                true,
            ),
        ];
        for (message, kind, is_unhandled) in cases {
            line(message, |line| {
                let error = line.error.as_ref();
                assert_eq!(error.and_then(|it| it.kind.as_deref()), kind, "{message}");
                assert_eq!(error.is_some_and(|it| it.is_unhandled), is_unhandled, "{message}");
            });
        }
    }

    #[test]
    fn metrics_and_guard_events_are_records_of_their_own() {
        let mut tape = Tape::new();
        let emf = r#"{"_aws":{"Timestamp":1769853600123,"CloudWatchMetrics":[{"Namespace":"Shop",
            "Dimensions":[["function_name"]],"Metrics":[{"Name":"Orders","Unit":"Count"}]}]},
            "function_name":"orders","Orders":[1,2.5]}"#;
        let parsed = parse(emf, &mut tape);
        assert_eq!(
            (parsed.time, parsed.function.as_deref()),
            (Some(1_769_853_600_123), Some("orders"))
        );
        let Record::Metrics(metrics) = parsed.record else { panic!() };
        assert_eq!(metrics.first().map(|it| it.values.clone()), Some(vec![1.0, 2.5]));

        let event = r#"{"faasguard":"event","kind":"event-blocked","class":"sql","request_id":"r-1",
            "function":"orders","detail":"a statement","mode":"block"}"#;
        let parsed = parse(event, &mut tape);
        let Record::Guard(guard) = parsed.record else { panic!() };
        assert_eq!((guard.kind.as_ref(), guard.class.as_deref()), ("event-blocked", Some("sql")));
    }
}
