//! Names of resources as patterns, compared part by part: a `*` does not reach over a colon of the
//! first five parts of an ARN.

use cloud_names::{Arn, Pattern};

/// An ARN that may hold wildcards and placeholders, or a text that is none.
#[derive(Clone, Debug)]
pub struct Name {
    /// Service, region, account and resource; nothing for a text that is no ARN.
    parts: Option<[Pattern; 4]>,
    whole: Pattern,
}

impl Name {
    /// Reads a text. The partition is left out: a template is deployed in one.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let parts = Arn::parse_pattern(text).ok().map(|arn| {
            [arn.service, arn.region, arn.account, arn.resource].map(|part| Pattern::new(&part))
        });
        Self { parts, whole: Pattern::new(text) }
    }

    /// Whether it certainly takes in all that `other` does.
    #[must_use]
    pub fn covers(&self, other: &Self) -> bool {
        match (&self.parts, &other.parts) {
            (Some(own), Some(others)) => own.iter().zip(others).all(|(a, b)| a.covers(b)),
            _ => self.whole.covers(&other.whole),
        }
    }

    /// Whether both may take in one and the same, placeholders standing for anything.
    #[must_use]
    pub fn overlaps(&self, other: &Self) -> bool {
        match (&self.parts, &other.parts) {
            (Some(own), Some(others)) => own.iter().zip(others).all(|(a, b)| a.overlaps(b)),
            _ => self.whole.overlaps(&other.whole),
        }
    }

    /// Whether the resource's own name holds a wildcard, so that names may be chosen.
    #[must_use]
    pub fn is_open_ended(&self) -> bool {
        self.parts.as_ref().map_or(&self.whole, |[.., resource]| resource).has_wildcard()
    }
}

#[cfg(test)]
mod tests {
    use super::Name;

    #[test]
    fn parts_of_names_are_compared_one_by_one() {
        let name = |text: &str| Name::new(text);
        let build = name("arn:aws:lambda:*:*:function:build-*");
        assert!(!build.overlaps(&name("arn:aws:lambda:*:*:function:orders-*")));
        assert!(build.overlaps(&name("arn:aws-cn:lambda:*:*:function:build-a")));
        assert!(build.covers(&name("arn:aws:lambda:eu-west-1:${AWS::AccountId}:function:build-a")));
        assert!(name("arn:*").covers(&build) && name("*").covers(&build));
        assert!(name("${Role.Arn}").overlaps(&build) && !name("${Role.Arn}").covers(&build));
        assert!(!name("arn:aws:iam::*:role/a").is_open_ended());
    }
}
