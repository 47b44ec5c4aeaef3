//! Why a query is not run, or failed.

use datafusion::error::DataFusionError;

/// Why a query is not run, or failed.
#[derive(Debug, thiserror::Error)]
pub enum QueryError {
    /// The engine refuses it, or failed.
    #[error("{reason}")]
    Engine {
        /// What the engine says.
        reason: String,
        /// Whether there was not enough memory.
        is_out_of_memory: bool,
    },
    /// The lake cannot be read.
    #[error(transparent)]
    Lake(#[from] lake_store::LakeError),
    /// There is no named query of that name.
    #[error("there is no query `{name}`; `faasguard-lake queries` lists them")]
    NoSuchQuery {
        /// What was asked for.
        name: String,
    },
    /// A named query has no such parameter.
    #[error("the query `{query}` has no parameter `{name}`{}", list_of(.known))]
    NoSuchParameter {
        /// The query.
        query: String,
        /// The parameter.
        name: String,
        /// Those that it has.
        known: Vec<String>,
    },
    /// A value is none of the parameter's kind.
    #[error("`{value}` is no value for `{name}`: {expected}")]
    OddValue {
        /// The parameter.
        name: String,
        /// What was given.
        value: String,
        /// What is asked for.
        expected: &'static str,
    },
    /// A file of the lake has a name that the engine cannot read.
    #[error("`{url}` cannot be named to the engine")]
    OddUrl {
        /// The file.
        url: String,
    },
}

fn list_of(known: &[String]) -> String {
    if known.is_empty() { String::new() } else { format!("; it has `{}`", known.join("`, `")) }
}

impl From<DataFusionError> for QueryError {
    fn from(error: DataFusionError) -> Self {
        let is_out_of_memory = matches!(error.find_root(), DataFusionError::ResourcesExhausted(_));
        Self::Engine { reason: error.strip_backtrace(), is_out_of_memory }
    }
}
