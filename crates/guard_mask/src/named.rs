//! Values that their name makes secret: `"password": "…"`, `token=…`, `Authorization: …`.

use std::ops::Range;

use crate::Hit;
use crate::bytes::{after_escape, at, before, part, skip, skip_back, skip_up_to};
use crate::fields::Fields;
use crate::kind::Kind;
use crate::value::{Form, Quote, Value, is_nothing, value};

/// Longest name that is looked at.
const MAX_NAME: usize = 64;
/// How far a value is read before it is known to be a secret.
const NEAR: usize = 256;

/// Texts with which the names of secrets end, or which stand in them; any letter case.
pub(crate) const NAME_WORDS: &[&str] = &[
    "pass",
    "passw",
    "pwd",
    "psw",
    "secret",
    "token",
    "key",
    "jwt",
    "_pat",
    "credential",
    "creds",
    "auth",
    "authorization",
    "cookie",
    "sessionid",
    "session_id",
    "session-id",
    "sessid",
    "sid",
    "salt",
    "pepper",
    "mnemonic",
    "signature",
    "sig",
    "otp",
    "pin",
    "cvv",
    "cvc",
    "securitycode",
    "security_code",
    "ssn",
    "iban",
    "phone",
    "mobile",
    "msisdn",
    "passport",
    "card",
    "email",
    "pan",
    "taxid",
    "tax_id",
    "aadhaar",
    "cpf",
    "cardnumber",
];

/// A name in front of a value.
struct Name {
    start: usize,
    end: usize,
    quote: Option<Quote>,
    /// Where the value, or spaces before it, begins.
    value_at: usize,
    /// How name and value are joined.
    joint: Joint,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Joint {
    /// `=`, `=>`, `:=`; a `:` behind a quoted name.
    Tight,
    /// A `:` behind a name without quotes: prose has it too.
    Colon,
    /// `<name>value`.
    Element,
    /// `--name value`, `("name", "value")`.
    Apart,
    /// `password is value`, `password 'value'`: only of passwords.
    Said,
}

/// The secret whose name has the word `word` in it. `seen` is the end of the name looked at last.
pub(crate) fn named(
    line: &[u8],
    word: &Range<usize>,
    fields: &Fields,
    seen: &mut usize,
) -> Option<Hit> {
    let end = skip_up_to(line, word.end, MAX_NAME, is_name);
    if end == *seen {
        return None;
    }
    *seen = end;
    let name = read_name(line, word.start, end)?;
    // Most values end near. One that does not is read to its end only when it is to be masked.
    let near = part(line, 0..line.len().min(name.value_at + NEAR));
    let found = valued(near, &name, fields)?;
    let is_cut = near.len() < line.len() && found.range.end >= near.len();
    if is_cut { valued(line, &name, fields) } else { Some(found) }
}

fn valued(line: &[u8], name: &Name, fields: &Fields) -> Option<Hit> {
    let text = part(line, name.start..name.end);
    let value = value(line, name.value_at, name.quote)?;
    let by_path = || fields.kind_at_end_of_path(text).filter(|_| is_line_of_document(line, name));
    if let Some(kind) = fields.kind_of(text).or_else(by_path) {
        let is_empty = value.range.is_empty() || is_nothing(part(line, value.range.clone()));
        return (!is_empty).then(|| hit(line, name, &value, kind));
    }
    judge(line, name, text, &value)
}

/// Whether the name and its value begin a line of JSON that is written over many, where the way from
/// the root is not known.
fn is_line_of_document(line: &[u8], name: &Name) -> bool {
    let quote = name.start.saturating_sub(1);
    at(line, quote) == b'"'
        && name.quote.is_some_and(|quote| quote.backslashes == 0)
        && part(line, 0..quote).iter().all(u8::is_ascii_whitespace)
}

fn read_name(line: &[u8], word_start: usize, end: usize) -> Option<Name> {
    let start = after_escape(line, skip_back(line, word_start, MAX_NAME, is_name)).min(word_start);
    let mut place = end;
    let mut quote = None;
    // The closing quote of the name, and the same one before it.
    if let Some((found, behind)) = Quote::opens(line, end)
        && Quote::ends(line, start).is_some_and(|(opening, _)| opening == found)
    {
        (quote, place) = (Some(found), behind);
    }
    // Forms of PHP, Python and .NET: `Password]=`, `["password"]=`.
    if at(line, place) == b']' {
        place += 1;
    }
    let spaced = skip(line, place, |byte| byte == b' ');
    let (joint, value_at) = match (at(line, spaced), at(line, spaced + 1)) {
        (b'=', b'=' | b'~') | (b':', b':') => return None,
        (b'=', b'>') | (b':', b'=') => (Joint::Tight, spaced + 2),
        (b'=', _) => (Joint::Tight, spaced + 1),
        (b':', _) if quote.is_some() => (Joint::Tight, spaced + 1),
        // `arn:aws:secretsmanager:…:secret:name`.
        (b':', _) if before(line, start) == b':' => return None,
        (b':', _) => (Joint::Colon, spaced + 1),
        (b'>', _) if before(line, start) == b'<' => (Joint::Element, spaced + 1),
        (b',', _) if quote.is_some() && is_tuple(line, start) => (Joint::Apart, spaced + 1),
        (_, _) if spaced > place && part(line, start.saturating_sub(2)..start) == b"--" => {
            (Joint::Apart, spaced)
        }
        _ if part(line, start..start + 2) == b"--" && spaced > place => (Joint::Apart, spaced),
        // `%3D` and `%3A` in a query inside a query.
        (b'%', b'3') if at(line, spaced + 2).eq_ignore_ascii_case(&b'd') => {
            (Joint::Tight, spaced + 3)
        }
        // `password 'x'` of SQL; `the password is x1`.
        (b'\'' | b'"', _) if spaced > place && quote.is_none() => (Joint::Said, spaced),
        _ if spaced > place => (Joint::Said, said(line, spaced)?),
        _ => return None,
    };
    Some(Name { start, end, quote, value_at, joint })
}

/// Where the value begins behind `is `, `was `, `set to `.
fn said(line: &[u8], place: usize) -> Option<usize> {
    let verbs: [&[u8]; 4] = [b"is ", b"was ", b"set to ", b"is: "];
    let fits = |verb: &&[u8]| part(line, place..place + verb.len()).eq_ignore_ascii_case(verb);
    verbs.iter().find(|verb| fits(verb)).map(|verb| place + verb.len())
}

/// Whether the quoted name at `start` is the first of a pair in brackets.
fn is_tuple(line: &[u8], start: usize) -> bool {
    Quote::ends(line, start)
        .is_some_and(|(_, opening)| matches!(before(line, opening), b'(' | b'['))
}

fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.')
}

fn hit(line: &[u8], name: &Name, value: &Value, kind: Kind) -> Hit {
    let quote = match value.form {
        Form::Quoted => None,
        // A number becomes a text where numbers and texts are told apart.
        _ => name.quote.filter(|_| at(line, name.value_at.saturating_sub(1)) != b'='),
    };
    let is_quoted = value.form == Form::Quoted;
    Hit { range: value.range.clone(), kind, quote, is_quoted, is_open: value.is_open }
}

/// Letters and digits of a name, in lower case.
fn plain(name: &[u8], to: &mut [u8; MAX_NAME]) -> usize {
    let kept = name.iter().filter(|byte| byte.is_ascii_alphanumeric());
    let mut length = 0;
    for (to, from) in to.iter_mut().zip(kept) {
        *to = from.to_ascii_lowercase();
        length += 1;
    }
    length
}

fn judge(line: &[u8], name: &Name, text: &[u8], value: &Value) -> Option<Hit> {
    let mut lower = [0_u8; MAX_NAME];
    let length = plain(text, &mut lower);
    let lower = part(&lower, 0..length);
    let written = part(line, value.range.clone());
    if written.is_empty() || value.form == Form::Object {
        return None;
    }
    if let Some(header) = header_kind(lower) {
        return header_value(line, name, value, header);
    }
    if is_nothing(written) {
        return None;
    }
    let digits = written.iter().filter(|byte| byte.is_ascii_digit()).count();
    if name.joint != Joint::Said
        && let Some(kind) = personal_kind(lower, written, digits)
    {
        return Some(hit(line, name, value, kind));
    }
    let kind = match lower {
        b"xamzsignature" => "signature",
        b"sig" | b"signature" if matches!(before(line, name.start), b'?' | b'&') => "signature",
        b"sessionid" | b"jsessionid" | b"phpsessid" | b"sid" | b"connect.sid" | b"connectsid"
        | b"aspnetsessionid" | b"sessid"
            if written.len() >= 8 =>
        {
            "session-id"
        }
        b"otp" | b"pin" | b"totp" | b"pincode"
            if digits == written.len() && (4..=8).contains(&digits) =>
        {
            "one-time-code"
        }
        _ => secret_patterns::secret_name(std::str::from_utf8(text).ok()?)?,
    };
    if value.form == Form::List {
        let has_object = written.contains(&b'{');
        return (!has_object && (value.is_open || written.len() > 2))
            .then(|| hit(line, name, value, Kind::Secret(kind)));
    }
    // A counter of tokens, a time that a token ends.
    if value.form == Form::Bare && kind == "token" && digits == written.len() && digits < 6 {
        return None;
    }
    if name.joint == Joint::Said {
        let has_digit = digits > 0 && written.len() >= 4;
        let is_quoted = value.form == Form::Quoted && !written.contains(&b' ');
        return (kind == "password" && (has_digit || is_quoted))
            .then(|| hit(line, name, value, Kind::Secret(kind)));
    }
    let is_plain_word = value.form == Form::Bare && written.iter().all(u8::is_ascii_alphabetic);
    if is_plain_word && name.joint != Joint::Tight && is_prose(line, value, kind) {
        return None;
    }
    Some(hit(line, name, value, Kind::Secret(kind)))
}

/// A word behind `password:` that goes on in prose, or says something about the password.
fn is_prose(line: &[u8], value: &Value, kind: &str) -> bool {
    const SAID: [&str; 24] = [
        "invalid",
        "incorrect",
        "required",
        "missing",
        "expired",
        "empty",
        "wrong",
        "reset",
        "changed",
        "ok",
        "failed",
        "failure",
        "mismatch",
        "must",
        "not",
        "no",
        "yes",
        "is",
        "cannot",
        "unexpected",
        "unauthorized",
        "success",
        "updated",
        "set",
    ];
    let written = part(line, value.range.clone());
    if kind != "password" || SAID.iter().any(|word| written.eq_ignore_ascii_case(word.as_bytes())) {
        return true;
    }
    let next = skip(line, value.range.end, |byte| byte == b' ');
    let more = skip(line, next, |byte| byte.is_ascii_alphabetic());
    next > value.range.end && more > next && matches!(at(line, more), b' ' | b'.' | b'!' | 0)
}

fn personal_kind(name: &[u8], value: &[u8], digits: usize) -> Option<Kind> {
    let ends_with = |words: &[&[u8]]| words.iter().any(|word| name.ends_with(word));
    let letters = value.iter().filter(|byte| byte.is_ascii_alphabetic()).count();
    Some(match name {
        _ if ends_with(&[b"cvv", b"cvc", b"cvv2", b"securitycode"])
            && (3..=4).contains(&digits) =>
        {
            Kind::Secret("card-code")
        }
        _ if ends_with(&[b"ssn", b"socialsecuritynumber"]) && digits == 9 && letters == 0 => {
            Kind::Id("us-ssn")
        }
        _ if ends_with(&[b"passport", b"passportnumber", b"passportno"])
            && (6..=12).contains(&value.len())
            && digits >= 4 =>
        {
            Kind::Id("passport")
        }
        _ if ends_with(&[b"phone", b"phonenumber", b"mobile", b"mobilenumber", b"msisdn"])
            && (7..=15).contains(&digits)
            && letters == 0
            && value.len() <= 24 =>
        {
            Kind::Phone
        }
        _ if ends_with(&[b"cardnumber", b"pan", b"ccnumber"])
            && (13..=19).contains(&digits)
            && letters == 0
            && value.len() <= 24 =>
        {
            Kind::Card
        }
        _ => return None,
    })
}

/// Headers whose value has a grammar of its own.
fn header_kind(name: &[u8]) -> Option<&'static str> {
    Some(match name {
        b"authorization" | b"proxyauthorization" | b"xforwardedauthorization" => "authorization",
        b"cookie" | b"setcookie" | b"cookies" => "cookie",
        _ => return None,
    })
}

fn header_value(line: &[u8], name: &Name, value: &Value, kind: &'static str) -> Option<Hit> {
    let masked = Kind::Secret(kind);
    match value.form {
        Form::Bare if name.quote.is_some() || name.joint == Joint::Tight && kind == "cookie" => {
            let written = part(line, value.range.clone());
            let is_word = written.iter().all(u8::is_ascii_alphabetic);
            (!is_nothing(written) && !is_word).then(|| hit(line, name, value, masked))
        }
        Form::Bare => {
            let start = value.range.start;
            if name.joint == Joint::Said {
                return None;
            }
            let end =
                skip(line, start, |byte| !matches!(byte, b'"' | b'\'' | b'\\' | b'\n' | b'\r'));
            let whole = part(line, start..end);
            if kind == "cookie" {
                return whole.contains(&b'=').then(|| Hit::new(start..end, masked));
            }
            let token = scheme_end(whole).map(|length| start + length);
            if let Some(token) = token {
                // Of `Bearer` one word is secret, the parameters of the other schemes all.
                let is_one = !part(line, token..end).contains(&b'=') || part(whole, 0..1) != b"D";
                let word = skip(line, token, |byte| byte != b' ').min(end);
                let stop = if is_one && !whole.starts_with(b"AWS4") { word } else { end };
                return (stop > token).then(|| Hit::new(token..stop, masked));
            }
            let written = part(line, value.range.clone());
            let is_token = written.len() >= 8 && written.iter().any(u8::is_ascii_digit);
            is_token.then(|| Hit::new(value.range.clone(), masked))
        }
        Form::Quoted => {
            let written = part(line, value.range.clone());
            let skipped = scheme_end(written).unwrap_or(0);
            let range = value.range.start + skipped..value.range.end;
            let is_secret = written.len() >= 4 && !is_nothing(part(line, range.clone()));
            let is_quoted = skipped == 0;
            (is_secret && !range.is_empty()).then_some(Hit {
                range,
                kind: masked,
                quote: None,
                is_quoted,
                is_open: false,
            })
        }
        Form::List => {
            let written = part(line, value.range.clone());
            (value.is_open || written.len() > 2 && !is_masked_list(written))
                .then(|| hit(line, name, value, masked))
        }
        Form::Object => None,
    }
}

fn is_masked_list(written: &[u8]) -> bool {
    written.starts_with(b"[secret:")
        || written.iter().all(|byte| matches!(byte, b'[' | b']' | b' '))
}

/// Length of the scheme of an `Authorization` value, the spaces behind it included.
fn scheme_end(value: &[u8]) -> Option<usize> {
    const SCHEMES: [&str; 8] =
        ["bearer", "basic", "digest", "token", "apikey", "negotiate", "aws4-hmac-sha256", "dpop"];
    let end = skip(value, 0, |byte| byte != b' ');
    let word = part(value, 0..end);
    let is_scheme = SCHEMES.iter().any(|scheme| word.eq_ignore_ascii_case(scheme.as_bytes()));
    (is_scheme && end < value.len()).then(|| skip(value, end, |byte| byte == b' '))
}
