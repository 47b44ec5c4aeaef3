//! `aws_iam_policy_document`: its blocks to the JSON policy that the provider would make.
//!
//! Source: registry of the AWS provider, data source `aws_iam_policy_document` (read 2026-11-27).

use indexmap::IndexMap;
use source_text::{Place, SmolStr};

use crate::block::argument;
use crate::evaluator::Evaluator;
use crate::functions::from_json;
use crate::value::{Kind, Unknown, Value};

type Entries = IndexMap<SmolStr, Value>;

impl Evaluator<'_> {
    /// The body with the attribute `json`.
    pub(crate) fn with_policy(&mut self, body: Value) -> Value {
        let Some(arguments) = body.as_map() else { return body };
        let mut arguments = arguments.clone();
        let place = body.place;
        let policy = self.policy(&body, place);
        arguments.insert("json".into(), Value::unknown(place, Unknown::Json(policy)));
        Value::map(place, arguments)
    }

    fn policy(&mut self, body: &Value, place: Place) -> Value {
        let mut statements: Vec<Value> = Vec::new();
        for document in documents(body, "source_policy_documents", "source_json") {
            self.add_statements(&document, &mut statements, Merge::Append);
        }
        let own = argument(body, "statement").and_then(Value::as_list).unwrap_or_default();
        for block in own {
            let made = self.lift(block, &mut |_, block| statement(block));
            put(&mut statements, made, Merge::Replace);
        }
        for document in documents(body, "override_policy_documents", "override_json") {
            self.add_statements(&document, &mut statements, Merge::Replace);
        }
        let mut policy = Entries::new();
        let version = argument(body, "version").cloned();
        policy
            .insert("Version".into(), version.unwrap_or_else(|| Value::text(place, "2012-10-17")));
        if let Some(id) = argument(body, "policy_id") {
            policy.insert("Id".into(), id.clone());
        }
        policy.insert("Statement".into(), Value::list(place, statements));
        Value::map(place, policy)
    }

    /// The statements of another document; one that is not known stands as it is.
    fn add_statements(&mut self, document: &Value, out: &mut Vec<Value>, merge: Merge) {
        if !self.charge(1 + document.weight() / 16) {
            return;
        }
        let place = document.place;
        let tree = match document.as_unknown() {
            Some(Unknown::Json(tree)) => Some(tree.clone()),
            _ => document.as_text().and_then(|text| from_json(&text, place)),
        };
        match tree.as_ref().and_then(|tree| argument(tree, "Statement")) {
            Some(Value { kind: Kind::List(items), .. }) => {
                for item in &items.it {
                    put(out, item.clone(), merge);
                }
            }
            Some(only) => put(out, only.clone(), merge),
            None if document.is_null() => {}
            None if document.is_unknown() => out.push(document.clone()),
            None => {}
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Merge {
    Append,
    /// A statement with the same `Sid` gives way.
    Replace,
}

fn statement(block: &Value) -> Value {
    if block.is_null() {
        return block.clone();
    }
    let place = block.place;
    let mut statement = Entries::new();
    if let Some(sid) = argument(block, "sid")
        && sid.as_text().as_deref() != Some("")
    {
        statement.insert("Sid".into(), sid.clone());
    }
    let effect = argument(block, "effect").cloned();
    statement.insert("Effect".into(), effect.unwrap_or_else(|| Value::text(place, "Allow")));
    for (name, key) in [
        ("actions", "Action"),
        ("not_actions", "NotAction"),
        ("resources", "Resource"),
        ("not_resources", "NotResource"),
    ] {
        if let Some(list) = argument(block, name) {
            statement.insert(key.into(), unescaped(&one_or_many(list)));
        }
    }
    for (name, key) in [("principals", "Principal"), ("not_principals", "NotPrincipal")] {
        if let Some(blocks) = argument(block, name).and_then(Value::as_list)
            && !blocks.is_empty()
        {
            statement.insert(key.into(), principals(blocks, place));
        }
    }
    if let Some(blocks) = argument(block, "condition").and_then(Value::as_list)
        && !blocks.is_empty()
    {
        statement.insert("Condition".into(), conditions(blocks, place));
    }
    Value::map(place, statement)
}

fn put(statements: &mut Vec<Value>, statement: Value, merge: Merge) {
    let sid = |it: &Value| argument(it, "Sid").and_then(Value::as_text);
    let new = sid(&statement).filter(|sid| !sid.is_empty());
    if merge == Merge::Replace
        && new.is_some()
        && let Some(old) = statements.iter_mut().find(|old| sid(old) == new)
    {
        *old = statement;
        return;
    }
    statements.push(statement);
}

fn documents(body: &Value, list: &str, single: &str) -> Vec<Value> {
    let mut documents: Vec<Value> = argument(body, single).cloned().into_iter().collect();
    match argument(body, list) {
        Some(Value { kind: Kind::List(items), .. }) => documents.extend(items.it.iter().cloned()),
        Some(other) => documents.push(other.clone()),
        None => {}
    }
    documents
}

/// A list of one is the one, as the provider writes it.
fn one_or_many(value: &Value) -> Value {
    match value.as_list() {
        Some([only]) => only.clone(),
        _ => value.clone(),
    }
}

fn principals(blocks: &[Value], place: Place) -> Value {
    let mut kinds: IndexMap<SmolStr, Vec<Value>> = IndexMap::new();
    for block in blocks {
        let block = taken(block);
        let kind = argument(block, "type").and_then(Value::as_text);
        let Some(kind) = kind else { continue };
        let identifiers = argument(block, "identifiers");
        let list = kinds.entry(kind).or_default();
        match identifiers.map(|it| (&it.kind, it)) {
            Some((Kind::List(items), _)) => list.extend(items.it.iter().map(unescaped)),
            Some((_, other)) => list.push(other.clone()),
            None => {}
        }
    }
    let is_everyone = kinds.len() == 1
        && kinds.get("*").is_some_and(
            |them| matches!(them.as_slice(), [only] if only.as_text().as_deref() == Some("*")),
        );
    if is_everyone {
        return Value::text(place, "*");
    }
    let entries = kinds
        .into_iter()
        .map(|(kind, them)| (kind, one_or_many(&Value::list(place, them))))
        .collect();
    Value::map(place, entries)
}

fn conditions(blocks: &[Value], place: Place) -> Value {
    let mut tests: IndexMap<SmolStr, IndexMap<SmolStr, Vec<Value>>> = IndexMap::new();
    for block in blocks {
        let block = taken(block);
        let word = |name: &str| argument(block, name).and_then(Value::as_text);
        let (Some(test), Some(variable)) = (word("test"), word("variable")) else { continue };
        let list = tests.entry(test).or_default().entry(variable).or_default();
        match argument(block, "values") {
            Some(Value { kind: Kind::List(items), .. }) => {
                list.extend(items.it.iter().map(unescaped));
            }
            Some(other) => list.push(unescaped(other)),
            None => {}
        }
    }
    let entries = tests.into_iter().map(|(test, variables)| {
        let variables = variables
            .into_iter()
            .map(|(variable, values)| (variable, one_or_many(&Value::list(place, values))));
        (test, Value::map(place, variables.collect()))
    });
    Value::map(place, entries.collect())
}

/// A nested block that hangs on a condition is looked at as if it held.
fn taken(block: &Value) -> &Value {
    match block.as_unknown() {
        Some(Unknown::If { yes, no, .. }) => {
            if yes.is_null() {
                no
            } else {
                yes
            }
        }
        _ => block,
    }
}

/// `&{aws:username}` is how a policy variable is written in Terraform.
fn unescaped(value: &Value) -> Value {
    let place = value.place;
    match &value.kind {
        Kind::Text(text) if text.contains("&{") => Value::text(place, text.replace("&{", "${")),
        Kind::List(items) => Value::list(place, items.it.iter().map(unescaped).collect()),
        Kind::Unknown(unknown) => match &unknown.it {
            Unknown::Join(parts) => {
                Value::unknown(place, Unknown::Join(parts.iter().map(unescaped).collect()))
            }
            _ => value.clone(),
        },
        _ => value.clone(),
    }
}
