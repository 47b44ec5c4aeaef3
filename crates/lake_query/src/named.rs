//! Queries that have a name, each a file with a head that says what it answers.

use std::{collections::BTreeMap, fmt::Write as _, sync::LazyLock};

use crate::QueryError;

/// The files, by name.
const FILES: [(&str, &str); 15] = [
    ("addresses", include_str!("../queries/addresses.sql")),
    ("credentials-outside", include_str!("../queries/credentials-outside.sql")),
    ("denied-calls", include_str!("../queries/denied-calls.sql")),
    ("deployments", include_str!("../queries/deployments.sql")),
    ("first-calls", include_str!("../queries/first-calls.sql")),
    ("function-invokers", include_str!("../queries/function-invokers.sql")),
    ("identity-changes", include_str!("../queries/identity-changes.sql")),
    ("new-regions", include_str!("../queries/new-regions.sql")),
    ("role-usage", include_str!("../queries/role-usage.sql")),
    ("root-use", include_str!("../queries/root-use.sql")),
    ("secrets-in-bulk", include_str!("../queries/secrets-in-bulk.sql")),
    ("silent-roles", include_str!("../queries/silent-roles.sql")),
    ("unused-calls", include_str!("../queries/unused-calls.sql")),
    ("volume", include_str!("../queries/volume.sql")),
    ("weakened-logging", include_str!("../queries/weakened-logging.sql")),
];

/// Bytes of the longest value of a parameter.
const MOST_VALUE: usize = 2_048;

static QUERIES: LazyLock<Vec<NamedQuery>> =
    LazyLock::new(|| FILES.iter().map(|(name, text)| NamedQuery::read(name, text)).collect());

/// A query that has a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedQuery {
    /// Words with hyphens.
    pub name: &'static str,
    /// A few words.
    pub title: &'static str,
    /// What it answers.
    pub question: &'static str,
    /// What may be said about it, in the order of the file.
    pub parameters: Vec<Parameter>,
    /// ANSI SQL over the table `events`; `:name` stands for a parameter.
    pub sql: &'static str,
}

/// What may be said about a query.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// One word.
    pub name: &'static str,
    /// What a value looks like.
    pub kind: Kind,
    /// The value when none is given.
    pub default: &'static str,
    /// What it is for.
    pub meaning: &'static str,
}

/// What a value looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Any text without control characters.
    Text,
    /// A whole number, 0 or more.
    Number,
    /// A day: `2026-01-31`.
    Day,
}

/// The named queries, by name.
#[must_use]
pub fn queries() -> &'static [NamedQuery] {
    &QUERIES
}

/// The query of a name.
///
/// # Errors
/// [`QueryError::NoSuchQuery`]
pub fn named(name: &str) -> Result<&'static NamedQuery, QueryError> {
    let found = queries().iter().find(|query| query.name == name);
    found.ok_or_else(|| QueryError::NoSuchQuery { name: name.to_owned() })
}

impl NamedQuery {
    /// Reads a file. Its head is what the tests hold it to.
    fn read(name: &'static str, text: &'static str) -> Self {
        let mut query =
            Self { name, title: "", question: "", parameters: Vec::new(), sql: text.trim() };
        let mut rest = text;
        while let Some((line, behind)) = rest.split_once('\n') {
            let Some(line) = line.strip_prefix("-- ") else { break };
            rest = behind;
            if let Some(title) = line.strip_prefix("title: ") {
                query.title = title;
            } else if let Some(question) = line.strip_prefix("question: ") {
                query.question = question;
            } else if let Some(parameter) = line.strip_prefix("parameter ") {
                query.parameters.extend(Parameter::read(parameter));
            }
        }
        query.sql = rest.trim();
        query
    }

    /// The SQL with values in the place of parameters, as literals.
    ///
    /// # Errors
    /// [`QueryError`] when a parameter is not one of the query's, or a value not of its kind.
    pub fn bind(&self, values: &BTreeMap<String, String>) -> Result<String, QueryError> {
        if let Some(name) =
            values.keys().find(|name| !self.parameters.iter().any(|it| it.name == **name))
        {
            let known = self.parameters.iter().map(|it| it.name.to_owned()).collect();
            let query = self.name.to_owned();
            return Err(QueryError::NoSuchParameter { query, name: name.clone(), known });
        }
        let mut sql = String::with_capacity(self.sql.len() + 64);
        let mut rest = self.sql;
        while let Some((before, behind)) = rest.split_once(':') {
            sql.push_str(before);
            let end = behind.find(|sign: char| !sign.is_ascii_alphanumeric());
            let (word, behind) = behind.split_at(end.unwrap_or(behind.len()));
            match self.parameters.iter().find(|it| it.name == word) {
                Some(parameter) => {
                    let value = values.get(word).map_or(parameter.default, String::as_str);
                    parameter.literal(value, &mut sql)?;
                }
                // A colon in a literal.
                None => {
                    let _ = write!(sql, ":{word}");
                }
            }
            rest = behind;
        }
        sql.push_str(rest);
        Ok(sql)
    }
}

impl Parameter {
    /// Reads `name kind default: meaning`.
    fn read(line: &'static str) -> Option<Self> {
        let (head, meaning) = line.split_once(": ")?;
        let mut words = head.split(' ');
        let name = words.next()?;
        let kind = match words.next()? {
            "text" => Kind::Text,
            "number" => Kind::Number,
            "day" => Kind::Day,
            _ => return None,
        };
        Some(Self { name, kind, default: words.next()?, meaning })
    }

    fn literal(&self, value: &str, sql: &mut String) -> Result<(), QueryError> {
        let odd = |expected| QueryError::OddValue {
            name: self.name.to_owned(),
            value: value.chars().take(100).collect(),
            expected,
        };
        match self.kind {
            Kind::Number => {
                let number: u32 = value.parse().map_err(|_| odd("write a number, 0 or more"))?;
                let _ = write!(sql, "{number}");
            }
            Kind::Day => {
                let day = lake_store::Day::parse(value).ok_or_else(|| odd("write `2026-01-31`"))?;
                let _ = write!(sql, "'{day}'");
            }
            // A backslash ends a literal in some dialects and not in others.
            Kind::Text
                if value.len() > MOST_VALUE
                    || value.chars().any(|sign| sign.is_control() || sign == '\\') =>
            {
                return Err(odd("write a text without control characters and backslashes"));
            }
            Kind::Text => {
                let _ = write!(sql, "'{}'", value.replace('\'', "''"));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::{named, queries};

    fn values(name: &str, value: &str) -> BTreeMap<String, String> {
        BTreeMap::from([(name.to_owned(), value.to_owned())])
    }

    #[test]
    fn every_query_says_what_it_answers() {
        let mut names = Vec::new();
        for query in queries() {
            names.push(query.name);
            assert!(
                !query.title.is_empty() && query.question.ends_with(['?', '.']),
                "{}",
                query.name
            );
            assert!(query.sql.starts_with("SELECT\n"), "{}", query.name);
            for parameter in &query.parameters {
                let used = format!(":{}", parameter.name);
                assert!(query.sql.contains(&used), "{}: {used}", query.name);
            }
            let bound = query.bind(&BTreeMap::new()).unwrap();
            assert!(!bound.contains(':') || bound.contains(":assumed-role/"), "{bound}");
            // Slow in DataFusion, see the measurements.
            assert!(!bound.to_ascii_uppercase().contains("COUNT("), "{}", query.name);
        }
        assert!(names.is_sorted());
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/queries");
        assert_eq!(std::fs::read_dir(folder).unwrap().count(), names.len());
    }

    #[test]
    fn values_are_literals_and_nothing_else() {
        let usage = named("role-usage").unwrap();
        let bound = usage.bind(&values("role", "x' OR '1'='1")).unwrap();
        assert!(bound.contains("LIKE 'x'' OR ''1''=''1'"), "{bound}");
        assert!(usage.bind(&values("role", "a\\")).is_err());
        assert!(usage.bind(&values("role", "a\nb")).is_err());
        assert!(usage.bind(&values("since", "2026-1-1")).is_err());
        assert!(usage.bind(&values("since", "2026-01-01' OR 1=1")).is_err());
        assert!(named("addresses").unwrap().bind(&values("least", "-1")).is_err());
        let error = usage.bind(&values("rolle", "x")).unwrap_err().to_string();
        assert_eq!(
            error,
            "the query `role-usage` has no parameter `rolle`; it has `role`, `since`, `until`"
        );
    }

    proptest! {
        #[test]
        fn a_text_is_one_token(value in "[^\\\\]{0,40}") {
            if let Ok(bound) = named("role-usage").unwrap().bind(&values("role", &value)) {
                let parts: Vec<_> = bound.split('\'').collect();
                prop_assert_eq!(parts.len() % 2, 1);
                let doubled = value.replace('\'', "''");
                let expect = format!("LIKE '{doubled}'\n");
                prop_assert!(bound.contains(&expect));
            }
        }
    }
}
