//! The quick proof: statements of the old side that cover parts of the new side whole.
//!
//! What it leaves open, the exploration decides. Nothing here answers no.

use iam_policy::Effect;
use rustc_hash::FxHashMap;

use crate::{
    explore::Hardness,
    glob::{Glob, Token},
    program::{Clause, Kind, Matcher, Program, Side, Table, Whom},
};

/// Clauses that differ in their actions only, of which so many are looked at.
const MAX_ALIKE: usize = 64;

/// What the quick proof leaves to prove.
#[derive(Debug, Default)]
pub(crate) struct Open {
    /// Clauses that allow on the new side, with their actions that are not covered; a clause with
    /// `NotAction` has none listed.
    pub(crate) goals: Vec<(usize, Vec<u32>)>,
    /// Clauses that deny on the old side, and that no denial of the new side covers.
    pub(crate) old_denies: Vec<usize>,
}

/// Proves what can be proven statement by statement, within `budget` steps.
pub(crate) fn quick(program: &Program, mut budget: u64) -> Open {
    let budget = &mut budget;
    let of = |side: Side, effect: Effect| {
        let clauses = program.clauses.iter().enumerate();
        clauses.filter(move |(_, clause)| clause.side == side && clause.effect == effect)
    };
    let new_denies: Vec<_> = of(Side::New, Effect::Deny).map(|(_, clause)| clause).collect();
    let mut old_denies = Vec::new();
    for (at, deny) in of(Side::Old, Effect::Deny) {
        let is_covered = new_denies.iter().any(|other| {
            *budget > 0
                && covers_all_actions(program, other, deny, budget)
                && covers_rest(program, other, deny, budget)
        });
        if !is_covered {
            old_denies.push(at);
        }
    }
    let index = Index::new(program, of(Side::Old, Effect::Allow).map(|(_, clause)| clause));
    let denies: Vec<_> = old_denies.iter().filter_map(|at| program.clauses.get(*at)).collect();
    let mut goals = Vec::new();
    for (at, clause) in of(Side::New, Effect::Allow) {
        if clause.actions.is_open() {
            let is_covered = index.wide.iter().any(|old| {
                covers_all_actions(program, old, clause, budget)
                    && covers_rest(program, old, clause, budget)
            }) && denies.is_empty();
            if !is_covered {
                goals.push((at, Vec::new()));
            }
            continue;
        }
        let near: Vec<_> = denies
            .iter()
            .filter(|deny| may_share_resource(program, deny, clause, budget))
            .collect();
        let left: Vec<_> = clause
            .actions
            .globs
            .iter()
            .copied()
            .filter(|action| {
                let is_apart =
                    near.iter().all(|deny| !may_share_action(program, deny, *action, budget));
                !(is_apart && index.covers(program, clause, *action, budget))
            })
            .collect();
        if !left.is_empty() {
            goals.push((at, left));
        }
    }
    Open { goals, old_denies }
}

/// Resources, principals and conditions of a clause.
type Rest<'a> = (&'a Matcher, &'a Whom, &'a [u32]);

fn rest_of(clause: &Clause) -> Rest<'_> {
    (&clause.resources, &clause.principals, &clause.atoms)
}

/// The allowing clauses of the old side by what they may cover.
struct Index<'a> {
    by_action: FxHashMap<u32, Vec<&'a Clause>>,
    /// By all that is not the action, so that equal statements are found among thousands.
    by_rest: FxHashMap<Rest<'a>, Vec<&'a Clause>>,
    /// Those that cover more than the very globs that they list.
    wide: Vec<&'a Clause>,
}

impl<'a> Index<'a> {
    fn new(program: &'a Program, clauses: impl Iterator<Item = &'a Clause>) -> Self {
        let mut index = Self {
            by_action: FxHashMap::default(),
            by_rest: FxHashMap::default(),
            wide: Vec::new(),
        };
        for clause in clauses {
            let is_wild = |glob: &u32| {
                program.actions.get(*glob).is_some_and(|glob| glob.as_literal().is_none())
            };
            if clause.actions.negated || clause.actions.globs.iter().any(is_wild) {
                index.wide.push(clause);
            }
            if !clause.actions.negated {
                index.by_rest.entry(rest_of(clause)).or_default().push(clause);
                for glob in &clause.actions.globs {
                    index.by_action.entry(*glob).or_default().push(clause);
                }
            }
        }
        index
    }

    /// Whether a clause of the old side allows all that `clause` allows of `action`.
    fn covers(&self, program: &Program, clause: &Clause, action: u32, budget: &mut u64) -> bool {
        let alike = self.by_rest.get(&rest_of(clause)).map_or(&[][..], Vec::as_slice);
        if alike.iter().take(MAX_ALIKE).any(|old| {
            old.actions.globs.binary_search(&action).is_ok()
                && covers_rest(program, old, clause, budget)
        }) {
            return true;
        }
        let same = self.by_action.get(&action).map_or(&[][..], Vec::as_slice);
        if same.iter().any(|old| *budget > 0 && covers_rest(program, old, clause, budget)) {
            return true;
        }
        let Some(wanted) = program.actions.get(action) else { return false };
        self.wide.iter().any(|old| {
            *budget > 0
                && matcher_covers_glob(&program.actions, &old.actions, wanted, budget)
                && covers_rest(program, old, clause, budget)
        })
    }
}

/// Whether the principals, resources and conditions of `wide` take in those of `narrow`.
fn covers_rest(program: &Program, wide: &Clause, narrow: &Clause, budget: &mut u64) -> bool {
    *budget = budget.saturating_sub(wide.atoms.len() as u64 + 2);
    is_subset(&wide.atoms, &narrow.atoms)
        && whom_covers(&wide.principals, &narrow.principals)
        && covers_matcher(&program.resources, &wide.resources, &narrow.resources, budget)
}

fn covers_all_actions(program: &Program, wide: &Clause, narrow: &Clause, budget: &mut u64) -> bool {
    covers_matcher(&program.actions, &wide.actions, &narrow.actions, budget)
}

fn covers_matcher(table: &Table<Glob>, wide: &Matcher, narrow: &Matcher, budget: &mut u64) -> bool {
    if wide.is_absent || (wide == narrow && wide.is_certain()) {
        return true;
    }
    let is_everything = |glob: &u32| table.get(*glob).is_some_and(Glob::is_everything);
    if !wide.negated && wide.globs.iter().any(is_everything) {
        return true;
    }
    if narrow.is_absent || !wide.is_certain() || !narrow.is_certain() {
        return false;
    }
    if narrow.negated {
        // All but these are among all but those: each of those is among these.
        return wide.negated
            && wide
                .globs
                .iter()
                .filter_map(|glob| table.get(*glob))
                .all(|glob| *budget > 0 && any_covers(table, &narrow.globs, glob, budget));
    }
    narrow
        .globs
        .iter()
        .filter_map(|glob| table.get(*glob))
        .all(|glob| *budget > 0 && matcher_covers_glob(table, wide, glob, budget))
}

fn matcher_covers_glob(table: &Table<Glob>, wide: &Matcher, glob: &Glob, budget: &mut u64) -> bool {
    if wide.is_absent {
        return true;
    }
    if wide.negated {
        return wide.is_certain()
            && wide
                .globs
                .iter()
                .filter_map(|other| table.get(*other))
                .all(|other| *budget > 0 && !overlaps(other, glob, budget));
    }
    any_covers(table, &wide.globs, glob, budget)
}

fn any_covers(table: &Table<Glob>, wide: &[u32], glob: &Glob, budget: &mut u64) -> bool {
    let globs = || wide.iter().filter_map(|other| table.get(*other));
    globs().any(|other| other == glob)
        || globs().any(|other| {
            *budget = budget.saturating_sub(1);
            *budget > 0 && other.covers(glob, budget)
        })
}

fn whom_covers(wide: &Whom, narrow: &Whom) -> bool {
    let anybody = |named: &crate::program::Named| {
        matches!(named.kind, Kind::Any | Kind::Aws) && named.name == "*" && !named.is_uncertain
    };
    wide.is_absent
        || (wide.but.is_none() && wide.named.iter().any(anybody))
        || (wide == narrow && wide.named.iter().all(|named| !named.is_uncertain))
        || (wide.but.is_none()
            && narrow.but.is_none()
            && !narrow.is_absent
            && narrow.named.iter().all(|named| wide.named.contains(named)))
}

fn is_subset(small: &[u32], large: &[u32]) -> bool {
    small.iter().all(|item| large.binary_search(item).is_ok())
}

/// Whether a denial and an allow may meet on some resource.
fn may_share_resource(program: &Program, deny: &Clause, allow: &Clause, budget: &mut u64) -> bool {
    if deny.resources.is_open() || allow.resources.is_open() {
        return true;
    }
    let table = &program.resources;
    deny.resources.globs.iter().filter_map(|glob| table.get(*glob)).any(|one| {
        allow
            .resources
            .globs
            .iter()
            .filter_map(|glob| table.get(*glob))
            .any(|other| overlaps(one, other, budget))
    })
}

fn may_share_action(program: &Program, deny: &Clause, action: u32, budget: &mut u64) -> bool {
    let Some(action) = program.actions.get(action) else { return true };
    let mut globs = deny.actions.globs.iter().filter_map(|glob| program.actions.get(*glob));
    if deny.actions.negated {
        // It denies all but these: the action must be among them whole.
        return !deny.actions.is_certain() || !globs.any(|glob| glob.covers(action, budget));
    }
    globs.any(|glob| overlaps(glob, action, budget))
}

/// Whether resources that a glob matches are the harder ones to prove, or those that it does not: a
/// request escapes more easily where less of the old side allows and less of the new side denies.
pub(crate) fn hardness(glob: u32, goal: &Clause, rest: &[(u32, bool, &Clause)]) -> Hardness {
    let mut found = None;
    let all = std::iter::once(goal).chain(rest.iter().map(|(_, _, clause)| *clause));
    for clause in all.filter(|clause| clause.resources.globs.binary_search(&glob).is_ok()) {
        let opens = matches!(
            (clause.side, clause.effect),
            (Side::New, Effect::Allow) | (Side::Old, Effect::Deny)
        );
        let own =
            if opens == clause.resources.negated { Hardness::Without } else { Hardness::With };
        if *found.get_or_insert(own) != own {
            return Hardness::Neither;
        }
    }
    found.unwrap_or(Hardness::Neither)
}

/// Whether some text may match both; yes when the budget is spent.
pub(crate) fn overlaps(one: &Glob, other: &Glob, budget: &mut u64) -> bool {
    let plain = |token: &Token| matches!(token, Token::Char(_));
    let differs = |(a, b): &(&Token, &Token)| a != b;
    let mut head = one.0.iter().zip(&other.0).take_while(|(a, b)| plain(a) && plain(b));
    if head.any(|pair| differs(&pair)) {
        return false;
    }
    let cost = (one.0.len() as u64 + 1) * (other.0.len() as u64 + 1);
    if *budget < cost {
        *budget = 0;
        return true;
    }
    *budget -= cost;
    let width = other.0.len();
    let mut row = vec![false; width + 1];
    for i in 0..=one.0.len() {
        let mut next = vec![false; width + 1];
        let left = i.checked_sub(1).and_then(|at| one.0.get(at)).copied();
        for j in 0..=width {
            let right = j.checked_sub(1).and_then(|at| other.0.get(at)).copied();
            let above = left.is_some() && row.get(j).copied() == Some(true);
            let before = j > 0 && next.get(j.wrapping_sub(1)).copied() == Some(true);
            let diagonal = j > 0 && i > 0 && row.get(j.wrapping_sub(1)).copied() == Some(true);
            let holds = match (left, right) {
                (None, None) => true,
                _ => {
                    // A stretch is empty, or takes in what the other reads.
                    (left.is_some_and(stretches) && (above || (before && right.is_some())))
                        || (right.is_some_and(stretches) && (before || (above && left.is_some())))
                        || (diagonal
                            && matches!((left, right), (Some(l), Some(r)) if may_be_same(l, r)))
                }
            };
            if let Some(cell) = next.get_mut(j) {
                *cell = holds;
            }
        }
        row = next;
    }
    row.last().copied().unwrap_or(true)
}

fn stretches(token: Token) -> bool {
    matches!(token, Token::Many { .. } | Token::Hole(_))
}

fn may_be_same(one: Token, other: Token) -> bool {
    match (one, other) {
        (Token::Char(a), Token::Char(b)) | (Token::Folded(a), Token::Folded(b)) => a == b,
        (Token::Folded(a), Token::Char(b)) | (Token::Char(b), Token::Folded(a)) => {
            a == b.to_ascii_lowercase()
        }
        _ => !stretches(one) && !stretches(other),
    }
}
