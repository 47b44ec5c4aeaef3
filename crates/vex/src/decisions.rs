//! Many statements, asked about one package and flaw.

use std::{
    collections::{HashMap, HashSet},
    str::FromStr as _,
};

use package_url::PackageUrl;

use crate::{Cover, Document, Statement, cover};

/// The statements of all documents.
#[derive(Clone, Debug, Default)]
pub struct Decisions {
    statements: Vec<Statement>,
    /// The document of each statement.
    documents: Vec<usize>,
    /// By package: numbers of statements and of the package in them.
    by_package: HashMap<(String, String, String), Vec<(usize, usize)>>,
}

/// A statement about a package and a flaw.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decision<'a> {
    /// Its number among all.
    pub number: usize,
    /// What is said.
    pub statement: &'a Statement,
    /// The package of it that matched.
    pub cover: &'a Cover,
}

impl Decisions {
    /// The statements of documents, in their order.
    #[must_use]
    pub fn new(documents: impl IntoIterator<Item = Document>) -> Self {
        let mut all = Self::default();
        for (document, read) in documents.into_iter().enumerate() {
            for statement in read.statements {
                let number = all.statements.len();
                for (place, one) in statement.covers.iter().enumerate() {
                    let key = cover::package(&one.purl);
                    all.by_package.entry(key).or_default().push((number, place));
                }
                all.statements.push(statement);
                all.documents.push(document);
            }
        }
        all
    }

    /// All statements with the numbers of their documents.
    pub fn statements(&self) -> impl Iterator<Item = (usize, &Statement)> {
        self.documents.iter().copied().zip(&self.statements)
    }

    /// Every statement about a package that names any of these ids, oldest first; of one time, in the order
    /// of the documents and within them.
    #[must_use]
    pub fn about(&self, purl: &str, ids: &[impl AsRef<str>]) -> Vec<Decision<'_>> {
        let Ok(purl) = PackageUrl::from_str(purl) else { return Vec::new() };
        let Some(places) = self.by_package.get(&cover::package(&purl)) else { return Vec::new() };
        let ids: HashSet<String> = ids.iter().map(|id| id.as_ref().to_ascii_uppercase()).collect();
        let mut found: Vec<Decision<'_>> = Vec::new();
        for (number, place) in places {
            let Some(statement) = self.statements.get(*number) else { continue };
            let Some(cover) = statement.covers.get(*place) else { continue };
            let is_named = || statement.ids.iter().any(|id| ids.contains(&id.to_ascii_uppercase()));
            let is_told = found.last().is_some_and(|last| last.number == *number);
            if !is_told && cover.takes_in(&purl) && is_named() {
                found.push(Decision { number: *number, statement, cover });
            }
        }
        found.sort_by_key(|one| (one.statement.time, one.number));
        found
    }

    /// The statement that holds: the last of [`Self::about`].
    #[must_use]
    pub fn decide(&self, purl: &str, ids: &[impl AsRef<str>]) -> Option<Decision<'_>> {
        self.about(purl, ids).pop()
    }
}
