//! The most downloaded names of npm and `PyPI`, embedded; see `data/SOURCE.md`.

use std::{
    collections::{HashMap, HashSet},
    sync::LazyLock,
};

use component::Ecosystem;

static NPM: LazyLock<Names> =
    LazyLock::new(|| Names::of_text(include_str!("../../data/npm.txt"), Ecosystem::Npm));
static PYPI: LazyLock<Names> =
    LazyLock::new(|| Names::of_text(include_str!("../../data/pypi.txt"), Ecosystem::PyPI));

/// The names of an ecosystem; `None` where none are embedded.
pub(super) fn of(ecosystem: Ecosystem) -> Option<&'static Names> {
    match ecosystem {
        Ecosystem::Npm => Some(&NPM),
        Ecosystem::PyPI => Some(&PYPI),
        _ => None,
    }
}

/// Names in the order of their downloads, and what is looked up of them.
#[derive(Debug)]
pub(super) struct Names {
    ecosystem: Ecosystem,
    list: Vec<&'static str>,
    /// Ranks by length, with the set of characters, which tells quickly what is far away.
    by_length: Vec<Vec<(u64, usize)>>,
    /// Ranks of names with a scope, by what follows it.
    scoped: HashMap<&'static str, Vec<usize>>,
    scopes: HashSet<&'static str>,
    ranks: HashMap<&'static str, usize>,
    /// How many names have a word.
    words: HashMap<&'static str, usize>,
    /// Without separators: the best known of each.
    flat: HashMap<String, usize>,
    /// With what looks alike made the same: the best known of each.
    skeletons: HashMap<String, usize>,
}

impl Names {
    fn of_text(text: &'static str, ecosystem: Ecosystem) -> Self {
        let list: Vec<&str> = text.lines().collect();
        let mut names = Self {
            ecosystem,
            by_length: Vec::new(),
            scoped: HashMap::new(),
            scopes: HashSet::new(),
            ranks: HashMap::with_capacity(list.len()),
            words: HashMap::with_capacity(list.len()),
            flat: HashMap::with_capacity(list.len()),
            skeletons: HashMap::with_capacity(list.len()),
            list: Vec::new(),
        };
        for (rank, name) in list.iter().copied().enumerate() {
            names.add(rank, name);
        }
        names.list = list;
        names
    }

    fn add(&mut self, rank: usize, name: &'static str) {
        self.ranks.insert(name, rank);
        for word in words(name) {
            *self.words.entry(word).or_default() += 1;
        }
        if let Some((scope, rest)) = name.split_once('/') {
            self.scopes.insert(scope);
            self.scoped.entry(rest).or_default().push(rank);
            return;
        }
        self.flat.entry(flattened(name)).or_insert(rank);
        self.skeletons.entry(skeleton(name)).or_insert(rank);
        while self.by_length.len() <= name.len() {
            self.by_length.push(Vec::new());
        }
        if let Some(ranks) = self.by_length.get_mut(name.len()) {
            ranks.push((characters(name), rank));
        }
    }

    pub(super) fn ecosystem(&self) -> Ecosystem {
        self.ecosystem
    }

    /// Place among the names, from 0.
    pub(super) fn rank(&self, name: &str) -> Option<usize> {
        self.ranks.get(name).copied()
    }

    /// The name of a place.
    pub(super) fn name(&self, rank: usize) -> Option<&'static str> {
        self.list.get(rank).copied()
    }

    /// Names without a scope that may be one edit away: of nearly the same length and characters.
    pub(super) fn near(&self, name: &str) -> impl Iterator<Item = (usize, &'static str)> {
        let own = characters(name);
        let lengths = name.len().saturating_sub(1)..=name.len() + 1;
        let ranks = lengths.filter_map(|length| self.by_length.get(length)).flatten();
        ranks
            .filter(move |(characters, _)| (characters ^ own).count_ones() <= 2)
            .filter_map(|(_, rank)| Some((*rank, self.name(*rank)?)))
    }

    /// Names of another scope that are the same behind it.
    pub(super) fn same_behind_scope(
        &self,
        rest: &str,
    ) -> impl Iterator<Item = (usize, &'static str)> {
        let ranks = self.scoped.get(rest).into_iter().flatten();
        ranks.filter_map(|rank| Some((*rank, self.name(*rank)?)))
    }

    /// Whether some name has the scope.
    pub(super) fn has_scope(&self, scope: &str) -> bool {
        self.scopes.contains(scope)
    }

    /// Whether something is a word that names are made of, or a name.
    pub(super) fn is_word(&self, word: &str) -> bool {
        self.words.get(word).is_some_and(|count| *count >= 2) || self.ranks.contains_key(word)
    }

    /// The best known name that is the same but for separators.
    pub(super) fn same_but_separators(&self, name: &str) -> Option<usize> {
        self.flat.get(&flattened(name)).copied()
    }

    /// The best known name that looks the same in many a font.
    pub(super) fn same_to_the_eye(&self, name: &str) -> Option<usize> {
        self.skeletons.get(&skeleton(name)).copied()
    }
}

/// The set of characters of a name: letters, digits, separators, all others as one.
fn characters(name: &str) -> u64 {
    let bit = |byte: u8| match byte {
        b'a'..=b'z' => byte - b'a',
        b'0'..=b'9' => byte - b'0' + 26,
        b'-' => 36,
        b'_' => 37,
        b'.' => 38,
        b'/' => 39,
        b'@' => 40,
        _ => 41,
    };
    name.bytes().fold(0, |set, byte| set | 1 << bit(byte))
}

/// The words of a name, between separators.
pub(super) fn words(name: &str) -> impl Iterator<Item = &str> {
    name.split(['-', '_', '.', '/', '@']).filter(|word| !word.is_empty())
}

/// A name without separators.
pub(super) fn flattened(name: &str) -> String {
    name.chars().filter(|c| !matches!(c, '-' | '_' | '.')).collect()
}

/// A name with what looks alike in many a font made the same: `rn` and `m`, `1` and `l`, Cyrillic and
/// Greek letters and the Latin ones.
pub(super) fn skeleton(name: &str) -> String {
    let plain: String = name.chars().map(latin).collect();
    plain.replace("rn", "m").replace("vv", "w")
}

/// The Latin letter that a letter or digit looks like.
///
/// Source: Unicode Technical Standard 39, "Unicode Security Mechanisms", confusables; those of
/// lower-case Latin letters.
fn latin(c: char) -> char {
    match c {
        '0' | 'о' | 'ο' | 'օ' => 'o',
        '1' | 'l' | 'і' | 'ı' | 'ι' | 'ӏ' => 'i',
        'а' | 'α' => 'a',
        'е' => 'e',
        'с' | 'ϲ' => 'c',
        'р' | 'ρ' => 'p',
        'х' => 'x',
        'у' => 'y',
        'ѕ' => 's',
        'ј' => 'j',
        'ԁ' => 'd',
        'һ' => 'h',
        'ո' => 'n',
        'ν' => 'v',
        'ԝ' => 'w',
        'к' | 'κ' => 'k',
        'ɡ' => 'g',
        c => c,
    }
}

#[cfg(test)]
mod tests {
    use super::{Ecosystem, characters, of, skeleton};

    #[test]
    fn the_lists_are_whole_and_in_the_form_that_is_looked_up() {
        for (ecosystem, best) in [(Ecosystem::Npm, "semver"), (Ecosystem::PyPI, "boto3")] {
            let names = of(ecosystem).unwrap();
            assert!(names.list.len() > 13_000, "{ecosystem:?}");
            assert_eq!(names.ranks.len(), names.list.len(), "a name stands there twice");
            assert!(names.rank(best).unwrap() < 10);
            for name in &names.list {
                assert_eq!(component::lookup_name(ecosystem, name), *name);
            }
        }
        assert!(of(Ecosystem::Maven).is_none());
    }

    #[test]
    fn one_edit_changes_two_characters_at_most() {
        let away = |a: &str, b: &str| (characters(a) ^ characters(b)).count_ones();
        assert_eq!(away("lodash", "lodahs"), 0);
        assert_eq!(away("lodash", "lodasg"), 2);
        assert_eq!(away("lodash", "lodashx"), 1);
    }

    #[test]
    fn letters_of_other_alphabets_look_like_latin_ones() {
        assert_eq!(skeleton("аxіоs"), skeleton("axios"));
        assert_eq!(skeleton("nurnpy"), skeleton("numpy"));
        assert_ne!(skeleton("lodash"), skeleton("axios"));
    }
}
