//! Addresses of the platform itself, which answer from inside the execution environment.

use taint_models::NameId;

use super::{Engine, condition::Site};
use crate::{
    pieces::Pieces,
    value::{Constant, Value},
};

/// The variable of the environment that names the runtime's own API, and what the platform sets it to.
const RUNTIME_API: (&str, &str) = ("AWS_LAMBDA_RUNTIME_API", "127.0.0.1:9001");

/// Hosts that a call to which does not leave the execution environment.
const LOCAL: [&str; 5] = ["127.0.0.1", "localhost", "[::1]", "169.254.", "sandbox.localdomain"];

impl Engine<'_> {
    /// A variable of the environment that the platform sets to the same everywhere.
    pub(crate) fn platform_setting(&self, id: NameId) -> Option<Value> {
        let (_, name) = self.names.split(id);
        (name == RUNTIME_API.0).then(|| Value::text(RUNTIME_API.1))
    }

    /// The same, asked for with a call: `os.getenv("NAME")`.
    pub(crate) fn platform_setting_of_call(&self, id: NameId, site: &Site<'_>) -> Option<Value> {
        let (_, called) = self.names.split(id);
        let is_asked = matches!(called, "getenv" | "get" | "Getenv" | "GetEnvironmentVariable")
            && matches!(site.args.at(0)?.as_constant()?, Constant::Text(name) if name == RUNTIME_API.0);
        is_asked.then(|| Value::text(RUNTIME_API.1))
    }

    /// Whether a request stays in the execution environment: the platform answers it at once, or holds
    /// it on purpose until there is something to do.
    pub(crate) fn stays_local(site: &Site<'_>) -> bool {
        site.args.all().any(|value| {
            let text = value.as_text().map(code_ir::SmolStr::as_str);
            let text = text.or_else(|| value.pieces.as_ref().map(Pieces::start));
            let host = text.map(|text| text.split_once("://").map_or(text, |(_, host)| host));
            host.is_some_and(|host| LOCAL.iter().any(|local| host.starts_with(local)))
        })
    }
}
