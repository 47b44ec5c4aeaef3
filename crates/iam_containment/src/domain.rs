//! Every way in which the atoms on one key can come out together, each with a value that makes it.

use rustc_hash::{FxHashMap, FxHashSet};
use smol_str::SmolStr;

use crate::{
    atom::{Atom, Compare, Every, Key, Scalar, Test, With},
    explore::{Automaton, Signature, Space, Symbol},
    glob::{Glob, Holes, Token, is_policy_variable},
    limits::{Spent, Work},
    program::Holds,
    scalar,
};

/// Atoms of one value that are tried both ways, when holes leave them open.
const MAX_OPEN: usize = 6;

/// Keys that hold several values whatever operators ask about them.
const SEVERAL: [&str; 9] = [
    "aws:calledvia",
    "aws:principalorgpaths",
    "aws:principalservicenameslist",
    "aws:resourceorgpaths",
    "aws:sourceorgpaths",
    "aws:tagkeys",
    "aws:vpceorgpaths",
    "dynamodb:attributes",
    "dynamodb:leadingkeys",
];

/// What a request, or a deployment, has for a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Given {
    /// Nothing.
    Absent,
    /// These values.
    Values(Vec<Vec<Symbol>>),
    /// The deployment's value.
    Deployment(SmolStr),
}

/// One way in which the atoms come out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Outcome {
    /// The answer of each atom, in the order asked.
    pub(crate) answers: Vec<bool>,
    /// What makes it so.
    pub(crate) given: Given,
    /// Whether the value certainly makes it so, whatever the holes stand for.
    pub(crate) is_certain: bool,
}

/// All ways in which the atoms on one key come out.
#[derive(Clone, Debug)]
pub(crate) struct Domain {
    pub(crate) outcomes: Vec<Outcome>,
    /// Whether there is no other way.
    pub(crate) is_complete: bool,
}

/// How the atoms of `key` come out. `decides_denials` tells of each whether a "yes" that holes leave
/// open has to be tried.
pub(crate) fn domain(
    key: &Key,
    atoms: &[&Atom],
    try_open: &[bool],
    holes: &Holes,
    work: &mut Work,
) -> Result<Domain, Spent> {
    if !matches!(key, Key::Context(_)) {
        return Ok(of_deployment(key, atoms));
    }
    let mut builder =
        Builder { atoms, try_open, found: FxHashMap::default(), outcomes: Vec::new() };
    let mut is_complete = builder.add_absent();
    let (values, is_all) = single_values(atoms, work)?;
    is_complete &= is_all;
    let mut singles = Vec::new();
    for value in values {
        work.spend(atoms.len() * 8)?;
        let (answers, is_certain) = builder.answers_of(&value, holes);
        is_complete &= builder.add_open(
            &answers,
            &Given::Values(vec![value.signature.text.clone()]),
            is_certain,
        );
        singles.push((value.signature.text, answers));
    }
    builder.add_empty_text();
    let has_several =
        atoms.iter().any(|atom| matches!(&atom.test, Test::Compare(c) if c.quantifier.is_some()))
            || matches!(key, Key::Context(name) if SEVERAL.contains(&name.as_str()));
    if has_several {
        is_complete &= builder.add_several(work)?;
    }
    Ok(Domain { outcomes: builder.outcomes, is_complete })
}

/// Conditions of a template are true or false, parameters have one value.
fn of_deployment(key: &Key, atoms: &[&Atom]) -> Domain {
    let mut values: Vec<SmolStr> = match key {
        Key::Parameter(_) => vec!["another value".into()],
        _ => vec!["true".into(), "false".into()],
    };
    for atom in atoms {
        if let Test::Deployment(value) = &atom.test
            && !values.contains(value)
        {
            values.push(value.clone());
        }
    }
    let outcomes = values.into_iter().map(|value| Outcome {
        answers: atoms
            .iter()
            .map(|atom| matches!(&atom.test, Test::Deployment(own) if *own == value))
            .collect(),
        given: Given::Deployment(value),
        is_certain: true,
    });
    Domain { outcomes: outcomes.collect(), is_complete: true }
}

/// A value and the globs of the key that it matches.
struct Value {
    signature: Signature,
    /// Of each atom, its globs by number.
    globs: std::rc::Rc<Vec<Vec<u32>>>,
}

/// The single values between which the atoms can tell, and whether these are all.
fn single_values(atoms: &[&Atom], work: &mut Work) -> Result<(Vec<Value>, bool), Spent> {
    let mut table: Vec<&Glob> = Vec::new();
    let mut numbers: FxHashMap<&Glob, u32> = FxHashMap::default();
    let mut globs_of = Vec::new();
    let mut scalars: Vec<(Scalar, Vec<SmolStr>)> = Vec::new();
    for atom in atoms {
        let mut own = Vec::new();
        match &atom.test {
            Test::Compare(Compare { with: With::Globs(globs), .. }) => {
                for glob in globs {
                    own.push(*numbers.entry(glob).or_insert_with(|| {
                        table.push(glob);
                        u32::try_from(table.len() - 1).unwrap_or(u32::MAX)
                    }));
                }
            }
            Test::Compare(Compare { with: With::Scalars(kind, values), .. }) => {
                let same = scalars.iter_mut().find(|(known, _)| is_same_kind(*known, *kind));
                match same {
                    Some((_, thresholds)) => thresholds.extend(values.iter().cloned()),
                    None => scalars.push((*kind, values.clone())),
                }
            }
            _ => {}
        }
        globs_of.push(own);
    }
    let globs_of = std::rc::Rc::new(globs_of);
    let kinds = scalars.len() + usize::from(!table.is_empty());
    let has_hole = table.iter().any(|glob| glob.has_hole());
    let segments = |glob: &&&Glob| {
        glob.0.iter().any(|token| {
            matches!(token, Token::One { colon: false } | Token::Many { colon: false })
        })
    };
    // A hole in a part of an ARN holds no colon, which a hole elsewhere may.
    let mixes_holes = has_hole && table.iter().filter(segments).count() % table.len().max(1) != 0;
    let mut is_complete = kinds <= 1 && !mixes_holes;
    let something = [Glob(Box::new([Token::One { colon: true }, Token::Many { colon: true }]))];
    let space = Space {
        alphabet: None,
        frames: &something,
        others: "xyzabcdefghijklmnopqrstuvw0123456789",
    };
    // Every glob may be a symbolic text: all of them bring their holes.
    let automaton = Automaton::new(&table, None, space);
    let mut signatures = automaton.signatures(work)?;
    for (kind, thresholds) in &scalars {
        let (values, is_all) = scalar::representatives(*kind, thresholds);
        is_complete &= is_all;
        for value in values {
            let text: Vec<_> = value.chars().map(Symbol::Char).collect();
            signatures.extend(automaton.run(&text, work)?);
        }
    }
    let values =
        signatures.into_iter().map(|signature| Value { signature, globs: globs_of.clone() });
    Ok((values.collect(), is_complete))
}

fn is_same_kind(one: Scalar, other: Scalar) -> bool {
    std::mem::discriminant(&one) == std::mem::discriminant(&other)
}

/// What an atom says of the empty text, when holes are empty, are not, or may be.
fn answer_to_empty(atom: &Atom, holes: Option<bool>) -> Holds {
    let Test::Compare(compare) = &atom.test else { return Holds::UNKNOWN };
    let any = match &compare.with {
        With::Presence { present } => return if *present { Holds::YES } else { Holds::NO },
        _ if compare.quantifier == Some(Every::All) => return Holds::YES,
        With::Scalars(..) => Holds::NO,
        With::Globs(globs) => {
            let is_empty = |empty_holes: bool| {
                globs.iter().any(|glob| {
                    glob.0.iter().all(|token| match token {
                        Token::Many { .. } => true,
                        Token::Hole(_) => empty_holes,
                        _ => false,
                    })
                })
            };
            Holds { must: is_empty(holes == Some(true)), may: is_empty(holes != Some(false)) }
        }
    };
    if compare.negated { any.not() } else { any }
}

/// Whether each request fills the holes of an atom, not the deployment.
fn has_only_variables(atom: &Atom, holes: &Holes) -> bool {
    let Test::Compare(Compare { with: With::Globs(globs), .. }) = &atom.test else { return false };
    globs.iter().flat_map(|glob| glob.0.iter()).all(|token| match token {
        Token::Hole(hole) => is_policy_variable(holes.name(*hole)),
        _ => true,
    })
}

/// Collects outcomes, each once.
struct Builder<'a> {
    atoms: &'a [&'a Atom],
    try_open: &'a [bool],
    /// Outcomes by their answers, and whether one that is certain is among them.
    found: FxHashMap<Vec<bool>, usize>,
    outcomes: Vec<Outcome>,
}

impl Builder<'_> {
    fn add(&mut self, outcome: Outcome) {
        let Some(at) = self.found.get(&outcome.answers) else {
            self.found.insert(outcome.answers.clone(), self.outcomes.len());
            self.outcomes.push(outcome);
            return;
        };
        if let Some(known) = self.outcomes.get_mut(*at)
            && outcome.is_certain
            && !known.is_certain
        {
            *known = outcome;
        }
    }

    /// Adds every outcome that open answers leave; false when there are too many of them.
    fn add_open(&mut self, answers: &[Holds], given: &Given, is_certain: bool) -> bool {
        let open: Vec<_> = (0..answers.len())
            .filter(|at| answers.get(*at).is_some_and(|answer| answer.must != answer.may))
            .collect();
        if open.len() > MAX_OPEN {
            return false;
        }
        for choice in 0..1_usize << open.len() {
            let mut chosen: Vec<_> = answers.iter().map(|answer| answer.must).collect();
            for (bit, at) in open.iter().enumerate() {
                if let Some(answer) = chosen.get_mut(*at) {
                    *answer = choice >> bit & 1 == 1;
                }
            }
            self.add(Outcome {
                answers: chosen,
                given: given.clone(),
                is_certain: is_certain && open.is_empty(),
            });
        }
        true
    }

    fn add_absent(&mut self) -> bool {
        let answers: Vec<_> = self
            .atoms
            .iter()
            .map(|atom| match &atom.test {
                Test::Compare(compare) if compare.absent => Holds::YES,
                Test::Compare(_) => Holds::NO,
                _ => Holds::UNKNOWN,
            })
            .collect();
        self.add_open(&answers, &Given::Absent, true)
    }

    /// What a text without a character says: a key whose only value is empty has none for "all".
    fn add_empty_text(&mut self) {
        let globs = self.atoms.iter().filter_map(|atom| match &atom.test {
            Test::Compare(Compare { with: With::Globs(globs), .. }) => Some(globs),
            _ => None,
        });
        let mut holes: Vec<u32> = globs
            .flatten()
            .flat_map(|glob| glob.0.iter())
            .filter_map(|token| if let Token::Hole(hole) = token { Some(*hole) } else { None })
            .collect();
        holes.sort_unstable();
        holes.dedup();
        let given = Given::Values(vec![Vec::new()]);
        // A hole alone is empty everywhere, or nowhere; of several, each may be.
        let readings: &[Option<bool>] = match holes.len() {
            0 => &[Some(false)],
            1 => &[Some(false), Some(true)],
            _ => &[None],
        };
        for reading in readings {
            let answers: Vec<_> =
                self.atoms.iter().map(|atom| answer_to_empty(atom, *reading)).collect();
            self.add_open(&answers, &given, holes.is_empty());
        }
    }

    /// The answers of the atoms for one value, and whether they hold in every deployment.
    fn answers_of(&self, value: &Value, holes: &Holes) -> (Vec<Holds>, bool) {
        let mut is_certain = true;
        let text: Option<String> = value
            .signature
            .text
            .iter()
            .map(|symbol| match symbol {
                Symbol::Char(character) => Some(*character),
                Symbol::Hole(_) => None,
            })
            .collect();
        let mut answers = Vec::with_capacity(self.atoms.len());
        for (at, atom) in self.atoms.iter().enumerate() {
            let mut answer = match &atom.test {
                Test::Compare(compare) => match &compare.with {
                    With::Presence { present: true } => Holds::YES,
                    With::Presence { present: false } => Holds::NO,
                    With::Globs(_) => {
                        let globs = value.globs.get(at).map_or(&[][..], Vec::as_slice);
                        compare.fits(globs, &value.signature)
                    }
                    With::Scalars(kind, wanted) => {
                        let fits = text.as_ref().and_then(|text| scalar::fits(*kind, wanted, text));
                        match fits {
                            Some(fits) if fits != compare.negated => Holds::YES,
                            Some(_) => Holds::NO,
                            None => Holds::UNKNOWN,
                        }
                    }
                },
                _ => Holds::UNKNOWN,
            };
            // A text that equals what a hole of an allow stands for is tried as that hole.
            if answer == Holds::UNKNOWN
                && !self.try_open.get(at).copied().unwrap_or(true)
                && matches!(&atom.test, Test::Compare(compare) if matches!(compare.with, With::Globs(_)))
                && !value.signature.has_hole()
            {
                let is_negated = matches!(&atom.test, Test::Compare(c) if c.negated);
                // A request may have any value for a variable; a deployment may have but one.
                is_certain &= has_only_variables(atom, holes);
                answer = if is_negated { Holds::YES } else { Holds::NO };
            }
            answers.push(answer);
        }
        (answers, is_certain)
    }

    /// Adds what several values together say; false when there are too many ways.
    fn add_several(&mut self, work: &mut Work) -> Result<bool, Spent> {
        const MAX_WAYS: usize = 2_048;
        let joins: Vec<_> = self
            .atoms
            .iter()
            .map(|atom| matches!(&atom.test, Test::Compare(compare) if compare.joins_by_all()))
            .collect();
        let singles: Vec<_> = self
            .outcomes
            .iter()
            .filter(|outcome| match &outcome.given {
                // The empty text alone counts otherwise than among others.
                Given::Values(values) => values.iter().all(|value| !value.is_empty()),
                _ => false,
            })
            .cloned()
            .collect();
        let mut known: FxHashSet<Vec<bool>> =
            singles.iter().map(|single| single.answers.clone()).collect();
        let mut queue = singles.clone();
        let mut at = 0;
        while let Some(one) = queue.get(at).cloned() {
            at += 1;
            for single in &singles {
                work.spend(joins.len() + 1)?;
                let answers: Vec<_> = one
                    .answers
                    .iter()
                    .zip(&single.answers)
                    .zip(&joins)
                    .map(|((a, b), all)| if *all { *a && *b } else { *a || *b })
                    .collect();
                if !known.insert(answers.clone()) {
                    continue;
                }
                if known.len() > MAX_WAYS {
                    return Ok(false);
                }
                let (Given::Values(mut values), Given::Values(more)) =
                    (one.given.clone(), single.given.clone())
                else {
                    continue;
                };
                values.extend(more);
                let joined = Outcome {
                    answers,
                    given: Given::Values(values),
                    is_certain: one.is_certain && single.is_certain,
                };
                self.add(joined.clone());
                queue.push(joined);
            }
        }
        Ok(true)
    }
}
