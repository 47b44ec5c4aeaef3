//! How deep the parser's tree can become, told from tokens before anything recurses over it.
//!
//! The parser itself grows its stack on the heap, a kilobyte a level; freeing its tree recurses on the
//! stack of the thread. Every level of the tree costs a token that can be one of its operators,
//! brackets or keywords, so tokens between two places where a tree must end bound its depth.

use ruff_python_ast::token::{Token, TokenKind};
use ruff_python_parser::{Mode, lexer};

use crate::MAX_NESTING;

/// Operators, calls, attributes and brackets inside each other or in a row. People write a few
/// hundred, generators some thousand (a text put together line by line).
const MAX_LINKS: u32 = 10_000;

pub(crate) fn nested_too_deep() -> String {
    format!("nested deeper than {MAX_NESTING} levels; not analysed")
}

pub(crate) fn chained_too_long() -> String {
    format!("an expression of more than {MAX_LINKS} operations; not analysed")
}

/// Whether the tree of a text can be deeper than is good for anyone.
pub(crate) fn text_exceeds(text: &str) -> bool {
    if text.len() <= MAX_LINKS as usize || words_and_signs(text) <= MAX_LINKS as usize {
        return false;
    }
    let mut links = Links::new();
    let mut lexer = lexer::lex(text, Mode::Module);
    loop {
        let kind = lexer.next_token();
        if kind == TokenKind::EndOfFile {
            return false;
        }
        if links.exceed_with(kind) {
            return true;
        }
    }
}

/// At least as many as there are tokens that can be links: each sign, and the end of each word.
fn words_and_signs(text: &str) -> usize {
    let is_blank = |byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | b'\x0c');
    let after = text.bytes().skip(1).chain(std::iter::once(b'\n'));
    let counted = |(byte, next): &(u8, u8)| {
        if byte.is_ascii_alphanumeric() { !next.is_ascii_alphanumeric() } else { !is_blank(*byte) }
    };
    text.bytes().zip(after).filter(counted).count()
}

/// Whether the tree made of these tokens is deeper than is good for anyone.
pub(crate) fn tokens_exceed(tokens: &[Token]) -> bool {
    if tokens.len() <= MAX_LINKS as usize {
        return false;
    }
    let mut links = Links::new();
    tokens.iter().any(|token| links.exceed_with(token.kind()))
}

/// Counts links that can stand inside each other at the current token.
struct Links {
    /// Sum over all levels.
    total: u32,
    /// Levels of blocks.
    blocks: u32,
    /// Open brackets, the innermost last; the first is the statement itself.
    levels: Vec<Level>,
}

#[derive(Clone, Copy, Default)]
struct Level {
    links: u32,
    /// Lambdas whose parameters are not over: a comma among these ends nothing.
    lambdas: u32,
}

impl Links {
    fn new() -> Self {
        Self { total: 0, blocks: 0, levels: vec![Level::default()] }
    }

    /// Takes one more token.
    fn exceed_with(&mut self, kind: TokenKind) -> bool {
        match kind {
            TokenKind::Name
            | TokenKind::String
            | TokenKind::Int
            | TokenKind::Float
            | TokenKind::Complex
            | TokenKind::Comment
            | TokenKind::NonLogicalNewline
            | TokenKind::FStringMiddle
            | TokenKind::TStringMiddle => return false,
            TokenKind::Newline => {
                self.levels.truncate(1);
                self.end_all();
            }
            TokenKind::Indent => self.blocks += 1,
            TokenKind::Dedent => self.blocks = self.blocks.saturating_sub(1),
            TokenKind::Comma | TokenKind::Semi => self.end_one(),
            TokenKind::Lpar | TokenKind::Lsqb | TokenKind::Lbrace => {
                self.link();
                self.levels.push(Level::default());
            }
            TokenKind::Rpar | TokenKind::Rsqb | TokenKind::Rbrace => {
                if self.levels.len() > 1
                    && let Some(level) = self.levels.pop()
                {
                    self.total = self.total.saturating_sub(level.links);
                }
            }
            TokenKind::Lambda => {
                self.link();
                if let Some(level) = self.levels.last_mut() {
                    level.lambdas += 1;
                }
            }
            TokenKind::Colon => {
                self.link();
                if let Some(level) = self.levels.last_mut() {
                    level.lambdas = level.lambdas.saturating_sub(1);
                }
            }
            _ => self.link(),
        }
        self.total + self.blocks > MAX_LINKS
    }

    fn link(&mut self) {
        if let Some(level) = self.levels.last_mut() {
            level.links += 1;
            self.total += 1;
        }
    }

    /// The next member of a list or argument begins.
    fn end_one(&mut self) {
        if let Some(level) = self.levels.last_mut()
            && level.lambdas == 0
        {
            self.total = self.total.saturating_sub(level.links);
            level.links = 0;
        }
    }

    /// The next statement begins.
    fn end_all(&mut self) {
        if let Some(level) = self.levels.last_mut() {
            *level = Level::default();
        }
        self.total = 0;
    }
}
