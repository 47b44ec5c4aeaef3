//! The lines that the guard logs: one JSON object for each thing that security people ask about.

use payload::Class;
use serde::{Serialize, Serializer};

use crate::settings::Mode;

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum EventKind {
    /// An event, a record of a batch or a request was refused.
    EventBlocked,
    /// It would have been refused, had the mode been `block`.
    EventFlagged,
    /// Something was masked in the log or in an answer.
    LogRedacted,
    /// A program was started.
    ProcessSpawned,
    /// A connection to a host that is not listed.
    EgressDenied,
    /// A file that holds credentials was read.
    SensitiveRead,
    /// Code was written outside `/tmp`.
    CodeWritten,
    /// A metadata service was contacted.
    MetadataContacted,
    /// Something was left for the next invocation: a file, a process, a socket.
    TmpLeft,
    /// A part of an event could not be looked at, and it passed all the same, as the settings say.
    Uninspected,
    /// The guard itself could not do what it should.
    Fault,
}

/// One thing that happened, as it stands in the log.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SecurityEvent<'a> {
    /// What happened.
    pub kind: EventKind,
    /// The class of the attack, where there is one.
    #[serde(serialize_with = "class_name")]
    pub class: Option<Class>,
    /// The invocation it belongs to, where that is known.
    pub request_id: Option<&'a str>,
    /// Name of the function.
    pub function: &'a str,
    /// In words, without the hostile value itself.
    pub detail: &'a str,
    /// The mode that the guard was in.
    pub mode: Mode,
    /// The field of the event: `Records[3].body.name`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<&'a str>,
    /// What it was done to: a host with its port, a program, a file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target: Option<&'a str>,
    /// The program that did it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub process: Option<&'a str>,
    /// Its arguments, secrets masked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub arguments: Option<&'a [String]>,
}

impl<'a> SecurityEvent<'a> {
    /// An event with what every kind has; the rest is empty.
    #[must_use]
    pub fn new(kind: EventKind, function: &'a str, mode: Mode, detail: &'a str) -> Self {
        Self {
            kind,
            class: None,
            request_id: None,
            function,
            detail,
            mode,
            field: None,
            target: None,
            process: None,
            arguments: None,
        }
    }

    /// The line for the log, its line end included: `{"faasguard":"event","kind":…}`.
    #[must_use]
    pub fn to_line(&self) -> String {
        #[derive(Serialize)]
        struct Line<'a> {
            faasguard: &'static str,
            #[serde(flatten)]
            event: &'a SecurityEvent<'a>,
        }
        let mut line =
            serde_json::to_string(&Line { faasguard: "event", event: self }).unwrap_or_default();
        line.push('\n');
        line
    }
}

#[expect(clippy::ref_option, clippy::trivially_copy_pass_by_ref, reason = "serde's signature")]
fn class_name<S: Serializer>(class: &Option<Class>, to: S) -> Result<S::Ok, S::Error> {
    class.map(Class::name).serialize(to)
}

#[cfg(test)]
mod tests {
    use super::{EventKind, SecurityEvent};
    use crate::settings::Mode;
    use payload::Class;

    #[test]
    fn a_line_is_one_json_object_with_the_promised_keys() {
        let event = SecurityEvent {
            class: Some(Class::Sql),
            request_id: Some("r-1"),
            field: Some("body.userId"),
            ..SecurityEvent::new(EventKind::EventBlocked, "Orders", Mode::Block, "a \"quote\"\n")
        };
        assert_eq!(
            event.to_line(),
            "{\"faasguard\":\"event\",\"kind\":\"event-blocked\",\"class\":\"sql\",\"request_id\":\"r-1\",\
             \"function\":\"Orders\",\"detail\":\"a \\\"quote\\\"\\n\",\"mode\":\"block\",\"field\":\"body.userId\"}\n"
        );
    }
}
