//! What a misspelt name of a rule was meant to be.

use crate::all;

/// The name of a rule that a word comes near: a few typing mistakes away, or with the word in it.
#[must_use]
pub fn nearest(word: &str) -> Option<&'static str> {
    let names = || all().map(|rule| rule.info.name);
    nearest_of(word, names()).or_else(|| names().find(|name| word.len() > 3 && name.contains(word)))
}

/// The candidate that is fewest typing mistakes away from `word`, when these are few for its
/// length. Upper and lower case are the same.
#[must_use]
pub fn nearest_of<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    // Longer than any name: nothing was meant, and the work grows with the length.
    if word.len() > 100 {
        return None;
    }
    let word: Vec<char> = word.to_lowercase().chars().collect();
    candidates
        .into_iter()
        .map(|candidate| (mistakes(&word, candidate), candidate))
        .min()
        .filter(|(count, candidate)| *count <= 1 + candidate.len() / 5)
        .map(|(_, candidate)| candidate)
}

/// Letters to add, drop or replace (the edit distance).
fn mistakes(word: &[char], candidate: &str) -> usize {
    let mut row: Vec<usize> = (0..=word.len()).collect();
    for (above, letter) in candidate.chars().enumerate() {
        let mut next = Vec::with_capacity(row.len());
        let mut left = above + 1;
        next.push(left);
        for (known, pair) in word.iter().zip(row.windows(2)) {
            let [diagonal, up] = *pair else { continue };
            left = (left + 1).min(up + 1).min(diagonal + usize::from(*known != letter));
            next.push(left);
        }
        row = next;
    }
    row.last().copied().unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::{nearest, nearest_of};

    #[test]
    fn few_mistakes_are_forgiven_and_many_are_not() {
        let names = ["wildcard-action", "wildcard-resource", "shared-role"];
        assert_eq!(nearest_of("wildcard-acton", names), Some("wildcard-action"));
        assert_eq!(nearest_of("Wildcard_Resources", names), Some("wildcard-resource"));
        assert_eq!(nearest_of("sharedrole", names), Some("shared-role"));
        assert_eq!(nearest_of("", names), None);
        assert_eq!(nearest_of("something-else", names), None);
    }

    #[test]
    fn a_word_within_a_name_is_enough() {
        assert_eq!(nearest("wildcard-acton"), Some("wildcard-action"));
        assert_eq!(nearest("function-url"), Some("public-function-url"));
        assert_eq!(nearest("url"), None);
    }
}
