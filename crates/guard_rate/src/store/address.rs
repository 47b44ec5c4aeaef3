//! `redis://user:password@host:6379/0`.

use std::fmt;

/// Where the store is.
#[derive(Clone, PartialEq, Eq)]
pub struct Address {
    /// Name or address, without brackets.
    pub host: String,
    /// 6379 when the text has none.
    pub port: u16,
    /// Whether the connection is encrypted: `rediss://`.
    pub tls: bool,
    /// Empty for the default user.
    pub user: String,
    /// `None` when the store asks for none.
    pub password: Option<String>,
    /// Number of the database.
    pub database: u32,
}

/// Shown without the password, in logs too.
impl fmt::Debug for Address {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "{self}")
    }
}

/// Without user and password.
impl fmt::Display for Address {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.tls { "rediss" } else { "redis" };
        let (open, close) = if self.host.contains(':') { ("[", "]") } else { ("", "") };
        write!(to, "{scheme}://{open}{}{close}:{}/{}", self.host, self.port, self.database)
    }
}

/// Why a text is no address of a store. The text itself is not told: it may hold a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("`rate.store` is no address of a store: {reason}; write `redis://host:6379/0`")]
pub struct AddressError {
    /// What is wrong.
    pub reason: &'static str,
}

impl std::str::FromStr for Address {
    type Err = AddressError;

    /// `redis://[[user][:password]@]host[:port][/database]`, `rediss://` for TLS; user and password
    /// may be percent-encoded.
    fn from_str(text: &str) -> Result<Self, AddressError> {
        let fault = |reason| AddressError { reason };
        let (tls, rest) = match (text.strip_prefix("redis://"), text.strip_prefix("rediss://")) {
            (Some(rest), _) => (false, rest),
            (_, Some(rest)) => (true, rest),
            _ => return Err(fault("it begins with neither `redis://` nor `rediss://`")),
        };
        let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
        let (login, place) = authority.rsplit_once('@').unwrap_or(("", authority));
        let (user, password) = match login.split_once(':') {
            Some((user, password)) => (decode(user), decode(password).map(Some)),
            None => (decode(login), Some(None)),
        };
        let user = user.ok_or(fault("the user is not percent-encoded UTF-8"))?;
        let password = password.ok_or(fault("the password is not percent-encoded UTF-8"))?;
        if !user.is_empty() && password.is_none() {
            return Err(fault("a user without a password"));
        }
        let (host, port) = match place.strip_prefix('[') {
            Some(bracketed) => {
                let (host, after) =
                    bracketed.split_once(']').ok_or(fault("a bracket is not closed"))?;
                if !after.is_empty() && !after.starts_with(':') {
                    return Err(fault("something stands between `]` and the port"));
                }
                (host, after.strip_prefix(':'))
            }
            None => match place.split_once(':') {
                Some((host, port)) => (host, Some(port)),
                None => (place, None),
            },
        };
        if host.is_empty() || host.contains(|c: char| c.is_control() || c.is_whitespace()) {
            return Err(fault("the host is missing"));
        }
        let port = match port {
            Some(port) => port.parse().map_err(|_| fault("the port is no number up to 65535"))?,
            None => 6379,
        };
        let database = match path {
            "" => 0,
            path => path.parse().map_err(|_| fault("the database is no number"))?,
        };
        Ok(Self { host: host.to_owned(), port, tls, user, password, database })
    }
}

/// Percent-decoded text, `None` when it is broken.
fn decode(text: &str) -> Option<String> {
    let mut bytes = text.bytes();
    let mut decoded = Vec::with_capacity(text.len());
    while let Some(byte) = bytes.next() {
        if byte == b'%' {
            let digits = [bytes.next()?, bytes.next()?];
            let digits = std::str::from_utf8(&digits).ok()?;
            decoded.push(u8::from_str_radix(digits, 16).ok()?);
        } else {
            decoded.push(byte);
        }
    }
    String::from_utf8(decoded).ok()
}

#[cfg(test)]
mod tests {
    use super::Address;

    fn parse(text: &str) -> Address {
        text.parse().unwrap()
    }

    #[test]
    fn an_address_is_read_with_its_defaults() {
        let address = parse("redis://cache.internal");
        assert_eq!((address.host.as_str(), address.port), ("cache.internal", 6379));
        assert_eq!((address.tls, address.password, address.database), (false, None, 0));

        let address = parse("rediss://app:p%40ss:w@[2001:db8::1]:7000/3");
        assert_eq!((address.host.as_str(), address.port), ("2001:db8::1", 7000));
        assert_eq!(address.user, "app");
        assert_eq!(address.password.as_deref(), Some("p@ss:w"));
        assert_eq!((address.tls, address.database), (true, 3));
        assert_eq!(parse("redis://:secret@h").password.as_deref(), Some("secret"));
    }

    #[test]
    fn what_is_shown_has_no_password() {
        let address = parse("redis://u:hunter2@[::1]/1");
        assert_eq!(format!("{address:?} {address}"), "redis://[::1]:6379/1 redis://[::1]:6379/1");
        let error = "http://u:hunter2@h".parse::<Address>().unwrap_err();
        assert!(!error.to_string().contains("hunter2"));
    }

    #[test]
    fn what_is_no_address_is_an_error() {
        for text in [
            "",
            "redis://",
            "redis://:1",
            "redis://h:x",
            "redis://h:70000",
            "redis://h/x",
            "redis://[::1",
            "redis://[::1]x",
            "redis://user@h",
            "redis://%zz:a@h",
            "redis://h\r\nX",
        ] {
            assert!(text.parse::<Address>().is_err(), "{text}");
        }
    }
}
