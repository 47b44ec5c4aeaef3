//! Names that say that their value is a secret.

/// Words that say secret when they end a name, and the kind they announce.
const SECRET_WORDS: [(&str, &str); 24] = [
    ("password", "password"),
    ("passwd", "password"),
    ("passphrase", "password"),
    ("passcode", "password"),
    ("passwort", "password"),
    ("pwd", "password"),
    ("psw", "password"),
    ("pass", "password"),
    ("secret", "secret"),
    ("secrets", "secret"),
    ("token", "token"),
    ("jwt", "token"),
    ("pat", "token"),
    ("apikey", "api-key"),
    ("privatekey", "private-key"),
    ("secretkey", "secret"),
    ("accesskey", "api-key"),
    ("authkey", "api-key"),
    ("credential", "credentials"),
    ("credentials", "credentials"),
    ("creds", "credentials"),
    ("salt", "secret"),
    ("pepper", "secret"),
    ("mnemonic", "secret"),
];

/// Words that make a `key` behind them secret, and the kind.
const KEY_QUALIFIERS: [(&str, &str); 32] = [
    ("api", "api-key"),
    ("app", "api-key"),
    ("application", "api-key"),
    ("access", "api-key"),
    ("auth", "api-key"),
    ("account", "api-key"),
    ("admin", "api-key"),
    ("client", "api-key"),
    ("integration", "api-key"),
    ("license", "api-key"),
    ("service", "api-key"),
    ("storage", "api-key"),
    ("subscription", "api-key"),
    ("webhook", "api-key"),
    ("write", "api-key"),
    ("ingest", "api-key"),
    ("stripe", "api-key"),
    ("openai", "api-key"),
    ("anthropic", "api-key"),
    ("sendgrid", "api-key"),
    ("mailgun", "api-key"),
    ("private", "private-key"),
    ("ssh", "private-key"),
    ("rsa", "private-key"),
    ("secret", "secret"),
    ("encryption", "encryption-key"),
    ("crypto", "encryption-key"),
    ("cipher", "encryption-key"),
    ("aes", "encryption-key"),
    ("hmac", "encryption-key"),
    ("signing", "encryption-key"),
    ("master", "encryption-key"),
];

/// Words before `token` that make it a cursor, a counter or a public thing.
const HARMLESS_TOKENS: [&str; 14] = [
    "next",
    "page",
    "pagination",
    "continuation",
    "continue",
    "cursor",
    "max",
    "min",
    "num",
    "csrf",
    "xsrf",
    "idempotency",
    "request",
    "sync",
];

/// Words before the last that turn the whole into a switch, a rule or a count.
const SWITCHES: [&str; 22] = [
    "is", "has", "use", "enable", "disable", "enabled", "disabled", "allow", "allows", "require",
    "requires", "required", "need", "needs", "no", "skip", "generate", "rotate", "show", "hide",
    "forgot", "reset",
];

/// Words at the end that say nothing about what the value is: stages and numbers of copies.
const SUFFIXES: [&str; 22] = [
    "prod",
    "production",
    "dev",
    "development",
    "staging",
    "live",
    "sandbox",
    "qa",
    "uat",
    "primary",
    "secondary",
    "old",
    "new",
    "current",
    "previous",
    "value",
    "base64",
    "b64",
    "plain",
    "plaintext",
    "raw",
    "default",
];

/// The kind of secret that a name announces: `DB_PASSWORD` a `password`, `apiSecret` a `secret`.
///
/// The last word decides: `SECRET_ARN` is an ARN, `TOKEN_TABLE` a table, `PASSWORD_MIN_LENGTH` a
/// length. A `key` says secret only behind a word that makes it so (`API_KEY`, not `S3_KEY`).
#[must_use]
pub fn secret_name(name: &str) -> Option<&'static str> {
    secret_words(&words(name))
}

pub(crate) fn secret_words(words: &[String]) -> Option<&'static str> {
    let words = strip_suffixes(words);
    let (last, before) = words.split_last()?;
    if before.first().is_some_and(|first| SWITCHES.contains(&first.as_str())) {
        return None;
    }
    let previous = before.last().map_or("", String::as_str);
    if matches!(previous, "bypass" | "public" | "publishable") {
        return None;
    }
    match last.as_str() {
        "key" | "keys" => {
            if words.iter().rev().take(4).map(String::as_str).eq(["key", "access", "secret", "aws"])
            {
                return Some("aws-secret-key");
            }
            // `SECRET_ACCESS_KEY`, `ACCESS_KEY` and `PASSWORD_KEY`: the word before decides.
            KEY_QUALIFIERS.iter().find(|(word, _)| *word == previous).map(|(_, kind)| *kind)
        }
        "token" if HARMLESS_TOKENS.contains(&previous) => None,
        "tokens" => {
            matches!(previous, "api" | "auth" | "access" | "bearer" | "secret").then_some("token")
        }
        "pat" if before.is_empty() => None,
        "pass" if matches!(previous, "" | "by" | "low" | "high" | "band") => None,
        "auth" if previous == "basic" => Some("password"),
        word => {
            let exact = SECRET_WORDS.iter().find(|(known, _)| *known == word);
            exact.or_else(|| glued(word)).map(|(_, kind)| *kind)
        }
    }
}

/// Words written without a boundary: `dbpassword`, `githubtoken`, `clientsecret`.
fn glued(word: &str) -> Option<&'static (&'static str, &'static str)> {
    SECRET_WORDS
        .iter()
        .filter(|(known, _)| known.len() >= 5 && !matches!(*known, "pepper" | "secrets"))
        .find(|(known, _)| word.ends_with(known))
}

fn strip_suffixes(mut words: &[String]) -> &[String] {
    while let Some((last, before)) = words.split_last() {
        let is_number = last.trim_start_matches('v').bytes().all(|byte| byte.is_ascii_digit());
        if before.is_empty() || !(is_number || SUFFIXES.contains(&last.as_str())) {
            break;
        }
        words = before;
    }
    words
}

/// The words of a name in lower case: `DBPassword`, `db_password`, `db-password` are `db password`.
pub(crate) fn words(name: &str) -> Vec<String> {
    // Names are short; what is not a name need not be cut further.
    let letters: Vec<char> = name.chars().take(256).collect();
    let mut words = Vec::new();
    let mut word = String::new();
    for (at, letter) in letters.iter().enumerate() {
        if !letter.is_alphanumeric() {
            words.extend((!word.is_empty()).then(|| std::mem::take(&mut word)));
            continue;
        }
        let before = at.checked_sub(1).and_then(|before| letters.get(before));
        let starts = letter.is_uppercase()
            && before.is_some_and(|before| {
                before.is_lowercase()
                    || before.is_ascii_digit()
                    || (before.is_uppercase()
                        && letters.get(at + 1).is_some_and(|next| next.is_lowercase()))
            });
        if starts && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        word.extend(letter.to_lowercase());
    }
    words.extend((!word.is_empty()).then_some(word));
    words
}

#[cfg(test)]
mod tests {
    use super::{secret_name, words};

    #[test]
    fn names_are_cut_into_words() {
        assert_eq!(words("DBPassword"), ["db", "password"]);
        assert_eq!(words("apiSecret2"), ["api", "secret2"]);
        assert_eq!(words("MASTER-user.password"), ["master", "user", "password"]);
    }

    #[test]
    fn names_that_say_secret_are_known() {
        for (name, kind) in [
            ("DB_PASSWORD", "password"),
            ("MasterUserPassword", "password"),
            ("SMTP_PASS", "password"),
            ("dbpassword", "password"),
            ("PASSWORD_PROD", "password"),
            ("API_KEY", "api-key"),
            ("apiKey", "api-key"),
            ("STRIPE_APIKEY", "api-key"),
            ("X_API_KEY_2", "api-key"),
            ("AUTH_TOKEN", "token"),
            ("GITHUB_TOKEN", "token"),
            ("GH_PAT", "token"),
            ("apiSecret", "secret"),
            ("CLIENT_SECRET", "secret"),
            ("SECRET_KEY", "secret"),
            ("JWT_SECRET", "secret"),
            ("PRIVATE_KEY", "private-key"),
            ("ENCRYPTION_KEY", "encryption-key"),
            ("AWS_SECRET_ACCESS_KEY", "aws-secret-key"),
            ("GOOGLE_CREDENTIALS", "credentials"),
            ("BASIC_AUTH", "password"),
        ] {
            assert_eq!(secret_name(name), Some(kind), "{name}");
        }
    }

    #[test]
    fn names_about_secrets_are_not_secrets() {
        for name in [
            "PASSWORD_MIN_LENGTH",
            "TOKEN_TABLE",
            "KEY_PREFIX",
            "SECRET_ARN",
            "SECRET_NAME",
            "API_KEY_PARAMETER",
            "TOKEN_URL",
            "PASSWORD_POLICY",
            "KMS_KEY_ID",
            "PUBLIC_KEY",
            "S3_KEY",
            "PARTITION_KEY",
            "SORT_KEY",
            "OBJECT_KEY",
            "TOKEN_TTL",
            "NEXT_TOKEN",
            "MAX_TOKENS",
            "TOKENIZER",
            "API_KEY_ID",
            "DB_SECRET_ARN",
            "SecretName",
            "USE_PASSWORD",
            "REQUIRE_TOKEN",
            "JWT_ISSUER",
            "SECRETS_MANAGER_ENDPOINT",
            "PASSWORD_RESET_URL",
            "KEY",
            "COMPASS",
            "BYPASS",
            "KEYSPACE",
            "PASSENGER_TABLE",
            "CSRF_TOKEN",
            "",
            "_",
            "TABLE_NAME",
            "STRIPE_PUBLISHABLE_KEY",
            "IDEMPOTENCY_KEY",
        ] {
            assert_eq!(secret_name(name), None, "{name}");
        }
    }
}
