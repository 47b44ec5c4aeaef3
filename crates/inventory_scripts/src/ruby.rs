//! As much of Ruby as manifests use: statements as words, texts, symbols and marks.

/// Most tokens of one statement; what is longer is no manifest.
const MOST_TOKENS: usize = 10_000;

/// A piece of a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Token {
    /// A text without anything to compute in it.
    Text(String),
    /// A text that holds something to compute.
    Computed,
    /// `:name`, or the key of `name: value`.
    Symbol(String),
    /// A name, a number, a path of methods (`s.add_dependency`).
    Word(String),
    /// Anything else.
    Mark(char),
}

impl Token {
    pub(crate) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    pub(crate) fn is_word(&self, word: &str) -> bool {
        matches!(self, Self::Word(text) if text == word)
    }
}

/// A statement with its line, counted from zero.
pub(crate) struct Statement {
    pub(crate) line: usize,
    pub(crate) tokens: Vec<Token>,
}

impl Statement {
    /// The word that it begins with; empty when it begins with none.
    pub(crate) fn verb(&self) -> &str {
        match self.tokens.first() {
            Some(Token::Word(word)) => word,
            _ => "",
        }
    }

    /// Texts that stand by themselves or in a list, not under a key.
    pub(crate) fn texts(&self) -> Vec<&str> {
        let mut texts = Vec::new();
        let mut keyed = false;
        for (place, token) in self.tokens.iter().enumerate() {
            match token {
                Token::Symbol(_) if self.is_key(place) => keyed = true,
                Token::Text(text) if !keyed => texts.push(text.as_str()),
                _ => {}
            }
        }
        texts
    }

    /// The values under a key, in either notation (`key: value`, `:key => value`).
    pub(crate) fn under(&self, key: &str) -> Vec<&str> {
        let at = self.tokens.iter().enumerate().position(|(place, token)| {
            matches!(token, Token::Symbol(name) if name == key) && self.is_key(place)
        });
        let Some(at) = at else { return Vec::new() };
        let mut values = Vec::new();
        for (place, token) in self.tokens.iter().enumerate().skip(at + 1) {
            match token {
                Token::Symbol(_) if self.is_key(place) => break,
                Token::Text(text) | Token::Symbol(text) => values.push(text.as_str()),
                _ => {}
            }
        }
        values
    }

    /// Whether the symbol there is a key: `:` or `=>` stands behind it.
    fn is_key(&self, place: usize) -> bool {
        let next = |step: usize| self.tokens.get(place + step);
        next(1) == Some(&Token::Mark(':'))
            || next(1) == Some(&Token::Mark('=')) && next(2) == Some(&Token::Mark('>'))
    }
}

/// The statements of a text: a line, or several that a comma or an open bracket joins.
pub(crate) fn statements(text: &str) -> Vec<Statement> {
    let mut all: Vec<Statement> = Vec::new();
    let mut open: Option<(Statement, usize)> = None;
    let mut skipped: Option<&str> = None;
    for (line, text) in text.lines().enumerate() {
        // A block comment.
        if text.starts_with("=begin") {
            skipped = Some("=end");
        }
        if let Some(end) = skipped {
            if text.starts_with(end) {
                skipped = None;
            }
            continue;
        }
        if text.trim() == "__END__" {
            break;
        }
        let new = (Statement { line, tokens: Vec::new() }, 0);
        let (mut statement, brackets) = open.take().unwrap_or(new);
        let before = statement.tokens.len();
        tokens(text, &mut statement.tokens);
        if statement.tokens.is_empty() {
            continue;
        }
        // A line of a comment alone continues what is open.
        let brackets = depth(brackets, statement.tokens.get(before..).unwrap_or_default());
        let goes_on = statement.tokens.len() == before
            || statement.tokens.last() == Some(&Token::Mark(','))
            || brackets > 0;
        if goes_on && statement.tokens.len() < MOST_TOKENS {
            open = Some((statement, brackets));
        } else {
            all.push(statement);
        }
    }
    all.extend(open.map(|(statement, _)| statement));
    all
}

/// How many brackets are open after some more tokens.
fn depth(before: usize, tokens: &[Token]) -> usize {
    tokens.iter().fold(before, |depth: usize, token| match token {
        Token::Mark('(' | '[' | '{') => depth + 1,
        Token::Mark(')' | ']' | '}') => depth.saturating_sub(1),
        _ => depth,
    })
}

fn tokens(line: &str, into: &mut Vec<Token>) {
    let mut chars = line.chars().peekable();
    while let Some(c) = chars.next() {
        if into.len() >= MOST_TOKENS {
            return;
        }
        match c {
            '#' => return,
            c if c.is_whitespace() => {}
            '"' | '\'' => into.push(text(&mut chars, c, c, c == '"')),
            '%' if matches!(chars.peek(), Some('q' | 'Q')) => {
                chars.next();
                let Some(open) = chars.next() else { return };
                let close = match open {
                    '<' => '>',
                    '(' => ')',
                    '[' => ']',
                    '{' => '}',
                    other => other,
                };
                into.push(text(&mut chars, close, open, false));
            }
            ':' if chars.peek().is_some_and(|c| is_name(*c)) => {
                let mut name = String::new();
                while let Some(c) = chars.next_if(|c| is_name(*c)) {
                    name.push(c);
                }
                into.push(Token::Symbol(name));
            }
            c if is_name(c) => {
                let mut word = String::from(c);
                while let Some(c) = chars.next_if(|c| is_name(*c) || *c == '.') {
                    word.push(c);
                }
                // `name:` is a key; `Bundler::Thing` is none.
                let is_key = chars.peek() == Some(&':') && {
                    let mut ahead = chars.clone();
                    ahead.next();
                    ahead.peek() != Some(&':')
                };
                into.push(if is_key { Token::Symbol(word) } else { Token::Word(word) });
            }
            c => into.push(Token::Mark(c)),
        }
    }
}

fn is_name(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '?' | '!' | '@' | '$')
}

/// A text up to its end; what is cut off by the end of the line is what stands there.
fn text(
    chars: &mut std::iter::Peekable<std::str::Chars<'_>>,
    close: char,
    open: char,
    is_computed: bool,
) -> Token {
    let mut out = String::new();
    let mut depth = 0_usize;
    while let Some(c) = chars.next() {
        match c {
            '\\' => out.extend(chars.next()),
            c if c == close && depth == 0 => break,
            c if c == close => {
                depth -= 1;
                out.push(c);
            }
            c if c == open => {
                depth += 1;
                out.push(c);
            }
            c => out.push(c),
        }
    }
    if is_computed && out.contains("#{") { Token::Computed } else { Token::Text(out) }
}

#[cfg(test)]
mod tests {
    use super::statements;

    #[test]
    fn statements_are_joined_and_their_options_found() {
        let text = "# note\ngem 'a', '~> 1.0', # why\n  # more\n  '>= 1.2', group: [:test, :development], :git => \"x\"\n\
                    s.add_dependency(%q<b>.freeze, [\">= 1\".freeze, \"< 3\"])\ngem \"c#{1}\"\n";
        let all = statements(text);
        assert_eq!(all.len(), 3);
        assert_eq!(all[0].line, 1);
        assert_eq!(all[0].verb(), "gem");
        assert_eq!(all[0].texts(), ["a", "~> 1.0", ">= 1.2"]);
        assert_eq!(all[0].under("group"), ["test", "development"]);
        assert_eq!(all[0].under("git"), ["x"]);
        assert_eq!(all[1].verb(), "s.add_dependency");
        assert_eq!(all[1].texts(), ["b", ">= 1", "< 3"]);
        assert!(all[2].texts().is_empty());
    }
}
