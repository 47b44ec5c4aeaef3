//! Guards: tests of texts with regular expressions, and what they prove.

use std::rc::Rc;

use code_ir::{Language, SmolStr};
use taint_models::{Kinds, Match, MatchExtent, NameId, Port};

use super::{Engine, compare::about, condition::Site, expression::common};
use crate::{
    alphabet::{
        Extent, Pattern, cleared_by_absence, cleared_by_fit, cleared_by_replacement,
        cleared_in_part,
    },
    heap::{List, Object},
    value::{Constant, Fact, Facts, Key, Shape, Value, View, ViewPart},
};

/// Flags that change no character that a pattern lets through, or only its case.
const CASE_FLAGS: &[&str] = &[
    "I",
    "IGNORECASE",
    "A",
    "ASCII",
    "U",
    "UNICODE",
    "CASE_INSENSITIVE",
    "UNICODE_CASE",
    "IgnoreCase",
    "Compiled",
    "CultureInvariant",
    "None",
];

/// Words in names of digests that protect nothing.
const CHECKSUMS: &[&str] =
    &["etag", "checksum", "cachekey", "contentmd5", "cachename", "shard", "bucketof"];

impl Engine<'_> {
    /// A constant regular expression, or a constant text that is meant as one.
    fn read_pattern(value: &Value) -> Option<(SmolStr, SmolStr)> {
        match value.as_constant()? {
            Constant::Regex(text, flags) => Some((text.clone(), flags.clone())),
            Constant::Text(text) | Constant::Bytes(text) => {
                Some((text.clone(), SmolStr::default()))
            }
            _ => None,
        }
    }

    fn pattern<'a>(&self, (text, flags): &'a (SmolStr, SmolStr)) -> Pattern<'a> {
        Pattern { text, flags, has_line_anchors: self.language() == Language::Ruby }
    }

    /// A regular expression made of a constant text.
    pub(super) fn make_pattern(&self, site: &Site<'_>) -> Option<Value> {
        let (text, own) = Self::read_pattern(site.args.at(0)?)?;
        let given = site.args.positional.get(1);
        let named = || site.args.named.iter().find(|(name, _)| name == "flags").map(|(_, v)| v);
        let flags = format!("{own}{}", self.flags_of(given.or_else(named)));
        Some(Value::constant(Constant::Regex(text, flags.into())))
    }

    /// Letters of flags; `x`, of which nothing is read, when they are not known.
    fn flags_of(&self, value: Option<&Value>) -> SmolStr {
        let Some(value) = value else { return SmolStr::default() };
        let is_case = |id: NameId| CASE_FLAGS.contains(&self.names.split(id).1);
        match &value.shape {
            Shape::Constant(Constant::Text(flags)) => flags.clone(),
            Shape::Constant(Constant::None) => SmolStr::default(),
            Shape::Library(id) | Shape::Instance(id) if is_case(*id) => SmolStr::new("i"),
            _ => SmolStr::new("x"),
        }
    }

    /// What a function proves that compares a text with a pattern, and what the part of the text does
    /// not endanger that fits.
    pub(super) fn facts_of_match(
        &mut self,
        model: &Match,
        site: &Site<'_>,
    ) -> Option<(Option<Rc<Facts>>, Kinds)> {
        let patterns: Vec<Value> =
            model.pattern.iter().flat_map(|port| self.port(port, site)).collect();
        let (written, own) = patterns.iter().find_map(Self::read_pattern)?;
        let text = model.text.iter().find_map(|port| self.port(port, site).into_iter().next())?;
        let flags = model.flags.as_ref().and_then(|port| self.port(port, site).into_iter().next());
        let flags = self.flags_of(flags.as_ref());
        let pattern = (written, SmolStr::from(format!("{own}{flags}")));
        let extent = match model.extent {
            MatchExtent::Whole => Extent::Whole,
            MatchExtent::Start => Extent::Start,
            MatchExtent::Part => Extent::Part,
        };
        Some(self.facts_of_fit(&pattern, &text, extent))
    }

    fn facts_of_fit(
        &self,
        pattern: &(SmolStr, SmolStr),
        text: &Value,
        extent: Extent,
    ) -> (Option<Rc<Facts>>, Kinds) {
        let pattern = self.pattern(pattern);
        let facts_of = |kinds: Kinds| {
            if kinds.is_empty() { Vec::new() } else { about(text, kinds, None) }
        };
        let facts = Facts {
            yes: facts_of(cleared_by_fit(pattern, extent)),
            no: facts_of(cleared_by_absence(pattern, extent)),
        };
        let proves = !facts.yes.is_empty() || !facts.no.is_empty();
        (proves.then(|| Rc::new(facts)), cleared_in_part(pattern))
    }

    /// What a text does not endanger that fits a constant pattern.
    pub(super) fn cleared_by_fit_of(&self, pattern: &Value, extent: Extent) -> Kinds {
        let pattern = Self::read_pattern(pattern);
        pattern.map_or(Kinds::NONE, |pattern| cleared_by_fit(self.pattern(&pattern), extent))
    }

    /// `text.match(pattern)`: the parts that fit; its truth says whether there are any.
    pub(crate) fn try_pattern(
        &self,
        text: &Value,
        pattern: &Value,
        extent: Extent,
    ) -> Option<Value> {
        let pattern = Self::read_pattern(pattern)?;
        let (facts, in_part) = self.facts_of_fit(&pattern, text, extent);
        Some(Value { facts, ..Value::tainted(text.taint.without(in_part)) })
    }

    /// What a text no longer endangers once every fit of a pattern is replaced.
    pub(super) fn cleared_by_model(&mut self, model: &(Port, Port), site: &Site<'_>) -> Kinds {
        let pattern = self.port(&model.0, site).into_iter().next();
        let with = self.port(&model.1, site).into_iter().next();
        let with = with.as_ref().and_then(Value::as_text);
        match (pattern.as_ref().and_then(Self::read_pattern), with) {
            (Some(pattern), Some(with)) => self.cleared_by_replacing(&pattern, with),
            _ => Kinds::NONE,
        }
    }

    /// The same of a pattern and flags.
    pub(crate) fn cleared_by_replacing(&self, pattern: &(SmolStr, SmolStr), with: &str) -> Kinds {
        cleared_by_replacement(self.pattern(pattern), with)
    }

    /// That values were asked for whether they begin with `/`.
    pub(crate) fn note_rooted(&mut self, views: &[View]) {
        self.rooted.extend(views.iter().map(|view| (view.cell.clone(), view.id)));
    }

    /// Whether some were.
    pub(crate) fn is_rooted(&self, views: &[View]) -> bool {
        views.iter().any(|view| self.rooted.contains(&(view.cell.clone(), view.id)))
    }

    /// Whether what is being evaluated is meant to tell whether something changed, not to protect it: by
    /// the name that it is assigned to, or that of the function.
    pub(super) fn names_a_checksum(&self) -> bool {
        let of_function = self.function().map(|function| &function.name);
        self.targets.last().into_iter().chain(of_function).any(|name| {
            let name = name.to_ascii_lowercase().replace(['_', '-'], "");
            CHECKSUMS.iter().any(|word| name.contains(word))
        })
    }

    /// What the truth of a value proves that is one or the other.
    pub(crate) fn facts_of_either(first: &Value, second: &Value) -> Option<Rc<Facts>> {
        let (a, b) = (first.facts.as_ref()?, second.facts.as_ref()?);
        Some(Rc::new(Facts { yes: common(&a.yes, &b.yes), no: common(&a.no, &b.no) }))
    }

    /// The keys of a mapping.
    pub(super) fn make_keys(&mut self, site: &Site<'_>) -> Option<Value> {
        let map = self.heap.map(site.args.at(0)?.as_object()?)?;
        let keys = map.entries.iter().map(|(key, _)| match key {
            Key::Name(name) => Value::text(name.clone()),
            Key::Index(at) => Value::constant(Constant::Int(*at)),
        });
        let rest = map.rest.as_ref().map(|rest| Value::tainted(rest.taint.clone()));
        let keys = List { items: keys.collect(), rest };
        Some(Value::of(Shape::Object(self.heap.add(Object::List(keys)))))
    }

    /// What a mapping of the program gives under a key of which only tests tell something.
    pub(super) fn found_under_key(any: Value, listed: Vec<Fact>) -> Value {
        if listed.is_empty() {
            return any;
        }
        let facts = Some(Rc::new(Facts { yes: listed, no: Vec::new() }));
        // What is not there is false.
        match any.shape {
            Shape::Constant(_) => Value { shape: Shape::Unknown, facts, ..any },
            _ => Value { facts, ..any },
        }
    }

    /// Where a value stands in a list: a comparison of it may tell that it is in a list of constants.
    pub(crate) fn position_in(&self, value: &Value, list: &Value) -> Value {
        if self.is_listed(value, list).is_empty() {
            return Value::unknown();
        }
        let views = value.views.as_deref().map(|views| {
            let whole = views.iter().filter(|view| view.part == ViewPart::Whole);
            let position = |view: &View| View { part: ViewPart::Position, ..view.clone() };
            Rc::new(whole.map(position).collect())
        });
        Value { views, ..Value::unknown() }
    }

    /// The modelled method of a constant regular expression.
    pub(super) fn method_of_pattern(&mut self, name: &str) -> Option<NameId> {
        let type_ = match self.language() {
            Language::Python => "re.Pattern",
            Language::JavaScript | Language::TypeScript => "RegExp",
            Language::Java => "java.util.regex.Pattern",
            Language::Go => "regexp.Regexp",
            Language::CSharp => "System.Text.RegularExpressions.Regex",
            Language::Ruby => "Regexp",
        };
        let type_ = self.names.intern(type_);
        let method = self.method_of(type_, name);
        self.is_modelled(method).then_some(method)
    }
}
