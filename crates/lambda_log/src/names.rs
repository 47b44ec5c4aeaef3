//! Names of functions, as groups, streams, ARNs and files tell them.

/// Bytes of a name; Lambda allows 64, and 140 in all forms.
const MOST: usize = 140;

/// Ends of names of files, which may follow each other.
const ENDS: [&str; 7] = [".gz", ".log", ".txt", ".json", ".jsonl", ".ndjson", ".csv"];

fn is_name(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= MOST
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
}

/// The function of a log group: `/aws/lambda/orders` and `111122223333:/aws/lambda/orders` are of `orders`;
/// of Lambda@Edge, `/aws/lambda/us-east-1.orders`.
#[must_use]
pub fn function_of_group(group: &str) -> Option<&str> {
    let (_, name) = group.split_once("/aws/lambda/")?;
    let name = name.split(['/', ':']).next()?;
    let is_region = |text: &str| {
        let dashes = text.matches('-').count();
        dashes >= 2 && text.ends_with(|last: char| last.is_ascii_digit()) && text.len() < 20
    };
    let name = match name.split_once('.') {
        Some((region, rest)) if is_region(region) => rest,
        _ => name,
    };
    is_name(name).then_some(name)
}

/// The function of an ARN: `arn:aws:lambda:eu-west-1:111122223333:function:orders:7`; a name alone is its own.
#[must_use]
pub fn function_of_arn(arn: &str) -> Option<&str> {
    let name = match arn.split_once(":function:") {
        Some((_, rest)) => rest,
        // `111122223333:function:orders` and `function:orders` are allowed, too.
        None => arn.strip_prefix("function:").unwrap_or(arn),
    };
    let name = name.split(':').next()?;
    is_name(name).then_some(name)
}

/// The function of a stream of a group that several functions share: `2026/01/31/orders[$LATEST]1a2b`.
pub(crate) fn function_of_stream(stream: &str) -> Option<&str> {
    let (head, _) = stream.split_once('[')?;
    let name = head.rsplit('/').next()?;
    is_name(name).then_some(name)
}

/// Whether a word is the name of a stream as Lambda makes it: `2026/01/31/[$LATEST]1a2b…`.
pub(crate) fn is_stream(word: &str) -> bool {
    let bytes = word.as_bytes();
    let digits = |from: usize, to: usize| {
        bytes.get(from..to).is_some_and(|part| part.iter().all(u8::is_ascii_digit))
    };
    digits(0, 4)
        && bytes.get(4) == Some(&b'/')
        && digits(5, 7)
        && bytes.get(7) == Some(&b'/')
        && digits(8, 10)
        && bytes.get(10) == Some(&b'/')
        && word.contains('[')
        && word.contains(']')
}

/// The function that the name of a file speaks of: a folder `aws/lambda/NAME` in its path, else the name of
/// the file without its ends (`orders.log.gz` is of `orders`). Where that is only a number, as in exports to
/// S3 (`orders/2026-01-31-[$LATEST]1a2b/000000.gz`), the nearest folder that is neither stream nor id.
#[must_use]
pub fn function_of_path(path: &str) -> Option<String> {
    let path = path.replace('\\', "/");
    let parts: Vec<&str> =
        path.split('/').filter(|part| !matches!(*part, "" | "." | "..")).collect();
    let in_folder = parts.windows(3).find_map(|three| match three {
        ["aws", "lambda", name] => Some(*name),
        _ => None,
    });
    let candidates = in_folder.into_iter().chain(parts.iter().rev().copied());
    for part in candidates {
        let mut name = part;
        while let Some(end) = ENDS.iter().find(|end| ends_with(name, end)) {
            name = name.get(..name.len() - end.len()).unwrap_or_default();
        }
        for prefix in ["aws-lambda-", "aws_lambda_", "_aws_lambda_", "-aws-lambda-"] {
            name = name.strip_prefix(prefix).unwrap_or(name);
        }
        let is_number = name.bytes().all(|byte| byte.is_ascii_digit());
        let is_id =
            name.len() == 36 && name.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
        if !name.is_empty() && !is_number && !is_id && !name.contains('[') && name.len() <= MOST {
            return Some(name.to_owned());
        }
    }
    None
}

fn ends_with(name: &str, end: &str) -> bool {
    name.len() > end.len()
        && name.get(name.len() - end.len()..).is_some_and(|it| it.eq_ignore_ascii_case(end))
}

#[cfg(test)]
mod tests {
    use super::{
        function_of_arn, function_of_group, function_of_path, function_of_stream, is_stream,
    };

    #[test]
    fn groups_arns_and_streams_name_functions() {
        assert_eq!(function_of_group("/aws/lambda/orders"), Some("orders"));
        assert_eq!(function_of_group("111122223333:/aws/lambda/orders"), Some("orders"));
        assert_eq!(function_of_group("/aws/lambda/us-east-1.orders"), Some("orders"));
        assert_eq!(function_of_group("/aws/apigateway/orders"), None);
        assert_eq!(function_of_group("/aws/lambda/a\u{1b}[2J"), None);
        let arn = "arn:aws:lambda:eu-west-1:111122223333:function:orders:7";
        assert_eq!(function_of_arn(arn), Some("orders"));
        assert_eq!(function_of_arn("orders"), Some("orders"));
        assert_eq!(function_of_stream("2026/01/31/orders[$LATEST]1a2b"), Some("orders"));
        assert_eq!(function_of_stream("2026/01/31/[$LATEST]1a2b"), None);
        assert!(is_stream("2026/01/31/[$LATEST]1a2b") && !is_stream("2026/01/31"));
    }

    #[test]
    fn names_of_files_speak_of_functions() {
        for (path, name) in [
            ("orders.log.gz", Some("orders")),
            ("logs/aws-lambda-orders.json", Some("orders")),
            ("logs/aws/lambda/orders/stream.log", Some("orders")),
            ("orders/2026-01-31-[$LATEST]1a2b/000000.gz", Some("orders")),
            ("orders/0f0e0d0c-0000-4000-8000-000000000000/s[1]/000000.gz", Some("orders")),
            ("-", Some("-")),
            ("000000.gz", None),
        ] {
            assert_eq!(function_of_path(path).as_deref(), name, "{path}");
        }
    }
}
