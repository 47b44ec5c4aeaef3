//! The JSON form, `faasguard-trail-usage/1`: written, and read back.

use serde::{Deserialize, Serialize};

use crate::usage::{Principal, Totals, Unmapped, Usage};

/// Name and version of the form.
pub const SCHEMA: &str = "faasguard-trail-usage/1";

/// Why a text is no usage.
#[derive(Debug)]
pub enum FromJsonError {
    /// It is not JSON of the form.
    Malformed(serde_json::Error),
    /// It is of another form.
    Schema {
        /// The name that it gives.
        found: String,
    },
}

impl std::fmt::Display for FromJsonError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Malformed(error) => write!(f, "this is no result of `trail usage`: {error}"),
            Self::Schema { found } => {
                write!(f, "the schema is `{found}`; what is read here is `{SCHEMA}`")
            }
        }
    }
}

impl std::error::Error for FromJsonError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Malformed(error) => Some(error),
            Self::Schema { .. } => None,
        }
    }
}

#[derive(Serialize, Deserialize)]
struct Document {
    schema: String,
    #[serde(default)]
    totals: Totals,
    principals: Vec<Principal>,
    unmapped: Vec<Unmapped>,
}

impl Usage {
    /// Writes it as JSON.
    ///
    /// # Errors
    /// None in practice: there is nothing in it that JSON cannot hold.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string_pretty(&Document {
            schema: SCHEMA.to_owned(),
            totals: self.totals,
            principals: self.principals.clone(),
            unmapped: self.unmapped.clone(),
        })
    }

    /// Reads what [`Usage::to_json`] wrote.
    ///
    /// # Errors
    /// [`FromJsonError`] when it is something else.
    pub fn from_json(text: &str) -> Result<Self, FromJsonError> {
        let document: Document = serde_json::from_str(text).map_err(FromJsonError::Malformed)?;
        if document.schema != SCHEMA {
            return Err(FromJsonError::Schema { found: document.schema });
        }
        let Document { principals, unmapped, totals, .. } = document;
        Ok(Self { principals, unmapped, totals })
    }
}

/// A moment as its text.
pub(crate) mod moment {
    use audit_event::Time;
    use serde::{Deserialize as _, Deserializer, Serializer, de::Error as _};

    #[expect(clippy::ref_option, reason = "serde hands it over so")]
    pub(crate) fn serialize<S: Serializer>(time: &Option<Time>, to: S) -> Result<S::Ok, S::Error> {
        match time {
            Some(time) => to.collect_str(time),
            None => to.serialize_none(),
        }
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Option<Time>, D::Error> {
        let Some(text) = Option::<String>::deserialize(from)? else { return Ok(None) };
        match Time::parse(text.as_bytes()) {
            Some(time) => Ok(Some(time)),
            None => Err(D::Error::custom(format!("`{text}` is no time"))),
        }
    }
}
