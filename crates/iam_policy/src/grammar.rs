//! The strict grammar: what IAM accepts as a policy document, and where a document departs from it.
//!
//! [`Policy::read`](crate::Policy::read) reads whatever can be understood; this says what IAM would
//! say when the document is attached. A fault at level error is a document that IAM refuses; a
//! warning is one that it takes, though hardly as it is meant.

mod condition;
mod principal;
mod resource;

pub use condition::{is_date, is_date_comparison};
use source_text::{FileId, Kind, Level, Limits, Map, Node, ParseError, Place, parse_json};

/// Largest document that is read, in bytes; IAM takes at most 20,480 characters.
const MAX_BYTES: usize = 8 << 20;

/// Most faults that are told of one document; how many more there are is told by one more.
const MAX_FAULTS: usize = 1_000;

/// What a document is attached to: it decides which elements belong there, and the size.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum DocumentKind {
    /// A policy of identities, managed or inline, not told which.
    #[default]
    Identity,
    /// A managed policy of identities, or a permission boundary: 6,144 characters, version
    /// `2012-10-17`.
    Managed,
    /// An inline policy of a role: 10,240 characters in all.
    Inline,
    /// A policy on a resource: a bucket, a queue, a key.
    Resource,
    /// Who may assume a role.
    Trust,
    /// A service control policy of an organisation.
    ServiceControl,
    /// A resource control policy of an organisation.
    ResourceControl,
}

/// One departure from the grammar, or from sense.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Which fault it is, as reports name it: `unknown-element`.
    pub code: &'static str,
    /// Error: IAM refuses the document, or what is written has no effect. Warning: a doubt.
    pub level: Level,
    /// Where.
    pub place: Place,
    /// Lower case, says what to do.
    pub message: String,
}

/// A document and what is wrong with it.
#[derive(Clone, Debug)]
pub struct Checked {
    /// The tree; `None` when the text is no JSON.
    pub document: Option<Node>,
    /// What it was taken for.
    pub kind: DocumentKind,
    /// The faults, in order of their places.
    pub faults: Vec<Fault>,
}

impl Checked {
    /// Whether IAM takes the document.
    #[must_use]
    pub fn is_accepted(&self) -> bool {
        self.document.is_some() && self.faults.iter().all(|fault| fault.level != Level::Error)
    }
}

impl DocumentKind {
    /// The kind by its name on the command line: `managed`, `trust`.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "identity" => Self::Identity,
            "managed" => Self::Managed,
            "inline" => Self::Inline,
            "resource" => Self::Resource,
            "trust" => Self::Trust,
            "scp" => Self::ServiceControl,
            "rcp" => Self::ResourceControl,
            _ => return None,
        })
    }

    /// What a document seems to be: one with principals is on a resource, and on a role when its
    /// statements name no resources and only actions of `sts`.
    #[must_use]
    pub fn guess(document: &Node) -> Self {
        let Some(statements) = document.get("Statement") else { return Self::Identity };
        let statements = statements.as_list().unwrap_or(std::slice::from_ref(statements));
        let has = |node: &Node, key: &str| node.get(key).is_some();
        let is_sts = |node: &Node| {
            let action = node.get("Action");
            let texts = action.and_then(Node::as_list).or(action.map(std::slice::from_ref));
            texts.is_some_and(|texts| {
                texts.iter().all(|text| text.as_str().is_some_and(|text| text.starts_with("sts:")))
            })
        };
        if !statements.iter().any(|node| has(node, "Principal") || has(node, "NotPrincipal")) {
            return Self::Identity;
        }
        let is_trust = |node: &Node| !has(node, "Resource") && is_sts(node);
        if statements.iter().all(is_trust) { Self::Trust } else { Self::Resource }
    }

    /// Whether statements name principals.
    fn has_principals(self) -> bool {
        matches!(self, Self::Resource | Self::Trust | Self::ResourceControl)
    }

    /// Most characters, blanks not counted, and what the quota is called.
    ///
    /// Source: IAM User Guide, "IAM and AWS STS quotas"; Organizations User Guide, "Quotas and
    /// service limits"; S3 and SQS guides for policies on resources. Policies on resources have
    /// quotas of their own; the largest is taken. Service control policies had 5,120 until AWS
    /// doubled it for everybody on 2026-05-15, as it announced; older copies of the guide still say
    /// so. Resource control policies kept 5,120.
    fn quota(self) -> (usize, &'static str) {
        match self {
            Self::Managed => (6_144, "a managed policy"),
            Self::Identity | Self::Inline => (10_240, "the inline policies of a role"),
            Self::Resource => (20_480, "a policy on a resource"),
            Self::Trust => (4_096, "a trust policy"),
            Self::ServiceControl => (10_240, "a service control policy"),
            Self::ResourceControl => (5_120, "a resource control policy"),
        }
    }
}

/// Checks the text of a policy document. `None` as kind guesses it: see [`DocumentKind::guess`].
#[must_use]
pub fn check_text(file: FileId, text: &str, kind: Option<DocumentKind>) -> Checked {
    let limits = Limits { bytes: MAX_BYTES, depth: 64, ..Limits::default() };
    let mut faults = Vec::new();
    let parsed = match parse_json(file, text, &limits) {
        Ok(parsed) => parsed,
        Err(error) => {
            faults.push(unreadable(&error));
            return Checked { document: None, kind: kind.unwrap_or_default(), faults };
        }
    };
    for doubt in &parsed.diagnostics {
        faults.push(Fault {
            code: "duplicate-key",
            level: Level::Error,
            place: doubt.place,
            message: doubt.message.clone(),
        });
    }
    let document = parsed.documents.into_iter().next();
    let kind = kind
        .unwrap_or_else(|| document.as_ref().map_or_else(Default::default, DocumentKind::guess));
    if let Some(document) = &document {
        let (most, of) = kind.quota();
        let size = text.chars().filter(|character| !character.is_whitespace()).count();
        if size > most {
            let message = format!(
                "this has {size} characters without blanks, {of} may have {most}; split it or use \
                 wildcards"
            );
            faults.push(error("too-large", document.place, message));
        }
        faults.extend(check(document, kind));
    }
    faults.sort_by_key(|fault| (fault.place.line, fault.place.column));
    cap(&mut faults);
    Checked { document, kind, faults }
}

/// Checks the tree of a policy document, all but its size and duplicate keys.
#[must_use]
pub fn check(document: &Node, kind: DocumentKind) -> Vec<Fault> {
    let mut checker = Checker { kind, faults: Vec::new(), untold: 0 };
    checker.document(document);
    let mut faults = checker.faults;
    if checker.untold > 0 {
        let message = format!("{} more faults are not told one by one", checker.untold);
        faults.push(error("more-faults", document.place, message));
    }
    faults
}

fn unreadable(problem: &ParseError) -> Fault {
    let code = match problem {
        ParseError::Syntax { .. } => "not-json",
        ParseError::Limit { .. } => "too-large",
    };
    error(code, problem.place(), problem.to_string())
}

/// Keeps the first faults and says how many more there are.
fn cap(faults: &mut Vec<Fault>) {
    let more = faults.len().saturating_sub(MAX_FAULTS);
    if more > 1
        && let Some(place) = faults.get(MAX_FAULTS).map(|fault| fault.place)
    {
        faults.truncate(MAX_FAULTS);
        let message = format!("{more} more faults are not told one by one");
        faults.push(error("more-faults", place, message));
    }
}

fn error(code: &'static str, place: Place, message: impl Into<String>) -> Fault {
    Fault { code, level: Level::Error, place, message: message.into() }
}

struct Checker {
    kind: DocumentKind,
    faults: Vec<Fault>,
    untold: usize,
}

impl Checker {
    fn refuse(&mut self, code: &'static str, place: Place, message: impl Into<String>) {
        self.tell(error(code, place, message));
    }

    fn doubt(&mut self, code: &'static str, place: Place, message: impl Into<String>) {
        self.tell(Fault { level: Level::Warning, ..error(code, place, message) });
    }

    fn tell(&mut self, fault: Fault) {
        if self.faults.len() < MAX_FAULTS {
            self.faults.push(fault);
        } else {
            self.untold += 1;
        }
    }

    fn document(&mut self, node: &Node) {
        let Kind::Map(map) = &node.kind else {
            let found = node.kind_name();
            self.refuse(
                "wrong-type",
                node.place,
                format!("a policy is a mapping, this is {found}"),
            );
            return;
        };
        self.elements(map, &["Version", "Id", "Statement"], "a policy");
        self.version(map, node.place);
        if let Some(id) = map.get("Id")
            && !matches!(id.kind, Kind::Text(_))
        {
            self.refuse("wrong-type", id.place, "`Id` is text; put it in double quotes");
        }
        let Some(statement) = map.get("Statement") else {
            self.refuse("no-statement", node.place, "this policy has no `Statement`; add one");
            return;
        };
        let mut sids: Vec<(&str, Place)> = Vec::new();
        match &statement.kind {
            Kind::Map(map) => self.statement(map, statement.place, &mut sids),
            Kind::List(items) if items.is_empty() => {
                self.refuse("no-statement", statement.place, "`Statement` is empty; add one");
            }
            Kind::List(items) => {
                for item in items {
                    if let Kind::Map(map) = &item.kind {
                        self.statement(map, item.place, &mut sids);
                    } else {
                        let found = item.kind_name();
                        let message = format!("a statement is a mapping, this is {found}");
                        self.refuse("wrong-type", item.place, message);
                    }
                }
            }
            _ => {
                let found = statement.kind_name();
                let message =
                    format!("`Statement` is a mapping or a list of them, this is {found}");
                self.refuse("wrong-type", statement.place, message);
            }
        }
        self.unique_sids(sids);
    }

    /// Elements that are none, with the one that is meant.
    fn elements(&mut self, map: &Map, known: &[&str], of: &str) {
        for (key, entry) in map.entries() {
            if known.contains(&key.as_str()) {
                continue;
            }
            let singular = key.strip_suffix('s').unwrap_or(key);
            let meant = known
                .iter()
                .find(|name| name.eq_ignore_ascii_case(key) || name.eq_ignore_ascii_case(singular));
            let message = meant.map_or_else(
                || format!("{of} has no element `{key}`; remove it"),
                |name| format!("{of} has no element `{key}`; write `{name}`"),
            );
            self.refuse("unknown-element", entry.key_place, message);
        }
    }

    fn version(&mut self, map: &Map, place: Place) {
        const CURRENT: &str = "2012-10-17";
        let must_be_current =
            matches!(self.kind, DocumentKind::Managed | DocumentKind::ResourceControl);
        let Some(version) = map.get("Version") else {
            let message = format!(
                "this policy has no `Version`, so that it is read as 2008-10-17, without \
                 variables; write `{CURRENT}`"
            );
            if must_be_current {
                self.refuse("old-version", place, message);
            } else {
                self.doubt("old-version", place, message);
            }
            return;
        };
        match version.as_str() {
            Some(CURRENT) => {}
            Some("2008-10-17") if !must_be_current => {
                let message = format!("2008-10-17 knows no variables; write `{CURRENT}`");
                self.doubt("old-version", version.place, message);
            }
            Some("2008-10-17") => {
                let message = format!("this policy must be of version `{CURRENT}`");
                self.refuse("old-version", version.place, message);
            }
            _ => {
                let text = version.scalar_text().unwrap_or_default();
                let message = format!("`{text}` is no version of policies; write `{CURRENT}`");
                self.refuse("unknown-version", version.place, message);
            }
        }
    }

    fn statement<'a>(&mut self, map: &'a Map, place: Place, sids: &mut Vec<(&'a str, Place)>) {
        const PAIRS: [(&str, &str); 3] =
            [("Action", "NotAction"), ("Resource", "NotResource"), ("Principal", "NotPrincipal")];
        const ELEMENTS: [&str; 9] = [
            "Sid",
            "Effect",
            "Principal",
            "NotPrincipal",
            "Action",
            "NotAction",
            "Resource",
            "NotResource",
            "Condition",
        ];
        self.elements(map, &ELEMENTS, "a statement");
        for (one, other) in PAIRS {
            if map.contains(one)
                && let Some(entry) = map.entry(other)
            {
                let message = format!("a statement has `{one}` or `{other}`, not both");
                self.refuse("both-elements", entry.key_place, message);
            }
        }
        if let Some(sid) = map.get("Sid") {
            self.sid(sid, sids);
        }
        self.effect(map, place);
        match map.get("Action").or_else(|| map.get("NotAction")) {
            None => self.refuse("no-action", place, "this statement has no `Action`; add one"),
            Some(node) => self.texts(node, "no-action", "actions", false, Self::action),
        }
        self.resources(map, place);
        self.principals(map, place);
        if let Some(condition) = map.get("Condition") {
            self.condition(condition);
        }
    }

    fn sid<'a>(&mut self, node: &'a Node, sids: &mut Vec<(&'a str, Place)>) {
        let Kind::Text(sid) = &node.kind else {
            self.refuse("wrong-type", node.place, "`Sid` is text; put it in double quotes");
            return;
        };
        if !sid.bytes().all(|byte| byte.is_ascii_alphanumeric())
            && !matches!(self.kind, DocumentKind::Resource)
        {
            // IAM documents letters and digits, and yet takes other characters at times.
            let message = format!("`{sid}` should have letters and digits only");
            self.doubt("sid-characters", node.place, message);
        }
        if !sid.is_empty() {
            sids.push((sid, node.place));
        }
    }

    fn unique_sids(&mut self, mut sids: Vec<(&str, Place)>) {
        sids.sort_by_key(|(sid, place)| (*sid, place.line, place.column));
        for pair in sids.windows(2) {
            if let [(first, _), (second, place)] = pair
                && first == second
            {
                let message = format!("the `Sid` `{first}` stands twice; give each its own");
                self.refuse("duplicate-sid", *place, message);
            }
        }
    }

    fn effect(&mut self, map: &Map, place: Place) {
        let Some(effect) = map.get("Effect") else {
            let message = "this statement has no `Effect`; write `Allow` or `Deny`";
            self.refuse("no-effect", place, message);
            return;
        };
        let text = effect.scalar_text().unwrap_or_default();
        if !matches!(effect.as_str(), Some("Allow" | "Deny")) {
            let message = format!("`{text}` is no effect; write `Allow` or `Deny`, in this case");
            self.refuse("unknown-effect", effect.place, message);
        } else if text == "Allow" && self.kind == DocumentKind::ResourceControl {
            let message = "a resource control policy only denies; write `Deny`";
            self.refuse("unknown-effect", effect.place, message);
        }
    }

    /// Text or a list of texts that is not empty.
    fn texts(
        &mut self,
        node: &Node,
        code: &'static str,
        what: &str,
        may_be_null: bool,
        check: fn(&mut Self, &str, Place),
    ) {
        let items = node.as_list().unwrap_or(std::slice::from_ref(node));
        if items.is_empty() {
            self.refuse(code, node.place, format!("this list of {what} is empty; name some"));
        }
        for item in items {
            match &item.kind {
                Kind::Text(text) => check(self, text, item.place),
                Kind::Null if may_be_null && node.as_list().is_some() => {
                    self.doubt("null-item", item.place, "`null` means nothing here; remove it");
                }
                _ => {
                    let found = item.kind_name();
                    let message = format!("text is wanted here, this is {found}");
                    self.refuse("wrong-type", item.place, message);
                }
            }
        }
    }

    fn action(&mut self, text: &str, place: Place) {
        if text == "*" {
            return;
        }
        let Some((vendor, name)) = text.split_once(':') else {
            let message =
                format!("`{text}` names no service; write `service:Action`, as in `s3:GetObject`");
            self.refuse("action-syntax", place, message);
            return;
        };
        if name.contains(':') {
            let message = format!("`{text}` has more than one colon; write `service:Action`");
            self.refuse("action-syntax", place, message);
        }
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.');
        if vendor.contains(['*', '?']) {
            let message = format!("`{vendor}` stands for a service, which takes no wildcards");
            self.doubt("action-syntax", place, message);
        } else if vendor.is_empty() || !vendor.bytes().all(fits) {
            let message = format!("`{vendor}` cannot be a service; write its prefix, as `s3`");
            self.refuse("action-syntax", place, message);
        }
        let is_name = |byte: u8| {
            byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'*' | b'?' | b':')
        };
        if name.is_empty() || !name.bytes().all(is_name) {
            let message = format!("`{text}` names no action; no request ever matches it");
            self.doubt("action-syntax", place, message);
        }
    }
}

#[cfg(test)]
mod tests;
