//! The needs of every function, from all sources of truth.

mod code;
mod keys;
mod objects;
mod operations;
mod sources;
mod template;
mod trail;
mod value;

pub use code::{Code, CodeOf};

use app_model::{Function, Place, SmolStr};
use trail_usage::Usage;

use crate::{
    Names,
    need::{FunctionNeeds, Gap, Gathered, Need, Origin, Proposal, Reason, Restriction},
};

/// What every function of an application needs, in the order of the template.
#[must_use]
pub fn needs(names: &Names<'_>, code: &Code<'_>, usage: Option<&Usage>) -> Vec<FunctionNeeds> {
    let functions = names.app().functions.iter();
    functions
        .map(|function| of_function(names, function, code.get(&function.name), usage))
        .collect()
}

fn of_function(
    names: &Names<'_>,
    function: &Function,
    code: Option<&CodeOf<'_>>,
    usage: Option<&Usage>,
) -> FunctionNeeds {
    let mut gatherer = Gatherer {
        names,
        function,
        needs: Gathered::default(),
        gaps: Vec::new(),
        proposals: Vec::new(),
    };
    template::gather(&mut gatherer);
    sources::gather(&mut gatherer);
    match code {
        Some(code) => code::gather(&mut gatherer, code),
        None => gatherer.gap(function.place, "the code of the function was not looked at"),
    }
    keys::gather(&mut gatherer);
    if let Some(usage) = usage {
        trail::gather(&mut gatherer, usage);
    }
    let mut proposals = gatherer.proposals;
    proposals.sort();
    let mut gaps = gatherer.gaps;
    gaps.sort();
    gaps.dedup();
    FunctionNeeds {
        function: function.name.clone(),
        needs: gatherer.needs.finish(),
        gaps,
        proposals,
    }
}

/// The needs of one function while they are gathered.
struct Gatherer<'g, 'a> {
    names: &'g Names<'a>,
    function: &'g Function,
    needs: Gathered,
    gaps: Vec<Gap>,
    proposals: Vec<Proposal>,
}

impl Gatherer<'_, '_> {
    /// Adds what a setting of the template asks for.
    fn template(&mut self, place: Place, note: &str, actions: &[&str], resource: &str) {
        self.of_template(place, note, actions, resource, true);
    }

    /// The same for what the setting may ask for, as other settings decide that are not seen.
    fn perhaps(&mut self, place: Place, note: &str, actions: &[&str], resource: &str) {
        self.of_template(place, note, actions, resource, false);
    }

    fn of_template(
        &mut self,
        place: Place,
        note: &str,
        actions: &[&str],
        resource: &str,
        is_certain: bool,
    ) {
        for action in actions {
            self.needs.add(Need {
                action: SmolStr::new(action),
                resource: SmolStr::new(resource),
                restrictions: Vec::new(),
                is_exact: resource != "*",
                is_certain,
                reasons: vec![from_template(place, note)],
            });
        }
    }

    /// Tells of something that was not seen.
    fn gap(&mut self, place: Place, reason: impl Into<String>) {
        self.gaps.push(Gap { place, reason: reason.into() });
    }
}

fn from_template(place: Place, note: &str) -> Reason {
    Reason {
        source: Origin::Template,
        place: Some(place),
        note: note.to_owned(),
        count: 0,
        last_used: None,
    }
}

/// The condition that a key is used through a service, as the service does it for its caller.
fn via_service(names: &Names<'_>, service: &str) -> Restriction {
    let value = names.expand(&format!("{service}.${{AWS::Region}}.${{AWS::URLSuffix}}"));
    Restriction {
        operator: SmolStr::new_static("StringEquals"),
        key: SmolStr::new_static("kms:ViaService"),
        // The value is `sqs.eu-west-1.amazonaws.com` in the commercial and government partitions.
        value: value.replace("${AWS::URLSuffix}", "amazonaws.com").into(),
    }
}
