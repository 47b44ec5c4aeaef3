//! The condition under which something holds, as a conjunction that people can read.

use std::fmt;

use smol_str::SmolStr;

/// A conjunction of conditions and parameter choices; empty means always.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct When {
    /// Conditions of the template by name, and whether each is true.
    pub conditions: Vec<(SmolStr, bool)>,
    /// Parameters and the value that each has.
    pub parameters: Vec<(SmolStr, SmolStr)>,
    /// Parameters that keep their default.
    pub defaults: Vec<SmolStr>,
}

impl When {
    /// Always.
    pub const ALWAYS: Self =
        Self { conditions: Vec::new(), parameters: Vec::new(), defaults: Vec::new() };

    /// When a condition of the template is true, or false.
    #[must_use]
    pub fn condition(name: impl Into<SmolStr>, is_true: bool) -> Self {
        Self { conditions: vec![(name.into(), is_true)], ..Self::ALWAYS }
    }

    /// When a parameter has a value.
    #[must_use]
    pub fn parameter(name: impl Into<SmolStr>, value: impl Into<SmolStr>) -> Self {
        Self { parameters: vec![(name.into(), value.into())], ..Self::ALWAYS }
    }

    /// When a parameter keeps its default.
    #[must_use]
    pub fn default_of(name: impl Into<SmolStr>) -> Self {
        Self { defaults: vec![name.into()], ..Self::ALWAYS }
    }

    /// Whether nothing is asked.
    #[must_use]
    pub fn is_always(&self) -> bool {
        self.conditions.is_empty() && self.parameters.is_empty() && self.defaults.is_empty()
    }

    /// Whether all that is asked is that parameters keep their defaults.
    #[must_use]
    pub fn is_default_only(&self) -> bool {
        self.conditions.is_empty() && self.parameters.is_empty() && !self.defaults.is_empty()
    }

    /// Both; `None` when they contradict each other.
    #[must_use]
    pub fn and(&self, other: &Self) -> Option<Self> {
        let mut both = self.clone();
        for (name, is_true) in &other.conditions {
            match both.conditions.iter().find(|(known, _)| known == name) {
                Some((_, known)) if known != is_true => return None,
                Some(_) => {}
                None => both.conditions.push((name.clone(), *is_true)),
            }
        }
        for (name, value) in &other.parameters {
            match both.parameters.iter().find(|(known, _)| known == name) {
                Some((_, known)) if known != value => return None,
                Some(_) => {}
                None => both.parameters.push((name.clone(), value.clone())),
            }
        }
        for name in &other.defaults {
            if !both.defaults.contains(name) {
                both.defaults.push(name.clone());
            }
        }
        Some(both)
    }

    /// Words for a finding's `when`; `None` when it holds always.
    #[must_use]
    pub fn words(&self) -> Option<String> {
        (!self.is_always()).then(|| self.to_string())
    }
}

impl fmt::Display for When {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let conditions = self.conditions.iter().map(|(name, is_true)| {
            if *is_true { format!("`{name}`") } else { format!("not `{name}`") }
        });
        let parameters =
            self.parameters.iter().map(|(name, value)| format!("`{name}` is `{value}`"));
        let defaults = self.defaults.iter().map(|name| format!("`{name}` keeps its default"));
        let parts: Vec<_> = conditions.chain(parameters).chain(defaults).collect();
        f.write_str(&parts.join(" and "))
    }
}

#[cfg(test)]
mod tests {
    use super::When;

    #[test]
    fn a_condition_and_its_negation_contradict() {
        let prod = When::condition("IsProd", true);
        assert_eq!(prod.and(&When::condition("IsProd", false)), None);
        assert_eq!(prod.and(&prod), Some(prod.clone()));
        let both = prod.and(&When::parameter("Stage", "eu")).unwrap();
        assert_eq!(both.to_string(), "`IsProd` and `Stage` is `eu`");
        assert_eq!(both.and(&When::parameter("Stage", "us")), None);
        assert_eq!(When::ALWAYS.words(), None);
    }
}
