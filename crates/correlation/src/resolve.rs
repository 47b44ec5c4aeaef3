//! Which rules correlations speak of, and in which order correlations are followed.

use sigma::{Correlation, Fault, Rule, RuleError};

/// A correlation with its rules found.
#[derive(Clone, Debug)]
pub(crate) struct Resolved {
    pub(crate) correlation: Correlation,
    /// For each of its rules: the index of a rule, or, behind all rules, of a correlation.
    pub(crate) sources: Vec<usize>,
}

/// Finds the rules of correlations. What names a rule that is not here, or itself, is a fault. The
/// result is in such an order that correlations come behind those that they speak of.
pub(crate) fn resolve(
    rules: &[Rule],
    correlations: Vec<Correlation>,
) -> (Vec<Resolved>, Vec<Fault>) {
    let mut faults = Vec::new();
    let mut open: Vec<Correlation> = correlations;
    let mut done: Vec<Resolved> = Vec::new();
    loop {
        let mut later = Vec::new();
        let before = done.len();
        for correlation in open {
            match sources(&correlation, rules, &done) {
                Ok(sources) => done.push(Resolved { correlation, sources }),
                Err(_) => later.push(correlation),
            }
        }
        open = later;
        if done.len() == before || open.is_empty() {
            break;
        }
    }
    // Whatever is still open names something that is not here, or a circle.
    for correlation in &open {
        let Err(name) = sources(correlation, rules, &done) else { continue };
        let is_open = open.iter().any(|it| it.meta.is_called(&name));
        let error =
            if is_open { RuleError::Circle { name } } else { RuleError::UnknownRule { name } };
        let rule = Some(correlation.meta.title.clone());
        faults.push(Fault { place: correlation.meta.place, rule, error });
    }
    (done, faults)
}

fn sources(
    correlation: &Correlation,
    rules: &[Rule],
    done: &[Resolved],
) -> Result<Vec<usize>, source_text::SmolStr> {
    correlation
        .rules
        .iter()
        .map(|name| {
            let rule = rules.iter().position(|rule| rule.meta.is_called(name));
            let other = || done.iter().position(|it| it.correlation.meta.is_called(name));
            rule.or_else(|| other().map(|at| rules.len() + at)).ok_or_else(|| name.clone())
        })
        .collect()
}
