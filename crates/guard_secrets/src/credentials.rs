//! The function's own credentials: from the environment, or from the address that it names.

use std::io;
use std::net::IpAddr;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use guard_http::RequestHead;
use guard_tls::Trust;
use serde_json::Value;
use zeroize::Zeroizing;

use crate::http::Line;
use crate::setup::{Endpoint, Environment};
use crate::sigv4::Credentials;

/// How long before their end credentials are asked for anew.
const MARGIN_S: u64 = 300;

/// Where credentials come from.
pub(crate) enum Source {
    /// Variables of the environment; they never change.
    Fixed(Credentials),
    /// Asked for over HTTP, as containers and restored snapshots do.
    Container(Box<Container>),
    /// There are none.
    None,
}

pub(crate) struct Container {
    line: Line,
    target: String,
    token: Token,
    last: Option<Credentials>,
    /// Seconds since 1970.
    good_until: u64,
}

enum Token {
    None,
    Value(Zeroizing<String>),
    /// Read at each use: the platform replaces it.
    File(String),
}

impl Source {
    pub(crate) fn read(environment: Environment<'_>, trust: &Trust) -> Self {
        let text = |name: &str| environment(name).filter(|text| !text.is_empty());
        if let (Some(access_key), Some(secret_key)) =
            (text("AWS_ACCESS_KEY_ID"), text("AWS_SECRET_ACCESS_KEY"))
        {
            let session_token = text("AWS_SESSION_TOKEN").map(Zeroizing::new);
            let secret_key = Zeroizing::new(secret_key);
            return Self::Fixed(Credentials { access_key, secret_key, session_token });
        }
        let url = text("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI")
            .map(|path| format!("http://169.254.170.2{path}"))
            .or_else(|| text("AWS_CONTAINER_CREDENTIALS_FULL_URI"));
        let Some((endpoint, target)) = url.as_deref().and_then(split) else { return Self::None };
        let token = match text("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE") {
            Some(file) => Token::File(file),
            None => text("AWS_CONTAINER_AUTHORIZATION_TOKEN")
                .map_or(Token::None, |token| Token::Value(Zeroizing::new(token))),
        };
        let line = Line::new(endpoint, trust, Duration::from_secs(2));
        Self::Container(Box::new(Container { line, target, token, last: None, good_until: 0 }))
    }

    /// What signs the next call. `again` says that the service refused the last ones.
    pub(crate) fn get(&mut self, again: bool) -> Result<Credentials, String> {
        match self {
            Self::Fixed(credentials) => Ok(credentials.clone()),
            Self::None => Err("no credentials in the environment".to_owned()),
            Self::Container(container) => container.get(again),
        }
    }

    /// Whether asking again may give others.
    pub(crate) fn can_change(&self) -> bool {
        matches!(self, Self::Container(_))
    }
}

impl Container {
    fn get(&mut self, again: bool) -> Result<Credentials, String> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        match &self.last {
            Some(last) if !again && now + MARGIN_S < self.good_until => Ok(last.clone()),
            _ => {
                let (fresh, good_until) =
                    self.fetch().map_err(|error| format!("credentials: {error}"))?;
                self.last = Some(fresh.clone());
                // An end that cannot be read: asked for again soon.
                self.good_until = good_until.unwrap_or(now + MARGIN_S + 60);
                Ok(fresh)
            }
        }
    }

    fn fetch(&mut self) -> io::Result<(Credentials, Option<u64>)> {
        let mut head = RequestHead::new("GET", &self.target).with("Host", self.line.authority());
        match &self.token {
            Token::None => {}
            Token::Value(token) => head = head.with("Authorization", token.as_bytes()),
            Token::File(file) => {
                let token = Zeroizing::new(std::fs::read_to_string(file)?);
                head = head.with("Authorization", token.trim());
            }
        }
        let reply = self.line.call(&head, b"")?;
        let bad = |what: &str| io::Error::new(io::ErrorKind::InvalidData, what.to_owned());
        if reply.status != 200 {
            return Err(bad(&format!("the answer has status {}", reply.status)));
        }
        parse(&reply.body).ok_or_else(|| bad("the answer has no credentials"))
    }
}

/// Host and path of an address that may be asked: the loopback, and the two of containers. Anything
/// else could be somebody who listens.
fn split(url: &str) -> Option<(Endpoint, String)> {
    let scheme = url.find("://")? + 3;
    let path = url.get(scheme..)?.find('/').map_or(url.len(), |at| at + scheme);
    let (place, target) = url.split_at(path);
    let target = if target.is_empty() { "/" } else { target };
    if !target.bytes().all(|byte| byte.is_ascii_graphic()) {
        return None;
    }
    if let Ok(endpoint) = Endpoint::parse(place) {
        return Some((endpoint, target.to_owned()));
    }
    let host = place.strip_prefix("http://")?;
    let address: IpAddr = host.trim_start_matches('[').trim_end_matches(']').parse().ok()?;
    let known = ["169.254.170.2", "169.254.170.23", "fd00:ec2::23"];
    known
        .iter()
        .any(|known| known.parse() == Ok(address))
        .then(|| (Endpoint { tls: false, host: address.to_string(), port: 80 }, target.to_owned()))
}

fn parse(body: &[u8]) -> Option<(Credentials, Option<u64>)> {
    let value: Value = serde_json::from_slice(body).ok()?;
    let text = |name: &str| value.get(name).and_then(Value::as_str).map(str::to_owned);
    let good_until = text("Expiration").as_deref().and_then(parse_time);
    let credentials = Credentials {
        access_key: text("AccessKeyId").filter(|key| key.bytes().all(|b| b.is_ascii_graphic()))?,
        secret_key: Zeroizing::new(text("SecretAccessKey")?),
        session_token: text("Token").map(Zeroizing::new),
    };
    Some((credentials, good_until))
}

/// Seconds since 1970 of `2026-11-26T17:00:00Z`; fractions are cut.
fn parse_time(text: &str) -> Option<u64> {
    let number = |from: usize, to: usize| text.get(from..to)?.parse::<u64>().ok();
    let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
    let (hour, minute, second) = (number(11, 13)?, number(14, 16)?, number(17, 19)?);
    let plausible = year >= 1970
        && (1..=12).contains(&month)
        && (1..=31).contains(&day)
        && hour < 24
        && minute < 60
        && second <= 60;
    if !plausible || !text.ends_with('Z') {
        return None;
    }
    // The inverse of `sigv4::format_time`.
    let (year, month) = if month <= 2 { (year - 1, month + 9) } else { (year, month - 3) };
    let (era, year_of_era) = (year / 400, year % 400);
    let day_of_year = (153 * month + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    let days = (era * 146_097 + day_of_era).checked_sub(719_468)?;
    Some(days * 86_400 + hour * 3600 + minute * 60 + second)
}

#[cfg(test)]
mod tests {
    use super::{parse, parse_time, split};

    #[test]
    fn times_of_the_calendar_are_seconds() {
        assert_eq!(parse_time("1970-01-01T00:00:00Z"), Some(0));
        assert_eq!(parse_time("2015-08-30T12:36:00Z"), Some(1_440_938_160));
        assert_eq!(parse_time("2000-02-29T00:00:00.123Z"), Some(951_782_400));
        for text in [
            "",
            "2015",
            "2015-13-01T00:00:00Z",
            "2015-08-30T12:36:00+01:00",
            "1969-12-31T23:59:59Z",
            "ä015-08-30T12:36:00Z",
        ] {
            assert_eq!(parse_time(text), None, "{text}");
        }
    }

    #[test]
    fn credentials_are_asked_for_at_known_places_only() {
        let host = |url| split(url).map(|(endpoint, target)| (endpoint.authority(), target));
        assert_eq!(
            host("http://127.0.0.1:9001/creds").unwrap(),
            ("127.0.0.1:9001".to_owned(), "/creds".to_owned())
        );
        assert_eq!(
            host("http://169.254.170.23/v1").unwrap(),
            ("169.254.170.23".to_owned(), "/v1".to_owned())
        );
        assert_eq!(host("http://[fd00:ec2::23]/v1").unwrap().0, "[fd00:ec2::23]");
        assert!(host("http://169.254.169.254/latest").is_none());
        assert!(host("http://evil.example/").is_none());
        assert!(host("http://169.254.170.2@evil.example/").is_none());
    }

    #[test]
    fn an_answer_without_keys_is_none() {
        let (credentials, until) = parse(br#"{"AccessKeyId":"A","SecretAccessKey":"s","Token":"t","Expiration":"2015-08-30T12:36:00Z"}"#).unwrap();
        assert_eq!((credentials.access_key.as_str(), until), ("A", Some(1_440_938_160)));
        assert!(parse(b"{}").is_none());
        assert!(parse(br#"{"AccessKeyId":"A\r\nX","SecretAccessKey":"s"}"#).is_none());
    }
}
