//! Every way in which texts can match a set of globs: the subset construction, done lazily.
//!
//! A *signature* tells of one class of texts which globs certainly match and which may. Texts are
//! symbolic: a hole of a policy is one symbol, which stands for any text and equals itself. A glob
//! certainly matches a symbolic text when it does whatever the holes stand for.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::{
    glob::{Glob, Token},
    limits::{Spent, Work},
};

/// One symbol of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Symbol {
    /// A character.
    Char(char),
    /// A text that the policy does not tell.
    Hole(u32),
}

/// Which texts are asked for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Space<'a> {
    /// Characters that texts are made of; `None`: all.
    pub(crate) alphabet: Option<&'a str>,
    /// A text must match one of these, if there are any.
    pub(crate) frames: &'a [Glob],
    /// Characters that stand for "any other", the first that nothing asks about.
    pub(crate) others: &'a str,
}

/// A class of texts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Signature {
    /// A shortest text of the class.
    pub(crate) text: Vec<Symbol>,
    /// The globs that certainly match, by index, sorted.
    pub(crate) must: Vec<u32>,
    /// The globs that may match, those of `must` among them, sorted.
    pub(crate) may: Vec<u32>,
}

impl Signature {
    /// Whether a glob certainly matches.
    pub(crate) fn must(&self, glob: u32) -> bool {
        self.must.binary_search(&glob).is_ok()
    }

    /// Whether a glob may match.
    pub(crate) fn may(&self, glob: u32) -> bool {
        self.may.binary_search(&glob).is_ok()
    }

    /// Whether the text holds a hole.
    pub(crate) fn has_hole(&self) -> bool {
        self.text.iter().any(|symbol| matches!(symbol, Symbol::Hole(_)))
    }
}

/// What a position of the joint automaton is.
#[derive(Clone, Copy, Debug)]
enum Step {
    Token(Token),
    /// The end of a glob, under which reading.
    End {
        glob: u32,
        kind: Kind,
    },
}

/// The reading of a glob: what it certainly matches, what it may, or a frame of all texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Must,
    May,
    Both,
    Frame,
}

/// Which of two classes of texts is the harder one, by whether a glob matches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hardness {
    /// The one that it does not match.
    Without,
    /// The one that it matches.
    With,
    /// Neither: both have to be looked at.
    Neither,
}

/// A set of globs as one automaton.
#[derive(Debug)]
pub(crate) struct Automaton<'a> {
    steps: Vec<Step>,
    /// Of each position, the first of its glob from where on it makes others needless: what they
    /// match, it matches too.
    rules_from: Vec<u32>,
    starts: Vec<u32>,
    /// Of each position, the reading of its glob, and whether a text of interest must match it.
    kinds: Vec<(Kind, bool)>,
    /// The globs one of which a text of interest must match, sorted.
    goals: Option<Vec<u32>>,
    /// Of each position, which class its glob makes the harder one; empty: none does.
    hardness: Vec<Hardness>,
    symbols: Vec<u32>,
    space: Space<'a>,
}

impl<'a> Automaton<'a> {
    /// The automaton of `globs`, over the texts of `space`.
    ///
    /// `goals` are the globs one of which a text of interest matches for certain; `None`: every
    /// text is of interest. The holes of goals are the symbols of texts, beside characters.
    pub(crate) fn new(globs: &[&Glob], goals: Option<&[u32]>, space: Space<'a>) -> Self {
        let mut automaton = Self {
            steps: Vec::new(),
            rules_from: Vec::new(),
            starts: Vec::new(),
            kinds: Vec::new(),
            goals: goals.map(sorted),
            hardness: Vec::new(),
            symbols: Vec::new(),
            space,
        };
        for (glob, at) in globs.iter().zip(0_u32..) {
            if automaton.is_goal(at) {
                automaton.symbols.extend(glob.0.iter().filter_map(|token| match token {
                    Token::Hole(hole) => Some(*hole),
                    _ => None,
                }));
            }
        }
        automaton.symbols.sort_unstable();
        automaton.symbols.dedup();
        let is_symbolic = !automaton.symbols.is_empty();
        for (glob, at) in globs.iter().zip(0_u32..) {
            let goal = automaton.is_goal(at);
            if is_symbolic || glob.has_hole() {
                automaton.add(glob, at, Kind::Must, goal);
                automaton.add(glob, at, Kind::May, false);
            } else {
                automaton.add(glob, at, Kind::Both, goal);
            }
        }
        for frame in space.frames {
            automaton.add(frame, 0, Kind::Frame, false);
        }
        automaton
    }

    /// Leaves out classes of texts that are not as hard as another: `of` tells of each glob.
    pub(crate) fn only_hardest(mut self, of: &[Hardness]) -> Self {
        let mut hardness = Vec::with_capacity(self.steps.len());
        let mut from = 0;
        for (at, step) in self.steps.iter().enumerate() {
            let Step::End { glob, kind } = step else { continue };
            let own = usize::try_from(*glob).ok().and_then(|glob| of.get(glob)).copied();
            let own = own.filter(|_| *kind != Kind::Frame).unwrap_or(Hardness::Neither);
            hardness.extend(std::iter::repeat_n(own, at + 1 - from));
            from = at + 1;
        }
        self.hardness = hardness;
        self
    }

    fn hardness(&self, position: u32) -> Hardness {
        let at = usize::try_from(position).ok();
        at.and_then(|at| self.hardness.get(at)).copied().unwrap_or(Hardness::Neither)
    }

    /// Whether whatever `narrow` will match of its globs, `wide` will match, too.
    fn is_below(&self, narrow: &[u32], wide: &[u32]) -> bool {
        narrow.iter().all(|position| {
            let from = wide.partition_point(|other| other < position);
            let behind = wide.get(from..).unwrap_or_default();
            behind.first() == Some(position)
                || behind.iter().any(|other| {
                    let rules = usize::try_from(*other).ok().and_then(|at| self.rules_from.get(at));
                    rules.is_some_and(|rules| rules <= position)
                })
        })
    }

    fn here(&self) -> u32 {
        u32::try_from(self.steps.len()).unwrap_or(u32::MAX)
    }

    fn add(&mut self, glob: &Glob, index: u32, kind: Kind, goal: bool) {
        let start = self.here();
        self.starts.push(start);
        // The first position since which no colon and no wider wildcard stood.
        let mut segment = start;
        for token in &glob.0 {
            let token = match (*token, kind) {
                (Token::Hole(_), Kind::May | Kind::Frame) => Token::Many { colon: true },
                (token, _) => token,
            };
            let here = self.here();
            let (rules, ends_segment) = match token {
                Token::Many { colon: true } => (start, true),
                Token::Many { colon: false } => (segment, false),
                Token::Char(':') | Token::One { colon: true } | Token::Hole(_) => (here, true),
                _ => (here, false),
            };
            self.steps.push(Step::Token(token));
            self.rules_from.push(rules);
            self.kinds.push((kind, goal));
            if ends_segment {
                segment = self.here();
            }
        }
        let here = self.here();
        self.steps.push(Step::End { glob: index, kind });
        self.rules_from.push(here);
        self.kinds.push((kind, goal));
    }

    fn is_goal(&self, glob: u32) -> bool {
        self.goals.as_ref().is_none_or(|goals| goals.binary_search(&glob).is_ok())
    }

    fn kind(&self, position: u32) -> Option<(Kind, bool)> {
        self.kinds.get(usize::try_from(position).ok()?).copied()
    }

    fn step(&self, at: u32) -> Option<Step> {
        self.steps.get(usize::try_from(at).ok()?).copied()
    }

    /// Sorts, adds what an empty `*` reaches, and drops what a later position makes needless.
    fn close(&self, positions: &mut Vec<u32>) {
        let mut at = 0;
        while let Some(position) = positions.get(at).copied() {
            if let Some(Step::Token(Token::Many { .. })) = self.step(position) {
                positions.push(position + 1);
            }
            at += 1;
        }
        positions.sort_unstable();
        positions.dedup();
        let mut kept_from = u32::MAX;
        let mut before = u32::MAX;
        // From behind: a position falls when a later one of its glob rules over it.
        let mut at = positions.len();
        let mut keep = vec![true; positions.len()];
        while at > 0 {
            at -= 1;
            let Some(position) = positions.get(at).copied() else { break };
            if position >= kept_from && position < before {
                if let Some(flag) = keep.get_mut(at) {
                    *flag = false;
                }
                continue;
            }
            let rules =
                usize::try_from(position).ok().and_then(|p| self.rules_from.get(p).copied());
            if let Some(rules) = rules
                && rules < position
            {
                kept_from = rules;
                before = position;
            }
        }
        let mut flags = keep.into_iter();
        positions.retain(|_| flags.next().unwrap_or(true));
    }

    /// The state after one more symbol.
    fn advance(&self, state: &[u32], symbol: Symbol) -> Vec<u32> {
        let mut after = Vec::with_capacity(state.len());
        for position in state {
            let Some(step) = self.step(*position) else { continue };
            match (step, symbol) {
                (Step::Token(token), Symbol::Char(character)) => match token {
                    Token::Char(own) if own == character => after.push(position + 1),
                    Token::Folded(own) if own == character.to_ascii_lowercase() => {
                        after.push(position + 1);
                    }
                    Token::One { colon } if colon || character != ':' => after.push(position + 1),
                    Token::Many { colon } if colon || character != ':' => after.push(*position),
                    _ => {}
                },
                (Step::Token(token), Symbol::Hole(hole)) => {
                    if self.is_upper(*position) {
                        // The text of the hole may be whatever brings the glob forward.
                        after.extend(self.rest_of(*position));
                    } else {
                        match token {
                            Token::Many { colon: true } => after.push(*position),
                            Token::Hole(own) if own == hole => after.push(position + 1),
                            _ => {}
                        }
                    }
                }
                // The text of a hole may be empty.
                (Step::End { kind: Kind::May | Kind::Frame, .. }, Symbol::Hole(_)) => {
                    after.push(*position);
                }
                (Step::End { .. }, _) => {}
            }
        }
        self.close(&mut after);
        after
    }

    /// Whether a position belongs to a reading of what may match.
    fn is_upper(&self, position: u32) -> bool {
        matches!(self.kind(position), Some((Kind::May | Kind::Frame, _)))
    }

    /// A position and all behind it, to the end of its glob.
    fn rest_of(&self, position: u32) -> impl Iterator<Item = u32> {
        let from = usize::try_from(position).unwrap_or(usize::MAX);
        let rest = self.steps.get(from..).unwrap_or_default();
        let length = rest.iter().take_while(|step| matches!(step, Step::Token(_))).count();
        position..=position.saturating_add(u32::try_from(length).unwrap_or(0))
    }

    fn is_alive(&self, state: &[u32]) -> bool {
        let goal = |position: &u32| matches!(self.kind(*position), Some((_, true)));
        let is_frame = |position: &u32| matches!(self.kind(*position), Some((Kind::Frame, _)));
        (self.goals.is_none() || state.iter().any(goal))
            && (self.space.frames.is_empty() || state.iter().rev().any(is_frame))
    }

    /// The symbols after which states differ, and one for all others.
    fn symbols_at(&self, state: &[u32], symbols: &mut Vec<Symbol>) {
        symbols.clear();
        let allowed = |c: char| self.space.alphabet.is_none_or(|alphabet| alphabet.contains(c));
        let mut add = |character: char| {
            if allowed(character) {
                symbols.push(Symbol::Char(character));
            }
        };
        for position in state {
            match self.step(*position) {
                Some(Step::Token(Token::Char(own))) => add(own),
                Some(Step::Token(Token::Folded(own))) => {
                    add(own);
                    add(own.to_ascii_uppercase());
                }
                Some(Step::Token(Token::One { colon: false } | Token::Many { colon: false })) => {
                    add(':');
                }
                _ => {}
            }
        }
        symbols.sort_unstable();
        symbols.dedup();
        let is_free = |c: &char| symbols.binary_search(&Symbol::Char(*c)).is_err();
        let other = match self.space.alphabet {
            Some(alphabet) => self.space.others.chars().chain(alphabet.chars()).find(is_free),
            // There are more characters than a policy can name.
            None => self.space.others.chars().chain('\u{e9}'..=char::MAX).find(is_free),
        };
        // Characters first: a text of characters is a better witness than one with holes.
        let other = other.map(Symbol::Char);
        symbols.extend(other);
        symbols.extend(self.symbols.iter().copied().map(Symbol::Hole));
    }

    /// What a state says of the text that leads to it; `None` when no frame matches it.
    fn signature(&self, state: &[u32]) -> Option<(Vec<u32>, Vec<u32>)> {
        let (mut must, mut may) = (Vec::new(), Vec::new());
        let mut is_framed = self.space.frames.is_empty();
        for position in state {
            let Some(Step::End { glob, kind }) = self.step(*position) else { continue };
            match kind {
                Kind::Must => must.push(glob),
                Kind::May => may.push(glob),
                Kind::Both => {
                    must.push(glob);
                    may.push(glob);
                }
                Kind::Frame => is_framed = true,
            }
        }
        must.sort_unstable();
        // What certainly matches may match, though the readings are simulated apart.
        may.extend(&must);
        may.sort_unstable();
        may.dedup();
        is_framed.then_some((must, may))
    }

    /// Every signature of the texts of interest, each with a shortest text, shortest first.
    pub(crate) fn signatures(&self, work: &mut Work) -> Result<Vec<Signature>, Spent> {
        let free = work.memory;
        let mut states = States::default();
        let mut start = self.starts.clone();
        self.close(&mut start);
        let mut found: FxHashSet<(Vec<u32>, Vec<u32>)> = FxHashSet::default();
        let mut signatures = Vec::new();
        let mut symbols = Vec::new();
        if self.is_alive(&start) {
            self.is_hardest(&start, &mut states, work)?;
            states.add(start.into(), None);
        }
        let mut next = 0;
        while let Some(state) = states.sets.get(next).cloned() {
            if let Some(accepts) = self.signature(&state)
                && !found.contains(&accepts)
            {
                let (must, may) = accepts.clone();
                found.insert(accepts);
                work.hold(must.len() + may.len())?;
                signatures.push(Signature { text: states.text(next), must, may });
            }
            self.symbols_at(&state, &mut symbols);
            for symbol in &symbols {
                work.spend(state.len() + 1)?;
                let after = self.advance(&state, *symbol);
                if self.is_alive(&after)
                    && !states.knows(&after)
                    && self.is_hardest(&after, &mut states, work)?
                {
                    work.hold(after.len() + 8)?;
                    states.add(after.into(), Some((next, *symbol)));
                }
            }
            next += 1;
        }
        // The states are dropped here.
        work.memory = free;
        if self.goals.is_some() {
            signatures.retain(|signature| signature.must.iter().any(|glob| self.is_goal(*glob)));
        }
        Ok(signatures)
    }

    /// Whether no state that is known is at least as hard as this one, which is kept to compare.
    fn is_hardest(
        &self,
        state: &[u32],
        states: &mut States,
        work: &mut Work,
    ) -> Result<bool, Spent> {
        if self.hardness.is_empty() {
            return Ok(true);
        }
        let of = |wanted: Hardness| -> Vec<u32> {
            state.iter().copied().filter(|at| self.hardness(*at) == wanted).collect()
        };
        let (without, with) = (of(Hardness::Without), of(Hardness::With));
        let alike = states.hardest.entry(of(Hardness::Neither)).or_default();
        for (other_without, other_with) in alike.iter() {
            work.spend(1 + without.len() / 4)?;
            if self.is_below(other_without, &without) && self.is_below(&with, other_with) {
                return Ok(false);
            }
        }
        alike.push((without, with));
        Ok(true)
    }

    /// What the globs say of one text; `None` when no frame matches it.
    pub(crate) fn run(&self, text: &[Symbol], work: &mut Work) -> Result<Option<Signature>, Spent> {
        let mut state = self.starts.clone();
        self.close(&mut state);
        for symbol in text {
            work.spend(state.len() + 1)?;
            state = self.advance(&state, *symbol);
        }
        Ok(self.signature(&state).map(|(must, may)| Signature { text: text.to_vec(), must, may }))
    }
}

fn sorted(numbers: &[u32]) -> Vec<u32> {
    let mut numbers = numbers.to_vec();
    numbers.sort_unstable();
    numbers
}

/// Positions of globs that make a class harder by not matching, and by matching.
type Hard = (Vec<u32>, Vec<u32>);

/// The states that were reached, in order, and how.
#[derive(Debug, Default)]
struct States {
    sets: Vec<Box<[u32]>>,
    numbers: FxHashMap<Box<[u32]>, usize>,
    reached: Vec<Option<(usize, Symbol)>>,
    /// What makes states hard that are alike in all other positions.
    hardest: FxHashMap<Vec<u32>, Vec<Hard>>,
}

impl States {
    fn knows(&self, set: &[u32]) -> bool {
        self.numbers.contains_key(set)
    }

    fn add(&mut self, set: Box<[u32]>, reached: Option<(usize, Symbol)>) {
        self.numbers.insert(set.clone(), self.sets.len());
        self.sets.push(set);
        self.reached.push(reached);
    }

    /// The text that first led to a state.
    fn text(&self, mut state: usize) -> Vec<Symbol> {
        let mut text = Vec::new();
        while let Some(Some((before, symbol))) = self.reached.get(state) {
            text.push(*symbol);
            state = *before;
        }
        text.reverse();
        text
    }
}

#[cfg(test)]
mod tests {
    use super::{Automaton, Space, Symbol};
    use crate::{
        glob::{Glob, Holes, Reading},
        limits::{Limits, Work},
    };

    const ALL: Space<'_> = Space { alphabet: None, frames: &[], others: "xyz" };

    fn classes(texts: &[&str], goals: Option<&[u32]>, space: Space<'_>) -> Vec<String> {
        let mut holes = Holes::default();
        let globs: Vec<_> =
            texts.iter().map(|text| Glob::parse(text, Reading::RESOURCE, &mut holes)).collect();
        let globs: Vec<_> = globs.iter().collect();
        let automaton = Automaton::new(&globs, goals, space);
        let signatures = automaton.signatures(&mut Work::new(Limits::default())).unwrap();
        let show = |symbols: &[Symbol]| -> String {
            symbols
                .iter()
                .map(|symbol| match symbol {
                    Symbol::Char(c) => c.to_string(),
                    Symbol::Hole(hole) => format!("<{}>", holes.name(*hole)),
                })
                .collect()
        };
        signatures.iter().map(|s| format!("{} {:?} {:?}", show(&s.text), s.must, s.may)).collect()
    }

    #[test]
    fn every_way_to_match_is_found_once_with_a_shortest_text() {
        assert_eq!(
            classes(&["a*", "*b"], None, ALL),
            [" [] []", "a [0] [0]", "b [1] [1]", "ab [0, 1] [0, 1]"]
        );
        assert_eq!(classes(&["a", "?"], Some(&[0]), ALL), ["a [0, 1] [0, 1]"]);
    }

    #[test]
    fn an_alphabet_that_is_used_up_has_no_other_letter() {
        let two = Space { alphabet: Some("ab"), frames: &[], others: "" };
        assert_eq!(
            classes(&["?", "a", "b"], Some(&[0]), two),
            ["a [0, 1] [0, 1]", "b [0, 2] [0, 2]"]
        );
    }

    #[test]
    fn a_hole_equals_itself_and_may_be_anything_else() {
        assert_eq!(
            classes(&["${B}/*", "${B}/a", "${C}/a", "p/*"], Some(&[1]), ALL),
            ["<B>/a [0, 1] [0, 1, 2, 3]"]
        );
        // A text without holes may be what the hole stands for.
        assert_eq!(classes(&["x", "${B}"], Some(&[0]), ALL), ["x [0] [0, 1]"]);
    }

    #[test]
    fn many_stars_stay_few_states() {
        let stars = "*a".repeat(400);
        assert!(classes(&[&stars, "*b*"], None, ALL).len() <= 4);
    }
}
