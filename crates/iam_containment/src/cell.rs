//! One class of requests, told apart by conditions alone: what is left of both sides there.

use std::rc::Rc;

use iam_policy::Effect;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::{
    atom::{Compare, Key, Test},
    contains::Live,
    domain::{self, Domain},
    limits::{Spent, Work},
    program::{Clause, Program, Side},
    solve::{Assignment, Problem},
};

/// What one class says.
#[derive(Clone, Debug)]
pub(crate) enum CellAnswer {
    /// The old side allows all that the new one does.
    Contained,
    /// It does not, under these values: the clause that allows, the one that denies.
    Escapes { allow: u32, deny: Option<u32>, assignment: Assignment },
    /// What is not known may make the difference.
    Open { allow: u32 },
}

/// Decides classes, each once.
#[derive(Debug, Default)]
pub(crate) struct Cell {
    known: FxHashMap<Live, CellAnswer>,
    domains: FxHashMap<(Vec<u32>, Vec<bool>), Rc<Domain>>,
}

/// The clauses of a class by what they do.
struct Parts<'a> {
    goals: Vec<(u32, bool, &'a Clause)>,
    new_denies: Vec<(bool, &'a [u32])>,
    old_allows: Vec<(bool, &'a [u32])>,
    old_denies: Vec<(u32, bool, &'a [u32])>,
}

impl<'a> Parts<'a> {
    fn new(program: &'a Program, live: &Live) -> Self {
        let mut parts = Self {
            goals: Vec::new(),
            new_denies: Vec::new(),
            old_allows: Vec::new(),
            old_denies: Vec::new(),
        };
        for (at, must) in live {
            let clause = usize::try_from(*at).ok().and_then(|at| program.clauses.get(at));
            let Some(clause) = clause else { continue };
            let atoms = clause.atoms.as_slice();
            match (clause.side, clause.effect) {
                (Side::New, Effect::Allow) => parts.goals.push((*at, *must, clause)),
                (Side::New, Effect::Deny) => parts.new_denies.push((*must, atoms)),
                (Side::Old, Effect::Allow) => parts.old_allows.push((*must, atoms)),
                (Side::Old, Effect::Deny) => parts.old_denies.push((*at, *must, atoms)),
            }
        }
        parts
    }

    /// The conjunctions that must fail for a request to be a witness. In a proof only those count
    /// that certainly bear on the class; a witness has to escape all that may.
    fn failing(&self, is_proof: bool, with_old: bool) -> Vec<&'a [u32]> {
        let counts = |(must, atoms): &(bool, &'a [u32])| (*must || !is_proof).then_some(*atoms);
        let mut fail: Vec<_> = self.new_denies.iter().filter_map(counts).collect();
        if with_old {
            fail.extend(self.old_allows.iter().filter_map(counts));
        }
        fail.sort_unstable();
        fail.dedup();
        fail
    }
}

impl Cell {
    /// Decides one class.
    pub(crate) fn decide(
        &mut self,
        program: &Program,
        live: &Live,
        work: &mut Work,
    ) -> Result<CellAnswer, Spent> {
        if let Some(known) = self.known.get(live) {
            return Ok(known.clone());
        }
        let answer = self.decide_new(program, live, work)?;
        work.hold(live.len())?;
        self.known.insert(live.clone(), answer.clone());
        Ok(answer)
    }

    fn decide_new(
        &mut self,
        program: &Program,
        live: &Live,
        work: &mut Work,
    ) -> Result<CellAnswer, Spent> {
        let parts = Parts::new(program, live);
        // Most classes need no look at values.
        let is_free = |list: &[(bool, &[u32])]| list.iter().any(|(must, a)| *must && a.is_empty());
        if is_free(&parts.new_denies) || (parts.old_denies.is_empty() && is_free(&parts.old_allows))
        {
            return Ok(CellAnswer::Contained);
        }
        let proof = self.problem(program, &parts, true, work)?;
        let mut open = None;
        let mut certain: Option<Problem> = None;
        for (at, must, clause) in &parts.goals {
            let goal = clause.atoms.as_slice();
            if escapes(&proof, &parts, goal, true, work)?.is_none() {
                continue;
            }
            open.get_or_insert(*at);
            if !must {
                continue;
            }
            if certain.is_none() {
                certain = Some(self.problem(program, &parts, false, work)?);
            }
            if let Some(problem) = &certain
                && let Some((deny, assignment)) = escapes(problem, &parts, goal, false, work)?
            {
                return Ok(CellAnswer::Escapes { allow: *at, deny, assignment });
            }
        }
        Ok(open.map_or(CellAnswer::Contained, |allow| CellAnswer::Open { allow }))
    }

    /// The keys that the clauses of a class ask about.
    fn problem(
        &mut self,
        program: &Program,
        parts: &Parts<'_>,
        is_proof: bool,
        work: &mut Work,
    ) -> Result<Problem, Spent> {
        let mut all: Vec<u32> = parts.goals.iter().flat_map(|(_, _, c)| c.atoms.clone()).collect();
        let mut denied: FxHashSet<u32> = FxHashSet::default();
        let mut checked: FxHashSet<u32> = FxHashSet::default();
        for (_, atoms) in parts.new_denies.iter().chain(&parts.old_allows) {
            all.extend_from_slice(atoms);
            checked.extend(*atoms);
        }
        for (_, _, atoms) in &parts.old_denies {
            all.extend_from_slice(atoms);
            denied.extend(*atoms);
        }
        all.sort_unstable();
        all.dedup();
        let mut by_key: Vec<(&Key, Vec<u32>)> = Vec::new();
        let mut at: FxHashMap<&Key, usize> = FxHashMap::default();
        for atom in all {
            let Some(key) = program.atoms.get(atom).map(|atom| &atom.key) else { continue };
            let position = *at.entry(key).or_insert_with(|| {
                by_key.push((key, Vec::new()));
                by_key.len() - 1
            });
            if let Some((_, atoms)) = by_key.get_mut(position) {
                atoms.push(atom);
            }
        }
        let mut problem = Problem::default();
        for (key, atoms) in by_key {
            // A match that holes leave open is worst, in a denial of the old side, where it is one;
            // in the other clauses, where it is none. Negated atoms turn this round.
            let try_open: Vec<_> = atoms
                .iter()
                .map(|atom| {
                    let is_negated = program.atoms.get(*atom).is_some_and(|atom| {
                        matches!(&atom.test, Test::Compare(Compare { negated: true, .. }))
                    });
                    if is_negated { checked.contains(atom) } else { denied.contains(atom) }
                })
                .collect();
            let domain = self.domain(program, key, &atoms, try_open, work)?;
            problem.add(key, &atoms, &domain, is_proof);
        }
        Ok(problem)
    }

    fn domain(
        &mut self,
        program: &Program,
        key: &Key,
        atoms: &[u32],
        try_open: Vec<bool>,
        work: &mut Work,
    ) -> Result<Rc<Domain>, Spent> {
        let name = (atoms.to_vec(), try_open);
        if let Some(known) = self.domains.get(&name) {
            return Ok(known.clone());
        }
        let read: Vec<_> = atoms.iter().filter_map(|atom| program.atoms.get(*atom)).collect();
        let domain = Rc::new(domain::domain(key, &read, &name.1, &program.holes, work)?);
        work.hold(domain.outcomes.len() * (atoms.len() / 8 + 4))?;
        self.domains.insert(name, domain.clone());
        Ok(domain)
    }
}

type Escape = (Option<u32>, Assignment);

/// Whether some request of the class that `goal` lets through is not allowed by the old side: no
/// allow of it holds, or a denial does.
fn escapes(
    problem: &Problem,
    parts: &Parts<'_>,
    goal: &[u32],
    is_proof: bool,
    work: &mut Work,
) -> Result<Option<Escape>, Spent> {
    let fail = parts.failing(is_proof, true);
    if let Some(assignment) = problem.solve(&[goal], &fail, work)? {
        return Ok(Some((None, assignment)));
    }
    let fail = parts.failing(is_proof, false);
    for (at, must, atoms) in &parts.old_denies {
        if !is_proof && !must {
            continue;
        }
        if let Some(assignment) = problem.solve(&[goal, atoms], &fail, work)? {
            return Ok(Some((Some(*at), assignment)));
        }
    }
    Ok(None)
}
