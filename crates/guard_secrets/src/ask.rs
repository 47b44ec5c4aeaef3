//! Which secret a request asks for.

use std::collections::BTreeMap;

use serde_json::json;

/// A value of one of the two services, as it is cached: the same question is the same key.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Key {
    /// Of Secrets Manager.
    Secret {
        /// Its name or ARN.
        id: String,
        /// One version of it.
        version_id: Option<String>,
        /// The version with this label: `AWSCURRENT` where both are absent.
        version_stage: Option<String>,
    },
    /// Of the Parameter Store: the name with its version or label (`/prod/db:3`).
    Parameter {
        /// Its name or ARN, with a version or label behind a colon.
        name: String,
        /// Whether a `SecureString` is decrypted.
        decrypt: bool,
    },
}

/// One request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ask {
    /// The value.
    pub key: Key,
    /// Whether a fresh value is wanted. What is cached does not count: `refreshNow=true`.
    pub refresh: bool,
}

/// Why a target asks for nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AskError {
    /// Neither of the two paths.
    UnknownPath,
    /// What is wrong, in words.
    Bad(&'static str),
}

/// Longer than any name, ARN, version or label of the two services.
const LONGEST_VALUE: usize = 2048;

impl Ask {
    /// Reads `/secretsmanager/get?secretId=…` or `/systemsmanager/parameters/get?name=…`.
    ///
    /// # Errors
    /// [`AskError`], see there.
    pub fn parse(target: &str) -> Result<Self, AskError> {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let known: &[&str] = match path.trim_end_matches('/') {
            "/secretsmanager/get" => &["secretId", "versionId", "versionStage", "refreshNow"],
            "/systemsmanager/parameters/get" => {
                &["name", "withDecryption", "version", "label", "refreshNow"]
            }
            _ => return Err(AskError::UnknownPath),
        };
        let mut values = BTreeMap::new();
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let (Some(name), Some(value)) = (decode(name), decode(value)) else {
                return Err(AskError::Bad("the query is not percent-encoded UTF-8"));
            };
            if value.len() > LONGEST_VALUE || value.contains(char::is_control) {
                return Err(AskError::Bad("a value of the query is too long or not printable"));
            }
            // What AWS's extension does not know it passes over; a name twice is a mistake or worse.
            let Some(name) = known.iter().find(|known| **known == name) else { continue };
            if values.insert(*name, value).is_some() {
                return Err(AskError::Bad("a parameter stands in the query twice"));
            }
        }
        let mut take = |name| values.remove(name).filter(|value| !value.is_empty());
        let refresh =
            is_true(take("refreshNow").as_deref(), "refreshNow is neither true nor false")?;
        if let Some(id) = take("secretId") {
            let (version_id, version_stage) = (take("versionId"), take("versionStage"));
            return Ok(Self { key: Key::Secret { id, version_id, version_stage }, refresh });
        }
        let Some(mut name) = take("name") else {
            return Err(AskError::Bad(if known.contains(&"name") {
                "name is missing"
            } else {
                "secretId is missing"
            }));
        };
        let decrypt =
            is_true(take("withDecryption").as_deref(), "withDecryption is neither true nor false")?;
        match (take("version"), take("label")) {
            (Some(_), Some(_)) => return Err(AskError::Bad("a version and a label")),
            (Some(selector), None) | (None, Some(selector)) => {
                name.push(':');
                name.push_str(&selector);
            }
            (None, None) => {}
        }
        Ok(Self { key: Key::Parameter { name, decrypt }, refresh })
    }
}

impl Key {
    /// What a name in the settings means: `prod/db` and its ARN are secrets, `ssm:/prod/db` and its
    /// ARN are parameters, decrypted.
    #[must_use]
    pub fn of_setting(name: &str) -> Self {
        let parameter = match name.strip_prefix("ssm:") {
            Some(parameter) => Some(parameter),
            None => name
                .starts_with("arn:")
                .then_some(name)
                .filter(|arn| arn.split(':').nth(2) == Some("ssm")),
        };
        match parameter {
            Some(name) => Self::Parameter { name: name.to_owned(), decrypt: true },
            None => Self::Secret { id: name.to_owned(), version_id: None, version_stage: None },
        }
    }

    /// What the settings and the service call it.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Secret { id, .. } => id,
            Self::Parameter { name, .. } => name,
        }
    }

    /// The body of the call that fetches it.
    #[must_use]
    pub fn body(&self) -> String {
        match self {
            Self::Secret { id, version_id, version_stage } => {
                let mut body = json!({"SecretId": id});
                if let Some(body) = body.as_object_mut() {
                    for (name, value) in
                        [("VersionId", version_id), ("VersionStage", version_stage)]
                    {
                        if let Some(value) = value {
                            body.insert(name.to_owned(), json!(value));
                        }
                    }
                }
                body.to_string()
            }
            Self::Parameter { name, decrypt } => {
                json!({"Name": name, "WithDecryption": decrypt}).to_string()
            }
        }
    }
}

fn is_true(value: Option<&str>, complaint: &'static str) -> Result<bool, AskError> {
    match value {
        None => Ok(false),
        Some(value) if value.eq_ignore_ascii_case("true") => Ok(true),
        Some(value) if value.eq_ignore_ascii_case("false") => Ok(false),
        Some(_) => Err(AskError::Bad(complaint)),
    }
}

/// One side of a pair of a query, `None` when it is broken.
fn decode(text: &str) -> Option<String> {
    let mut bytes = text.bytes();
    let mut decoded = Vec::with_capacity(text.len());
    while let Some(byte) = bytes.next() {
        decoded.push(match byte {
            b'+' => b' ',
            b'%' => {
                let digit = |byte: u8| char::from(byte).to_digit(16);
                let (high, low) = (digit(bytes.next()?)?, digit(bytes.next()?)?);
                u8::try_from(high * 16 + low).ok()?
            }
            byte => byte,
        });
    }
    String::from_utf8(decoded).ok()
}

#[cfg(test)]
mod tests {
    use super::{Ask, AskError, Key};

    fn secret(id: &str) -> Key {
        Key::Secret { id: id.to_owned(), version_id: None, version_stage: None }
    }

    #[test]
    fn the_paths_of_the_extension_are_read() {
        let ask = Ask::parse("/secretsmanager/get?secretId=prod%2Fdb").unwrap();
        assert_eq!(ask, Ask { key: secret("prod/db"), refresh: false });
        let ask =
            Ask::parse("/secretsmanager/get/?secretId=a&versionStage=AWSPREVIOUS&refreshNow=true");
        let stage = Some("AWSPREVIOUS".to_owned());
        let key = Key::Secret { id: "a".to_owned(), version_id: None, version_stage: stage };
        assert_eq!(ask, Ok(Ask { key, refresh: true }));
        let ask = Ask::parse(
            "/systemsmanager/parameters/get/?name=%2Fprod%2Fkey&withDecryption=true&version=3",
        );
        let key = Key::Parameter { name: "/prod/key:3".to_owned(), decrypt: true };
        assert_eq!(ask.unwrap().key, key);
    }

    #[test]
    fn what_asks_for_nothing_is_refused() {
        assert_eq!(Ask::parse("/"), Err(AskError::UnknownPath));
        assert_eq!(Ask::parse("/secretsmanager/get/../x?secretId=a"), Err(AskError::UnknownPath));
        for query in [
            "",
            "secretId=",
            "secretId=a&secretId=b",
            "secretId=%zz",
            "secretId=%ff",
            "secretId=a%0d%0ab",
            "secretId=a&refreshNow=perhaps",
            "name=a",
        ] {
            let target = format!("/secretsmanager/get?{query}");
            assert!(matches!(Ask::parse(&target), Err(AskError::Bad(_))), "{query}");
        }
        let both = "/systemsmanager/parameters/get?name=a&version=1&label=b";
        assert!(matches!(Ask::parse(both), Err(AskError::Bad(_))));
    }

    #[test]
    fn names_in_the_settings_say_their_service() {
        let arn = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/db-AbCdEf";
        assert_eq!(Key::of_setting(arn), secret(arn));
        assert_eq!(Key::of_setting("prod/db"), secret("prod/db"));
        let parameter = |name: &str| Key::Parameter { name: name.to_owned(), decrypt: true };
        assert_eq!(Key::of_setting("ssm:/prod/key"), parameter("/prod/key"));
        let arn = "arn:aws:ssm:eu-west-1:111122223333:parameter/prod/key";
        assert_eq!(Key::of_setting(arn), parameter(arn));
    }

    #[test]
    fn names_cannot_leave_their_place_in_the_body() {
        let body = secret("a\",\"VersionId\":\"b").body();
        assert_eq!(body, r#"{"SecretId":"a\",\"VersionId\":\"b"}"#);
    }
}
