//! The texts that have to stand in a line before anything is looked for, searched for all at once.

use aho_corasick::{AhoCorasick, AhoCorasickKind};
use secret_patterns::Detector;

use crate::context::{Context, WORDS};
use crate::fields::Fields;
use crate::named::NAME_WORDS;

/// What a text sets off.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Trigger {
    /// A detector, by its place in [`Triggers::detectors`].
    Detector(usize),
    Name,
    Context(Context),
    Url,
    Bearer,
    Basic,
    AwsKey,
    Jwt,
    PrivateKey,
    /// `@` and its escapes.
    At,
}

/// Detectors whose secrets are found here without an expression.
const OWN: [&str; 9] = [
    "aws-access-key",
    "aws-secret-key",
    "authorization-header",
    "basic-auth-url",
    "connection-string-password",
    "database-url",
    "google-service-account",
    "jwt",
    "private-key",
];

/// The automaton and what its patterns set off.
#[derive(Debug)]
pub(crate) struct Triggers {
    /// `None` only when it cannot be built; then nothing is found, which tests would show.
    automaton: Option<AhoCorasick>,
    owners: Vec<Trigger>,
    detectors: Vec<&'static Detector>,
}

impl Triggers {
    pub(crate) fn new(fields: &[String]) -> Self {
        let detectors: Vec<_> = secret_patterns::detectors()
            .iter()
            .filter(|it| it.names.is_empty() && !OWN.contains(&it.kind))
            .collect();
        let mut patterns: Vec<String> = Vec::new();
        let mut owners = Vec::new();
        let mut add = |text: &str, trigger| {
            patterns.push(text.to_owned());
            owners.push(trigger);
        };
        for (index, detector) in detectors.iter().enumerate() {
            detector.keywords.iter().for_each(|text| add(text, Trigger::Detector(index)));
        }
        for text in NAME_WORDS {
            add(text, Trigger::Name);
        }
        for text in Fields::words(fields.iter().map(String::as_str)) {
            add(&text, Trigger::Name);
        }
        for (text, context) in WORDS {
            add(text, Trigger::Context(*context));
        }
        for head in ["akia", "asia", "abia", "acca"] {
            add(head, Trigger::AwsKey);
        }
        for (text, trigger) in [
            ("://", Trigger::Url),
            ("bearer ", Trigger::Bearer),
            ("basic ", Trigger::Basic),
            ("eyj", Trigger::Jwt),
            ("private key", Trigger::PrivateKey),
            ("@", Trigger::At),
            ("%40", Trigger::At),
            ("\\u0040", Trigger::At),
        ] {
            add(text, trigger);
        }
        let automaton = AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .kind(Some(AhoCorasickKind::DFA))
            .build(&patterns)
            .ok();
        Self { automaton, owners, detectors }
    }

    /// Every text that stands in the line, in the order of their ends.
    pub(crate) fn find(
        &self,
        line: &[u8],
    ) -> impl Iterator<Item = (std::ops::Range<usize>, Trigger)> {
        self.automaton
            .iter()
            .flat_map(move |automaton| automaton.find_overlapping_iter(line))
            .filter_map(|found| {
                Some((found.range(), *self.owners.get(found.pattern().as_usize())?))
            })
    }

    pub(crate) fn detector(&self, index: usize) -> Option<&'static Detector> {
        self.detectors.get(index).copied()
    }
}
