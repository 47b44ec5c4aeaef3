//! What the calls of the code need.

use std::{borrow::Cow, collections::BTreeMap};

use app_model::{Place, SmolStr};
use aws_operations::{Authorisation, Given, Piece, Surroundings as Deployed, When};
use taint::{DynamicCall, Form, Provenance, ServiceCall};

use super::{
    Gatherer,
    operations::{self, Called},
    value::{Surroundings, Text},
};
use crate::need::{Gap, Need, Origin, Reason};

/// Combinations of values of the arguments of one call at most; of more, the widest is taken.
const MAX_COMBINATIONS: usize = 64;

/// What is known of the code of a function.
#[derive(Clone, Debug, Default)]
pub struct CodeOf<'c> {
    /// Calls of cloud services.
    pub calls: Cow<'c, [ServiceCall]>,
    /// Calls of which it is not known which they are.
    pub dynamic_calls: Cow<'c, [DynamicCall]>,
    /// What was not read or not followed.
    pub gaps: Vec<Gap>,
}

/// The code of the functions of an application, by logical name.
pub type Code<'c> = BTreeMap<SmolStr, CodeOf<'c>>;

/// Gathers what the calls of the function need.
pub(super) fn gather(gatherer: &mut Gatherer<'_, '_>, code: &CodeOf<'_>) {
    gatherer.gaps.extend(code.gaps.iter().cloned());
    for call in code.dynamic_calls.iter() {
        let service = call.service.as_ref().map_or(String::new(), |it| format!(" of `{it}`"));
        gatherer.gap(call.place, format!("a call{service} is not known: {}", call.reason));
    }
    for call in code.calls.iter().filter(|call| !call.has_own_credentials) {
        match operations::of(call) {
            Ok(called) => called.iter().for_each(|one| need(gatherer, call, one)),
            Err(reason) => gatherer.gap(call.place, reason),
        }
    }
}

/// Adds what one operation of a call needs.
fn need(gatherer: &mut Gatherer<'_, '_>, call: &ServiceCall, called: &Called) {
    let needs = match called.operation.authorisation() {
        Authorisation::Actions(needs) => needs,
        Authorisation::NoAction(_) => return,
        Authorisation::Unmapped => {
            let reason = format!("which action `{}` needs is not known", called.operation);
            gatherer.gap(call.place, reason);
            return;
        }
    };
    let arguments = Arguments::of(gatherer, call, called);
    let note = note(call, &arguments);
    // Without an optional action the operation still works.
    for need in needs.filter(|need| !need.is_optional) {
        if need.when != When::Always && !need.applies(&|name| arguments.given(name, 0)) {
            continue;
        }
        for combination in 0..arguments.combinations {
            let given = |name: &str| arguments.given(name, combination);
            let regions = arguments.regions.iter();
            for region in regions {
                let deployed = Deployed {
                    partition: gatherer.names.partition(),
                    region,
                    account: gatherer.names.account(),
                };
                for filled in need.arns(deployed, &given) {
                    let arn = gatherer.names.expand(&filled.arn);
                    gatherer.needs.add(Need {
                        action: need.action.to_string().into(),
                        is_exact: filled.is_exact || names_its_bucket(&arn),
                        resource: arn.into(),
                        restrictions: Vec::new(),
                        reasons: vec![from_code(call.place, &note)],
                    });
                }
            }
        }
    }
}

/// Whether an ARN names its bucket, so that only keys in it are open.
fn names_its_bucket(arn: &str) -> bool {
    cloud_names::Arn::parse(arn)
        .ok()
        .and_then(|arn| arn.bucket().map(|bucket| !bucket.contains('*')))
        .unwrap_or(false)
}

fn from_code(place: Place, note: &str) -> Reason {
    Reason {
        source: Origin::Code,
        place: Some(place),
        note: note.to_owned(),
        count: 0,
        last_used: None,
    }
}

/// The call in words.
fn note(call: &ServiceCall, arguments: &Arguments) -> String {
    let form = match call.form {
        Form::Presigned => ", signed for somebody else",
        Form::Direct | Form::Paginator | Form::Waiter | Form::Helper => "",
    };
    let doubt = if call.is_certain { "" } else { ", if it is what it is taken for" };
    let cut = if arguments.is_cut { ", on more resources than are told one by one" } else { "" };
    format!("`{}` of `{}`{form}{doubt}{cut}", call.operation, call.service)
}

/// The parameters of an operation with the texts that each may have.
struct Arguments {
    by_name: Vec<(String, Vec<Text>)>,
    has_others: bool,
    regions: Vec<String>,
    combinations: usize,
    is_cut: bool,
}

impl Arguments {
    fn of(gatherer: &Gatherer<'_, '_>, call: &ServiceCall, called: &Called) -> Self {
        let around = Surroundings { names: gatherer.names, function: gatherer.function };
        let mut by_name: Vec<(String, Vec<Text>)> = Vec::new();
        // What names no resource must not make the others uncertain by its many values.
        let asked = asked(called);
        let of_resources = called
            .parameters
            .iter()
            .filter(|(name, _)| asked.iter().any(|asked| operations::is_parameter(name, asked)));
        for (name, value) in of_resources {
            let texts = around.texts(value);
            // Items of a list have the same name: each is touched.
            match by_name.iter_mut().find(|(known, _)| known == name) {
                Some((_, known)) => known
                    .extend(texts.into_iter().filter(|it| !known.contains(it)).collect::<Vec<_>>()),
                None => by_name.push((name.clone(), texts)),
            }
        }
        let mut combinations = 1_usize;
        for (_, texts) in &by_name {
            combinations = combinations.saturating_mul(texts.len().max(1));
        }
        let is_cut = combinations > MAX_COMBINATIONS;
        if is_cut {
            combinations = 1;
            for (_, texts) in by_name.iter_mut().filter(|(_, texts)| texts.len() > 1) {
                *texts = vec![Text::Unknown];
            }
        }
        let regions = regions(gatherer, &around, call.region.as_ref());
        let has_others = call.has_unknown_arguments;
        Self { by_name, has_others, regions, combinations, is_cut }
    }

    /// What one of the combinations says of a parameter.
    fn given(&self, name: &str, combination: usize) -> Given<'_> {
        let mut rest = combination;
        for (known, texts) in &self.by_name {
            let count = texts.len().max(1);
            let at = rest % count;
            rest /= count;
            if !operations::is_parameter(known, name) {
                continue;
            }
            return match texts.get(at) {
                Some(Text::Known(text)) => Given::Text(Cow::Borrowed(text)),
                Some(Text::Arn(text)) => Given::Arn(Cow::Borrowed(text)),
                Some(Text::Unknown) | None => Given::Unknown,
            };
        }
        if self.has_others { Given::Unknown } else { Given::Absent }
    }
}

/// The parameters that an operation's needs ask for.
fn asked(called: &Called) -> Vec<&'static str> {
    let mut asked = Vec::new();
    let mut of_condition = |when: When| {
        if let When::Given(name) | When::NotGiven(name) = when {
            asked.push(name);
        }
    };
    for need in called.operation.needs() {
        of_condition(need.when);
        need.resources().for_each(|template| of_condition(template.when));
    }
    let pieces = called.operation.needs().flat_map(|need| need.resources().collect::<Vec<_>>());
    for piece in pieces.flat_map(|template| template.pieces().collect::<Vec<_>>()) {
        if let Piece::Hole(hole) = piece {
            asked.extend(hole.parameters());
        }
    }
    asked
}

/// Regions that the client of a call may be of.
fn regions(
    gatherer: &Gatherer<'_, '_>,
    around: &Surroundings<'_, '_>,
    region: Option<&Provenance>,
) -> Vec<String> {
    let Some(region) = region else { return vec![gatherer.names.region().to_owned()] };
    let texts = around.texts(region).into_iter();
    texts
        .map(|text| match text {
            Text::Known(text) | Text::Arn(text) => text,
            Text::Unknown => "*".to_owned(),
        })
        .collect()
}
