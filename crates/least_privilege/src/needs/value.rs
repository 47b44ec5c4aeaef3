//! What the code says of an argument, as texts that name resources.

use app_model::{Function, SmolStr, Trigger, TriggerKind};
use taint::Provenance;

use crate::{Names, names::texts};

/// Texts that one argument may have at most; of more, nothing is known.
const MAX_TEXTS: usize = 64;

/// What stands in a text for what is not known of it, until the text is an ARN: a `*` that the code
/// writes is only itself.
pub(super) const HOLE: char = '\u{fffc}';

/// One value that an argument may have.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Text {
    /// A text in the notation of `Fn::Sub`; what is not known in it is [`HOLE`].
    Known(String),
    /// A text that is an ARN though it does not look so: `${Topic}`.
    Arn(String),
    /// Anything.
    Unknown,
}

/// The function whose code is looked at, and what its template says.
pub(super) struct Surroundings<'s, 'a> {
    pub(super) names: &'s Names<'a>,
    pub(super) function: &'s Function,
}

impl Surroundings<'_, '_> {
    /// Every text that a value may be, each once.
    pub(super) fn texts(&self, value: &Provenance) -> Vec<Text> {
        let mut found = self.gather(value);
        found.sort();
        found.dedup();
        if found.is_empty() || found.len() > MAX_TEXTS { vec![Text::Unknown] } else { found }
    }

    fn gather(&self, value: &Provenance) -> Vec<Text> {
        match value {
            Provenance::Literal(text) => vec![Text::Known(text.to_string())],
            Provenance::Environment(name) => self.variable(name),
            Provenance::Defaulted(name, default) => {
                let mut found = self.variable(name);
                if found.iter().any(|text| self.may_be_empty(text)) {
                    found.extend(self.gather(default));
                }
                found
            }
            Provenance::Event(path) => self.of_event(path),
            Provenance::OneOf(all) => {
                all.iter().take(MAX_TEXTS).flat_map(|one| self.gather(one)).collect()
            }
            Provenance::Pieces(pieces) => self.joined(pieces),
            Provenance::Unknown => vec![Text::Unknown],
        }
    }

    /// A text put together: what is not known of it is a hole.
    fn joined(&self, pieces: &[Provenance]) -> Vec<Text> {
        let mut all = vec![String::new()];
        for piece in pieces {
            let texts: Vec<String> = self
                .gather(piece)
                .into_iter()
                .map(|text| match text {
                    Text::Known(text) | Text::Arn(text) => text,
                    Text::Unknown => HOLE.to_string(),
                })
                .collect();
            if all.len().saturating_mul(texts.len()) > MAX_TEXTS {
                return vec![Text::Unknown];
            }
            all = all
                .iter()
                .flat_map(|before| texts.iter().map(move |text| format!("{before}{text}")))
                .collect();
        }
        all.into_iter()
            .map(|text| if is_open(&text) { Text::Unknown } else { known(text) })
            .collect()
    }

    /// Whether a variable may be empty or not set at all, so that its default counts.
    fn may_be_empty(&self, text: &Text) -> bool {
        let parameters = &self.names.app().parameters;
        let is_empty = |name: &str| {
            let parameter = parameters.iter().find(|it| it.name == name);
            let default = parameter.and_then(|it| it.default.as_ref());
            default.is_some_and(|default| texts(&default.value).iter().any(SmolStr::is_empty))
        };
        match text {
            Text::Unknown => true,
            Text::Known(text) | Text::Arn(text) => {
                let name = text.strip_prefix("${").and_then(|text| text.strip_suffix('}'));
                text.is_empty() || name.is_some_and(is_empty)
            }
        }
    }

    /// A variable of the environment: what the template sets, or what Lambda does.
    fn variable(&self, name: &str) -> Vec<Text> {
        let mut found: Vec<Text> = Vec::new();
        for variable in self.function.environment.iter().filter(|it| it.name == name) {
            let written: Vec<SmolStr> = if variable.written.is_empty() {
                texts(&variable.value)
            } else {
                variable.written.iter().map(|written| written.text.clone()).collect()
            };
            found.extend(written.iter().map(|text| self.of_template(text)));
        }
        if !found.is_empty() {
            return found;
        }
        let own = match name {
            "AWS_REGION" | "AWS_DEFAULT_REGION" => "${AWS::Region}".to_owned(),
            "AWS_LAMBDA_FUNCTION_NAME" => {
                let name = self.names.name(&self.function.name);
                name.unwrap_or_else(|| format!("${{{}}}", self.function.name))
            }
            "AWS_LAMBDA_LOG_GROUP_NAME" => format!("/aws/lambda/${{{}}}", self.function.name),
            _ => return vec![Text::Unknown],
        };
        vec![Text::Known(self.names.expand(&own))]
    }

    /// A text of the template.
    fn of_template(&self, written: &str) -> Text {
        // The value of a stored parameter or secret stands nowhere in the template.
        if written.starts_with("{{resolve:") {
            return Text::Unknown;
        }
        // References that nobody can follow.
        let text = self.names.expand(written).replace('*', &HOLE.to_string());
        if is_open(&text) {
            return Text::Unknown;
        }
        if self.names.is_arn(&text) { Text::Arn(text) } else { known(text) }
    }

    /// A field of the event: what the trigger certainly puts there.
    fn of_event(&self, path: &str) -> Vec<Text> {
        let kind = if path.ends_with("[\"s3\"][\"bucket\"][\"name\"]") {
            TriggerKind::S3
        } else if path.ends_with("[\"eventSourceARN\"]") {
            TriggerKind::Sqs
        } else {
            return vec![Text::Unknown];
        };
        let triggers: Vec<&Trigger> = self
            .names
            .app()
            .triggers_of(&self.function.name)
            .filter(|it| it.kind == kind)
            .collect();
        let mut found = Vec::new();
        for trigger in triggers {
            let Some(source) = &trigger.source else { return vec![Text::Unknown] };
            for text in texts(source) {
                let arn = self.names.expand(&text);
                let bucket = cloud_names::Arn::parse(&arn)
                    .ok()
                    .and_then(|arn| arn.bucket().map(str::to_owned));
                found.push(match (kind, bucket) {
                    (TriggerKind::S3, Some(bucket)) => Text::Known(bucket),
                    _ if is_open(&arn) => Text::Unknown,
                    _ => known(arn),
                });
            }
        }
        if found.is_empty() { vec![Text::Unknown] } else { found }
    }
}

/// A known text; references whose type has no name in the template are ARNs.
fn known(text: String) -> Text {
    let is_reference = text.starts_with("${") && text.ends_with('}') && !text.contains(' ');
    let hints_arn = text.to_ascii_lowercase().ends_with("arn}");
    if is_reference && hints_arn { Text::Arn(text) } else { Text::Known(text) }
}

/// Whether nothing of a text is known.
fn is_open(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c == HOLE || c == '*')
}
