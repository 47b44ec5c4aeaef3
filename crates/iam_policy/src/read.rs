//! The grammar: trees to [`Policy`].

use source_text::{Diagnostic, FileId, Kind, Limits, Map, Node, Place, parse_yaml};
use value::When;

use crate::{Condition, Effect, Operator, Policy, Principal, PrincipalKind, Statement, Term};

/// Deepest nesting of undecided `Fn::If` that is followed.
const MAX_NESTED_CHOICES: usize = 16;

/// Largest policy written as JSON inside a text, in bytes; IAM takes at most 20,480 characters.
const MAX_TEXT_POLICY: usize = 1 << 20;

const STATEMENT_KEYS: [&str; 9] = [
    "Sid",
    "Effect",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Principal",
    "NotPrincipal",
    "Condition",
];

/// Reads scalars as they are; anything else gives nothing. For policies that are plain JSON.
#[must_use]
pub fn literal_terms(node: &Node) -> Vec<Term> {
    node.scalar_text().map(|text| Term::known(node.place, text)).into_iter().collect()
}

impl Policy {
    /// Reads a policy document: a mapping, or text that holds one as JSON.
    ///
    /// `read_terms` turns one value (text or a function of the template) into the texts it may be;
    /// [`literal_terms`] does for plain JSON. Undecided `Fn::If` that choose between documents,
    /// statements or principals are followed here, and what they choose carries the condition;
    /// `Ref: AWS::NoValue` is nothing. What is not a policy is left out, with a diagnostic.
    pub fn read(node: &Node, read_terms: &dyn Fn(&Node) -> Vec<Term>) -> (Self, Vec<Diagnostic>) {
        let mut reader = Reader { read_terms, diagnostics: Vec::new() };
        let mut policy = Self { place: node.place, ..Self::default() };
        for (when, document) in choices(node) {
            reader.read_document(document, &when, &mut policy);
        }
        (policy, reader.diagnostics)
    }

    /// Reads a list of statements that stand without a document around them, as in a
    /// Serverless Framework `iam.role.statements`.
    pub fn read_statements(
        node: &Node,
        read_terms: &dyn Fn(&Node) -> Vec<Term>,
    ) -> (Self, Vec<Diagnostic>) {
        let mut reader = Reader { read_terms, diagnostics: Vec::new() };
        let mut policy = Self { place: node.place, ..Self::default() };
        reader.read_statements(node, &When::ALWAYS, &mut policy.statements);
        (policy, reader.diagnostics)
    }
}

struct Reader<'a> {
    read_terms: &'a dyn Fn(&Node) -> Vec<Term>,
    diagnostics: Vec<Diagnostic>,
}

impl Reader<'_> {
    fn error(&mut self, place: Place, message: impl Into<String>) {
        self.diagnostics.push(Diagnostic::error(place, message));
    }

    fn warn(&mut self, place: Place, message: impl Into<String>) {
        self.diagnostics.push(Diagnostic::warning(place, message));
    }

    fn read_document(&mut self, node: &Node, when: &When, policy: &mut Policy) {
        match &node.kind {
            Kind::Map(map) if map.contains("Statement") => {
                if policy.version.is_none() {
                    policy.version = map.get("Version").and_then(Node::scalar_text);
                }
                if let Some(statements) = map.get("Statement") {
                    self.read_statements(statements, when, &mut policy.statements);
                }
            }
            Kind::Map(map) if is_function(map) => {
                self.warn(node.place, "a policy that only deployment knows was not looked at");
            }
            Kind::Text(text) if text.trim_start().starts_with('{') => {
                if let Some(inner) = self.parse_text(text, node.place) {
                    self.read_document(&inner, when, policy);
                }
            }
            Kind::Map(_) => self.error(node.place, "this policy has no `Statement`"),
            _ => {
                let found = node.kind_name();
                self.error(node.place, format!("a policy is a mapping, this is {found}"));
            }
        }
    }

    /// JSON inside a text; every node gets the place of the text.
    fn parse_text(&mut self, text: &str, place: Place) -> Option<Node> {
        let limits = Limits { bytes: MAX_TEXT_POLICY, depth: 32, ..Limits::of_part(text) };
        let Ok(parsed) = parse_yaml(FileId::default(), text, &limits) else {
            self.error(place, "this policy is text but not valid JSON");
            return None;
        };
        let mut document = parsed.documents.into_iter().next()?;
        if !matches!(document.kind, Kind::Map(_)) {
            self.error(place, "this policy is text but not a JSON mapping");
            return None;
        }
        move_to(&mut document, place);
        Some(document)
    }

    fn read_statements(&mut self, node: &Node, when: &When, statements: &mut Vec<Statement>) {
        for (branch, chosen) in choices(node) {
            let Some(when) = when.and(&branch) else { continue };
            match &chosen.kind {
                Kind::List(items) => {
                    for item in items {
                        for (branch, statement) in choices(item) {
                            let Some(when) = when.and(&branch) else { continue };
                            // A list chosen inside the list: its items are meant.
                            if let Some(inner) = statement.as_list() {
                                for item in inner {
                                    self.read_statement(item, &when, statements);
                                }
                            } else {
                                self.read_statement(statement, &when, statements);
                            }
                        }
                    }
                }
                _ => self.read_statement(chosen, &when, statements),
            }
        }
    }

    fn read_statement(&mut self, node: &Node, when: &When, statements: &mut Vec<Statement>) {
        let Kind::Map(map) = &node.kind else {
            let found = node.kind_name();
            self.error(node.place, format!("a statement is a mapping, this is {found}"));
            return;
        };
        if is_function(map) {
            self.warn(node.place, "a statement that only deployment knows was not looked at");
            return;
        }
        for (key, entry) in map.entries() {
            if !STATEMENT_KEYS.contains(&key.as_str()) {
                self.warn(entry.key_place, unknown_key(key));
            }
        }
        let mut statement = Statement {
            sid: map.get("Sid").and_then(Node::scalar_text),
            effect: self.read_effect(map, node.place),
            actions: self.read_list(map.get("Action")),
            not_actions: self.read_list(map.get("NotAction")),
            resources: self.read_list(map.get("Resource")),
            not_resources: self.read_list(map.get("NotResource")),
            principals: self.read_principals(map.get("Principal")),
            not_principals: self.read_principals(map.get("NotPrincipal")),
            conditions: Vec::new(),
            when: when.clone(),
            place: node.place,
        };
        if let Some(conditions) = map.get("Condition") {
            self.read_conditions(conditions, &mut statement.conditions);
        }
        for (one, other) in
            [("Action", "NotAction"), ("Resource", "NotResource"), ("Principal", "NotPrincipal")]
        {
            if map.contains(one) && map.contains(other) {
                self.warn(node.place, format!("a statement has `{one}` or `{other}`, not both"));
            }
        }
        if !map.contains("Action") && !map.contains("NotAction") {
            self.error(node.place, "this statement has no `Action`");
        }
        statements.push(statement);
    }

    /// A missing or unreadable effect is taken as `Allow`: the safe reading for one who looks for
    /// what is allowed too much.
    fn read_effect(&mut self, map: &Map, place: Place) -> Effect {
        let Some(node) = map.get("Effect") else {
            self.error(place, "this statement has no `Effect`; it is read as `Allow`");
            return Effect::Allow;
        };
        let terms = (self.read_terms)(node);
        let is = |word: &str| {
            !terms.is_empty() && terms.iter().all(|term| term.text.eq_ignore_ascii_case(word))
        };
        if is("deny") {
            return Effect::Deny;
        }
        if !is("allow") {
            let text = terms.first().map_or("", |term| &term.text);
            let message = format!("`{text}` is not `Allow` or `Deny`; it is read as `Allow`");
            self.warn(node.place, message);
        }
        Effect::Allow
    }

    /// Text or a list of texts.
    fn read_list(&mut self, node: Option<&Node>) -> Vec<Term> {
        let mut terms = Vec::new();
        let Some(node) = node else { return terms };
        for (when, chosen) in choices(node) {
            let items = chosen.as_list().unwrap_or(std::slice::from_ref(chosen));
            for item in items {
                for (branch, item) in choices(item) {
                    let Some(when) = when.and(&branch) else { continue };
                    for item in item.as_list().unwrap_or(std::slice::from_ref(item)) {
                        let read = self.read_terms_of(item);
                        terms.extend(read.into_iter().filter_map(|term| term.under(&when)));
                    }
                }
            }
        }
        terms
    }

    fn read_terms_of(&mut self, node: &Node) -> Vec<Term> {
        let terms = (self.read_terms)(node);
        let may_be_text = match &node.kind {
            Kind::Map(map) => is_function(map),
            Kind::List(_) | Kind::Null => false,
            _ => true,
        };
        if terms.is_empty() && !may_be_text {
            let found = node.kind_name();
            self.error(node.place, format!("text is wanted here, this is {found}"));
        }
        terms
    }

    fn read_principals(&mut self, node: Option<&Node>) -> Vec<Principal> {
        let mut principals = Vec::new();
        let Some(node) = node else { return principals };
        for (when, chosen) in choices(node) {
            match &chosen.kind {
                Kind::Map(map) if !is_function(map) => {
                    for (key, entry) in map.entries() {
                        let Some(kind) = principal_kind(key) else {
                            let message = format!(
                                "`{key}` is no kind of principal; write `AWS`, `Service`, \
                                 `Federated` or `CanonicalUser`"
                            );
                            self.warn(entry.key_place, message);
                            continue;
                        };
                        let terms = self.read_list(Some(&entry.value));
                        principals.extend(
                            terms
                                .into_iter()
                                .filter_map(|term| term.under(&when))
                                .map(|term| Principal { kind, term }),
                        );
                    }
                }
                _ => {
                    for term in self.read_list(Some(chosen)) {
                        let kind = if term.is_everything() {
                            PrincipalKind::Any
                        } else {
                            // IAM wants `*` or a mapping; an ARN alone is taken as it is meant.
                            PrincipalKind::Aws
                        };
                        principals.extend(term.under(&when).map(|term| Principal { kind, term }));
                    }
                }
            }
        }
        principals
    }

    fn read_conditions(&mut self, node: &Node, conditions: &mut Vec<Condition>) {
        for (when, chosen) in choices(node) {
            let Kind::Map(operators) = &chosen.kind else {
                let found = chosen.kind_name();
                self.error(chosen.place, format!("a condition is a mapping, this is {found}"));
                continue;
            };
            if is_function(operators) {
                self.warn(chosen.place, "a condition that only deployment knows was not read");
                continue;
            }
            for (operator, entry) in operators.entries() {
                if Operator::parse(operator).is_none() {
                    let message = format!("IAM knows no condition operator `{operator}`");
                    self.warn(entry.key_place, message);
                }
                for (branch, keys) in choices(&entry.value) {
                    let Some(when) = when.and(&branch) else { continue };
                    let Kind::Map(keys) = &keys.kind else {
                        let found = keys.kind_name();
                        let message = format!("`{operator}` wants a mapping, this is {found}");
                        self.error(entry.value.place, message);
                        continue;
                    };
                    for (key, entry) in keys.entries() {
                        conditions.push(Condition {
                            operator: operator.clone(),
                            key: key.clone(),
                            values: self.read_list(Some(&entry.value)),
                            when: when.clone(),
                            place: entry.key_place,
                        });
                    }
                }
            }
        }
    }
}

fn unknown_key(key: &str) -> String {
    let meant = STATEMENT_KEYS.iter().find(|known| {
        known.eq_ignore_ascii_case(key)
            || key.strip_suffix('s').is_some_and(|one| known.eq_ignore_ascii_case(one))
    });
    match meant {
        Some(known) => format!("a statement has no `{key}`; did you mean `{known}`?"),
        None => format!("a statement has no `{key}`"),
    }
}

fn principal_kind(key: &str) -> Option<PrincipalKind> {
    match key {
        "AWS" => Some(PrincipalKind::Aws),
        "Service" => Some(PrincipalKind::Service),
        "Federated" => Some(PrincipalKind::Federated),
        "CanonicalUser" => Some(PrincipalKind::CanonicalUser),
        "*" => Some(PrincipalKind::Any),
        _ => None,
    }
}

/// Whether a mapping is a function of the template: `Ref` or `Fn::…` alone.
fn is_function(map: &Map) -> bool {
    map.len() == 1 && map.keys().all(|key| key == "Ref" || key.starts_with("Fn::"))
}

/// What may stand in the place of `node`: itself, or the branches of an undecided `Fn::If`.
fn choices(node: &Node) -> Vec<(When, &Node)> {
    let mut found = Vec::new();
    add_choices(node, &When::ALWAYS, MAX_NESTED_CHOICES, &mut found);
    found
}

fn add_choices<'a>(node: &'a Node, when: &When, depth: usize, found: &mut Vec<(When, &'a Node)>) {
    match node.single() {
        Some((key, value)) if key == "Fn::If" && depth > 0 => {
            if let Some([name, then, otherwise]) = value.as_list()
                && let Some(name) = name.as_str()
            {
                for (is_true, branch) in [(true, then), (false, otherwise)] {
                    if let Some(when) = when.and(&When::condition(name, is_true)) {
                        add_choices(branch, &when, depth - 1, found);
                    }
                }
                return;
            }
        }
        Some((key, value)) if key == "Ref" && value.as_str() == Some("AWS::NoValue") => return,
        _ => {}
    }
    found.push((when.clone(), node));
}

/// Gives every node of a small tree one place. The depth is bounded by the limits of the parser.
fn move_to(node: &mut Node, place: Place) {
    node.place = place;
    match &mut node.kind {
        Kind::List(items) => items.iter_mut().for_each(|item| move_to(item, place)),
        Kind::Map(map) => {
            let old = std::mem::take(map);
            for (key, mut entry) in old.into_entries() {
                move_to(&mut entry.value, place);
                map.insert_at(key, place, entry.value);
            }
        }
        Kind::Tagged(_, inner) => move_to(inner, place),
        _ => {}
    }
}
