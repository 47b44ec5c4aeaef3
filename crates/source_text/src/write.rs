//! Trees to text: JSON in three forms and YAML.

mod json;
mod yaml;

pub(crate) use json::json_number;
pub use json::{to_canonical_json, to_json, to_json_compact};
pub use yaml::to_yaml;

/// Whether a character moves the cursor, changes the reading direction or can not be seen. Both
/// writers escape it, as what they write is often read on a terminal.
#[must_use]
pub fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{feff}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}')
}
