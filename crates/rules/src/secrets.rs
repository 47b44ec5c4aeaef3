//! Which value of an application is a secret, and what may be told of it: never the value.

use std::{
    cmp::Reverse,
    collections::{HashMap, HashSet},
};

use app_model::{
    Application, Details, Function, Parameter, Place, Platform, Reference, SmolStr, Text, Value,
    Variable, When,
};
use finding::{Confidence, Finding, RuleInfo, Secret, Severity};
use secret_patterns::{
    Certainty, Detection, classify, detect, looks_like_placeholder, secret_name,
};

use crate::{assignments::assigned_secrets, rank::AboutFunction};

/// A secret that stands in the template, and when it does.
#[derive(Clone, Debug)]
pub(crate) struct Leak {
    /// When it is there.
    pub(crate) when: When,
    detection: Detection,
}

impl Leak {
    /// `a password`, `an AWS access key`.
    pub(crate) fn title(&self) -> &str {
        &self.detection.title
    }

    /// Whether the value has a shape that only such a secret has.
    pub(crate) fn is_certain(&self) -> bool {
        self.detection.certainty == Certainty::Certain
    }

    /// Whether it is there only while parameters keep their defaults.
    pub(crate) fn is_default(&self) -> bool {
        !self.when.defaults.is_empty()
    }

    /// A text that is a secret because of where it stands, such as the password of a database.
    pub(crate) fn of_place(kind: &str, title: &str, text: &str, when: When) -> Self {
        let detection = Detection {
            kind: SmolStr::new(kind),
            title: SmolStr::new(title),
            range: 0..text.len(),
            preview: secret_patterns::preview(kind, text),
            hash: secret_patterns::hash(text),
            certainty: Certainty::Certain,
        };
        Self { when, detection }
    }

    /// The same secret under a condition that stands around it.
    pub(crate) fn under(self, when: When) -> Self {
        Self { when, ..self }
    }

    /// Attaches what may be told; a secret known by its name only is less sure.
    pub(crate) fn attach(&self, finding: Finding) -> Finding {
        let detection = &self.detection;
        let found = finding.under(&self.when).secret(Secret {
            kind: detection.kind.to_string(),
            hash: detection.hash.clone(),
            preview: detection.preview.clone(),
            commits: None,
        });
        if self.is_certain() {
            found
        } else {
            let confidence = found.confidence.min(Confidence::Medium);
            found.confidence(confidence)
        }
    }
}

/// The first possible text of `value` that is a secret under one of `names`. Of a text that only
/// deployment completes, what stands written in it is looked at by its shape.
pub(crate) fn leak(names: &[&str], value: &Text) -> Option<Leak> {
    let written = value.possible().find_map(|(when, text)| {
        let detection = names.iter().find_map(|name| classify(name, text))?;
        Some(Leak { when: when.clone(), detection })
    });
    written.or_else(|| {
        let detection = detect(&value.unresolved()?.text).into_iter().next()?;
        Some(Leak { when: When::ALWAYS, detection })
    })
}

/// The secrets in a script or a program: those of known shape, and those assigned to a name that
/// says so; each once.
pub(crate) fn leaks_in_program(value: &Text) -> Vec<Leak> {
    let mut leaks: Vec<Leak> = Vec::new();
    for (when, text) in texts(value) {
        // Start scripts of machines stand in Base64 once they are evaluated.
        let decoded = decoded(text);
        let text = decoded.as_deref().unwrap_or(text);
        for detection in detect(text).into_iter().chain(assigned_secrets(text)) {
            if !leaks.iter().any(|leak| leak.detection.hash == detection.hash) {
                leaks.push(Leak { when: when.clone(), detection });
            }
        }
    }
    leaks
}

/// The text behind Base64 of some lines, when it is text.
fn decoded(text: &str) -> Option<String> {
    if text.len() < 24 || text.len() > 64 * 1024 || !text.len().is_multiple_of(4) {
        return None;
    }
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    for chunk in text.trim_end_matches('=').as_bytes().chunks(4) {
        let mut bits = 0_u32;
        for byte in chunk {
            let digit = match byte {
                b'A'..=b'Z' => byte - b'A',
                b'a'..=b'z' => byte - b'a' + 26,
                b'0'..=b'9' => byte - b'0' + 52,
                b'+' => 62,
                b'/' => 63,
                _ => return None,
            };
            bits = bits << 6 | u32::from(digit);
        }
        bits <<= 6 * (4 - chunk.len());
        bytes.extend(bits.to_be_bytes().into_iter().skip(1).take(chunk.len() - 1));
    }
    let text = String::from_utf8(bytes).ok()?;
    (!text.chars().any(|it| it.is_control() && !it.is_whitespace())).then_some(text)
}

/// Texts that `value` can be, dynamic references kept as written; open ones as expressions.
pub(crate) fn texts(value: &Text) -> impl Iterator<Item = (When, &str)> {
    let open = value.unresolved().map(|open| (When::ALWAYS, open.text.as_str()));
    value.possible().map(|(when, text)| (when.clone(), text.as_str())).chain(open)
}

/// The parameters of an application by name.
pub(crate) struct Parameters<'a>(HashMap<&'a str, &'a Parameter>);

impl<'a> Parameters<'a> {
    pub(crate) fn of(app: &'a Application) -> Self {
        Self(app.parameters.iter().map(|it| (it.name.as_str(), it)).collect())
    }

    /// Those that a value takes its text from.
    pub(crate) fn behind(&self, value: &Text) -> Vec<&'a Parameter> {
        let known = |name: &SmolStr| self.0.get(name.as_str()).copied();
        match value {
            Value::Known(_) => Vec::new(),
            Value::OneOf(choices) => {
                choices.iter().flat_map(|it| &it.when.defaults).filter_map(known).collect()
            }
            Value::Unresolved(open) => {
                open.references.iter().filter_map(|reference| known(&reference.name)).collect()
            }
        }
    }

    /// The hidden one that a value takes its text from.
    pub(crate) fn hidden_behind(&self, value: &Text) -> Option<&'a Parameter> {
        self.behind(value).into_iter().find(|parameter| is_hidden_secret(parameter))
    }
}

/// Words that end the name of a parameter that is hidden by habit and is no secret.
const NO_SECRETS: [&str; 12] = [
    "user", "username", "name", "email", "id", "host", "port", "endpoint", "url", "arn", "region",
    "account",
];

/// Whether the author hides a parameter because it is a secret, and not a user's name.
pub(crate) fn is_hidden_secret(parameter: &Parameter) -> bool {
    let lower = parameter.name.to_ascii_lowercase();
    parameter.no_echo
        && (secret_name(&parameter.name).is_some()
            || !NO_SECRETS.iter().any(|word| lower.ends_with(word)))
}

/// Names of the parameters that the template puts into the name of an entry of a store.
pub(crate) fn entry_names(app: &Application) -> HashSet<&str> {
    let texts = app.literals.iter().filter_map(|literal| literal.value.unresolved());
    texts
        .flat_map(|open| {
            let marks = [":secret:", ":parameter", "resolve:ssm", "resolve:secretsmanager:"];
            let rest = marks.iter().find_map(|mark| Some(open.text.split_once(mark)?.1));
            rest.into_iter().flat_map(cloud_names::placeholders)
        })
        .collect()
}

/// Whether a parameter holds the name of an entry of a store, and not a secret itself; `entries` are
/// [`entry_names`].
pub(crate) fn names_an_entry(entries: &HashSet<&str>, parameter: &Parameter) -> bool {
    let by_default = parameter.default.as_ref().is_some_and(|default| {
        default.value.any(|text| text.contains(['/', ':']) && looks_like_placeholder(text))
    });
    by_default || entries.contains(parameter.name.as_str())
}

/// The generated access keys of an application.
pub(crate) struct AccessKeys<'a>(HashSet<&'a str>);

impl<'a> AccessKeys<'a> {
    pub(crate) fn of(app: &'a Application) -> Self {
        let keys = app.resources.iter().filter(|it| matches!(it.details, Details::AccessKey(_)));
        Self(keys.map(|resource| resource.name.as_str()).collect())
    }

    /// The key whose secret half a value takes.
    pub(crate) fn behind(&self, value: &Text) -> Option<&'a str> {
        references(value).iter().find_map(|reference| {
            let is_secret_half = reference.attribute.as_deref() == Some("SecretAccessKey");
            self.0.get(reference.name.as_str()).copied().filter(|_| is_secret_half)
        })
    }
}

/// What an open value refers to.
pub(crate) fn references(value: &Text) -> &[Reference] {
    value.unresolved().map_or(&[], |open| open.references.as_slice())
}

/// An environment variable, and the functions that have it from one line of the template.
pub(crate) struct SharedVariable<'a> {
    pub(crate) variable: &'a Variable,
    /// The one that is easiest to reach first; never empty.
    functions: Vec<&'a Function>,
}

/// Every environment variable once for the line on which its value is written: settings for all
/// functions are one flaw, not one a function.
pub(crate) fn variables(app: &Application) -> Vec<SharedVariable<'_>> {
    let mut found: Vec<SharedVariable<'_>> = Vec::new();
    let mut index: HashMap<(&SmolStr, Place), usize> = HashMap::new();
    for function in &app.functions {
        for variable in &function.environment {
            let at = *index.entry((&variable.name, variable.place)).or_insert_with(|| {
                found.push(SharedVariable { variable, functions: Vec::new() });
                found.len() - 1
            });
            if let Some(shared) = found.get_mut(at) {
                shared.functions.push(function);
            }
        }
    }
    for shared in &mut found {
        shared.functions.sort_by_key(|function| {
            Reverse(app.reach(&function.name).map(|reach| (reach.exposure, reach.unauthenticated)))
        });
    }
    found
}

impl SharedVariable<'_> {
    /// Whose platform runs the functions.
    pub(crate) fn platform(&self) -> Platform {
        self.functions.first().map(|function| function.platform).unwrap_or_default()
    }

    /// The variable and its functions in words.
    pub(crate) fn subject(&self) -> String {
        let variable = &self.variable.name;
        match self.functions.as_slice() {
            [] => format!("the environment variable `{variable}`"),
            [one] => format!("the environment variable `{variable}` of `{}`", one.name),
            [first, rest @ ..] => format!(
                "the environment variable `{variable}` of `{}` and {} more",
                first.name,
                rest.len()
            ),
        }
    }

    /// A finding of `rule` on the variable. The way from the internet is drawn, but a secret is as
    /// bad behind a route as without one, unless `ranks` says otherwise.
    pub(crate) fn finding(
        &self,
        app: &Application,
        rule: &RuleInfo,
        severity: Severity,
        ranks: bool,
        message: String,
    ) -> Finding {
        let found = rule
            .finding(self.variable.place, message)
            .severity(severity)
            .property(self.variable.name.as_str());
        let Some(function) = self.functions.first() else { return found };
        let found = found.about(app, function, None).under(&function.when);
        if ranks { found } else { found.severity(severity) }
    }
}

#[cfg(test)]
mod tests {
    use app_model::Value;

    use super::{decoded, leaks_in_program};

    #[test]
    fn base64_of_text_is_read_and_other_text_is_not() {
        assert_eq!(
            decoded("IyEvYmluL2Jhc2gKZWNobyBvcmRlcnMK").as_deref(),
            Some("#!/bin/bash\necho orders\n")
        );
        assert_eq!(
            decoded("IyEvYmluL2Jhc2gKZWNobyBvcmRlcg==").as_deref(),
            Some("#!/bin/bash\necho order")
        );
        assert_eq!(decoded("#!/bin/bash and something else.."), None);
        assert_eq!(decoded("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"), None);
        assert_eq!(decoded(""), None);
    }

    #[test]
    fn a_secret_in_an_encoded_script_is_found() {
        let script = Value::Known("REJfUEFTU1dPUkQ9bjB0U29FYXN5Nwp0cnVlCg==".into());
        assert_eq!(leaks_in_program(&script).len(), 1);
    }
}
