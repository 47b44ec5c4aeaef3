//! Which kind of error a text tells of.

use std::borrow::Cow;

use json_tape::Tape;

use crate::{
    members::{LIMITS, text},
    record::{ErrorFact, Level},
};

/// What the platform says when an invocation fails, and the kind that it is.
const PLATFORM: [(&str, &str); 9] = [
    ("Task timed out after ", "Task timed out"),
    ("signal: killed", "signal: killed"),
    ("Runtime.OutOfMemory", "Runtime.OutOfMemory"),
    ("JavaScript heap out of memory", "JavaScript heap out of memory"),
    ("Runtime exited with error: ", "Runtime.ExitError"),
    ("Runtime exited without providing a reason", "Runtime.ExitError"),
    ("Process exited before completing request", "Process exited"),
    ("Runtime.ImportModuleError", "Runtime.ImportModuleError"),
    ("Runtime.HandlerNotFound", "Runtime.HandlerNotFound"),
];

/// What Node.js and Ruby write in front of an error that nobody caught.
const UNCAUGHT: [&str; 4] = [
    "Invoke Error",
    "Uncaught Exception",
    "Unhandled Promise Rejection",
    "Error raised from handler method",
];

/// Ends of names of exceptions.
const ENDS: [&str; 6] = ["Error", "Exception", "Failure", "Fault", "Interrupt", "Panic"];

/// Bytes of a name of an exception.
const MOST_NAME: usize = 120;

/// Words of a first line that are looked at.
const MOST_WORDS: usize = 24;

/// The error that a text tells of, given the level of its line.
pub(crate) fn of_text(message: &str, level: Option<Level>) -> Option<ErrorFact<'_>> {
    let first = message.lines().next().unwrap_or_default();
    let is_failure = level >= Some(Level::Error);
    // A line of a milder level speaks of errors without being one.
    if level.is_some() && !is_failure {
        return None;
    }
    if let Some((_, kind)) = PLATFORM.iter().find(|(words, _)| first.contains(words)) {
        let kind = Some(Cow::Borrowed(*kind));
        return Some(ErrorFact {
            kind,
            message: first.into(),
            is_unhandled: true,
            has_stack: false,
        });
    }
    if let Some(error) = of_node(message) {
        return Some(error);
    }
    let has_trace = message.contains("Traceback (most recent call last)");
    let has_stack = has_trace || has_frames(message);
    if let Some(name) = name_of(first) {
        // The runtime of Python writes `[ERROR] Name: reason` and the trace, without time and id.
        let is_unhandled = is_failure && has_trace || first.starts_with("Unhandled exception");
        let kind = Some(Cow::Borrowed(name));
        return Some(ErrorFact { kind, message: first.into(), is_unhandled, has_stack });
    }
    if let Some(kind) = of_java(message) {
        let kind = Some(Cow::Borrowed(kind));
        return Some(ErrorFact { kind, message: first.into(), is_unhandled: true, has_stack });
    }
    if let Some(kind) = panic_of(first) {
        let kind = Some(Cow::Borrowed(kind));
        return Some(ErrorFact { kind, message: first.into(), is_unhandled: true, has_stack });
    }
    if has_trace && let Some(last) = message.lines().rev().find(|line| !line.trim().is_empty()) {
        let kind = name_of(last).map(Cow::Borrowed);
        return Some(ErrorFact { kind, message: last.into(), is_unhandled: false, has_stack });
    }
    if !is_failure {
        return None;
    }
    let kind = first.split_whitespace().take(MOST_WORDS).find_map(exception_name);
    let kind = kind.map(Cow::Borrowed);
    Some(ErrorFact { kind, message: first.into(), is_unhandled: false, has_stack })
}

/// Whether a message of Node.js or Ruby tells of an error that nobody caught.
pub(crate) fn is_uncaught(message: &str) -> bool {
    UNCAUGHT.iter().any(|words| message.starts_with(words))
}

/// `Invoke Error <tab> {"errorType": …}` of Node.js, and the object that other runtimes write alone.
fn of_node(message: &str) -> Option<ErrorFact<'_>> {
    let at = message.find('{').filter(|at| *at < 200)?;
    let is_uncaught = is_uncaught(message);
    let rest = message.get(at..)?;
    if !is_uncaught && !rest.contains("\"errorType\"") {
        return None;
    }
    let mut tape = Tape::new();
    let document = tape.read(rest.trim_end().as_bytes(), &LIMITS).ok()?;
    let root = document.root();
    // Ruby writes `Function<NoMethodError>`.
    let own = |it: Cow<'_, str>| {
        let inner = it.strip_prefix("Function<").and_then(|it| it.strip_suffix('>'));
        Cow::Owned(inner.unwrap_or(&it).to_owned())
    };
    Some(ErrorFact {
        kind: text(root, &["errorType", "name"]).map(own),
        message: text(root, &["errorMessage", "message"]).map(own).unwrap_or_default(),
        is_unhandled: is_uncaught,
        has_stack: ["stack", "stackTrace", "trace"].iter().any(|name| root.member(name).is_some()),
    })
}

/// The name of the exception that a line begins with: `KeyError: 'id'`, `Exception in thread "main"
/// java.io.IOException`, `Unhandled exception. System.NullReferenceException: …`.
pub(crate) fn name_of(line: &str) -> Option<&str> {
    let line = line.trim_start();
    let mut words = line.split_whitespace();
    let first = words.next()?;
    if let Some(name) = exception_name(first).filter(|name| {
        // `Error` alone is a word unless a colon follows.
        first.len() > name.len()
            || line.len() == first.len()
            || name.contains(['.', ':'])
            || name.len() > 9
    }) {
        return Some(name);
    }
    let is_announced =
        ["Exception in thread", "Unhandled exception", "Uncaught ", "Caused by:", "fatal: "]
            .iter()
            .any(|words| line.starts_with(words));
    if is_announced { words.take(6).find_map(exception_name) } else { None }
}

/// The name within a word: `KeyError:` is `KeyError`.
fn exception_name(word: &str) -> Option<&str> {
    let name = word.trim_matches(|it: char| !it.is_ascii_alphanumeric() && it != '_');
    let name = name.split(['(', '[', '{', '=', '"', '\'']).next()?;
    let last = name.rsplit(['.', ':', '$', '+']).next()?;
    let is_name = name.len() <= MOST_NAME
        && last.len() >= 5
        && name
            .bytes()
            .all(|it| it.is_ascii_alphanumeric() || matches!(it, b'_' | b'.' | b':' | b'$' | b'+'))
        && last.starts_with(|it: char| it.is_ascii_uppercase())
        && ENDS.iter().any(|end| last.ends_with(end))
        && !last.bytes().all(|it| it.is_ascii_uppercase());
    let is_name = is_name || name.starts_with("Errno::") && name.len() <= MOST_NAME;
    is_name.then_some(name)
}

/// What the runtime of Java writes when nobody caught an exception: `reason: NAME`, and in the next line `NAME:
/// reason` with its frames.
fn of_java(message: &str) -> Option<&str> {
    let mut lines = message.lines();
    let kind = exception_name(lines.next()?.rsplit(' ').next()?)?;
    lines.next()?.starts_with(kind).then_some(kind)
}

/// Panics of Go and Rust.
fn panic_of(line: &str) -> Option<&'static str> {
    if line.starts_with("panic: runtime error") {
        return Some("panic: runtime error");
    }
    if line.starts_with("panic: ") {
        return Some("panic");
    }
    if line.starts_with("fatal error: ") {
        return Some("fatal error");
    }
    (line.starts_with("thread '") && line.contains("panicked at")).then_some("panic")
}

/// Whether lines of a stack follow.
fn has_frames(message: &str) -> bool {
    message.lines().skip(1).take(4).any(|line| {
        let line = line.trim_start();
        line.starts_with("at ") || line.starts_with("File \"") || line.starts_with("goroutine ")
    })
}

#[cfg(test)]
mod tests {
    use super::{name_of, of_text};
    use crate::record::Level;

    #[test]
    fn names_of_exceptions_begin_lines() {
        for (line, name) in [
            ("KeyError: 'id'", Some("KeyError")),
            ("botocore.exceptions.ClientError: An error", Some("botocore.exceptions.ClientError")),
            ("Exception in thread \"main\" java.io.IOException: x", Some("java.io.IOException")),
            ("Unhandled exception. System.ArgumentException: x", Some("System.ArgumentException")),
            ("Errno::ENOENT: No such file", Some("Errno::ENOENT")),
            ("NoMethodError (undefined method)", Some("NoMethodError")),
            ("Error: it failed", Some("Error")),
            ("Error it failed", None),
            ("Errors were 7", None),
            ("ERROR: it failed", None),
            ("the KeyError was caught", None),
            ("", None),
        ] {
            assert_eq!(name_of(line), name, "{line}");
        }
    }

    #[test]
    fn a_milder_level_is_no_error() {
        assert_eq!(of_text("ValueError: caught", Some(Level::Info)), None);
        let error = of_text("could not store: ValueError('x')", Some(Level::Error)).unwrap();
        assert_eq!(error.kind.as_deref(), Some("ValueError"));
        let panic =
            of_text("panic: runtime error: index out of range [3]\n\ngoroutine 1", None).unwrap();
        assert_eq!(
            (panic.kind.as_deref(), panic.is_unhandled),
            (Some("panic: runtime error"), true)
        );
    }
}
