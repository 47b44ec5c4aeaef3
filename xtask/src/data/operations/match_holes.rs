//! Which parameter of an operation fills which hole of an ARN's shape, told by names.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{
    folded,
    hints::Hints,
    model::{Model, Operation, entries, text},
    reviewed::Reviewed,
};

/// The catalogue: actions with their resource types, and the ARN shapes of those.
pub(super) struct Shapes {
    /// prefix -> action in lower case -> (name, resource types; whether each is required).
    actions: BTreeMap<String, BTreeMap<String, Action>>,
    /// prefix -> resource type in lower case -> shape.
    types: BTreeMap<String, BTreeMap<String, String>>,
    hints: Hints,
}

/// An action: its name, and its resource types with whether each is required.
type Action = (String, Vec<(String, bool)>);

impl Shapes {
    /// Of the package's document.
    pub(super) fn of(data: &Value, hints: Hints) -> Self {
        let mut shapes = Self { actions: BTreeMap::new(), types: BTreeMap::new(), hints };
        for (prefix, actions) in entries(data, "actions") {
            let known = shapes.actions.entry(prefix.clone()).or_default();
            for (key, action) in actions.as_object().into_iter().flatten() {
                let name = text(action, "name").to_owned();
                let types =
                    action.get("resourceTypes").and_then(Value::as_array).into_iter().flatten();
                let types = types
                    .map(|kind| {
                        let name = text(kind, "name");
                        (
                            name.to_lowercase(),
                            kind.get("required").and_then(Value::as_bool).unwrap_or(false),
                        )
                    })
                    .collect();
                known.insert(key.to_lowercase(), (name, types));
            }
        }
        for (prefix, types) in entries(data, "resourceTypes") {
            let known = shapes.types.entry(prefix.clone()).or_default();
            for (key, kind) in types.as_object().into_iter().flatten() {
                let shape = text(kind, "arn").to_owned();
                known.insert(key.to_lowercase(), shape);
            }
        }
        shapes
    }

    /// Whether the action exists, its case ignored, as everywhere in IAM.
    pub(super) fn has(&self, prefix: &str, action: &str) -> bool {
        let (prefix, name) = action.split_once(':').unwrap_or((prefix, action));
        self.actions.get(prefix).is_some_and(|all| all.contains_key(&name.to_lowercase()))
    }

    /// The action that puts tags on what an operation makes; none when the service has none.
    pub(super) fn tagging(&self, prefix: &str, operation: &str) -> Option<String> {
        let own = format!("Tag{}", operation.trim_start_matches("Create"));
        let names = [own.as_str(), "TagResource", "AddTagsToResource", "CreateTags", "AddTags"];
        names.into_iter().find(|name| self.has(prefix, name)).map(str::to_owned)
    }

    /// The templates of what an operation touches with an action; none when only `*` is told.
    pub(super) fn templates(
        &self,
        prefix: &str,
        action: &str,
        model: &Model,
        operation: &Operation,
        reviewed: &Reviewed,
    ) -> Vec<String> {
        let (own, name) = action.split_once(':').unwrap_or((prefix, action));
        let Some((_, types)) = self.actions.get(own).and_then(|all| all.get(&name.to_lowercase()))
        else {
            return Vec::new();
        };
        let any_required = types.iter().any(|(_, is_required)| *is_required);
        let mut chosen: Vec<String> = Vec::new();
        for (kind, is_required) in types {
            if let Some(written) = reviewed.resource(&model.id, kind) {
                // `*` says that no parameter of any operation names this type of resource.
                let written = written.iter().filter(|template| *template != "*");
                let kept = written.filter_map(|one| keep_known_holes(one, operation));
                let kept: Vec<String> = kept.collect();
                // What is tagged goes by another parameter, which the shape itself tells.
                if !kept.is_empty() || reviewed.is_closed(&model.id, kind) {
                    chosen.extend(kept);
                    continue;
                }
            }
            let Some(shape) = self.types.get(own).and_then(|all| all.get(kind)) else { continue };
            let hint = |hole: &str| {
                let action = format!("{own}:{name}");
                let names = [&model.id, &model.service_id];
                let mut found = names.into_iter().filter_map(|service| {
                    self.hints.parameter(service, &operation.name, &action, hole)
                });
                found.next().filter(|path| operation.has(path))
            };
            let (template, found) = fill(shape, kind, operation, &hint);
            let template = shorten(&template, prefix);
            match found.as_slice() {
                [] if *is_required || types.len() == 1 => chosen.push(template),
                [] => {}
                // Beside what is always touched, this is only with its parameter.
                [only] if any_required && !is_required => {
                    chosen.push(format!("?{only}>{template}"));
                }
                _ => chosen.push(template),
            }
        }
        let mut once: Vec<String> = Vec::new();
        for template in chosen {
            if !once.contains(&template) {
                once.push(template);
            }
        }
        once
    }
}

/// A template written by hand, with only those holes' parameters that the operation has. `None`
/// when its condition or its last hole names none.
pub(super) fn keep_known_holes(template: &str, operation: &Operation) -> Option<String> {
    let has = |path: &str| operation.has(path);
    let mut body = template;
    let mut condition = "";
    if template.starts_with(['?', '!']) {
        let (when, rest) = template.split_once('>')?;
        let is_known = has(when.get(1..)?);
        if is_known {
            condition = template.get(..=when.len())?;
        } else if when.starts_with('?') {
            return None;
        }
        body = rest;
    }
    let mut out = String::from(condition);
    let mut last_is_filled = true;
    while let Some((before, rest)) = body.split_once('{') {
        // `{}` inside a hole means the keys of a map: `{RequestItems{}}`.
        let end = rest
            .match_indices('}')
            .find(|(at, _)| !rest.get(..*at).is_some_and(|b| b.ends_with('{')));
        let (inside, after) = rest.split_at(end?.0);
        let after = after.get(1..)?;
        out.push_str(before);
        if inside.starts_with('@') {
            out.extend(["{", inside, "}"]);
        } else {
            let (paths, form) = inside.split_once(':').map_or((inside, ""), |(p, f)| (p, f));
            let known: Vec<&str> = paths.split(',').filter(|path| has(path)).collect();
            last_is_filled = !known.is_empty();
            match (known.is_empty(), form) {
                (true, _) => out.push_str("{}"),
                (false, "") => out.extend(["{", &known.join(","), "}"]),
                (false, form) => out.extend(["{", &known.join(","), ":", form, "}"]),
            }
        }
        body = after;
    }
    out.push_str(body);
    last_is_filled.then_some(out)
}

/// Fills the holes of a shape (`…:table/${TableName}`) with parameters, and tells those of the last
/// hole, which decides: the others stand for parents.
fn fill<'a>(
    shape: &str,
    kind: &str,
    operation: &'a Operation,
    hint: &dyn Fn(&str) -> Option<&'a str>,
) -> (String, Vec<&'a str>) {
    let holes = shape.matches("${").count();
    let mut out = String::new();
    let mut rest = shape.split(", ").next().unwrap_or(shape);
    let mut seen = 0;
    let mut last = Vec::new();
    while let Some((before, tail)) = rest.split_once("${") {
        let Some((name, after)) = tail.split_once('}') else { break };
        seen += 1;
        out.push_str(before);
        match name {
            "Partition" => out.push_str("{@partition}"),
            "Region" => out.push_str("{@region}"),
            "Account" => out.push_str("{@account}"),
            _ => {
                let is_last = seen == holes;
                last = parameters_of(name, kind, is_last, operation);
                if last.is_empty() {
                    last =
                        hint(name).or_else(|| hint(kind).filter(|_| is_last)).into_iter().collect();
                }
                out.extend(["{", &last.join(","), "}"]);
            }
        }
        rest = after;
    }
    out.push_str(rest);
    (out, last)
}

/// The parameters that fill a hole: those of the hole's name and, for the last hole, of the type's.
/// A name never fills a hole that asks an id, nor the other way round.
fn parameters_of<'a>(
    hole: &str,
    kind: &str,
    is_last: bool,
    operation: &'a Operation,
) -> Vec<&'a str> {
    let hole = folded(hole);
    let kind = folded(kind);
    let (stem, tails): (&str, &[&str]) = if let Some(stem) = hole.strip_suffix("name") {
        (stem, &["arn", "name", "identifier", "", "arns", "names", "s"])
    } else if let Some(stem) = hole.strip_suffix("id") {
        (stem, &["arn", "id", "identifier", "", "arns", "ids", "s"])
    } else {
        let stem = ["identifier", "arn"].iter().find_map(|tail| hole.strip_suffix(tail));
        let all = &["arn", "name", "id", "identifier", "", "arns", "names", "ids", "s"];
        (stem.unwrap_or(&hole), all)
    };
    let mut stems = vec![stem];
    if is_last && kind != stem {
        stems.push(&kind);
    }
    let mut wanted: Vec<String> = vec![hole.clone()];
    for stem in stems.iter().filter(|stem| !stem.is_empty()) {
        wanted.extend(tails.iter().map(|tail| format!("{stem}{tail}")));
    }
    if is_last {
        let noun = noun_of(&operation.name);
        if noun == kind || stems.contains(&noun.as_str()) {
            wanted.extend(tails.iter().filter(|tail| tail.len() > 1).map(|t| (*t).to_owned()));
        }
        // What is tagged or shared goes by this name; elsewhere it may be another's resource.
        if ["Tag", "Untag", "Polic"].iter().any(|word| operation.name.contains(word)) {
            wanted.extend(["resourcearn", "resource"].map(str::to_owned));
        }
    }
    let mut found: Vec<&str> = Vec::new();
    for wish in &wanted {
        for (name, shape) in &operation.parameters {
            let is_text = matches!(shape.as_str(), "string" | "list");
            if is_text && folded(name) == *wish && !found.contains(&name.as_str()) {
                found.push(name);
            }
        }
    }
    found.truncate(3);
    found
}

/// What an operation is about: `table` of `DescribeTable`.
fn noun_of(operation: &str) -> String {
    let at = operation.char_indices().skip(1).find(|(_, c)| c.is_ascii_uppercase());
    folded(at.map_or("", |(at, _)| operation.get(at..).unwrap_or_default()))
}

/// Leaves out what [`aws_operations`] adds on its own.
fn shorten(template: &str, prefix: &str) -> String {
    let usual = format!("arn:{{@partition}}:{prefix}:{{@region}}:{{@account}}:");
    template.strip_prefix(&usual).unwrap_or(template).replace(' ', "")
}
