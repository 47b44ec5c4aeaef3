//! Identity of a finding that survives moved lines and reordered resources.

use std::fmt::Write as _;

use sha2::{Digest, Sha256};

use crate::RuleKey;

/// What a fingerprint is made of: never a line, never a message's wording.
#[derive(Clone, Copy, Debug)]
pub struct FingerprintParts<'a> {
    /// The rule.
    pub rule: RuleKey,
    /// Path of the file, relative to the scanned root.
    pub path: &'a str,
    /// Logical name of the function, or empty.
    pub function: &'a str,
    /// Logical name of the resource, or empty.
    pub resource: &'a str,
    /// Property within the resource, or empty.
    pub property: &'a str,
    /// Package URL without the version of the component that has the flaw, or empty.
    pub component: &'a str,
    /// First name of the known flaw, or empty.
    pub advisory: &'a str,
    /// Which one of several findings that are equal in all the rest, from 0, in order of place.
    pub ordinal: usize,
}

/// 16 hex digits of SHA-256 over the parts.
#[must_use]
pub fn fingerprint(parts: &FingerprintParts<'_>) -> String {
    let mut hash = Sha256::new();
    // A separator that no part can hold keeps ("ab", "c") apart from ("a", "bc").
    for part in
        [&parts.rule.to_string(), parts.path, parts.function, parts.resource, parts.property]
    {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    // What has no component keeps the identity that it had before components were known.
    if !parts.component.is_empty() || !parts.advisory.is_empty() {
        for part in [parts.component, parts.advisory] {
            hash.update(part.as_bytes());
            hash.update([0]);
        }
    }
    hash.update(parts.ordinal.to_string().as_bytes());
    let mut text = String::with_capacity(16);
    for byte in hash.finalize().iter().take(8) {
        // Writing to a `String` cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{FingerprintParts, fingerprint};
    use crate::RuleId;

    #[test]
    fn every_part_changes_the_fingerprint() {
        let base = FingerprintParts {
            rule: RuleId { risk: 4, rule: 1 }.into(),
            path: "template.yaml",
            function: "CreateOrder",
            resource: "Role",
            property: "Policies",
            component: "",
            advisory: "",
            ordinal: 0,
        };
        let all = [
            base,
            FingerprintParts { rule: RuleId { risk: 4, rule: 2 }.into(), ..base },
            FingerprintParts { path: "other.yaml", ..base },
            FingerprintParts { function: "", ..base },
            FingerprintParts { resource: "RoleP", property: "olicies", ..base },
            FingerprintParts { component: "pkg:npm/a", ..base },
            FingerprintParts { advisory: "pkg:npm/a", ..base },
            FingerprintParts { component: "pkg:npm/a", advisory: "CVE-1", ..base },
            FingerprintParts { ordinal: 1, ..base },
        ];
        let prints: std::collections::BTreeSet<_> = all.iter().map(fingerprint).collect();
        assert_eq!(prints.len(), all.len());
        assert!(prints.iter().all(|print| print.len() == 16));
    }
}
