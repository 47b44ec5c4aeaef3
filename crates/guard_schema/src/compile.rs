//! A schema as JSON becomes nodes. What is not understood is an error with its place.

use std::collections::HashMap;

use serde_json::{Map, Value};

use crate::CompileError;
use crate::decimal::Decimal;
use crate::format::Format;
use crate::pattern;
use crate::schema::{ArrayCheck, Check, Id, Node, ObjectCheck, Schema, Types};

/// Schemas in a schema.
const MAX_NODES: usize = 20_000;
/// Schemas within each other.
const MAX_DEPTH: usize = 128;

/// Keywords that say something to people and tools, and nothing about values.
const NOTES: [&str; 22] = [
    "$anchor",
    "$comment",
    "$defs",
    "$id",
    "$schema",
    "contentEncoding",
    "contentMediaType",
    "contentSchema",
    "default",
    "definitions",
    "deprecated",
    "description",
    "discriminator",
    "example",
    "examples",
    "externalDocs",
    "id",
    "nullable",
    "readOnly",
    "title",
    "writeOnly",
    "xml",
];

/// Keywords that have a meaning which is not checked here.
const REFUSED: [&str; 7] = [
    "$dynamicAnchor",
    "$dynamicRef",
    "$recursiveAnchor",
    "$recursiveRef",
    "$vocabulary",
    "unevaluatedItems",
    "unevaluatedProperties",
];

pub(crate) fn compile(schema: &Value) -> Result<Schema, CompileError> {
    let dialect = Dialect::of(schema)?;
    let mut compiler = Compiler {
        whole: schema,
        dialect,
        nodes: Vec::new(),
        known: HashMap::new(),
        in_place: Vec::new(),
    };
    let root = compiler.schema(schema, &Place { pointer: "#".to_owned(), depth: 0 })?;
    compiler.refuse_circles()?;
    Ok(Schema { nodes: compiler.nodes, root })
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Dialect {
    /// Up to draft 7: what stands beside `$ref` does not count.
    Draft7,
    /// From 2019-09 on.
    Later,
    /// Nothing said: OpenAPI, pydantic, people.
    Unsaid,
}

impl Dialect {
    fn of(schema: &Value) -> Result<Self, CompileError> {
        let Some(name) = schema.get("$schema") else { return Ok(Self::Unsaid) };
        let name = name.as_str().unwrap_or_default().trim_end_matches('#');
        match name.rsplit_once("//").map_or(name, |(_, rest)| rest) {
            "json-schema.org/draft-07/schema" | "json-schema.org/draft-06/schema" => {
                Ok(Self::Draft7)
            }
            "json-schema.org/draft/2019-09/schema" | "json-schema.org/draft/2020-12/schema" => {
                Ok(Self::Later)
            }
            "spec.openapis.org/oas/3.1/dialect/base" => Ok(Self::Later),
            "json-schema.org/draft-04/schema" => Ok(Self::Draft7),
            _ => Err(CompileError {
                pointer: "#/$schema".to_owned(),
                reason: "is a draft that is not known; drafts 7 and 2020-12 are".to_owned(),
            }),
        }
    }
}

/// Where in the schema.
#[derive(Debug, Clone)]
struct Place {
    pointer: String,
    depth: usize,
}

impl Place {
    fn at(&self, name: &str) -> Self {
        let name = name.replace('~', "~0").replace('/', "~1");
        Self { pointer: format!("{}/{name}", self.pointer), depth: self.depth + 1 }
    }

    fn error(&self, reason: impl Into<String>) -> CompileError {
        CompileError { pointer: self.pointer.clone(), reason: reason.into() }
    }
}

struct Compiler<'a> {
    whole: &'a Value,
    dialect: Dialect,
    nodes: Vec<Node>,
    /// Nodes by their pointer.
    known: HashMap<String, Id>,
    /// Which node applies which other to the same value, and where that is said.
    in_place: Vec<(Id, Id, String)>,
}

type Object = Map<String, Value>;

impl<'a> Compiler<'a> {
    fn schema(&mut self, schema: &'a Value, place: &Place) -> Result<Id, CompileError> {
        if let Some(id) = self.known.get(&place.pointer) {
            return Ok(*id);
        }
        if place.depth > MAX_DEPTH || self.nodes.len() >= MAX_NODES {
            return Err(place.error("is one schema too many, or too deep"));
        }
        let id = self.nodes.len();
        self.nodes.push(Node::default());
        // Known before it is whole, so that it can refer to itself.
        self.known.insert(place.pointer.clone(), id);
        let checks = match schema {
            Value::Bool(true) => Vec::new(),
            Value::Bool(false) => vec![Check::Never],
            Value::Object(object) => self.checks(id, object, place)?,
            _ => return Err(place.error("is no schema: neither an object nor true or false")),
        };
        if let Some(node) = self.nodes.get_mut(id) {
            node.checks = checks;
        }
        Ok(id)
    }

    fn checks(
        &mut self,
        id: Id,
        object: &'a Object,
        place: &Place,
    ) -> Result<Vec<Check>, CompileError> {
        let mut checks = Vec::new();
        if let Some(reference) = object.get("$ref") {
            let target = self.reference(reference, &place.at("$ref"))?;
            self.in_place.push((id, target, place.at("$ref").pointer));
            checks.push(Check::Ref(target));
            if self.dialect == Dialect::Draft7 {
                return Ok(checks);
            }
        }
        if place.depth > 0 && object.get("$id").is_some_and(Value::is_string) {
            return Err(place.at("$id").error("makes a document of its own within a schema"));
        }
        for (keyword, value) in object {
            let here = place.at(keyword);
            self.keyword(id, keyword, value, object, &here, &mut checks)?;
        }
        self.object_check(id, object, place, &mut checks)?;
        self.array_check(object, place, &mut checks)?;
        if let Some(condition) = object.get("if") {
            let condition = self.schema_in_place(id, condition, &place.at("if"))?;
            let mut branch = |name: &str| {
                let branch = object.get(name);
                branch.map(|it| self.schema_in_place(id, it, &place.at(name))).transpose()
            };
            let (then, otherwise) = (branch("then")?, branch("else")?);
            checks.push(Check::If(condition, then, otherwise));
        }
        // What is cheap decides first, and the type says most.
        checks.sort_by_key(|check| match check {
            Check::Types(_) | Check::Never => 0,
            Check::Ref(_) | Check::AllOf(_) | Check::If(..) => 2,
            Check::AnyOf(_) | Check::OneOf(_) | Check::Not(_) => 3,
            _ => 1,
        });
        Ok(checks)
    }

    fn schema_in_place(
        &mut self,
        id: Id,
        schema: &'a Value,
        place: &Place,
    ) -> Result<Id, CompileError> {
        let inner = self.schema(schema, place)?;
        self.in_place.push((id, inner, place.pointer.clone()));
        Ok(inner)
    }

    /// Keywords that stand alone; those of objects and arrays are taken together elsewhere.
    fn keyword(
        &mut self,
        id: Id,
        keyword: &str,
        value: &'a Value,
        object: &'a Object,
        here: &Place,
        checks: &mut Vec<Check>,
    ) -> Result<(), CompileError> {
        checks.push(match keyword {
            "type" => Check::Types(types(value, object, here)?),
            "enum" => {
                let constants = value.as_array().ok_or_else(|| here.error("is no list"))?;
                Check::Enum(constants.clone())
            }
            "const" => Check::Const(value.clone()),
            "minLength" => Check::MinLength(count(value, here)?),
            "maxLength" => Check::MaxLength(count(value, here)?),
            "pattern" => {
                let text = value.as_str().ok_or_else(|| here.error("is no text"))?;
                let pattern = pattern::compile(text);
                Check::Pattern(pattern.map_err(|reason| here.error(format!("`{text}` {reason}")))?)
            }
            "format" => {
                let name = value.as_str().ok_or_else(|| here.error("is no text"))?;
                match Format::of(name) {
                    Some(format) => Check::Format(format, name.to_owned()),
                    None => return Ok(()),
                }
            }
            "minimum" => {
                let is_outside = object.get("exclusiveMinimum") == Some(&Value::Bool(true));
                Check::Minimum(bound(value, here)?, is_outside)
            }
            "maximum" => {
                let is_outside = object.get("exclusiveMaximum") == Some(&Value::Bool(true));
                Check::Maximum(bound(value, here)?, is_outside)
            }
            // As draft 4 and OpenAPI 3.0 have them, they are part of the bound.
            "exclusiveMinimum" | "exclusiveMaximum" if value.is_boolean() => return Ok(()),
            "exclusiveMinimum" => Check::Minimum(bound(value, here)?, true),
            "exclusiveMaximum" => Check::Maximum(bound(value, here)?, true),
            "multipleOf" => {
                let text = bound(value, here)?;
                let divisor = Decimal::read(&text).divisor();
                Check::MultipleOf(
                    divisor.ok_or_else(|| {
                        here.error("is not above zero, or has more than 19 digits")
                    })?,
                )
            }
            "allOf" => Check::AllOf(self.list(id, value, here)?),
            "anyOf" => Check::AnyOf(self.list(id, value, here)?),
            "oneOf" => Check::OneOf(self.list(id, value, here)?),
            "not" => Check::Not(self.schema_in_place(id, value, here)?),
            "$ref" | "if" | "then" | "else" => return Ok(()),
            name if OBJECT_KEYWORDS.contains(&name) || ARRAY_KEYWORDS.contains(&name) => {
                return Ok(());
            }
            name if NOTES.contains(&name) || name.starts_with("x-") => return Ok(()),
            name if REFUSED.contains(&name) => {
                return Err(here.error("is a keyword that this guard does not check"));
            }
            _ => return Err(here.error("is no keyword that is known; notes begin with `x-`")),
        });
        Ok(())
    }

    fn list(&mut self, id: Id, value: &'a Value, here: &Place) -> Result<Vec<Id>, CompileError> {
        let schemas = value.as_array().filter(|it| !it.is_empty());
        let schemas =
            schemas.ok_or_else(|| here.error("is no list of schemas, or an empty one"))?;
        (0_usize..)
            .zip(schemas)
            .map(|(index, schema)| self.schema_in_place(id, schema, &here.at(&index.to_string())))
            .collect()
    }

    fn object_check(
        &mut self,
        id: Id,
        object: &'a Object,
        place: &Place,
        checks: &mut Vec<Check>,
    ) -> Result<(), CompileError> {
        if !OBJECT_KEYWORDS.iter().any(|keyword| object.contains_key(*keyword)) {
            return Ok(());
        }
        let mut check = ObjectCheck::default();
        if let Some(value) = object.get("properties") {
            check.properties = self.named(value, &place.at("properties"))?;
            check.properties.sort_by(|(one, _), (other, _)| one.cmp(other));
        }
        if let Some(value) = object.get("patternProperties") {
            let here = place.at("patternProperties");
            for (text, id) in self.named(value, &here)? {
                let pattern = pattern::compile(&text);
                let fault = |reason| here.at(&text).error(format!("`{text}` {reason}"));
                check.patterns.push((pattern.map_err(fault)?, id));
            }
        }
        let one = |compiler: &mut Self, name: &str| {
            object.get(name).map(|it| compiler.schema(it, &place.at(name))).transpose()
        };
        check.additional = one(self, "additionalProperties")?;
        check.names = one(self, "propertyNames")?;
        let number = |name: &str| object.get(name).map(|it| count(it, &place.at(name))).transpose();
        check.least = number("minProperties")?;
        check.most = number("maxProperties")?;
        // A boolean beside a property is draft 3; here it would say nothing.
        if let Some(value) = object.get("required") {
            check.required = texts(value, &place.at("required"))?;
        }
        for name in ["dependentRequired", "dependentSchemas", "dependencies"] {
            let Some(value) = object.get(name) else { continue };
            let here = place.at(name);
            let members = value.as_object().ok_or_else(|| here.error("is no object"))?;
            for (member, value) in members {
                let here = here.at(member);
                if value.is_array() && name != "dependentSchemas" {
                    check.dependent.push((member.clone(), texts(value, &here)?));
                } else if name == "dependentRequired" {
                    return Err(here.error("is no list of names"));
                } else {
                    let schema = self.schema_in_place(id, value, &here)?;
                    check.dependent_schemas.push((member.clone(), schema));
                }
            }
        }
        checks.push(Check::Object(Box::new(check)));
        Ok(())
    }

    fn named(&mut self, value: &'a Value, here: &Place) -> Result<Vec<(String, Id)>, CompileError> {
        let members = value.as_object().ok_or_else(|| here.error("is no object of schemas"))?;
        members
            .iter()
            .map(|(name, schema)| Ok((name.clone(), self.schema(schema, &here.at(name))?)))
            .collect()
    }

    fn array_check(
        &mut self,
        object: &'a Object,
        place: &Place,
        checks: &mut Vec<Check>,
    ) -> Result<(), CompileError> {
        if !ARRAY_KEYWORDS.iter().any(|keyword| object.contains_key(*keyword)) {
            return Ok(());
        }
        let mut check = ArrayCheck::default();
        let items = object.get("items");
        // Up to 2019-09 a list of `items` is what `prefixItems` is now.
        let (prefix_name, rest_name) = match items {
            Some(Value::Array(_)) => ("items", "additionalItems"),
            _ => ("prefixItems", "items"),
        };
        if let Some(value) = object.get(prefix_name) {
            let here = place.at(prefix_name);
            let schemas = value.as_array().ok_or_else(|| here.error("is no list of schemas"))?;
            for (index, schema) in (0_usize..).zip(schemas) {
                check.prefix.push(self.schema(schema, &here.at(&index.to_string()))?);
            }
        }
        let one = |compiler: &mut Self, name: &str| {
            object.get(name).map(|it| compiler.schema(it, &place.at(name))).transpose()
        };
        check.rest = one(self, rest_name)?;
        let number = |name: &str| object.get(name).map(|it| count(it, &place.at(name))).transpose();
        check.least = number("minItems")?;
        check.most = number("maxItems")?;
        check.is_unique = object.get("uniqueItems") == Some(&Value::Bool(true));
        if let Some(id) = one(self, "contains")? {
            let is_later = self.dialect != Dialect::Draft7;
            let least = if is_later { number("minContains")? } else { None };
            let most = if is_later { number("maxContains")? } else { None };
            check.contains = Some((id, least.unwrap_or(1), most));
        }
        checks.push(Check::Array(Box::new(check)));
        Ok(())
    }

    /// The schema that a reference names, within this document.
    fn reference(&mut self, value: &Value, here: &Place) -> Result<Id, CompileError> {
        let text = value.as_str().ok_or_else(|| here.error("is no text"))?;
        let own = self.whole.get("$id").and_then(Value::as_str).map(|id| id.trim_end_matches('#'));
        let fragment = match (text.split_once('#'), own) {
            (Some(("", fragment)), _) => fragment,
            (Some((base, fragment)), Some(own)) if base == own => fragment,
            (None, Some(own)) if text == own => "",
            _ => return Err(here.error(format!("`{text}` leads out of the schema"))),
        };
        let fragment = decode(fragment).ok_or_else(|| here.error("is no text in UTF-8"))?;
        let whole = self.whole;
        if fragment.is_empty() || fragment.starts_with('/') {
            let target = whole.pointer(&fragment);
            let target = target.ok_or_else(|| here.error(format!("`{text}` leads nowhere")))?;
            let place = Place { pointer: format!("#{fragment}"), depth: here.depth + 1 };
            return self.schema(target, &place);
        }
        let mut found = Vec::new();
        find_anchor(whole, &fragment, &Place { pointer: "#".to_owned(), depth: 0 }, &mut found);
        match found.as_slice() {
            [(target, place)] => {
                let place = Place { depth: here.depth + 1, ..place.clone() };
                self.schema(target, &place)
            }
            [] => Err(here.error(format!("`{text}` leads nowhere"))),
            _ => Err(here.error(format!("`{text}` leads to more than one schema"))),
        }
    }

    /// A schema that applies itself to the same value says nothing, for ever.
    fn refuse_circles(&self) -> Result<(), CompileError> {
        let mut next: Vec<Vec<(Id, &str)>> = vec![Vec::new(); self.nodes.len()];
        for (from, to, pointer) in &self.in_place {
            if let Some(edges) = next.get_mut(*from) {
                edges.push((*to, pointer));
            }
        }
        // Nodes whose edges are all followed, and the way to the one that is being followed.
        let mut done = vec![false; self.nodes.len()];
        for start in 0..self.nodes.len() {
            let mut way = vec![(start, 0_usize)];
            while let Some((node, edge)) = way.last_mut() {
                let (from, index) = (*node, *edge);
                *edge += 1;
                let edges = next.get(from).map(Vec::as_slice).unwrap_or_default();
                let Some((to, pointer)) =
                    edges.get(index).filter(|_| done.get(from) == Some(&false))
                else {
                    done.get_mut(from).map(|it| *it = true).unwrap_or_default();
                    way.pop();
                    continue;
                };
                if way.iter().any(|(node, _)| node == to) {
                    return Err(CompileError {
                        pointer: (*pointer).to_owned(),
                        reason: "leads back to itself without going into the value".to_owned(),
                    });
                }
                way.push((*to, 0));
            }
        }
        Ok(())
    }
}

const OBJECT_KEYWORDS: [&str; 10] = [
    "additionalProperties",
    "dependencies",
    "dependentRequired",
    "dependentSchemas",
    "maxProperties",
    "minProperties",
    "patternProperties",
    "properties",
    "propertyNames",
    "required",
];

const ARRAY_KEYWORDS: [&str; 9] = [
    "additionalItems",
    "contains",
    "items",
    "maxContains",
    "maxItems",
    "minContains",
    "minItems",
    "prefixItems",
    "uniqueItems",
];

fn find_anchor<'a>(
    value: &'a Value,
    name: &str,
    place: &Place,
    found: &mut Vec<(&'a Value, Place)>,
) {
    if place.depth > MAX_DEPTH {
        return;
    }
    match value {
        Value::Object(object) => {
            if object.get("$anchor").and_then(Value::as_str) == Some(name) {
                found.push((value, place.clone()));
            }
            for (key, inner) in
                object.iter().filter(|(key, _)| !matches!(key.as_str(), "enum" | "const"))
            {
                find_anchor(inner, name, &place.at(key), found);
            }
        }
        Value::Array(list) => {
            for (index, inner) in list.iter().enumerate() {
                find_anchor(inner, name, &place.at(&index.to_string()), found);
            }
        }
        _ => {}
    }
}

/// A fragment without its percent escapes.
fn decode(fragment: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(fragment.len());
    let mut rest = fragment;
    while let Some((before, after)) = rest.split_once('%') {
        bytes.extend_from_slice(before.as_bytes());
        bytes.push(u8::from_str_radix(after.get(..2)?, 16).ok()?);
        rest = after.get(2..)?;
    }
    bytes.extend_from_slice(rest.as_bytes());
    String::from_utf8(bytes).ok()
}

fn types(value: &Value, object: &Object, here: &Place) -> Result<Types, CompileError> {
    let one = |value: &Value| {
        let named = value.as_str().and_then(Types::of);
        named.ok_or_else(|| here.error("is no type of JSON"))
    };
    let mut types = match value {
        Value::Array(list) => {
            list.iter().try_fold(Types::default(), |all, it| Ok(all.and(one(it)?)))?
        }
        single => one(single)?,
    };
    if object.get("nullable") == Some(&Value::Bool(true)) {
        types = types.and(Types::NULL);
    }
    Ok(types)
}

/// A number that is not negative and has no fraction: `2`, `2.0`.
fn count(value: &Value, here: &Place) -> Result<u64, CompileError> {
    let whole = value.as_u64().or_else(|| {
        let text = value.is_number().then(|| value.to_string())?;
        let (whole, fraction) = text.split_once('.')?;
        fraction.bytes().all(|digit| digit == b'0').then(|| whole.parse().ok())?
    });
    whole.ok_or_else(|| here.error("is no whole number from 0 on"))
}

fn bound(value: &Value, here: &Place) -> Result<String, CompileError> {
    value.is_number().then(|| value.to_string()).ok_or_else(|| here.error("is no number"))
}

fn texts(value: &Value, here: &Place) -> Result<Vec<String>, CompileError> {
    let list = value.as_array().ok_or_else(|| here.error("is no list of names"))?;
    list.iter()
        .map(|it| it.as_str().map(str::to_owned).ok_or_else(|| here.error("is no list of names")))
        .collect()
}
