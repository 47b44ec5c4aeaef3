//! `cargo xtask crs DIR [--misses GROUP [--false]]`: the guard against the regression tests of
//! the OWASP Core Rule Set.
//!
//! DIR is a checkout of coreruleset/coreruleset (Apache-2.0). Each test's request becomes the event of
//! a REST API. A test that expects a rule to fire passes when the event is refused; one that only
//! expects a rule *not* to fire passes when the event goes through, which is more than it asks, as
//! another rule of theirs may fire. What is no attack on a function is counted apart, with the reason.
//!
//! Rules above paranoia level 1 refuse what is no attack by itself (`IS NULL`, `sin (`), so the tests
//! of that level, which their rules run at by default, are counted once more by themselves.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use serde_json::{Map, Value, json};
use source_text::{Limits, Node, Sources, parse_yaml};

use crate::{
    Failure, Outcome,
    inspection::Inspection,
    options::{Options, files},
};

/// The families of their rules, by the first three digits, and why one is not asked.
const GROUPS: [(u64, &str, Option<&str>); 16] = [
    (911, "methods", Some("the API itself lists its methods")),
    (913, "scanners", Some("names of scanners in the user agent; no attack by itself")),
    (920, "protocol", Some("form of HTTP, which the platform holds before it makes an event")),
    (921, "protocol attacks", None),
    (922, "multipart", Some("form of multipart bodies, which the handler's own parser holds")),
    (930, "local files", None),
    (931, "remote files", None),
    (932, "commands", None),
    (933, "PHP", None),
    (934, "Node.js, SSRF, others", None),
    (941, "XSS", None),
    (942, "SQL", None),
    (943, "session fixation", Some("names of session cookies in parameters; it is no class here")),
    (944, "Java", None),
    (949, "scores", Some("their own arithmetic of scores")),
    (999, "exceptions", Some("their own list of exceptions")),
];

/// What one test asks.
struct Test {
    name: String,
    group: u64,
    /// Whether the rule runs at the level that theirs run at by default.
    is_default: bool,
    event: Value,
    is_attack: bool,
}

/// Tests of one family.
#[derive(Debug, Default)]
struct Count {
    attacks: u32,
    refused: u32,
    others: u32,
    passed: u32,
}

pub(crate) fn run(arguments: &[String]) -> Outcome {
    let options = Options::parse(arguments)?;
    let shown_group: Option<u64> = options.misses.map(|group| group.parse()).transpose()?;
    let folder = options.folder.ok_or("name the folder of coreruleset")?;
    let defaults = default_rules(&folder.join("rules"))?;
    let folder = folder.join("tests/regression/tests");
    if !folder.is_dir() {
        println!("skipped: there is no folder {}", folder.display());
        return Ok(());
    }
    let mut tests = Vec::new();
    for path in files(&folder)? {
        if path.extension().is_some_and(|extension| extension == "yaml") {
            read(&path, &defaults, &mut tests)?;
        }
    }
    let mut inspection = Inspection::new()?;
    let mut counts: BTreeMap<u64, Count> = BTreeMap::new();
    let mut default_counts: BTreeMap<u64, Count> = BTreeMap::new();
    for test in &tests {
        let found = inspection.event(test.event.to_string().as_bytes());
        counts.entry(test.group).or_default().add(test.is_attack, found.is_some());
        if test.is_default {
            default_counts.entry(test.group).or_default().add(test.is_attack, found.is_some());
        }
        let is_shown = shown_group == Some(test.group);
        let level = if test.is_default { " of level 1" } else { "" };
        match &found {
            None if test.is_attack && is_shown => {
                println!("missed {}{level}: {}", test.name, shown(&test.event));
            }
            Some(class) if !test.is_attack && is_shown && options.show_false => {
                println!("refused as {class} {}{level}: {}", test.name, shown(&test.event));
            }
            _ => {}
        }
    }
    report(&format!("{} tests of all paranoia levels", tests.len()), &counts);
    report("of paranoia level 1", &default_counts);
    Ok(())
}

/// The rules of paranoia level 1, as their own tags say; none where the rules are not there.
fn default_rules(folder: &Path) -> Result<BTreeSet<u64>, Failure> {
    let mut rules = BTreeSet::new();
    if !folder.is_dir() {
        return Ok(rules);
    }
    for path in files(folder)?.iter().filter(|path| path.extension().is_some_and(|e| e == "conf")) {
        let mut rule: Option<u64> = None;
        for line in std::fs::read_to_string(path)?.lines() {
            let digits =
                |after: &str| after.split(|c: char| !c.is_ascii_digit()).next().map(str::to_owned);
            if let Some((_, after)) = line.split_once("id:") {
                rule = digits(after).and_then(|id| id.parse().ok());
            } else if line.contains("paranoia-level/1") {
                rules.extend(rule);
            }
        }
    }
    Ok(rules)
}

/// The parts of the event that differ between tests.
fn shown(event: &Value) -> String {
    let part = |name: &str| event.get(name).map(ToString::to_string).unwrap_or_default();
    let line = format!("{} {} {}", part("path"), part("queryStringParameters"), part("body"));
    let headers = event.get("headers").and_then(Value::as_object);
    let headers = headers.into_iter().flatten().filter(|(name, value)| {
        !matches!(name.as_str(), "Host" | "Accept" | "Content-Type")
            && value.as_str() != Some("OWASP CRS test agent")
    });
    headers.fold(line, |line, (name, value)| format!("{line} {name}: {value}"))
}

impl Count {
    fn add(&mut self, is_attack: bool, is_refused: bool) {
        if is_attack {
            self.attacks += 1;
            self.refused += u32::from(is_refused);
        } else {
            self.others += 1;
            self.passed += u32::from(!is_refused);
        }
    }
}

fn report(title: &str, counts: &BTreeMap<u64, Count>) {
    println!("{title}");
    let mut all = Count::default();
    for (group, count) in counts {
        let known = GROUPS.iter().find(|(id, ..)| id == group);
        let (name, not_asked) = known.map_or(("", Some("of responses")), |(_, n, why)| (*n, *why));
        let total = count.attacks + count.others;
        if let Some(reason) = not_asked {
            println!("  {group} {name}: {total} not asked: {reason}");
            continue;
        }
        print_line(&format!("{group} {name}"), count);
        all.attacks += count.attacks;
        all.refused += count.refused;
        all.others += count.others;
        all.passed += count.passed;
    }
    print_line("asked", &all);
}

fn print_line(name: &str, count: &Count) {
    let percent = |part: u32, of: u32| 100.0 * f64::from(part) / f64::from(of.max(1));
    println!(
        "  {name:<26} {:5.1} % pass; {} of {} attacks refused ({:.1} %), {} of {} others go through ({:.1} %)",
        percent(count.refused + count.passed, count.attacks + count.others),
        count.refused,
        count.attacks,
        percent(count.refused, count.attacks),
        count.passed,
        count.others,
        percent(count.passed, count.others),
    );
}

/// Every test of a file that expects something of rules.
fn read(path: &Path, defaults: &BTreeSet<u64>, tests: &mut Vec<Test>) -> Outcome {
    let text = std::fs::read_to_string(path)?;
    let sources = Sources::default();
    let shown = path.display().to_string();
    let limits = Limits { nodes: 1_000_000, ..Limits::default() };
    let parsed = parse_yaml(sources.add(&shown, text.as_str()), &text, &limits)
        .map_err(|error| format!("{shown}: {}", error.to_diagnostic().message))?;
    let Some(document) = parsed.documents.first() else { return Ok(()) };
    let Some(rule) = document.get("rule_id").and_then(Node::as_i64) else { return Ok(()) };
    let group: u64 = rule.to_string().get(..3).unwrap_or_default().parse()?;
    let list = document.get("tests").and_then(Node::as_list).unwrap_or_default();
    for test in list {
        let id = test.get("test_id").and_then(Node::scalar_text).unwrap_or_default();
        for stage in test.get("stages").and_then(Node::as_list).unwrap_or_default() {
            let (Some(input), Some(log)) = (stage.get("input"), stage.at(&["output", "log"]))
            else {
                continue;
            };
            let expects = |name: &str| {
                log.get(name).and_then(Node::as_list).is_some_and(|list| !list.is_empty())
            };
            if !expects("expect_ids") && !expects("no_expect_ids") {
                continue;
            }
            tests.push(Test {
                name: format!("{rule}-{id}"),
                group,
                is_default: defaults.contains(&u64::try_from(rule)?),
                event: request(input)?.event(),
                is_attack: expects("expect_ids"),
            });
        }
    }
    Ok(())
}

/// A request as it would arrive.
#[derive(Debug, Default)]
struct Request {
    method: String,
    uri: String,
    headers: Vec<(String, String)>,
    body: Option<String>,
}

fn request(input: &Node) -> Result<Request, Failure> {
    let text =
        |name: &str| input.get(name).and_then(Node::scalar_text).map(|text| text.to_string());
    if let Some(encoded) = text("encoded_request") {
        let bytes = from_base64(&encoded).ok_or("an `encoded_request` that is no base64")?;
        return Ok(Request::parse(&String::from_utf8_lossy(&bytes)));
    }
    let headers = input.get("headers").and_then(Node::as_map);
    let headers = headers.into_iter().flat_map(source_text::Map::iter).map(|(name, value)| {
        (name.to_string(), value.scalar_text().unwrap_or_default().to_string())
    });
    Ok(Request {
        method: text("method").unwrap_or_else(|| "GET".to_owned()),
        uri: text("uri").unwrap_or_else(|| "/".to_owned()),
        headers: headers.collect(),
        body: text("data"),
    })
}

impl Request {
    /// Reads a request off the wire, leniently.
    fn parse(wire: &str) -> Self {
        let (head, body) = wire.split_once("\r\n\r\n").unwrap_or((wire, ""));
        let mut lines = head.lines();
        let first = lines.next().unwrap_or_default();
        let (method, rest) = first.split_once(' ').unwrap_or((first, "/"));
        let uri = rest.rsplit_once(' ').map_or(rest, |(uri, _)| uri);
        let headers = lines.filter_map(|line| line.split_once(':'));
        Self {
            method: method.to_owned(),
            uri: uri.to_owned(),
            headers: headers.map(|(n, v)| (n.to_owned(), v.trim().to_owned())).collect(),
            body: (!body.is_empty()).then(|| body.to_owned()),
        }
    }

    /// The event that a REST API would make of the request.
    fn event(&self) -> Value {
        // A proxy gets the whole address; within a query another address is a value.
        let authority =
            ["http://", "https://"].iter().find(|scheme| self.uri.starts_with(**scheme));
        let path_at = authority.map_or(0, |scheme| {
            let rest = self.uri.get(scheme.len()..).unwrap_or_default();
            scheme.len() + rest.find('/').unwrap_or(rest.len())
        });
        let relative = self.uri.get(path_at..).unwrap_or("/");
        let (path, query) = relative.split_once('?').unwrap_or((relative, ""));
        let mut parameters = Map::new();
        let mut lists: Map<String, Value> = Map::new();
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let (name, value) = (percent_decoded(name), percent_decoded(value));
            if let Some(list) =
                lists.entry(name.clone()).or_insert_with(|| json!([])).as_array_mut()
            {
                list.push(json!(value));
            }
            parameters.insert(name, json!(value));
        }
        let headers: Map<String, Value> =
            self.headers.iter().map(|(name, value)| (name.clone(), json!(value))).collect();
        let header_lists: Map<String, Value> =
            self.headers.iter().map(|(name, value)| (name.clone(), json!([value]))).collect();
        json!({
            "resource": "/{proxy+}",
            "path": path,
            "httpMethod": self.method,
            "headers": headers,
            "multiValueHeaders": header_lists,
            "queryStringParameters": parameters,
            "multiValueQueryStringParameters": lists,
            "pathParameters": { "proxy": percent_decoded(path.trim_start_matches('/')) },
            "stageVariables": null,
            "requestContext": {
                "accountId": "111122223333",
                "apiId": "abcdefghij",
                "httpMethod": self.method,
                "path": "/prod/",
                "requestId": "c6af9ac6-7b61-11e6-9a41-93e8deadbeef",
                "stage": "prod",
                "identity": { "sourceIp": "203.0.113.9" },
            },
            "body": self.body,
            "isBase64Encoded": false,
        })
    }
}

/// A part of a query, decoded once as the platform does; bytes that are no text are replaced.
fn percent_decoded(text: &str) -> String {
    let mut decoded = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        let digits = (byte == b'%').then(|| {
            let mut ahead = bytes.clone();
            let high = char::from(ahead.next()?).to_digit(16)?;
            let low = char::from(ahead.next()?).to_digit(16)?;
            u8::try_from(high * 16 + low).ok()
        });
        if let Some(byte) = digits.flatten() {
            decoded.push(byte);
            bytes.nth(1);
        } else {
            decoded.push(if byte == b'+' { b' ' } else { byte });
        }
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

fn from_base64(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let (mut bits, mut held) = (0_u32, 0);
    for byte in text.bytes().filter(|byte| !byte.is_ascii_whitespace() && *byte != b'=') {
        let digit = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        bits = bits << 6 | u32::from(digit);
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push(u8::try_from(bits >> held & 0xff).ok()?);
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::{Request, from_base64, percent_decoded};

    #[test]
    fn a_request_becomes_the_event_of_a_rest_api() {
        let wire = "POST http://localhost/a/b?q=1%20+1&q=2&x HTTP/1.1\r\nHost: h\r\n\r\nbody";
        let event = Request::parse(wire).event();
        assert_eq!(event["path"], "/a/b");
        assert_eq!(event["queryStringParameters"]["q"], "2");
        assert_eq!(event["multiValueQueryStringParameters"]["q"][0], "1  1");
        assert_eq!(event["queryStringParameters"]["x"], "");
        assert_eq!(event["headers"]["Host"], "h");
        assert_eq!(event["body"], "body");
    }

    #[test]
    fn what_is_no_escape_stays_as_it_is() {
        assert_eq!(percent_decoded("%zz%4"), "%zz%4");
        assert_eq!(percent_decoded("%41+%e9"), "A \u{fffd}");
        assert_eq!(from_base64("R0VU\nIA==").as_deref(), Some(&b"GET "[..]));
        assert_eq!(from_base64("?"), None);
    }
}
