//! `inspect`: values out of lines of JSON, each with its verdict.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::process::ExitCode;

use json_tape::{Limits, Tape, write_string};
use payload::{Class, Classes, Context, Engine, Scratch, Verdict};

use super::Command;
use crate::arguments::Arguments;
use crate::failure::{Failure, Outcome};

pub(crate) const COMMAND: Command = Command {
    name: "inspect",
    summary: "Judges values as the guard would",
    usage: "faasguard-guard inspect < VALUES

Reads a line of JSON for each value and prints one in the same order:

  {\"id\": 1, \"value\": \"1 OR 1=1--\", \"context\": \"any\"}
  {\"id\": 1, \"verdict\": \"block\", \"class\": \"sql\", \"score\": 1.0}

`context` is `any`, or the class of the sink that the value flows to: only that class is looked for
then, at a sharper threshold. A line that cannot be read gives {\"id\": …, \"error\": …}, and the exit
code is 2 at the end",
    run,
};

/// Bytes of a line that are read; the rest of a longer one is passed over.
const LONGEST_LINE: u64 = 64 << 20;

/// Bytes that are asked of the standard input at once.
const READ_AT_ONCE: usize = 64 << 10;

fn run(arguments: Arguments) -> Outcome {
    arguments.finish()?;
    let clean = inspect(io::stdin().lock(), &mut io::BufWriter::new(io::stdout().lock()))?;
    Ok(if clean { ExitCode::SUCCESS } else { ExitCode::from(2) })
}

/// Judges every line; whether all could be read.
fn inspect(from: impl Read, to: &mut impl Write) -> Result<bool, Failure> {
    let mut from = BufReader::with_capacity(READ_AT_ONCE, from);
    let engine = Engine::new();
    let mut scratch = Scratch::default();
    let mut tape = Tape::default();
    let (mut line, mut out, mut clean) = (Vec::new(), Vec::new(), true);
    while next_line(&mut from, &mut line)? {
        if !line.trim_ascii().is_empty() {
            out.clear();
            clean &= judge(&line, &engine, &mut scratch, &mut tape, &mut out);
            to.write_all(&out).map_err(Failure::output)?;
        }
        // Whoever asks line by line gets each answer before the next line is waited for.
        if !from.buffer().contains(&b'\n') {
            to.flush().map_err(Failure::output)?;
        }
    }
    to.flush().map_err(Failure::output)?;
    Ok(clean)
}

/// Reads a line without its end; false at the end of the input.
fn next_line(from: &mut impl BufRead, line: &mut Vec<u8>) -> Result<bool, Failure> {
    line.clear();
    let failed = |error| Failure::new(format!("standard input: {error}"));
    let count = from.take(LONGEST_LINE).read_until(b'\n', line).map_err(failed)?;
    if count as u64 == LONGEST_LINE && line.last() != Some(&b'\n') {
        from.skip_until(b'\n').map_err(failed)?;
    }
    Ok(count > 0)
}

/// Appends the answer to one line; whether it could be read.
fn judge(
    line: &[u8],
    engine: &Engine,
    scratch: &mut Scratch,
    tape: &mut Tape,
    out: &mut Vec<u8>,
) -> bool {
    let document = match tape.read(line, &Limits::default()) {
        Ok(document) => document,
        Err(error) => {
            write_error(out, "null", &format!("not JSON: {error}"));
            return false;
        }
    };
    let root = document.root();
    let id = root.member("id").map_or("null", json_tape::Value::raw);
    let context = match root.member("context") {
        Some(named) if named.raw() != "null" => named
            .text()
            .map_or_else(|| Err("`context` is no text".to_owned()), |name| context(&name.to_cow())),
        _ => context("any"),
    };
    let value = root.member("value").and_then(json_tape::Value::text);
    match (value, context) {
        (Some(value), Ok(context)) => {
            write_verdict(out, id, engine.classify(scratch, &value.to_cow(), context));
            true
        }
        (None, Ok(_)) => {
            write_error(out, id, "`value` is missing or no text");
            false
        }
        (_, Err(error)) => {
            write_error(out, id, &error);
            false
        }
    }
}

fn context(name: &str) -> Result<Context, String> {
    if name == "any" {
        return Ok(Context::Any(Classes::ALL));
    }
    let unknown = |_| format!("unknown context `{name}`: `any` or a class");
    let class: Class = name.parse().map_err(unknown)?;
    Ok(Context::Sink(Classes::NONE.with(class)))
}

fn write_verdict(out: &mut Vec<u8>, id: &str, verdict: Verdict) {
    let (word, class) = match verdict.hit {
        Some(hit) => ("block", format!("\"{}\"", hit.class)),
        None => ("pass", "null".to_owned()),
    };
    let score = verdict.score;
    // Writing to a vector cannot fail.
    let _ = writeln!(
        out,
        "{{\"id\":{id},\"verdict\":\"{word}\",\"class\":{class},\"score\":{score:.2}}}"
    );
}

fn write_error(out: &mut Vec<u8>, id: &str, error: &str) {
    out.extend_from_slice(b"{\"id\":");
    out.extend_from_slice(id.as_bytes());
    out.extend_from_slice(b",\"error\":");
    write_string(out, error);
    out.extend_from_slice(b"}\n");
}

#[cfg(test)]
mod tests {
    use super::inspect;

    fn check(input: &[u8], expect: &str, clean: bool) {
        let mut out = Vec::new();
        assert_eq!(inspect(input, &mut out).unwrap(), clean);
        assert_eq!(String::from_utf8(out).unwrap(), expect);
    }

    #[test]
    fn values_get_their_verdicts_in_order() {
        check(
            b"{\"id\":\"a\",\"value\":\"1 OR 1=1--\",\"context\":\"any\"}\n\
              {\"value\":\"hello\",\"id\":2}\r\n\n\
              {\"id\":{\"n\":3},\"value\":\"../../../../etc/passwd\",\"context\":\"path\"}\n\
              {\"id\":4,\"value\":\"1 OR 1=1--\",\"context\":\"path\"}",
            "{\"id\":\"a\",\"verdict\":\"block\",\"class\":\"sql\",\"score\":1.00}\n\
             {\"id\":2,\"verdict\":\"pass\",\"class\":null,\"score\":0.00}\n\
             {\"id\":{\"n\":3},\"verdict\":\"block\",\"class\":\"path\",\"score\":1.00}\n\
             {\"id\":4,\"verdict\":\"pass\",\"class\":null,\"score\":0.00}\n",
            true,
        );
    }

    /// A pipe whose writer waits for each answer before it writes the next line.
    struct Conversation<'a> {
        lines: Vec<&'a [u8]>,
        answers: &'a std::cell::RefCell<Vec<u8>>,
    }

    impl std::io::Read for Conversation<'_> {
        fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
            let answers = self.answers.borrow().split(|byte| *byte == b'\n').count() - 1;
            assert_eq!(answers + self.lines.len(), 2, "the last answer is still held back");
            let Some(line) = self.lines.pop() else { return Ok(0) };
            into[..line.len()].copy_from_slice(line);
            Ok(line.len())
        }
    }

    struct Answers<'a>(&'a std::cell::RefCell<Vec<u8>>);

    impl std::io::Write for Answers<'_> {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.borrow_mut().write(bytes)
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn each_answer_is_given_before_the_next_line_is_waited_for() {
        let answers = std::cell::RefCell::default();
        let lines = vec![&b"{\"value\":\"b\"}\n"[..], b"{\"value\":\"a\"}\n"];
        let conversation = Conversation { lines, answers: &answers };
        let mut to = std::io::BufWriter::new(Answers(&answers));
        assert!(inspect(conversation, &mut to).unwrap());
    }

    #[test]
    fn an_absent_context_may_be_written_as_null() {
        check(
            b"{\"id\":1,\"value\":\"1 OR 1=1--\",\"context\":null}",
            "{\"id\":1,\"verdict\":\"block\",\"class\":\"sql\",\"score\":1.00}\n",
            true,
        );
    }

    #[test]
    fn an_odd_line_ends_nothing() {
        check(
            b"nonsense\n{\"id\":1}\n{\"id\":2,\"value\":\"x\",\"context\":\"sqli\"}\n\
              {\"id\":3,\"value\":7}\n\xff\xfe\n[]\n{\"id\":4,\"value\":\"\\ud800 x\"}\n",
            "{\"id\":null,\"error\":\"not JSON: byte 0: a value is expected\"}\n\
             {\"id\":1,\"error\":\"`value` is missing or no text\"}\n\
             {\"id\":2,\"error\":\"unknown context `sqli`: `any` or a class\"}\n\
             {\"id\":3,\"error\":\"`value` is missing or no text\"}\n\
             {\"id\":null,\"error\":\"not JSON: byte 0: not UTF-8\"}\n\
             {\"id\":null,\"error\":\"`value` is missing or no text\"}\n\
             {\"id\":4,\"verdict\":\"pass\",\"class\":null,\"score\":0.00}\n",
            false,
        );
    }
}
