//! What functions hand to each other: hostile data that goes through a queue is hostile still.
//!
//! A consumer's event says that its producer decides; who the producer is, the template and the
//! producer's code tell. Where a function sends what an attacker decides to what starts another
//! one, the other one's flows from that field begin with the attacker.

use app_model::{Application, Details, Function, SmolStr, Trigger, TriggerKind};
use source_text::Place;
use taint::{Analysis, Sent, Trust};

/// Functions in a row, at most.
const ROUNDS: usize = 6;
/// Steps of one flow that are told, at most.
const HOPS: usize = 40;

/// The function of an entry point: which application, by its index, and its logical name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owner {
    /// Index of the application.
    pub app: usize,
    /// Logical name.
    pub function: SmolStr,
}

/// Data that one function hands to another.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Handed {
    consumer: Owner,
    at: Vec<String>,
    trust: Trust,
    hops: Vec<(Place, String)>,
}

/// Raises flows of consumers to what their producers send. `owners` are the functions of the entry
/// points that the analyses name.
pub fn follow_handed(apps: &[&Application], owners: &[Owner], analyses: &mut [Analysis]) {
    let uploaded = uploaded(apps);
    for _ in 0..ROUNDS {
        let mut handed: Vec<Handed> = analyses
            .iter()
            .flat_map(|analysis| &analysis.sent)
            .flat_map(|sent| receivers(apps, owners, sent))
            .collect();
        handed.extend(uploaded.iter().cloned());
        let mut is_done = true;
        for analysis in analyses.iter_mut() {
            for one in &handed {
                is_done &= !raise(analysis, owners, one);
            }
        }
        if is_done {
            return;
        }
    }
}

/// Raises what begins at the field that something is handed in; whether anything was.
fn raise(analysis: &mut Analysis, owners: &[Owner], handed: &Handed) -> bool {
    let mut raised = false;
    let mut one = |entry: Option<usize>,
                   path: Option<&str>,
                   trust: &mut Trust,
                   hops: &mut Vec<(Place, String)>| {
        let is_of = entry.and_then(|entry| owners.get(entry)) == Some(&handed.consumer);
        let is_open = matches!(trust, Trust::Producer | Trust::Stored | Trust::Uploader);
        let is_worse = *trust < handed.trust;
        let begins = path.is_some_and(|path| begins_at(&steps(path), &handed.at));
        if is_of && is_open && is_worse && begins && hops.len() + handed.hops.len() <= HOPS {
            *trust = handed.trust;
            hops.splice(0..0, handed.hops.iter().cloned());
            raised = true;
        }
    };
    for flow in &mut analysis.flows {
        one(flow.entry, flow.path.as_deref(), &mut flow.trust, &mut flow.hops);
    }
    for access in &mut analysis.accesses {
        for given in access.keys.iter_mut().chain(&mut access.values) {
            one(access.entry, given.path.as_deref(), &mut given.trust, &mut given.hops);
        }
    }
    for sent in &mut analysis.sent {
        one(sent.entry, sent.path.as_deref(), &mut sent.trust, &mut sent.hops);
    }
    raised
}

/// Functions that what is sent starts.
fn receivers(apps: &[&Application], owners: &[Owner], sent: &Sent) -> Vec<Handed> {
    let owner = sent.entry.and_then(|entry| owners.get(entry));
    let Some((owner, app)) = owner.and_then(|owner| Some((owner, *apps.get(owner.app)?))) else {
        return Vec::new();
    };
    let Some(sender) = app.function(&owner.function) else { return Vec::new() };
    let Some(kind) = kind_of(&sent.service) else { return Vec::new() };
    let targets = targets(app, sender, sent.target.as_deref(), kind);
    let mut handed: Vec<Handed> = Vec::new();
    let direct = consumers(app, kind, &targets).into_iter();
    let direct = direct.map(|(name, consumer)| (name, consumer, sent.at.as_str()));
    // On the default bus, events have no resource that they are sent to.
    let is_default = kind == TriggerKind::EventBridge && targets.is_empty();
    let passed_on = passed_on(app, &targets, is_default).into_iter();
    let passed_on = passed_on.map(|(name, consumer, at)| (Some(name), consumer, at));
    for (name, consumer, at) in direct.chain(passed_on) {
        // A function that sends to itself would be told of for ever.
        if consumer == owner.function {
            continue;
        }
        let mut hops = sent.hops.clone();
        if let Some((_, note)) = hops.last_mut() {
            let through = match name {
                Some(name) => format!(" to `{name}`, which starts `{consumer}`"),
                None => format!(" to `{consumer}`"),
            };
            note.push_str(&through);
        }
        let consumer = Owner { app: owner.app, function: consumer };
        if !handed.iter().any(|known| known.consumer == consumer) {
            handed.push(Handed { consumer, at: steps(at), trust: sent.trust, hops });
        }
    }
    handed
}

/// The trigger that a message of a service starts.
fn kind_of(service: &str) -> Option<TriggerKind> {
    Some(match service {
        "sqs" => TriggerKind::Sqs,
        "sns" => TriggerKind::Sns,
        "eventbridge" => TriggerKind::EventBridge,
        "dynamodb" => TriggerKind::DynamoDb,
        "kinesis" => TriggerKind::Kinesis,
        "s3" => TriggerKind::S3,
        "lambda" => TriggerKind::Direct,
        "step-functions" => TriggerKind::StepFunctions,
        "iot" => TriggerKind::Iot,
        _ => return None,
    })
}

/// Functions that the targets start, with the resource between.
fn consumers(
    app: &Application,
    kind: TriggerKind,
    targets: &[SmolStr],
) -> Vec<(Option<SmolStr>, SmolStr)> {
    if kind == TriggerKind::Direct {
        let is_function = |name: &&SmolStr| app.function(name).is_some();
        return targets.iter().filter(is_function).map(|name| (None, name.clone())).collect();
    }
    let starts = |trigger: &&Trigger| trigger.kind == kind;
    let mut found = Vec::new();
    for trigger in app.triggers.iter().filter(starts) {
        let mut sources = trigger.source_references.iter().map(|source| &source.name);
        if let Some(name) = sources.find(|name| targets.contains(name)) {
            found.push((Some(name.clone()), trigger.function.clone()));
        }
    }
    // Events on the account's own bus reach every rule that names no other.
    if kind == TriggerKind::EventBridge && targets.is_empty() {
        let of_default = app
            .triggers
            .iter()
            .filter(starts)
            .filter(|trigger| {
                !trigger.source_references.iter().any(|source| {
                    app.resource(&source.name)
                        .is_some_and(|it| matches!(it.details, Details::EventBus(_)))
                })
            })
            .map(|trigger| {
                (Some(SmolStr::new_static("the default bus")), trigger.function.clone())
            });
        found.extend(of_default);
    }
    found
}

/// Functions that what some resources get is passed on to, with the last resource before each and the
/// place in its event: a topic sends to a queue, which starts a function.
fn passed_on(
    app: &Application,
    from: &[SmolStr],
    is_default_bus: bool,
) -> Vec<(SmolStr, SmolStr, &'static str)> {
    let mut reached: Vec<&SmolStr> = Vec::new();
    let mut pending: Vec<Option<&SmolStr>> = from.iter().map(Some).collect();
    if is_default_bus {
        pending.push(None);
    }
    while let Some(at) = pending.pop() {
        for delivery in app.deliveries.iter().filter(|delivery| delivery.from.as_ref() == at) {
            if !reached.contains(&&delivery.to) && !from.contains(&delivery.to) {
                reached.push(&delivery.to);
                pending.push(Some(&delivery.to));
            }
        }
    }
    let mut found = Vec::new();
    for trigger in &app.triggers {
        let Some(at) = payload_of(trigger.kind) else { continue };
        let mut sources = trigger.source_references.iter().map(|source| &source.name);
        if let Some(name) = sources.find(|name| reached.contains(name)) {
            found.push((name.clone(), trigger.function.clone(), at));
        }
    }
    found
}

/// Where an event of a trigger holds what was sent to its source.
fn payload_of(kind: TriggerKind) -> Option<&'static str> {
    Some(match kind {
        TriggerKind::Sqs => "Records[*].body",
        TriggerKind::Sns => "Records[*].Sns.Message",
        TriggerKind::Kinesis => "Records[*].kinesis.data",
        TriggerKind::EventBridge => "detail",
        TriggerKind::StepFunctions => "",
        _ => return None,
    })
}

/// What buckets tell of through queues and topics: whoever uploads chose the names in it.
fn uploaded(apps: &[&Application]) -> Vec<Handed> {
    let mut handed = Vec::new();
    for (at, app) in apps.iter().enumerate() {
        let buckets = app.resources.iter().filter(|it| matches!(it.details, Details::Bucket(_)));
        for bucket in buckets {
            for (name, function, path) in passed_on(app, std::slice::from_ref(&bucket.name), false)
            {
                let bucket_name = bucket.written_name();
                let note = format!(
                    "whoever uploads to `{bucket_name}` names objects, which `{name}` tells \
                     `{function}` of"
                );
                let consumer = Owner { app: at, function };
                let (trust, hops) = (Trust::Uploader, vec![(bucket.place, note)]);
                handed.push(Handed { consumer, at: steps(path), trust, hops });
            }
        }
    }
    handed
}

/// Resources that the text which the code names as the receiver may mean.
fn targets(
    app: &Application,
    sender: &Function,
    target: Option<&str>,
    kind: TriggerKind,
) -> Vec<SmolStr> {
    let Some(target) = target else { return only_source(app, kind) };
    let variable = target.strip_prefix("${").and_then(|rest| rest.strip_suffix('}'));
    let Some(variable) = variable else {
        let found = named(app, target);
        return if found.is_empty() { only_source(app, kind) } else { found };
    };
    let Some(variable) = sender.environment.iter().find(|it| it.name == variable) else {
        return only_source(app, kind);
    };
    let mut found = Vec::new();
    if let Some(expression) = variable.value.unresolved() {
        found.extend(expression.references.iter().map(|reference| reference.name.clone()));
    }
    for (_, text) in variable.value.possible() {
        found.extend(named(app, text));
    }
    found.retain(|name| app.resource(name).is_some() || app.function(name).is_some());
    found
}

/// The only resource that starts functions in this way, when there is but one.
fn only_source(app: &Application, kind: TriggerKind) -> Vec<SmolStr> {
    let mut sources: Vec<SmolStr> = app
        .triggers
        .iter()
        .filter(|trigger| trigger.kind == kind && kind != TriggerKind::Direct)
        .flat_map(|trigger| trigger.source_references.iter().map(|source| source.name.clone()))
        .filter(|name| app.resource(name).is_some())
        .collect();
    sources.sort();
    sources.dedup();
    if sources.len() == 1 { sources } else { Vec::new() }
}

/// Resources and functions with a physical name: the text itself, or the end of its ARN or address.
fn named(app: &Application, text: &str) -> Vec<SmolStr> {
    let name = text.rsplit([':', '/']).next().unwrap_or(text);
    let has_name = |physical: &Option<app_model::Setting<SmolStr>>| {
        physical
            .as_ref()
            .is_some_and(|setting| setting.value.possible().any(|(_, known)| known == name))
    };
    let resources = app.resources.iter().filter(|resource| {
        let physical = match &resource.details {
            Details::Bucket(it) => &it.physical_name,
            Details::Queue(it) => &it.physical_name,
            Details::EventBus(it) => &it.physical_name,
            _ => &None,
        };
        has_name(physical) || resource.name == name
    });
    let functions = app
        .functions
        .iter()
        .filter(|function| has_name(&function.physical_name) || function.name == name);
    let names = resources.map(|it| it.name.clone());
    names.chain(functions.map(|it| it.name.clone())).collect()
}

/// The steps of a path, `Records[*].body` or `["Records"][0]["body"]`, in the words that all
/// languages share: `getRecords` is `records`.
fn steps(path: &str) -> Vec<String> {
    path.split(['.', '[', ']'])
        .map(|step| step.trim_matches('"'))
        .filter(|step| !step.is_empty())
        .map(|step| {
            let step = step.strip_prefix("get").filter(|rest| !rest.is_empty()).unwrap_or(step);
            step.replace('_', "").to_ascii_lowercase()
        })
        .collect()
}

/// Whether a path begins at another. Records may come one by one.
fn begins_at(path: &[String], at: &[String]) -> bool {
    let fits = |at: &[String]| {
        let is_index = |step: &str| step == "*" || step.bytes().all(|byte| byte.is_ascii_digit());
        // A whole event that holds the field is hostile, too.
        at.iter().zip(path).all(|(a, b)| a == b || (is_index(a) && is_index(b)))
            && (at.is_empty() || !path.is_empty())
    };
    let record = match at {
        [records, any, rest @ ..] if records == "records" && any == "*" => Some(rest),
        _ => None,
    };
    fits(at) || record.is_some_and(fits)
}

#[cfg(test)]
mod tests {
    use app_model::{
        Application, Expression, Function, Reference, Resource, SmolStr, Trigger, TriggerKind,
        Value, Variable,
    };
    use source_text::Place;
    use taint::{Access, Analysis, Deed, Flow, Given, Kind, Sent, Trust};

    use super::{Owner, begins_at, follow_handed, steps};

    fn app() -> Application {
        let mut app = Application::default();
        let reference = || Reference { name: "Orders".into(), attribute: None };
        let expression = Expression { text: "!Ref Orders".into(), references: vec![reference()] };
        let variable = Variable {
            name: "QUEUE_URL".into(),
            value: Value::Unresolved(expression),
            ..Variable::default()
        };
        let producer =
            Function { name: "Api".into(), environment: vec![variable], ..Function::default() };
        let consumer = |name: &str| Function { name: name.into(), ..Function::default() };
        app.functions = vec![producer, consumer("Worker"), consumer("Other")];
        for name in ["Orders", "Others"] {
            app.resources.push(Resource {
                name: name.into(),
                type_name: "AWS::SQS::Queue".into(),
                ..Resource::default()
            });
        }
        let trigger = |function: &str, source: &str| Trigger {
            function: function.into(),
            kind: TriggerKind::Sqs,
            source_references: vec![Reference { name: source.into(), attribute: None }],
            ..Trigger::default()
        };
        app.triggers = vec![trigger("Worker", "Orders"), trigger("Other", "Others")];
        app
    }

    fn flow(entry: usize, path: &str) -> Flow {
        Flow {
            kind: Kind::Command,
            trust: Trust::Producer,
            source: "record.body".to_owned(),
            sink: "os.system".to_owned(),
            place: Place::default(),
            hops: vec![(Place::default(), "reaches `os.system`".to_owned())],
            entry: Some(entry),
            is_guess: false,
            within: "handler".into(),
            path: Some(path.to_owned()),
            argument: "0".into(),
            words: "the body of a message".into(),
        }
    }

    fn sent(service: &str, target: Option<&str>, at: &str) -> Sent {
        Sent {
            service: service.into(),
            target: target.map(str::to_owned),
            at: at.into(),
            trust: Trust::Attacker,
            hops: vec![(Place::default(), format!("sent with {service}"))],
            entry: Some(0),
            path: Some("[\"body\"]".to_owned()),
            fields: Vec::new(),
        }
    }

    /// Who decides about the flows of `Worker` and `Other`, when `Api` sends something.
    fn trusts(sent: Sent, path: &str) -> [Trust; 2] {
        let owners = ["Api", "Worker", "Other"]
            .map(|function| Owner { app: 0, function: SmolStr::new(function) });
        let producer = Analysis { sent: vec![sent], ..Analysis::default() };
        let consumers =
            Analysis { flows: vec![flow(1, path), flow(2, path)], ..Analysis::default() };
        let mut analyses = [producer, consumers];
        follow_handed(&[&app()], &owners, &mut analyses);
        let [_, consumers] = analyses;
        let [worker, other] = consumers.flows.as_slice() else { panic!("two flows") };
        if worker.trust == Trust::Attacker {
            let (_, note) = worker.hops.first().unwrap();
            assert_eq!(note, "sent with sqs to `Orders`, which starts `Worker`");
        }
        [worker.trust, other.trust]
    }

    #[test]
    fn what_an_attacker_sends_to_a_queue_reaches_its_consumer_alone() {
        let (attacker, producer) = (Trust::Attacker, Trust::Producer);
        let body = "[\"Records\"][*][\"body\"]";
        let at = "Records[*].body";
        assert_eq!(trusts(sent("sqs", Some("${QUEUE_URL}"), at), body), [attacker, producer]);
        assert_eq!(trusts(sent("sqs", Some("Orders"), at), body), [attacker, producer]);
        // Which of the two queues is meant cannot be told.
        assert_eq!(trusts(sent("sqs", None, at), body), [producer, producer]);
        let id = "[\"Records\"][*][\"messageId\"]";
        assert_eq!(trusts(sent("sqs", Some("${QUEUE_URL}"), at), id), [producer, producer]);
        let topic = sent("sns", Some("${QUEUE_URL}"), "Records[*].Sns.Message");
        assert_eq!(trusts(topic, body), [producer, producer]);
    }

    #[test]
    fn what_a_consumer_stores_of_a_message_is_its_senders_word() {
        let owners = ["Api", "Worker"];
        let owners = owners.map(|name| Owner { app: 0, function: SmolStr::new(name) });
        let given = Given {
            name: "price".into(),
            constant: None,
            trust: Trust::Producer,
            source: "body.price".to_owned(),
            path: Some("[\"Records\"][*][\"body\"][\"price\"]".to_owned()),
            is_whole: false,
            hops: Vec::new(),
        };
        let access = Access {
            deed: Deed::Put,
            call: "put_item".to_owned(),
            place: Place::default(),
            entry: Some(1),
            within: "handler".into(),
            keys: Vec::new(),
            values: vec![given],
            is_conditional: false,
            is_owned: false,
        };
        let sent = vec![sent("sqs", Some("Orders"), "Records[*].body")];
        let producer = Analysis { sent, ..Analysis::default() };
        let consumer = Analysis { accesses: vec![access], ..Analysis::default() };
        let mut analyses = [producer, consumer];
        follow_handed(&[&app()], &owners, &mut analyses);
        let values = analyses.iter().flat_map(|it| &it.accesses).flat_map(|it| &it.values);
        let values: Vec<_> = values.map(|value| (value.trust, value.hops.len())).collect();
        assert_eq!(values, [(Trust::Attacker, 1)]);
    }

    #[test]
    fn a_field_of_a_message_reaches_what_reads_that_field_alone() {
        let name = || sent("sqs", Some("Orders"), "Records[*].body.name");
        let reads = |field: &str| format!("[\"Records\"][*][\"body\"]{field}");
        let (attacker, producer) = (Trust::Attacker, Trust::Producer);
        assert_eq!(trusts(name(), &reads("[\"name\"]")), [attacker, producer]);
        assert_eq!(trusts(name(), &reads("[\"name\"][\"first\"]")), [attacker, producer]);
        assert_eq!(trusts(name(), &reads("[\"kind\"]")), [producer, producer]);
        // The whole text holds the field.
        assert_eq!(trusts(name(), &reads("")), [attacker, producer]);
    }

    #[test]
    fn a_field_is_the_same_in_every_language() {
        let at = steps("Records[*].body");
        for path in ["[\"Records\"][0][\"body\"]", "[\"getRecords\"][*][\"getBody\"]", "[\"body\"]"]
        {
            assert!(begins_at(&steps(path), &at), "{path}");
        }
        assert!(!begins_at(&steps("[\"Records\"][0][\"attributes\"]"), &at));
        assert!(begins_at(&steps("[\"anything\"]"), &steps("")));
    }
}
