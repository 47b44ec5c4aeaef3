//! What models of functions and fields are compiled to.

use code_ir::SmolStr;

use crate::{
    format::{self, All, AttributeModel, CallModel, Container, KindOrAll, MatchExtent, Outcome},
    kind::{Kind, Kinds, Trust},
    lazy::Compiled,
    port::Port,
};

/// What a function does.
#[derive(Clone, Debug, Default)]
pub struct Call {
    /// Dangers.
    pub sinks: Vec<Sink>,
    /// Type of the result.
    pub returns: Option<SmolStr>,
    /// Arguments that the result is made of; all when absent.
    pub passes: Option<Vec<Port>>,
    /// Kinds that the result no longer endangers.
    pub clears: Kinds,
    /// Kinds that endanger again.
    pub restores: Kinds,
    /// The argument whose text the result is read from.
    pub parses: Option<Port>,
    /// The argument that the result is a text of.
    pub text_of: Option<Port>,
    /// Whether arguments go into the receiver.
    pub into_receiver: bool,
    /// Which argument takes the others in.
    pub into: Option<Port>,
    /// The result comes from outside.
    pub source: Option<Source>,
    /// Key and value written into the receiver.
    pub store: Option<Store>,
    /// Key read from the receiver, and the default.
    pub load: Option<(Vec<Port>, Option<Port>)>,
    /// The result is a new container.
    pub makes: Option<Container>,
    /// Flaws that the call itself shows.
    pub checks: Vec<Check>,
    /// What a true answer proves.
    pub proves: Option<Proof>,
    /// Whether a text fits a regular expression.
    pub matches: Option<Match>,
    /// Regular expression, and what every fit of it is replaced by.
    pub replaces: Option<(Port, Port)>,
    /// Keywords of the schema that the result is: texts, and those that arguments say.
    pub schema: Option<Schema>,
    /// Whether a value fits a schema.
    pub validates: Option<Validation>,
    /// A local file that is written.
    pub writes: Option<Writes>,
    /// The local files whose contents the result has.
    pub reads: Option<Vec<Port>>,
    /// A message to another part of the application.
    pub send: Option<Send>,
    /// A look at, or a change of, what the application keeps.
    pub access: Option<Access>,
    /// Whether it never returns.
    pub never_returns: bool,
    /// Whether the result is the smallest of the arguments.
    pub smallest: bool,
    /// Constant result.
    pub constant: Option<serde_json::Value>,
}

/// A write under a key.
#[derive(Clone, Debug)]
pub struct Store {
    /// Arguments that make up the key.
    pub keys: Vec<Port>,
    /// The key itself, where no argument gives it.
    pub key: Option<SmolStr>,
    /// The value.
    pub value: Port,
}

/// A danger.
#[derive(Clone, Debug)]
pub struct Sink {
    /// Of which kind.
    pub kind: Kind,
    /// Which arguments.
    pub ports: Vec<Port>,
    /// All must hold.
    pub when: Vec<Condition>,
    /// Whether the method of an unknown type only looks like it.
    pub is_guess: bool,
}

/// A condition on arguments.
#[derive(Clone, Debug)]
pub struct Condition {
    /// Names of the one argument.
    pub ports: Vec<Port>,
    /// What must hold of it.
    pub test: format::Condition,
}

/// Data from outside.
#[derive(Clone, Debug)]
pub struct Source {
    /// Who decides.
    pub trust: Trust,
    /// In words.
    pub words: SmolStr,
    /// What it endangers or tells.
    pub kinds: Kinds,
    /// All must hold.
    pub when: Vec<Condition>,
}

/// A flaw that a call itself shows.
#[derive(Clone, Debug)]
pub struct Check {
    /// Name of the rule.
    pub name: SmolStr,
    /// All must hold.
    pub when: Vec<Condition>,
    /// Put into the message.
    pub detail: SmolStr,
}

/// What a true (or false) answer proves.
#[derive(Clone, Debug)]
pub struct Proof {
    /// Of which argument.
    pub port: Port,
    /// That it is free of these.
    pub clears: Kinds,
    /// Only of a path whose dots and links were resolved before.
    pub resolved: bool,
    /// Only when this argument is a list that the program wrote.
    pub listed_in: Option<Port>,
    /// By a false answer.
    pub when_false: bool,
    /// By any answer: the call raises otherwise.
    pub or_raises: bool,
    /// All must hold.
    pub when: Vec<Condition>,
}

/// Whether a text fits a regular expression.
#[derive(Clone, Debug)]
pub struct Match {
    /// Names of the regular expression.
    pub pattern: Vec<Port>,
    /// Names of the text.
    pub text: Vec<Port>,
    /// Flags.
    pub flags: Option<Port>,
    /// How much of the text must fit.
    pub extent: MatchExtent,
}

/// A schema that is put together by calls.
#[derive(Clone, Debug)]
pub struct Schema {
    /// Keywords with their texts.
    pub keywords: Vec<(SmolStr, SmolStr)>,
    /// Keywords that arguments say.
    pub from: Vec<(SmolStr, Port)>,
}

/// Whether a value fits a schema.
#[derive(Clone, Debug)]
pub struct Validation {
    /// Names of the value.
    pub value: Vec<Port>,
    /// Names of the schema.
    pub schema: Vec<Port>,
    /// What says which part of the value is meant.
    pub envelope: Option<Port>,
    /// How it is told.
    pub outcome: Outcome,
}

/// A local file that is written.
#[derive(Clone, Debug)]
pub struct Writes {
    /// Its path, or the open file.
    pub file: Vec<Port>,
    /// What is written.
    pub contents: Vec<Port>,
}

/// A message to another part of the application.
#[derive(Clone, Debug)]
pub struct Send {
    /// Service.
    pub service: SmolStr,
    /// What names the receiver.
    pub target: Port,
    /// What is sent.
    pub payload: Port,
    /// Where it stands in the event.
    pub at: SmolStr,
}

/// A look at, or a change of, what the application keeps.
#[derive(Clone, Debug)]
pub struct Access {
    /// What is done.
    pub does: format::Deed,
    /// What picks the record.
    pub keys: Vec<Port>,
    /// What is written.
    pub values: Vec<Port>,
    /// What must hold of the record.
    pub conditions: Vec<Port>,
    /// A statement with places to fill.
    pub statement: Vec<Port>,
    /// What fills them.
    pub parameters: Vec<Port>,
    /// What names in the statement stand for.
    pub names: Option<Port>,
}

/// What a field is.
#[derive(Clone, Debug, Default)]
pub struct Attribute {
    /// Its type.
    pub returns: Option<SmolStr>,
    /// It comes from outside.
    pub source: Option<Source>,
    /// Whether it is free of what its object carries.
    pub clean: bool,
    /// Writing to it is a danger.
    pub sinks: Vec<Sink>,
    /// Using it is told.
    pub checks: Vec<Check>,
}

impl Compiled<CallModel> for Call {
    fn take_in(&mut self, model: &CallModel) {
        let call = compile_call(model);
        self.sinks.extend(call.sinks);
        self.checks.extend(call.checks);
        self.clears = self.clears.or(call.clears);
        self.restores = self.restores.or(call.restores);
        self.into_receiver |= call.into_receiver;
        self.never_returns |= call.never_returns;
        self.smallest |= call.smallest;
        fill(&mut self.returns, call.returns);
        fill(&mut self.passes, call.passes);
        fill(&mut self.into, call.into);
        fill(&mut self.source, call.source);
        fill(&mut self.store, call.store);
        fill(&mut self.load, call.load);
        fill(&mut self.makes, call.makes);
        fill(&mut self.proves, call.proves);
        fill(&mut self.matches, call.matches);
        fill(&mut self.replaces, call.replaces);
        fill(&mut self.schema, call.schema);
        fill(&mut self.validates, call.validates);
        fill(&mut self.writes, call.writes);
        fill(&mut self.reads, call.reads);
        fill(&mut self.send, call.send);
        fill(&mut self.parses, call.parses);
        fill(&mut self.text_of, call.text_of);
        fill(&mut self.access, call.access);
        fill(&mut self.constant, call.constant);
    }
}

impl Compiled<AttributeModel> for Attribute {
    fn take_in(&mut self, model: &AttributeModel) {
        *self = Self {
            returns: model.returns.as_deref().map(SmolStr::new),
            source: model.source.as_ref().map(compile_source),
            clean: model.clean,
            sinks: model.sink.iter().map(compile_sink).collect(),
            checks: model.check.iter().map(compile_check).collect(),
        };
    }
}

/// A later file, a user's for instance, decides.
fn fill<T>(slot: &mut Option<T>, value: Option<T>) {
    if value.is_some() {
        *slot = value;
    }
}

fn compile_call(model: &CallModel) -> Call {
    let ports = |ports: &[format::Port]| ports.iter().map(Port::from).collect::<Vec<_>>();
    Call {
        sinks: model.sink.iter().map(compile_sink).collect(),
        returns: model.returns.as_deref().map(SmolStr::new),
        passes: model.passes.as_deref().map(ports),
        clears: kinds(&model.clears),
        restores: kinds(&model.restores),
        parses: model.parses.as_ref().map(Port::from),
        text_of: model.text_of.as_ref().map(Port::from),
        into_receiver: model.into_receiver,
        into: model.into.as_ref().map(Port::from),
        source: model.source.as_ref().map(compile_source),
        store: model.store.as_ref().map(|store| Store {
            keys: ports(&store.keys),
            key: store.key.as_deref().map(SmolStr::new),
            value: Port::from(&store.value),
        }),
        load: model
            .load
            .as_ref()
            .map(|load| (ports(&load.keys), load.default.as_ref().map(Port::from))),
        makes: model.makes,
        checks: model.check.iter().map(compile_check).collect(),
        proves: model.proves.as_ref().map(|proof| Proof {
            port: Port::from(&proof.argument),
            clears: kinds(&proof.clears),
            resolved: proof.resolved,
            listed_in: proof.listed_in.as_ref().map(Port::from),
            when_false: proof.when_false,
            or_raises: proof.or_raises,
            when: proof.when.iter().map(compile_condition).collect(),
        }),
        matches: model.matches.as_ref().map(|own| Match {
            pattern: ports(&own.pattern),
            text: ports(&own.text),
            flags: own.flags.as_ref().map(Port::from),
            extent: own.extent,
        }),
        replaces: model
            .replaces
            .as_ref()
            .map(|own| (Port::from(&own.pattern), Port::from(&own.with))),
        schema: model.schema.as_ref().map(|own| Schema {
            keywords: own
                .keywords
                .iter()
                .map(|(k, v)| (SmolStr::new(k), SmolStr::new(v)))
                .collect(),
            from: own.from.iter().map(|(k, port)| (SmolStr::new(k), Port::from(port))).collect(),
        }),
        validates: model.validates.as_ref().map(|own| Validation {
            value: ports(&own.value),
            schema: ports(&own.schema),
            envelope: own.envelope.as_ref().map(Port::from),
            outcome: own.outcome,
        }),
        writes: model
            .writes
            .as_ref()
            .map(|own| Writes { file: ports(&own.file), contents: ports(&own.contents) }),
        reads: model.reads.as_deref().map(ports),
        send: model.send.as_ref().map(|send| Send {
            service: SmolStr::new(&send.service),
            target: Port::from(&send.target),
            payload: Port::from(&send.payload),
            at: SmolStr::new(&send.at),
        }),
        access: model.access.as_ref().map(|access| Access {
            does: access.does,
            keys: ports(&access.keys),
            values: ports(&access.values),
            conditions: ports(&access.conditions),
            statement: ports(&access.statement),
            parameters: ports(&access.parameters),
            names: access.names.as_ref().map(Port::from),
        }),
        never_returns: model.never_returns,
        smallest: model.smallest,
        constant: model.constant.clone(),
    }
}

fn compile_sink(model: &format::SinkModel) -> Sink {
    Sink {
        kind: model.kind,
        ports: model.arguments.iter().map(Port::from).collect(),
        when: model.when.iter().map(compile_condition).collect(),
        is_guess: model.confidence.as_deref().is_some_and(|word| word != "high"),
    }
}

fn compile_check(model: &format::CheckModel) -> Check {
    Check {
        name: SmolStr::new(&model.name),
        when: model.when.iter().map(compile_condition).collect(),
        detail: SmolStr::new(&model.detail),
    }
}

fn compile_condition(model: &format::Condition) -> Condition {
    let ports = model.argument.iter().chain(&model.or).map(Port::from).collect();
    Condition { ports, test: model.clone() }
}

fn compile_source(model: &format::SourceModel) -> Source {
    Source {
        trust: model.trust,
        words: SmolStr::new(&model.words),
        when: model.when.iter().map(compile_condition).collect(),
        kinds: model.kinds.as_ref().map_or(Kinds::INPUT, |kinds| kinds.iter().copied().collect()),
    }
}

fn kinds(words: &[KindOrAll]) -> Kinds {
    words.iter().fold(Kinds::NONE, |all, word| match word {
        KindOrAll::Kind(kind) => all.or(Kinds::one(*kind)),
        KindOrAll::All(All::All) => all.or(Kinds::INPUT),
        KindOrAll::All(All::Text) => all.or(Kinds::TEXT),
    })
}
