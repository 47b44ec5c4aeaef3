//! Values that hang on conditions: one evaluation looks at one choice of each value that it reads, and the
//! next one at the next choice, until all that go together were looked at.

use std::sync::Arc;

use app_model::{Property, PropertyKind, When};

/// Combinations of choices that are looked at for one target; more are told as not decided.
pub(crate) const MOST_WORLDS: usize = 64;

/// The choices of one evaluation.
#[derive(Debug, Default)]
pub(crate) struct Worlds {
    decisions: Vec<Decision>,
    /// What must hold whatever is chosen: when the target exists.
    base: When,
}

/// What was chosen for one value.
#[derive(Debug)]
struct Decision {
    /// Address of the value's choices, which live as long as the view.
    site: usize,
    /// Those that are possible beside the earlier decisions, with all that must then hold.
    options: Vec<(When, Option<usize>)>,
    chosen: usize,
}

/// What one evaluation gave under its choices.
#[derive(Clone, Debug)]
pub(crate) struct World<T> {
    /// For each decision: what was chosen, of how many, and what must then hold.
    pub(crate) steps: Vec<(usize, usize, When)>,
    pub(crate) verdict: T,
}

impl Worlds {
    /// Before the first evaluation of a target that exists `when`.
    pub(crate) fn new(when: &When) -> Self {
        Self { base: when.clone(), ..Self::default() }
    }

    /// The value that is chosen among several: none when the one that is possible is not known.
    pub(crate) fn choose(&mut self, choices: &Arc<[(When, Property)]>) -> Option<Property> {
        let site = choices.as_ptr().addr();
        let known = self.decisions.iter().position(|decision| decision.site == site);
        let at = known.unwrap_or(self.decisions.len());
        if known.is_none() {
            let holds = self.decisions.last().map_or(&self.base, Decision::holds);
            let options = options(choices, holds);
            self.decisions.push(Decision { site, options, chosen: 0 });
        }
        let decision = self.decisions.get(at)?;
        let (_, index) = decision.options.get(decision.chosen)?;
        choices.get((*index)?).map(|(_, value)| value.clone())
    }

    /// What was chosen in the evaluation that ended.
    pub(crate) fn world<T>(&self, verdict: T) -> World<T> {
        let steps = self.decisions.iter();
        let steps = steps.map(|it| (it.chosen, it.options.len(), it.holds().clone())).collect();
        World { steps, verdict }
    }

    /// Goes to the next choices; false when all were looked at.
    pub(crate) fn advance(&mut self) -> bool {
        while let Some(last) = self.decisions.last_mut() {
            if last.chosen + 1 < last.options.len() {
                last.chosen += 1;
                return true;
            }
            self.decisions.pop();
        }
        false
    }

    /// How many choices were made.
    pub(crate) fn len(&self) -> usize {
        self.decisions.len()
    }

    /// Forgets the choices after the first ones.
    pub(crate) fn truncate(&mut self, len: usize) {
        self.decisions.truncate(len);
    }
}

impl Decision {
    fn holds(&self) -> &When {
        static ALWAYS: When = When::ALWAYS;
        self.options.get(self.chosen).map_or(&ALWAYS, |(when, _)| when)
    }
}

/// The choices that are possible when `holds`, and a last one for the deployments that none is for.
fn options(choices: &[(When, Property)], holds: &When) -> Vec<(When, Option<usize>)> {
    let possible = choices.iter().enumerate();
    let mut options: Vec<_> =
        possible.filter_map(|(index, (when, _))| Some((holds.and(when)?, Some(index)))).collect();
    let whens: Vec<&When> =
        choices.iter().map(|(when, _)| when).filter(|it| holds.and(it).is_some()).collect();
    if !covers(&whens, holds, 0) {
        options.push((holds.clone(), None));
    }
    options
}

/// Whether one of several conditions holds in every deployment in which `holds` does.
fn covers(whens: &[&When], holds: &When, depth: usize) -> bool {
    let compatible: Vec<&When> =
        whens.iter().copied().filter(|when| holds.and(when).is_some()).collect();
    let implied = |when: &&When| holds.and(when).is_some_and(|both| both == *holds);
    if compatible.iter().any(implied) {
        return true;
    }
    let open = |when: &&When| {
        let known = |name: &str| holds.conditions.iter().any(|(it, _)| it == name);
        when.conditions.iter().find(|(name, _)| !known(name)).map(|(name, _)| name.clone())
    };
    if let Some(name) = compatible.iter().find_map(open)
        && depth < 8
    {
        return [true, false].into_iter().all(|is_true| {
            let side = holds.and(&When::condition(name.clone(), is_true));
            side.is_none_or(|side| covers(&compatible, &side, depth + 1))
        });
    }
    // Values of a parameter are told only when all that are allowed are.
    let of_values = |when: &&When| !when.parameters.is_empty() && when.defaults.is_empty();
    compatible.len() > 1 && compatible.iter().all(of_values)
}

/// Whether a claim holds in all worlds, and under which conditions it does.
pub(crate) fn holds_when<T>(
    worlds: &[World<T>],
    base: &When,
    claim: &dyn Fn(&T) -> bool,
) -> (bool, Vec<When>) {
    let refs: Vec<&World<T>> = worlds.iter().collect();
    at_depth(&refs, 0, base, claim)
}

fn at_depth<T>(
    worlds: &[&World<T>],
    depth: usize,
    when: &When,
    claim: &dyn Fn(&T) -> bool,
) -> (bool, Vec<When>) {
    let Some(count) = worlds.first().and_then(|world| world.steps.get(depth)).map(|it| it.1) else {
        let holds = worlds.first().is_some_and(|world| claim(&world.verdict));
        return (holds, if holds { vec![when.clone()] } else { Vec::new() });
    };
    let (mut all, mut found) = (true, Vec::new());
    for choice in 0..count {
        let chosen = |world: &&&World<T>| world.steps.get(depth).is_some_and(|it| it.0 == choice);
        let below: Vec<&World<T>> = worlds.iter().filter(chosen).copied().collect();
        let Some((_, _, inner)) = below.first().and_then(|world| world.steps.get(depth)) else {
            all = false;
            continue;
        };
        let (holds, more) = at_depth(&below, depth + 1, inner, claim);
        all &= holds;
        found.extend(more);
    }
    if all { (true, vec![when.clone()]) } else { (false, found) }
}

/// A value that is there only in some deployments, told apart from one that is null.
pub(crate) fn is_conditional(value: &Property) -> bool {
    matches!(value.kind, PropertyKind::OneOf(_))
}

#[cfg(test)]
mod tests {
    use app_model::{Place, Property, PropertyKind, When};

    use super::{Worlds, holds_when};

    fn value(choices: &[(When, i64)]) -> std::sync::Arc<[(When, Property)]> {
        let of = |it: &i64| Property::new(Place::default(), PropertyKind::Integer(*it));
        choices.iter().map(|(when, it)| (when.clone(), of(it))).collect()
    }

    fn is(holds: bool) -> When {
        When::condition("IsProd", holds)
    }

    #[test]
    fn values_of_one_condition_go_together_and_what_always_holds_is_told_so() {
        let one = value(&[(is(true), 1), (is(false), 2)]);
        let two = value(&[(is(true), 10), (is(false), 20)]);
        let mut worlds = Worlds::new(&When::ALWAYS);
        let mut seen = Vec::new();
        loop {
            let pair = (worlds.choose(&one).unwrap().kind, worlds.choose(&two).unwrap().kind);
            seen.push(worlds.world(pair));
            if !worlds.advance() {
                break;
            }
        }
        let pairs: Vec<_> = seen.iter().map(|world| world.verdict.clone()).collect();
        let int = PropertyKind::Integer;
        assert_eq!(pairs, [(int(1), int(10)), (int(2), int(20))]);
        assert_eq!(holds_when(&seen, &When::ALWAYS, &|_| true), (true, vec![When::ALWAYS]));
        let in_prod = holds_when(&seen, &When::ALWAYS, &|it| it.0 == int(1));
        assert_eq!(in_prod, (false, vec![is(true)]));
    }

    #[test]
    fn a_default_leaves_open_what_else_the_parameter_may_be() {
        let one = value(&[(When::default_of("Days"), 30)]);
        let mut worlds = Worlds::new(&When::ALWAYS);
        assert!(worlds.choose(&one).is_some());
        assert!(worlds.advance());
        assert!(worlds.choose(&one).is_none());
        assert!(!worlds.advance());
    }
}
