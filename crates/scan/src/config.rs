//! `faasguard.toml`: settings of a repository.
//!
//! ```toml
//! profile = "strict"             # or "default"
//! fail-on = "medium"
//! vulndb = "vulndb.bin"          # index of advisories, relative to this file
//! max-age = 7                    # days
//! vex = ["security/vex.json"]    # what is said of known flaws, relative to this file
//! own-rules = ["security/rules"] # folders with your own rules, relative to this file
//!
//! [parameters]                   # values of template parameters
//! Stage = "prod"
//!
//! [code]
//! models = "security/models"     # folder of model files (TOML), relative to this file
//!
//! [rules.wildcard-resource]
//! enabled = false                # or severity = "low"
//!
//! [[suppress]]
//! rule = "public-function-url"
//! path = "services/hooks/**"     # glob, relative to the scanned root or to this file; optional
//! resource = "WebhookFunction"   # function or resource; optional
//! reason = "the sender signs each call; the handler checks it"
//! until = "2027-06-30"           # optional
//! ```

use std::{collections::BTreeMap, path::PathBuf};

use finding::{RuleFacts, Severity};
use serde::Deserialize;

use rules::find_key;
use suppressions::is_day;

use crate::request::near_words;

/// Settings of a repository.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Config {
    /// `default` or `strict`.
    #[serde(default)]
    pub profile: Option<String>,
    /// Least severity of a finding that makes the exit code 1.
    #[serde(default)]
    pub fail_on: Option<String>,
    /// Baseline file, relative to the settings file.
    #[serde(default)]
    pub baseline: Option<String>,
    /// Index of advisories, relative to the settings file.
    #[serde(default)]
    pub vulndb: Option<String>,
    /// How many days old the index may be.
    #[serde(default)]
    pub max_age: Option<u32>,
    /// Documents of VEX, relative to the settings file.
    #[serde(default)]
    pub vex: Vec<String>,
    /// Folders with rules of the user, relative to the settings file.
    #[serde(default)]
    pub own_rules: Vec<String>,
    /// Region of the deployment.
    #[serde(default)]
    pub region: Option<String>,
    /// Account of the deployment.
    #[serde(default)]
    pub account: Option<String>,
    /// Partition of the deployment.
    #[serde(default)]
    pub partition: Option<String>,
    /// Values of template parameters.
    #[serde(default)]
    pub parameters: BTreeMap<String, String>,
    /// How code is read.
    #[serde(default)]
    pub code: CodeSettings,
    /// Settings of single rules, by name or id.
    #[serde(default)]
    pub rules: BTreeMap<String, RuleSetting>,
    /// Accepted findings.
    #[serde(default)]
    pub suppress: Vec<Suppression>,
    /// The folder of the settings file, canonical, when it came from one.
    #[serde(skip)]
    pub folder: Option<PathBuf>,
}

/// How code is read.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct CodeSettings {
    /// Folder of model files, relative to the settings file.
    #[serde(default)]
    pub models: Option<String>,
}

/// Settings of one rule.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RuleSetting {
    /// Whether it speaks; absent: as the profile says.
    #[serde(default)]
    pub enabled: Option<bool>,
    /// Severity of all its findings.
    #[serde(default)]
    pub severity: Option<String>,
}

/// Findings that the user accepts.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Suppression {
    /// Rule by name or id.
    pub rule: String,
    /// Glob of paths, relative to the scanned root or to the settings file.
    #[serde(default)]
    pub path: Option<String>,
    /// Logical name of a function or resource.
    #[serde(default)]
    pub resource: Option<String>,
    /// Why.
    pub reason: String,
    /// Last day on which it holds, `YYYY-MM-DD`.
    #[serde(default)]
    pub until: Option<String>,
}

/// Why a settings file was not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// Not TOML, or a key that does not exist; the text names line and column.
    #[error("{message}")]
    Syntax {
        /// With line and column.
        message: String,
    },
    /// A value that is none of those possible.
    #[error("`{key}`: {message}")]
    Value {
        /// Key.
        key: String,
        /// What is wrong.
        message: String,
    },
}

impl Config {
    /// Reads a settings file. Every mistake is an error: a setting that is not understood is not
    /// ignored.
    ///
    /// # Errors
    /// [`ConfigError`] names the line or the key.
    pub fn parse(text: &str) -> Result<Self, ConfigError> {
        let config: Self = toml::from_str(text)
            .map_err(|error| ConfigError::Syntax { message: words_of(text, &error) })?;
        config.validate()?;
        Ok(config)
    }

    fn validate(&self) -> Result<(), ConfigError> {
        let wrong = |key: String, message: String| Err(ConfigError::Value { key, message });
        if let Some(profile) = &self.profile
            && !matches!(profile.as_str(), "default" | "strict")
        {
            return wrong("profile".into(), format!("`{profile}` is not `default` or `strict`"));
        }
        let fail_on = self.fail_on.as_deref().filter(|text| *text != "never");
        if let Some(Err(message)) = fail_on.map(str::parse::<Severity>) {
            return wrong("fail-on".into(), format!("{message}, never"));
        }
        for (name, setting) in &self.rules {
            if find_key(name).is_none() {
                return wrong(format!("rules.{name}"), no_such_rule(name));
            }
            if let Some(Err(message)) =
                setting.severity.as_ref().map(|text| text.parse::<Severity>())
            {
                return wrong(format!("rules.{name}.severity"), message);
            }
        }
        for suppression in &self.suppress {
            let key = format!("suppress.{}", suppression.rule);
            if find_key(&suppression.rule).is_none() {
                return wrong(key, no_such_rule(&suppression.rule));
            }
            if suppression.reason.trim().is_empty() {
                return wrong(key, "a suppression needs a reason".into());
            }
            if suppression.until.as_deref().is_some_and(|day| !is_day(day)) {
                return wrong(key, "`until` is a day such as `2027-06-30`".into());
            }
            if let Some(glob) = &suppression.path
                && let Err(error) = globset::Glob::new(glob)
            {
                return wrong(key, error.to_string());
            }
        }
        Ok(())
    }

    /// Whether the settings switch a rule on or off.
    #[must_use]
    pub fn is_enabled(&self, rule: &RuleFacts<'_>) -> Option<bool> {
        self.setting(rule)?.enabled
    }

    /// The severity that the settings give to a rule.
    #[must_use]
    pub fn severity(&self, rule: &RuleFacts<'_>) -> Option<Severity> {
        self.setting(rule)?.severity.as_ref()?.parse().ok()
    }

    fn setting(&self, rule: &RuleFacts<'_>) -> Option<&RuleSetting> {
        self.rules.get(rule.name).or_else(|| self.rules.get(&rule.key.to_string()))
    }
}

/// A mistake in one line: where it stands, what it is.
pub(crate) fn words_of(text: &str, error: &toml::de::Error) -> String {
    let before = error.span().and_then(|span| text.get(..span.start));
    let message = error.message().trim().replace('\n', ", ");
    match before {
        Some(before) => format!("line {}: {message}", before.matches('\n').count() + 1),
        None => message,
    }
}

/// That there is no rule of a name, with what to do.
fn no_such_rule(name: &str) -> String {
    format!("there is no such rule; {}", near_words(rules::nearest(name)))
}

#[cfg(test)]
mod tests {
    use super::Config;

    #[test]
    fn a_setting_that_is_not_understood_is_an_error_with_its_line() {
        let error = Config::parse("profile = \"strict\"\nfial-on = \"high\"\n").unwrap_err();
        assert!(error.to_string().contains("line 2"), "{error}");
        assert!(Config::parse("fail-on = \"awful\"").is_err());
        assert!(Config::parse("[rules.no-such-rule]\nenabled = false").is_err());
        assert!(Config::parse("profile = \"strict\"").is_ok());
        assert!(Config::parse("fail-on = \"never\"").is_ok());
    }

    #[test]
    fn a_day_that_no_calendar_has_is_none() {
        assert!(super::is_day("2027-01-31"));
        assert!(!super::is_day("2027-13-01") && !super::is_day("2027-01-32"));
        assert!(!super::is_day("2027-1-31") && !super::is_day("next year"));
    }
}
