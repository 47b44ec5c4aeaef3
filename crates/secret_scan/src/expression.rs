//! Values that are no secrets but say where one comes from: expressions, references, patterns, paths.

use crate::{judge::words, kind_of_file::FileKind, pairs::Pair};

/// An expression of a program or a reference to another place.
pub(crate) fn is_expression(value: &str, pair: &Pair, kind: FileKind) -> bool {
    if looks_like_reference(value)
        || is_version_range(value)
        || is_pattern(value)
        || is_joined(value)
        || is_path_in_document(value)
        || is_file(value)
        || is_digest(value)
        || is_check_list(value)
        // The public half of a signature of AWS: which key, which day, which service.
        || value.contains("/aws4_request")
    {
        return true;
    }
    if pair.is_quoted {
        return false;
    }
    value.contains(['(', '[', '{'])
        || value.contains("::")
        || value.contains("->")
        || value.starts_with(['$', '@', '&', '*', '!', '<', '%', '`', '/', '.'])
        // `config.token` and `self.key` of a program, `aws_s3_object.code.key` of Terraform.
        || (is_member(value)
            && (kind != FileKind::Settings
                || value.bytes().filter(u8::is_ascii_digit).count() * 8 < value.len()))
}

/// `sha384-…` of an attribute `integrity`, `sha256:…` of an image: what something is, not a secret.
fn is_digest(value: &str) -> bool {
    let sum = value.split_once(['-', ':']).filter(|(kind, _)| {
        ["sha1", "sha256", "sha384", "sha512", "md5"].iter().any(|it| kind.eq_ignore_ascii_case(it))
    });
    sum.is_some_and(|(_, sum)| {
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"+/=-_".contains(&byte);
        sum.len() >= 24 && sum.bytes().all(is_plain)
    })
}

/// `required|string|min:8`: what a field must be.
fn is_check_list(value: &str) -> bool {
    let is_check = |check: &str| {
        let (name, limit) = check.split_once(':').unwrap_or((check, "1"));
        let is_name = |byte: u8| byte.is_ascii_lowercase() || byte == b'_';
        let is_limit = |byte: u8| byte.is_ascii_alphanumeric() || b",._-".contains(&byte);
        name.len() >= 2 && name.bytes().all(is_name) && limit.bytes().all(is_limit)
    };
    value.contains('|') && value.split('|').all(is_check)
}

/// Names joined by dots.
pub(crate) fn is_member(value: &str) -> bool {
    let is_name = |part: &str| {
        let begins =
            part.bytes().next().is_some_and(|byte| byte.is_ascii_alphabetic() || byte == b'_');
        let is_plain = part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        (part.len() < 24 || is_words_together(part)) && begins && is_plain
    };
    value.contains('.') && value.split('.').all(is_name)
}

pub(crate) fn looks_like_reference(value: &str) -> bool {
    // A backslash before the quote of an escaped text is none of the value.
    let value = value.trim_end_matches('\\');
    let marks = [
        "${",
        "{{",
        "<%",
        "$(",
        "%(",
        "#{",
        "\\(",
        "`",
        "process.env",
        "os.environ",
        "getenv",
        "!Ref",
        "&lt;",
    ];
    marks.iter().any(|mark| value.contains(mark))
        || is_path_of_variable(value)
        || value.strip_prefix('$').is_some_and(|name| {
            // `$$NAME` in a recipe of make, `$crate::private::NAME`.
            let name = name.trim_start_matches('$').replace("::", "");
            name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
        })
        || (value.len() > 2 && value.starts_with('%') && value.ends_with('%'))
        || (value.starts_with('<') && value.ends_with('>'))
        || (value.starts_with('{') && value.ends_with('}') && !value.contains(':'))
        || (value.len() > 2 && value.starts_with('@') && value.ends_with('@'))
}

/// `$context.authorizer.token`, `$util.base64Decode(…)` of a template of Velocity.
fn is_path_of_variable(value: &str) -> bool {
    let Some(rest) = value.strip_prefix('$') else { return false };
    let path = rest.split('(').next().unwrap_or_default();
    let is_name = |part: &str| {
        part.len() >= 2 && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    };
    path.contains('.') && path.split('.').all(is_name)
}

/// `>=2.8.0`, `^9.0`, `~> 1.2`: which versions of a package called `pyjwt` or `jsonwebtoken` fit.
fn is_version_range(value: &str) -> bool {
    let rest = value.trim_start_matches(['>', '<', '=', '~', '^', '!', ' ']);
    let rest = rest.strip_prefix('v').unwrap_or(rest);
    let is_number = rest.bytes().next().is_some_and(|byte| byte.is_ascii_digit());
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b".,<>=~^!*+- |".contains(&byte);
    rest.len() < value.len() && is_number && rest.contains('.') && rest.bytes().all(is_plain)
}

/// `[a-zA-Z0-9]+`, `(?<token>…)`: a pattern that secrets fit, and none itself.
fn is_pattern(value: &str) -> bool {
    let has = |marks: &[&str]| marks.iter().any(|mark| value.contains(mark));
    has(&["(?", "[^", "\\d", "\\w", "\\s"]) || (value.contains('[') && has(&["a-z", "A-Z", "0-9"]))
}

/// `"+password+"`, `" . $token`: the end of one text and the beginning of the next.
fn is_joined(value: &str) -> bool {
    let rest = value.trim_start_matches(['"', '\'']).trim_start();
    let operator = rest.strip_prefix(['+', '.', '|', '&']);
    let is_begun = rest.len() < value.len() || value.starts_with('+');
    is_begun
        && operator.is_some_and(|rest| {
            let rest = rest.trim_start_matches(['|', '&', ' ', '$']);
            rest.bytes().next().is_some_and(|byte| byte.is_ascii_alphabetic() || byte == b'_')
        })
}

/// `NextMarker || Contents[-1].Key`, `StreamDescription.Shards[-1].ShardId`: where in a document
/// something stands, in the language of `JMESPath` and its like.
fn is_path_in_document(value: &str) -> bool {
    let is_step = |step: &str| {
        let (name, index) = step.split_once('[').unwrap_or((step, "]"));
        let is_index = index.ends_with(']')
            && index
                .trim_end_matches(']')
                .bytes()
                .all(|b| b.is_ascii_digit() || b"-*:".contains(&b));
        name.len() >= 2 && name.bytes().all(|byte| byte.is_ascii_alphabetic()) && is_index
    };
    let is_path = |path: &str| path.trim().split('.').all(is_step);
    (value.contains('[') || value.contains('.')) && value.split("||").all(is_path)
}

/// `nextPageToken`, `NextMarker`, `SomethingLikeThis`: words put together, each long enough to be
/// one. Random letters change case after one letter or two.
pub(crate) fn is_words_together(value: &str) -> bool {
    let words = words(value);
    value.bytes().all(|byte| byte.is_ascii_alphabetic())
        && words.len() >= 2
        && words.iter().all(|word| {
            let has_vowel = word.bytes().any(|byte| b"aeiouy".contains(&byte));
            word.len() >= 3 && word.len() <= 16 && has_vowel
        })
}

/// `docs/ri22.pdf`, `images/a1/b2.png`: a file.
fn is_file(value: &str) -> bool {
    let Some((path, ending)) = value.rsplit_once('.') else { return false };
    path.contains('/')
        && (2..=5).contains(&ending.len())
        && ending.bytes().all(|byte| byte.is_ascii_lowercase())
}
