//! CloudFormation's spelling of Terraform's names.

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

/// `MemorySize` as Terraform spells it: `memory_size`.
pub(crate) fn snake(property: &str) -> SmolStr {
    let mut spelled = String::with_capacity(property.len() + 4);
    for letter in property.chars() {
        if letter.is_ascii_uppercase() && !spelled.is_empty() {
            spelled.push('_');
        }
        spelled.push(letter.to_ascii_lowercase());
    }
    SmolStr::new(spelled)
}

#[cfg(test)]
mod tests {
    use super::pascal;

    #[test]
    fn names_are_spelled_as_properties() {
        assert_eq!(pascal("reserved_concurrent_executions"), "ReservedConcurrentExecutions");
    }
}
