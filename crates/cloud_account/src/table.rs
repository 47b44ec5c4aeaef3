//! The table of read operations: what is asked, in which protocol, about what earlier answers named.
//!
//! A new resource is a row of `data/operations.toml`; the form of rows stands at its head.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

/// The table that is built in.
const ROWS: &str = include_str!("../data/operations.toml");

/// Verbs of operations that read. One more is let in by its whole name: it makes the report that
/// `GetServiceLastAccessedDetails` then reads.
const VERBS: [&str; 4] = ["List", "Describe", "Get", "BatchGet"];
const REPORT: &str = "GenerateServiceLastAccessedDetails";

/// Operations with a reading verb whose answers hold what nobody here wants to have.
const NEVER: [&str; 14] = [
    "GetSecretValue",
    "BatchGetSecretValue",
    "GetParameter",
    "GetParameters",
    "GetParametersByPath",
    "GetParameterHistory",
    "GetObject",
    "GetItem",
    "BatchGetItem",
    "GetRecords",
    "GetLogEvents",
    "GetSessionToken",
    "GetFederationToken",
    "GetRandomPassword",
];

/// Why a table cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TableError {
    /// No TOML, or not its form.
    #[error("the table of operations cannot be read: {0}")]
    Form(String),
    /// A row that says something that cannot be.
    #[error("the table of operations: {row}: {problem}")]
    Row {
        /// `service:Operation`
        row: String,
        /// What is wrong.
        problem: String,
    },
}

/// How questions and answers of a service are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Protocol {
    /// A path and JSON.
    RestJson,
    /// A path and XML.
    RestXml,
    /// JSON with the name in a header, `application/x-amz-json-1.0`.
    #[serde(rename = "json-1.0")]
    Json10,
    /// The same, 1.1.
    #[serde(rename = "json-1.1")]
    Json11,
    /// A form, answered with XML.
    Query,
}

/// All services.
#[derive(Clone, Debug)]
pub struct Table {
    /// In the order of the file.
    pub services: Vec<Service>,
}

/// One service.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Service {
    /// As IAM spells it, and as answers name it.
    pub name: String,
    /// The name that it signs with, when another one.
    #[serde(default)]
    signing: Option<String>,
    /// Its part of host names, when another one.
    #[serde(default)]
    host: Option<String>,
    /// How it is talked to.
    pub protocol: Protocol,
    /// JSON: what stands before the operation in the header.
    #[serde(default)]
    pub target: String,
    /// Query: the version.
    #[serde(default)]
    pub version: String,
    /// The same in every region: the host of each partition, and the region that is signed for.
    #[serde(default)]
    pub global: BTreeMap<String, (String, String)>,
    /// Requests a second in one region that it is asked at most.
    #[serde(default = "default_rate")]
    pub rate: f64,
    /// Resources of its actions in the policy that the snapshot needs; all when none.
    #[serde(default)]
    pub grant: Vec<String>,
    /// Its operations.
    #[serde(default, rename = "ask")]
    pub asks: Vec<Ask>,
}

const fn default_rate() -> f64 {
    10.0
}

/// One operation.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "Row")]
pub struct Ask {
    /// As the service spells it.
    pub name: String,
    /// The method of REST.
    pub method: String,
    /// The path of REST, with `{parameter}`.
    pub path: String,
    /// Parameters that are always the same.
    pub with: BTreeMap<String, Value>,
    /// The earlier list, and what its elements give.
    pub each: Option<Each>,
    /// One parameter that takes several values.
    pub choice: Option<(String, Vec<String>)>,
    /// Parameter and place of the token of the next page.
    pub page: Option<(String, String)>,
    /// Lists that are joined over pages.
    pub lists: Vec<String>,
    /// XML: elements that are arrays, whatever they hold: `Name` of wrapped members, `Name/Member` where the
    /// member has another name, `+Name` where the element itself repeats.
    pub arrays: Vec<String>,
    /// Errors that say that there is none.
    pub none: Vec<String>,
    /// Members that are never written.
    pub drop: Vec<String>,
    /// Members with values that `--no-values` leaves out.
    pub values: Vec<String>,
    /// IAM actions; the name of service and operation when none.
    pub actions: Vec<String>,
    /// Only elements whose member has this value; `@region` is the region that is asked.
    pub only: Option<(String, String)>,
    /// A report that is being made: the member that says so, and the word that says that it is not done.
    pub wait: Option<(String, String)>,
}

/// What an operation is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Each {
    /// Service and operation of the earlier answer.
    pub operation: (String, String),
    /// Where in it the list stands; empty for the answer itself.
    pub list: String,
    /// Parameters and where their values stand.
    pub from: Vec<(String, Origin)>,
}

/// Where a parameter comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The element itself.
    Element,
    /// A member of it, names joined with `.`.
    Member(String),
    /// The parameter of this name of the earlier question.
    Before(String),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    name: String,
    #[serde(default)]
    path: String,
    #[serde(default)]
    with: BTreeMap<String, Value>,
    #[serde(default)]
    each: Option<String>,
    #[serde(default)]
    from: Vec<String>,
    #[serde(default)]
    choice: Option<String>,
    #[serde(default)]
    page: Option<String>,
    #[serde(default)]
    lists: Vec<String>,
    #[serde(default)]
    arrays: Vec<String>,
    #[serde(default)]
    none: Vec<String>,
    #[serde(default)]
    drop: Vec<String>,
    #[serde(default)]
    values: Vec<String>,
    #[serde(default)]
    actions: Vec<String>,
    #[serde(default)]
    wait: Option<String>,
    #[serde(default)]
    only: Option<String>,
}

impl TryFrom<Row> for Ask {
    type Error = String;

    fn try_from(row: Row) -> Result<Self, String> {
        let pair = |text: &str, by: &str| {
            let (left, right) = text.split_once(by)?;
            Some((left.trim().to_owned(), right.trim().to_owned()))
        };
        let wrong = |what: &str| format!("`{}`: {what}", row.name);
        let (method, path) = match row.path.as_str() {
            "" => ("POST".to_owned(), "/".to_owned()),
            text => pair(text, " ").ok_or_else(|| wrong("`path` is `METHOD /path`"))?,
        };
        let each = match &row.each {
            None => None,
            Some(text) => {
                let (operation, list) =
                    pair(text, " ").unwrap_or_else(|| (text.clone(), String::new()));
                let operation = pair(&operation, ":")
                    .ok_or_else(|| wrong("`each` is `service:Operation list`"))?;
                let from = row.from.iter().map(|it| {
                    let (parameter, origin) = pair(it, "=")?;
                    let origin = match (origin.as_str(), origin.strip_prefix('^')) {
                        ("$", _) => Origin::Element,
                        (_, Some(name)) => Origin::Before(name.to_owned()),
                        _ => Origin::Member(origin),
                    };
                    Some((parameter, origin))
                });
                let from = from.collect::<Option<Vec<_>>>();
                let from = from.ok_or_else(|| wrong("`from` is `parameter=place`"))?;
                Some(Each { operation, list, from })
            }
        };
        let choice = row.choice.as_deref().map(|text| {
            let (parameter, words) = pair(text, "=")?;
            Some((parameter, words.split('|').map(str::to_owned).collect()))
        });
        Ok(Self {
            method,
            path,
            each,
            choice: choice.map(|it| it.ok_or_else(|| wrong("`choice` is `p=a|b`"))).transpose()?,
            page: row
                .page
                .as_deref()
                .map(|it| pair(it, "<").ok_or_else(|| wrong("`page` is `in<out`")))
                .transpose()?,
            wait: row
                .wait
                .as_deref()
                .map(|it| pair(it, "=").ok_or_else(|| wrong("`wait` is `member=WORD`")))
                .transpose()?,
            only: row
                .only
                .as_deref()
                .map(|it| pair(it, "=").ok_or_else(|| wrong("`only` is `member=value`")))
                .transpose()?,
            name: row.name,
            with: row.with,
            lists: row.lists,
            arrays: row.arrays,
            none: row.none,
            drop: row.drop,
            values: row.values,
            actions: row.actions,
        })
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    service: Vec<Service>,
}

impl Service {
    /// The name that requests are signed for.
    #[must_use]
    pub fn signing(&self) -> &str {
        self.signing.as_deref().unwrap_or(&self.name)
    }

    /// Its part of host names.
    #[must_use]
    pub fn host(&self) -> &str {
        self.host.as_deref().unwrap_or(&self.name)
    }

    /// Whether it is the same in every region.
    #[must_use]
    pub fn is_global(&self) -> bool {
        !self.global.is_empty()
    }
}

impl Table {
    /// The table that is built in.
    ///
    /// # Errors
    /// [`TableError`], which a test of this crate excludes.
    pub fn built_in() -> Result<Self, TableError> {
        Self::parse(ROWS)
    }

    /// A table out of TOML.
    ///
    /// # Errors
    /// [`TableError`] when a row cannot be, writes, or asks for what is kept secret.
    pub fn parse(text: &str) -> Result<Self, TableError> {
        let file: File =
            toml::from_str(text).map_err(|error| TableError::Form(error.to_string()))?;
        let table = Self { services: file.service };
        table.check()?;
        Ok(table)
    }

    /// The operation with these names.
    #[must_use]
    pub fn find(&self, service: &str, operation: &str) -> Option<(&Service, &Ask)> {
        self.rows().find(|(it, ask)| it.name == service && ask.name == operation)
    }

    /// Every row.
    pub fn rows(&self) -> impl Iterator<Item = (&Service, &Ask)> {
        self.services.iter().flat_map(|service| service.asks.iter().map(move |ask| (service, ask)))
    }

    fn check(&self) -> Result<(), TableError> {
        for (at, (service, ask)) in self.rows().enumerate() {
            let problem = problem_of(service, ask)
                .or_else(|| {
                    let before = self.rows().take(at);
                    let mut same = before
                        .filter(|(it, other)| it.name == service.name && other.name == ask.name);
                    same.next().map(|_| "it stands twice".to_owned())
                })
                .or_else(|| self.missing_before(ask));
            if let Some(problem) = problem {
                return Err(TableError::Row {
                    row: format!("{}:{}", service.name, ask.name),
                    problem,
                });
            }
        }
        Ok(())
    }

    fn missing_before(&self, ask: &Ask) -> Option<String> {
        let each = ask.each.as_ref()?;
        let (service, operation) = &each.operation;
        if self.find(service, operation).is_none() {
            return Some(format!("it follows `{service}:{operation}`, which no row asks"));
        }
        each.from.is_empty().then(|| "`each` needs `from`".to_owned())
    }
}

fn problem_of(service: &Service, ask: &Ask) -> Option<String> {
    let reads = VERBS.iter().any(|verb| ask.name.starts_with(verb)) || ask.name == REPORT;
    if !reads {
        return Some("only operations that read may stand here".to_owned());
    }
    if NEVER.contains(&ask.name.as_str()) || ask.name.contains("SecretValue") {
        return Some("its answer holds secrets or data".to_owned());
    }
    let is_rest = matches!(service.protocol, Protocol::RestJson | Protocol::RestXml);
    if is_rest && !matches!(ask.method.as_str(), "GET" | "POST") {
        return Some(
            "a method that reads is GET, or POST with the question in its body".to_owned(),
        );
    }
    if ask.page.is_some() && ask.lists.is_empty() {
        return Some("pages need `lists` that are joined".to_owned());
    }
    match service.protocol {
        Protocol::Json10 | Protocol::Json11 if service.target.is_empty() => {
            Some("its service has no `target`".to_owned())
        }
        Protocol::Query if service.version.is_empty() => {
            Some("its service has no `version`".to_owned())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{Table, TableError};

    #[test]
    fn the_table_only_reads_and_every_row_can_be_asked() {
        let table = Table::built_in().unwrap();
        assert!(table.rows().count() > 100, "{}", table.rows().count());
        for (service, ask) in table.rows() {
            let name = format!("{}:{}", service.name, ask.name);
            let verbs =
                ["List", "Describe", "Get", "BatchGet", "GenerateServiceLastAccessedDetails"];
            assert!(verbs.iter().any(|it| ask.name.starts_with(it)), "{name}");
            let secret =
                ["SecretValue", "GetParameter", "GetObject", "Decrypt", "GetItem", "GetRecords"];
            assert!(!secret.iter().any(|it| ask.name.contains(it)), "{name}");
            for action in &ask.actions {
                assert!(action.contains(':'), "{name}");
            }
        }
    }

    #[test]
    fn a_row_that_writes_or_reads_secrets_is_refused() {
        let row = |operation: &str| {
            format!(
                "[[service]]\nname = \"a\"\nprotocol = \"json-1.1\"\ntarget = \"A\"\n[[service.ask]]\nname = \"{operation}\""
            )
        };
        assert!(Table::parse(&row("ListThings")).is_ok());
        for odd in ["DeleteThing", "GetSecretValue", "GetParameters", "Getaway\\u0000", "GetObject"]
        {
            let refused = Table::parse(&row(odd));
            let is_fine = odd.starts_with("Getaway");
            assert_eq!(
                matches!(refused, Err(TableError::Row { .. })),
                !is_fine,
                "{odd}: {refused:?}"
            );
        }
        let lonely = row("GetThing") + "\neach = \"b:ListThings Things\"\nfrom = [\"Name=Name\"]";
        let error = Table::parse(&lonely).unwrap_err().to_string();
        assert!(error.contains("which no row asks"), "{error}");
    }
}
