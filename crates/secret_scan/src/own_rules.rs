//! Users' own rules: read from YAML, tested by the examples that stand with them.

use std::{ops::Range, sync::OnceLock};

use regex::bytes::{Regex, RegexBuilder};
use secret_patterns::bits_per_character;
use source_text::{FileId, Limits, Node, ParseError, parse_yaml};

/// Most rules in one file, and longest expression, in bytes.
const MOST_RULES: usize = 2_000;
const LONGEST_PATTERN: usize = 8 * 1024;

/// A rule of a user.
#[derive(Debug, Default)]
pub struct OwnRule {
    /// Stable name; the kind of what it finds.
    pub id: String,
    /// What it finds, for people, with its article.
    pub description: String,
    /// The expression, over bytes; the group `secret`, else the whole match, is the secret.
    pub pattern: String,
    /// Texts of which one must be near; any case. Without them, what the expression begins with.
    pub keywords: Vec<String>,
    /// Least entropy of the secret, in bits per character.
    pub entropy: Option<f64>,
    /// Texts in which it must find something, with their lines.
    pub examples: Vec<(String, u32)>,
    /// Texts in which it must find nothing, with their lines.
    pub negative_examples: Vec<(String, u32)>,
    /// Line of the rule, from 1.
    pub line: u32,
    compiled: OnceLock<Option<Regex>>,
}

impl Clone for OwnRule {
    fn clone(&self) -> Self {
        Self {
            id: self.id.clone(),
            description: self.description.clone(),
            pattern: self.pattern.clone(),
            keywords: self.keywords.clone(),
            entropy: self.entropy,
            examples: self.examples.clone(),
            negative_examples: self.negative_examples.clone(),
            line: self.line,
            compiled: OnceLock::new(),
        }
    }
}

/// What is wrong with a rule, or with an example of it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RuleFault {
    /// The file is not YAML.
    #[error("line {line}: {message}")]
    NotYaml {
        /// Line, from 1; 0 when it is not known.
        line: u32,
        /// What the parser says.
        message: String,
    },
    /// The document has no list of rules.
    #[error(
        "line 1: there is no list `rules`; begin with `rules:` and one `- id: …` for each rule"
    )]
    NoRules,
    /// There are more rules, or the expression is longer, than is read.
    #[error("line {line}: {what}")]
    TooMuch {
        /// Line, from 1.
        line: u32,
        /// What is too much.
        what: String,
    },
    /// A key is missing or has another type.
    #[error(
        "line {line}: rule `{id}` has no `{key}`; every rule needs `id`, `description`, `pattern`, `examples` and `negative_examples`"
    )]
    Missing {
        /// Line of the rule, from 1.
        line: u32,
        /// Its id, as far as there is one.
        id: String,
        /// The key.
        key: &'static str,
    },
    /// A key has a value of another sort than its own, which would be left out.
    #[error("line {line}: `{key}` of rule `{id}` must be {wanted}")]
    WrongType {
        /// Line of the value, from 1.
        line: u32,
        /// Id of the rule.
        id: String,
        /// The key.
        key: &'static str,
        /// What it must be.
        wanted: &'static str,
    },
    /// A key that no rule has.
    #[error("line {line}: rule `{id}` has the unknown key `{key}`")]
    UnknownKey {
        /// Line of the key, from 1.
        line: u32,
        /// Id of the rule.
        id: String,
        /// The key.
        key: String,
    },
    /// The expression cannot be compiled.
    #[error("line {line}: the pattern of rule `{id}` cannot be read: {message}")]
    Pattern {
        /// Line of the pattern, from 1.
        line: u32,
        /// Id of the rule.
        id: String,
        /// What the compiler says.
        message: String,
    },
    /// Two rules have one id.
    #[error("line {line}: there are two rules `{id}`")]
    Twice {
        /// Line of the second, from 1.
        line: u32,
        /// The id.
        id: String,
    },
    /// An example in which nothing is found, and why.
    #[error("line {line}: rule `{id}` finds nothing in this example: {reason}")]
    ExampleMissed {
        /// Line of the example, from 1.
        line: u32,
        /// Id of the rule.
        id: String,
        /// Why.
        reason: &'static str,
    },
    /// A negative example in which something is found.
    #[error("line {line}: rule `{id}` finds a secret in this negative example")]
    NegativeFound {
        /// Line of the example, from 1.
        line: u32,
        /// Id of the rule.
        id: String,
    },
}

impl RuleFault {
    /// Whether only an example is missing or fails: the rule works all the same.
    #[must_use]
    pub fn is_of_examples(&self) -> bool {
        match self {
            Self::Missing { key, .. } => matches!(*key, "examples" | "negative_examples"),
            Self::ExampleMissed { .. } | Self::NegativeFound { .. } => true,
            _ => false,
        }
    }
}

/// The rules of a file, and what is wrong with it.
#[derive(Clone, Debug, Default)]
pub struct RuleFile {
    /// Rules that can be used.
    pub rules: Vec<OwnRule>,
    /// What cannot.
    pub faults: Vec<RuleFault>,
}

const KEYS: [&str; 7] =
    ["id", "description", "pattern", "keywords", "entropy", "examples", "negative_examples"];

/// Reads rules from YAML: `rules:` with a list of maps.
#[must_use]
pub fn read_rules(text: &str) -> RuleFile {
    let mut file = RuleFile::default();
    let parsed = match parse_yaml(FileId::default(), text, &Limits::default()) {
        Ok(parsed) => parsed,
        Err(error) => {
            let (ParseError::Syntax { place, .. } | ParseError::Limit { place, .. }) = &error;
            let (line, message) = (place.line, error.to_string());
            file.faults.push(RuleFault::NotYaml { line, message });
            return file;
        }
    };
    let lists = parsed.documents.iter().filter_map(|document| document.get("rules")?.as_list());
    let items: Vec<&Node> = lists.flatten().collect();
    if items.is_empty() {
        file.faults.push(RuleFault::NoRules);
    }
    for item in items {
        let line = item.place.line;
        if file.rules.len() >= MOST_RULES {
            let what = format!("there are more than {MOST_RULES} rules; split the file");
            file.faults.push(RuleFault::TooMuch { line, what });
            break;
        }
        match read_rule(item, &mut file.faults) {
            Ok(rule) if file.rules.iter().any(|known| known.id == rule.id) => {
                file.faults.push(RuleFault::Twice { line, id: rule.id });
            }
            Ok(rule) => file.rules.push(rule),
            Err(fault) => file.faults.push(fault),
        }
    }
    file
}

fn read_rule(item: &Node, faults: &mut Vec<RuleFault>) -> Result<OwnRule, RuleFault> {
    let line = item.place.line;
    let id = item.get("id").and_then(Node::as_str).unwrap_or_default().to_owned();
    let missing = |key| RuleFault::Missing { line, id: id.clone(), key };
    let text = |key: &'static str| {
        item.get(key).and_then(Node::as_str).filter(|text| !text.is_empty()).ok_or(missing(key))
    };
    let texts = |key: &'static str| -> Vec<(String, u32)> {
        let items = item.get(key).and_then(Node::as_list).unwrap_or_default();
        let texts =
            items.iter().filter_map(|it| Some((it.as_str()?.replace('·', ""), it.place.line)));
        texts.collect()
    };
    for (key, place) in keys(item) {
        if !KEYS.contains(&key) {
            faults.push(RuleFault::UnknownKey { line: place, id: id.clone(), key: key.to_owned() });
        }
    }
    let pattern = text("pattern")?.to_owned();
    let place = item.get("pattern").map_or(line, |node| node.place.line);
    if pattern.len() > LONGEST_PATTERN {
        let what = format!("the pattern is longer than {LONGEST_PATTERN} bytes; split the rule");
        return Err(RuleFault::TooMuch { line: place, what });
    }
    match compile(&pattern) {
        Ok(regex) if regex.is_match(b"") => {
            let message = "it fits the empty text, so everywhere; ask for at least one character";
            return Err(RuleFault::Pattern { line: place, id, message: message.to_owned() });
        }
        Ok(_) => {}
        Err(error) => {
            let message = error.to_string().lines().last().unwrap_or_default().trim().to_owned();
            return Err(RuleFault::Pattern { line: place, id, message });
        }
    }
    check_types(item, &id, faults);
    let rule = OwnRule {
        id: text("id")?.to_owned(),
        description: text("description")?.to_owned(),
        keywords: texts("keywords")
            .into_iter()
            .map(|(word, _)| word.to_ascii_lowercase())
            .collect(),
        entropy: item.get("entropy").and_then(Node::as_f64),
        examples: texts("examples"),
        negative_examples: texts("negative_examples"),
        line,
        pattern,
        compiled: OnceLock::new(),
    };
    // A rule without examples works all the same; that it cannot be tested is said.
    for (key, list) in
        [("examples", &rule.examples), ("negative_examples", &rule.negative_examples)]
    {
        if list.is_empty() {
            faults.push(missing(key));
        }
    }
    Ok(rule)
}

/// What would be left out because it is of another sort.
fn check_types(item: &Node, id: &str, faults: &mut Vec<RuleFault>) {
    let is_texts =
        |node: &Node| node.as_list().is_some_and(|it| it.iter().all(|it| it.as_str().is_some()));
    let is_number = |node: &Node| node.as_f64().is_some();
    let is_right = |key: &str, node: &Node| {
        if key == "entropy" { is_number(node) } else { is_texts(node) }
    };
    let checks = [
        ("keywords", "a list of texts"),
        ("entropy", "a number"),
        ("examples", "a list of texts"),
        ("negative_examples", "a list of texts"),
    ];
    for (key, wanted) in checks {
        if let Some(node) = item.get(key).filter(|node| !is_right(key, node)) {
            let line = node.place.line;
            faults.push(RuleFault::WrongType { line, id: id.to_owned(), key, wanted });
        }
    }
}

fn keys(item: &Node) -> Vec<(&str, u32)> {
    let entries = item.as_map().into_iter().flat_map(source_text::Map::entries);
    entries.map(|(key, entry)| (key.as_str(), entry.key_place.line)).collect()
}

fn compile(pattern: &str) -> Result<Regex, regex::Error> {
    RegexBuilder::new(pattern).unicode(false).size_limit(4 << 20).dfa_size_limit(1 << 20).build()
}

impl OwnRule {
    fn regex(&self) -> Option<&Regex> {
        self.compiled.get_or_init(|| compile(&self.pattern).ok()).as_ref()
    }

    /// Its keywords, or what the expression begins with.
    pub(crate) fn words(&self) -> Vec<String> {
        if !self.keywords.is_empty() {
            return self.keywords.clone();
        }
        let rest = self.pattern.trim_start_matches(r"\b").trim_start_matches("(?i)");
        let is_plain = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
        let word: String = rest.trim_start_matches(r"\b").chars().take_while(is_plain).collect();
        // The last letter may be repeated or optional.
        let word = word.get(..word.len().saturating_sub(1)).unwrap_or_default();
        if word.len() >= 2 { vec![word.to_ascii_lowercase()] } else { Vec::new() }
    }

    /// Every secret in a part of a text.
    pub(crate) fn find(&self, part: &[u8], found: &mut Vec<Range<usize>>) {
        let Some(regex) = self.regex() else { return };
        found.extend(regex.captures_iter(part).filter_map(|it| {
            it.name("secret").or_else(|| it.get(0)).map(|matched| matched.range())
        }));
    }

    /// Why nothing is found in a text; nothing when something is.
    fn miss(&self, text: &str) -> Option<&'static str> {
        let lower = text.to_ascii_lowercase();
        let words = self.words();
        if !words.is_empty() && !words.iter().any(|word| lower.contains(word.as_str())) {
            return Some("none of the keywords stands in it");
        }
        let mut found = Vec::new();
        self.find(text.as_bytes(), &mut found);
        if found.is_empty() {
            return Some("the pattern does not match");
        }
        let is_random = |range: &Range<usize>| {
            let secret = text.get(range.clone()).unwrap_or_default();
            self.entropy.is_none_or(|least| bits_per_character(secret) >= least)
        };
        (!found.iter().any(is_random)).then_some("what matches has less than the entropy asked for")
    }
}

/// Runs each rule on its own examples; what is returned failed, in the order of the file.
#[must_use]
pub fn test_rules(rules: &[OwnRule]) -> Vec<RuleFault> {
    let mut faults = Vec::new();
    for rule in rules {
        let id = || rule.id.clone();
        for (text, line) in &rule.examples {
            if let Some(reason) = rule.miss(text) {
                faults.push(RuleFault::ExampleMissed { line: *line, id: id(), reason });
            }
        }
        for (text, line) in &rule.negative_examples {
            if rule.miss(text).is_none() {
                faults.push(RuleFault::NegativeFound { line: *line, id: id() });
            }
        }
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::{RuleFault, read_rules, test_rules};

    const RULES: &str = r"rules:
  - id: orders-key
    description: a key of the order service
    pattern: '\bord_[a-z0-9]{12}\b'
    keywords: [ord_]
    entropy: 2.5
    examples:
      - key = ord_q8sxa1bqvt4m
      - ord_short
    negative_examples:
      - ord_aaaaaaaaaaaa
      - the key ord_z9sxa1bqvt4m
";

    #[test]
    fn examples_that_fail_are_told_with_their_lines() {
        let file = read_rules(RULES);
        assert_eq!(file.faults, []);
        let faults = test_rules(&file.rules);
        let shown: Vec<_> = faults.iter().map(ToString::to_string).collect();
        assert_eq!(
            shown,
            [
                "line 9: rule `orders-key` finds nothing in this example: the pattern does not match",
                "line 12: rule `orders-key` finds a secret in this negative example",
            ]
        );
    }

    #[test]
    fn what_is_no_rule_is_told_with_its_line() {
        let faults = |text: &str| read_rules(text).faults;
        assert_eq!(faults("a: 1"), [RuleFault::NoRules]);
        assert!(
            matches!(faults("rules: ["), ref it if matches!(it[..], [RuleFault::NotYaml { .. }]))
        );
        let missing = faults("rules:\n  - id: a\n    description: b\n");
        assert!(matches!(missing[..], [RuleFault::Missing { line: 2, key: "pattern", .. }]));
        let broken = faults(&RULES.replace("{12}", "{12"));
        assert!(matches!(broken[..], [RuleFault::Pattern { line: 4, .. }]), "{broken:?}");
        let empty = faults(&RULES.replace(r"\bord_[a-z0-9]{12}\b", "x*"));
        assert!(matches!(empty[..], [RuleFault::Pattern { line: 4, .. }]), "{empty:?}");
        let types = faults(&RULES.replace("[ord_]", "ord_").replace("2.5", "high"));
        let shown: Vec<_> = types.iter().map(ToString::to_string).collect();
        assert_eq!(
            shown,
            [
                "line 5: `keywords` of rule `orders-key` must be a list of texts",
                "line 6: `entropy` of rule `orders-key` must be a number",
            ]
        );
        let unknown = faults(&RULES.replace("entropy", "entropie"));
        assert!(matches!(unknown[..], [RuleFault::UnknownKey { line: 6, .. }]), "{unknown:?}");
    }
}
