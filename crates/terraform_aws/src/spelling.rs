//! Terraform's spelling of names and CloudFormation's.

use source_text::SmolStr;

/// `memory_size` as CloudFormation spells it: `MemorySize`.
pub(crate) fn pascal(name: &str) -> SmolStr {
    let mut spelled = String::with_capacity(name.len());
    for word in name.split('_') {
        let mut letters = word.chars();
        spelled.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        spelled.push_str(letters.as_str());
    }
    SmolStr::new(spelled)
}

/// `MemorySize` as Terraform spells it: `memory_size`. A run of capitals is one word.
pub(crate) fn snake(name: &str) -> String {
    let mut spelled = String::with_capacity(name.len() + 4);
    let letters: Vec<char> = name.chars().collect();
    for (at, letter) in letters.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|at| letters.get(at));
        let after = letters.get(at + 1);
        let begins = letter.is_ascii_uppercase()
            && before.is_some_and(|before| {
                !before.is_ascii_uppercase() || after.is_some_and(char::is_ascii_lowercase)
            });
        if begins {
            spelled.push('_');
        }
        spelled.push(letter.to_ascii_lowercase());
    }
    spelled
}

#[cfg(test)]
mod tests {
    use super::{pascal, snake};

    #[test]
    fn names_are_spelled_both_ways() {
        assert_eq!(pascal("reserved_concurrent_executions"), "ReservedConcurrentExecutions");
        assert_eq!(snake("ReservedConcurrentExecutions"), "reserved_concurrent_executions");
        assert_eq!(snake("KMSKeyId"), "kms_key_id");
        assert_eq!(snake("CallbackURLs"), "callback_ur_ls");
    }
}
