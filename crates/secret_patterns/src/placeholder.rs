//! Values that stand where a secret will be, and are none.

use crate::bits_per_character;

/// Words that stand where a secret will be.
const STAND_INS: [&str; 17] = [
    "example",
    "placeholder",
    "replace",
    "redacted",
    "todo",
    "fixme",
    "dummy",
    "insert",
    "your-",
    "your_",
    "yourkey",
    "yourtoken",
    "yoursecret",
    "yourpassword",
    "<secret>",
    "not-a-real",
    "notareal",
];

/// Whole values that are settings, not secrets.
const SETTINGS: [&str; 40] = [
    "true",
    "false",
    "yes",
    "no",
    "on",
    "off",
    "null",
    "none",
    "nil",
    "undefined",
    "n/a",
    "na",
    "enabled",
    "disabled",
    "required",
    "optional",
    "default",
    "auto",
    "string",
    "securestring",
    "bearer",
    "basic",
    "jwt",
    "oauth",
    "oauth2",
    "plaintext",
    "tbd",
    "aws_iam",
    "aws:kms",
    "aes256",
    "hs256",
    "rs256",
    "hs512",
    "es256",
    "sha256",
    "sha512",
    "hmac",
    "authorization",
    "x-api-key",
    "noecho",
];

/// Words that end the name of a resource.
const RESOURCE_NOUNS: [&str; 22] = [
    "table",
    "queue",
    "topic",
    "bucket",
    "secret",
    "secrets",
    "parameter",
    "param",
    "function",
    "role",
    "name",
    "arn",
    "id",
    "stack",
    "api",
    "key",
    "keys",
    "credentials",
    "creds",
    "stream",
    "token",
    "password",
];

/// Parts of spoken values that are weak secrets: what begs to be changed, what names nothing.
const WEAK_PARTS: [&str; 14] = [
    "change",
    "super",
    "letmein",
    "welcome",
    "correct-horse",
    "this-is",
    "my-secret",
    "mysecret",
    "my_secret",
    "my-password",
    "mypassword",
    "my_password",
    "admin-password",
    "secret-key",
];

/// Whether a value is a placeholder, a reference, a name or another thing that is no secret.
///
/// A weak secret is a secret: `changeme` and `admin` are what somebody will find working.
#[must_use]
pub fn looks_like_placeholder(value: &str) -> bool {
    let value = value.trim().trim_matches(['"', '\'']);
    let lower = value.to_ascii_lowercase();
    value.is_empty()
        || SETTINGS.contains(&lower.as_str())
        || is_reference(value, &lower)
        || is_filler(&lower)
        || STAND_INS.iter().any(|word| lower.contains(word))
        || is_quantity(value)
        || is_path(value)
        || is_plain_url(&lower)
        || is_address(&lower)
        || is_resource_name(value, &lower)
}

/// `${…}`, `{{…}}`, `<…>`, `%NAME%`, `$(…)`, `$NAME`, an ARN, `ssm:…`: something else has the value.
fn is_reference(value: &str, lower: &str) -> bool {
    let between = |open: &str, close: &str| {
        value.split_once(open).is_some_and(|(_, rest)| rest.contains(close))
    };
    let wrapped = |open: char, close: char| value.starts_with(open) && value.ends_with(close);
    let is_name = |text: &str| {
        !text.is_empty()
            && text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
    };
    between("${", "}")
        || between("{{", "}}")
        || between("<<", ">>")
        || between("$(", ")")
        || wrapped('<', '>')
        || wrapped('[', ']')
        || (wrapped('{', '}') && !value.contains('"'))
        || (value.len() > 2 && wrapped('%', '%'))
        || matches!(value, "%s" | "%v" | "%d" | "%q")
        || value.strip_prefix('$').is_some_and(is_name)
        || [
            "arn:",
            "ssm:",
            "secretsmanager:",
            "amzn1.ask.skill.",
            "vault:",
            "sm://",
            "op://",
            "resolve:",
            "!ref",
            "!sub",
        ]
        .iter()
        .any(|prefix| lower.starts_with(prefix))
}

/// `xxxx`, `****`, `...`, `0000-0000`, `sk_live_xxxxxxxx`.
fn is_filler(lower: &str) -> bool {
    let is_fill = |byte: u8| matches!(byte, b'x' | b'*' | b'.' | b'-' | b'_' | b'?' | b'#');
    let mut longest = 0;
    let mut run = 0;
    let mut last = 0;
    for byte in lower.bytes() {
        run = if byte == last { run + 1 } else { 1 };
        last = byte;
        if is_fill(byte) || byte == b'0' {
            longest = longest.max(run);
        }
    }
    // A run of eight equal characters does not happen by chance, and nobody types it as a password
    // save one who fills a field.
    longest >= 8
        || lower.bytes().all(|byte| is_fill(byte) || byte == b'0')
        || lower.ends_with("...")
        || lower.ends_with('…')
}

/// A number of up to four digits, a decimal, a duration, a date.
fn is_quantity(value: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if digits(value) {
        return value.len() <= 4;
    }
    let unit = value.trim_start_matches(|c: char| c.is_ascii_digit());
    let has_number = unit.len() < value.len();
    if has_number
        && matches!(
            unit,
            "s" | "m" | "h" | "d" | "w" | "ms" | "min" | "sec" | "days" | "hours" | "%"
        )
    {
        return true;
    }
    let mut parts = value.split(['-', '.']);
    value.contains(['-', '.']) && value.len() <= 10 && parts.all(digits)
}

/// `/app/db/password`, `prod/db`, `./keys/private.pem`: segments that people wrote.
fn is_path(value: &str) -> bool {
    if !value.contains('/') || value.contains("://") {
        return false;
    }
    let is_word = |segment: &str| {
        let allowed = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b':');
        segment.bytes().all(allowed) && (segment.len() < 8 || looks_written(segment))
    };
    let rest = value.trim_start_matches(['.', '~']);
    let is_rooted = rest.starts_with('/');
    // Base64 has slashes too, but hardly ever between written words only.
    rest.split('/').all(is_word)
        && (is_rooted || !value.bytes().any(|byte| byte.is_ascii_uppercase()) || value.len() < 20)
        && (value.len() < 16 || rest.split('/').any(looks_written))
}

/// Few digits, mostly letters of one case: a word or a name, not random text.
fn looks_written(text: &str) -> bool {
    let count = |test: fn(&u8) -> bool| text.bytes().filter(test).count();
    let digits = count(u8::is_ascii_digit);
    let uppers = count(u8::is_ascii_uppercase);
    let lowers = count(u8::is_ascii_lowercase);
    let letters = uppers + lowers;
    letters >= 2
        && digits * 4 <= letters
        && (uppers * 3 <= lowers || lowers * 3 <= uppers)
        && bits_per_character(text) < 4.3
        // Random letters change case every other letter, words do not.
        && text.len() >= 3 * crate::name::words(text).len()
}

/// A URL without a password and without a random part in it.
fn is_plain_url(lower: &str) -> bool {
    let Some((scheme, rest)) = lower.split_once("://") else { return false };
    let is_scheme = !scheme.is_empty()
        && scheme
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.' | b':'));
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let has_password = authority
        .rsplit_once('@')
        .and_then(|(user, _)| user.split_once(':'))
        .is_some_and(|(_, password)| !password.is_empty());
    is_scheme && !has_password
}

/// A mail address, a host name, an IP address.
fn is_address(lower: &str) -> bool {
    let is_host = |host: &str| {
        let mut labels = host.split(':').next().unwrap_or_default().split('.').peekable();
        let count = host.split('.').count();
        let fits = |label: &str| {
            !label.is_empty()
                && label.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        };
        let top = host.split(':').next().and_then(|host| host.rsplit('.').next());
        let is_known_top = top.is_some_and(|top| {
            matches!(
                top,
                "com"
                    | "org"
                    | "net"
                    | "io"
                    | "dev"
                    | "internal"
                    | "local"
                    | "localhost"
                    | "co"
                    | "app"
                    | "cloud"
                    | "ai"
                    | "eu"
                    | "de"
                    | "uk"
                    | "us"
                    | "cn"
                    | "jp"
            )
        });
        let is_ip = count == 4 && host.bytes().all(|b| b.is_ascii_digit() || b == b'.');
        count >= 2 && labels.all(fits) && (is_known_top || is_ip)
    };
    match lower.split_once('@') {
        Some((user, host)) => !user.is_empty() && !user.contains([':', '/']) && is_host(host),
        None => is_host(lower),
    }
}

/// `orders-table`, `my-app/db-credentials`, `OrdersTable`, `DB_PASSWORD`: what people call things.
fn is_resource_name(value: &str, lower: &str) -> bool {
    let words = crate::name::words(value);
    if words.len() < 2 || value.len() > 128 {
        return false;
    }
    let is_word = |word: &String| {
        word.bytes().all(|byte| byte.is_ascii_lowercase())
            || word.bytes().all(|byte| byte.is_ascii_digit()) && word.len() <= 4
            || matches!(
                word.as_str(),
                "v1" | "v2" | "v3" | "s3" | "ec2" | "db2" | "sha256" | "oauth2" | "base64"
            )
    };
    let separated = value.split(['-', '_', '.', '/', ':']).count();
    let changes_case = words.len() > separated + 1;
    let joined = value.bytes().all(|byte| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'/' | b':')
    });
    let is_spoken = words.iter().all(is_word)
        && words.iter().any(|word| word.len() >= 3)
        // Random letters fall into many short "words" where the case changes.
        && value.len() >= words.len() * if changes_case { 5 } else { 3 };
    if !joined || !is_spoken {
        return false;
    }
    // What begs to be changed, or praises itself, is a password that works until somebody does.
    let is_weak_secret = WEAK_PARTS.iter().any(|part| lower.contains(part));
    let is_separated = value.contains(['-', '_', '.', '/', ':']);
    let ends_in_noun = words.last().is_some_and(|last| RESOURCE_NOUNS.contains(&last.as_str()));
    !is_weak_secret && (is_separated || ends_in_noun)
}

#[cfg(test)]
mod tests {
    use super::looks_like_placeholder;

    #[test]
    fn what_is_no_secret_is_told() {
        for value in [
            "",
            "<your-key>",
            "xxxx",
            "XXXXXXXX",
            "****",
            "${DbPassword}",
            "{{resolve:ssm:/a:1}}",
            "arn:aws:secretsmanager:eu-west-1:111122223333:secret:orders-AbCdEf",
            "/app/db/password",
            "prod/db/password",
            "https://orders.internal/token",
            "true",
            "False",
            "1234",
            "30",
            "12.5",
            "15m",
            "orders-table",
            "orders-app-secret",
            "OrdersTable",
            "DB_PASSWORD",
            "your-api-key",
            "YOUR_API_KEY_HERE",
            "AKIAIOSFODNN7EXAMPLE",
            "$TOKEN",
            "$(get-token)",
            "%TOKEN%",
            "todo",
            "REPLACE_ME",
            "none",
            "sso@orders.example.org",
            "db.orders.internal",
            "10.0.0.1",
            "2026-01-31",
            "ssm:/orders/key",
            "x-api-key",
            "Authorization",
            "HS256",
            "[redacted]",
            "sk_live_xxxxxxxxxxxxxxxx",
            "my_token_name",
            "orders/prod/api-key",
            "./keys/private.pem",
        ] {
            assert!(looks_like_placeholder(value), "{value}");
        }
    }

    #[test]
    fn weak_and_strong_secrets_are_no_placeholders() {
        for value in [
            "changeme",
            "change-me",
            "changeme123",
            "admin",
            "password",
            "hunter2",
            "P@ssw0rd!",
            "12345678",
            "s3cr3t-t0k3n",
            "Tr0ub4dor&3",
            "letmein",
            "super-secret-password",
            "q9Zr7LmX2vBn4KpT8wYc",
            "dGhpcyBpcyBhIHNlY3JldCE=",
            "5f4dcc3b5aa765d61d8327deb882cf99",
            "abc/DEF+ghi/JKL123mno456PQR789stu/VWX012",
            "https://deploy:h4rd@git.internal/x",
        ] {
            assert!(!looks_like_placeholder(value), "{value}");
        }
    }
}
