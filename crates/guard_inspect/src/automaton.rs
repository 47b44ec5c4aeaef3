//! Paths of fields, compiled: one step of a walk is one look-up, however many paths there are.

use std::collections::HashMap;

use guard_settings::{FieldPath, Step};

/// Where a walk stands with respect to the paths.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct State(u32);

impl State {
    /// No path goes on from here.
    pub(crate) const NOWHERE: Self = Self(0);
}

/// Too many wildcards: the paths have no automaton of a reasonable size.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TooManyStates;

/// Far more than hundreds of paths need; each wildcard may double the states below it.
const MOST_STATES: usize = 1 << 14;

/// Far more than a function has fields. Building takes time with their square.
const MOST_PATHS: usize = 1 << 12;

/// A deterministic automaton over the steps of paths. A state may have a value: that of the most
/// exact path that ends there.
#[derive(Debug, Clone)]
pub(crate) struct Automaton<T> {
    states: Vec<Row<T>>,
    /// Names are compared without letter case everywhere, not only below headers.
    ignores_case: bool,
}

#[derive(Debug, Clone)]
struct Row<T> {
    members: Vec<(Box<str>, State)>,
    other_member: State,
    elements: Vec<(u32, State)>,
    other_element: State,
    /// Names are compared without letter case, as those of HTTP headers are.
    ignores_case: bool,
    value: Option<T>,
}

impl<T: Copy> Automaton<T> {
    /// An automaton without paths.
    pub(crate) fn new() -> Self {
        Self { states: vec![Row::dead()], ignores_case: false }
    }

    /// The same, for names of which the letter case does not matter.
    pub(crate) fn ignoring_case() -> Self {
        Self { ignores_case: true, ..Self::new() }
    }

    /// Adds paths with their values; the state in which a walk begins.
    pub(crate) fn add(&mut self, paths: &[(FieldPath, T)]) -> Result<State, TooManyStates> {
        if paths.len() > MOST_PATHS {
            return Err(TooManyStates);
        }
        let mut known = HashMap::new();
        let start: Vec<Item> = (0..paths.len()).map(|path| Item { path, step: 0 }).collect();
        self.state(paths, &start, &mut known)
    }

    /// The state of a set of items: paths, each with the number of its steps that were taken.
    fn state(
        &mut self,
        paths: &[(FieldPath, T)],
        items: &[Item],
        known: &mut HashMap<Vec<Item>, State>,
    ) -> Result<State, TooManyStates> {
        if items.is_empty() {
            return Ok(State::NOWHERE);
        }
        if let Some(state) = known.get(items) {
            return Ok(*state);
        }
        let index = self.states.len();
        if index == MOST_STATES {
            return Err(TooManyStates);
        }
        let state = State(u32::try_from(index).map_err(|_| TooManyStates)?);
        self.states.push(Row::dead());
        known.insert(items.to_vec(), state);
        let mut row = Row::dead();
        row.value = most_exact(paths, items);
        row.ignores_case =
            self.ignores_case || items.iter().any(|item| item.is_below_headers(paths));
        let mut names: Vec<(&str, ())> = Vec::new();
        let mut numbers: Vec<u32> = Vec::new();
        for item in items {
            match item.next(paths) {
                Some(Step::Member(name)) if !names.iter().any(|(other, ())| other == name) => {
                    names.push((name, ()));
                }
                Some(Step::Element(number)) if !numbers.contains(number) => numbers.push(*number),
                _ => {}
            }
        }
        for (name, ()) in names {
            let takes = |step: &Step| match step {
                Step::Member(other) if row.ignores_case => other.eq_ignore_ascii_case(name),
                Step::Member(other) => other == name,
                step => *step == Step::AnyMember,
            };
            let next = self.state(paths, &advance(paths, items, takes), known)?;
            row.members.push((name.into(), next));
        }
        for number in numbers {
            let takes =
                |step: &Step| matches!(step, Step::AnyElement) || *step == Step::Element(number);
            let next = self.state(paths, &advance(paths, items, takes), known)?;
            row.elements.push((number, next));
        }
        let any = advance(paths, items, |step| *step == Step::AnyMember);
        row.other_member = self.state(paths, &any, known)?;
        let any = advance(paths, items, |step| *step == Step::AnyElement);
        row.other_element = self.state(paths, &any, known)?;
        if let Some(place) = self.states.get_mut(index) {
            *place = row;
        }
        Ok(state)
    }

    /// Where the walk stands in the member `name`.
    pub(crate) fn member(&self, state: State, name: &str) -> State {
        if state == State::NOWHERE {
            return state;
        }
        let Some(row) = self.row(state) else { return State::NOWHERE };
        let same = |other: &str| {
            if row.ignores_case { other.eq_ignore_ascii_case(name) } else { other == name }
        };
        row.members
            .iter()
            .find(|(other, _)| other.len() == name.len() && same(other))
            .map_or(row.other_member, |(_, next)| *next)
    }

    /// Where the walk stands in the element `index`, from 0.
    pub(crate) fn element(&self, state: State, index: u32) -> State {
        if state == State::NOWHERE {
            return state;
        }
        let Some(row) = self.row(state) else { return State::NOWHERE };
        let found = row.elements.iter().find(|(other, _)| *other == index);
        found.map_or(row.other_element, |(_, next)| *next)
    }

    /// The value of the paths that end here.
    pub(crate) fn value(&self, state: State) -> Option<T> {
        self.row(state)?.value
    }

    fn row(&self, state: State) -> Option<&Row<T>> {
        self.states.get(state.0 as usize)
    }
}

impl<T> Row<T> {
    fn dead() -> Self {
        Self {
            members: Vec::new(),
            other_member: State::NOWHERE,
            elements: Vec::new(),
            other_element: State::NOWHERE,
            ignores_case: false,
            value: None,
        }
    }
}

/// A path of which `step` steps were taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Item {
    path: usize,
    step: usize,
}

impl Item {
    fn next<T>(self, paths: &[(FieldPath, T)]) -> Option<&Step> {
        paths.get(self.path)?.0.steps.get(self.step)
    }

    fn is_below_headers<T>(self, paths: &[(FieldPath, T)]) -> bool {
        let before = self.step.checked_sub(1);
        let before = before.and_then(|step| paths.get(self.path)?.0.steps.get(step));
        matches!(before, Some(Step::Member(name)) if name == "headers" || name == "multiValueHeaders")
    }
}

fn advance<T>(
    paths: &[(FieldPath, T)],
    items: &[Item],
    takes: impl Fn(&Step) -> bool,
) -> Vec<Item> {
    let advanced = items.iter().filter(|item| item.next(paths).is_some_and(&takes));
    advanced.map(|item| Item { step: item.step + 1, ..*item }).collect()
}

/// The value of the path that ends here and is exact where the others have wildcards; of equally
/// exact ones the last.
fn most_exact<T: Copy>(paths: &[(FieldPath, T)], items: &[Item]) -> Option<T> {
    let exact = |path: &FieldPath| {
        let wildcard = |step: &Step| matches!(step, Step::AnyMember | Step::AnyElement);
        path.steps.iter().map(|step| !wildcard(step)).collect::<Vec<_>>()
    };
    items
        .iter()
        .filter_map(|item| paths.get(item.path).filter(|(path, _)| path.steps.len() == item.step))
        .max_by_key(|(path, _)| exact(path))
        .map(|(_, value)| *value)
}

#[cfg(test)]
mod tests {
    use super::{Automaton, State};
    use guard_settings::{FieldPath, Step};

    fn check(paths: &[&str], field: &str) -> Option<usize> {
        let paths: Vec<(FieldPath, usize)> =
            paths.iter().enumerate().map(|(index, path)| (path.parse().unwrap(), index)).collect();
        let mut automaton = Automaton::new();
        let mut state = automaton.add(&paths).unwrap();
        for step in field.parse::<FieldPath>().unwrap().steps {
            state = match step {
                Step::Member(name) => automaton.member(state, &name),
                Step::Element(index) => automaton.element(state, index),
                wildcard => panic!("{wildcard:?}"),
            };
        }
        automaton.value(state)
    }

    #[test]
    fn the_most_exact_path_is_taken() {
        let paths = ["*.b", "a.*", "a.b", "list[*].x", "list[2].x", "list[2].*"];
        assert_eq!(check(&paths, "a.b"), Some(2));
        assert_eq!(check(&paths, "a.c"), Some(1));
        assert_eq!(check(&paths, "c.b"), Some(0));
        assert_eq!(check(&paths, "list[2].x"), Some(4));
        assert_eq!(check(&paths, "list[2].y"), Some(5));
        assert_eq!(check(&paths, "list[3].x"), Some(3));
        assert_eq!(check(&paths, "list[3].y"), None);
        assert_eq!(check(&paths, "a"), None);
    }

    #[test]
    fn names_of_headers_have_no_letter_case() {
        assert_eq!(check(&["headers.X-Name"], "headers.x-name"), Some(0));
        assert_eq!(check(&["body.X-Name"], "body.x-name"), None);
    }

    #[test]
    fn an_automaton_may_ignore_letter_case_everywhere() {
        let mut automaton = Automaton::ignoring_case();
        let start = automaton.add(&[("body.userId".parse().unwrap(), 7)]).unwrap();
        let body = automaton.member(start, "Body");
        assert_eq!(automaton.value(automaton.member(body, "userid")), Some(7));
    }

    #[test]
    fn the_empty_path_is_the_whole_event() {
        assert_eq!(check(&["", "a"], ""), Some(0));
    }

    #[test]
    fn what_would_take_too_many_states_is_refused() {
        let path = |index: usize| {
            let step = |at| if at == index { "a" } else { "*" };
            let text = (0..40).map(step).collect::<Vec<_>>().join(".");
            (text.parse::<FieldPath>().unwrap(), ())
        };
        let paths: Vec<_> = (0..40).map(path).collect();
        assert!(Automaton::new().add(&paths).is_err());
        let mut none = Automaton::<()>::new();
        assert_eq!(none.add(&[]), Ok(State::NOWHERE));
    }
}
