//! The spelling of Google's interfaces for Terraform's names.

use source_text::SmolStr;

/// `available_memory_mb` as the interface spells it: `availableMemoryMb`.
pub(crate) fn camel(name: &str) -> SmolStr {
    let mut spelled = String::with_capacity(name.len());
    for (at, word) in name.split('_').filter(|word| !word.is_empty()).enumerate() {
        if at == 0 {
            spelled.push_str(word);
            continue;
        }
        let mut letters = word.chars();
        spelled.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        spelled.push_str(letters.as_str());
    }
    SmolStr::new(spelled)
}

/// `ingressSettings` as Terraform spells it: `ingress_settings`. A run of capitals is one word:
/// `IPProtocol` is `ip_protocol`.
pub(crate) fn snake(name: &str) -> String {
    let letters: Vec<char> = name.chars().collect();
    let mut spelled = String::with_capacity(name.len() + 4);
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
    use super::{camel, snake};

    #[test]
    fn names_are_spelled_as_the_interface_and_back() {
        assert_eq!(camel("available_memory_mb"), "availableMemoryMb");
        assert_eq!(camel("name"), "name");
        assert_eq!(snake("availableMemoryMb"), "available_memory_mb");
        assert_eq!(snake("IPProtocol"), "ip_protocol");
        assert_eq!(snake("uniformBucketLevelAccess"), "uniform_bucket_level_access");
    }
}
