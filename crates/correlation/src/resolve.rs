//! Which rules correlations speak of, and in which order correlations are followed.

use std::collections::HashMap;

use sigma::{Correlation, Fault, Meta, Rule, RuleError};
use source_text::SmolStr;

/// A correlation with its rules found.
#[derive(Clone, Debug)]
pub(crate) struct Resolved {
    pub(crate) correlation: Correlation,
    /// For each of its rules: the index of a rule, or, behind all rules, of a correlation.
    pub(crate) sources: Vec<usize>,
}

/// What a correlation means by a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Meant {
    Rule(usize),
    Correlation(usize),
    Nothing,
}

/// Finds the rules of correlations. What names a rule that is not here, or itself, is a fault. The
/// result is in such an order that correlations come behind those that they speak of.
pub(crate) fn resolve(
    rules: &[Rule],
    correlations: Vec<Correlation>,
) -> (Vec<Resolved>, Vec<Fault>) {
    let of_rules = by_name(rules.iter().map(|rule| &rule.meta));
    let of_correlations = by_name(correlations.iter().map(|it| &it.meta));
    let meant = |name: &SmolStr| {
        let rule = of_rules.get(name.as_str()).copied().map(Meant::Rule);
        let other = || of_correlations.get(name.as_str()).copied().map(Meant::Correlation);
        rule.or_else(other).unwrap_or(Meant::Nothing)
    };
    let all: Vec<Vec<Meant>> =
        correlations.iter().map(|it| it.rules.iter().map(meant).collect()).collect();
    let (order, round) = order_of(&all);
    // Whatever was not reached names something that is not here, or a circle.
    let mut faults = Vec::new();
    for ((correlation, own), _) in
        correlations.iter().zip(&all).zip(&round).filter(|(_, round)| round.is_none())
    {
        let is_open = |meant: &Meant| match meant {
            Meant::Rule(_) => false,
            Meant::Correlation(at) => round.get(*at).is_some_and(Option::is_none),
            Meant::Nothing => true,
        };
        let Some((name, meant)) = correlation.rules.iter().zip(own).find(|(_, it)| is_open(it))
        else {
            continue;
        };
        let name = name.clone();
        let error = match meant {
            Meant::Nothing => RuleError::UnknownRule { name },
            _ => RuleError::Circle { name },
        };
        let rule = Some(correlation.meta.title.clone());
        faults.push(Fault { place: correlation.meta.place, rule, error });
    }
    let places: HashMap<usize, usize> =
        order.iter().enumerate().map(|(place, at)| (*at, rules.len() + place)).collect();
    let mut open: Vec<Option<Correlation>> = correlations.into_iter().map(Some).collect();
    let done = order.iter().filter_map(|at| {
        let correlation = open.get_mut(*at)?.take()?;
        let sources = all.get(*at)?.iter().filter_map(|meant| match meant {
            Meant::Rule(rule) => Some(*rule),
            Meant::Correlation(other) => places.get(other).copied(),
            Meant::Nothing => None,
        });
        Some(Resolved { correlation, sources: sources.collect() })
    });
    (done.collect(), faults)
}

/// The first of several that is called so.
fn by_name<'m>(all: impl Iterator<Item = &'m Meta>) -> HashMap<&'m str, usize> {
    let mut names = HashMap::new();
    for (at, meta) in all.enumerate() {
        for name in meta.names() {
            names.entry(name).or_insert(at);
        }
    }
    names
}

/// The order in which correlations come behind those that they speak of, else that of the documents; and
/// for each the pass over the documents in which it is reached, if it is.
fn order_of(all: &[Vec<Meant>]) -> (Vec<usize>, Vec<Option<usize>>) {
    let mut askers: Vec<Vec<usize>> = vec![Vec::new(); all.len()];
    let mut missing: Vec<usize> = Vec::with_capacity(all.len());
    for (at, own) in all.iter().enumerate() {
        for meant in own {
            if let Meant::Correlation(other) = meant
                && let Some(askers) = askers.get_mut(*other)
            {
                askers.push(at);
            }
        }
        missing.push(own.iter().filter(|it| !matches!(it, Meant::Rule(_))).count());
    }
    let mut rounds: Vec<usize> = vec![0; all.len()];
    let mut ready: Vec<usize> = (0..all.len()).filter(|at| missing.get(*at) == Some(&0)).collect();
    let mut reached: Vec<Option<usize>> = vec![None; all.len()];
    while let Some(at) = ready.pop() {
        let round = rounds.get(at).copied().unwrap_or_default();
        if let Some(reached) = reached.get_mut(at) {
            *reached = Some(round);
        }
        for asker in askers.get(at).into_iter().flatten() {
            if let Some(own) = rounds.get_mut(*asker) {
                *own = (*own).max(round + usize::from(at > *asker));
            }
            let Some(left) = missing.get_mut(*asker) else { continue };
            *left -= 1;
            if *left == 0 {
                ready.push(*asker);
            }
        }
    }
    let mut order: Vec<usize> =
        (0..all.len()).filter(|at| reached.get(*at).is_some_and(Option::is_some)).collect();
    order.sort_by_key(|at| (reached.get(*at).copied().flatten(), *at));
    (order, reached)
}
