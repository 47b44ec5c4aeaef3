//! The policies that AWS keeps, and what they allow.

/// One policy that AWS keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ManagedPolicy {
    /// Name without path: `AWSLambdaBasicExecutionRole`.
    pub name: &'static str,
    /// The grants, as the table writes them.
    grants: &'static str,
}

/// Where an allow of a managed policy holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reach {
    /// On every resource, without a condition.
    Everything,
    /// On every resource, under a condition.
    Conditional,
    /// On some resources only.
    Narrow,
}

/// Looks a policy up by ARN (`arn:aws:iam::aws:policy/service-role/AWSLambdaRole`), path or name.
#[must_use]
pub fn find(name: &str) -> Option<ManagedPolicy> {
    let _ = name;
    None
}

impl ManagedPolicy {
    /// The action patterns that it allows, with where they hold: `("s3:*", Reach::Everything)`.
    pub fn allows(&self) -> impl Iterator<Item = (String, Reach)> {
        let _ = self.grants;
        std::iter::empty()
    }

    /// Whether it allows every action on every resource.
    #[must_use]
    pub fn is_admin(&self) -> bool {
        false
    }

    /// Whether it hands out a whole service: it is named so or allows `service:*` on everything.
    #[must_use]
    pub fn is_full_access(&self) -> bool {
        false
    }

    /// The services of which it allows every action on every resource; `*` for all.
    pub fn whole_services(&self) -> impl Iterator<Item = &'static str> {
        std::iter::empty()
    }

    /// The ways up that it opens.
    #[must_use]
    pub fn escalations(&self) -> Vec<&'static crate::escalation::Path> {
        Vec::new()
    }

    /// Whether AWS has withdrawn it in favour of another.
    #[must_use]
    pub fn replacement(&self) -> Option<&'static str> {
        None
    }
}
