//! Which columns the constants and places to fill of a statement belong to: SQL, and the expressions
//! of DynamoDB.

/// What stands beside a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Filled {
    /// A constant text.
    Constant(String),
    /// A place that is filled by position: `?`, `%s`, `$1`.
    Nth(usize),
    /// A place that is filled by name: `:status`, `@id`, `%(id)s`.
    Named(String),
}

/// A column with what it is set to or compared with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Column {
    /// Its name, without the table.
    pub(crate) name: String,
    /// Whether it picks records; otherwise it is written.
    pub(crate) is_key: bool,
    /// What stands beside it.
    pub(crate) filled: Filled,
}

enum Token {
    Word(String),
    Filled(Filled),
    Sign(char),
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    /// Between clauses.
    Other,
    /// Columns that are written.
    Set,
    /// Columns that pick.
    Where,
    /// The list of columns of `INSERT`.
    Columns,
    /// The list of values of `INSERT`.
    Values,
}

/// Columns of a statement. A text without a verb is a condition.
pub(crate) fn columns(text: &str) -> Vec<Column> {
    let mut found = Vec::new();
    let mut mode = Mode::Where;
    let (mut is_insert, mut depth, mut at) = (false, 0_usize, 0_usize);
    let mut inserted: Vec<String> = Vec::new();
    let mut last: Option<String> = None;
    for token in tokens(text) {
        match token {
            Token::Word(word) => match word.to_ascii_lowercase().as_str() {
                "select" | "delete" | "update" | "from" | "returning" | "order" | "limit" => {
                    mode = Mode::Other;
                }
                "insert" | "replace" => (is_insert, mode) = (true, Mode::Other),
                "set" => mode = Mode::Set,
                "where" | "having" => mode = Mode::Where,
                "values" if is_insert => (mode, at, depth) = (Mode::Values, 0, 0),
                "in" | "like" | "not" | "is" | "between" | "any" => {}
                "and" | "or" => last = None,
                _ => {
                    let name = word.rsplit('.').next().unwrap_or_default().to_owned();
                    match mode {
                        Mode::Columns => inserted.push(name),
                        _ => last = Some(name),
                    }
                }
            },
            Token::Sign('(') => {
                depth += 1;
                if is_insert && mode == Mode::Other && inserted.is_empty() {
                    mode = Mode::Columns;
                }
            }
            Token::Sign(')') => {
                depth = depth.saturating_sub(1);
                if mode == Mode::Columns || (mode == Mode::Values && depth == 0) {
                    mode = Mode::Other;
                }
            }
            Token::Sign(',') => match mode {
                Mode::Values if depth == 1 => at += 1,
                Mode::Set if depth == 0 => last = None,
                _ => {}
            },
            Token::Sign(_) => {}
            Token::Filled(filled) => {
                let name = match mode {
                    Mode::Values => inserted.get(at).cloned(),
                    Mode::Set | Mode::Where => last.clone(),
                    Mode::Other | Mode::Columns => None,
                };
                if let Some(name) = name {
                    found.push(Column { name, is_key: mode == Mode::Where, filled });
                }
            }
        }
    }
    found
}

fn tokens(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut position = 0;
    let mut rest = text;
    let is_name = |c: char| c.is_ascii_alphanumeric() || "_.#$".contains(c);
    while let Some(first) = rest.chars().next() {
        let after = rest.get(first.len_utf8()..).unwrap_or_default();
        let name: String = after.chars().take_while(|c| is_name(*c)).collect();
        let (token, length) = match first {
            '\'' | '"' | '`' => {
                let inner = after.split(first).next().unwrap_or_default();
                let token = if first == '\'' {
                    Token::Filled(Filled::Constant(inner.to_owned()))
                } else {
                    Token::Word(inner.to_owned())
                };
                (token, inner.len() + 2)
            }
            // A cast is no place to fill.
            ':' if after.starts_with(':') => (Token::Sign(':'), 2),
            ':' | '@' if !name.is_empty() => {
                let length = name.len() + 1;
                (Token::Filled(Filled::Named(name)), length)
            }
            '%' if after.starts_with('(') => {
                let inner = after.get(1..).and_then(|inner| inner.split(')').next());
                let inner = inner.unwrap_or_default();
                (Token::Filled(Filled::Named(inner.to_owned())), inner.len() + 4)
            }
            '?' => (Token::Filled(Filled::Nth(next(&mut position))), 1),
            '%' if after.starts_with('s') => (Token::Filled(Filled::Nth(next(&mut position))), 2),
            '$' if name.parse::<usize>().is_ok() => {
                let nth = name.parse::<usize>().unwrap_or(1).saturating_sub(1);
                (Token::Filled(Filled::Nth(nth)), name.len() + 1)
            }
            c if is_name(c) => {
                let length = name.len() + 1;
                (Token::Word(format!("{c}{name}")), length)
            }
            c => (Token::Sign(c), c.len_utf8()),
        };
        if !matches!(token, Token::Sign(c) if c.is_whitespace()) {
            tokens.push(token);
        }
        rest = rest.get(length.min(rest.len())..).unwrap_or_default();
    }
    tokens
}

fn next(position: &mut usize) -> usize {
    *position += 1;
    *position - 1
}

#[cfg(test)]
mod tests {
    use super::{Filled, columns};

    fn check(text: &str, expected: &[(&str, bool, Filled)]) {
        let found = columns(text);
        let found: Vec<_> = found
            .iter()
            .map(|column| (column.name.as_str(), column.is_key, column.filled.clone()))
            .collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn places_to_fill_belong_to_the_column_beside_them() {
        let nth = Filled::Nth;
        let named = |name: &str| Filled::Named(name.to_owned());
        let constant = |text: &str| Filled::Constant(text.to_owned());
        check(
            "INSERT INTO orders (id, price, made) VALUES (%s, %s, NOW())",
            &[("id", false, nth(0)), ("price", false, nth(1))],
        );
        check(
            "UPDATE orders SET price = ?, status = 'paid' WHERE id = ? AND o.owner = ?",
            &[
                ("price", false, nth(0)),
                ("status", false, constant("paid")),
                ("id", true, nth(1)),
                ("owner", true, nth(2)),
            ],
        );
        check("select a::text from t where id in ($2)", &[("id", true, nth(1))]);
        check("delete from t where \"id\" = %(id)s", &[("id", true, named("id"))]);
        check(
            "SET #s = :s, total = :t",
            &[("#s", false, named("s")), ("total", false, named("t"))],
        );
        check("userId = :u and sk > :k", &[("userId", true, named("u")), ("sk", true, named("k"))]);
    }
}
