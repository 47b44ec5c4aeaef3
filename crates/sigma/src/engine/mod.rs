//! Rules compiled, and events matched against them.
//!
//! An event is compared only with rules that it may match: what a rule's condition needs of a field at
//! hand (mostly the event's name) is looked up in a table. Fields are looked up when such a rule asks
//! for them, all below one member of the record in one pass, and each test is made once an event,
//! however many rules have it.

mod anchor;
mod fields;
mod glob;
mod test;
mod values;

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use audit_event::{AuditEvent, Log};
use foldhash::fast::RandomState;

use self::{
    anchor::{Anchor, Anchors},
    fields::{Fields, Slot},
    test::{MOST_PAIRS, Test, ValueKind, has, has_any},
    values::{Room, Values},
};
use crate::{
    fault::{Fault, RuleError},
    rule::{Condition, Detection, Expected, Filter, Item, Rule, Search},
};

/// Filters on rules, each filter counted once a rule that it is put onto.
const MOST_FILTERED: usize = 1_000_000;

/// A set of rules, compiled. What one event needs of memory is in [`Scratch`].
#[derive(Debug)]
pub struct Engine {
    rules: Vec<Node>,
    tests: Vec<Tested>,
    fields: Fields,
    anchors: Anchors,
    /// A bit a rule: it is about this log.
    by_log: Vec<(Log, Vec<u64>)>,
}

/// Memory for the matching of one event after the other.
#[derive(Debug)]
pub struct Scratch {
    room: Room,
    /// A bit a rule: the event may match it.
    candidates: Vec<u64>,
    /// What tests said of this event.
    said: Vec<Said>,
    round: u32,
}

#[derive(Clone, Copy, Debug, Default)]
struct Said {
    round: u32,
    holds: bool,
}

/// A test of a field, or of every value of an event.
#[derive(Debug)]
struct Tested {
    slot: Option<Slot>,
    test: Test,
}

/// A condition over tests.
#[derive(Clone, Debug)]
enum Node {
    Test(u32),
    Not(Box<Node>),
    All(Vec<Node>),
    Any(Vec<Node>),
    AtLeast(usize, Vec<Node>),
    /// What a search identifier searches, which a condition may name often, or a filter.
    Search(Arc<Node>),
}

impl Engine {
    /// Compiles rules, with filters put onto those that they name. A filter that names a rule that is
    /// not here is told, and used for the others.
    #[must_use]
    pub fn new(rules: &[Rule], filters: &[Filter]) -> (Self, Vec<Fault>) {
        let (own, faults) = filters_of(rules, filters);
        let detections = rules.iter().map(|rule| &rule.detection);
        let of_filters = filters.iter().map(|filter| &filter.detection);
        let fields = Fields::new(detections.chain(of_filters).flat_map(paths));
        let mut compiler = Compiler { fields, tests: Vec::new(), known: HashMap::default() };
        let filtered: Vec<_> =
            filters.iter().map(|it| Arc::new(compiler.detection(&it.detection))).collect();
        let mut nodes = Vec::new();
        let mut anchors = Vec::new();
        for ((at, rule), own) in (0..).zip(rules).zip(own) {
            let mut all = vec![compiler.detection(&rule.detection)];
            let own = own.into_iter().filter_map(|filter| filtered.get(filter));
            all.extend(own.map(|node| Node::Search(Arc::clone(node))));
            nodes.push(if all.len() == 1 { all.remove(0) } else { Node::All(all) });
            // Anchors are looked up in events of CloudTrail only.
            if rule.log_source.takes_in(Log::CloudTrail) {
                anchors.push((at, Anchor::of(rule)));
            }
        }
        let Compiler { fields, tests, .. } = compiler;
        let anchors = Anchors::new(&anchors);
        let by_log = Log::ALL.into_iter().map(|log| (log, about(rules, log))).collect();
        (Self { rules: nodes, tests, fields, anchors, by_log }, faults)
    }

    /// Memory to match with.
    #[must_use]
    pub fn scratch(&self) -> Scratch {
        Scratch {
            room: Room::new(&self.fields),
            candidates: vec![0; self.rules.len().div_ceil(64)],
            said: vec![Said::default(); self.tests.len()],
            round: 0,
        }
    }

    /// Calls `visit` with the index of every rule that the event matches, in order. `scratch` is one
    /// that this engine made.
    #[inline]
    pub fn matches(
        &self,
        event: &AuditEvent<'_>,
        scratch: &mut Scratch,
        visit: &mut dyn FnMut(usize),
    ) {
        let mut any = false;
        let candidates = &mut scratch.candidates;
        if event.is_irregular {
            // Rules about one log never see events of another.
            let own = self.by_log.iter().find(|(log, _)| *log == event.log);
            for (word, bits) in candidates.iter_mut().zip(own.into_iter().flat_map(|(_, it)| it)) {
                any |= *bits != 0;
                *word = *bits;
            }
        } else {
            self.anchors.candidates(event, &mut |rule| {
                any = true;
                if let Some(word) = candidates.get_mut(rule as usize / 64) {
                    *word |= 1 << (rule % 64);
                }
            });
        }
        if any {
            self.evaluate(event, scratch, visit);
        }
    }

    fn evaluate(
        &self,
        event: &AuditEvent<'_>,
        scratch: &mut Scratch,
        visit: &mut dyn FnMut(usize),
    ) {
        let Scratch { room, candidates, said, round } = scratch;
        *round = round.wrapping_add(1);
        if *round == 0 {
            said.fill(Said::default());
            *round = 1;
        }
        let values = Values::new(&self.fields, event, room);
        let mut run = Run { engine: self, values, said, round: *round };
        for (at, word) in candidates.iter_mut().enumerate() {
            while *word != 0 {
                let rule = at * 64 + word.trailing_zeros() as usize;
                *word &= *word - 1;
                if self.rules.get(rule).is_some_and(|node| run.holds(node)) {
                    visit(rule);
                }
            }
        }
        run.values.leave();
    }
}

/// One event being matched.
struct Run<'e, 'a> {
    engine: &'e Engine,
    values: Values<'e, 'a>,
    said: &'e mut [Said],
    round: u32,
}

impl Run<'_, '_> {
    fn holds(&mut self, node: &Node) -> bool {
        match node {
            Node::Test(number) => self.asks(*number),
            Node::Search(inner) => self.holds(inner),
            Node::Not(inner) => !self.holds(inner),
            Node::All(parts) => parts.iter().all(|part| self.holds(part)),
            Node::Any(parts) => parts.iter().any(|part| self.holds(part)),
            Node::AtLeast(count, parts) => {
                let mut found = 0;
                parts.iter().any(|part| {
                    found += usize::from(self.holds(part));
                    found >= *count
                })
            }
        }
    }

    /// What a test says, asked once an event.
    fn asks(&mut self, number: u32) -> bool {
        let at = number as usize;
        if let Some(said) = self.said.get(at)
            && said.round == self.round
        {
            return said.holds;
        }
        let engine = self.engine;
        let holds = engine.tests.get(at).is_some_and(|tested| match tested.slot {
            Some(slot) => self.test(slot, &tested.test),
            None => self.test_all(&tested.test),
        });
        if let Some(said) = self.said.get_mut(at) {
            *said = Said { round: self.round, holds };
        }
        holds
    }

    fn test(&mut self, slot: Slot, test: &Test) -> bool {
        match test {
            Test::Null => {
                let own = self.values.of(slot);
                let mut kinds = own.clone().filter_map(|at| self.values.get(at)).map(|it| it.kind);
                own.is_empty() || kinds.any(|kind| kind == ValueKind::Null)
            }
            Test::Exists(is_there) => self.values.exists(slot) == *is_there,
            Test::Value(test) => {
                let own = self.values.of(slot);
                own.filter_map(|at| self.values.get(at)).any(|held| {
                    test.matches(held.kind, self.values.text(held), self.values.folded(held))
                })
            }
            Test::Field { slot: other, part, is_cased } => {
                let (own, others) = (self.values.of(slot), self.values.of(*other));
                let values = &self.values;
                let texts = |range: std::ops::Range<usize>| {
                    range
                        .filter_map(|at| values.get(at))
                        .filter(|held| held.is_scalar())
                        .map(|held| if *is_cased { values.text(held) } else { values.folded(held) })
                };
                if own.len().saturating_mul(others.len()) > MOST_PAIRS {
                    return has_any(*part, || texts(own.clone()), texts(others));
                }
                texts(own).any(|text| texts(others.clone()).any(|other| has(*part, text, other)))
            }
            Test::Every(tests) => tests.iter().all(|test| self.test(slot, test)),
            Test::Any(tests) => tests.iter().any(|test| self.test(slot, test)),
            Test::Not(test) => !self.test(slot, test),
        }
    }

    /// A test of keywords: of every value that the event has, wherever.
    fn test_all(&mut self, test: &Test) -> bool {
        match test {
            Test::Value(test) => {
                self.values.any_scalar(&|kind, text, folded| test.matches(kind, text, folded))
            }
            Test::Every(tests) => tests.iter().all(|test| self.test_all(test)),
            Test::Any(tests) => tests.iter().any(|test| self.test_all(test)),
            Test::Not(test) => !self.test_all(test),
            Test::Null | Test::Exists(_) | Test::Field { .. } => false,
        }
    }
}

/// Makes nodes of searches, each test once.
struct Compiler {
    fields: Fields,
    tests: Vec<Tested>,
    /// Tests by what is written.
    known: HashMap<String, u32, RandomState>,
}

impl Compiler {
    fn detection(&mut self, detection: &Detection) -> Node {
        let searches: Vec<_> =
            detection.searches.iter().map(|(_, it)| Arc::new(self.search(it))).collect();
        let mut any: Vec<_> =
            detection.conditions.iter().map(|it| condition(it, &searches)).collect();
        if any.len() == 1 { any.remove(0) } else { Node::Any(any) }
    }

    fn search(&mut self, search: &Search) -> Node {
        match search {
            Search::All(parts) => {
                let mut parts: Vec<_> = parts.iter().map(|part| self.search(part)).collect();
                // What costs least is asked first; the order changes nothing else.
                parts.sort_by_key(|part| self.cost(part));
                Node::All(parts)
            }
            Search::Any(parts) => Node::Any(parts.iter().map(|part| self.search(part)).collect()),
            Search::Item(item) => Node::Test(self.item(item)),
        }
    }

    /// What asking costs: of fields at hand little, of the record much.
    fn cost(&self, node: &Node) -> u8 {
        match node {
            Node::Test(number) => self.tests.get(*number as usize).map_or(0, |tested| {
                let field = tested.slot.and_then(|slot| self.fields.all.get(slot as usize));
                let of_field = match field {
                    None => 9,
                    Some(field) if field.at_hand.is_some() => 0,
                    Some(field) if self.fields.is_in_record(field) => 6,
                    Some(_) => 4,
                };
                of_field + tested.test.cost()
            }),
            Node::Not(inner) => self.cost(inner),
            Node::Search(inner) => self.cost(inner),
            Node::All(parts) | Node::Any(parts) | Node::AtLeast(_, parts) => {
                parts.iter().map(|part| self.cost(part)).max().unwrap_or(0)
            }
        }
    }

    fn item(&mut self, item: &Item) -> u32 {
        let place = source_text::Place::default();
        let written = format!("{:?}", Item { place, ..item.clone() });
        if let Some(number) = self.known.get(&written) {
            return *number;
        }
        let slot = item.field.as_deref().and_then(|path| self.fields.slot(path));
        let number = u32::try_from(self.tests.len()).unwrap_or(u32::MAX);
        self.tests.push(Tested { slot, test: Test::new(item, &self.fields) });
        self.known.insert(written, number);
        number
    }
}

fn condition(condition: &Condition, searches: &[Arc<Node>]) -> Node {
    let search =
        |at: &usize| searches.get(*at).cloned().map_or(Node::Any(Vec::new()), Node::Search);
    match condition {
        Condition::Search(at) => search(at),
        Condition::Not(inner) => Node::Not(Box::new(self::condition(inner, searches))),
        Condition::All(parts) => {
            Node::All(parts.iter().map(|it| self::condition(it, searches)).collect())
        }
        Condition::Any(parts) => {
            Node::Any(parts.iter().map(|it| self::condition(it, searches)).collect())
        }
        Condition::AtLeast(count, parts) => {
            let parts: Vec<_> = parts.iter().map(search).collect();
            match *count {
                1 => Node::Any(parts),
                count if count == parts.len() => Node::All(parts),
                count => Node::AtLeast(count, parts),
            }
        }
    }
}

/// The fields that a detection asks for.
fn paths(detection: &Detection) -> Vec<&str> {
    fn below<'s>(search: &'s Search, paths: &mut Vec<&'s str>) {
        match search {
            Search::All(parts) | Search::Any(parts) => {
                for part in parts {
                    below(part, paths);
                }
            }
            Search::Item(item) => {
                paths.extend(item.field.as_deref());
                item.values.iter().for_each(|value| others(value, paths));
            }
        }
    }
    fn others<'s>(value: &'s Expected, paths: &mut Vec<&'s str>) {
        match value {
            Expected::Field { field, .. } => paths.push(field),
            Expected::Any(forms) => forms.iter().for_each(|form| others(form, paths)),
            _ => {}
        }
    }
    let mut all = Vec::new();
    detection.searches.iter().for_each(|(_, search)| below(search, &mut all));
    all
}

/// A bit for each rule that is about the log.
fn about(rules: &[Rule], log: Log) -> Vec<u64> {
    let mut bits = vec![0; rules.len().div_ceil(64)];
    for (at, _) in rules.iter().enumerate().filter(|(_, rule)| rule.log_source.takes_in(log)) {
        if let Some(word) = bits.get_mut(at / 64) {
            *word |= 1 << (at % 64);
        }
    }
    bits
}

/// For each rule the filters that are put onto it. Names of rules that no rule has are told, and filters
/// that would be put onto too many.
fn filters_of(rules: &[Rule], filters: &[Filter]) -> (Vec<Vec<usize>>, Vec<Fault>) {
    let mut called: HashMap<&str, Vec<usize>, RandomState> = HashMap::default();
    for (at, rule) in rules.iter().enumerate() {
        for name in rule.meta.names() {
            called.entry(name).or_default().push(at);
        }
    }
    let mut all = vec![Vec::new(); rules.len()];
    let mut faults = Vec::new();
    let mut left = MOST_FILTERED;
    for (number, filter) in filters.iter().enumerate() {
        let fault = |error| {
            let rule = Some(filter.meta.title.clone());
            Fault { place: filter.meta.place, rule, error }
        };
        let mut own: BTreeSet<usize> = BTreeSet::new();
        for name in &filter.rules {
            match called.get(name.as_str()) {
                Some(meant) => own.extend(meant),
                None => faults.push(fault(RuleError::UnknownRule { name: name.clone() })),
            }
        }
        if filter.rules.is_empty() {
            own.extend(0..rules.len());
        }
        let is_covered =
            |at: &usize| rules.get(*at).is_some_and(|it| filter.log_source.covers(&it.log_source));
        own.retain(is_covered);
        if own.len() > left {
            let what = "the number of rules that filters are put onto";
            faults.push(fault(RuleError::TooLarge { what, limit: MOST_FILTERED }));
            continue;
        }
        left -= own.len();
        for at in own {
            if let Some(filters) = all.get_mut(at) {
                filters.push(number);
            }
        }
    }
    (all, faults)
}
