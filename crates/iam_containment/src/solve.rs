//! Whether conditions can hold and fail together: a search over the outcomes of each key.

use crate::{
    atom::Key,
    domain::{Domain, Given, Outcome},
    limits::{Spent, Work},
};

/// The keys of one class of requests, and where each atom stands.
#[derive(Debug, Default)]
pub(crate) struct Problem {
    pub(crate) variables: Vec<Variable>,
    /// Of each atom: its variable, and its position in the answers.
    places: Vec<(u32, usize, usize)>,
}

/// A key with all that may become of it; or one atom of a key of which not all is known.
#[derive(Debug)]
pub(crate) struct Variable {
    pub(crate) key: Key,
    outcomes: Vec<Outcome>,
}

/// What each key was given.
pub(crate) type Assignment = Vec<(Key, Given)>;

impl Problem {
    /// Adds a key with its atoms. With `is_proof`, nothing that may happen is left out; otherwise
    /// only what certainly happens with a known value counts.
    pub(crate) fn add(&mut self, key: &Key, atoms: &[u32], domain: &Domain, is_proof: bool) {
        if is_proof && !domain.is_complete {
            // Each atom for itself may be true or false.
            for atom in atoms {
                let outcomes = [false, true].map(|answer| Outcome {
                    answers: vec![answer],
                    given: Given::Absent,
                    is_certain: false,
                });
                self.places.push((*atom, self.variables.len(), 0));
                self.variables.push(Variable { key: key.clone(), outcomes: outcomes.into() });
            }
        } else {
            for (at, atom) in atoms.iter().enumerate() {
                self.places.push((*atom, self.variables.len(), at));
            }
            let outcomes = domain.outcomes.iter();
            let outcomes = outcomes.filter(|outcome| is_proof || outcome.is_certain).cloned();
            self.variables.push(Variable { key: key.clone(), outcomes: outcomes.collect() });
        }
        self.places.sort_unstable();
    }

    fn place(&self, atom: u32) -> Option<(usize, usize)> {
        let at = self.places.binary_search_by_key(&atom, |place| place.0).ok()?;
        self.places.get(at).map(|place| (place.1, place.2))
    }

    /// Values for which every conjunction of `hold` is true and every one of `fail` is false.
    pub(crate) fn solve(
        &self,
        hold: &[&[u32]],
        fail: &[&[u32]],
        work: &mut Work,
    ) -> Result<Option<Assignment>, Spent> {
        let mut left: Vec<Vec<usize>> =
            self.variables.iter().map(|variable| (0..variable.outcomes.len()).collect()).collect();
        for atom in hold.iter().flat_map(|atoms| atoms.iter()) {
            if !self.force(&mut left, *atom, true, work)? {
                return Ok(None);
            }
        }
        if left.iter().any(Vec::is_empty) {
            return Ok(None);
        }
        let mut tries = work.assignments;
        self.search(&mut left, fail, &mut tries, work)
    }

    /// Leaves only outcomes in which `atom` is `answer`; false when there is none.
    fn force(
        &self,
        left: &mut [Vec<usize>],
        atom: u32,
        answer: bool,
        work: &mut Work,
    ) -> Result<bool, Spent> {
        let Some((variable, at)) = self.place(atom) else { return Ok(false) };
        let Some(remaining) = left.get_mut(variable) else { return Ok(false) };
        work.spend(remaining.len())?;
        remaining.retain(|outcome| self.answer(variable, *outcome, at) == Some(answer));
        Ok(!remaining.is_empty())
    }

    fn answer(&self, variable: usize, outcome: usize, at: usize) -> Option<bool> {
        self.variables.get(variable)?.outcomes.get(outcome)?.answers.get(at).copied()
    }

    /// Whether an atom can be false, and whether it must.
    fn can_fail(
        &self,
        left: &[Vec<usize>],
        atom: u32,
        work: &mut Work,
    ) -> Result<(bool, bool), Spent> {
        let Some((variable, at)) = self.place(atom) else { return Ok((false, false)) };
        let remaining = left.get(variable).map_or(&[][..], Vec::as_slice);
        work.spend(remaining.len() + 1)?;
        let is_false = |outcome: &usize| self.answer(variable, *outcome, at) == Some(false);
        Ok((remaining.iter().any(is_false), remaining.iter().all(is_false)))
    }

    fn search(
        &self,
        left: &mut [Vec<usize>],
        fail: &[&[u32]],
        tries: &mut u32,
        work: &mut Work,
    ) -> Result<Option<Assignment>, Spent> {
        *tries = tries.checked_sub(1).ok_or(Spent::Assignments)?;
        // The conjunction that can fail in the fewest ways decides first.
        let mut narrowest: Option<Vec<u32>> = None;
        for atoms in fail {
            let mut ways = Vec::new();
            let mut is_false = false;
            for atom in *atoms {
                let (can, must) = self.can_fail(left, *atom, work)?;
                if must {
                    is_false = true;
                    break;
                }
                if can {
                    ways.push(*atom);
                }
            }
            if !is_false && narrowest.as_ref().is_none_or(|known| ways.len() < known.len()) {
                if ways.is_empty() {
                    return Ok(None);
                }
                narrowest = Some(ways);
            }
        }
        let Some(ways) = narrowest else { return Ok(Some(self.assignment(left))) };
        for atom in ways {
            let mut with = left.to_vec();
            if self.force(&mut with, atom, false, work)?
                && let Some(found) = self.search(&mut with, fail, tries, work)?
            {
                return Ok(Some(found));
            }
            // From here on it is true: what it being false allows was tried.
            if !self.force(left, atom, true, work)? {
                return Ok(None);
            }
        }
        Ok(None)
    }

    fn assignment(&self, left: &[Vec<usize>]) -> Assignment {
        let mut assignment = Vec::new();
        for (variable, remaining) in self.variables.iter().zip(left) {
            let outcome = remaining.first().and_then(|at| variable.outcomes.get(*at));
            if let Some(outcome) = outcome {
                assignment.push((variable.key.clone(), outcome.given.clone()));
            }
        }
        assignment
    }
}
