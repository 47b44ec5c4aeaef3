//! Cases written as JSON: one request, the policies that bear on it, and the answer as a line.
//!
//! The format is documented in `docs/reference/iam-simulate.md`; other programs rely on it.

use std::fmt;

use iam_policy::{Policy, literal_terms};
use serde_json::{Value, json};
use smol_str::SmolStr;
use source_text::{Diagnostic, FileId, Kind, Level, Limits, Map, Node, Place, parse_yaml};

use crate::{Because, Context, Decision, PolicySet, PrincipalId, Request, Why, decide};

/// Largest case, in bytes.
pub const MAX_CASE: usize = 16 << 20;

/// Remarks that are told of one case.
const MOST_REMARKS: usize = 20;

const FIELDS: [&str; 15] = [
    "id",
    "principal",
    "principal_account",
    "action",
    "resource",
    "resource_account",
    "context",
    "context_is_open",
    "identity_policies",
    "resource_policy",
    "permission_boundaries",
    "session_policy",
    "service_control_policies",
    "resource_control_policies",
    "vpc_endpoint_policies",
];

/// One request with the policies that bear on it.
#[derive(Clone, Debug)]
pub struct Case {
    /// The case's own `id`, as it is written; `null` when it has none.
    pub id: Value,
    /// What is asked.
    pub request: Request,
    /// Policies of the user or role.
    pub identity: Vec<Policy>,
    /// The policy on the resource.
    pub resource: Option<Policy>,
    /// The permissions boundary.
    pub boundaries: Option<Vec<Policy>>,
    /// The policy of the session.
    pub session: Option<Policy>,
    /// Service control policies, one list a level, root first.
    pub service_control: Vec<Vec<Policy>>,
    /// Resource control policies, one list a level, root first.
    pub resource_control: Vec<Vec<Policy>>,
    /// Policies of the VPC endpoint.
    pub vpc_endpoint: Option<Vec<Policy>>,
    /// What was read with a doubt: unknown fields, odd policies.
    pub remarks: Vec<Diagnostic>,
}

/// Why a text is not a case.
#[derive(Clone, Debug, PartialEq)]
pub struct CaseError {
    /// The case's own `id`, when that much was read.
    pub id: Value,
    /// Where.
    pub place: Place,
    /// What is wrong and what to do.
    pub message: String,
}

impl fmt::Display for CaseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for CaseError {}

impl Case {
    /// Reads one case. Places are those in `text`.
    ///
    /// # Errors
    /// [`CaseError`] when it is not JSON, lacks `principal` or `action`, or a field is of another
    /// kind than it must be.
    pub fn read(text: &str) -> Result<Self, CaseError> {
        let fail = |place, message| CaseError { id: Value::Null, place, message };
        if text.len() > MAX_CASE {
            let message = format!("a case has at most {} MiB", MAX_CASE >> 20);
            return Err(fail(Place::default(), message));
        }
        let limits = Limits { bytes: MAX_CASE, ..Limits::default() };
        let parsed = parse_yaml(FileId::default(), text, &limits)
            .map_err(|error| fail(error.place(), error.to_string()))?;
        let document = parsed.documents.first();
        let Some(Kind::Map(fields)) = document.map(|node| &node.kind) else {
            let place = document.map(|node| node.place).unwrap_or_default();
            return Err(fail(place, "a case is a JSON object".to_owned()));
        };
        let mut reader = Reader { fields, remarks: parsed.diagnostics };
        let id = reader.get("id").map_or(Value::Null, to_value);
        let place = document.map(|node| node.place).unwrap_or_default();
        reader.read(&id).map_err(|(at, message)| CaseError {
            id,
            place: at.unwrap_or(place),
            message,
        })
    }

    /// The policies, as [`decide`] takes them.
    #[must_use]
    pub fn policies(&self) -> PolicySet<'_> {
        PolicySet {
            identity: self.identity.iter().collect(),
            resource: self.resource.as_ref(),
            boundaries: self.boundaries.as_ref().map(|list| list.iter().collect()),
            session: self.session.as_ref(),
            service_control: by_level(&self.service_control),
            resource_control: by_level(&self.resource_control),
            vpc_endpoint: self.vpc_endpoint.as_ref().map(|list| list.iter().collect()),
        }
    }

    /// What the policies decide.
    #[must_use]
    pub fn decide(&self) -> Decision {
        decide(&self.policies(), &self.request)
    }

    /// The answer for programs: `{"id", "decision", "because"}`, and `warnings` when there are any.
    #[must_use]
    pub fn answer(&self, decision: &Decision) -> Value {
        let because: Vec<Value> = decision.because.iter().map(because_value).collect();
        let mut answer = json!({
            "id": self.id,
            "decision": decision.verdict.name(),
            "because": because,
        });
        if let (Some(answer), false) = (answer.as_object_mut(), self.remarks.is_empty()) {
            let remarks = self.remarks.iter().take(MOST_REMARKS);
            let warnings: Vec<Value> = remarks
                .map(
                    |remark| json!({"place": place_value(remark.place), "message": remark.message}),
                )
                .collect();
            answer.insert("warnings".to_owned(), Value::Array(warnings));
        }
        answer
    }
}

impl CaseError {
    /// The answer for programs: `{"id", "error", "place"}`.
    #[must_use]
    pub fn answer(&self) -> Value {
        json!({"id": self.id, "error": self.message, "place": place_value(self.place)})
    }
}

/// One reason for programs.
#[must_use]
pub fn because_value(because: &Because) -> Value {
    let mut value = json!({
        "layer": because.layer.name(),
        "outcome": because.outcome.name(),
        "element": because.why.name(),
        "why": because.to_string(),
    });
    let Some(fields) = value.as_object_mut() else { return value };
    if let Why::Condition { operator, key, wanted, found } = &because.why {
        let texts = |texts: &[SmolStr]| texts.iter().map(SmolStr::as_str).collect::<Value>();
        let found = found.as_deref().map(texts);
        let condition = json!({"operator": operator.as_str(), "key": key.as_str(), "values": texts(wanted), "found": found});
        fields.insert("condition".to_owned(), condition);
    }
    if let Some(level) = because.layer.level() {
        fields.insert("level".to_owned(), json!(level));
    }
    if let Some(statement) = &because.statement {
        fields.insert("policy".to_owned(), json!(statement.policy));
        fields.insert("statement".to_owned(), json!(statement.statement));
        fields.insert("sid".to_owned(), json!(statement.sid.as_deref()));
        fields.insert("place".to_owned(), place_value(statement.place));
    }
    value
}

fn place_value(place: Place) -> Value {
    json!({"line": place.line, "column": place.column})
}

fn by_level(levels: &[Vec<Policy>]) -> Vec<Vec<&Policy>> {
    levels.iter().map(|level| level.iter().collect()).collect()
}

/// A fault: where, when that is not the case as a whole, and what.
type Fault = (Option<Place>, String);

struct Reader<'a> {
    fields: &'a Map,
    remarks: Vec<Diagnostic>,
}

impl Reader<'_> {
    /// A field; `null` is as good as none.
    fn get(&self, name: &str) -> Option<&Node> {
        self.fields.get(name).filter(|node| !node.is_null())
    }

    fn read(&mut self, id: &Value) -> Result<Case, Fault> {
        for (key, entry) in self.fields.entries() {
            if !FIELDS.contains(&key.as_str()) {
                let message = format!("a case has no field `{key}`; it was not read");
                self.remarks.push(Diagnostic::note(entry.key_place, message));
            }
        }
        let is_open = self.get("context_is_open").map(|node| {
            node.as_bool()
                .ok_or((Some(node.place), "`context_is_open` is a truth value".to_owned()))
        });
        let mut principal = match self.fields.get("principal") {
            Some(node) if node.is_null() => PrincipalId::anonymous(),
            _ => PrincipalId::new(self.text("principal")?.ok_or_else(|| missing("principal"))?),
        };
        if let Some(account) = self.text("principal_account")? {
            principal.account = Some(account);
        }
        let mut request = Request::new(
            principal,
            self.text("action")?.ok_or_else(|| missing("action"))?,
            self.text("resource")?.unwrap_or_else(|| "*".into()),
        );
        request.resource_account = self.text("resource_account")?;
        request.context = self.context(is_open.transpose()?.unwrap_or(false))?;
        Ok(Case {
            id: id.clone(),
            request,
            identity: self.policies("identity_policies")?.unwrap_or_default(),
            resource: self.policy("resource_policy")?,
            // No principal has a boundary of no policies: an empty list says that there is none.
            boundaries: self.policies("permission_boundaries")?.filter(|list| !list.is_empty()),
            session: self.policy("session_policy")?,
            service_control: self.levels("service_control_policies")?,
            resource_control: self.levels("resource_control_policies")?,
            vpc_endpoint: self.policies("vpc_endpoint_policies")?.filter(|list| !list.is_empty()),
            remarks: std::mem::take(&mut self.remarks),
        })
    }

    fn text(&self, name: &str) -> Result<Option<SmolStr>, Fault> {
        let Some(node) = self.get(name) else { return Ok(None) };
        match node.scalar_text() {
            Some(text) => Ok(Some(text)),
            None => Err((Some(node.place), format!("`{name}` is text"))),
        }
    }

    fn context(&self, is_open: bool) -> Result<Context, Fault> {
        let mut context = if is_open { Context::open() } else { Context::default() };
        let Some(node) = self.get("context") else { return Ok(context) };
        let Some(keys) = node.as_map() else {
            let message = "`context` is an object of condition keys and their values";
            return Err((Some(node.place), message.to_owned()));
        };
        for (key, value) in keys.iter() {
            let values: Option<Vec<SmolStr>> = match &value.kind {
                // The request certainly lacks the key.
                Kind::Null => Some(Vec::new()),
                Kind::List(items) => items.iter().map(Node::scalar_text).collect(),
                _ => value.scalar_text().map(|text| vec![text]),
            };
            let Some(values) = values else {
                let message = format!("`{key}` has a text or a list of texts");
                return Err((Some(value.place), message));
            };
            context.set(key, values);
        }
        Ok(context)
    }

    fn policy(&mut self, name: &str) -> Result<Option<Policy>, Fault> {
        let Some(node) = self.get(name).cloned() else { return Ok(None) };
        self.read_policy(&node, name).map(Some)
    }

    /// A list of policies, or one alone.
    fn policies(&mut self, name: &str) -> Result<Option<Vec<Policy>>, Fault> {
        let Some(node) = self.get(name).cloned() else { return Ok(None) };
        self.list(&node, name).map(Some)
    }

    fn levels(&mut self, name: &str) -> Result<Vec<Vec<Policy>>, Fault> {
        let Some(node) = self.get(name).cloned() else { return Ok(Vec::new()) };
        let Some(levels) = node.as_list() else {
            let message = format!("`{name}` is a list of lists of policies, one list a level");
            return Err((Some(node.place), message));
        };
        levels.iter().map(|level| self.list(level, name)).collect()
    }

    fn list(&mut self, node: &Node, name: &str) -> Result<Vec<Policy>, Fault> {
        let items = node.as_list().unwrap_or(std::slice::from_ref(node));
        items.iter().map(|item| self.read_policy(item, name)).collect()
    }

    fn read_policy(&mut self, node: &Node, name: &str) -> Result<Policy, Fault> {
        if !matches!(node.kind, Kind::Map(_) | Kind::Text(_)) {
            let found = node.kind_name();
            return Err((
                Some(node.place),
                format!("a policy of `{name}` is an object, not {found}"),
            ));
        }
        let (policy, remarks) = Policy::read(node, &literal_terms);
        if policy.statements.is_empty()
            && let Some(remark) = remarks.iter().find(|remark| remark.level == Level::Error)
        {
            return Err((Some(remark.place), format!("`{name}`: {}", remark.message)));
        }
        self.remarks.extend(remarks);
        Ok(policy)
    }
}

fn missing(name: &str) -> Fault {
    (None, format!("a case needs `{name}`"))
}

/// A value as it was written, for the answer: text, number, truth value; other kinds are `null`.
fn to_value(node: &Node) -> Value {
    match &node.kind {
        Kind::Text(text) => Value::from(text.as_str()),
        Kind::Bool(value) => Value::from(*value),
        Kind::Number(text) => {
            serde_json::from_str(text).unwrap_or_else(|_| Value::from(text.as_str()))
        }
        _ => Value::Null,
    }
}
