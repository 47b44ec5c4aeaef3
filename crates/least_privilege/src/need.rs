//! What a function needs: an action on a resource, and why.

use std::collections::BTreeMap;

use app_model::{Place, SmolStr};

/// An action that a function must be allowed on a resource.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Need {
    /// Action as IAM spells it: `dynamodb:PutItem`.
    pub action: SmolStr,
    /// ARN, or a glob of ARNs, in the notation of `Fn::Sub`: what only deployment knows stays a
    /// pseudo parameter, a parameter or a reference to a resource. `*` where the action has no
    /// resources.
    pub resource: SmolStr,
    /// Under which conditions it is enough to be allowed.
    pub restrictions: Vec<Restriction>,
    /// Whether the resource is the one that is meant and not a whole type or a guess.
    pub is_exact: bool,
    /// Whether it is certain that it is used, and not only taken to be.
    pub is_certain: bool,
    /// Why, without repetitions.
    pub reasons: Vec<Reason>,
}

impl Need {
    /// Adds a reason; what the trail saw is one reason with all counts.
    fn add_reason(&mut self, reason: Reason) {
        let of_trail = |known: &&mut Reason| {
            reason.source == Origin::Trail
                && known.source == Origin::Trail
                && known.note == reason.note
        };
        if let Some(known) = self.reasons.iter_mut().find(of_trail) {
            known.count += reason.count;
            known.last_used = reason.last_used.max(known.last_used.take());
        } else if !self.reasons.contains(&reason) {
            self.reasons.push(reason);
        }
    }
}

/// A condition of a grant: the request's key has the value.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Restriction {
    /// `StringEquals`, `StringLike` …
    pub operator: SmolStr,
    /// `kms:ViaService`.
    pub key: SmolStr,
    /// In the notation of `Fn::Sub`.
    pub value: SmolStr,
}

/// Why something is needed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reason {
    /// Which source of truth says so.
    pub source: Origin,
    /// Where it is written; nothing for what the trail saw.
    pub place: Option<Place>,
    /// In words: `put_item`, `the queue is polled for it`.
    pub note: String,
    /// How often the trail saw it.
    pub count: u64,
    /// When the trail saw it last, as the trail writes time.
    pub last_used: Option<SmolStr>,
}

/// The three sources of truth.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Origin {
    /// A call in the code.
    #[default]
    Code,
    /// A setting of the template.
    Template,
    /// An event that CloudTrail recorded.
    Trail,
}

impl Origin {
    /// The word in the JSON result.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Code => "code",
            Self::Template => "template",
            Self::Trail => "trail",
        }
    }
}

/// What could not be seen, so that the needs may be more than those told.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Gap {
    /// Where.
    pub place: Place,
    /// In words.
    pub reason: String,
}

/// What somebody wanted and was refused: never granted, only told.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Proposal {
    /// Action.
    pub action: SmolStr,
    /// ARN, or `*` when the trail does not tell it.
    pub resource: SmolStr,
    /// `denied 3 times`.
    pub reason: String,
}

/// All that one function needs.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FunctionNeeds {
    /// Logical name of the function.
    pub function: SmolStr,
    /// Sorted by action and resource; each pair once.
    pub needs: Vec<Need>,
    /// Why the needs may be more; empty when they are all.
    pub gaps: Vec<Gap>,
    /// What was refused.
    pub proposals: Vec<Proposal>,
}

impl FunctionNeeds {
    /// Whether everything that the function does was seen.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.gaps.is_empty()
    }
}

/// Needs while they are gathered: equal ones become one with all reasons.
#[derive(Debug, Default)]
pub(crate) struct Gathered(BTreeMap<(SmolStr, SmolStr, Vec<Restriction>), Need>);

impl Gathered {
    /// Adds a need.
    pub(crate) fn add(&mut self, need: Need) {
        let key = (need.action.clone(), need.resource.clone(), need.restrictions.clone());
        let Some(known) = self.0.get_mut(&key) else {
            self.0.insert(key, need);
            return;
        };
        known.is_exact |= need.is_exact;
        known.is_certain |= need.is_certain;
        need.reasons.into_iter().for_each(|reason| known.add_reason(reason));
    }

    /// Adds a reason to every need of an action that fits; whether there is one.
    pub(crate) fn give_reason(
        &mut self,
        action: &str,
        reason: &Reason,
        fits: impl Fn(&Need) -> bool,
    ) -> bool {
        let mut is_known = false;
        let of_action = self.0.values_mut().filter(|need| need.action == action);
        for need in of_action.filter(|need| fits(need)) {
            need.add_reason(reason.clone());
            is_known = true;
        }
        is_known
    }

    /// The needs so far.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Need> {
        self.0.values()
    }

    /// All, sorted.
    pub(crate) fn finish(self) -> Vec<Need> {
        self.0.into_values().collect()
    }
}
