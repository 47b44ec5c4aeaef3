//! What errors tell of the inside: stack traces, texts of exceptions, messages of databases.

use aho_corasick::{AhoCorasick, MatchKind};

/// Finds details in texts. Built once.
#[derive(Debug)]
pub(crate) struct Details {
    search: Option<AhoCorasick>,
}

/// What makes a text that has the first part a detail.
#[derive(Debug, Clone, Copy)]
enum Proof {
    /// Nothing more.
    Itself,
    /// A digit right behind it.
    Digit,
    /// It is the first word of its line, and the line ends as one of a stack trace does.
    Frame,
    /// A line number follows in the same line: `", line 12`.
    LineNumber,
}

use Proof::{Digit, Frame, Itself, LineNumber};

const MARKS: &[(&str, Proof)] = &[
    // Python
    ("Traceback (most recent call last)", Itself),
    ("File \"", LineNumber),
    // JavaScript, Java, Kotlin, Scala, C#
    ("at ", Frame),
    ("Require stack:\n- ", Itself),
    ("Exception in thread \"", Itself),
    ("Caused by: ", Itself),
    ("; nested exception is ", Itself),
    ("--- End of inner exception stack trace ---", Itself),
    // Go
    ("goroutine ", Digit),
    ("panic: ", Itself),
    ("runtime error: ", Itself),
    // Ruby
    (".rb:", Digit),
    // PHP
    ("PHP Fatal error:", Itself),
    ("PHP Warning:", Itself),
    ("PHP Notice:", Itself),
    ("Fatal error: Uncaught", Itself),
    (".php on line ", Digit),
    (".php on line <b>", Digit),
    (".php(", Digit),
    ("Stack trace:\n#0", Itself),
    // Rust
    ("panicked at ", Itself),
    ("stack backtrace:", Itself),
    // Pages of frameworks for developers
    ("Werkzeug Debugger", Itself),
    ("rawExceptionStackTrace", Itself),
    // Databases and their drivers
    ("SQLSTATE[", Itself),
    ("SQLSTATE=", Itself),
    ("You have an error in your SQL syntax", Itself),
    ("syntax error at or near", Itself),
    ("Unclosed quotation mark after", Itself),
    ("quoted string not properly terminated", Itself),
    ("\": syntax error", Itself),
    ("ORA-", Digit),
    ("psycopg2.", Itself),
    ("psycopg.errors", Itself),
    ("pymysql.err", Itself),
    ("sqlite3.", Itself),
    ("SQLite3::", Itself),
    ("sqlalchemy.exc", Itself),
    ("SequelizeDatabaseError", Itself),
    ("ER_PARSE_ERROR", Itself),
    ("ER_BAD_", Itself),
    ("java.sql.", Itself),
    ("com.mysql.", Itself),
    ("org.postgresql.", Itself),
    ("org.hibernate.", Itself),
    ("System.Data.SqlClient", Itself),
    ("Microsoft.Data.SqlClient", Itself),
    ("Npgsql.", Itself),
    ("Microsoft OLE DB Provider", Itself),
    ("MongoServerError", Itself),
    ("pq: ", Itself),
    // Clients of clouds name roles and resources
    ("botocore.exceptions", Itself),
    ("An error occurred (AccessDenied", Itself),
    ("is not authorized to perform: ", Itself),
];

impl Details {
    pub(crate) fn new() -> Self {
        let literals = MARKS.iter().map(|(literal, _)| literal);
        let search =
            AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(literals).ok();
        Self { search }
    }

    /// Whether `text` has a stack trace or a message of a library in it.
    pub(crate) fn are_in(&self, text: &str) -> bool {
        let Some(search) = &self.search else { return false };
        search.find_iter(text).any(|found| {
            let proof = MARKS.get(found.pattern().as_usize()).map(|(_, proof)| *proof);
            let before = text.get(..found.start()).unwrap_or_default();
            let after = text.get(found.end()..).unwrap_or_default();
            match proof {
                Some(Itself) => true,
                Some(Digit) => after.starts_with(|next: char| next.is_ascii_digit()),
                Some(Frame) => {
                    let line = first_line(after);
                    starts_line(before) && (is_frame(line) || is_frame(until_break(line)))
                }
                Some(LineNumber) => first_line(after).contains("\", line "),
                None => false,
            }
        })
    }
}

/// Whether `text` begins with the name of an exception: `KeyError: 'userId'`,
/// `java.lang.IllegalStateException`, `ValueError('x')`.
pub(crate) fn names_exception(text: &str) -> bool {
    let end = text.find(|letter: char| !letter.is_alphanumeric() && !"._$".contains(letter));
    let (name, rest) = text.split_at(end.unwrap_or(text.len()));
    let last = name.rsplit(['.', '$']).next().unwrap_or_default();
    let is_name = last.starts_with(char::is_uppercase)
        && ["Error", "Exception", "Fault"].iter().any(|suffix| last.ends_with(suffix));
    is_name && (rest.is_empty() || rest.starts_with([':', '(']))
}

fn first_line(text: &str) -> &str {
    // Long lines are no lines of a trace; a bound keeps many of them cheap.
    let end = text.bytes().take(LONGEST_LINE).position(|byte| byte == b'\n');
    text.get(..end.unwrap_or(text.len())).unwrap_or_default()
}

const LONGEST_LINE: usize = 512;

/// Whether `before` ends where a line begins: in text, in JSON within it, or in HTML and XML.
fn starts_line(before: &str) -> bool {
    const SPACES: [&str; 6] = [" ", "\t", "\u{a0}", "&nbsp;", "&#9;", "&#x9;"];
    const ENDS: [&str; 7] = ["\n", "\\n", "async", ">", "&#10;", "&#xA;", "&#xa;"];
    let mut line = before;
    while let Some(rest) = SPACES.iter().find_map(|space| line.strip_suffix(space)) {
        line = rest;
    }
    line.is_empty() || ENDS.iter().any(|end| line.ends_with(end))
}

/// A line of HTML or XML up to its break or the end of its element.
fn until_break(line: &str) -> &str {
    let end = ["<br", "</", "&#"].iter().filter_map(|end| line.find(end)).min();
    line.get(..end.unwrap_or(line.len())).unwrap_or_default()
}

/// Whether a text is the path of a file of code: `/var/www/app/Http/Orders.php`.
pub(crate) fn is_source_path(text: &str) -> bool {
    const CODE: [&str; 14] = [
        "php", "py", "js", "mjs", "cjs", "ts", "rb", "go", "rs", "java", "kt", "scala", "cs", "ex",
    ];
    let is_below = text.contains(['/', '\\']) && !text.contains(['\n', '?']);
    let end = text.rsplit_once('.').map(|(_, end)| end);
    is_below && end.is_some_and(|end| CODE.contains(&end))
}

/// What follows `at ` in a stack trace: `handler (/var/task/index.js:3:9)`,
/// `orders.Handler.run(Handler.java:12)`, `Orders.Run() in /src/Orders.cs:line 12`.
fn is_frame(line: &str) -> bool {
    let line = line.trim_end();
    let inside = line.trim_end_matches(')');
    let Some((place, number)) = inside.rsplit_once(':') else {
        return line.ends_with("(Native Method)") || line.ends_with("(<anonymous>)");
    };
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if let Some(number) = number.strip_prefix("line ") {
        return is_number(number);
    }
    if !is_number(number) {
        return false;
    }
    match place.rsplit_once(':').filter(|(_, line)| is_number(line)) {
        // A time of day has two colons, too.
        Some((file, _)) => file.contains(char::is_alphabetic),
        // An address with its port has one.
        None => {
            (inside != line && place.contains('.'))
                || (place.contains('/') && !place.contains("://"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Details, is_source_path, names_exception};

    #[test]
    fn traces_of_every_language_are_found() {
        let details = Details::new();
        for text in [
            "Traceback (most recent call last):\n  File \"/var/task/app.py\", line 3, in handler\nKeyError: 'a'",
            "  File \"/var/task/app.py\", line 7, in find",
            "TypeError: x is not a function\n    at handler (/var/task/index.js:3:9)\n    at async run (file:///a.mjs:1:2)",
            "    at /var/task/index.js:12:5",
            "java.lang.NullPointerException\n\tat orders.Handler.run(Handler.java:12)",
            "System.NullReferenceException: Object reference\n   at Orders.Run() in /src/Orders.cs:line 12",
            "goroutine 1 [running]:\nmain.main()",
            "panic: assignment to entry in nil map",
            "app.rb:12:in `handler'",
            "PHP Fatal error:  Uncaught Error in /var/task/a.php:3",
            "<b>Warning</b>: x in <b>/a.php</b> on line <b>3</b> /a.php on line 3",
            "ORA-01756: quoted string not properly terminated",
            "(1064, \"You have an error in your SQL syntax; check the manual\")",
            "near \"FROM\": syntax error",
            "<pre>TypeError: x<br> &nbsp; &nbsp;at /var/task/index.js:5:3<br> &nbsp; &nbsp;at Layer.handle",
            "<pre>TypeError: x<br> &nbsp; &nbsp;at Object.&lt;anonymous&gt; (/var/task/index.js:5:3)</pre>",
            "System.Exception: x&#xD;&#xA;   at A.B(String c) in /src/A.cs:line 12&#xD;&#xA;",
            "<detail>System.Exception: x\r\n   at A.B&lt;T&gt;() in C:\\src\\a.cs:line 5</detail>",
            "java.lang.RuntimeException: x&#10;&#9;at orders.Handler.run(Handler.java:12)",
            "Error: Cannot find module '/var/task/x'\nRequire stack:\n- /var/task/index.js",
            "<title>KeyError: 'a' // Werkzeug Debugger</title>",
            "User: arn:aws:sts::111122223333:assumed-role/r/f is not authorized to perform: s3:GetObject",
        ] {
            assert!(details.are_in(text), "{text}");
        }
    }

    #[test]
    fn ordinary_texts_are_not_hidden() {
        let details = Details::new();
        for text in [
            "We meet at 10:30 (room 12)",
            "at the office: 12",
            "Please look at page 3:\nat noon",
            "The shop opens\nat 10:30",
            "It began\nat 10:30:15",
            "Our server\nat example.com:8080",
            "Our page\nat https://example.com:8080",
            "Order 12 could not be found",
            "The goroutine book, 2nd edition",
            "Fatal error in judgement",
            "ORA-ngutan",
            "<li>at 10:30</li>",
            "<p>Meet us<br>at the office, room 12: bring 3</p>",
            "<td>at port 80</td>",
            "see README.rb: a list",
        ] {
            assert!(!details.are_in(text), "{text}");
        }
    }

    #[test]
    fn files_of_code_are_known_by_their_path() {
        for text in ["/var/www/app/Orders.php", "C:\\src\\a.cs", "app/orders.py"] {
            assert!(is_source_path(text), "{text}");
        }
        for text in ["report.pdf", "/reports/a.pdf", "main.py", "/a.php?x=1", "", "/a/b"] {
            assert!(!is_source_path(text), "{text}");
        }
    }

    #[test]
    fn names_of_exceptions_are_known_at_the_start() {
        for text in
            ["KeyError: 'a'", "ValueError('x')", "java.lang.IllegalStateException", "Error: ENOENT"]
        {
            assert!(names_exception(text), "{text}");
        }
        for text in [
            "An Error: x",
            "error: x",
            "Errors: 3",
            "ErrorCode: 7",
            "Terror: x",
            "",
            "Exceptional: x",
        ] {
            assert!(!names_exception(text), "{text}");
        }
    }
}
