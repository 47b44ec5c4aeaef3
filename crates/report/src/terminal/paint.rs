//! Colours, or none: the only place that writes escape sequences.

use finding::Severity;

/// Ways to stand out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Style {
    /// A heading.
    Bold,
    /// What matters least.
    Faint,
    /// A file or a group.
    Heading,
    /// Something good, or a remedy.
    Good,
    /// Something lost.
    Bad,
    /// A doubt.
    Doubt,
    /// A severity word or the mark under its source line.
    Of(Severity),
}

/// Writes styled text, or plain text when colours are off.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Paint {
    pub(crate) colour: bool,
}

impl Paint {
    /// Text, which is visible already, in a style.
    pub(crate) fn paint(self, style: Style, text: &str) -> String {
        if !self.colour || text.is_empty() {
            return text.to_owned();
        }
        let code = match style {
            Style::Bold => "1",
            Style::Faint => "2",
            Style::Heading => "1;4",
            Style::Good => "32",
            Style::Doubt | Style::Of(Severity::Medium) => "33",
            Style::Of(Severity::Critical) => "1;97;41",
            Style::Bad | Style::Of(Severity::High) => "1;31",
            Style::Of(Severity::Low) => "36",
        };
        format!("\u{1b}[{code}m{text}\u{1b}[0m")
    }

    /// One line of a message with what stands in back-ticks bold; `inside` tells whether a quotation
    /// is open and goes from line to line.
    pub(crate) fn quotes(self, line: &str, inside: &mut bool) -> String {
        if !self.colour {
            return line.to_owned();
        }
        let mut out = String::with_capacity(line.len() + 16);
        for (at, part) in line.split('`').enumerate() {
            if at > 0 {
                *inside = !*inside;
                out.push('`');
            }
            if *inside { out.push_str(&self.paint(Style::Bold, part)) } else { out.push_str(part) }
        }
        out
    }
}
