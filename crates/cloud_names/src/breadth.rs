//! How much a resource text certainly takes in.

use smol_str::SmolStr;

use crate::Arn;
use crate::placeholder::{has_placeholder, split_once_outside};

/// How much the `Resource` of a statement takes in, placeholders left open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Breadth {
    /// Every resource of every service: `*`, `arn:aws:*`.
    Everything,
    /// Every resource of a service: `arn:aws:s3:::*`, `arn:aws:sqs:*:*:*`.
    Service {
        /// As ARNs spell it.
        service: SmolStr,
    },
    /// Every resource of one type: `table/*`, `function:*`.
    Type {
        /// As ARNs spell it.
        service: SmolStr,
        /// `table`, `function` …
        kind: SmolStr,
    },
    /// Every object of one bucket: `arn:aws:s3:::photos/*`.
    Bucket {
        /// May hold placeholders.
        bucket: SmolStr,
    },
    /// What begins with a name, or matches another glob: `table/Orders*`, `${Bucket.Arn}/*`.
    Part,
    /// One resource, named whole (the name may be a placeholder beside written text).
    One,
    /// Nothing but placeholders: any of the above.
    Unknown,
}

/// How much `text` certainly takes in.
///
/// Region and account do not narrow: every table of one region still is every table.
#[must_use]
pub fn breadth(text: &str) -> Breadth {
    if is_only_wildcards(text) {
        return Breadth::Everything;
    }
    let Ok(arn) = Arn::parse_pattern(text) else {
        return breadth_of_other(text);
    };
    let service = arn.service.clone();
    if is_only_wildcards(&arn.resource) || arn.resource == "*/*" || arn.resource == "*:*" {
        return if is_only_wildcards(&service) {
            Breadth::Everything
        } else {
            Breadth::Service { service }
        };
    }
    if service == "s3" {
        return match split_once_outside(&arn.resource, '/') {
            Some((bucket, _)) if is_only_wildcards(bucket) => Breadth::Part,
            Some((bucket, path)) if is_only_wildcards(path) && !has_wildcard(bucket) => {
                Breadth::Bucket { bucket: bucket.into() }
            }
            _ => breadth_of_other(&arn.resource),
        };
    }
    let kind = arn.resource_type().filter(|kind| !has_wildcard(kind) && !has_placeholder(kind));
    if let Some(kind) = kind
        && name_takes_all(arn.resource_name())
    {
        return Breadth::Type { service, kind: kind.into() };
    }
    breadth_of_other(&arn.resource)
}

/// `*`, `*/*`, `*:*`: every name below a type, whatever its depth.
fn name_takes_all(name: &str) -> bool {
    name.contains('*') && name.bytes().all(|byte| matches!(byte, b'*' | b'/' | b':'))
}

fn breadth_of_other(text: &str) -> Breadth {
    if has_wildcard(text) {
        Breadth::Part
    } else if is_only_placeholders(text) {
        Breadth::Unknown
    } else {
        Breadth::One
    }
}

fn is_only_placeholders(text: &str) -> bool {
    use crate::placeholder::{Piece, pieces};
    !text.is_empty() && pieces(text).all(|piece| matches!(piece, Piece::Placeholder(_)))
}

/// Whether `text` is `*`, or several.
#[must_use]
pub fn is_only_wildcards(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte == b'*')
}

/// Whether `text` ends in `*`: all that begins so.
#[must_use]
pub fn ends_in_wildcard(text: &str) -> bool {
    text.ends_with('*')
}

fn has_wildcard(text: &str) -> bool {
    use crate::placeholder::{Piece, pieces};
    pieces(text).any(|piece| matches!(piece, Piece::Text(written) if written.contains(['*', '?'])))
}

#[cfg(test)]
mod tests {
    use super::{Breadth, breadth};

    #[test]
    fn breadth_is_told_by_the_text() {
        let service = |service: &str| Breadth::Service { service: service.into() };
        let kind = |service: &str, kind: &str| Breadth::Type {
            service: service.into(),
            kind: kind.into(),
        };
        for (text, expected) in [
            ("*", Breadth::Everything),
            ("**", Breadth::Everything),
            ("arn:aws:*", Breadth::Everything),
            ("arn:*:*:*:*:*", Breadth::Everything),
            ("arn:aws:s3:::*", service("s3")),
            ("arn:aws:s3:::*/*", service("s3")),
            ("arn:aws:sqs", service("sqs")),
            ("arn:${AWS::Partition}:logs:*:*:*", service("logs")),
            (
                "arn:aws:dynamodb:${AWS::Region}:${AWS::AccountId}:table/*",
                kind("dynamodb", "table"),
            ),
            ("arn:aws:lambda:*:*:function:*", kind("lambda", "function")),
            ("arn:aws:logs:*:*:log-group:*:*", kind("logs", "log-group")),
            ("arn:aws:s3:::photos/*", Breadth::Bucket { bucket: "photos".into() }),
            ("arn:aws:s3:::${Photos}/*", Breadth::Bucket { bucket: "${Photos}".into() }),
            ("arn:aws:s3:::photos*/*", Breadth::Part),
            ("arn:aws:s3:::photos/a/*", Breadth::Part),
            ("arn:aws:dynamodb:r:a:table/Orders*", Breadth::Part),
            ("arn:aws:dynamodb:*:*:table/Orders", Breadth::One),
            ("arn:aws:dynamodb:r:a:table/${Orders}", Breadth::One),
            ("${Orders.Arn}", Breadth::Unknown),
            ("${Orders.Arn}/index/*", Breadth::Part),
            ("arn:aws:s3:::photos", Breadth::One),
        ] {
            assert_eq!(breadth(text), expected, "{text}");
        }
    }
}
