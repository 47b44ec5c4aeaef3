//! .NET and Java: attributes and annotations of methods and of their parameters.
//!
//! Source: Azure Functions developer guides for C# (isolated worker and in process) and Java;
//! `HttpTriggerAttribute.AuthLevel` and `HttpTrigger.authLevel` are `Function` unless they are given.

use code_ir::{Argument, Expr, ExprKind, Function, Language, Module, SmolStr};

use crate::{
    declared::{Declared, Level, text},
    names::{Names, argument},
    read::Places,
};

/// Attribute without its ending, type of binding, names of the argument that tells the source, its
/// position in .NET.
const TRIGGERS: [(&str, &str, &[&str], usize); 20] = [
    ("HttpTrigger", "httpTrigger", &[], 9),
    ("TimerTrigger", "timerTrigger", &["schedule"], 0),
    ("QueueTrigger", "queueTrigger", &["queueName"], 0),
    ("BlobTrigger", "blobTrigger", &["path"], 0),
    ("ServiceBusTrigger", "serviceBusTrigger", &["queueName", "topicName"], 0),
    ("ServiceBusQueueTrigger", "serviceBusTrigger", &["queueName"], 0),
    ("ServiceBusTopicTrigger", "serviceBusTrigger", &["topicName"], 0),
    ("EventHubTrigger", "eventHubTrigger", &["eventHubName"], 0),
    ("EventGridTrigger", "eventGridTrigger", &[], 9),
    ("CosmosDBTrigger", "cosmosDBTrigger", &["containerName", "collectionName"], 1),
    ("KafkaTrigger", "kafkaTrigger", &["topic"], 1),
    ("RabbitMQTrigger", "rabbitMQTrigger", &["queueName"], 0),
    ("SqlTrigger", "sqlTrigger", &["tableName"], 0),
    ("SignalRTrigger", "signalRTrigger", &["hubName"], 0),
    ("WebPubSubTrigger", "webPubSubTrigger", &["hub"], 0),
    ("OrchestrationTrigger", "orchestrationTrigger", &[], 9),
    ("DurableOrchestrationTrigger", "orchestrationTrigger", &[], 9),
    ("ActivityTrigger", "activityTrigger", &[], 9),
    ("DurableActivityTrigger", "activityTrigger", &[], 9),
    ("EntityTrigger", "entityTrigger", &[], 9),
];

/// Reads the functions of a module.
pub(crate) fn read(module: &Module, places: &Places<'_>) -> Vec<Declared> {
    let names = Names::of(module);
    let reader = Reader { names: &names, places, is_java: module.language == Language::Java };
    let methods = module.functions.iter().filter(|function| !function.decorators.is_empty());
    methods.filter_map(|function| reader.function(function)).collect()
}

struct Reader<'a, 'b> {
    names: &'b Names<'a>,
    places: &'b Places<'b>,
    is_java: bool,
}

impl<'a> Reader<'a, '_> {
    fn function(&self, function: &'a Function) -> Option<Declared> {
        let (_, arguments) = function.decorators.iter().map(parts).find(|(name, _)| {
            let name = bare(name);
            name == "FunctionName" || (name == "Function" && !self.is_java)
        })?;
        let name =
            argument(arguments, "value", Some(0)).or_else(|| argument(arguments, "name", None));
        let name = name.and_then(|name| self.name(name)).unwrap_or_else(|| function.name.clone());
        let mut decorators = function.params.iter().flat_map(|param| &param.decorators);
        decorators.find_map(|decorator| self.trigger(&name, decorator))
    }

    /// A text, or the word in `nameof(Orders)`.
    fn name(&self, expr: &'a Expr) -> Option<SmolStr> {
        if let ExprKind::Call { arguments, .. } = &expr.kind {
            return self.names.word(&arguments.first()?.value);
        }
        self.names.text(expr).or_else(|| self.names.word(expr))
    }

    fn trigger(&self, name: &SmolStr, decorator: &'a Expr) -> Option<Declared> {
        let (path, arguments) = parts(decorator);
        let attribute = bare(path);
        let (_, kind, keys, position) = TRIGGERS.iter().find(|(known, ..)| *known == attribute)?;
        let mut declared = Declared {
            name: name.clone(),
            kind: (*kind).into(),
            level: Level::Unsaid,
            methods: Vec::new(),
            route: None,
            source: None,
            place: self.places.at(decorator.span),
        };
        if *kind == "httpTrigger" {
            self.http(arguments, &mut declared);
            return Some(declared);
        }
        let position = (!self.is_java).then_some(*position);
        let source = keys.iter().find_map(|key| argument(arguments, key, None));
        let source =
            source.or_else(|| argument(arguments, "", position)).filter(|_| !keys.is_empty());
        declared.source = source.map(|source| text(self.names.text(source)));
        Some(declared)
    }

    fn http(&self, arguments: &'a [Argument], declared: &mut Declared) {
        let named = argument(arguments, "authLevel", None);
        let plain = || arguments.iter().filter(|it| it.name.is_none()).map(|it| &it.value);
        // .NET: the level, then methods, each an argument.
        let level = named.or_else(|| plain().find(|it| it.as_text().is_none()));
        declared.level = level.map_or_else(
            || Level::Known("function".into()),
            |level| Level::of(self.names.word(level).as_deref()),
        );
        if let Some(level) = level {
            declared.place = self.places.at(level.span);
        }
        let methods = match argument(arguments, "methods", None) {
            Some(methods) => self.names.words(methods),
            None => plain().filter_map(|it| it.as_text().cloned()).collect(),
        };
        declared.methods =
            methods.iter().map(|method| SmolStr::new(method.to_ascii_uppercase())).collect();
        let route = argument(arguments, "route", None);
        declared.route = route.and_then(|route| self.names.text(route));
    }
}

/// The name and the arguments of an attribute.
fn parts(decorator: &Expr) -> (&str, &[Argument]) {
    let (callee, arguments) = match &decorator.kind {
        ExprKind::Call { callee, arguments, .. } => (callee.as_ref(), arguments.as_slice()),
        _ => (decorator, &[][..]),
    };
    let name = callee.dotted().and_then(|path| path.last().copied());
    (name.map_or("", SmolStr::as_str), arguments)
}

fn bare(name: &str) -> &str {
    name.strip_suffix("Attribute").unwrap_or(name)
}
