//! One file with one rule: read, every key known, every expression compiled; what is wrong has its line and
//! column.

use finding::{Audience, OwnRuleId, OwnRuleInfo, Severity};
use source_text::{Diagnostic, FileId, Kind, Limits, Node, Place, SmolStr, parse_yaml};

use crate::{
    compile::{Fault, Variable, compile},
    expected::{Expected, expected},
    message::Message,
    nearest::nearest,
    program::Program,
    schema::Type,
    subject::Subject,
};

/// A rule has some lines; a file that has more is none.
pub(crate) const LIMITS: Limits = Limits { bytes: 1 << 20, depth: 32, nodes: 20_000 };

const KEYS: [&str; 19] = [
    "id",
    "name",
    "title",
    "severity",
    "risk",
    "owasp",
    "cwe",
    "profile",
    "for",
    "type",
    "let",
    "when",
    "message",
    "place",
    "why",
    "fix",
    "docs",
    "confidence",
    "expect",
];

/// A rule that can be asked.
#[derive(Debug)]
pub(crate) struct OwnRule {
    pub(crate) info: OwnRuleInfo,
    pub(crate) subject: Subject,
    /// Types of resources that it is asked of; empty: all.
    pub(crate) types: Vec<SmolStr>,
    /// Values that `when`, `message` and `place` may name, in order.
    pub(crate) lets: Vec<Located>,
    pub(crate) when: Located,
    pub(crate) message: (Message, Written),
    /// Where a finding points to.
    pub(crate) place: Option<Located>,
    /// The path of `place` as written.
    pub(crate) property: Option<String>,
    pub(crate) fix: Option<String>,
    /// Findings that fixtures must give.
    pub(crate) expected: Vec<Expected>,
    pub(crate) file: FileId,
}

/// A program and where it is written.
#[derive(Debug)]
pub(crate) struct Located {
    pub(crate) program: Program,
    pub(crate) written: Written,
}

/// Where an expression is written.
#[derive(Clone, Debug)]
pub(crate) struct Written {
    place: Place,
    /// Line and column of each line of the expression, from 1; none when they cannot be told.
    lines: Vec<(u32, u32)>,
    text: String,
}

impl Written {
    /// An expression in a file whose text is `source`.
    fn of(node: &Node, text: &str, source: &str) -> Self {
        let place = node.place;
        let first = usize::try_from(place.line).unwrap_or(1).saturating_sub(1);
        let found: Option<Vec<(u32, u32)>> = text
            .lines()
            .zip(source.lines().skip(first))
            .zip(place.line..)
            .map(|((line, written), number)| {
                let before = written.get(..written.find(line)?)?.chars().count();
                Some((number, u32::try_from(before).ok()? + 1))
            })
            .collect();
        // Texts that are folded or hold escapes stand there in other letters.
        let lines = found.filter(|lines| !lines.is_empty()).unwrap_or_default();
        Self { place, lines, text: text.to_owned() }
    }

    /// The place of a character of the expression.
    pub(crate) fn at(&self, at: u32) -> Place {
        let mut left = usize::try_from(at).unwrap_or(0);
        let mut number = 0;
        for line in self.text.split_inclusive('\n') {
            let length = line.chars().count();
            if left < length || number + 1 >= self.lines.len() {
                break;
            }
            left -= length;
            number += 1;
        }
        let Some((line, column)) = self.lines.get(number).copied() else { return self.place };
        let column = column + u32::try_from(left).unwrap_or(0);
        Place { line, column, end_line: line, end_column: column + 1, ..self.place }
    }

    fn diagnostic(&self, fault: &Fault) -> Diagnostic {
        Diagnostic::error(self.at(fault.at), fault.message.clone())
    }
}

/// Whether a text may be a rule of this kind: two keys that only it has.
#[must_use]
pub fn is_own_rule(text: &str) -> bool {
    let has = |key: &str| text.lines().any(|line| line.starts_with(key));
    has("for:") && has("when:")
}

/// Reads a rule; every fault that is found at once.
pub(crate) fn read(file: FileId, text: &str) -> Result<OwnRule, Vec<Diagnostic>> {
    let parsed = parse_yaml(file, text, &LIMITS).map_err(|error| vec![error.to_diagnostic()])?;
    let whole = Place::whole(file);
    let [document] = parsed.documents.as_slice() else {
        return Err(vec![Diagnostic::error(whole, "write one rule in a file")]);
    };
    if document.as_map().is_none() {
        return Err(vec![Diagnostic::error(document.place, "a rule is a mapping of keys")]);
    }
    let mut reader = Reader { document, source: text, faults: parsed.diagnostics };
    reader.check_keys();
    let info = reader.info();
    let rule = reader.rule(file);
    let expected = reader.expected();
    match (info, rule) {
        (Some(info), Some(rule)) if reader.faults.is_empty() => {
            Ok(OwnRule { info, expected, ..rule })
        }
        _ => Err(reader.faults),
    }
}

struct Reader<'a> {
    document: &'a Node,
    source: &'a str,
    faults: Vec<Diagnostic>,
}

impl<'a> Reader<'a> {
    fn fault(&mut self, place: Place, message: impl Into<String>) {
        self.faults.push(Diagnostic::error(place, message.into()));
    }

    fn check_keys(&mut self) {
        let entries = self.document.as_map().into_iter().flat_map(source_text::Map::entries);
        for (key, entry) in entries {
            if !KEYS.contains(&key.as_str()) {
                let near = nearest(key, KEYS)
                    .map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
                let message = format!("a rule has no key `{key}`{near}");
                self.faults.push(Diagnostic::error(entry.key_place, message));
            }
        }
    }

    /// The text of a key, when it is there and a text.
    fn text(&mut self, key: &str) -> Option<(&'a Node, String)> {
        let node = self.document.get(key).filter(|node| !node.is_null())?;
        if let Some(text) = node.scalar_text() {
            return Some((node, text.to_string()));
        }
        self.fault(node.place, format!("`{key}` is a text"));
        None
    }

    fn needed(&mut self, key: &str) -> Option<(&'a Node, String)> {
        if self.document.get(key).is_none_or(Node::is_null) {
            self.fault(self.document.place, format!("a rule needs `{key}`"));
            return None;
        }
        self.text(key)
    }

    fn info(&mut self) -> Option<OwnRuleInfo> {
        let id = self.needed("id").and_then(|(node, text)| {
            let parsed = text.parse::<OwnRuleId>();
            parsed.map_err(|error| self.fault(node.place, error.to_string())).ok()
        });
        let title = self.needed("title").map(|(_, text)| text);
        let severity = self.needed("severity").and_then(|(node, text)| {
            let parsed = text.parse::<Severity>();
            parsed.map_err(|error| self.fault(node.place, error)).ok()
        });
        let risk = self.text("risk").map_or(Some(3), |(node, text)| {
            let number = text.strip_prefix("SAS-").and_then(|text| text.parse::<u8>().ok());
            let risk = number.filter(|number| finding::risk(*number).is_some());
            if risk.is_none() {
                self.fault(
                    node.place,
                    format!("`{text}` is none of the risks `SAS-1` to `SAS-10`"),
                );
            }
            risk
        });
        let name = self.text("name");
        let cwe = self.weaknesses();
        let audience = self.text("profile").map_or(Some(Audience::Everyone), |(node, text)| {
            match text.as_str() {
                "default" => Some(Audience::Everyone),
                "strict" => Some(Audience::Strict),
                _ => {
                    self.fault(node.place, format!("`{text}` is not `default` or `strict`"));
                    None
                }
            }
        });
        let owasp = self.text("owasp").map(|(_, text)| text).unwrap_or_default();
        let why = self.text("why").map(|(_, text)| text);
        let fix = self.text("fix").map(|(_, text)| text);
        let link = self.text("docs").map(|(_, text)| text).unwrap_or_default();
        let (id, title) = (id?, title?);
        let name = name.map_or_else(|| kebab(&title), |(_, name)| kebab(&name));
        Some(OwnRuleInfo {
            id,
            name,
            docs: docs(&title, why.as_deref(), fix.as_deref()),
            summary: title.trim_end_matches('.').to_owned(),
            severity: severity?,
            audience: audience?,
            risk: risk?,
            owasp,
            cwe,
            link,
        })
    }

    fn weaknesses(&mut self) -> Vec<u16> {
        let Some(node) = self.document.get("cwe") else { return Vec::new() };
        let items = match &node.kind {
            Kind::List(items) => items.as_slice(),
            _ => std::slice::from_ref(node),
        };
        let mut found = Vec::new();
        for item in items {
            let text = item.scalar_text().unwrap_or_default();
            match text.trim_start_matches("CWE-").parse() {
                Ok(number) => found.push(number),
                Err(_) => self.fault(item.place, "`cwe` is a list of numbers, such as `[250]`"),
            }
        }
        found
    }

    fn rule(&mut self, file: FileId) -> Option<OwnRule> {
        let subject = self.needed("for").and_then(|(node, word)| {
            let found = Subject::find(&word);
            if found.is_none() {
                let words: Vec<_> = Subject::WORDS.iter().map(|(word, _)| *word).collect();
                let message = format!("`{word}` is none of {}", words.join(", "));
                self.fault(node.place, message);
            }
            found
        })?;
        let types = self.types(subject);
        let mut variables = subject.variables();
        let lets = self.lets(&mut variables);
        let when = self.needed("when").and_then(|(node, text)| {
            let (located, of) = self.expression(node, &text, &variables)?;
            if matches!(of, Type::Bool | Type::Any) {
                return Some(located);
            }
            let message = format!("`when` must be true or false, and it is {}", of.words());
            self.fault(located.written.at(0), message);
            None
        });
        let message = self.needed("message").and_then(|(node, text)| {
            let written = Written::of(node, &text, self.source);
            match Message::parse(&text, &variables) {
                Ok(message) => Some((message, written)),
                Err(fault) => {
                    self.faults.push(written.diagnostic(&fault));
                    None
                }
            }
        });
        let place = self.text("place");
        let property = place.as_ref().map(|(_, text)| text.clone());
        let place = place.and_then(|(node, text)| self.expression(node, &text, &variables));
        let fix = self.text("fix").map(|(_, text)| text);
        let info = OwnRuleInfo {
            // `read` puts the real one in its place.
            id: "RULE-0".parse().ok()?,
            name: String::new(),
            summary: String::new(),
            severity: Severity::Low,
            audience: Audience::Everyone,
            risk: 3,
            owasp: String::new(),
            cwe: Vec::new(),
            docs: String::new(),
            link: String::new(),
        };
        Some(OwnRule {
            info,
            subject,
            types,
            lets,
            when: when?,
            message: message?,
            place: place.map(|(located, _)| located),
            property,
            fix,
            expected: Vec::new(),
            file,
        })
    }

    fn types(&mut self, subject: Subject) -> Vec<SmolStr> {
        let Some(node) = self.document.get("type").filter(|node| !node.is_null()) else {
            return Vec::new();
        };
        if subject != Subject::Resource {
            self.fault(node.place, "`type` goes with `for: resource`");
        }
        match &node.kind {
            Kind::List(items) => items.iter().filter_map(Node::scalar_text).collect(),
            _ => node.scalar_text().into_iter().collect(),
        }
    }

    fn lets(&mut self, variables: &mut Vec<Variable>) -> Vec<Located> {
        let Some(node) = self.document.get("let").filter(|node| !node.is_null()) else {
            return Vec::new();
        };
        let Some(map) = node.as_map() else {
            self.fault(node.place, "`let` is a mapping of names to expressions");
            return Vec::new();
        };
        let mut lets = Vec::new();
        for (name, entry) in map.entries() {
            let text = entry.value.scalar_text().unwrap_or_default();
            let Some((located, of)) = self.expression(&entry.value, &text, variables) else {
                continue;
            };
            let is_name = name.starts_with(|letter: char| letter.is_ascii_alphabetic())
                && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
            if !is_name || variables.iter().any(|(known, _)| known == name) {
                let message = format!("`{name}` is no new name of letters, digits and `_`");
                self.fault(entry.key_place, message);
            }
            variables.push((name.clone(), of));
            lets.push(located);
        }
        lets
    }

    fn expression(
        &mut self,
        node: &Node,
        text: &str,
        variables: &[Variable],
    ) -> Option<(Located, Type)> {
        let written = Written::of(node, text, self.source);
        match compile(text, variables) {
            Ok((program, of)) => Some((Located { program, written }, of)),
            Err(fault) => {
                self.faults.push(written.diagnostic(&fault));
                None
            }
        }
    }

    fn expected(&mut self) -> Vec<Expected> {
        let Some(node) = self.document.get("expect").filter(|node| !node.is_null()) else {
            return Vec::new();
        };
        expected(node).unwrap_or_else(|fault| {
            self.faults.push(fault);
            Vec::new()
        })
    }
}

/// Words as a name: `A function has no owner` is `a-function-has-no-owner`.
fn kebab(text: &str) -> String {
    let lower = text.to_lowercase();
    let words = lower.split(|letter: char| !letter.is_ascii_alphanumeric());
    words.filter(|word| !word.is_empty()).take(8).collect::<Vec<_>>().join("-")
}

/// What `explain` and SARIF show, in the form of our own rules.
fn docs(title: &str, why: Option<&str>, fix: Option<&str>) -> String {
    let why = why.unwrap_or(title).trim();
    let mut text = format!("# Why it matters\n\n{why}\n");
    if let Some(fix) = fix {
        text.push_str("\n# What to do\n\n");
        text.push_str(fix.trim());
        text.push('\n');
    }
    text
}
