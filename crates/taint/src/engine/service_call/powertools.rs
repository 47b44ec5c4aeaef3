//! Powertools for AWS Lambda: utilities that call services.

use code_ir::{SmolStr, Span};

use super::{
    super::{Engine, call::Args},
    Noted,
    arguments::Told,
};
use crate::{
    heap::Object,
    origin::{Made, Origin},
    service_call::{Form, Provenance, Sdk},
    value::Value,
};

/// Utilities that call services, as the packages name them.
const UTILITIES: &[&str] =
    &["parameters", "idempotency", "feature_flags", "streaming", "data_masking", "Parameters"];

/// Classes whose objects call as soon as they are used, with what they were made with.
const WHOLE: &[&str] = &[
    "DynamoDBPersistenceLayer",
    "DynamoDBPersistenceStore",
    "CachePersistenceLayer",
    "AppConfigStore",
    "S3Object",
    "AWSEncryptionSDKProvider",
];

impl Engine<'_> {
    /// A call of a name of Powertools.
    pub(super) fn powertools(
        &mut self,
        path: &[SmolStr],
        made: Option<&Made>,
        args: &Args,
        span: Span,
        result: Value,
    ) -> Value {
        if path.first().is_some_and(|root| root == "aws_secretsmanager_caching") {
            self.secret_cache(path, args, span);
            return result;
        }
        let Some(utility) = utility_of(path) else { return result };
        let mut names = path.iter().rev();
        let last = names.next().map(SmolStr::as_str).unwrap_or_default();
        let class = names.next().map(SmolStr::as_str).unwrap_or_default();
        let is_class = |name: &str| name.starts_with(|c: char| c.is_ascii_uppercase());
        if WHOLE.contains(&last) {
            let told = self.told_of_both(args);
            self.note_utility(utility, "", last, told, None, span);
            return result;
        }
        if last.ends_with("Provider") {
            let told = self.told_of_both(args);
            let made = Made { bound: told.arguments, ..Made::default() };
            return result.with_origin(Origin { made: Some(made), ..Origin::default() });
        }
        let is_get = ["get", "set", "Get"].iter().any(|start| last.starts_with(start));
        if utility.eq_ignore_ascii_case("parameters") && is_get && !last.ends_with("()") {
            let told = self.told_of_both(args);
            let resource = if is_class(class) { class } else { "" };
            self.note_utility(utility, resource, last, told, made, span);
        }
        result
    }

    /// AWS's cache of secrets: `SecretCache().get_secret_string(name)`, `@InjectSecretString(name, cache)`.
    fn secret_cache(&mut self, path: &[SmolStr], args: &Args, span: Span) {
        let last = path.last().map(SmolStr::as_str).unwrap_or_default();
        if !last.starts_with("get_secret") && !last.starts_with("Inject") {
            return;
        }
        let name = args.at(0).or_else(|| args.by_name("secret_id"));
        let name = name.map_or(Provenance::Unknown, Value::provenance);
        for operation in ["get_secret_value", "describe_secret"] {
            let noted = Noted {
                sdk: Sdk::Boto3Client,
                service: SmolStr::new_static("secretsmanager"),
                resource: SmolStr::default(),
                operation: SmolStr::new_static(operation),
                form: Form::Helper,
                arguments: vec![(SmolStr::new_static("SecretId"), name.clone())],
                has_unknown_arguments: false,
            };
            self.note_call(noted, None, span, true);
        }
    }

    /// Arguments, and the fields of the first when that is a structure; or of the last, options.
    pub(super) fn told_of_both(&mut self, args: &Args) -> Told {
        let is_structure = |engine: &Self, value: &Value| {
            let object = value.as_object().and_then(|id| engine.heap.get(id));
            matches!(object, Some(Object::Map(map)) if map.class.is_none())
        };
        let structure = args.positional.iter().find(|value| is_structure(self, value)).cloned();
        let plain = Args {
            positional: args
                .positional
                .iter()
                .take_while(|value| !is_structure(self, value))
                .cloned()
                .collect(),
            ..args.clone()
        };
        let mut told = self.tell_arguments(&plain);
        if let Some(structure) = structure {
            let fields = self.tell_fields(Some(&structure));
            told.arguments.extend(fields.arguments);
            told.is_open |= fields.is_open;
        }
        told
    }

    fn note_utility(
        &mut self,
        utility: &str,
        resource: &str,
        operation: &str,
        told: Told,
        made: Option<&Made>,
        span: Span,
    ) {
        let sdk = if self.is_javascript() {
            Sdk::PowertoolsTypeScript
        } else if self.is_java() {
            Sdk::PowertoolsJava
        } else if self.is_python() {
            Sdk::PowertoolsPython
        } else {
            Sdk::PowertoolsDotNet
        };
        let noted = Noted {
            sdk,
            service: SmolStr::new(utility.to_ascii_lowercase()),
            resource: SmolStr::new(resource),
            operation: SmolStr::new(operation),
            form: Form::Helper,
            arguments: told.arguments,
            has_unknown_arguments: told.is_open,
        };
        self.note_call(noted, made, span, true);
    }
}

/// The utility that a name is of.
fn utility_of(path: &[SmolStr]) -> Option<&str> {
    let segments = path.iter().flat_map(|segment| segment.split('/'));
    let mut known = segments.filter(|segment| UTILITIES.contains(segment));
    known.next()
}
