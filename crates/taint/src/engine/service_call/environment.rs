//! Variables of the environment, and texts that are made of them.

use code_ir::SmolStr;
use taint_models::NameId;

use super::super::{Engine, call::Args};
use crate::{
    service_call::Provenance,
    value::{Constant, Value},
};

impl Engine<'_> {
    /// The variable of the environment that a name of a library is: `os.environ.NAME`.
    pub(in super::super) fn variable(&self, id: NameId) -> Option<SmolStr> {
        let (parent, name) = self.names.split(id);
        let (above, holder) = self.names.split(parent);
        let is_holder = match holder {
            "environ" => self.names.split(above) == (NameId::ROOT, "os"),
            "env" => matches!(self.names.split(above), (NameId::ROOT, "process" | "Deno" | "Bun")),
            "ENV" => above == NameId::ROOT,
            _ => false,
        };
        (is_holder && !name.is_empty() && !name.ends_with("()")).then(|| SmolStr::new(name))
    }

    /// What a call gives that asks for a variable, or that makes a text of what came from one.
    pub(super) fn result_from_environment(
        &mut self,
        id: NameId,
        receiver: Option<&Value>,
        args: &Args,
        result: Value,
    ) -> Value {
        let (parent, called) = self.names.split(id);
        if !NOTED.contains(&called) {
            return result;
        }
        if asks_for_variable(called, &self.names.text(parent)) {
            let Some(name) = args.at(0).and_then(Value::as_text) else { return result };
            let variable = Provenance::Environment(name.clone());
            let default = args.at(1).or_else(|| args.by_name("default"));
            let default = default.filter(|value| value.as_constant() != Some(&Constant::None));
            let text = match default {
                Some(default) => variable.or_default(default.provenance()),
                None => variable,
            };
            return result.with_text(text);
        }
        let is_same = matches!(called, "String" | "ToString" | "StringValue")
            && (args.positional.len() == 1 || receiver.is_some());
        if is_same && let Some(value) = args.at(0).or(receiver) {
            return result.with_text(value.provenance());
        }
        if called == "join" && self.names.split(parent).1 == "path" && result.origin.is_none() {
            return result.with_text(joined(&args.positional, "/"));
        }
        result
    }
}

/// Texts with another one between them.
pub(in super::super) fn joined(values: &[Value], between: &str) -> Provenance {
    let mut parts = Vec::new();
    for (at, value) in values.iter().enumerate() {
        if at > 0 {
            parts.push(Provenance::Literal(SmolStr::new(between)));
        }
        parts.push(value.provenance());
    }
    Provenance::text(parts)
}

/// Functions that ask for a variable or keep a text.
const NOTED: &[&str] = &[
    "getenv",
    "get",
    "pop",
    "setdefault",
    "Getenv",
    "LookupEnv",
    "GetEnvironmentVariable",
    "fetch",
    "config",
    "String",
    "ToString",
    "StringValue",
    "join",
];

/// Whether a function gives the variable of the environment that its first argument names.
fn asks_for_variable(called: &str, of: &str) -> bool {
    match called {
        "getenv" => matches!(of, "os" | "System" | "java.lang.System"),
        "get" | "pop" | "setdefault" => of == "os.environ",
        "Getenv" | "LookupEnv" => of == "os",
        "GetEnvironmentVariable" => matches!(of, "Environment" | "System.Environment"),
        "fetch" => of == "ENV",
        "config" => of == "decouple",
        _ => false,
    }
}
