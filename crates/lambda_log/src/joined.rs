//! Lines that belong together: a stack and its error, an object over several lines.

use crate::prefix::split_prefix;

/// Where a message stands.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Origin {
    pub(crate) group: Option<String>,
    pub(crate) stream: Option<String>,
    pub(crate) line: u64,
    pub(crate) time: Option<i64>,
}

/// A message that may go on.
#[derive(Clone, Debug, Default)]
pub(crate) struct Message {
    pub(crate) origin: Origin,
    pub(crate) text: String,
    pub(crate) is_cut: bool,
    lines: usize,
    in_trace: bool,
    in_goroutines: bool,
}

/// Holds a message until it is known that no line of it follows.
#[derive(Debug)]
pub(crate) struct Joiner {
    held: Option<Message>,
    most_bytes: usize,
    most_lines: usize,
    /// Messages of this input begin with a time: what has none goes on.
    is_stamped: bool,
}

impl Joiner {
    pub(crate) fn new(most_bytes: usize, most_lines: usize) -> Self {
        Self { held: None, most_bytes, most_lines, is_stamped: false }
    }

    /// Takes a line of an input of lines; a message that is whole comes back.
    pub(crate) fn take_line(&mut self, line: u64, text: &str, is_cut: bool) -> Option<Message> {
        let prefixed = split_prefix(text);
        let has_prefix = prefixed.time.is_some() || prefixed.stream.is_some();
        if self.held.is_none() && has_prefix && !text.contains("Task timed out") {
            self.is_stamped = true;
        }
        let is_forced = self.is_stamped && !has_prefix && !begins(text);
        let origin = Origin {
            group: None,
            stream: prefixed.stream.map(str::to_owned),
            line,
            time: prefixed.time,
        };
        self.take(origin, prefixed.message, is_cut, is_forced)
    }

    /// Takes a message; the one before comes back when this does not belong to it.
    pub(crate) fn take(
        &mut self,
        origin: Origin,
        text: &str,
        is_cut: bool,
        is_forced: bool,
    ) -> Option<Message> {
        let text = text.trim_end_matches(['\n', '\r']);
        if text.trim().is_empty() {
            return None;
        }
        if let Some(held) = &mut self.held
            && held.lines < self.most_lines
            && held.text.len() + text.len() < self.most_bytes
            && (origin.stream.is_none() || held.origin.stream == origin.stream)
            && (is_forced || held.goes_on_with(text))
        {
            held.add(text);
            return None;
        }
        let before = self.held.take();
        let mut message = Message { origin, is_cut, ..Message::default() };
        message.add(text);
        self.held = Some(message);
        before
    }

    /// The last message.
    pub(crate) fn finish(&mut self) -> Option<Message> {
        self.held.take()
    }
}

impl Message {
    fn add(&mut self, text: &str) {
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        self.text.push_str(text);
        self.lines += text.lines().count().max(1);
        self.in_goroutines |= text.starts_with("goroutine ");
        if is_trace(text) || text.contains("Traceback (most recent call last)") {
            self.in_trace = true;
        } else if !text.starts_with([' ', '\t']) {
            self.in_trace = false;
        }
    }

    /// Whether a line belongs to this message.
    fn goes_on_with(&self, text: &str) -> bool {
        if is_of_platform(&self.text) {
            return text.starts_with("XRAY TraceId:");
        }
        if begins(text) {
            return false;
        }
        text.starts_with([' ', '\t', '}', ']', ')'])
            || is_trace(text)
            || self.in_goroutines && (text.ends_with(')') || text.starts_with("created by "))
            // The type of an error of the platform, and what Ruby and Go write behind it.
            || text.starts_with("Runtime.") && self.text.starts_with("RequestId: ")
            || text == "{" && self.text.starts_with("Error raised from")
            // Behind its frames, a trace of Python ends with the error.
            || self.in_trace && crate::error_kind::name_of(text).is_some()
    }
}

fn is_of_platform(text: &str) -> bool {
    ["START RequestId", "END RequestId", "REPORT RequestId", "INIT_", "{\"time\""]
        .iter()
        .any(|word| text.starts_with(word))
}

/// Whether a line surely begins a message.
fn begins(text: &str) -> bool {
    is_of_platform(text)
        || text.starts_with('{') && text.len() > 1
        || text.starts_with("RequestId: ")
        || text.starts_with('[')
            && text.get(1..).is_some_and(|it| {
                let end = it.find(']').unwrap_or_default();
                it.get(..end).is_some_and(|word| crate::record::Level::of(word).is_some())
            })
        || crate::time::leading(text).is_some()
}

/// Lines that only a stack has.
fn is_trace(text: &str) -> bool {
    const WORDS: [&str; 9] = [
        "Traceback (most recent call last)",
        "During handling of the above exception",
        "The above exception was the direct cause",
        "Caused by: ",
        "at ",
        "goroutine ",
        "Suppressed: ",
        "--- End of ",
        "stack backtrace:",
    ];
    WORDS.iter().any(|word| text.starts_with(word))
}

#[cfg(test)]
mod tests {
    use super::Joiner;

    fn joined(text: &str) -> Vec<String> {
        let mut joiner = Joiner::new(1 << 18, 1_000);
        let mut messages = Vec::new();
        for (number, line) in (1..).zip(text.lines()) {
            messages.extend(joiner.take_line(number, line, false));
        }
        messages.extend(joiner.finish());
        messages.into_iter().map(|it| it.text).collect()
    }

    #[test]
    fn a_stack_belongs_to_its_error() {
        let text = "START RequestId: r-1 Version: 7\n[ERROR] KeyError: 'id'\nTraceback (most recent call last):\n  \
                    File \"a.py\", line 3\n    x['id']\nKeyError: 'id'\nEND RequestId: r-1\nREPORT RequestId: r-1\t\
                    Duration: 1 ms\t\nXRAY TraceId: 1\nplain\n  indented\njava.io.IOException: x\n\tat a.b(c)\n\
                    Caused by: y\n\t... 3 more\nnext";
        let lines: Vec<usize> = joined(text).iter().map(|it| it.lines().count()).collect();
        assert_eq!(lines, [1, 5, 1, 2, 2, 4, 1]);
    }

    #[test]
    fn a_panic_of_go_and_an_error_of_ruby_are_one_each() {
        let text = "panic: x\n\ngoroutine 1 [running]:\nmain.handler(...)\n\t/src/main.go:12\nmain.main()\n\
                    RequestId: r-1 Error: Runtime exited\nRuntime.ExitError\nError raised from handler method\n\
                    {\n  \"errorType\": \"x\"\n}\nnext()";
        let lines: Vec<usize> = joined(text).iter().map(|it| it.lines().count()).collect();
        assert_eq!(lines, [5, 2, 4, 1]);
    }

    #[test]
    fn where_messages_have_times_lines_without_go_on() {
        let text = "2026-01-31T10:00:00Z first\nsecond\n2026-01-31T10:00:01Z third\n";
        assert_eq!(joined(text), ["first\nsecond", "third"]);
        let text =
            "first\nsecond\n2026-01-31T10:00:01Z id Task timed out after 3.00 seconds\nthird\n";
        assert_eq!(joined(text).len(), 4);
    }
}
