//! `--cases`: JSON lines in, JSON lines out, one at a time.

use std::{
    borrow::Cow,
    fs::File,
    io::{self, BufRead, BufReader, Read, Write},
    path::Path,
    process::ExitCode,
};

use anyhow::Context as _;
use iam_evaluation::case::{Case, CaseError, MAX_CASE};
use serde_json::Value;
use source_text::Place;

/// Exit code when a line was no case.
const INCOMPLETE: u8 = 3;

/// Answers each line of the file at `path`, or of standard input for `-`.
pub(super) fn run(path: &Path) -> anyhow::Result<ExitCode> {
    let out = io::stdout().lock();
    let is_whole = if path.as_os_str() == "-" {
        answer_all(io::stdin().lock(), out)?
    } else {
        let file = File::open(path).with_context(|| format!("cannot read `{}`", path.display()))?;
        answer_all(file, out)?
    };
    Ok(if is_whole { ExitCode::SUCCESS } else { ExitCode::from(INCOMPLETE) })
}

/// Whether every line was a case. Memory is bounded by the longest case that is taken.
fn answer_all(input: impl Read, out: impl Write) -> io::Result<bool> {
    let mut input = BufReader::with_capacity(1 << 16, input);
    let mut out = io::BufWriter::with_capacity(1 << 16, out);
    let mut bytes = Vec::new();
    let mut number = 0_u64;
    let mut is_whole = true;
    while read_line(&mut input, &mut bytes)? {
        number += 1;
        if bytes.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        let answer = match read_case(&bytes) {
            Ok(case) => case.answer(&case.decide()),
            Err(error) => {
                is_whole = false;
                let mut answer = error.answer();
                if let Some(fields) = answer.as_object_mut() {
                    fields.insert("line".to_owned(), Value::from(number));
                }
                answer
            }
        };
        out.write_all(line(&answer).as_bytes())?;
        out.write_all(b"\n")?;
        // One who asks case by case waits for the answer.
        if input.buffer().is_empty() {
            out.flush()?;
        }
    }
    out.flush()?;
    Ok(is_whole)
}

fn read_case(bytes: &[u8]) -> Result<Case, CaseError> {
    let text = std::str::from_utf8(bytes).map_err(|error| CaseError {
        id: Value::Null,
        place: Place::default(),
        message: format!("the line is not UTF-8 at byte {}", error.valid_up_to() + 1),
    })?;
    Case::read(text)
}

/// Reads one line into `bytes`; of a line that is too long for a case, a little more than a case may
/// have. False at the end.
fn read_line(input: &mut impl BufRead, bytes: &mut Vec<u8>) -> io::Result<bool> {
    bytes.clear();
    let most = MAX_CASE as u64 + 2;
    if input.by_ref().take(most).read_until(b'\n', bytes)? == 0 {
        return Ok(false);
    }
    let is_cut = bytes.len() as u64 == most && bytes.last() != Some(&b'\n');
    if is_cut {
        input.skip_until(b'\n')?;
    }
    Ok(true)
}

/// One line of JSON in which no character is one that a terminal would obey.
pub(super) fn line(value: &Value) -> String {
    let text = value.to_string();
    if matches!(report::visible(&text), Cow::Borrowed(_)) {
        return text;
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        let mut buffer = [0; 4];
        if matches!(report::visible(character.encode_utf8(&mut buffer)), Cow::Borrowed(_)) {
            shown.push(character);
            continue;
        }
        let mut units = [0; 2];
        for unit in character.encode_utf16(&mut units) {
            shown.push_str("\\u");
            let digits = [12, 8, 4, 0].map(|shift| u32::from(*unit >> shift) & 15);
            shown.extend(digits.into_iter().filter_map(|digit| char::from_digit(digit, 16)));
        }
    }
    shown
}
