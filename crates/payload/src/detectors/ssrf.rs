//! Addresses of machines that only the function can reach.
//!
//! An ordinary `https` address is what most applications take. Asked is: does the scheme speak to
//! something else than a web server, and does the host, in whatever way it is written, mean this
//! machine, a private network or the metadata service?

mod host;

use host::{Host, Reach};

use super::system_files::is_system_path;
use crate::rule::{Form, Holds, Rule};

#[rustfmt::skip]
pub(crate) static RULES: [Rule; 8] = [
    Rule::judge(&["://", ":\\\\", ":/\\", ":%2f%2f", "http:", "https:"], addresses),
    Rule::judge(
        &["169.254.", "metadata", "100.100.100.200", "168.63.129.16", "fd00:ec2", "instance-data"],
        bare_metadata,
    ),
    // Protocols whose text an attacker writes into other services, or that read local files.
    Rule::pattern(
        85,
        &["gopher:", "dict:", "netdoc:", "jar:", "tftp:", "ldap:", "ldaps:", "unix:"],
        r"(^|[^\w.-])((gopher|dict|netdoc|tftp)://\S|jar:(https?|file|ftp):|unix:[^\s|]*\|(https?|ajp)://|ldaps?://(127\.|localhost|169\.254\.|10\.|192\.168\.|0x))",
    ),
    // A host of this machine or cluster in front of a path, without a scheme.
    Rule::pattern(
        60,
        &[
            "localhost", "localtest.me", "lvh.me", "loopback", "docker.internal",
            "containers.internal", ".svc",
        ],
        r"^(([a-z]\w*=))?(localhost\d?(\.localdomain\d?)?|(\w+\.)*localtest\.me|(\w+\.)*lvh\.me|ip[v6-]{1,3}(localhost|loopback)|(host|gateway|kubernetes)\.docker\.internal|host\.containers\.internal|[\w.-]+\.svc(\.cluster\.local)?)(:\d{1,5})?/",
    ),
    Rule::judge(&["file:"], file),
    // Addresses that tell an attacker that they were fetched.
    Rule::pattern(
        80,
        &[
            "burpcollaborator.", "oastify.", "oast.", "interact.sh", "interactsh", "canarytokens.",
            "dnslog.",
        ],
        r"[\w-]\.(burpcollaborator\.net|oastify\.com|oast\.(pro|live|site|online|fun|me|com)|interact\.sh|interactsh\.com|canarytokens\.(com|org)|dnslog\.(cn|link))\b",
    ),
    // Paths of metadata services and of Lambda's own interface, whatever the host.
    Rule::pattern(
        70,
        &[
            "/latest/meta-data", "/latest/user-data", "/computemetadata/", "/metadata/instance",
            "/metadata/identity", "/opc/v", "/2018-06-01/runtime", "/latest/api/token",
            "/latest/dynamic/instance",
        ],
        r"(https?:)?[/\\]{2}[^/\s]+[/\\]+(latest/(meta-data|user-data|api/token|dynamic/instance)|computemetadata/v|metadata/(instance|identity)|opc/v\d/instance|2018-06-01/runtime/)",
    ),
    Rule::judge(&[], at_sink).only(Holds::InSink),
];

/// No value has more addresses than this that are looked at.
const ADDRESSES: usize = 64;

/// Addresses of the web in a text.
fn addresses(form: &Form<'_>) -> u32 {
    let text = form.lower;
    let mut best = 0;
    let mut from = 0;
    for _ in 0..ADDRESSES {
        let Some(colon) = next_colon(text, from) else { break };
        from = colon + 1;
        let scheme = scheme_before(text, colon);
        if scheme.is_empty() {
            continue;
        }
        let is_whole = colon == scheme.len() || text.trim_ascii_start().starts_with(scheme);
        let rest = text.get(colon + 1..).unwrap_or_default();
        let authority = rest.trim_start_with_slashes();
        let slashes = rest.len() - authority.len();
        if slashes == 0 {
            continue;
        }
        best = best.max(points_of(scheme, authority, is_whole, form.sink));
    }
    best
}

/// The points of one address.
fn points_of(scheme: &[u8], authority: &[u8], is_whole: bool, sink: bool) -> u32 {
    let is_web = matches!(scheme, b"http" | b"https" | b"ftp" | b"ws" | b"wss" | b"url" | b"uri");
    if !is_web {
        // Connection strings (`postgres://localhost`) name machines by right, but at a sink none
        // of these is fetched for a user.
        return if sink { 35 } else { 0 };
    }
    let host = Host::parse(authority);
    match host.reach() {
        Reach::Metadata => 95,
        // A number in hexadecimal, in octal or short of parts only hides what it means.
        Reach::Own | Reach::Private if host.is_disguised() => 90,
        Reach::Public if host.is_disguised() => 75,
        Reach::Own | Reach::Private if is_whole && host.has_more() => 65,
        Reach::Own | Reach::Private => 35,
        Reach::Rebinding => 70,
        Reach::Public | Reach::Named => 0,
    }
}

/// The next `:` that a slash or backslash follows.
fn next_colon(text: &[u8], from: usize) -> Option<usize> {
    let rest = text.get(from..)?;
    rest.windows(2).position(|pair| matches!(pair, [b':', b'/' | b'\\'])).map(|at| from + at)
}

/// The letters right before a colon.
fn scheme_before(text: &[u8], colon: usize) -> &[u8] {
    let before = text.get(..colon).unwrap_or_default();
    let start = before
        .iter()
        .rposition(|byte| !(byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.')))
        .map_or(0, |at| at + 1);
    before.get(start..).unwrap_or_default()
}

trait Slashes {
    fn trim_start_with_slashes(&self) -> &[u8];
}

impl Slashes for [u8] {
    /// Parsers of addresses take any number of slashes, and backslashes too.
    fn trim_start_with_slashes(&self) -> &[u8] {
        let at = self.iter().position(|byte| !matches!(byte, b'/' | b'\\')).unwrap_or(self.len());
        self.get(at..).unwrap_or_default()
    }
}

/// The metadata service without a scheme, when the value begins with it.
fn bare_metadata(form: &Form<'_>) -> u32 {
    let text = form.lower.trim_ascii();
    let host = Host::parse(text.trim_start_with_slashes());
    if host.reach() != Reach::Metadata {
        return 0;
    }
    if host.has_more() || text.starts_with(b"//") { 80 } else { 55 }
}

/// A file of this machine as an address; stack traces name files so too, at the end of a line.
fn file(form: &Form<'_>) -> u32 {
    let text = form.lower.trim_ascii();
    let Some(rest) = text.strip_prefix(b"file:") else {
        let is_secret =
            [&b"file:///etc/"[..], b"file:///proc/", b"file:///c:/windows", b"file:////"]
                .iter()
                .any(|start| text.windows(start.len()).any(|part| part == *start));
        return if is_secret { 60 } else { 0 };
    };
    let is_line = text.last().is_some_and(u8::is_ascii_digit)
        && text.iter().rev().take(8).any(|byte| *byte == b':');
    if is_line || text.iter().any(|byte| matches!(byte, b'\n' | b' ')) {
        return 0;
    }
    let path = rest.trim_start_with_slashes();
    let is_known = is_system_path(path) || is_system_path(&[b"/", path].concat());
    match rest.first() {
        Some(b'/' | b'\\') if is_known => 70,
        // Editors name the files of their user so.
        Some(b'/' | b'\\') => 40,
        _ => 0,
    }
}

/// At a sink: anything that does not name a machine of the internet.
fn at_sink(form: &Form<'_>) -> u32 {
    let text = form.lower.trim_ascii();
    if text.contains(&b':') && text.windows(2).any(|pair| matches!(pair, [b':', b'/' | b'\\'])) {
        return 0;
    }
    if text.is_empty() || text.iter().any(u8::is_ascii_whitespace) {
        return 0;
    }
    let is_relative = text.starts_with(b"//") || text.starts_with(b"\\\\");
    let host = Host::parse(text.trim_start_with_slashes());
    match host.reach() {
        Reach::Metadata => 95,
        Reach::Own | Reach::Private | Reach::Rebinding => 50,
        Reach::Public if host.is_disguised() && is_relative => 40,
        Reach::Public | Reach::Named => 0,
    }
}
