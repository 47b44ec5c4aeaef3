//! Names of the language: its functions, and the nearest one to a misspelt name.

/// Functions whose long form is `Fn::` and this name.
const FUNCTIONS: &[&str] = &[
    "And",
    "Base64",
    "Cidr",
    "Contains",
    "EachMemberEquals",
    "EachMemberIn",
    "Equals",
    "FindInMap",
    "ForEach",
    "GetAZs",
    "GetAtt",
    "GetStackOutput",
    "If",
    "ImportValue",
    "Join",
    "Length",
    "Not",
    "Or",
    "RefAll",
    "Select",
    "Split",
    "Sub",
    "ToJsonString",
    "Transform",
    // Not of CloudFormation: what other formats are lowered to where only a deployment knows the value.
    "Unresolved",
    "ValueOf",
    "ValueOfAll",
];

/// Short tags whose long form has no `Fn::`.
const BARE: &[&str] = &["Ref", "Condition"];

/// Whether `name`, without `Fn::` and `!`, is a function of the language.
pub(crate) fn is_function(name: &str) -> bool {
    // `Fn::ForEach::Topics` carries the name of the loop.
    let head = name.split_once("::").map_or(name, |(head, _)| head);
    FUNCTIONS.binary_search(&head).is_ok()
}

/// Whether the short tag `name` has a long form without `Fn::`.
pub(crate) fn is_bare(name: &str) -> bool {
    BARE.contains(&name)
}

/// The function that is nearest to a misspelt `name`, when one is near.
pub(crate) fn nearest(name: &str) -> Option<&'static str> {
    // A name longer than any function by more than the distance allowed is near to none.
    if name.len() > 20 {
        return None;
    }
    let name = name.to_ascii_lowercase();
    FUNCTIONS
        .iter()
        .chain(BARE)
        .map(|function| (distance(&name, &function.to_ascii_lowercase()), *function))
        .min()
        .filter(|(distance, function)| *distance <= function.len().div_ceil(3))
        .map(|(_, function)| function)
}

/// Insertions, deletions and replacements that turn one name into the other.
fn distance(from: &str, to: &str) -> usize {
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (line, a) in from.bytes().enumerate() {
        let mut diagonal = line;
        let mut left = line + 1;
        for (cell, b) in row.iter_mut().zip(std::iter::once(None).chain(to.bytes().map(Some))) {
            let Some(b) = b else {
                *cell = left;
                continue;
            };
            let replaced = diagonal + usize::from(a != b);
            diagonal = *cell;
            left = replaced.min(*cell + 1).min(left + 1);
            *cell = left;
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{FUNCTIONS, distance, nearest};

    #[test]
    fn the_functions_are_sorted_for_the_search() {
        assert!(FUNCTIONS.is_sorted());
    }

    #[test]
    fn distances_count_single_changes() {
        assert_eq!(distance("gett", "getatt"), 2);
        assert_eq!(distance("sub", "sub"), 0);
        assert_eq!(distance("", "sub"), 3);
        assert_eq!(distance("kitten", "sitting"), 3);
    }

    #[test]
    fn a_misspelt_name_has_a_nearest_function() {
        assert_eq!(nearest("Gett"), Some("GetAtt"));
        assert_eq!(nearest("ref"), Some("Ref"));
        assert_eq!(nearest("getatt"), Some("GetAtt"));
        assert_eq!(nearest("FindinMap"), Some("FindInMap"));
        assert_eq!(nearest("Frobnicate"), None);
    }
}
