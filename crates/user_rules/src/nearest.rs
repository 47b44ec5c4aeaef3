//! What a misspelt word was meant to be.

/// The candidate that is fewest typing mistakes away from `word`, when these are few for its length.
pub(crate) fn nearest<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    // Longer than any name: nothing was meant, and the work grows with the length.
    if word.len() > 100 {
        return None;
    }
    let word: Vec<char> = word.to_lowercase().chars().collect();
    let near =
        candidates.into_iter().map(|candidate| (mistakes(&word, candidate), candidate)).min();
    near.filter(|(count, candidate)| *count <= 1 + candidate.len() / 5).map(|(_, it)| it)
}

/// Letters to add, drop or replace (the edit distance).
fn mistakes(word: &[char], candidate: &str) -> usize {
    let mut row: Vec<usize> = (0..=word.len()).collect();
    for (above, letter) in candidate.to_lowercase().chars().enumerate() {
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
