//! Names in an account, and the functions of the scanned applications that they mean.

use std::collections::HashMap;

use least_privilege::{DeployedNames, Names};

/// A function: its application and its place in that.
pub type Target = (usize, usize);

/// A name of an account that means no function, or several.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unmatched {
    /// The name.
    pub name: String,
    /// How many functions it may mean.
    pub candidates: usize,
}

/// The functions of applications by the names that an account may know them by.
pub struct Matcher {
    /// Of each application, whether it is a live account.
    is_live: Vec<bool>,
    names: Vec<Vec<DeployedNames>>,
    exact: HashMap<String, Vec<Target>>,
    logical: HashMap<String, Vec<Target>>,
    /// Functions whose name has holes, or may be cut.
    others: Vec<Target>,
}

impl std::fmt::Debug for Matcher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Matcher").field("functions", &self.names.len()).finish_non_exhaustive()
    }
}

impl Matcher {
    /// The functions of applications, by the index of the application and of the function in it.
    #[must_use]
    pub fn new(applications: &[Names<'_>]) -> Self {
        let mut matcher = Self {
            is_live: Vec::new(),
            names: Vec::new(),
            exact: HashMap::new(),
            logical: HashMap::new(),
            others: Vec::new(),
        };
        for (application, names) in applications.iter().enumerate() {
            let app = names.app();
            matcher.is_live.push(!app.live.functions.is_empty());
            let mut known = Vec::with_capacity(app.functions.len());
            for (function, it) in app.functions.iter().enumerate() {
                let deployed = DeployedNames::of(names, it);
                let target = (application, function);
                if let Some(name) = deployed.exact() {
                    matcher.exact.entry(name.to_lowercase()).or_default().push(target);
                } else if let Some(name) = deployed.logical().filter(|it| it.len() <= 24) {
                    matcher.logical.entry(name.to_owned()).or_default().push(target);
                } else {
                    matcher.others.push(target);
                }
                known.push(deployed);
            }
            matcher.names.push(known);
        }
        matcher
    }

    pub(crate) fn deployed(&self, (application, function): Target) -> Option<&DeployedNames> {
        self.names.get(application)?.get(function)
    }

    /// The functions that a name means: one of the templates and one of the live accounts at most.
    ///
    /// # Errors
    /// [`Unmatched`] when it means none, or may mean several: it tells how many.
    pub fn find(&self, name: &str) -> Result<Vec<Target>, Unmatched> {
        let made = name.rsplit_once('-').and_then(|(front, _)| front.rsplit_once('-'));
        let logical = [Some(name), made.map(|(_, logical)| logical)];
        let of_logical = logical.into_iter().flatten().filter_map(|it| self.logical.get(it));
        let listed = self.exact.get(&name.to_lowercase()).into_iter().chain(of_logical).flatten();
        let mut found: Vec<Target> = listed
            .chain(&self.others)
            .copied()
            .filter(|target| self.deployed(*target).is_some_and(|it| it.is_function(name)))
            .collect();
        found.sort_unstable();
        found.dedup();
        let is_live = |(application, _): &Target| self.is_live.get(*application) == Some(&true);
        let (live, declared): (Vec<Target>, Vec<Target>) = found.iter().copied().partition(is_live);
        let fits = |all: &[Target]| all.len() <= 1;
        if found.is_empty() || !fits(&live) || !fits(&declared) {
            return Err(Unmatched { name: name.to_owned(), candidates: found.len() });
        }
        Ok(found)
    }
}
