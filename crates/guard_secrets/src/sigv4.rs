//! Signature Version 4, as far as a `POST /` without a query needs it.
//!
//! Source: "Create a signed AWS API request", IAM User Guide; held to AWS's published test suite.

use std::fmt::Write as _;

use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

/// Who signs.
#[derive(Clone)]
pub(crate) struct Credentials {
    pub(crate) access_key: String,
    pub(crate) secret_key: Zeroizing<String>,
    pub(crate) session_token: Option<Zeroizing<String>>,
}

/// What is signed, besides its headers: a request to `/` without a query.
pub(crate) struct Scope<'a> {
    pub(crate) method: &'a str,
    pub(crate) region: &'a str,
    pub(crate) service: &'a str,
    /// `20150830T123600Z`
    pub(crate) time: &'a str,
}

/// The value of the header `Authorization`. `headers` are all that are signed, names in lower case
/// and in order, no name twice, values as they are sent; `host` and `x-amz-date` must be among them.
pub(crate) fn authorization(
    credentials: &Credentials,
    scope: &Scope<'_>,
    headers: &[(&str, &str)],
    body: &[u8],
) -> String {
    let day = scope.time.get(..8).unwrap_or_default();
    let mut canonical = format!("{}\n/\n\n", scope.method);
    for (name, value) in headers {
        let _ = write!(canonical, "{name}:");
        // Runs of spaces count as one, also inside quotes.
        for (at, word) in value.split(' ').filter(|word| !word.is_empty()).enumerate() {
            let _ = write!(canonical, "{}{word}", if at == 0 { "" } else { " " });
        }
        canonical.push('\n');
    }
    let names: Vec<&str> = headers.iter().map(|(name, _)| *name).collect();
    let names = names.join(";");
    let _ = write!(canonical, "\n{names}\n{}", hex(&Sha256::digest(body)));

    let place = format!("{day}/{}/{}/aws4_request", scope.region, scope.service);
    let digest = hex(&Sha256::digest(canonical));
    let to_sign = format!("AWS4-HMAC-SHA256\n{}\n{place}\n{digest}", scope.time);

    let secret = Zeroizing::new(format!("AWS4{}", *credentials.secret_key));
    let mut key = keyed(secret.as_bytes(), day.as_bytes());
    for part in [scope.region, scope.service, "aws4_request"] {
        key = keyed(&*key, part.as_bytes());
    }
    let signature = hex(&*keyed(&*key, to_sign.as_bytes()));
    let access_key = &credentials.access_key;
    format!(
        "AWS4-HMAC-SHA256 Credential={access_key}/{place}, SignedHeaders={names}, \
         Signature={signature}"
    )
}

fn keyed(key: &[u8], message: &[u8]) -> Zeroizing<[u8; 32]> {
    // A key of any length is a key.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return Zeroizing::default() };
    mac.update(message);
    Zeroizing::new(mac.finalize().into_bytes().into())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// `20150830T123600Z` for a number of seconds since 1970.
pub(crate) fn format_time(unix_s: u64) -> String {
    let (days, second) = (unix_s / 86_400, unix_s % 86_400);
    // Days are counted from the first of March of the year 0, so that leap days come last
    // (Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms").
    let shifted = days + 719_468;
    let era = shifted / 146_097;
    let day_of_era = shifted % 146_097;
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    format!("{year:04}{month:02}{day:02}T{hour:02}{minute:02}{second:02}Z")
}

#[cfg(test)]
mod tests {
    use super::{Credentials, Scope, authorization, format_time};
    use zeroize::Zeroizing;

    /// One case of AWS's suite of tests for Signature Version 4.
    fn check(name: &str, method: &str, headers: &[(&str, &str)], body: &str, signature: &str) {
        let credentials = Credentials {
            access_key: "AKIDEXAMPLE".to_owned(),
            secret_key: Zeroizing::new("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY".to_owned()),
            session_token: None,
        };
        let time = "20150830T123600Z";
        let scope = Scope { method, region: "us-east-1", service: "service", time };
        let mut all = vec![("host", "example.amazonaws.com"), ("x-amz-date", time)];
        all.extend(headers);
        all.sort_unstable();
        let names: Vec<&str> = all.iter().map(|(name, _)| *name).collect();
        let expected = format!(
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, \
             SignedHeaders={}, Signature={signature}",
            names.join(";")
        );
        assert_eq!(authorization(&credentials, &scope, &all, body.as_bytes()), expected, "{name}");
    }

    #[test]
    fn the_published_answers_are_given() {
        let get = |name, headers: &[_], signature| check(name, "GET", headers, "", signature);
        get("get-vanilla", &[], "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31");
        get(
            "get-header-key-duplicate",
            &[("my-header1", "value2,value2,value1")],
            "c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea",
        );
        get(
            "get-header-value-order",
            &[("my-header1", "value4,value1,value3,value2")],
            "08c7e5a9acfcfeb3ab6b2185e75ce8b1deb5e634ec47601a50643f830c755c01",
        );
        get(
            "get-header-value-trim",
            &[("my-header1", " value1"), ("my-header2", " \"a   b   c\"")],
            "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736",
        );
        get(
            "get-vanilla-with-session-token",
            &[(
                "x-amz-security-token",
                "6e86291e8372ff2a2260956d9b8aae1d763fbf315fa00fa31553b73ebf194267",
            )],
            "07ec1639c89043aa0e3e2de82b96708f198cceab042d4a97044c66dd9f74e7f8",
        );
        check(
            "post-vanilla",
            "POST",
            &[],
            "",
            "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b",
        );
        check(
            "post-x-www-form-urlencoded",
            "POST",
            &[("content-type", "application/x-www-form-urlencoded")],
            "Param1=value1",
            "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a",
        );
        check(
            "post-sts-header-before",
            "POST",
            &[(
                "x-amz-security-token",
                "AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWsKWHGBuFqwAeMic\
                 RXmxfpSPfIeoIYRqTflfKD8YUuwthAx7mSEI/qkPpKPi/kMcGdQrmGdeehM4IC1NtBmUpp2wUE8phUZampKs\
                 burEDy0KPkyQDYwT7WZ0wq5VSXDvp75YU9HFvlRd8Tx6q6fE8YQcHNVXAkiY9q6d+xo0rKwT38xVqr7ZD0u0\
                 iPPkUL64lIZbqBAz+scqKmlzm8FDrypNC9Yjc8fPOLn9FX9KSYvKTr4rvx3iSIlTJabIQwj2ICCR/oLxBA==",
            )],
            "",
            "85d96828115b5dc0cfc3bd16ad9e210dd772bbebba041836c64533a82be05ead",
        );
    }

    #[test]
    fn times_are_written_as_the_calendar_has_them() {
        assert_eq!(format_time(0), "19700101T000000Z");
        assert_eq!(format_time(1_440_938_160), "20150830T123600Z");
        assert_eq!(format_time(951_782_399), "20000228T235959Z");
        assert_eq!(format_time(951_782_400), "20000229T000000Z");
        assert_eq!(format_time(4_107_542_400), "21000301T000000Z");
        assert_eq!(format_time(1_704_067_199), "20231231T235959Z");
    }
}
