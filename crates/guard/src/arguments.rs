//! The words of the command line, taken one kind after the other.
//!
//! A full parser of command lines would be a tenth of the program and a part of each cold start.

use std::ffi::OsString;
use std::net::{Ipv4Addr, SocketAddr, ToSocketAddrs as _};

use crate::failure::Failure;

/// The words behind the name of a command.
#[derive(Debug, Default)]
pub(crate) struct Arguments {
    words: Vec<OsString>,
    behind: Option<Vec<OsString>>,
}

impl Arguments {
    /// Takes the words apart at the first `--`.
    pub(crate) fn new(mut words: Vec<OsString>) -> Self {
        let behind = words.iter().position(|word| word == "--").map(|at| {
            let behind = words.split_off(at + 1);
            words.pop();
            behind
        });
        Self { words, behind }
    }

    /// Whether `name` is there; it is taken away.
    pub(crate) fn flag(&mut self, name: &str) -> bool {
        let before = self.words.len();
        self.words.retain(|word| word != name);
        self.words.len() < before
    }

    /// The word behind `name`, or what follows `name=`; both are taken away.
    ///
    /// # Errors
    /// When nothing follows, when it is no text, or when `name` comes twice.
    pub(crate) fn value(&mut self, name: &str) -> Result<Option<String>, Failure> {
        let Some(at) = self.position(name) else { return Ok(None) };
        let value = self.take_value(at, name)?;
        if self.position(name).is_some() {
            return Err(Failure::usage(format!("{name} is given twice")));
        }
        Ok(Some(value))
    }

    /// Where the option stands next.
    fn position(&self, name: &str) -> Option<usize> {
        self.words.iter().position(|word| {
            word.to_str()
                .and_then(|word| word.strip_prefix(name))
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('='))
        })
    }

    /// Takes the option at `at` away, with its value.
    fn take_value(&mut self, at: usize, name: &str) -> Result<String, Failure> {
        let word = self.words.remove(at);
        let joined = word.to_str().and_then(|word| word.split_once('=')).map(|(_, value)| value);
        match joined {
            Some(value) => Ok(value.to_owned()),
            None if at < self.words.len() => self
                .words
                .remove(at)
                .into_string()
                .map_err(|_| Failure::usage(format!("what follows {name} is no text"))),
            None => Err(Failure::usage(format!("a value is missing behind {name}"))),
        }
    }

    /// Every value of an option that may come more than once, in order.
    ///
    /// # Errors
    /// As [`Arguments::value`], but for the last.
    pub(crate) fn values(&mut self, name: &str) -> Result<Vec<String>, Failure> {
        let mut values = Vec::new();
        while let Some(at) = self.position(name) {
            values.push(self.take_value(at, name)?);
        }
        Ok(values)
    }

    /// What stands behind `--`, where anything does.
    pub(crate) fn optional_program(&mut self) -> Option<Vec<OsString>> {
        self.behind.take().filter(|words| !words.is_empty())
    }

    /// What stands behind `--`: a program and its arguments, all of them as they are.
    ///
    /// # Errors
    /// When there is none.
    pub(crate) fn program(&mut self) -> Result<(OsString, Vec<OsString>), Failure> {
        let mut behind = self.behind.take().unwrap_or_default().into_iter();
        match behind.next() {
            Some(program) => Ok((program, behind.collect())),
            None => Err(Failure::usage("a program is missing behind `--`")),
        }
    }

    /// The next word that is no option.
    #[cfg_attr(not(test), expect(dead_code, reason = "for the commands that take files"))]
    pub(crate) fn free(&mut self) -> Option<OsString> {
        let at = self.words.iter().position(|word| !is_option(word))?;
        Some(self.words.remove(at))
    }

    /// Says that every word was taken.
    ///
    /// # Errors
    /// With the first word that nobody knows.
    pub(crate) fn finish(self) -> Result<(), Failure> {
        match self.words.first().or_else(|| self.behind.as_ref().and_then(|words| words.first())) {
            None => Ok(()),
            Some(word) => {
                let word = word.to_string_lossy();
                Err(Failure::usage(format!("unknown argument `{word}`; see --help")))
            }
        }
    }
}

fn is_option(word: &OsString) -> bool {
    word.to_str().is_some_and(|word| word.len() > 1 && word.starts_with('-'))
}

/// An address to listen at, as `option` names it: `127.0.0.1:8080`, `localhost:8080` (of several
/// addresses one of IPv4), or `:8080` for `everywhere`.
///
/// # Errors
/// When there is no such address.
pub(crate) fn address(
    option: &str,
    text: &str,
    everywhere: Ipv4Addr,
) -> Result<SocketAddr, Failure> {
    if let Some(port) = text.strip_prefix(':').and_then(|port| port.parse().ok()) {
        return Ok(SocketAddr::from((everywhere, port)));
    }
    let addresses: Vec<_> = text.to_socket_addrs().into_iter().flatten().collect();
    let of_ipv4 = addresses.iter().find(|address| address.is_ipv4());
    of_ipv4.or(addresses.first()).copied().ok_or_else(|| {
        Failure::usage(format!("{option}: `{text}` is no address and port, as 127.0.0.1:8080 is"))
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn addresses_may_be_written_as_everybody_writes_them() {
        use std::net::Ipv4Addr;
        let address = |text: &str| super::address("--listen", text, Ipv4Addr::UNSPECIFIED);
        assert_eq!(address("127.0.0.1:80").unwrap().to_string(), "127.0.0.1:80");
        assert_eq!(address("[::1]:80").unwrap().to_string(), "[::1]:80");
        assert_eq!(address("localhost:80").unwrap().to_string(), "127.0.0.1:80");
        assert_eq!(address(":80").unwrap().to_string(), "0.0.0.0:80");
        for text in ["", ":", "80", ":x", ":70000", "127.0.0.1", "http://127.0.0.1:80"] {
            assert!(address(text).is_err(), "{text}");
        }
    }

    use super::Arguments;

    fn words(line: &str) -> Arguments {
        Arguments::new(line.split_whitespace().map(Into::into).collect())
    }

    #[test]
    fn a_program_keeps_its_own_options() {
        let mut arguments = words("--quiet -- python -m app --quiet -- x");
        assert!(arguments.flag("--quiet"));
        let (program, rest) = arguments.program().unwrap();
        assert_eq!((program.to_str(), rest.len()), (Some("python"), 5));
        arguments.finish().unwrap();
    }

    #[test]
    fn values_stand_behind_their_name_or_an_equals_sign() {
        let mut arguments = words("--listen=[::]:80 file --upstream http://a");
        assert_eq!(arguments.value("--listen").unwrap().as_deref(), Some("[::]:80"));
        assert_eq!(arguments.value("--upstream").unwrap().as_deref(), Some("http://a"));
        assert_eq!(arguments.free().unwrap(), "file");
        arguments.finish().unwrap();
    }

    #[test]
    fn what_is_wrong_is_named() {
        let error = words("--listen").value("--listen").unwrap_err();
        assert_eq!(error.to_string(), "a value is missing behind --listen");
        let error = words("--a 1 --a 2").value("--a").unwrap_err();
        assert_eq!(error.to_string(), "--a is given twice");
        let error = words("--frob").finish().unwrap_err();
        assert_eq!(error.to_string(), "unknown argument `--frob`; see --help");
        let error = words("--").program().unwrap_err();
        assert_eq!(error.to_string(), "a program is missing behind `--`");
    }
}
