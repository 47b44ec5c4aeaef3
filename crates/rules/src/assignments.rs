//! Secrets that scripts and programs inside a text assign to a name: start scripts, inline code,
//! build specifications.

use secret_patterns::{Detection, classify, secret_name};

/// Lines longer than this are data, not something a person wrote.
const LONGEST_LINE: usize = 2_000;

/// Lines looked at in one text.
const MOST_LINES: usize = 20_000;

/// The secrets that lines of `text` assign to a name that says so: `export DB_PASSWORD=…`,
/// `"password": "…"`, `--token …`. Only what is surely a value and no expression counts.
pub(crate) fn assigned_secrets(text: &str) -> Vec<Detection> {
    let mut found: Vec<Detection> = Vec::new();
    for line in text.lines().take(MOST_LINES).filter(|line| line.len() <= LONGEST_LINE) {
        for (name, value) in shell(line).into_iter().chain(quoted(line)).chain(option(line)) {
            let Some(detection) = secret_name(name).and_then(|_| classify(name, value)) else {
                continue;
            };
            if !found.iter().any(|known| known.hash == detection.hash) {
                found.push(detection);
            }
        }
    }
    found
}

/// `NAME=value` or `export NAME=value` of a shell.
fn shell(line: &str) -> Option<(&str, &str)> {
    let line = line.trim();
    let line = line.strip_prefix("export ").unwrap_or(line);
    let (name, value) = line.split_once('=')?;
    let is_name = name.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_');
    let value = value.split([' ', ';', '&', '#']).next().unwrap_or_default();
    (is_name && is_plain(value)).then_some((name, value))
}

/// Every `name = "value"`, `"name": "value"` and `name='value'` of a line.
fn quoted(line: &str) -> Vec<(&str, &str)> {
    let mut found = Vec::new();
    for (at, _) in line.match_indices(['=', ':']) {
        let (Some(before), Some(after)) = (line.get(..at), line.get(at + 1..)) else { continue };
        let after = after.trim_start();
        let Some(quote) = after.chars().next().filter(|it| matches!(it, '"' | '\'')) else {
            continue;
        };
        let rest = after.get(1..).unwrap_or_default();
        let Some((value, _)) = rest.split_once(quote) else { continue };
        let name = last_word(before.trim_end().trim_end_matches(['"', '\'', ']', '\\']));
        if is_plain(value) {
            found.push((name, value));
        }
    }
    found
}

/// `--name value` and `--name=value` of a command.
fn option(line: &str) -> Vec<(&str, &str)> {
    let mut words = line.split_whitespace().peekable();
    let mut found = Vec::new();
    while let Some(word) = words.next() {
        let Some(name) = word.strip_prefix("--") else { continue };
        let (name, value) = match name.split_once('=') {
            Some(pair) => pair,
            None => match words.peek() {
                Some(next) if !next.starts_with('-') => (name, *next),
                _ => continue,
            },
        };
        let value = value.trim_matches(['"', '\'']);
        if is_plain(value) {
            found.push((name, value));
        }
    }
    found
}

/// The identifier at the end of a text.
fn last_word(text: &str) -> &str {
    let is_part = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '-');
    let start = text.char_indices().rev().take_while(|(_, letter)| is_part(*letter)).last();
    start.and_then(|(at, _)| text.get(at..)).unwrap_or_default()
}

/// A value as such, and not a variable, a call or a path of JSON.
fn is_plain(value: &str) -> bool {
    !value.contains(['$', '(', ')', '`', '{', '}', '<', '>', '%'])
}

#[cfg(test)]
mod tests {
    use super::assigned_secrets;

    fn count(text: &str) -> usize {
        assigned_secrets(text).len()
    }

    #[test]
    fn values_that_a_script_assigns_are_found() {
        for text in [
            "export DB_PASSWORD=n0tSoEasy7",
            "DB_PASSWORD=n0tSoEasy7; run",
            "password = 'n0tSoEasy7'",
            "const conf = { \"apiSecret\": \"n0tSoEasy7\" };",
            "connect(host, password=\"n0tSoEasy7\")",
            "mysql --user app --password n0tSoEasy7",
            "mysql --password=n0tSoEasy7",
            "os.environ['DB_PASSWORD'] = 'n0tSoEasy7'",
        ] {
            assert_eq!(count(text), 1, "{text}");
        }
    }

    #[test]
    fn expressions_and_names_are_not_secrets() {
        for text in [
            "export DB_PASSWORD=$(aws ssm get-parameter --name db)",
            "export DB_PASSWORD=${PASSWORD}",
            "password = get_password()",
            "password = os.environ['DB_PASSWORD']",
            "connect(password=password)",
            "\"Password.$\": \"$.password\"",
            "mysql --password-stdin",
            "mysql --password --user app",
            "secret_id = 'orders/database'",
            "token: 'string'",
            "= ''",
            "PASSWORD=",
        ] {
            assert_eq!(count(text), 0, "{text}");
        }
    }

    #[test]
    fn a_secret_that_is_repeated_counts_once() {
        assert_eq!(count("A_TOKEN=n0tSoEasy7\nB_TOKEN=n0tSoEasy7\nC_TOKEN=n0tSoEasy8"), 2);
    }
}
