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
                Some(Frame) => starts_line(before) && is_frame(first_line(after)),
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

fn starts_line(before: &str) -> bool {
    let line = before.trim_end_matches([' ', '\t']);
    line.is_empty() || line.ends_with('\n') || line.ends_with("\\n") || line.ends_with("async")
}

/// What follows `at ` in a stack trace: `handler (/var/task/index.js:3:9)`,
/// `orders.Handler.run(Handler.java:12)`, `Orders.Run() in /src/Orders.cs:line 12`.
fn is_frame(line: &str) -> bool {
    let line = line.trim_end();
    let (Some(at), inside) = (line.rfind(':'), line.trim_end_matches(')')) else {
        return line.ends_with("(Native Method)") || line.ends_with("(<anonymous>)");
    };
    let number = inside.get(at + 1..).unwrap_or_default();
    let number = number.strip_prefix("line ").unwrap_or(number);
    !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::{Details, names_exception};

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
            "Order 12 could not be found",
            "The goroutine book, 2nd edition",
            "Fatal error in judgement",
            "ORA-ngutan",
            "see README.rb: a list",
        ] {
            assert!(!details.are_in(text), "{text}");
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
