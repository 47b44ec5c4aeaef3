//! What is wrong with a text, in words that say what to do.

use granit_parser::ErrorKind;

/// The reason for a user, without a place.
pub(super) fn reason(kind: &ErrorKind) -> String {
    let words = match kind {
        ErrorKind::SimpleKeyExpected | ErrorKind::InvalidSimpleKey => {
            "expected `:` after this key; indent or quote it if it is not a key"
        }
        ErrorKind::MappingValueNotAllowed | ErrorKind::InvalidColonPlacement => {
            "`:` stands where no key can be; indent the line or quote the text"
        }
        ErrorKind::ExpectedBlockMappingKey | ErrorKind::MappingKeyNotAllowed => {
            "expected a key of the mapping that is open here; check the indentation"
        }
        ErrorKind::ExpectedBlockSequenceEntry | ErrorKind::BlockSequenceEntryNotAllowed => {
            "an item of a list is out of place; check `-` and the indentation"
        }
        ErrorKind::InvalidIndentation => "the indentation fits nothing above; align the line",
        ErrorKind::TabNotAllowed
        | ErrorKind::TabInBlockIndentation
        | ErrorKind::TabInIndentation => "a tab cannot indent; replace it by blanks",
        ErrorKind::ExpectedFlowMappingSeparator => "expected `,` or `}`",
        ErrorKind::ExpectedFlowSequenceSeparator => "expected `,` or `]`",
        ErrorKind::UnexpectedEofFlowSequence => "`[` is not closed",
        ErrorKind::UnexpectedEofFlowMapping => "`{` is not closed",
        ErrorKind::UnclosedQuotedScalar => "a quote is not closed",
        ErrorKind::InvalidTrailingSingleQuotedScalar => {
            "text follows the closing `'`; write `''` for a quote inside the text"
        }
        ErrorKind::InvalidTrailingDoubleQuotedScalar => {
            "text follows the closing `\"`; write `\\\"` for a quote inside the text"
        }
        ErrorKind::UnknownQuotedScalarEscape => {
            "unknown escape after `\\` in double quotes; write `\\\\` for a backslash"
        }
        ErrorKind::UnknownAnchor => "this alias repeats an anchor that does not stand before it",
        ErrorKind::UndeclaredTagHandle => {
            "the tag has two `!`, and its first part is not declared with `%TAG`"
        }
        ErrorKind::UnclosedFlowCollection { open } => return format!("`{open}` is not closed"),
        ErrorKind::MismatchedFlowCollectionEnd { open, close } => {
            return format!("`{open}` is closed by `{close}`");
        }
        ErrorKind::UnexpectedCharacter { character } => {
            let character = character.escape_debug();
            return format!("a value cannot start with `{character}`; quote the text");
        }
        other => return other.to_string(),
    };
    words.to_owned()
}
