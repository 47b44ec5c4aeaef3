//! One rule of a class: which literals or bytes call for it, and what then confirms it.

use crate::marks::Marks;
pub(crate) use crate::pattern::Pattern;

/// One form of the value: as it came, or after a decoder.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Form<'a> {
    /// The bytes; after decoding they need not be UTF-8.
    pub(crate) raw: &'a [u8],
    /// The same with ASCII letters in lower case.
    pub(crate) lower: &'a [u8],
    /// The kinds of the bytes.
    pub(crate) marks: Marks,
    /// Whether the value is known to flow to a sink of the classes that are looked for.
    pub(crate) sink: bool,
    /// Whether a decoder of single characters made it.
    pub(crate) encoded: bool,
    /// Whether it is the key of an object or of a parameter, not a value.
    pub(crate) key: bool,
}

/// What confirms a rule.
#[derive(Debug)]
pub(crate) enum Test {
    /// A regular expression over [`Form::lower`]; it gives the points of the rule.
    Pattern(Pattern),
    /// A function; it gives the points itself, 0 for "no".
    Judge(fn(&Form<'_>) -> u32),
}

/// Where a rule holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Holds {
    /// For every value and key.
    Everywhere,
    /// Only for a value that flows to a sink of the class.
    InSink,
    /// Only for keys.
    InKey,
}

/// One rule of a class.
#[derive(Debug)]
pub(crate) struct Rule {
    /// Lower-case literals; at least one stands in the form. With none, `bytes` alone call for it.
    pub(crate) literals: &'static [&'static str],
    /// Kinds of bytes that all stand in the form.
    pub(crate) bytes: Marks,
    /// Kinds of bytes of which some stands in the form; none asks for none.
    pub(crate) any: Marks,
    pub(crate) holds: Holds,
    pub(crate) points: u32,
    /// Points that the rules before it in its class have earned: a costly rule is asked only to
    /// confirm a suspicion. In a known sink it is always asked.
    pub(crate) after: u32,
    pub(crate) test: Test,
}

impl Rule {
    /// A rule that a regular expression over the lower-case form confirms.
    ///
    /// `points` of all rules of a class are added up. 100 is certainty;
    /// [`crate::engine::ORDINARY`] refuses anywhere, [`crate::engine::SHARPER`] in a known sink.
    pub(crate) const fn pattern(
        points: u32,
        literals: &'static [&'static str],
        pattern: &'static str,
    ) -> Self {
        Self {
            literals,
            bytes: Marks::NONE,
            any: Marks::NONE,
            holds: Holds::Everywhere,
            points,
            after: 0,
            test: Test::Pattern(Pattern::new(pattern)),
        }
    }

    /// A rule that a function confirms and weighs.
    pub(crate) const fn judge(
        literals: &'static [&'static str],
        judge: fn(&Form<'_>) -> u32,
    ) -> Self {
        Self {
            literals,
            bytes: Marks::NONE,
            any: Marks::NONE,
            holds: Holds::Everywhere,
            points: 0,
            after: 0,
            test: Test::Judge(judge),
        }
    }

    /// The same rule, asked only where all kinds of `bytes` stand in the form.
    pub(crate) const fn with_bytes(mut self, bytes: Marks) -> Self {
        self.bytes = bytes;
        self
    }

    /// The same rule, asked only where some kind of `any` stands in the form.
    pub(crate) const fn with_any(mut self, any: Marks) -> Self {
        self.any = any;
        self
    }

    /// The same rule, asked only after the ones before it have earned `points`.
    pub(crate) const fn after(mut self, points: u32) -> Self {
        self.after = points;
        self
    }

    /// The same rule, asked only there.
    pub(crate) const fn only(mut self, holds: Holds) -> Self {
        self.holds = holds;
        self
    }

    /// The points that `form` earns under this rule, when the ones before it earned `so_far`.
    pub(crate) fn points_of(&self, form: &Form<'_>, so_far: u32) -> u32 {
        let holds = match self.holds {
            Holds::Everywhere => true,
            Holds::InSink => form.sink,
            Holds::InKey => form.key,
        };
        let suspected = so_far >= self.after || form.sink;
        let marked = form.marks.has_all(self.bytes)
            && (self.any == Marks::NONE || form.marks.has_any(self.any));
        if !holds || !suspected || !marked {
            return 0;
        }
        match &self.test {
            Test::Pattern(pattern) if pattern.matches(form.lower) => self.points,
            Test::Pattern(_) => 0,
            Test::Judge(judge) => judge(form),
        }
    }
}

/// Declares the rules of a class, whatever their number.
macro_rules! rules {
    [$($rule:expr),* $(,)?] => {
        pub(crate) static RULES: [$crate::rule::Rule; [$(stringify!($rule)),*].len()] = [$($rule),*];
    };
}
pub(crate) use rules;
