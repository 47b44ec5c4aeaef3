//! What all policies of one kind say together.

use iam_policy::{Effect, Policy};

use crate::{
    Because, Layer, Outcome, StatementRef, Truth, Why,
    expand::{Asked, Language},
    principal::Grade,
    statement::{Element, Site},
};

/// Denying and undecided statements that are told of one layer; the rest adds nothing.
const MOST_TOLD: usize = 8;

/// Where a statement stands: the policy in its layer, the statement in its policy.
pub(crate) type At = (usize, usize);

/// What the policies of one layer say.
#[derive(Debug)]
pub(crate) struct Answer<'a> {
    pub(crate) layer: Layer,
    site: Site,
    policies: Vec<&'a Policy>,
    pub(crate) deny: Truth,
    pub(crate) allow: Truth,
    /// Allows by how narrowly they name the one who asks.
    grades: [Truth; 4],
    denying: Vec<At>,
    allowing: Vec<At>,
    undecided: Vec<(At, Option<Element>)>,
    nearest: Option<(Element, At)>,
}

impl<'a> Answer<'a> {
    pub(crate) fn new(
        asked: &Asked<'_>,
        layer: Layer,
        site: Site,
        policies: &[&'a Policy],
    ) -> Self {
        let mut answer = Self {
            layer,
            site,
            policies: policies.to_vec(),
            deny: Truth::No,
            allow: Truth::No,
            grades: [Truth::No; 4],
            denying: Vec::new(),
            allowing: Vec::new(),
            undecided: Vec::new(),
            nearest: None,
        };
        for (index, policy) in policies.iter().enumerate() {
            answer.add(asked, index, policy);
        }
        answer
    }

    fn add(&mut self, asked: &Asked<'_>, index: usize, policy: &Policy) {
        let language = Language::of(policy.version.as_deref());
        for (number, statement) in policy.statements.iter().enumerate() {
            let at = (index, number);
            let meeting = asked.meet(statement, language, self.site);
            if meeting.truth == Truth::Yes
                && meeting.grades.contains(&Truth::Unknown)
                && self.undecided.len() < MOST_TOLD
            {
                self.undecided.push((at, Some(Element::Principal)));
            }
            match meeting.truth {
                Truth::Unknown if self.undecided.len() < MOST_TOLD => {
                    self.undecided.push((at, meeting.failed));
                }
                Truth::Yes if statement.effect == Effect::Deny => {
                    if self.denying.len() < MOST_TOLD {
                        self.denying.push(at);
                    }
                }
                Truth::Yes if self.allowing.len() < MOST_TOLD => self.allowing.push(at),
                Truth::No | Truth::Yes | Truth::Unknown => {}
            }
            if statement.effect == Effect::Deny {
                self.deny = self.deny.or(meeting.truth);
                continue;
            }
            self.allow = self.allow.or(meeting.truth);
            for (sum, grade) in self.grades.iter_mut().zip(meeting.grades) {
                *sum = sum.or(grade);
            }
            if let (Truth::No, Some(failed)) = (meeting.truth, meeting.failed)
                && self.nearest.is_none_or(|(known, _)| failed > known)
            {
                self.nearest = Some((failed, at));
            }
        }
    }

    /// The same where it is not known whether the policies bind the one who asks.
    pub(crate) fn if_bound(mut self) -> Self {
        self.deny = self.deny.if_certain(false);
        self.allow = self.allow.or(Truth::Unknown);
        let denying = std::mem::take(&mut self.denying).into_iter();
        self.undecided.extend(denying.map(|at| (at, Some(Element::Principal))));
        self
    }

    /// Whether it allows one whom it names with this grade.
    pub(crate) fn allows_as(&self, grade: Grade) -> Truth {
        self.grades.get(grade as usize).copied().unwrap_or(Truth::No)
    }

    /// The statements that deny.
    pub(crate) fn denials(&self, because: &mut Vec<Because>) {
        because
            .extend(self.denying.iter().map(|at| self.because(*at, Outcome::Denies, Why::Matches)));
    }

    /// The first statement that allows.
    pub(crate) fn allowances(&self, because: &mut Vec<Because>) {
        let first = self.allowing.first();
        because.extend(first.map(|at| self.because(*at, Outcome::Allows, Why::Matches)));
    }

    /// The statements whose meaning for the request is not known.
    pub(crate) fn undecided(&self, asked: &Asked<'_>, because: &mut Vec<Because>) {
        because.extend(self.undecided.iter().map(|(at, element)| {
            let why = element.map_or(Why::Matches, |element| self.why(asked, *at, element));
            self.because(*at, Outcome::Undecided, why)
        }));
    }

    /// Why nothing here allows: the statement that came nearest and what of it did not fit.
    pub(crate) fn lack(&self, asked: &Asked<'_>) -> Because {
        let (statement, why) = match self.nearest {
            Some((element, at)) => (Some(self.reference(at)), self.why(asked, at, element)),
            None if self.policies.is_empty() => (None, Why::NoPolicy),
            None => (None, Why::NoAllow),
        };
        Because { layer: self.layer, statement, outcome: Outcome::LacksAllow, why }
    }

    fn because(&self, at: At, outcome: Outcome, why: Why) -> Because {
        Because { layer: self.layer, statement: Some(self.reference(at)), outcome, why }
    }

    fn reference(&self, (policy, statement): At) -> StatementRef {
        let found = self.policies.get(policy).and_then(|policy| policy.statements.get(statement));
        StatementRef {
            policy,
            statement,
            sid: found.and_then(|statement| statement.sid.clone()),
            place: found.map(|statement| statement.place).unwrap_or_default(),
        }
    }

    /// What of a statement does not fit, in facts.
    fn why(&self, asked: &Asked<'_>, (policy, statement): At, element: Element) -> Why {
        let Some(policy) = self.policies.get(policy) else { return Why::NoAllow };
        let Some(statement) = policy.statements.get(statement) else { return Why::NoAllow };
        let language = Language::of(policy.version.as_deref());
        match element {
            Element::Action => Why::Action,
            Element::Principal => Why::Principal,
            Element::When => Why::Template(statement.when.words().unwrap_or_default().into()),
            Element::Resource => {
                let terms = statement.resources.iter().chain(&statement.not_resources);
                match terms.clone().find_map(|term| asked.missing_variable(term, language)) {
                    Some(name) => Why::Variable(name),
                    None => Why::Resource(terms.take(4).map(|term| term.text.clone()).collect()),
                }
            }
            Element::Condition(index) => match statement.conditions.get(index) {
                None => Why::NoAllow,
                Some(condition) => Why::Condition {
                    operator: condition.operator.clone(),
                    key: condition.key.clone(),
                    wanted: condition.values.iter().take(4).map(|term| term.text.clone()).collect(),
                    found: match asked.request.find_key(&condition.key) {
                        crate::Found::Values(values) => {
                            Some(values.iter().take(4).cloned().collect())
                        }
                        _ => None,
                    },
                },
            },
        }
    }
}
