//! `host.json`: what holds for every function of a project.
//!
//! Source: "host.json reference for Azure Functions 2.x and later" (read 2026-11-27).

use app_model::{Host, Setting, SmolStr};
use source_text::{Diagnostic, FileId, Limits, Map, Node, Place, parse_yaml};

/// People write a screen of it.
const LIMITS: Limits = Limits { bytes: 1 << 20, depth: 50, nodes: 20_000 };

/// First part of the routes of HTTP functions, unless the file says otherwise.
const PREFIX: &str = "api";

/// What a `host.json` says.
#[derive(Clone, Debug)]
pub struct ReadHost {
    /// Settings that rules ask for.
    pub host: Host,
    /// First part of every route, without slashes; may be empty.
    pub prefix: SmolStr,
}

impl Default for ReadHost {
    fn default() -> Self {
        Self { host: Host::default(), prefix: PREFIX.into() }
    }
}

/// Reads a `host.json`, which may hold comments.
///
/// # Errors
/// A diagnostic when the text is no JSON.
pub fn read_host(file: FileId, text: &str) -> Result<ReadHost, Diagnostic> {
    let (plain, _) = arm_template::without_comments(file, text);
    let parsed = parse_yaml(file, &plain, &LIMITS).map_err(|error| error.to_diagnostic())?;
    let whole = Node::null(Place::whole(file));
    let document = parsed.documents.first().unwrap_or(&whole);
    let text = |path: &[&str]| {
        let node = document.at(path)?;
        Some(Setting::known(node.place, node.scalar_text()?))
    };
    let number = |path: &[&str]| {
        let node = document.at(path)?;
        Some(Setting::known(node.place, node.as_i64()?))
    };
    let levels = document.at(&["logging", "logLevel"]).and_then(Node::as_map);
    let levels = levels.into_iter().flat_map(Map::iter).filter_map(|(category, node)| {
        Some((category.clone(), Setting::known(node.place, node.scalar_text()?)))
    });
    let host = Host {
        place: Place::whole(file),
        timeout: text(&["functionTimeout"]),
        log_levels: levels.collect(),
        max_outstanding_requests: number(&["extensions", "http", "maxOutstandingRequests"]),
        max_concurrent_requests: number(&["extensions", "http", "maxConcurrentRequests"]),
    };
    let prefix = text(&["extensions", "http", "routePrefix"]);
    let prefix = prefix.and_then(|it| it.value.known().cloned());
    let prefix = prefix.as_ref().map_or(PREFIX, |prefix| prefix.trim_matches('/'));
    Ok(ReadHost { host, prefix: prefix.into() })
}

#[cfg(test)]
mod tests {
    use source_text::FileId;

    use super::read_host;

    #[test]
    fn routes_begin_with_api_unless_the_host_says_otherwise() {
        let prefix = |text: &str| read_host(FileId(0), text).unwrap().prefix.to_string();
        assert_eq!(prefix(r#"{"version": "2.0"}"#), "api");
        assert_eq!(prefix(r#"{"extensions": {"http": {"routePrefix": ""}}}"#), "");
        let of = r#"{ // the shop
          "extensions": {"http": {"routePrefix": "/v1/"}}}"#;
        assert_eq!(prefix(of), "v1");
        assert!(read_host(FileId(0), "{").is_err());
    }
}
