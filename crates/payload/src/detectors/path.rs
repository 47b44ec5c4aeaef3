//! Paths that leave the folder they are meant for.
//!
//! One `../` in front of a name is how documents and programs point at each other. An attack climbs
//! further, starts from the root, writes the dots in a way that only evades filters, or goes for a
//! file that every machine of its kind has.

mod segments;

use segments::{Climb, climb};

use super::system_files::{is_known_within, is_system_path};
use crate::marks::Marks;
use crate::rule::{Form, Holds, Rule};

pub(crate) static RULES: [Rule; 7] = [
    Rule::judge(
        &[
            "..", "./", ".\\", "%2e", "%252e", "x2e", "%%32", "%c0", "%c1", "%25c", "%e0%80",
            "%f0%80", "%f8%80", "%fc%80", "%ue", "%uf", "%u2", ".?", "?.", "??", "%bg", "\u{ff0e}",
        ],
        climbing,
    ),
    // A share of Windows: the machine's own disk, or that of an attacker.
    Rule::pattern(
        70,
        &["$\\", "$/"],
        r"^(file:)?[\\/]{2}[^\\/\s]+[\\/]+([a-z]|admin|ipc|print)\$([\\/]|$)",
    ),
    Rule::pattern(
        55,
        &["\\\\?\\", "\\\\.\\"],
        r"^\\\\[?.]\\([a-z]:|globalroot|unc\\|pipe\\|physicaldrive)",
    ),
    // A NUL behind a path, at which C ends it.
    Rule::pattern(60, &["%00", "\0"], r"^[\w.:-]*[/\\][\w.:/\\-]*(%00|\x00)(\.\w{1,5})?$"),
    // Nothing but dots and both kinds of slashes.
    Rule::pattern(55, &["./", ".\\"], r"^\.*[/\\]+\.[./\\]*$")
        .with_bytes(Marks::SLASH.and(Marks::BACKSLASH)),
    Rule::judge(&[], rooted).only(Holds::InSink),
    Rule::judge(&[], cut).only(Holds::InSink).with_bytes(Marks::NUL),
];

/// No path of a user is as long, in bytes.
const PADDED: usize = 512;

fn climbing(form: &Form<'_>) -> u32 {
    let text = form.lower.trim_ascii();
    let found = climb(text);
    let is_one_word = !text.iter().any(u8::is_ascii_whitespace);
    let mut points = points_of(&found, is_one_word);
    // Padding, up to where something cuts the path.
    if is_one_word && found.up > 0 && (text.len() > PADDED || has_row(text)) {
        points = points.max(65);
    }
    if is_one_word && found.up > 0 && is_script_with_secrets(&found.plain) {
        points = points.max(55);
    }
    // At a sink every step up leaves the folder, also `a/../b`, as the folder `a` need not exist.
    if form.sink && found.up > 0 { points.max(40) } else { points }
}

/// Whether one letter stands so often in a row that it is there for its length alone.
fn has_row(text: &[u8]) -> bool {
    const ROW: usize = 64;
    text.chunk_by(|a, b| a == b)
        .any(|row| row.len() >= ROW && row.first().is_some_and(u8::is_ascii_alphanumeric))
}

/// A script that runs on a server and by its name holds what the server knows: `../config.php`.
fn is_script_with_secrets(path: &[u8]) -> bool {
    const SCRIPTS: [&[u8]; 6] = [b".php", b".asp", b".aspx", b".jsp", b".inc", b".cgi"];
    const NAMES: [&[u8]; 5] = [b"config", b"passw", b"secret", b"credential", b"database"];
    let name = path.rsplit(|byte| *byte == b'/').next().unwrap_or_default();
    SCRIPTS.iter().any(|end| name.ends_with(end))
        && NAMES.iter().any(|part| name.windows(part.len()).any(|window| window == *part))
}

fn points_of(found: &Climb, is_one_word: bool) -> u32 {
    let is_odd = found.wild >= 2 || found.evasive;
    // The cheap question first: the other one compares the text with a list at every `/`.
    if (found.up > 0 || is_odd || found.here >= 2) && is_known_within(&found.plain) {
        return 95;
    }
    if found.up > 0 && found.evasive {
        return 85;
    }
    if found.wild >= 4 && found.up + found.here > 0 {
        return 70;
    }
    match found.up {
        0 if is_one_word && found.here >= 8 => 60,
        0 => 0,
        3.. if is_one_word => 90,
        3.. if found.in_a_row >= 3 => 60,
        _ if is_one_word && found.from_root => 65,
        // Steps up with nothing behind them.
        2.. if is_one_word && found.names == 0 => 60,
        2.. if is_one_word => 45,
        1 if is_one_word => 35,
        _ => 0,
    }
}

/// At a sink: a path of the machine's own, or on a disk of Windows.
fn rooted(form: &Form<'_>) -> u32 {
    let text = form.lower.trim_ascii();
    let has_drive = matches!(text, [b'a'..=b'z', b':', b'/' | b'\\', ..]);
    let starts = |start: &[u8]| text.starts_with(start);
    if has_drive || starts(b"~/") || starts(b"\\\\") || starts(b"file:/") || is_system_path(text) {
        40
    } else {
        0
    }
}

/// At a sink: a NUL, at which C ends the name of a file.
fn cut(_: &Form<'_>) -> u32 {
    40
}
