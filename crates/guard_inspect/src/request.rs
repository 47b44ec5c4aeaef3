//! Parts of a request of HTTP: body, headers, query, cookies.

use json_tape::Value;

use payload::Class;

use crate::coding::{Coding, is_gzip};
use crate::encoded;
use crate::judgement::Unread;
use crate::multipart::{self, Part};
use crate::place::Place;
use crate::walk::{BodyKind, Cursor, Found, Walk};

impl<'w> BodyKind<'w> {
    /// What an event of HTTP says about its body.
    pub(crate) fn of(event: Value<'w>) -> Self {
        let is_base64 = event.member("isBase64Encoded").and_then(Value::boolean);
        let single = event.member("headers").and_then(content_type);
        let content_type =
            single.or_else(|| event.member("multiValueHeaders").and_then(content_type));
        Self {
            content_type: content_type.unwrap_or_default(),
            is_base64: is_base64.unwrap_or_default(),
            coding: coding(event.member("headers")).or(coding(event.member("multiValueHeaders"))),
        }
    }
}

/// What all headers `Content-Encoding` say.
pub(crate) fn coding(headers: Option<Value<'_>>) -> Coding {
    let all = headers.into_iter().flat_map(Value::members);
    all.filter(|header| header.name.raw().eq_ignore_ascii_case("content-encoding")).fold(
        Coding::Plain,
        |coding, header| {
            let and = |coding: Coding, value: Value<'_>| {
                // CloudFront has `{"key": …, "value": …}`.
                let value = value.member("value").unwrap_or(value);
                value.text().map_or(coding, |text| coding.and(&text.to_cow()))
            };
            header.value.elements().fold(and(coding, header.value), and)
        },
    )
}

fn content_type(headers: Value<'_>) -> Option<&str> {
    let is_type = |name: &str| name.eq_ignore_ascii_case("content-type");
    let header = headers.members().filter(|member| is_type(member.name.raw())).last()?;
    let value = header.value.elements().next().unwrap_or(header.value);
    // Quotes of a boundary are escaped in JSON; nothing else in a type is.
    value.text().map(json_tape::Text::raw)
}

impl Walk<'_> {
    /// The body of a request, by its type.
    pub(crate) fn body(&mut self, text: &str, place: &Place<'_>, cursor: Cursor) -> Found {
        if !self.body.is_base64 {
            return self.body_bytes(text.as_bytes(), place, cursor);
        }
        self.spend(text.len(), place)?;
        let mut bytes = self.scratch.take_bytes();
        let found = if encoded::base64(text, &mut bytes) {
            self.body_bytes(&bytes, place, cursor)
        } else {
            self.content(text, place, cursor)
        };
        self.scratch.give_bytes(bytes);
        found
    }

    /// The same, as it came over the wire. Most platforms leave its content coding to the handler,
    /// some take it off and leave the header: so the bytes are looked at as they are too.
    pub(crate) fn body_bytes(&mut self, body: &[u8], place: &Place<'_>, cursor: Cursor) -> Found {
        match self.body.coding {
            Coding::Plain => {}
            // No gzip is text.
            Coding::Gzip | Coding::Unknown if std::str::from_utf8(body).is_ok() => {}
            Coding::Unread | Coding::Unknown => self.unread(Unread::Coding, place),
            Coding::Gzip | Coding::Deflate => {
                self.unpacked(body, |walk, plain| walk.plain_body(plain, place, cursor), place)?;
                // Another look would only unpack it again.
                if is_gzip(body) {
                    return Found::Continue(());
                }
            }
        }
        self.plain_body(body, place, cursor)
    }

    fn plain_body(&mut self, body: &[u8], place: &Place<'_>, cursor: Cursor) -> Found {
        let kind = self.body.content_type;
        let begins = |with: &str| {
            kind.get(..with.len()).is_some_and(|start| start.eq_ignore_ascii_case(with))
        };
        if begins("application/x-www-form-urlencoded") {
            return self.form(&String::from_utf8_lossy(body), place, cursor);
        }
        let kind = kind.replace("\\\"", "\"");
        if let Some(boundary) = multipart::boundary(&kind) {
            return multipart::parts(body, boundary, |part| self.part(part, place, cursor));
        }
        if is_binary(&kind) && std::str::from_utf8(body).is_err() {
            return Found::Continue(());
        }
        self.bytes(body, place, cursor)
    }

    /// Part of a form that may hold files. A file that is no text is data, of which only the name
    /// is looked at.
    fn part(&mut self, part: Part<'_>, place: &Place<'_>, cursor: Cursor) -> Found {
        let name = part.name.unwrap_or_default();
        let inside = self.inspector.member(cursor, name);
        let field = place.member(name);
        self.name(name, &field, inside)?;
        if let Some(filename) = part.filename {
            let at = field.member("filename");
            self.path(filename, &at, self.inspector.member(inside, "filename"))?;
        }
        match std::str::from_utf8(part.content) {
            Ok(text) => self.content(text, &field, inside),
            Err(_) if part.filename.is_some() => Found::Continue(()),
            Err(_) => self.utf8(part.content, &field, inside),
        }
    }

    /// A URL of which only the path and the query come from the caller.
    pub(crate) fn url(&mut self, text: &str, place: &Place<'_>, cursor: Cursor) -> Found {
        let behind_host = text.split_once("://").and_then(|(_, rest)| rest.get(rest.find('/')?..));
        let (path, query) =
            behind_host.map_or((text, ""), |rest| rest.split_once('?').unwrap_or((rest, "")));
        self.content(path, place, cursor)?;
        self.form(query, place, cursor)
    }

    /// `name=value` with `&` between, in the encoding of URLs: a query, or the body of a form.
    pub(crate) fn form(&mut self, text: &str, place: &Place<'_>, cursor: Cursor) -> Found {
        self.pairs(text.split('&'), place, cursor)
    }

    /// `name=value` with `;` between.
    pub(crate) fn cookies(&mut self, text: &str, place: &Place<'_>, cursor: Cursor) -> Found {
        self.pairs(text.split(';').map(str::trim), place, cursor)
    }

    fn pairs<'t>(
        &mut self,
        pairs: impl Iterator<Item = &'t str>,
        place: &Place<'_>,
        cursor: Cursor,
    ) -> Found {
        let (mut names, mut values) = (self.scratch.take_bytes(), self.scratch.take_bytes());
        let mut found = Found::Continue(());
        for pair in pairs.filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            names.clear();
            encoded::percent(name, true, &mut names);
            values.clear();
            encoded::percent(value, true, &mut values);
            let name = String::from_utf8_lossy(&names);
            let inside = self.inspector.member(cursor, &name);
            let inside = Cursor { role: crate::role::Role::Text, ..inside };
            let field = place.member(&name);
            found = self.name(&name, &field, inside);
            if found.is_continue() {
                found = self.content(&String::from_utf8_lossy(&values), &field, inside);
            }
            // `?1 or 1=1` is no name and its value: whoever reads it takes it as it stands.
            if found.is_continue() && !value.is_empty() && !is_name_of_field(&name) {
                let whole = format!("{name}={}", String::from_utf8_lossy(&values));
                found = self.content(&whole, &field, inside);
            }
            if found.is_break() {
                break;
            }
        }
        self.scratch.give_bytes(names);
        self.scratch.give_bytes(values);
        found
    }

    /// A header, by its name.
    pub(crate) fn header(&mut self, text: &str, place: &Place<'_>, cursor: Cursor) -> Found {
        let name = place.name();
        let cursor = if !cursor.named && NAMES_A_HOST.iter().any(|it| name.eq_ignore_ascii_case(it))
        {
            cursor.without(Class::Ssrf)
        } else {
            cursor
        };
        if name.eq_ignore_ascii_case("cookie") {
            return self.cookies(text, place, cursor);
        }
        let is_login = ["authorization", "proxy-authorization", "authorizationToken"]
            .iter()
            .any(|login| name.eq_ignore_ascii_case(login));
        let word = |scheme: &str| scheme.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if is_login
            && let Some((scheme, credentials)) = text.split_once(' ')
            && word(scheme)
        {
            if scheme.eq_ignore_ascii_case("basic") {
                let mut bytes = self.scratch.take_bytes();
                encoded::base64(credentials, &mut bytes);
                let found = self.bytes(&bytes, place, cursor);
                self.scratch.give_bytes(bytes);
                return found;
            }
            return self.content(credentials, place, cursor);
        }
        self.content(text, place, cursor)
    }
}

/// Whether a name of a query is one that programs give: `user[name]`, `$filter`, `x-amz-date`.
fn is_name_of_field(name: &str) -> bool {
    let is_usual = |letter: char| letter.is_alphanumeric() || "-_.$@:[]~".contains(letter);
    name.chars().all(is_usual)
}

/// Headers that say which hosts and addresses a request went through, local ones too.
const NAMES_A_HOST: &[&str] = &[
    "host",
    "origin",
    "referer",
    "forwarded",
    "via",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-real-ip",
    "x-original-host",
    "x-original-url",
];

/// Types of bodies that are no text.
fn is_binary(content_type: &str) -> bool {
    let kind = content_type.split(';').next().unwrap_or_default().trim();
    let starts = ["image/", "audio/", "video/", "font/"];
    let names = [
        "application/octet-stream",
        "application/pdf",
        "application/zip",
        "application/gzip",
        "application/protobuf",
        "application/x-protobuf",
        "application/wasm",
    ];
    starts
        .iter()
        .any(|start| kind.get(..start.len()).is_some_and(|part| part.eq_ignore_ascii_case(start)))
        || names.iter().any(|name| kind.eq_ignore_ascii_case(name))
}
