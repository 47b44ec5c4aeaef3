//! The form of model files: what functions of libraries do with data, as TOML.
//!
//! `docs/reference/models.md` explains it with examples. Unknown keys are errors, so that a
//! misspelt one does not silence a model.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::kind::{Kind, Trust};

/// A model file.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModelFile {
    /// `python`, `javascript` (TypeScript, too), `go`, `java`, `csharp`, `ruby`, or `any`.
    pub language: String,
    /// Functions and methods.
    #[serde(default)]
    pub call: Vec<CallModel>,
    /// Fields that are read.
    #[serde(default)]
    pub attribute: Vec<AttributeModel>,
    /// Types.
    #[serde(default, rename = "type")]
    pub types: Vec<TypeModel>,
    /// Whole packages.
    #[serde(default)]
    pub package: Vec<PackageModel>,
    /// Events and who decides what their fields say.
    #[serde(default)]
    pub event: Vec<EventModel>,
    /// How functions become entry points without a template.
    #[serde(default)]
    pub entry: Vec<EntryModel>,
}

/// Reads a model file.
///
/// # Errors
/// When the text is no TOML, or has a key that models do not have.
pub fn parse(text: &str) -> Result<ModelFile, toml::de::Error> {
    toml::from_str(text)
}

/// What a function or method does.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CallModel {
    /// Qualified names: `os.system`; a method of a type: `sqlite3.Cursor.execute`; a method of
    /// whatever has no known type: `*.execute`; a constructor: the type's name.
    pub names: Vec<String>,
    /// Dangers: which arguments reach what.
    #[serde(default)]
    pub sink: Vec<SinkModel>,
    /// Type of the result; `{0}` is the constant text of the argument at 0, `{name}` of a named one,
    /// `{this}` the type of the receiver.
    pub returns: Option<String>,
    /// Which arguments the result is made of; all and the receiver when absent.
    pub passes: Option<Vec<Port>>,
    /// Kinds that the result no longer endangers; `all` for all.
    #[serde(default)]
    pub clears: Vec<KindOrAll>,
    /// Kinds that endanger again, for decoders.
    #[serde(default)]
    pub restores: Vec<KindOrAll>,
    /// The argument whose text the result is read from (`json.loads`): fields of the result are
    /// fields of the event below it. With `into`, what is read goes there.
    pub parses: Option<Port>,
    /// The argument that the result is a text of (`json.dumps`).
    pub text_of: Option<Port>,
    /// Whether arguments go into the receiver: `builder.append(x)`.
    #[serde(default)]
    pub into_receiver: bool,
    /// Where in another argument the arguments go: `Object.assign(target, …)`.
    pub into: Option<Port>,
    /// The result comes from outside.
    pub source: Option<SourceModel>,
    /// A write under a key into the receiver: `map.put(key, value)`.
    pub store: Option<StoreModel>,
    /// A read under a key from the receiver: `map.get(key)`.
    pub load: Option<LoadModel>,
    /// The result is an empty (or copied) container, or the argument: `list`, `dict`, `same`.
    pub makes: Option<Container>,
    /// It is told that this call stands here, without any flow.
    #[serde(default)]
    pub check: Vec<CheckModel>,
    /// Guard: when the call is true, the argument is free of these kinds.
    pub proves: Option<ProofModel>,
    /// Guard: whether a text fits a regular expression.
    pub matches: Option<MatchModel>,
    /// A text with every fit of a regular expression replaced.
    pub replaces: Option<ReplaceModel>,
    /// The result is a schema, in the keywords of JSON Schema: that of the receiver with more.
    pub schema: Option<SchemaModel>,
    /// Whether a value fits a schema.
    pub validates: Option<ValidationModel>,
    /// A local file that arguments, or what comes from outside, are written to.
    pub writes: Option<WritesModel>,
    /// Names of the argument that is the path of a local file: the result has what was written to it.
    pub reads: Option<Vec<Port>>,
    /// A message to another part of the application.
    pub send: Option<SendModel>,
    /// A look at, or a change of, what the application keeps.
    pub access: Option<AccessModel>,
    /// Whether it never returns.
    #[serde(default)]
    pub never_returns: bool,
    /// Whether the result is the smallest of the arguments, which bounds the others.
    #[serde(default)]
    pub smallest: bool,
    /// Constant result.
    pub constant: Option<serde_json::Value>,
}

/// An argument, the receiver, or a part of one: `0`, `"cmd"`, `"this"`, `"*"` (all), `"0[0]"`,
/// `"0.TableName"`, `"1+"` (from 1 on).
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub enum Port {
    /// Position, from 0, the receiver not counted.
    Position(u32),
    /// Name or path.
    Path(String),
}

/// A kind, or several at once.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(untagged)]
pub enum KindOrAll {
    /// One.
    Kind(Kind),
    /// `all`, `text`.
    All(All),
}

/// A word for several kinds.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum All {
    /// All kinds.
    All,
    /// All that only a text has: how large a number is stays in somebody's hands.
    Text,
}

/// A danger.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SinkModel {
    /// Of which kind.
    pub kind: Kind,
    /// Which arguments; any of them (a function called with `args=` and one called with the first
    /// position are both meant by `[0, "args"]`).
    pub arguments: Vec<Port>,
    /// All must hold.
    #[serde(default)]
    pub when: Vec<Condition>,
    /// How sure a match is, for methods of unknown types: `high` (default), `medium`, `low`.
    pub confidence: Option<String>,
}

/// A condition on the arguments of a call. Unknown values do not fulfil `is`, and fulfil `is_not`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// Which argument; several: the first that is there.
    pub argument: Option<Port>,
    /// Another name of the same argument (position and keyword).
    pub or: Option<Port>,
    /// Its constant is one of these.
    pub is: Option<Vec<serde_json::Value>>,
    /// Its constant is none of these.
    pub is_not: Option<Vec<serde_json::Value>>,
    /// Its constant text contains one of these, in any case of letters.
    pub contains: Option<Vec<String>>,
    /// Its constant text contains none of these, in any case of letters.
    pub contains_none: Option<Vec<String>>,
    /// Whether it is given.
    pub given: Option<bool>,
    /// It keeps something true under this key, written by a `store` before.
    pub holds: Option<String>,
    /// Whether it is certain that it is not given, also as one of options that the program wrote.
    pub absent: Option<bool>,
    /// It keeps nothing true under any of these keys; nothing false under those with `!` before.
    pub lacks: Option<Vec<String>>,
    /// Whether it is a text that is put together or unknown (not a constant).
    pub constant: Option<bool>,
    /// Whether it is, or may be, a text that the program wrote: `process.env.KEY || "secret"`.
    pub literal: Option<bool>,
    /// The type of the argument begins with this.
    pub of_type: Option<String>,
    /// It is none of these fields of an event, nor of a type that is known not to be a text: for
    /// functions that take a stream in place of a text.
    pub text_but: Option<Vec<String>>,
}

/// Data from outside.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourceModel {
    /// Who decides what it says.
    pub trust: Trust,
    /// In words, for traces: `a form field`.
    #[serde(default)]
    pub words: String,
    /// What it endangers or tells; every danger of input when absent.
    pub kinds: Option<Vec<Kind>>,
    /// All must hold; otherwise the result is clean.
    #[serde(default)]
    pub when: Vec<Condition>,
}

/// A write under a key.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoreModel {
    /// Arguments that make up the key.
    #[serde(default)]
    pub keys: Vec<Port>,
    /// The key itself, where no argument gives it: `response.type("json")`.
    pub key: Option<String>,
    /// The value.
    pub value: Port,
}

/// A read under a key.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LoadModel {
    /// Arguments that make up the key.
    pub keys: Vec<Port>,
    /// What it gives when there is none.
    pub default: Option<Port>,
}

/// A schema that is put together by calls: `z.string().regex(/^[a-z]+$/)`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SchemaModel {
    /// Keywords of JSON Schema with a text each: `type = "string"`.
    #[serde(default)]
    pub keywords: BTreeMap<String, String>,
    /// Keywords that an argument says: `pattern = 0`; all arguments are a list.
    #[serde(default)]
    pub from: BTreeMap<String, Port>,
}

/// Whether a value fits a schema.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ValidationModel {
    /// The value, by any of these names.
    pub value: Vec<Port>,
    /// The schema, by any of these names: a mapping in the keywords of JSON Schema.
    pub schema: Vec<Port>,
    /// The argument that says which part of the value is meant: `powertools_json(body)`.
    pub envelope: Option<Port>,
    /// How it is told.
    pub outcome: Outcome,
}

/// How it is told that a value fits a schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// It raises when the value does not fit.
    Raises,
    /// It raises when the value does not fit, and else gives the value.
    Value,
    /// It is true when the value fits.
    Truth,
    /// An object with the value under `value` and `data`, something true under `success`, or an error
    /// under `error`.
    Report,
}

/// A container.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Container {
    /// A sequence.
    List,
    /// A mapping.
    Dict,
    /// The first argument itself: a function made into one of another form.
    Same,
    /// A sequence of all arguments, or of the members of a single array.
    Items,
    /// A mapping of arguments that are keys and values by turns.
    Pairs,
    /// A text that grows: what it was made of comes first.
    Builder,
    /// The receiver itself: a parser of a factory is as the factory was set.
    This,
    /// The keys of the first argument, when it is a mapping.
    Keys,
    /// A regular expression, when the first argument is a constant.
    Pattern,
    /// A regular expression (the receiver) together with the text that it is to be tried on.
    Match,
}

/// Whether a text fits a regular expression.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MatchModel {
    /// The regular expression, by any of these names.
    pub pattern: Vec<Port>,
    /// The text, by any of these names.
    pub text: Vec<Port>,
    /// Flags, when there may be any.
    pub flags: Option<Port>,
    /// How much of the text must fit.
    pub extent: MatchExtent,
}

/// How much of a text must fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MatchExtent {
    /// All of it.
    Whole,
    /// Its beginning.
    Start,
    /// Any part of it.
    Part,
}

/// A text with every fit of a regular expression replaced.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReplaceModel {
    /// The regular expression.
    pub pattern: Port,
    /// The text that is put in.
    pub with: Port,
}

/// A flaw that a call shows without any flow.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CheckModel {
    /// Name of the rule: `weak-hash`.
    pub name: String,
    /// All must hold.
    #[serde(default)]
    pub when: Vec<Condition>,
    /// Put into the message: `MD5`.
    #[serde(default)]
    pub detail: String,
}

/// What a true answer proves.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProofModel {
    /// Of which argument.
    pub argument: Port,
    /// That it is free of these.
    pub clears: Vec<KindOrAll>,
    /// Only of a path whose dots and links were resolved before.
    #[serde(default)]
    pub resolved: bool,
    /// Only when this argument is a list (or the keys) that the program wrote.
    pub listed_in: Option<Port>,
    /// Only when the call is not true (`re.search("[^a-z]", x)`).
    #[serde(default)]
    pub when_false: bool,
    /// Whenever the call returns: it raises an error otherwise.
    #[serde(default)]
    pub or_raises: bool,
    /// All must hold.
    #[serde(default)]
    pub when: Vec<Condition>,
}

/// A local file that is written.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WritesModel {
    /// Names of the argument that is its path, or the open file.
    pub file: Vec<Port>,
    /// What is written, unless the call has a `source`.
    #[serde(default)]
    pub contents: Vec<Port>,
}

/// A message to another part of the application.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SendModel {
    /// `sqs`, `sns`, `eventbridge`, `lambda`, `dynamodb`, `s3`, `kinesis`, `step-functions`.
    pub service: String,
    /// The argument that names the queue, topic, table …; `this` when the receiver does.
    pub target: Port,
    /// The argument that holds what is sent.
    pub payload: Port,
    /// Where it stands in the consumer's event: `Records[*].body`.
    pub at: String,
}

/// What is done with what the application keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Deed {
    /// It is read.
    Read,
    /// A record is written whole.
    Put,
    /// Fields of a record are written.
    Change,
    /// A record is deleted.
    Delete,
    /// Somebody gets rights or attributes.
    Grant,
    /// Money is moved.
    Pay,
}

/// A look at, or a change of, what the application keeps.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccessModel {
    /// What is done; the verb of an SQL statement says it better.
    pub does: Deed,
    /// Arguments that pick the record.
    #[serde(default)]
    pub keys: Vec<Port>,
    /// Arguments that are written.
    #[serde(default)]
    pub values: Vec<Port>,
    /// Arguments that say what must hold of the record.
    #[serde(default)]
    pub conditions: Vec<Port>,
    /// Arguments that are SQL or an expression of DynamoDB, with places to fill.
    #[serde(default)]
    pub statement: Vec<Port>,
    /// Arguments that fill them.
    #[serde(default)]
    pub parameters: Vec<Port>,
    /// The argument that says what `#names` of the statement stand for.
    pub names: Option<Port>,
}

/// A field that is read.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AttributeModel {
    /// Qualified names: `flask.request.args`.
    pub names: Vec<String>,
    /// Its type.
    pub returns: Option<String>,
    /// It comes from outside.
    pub source: Option<SourceModel>,
    /// Whether it is free of what its object carries.
    #[serde(default)]
    pub clean: bool,
    /// Writing to it is a danger: `element.innerHTML = x`.
    #[serde(default)]
    pub sink: Vec<SinkModel>,
    /// It is told that it is used.
    #[serde(default)]
    pub check: Vec<CheckModel>,
}

/// A type.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TypeModel {
    /// Qualified name.
    pub name: String,
    /// Whose methods and fields it has, too.
    #[serde(default)]
    pub extends: Vec<String>,
    /// Other names under which it is imported.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// Indexing, iterating and calling it give this type.
    pub item: Option<String>,
}

/// A package: what calls of it do that have no model of their own.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PackageModel {
    /// Its name, or the beginning of a qualified name.
    pub names: Vec<String>,
    /// Whether results are free of what the arguments carry (clients of services).
    #[serde(default)]
    pub clean_results: bool,
}

/// An event.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EventModel {
    /// `rest-api`, `sqs`, `s3` …: the words of triggers, and those of frameworks.
    pub names: Vec<String>,
    /// Types of handlers and parameters that mean this event, and annotations of parameters, each
    /// behind an `@`: `@QueueTrigger`.
    #[serde(default)]
    pub types: Vec<String>,
    /// Fields that only this event has, to know it by what a handler reads.
    #[serde(default)]
    pub shape: Vec<String>,
    /// Fields; the longest path that fits decides. `*` is any key or index.
    pub fields: Vec<FieldModel>,
    /// Who decides about all other fields.
    #[serde(default)]
    pub rest: Trust,
    /// Whether what the handler returns is an HTTP response.
    #[serde(default)]
    pub http: bool,
    /// Whether it holds ids, times and names of resources alone: no token, person or payload that a
    /// log should not keep.
    #[serde(default)]
    pub ids_only: bool,
}

/// A field of an event.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FieldModel {
    /// Paths: `body`, `Records[*].s3.object.key`, `headers.*`.
    pub paths: Vec<String>,
    /// Who decides what it says, and all below it.
    pub trust: Trust,
    /// What it endangers; every danger of input when absent.
    pub kinds: Option<Vec<Kind>>,
    /// Which dangers of input it is none of, whatever it says.
    #[serde(default)]
    pub kinds_but: Vec<Kind>,
    /// In words, for traces; the path itself when absent.
    pub words: Option<String>,
    /// Its type, when it is an object of a library.
    pub returns: Option<String>,
    /// Whether it is the path of the request, which a route without parameters fixes.
    #[serde(default)]
    pub route: bool,
}

/// How a function becomes an entry point.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EntryModel {
    /// Decorators or annotations: `functions_framework.http`, `*.route`.
    #[serde(default)]
    pub decorators: Vec<String>,
    /// Functions that register a handler: `app.get`, `lambda.Start`.
    #[serde(default)]
    pub registrars: Vec<String>,
    /// Which argument of the registrar is the handler; the last when absent.
    pub handler: Option<u32>,
    /// Interfaces or base classes, and the method that handles.
    #[serde(default)]
    pub interfaces: Vec<String>,
    /// Method of the interface.
    pub method: Option<String>,
    /// What each parameter is, in order: names of events, `context`, `-` (nothing); the last stands
    /// for all further ones. `request` objects are events, too.
    pub parameters: Vec<String>,
    /// Only of handlers with so many parameters; of others, a rule without it that has the same
    /// registrar.
    pub takes: Option<u32>,
    /// Whether parameters named in the route are hostile (`/users/<name>`).
    #[serde(default)]
    pub route_parameters: bool,
    /// Whether what it returns is an HTTP response.
    #[serde(default)]
    pub http: bool,
    /// Whether that response is JSON unless the decorator says HTML.
    #[serde(default)]
    pub json: bool,
}
