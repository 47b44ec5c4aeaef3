//! Events that stand beside rules, and whether the rules match them.

use audit_event::Time;
use source_text::{
    Diagnostic, FileId, Kind, Limits, Node, Place, SmolStr, parse_json, parse_yaml, to_json_compact,
};

/// Bytes and nodes of one file of cases.
const LIMITS: Limits = Limits { bytes: 16 << 20, depth: 100, nodes: 1_000_000 };

/// Times that one event may be repeated.
const MOST_REPEATS: i64 = 10_000;

/// Bytes of all events of one file: bases, repetitions and aliases make many of few.
const MOST_BYTES: usize = 64 << 20;

/// Bytes that an event takes besides its text.
const EVENT_BYTES: usize = 64;

/// Cases of the rules of one file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cases {
    /// In their order.
    pub cases: Vec<Case>,
}

/// Events, and whether a rule matches them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    /// In words.
    pub name: SmolStr,
    /// Where it is written.
    pub place: Place,
    /// Whether the rule must match.
    pub expect: bool,
    /// Id, name or title of the rule, when the file has several.
    pub rule: Option<SmolStr>,
    /// Records of CloudTrail, in order.
    pub events: Vec<String>,
}

impl Cases {
    /// Reads cases: YAML with a list of them or with `base` and `cases`, or a case a line as JSON. Of
    /// a case that cannot be read a diagnostic tells; the others are read.
    #[must_use]
    pub fn parse(file: FileId, text: &str) -> (Self, Vec<Diagnostic>) {
        let mut told = Vec::new();
        let mut cases = Vec::new();
        let mut room = MOST_BYTES;
        let first = text.trim_start().lines().next().unwrap_or_default();
        let is_lines = first.starts_with('{') && parse_json(file, first, &LIMITS).is_ok();
        if is_lines {
            for (line, text) in (1..).zip(text.lines()).filter(|(_, text)| !text.trim().is_empty())
            {
                match parse_json(file, text, &LIMITS) {
                    Ok(parsed) => {
                        for mut node in parsed.documents {
                            node.place = Place { line, end_line: line, ..node.place };
                            push(&node, None, &mut cases, &mut told, &mut room);
                        }
                    }
                    Err(error) => {
                        let place = Place { line, end_line: line, ..error.place() };
                        told.push(Diagnostic::error(place, error.to_string()));
                    }
                }
            }
            return (Self { cases }, told);
        }
        let parsed = match parse_yaml(file, text, &LIMITS) {
            Ok(parsed) => parsed,
            Err(error) => return (Self::default(), vec![error.to_diagnostic()]),
        };
        told.extend(parsed.diagnostics);
        for document in &parsed.documents {
            let (base, list) = match document.as_map() {
                Some(map) => (map.get("base"), map.get("cases")),
                None => (None, Some(document)),
            };
            if let Some(list) = list.and_then(Node::as_list) {
                for node in list {
                    push(node, base, &mut cases, &mut told, &mut room);
                }
            } else {
                let text = "here stands a list of cases, or a mapping with `cases`";
                told.push(Diagnostic::error(document.place, text));
            }
        }
        (Self { cases }, told)
    }
}

fn push(
    node: &Node,
    base: Option<&Node>,
    cases: &mut Vec<Case>,
    told: &mut Vec<Diagnostic>,
    room: &mut usize,
) {
    match case(node, base, room) {
        Ok(case) => cases.push(case),
        Err(text) => told.push(Diagnostic::error(node.place, text)),
    }
}

fn case(node: &Node, base: Option<&Node>, room: &mut usize) -> Result<Case, &'static str> {
    let expect = node.get("expect").and_then(Node::as_bool);
    let expect = expect.ok_or("`expect` must be true or false")?;
    let whole = |event: &Node| match base {
        Some(base) => merged(base, event),
        None => event.clone(),
    };
    let mut events = Vec::new();
    match (node.get("event"), node.get("events").and_then(Node::as_list)) {
        (Some(event), None) => repeat(node, event, &whole, &mut events, room)?,
        (None, Some(list)) => {
            for event in list {
                repeat(event, event, &whole, &mut events, room)?;
            }
        }
        _ => return Err("a case has either `event` or the list `events`"),
    }
    Ok(Case {
        name: node.get("name").and_then(Node::scalar_text).unwrap_or_default(),
        place: node.place,
        expect,
        rule: node.get("rule").and_then(Node::scalar_text),
        events,
    })
}

const FULL: &str = "the events of the file have more than 64 MiB; repeat them less often";

/// The event as often as `repeat` of the case says, each `step_s` seconds after the one before.
fn repeat(
    case: &Node,
    event: &Node,
    whole: &dyn Fn(&Node) -> Node,
    events: &mut Vec<String>,
    room: &mut usize,
) -> Result<(), &'static str> {
    let number = |key: &str, otherwise: i64| match case.get(key) {
        None => Ok(otherwise),
        Some(node) => node.as_i64().ok_or("`repeat` and `step_s` must be whole numbers"),
    };
    let (count, step) = (number("repeat", 1)?, number("step_s", 1)?);
    if !(1..=MOST_REPEATS).contains(&count) {
        return Err("`repeat` must be a number from 1 to 10000");
    }
    if *room == 0 {
        return Err(FULL);
    }
    let event = whole(event);
    let time =
        event.get("eventTime").and_then(Node::as_str).and_then(|it| Time::parse(it.as_bytes()));
    for at in 0..count {
        let mut event = event.clone();
        if let (Some(time), Some(map)) = (time, event.as_map_mut()) {
            map.remove("repeat");
            map.remove("step_s");
            let moved = Time(time.0.saturating_add(at.saturating_mul(step)));
            if let Some(node) = map.get_mut("eventTime") {
                node.kind = Kind::Text(moved.to_string().into());
            }
        }
        let text = to_json_compact(&event);
        *room = room.saturating_sub(text.len() + EVENT_BYTES);
        if *room == 0 {
            return Err(FULL);
        }
        events.push(text);
    }
    Ok(())
}

/// One mapping laid over another one, deep.
fn merged(base: &Node, over: &Node) -> Node {
    let (Some(below), Some(above)) = (base.as_map(), over.as_map()) else { return over.clone() };
    let mut map = below.clone();
    for (key, value) in above.iter() {
        let value = below.get(key).map_or_else(|| value.clone(), |base| merged(base, value));
        map.insert(key.clone(), value);
    }
    Node { place: over.place, kind: Kind::Map(map) }
}

#[cfg(test)]
mod tests {
    use source_text::FileId;

    use super::Cases;

    #[test]
    fn cases_are_laid_over_their_base_and_repeated() {
        let text = "base: {eventName: A, x: {y: 1, z: 2}, eventTime: '2026-01-31T23:59:59Z'}\ncases:\n- {name: one, expect: true, event: {x: {y: 3}}}\n- name: two\n  expect: false\n  rule: r\n  repeat: 2\n  event: {eventName: B}\n- {expect: true}\n";
        let (cases, told) = Cases::parse(FileId(0), text);
        assert_eq!(told.len(), 1);
        assert!(told[0].message.contains("either `event` or the list `events`"));
        assert_eq!(
            cases.cases[0].events,
            [r#"{"eventName":"A","x":{"y":3,"z":2},"eventTime":"2026-01-31T23:59:59Z"}"#]
        );
        assert_eq!(cases.cases[1].events.len(), 2);
        assert!(cases.cases[1].events[1].contains("2026-02-01T00:00:00Z"));
        let lines = "{\"name\":\"a\",\"expect\":true,\"event\":{}}\n\n{\"expect\":1}\n{";
        let (cases, told) = Cases::parse(FileId(0), lines);
        assert_eq!((cases.cases.len(), told.len()), (1, 2));
        assert_eq!(told[1].place.line, 4);
    }
}
