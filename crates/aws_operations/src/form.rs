//! How the value of a parameter names a resource: by name, ARN, URL, path …

use std::borrow::Cow;

use crate::template::Surroundings;

/// How the value of a parameter names a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Form {
    /// A name or an ARN.
    Name,
    /// A bucket: name, or ARN of an access point.
    Bucket,
    /// Bucket and key in one text, `bucket/key?versionId=…`: the `CopySource` of S3.
    CopySource,
    /// The address of an S3 object, `s3://bucket/key`.
    ObjectUri,
    /// The URL of a queue, of which the last part is the name.
    QueueUrl,
    /// A function: name, name with qualifier, `account:function:name`, or ARN.
    Function,
    /// A KMS key: id, ARN, or alias; the key behind an alias is not known.
    Key,
    /// A secret: name, or ARN with or without the six random characters at its end.
    Secret,
    /// A name that may begin with `/`, which its ARN leaves out.
    Path,
    /// A Bedrock model: id, id of an inference profile, or ARN.
    Model,
    /// The model behind a Bedrock inference profile, in whatever region; else the model itself.
    ProfiledModel,
    /// A sender (`Shop <shop@example.com>`): its address.
    Address,
    /// A sender: the domain of its address, which may be what was verified.
    Domain,
    /// Text of a request that is a name and never an ARN: the key of an S3 object.
    Plain,
    /// A name or ARN of which only the last part counts: the bus in the ARN of a rule.
    Last,
    /// `name:revision` or `name`, which stands for every revision.
    Revision,
}

/// What the value of a parameter says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Reading<'a> {
    /// Text for the hole.
    Name(Cow<'a, str>),
    /// An ARN, or the beginning of one, in place of all that stands before and in the hole.
    Arn(Cow<'a, str>),
    /// It does not tell the resource.
    Unknown,
}

impl Form {
    pub(crate) fn from_word(word: &str) -> Self {
        match word {
            "bucket" => Self::Bucket,
            "copy-source" => Self::CopySource,
            "object-uri" => Self::ObjectUri,
            "queue-url" => Self::QueueUrl,
            "function" => Self::Function,
            "key" => Self::Key,
            "secret" => Self::Secret,
            "path" => Self::Path,
            "model" => Self::Model,
            "profiled-model" => Self::ProfiledModel,
            "address" => Self::Address,
            "domain" => Self::Domain,
            "plain" => Self::Plain,
            "last" => Self::Last,
            "revision" => Self::Revision,
            _ => Self::Name,
        }
    }

    /// Reads a value. `is_arn` says that the caller knows it for an ARN, `is_last` that the hole
    /// ends its template.
    pub(crate) fn read<'a>(
        self,
        value: &'a str,
        is_arn: bool,
        is_last: bool,
        surroundings: Surroundings<'_>,
    ) -> Reading<'a> {
        if value.is_empty() {
            return Reading::Unknown;
        }
        if self == Self::Plain {
            return Reading::Name(without_globs(value));
        }
        if is_arn || value.starts_with("arn:") {
            return self.read_arn(value, is_last, surroundings);
        }
        match self {
            Self::QueueUrl => read_queue_url(value, surroundings),
            Self::Function => read_function(value, surroundings),
            Self::CopySource => Reading::Name(without_globs(
                value.split("?versionId=").next().unwrap_or(value).trim_start_matches('/'),
            )),
            Self::ObjectUri => match value.strip_prefix("s3://") {
                Some(object) if object.contains('/') => Reading::Name(without_globs(object)),
                _ => Reading::Unknown,
            },
            // The permission stands on the key, and the alias does not tell which one it is.
            Self::Key if value.starts_with("alias/") => Reading::Unknown,
            Self::Secret => Reading::Name(format!("{value}-??????").into()),
            Self::Path => match value.trim_matches('/') {
                "" => Reading::Unknown,
                path => Reading::Name(without_globs(path)),
            },
            Self::Model => read_model(value, surroundings),
            Self::ProfiledModel => read_profiled_model(value, surroundings),
            Self::Address => Reading::Name(without_globs(address(value))),
            Self::Domain => match address(value).split_once('@') {
                Some((_, domain)) => Reading::Name(without_globs(domain)),
                None => Reading::Name(without_globs(address(value))),
            },
            Self::Revision if !value.contains(':') => Reading::Name(format!("{value}:*").into()),
            _ => Reading::Name(without_globs(value)),
        }
    }

    fn read_arn<'a>(
        self,
        arn: &'a str,
        is_last: bool,
        surroundings: Surroundings<'_>,
    ) -> Reading<'a> {
        match self {
            Self::ProfiledModel => {
                let of_profile = arn.split_once(":inference-profile/").map(|(_, id)| id);
                if let Some(id) = of_profile {
                    return read_profiled_model(id, surroundings);
                }
                if !arn.contains(":application-inference-profile/") {
                    return Reading::Arn(arn.into());
                }
                let partition = surroundings.partition;
                Reading::Arn(format!("arn:{partition}:bedrock:*::foundation-model/*").into())
            }
            // The ARN of an object behind an access point has a part more than the bucket's.
            Self::Bucket if !is_last && arn.contains(":accesspoint") => {
                Reading::Arn(format!("{arn}/object").into())
            }
            Self::Last => Reading::Name(arn.rsplit(['/', ':']).next().unwrap_or(arn).into()),
            Self::Key if arn.contains(":alias/") => Reading::Unknown,
            Self::Secret if !ends_in_random(arn) && !arn.contains("${") => {
                Reading::Arn(format!("{arn}-??????").into())
            }
            _ => Reading::Arn(arn.into()),
        }
    }
}

/// Names are exact in a request, while `*` and `?` are globs in a policy: each becomes `?`, the
/// smallest glob that takes it in.
fn without_globs(value: &str) -> Cow<'_, str> {
    if value.contains('*') { value.replace('*', "?").into() } else { value.into() }
}

/// `https://sqs.eu-west-1.amazonaws.com/111122223333/jobs`.
fn read_queue_url<'a>(value: &'a str, surroundings: Surroundings<'_>) -> Reading<'a> {
    let Some((_, rest)) = value.split_once("://") else {
        // The name alone is what some clients take; anything else is no URL.
        return if value.contains('/') { Reading::Unknown } else { Reading::Name(value.into()) };
    };
    let mut parts = rest.split('/');
    let host = parts.next().unwrap_or_default();
    let (Some(account), Some(name), None) = (parts.next(), parts.next(), parts.next()) else {
        return Reading::Unknown;
    };
    // `sqs.eu-west-1.amazonaws.com`, and `eu-west-1.queue.amazonaws.com` of old.
    let mut labels = host.split('.');
    let region = match (labels.next(), labels.next()) {
        (Some("sqs"), Some(region)) | (Some(region), Some("queue")) => region,
        _ => surroundings.region,
    };
    let partition = surroundings.partition;
    Reading::Arn(format!("arn:{partition}:sqs:{region}:{account}:{name}").into())
}

fn read_function<'a>(value: &'a str, surroundings: Surroundings<'_>) -> Reading<'a> {
    match value.split_once(":function:") {
        Some((account, name)) => {
            let Surroundings { partition, region, .. } = surroundings;
            Reading::Arn(
                format!("arn:{partition}:lambda:{region}:{account}:function:{name}").into(),
            )
        }
        None => Reading::Name(value.into()),
    }
}

/// A model of Bedrock belongs to no account; an inference profile (`eu.anthropic.…`) to the caller's.
fn read_model<'a>(value: &'a str, surroundings: Surroundings<'_>) -> Reading<'a> {
    let Surroundings { partition, region, account } = surroundings;
    let arn = match model_of_profile(value) {
        Some(_) => format!("arn:{partition}:bedrock:{region}:{account}:inference-profile/{value}"),
        None => format!("arn:{partition}:bedrock:{region}::foundation-model/{value}"),
    };
    Reading::Arn(arn.into())
}

/// A profile calls its model in several regions, and each call is asked.
fn read_profiled_model<'a>(value: &'a str, surroundings: Surroundings<'_>) -> Reading<'a> {
    let partition = surroundings.partition;
    match model_of_profile(value) {
        Some(id) => {
            Reading::Arn(format!("arn:{partition}:bedrock:*::foundation-model/{id}").into())
        }
        None => read_model(value, surroundings),
    }
}

/// The model behind the id of an inference profile, which begins with a geography.
fn model_of_profile(id: &str) -> Option<&str> {
    let geographies = ["us", "eu", "apac", "jp", "au", "global", "us-gov", "ca", "sa"];
    id.split_once('.').filter(|(start, _)| geographies.contains(start)).map(|(_, model)| model)
}

/// The address in `Shop <shop@example.com>`.
fn address(sender: &str) -> &str {
    let inside = sender.rsplit_once('<').and_then(|(_, rest)| rest.split_once('>'));
    inside.map_or(sender, |(address, _)| address).trim()
}

/// Whether an ARN of a secret ends in the six characters that Secrets Manager adds.
fn ends_in_random(arn: &str) -> bool {
    arn.rsplit_once('-').is_some_and(|(_, tail)| {
        tail.len() == 6 && tail.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'?')
    })
}
