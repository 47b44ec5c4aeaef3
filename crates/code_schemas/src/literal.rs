//! JSON Schemas that stand in the code, as the libraries of Python read them.
//!
//! Powertools checks with `fastjsonschema`: draft 7 and before, `True == 1`, patterns of Python, no
//! words beside `$ref`, defaults filled in. What it reads in another way than the guard becomes wider.

use code_ir::{Constant, Element, Entry, Expr, ExprKind, StmtKind, Target, walk_expr, walk_stmts};
use code_program::ModuleId;
use serde_json::{Map, Value, json};

use crate::names::{At, Meaning, Names};
use crate::pattern::{self, End};
use crate::shape::with_equals;

/// References that are followed into each other, and values in all.
const DEPTH: u32 = 24;
const MOST: u32 = 20_000;

/// Methods that change a mapping or list.
const CHANGES: [&str; 9] =
    ["update", "pop", "popitem", "setdefault", "clear", "append", "extend", "insert", "remove"];

/// The value that an expression is, when all of it stands in the code and nothing changes it.
pub(crate) fn value<'p>(names: &Names<'p>, at: At, expr: &'p Expr) -> Option<Value> {
    let mut reader = Reader { names, spent: 0 };
    reader.read(at, expr, 0)
}

struct Reader<'n, 'p> {
    names: &'n Names<'p>,
    spent: u32,
}

impl<'p> Reader<'_, 'p> {
    fn read(&mut self, at: At, expr: &'p Expr, depth: u32) -> Option<Value> {
        self.spent += 1;
        if depth > DEPTH || self.spent > MOST {
            return None;
        }
        match &expr.kind {
            ExprKind::Constant(constant) => match constant {
                Constant::None => Some(Value::Null),
                Constant::Bool(truth) => Some(json!(truth)),
                Constant::Int(number) => Some(json!(number)),
                Constant::Float(number) => serde_json::Number::from_f64(*number).map(Value::Number),
                Constant::Text(text) => Some(json!(text.as_str())),
                _ => None,
            },
            ExprKind::List(elements) => {
                let one = |element: &'p Element| match element {
                    Element::One(expr) => self.read(at, expr, depth + 1),
                    Element::Spread(_) => None,
                };
                elements.iter().map(one).collect::<Option<Vec<_>>>().map(Value::Array)
            }
            ExprKind::Dict(entries) => {
                let mut map = Map::new();
                for entry in entries {
                    match entry {
                        Entry::Pair(key, value) => {
                            let key = key.as_text()?.to_string();
                            map.insert(key, self.read(at, value, depth + 1)?);
                        }
                        Entry::Spread(other) => match self.read(at, other, depth + 1)? {
                            Value::Object(other) => map.extend(other),
                            _ => return None,
                        },
                    }
                }
                Some(Value::Object(map))
            }
            ExprKind::Name(_) | ExprKind::Attribute { .. } => {
                let Meaning::Value(there, value) = self.names.meaning(at, expr) else {
                    return None;
                };
                let name = match &expr.kind {
                    ExprKind::Name(name) => &name.text,
                    ExprKind::Attribute { name, .. } => name,
                    _ => return None,
                };
                let is_changed = is_changed(self.names, at.module, name)
                    || is_changed(self.names, there.module, name);
                if is_changed { None } else { self.read(there, value, depth + 1) }
            }
            _ => None,
        }
    }
}

/// Whether a module changes what a name holds.
pub(crate) fn is_changed(names: &Names<'_>, module: ModuleId, name: &str) -> bool {
    let Some(module) = names.program.module(module) else { return true };
    let is_root = |expr: &Expr| {
        let mut at = expr;
        loop {
            match &at.kind {
                ExprKind::Index { base, .. } => at = base,
                ExprKind::Attribute { base, name: own } => {
                    if own == name {
                        return true;
                    }
                    at = base;
                }
                ExprKind::Name(own) => return own.text == name,
                _ => return false,
            }
        }
    };
    let mut found = false;
    for function in &module.functions {
        walk_stmts(&function.body, &mut |stmt| {
            let target = match &stmt.kind {
                StmtKind::Assign { target, .. }
                | StmtKind::Augment { target, .. }
                | StmtKind::Delete(target) => Some(target),
                _ => None,
            };
            if let Some(Target::Index { base, .. } | Target::Attribute { base, .. }) = target {
                found |= is_root(base);
            }
            if let (StmtKind::Augment { .. }, Some(Target::Name(own, _))) = (&stmt.kind, target) {
                found |= own.text == name;
            }
            code_ir::exprs_of(stmt, &mut |expr| {
                walk_expr(expr, &mut |inner| {
                    if let ExprKind::Call { callee, .. } = &inner.kind
                        && let ExprKind::Attribute { base, name: method } = &callee.kind
                        && CHANGES.contains(&method.as_str())
                    {
                        found |= is_root(base);
                    }
                });
            });
        });
    }
    found
}

/// Words of draft 7 whose value is a schema, a list of schemas, or named schemas.
const ONE: [&str; 4] = ["additionalItems", "contains", "propertyNames", "additionalProperties"];

/// The schema as the guard reads it; it takes all that the one in the code takes.
pub(crate) fn schema(written: &Value) -> Value {
    let draft = match written.get("$schema").and_then(Value::as_str) {
        Some(name) if name.contains("draft-04") || name.contains("draft-03") => 4,
        Some(name) if name.contains("draft-06") => 6,
        _ => 7,
    };
    let mut defaults = Vec::new();
    names_with_defaults(written, &mut defaults);
    let fills_lists = fills_lists(written);
    let mut converter = Converter { root: written, draft, defaults, fills_lists, spent: 0 };
    converter.convert(written, 0).schema
}

/// Properties that are filled in where they are missing.
fn names_with_defaults(value: &Value, names: &mut Vec<String>) {
    match value {
        Value::Object(object) => {
            if let Some(Value::Object(properties)) = object.get("properties") {
                let with = properties.iter().filter(|(_, it)| it.get("default").is_some());
                names.extend(with.map(|(name, _)| name.clone()));
            }
            object.values().for_each(|it| names_with_defaults(it, names));
        }
        Value::Array(items) => items.iter().for_each(|it| names_with_defaults(it, names)),
        _ => {}
    }
}

/// Whether a list that names its elements one by one has defaults for them.
fn fills_lists(value: &Value) -> bool {
    match value {
        Value::Object(object) => {
            let items = object.get("items").and_then(Value::as_array);
            items.is_some_and(|items| items.iter().any(|it| it.get("default").is_some()))
                || object.values().any(fills_lists)
        }
        Value::Array(items) => items.iter().any(fills_lists),
        _ => false,
    }
}

struct Converter<'v> {
    root: &'v Value,
    draft: u32,
    defaults: Vec<String>,
    /// Whether elements of lists are filled in.
    fills_lists: bool,
    spent: u32,
}

struct Converted {
    schema: Value,
    /// Whether it takes exactly what the one in the code takes, not more.
    is_exact: bool,
}

impl Converted {
    fn anything() -> Self {
        Self { schema: json!({}), is_exact: false }
    }
}

impl Converter<'_> {
    fn convert(&mut self, schema: &Value, depth: u32) -> Converted {
        self.spent += 1;
        if depth > DEPTH || self.spent > MOST / 4 {
            return Converted::anything();
        }
        let object = match schema {
            Value::Bool(_) => return Converted { schema: schema.clone(), is_exact: true },
            Value::Object(object) => object,
            _ => return Converted::anything(),
        };
        if let Some(reference) = object.get("$ref") {
            let target = reference.as_str().and_then(|it| it.strip_prefix('#'));
            let is_plain = |it: &&str| !it.contains('%') && (it.is_empty() || it.starts_with('/'));
            let root = self.root;
            return match target.filter(is_plain).and_then(|it| root.pointer(it)) {
                Some(target) => self.convert(&target.clone(), depth + 1),
                None => Converted::anything(),
            };
        }
        // References below it would be about that document.
        if depth > 0 && ["$id", "id"].iter().any(|it| object.get(*it).is_some_and(Value::is_string))
        {
            return Converted::anything();
        }
        let mut out = Map::new();
        let mut is_exact = true;
        for (keyword, value) in object {
            is_exact &= self.keyword(keyword, value, object, depth, &mut out);
        }
        is_exact &= self.properties(object, depth, &mut out);
        is_exact &= self.condition(object, depth, &mut out);
        Converted { schema: Value::Object(out), is_exact }
    }

    /// One keyword that stands alone; whether it means the same now.
    fn keyword(
        &mut self,
        keyword: &str,
        value: &Value,
        object: &Map<String, Value>,
        depth: u32,
        out: &mut Map<String, Value>,
    ) -> bool {
        let is_new = matches!(keyword, "const" | "contains" | "propertyNames");
        if is_new && self.draft < 6 {
            return true;
        }
        let mut put = |value: Value| {
            out.insert(keyword.to_owned(), value);
        };
        match keyword {
            // What is filled in counts, too.
            "minItems" | "contains" if self.fills_lists => return false,
            "minProperties" if !self.defaults.is_empty() => return false,
            "type" => {
                put(value.clone());
                // To draft 4 `1.0` is no integer.
                return self.draft >= 6 || !value.to_string().contains("integer");
            }
            "minLength" | "maxLength" | "minItems" | "maxItems" | "minProperties"
            | "uniqueItems" | "minimum" | "maximum" => put(value.clone()),
            // A truth value beside the limit in draft 4, a limit of its own later.
            "exclusiveMinimum" | "exclusiveMaximum" => {
                let is_known = value.is_boolean() == (self.draft < 6);
                if is_known {
                    put(value.clone());
                }
                return is_known;
            }
            "multipleOf" if value.as_u64().is_some_and(|it| it > 0) => put(value.clone()),
            // Of a name that stands twice Python knows one; fractions are not exact; formats differ.
            "maxProperties" | "multipleOf" | "format" => return false,
            "enum" => match value.as_array() {
                Some(values) if values.iter().all(|it| !it.is_array() && !it.is_object()) => {
                    put(Value::Array(with_equals(values)));
                }
                _ => return false,
            },
            "const" if value.is_array() || value.is_object() => return false,
            "const" => {
                out.insert(
                    "enum".to_owned(),
                    Value::Array(with_equals(std::slice::from_ref(value))),
                );
                return !object.contains_key("enum");
            }
            "required" => {
                let Some(names) = value.as_array() else { return false };
                let is_filled = |name: &Value| {
                    name.as_str().is_some_and(|it| self.defaults.iter().any(|d| d == it))
                };
                let (filled, needed): (Vec<&Value>, Vec<&Value>) =
                    names.iter().partition(|name| is_filled(name));
                if !needed.is_empty() {
                    put(Value::Array(needed.into_iter().cloned().collect()));
                }
                return filled.is_empty();
            }
            "pattern" => {
                let Some(text) = value.as_str() else { return false };
                match pattern::translate(text, End::Line) {
                    Some(translated) => put(Value::from(translated)),
                    None => return false,
                }
                return pattern::is_plain(text);
            }
            _ => return self.applicator(keyword, value, object, depth, out),
        }
        true
    }

    /// A keyword whose value holds schemas.
    fn applicator(
        &mut self,
        keyword: &str,
        value: &Value,
        object: &Map<String, Value>,
        depth: u32,
        out: &mut Map<String, Value>,
    ) -> bool {
        match keyword {
            "allOf" | "anyOf" => self.list(keyword, value, depth, out),
            "oneOf" => {
                let is_exact = self.list("oneOf", value, depth, out);
                if !is_exact && let Some(all) = out.remove("oneOf") {
                    // Of schemas that are wider now more than one may hold.
                    let both = out.contains_key("anyOf") || object.contains_key("anyOf");
                    if !both {
                        out.insert("anyOf".to_owned(), all);
                    }
                }
                is_exact
            }
            "not" => {
                let inner = self.convert(value, depth + 1);
                if inner.is_exact {
                    out.insert(keyword.to_owned(), inner.schema);
                }
                inner.is_exact
            }
            "items" if value.is_array() => {
                let all: Vec<Converted> = value.as_array().map_or_else(Vec::new, |items| {
                    items.iter().map(|it| self.convert(it, depth + 1)).collect()
                });
                let is_exact = all.iter().all(|it| it.is_exact);
                out.insert(
                    keyword.to_owned(),
                    Value::Array(all.into_iter().map(|it| it.schema).collect()),
                );
                is_exact
            }
            "items" => {
                let inner = self.convert(value, depth + 1);
                out.insert(keyword.to_owned(), inner.schema);
                inner.is_exact
            }
            name if ONE.contains(&name) && name != "additionalProperties" => {
                let inner = self.convert(value, depth + 1);
                out.insert(keyword.to_owned(), inner.schema);
                inner.is_exact
            }
            "dependencies" => self.dependencies(value, depth, out),
            _ => true,
        }
    }

    fn list(
        &mut self,
        keyword: &str,
        value: &Value,
        depth: u32,
        out: &mut Map<String, Value>,
    ) -> bool {
        let Some(schemas) = value.as_array().filter(|it| !it.is_empty()) else { return false };
        let all: Vec<Converted> = schemas.iter().map(|it| self.convert(it, depth + 1)).collect();
        let is_exact = all.iter().all(|it| it.is_exact);
        let schemas = all.into_iter().map(|it| it.schema).collect();
        out.insert(keyword.to_owned(), Value::Array(schemas));
        is_exact
    }

    fn named(&mut self, value: &Value, depth: u32) -> (Map<String, Value>, bool) {
        let mut all = Map::new();
        let mut is_exact = true;
        for (name, schema) in value.as_object().into_iter().flatten() {
            let inner = self.convert(schema, depth + 1);
            is_exact &= inner.is_exact;
            all.insert(name.clone(), inner.schema);
        }
        (all, is_exact)
    }

    /// Members by name and by pattern, and the others, which both decide.
    fn properties(
        &mut self,
        object: &Map<String, Value>,
        depth: u32,
        out: &mut Map<String, Value>,
    ) -> bool {
        let mut is_exact = true;
        if let Some(value) = object.get("properties") {
            let (all, exact) = self.named(value, depth);
            is_exact &= exact;
            out.insert("properties".to_owned(), Value::Object(all));
        }
        if let Some(value) = object.get("patternProperties") {
            let patterns = value.as_object();
            let is_plain = patterns.is_some_and(|it| it.keys().all(|it| pattern::is_plain(it)));
            if !is_plain {
                return false;
            }
            let (all, exact) = self.named(value, depth);
            is_exact &= exact;
            out.insert("patternProperties".to_owned(), Value::Object(all));
        }
        if let Some(value) = object.get("additionalProperties") {
            let inner = self.convert(value, depth + 1);
            is_exact &= inner.is_exact;
            out.insert("additionalProperties".to_owned(), inner.schema);
        }
        is_exact
    }

    fn dependencies(&mut self, value: &Value, depth: u32, out: &mut Map<String, Value>) -> bool {
        let mut all = Map::new();
        let mut is_exact = true;
        for (name, value) in value.as_object().into_iter().flatten() {
            // What is filled in may be what another one needs.
            if value.is_array() && self.defaults.is_empty() {
                all.insert(name.clone(), value.clone());
            } else if value.is_array() {
                is_exact = false;
            } else {
                let inner = self.convert(value, depth + 1);
                is_exact &= inner.is_exact;
                all.insert(name.clone(), inner.schema);
            }
        }
        out.insert("dependencies".to_owned(), Value::Object(all));
        is_exact
    }

    fn condition(
        &mut self,
        object: &Map<String, Value>,
        depth: u32,
        out: &mut Map<String, Value>,
    ) -> bool {
        let Some(test) = object.get("if").filter(|_| self.draft >= 7) else { return true };
        let test = self.convert(test, depth + 1);
        // Defaults that are filled in by the test, and a test that is wider, choose another branch.
        if !test.is_exact || !self.defaults.is_empty() {
            return false;
        }
        out.insert("if".to_owned(), test.schema);
        let mut is_exact = true;
        for name in ["then", "else"] {
            if let Some(branch) = object.get(name) {
                let inner = self.convert(branch, depth + 1);
                is_exact &= inner.is_exact;
                out.insert(name.to_owned(), inner.schema);
            }
        }
        is_exact
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::schema;

    #[test]
    fn what_is_read_in_another_way_becomes_wider() {
        let written = json!({
            "$schema": "http://json-schema.org/draft-07/schema#",
            "type": "object",
            "required": ["id", "count"],
            "properties": {
                "id": {"type": "string", "format": "uuid", "pattern": "^\\d+$"},
                "count": {"type": "integer", "default": 1},
                "item": {"$ref": "#/definitions/item", "minLength": 9},
                "flag": {"enum": [1, "x"]},
                "no": {"not": {"type": "string", "format": "email"}},
            },
            "definitions": {"item": {"type": "string"}},
        });
        assert_eq!(
            schema(&written),
            json!({
                "type": "object",
                "required": ["id"],
                "properties": {
                    "id": {"type": "string", "pattern": "^[\\p{Nd}]+\\n?$"},
                    "count": {"type": "integer"},
                    "item": {"type": "string"},
                    "flag": {"enum": [1, true, "x"]},
                    "no": {},
                },
            })
        );
    }

    #[test]
    fn a_schema_that_holds_itself_ends() {
        let written = json!({"properties": {"next": {"$ref": "#"}}});
        assert!(schema(&written).to_string().len() < 10_000);
    }
}
