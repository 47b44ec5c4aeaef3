//! What a model accepts, before it is written as a JSON Schema.
//!
//! Models convert: the text `"1"` is an integer to them. A shape is therefore drawn as everything that
//! the library takes, which was tried on the library itself (`tests/real_models`).

use serde_json::{Map, Value, json};

/// Blanks at the ends of numbers in texts, of which Python knows more than ECMA-262.
const BLANKS: &str = r"[\s\u001c-\u001f\u0085]*";

/// What a place of a value may hold.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Shape {
    /// Anything; also what is not known.
    Any,
    Null,
    Bool,
    Int(Bounds),
    /// Numbers with a fraction, `Decimal` too.
    Float(Bounds),
    Text(Text),
    /// A text that becomes something else, so that its length says nothing: bytes, addresses.
    Opaque,
    /// Dates, times, durations: texts and numbers.
    Temporal,
    Uuid,
    Email,
    /// Addresses of the internet protocol.
    Address,
    /// `Literal[…]`.
    Constants(Vec<Value>),
    /// The values of an enumeration, none of which is a text.
    Numbers,
    List {
        items: Box<Shape>,
        least: Option<u64>,
        most: Option<u64>,
        is_set: bool,
    },
    Tuple(Vec<Shape>),
    Dict {
        values: Box<Shape>,
        least: Option<u64>,
    },
    Union(Vec<Shape>),
    Object(Object),
}

/// Limits of a number; they hold for numbers, not for texts and truth values that become numbers.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Bounds {
    pub(crate) above: Option<Value>,
    pub(crate) least: Option<Value>,
    pub(crate) below: Option<Value>,
    pub(crate) most: Option<Value>,
    pub(crate) multiple_of: Option<Value>,
}

/// Limits of a text.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Text {
    pub(crate) least: Option<u64>,
    pub(crate) most: Option<u64>,
    pub(crate) pattern: Option<String>,
    /// Whether numbers are taken as well.
    pub(crate) takes_numbers: bool,
}

/// Named members.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Object {
    pub(crate) members: Vec<Member>,
    /// Whether there may be no other ones.
    pub(crate) is_closed: bool,
}

/// A named member.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Member {
    /// Name in the value.
    pub(crate) key: String,
    /// Name that counts when the first is not there.
    pub(crate) other: Option<String>,
    pub(crate) shape: Shape,
    pub(crate) is_required: bool,
}

/// What may be known of the library.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Library {
    /// pydantic 2.
    Two,
    /// Either version, or version 1: what one of them takes is taken.
    Any,
}

impl Shape {
    /// One of several, with what says nothing or says it twice left out.
    pub(crate) fn union(members: Vec<Self>) -> Self {
        let mut all: Vec<Self> = Vec::new();
        for member in members {
            match member {
                Self::Any => return Self::Any,
                Self::Union(inner) => all.extend(inner),
                other => all.push(other),
            }
        }
        let mut once: Vec<Self> = Vec::new();
        for member in all {
            if !once.contains(&member) {
                once.push(member);
            }
        }
        match once.len() {
            0 => Self::Any,
            1 => once.pop().unwrap_or(Self::Any),
            _ => Self::Union(once),
        }
    }

    /// Texts are changed before they are looked at, or made of numbers: by the settings of a model.
    pub(crate) fn loosen_texts(&mut self, are_changed: bool, takes_numbers: bool) {
        let inner = |shape: &mut Self| shape.loosen_texts(are_changed, takes_numbers);
        match self {
            Self::Text(text) => {
                text.takes_numbers |= takes_numbers;
                if are_changed {
                    *text = Text { takes_numbers: text.takes_numbers, ..Text::default() };
                }
            }
            Self::Opaque if takes_numbers => {
                *self = Self::Text(Text { takes_numbers, ..Text::default() });
            }
            Self::List { items, .. } => inner(items),
            Self::Dict { values, .. } => inner(values),
            Self::Tuple(all) | Self::Union(all) => all.iter_mut().for_each(inner),
            Self::Object(object) => {
                object.members.iter_mut().for_each(|it| inner(&mut it.shape));
            }
            _ => {}
        }
    }

    /// The schema.
    pub(crate) fn to_schema(&self, library: Library) -> Value {
        let mut all = self.alternatives(library);
        match all.len() {
            1 => all.pop().unwrap_or_default(),
            _ => json!({ "anyOf": all }),
        }
    }

    /// The schemas of which a value must have one.
    fn alternatives(&self, library: Library) -> Vec<Value> {
        let is_old = library == Library::Any;
        match self {
            Self::Any => vec![json!({})],
            Self::Null => vec![json!({"type": "null"})],
            Self::Bool => vec![json!({"type": "boolean"}), json!({"enum": [0, 1]}), truth()],
            Self::Int(bounds) => {
                let number = if is_old { bounds.truncated() } else { bounds.to_schema("integer") };
                vec![number, json!({"type": "boolean"}), numeric()]
            }
            Self::Float(bounds) => {
                vec![bounds.to_schema("number"), json!({"type": "boolean"}), numeric()]
            }
            Self::Text(text) => vec![text.to_schema(is_old)],
            Self::Opaque => vec![Text::default().to_schema(is_old)],
            Self::Temporal => vec![json!({
                "type": ["string", "number", "boolean"],
                "pattern": r"^[\p{Nd}A-Za-z:+\-.,_\u2212\s\u001c-\u001f\u0085]*$",
            })],
            Self::Uuid if is_old => vec![json!({
                "type": "string",
                "pattern": r"^[\p{Nd}a-fA-F\-\{\}:urnid_+\s\u001c-\u001f\u0085]+$",
            })],
            Self::Uuid => vec![json!({
                "type": "string",
                "pattern": r"^(?:urn:uuid:|\{)?[0-9a-fA-F\-]{32,36}\}?$",
            })],
            Self::Email => vec![json!({"type": "string", "pattern": "@"})],
            Self::Address => vec![json!({"type": ["string", "number", "boolean"]})],
            Self::Constants(values) => vec![json!({"enum": with_equals(values)})],
            Self::Numbers => vec![json!({"type": ["number", "boolean"]}), numeric()],
            Self::List { items, least, most, is_set } => {
                let mut schema = Map::from_iter([("type".to_owned(), json!("array"))]);
                if **items != Self::Any {
                    schema.insert("items".to_owned(), items.to_schema(library));
                }
                put(&mut schema, "minItems", least.map(Value::from).as_ref());
                // What stands in a set twice counts once.
                let most = most.filter(|_| !is_set).map(Value::from);
                put(&mut schema, "maxItems", most.as_ref());
                vec![Value::Object(schema)]
            }
            Self::Tuple(members) => {
                let prefix: Vec<Value> = members.iter().map(|it| it.to_schema(library)).collect();
                let count = prefix.len();
                let mut schema = json!({"type": "array", "minItems": count, "maxItems": count});
                if count > 0
                    && let Some(object) = schema.as_object_mut()
                {
                    object.insert("prefixItems".to_owned(), Value::Array(prefix));
                }
                vec![schema]
            }
            Self::Dict { values, least } => {
                let mut schema = Map::from_iter([("type".to_owned(), json!("object"))]);
                if **values != Self::Any {
                    schema.insert("additionalProperties".to_owned(), values.to_schema(library));
                }
                put(&mut schema, "minProperties", least.map(Value::from).as_ref());
                with_pairs(Value::Object(schema), is_old)
            }
            Self::Union(members) => {
                let all = members.iter().flat_map(|member| member.alternatives(library));
                let mut once: Vec<Value> = Vec::new();
                for schema in all {
                    if !once.contains(&schema) {
                        once.push(schema);
                    }
                }
                once
            }
            Self::Object(object) => with_pairs(object.to_schema(library), is_old),
        }
    }
}

/// Version 1 makes mappings of lists of pairs, and of the empty text.
fn with_pairs(schema: Value, is_old: bool) -> Vec<Value> {
    if !is_old {
        return vec![schema];
    }
    vec![schema, json!({"type": "array"}), json!({"type": "string", "maxLength": 0})]
}

/// A text that is read as a number.
fn numeric() -> Value {
    let number = r"[+\-]?(?:[\p{Nd}_.eE+\-]+|[iI][nN][fF](?:[iI][nN][iI][tT][yY])?|[nN][aA][nN])";
    json!({"type": "string", "pattern": format!("^{BLANKS}{number}{BLANKS}$")})
}

/// A text that is read as a truth value, in any letter case.
fn truth() -> Value {
    let words = ["0", "1", "off", "on", "f", "t", "false", "true", "n", "y", "no", "yes"];
    let any_case = |word: &str| -> String {
        let letters = word.chars().map(|letter| match letter {
            '0' | '1' => letter.to_string(),
            _ => format!("[{letter}{}]", letter.to_ascii_uppercase()),
        });
        letters.collect()
    };
    let words: Vec<String> = words.into_iter().map(any_case).collect();
    json!({"type": "string", "pattern": format!("^(?:{})$", words.join("|"))})
}

/// Constants with those that Python takes for the same: `True` is `1`.
pub(crate) fn with_equals(values: &[Value]) -> Vec<Value> {
    let mut all: Vec<Value> = Vec::new();
    for value in values {
        let equal = match value {
            Value::Bool(is_true) => Some(json!(i32::from(*is_true))),
            Value::Number(number) if number.as_f64() == Some(0.0) => Some(json!(false)),
            Value::Number(number) if number.as_f64() == Some(1.0) => Some(json!(true)),
            _ => None,
        };
        for value in [Some(value.clone()), equal].into_iter().flatten() {
            if !all.contains(&value) {
                all.push(value);
            }
        }
    }
    all
}

fn put(schema: &mut Map<String, Value>, name: &str, value: Option<&Value>) {
    if let Some(value) = value {
        schema.insert(name.to_owned(), value.clone());
    }
}

impl Bounds {
    fn to_schema(&self, kind: &str) -> Value {
        let mut schema = Map::from_iter([("type".to_owned(), json!(kind))]);
        put(&mut schema, "exclusiveMinimum", self.above.as_ref());
        put(&mut schema, "minimum", self.least.as_ref());
        put(&mut schema, "exclusiveMaximum", self.below.as_ref());
        put(&mut schema, "maximum", self.most.as_ref());
        put(&mut schema, "multipleOf", self.multiple_of.as_ref());
        Value::Object(schema)
    }

    /// For numbers whose fraction is cut off first: those up to one further are taken, too.
    fn truncated(&self) -> Value {
        let further = |bound: &Option<Value>, step: i64| {
            let bound = bound.as_ref()?.as_i64()?;
            bound.checked_add(step).map(Value::from)
        };
        let mut schema = Map::from_iter([("type".to_owned(), json!("number"))]);
        let least = further(&self.least, -1).or_else(|| further(&self.above, -1));
        let most = further(&self.most, 1).or_else(|| further(&self.below, 1));
        put(&mut schema, "minimum", least.as_ref());
        put(&mut schema, "maximum", most.as_ref());
        Value::Object(schema)
    }
}

impl Text {
    fn to_schema(&self, is_old: bool) -> Value {
        let kind = if is_old || self.takes_numbers {
            json!(["string", "number", "boolean"])
        } else {
            json!("string")
        };
        let mut schema = Map::from_iter([("type".to_owned(), kind)]);
        put(&mut schema, "minLength", self.least.map(Value::from).as_ref());
        put(&mut schema, "maxLength", self.most.map(Value::from).as_ref());
        put(&mut schema, "pattern", self.pattern.clone().map(Value::from).as_ref());
        Value::Object(schema)
    }
}

impl Object {
    fn to_schema(&self, library: Library) -> Value {
        let mut properties = Map::new();
        let mut required = Vec::new();
        let mut either = Vec::new();
        for member in &self.members {
            let schema = member.shape.to_schema(library);
            if let Some(other) = &member.other {
                // The second name is only read where the first is not.
                let mut instead = Map::new();
                if member.is_required {
                    instead.insert("required".to_owned(), json!([other]));
                }
                instead.insert("properties".to_owned(), json!({ other: schema }));
                either.push(json!({"if": {"required": [member.key]}, "else": instead}));
                properties.entry(other.clone()).or_insert_with(|| json!({}));
            } else if member.is_required {
                required.push(Value::from(member.key.as_str()));
            }
            properties.insert(member.key.clone(), schema);
        }
        let mut schema = Map::from_iter([("type".to_owned(), json!("object"))]);
        if !properties.is_empty() {
            schema.insert("properties".to_owned(), Value::Object(properties));
        }
        if !required.is_empty() {
            schema.insert("required".to_owned(), Value::Array(required));
        }
        if !either.is_empty() {
            schema.insert("allOf".to_owned(), Value::Array(either));
        }
        if self.is_closed {
            schema.insert("additionalProperties".to_owned(), json!(false));
        }
        Value::Object(schema)
    }
}
