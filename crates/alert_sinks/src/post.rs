//! Requests to web addresses.

use std::{io::Read as _, time::Duration};

use ureq::Agent;

use crate::sink::Fate;

/// Bytes of an answer that are looked at for a reason.
const MOST_ANSWER: u64 = 2_048;

/// The longest pause that a server may ask for.
const LONGEST_PAUSE: Duration = Duration::from_hours(1);

/// Sends requests: no redirects, certificates verified, each within a time.
#[derive(Clone, Debug)]
pub(crate) struct Poster {
    agent: Agent,
}

impl Poster {
    pub(crate) fn new(timeout: Duration, https_only: bool) -> Self {
        let config = Agent::config_builder()
            .https_only(https_only)
            .http_status_as_error(false)
            // A redirect could lead the alert, and its signature, to another host.
            .max_redirects(0)
            .max_redirects_will_error(false)
            // Proxies of the environment would see addresses that are secrets.
            .proxy(None)
            .timeout_global(Some(timeout))
            .user_agent(concat!("faasguard/", env!("CARGO_PKG_VERSION")))
            .build();
        Self { agent: config.into() }
    }

    /// Posts JSON.
    pub(crate) fn post(&self, url: &str, body: &str, headers: &[(&'static str, String)]) -> Fate {
        let mut request = self.agent.post(url).header("content-type", "application/json");
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        let mut response = match request.send(body) {
            Ok(response) => response,
            // Its words may hold the address, which may be a secret.
            Err(error) => return failed(&error),
        };
        let status = response.status().as_u16();
        let after = response.headers().get("retry-after").and_then(|it| it.to_str().ok());
        let after = after.and_then(|it| pause(it, jiff::Timestamp::now().as_second()));
        if (200..300).contains(&status) {
            // Read to its end, so that the connection can serve the next one.
            let mut answer = Vec::new();
            let _ = response.body_mut().as_reader().take(MOST_ANSWER).read_to_end(&mut answer);
            return Fate::Sent;
        }
        let mut answer = Vec::new();
        let _ = response.body_mut().as_reader().take(MOST_ANSWER).read_to_end(&mut answer);
        let reason = reason(status, &answer);
        match status {
            408 | 425 | 429 | 500..=599 => Fate::Again { reason, after },
            _ => Fate::Refused { reason },
        }
    }
}

fn failed(error: &ureq::Error) -> Fate {
    let reason = match error {
        ureq::Error::Timeout(_) => "no answer in time".to_owned(),
        ureq::Error::HostNotFound => "there is no such host".to_owned(),
        ureq::Error::ConnectionFailed => "no connection".to_owned(),
        ureq::Error::Io(error) => format!("the connection failed: {error}"),
        ureq::Error::Tls(words) => format!("the connection is not safe: {words}"),
        ureq::Error::Rustls(error) => format!("the connection is not safe: {error}"),
        ureq::Error::BadUri(_) | ureq::Error::Http(_) | ureq::Error::RequireHttpsOnly(_) => {
            return Fate::Refused { reason: "the address is none that may be used".to_owned() };
        }
        _ => "the request failed".to_owned(),
    };
    Fate::again(reason)
}

/// `status 400: …`, one line of bounded length.
fn reason(status: u16, answer: &[u8]) -> String {
    let text: String = String::from_utf8_lossy(answer).trim().chars().take(200).collect();
    if (300..400).contains(&status) {
        return format!(
            "status {status}: redirects are not followed; write the address it leads to"
        );
    }
    if text.is_empty() { format!("status {status}") } else { format!("status {status}: {text}") }
}

/// The pause that a header asks for: seconds, or a date.
fn pause(text: &str, now: i64) -> Option<Duration> {
    let text = text.trim();
    let seconds = if let Ok(seconds) = text.parse::<u64>() {
        seconds
    } else {
        let then = jiff::fmt::rfc2822::parse(text).ok()?.timestamp().as_second();
        u64::try_from(then.saturating_sub(now)).unwrap_or(0)
    };
    Some(Duration::from_secs(seconds).min(LONGEST_PAUSE))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::pause;

    #[test]
    fn a_pause_is_seconds_or_a_date() {
        assert_eq!(pause("7", 0), Some(Duration::from_secs(7)));
        assert_eq!(pause("9999999", 0), Some(Duration::from_hours(1)));
        let date = "Thu, 01 Jan 1970 00:01:40 GMT";
        assert_eq!(pause(date, 40), Some(Duration::from_mins(1)));
        assert_eq!(pause(date, 400), Some(Duration::ZERO));
        assert_eq!(pause("soon", 0), None);
    }
}
