//! The decision: by statements, then by classes of actions, principals, resources and conditions.

use iam_policy::{Effect, Policy};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::{
    answer::{Containment, Reason},
    cell::{Cell, CellAnswer},
    cover,
    explore::{Automaton, Signature, Space, Symbol},
    glob::{Case, Glob, Holes, Reading},
    known::{self, Action},
    limits::{Limits, Spent, Work},
    person::{Person, people},
    program::{Clause, Holds, Program, Side},
};

/// Letters of actions, in lower case.
const ACTION_LETTERS: &str = "abcdefghijklmnopqrstuvwxyz0123456789-:";

/// Letters that stand for any other, most readable first.
const OTHERS: &str = "xyzabcdefghijklmnopqrstuvw0123456789";

/// Whether `new` allows nothing that `old` does not.
///
/// Both are sets of policies as one principal or resource has them: what any statement allows and
/// none denies. *Yes* is proven for every request there may be, also for actions that AWS will add;
/// *no* comes with a request that the evaluation allows under `new` and not under `old`. Whatever is
/// beyond `limits`, or hangs on a hole of a template, is *unknown*.
///
/// A condition key has one value, unless an operator asks about several or AWS says so; keys are
/// taken to be independent of each other.
#[must_use]
pub fn contains(old: &[&Policy], new: &[&Policy], limits: Limits) -> Containment {
    let program = Program::new(old, new);
    if program.too_many_parts {
        return Containment::Unknown(Reason::TooManyParts);
    }
    let open = cover::quick(&program, limits.steps / 4);
    if open.goals.is_empty() {
        return Containment::Yes;
    }
    let mut search = Search {
        program: &program,
        old,
        new,
        open,
        work: Work::new(limits),
        cell: Cell::default(),
        people: FxHashMap::default(),
        relations: FxHashMap::default(),
        frames: frames(),
        unknown: None,
        witness: None,
    };
    match search.run() {
        Ok(()) | Err(Stop::Found) => {}
        Err(Stop::Spent(spent)) => {
            search.unknown.get_or_insert_with(|| spent.into());
        }
    }
    match (search.witness, search.unknown) {
        (Some(witness), _) => Containment::No(witness),
        (None, Some(reason)) => Containment::Unknown(reason),
        (None, None) => Containment::Yes,
    }
}

/// What every action and every resource looks like.
#[derive(Debug)]
struct Frames {
    action: Vec<Glob>,
    resource: Vec<Glob>,
}

fn frames() -> Frames {
    let mut holes = Holes::default();
    let mut glob = |text: &str, reading| Glob::parse(text, reading, &mut holes);
    let literal = Reading { wildcards: false, case: Case::Heeded, holes: false, segments: false };
    Frames {
        action: vec![glob("?*:?*", Reading::ACTION)],
        resource: vec![glob("*", literal), glob("arn:*:*:*:*:*", Reading::RESOURCE)],
    }
}

/// Why the search ends early.
#[derive(Debug)]
enum Stop {
    /// A witness was found that none can better.
    Found,
    /// A limit was reached.
    Spent(Spent),
}

impl From<Spent> for Stop {
    fn from(spent: Spent) -> Self {
        Self::Spent(spent)
    }
}

/// A clause that may bear on a class of requests, and whether it certainly does.
pub(crate) type Live = Vec<(u32, bool)>;

struct Search<'a> {
    program: &'a Program,
    old: &'a [&'a Policy],
    new: &'a [&'a Policy],
    open: cover::Open,
    work: Work,
    cell: Cell,
    /// Persons by the clauses that are about them.
    people: FxHashMap<Vec<Holds>, Person>,
    relations: FxHashMap<(u32, u32), Relation>,
    frames: Frames,
    unknown: Option<Reason>,
    witness: Option<Box<crate::Witness>>,
}

/// What AWS asks about for a class of actions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Asked {
    /// No resource: the request is about `*`.
    Nothing,
    /// Always a resource.
    Resources,
    /// Either: there are several actions, or AWS has no such action.
    Either,
}

/// A class of actions.
struct Group {
    live: Live,
    /// Which resources AWS can ask about.
    asked: Asked,
    signature: Signature,
}

impl<'a> Search<'a> {
    fn run(&mut self) -> Result<(), Stop> {
        let relevant = self.relevant();
        let (globs, numbers) = self.action_globs(&relevant);
        let table: Vec<&Glob> =
            globs.iter().filter_map(|glob| self.program.actions.get(*glob)).collect();
        let goals = self.action_goals(&numbers);
        let action_frames = std::mem::take(&mut self.frames.action);
        let space =
            Space { alphabet: Some(ACTION_LETTERS), frames: &action_frames, others: OTHERS };
        let automaton = Automaton::new(&table, goals.as_deref(), space);
        let renumbered = Renumbered { globs: &globs };
        // One look at a likely request first: most that is new is seen at once.
        for text in known::likely_actions(self.program, &self.open) {
            if let Some(signature) = automaton.run(&text, &mut self.work)? {
                let group = self.group(renumbered.own(signature), &relevant);
                self.look_at(&group, &automaton, &renumbered, &relevant)?;
            }
        }
        let signatures = automaton.signatures(&mut self.work)?;
        let mut seen: FxHashSet<(Live, Asked)> = FxHashSet::default();
        for signature in signatures {
            self.work.spend(relevant.len())?;
            let group = self.group(renumbered.own(signature), &relevant);
            if seen.insert((group.live.clone(), group.asked)) {
                self.look_at(&group, &automaton, &renumbered, &relevant)?;
            }
        }
        Ok(())
    }

    /// The clauses that can change the answer.
    fn relevant(&self) -> Vec<u32> {
        let goals: FxHashSet<usize> = self.open.goals.iter().map(|(at, _)| *at).collect();
        let denies: FxHashSet<usize> = self.open.old_denies.iter().copied().collect();
        let clauses = self.program.clauses.iter().enumerate().filter(|(at, clause)| {
            match (clause.side, clause.effect) {
                (Side::New, Effect::Allow) => goals.contains(at),
                (Side::Old, Effect::Deny) => denies.contains(at),
                _ => true,
            }
        });
        clauses.filter_map(|(at, _)| u32::try_from(at).ok()).collect()
    }

    fn clause(&self, at: u32) -> Option<&'a Clause> {
        self.program.clauses.get(usize::try_from(at).ok()?)
    }

    /// The globs of actions that matter, and the number that each has among them.
    fn action_globs(&self, relevant: &[u32]) -> (Vec<u32>, FxHashMap<u32, u32>) {
        let mut globs: Vec<u32> = relevant
            .iter()
            .filter_map(|at| self.clause(*at))
            .flat_map(|clause| clause.actions.globs.iter().copied())
            .collect();
        globs.sort_unstable();
        globs.dedup();
        let numbers = globs.iter().copied().zip(0..).collect();
        (globs, numbers)
    }

    /// The actions that are still to be proven; `None` when all are.
    fn action_goals(&self, numbers: &FxHashMap<u32, u32>) -> Option<Vec<u32>> {
        let mut goals = Vec::new();
        for (_, left) in &self.open.goals {
            if left.is_empty() {
                return None;
            }
            goals.extend(left.iter().filter_map(|glob| numbers.get(glob).copied()));
        }
        goals.sort_unstable();
        goals.dedup();
        Some(goals)
    }

    fn group(&self, signature: Signature, relevant: &[u32]) -> Group {
        let mut live = Live::new();
        for at in relevant {
            let Some(clause) = self.clause(*at) else { continue };
            let holds = clause.actions.holds(&signature);
            if bears(clause, holds, clause.actions.negated) {
                live.push((*at, holds.must));
            }
        }
        let is_literal = signature.must.iter().any(|glob| {
            self.program.actions.get(*glob).is_some_and(|glob| glob.as_literal().is_some())
        });
        let supports = known::text(&signature.text)
            .filter(|_| is_literal)
            .and_then(|text| iam_policy::catalogue::supports_resource(&text));
        let asked = match supports {
            Some(false) => Asked::Nothing,
            Some(true) => Asked::Resources,
            None => Asked::Either,
        };
        Group { live, asked, signature }
    }

    fn look_at(
        &mut self,
        group: &Group,
        automaton: &Automaton<'_>,
        renumbered: &Renumbered<'_>,
        relevant: &[u32],
    ) -> Result<(), Stop> {
        if !group.live.iter().any(|(at, _)| self.is_goal(*at)) {
            return Ok(());
        }
        let people = self.people_of(&group.live)?;
        // Of an action that AWS limits to no resource, and of others.
        let mut actions: [Option<Action>; 2] = [None, None];
        for (live, person) in people {
            for (live, resource) in self.resources_of(&live, group.asked)? {
                let answer = self.cell.decide(self.program, &live, &mut self.work)?;
                if matches!(answer, CellAnswer::Contained) {
                    continue;
                }
                let is_on_resource = resource != [Symbol::Char('*')];
                let Some(action) = actions.get_mut(usize::from(is_on_resource)) else { continue };
                if action.is_none() {
                    // The witness is best an action that AWS has.
                    let looked = (automaton, renumbered, relevant);
                    *action = Some(self.known_action(group, looked, &resource)?);
                }
                let Some(action) = action else { continue };
                self.note(&answer, action, &resource, &person, &live)?;
            }
        }
        Ok(())
    }

    /// Keeps what a cell says that is not proven.
    fn note(
        &mut self,
        answer: &CellAnswer,
        action: &Action,
        resource: &[Symbol],
        person: &Person,
        live: &Live,
    ) -> Result<(), Stop> {
        let found = known::conclude(
            &known::Asked { program: self.program, old: self.old, new: self.new },
            answer,
            action,
            resource,
            person,
            live,
            &mut self.work,
        )?;
        match found {
            Ok(witness) => {
                let is_best = witness.is_known_action;
                if self.witness.is_none() || is_best {
                    self.witness = Some(witness);
                }
                if is_best {
                    return Err(Stop::Found);
                }
            }
            Err(reason) => {
                self.unknown.get_or_insert(reason);
            }
        }
        Ok(())
    }

    fn is_goal(&self, at: u32) -> bool {
        self.clause(at).is_some_and(is_goal)
    }

    /// An action of AWS of the same class, or any.
    fn known_action(
        &mut self,
        group: &Group,
        (automaton, renumbered, relevant): (&Automaton<'_>, &Renumbered<'_>, &[u32]),
        resource: &[Symbol],
    ) -> Result<Action, Stop> {
        const MAX_TRIES: usize = 200;
        let globs = group.signature.must.iter().filter_map(|at| self.program.actions.get(*at));
        let mut patterns: Vec<String> = globs.filter_map(known::pattern).collect();
        // The narrowest first: the fewest actions to try.
        patterns.sort_by_key(|pattern| std::cmp::Reverse(pattern.len()));
        if patterns.is_empty() {
            patterns.push("*".to_owned());
        }
        let first = patterns.first().cloned().unwrap_or_default();
        let is_on_resource = resource != [Symbol::Char('*')];
        let all = || {
            let fits = move |one: &iam_policy::Known| one.supports_resource == is_on_resource;
            iam_policy::catalogue::expand(&first).filter(fits).take(MAX_TRIES)
        };
        // Best is one that is about such a resource.
        for action in all().filter(|one| known::is_about(*one, resource)).chain(all()) {
            let text: Vec<_> =
                action.to_string().to_ascii_lowercase().chars().map(Symbol::Char).collect();
            if let Some(signature) = automaton.run(&text, &mut self.work)? {
                let other = self.group(renumbered.own(signature), relevant);
                if other.live == group.live {
                    return Ok(Action { text: action.to_string().into(), is_known: true });
                }
            }
        }
        let text = known::text(&group.signature.text).unwrap_or_default();
        Ok(match iam_policy::catalogue::find_action(&text) {
            Some(action) => Action { text: action.to_string().into(), is_known: true },
            None => Action { text: text.into(), is_known: false },
        })
    }

    /// The clauses that are left for each kind of person.
    fn people_of(&mut self, live: &Live) -> Result<Vec<(Live, Person)>, Stop> {
        if self.people.is_empty() {
            self.people = self.tell_people_apart()?;
        }
        let mut classes: Vec<(Live, Person)> = Vec::new();
        let mut seen: FxHashSet<Live> = FxHashSet::default();
        let mut people: Vec<_> = self.people.iter().collect();
        people.sort_unstable_by(|a, b| a.1.name.cmp(&b.1.name));
        for (holds, person) in people {
            self.work.spend(live.len())?;
            let mut left = Live::new();
            for (at, must) in live {
                let Some(clause) = self.clause(*at) else { continue };
                let meant = usize::try_from(*at).ok().and_then(|at| holds.get(at).copied());
                let meant = meant.unwrap_or(Holds::YES);
                if bears(clause, meant, clause.principals.but.is_some()) {
                    left.push((*at, *must && meant.must));
                }
            }
            if left.iter().any(|(at, _)| self.is_goal(*at)) && seen.insert(left.clone()) {
                classes.push((left, person.clone()));
            }
        }
        Ok(classes)
    }

    fn tell_people_apart(&mut self) -> Result<FxHashMap<Vec<Holds>, Person>, Stop> {
        let clauses = &self.program.clauses;
        let mut distinct = FxHashMap::default();
        let mut whoms = Vec::new();
        for clause in clauses {
            distinct.entry(&clause.principals).or_insert_with(|| {
                whoms.push(&clause.principals);
                whoms.len() - 1
            });
        }
        let mut apart = FxHashMap::default();
        for person in people(whoms.iter().copied()) {
            let mut meant = Vec::with_capacity(whoms.len());
            for whom in &whoms {
                self.work.spend(50 * (whom.named.len() + 1))?;
                meant.push(person.is_meant(whom));
            }
            self.work.spend(clauses.len())?;
            let holds = clauses
                .iter()
                .map(|clause| {
                    let at = distinct.get(&clause.principals).copied();
                    at.and_then(|at| meant.get(at).copied()).unwrap_or(Holds::YES)
                })
                .collect();
            apart.entry(holds).or_insert(person);
        }
        Ok(apart)
    }

    /// The clauses that are left for each class of resources, with a resource of it.
    ///
    /// What each allow of the new side takes in is looked at for itself, glob by glob: only what
    /// shares some resources with the glob, and not all of them, has to be told apart.
    fn resources_of(&mut self, live: &Live, kind: Asked) -> Result<Vec<(Live, Vec<Symbol>)>, Stop> {
        let mut goals: Vec<(u32, bool, &'a Clause)> = Vec::new();
        let mut others: Vec<(u32, bool, &'a Clause)> = Vec::new();
        for (at, must) in live {
            let Some(clause) = self.clause(*at) else { continue };
            if is_goal(clause) { &mut goals } else { &mut others }.push((*at, *must, clause));
        }
        let mut globs: Vec<u32> =
            others.iter().flat_map(|(_, _, clause)| clause.resources.globs.clone()).collect();
        globs.sort_unstable();
        globs.dedup();
        let mut seen: FxHashSet<(Live, bool)> = FxHashSet::default();
        let mut found = Vec::new();
        for goal in &goals {
            let matcher = &goal.2.resources;
            let own: Vec<Option<u32>> = if matcher.is_open() {
                vec![None]
            } else {
                matcher.globs.iter().copied().map(Some).collect()
            };
            for glob in own {
                for signature in self.resource_signatures(goal.2, glob, (&others, &globs), kind)? {
                    self.work.spend(others.len() + 1)?;
                    let mut left = Live::new();
                    for (at, must, clause) in std::iter::once(goal).chain(&others) {
                        let holds = clause.resources.holds(&signature);
                        if bears(clause, holds, clause.resources.is_open()) {
                            left.push((*at, *must && holds.must));
                        }
                    }
                    left.sort_unstable();
                    let is_goal_left = left.iter().any(|(at, _)| *at == goal.0);
                    let is_star = signature.text == [Symbol::Char('*')];
                    if is_goal_left && seen.insert((left.clone(), is_star)) {
                        self.work.hold(left.len())?;
                        found.push((left, signature.text));
                    }
                }
            }
        }
        Ok(found)
    }

    /// The classes of resources that one glob of `clause` takes in, or the whole of a negated list.
    fn resource_signatures(
        &mut self,
        clause: &Clause,
        glob: Option<u32>,
        (rest, others): (&[(u32, bool, &'a Clause)], &[u32]),
        kind: Asked,
    ) -> Result<Vec<Signature>, Stop> {
        let program = self.program;
        let mut asked: Vec<u32> = Vec::new();
        let mut always: Vec<u32> = Vec::new();
        match glob {
            None => {
                asked.extend(others);
                asked.extend(&clause.resources.globs);
            }
            Some(own) => {
                asked.push(own);
                for other in others.iter().copied().filter(|other| *other != own) {
                    match self.relate(own, other)? {
                        Relation::Apart => {}
                        Relation::Within => always.push(other),
                        Relation::Across => asked.push(other),
                    }
                }
            }
        }
        asked.sort_unstable();
        asked.dedup();
        let table: Vec<&Glob> =
            asked.iter().filter_map(|glob| program.resources.get(*glob)).collect();
        let goals: Option<Vec<u32>> = glob.map(|own| {
            let at = asked.binary_search(&own).ok().and_then(|at| u32::try_from(at).ok());
            at.into_iter().collect()
        });
        let space = Space { alphabet: None, frames: &self.frames.resource, others: OTHERS };
        let hardness: Vec<_> =
            asked.iter().map(|glob| cover::hardness(*glob, clause, rest)).collect();
        let automaton = Automaton::new(&table, goals.as_deref(), space).only_hardest(&hardness);
        let mut signatures = Vec::new();
        if kind == Asked::Nothing {
            signatures.extend(automaton.run(&[Symbol::Char('*')], &mut self.work)?);
        } else {
            for text in known::likely_resources(&table, goals.as_deref()) {
                signatures.extend(automaton.run(&text, &mut self.work)?);
            }
            // Alone, a glob has one class, and a text of it is found as a rule.
            let is_one = glob.is_some() && asked.len() == 1;
            if !is_one || signatures.iter().all(|signature| signature.must.is_empty()) {
                signatures.extend(automaton.signatures(&mut self.work)?);
            }
        }
        let renumbered = Renumbered { globs: &asked };
        let is_star = |signature: &Signature| signature.text == [Symbol::Char('*')];
        Ok(signatures
            .into_iter()
            .filter(|signature| kind != Asked::Resources || !is_star(signature))
            .map(|signature| {
                let mut signature = renumbered.own(signature);
                for list in [&mut signature.must, &mut signature.may] {
                    list.extend(&always);
                    list.sort_unstable();
                }
                signature
            })
            .collect())
    }

    /// How the resources of `own` stand to those of `other`.
    fn relate(&mut self, own: u32, other: u32) -> Result<Relation, Stop> {
        if let Some(known) = self.relations.get(&(own, other)) {
            return Ok(*known);
        }
        let (Some(one), Some(two)) =
            (self.program.resources.get(own), self.program.resources.get(other))
        else {
            return Ok(Relation::Across);
        };
        self.work.spend(1)?;
        let relation = if two.covers(one, &mut self.work.steps) {
            Relation::Within
        } else if cover::overlaps(one, two, &mut self.work.steps) {
            Relation::Across
        } else {
            Relation::Apart
        };
        self.relations.insert((own, other), relation);
        Ok(relation)
    }
}

/// How what one glob takes in stands to what another does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Relation {
    /// They share nothing.
    Apart,
    /// The other takes in all of it.
    Within,
    /// They may share a part.
    Across,
}

/// Whether a clause bears on a class of requests.
///
/// What an allow of the new side matches by a hole is looked at under the hole itself, so that what
/// it only may match is left out; what a negated list may take in is nowhere else.
fn bears(clause: &Clause, holds: Holds, is_negated: bool) -> bool {
    holds.must || (holds.may && (!is_goal(clause) || is_negated))
}

/// Whether a clause allows on the new side.
fn is_goal(clause: &Clause) -> bool {
    clause.side == Side::New && clause.effect == Effect::Allow
}

/// Globs of an automaton by their numbers in the whole.
struct Renumbered<'a> {
    globs: &'a [u32],
}

impl Renumbered<'_> {
    fn own(&self, signature: Signature) -> Signature {
        let own = |numbers: Vec<u32>| -> Vec<u32> {
            numbers
                .into_iter()
                .filter_map(|at| self.globs.get(usize::try_from(at).ok()?).copied())
                .collect()
        };
        // The numbers of the whole ascend with those of the automaton, so that order stays.
        Signature { text: signature.text, must: own(signature.must), may: own(signature.may) }
    }
}
