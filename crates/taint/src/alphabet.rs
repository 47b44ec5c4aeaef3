//! Regular expressions as guards: which characters a text can have that fits one, and what a text of
//! such characters no longer endangers.
//!
//! A pattern is read once; what is not understood may be any character: too little is proven, never too much.

use taint_models::{Kind, Kinds};

/// How much of a text a function compares with a pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Extent {
    /// All of it: `fullmatch`, Java's `matches`.
    Whole,
    /// From its beginning on: Python's `re.match`.
    Start,
    /// Any part.
    Part,
}

/// A pattern with what changes its meaning.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pattern<'a> {
    /// As it is written, without delimiters.
    pub(crate) text: &'a str,
    /// Letters of its flags.
    pub(crate) flags: &'a str,
    /// Whether `^` and `$` are the ends of a line, not of the text: Ruby.
    pub(crate) has_line_anchors: bool,
}

/// ASCII characters, one bit each. Others are as harmless as letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Alphabet(u128);

impl Alphabet {
    const NONE: Self = Self(0);
    const ALL: Self = Self(u128::MAX);

    fn of(characters: &str) -> Self {
        characters.chars().fold(Self::NONE, Self::with)
    }

    fn with(self, character: char) -> Self {
        if character.is_ascii() { Self(self.0 | 1 << u32::from(character)) } else { self }
    }

    fn with_range(self, from: char, to: char) -> Self {
        let last = u32::from(to).min(127);
        (u32::from(from)..=last).filter_map(char::from_u32).fold(self, Self::with)
    }

    fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    fn not(self) -> Self {
        Self(!self.0)
    }

    fn is_within(self, other: Self) -> bool {
        self.0 & !other.0 == 0
    }

    /// With the other case of every letter.
    fn folded(self) -> Self {
        let has = |letter: &char| Self::NONE.with(*letter).is_within(self);
        ('a'..='z')
            .flat_map(|letter| [letter, letter.to_ascii_uppercase()])
            .filter(has)
            .fold(self, |all, letter| {
                all.with(letter.to_ascii_lowercase()).with(letter.to_ascii_uppercase())
            })
    }
}

fn digits() -> Alphabet {
    Alphabet::NONE.with_range('0', '9')
}

fn word() -> Alphabet {
    digits().with_range('a', 'z').with_range('A', 'Z').with('_')
}

fn space() -> Alphabet {
    Alphabet::of(" \t\r\n\u{b}\u{c}")
}

/// What a text of these characters alone does not endanger.
fn harmless(alphabet: Alphabet) -> Kinds {
    let plain = word().with('-');
    if alphabet.is_within(plain) {
        return Kinds::SPELLING.without(Kinds::one(Kind::Attribute));
    }
    let plain_and = |more: &str| plain.or(Alphabet::of(more));
    let all_but = |few: &str| Alphabet::of(few).not();
    let table = [
        (Kind::Command, plain_and(".:@+,/=%")),
        (Kind::Sql, plain_and(".:@+")),
        (Kind::Xpath, plain_and(" .:@,+")),
        (Kind::Ldap, plain_and(" .:@")),
        (Kind::Template, plain_and(" .,:@+/")),
        (Kind::Regex, plain_and(" @:,")),
        // A name in a folder, at most the folder above as a whole.
        (Kind::Path, all_but("/\\")),
        (Kind::Html, all_but("<>\"'`&")),
        (Kind::Xml, all_but("<>&")),
        (Kind::Nosql, all_but("${}[]")),
        (Kind::Log, all_but("\r\n")),
        (Kind::Header, all_but("\r\n")),
    ];
    table.iter().filter(|(_, safe)| alphabet.is_within(*safe)).map(|(kind, _)| *kind).collect()
}

/// What a text does not endanger that fits.
pub(crate) fn cleared_by_fit(pattern: Pattern<'_>, extent: Extent) -> Kinds {
    let read = read(pattern);
    let starts = extent != Extent::Part || read.starts;
    let ends = extent == Extent::Whole || read.ends;
    let host = if starts { leads_to_a_host(pattern) } else { Kinds::NONE };
    if starts && ends { harmless(read.alphabet).or(host) } else { host }
}

/// What a text does not endanger in which the pattern is nowhere: `[^a-z]` leaves letters.
pub(crate) fn cleared_by_absence(pattern: Pattern<'_>, extent: Extent) -> Kinds {
    match (extent, single_class(pattern)) {
        (Extent::Part, Some(class)) => harmless(class.not()),
        _ => Kinds::NONE,
    }
}

/// What the part of a text does not endanger that fits.
pub(crate) fn cleared_in_part(pattern: Pattern<'_>) -> Kinds {
    harmless(read(pattern).alphabet)
}

/// What a text does not endanger once every fit is replaced: `[^a-z]` leaves letters and what is put in.
pub(crate) fn cleared_by_replacement(pattern: Pattern<'_>, with: &str) -> Kinds {
    // `$1` and `\1` put parts of the text in again.
    if with.contains(['$', '\\']) {
        return Kinds::NONE;
    }
    single_class(pattern).map_or(Kinds::NONE, |class| harmless(class.not().or(Alphabet::of(with))))
}

/// `^https://api\.example\.com/` says which host an address leads to.
fn leads_to_a_host(pattern: Pattern<'_>) -> Kinds {
    let text = pattern.text.trim_start_matches("\\A").trim_start_matches('^');
    if !top_level_is_single(pattern.text) {
        return Kinds::NONE;
    }
    let text = text.replacen("https?", "https", 1).replace("\\/", "/").replace("\\.", "\u{1}");
    let text = text.replace("\\-", "-");
    let Some((scheme, rest)) = text.split_once("://") else { return Kinds::NONE };
    let Some((host, _)) = rest.split_once('/') else { return Kinds::NONE };
    let is_literal = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '\u{1}' | ':');
    let is_fixed = scheme.chars().all(|c| c.is_ascii_alphabetic())
        && !host.is_empty()
        && host.chars().all(is_literal);
    if is_fixed { [Kind::Url, Kind::Redirect].into_iter().collect() } else { Kinds::NONE }
}

/// Whether no `|` stands outside of groups.
fn top_level_is_single(text: &str) -> bool {
    let mut depth = 0_u32;
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => drop(characters.next()),
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            '|' if depth == 0 => return false,
            _ => {}
        }
    }
    true
}

/// The characters of a pattern that is one class, perhaps repeated.
fn single_class(pattern: Pattern<'_>) -> Option<Alphabet> {
    let mut reader = Reader::new(pattern);
    let alphabet = match reader.next()? {
        '[' => reader.class(),
        '\\' => match reader.next()? {
            'W' => word().not(),
            'D' => digits().not(),
            'S' => space().not(),
            's' => space(),
            _ => return None,
        },
        _ => return None,
    };
    let is_repeated = reader.peek() == Some('+') || reader.peek() == Some('*');
    if is_repeated {
        reader.next();
    }
    // A class in a class is not read whole.
    let is_all = reader.peek().is_none() && alphabet != Alphabet::ALL && !reader.is_lost;
    is_all.then(|| if reader.ignores_case { alphabet.folded() } else { alphabet })
}

/// What was read of a pattern or a group.
#[derive(Clone, Copy, Debug)]
struct Read {
    alphabet: Alphabet,
    /// Whether every alternative begins at the beginning of the text.
    starts: bool,
    /// Whether every alternative ends at its end.
    ends: bool,
}

fn read(pattern: Pattern<'_>) -> Read {
    let mut reader = Reader::new(pattern);
    let mut read = reader.alternatives(0);
    if reader.is_lost || reader.peek().is_some() {
        read = Read { alphabet: Alphabet::ALL, starts: false, ends: false };
    }
    if reader.ignores_case {
        read.alphabet = read.alphabet.folded();
    }
    read
}

/// Groups in groups at most.
const DEPTH: u32 = 20;

#[expect(clippy::struct_excessive_bools, reason = "three flags of patterns, and one of the reader")]
struct Reader<'a> {
    rest: std::iter::Peekable<std::str::Chars<'a>>,
    ignores_case: bool,
    /// Whether `^` and `$` are ends of a line.
    has_lines: bool,
    /// Whether `.` is a line break, too.
    dot_is_all: bool,
    /// Whether something was not understood.
    is_lost: bool,
}

impl<'a> Reader<'a> {
    fn new(pattern: Pattern<'a>) -> Self {
        Self {
            rest: pattern.text.chars().peekable(),
            ignores_case: pattern.flags.contains('i'),
            has_lines: pattern.has_line_anchors || pattern.flags.contains('m'),
            dot_is_all: pattern.flags.contains('s') || pattern.has_line_anchors,
            is_lost: pattern.flags.contains('x') || pattern.flags.contains('v'),
        }
    }

    fn peek(&mut self) -> Option<char> {
        self.rest.peek().copied()
    }

    fn next(&mut self) -> Option<char> {
        self.rest.next()
    }

    fn takes(&mut self, character: char) -> bool {
        self.rest.next_if_eq(&character).is_some()
    }

    fn alternatives(&mut self, depth: u32) -> Read {
        let mut all = self.sequence(depth);
        while self.takes('|') {
            let next = self.sequence(depth);
            all = Read {
                alphabet: all.alphabet.or(next.alphabet),
                starts: all.starts && next.starts,
                ends: all.ends && next.ends,
            };
        }
        all
    }

    fn sequence(&mut self, depth: u32) -> Read {
        let mut alphabet = Alphabet::NONE;
        let (mut starts, mut ends, mut is_first) = (false, false, true);
        while let Some(character) = self.peek() {
            if character == '|' || character == ')' {
                break;
            }
            let Some(mut atom) = self.atom(depth) else { continue };
            if self.may_be_absent() {
                (atom.starts, atom.ends) = (false, false);
            }
            alphabet = alphabet.or(atom.alphabet);
            starts |= is_first && atom.starts;
            ends = atom.ends;
            is_first = false;
        }
        Read { alphabet, starts, ends }
    }

    /// One character, class, anchor or group; nothing for what takes no place and asks for no end.
    fn atom(&mut self, depth: u32) -> Option<Read> {
        let plain = |alphabet| Some(Read { alphabet, starts: false, ends: false });
        let anchor = |starts, ends| Some(Read { alphabet: Alphabet::NONE, starts, ends });
        match self.next()? {
            '^' => anchor(!self.has_lines, false),
            '$' => anchor(false, !self.has_lines),
            '.' if self.dot_is_all => plain(Alphabet::ALL),
            '.' => plain(Alphabet::of("\r\n").not()),
            '[' => {
                let class = self.class();
                plain(class)
            }
            '(' => self.group(depth),
            '\\' => match self.peek() {
                Some('A') => {
                    self.next();
                    anchor(true, false)
                }
                Some('z' | 'Z') => {
                    self.next();
                    anchor(false, true)
                }
                Some('b' | 'B' | 'G') => {
                    self.next();
                    None
                }
                _ => {
                    let escaped = self.escaped();
                    plain(escaped)
                }
            },
            character => plain(Alphabet::NONE.with(character)),
        }
    }

    fn group(&mut self, depth: u32) -> Option<Read> {
        if depth >= DEPTH {
            self.is_lost = true;
            return None;
        }
        let mut takes_place = true;
        if self.takes('?') {
            match self.next() {
                Some(':' | '>') => {}
                Some('=' | '!') => takes_place = false,
                Some('P') => self.name(),
                Some('<') => match self.peek() {
                    Some('=' | '!') => takes_place = false,
                    _ => self.name(),
                },
                Some(flag) => {
                    if !self.flags(flag) {
                        return None;
                    }
                }
                None => self.is_lost = true,
            }
        }
        let inner = self.alternatives(depth + 1);
        self.is_lost |= !self.takes(')');
        takes_place.then_some(inner)
    }

    /// The name of a group, with what closes it.
    fn name(&mut self) {
        while let Some(character) = self.next() {
            match character {
                '>' => return,
                // A reference to a group brings no new characters.
                ')' => break,
                _ => {}
            }
        }
        self.is_lost = true;
    }

    /// `(?im)` and `(?i:`; whether a group follows.
    fn flags(&mut self, first: char) -> bool {
        let mut flag = Some(first);
        while let Some(letter) = flag {
            match letter {
                ':' => return true,
                ')' => return false,
                'i' => self.ignores_case = true,
                'm' => self.has_lines = true,
                's' | 'u' | 'a' | 'L' | '-' => {}
                _ => break,
            }
            // A dot that takes line breaks in, and flags of a part, are rare in guards.
            self.is_lost |= letter == 's' || letter == '-';
            flag = self.next();
        }
        self.is_lost = true;
        true
    }

    /// A class, whose bracket is read.
    fn class(&mut self) -> Alphabet {
        let is_negated = self.takes('^');
        let mut alphabet = Alphabet::NONE;
        let mut before: Option<char> = None;
        let mut is_first = true;
        loop {
            let Some(character) = self.next() else {
                self.is_lost = true;
                return Alphabet::ALL;
            };
            match character {
                ']' if !is_first => break,
                '[' => {
                    let posix = self.posix_class();
                    alphabet = alphabet.or(posix);
                    before = None;
                }
                '-' if before.is_some() && self.peek().is_some_and(|next| next != ']') => {
                    let from = before.take().unwrap_or_default();
                    let to = match self.next() {
                        Some('\\') => match self.next() {
                            Some(next) if !next.is_ascii_alphanumeric() => next,
                            _ => '\u{7f}',
                        },
                        Some(next) => next,
                        None => '\u{7f}',
                    };
                    alphabet = alphabet.with_range(from, to);
                }
                '\\' => {
                    let escaped = self.escaped();
                    alphabet = alphabet.or(escaped);
                    before = None;
                }
                _ => {
                    alphabet = alphabet.with(character);
                    before = Some(character);
                }
            }
            is_first = false;
        }
        if self.ignores_case {
            alphabet = alphabet.folded();
        }
        if is_negated { alphabet.not() } else { alphabet }
    }

    /// `[:alnum:]` in a class; any other bracket is a class in a class, which may say anything.
    fn posix_class(&mut self) -> Alphabet {
        if self.peek() != Some(':') {
            self.is_lost = true;
            return Alphabet::ALL;
        }
        self.next();
        let mut name = String::new();
        while let Some(character) = self.next() {
            if character == ']' {
                break;
            }
            name.push(character);
        }
        match name.as_str() {
            "alnum:" | "alpha:" | "digit:" | "lower:" | "upper:" | "word:" | "xdigit:" => word(),
            _ => Alphabet::ALL,
        }
    }

    /// What an escape stands for, whose backslash is read.
    fn escaped(&mut self) -> Alphabet {
        let Some(character) = self.next() else {
            self.is_lost = true;
            return Alphabet::ALL;
        };
        match character {
            'd' => digits(),
            'D' => digits().not(),
            'w' => word(),
            'W' => word().not(),
            's' => space(),
            'S' => space().not(),
            'n' => Alphabet::of("\n"),
            'r' => Alphabet::of("\r"),
            't' => Alphabet::of("\t"),
            // Back references bring nothing new.
            '1'..='9' => Alphabet::NONE,
            // Characters by number, properties and whatever else: not looked at.
            letter if letter.is_ascii_alphanumeric() => Alphabet::ALL,
            punctuation => Alphabet::NONE.with(punctuation),
        }
    }

    /// Takes a repetition; whether it lets the atom before it be absent.
    fn may_be_absent(&mut self) -> bool {
        let is_optional = match self.peek() {
            Some('*' | '?') => {
                self.next();
                true
            }
            Some('+') => {
                self.next();
                false
            }
            Some('{') => self.counted(),
            _ => return false,
        };
        if matches!(self.peek(), Some('?' | '+')) {
            self.next();
        }
        is_optional
    }

    fn counted(&mut self) -> bool {
        let mut count = String::new();
        let mut ahead = self.rest.clone();
        for character in ahead.by_ref().skip(1) {
            match character {
                '}' => break,
                '0'..='9' | ',' | ' ' => count.push(character),
                // A brace that is a character.
                _ => return false,
            }
        }
        self.rest = ahead;
        count.starts_with(['0', ',']) || count.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::{
        Extent, Pattern, cleared_by_absence, cleared_by_fit, cleared_by_replacement,
        cleared_in_part,
    };
    use taint_models::Kind;

    fn pattern(text: &str) -> Pattern<'_> {
        Pattern { text, flags: "", has_line_anchors: false }
    }

    fn fits(text: &str, kind: Kind) -> bool {
        cleared_by_fit(pattern(text), Extent::Part).has(kind)
    }

    #[test]
    fn anchors_must_hold_for_all_of_the_text() {
        for text in
            ["^[a-z]+$", r"\A\w+\z", "^(?:a|b)$", "^(a)+$", "(^a$)", "^a$|^b$", "^[a-z]{1,5}$"]
        {
            assert!(fits(text, Kind::Command), "{text}");
        }
        for text in
            ["[a-z]+", "^[a-z]+", "[a-z]+$", "^a|b$", "^a$|b", "(^a$)?", "(?m)^a$", "^^?a*$*"]
        {
            assert!(!fits(text, Kind::Command), "{text}");
        }
        let lines = Pattern { has_line_anchors: true, ..pattern("^[a-z]+$") };
        assert!(!cleared_by_fit(lines, Extent::Part).has(Kind::Command));
        let lines = Pattern { flags: "gm", ..pattern("^[a-z]+$") };
        assert!(!cleared_by_fit(lines, Extent::Part).has(Kind::Command));
        assert!(cleared_by_fit(pattern("[a-z]+"), Extent::Whole).has(Kind::Command));
        assert!(cleared_by_fit(pattern("[a-z]+$"), Extent::Start).has(Kind::Command));
        assert!(!cleared_by_fit(pattern("[a-z]+"), Extent::Start).has(Kind::Command));
    }

    #[test]
    fn characters_decide_what_is_harmless() {
        assert!(fits(r"^[\w-]+\.png$", Kind::Path));
        assert!(fits(r"^[^/\\]+$", Kind::Path));
        assert!(!fits(r"^[\w/.-]+$", Kind::Path));
        assert!(!fits("^.+$", Kind::Command));
        assert!(fits("^.+$", Kind::Header));
        assert!(!fits(r"^[\s\S]+$", Kind::Header));
        assert!(!fits(r"^[^;&|]+$", Kind::Command), "a list of what is forbidden forgets some");
        assert!(!fits(r"^[a-z ]+$", Kind::Command));
        assert!(fits(r"^[a-z0-9.]+@example\.com$", Kind::Sql));
        assert!(!fits(r"^[a-z0-9']+$", Kind::Sql));
        assert!(!fits(r"^[a-z.]+$", Kind::Url), "any host");
        assert!(!fits(r"^\x20+$", Kind::Command), "what is not understood may be anything");
        assert!(!fits(r"^[a-z&&[^b]]+$", Kind::Command));
        assert!(!fits(r"^[!-~]+$", Kind::Command));
        assert!(fits(r"^(?=.*[0-9])[a-z0-9]+$", Kind::Command));
        assert!(!fits(r"^\w+$", Kind::Attribute), "`isAdmin` is a word");
    }

    #[test]
    fn a_literal_host_is_where_an_address_leads() {
        assert!(fits(r"^https:\/\/api\.example\.com\/", Kind::Url));
        assert!(!fits(r"^https:\/\/api\.example\.com", Kind::Url));
        assert!(!fits(r"^https:\/\/.*example\.com\/", Kind::Url));
        assert!(!fits(r"^https:\/\/api.example.com\/", Kind::Url), "a dot is any character");
        assert!(!fits(r"https:\/\/api\.example\.com\/", Kind::Url));
        assert!(!fits(r"^https:\/\/api\.example\.com\/|.*", Kind::Url));
    }

    #[test]
    fn what_is_left_decides_about_a_replacement() {
        let cleared = |text, with| cleared_by_replacement(pattern(text), with);
        assert!(cleared("[^a-z0-9]", "").has(Kind::Command));
        assert!(cleared("[^a-z0-9.]", "_").has(Kind::Path));
        assert!(cleared(r"\W+", "-").has(Kind::Command));
        assert!(!cleared("[^a-z/.]", "_").has(Kind::Path));
        assert!(!cleared("[;&|]", "").has(Kind::Command));
        assert!(!cleared("[^a-z]", "; ").has(Kind::Command));
        assert!(!cleared("[^a-z]", "$&").has(Kind::Command));
        assert!(!cleared("[^a-z]x", "").has(Kind::Command));
        assert!(cleared_by_absence(pattern("[^a-z]"), Extent::Part).has(Kind::Command));
        assert!(!cleared_by_absence(pattern("[^a-z]"), Extent::Start).has(Kind::Command));
        assert!(!cleared_by_absence(pattern("[;&|]"), Extent::Part).has(Kind::Command));
        assert!(!cleared_in_part(pattern("/users/([0-9]+)")).has(Kind::Sql));
    }
}
