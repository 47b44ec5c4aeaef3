//! ARM's spelling of Terraform's names.

use source_text::SmolStr;

/// `start_ip_address` as ARM spells it: `startIpAddress`.
pub(crate) fn camel(name: &str) -> SmolStr {
    let mut spelled = String::with_capacity(name.len());
    for word in name.split('_') {
        let mut letters = word.chars();
        if !spelled.is_empty()
            && let Some(first) = letters.next()
        {
            spelled.push(first.to_ascii_uppercase());
        }
        spelled.push_str(letters.as_str());
    }
    SmolStr::new(spelled)
}

#[cfg(test)]
mod tests {
    use super::camel;

    #[test]
    fn names_are_spelled_as_properties() {
        assert_eq!(camel("start_ip_address"), "startIpAddress");
        assert_eq!(camel("enabled"), "enabled");
    }
}
