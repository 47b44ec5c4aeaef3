//! Policies of both sides with every text read once: clauses over numbered globs and atoms.

use iam_policy::{Condition, Effect, Policy, Principal, PrincipalKind, Statement, Term};
use rustc_hash::FxHashMap;
use smol_str::SmolStr;
use value::When;

use crate::{
    atom::{Atom, Key, Test},
    explore::Signature,
    glob::{Glob, Holes, Reading},
};

/// The version of policies from which on `${aws:username}` is a variable.
const WITH_VARIABLES: &str = "2012-10-17";

/// Clauses that one statement may be split into by conditions of the template on its parts.
const MAX_PARTS: usize = 1 << 10;

/// Whose policy it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Side {
    New,
    Old,
}

/// A statement, or the part of one that stands under one condition of the template.
#[derive(Clone, Debug)]
pub(crate) struct Clause {
    pub(crate) side: Side,
    pub(crate) effect: Effect,
    pub(crate) actions: Matcher,
    pub(crate) resources: Matcher,
    pub(crate) principals: Whom,
    /// All of them must hold; sorted.
    pub(crate) atoms: Vec<u32>,
    /// The policy and the statement of that side, by index.
    pub(crate) source: (usize, usize),
}

/// A list of globs, or all but a list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Matcher {
    /// `NotAction`, `NotResource`.
    pub(crate) negated: bool,
    /// By number, sorted.
    pub(crate) globs: Vec<u32>,
    /// Those that a condition of the template may take away, in a negated list; sorted.
    uncertain: Vec<u32>,
    /// Whether the statement has no such element, as trust policies name no resource.
    pub(crate) is_absent: bool,
}

/// Whether something holds: certainly, and possibly.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Holds {
    pub(crate) must: bool,
    pub(crate) may: bool,
}

impl Holds {
    pub(crate) const YES: Self = Self { must: true, may: true };
    pub(crate) const NO: Self = Self { must: false, may: false };
    pub(crate) const UNKNOWN: Self = Self { must: false, may: true };

    pub(crate) fn or(self, other: Self) -> Self {
        Self { must: self.must || other.must, may: self.may || other.may }
    }

    pub(crate) fn not(self) -> Self {
        Self { must: !self.may, may: !self.must }
    }
}

impl Matcher {
    /// What a class of texts says of it.
    pub(crate) fn holds(&self, signature: &Signature) -> Holds {
        if self.is_absent {
            return Holds::YES;
        }
        let mut any = Holds::NO;
        for glob in &self.globs {
            let is_certain = self.uncertain.binary_search(glob).is_err();
            let must = is_certain && signature.must(*glob);
            any = any.or(Holds { must, may: must || signature.may(*glob) });
            if any.must {
                break;
            }
        }
        if self.negated { any.not() } else { any }
    }

    /// Whether no condition of the template may take away a part of it.
    pub(crate) fn is_certain(&self) -> bool {
        self.uncertain.is_empty()
    }

    /// Whether it may hold for texts that no glob of a list asks about.
    pub(crate) fn is_open(&self) -> bool {
        self.negated || self.is_absent
    }
}

/// Whom a statement is about.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Whom {
    /// `NotPrincipal`, of a statement of this effect.
    pub(crate) but: Option<Effect>,
    pub(crate) named: Vec<Named>,
    /// Whether the statement has no principal, as policies of roles have none.
    pub(crate) is_absent: bool,
}

/// A principal that a statement names.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Named {
    pub(crate) kind: Kind,
    pub(crate) name: SmolStr,
    /// Whether only deployment knows the name.
    pub(crate) is_hole: bool,
    /// Whether a condition of the template may take it away.
    pub(crate) is_uncertain: bool,
}

/// [`PrincipalKind`], ordered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Kind {
    Any,
    Aws,
    Service,
    Federated,
    CanonicalUser,
}

/// Things with numbers, each once.
#[derive(Debug)]
pub(crate) struct Table<T> {
    items: Vec<T>,
    numbers: FxHashMap<T, u32>,
}

impl<T> Default for Table<T> {
    fn default() -> Self {
        Self { items: Vec::new(), numbers: FxHashMap::default() }
    }
}

impl<T: Clone + Eq + std::hash::Hash> Table<T> {
    pub(crate) fn add(&mut self, item: T) -> u32 {
        if let Some(number) = self.numbers.get(&item) {
            return *number;
        }
        let number = u32::try_from(self.items.len()).unwrap_or(u32::MAX);
        self.items.push(item.clone());
        self.numbers.insert(item, number);
        number
    }

    pub(crate) fn get(&self, number: u32) -> Option<&T> {
        self.items.get(usize::try_from(number).ok()?)
    }
}

/// Both sides.
#[derive(Debug, Default)]
pub(crate) struct Program {
    pub(crate) clauses: Vec<Clause>,
    pub(crate) actions: Table<Glob>,
    pub(crate) resources: Table<Glob>,
    pub(crate) atoms: Table<Atom>,
    pub(crate) holes: Holes,
    /// Whether a part of a policy could not be taken apart: then nothing is proven.
    pub(crate) too_many_parts: bool,
}

impl Program {
    /// Reads both sides.
    pub(crate) fn new(old: &[&Policy], new: &[&Policy]) -> Self {
        let mut program = Self::default();
        for (side, policies) in [(Side::New, new), (Side::Old, old)] {
            for (at, policy) in policies.iter().enumerate() {
                let variables = policy.version.as_deref() == Some(WITH_VARIABLES);
                for (number, statement) in policy.statements.iter().enumerate() {
                    program.add(side, statement, variables, (at, number));
                }
            }
        }
        program
    }

    fn add(&mut self, side: Side, statement: &Statement, variables: bool, source: (usize, usize)) {
        let mut atoms = Vec::new();
        for condition in &statement.conditions {
            atoms.push(self.atom(condition, variables));
        }
        let actions =
            self.lists(&statement.actions, &statement.not_actions, variables, Place::Action);
        let resources =
            self.lists(&statement.resources, &statement.not_resources, variables, Place::Resource);
        let principals = whom(statement);
        if actions.len() * resources.len() * principals.len() > MAX_PARTS {
            self.too_many_parts = true;
            return;
        }
        for (action_when, action) in &actions {
            for (resource_when, resource) in &resources {
                for (principal_when, principal) in &principals {
                    let when = statement
                        .when
                        .and(action_when)
                        .and_then(|when| when.and(resource_when))
                        .and_then(|when| when.and(principal_when));
                    // A part that no deployment has.
                    let Some(when) = when else { continue };
                    let mut all = atoms.clone();
                    all.extend(self.deployment_atoms(&when));
                    all.sort_unstable();
                    all.dedup();
                    self.clauses.push(Clause {
                        side,
                        effect: statement.effect,
                        actions: action.clone(),
                        resources: resource.clone(),
                        principals: principal.clone(),
                        atoms: all,
                        source,
                    });
                }
            }
        }
    }

    /// The lists of one element, apart by the condition under which their terms stand.
    fn lists(
        &mut self,
        positive: &[Term],
        negative: &[Term],
        variables: bool,
        place: Place,
    ) -> Vec<(When, Matcher)> {
        let mut lists: Vec<(When, Matcher)> = Vec::new();
        if positive.is_empty() && !negative.is_empty() {
            let mut matcher = Matcher { negated: true, ..Matcher::default() };
            for term in negative {
                let glob = self.glob(term, variables, place);
                matcher.globs.push(glob);
                if !term.when.is_always() {
                    matcher.uncertain.push(glob);
                }
            }
            lists.push((When::ALWAYS, matcher));
        } else if positive.is_empty() {
            let is_absent = place == Place::Resource;
            lists.push((When::ALWAYS, Matcher { is_absent, ..Matcher::default() }));
        }
        let mut by_when: FxHashMap<When, usize> = FxHashMap::default();
        for term in positive {
            let glob = self.glob(term, variables, place);
            let at = *by_when.entry(term.when.clone()).or_insert_with(|| {
                lists.push((term.when.clone(), Matcher::default()));
                lists.len() - 1
            });
            if let Some((_, matcher)) = lists.get_mut(at) {
                matcher.globs.push(glob);
            }
        }
        for (_, matcher) in &mut lists {
            matcher.globs.sort_unstable();
            matcher.globs.dedup();
            matcher.uncertain.sort_unstable();
        }
        lists
    }

    fn glob(&mut self, term: &Term, variables: bool, place: Place) -> u32 {
        let reading = match place {
            Place::Action => Reading::ACTION,
            Place::Resource => Reading::RESOURCE,
        };
        let completed = if place == Place::Resource { complete(term) } else { None };
        let term = completed.as_ref().unwrap_or(term);
        let glob = read_term(term, reading, variables, &mut self.holes);
        match place {
            Place::Action => self.actions.add(glob),
            Place::Resource => self.resources.add(glob),
        }
    }

    fn atom(&mut self, condition: &Condition, variables: bool) -> u32 {
        let atom = Atom::read(condition, variables, &mut self.holes);
        self.atoms.add(atom)
    }

    /// What a condition of the template asks of the deployment.
    fn deployment_atoms(&mut self, when: &When) -> Vec<u32> {
        let truth = |is_true: bool| SmolStr::new_static(if is_true { "true" } else { "false" });
        let mut tests = Vec::new();
        for (name, is_true) in &when.conditions {
            tests.push((Key::Condition(name.clone()), truth(*is_true)));
        }
        for (name, value) in &when.parameters {
            tests.push((Key::Parameter(name.clone()), value.clone()));
        }
        for name in &when.defaults {
            tests.push((Key::Default(name.clone()), truth(true)));
        }
        tests
            .into_iter()
            .map(|(key, value)| self.atoms.add(Atom { key, test: Test::Deployment(value) }))
            .collect()
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Action,
    Resource,
}

/// A short ARN with the parts that it lacks, each `*`: `arn:aws:sqs` is every queue. As the evaluation
/// has it.
fn complete(term: &Term) -> Option<Term> {
    let colons = term.text.bytes().filter(|byte| *byte == b':').take(5).count();
    let is_short = colons < 5 && term.text.starts_with("arn:");
    if !is_short || cloud_names::has_placeholder(&term.text) {
        return None;
    }
    let text = format!("{}{}", term.text, ":*".repeat(5 - colons));
    Some(Term { text: text.into(), ..term.clone() })
}

/// Reads a term as a glob; what only deployment knows is a hole.
pub(crate) fn read_term(term: &Term, reading: Reading, variables: bool, holes: &mut Holes) -> Glob {
    if !term.resolved && !cloud_names::has_placeholder(&term.text) {
        let number = holes.number(&term.text);
        return Glob(Box::new([crate::glob::Token::Hole(number)]));
    }
    let reading = Reading { holes: variables || !term.resolved, ..reading };
    Glob::parse(&term.text, reading, holes)
}

fn whom(statement: &Statement) -> Vec<(When, Whom)> {
    let (positive, negative) = (&statement.principals, &statement.not_principals);
    if positive.is_empty() && negative.is_empty() {
        return vec![(When::ALWAYS, Whom { is_absent: true, ..Whom::default() })];
    }
    if positive.is_empty() {
        let mut named: Vec<_> = negative.iter().map(name).collect();
        named.sort_unstable();
        return vec![(When::ALWAYS, Whom { but: Some(statement.effect), named, is_absent: false })];
    }
    let mut lists: Vec<(When, Whom)> = Vec::new();
    for principal in positive {
        let named = Named { is_uncertain: false, ..name(principal) };
        match lists.iter_mut().find(|(when, _)| *when == principal.term.when) {
            Some((_, whom)) => whom.named.push(named),
            None => lists.push((
                principal.term.when.clone(),
                Whom { but: None, named: vec![named], is_absent: false },
            )),
        }
    }
    for (_, whom) in &mut lists {
        whom.named.sort_unstable();
        whom.named.dedup();
    }
    lists
}

fn name(principal: &Principal) -> Named {
    Named {
        kind: match principal.kind {
            PrincipalKind::Any => Kind::Any,
            PrincipalKind::Aws => Kind::Aws,
            PrincipalKind::Service => Kind::Service,
            PrincipalKind::Federated => Kind::Federated,
            PrincipalKind::CanonicalUser => Kind::CanonicalUser,
        },
        name: principal.term.text.clone(),
        is_hole: !principal.term.resolved,
        is_uncertain: !principal.term.when.is_always(),
    }
}
