//! Guards: tests of texts with regular expressions, and what they prove.

use std::rc::Rc;

use code_ir::{Language, SmolStr};
use taint_models::{Kinds, Match, MatchExtent, NameId, Port};

use super::{Engine, compare::about, condition::Site};
use crate::{
    alphabet::{
        Extent, Pattern, cleared_by_absence, cleared_by_fit, cleared_by_replacement,
        cleared_in_part,
    },
    value::{Constant, Facts, Shape, Value},
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
