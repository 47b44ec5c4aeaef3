//! Constant regular expressions that hostile texts are matched against.

use code_ir::{SmolStr, Span};
use taint_models::Kind;

use super::{Engine, call::Args};
use crate::{
    backtracking::is_exponential,
    value::{Constant, Shape, Value},
};

impl Engine<'_> {
    /// A method may match a text against an expression: `/a+/.test(x)`, `x.match(/a+/)`,
    /// `re.match("a+", x)`, `re.compile("a+").match(x)`.
    pub(crate) fn note_matched(&mut self, receiver: &Value, name: &str, args: &Args, span: Span) {
        let is_replacing = matches!(name, "sub" | "subn");
        if !is_replacing
            && !matches!(
                name,
                "test"
                    | "exec"
                    | "match"
                    | "matchAll"
                    | "search"
                    | "replace"
                    | "replaceAll"
                    | "split"
                    | "fullmatch"
                    | "findall"
                    | "finditer"
            )
        {
            return;
        }
        let first = usize::from(is_replacing);
        if let Some((pattern, flags)) = Self::pattern_of(receiver) {
            self.note_subject(&pattern, &flags, name, args.at(first), span);
            return;
        }
        let Some(pattern) = args.at(0) else { return };
        if let Some((pattern, flags)) = Self::pattern_of(pattern) {
            let subject = if self.is_python() { args.at(first + 1) } else { Some(receiver) };
            self.note_subject(&pattern, &flags, name, subject, span);
        } else if let Shape::Library(id) = receiver.shape
            && matches!(self.name_text(id).as_str(), "re" | "regex")
            && let Some(pattern) = pattern.as_text()
        {
            let pattern = pattern.clone();
            let subject = args.at(first + 1).or_else(|| args.by_name("string"));
            self.note_subject(&pattern, "", name, subject, span);
        }
    }

    /// The expression that a value is, when it is constant, with its flags.
    fn pattern_of(value: &Value) -> Option<(SmolStr, SmolStr)> {
        match &value.shape {
            Shape::Constant(Constant::Regex(pattern, flags)) => {
                Some((pattern.clone(), flags.clone()))
            }
            _ => None,
        }
    }

    fn note_subject(
        &mut self,
        pattern: &str,
        flags: &str,
        method: &str,
        subject: Option<&Value>,
        span: Span,
    ) {
        let Some(subject) = subject else { return };
        if !subject.taint.kinds().has(Kind::Backtracking) {
            return;
        }
        // A global search or replacement goes on from every place: none of them has to match.
        let is_whole = method == "fullmatch";
        let key = (SmolStr::new(pattern), is_whole);
        let ignores_case = flags.contains('i');
        let is_slow = match self.slow_patterns.get(&key) {
            Some(known) => *known,
            None => is_exponential(pattern, is_whole, ignores_case),
        };
        self.slow_patterns.insert(key, is_slow);
        if is_slow {
            self.tell_flow(Kind::Backtracking, &subject.taint, pattern, span, false);
        }
    }
}
