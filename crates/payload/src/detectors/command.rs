//! Commands of shells: of Unix, of Windows, and of PowerShell.
//!
//! A command needs a place where a shell begins one: the start of the value, or what separates
//! commands. The name there decides, and when the name is a word of a language too, what follows it.

mod names;
mod sink;
mod word;

use names::{IN_STARTERS, lists_of};
use word::{Kind, Word};

use crate::marks::Marks;
use crate::rule::{Form, Holds, Rule};

/// What `\s` stands for.
const BLANK: Marks = Marks::SPACE.and(Marks::LINE_END).and(Marks::CONTROL);

pub(crate) static RULES: [Rule; 26] = [
    Rule::judge(&[], first_command).with_bytes(Marks::LETTER),
    Rule::judge(&[], |form| after_each(form, b';')).with_bytes(Marks::LETTER.and(Marks::SEMICOLON)),
    Rule::judge(&[], |form| after_each(form, b'|')).with_bytes(Marks::LETTER.and(Marks::PIPE)),
    Rule::judge(&[], |form| after_each(form, b'&')).with_bytes(Marks::LETTER.and(Marks::AMPERSAND)),
    Rule::judge(&[], |form| after_each(form, b'\n')).with_bytes(Marks::LETTER.and(Marks::LINE_END)),
    Rule::judge(&["$(", "<(", ">(", "$[", "`"], substitution),
    Rule::judge(&["%0a", "%0d", "\\n"], after_escaped_line_end),
    Rule::judge(&[], after_quote).with_bytes(Marks::LETTER.and(Marks::SPACE)),
    // Shellshock.
    Rule::pattern(
        95,
        &["() {", "(){", "()%20{", "()\t{"],
        r"(^|[^\w)>])\(\)\s*\{\s*(:|_|\w{0,3})\s*;?\s*\}?\s*[;>]\s*\S|^\s*\(\)\s*\{\s*[:_]?\s*;?$",
    ),
    Rule::pattern(85, &["ifs"], r"\$(ifs\b|\{ifs\b|ifs\$\d)|\bifs=[^\s;]{0,6};").with_any(Marks::DOLLAR.and(Marks::SEMICOLON)),
    Rule::pattern(
        90,
        &["/dev/tcp/", "/dev/udp/", "bash -i", "sh -i", "nc -e", "-e /bin/", "-c /bin/", "mkfifo "],
        r"/dev/(tcp|udp)/[\w.$]|\b(ba|z|k|da|a)?sh\s+-i\b|\bnc(at)?\s.{0,60}-[ce]\s|\s-[ce]\s+['\x22]?/bin/(ba|z|k|da)?sh\b|mkfifo\s+/",
    ),
    Rule::pattern(
        80,
        &["sh", "python", "perl"],
        r"\|\s*(sudo\s+)?(/\w+)*/?((ba|z|k|da|a)?sh|python[\d.]*|perl|php|ruby|node)\s*(-\s*)?($|[;|&'\x22`)#\n])",
    )
    .with_bytes(Marks::PIPE),
    Rule::pattern(80, &["base64"], r"base64\s+(-d|--decode)\b"),
    // Patterns that a shell fills in: `/???/c?t`.
    Rule::pattern(70, &[], r"(^|[\s;|&`(=<>])/[a-z\[\]]*\?[\w?\[\]]*/[\w?*\[\]/-]*[\w?*]").with_bytes(Marks::QUESTION.and(Marks::SLASH)),
    Rule::pattern(65, &[], r"(^|[\s;|&`(=])/[\w/]*[a-z]?\[[a-z?!/-]{1,8}\][a-z]{2,12}(/\w|\s|$)").with_bytes(Marks::BRACKET.and(Marks::SLASH)),
    // Empty variables within a word: `/et$@c/pas$@swd`.
    Rule::pattern(
        65,
        &["$@", "$*", "$_", "$!", "$-", "${x}", "$u", "${u"],
        r"[a-z/](\$[@*!-]|\$_|\$u+|\$\{[a-z]\})[a-z+]{1,8}(\s|/|$)",
    ),
    // Braces instead of spaces: `{cat,/etc/passwd}`.
    Rule::pattern(70, &[], r"(^|[\s;|&(=])\{([a-z]{1,12}|,[a-z/?*]{2,20})?,(-[a-z]|/[a-z?*]|[a-z]+[\d,]|\})[^{}\x22:]{0,80}\}?\w?$").with_bytes(Marks::BRACE.and(Marks::PLAIN)),
    Rule::pattern(
        75,
        &["cmd", "powershell", "pwsh", "%comspec%"],
        r"(\bcmd(\.exe)?|%comspec%)\s*/[ckrsv]\b|\b(powershell|pwsh)(\.exe)?\s+(-|/|['\x22&\\]|[a-z]:|\S+\s+-)|%(comspec|systemroot|windir|appdata|userprofile|programfiles)(:~\d|%\\)",
    ),
    Rule::pattern(
        75,
        &[
            "invoke-",
            "iex",
            "iwr",
            "new-object",
            "iwmi",
            "irm",
            "downloadstring",
            "downloadfile",
            "-encodedcommand",
            "start-process",
            "-enc ",
        ],
        r"\b(iex|invoke-expression|invoke-command|invoke-webrequest|invoke-restmethod|iwr|irm)\s*[(\-'\x22$&{]|\biex\s+\w|\|\s*iex\b|(^|[;|&=])\s*(iwr|irm|iwmi|invoke-(webrequest|restmethod|expression|command|wmimethod))\s+\S|new-object\s+(-\w+\s+)?(system\.)?(net\.|io\.|com\b)|\.download(string|file|data)\s*\(|-enc(odedcommand)?\s+[a-z0-9+/=]{16}|start-process\s+[-'\x22\w]+\S*\s",
    )
    .with_any(BLANK.and(Marks::PAREN).and(Marks::PLAIN).and(Marks::QUOTE).and(Marks::DOUBLE_QUOTE).and(Marks::DOLLAR).and(Marks::AMPERSAND).and(Marks::BRACE).and(Marks::PIPE)),
    // Names that are given to commands, and the shell by its variable.
    Rule::pattern(
        65,
        &["alias ", "$shell", "${shell"],
        r"(^|[;|&=]\s*)alias\s+([+-]\S+\s+)?['\x22]?[\w-]+['\x22]?=\S|\$\{?shell\}?\s+-\w",
    ),
    // Batch files: loops over `%a`, comparisons, questions about files.
    Rule::pattern(
        75,
        &["for "],
        r"\bfor\s+(/[dflr]\s+)?([^%]*\s)?%+\S\s+in\s*\(|\bfor\s+/[dflr]\s+(%|\x22|')",
    )
    .with_bytes(Marks::PERCENT),
    Rule::pattern(
        75,
        &["equ", "neq", "lss", "leq", "gtr", "geq"],
        r"\bif\b.+[\s)](equ|neq|lss|leq|gtr|geq)[\s(]",
    )
    .with_any(BLANK.and(Marks::PAREN)),
    Rule::pattern(75, &["if /i", "if/i"], r"\bif\s*/i\s+(not\s+)?\S"),
    Rule::pattern(
        55,
        &["if "],
        r"^['\x22(@&|;\s]*if\s+(not\s+)?((exist|defined)\s+[^\s,]+(\s+[\w(@]+)|[^\s=(!<>.\[]{1,40}\s*==\s*[^\s=:]+\s+[\w(.@]+[^:{]*$|\x22[^\x22]*\x22\s*==\s*\x22[^\x22]*\x22\s+\w+[^:{]*$)",
    ),
    Rule::pattern(
        65,
        &[".shell", ".system", ".databases", ".import", ".tables", ".dump"],
        r";\s*\.(shell|system|databases|import|tables|dump|output|once)\b",
    ),
    Rule::judge(&[], sink::breaks).only(Holds::InSink),
];

/// Longest prefix of starters and assignments that is followed: `sudo env A=1 nice cat`.
const STARTS: usize = 4;

/// How a command begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Start {
    /// At the start of the value.
    Value,
    /// After `;`, `|`, `&`, behind other text.
    Separator,
    /// After a separator at which the value begins, or which closes a quote or parenthesis.
    Breakout,
    /// In a substitution.
    Substitution,
    /// At the start of a line, where prose begins too.
    Line,
}

/// The points of the command at the start of `text`.
fn points_of(text: &[u8], start: Start) -> u32 {
    let mut rest = skip_lead(text);
    let mut started = false;
    for _ in 0..STARTS {
        let (word, after) = Word::read(rest);
        if word.is_empty() {
            return 0;
        }
        // A name in front of `=` is a parameter or an assignment.
        if after.first() == Some(&b'=') {
            let end = after.iter().position(|byte| b" ;|&\n".contains(byte));
            let Some(space) = end.filter(|end| after.get(*end) == Some(&b' ')) else { return 0 };
            if start == Start::Value || start == Start::Line {
                return 0;
            }
            rest = after.get(space..).unwrap_or_default().trim_ascii_start();
            continue;
        }
        if !is_boundary(after, start) {
            return 0;
        }
        let points = points_of_word(&word, after, start, started);
        if points > 0 || lists_of(word.name()) & IN_STARTERS == 0 {
            return points;
        }
        started = true;
        rest = skip_lead(after);
    }
    0
}

fn points_of_word(word: &Word, after: &[u8], start: Start, started: bool) -> u32 {
    let kind = word.kind();
    // The head of a change, and a line of a stack: `diff --git a/x b/x`, `at /app/x.js:3`.
    let is_told = word.name() == b"diff" && after.starts_with(b" --git ")
        || word.name() == b"at" && after.starts_with(b" /");
    if kind == Kind::None || is_told {
        return 0;
    }
    let arguments = arguments(after);
    let is_inline = is_inline(word.name(), after);
    if is_inline {
        return 75;
    }
    let has_flags = arguments == Arguments::Flags || is_subcommand(word.name(), after);
    let is_hidden = word.is_disguised || word.is_program || started;
    match start {
        Start::Value | Start::Line if is_hidden && kind == Kind::Sure && has_flags => 75,
        Start::Value if is_wait(word.name(), after) => 50,
        // Scripts of a package are made of these, as are the notes of whoever builds it.
        Start::Value if DEVELOPERS.contains(&word.name()) => 0,
        Start::Value if word.name() == b"rm" && !is_deep(after) => 0,
        Start::Value
            if kind == Kind::Sure
                && (has_flags
                    || word.is_disguised
                    || started
                    || (is_hidden && arguments == Arguments::Words)) =>
        {
            60
        }
        Start::Value if has_flags => 55,
        Start::Line if kind == Kind::Sure && has_flags => 40,
        Start::Value | Start::Line => 0,
        Start::Breakout if word.name() == b"pwd" && arguments == Arguments::End => 60,
        _ if kind == Kind::Sure => 75,
        _ if has_flags => 70,
        Start::Substitution if arguments == Arguments::Words => 55,
        _ if is_wait(word.name(), after) => 60,
        // `a;id;`: nothing but the end of the command.
        Start::Separator
            if ALONE.contains(&word.name())
                && matches!(
                    after.trim_ascii(),
                    b";" | b"|" | b"||" | b"&" | b"&&" | b"`" | b"#"
                ) =>
        {
            60
        }
        Start::Breakout | Start::Substitution
            if arguments == Arguments::End && ALONE.contains(&word.name()) =>
        {
            60
        }
        _ => 0,
    }
}

/// Short commands that tell an attacker much without any argument.
const ALONE: [&[u8]; 8] = [b"id", b"ls", b"ll", b"dir", b"ps", b"env", b"who", b"ver"];

/// Tools of developers: their command lines are ordinary data of what builds and deploys.
const DEVELOPERS: [&[u8]; 16] = [
    b"apt", b"apt-get", b"cd", b"docker", b"export", b"gem", b"git", b"go", b"java", b"kubectl",
    b"make", b"mkdir", b"node", b"npm", b"pip", b"rustc",
];

/// Whether something from the root, of the home folder, or all is meant.
fn is_deep(after: &[u8]) -> bool {
    after.windows(2).any(|pair| matches!(pair, b" /" | b" ~" | b" *"))
}

/// Commands of Windows whose first argument is a word: `net user`, `reg add`; and `which wget`.
fn is_subcommand(name: &[u8], after: &[u8]) -> bool {
    #[rustfmt::skip]
    const NET: [&[u8]; 14] = [
        b"accounts", b"config", b"file", b"group", b"localgroup", b"session", b"share", b"start",
        b"statistics", b"stop", b"time", b"use", b"user", b"view",
    ];
    const REG: [&[u8]; 9] =
        [b"add", b"delete", b"query", b"save", b"export", b"import", b"create", b"config", b"copy"];
    let mut words = after.split(|byte| matches!(byte, b' ' | b';' | b'|' | b'&' | b'\'' | b'"'));
    let word = words.find(|word| !word.is_empty()).unwrap_or_default();
    let has_more = words.next().is_some() || after.trim_ascii().len() == word.len();
    match name {
        b"net" | b"net1" => NET.contains(&word) && has_more,
        b"reg" | b"sc" => {
            REG.contains(&word) && after.iter().take(256).any(|byte| matches!(byte, b'\\' | b'/'))
        }
        b"which" | b"whereis" | b"man" | b"strace" => {
            let (word, rest) = Word::read(word);
            word.kind() == Kind::Sure && rest.is_empty() && words.all(<[u8]>::is_empty)
        }
        _ => false,
    }
}

/// `sleep 5`, `ping localhost`: delays by which an attacker sees that a command ran.
fn is_wait(name: &[u8], after: &[u8]) -> bool {
    if !matches!(name, b"sleep" | b"timeout") {
        return false;
    }
    let after = after.trim_ascii();
    let end = after.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(after.len());
    let rest = after.get(end..).unwrap_or_default();
    end > 0
        && end < 6
        && matches!(
            rest.first(),
            None | Some(b';' | b'|' | b'&' | b'\'' | b'"' | b'`' | b')' | b'#')
        )
}

/// Code on the command line: `python -c '…'`, `perl -e …`, `php -r …`, `bash -c …`.
fn is_inline(name: &[u8], after: &[u8]) -> bool {
    const RUNNERS: [&[u8]; 9] =
        [b"python", b"perl", b"php", b"ruby", b"node", b"lua", b"bash", b"sh", b"zsh"];
    let Some(flag) = after.trim_ascii_start().strip_prefix(b"-") else { return false };
    let is_runner = RUNNERS.iter().any(|runner| {
        name.strip_prefix(*runner)
            .is_some_and(|version| !version.iter().any(u8::is_ascii_alphabetic))
    });
    is_runner && matches!(flag, [b'c' | b'e' | b'r', b' ' | b'\'' | b'"', ..])
}

/// What follows the name of a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Arguments {
    /// Nothing: the value or the command ends.
    End,
    /// A flag, a path, an address, a redirection.
    Flags,
    /// Other words.
    Words,
}

fn arguments(after: &[u8]) -> Arguments {
    let text = after.trim_ascii_start();
    match text {
        []
        | [b';' | b'|' | b'&' | b'`' | b')' | b'#' | b'\n' | b'\r' | b'}', ..]
        | [b'\'' | b'"']
        | [b'\'' | b'"', b';' | b'|' | b'&' | b')' | b' ', ..] => Arguments::End,
        // `&Path> for`: a type of some language, not a redirection.
        [b'>', ..] if after.first() == Some(&b'>') => Arguments::Words,
        // `& more</p>`: a tag that closes.
        [b'<', b'/', rest @ ..]
            if rest
                .iter()
                .take(12)
                .position(|byte| *byte == b'>')
                .is_some_and(|end| rest.iter().take(end).all(u8::is_ascii_alphanumeric)) =>
        {
            Arguments::Words
        }
        [b'-', letter, ..] if letter.is_ascii_alphanumeric() || *letter == b'-' => Arguments::Flags,
        [b'/' | b'~' | b'$' | b'<' | b'>' | b'*' | b'\\' | b'%', ..]
        | [b'.', b'/' | b'.', ..]
        | [b'.']
        | [b'a'..=b'z', b':', b'/' | b'\\', ..] => Arguments::Flags,
        _ => {
            let end = text
                .iter()
                .position(|byte| {
                    byte.is_ascii_whitespace() || matches!(byte, b';' | b'|' | b'&' | b')' | b'`')
                })
                .unwrap_or(text.len());
            let word = text.get(..end).unwrap_or_default();
            if is_address(word) || is_file(word) || has_switch(text) {
                Arguments::Flags
            } else {
                Arguments::Words
            }
        }
    }
}

/// `copy a b /y`, `tasklist x /svc`: a switch of Windows at the end.
fn has_switch(text: &[u8]) -> bool {
    let line =
        text.split(|byte| matches!(byte, b'\n' | b';' | b'|' | b'&')).next().unwrap_or_default();
    line.trim_ascii_end().rsplit(|byte| *byte == b' ').next().is_some_and(|word| {
        matches!(word, [b'/', b'a'..=b'z', rest @ ..] if rest.len() <= 6 && rest.iter().all(u8::is_ascii_alphabetic))
    })
}

fn is_address(word: &[u8]) -> bool {
    if [&b"http://"[..], b"https://", b"ftp://"].iter().any(|scheme| word.starts_with(scheme)) {
        return true;
    }
    let mut numbers = word.split(|byte| *byte == b'.');
    numbers.clone().count() == 4
        && numbers
            .all(|part| !part.is_empty() && part.len() <= 3 && part.iter().all(u8::is_ascii_digit))
}

/// A word with an ending that files of programs and servers have.
fn is_file(word: &[u8]) -> bool {
    const ENDINGS: [&[u8]; 24] = [
        b"php", b"sh", b"py", b"pl", b"rb", b"conf", b"cfg", b"ini", b"log", b"gz", b"tar", b"tgz",
        b"zip", b"db", b"sql", b"exe", b"bat", b"ps1", b"vbs", b"dll", b"env", b"txt", b"jsp",
        b"xml",
    ];
    word.iter().rposition(|byte| *byte == b'.').is_some_and(|at| {
        at > 0 && word.get(at + 1..).is_some_and(|ending| ENDINGS.contains(&ending))
    })
}

/// Whether a name ends here. A parenthesis that closes ends it only where one was opened.
fn is_boundary(after: &[u8], start: Start) -> bool {
    match after {
        [] => true,
        [b')', ..] => start == Start::Substitution,
        [b'\'' | b'"', b';' | b'|' | b'&' | b' ', ..] | [b'\'' | b'"'] => start != Start::Value,
        [byte, ..] => {
            byte.is_ascii_whitespace()
                || matches!(
                    byte,
                    b';' | b'|' | b'&' | b'<' | b'>' | b'`' | b'$' | b'#' | b'}' | b'%'
                )
        }
    }
}

/// Spaces, and what a shell allows in front of a command.
fn skip_lead(text: &[u8]) -> &[u8] {
    let mut rest = text.trim_ascii_start();
    while let Some(after) = rest
        .strip_prefix(b"(")
        .or_else(|| rest.strip_prefix(b"{ "))
        .or_else(|| rest.strip_prefix(b"! "))
        .or_else(|| rest.strip_prefix(b"@"))
    {
        rest = after.trim_ascii_start();
    }
    // The quote that the value was meant to stay in: `"; "id"`.
    if let Some(after) = rest.strip_prefix(b"\"").or_else(|| rest.strip_prefix(b"'"))
        && after.first().is_some_and(|byte| byte.is_ascii_whitespace() || *byte == b'/')
    {
        rest = after.trim_ascii_start();
    }
    rest
}

/// Commands that tell about the machine and are no words, as the whole value.
const LOOKS: [&[u8]; 8] = [
    b"netstat",
    b"whoami",
    b"ifconfig",
    b"ipconfig",
    b"systeminfo",
    b"tasklist",
    b"printenv",
    b"/usr/bin/id",
];

/// The value itself, or that of a form, as a command.
fn first_command(form: &Form<'_>) -> u32 {
    let text = form.lower.trim_ascii_start();
    if !form.key && LOOKS.contains(&text.trim_ascii_end()) {
        return 50;
    }
    let value = form_value(text);
    points_of(value, Start::Value)
}

/// What follows the first `name=` of a form; the text itself when it is no form.
fn form_value(text: &[u8]) -> &[u8] {
    let end = text.iter().position(|byte| {
        !(byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'[' | b']'))
    });
    match end.and_then(|end| text.get(end..)) {
        Some([b'=', value @ ..]) => value,
        _ => text,
    }
}

/// Commands behind each `separator`.
fn after_each(form: &Form<'_>, separator: u8) -> u32 {
    let text = form.lower;
    let mut best = 0;
    for (at, byte) in text.iter().enumerate() {
        if *byte != separator {
            continue;
        }
        let before = text.get(..at).unwrap_or_default().trim_ascii_end();
        let after = text.get(at + 1..).unwrap_or_default();
        let after = after.strip_prefix(&[separator]).unwrap_or(after);
        let start = match (separator, before.last()) {
            (b'\n', None) => Start::Breakout,
            (b'\n', _) => Start::Line,
            // `q=&id` is a query, `q=;id` is none.
            (b'&', Some(b'=')) => Start::Separator,
            (_, None | Some(b'\'' | b'"' | b')' | b'`' | b';' | b'|' | b'&' | b'=')) => {
                Start::Breakout
            }
            _ if text.get(at + 1) == Some(&separator) => Start::Breakout,
            _ => Start::Separator,
        };
        // One of several words of a pattern: `(http|ftp|file)`.
        let is_choice = separator == b'|' && start == Start::Separator && {
            let (_, rest) = Word::read(after);
            matches!(rest.first(), Some(b'|' | b')'))
        };
        // A cell of a table: `| id | name |`.
        let is_cell = separator == b'|'
            && after.starts_with(b" ")
            && after.iter().position(|byte| *byte == b'|').is_some_and(|end| {
                end > 1 && after.get(end - 1) == Some(&b' ') && after.get(end + 1) != Some(&b'|')
            });
        if !is_cell && !is_choice {
            best = best.max(points_of(after, start));
        }
        if best >= 75 {
            break;
        }
    }
    best
}

/// Commands in `$(…)`, `<(…)` and backticks. Backticks of Markdown stand alone between spaces.
fn substitution(form: &Form<'_>) -> u32 {
    let text = form.lower;
    let mut best = 0;
    let mut inside = false;
    for (at, byte) in text.iter().enumerate() {
        let after = text.get(at + 1..).unwrap_or_default();
        match byte {
            b'$' | b'<' | b'>' => {
                let Some(after) = after.strip_prefix(b"(") else { continue };
                // Elsewhere `<(` and `->(` are types and calls.
                if *byte != b'$' && at > 0 && text.get(at - 1) != Some(&b' ') {
                    continue;
                }
                let after = after.strip_prefix(b"`").unwrap_or(after);
                best = best.max(points_of(after, Start::Substitution));
            }
            b'`' => {
                inside = !inside;
                if inside && is_substitution(text, at) {
                    best = best.max(points_of(after, Start::Substitution));
                }
            }
            _ => {}
        }
        if best >= 75 {
            break;
        }
    }
    best
}

/// Whether the backtick at `at` opens a command rather than code in prose: it is the whole value,
/// or it touches what stands in front of it.
fn is_substitution(text: &[u8], at: usize) -> bool {
    let before = text.get(..at).unwrap_or_default();
    let after = text.get(at + 1..).unwrap_or_default();
    let Some(close) = after.iter().position(|byte| *byte == b'`') else { return false };
    let behind = after.get(close + 1..).unwrap_or_default();
    let is_whole = before.trim_ascii().is_empty() && behind.trim_ascii().is_empty();
    let touches = before.last().is_some_and(|byte| {
        byte.is_ascii_alphanumeric()
            || matches!(byte, b';' | b'|' | b'&' | b'=' | b'$' | b'"' | b'\'')
    });
    close > 0 && (is_whole || touches)
}

/// A command behind a line end that is written in an escape, which prose has no reason for.
fn after_escaped_line_end(form: &Form<'_>) -> u32 {
    let text = form.lower;
    let mut best = 0;
    for (at, window) in text.windows(3).enumerate() {
        let after = match window {
            b"%0a" | b"%0d" => text.get(at + 3..),
            [b'\\', b'n', _] => text.get(at + 2..),
            _ => continue,
        };
        let after = after.unwrap_or_default();
        let after = after.strip_prefix(b"%20").unwrap_or(after);
        let ends = after
            .trim_ascii_end()
            .strip_suffix(b"%0a")
            .or_else(|| after.trim_ascii_end().strip_suffix(b"\\n"));
        best = best.max(points_of(ends.unwrap_or(after), Start::Breakout));
    }
    best
}

/// `' whoami`, `") id`: a quote or parenthesis that is closed and then a command, nothing in front.
fn after_quote(form: &Form<'_>) -> u32 {
    let text = form.lower.trim_ascii();
    let rest = match text {
        [b'\'' | b'"' | b')', rest @ ..] if rest.starts_with(b" ") => rest.trim_ascii(),
        _ => return 0,
    };
    let (word, after) = Word::read(rest);
    let is_command = word.kind() == Kind::Sure && is_boundary(after, Start::Breakout);
    if is_command && arguments(after) != Arguments::Words { 60 } else { 0 }
}
