//! What code calls: methods of clients, resources, helpers, waiters; and the operations behind them.

use crate::{
    operation::{self, Operation},
    table,
    template::Given,
};

/// `service.resource.method=Operation Parameter<source …;…`, sorted; see `data/SOURCE.md`.
static NAMES: &str = include_str!("../data/names.txt");

/// What SDKs put before and behind the name of an operation.
const PREFIXES: &[&str] = &["", "presign", "paginate", "waitUntil", "New"];
const SUFFIXES: &[&str] =
    &["", "Command", "Paginator", "Waiter", "Async", "WithContext", "Request", "Pages", "Input"];

/// One operation that a call of an SDK performs, with where its parameters come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// The operation.
    pub operation: Operation,
    renames: &'static str,
}

/// Where a parameter of an operation comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// An argument of the call: by name, by position (`0`), or a field of one (`ExtraArgs.ACL`).
    Argument(&'static str),
    /// An identifier of the object that is called: 0 is the bucket of `s3.Object(bucket, key)`.
    Identifier(usize),
    /// It is given, but nothing tells its value.
    Unknown,
    /// This text.
    Text(&'static str),
}

/// The operations that a call performs, none when it sends nothing; `None` when nobody told.
///
/// `service` is the service as the SDK names it (`s3`, `S3Client`, `client-s3`, `lib-dynamodb`,
/// `DynamoDB.DocumentClient`, `parameters` of Powertools), `resource` the type of the object that is
/// called when it is no client (`Table`, `Bucket`, `DynamoDbTable`), else empty. `method` is as the
/// code writes it, in the spelling of any SDK: `put_item`, `getObject`, `GetObjectCommand`,
/// `objects.filter`, `upload_file`; also the name of a waiter (`bucket_exists`).
#[must_use]
pub fn resolve(service: &str, resource: &str, method: &str) -> Option<Vec<Step>> {
    let id = operation::find_service(service).map(|service| service.id);
    for prefix in PREFIXES {
        let Some(rest) = strip_prefix(method, prefix) else { continue };
        for suffix in SUFFIXES {
            let Some(name) = strip_suffix(rest, suffix).filter(|name| !name.is_empty()) else {
                continue;
            };
            if let Some(steps) = named(service, id, resource, name) {
                return Some(steps);
            }
        }
    }
    None
}

fn named(service: &str, id: Option<&str>, resource: &str, method: &str) -> Option<Vec<Step>> {
    // How a collection is walked does not matter: `objects.filter`, `objects.all`.
    let collection = method.rsplit_once('.').map(|(collection, _)| collection);
    for service in [Some(service), id].into_iter().flatten() {
        for method in [Some(method), collection].into_iter().flatten() {
            let key = format!("{service}.{resource}.{method}");
            if let Some(steps) = look_up(&key, id) {
                return Some(steps);
            }
        }
    }
    let is_client = resource.is_empty() || resource.ends_with("Client");
    let operation = operation::find(id?, method).filter(|_| is_client)?;
    Some(vec![Step { operation, renames: "" }])
}

fn look_up(key: &str, service: Option<&str>) -> Option<Vec<Step>> {
    let line = table::find(NAMES, '\n', key, |line| line.split('=').next().unwrap_or(line))?;
    let (_, steps) = line.split_once('=')?;
    // Nothing is sent: a URL signed with a key of one's own.
    if steps == "-" {
        return Some(Vec::new());
    }
    let steps = steps.split(';').map(|step| {
        let (name, renames) = step.split_once(' ').unwrap_or((step, ""));
        let operation = match name.split_once(':') {
            Some((service, name)) => operation::find(service, name),
            None => operation::find(service?, name),
        };
        Some(Step { operation: operation?, renames })
    });
    steps.collect()
}

fn strip_prefix<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let (start, rest) = text.split_at_checked(prefix.len())?;
    start.eq_ignore_ascii_case(prefix).then_some(rest)
}

fn strip_suffix<'a>(text: &'a str, suffix: &str) -> Option<&'a str> {
    text.strip_suffix(suffix)
}

impl Step {
    /// The parameters that may come from elsewhere than the argument of their own name, with their
    /// sources; of several for one parameter the first that the call has counts.
    pub fn renames(&self) -> impl Iterator<Item = (&'static str, Source)> + use<> {
        // Java (version 1) and .NET spell it so in every request of S3.
        let spelled = Some(("Bucket", Source::Argument("BucketName")));
        let spelled = spelled.filter(|_| self.operation.service.id == "s3");
        let renames = self.renames.split(' ').filter_map(|rename| {
            let (parameter, source) = rename.split_once('<')?;
            let source = match source.split_at_checked(1) {
                Some(("^", number)) => Source::Identifier(number.parse().ok()?),
                Some(("=", text)) => Source::Text(text),
                Some(("?", "")) => Source::Unknown,
                _ => Source::Argument(source),
            };
            Some((parameter, source))
        });
        renames.chain(spelled)
    }

    /// What the call says of a parameter of the operation.
    ///
    /// `argument` tells an argument by name or position, `identifier` an identifier of the object
    /// that is called. Names of arguments should be compared with their case ignored, as SDKs spell
    /// them differently.
    pub fn given<'a>(
        &self,
        parameter: &str,
        argument: &dyn Fn(&str) -> Given<'a>,
        identifier: &dyn Fn(usize) -> Given<'a>,
    ) -> Given<'a> {
        let is_identifier = |source: &Source| matches!(source, Source::Identifier(_));
        let of = |identifies: bool| {
            let sources = self.renames().filter(|(name, _)| *name == parameter);
            sources.map(|(_, source)| source).filter(move |it| is_identifier(it) == identifies)
        };
        let read = |source: Source| match source {
            Source::Argument(name) => argument(name),
            Source::Identifier(at) => identifier(at),
            Source::Unknown => Given::Unknown,
            Source::Text(text) => Given::Text(text.into()),
        };
        // What an object stands for cannot be said anew; a name says more than a position.
        let named = std::iter::once_with(|| argument(parameter));
        Given::first(of(true).map(read).chain(named).chain(of(false).map(read)))
    }
}

#[cfg(test)]
mod tests {
    use super::{NAMES, Source, look_up, resolve};
    use crate::{Given, Surroundings, operation, table};

    /// The actions of a call, with ARNs, when every argument and identifier is its own name.
    fn check(service: &str, resource: &str, method: &str, expected: &[&str]) {
        let steps = resolve(service, resource, method).unwrap_or_default();
        let mut found = Vec::new();
        for step in steps {
            let argument = |name: &str| match name {
                "Bucket" | "Key" | "TableName" | "0" | "1" | "2" => {
                    Given::Text(name.to_owned().into())
                }
                _ => Given::Absent,
            };
            let identifier = |at: usize| Given::Text(format!("id{at}").into());
            let given = |name: &str| step.given(name, &argument, &identifier);
            let around = Surroundings { partition: "aws", region: "r", account: "a" };
            for need in step.operation.needs().filter(|need| !need.is_optional) {
                if need.applies(&given) {
                    for filled in need.arns(around, &given) {
                        let text = format!("{} {}", need.action, filled.arn);
                        if !found.contains(&text) {
                            found.push(text);
                        }
                    }
                }
            }
        }
        assert_eq!(found, expected, "{service}.{resource}.{method}");
    }

    #[test]
    fn every_name_of_the_table_has_its_operations() {
        for line in NAMES.lines() {
            let key = line.split('=').next().unwrap_or(line);
            let service = operation::find_service(key.split('.').next().unwrap_or(key));
            let steps = look_up(key, service.map(|service| service.id));
            let is_known = steps.is_some_and(|steps| !steps.is_empty() || line.ends_with("=-"));
            assert!(is_known, "{line}");
        }
    }

    #[test]
    fn the_table_is_sorted() {
        let keys: Vec<&str> = NAMES.lines().filter_map(|line| line.split('=').next()).collect();
        for (left, right) in keys.iter().zip(keys.iter().skip(1)) {
            assert!(table::compare(left, right).is_lt(), "{left} {right}");
        }
    }

    #[test]
    fn methods_of_every_sdk_are_one_operation() {
        let expected = ["s3:PutObject arn:aws:s3:::Bucket/Key"];
        check("s3", "", "put_object", &expected);
        check("S3", "", "putObject", &expected);
        check("client-s3", "", "PutObjectCommand", &expected);
        check("S3Client", "", "PutObject", &expected);
        check("s3", "", "PresignPutObject", &expected);
        check("AmazonS3", "", "putObject", &expected);
        check("SFNClient", "", "nothing", &[]);
    }

    #[test]
    fn resources_tell_their_identifiers() {
        let table = "arn:aws:dynamodb:r:a:table/id0";
        check("dynamodb", "Table", "put_item", &[&format!("dynamodb:PutItem {table}")]);
        check(
            "dynamodb",
            "BatchWriter",
            "put_item",
            &[&format!("dynamodb:BatchWriteItem {table}")],
        );
        check("s3", "Object", "get", &["s3:GetObject arn:aws:s3:::id0/id1"]);
        check("s3", "Bucket", "objects.filter", &["s3:ListBucket arn:aws:s3:::id0"]);
        let deleted = ["s3:ListBucket arn:aws:s3:::id0", "s3:DeleteObject arn:aws:s3:::id0/*"];
        check("s3", "Bucket", "objects.delete", &deleted);
        check("sqs", "Queue", "send_messages", &["sqs:SendMessage arn:aws:sqs:r:a:id0"]);
        check("sns", "Topic", "publish", &["sns:Publish arn:aws:sns:r:a:id0"]);
        check("s3", "Bucket", "wait_until_exists", &["s3:ListBucket arn:aws:s3:::id0"]);
    }

    #[test]
    fn helpers_and_waiters_are_operations() {
        check("s3", "", "download_file", &["s3:GetObject arn:aws:s3:::Bucket/Key"]);
        let up =
            ["s3:PutObject arn:aws:s3:::id0/Key", "s3:AbortMultipartUpload arn:aws:s3:::id0/Key"];
        check("s3", "Bucket", "upload_file", &up);
        check("s3", "", "bucket_exists", &["s3:ListBucket arn:aws:s3:::Bucket"]);
        check("client-s3", "", "waitUntilObjectExists", &["s3:GetObject arn:aws:s3:::Bucket/Key"]);
        let put = ["dynamodb:PutItem arn:aws:dynamodb:r:a:table/TableName"];
        check("DynamoDB.DocumentClient", "", "put", &put);
        check("lib-dynamodb", "", "PutCommand", &put);
        check("parameters", "", "get_parameter", &["ssm:GetParameter arn:aws:ssm:r:a:parameter/0"]);
    }

    #[test]
    fn sources_are_told() {
        let steps = resolve("s3", "Object", "put").unwrap_or_default();
        let renames: Vec<_> = steps.iter().flat_map(super::Step::renames).collect();
        let expected = [("Bucket", Source::Identifier(0)), ("Key", Source::Identifier(1))];
        assert_eq!(renames.get(..2), Some(&expected[..]));
    }
}
