//! What the rules of one file may take together. Aliases of YAML repeat a text at the cost of a letter, so
//! bounds on the bytes of the file do not bound what is made of them.

use crate::fault::RuleError;

/// Bytes of all patterns and names of fields.
const MOST_BYTES: usize = 16 << 20;

/// Regular expressions, each of which takes a while to compile.
const MOST_REGEXES: usize = 2_000;

/// Parts of all conditions, and names that their patterns are compared with.
const MOST_PARTS: usize = 200_000;

/// Room that is left.
#[derive(Debug)]
pub(super) struct Room {
    bytes: usize,
    regexes: usize,
    parts: usize,
}

impl Default for Room {
    fn default() -> Self {
        Self { bytes: MOST_BYTES, regexes: MOST_REGEXES, parts: MOST_PARTS }
    }
}

impl Room {
    pub(super) fn take_bytes(&mut self, count: usize) -> Result<(), RuleError> {
        take(&mut self.bytes, count, "the text of the values of one file", MOST_BYTES)
    }

    pub(super) fn take_regex(&mut self) -> Result<(), RuleError> {
        take(&mut self.regexes, 1, "the number of regular expressions of one file", MOST_REGEXES)
    }

    pub(super) fn take_parts(&mut self, count: usize) -> Result<(), RuleError> {
        take(&mut self.parts, count, "the size of the conditions of one file", MOST_PARTS)
    }
}

fn take(left: &mut usize, count: usize, what: &'static str, limit: usize) -> Result<(), RuleError> {
    *left = left.checked_sub(count).ok_or(RuleError::TooLarge { what, limit })?;
    Ok(())
}
