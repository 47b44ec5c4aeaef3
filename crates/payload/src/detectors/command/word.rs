//! One word of a shell, with what hides its name taken off.

use super::names::{IN_SURE, IN_WORDS, lists_of};

/// Longest name that is kept, in bytes.
const LONGEST: usize = 24;

/// The first word of a command.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Word {
    name: Vec<u8>,
    has_path: bool,
    /// Whether it stands in a folder of programs: `/bin/cat`, `c:\windows\system32\cmd.exe`.
    pub(super) is_program: bool,
    /// Whether quotes, backslashes, carets or empty variables stand within the name.
    pub(super) is_disguised: bool,
}

/// How sure a name is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Hardly anything but a command.
    Sure,
    /// A command, or a word.
    Word,
    /// No command that is known.
    None,
}

impl Word {
    /// Reads the word at the start of `text` and gives what follows it.
    pub(super) fn read(text: &[u8]) -> (Self, &[u8]) {
        let mut word = Self::default();
        let mut rest = text;
        let mut quotes = 0;
        let mut specials = 0;
        while let Some((byte, after)) = rest.split_first() {
            match byte {
                b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-' | b'+' | b'.' => word.push(*byte),
                b'/' => word.step_into(),
                b'\\' => match after.first() {
                    // A folder of Windows, or a letter that needs no backslash.
                    Some(b'a'..=b'z') if word.is_windows_path(text) => word.step_into(),
                    Some(b'a'..=b'z' | b'/' | b'-') => {
                        specials += usize::from(!word.name.is_empty());
                    }
                    _ => break,
                },
                b'^' if !word.name.is_empty() => specials += 1,
                b'\'' | b'"' => quotes += 1,
                b'?' | b'*' | b'[' | b']' => word.push(b'?'),
                b'$' => match variable(after) {
                    Some(length) => {
                        specials += usize::from(!word.name.is_empty() || word.has_path);
                        rest = after.get(length..).unwrap_or_default();
                        continue;
                    }
                    None => break,
                },
                b':' if word.name.len() == 1 && !word.has_path => word.step_into(),
                _ => break,
            }
            rest = after;
        }
        // One quote may close what stands before the word (`'; id'`); a pair within it hides.
        let starts = usize::from(matches!(text.first(), Some(b'\'' | b'"')));
        word.is_disguised = word.name.len() > 1 && (specials > 0 || quotes >= 2 + starts);
        (word, rest)
    }

    fn push(&mut self, byte: u8) {
        if self.name.len() < LONGEST {
            self.name.push(byte);
        }
    }

    fn step_into(&mut self) {
        self.has_path = true;
        self.is_program |= matches!(
            self.name.as_slice(),
            b"bin" | b"sbin" | b"system32" | b"syswow64" | b"b?n" | b"?in"
        );
        self.name.clear();
    }

    fn is_windows_path(&self, text: &[u8]) -> bool {
        self.has_path || matches!(text, [b'a'..=b'z', b':', ..]) || text.starts_with(b"\\")
    }

    /// The name without `.exe` and the like.
    pub(super) fn name(&self) -> &[u8] {
        let name = self.name.as_slice();
        [&b".exe"[..], b".com", b".bat", b".cmd"]
            .iter()
            .find_map(|end| name.strip_suffix(*end))
            .unwrap_or(name)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.name.is_empty()
    }

    pub(super) fn kind(&self) -> Kind {
        let name = self.name();
        let lists = lists_of(name);
        let (is_sure, is_word) = (lists & IN_SURE != 0, lists & IN_WORDS != 0);
        if is_sure || (is_word && (self.is_program || self.is_disguised)) || self.is_python() {
            Kind::Sure
        } else if is_word {
            Kind::Word
        } else {
            Kind::None
        }
    }

    /// `python3.12`, `perl5.36`, `php8.2`.
    fn is_python(&self) -> bool {
        [&b"python"[..], b"perl", b"php", b"ruby", b"lua", b"gcc"].iter().any(|name| {
            self.name().strip_prefix(*name).is_some_and(|version| {
                !version.is_empty()
                    && version.iter().all(|byte| byte.is_ascii_digit() || *byte == b'.')
            })
        })
    }
}

/// The length of a variable that is empty where commands are injected: `$@`, `$9`, `${x}`, `$()`.
fn variable(after: &[u8]) -> Option<usize> {
    match after {
        [b'@' | b'*' | b'_' | b'-' | b'!' | b'#' | b'$' | b'0'..=b'9', ..] => Some(1),
        [b'(', b')', ..] => Some(2),
        [b'{', rest @ ..] => {
            let end = rest.iter().take(24).position(|byte| *byte == b'}')?;
            Some(end + 2)
        }
        _ => None,
    }
}

#[cfg(test)]
#[path = "../../../tests/unit/words.rs"]
mod tests;
