//! Regular expressions over bytes, small and quick to be ready.

use std::sync::{Mutex, OnceLock, PoisonError};

use regex_automata::hybrid::dfa::{Cache, DFA};
use regex_automata::nfa::thompson::{self, WhichCaptures};
use regex_automata::util::syntax;
use regex_automata::{Anchored, Input};

/// States of one automaton that are kept, in bytes. When more are needed it starts afresh, so
/// hostile texts cost time but no memory without end. Few automata ever fill it: all together took
/// 7 MB after two million texts made of attacks.
const CACHE_BYTES: usize = 96 << 10;

/// A regular expression that is compiled when it is first asked: most never are.
///
/// Only whether it is found matters, so it needs no captures, no search backwards and no second
/// engine: a lazy automaton that builds the states which texts reach.
#[derive(Debug)]
pub(crate) struct Pattern {
    text: &'static str,
    compiled: OnceLock<Option<Box<Compiled>>>,
}

#[derive(Debug)]
struct Compiled {
    automaton: DFA,
    cache: Mutex<Cache>,
}

impl Pattern {
    pub(crate) const fn new(text: &'static str) -> Self {
        Self { text, compiled: OnceLock::new() }
    }

    /// Whether the expression is found in `text`. One that does not compile is found nowhere;
    /// a test compiles all of them.
    pub(crate) fn matches(&self, text: &[u8]) -> bool {
        let Some(compiled) = self.compiled.get_or_init(|| compile(self.text)) else { return false };
        let mut cache = compiled.cache.lock().unwrap_or_else(PoisonError::into_inner);
        let input = Input::new(text).anchored(Anchored::No).earliest(true);
        // An error would be a byte that ends the search, and none is set.
        matches!(compiled.automaton.try_search_fwd(&mut cache, &input), Ok(Some(_)))
    }

    /// Whether the expression compiles.
    #[cfg(test)]
    pub(crate) fn compiles(&self) -> bool {
        self.compiled.get_or_init(|| compile(self.text)).is_some()
    }
}

fn compile(text: &str) -> Option<Box<Compiled>> {
    let automaton = DFA::builder()
        .configure(DFA::config().cache_capacity(CACHE_BYTES).skip_cache_capacity_check(true))
        .syntax(syntax::Config::new().unicode(false).utf8(false).dot_matches_new_line(true))
        .thompson(thompson::Config::new().utf8(false).which_captures(WhichCaptures::None))
        .build(text)
        .ok()?;
    let cache = Mutex::new(automaton.create_cache());
    Some(Box::new(Compiled { automaton, cache }))
}
