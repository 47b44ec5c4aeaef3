//! The engine: forms of a value, the rules that each form calls for, and the sum of their points.

use crate::class::{Class, Classes};
use crate::decode::{self, json, xml};
use crate::detectors::rules_of;
use crate::encoding::{Encoding, Encodings};
use crate::literals::Literals;
use crate::marks::Marks;
use crate::rule::{Form, Rule};

/// Points from which a value is refused wherever it stands.
pub(crate) const ORDINARY: u32 = 50;
/// Points from which a value is refused that is known to flow to a sink of the class.
pub(crate) const SHARPER: u32 = 30;

/// Longest piece of a value that is looked at as one, in bytes. A longer value is looked at piece
/// by piece, with an overlap, so that nothing hides behind padding.
const WINDOW: usize = 16 << 10;
/// How far two pieces overlap; a multiple of 4, so that base64 stays in step.
const OVERLAP: usize = 1 << 10;
/// Rounds of decoding: three times what proxies and frameworks decode, twice over.
const ROUNDS: usize = 6;
/// How deep texts within texts are followed (JSON in JSON, base64 in JSON).
const DEPTH: usize = 4;
/// Bytes of all forms of a value together: this many times its length, and a floor.
const FORMS: usize = 32;
const FLOOR: usize = 64 << 10;

/// Bytes of a buffer that are kept for the next value.
const KEPT: usize = 64 << 10;

/// Classes whose attacks are the structure of JSON itself, not a text within it.
const STRUCTURE: Classes =
    Classes::NONE.with(Class::Nosql).with(Class::PrototypePollution).with(Class::Deserialization);

/// Encodings of single characters.
const BY_CHARACTER: Encodings =
    Encodings::NONE.with(Encoding::Percent).with(Encoding::HtmlEntity).with(Encoding::Escape);

/// What is looked for, and how sharply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Context {
    /// Nobody knows where the value flows: the ordinary threshold, 0.5.
    Any(Classes),
    /// The value flows to a sink of these classes: a sharper threshold, 0.3, and rules that would
    /// be too coarse elsewhere.
    Sink(Classes),
}

impl Context {
    /// The classes that are looked for.
    #[must_use]
    pub fn classes(self) -> Classes {
        match self {
            Self::Any(classes) | Self::Sink(classes) => classes,
        }
    }

    fn is_sink(self) -> bool {
        matches!(self, Self::Sink(_))
    }

    fn threshold(self) -> u32 {
        if self.is_sink() { SHARPER } else { ORDINARY }
    }
}

/// An attack in a value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Hit {
    /// The class with the highest score; of equal ones the first in the order of declaration.
    pub class: Class,
    /// How sure it is, from the threshold of the context to 1.
    pub score: f32,
    /// What the attack was written in; empty for plain text.
    pub hidden_by: Encodings,
}

/// The answer about one value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Verdict {
    /// The attack, when some class reaches the threshold.
    pub hit: Option<Hit>,
    /// The highest score of all classes looked for, 0 to 1, whether or not it is a hit.
    pub score: f32,
    /// False when layers of encoding were left that the limits did not allow to follow.
    pub complete: bool,
}

/// One sign of an attack that a value shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sign {
    /// The class whose rule it is.
    pub class: Class,
    /// The rule, by its place in the list of its class, from 0.
    pub rule: usize,
    /// What it adds to the score, in hundredths.
    pub points: u32,
    /// What it was written in.
    pub hidden_by: Encodings,
}

/// Buffers that one thread uses again for every value.
#[derive(Debug, Default)]
pub struct Scratch {
    lower: Vec<u8>,
    buffers: Vec<Vec<u8>>,
}

impl Scratch {
    fn take(&mut self) -> Vec<u8> {
        self.buffers.pop().unwrap_or_default()
    }

    fn give(&mut self, mut buffer: Vec<u8>) {
        buffer.clear();
        buffer.shrink_to(KEPT);
        self.buffers.push(buffer);
    }
}

/// The rules of all classes and one search for all their literals. Built once, shared by threads.
#[derive(Debug)]
pub struct Engine {
    literals: Literals,
    rules: Vec<(Class, &'static Rule)>,
    /// Rules that no literal calls for, only bytes.
    by_bytes: RuleSet,
}

/// A set of rules, by their index.
type RuleSet = [u64; RULE_WORDS];
const RULE_WORDS: usize = 8;

/// State of one [`Engine::classify`].
struct Search<'s> {
    context: Context,
    scratch: &'s mut Scratch,
    points: [u32; Class::ALL.len()],
    hidden_by: [Encodings; Class::ALL.len()],
    budget: usize,
    complete: bool,
    /// Filled only by [`Engine::explain`].
    signs: Option<Vec<Sign>>,
}

/// How a form came about.
#[derive(Clone, Copy)]
struct Way {
    encodings: Encodings,
    depth: usize,
    key: bool,
    classes: Classes,
}

impl Way {
    fn through(self, encoding: Encoding) -> Self {
        Self { encodings: self.encodings.with(encoding), ..self }
    }

    fn deeper(self, encoding: Encoding) -> Self {
        Self { depth: self.depth + 1, ..self.through(encoding) }
    }
}

impl Default for Engine {
    fn default() -> Self {
        Self::new()
    }
}

impl Engine {
    /// The engine of all classes. About a millisecond; regular expressions are compiled when a
    /// value first calls for them.
    #[must_use]
    pub fn new() -> Self {
        let rules: Vec<(Class, &'static Rule)> = Class::ALL
            .into_iter()
            .flat_map(|class| rules_of(class).iter().map(move |rule| (class, rule)))
            .take(RULE_WORDS * 64)
            .collect();
        let mut by_bytes = RuleSet::default();
        let mut literals = Vec::new();
        for (at, (_, rule)) in (0u16..).zip(&rules) {
            literals.extend(rule.literals.iter().map(|literal| (*literal, at)));
            if let (true, Some(word)) =
                (rule.literals.is_empty(), by_bytes.get_mut(usize::from(at / 64)))
            {
                *word |= 1 << (at % 64);
            }
        }
        Self { literals: Literals::new(literals.into_iter()), rules, by_bytes }
    }

    /// Whether `value` carries an attack of one of the context's classes.
    #[must_use]
    pub fn classify(&self, scratch: &mut Scratch, value: &str, context: Context) -> Verdict {
        self.search(scratch, value, context, false, None).verdict()
    }

    /// The same for the key of an object, of a query parameter or of a form: besides attacks in
    /// its text, operators that some databases and languages take from keys.
    #[must_use]
    pub fn classify_key(&self, scratch: &mut Scratch, key: &str, context: Context) -> Verdict {
        self.search(scratch, key, context, true, None).verdict()
    }

    /// Every sign that counts for a value, to see why it was refused or not.
    #[must_use]
    pub fn explain(&self, scratch: &mut Scratch, value: &str, context: Context) -> Vec<Sign> {
        self.search(scratch, value, context, false, Some(Vec::new())).signs.unwrap_or_default()
    }

    fn search<'s>(
        &self,
        scratch: &'s mut Scratch,
        value: &str,
        context: Context,
        key: bool,
        signs: Option<Vec<Sign>>,
    ) -> Search<'s> {
        let mut search = Search {
            context,
            scratch,
            points: [0; Class::ALL.len()],
            hidden_by: [Encodings::NONE; Class::ALL.len()],
            budget: value.len().saturating_mul(FORMS).saturating_add(FLOOR),
            complete: true,
            signs,
        };
        let way = Way { encodings: Encodings::NONE, depth: 0, key, classes: context.classes() };
        if !way.classes.is_empty() {
            self.value(&mut search, value.as_bytes(), way);
        }
        search
    }

    /// Looks at a value: at the strings of JSON text one by one, at other text in windows, at the
    /// texts and attributes of XML both ways.
    fn value(&self, search: &mut Search<'_>, value: &[u8], mut way: Way) {
        if json::may_be(value) {
            if way.depth >= DEPTH {
                search.complete = false;
            } else if self.strings_of_json(search, value, way) {
                way.classes = way.classes.both(STRUCTURE);
                if way.classes.is_empty() {
                    return;
                }
            }
        }
        if xml::may_be(value) {
            if way.depth < DEPTH {
                self.strings_of_xml(search, value, way);
            } else {
                search.complete = false;
            }
        }
        self.windows(search, value, way);
        if value.len() > WINDOW {
            self.unfolded(search, value, way);
        }
    }

    fn windows(&self, search: &mut Search<'_>, mut rest: &[u8], way: Way) {
        while let Some((window, _)) = rest.split_at_checked(WINDOW) {
            self.window(search, window, way);
            rest = rest.get(WINDOW - OVERLAP..).unwrap_or_default();
        }
        self.window(search, rest, way);
    }

    /// Looks at a long value with all encodings of its characters off. Six layers make a character
    /// longer than windows overlap, so windows that are decoded one by one see such an attack in
    /// two halves.
    fn unfolded(&self, search: &mut Search<'_>, value: &[u8], mut way: Way) {
        if memchr::memchr3(b'%', b'&', b'\\', value).is_none() {
            return;
        }
        let (mut text, mut next) = (search.scratch.take(), search.scratch.take());
        let mut decoded = false;
        for _ in 0..ROUNDS {
            let mut changed = false;
            for decoder in decode::DECODERS.iter().filter(|decoder| decoder.is_by_character()) {
                let current = if decoded { text.as_slice() } else { value };
                next.clear();
                if (decoder.decode)(current, &mut next) {
                    std::mem::swap(&mut text, &mut next);
                    (decoded, changed) = (true, true);
                    way = way.through(decoder.encoding);
                }
            }
            if !changed {
                break;
            }
        }
        if decoded {
            self.windows(search, &text, way);
            if json::may_be(&text) && way.depth < DEPTH {
                self.strings_of_json(search, &text, way);
            }
        }
        search.scratch.give(text);
        search.scratch.give(next);
    }

    /// Looks at each key and string of JSON text. Whether it is JSON to its end.
    fn strings_of_json(&self, search: &mut Search<'_>, text: &[u8], way: Way) -> bool {
        let mut buffer = search.scratch.take();
        let way = way.deeper(Encoding::Json);
        let whole = json::strings(text, &mut buffer, |string, key| {
            if search.budget > 0 {
                self.value(search, string, Way { key, ..way });
            } else {
                search.complete = false;
            }
        });
        search.scratch.give(buffer);
        whole
    }

    /// Looks at each text and attribute of an XML document.
    fn strings_of_xml(&self, search: &mut Search<'_>, text: &[u8], way: Way) {
        let mut buffer = search.scratch.take();
        let way = way.deeper(Encoding::Xml);
        xml::strings(text, &mut buffer, |string| {
            if search.budget > 0 {
                self.value(search, string, Way { key: false, ..way });
            } else {
                search.complete = false;
            }
        });
        search.scratch.give(buffer);
    }

    /// Looks at a piece of a value and at every form that decoders make of it.
    fn window(&self, search: &mut Search<'_>, raw: &[u8], way: Way) {
        let mut marks = self.look(search, raw, way);
        if raw.len() < decode::SHORTEST {
            return;
        }
        self.base64(search, raw, marks, way);
        let (mut text, mut next) = (search.scratch.take(), search.scratch.take());
        let mut way = way;
        let mut decoded = false;
        for round in 0.. {
            let mut changed = false;
            for decoder in &decode::DECODERS {
                let current = if decoded { text.as_slice() } else { raw };
                next.clear();
                if !marks.has_any(decoder.bytes) || !(decoder.decode)(current, &mut next) {
                    continue;
                }
                if round == ROUNDS {
                    search.complete = false;
                    break;
                }
                std::mem::swap(&mut text, &mut next);
                (decoded, changed) = (true, true);
                way = way.through(decoder.encoding);
                marks = self.look(search, &text, way);
                self.base64(search, &text, marks, way);
                if json::may_be(&text) && way.depth < DEPTH {
                    self.strings_of_json(search, &text, way);
                }
            }
            if !changed || round == ROUNDS {
                break;
            }
        }
        search.scratch.give(text);
        search.scratch.give(next);
    }

    /// Looks at what base64 text holds, when that is text again.
    fn base64(&self, search: &mut Search<'_>, text: &[u8], marks: Marks, way: Way) {
        let mut buffer = search.scratch.take();
        if decode::base64(text, marks, &mut buffer) {
            if way.depth < DEPTH && search.budget > 0 {
                self.value(search, &buffer, way.deeper(Encoding::Base64));
            } else {
                search.complete = false;
            }
        }
        search.scratch.give(buffer);
    }

    /// Asks the rules that the literals and bytes of one form call for.
    fn look(&self, search: &mut Search<'_>, raw: &[u8], way: Way) -> Marks {
        let marks = Marks::of(raw);
        if search.budget < raw.len() {
            search.complete = false;
            search.budget = 0;
            return Marks::NONE;
        }
        search.budget -= raw.len();
        let mut lower = std::mem::take(&mut search.scratch.lower);
        lower.clear();
        lower.extend(raw.iter().map(u8::to_ascii_lowercase));
        let called = self.called(&lower, marks);
        let sink = search.context.is_sink();
        let form = Form {
            raw,
            lower: &lower,
            marks,
            sink,
            encoded: way.encodings.intersects(BY_CHARACTER),
            key: way.key,
        };
        let mut points = [0u32; Class::ALL.len()];
        for (class, rule) in self.rules_in(&called) {
            let Some(points) = points.get_mut(class as usize) else { continue };
            if !way.classes.contains(class) {
                continue;
            }
            let earned = rule.points_of(&form, *points);
            *points += earned;
            if let (1.., Some(signs)) = (earned, &mut search.signs) {
                let at = rules_of(class).iter().position(|other| std::ptr::eq(other, rule));
                let hidden_by = way.encodings;
                signs.push(Sign { class, rule: at.unwrap_or_default(), points: earned, hidden_by });
            }
        }
        search.scratch.lower = lower;
        search.note(&points, way.encodings);
        marks
    }

    /// The rules that some literal in `lower` calls for, and those that bytes alone do.
    fn called(&self, lower: &[u8], marks: Marks) -> RuleSet {
        let mut set = self.by_bytes;
        self.literals.find(lower, marks, |rule| {
            if let Some(word) = set.get_mut(usize::from(rule / 64)) {
                *word |= 1 << (rule % 64);
            }
        });
        set
    }

    fn rules_in(&self, set: &RuleSet) -> impl Iterator<Item = (Class, &'static Rule)> {
        set.iter().enumerate().flat_map(move |(word, bits)| {
            let mut bits = *bits;
            std::iter::from_fn(move || {
                let bit = bits.trailing_zeros() as usize;
                bits &= bits.checked_sub(1)?;
                self.rules.get(word * 64 + bit).copied()
            })
        })
    }
}

impl Search<'_> {
    /// Keeps the points of a form for each class where they are the highest yet.
    fn note(&mut self, points: &[u32; Class::ALL.len()], encodings: Encodings) {
        for ((new, best), hidden_by) in points.iter().zip(&mut self.points).zip(&mut self.hidden_by)
        {
            if new > best {
                (*best, *hidden_by) = (*new, encodings);
            }
        }
    }

    fn verdict(&self) -> Verdict {
        let mut best = (0, None);
        for ((class, points), hidden_by) in
            Class::ALL.into_iter().zip(self.points).zip(self.hidden_by)
        {
            if points > best.0 {
                best = (points, Some((class, hidden_by)));
            }
        }
        let (points, found) = best;
        // Scores are hundredths, so they fit.
        #[expect(clippy::cast_precision_loss, reason = "at most 100")]
        let score = points.min(100) as f32 / 100.0;
        let hit = found
            .filter(|_| points >= self.context.threshold())
            .map(|(class, hidden_by)| Hit { class, score, hidden_by });
        Verdict { hit, score, complete: self.complete }
    }
}
