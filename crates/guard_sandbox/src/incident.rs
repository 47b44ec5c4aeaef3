//! One thing that a function did and that is told.

use guard_settings::{EventKind, Mode, SecurityEvent};

/// Most arguments of a program that are told.
const MOST_ARGUMENTS: usize = 32;
/// Most characters of one argument.
const LONGEST_ARGUMENT: usize = 200;

/// What happened, who did it, and whether it was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Incident {
    /// What happened.
    pub kind: EventKind,
    /// In words: "refused to connect to `192.0.2.1:443`, which no entry of `egress.allow` names".
    pub detail: String,
    /// Path of the program that did it.
    pub process: Option<String>,
    /// Its arguments, secrets masked.
    pub arguments: Vec<String>,
    /// Whether it was refused.
    pub blocked: bool,
}

impl Incident {
    /// Without the process that did it.
    #[must_use]
    pub fn new(kind: EventKind, blocked: bool, detail: String) -> Self {
        Self { kind, detail, process: None, arguments: Vec::new(), blocked }
    }

    /// Names the process that did it, as `/proc` tells it.
    pub(crate) fn by(mut self, thread: u32) -> Self {
        let exe = std::fs::read_link(format!("/proc/{thread}/exe"));
        self.process = exe.ok().map(|path| path.to_string_lossy().into_owned());
        if let Ok(line) = std::fs::read(format!("/proc/{thread}/cmdline")) {
            self.arguments = masked(line.split(|byte| *byte == 0).filter(|part| !part.is_empty()));
        }
        self
    }

    /// The event for the log and the metrics.
    #[must_use]
    pub fn event<'a>(&'a self, function: &'a str, mode: Mode) -> SecurityEvent<'a> {
        SecurityEvent {
            process: self.process.as_deref(),
            arguments: (!self.arguments.is_empty()).then_some(&self.arguments),
            ..SecurityEvent::new(self.kind, function, mode, &self.detail)
        }
    }
}

/// The arguments of a program, without the secrets in them: 32 of at most 200 characters.
#[must_use]
pub fn masked<'a>(arguments: impl Iterator<Item = &'a [u8]>) -> Vec<String> {
    let mut told = Vec::new();
    let mut is_named = false;
    for argument in arguments.take(MOST_ARGUMENTS) {
        let text = String::from_utf8_lossy(argument);
        // What a flag such as `--password` names stands in the next argument.
        let is_flag = text.starts_with('-');
        let shown = if is_named && !is_flag { "[masked]".to_owned() } else { mask(&text) };
        is_named = is_flag
            && !text.contains('=')
            && secret_patterns::secret_name(text.trim_start_matches('-')).is_some();
        told.push(shown.chars().take(LONGEST_ARGUMENT).collect());
    }
    told
}

fn mask(text: &str) -> String {
    if let Some((name, value)) = text.split_once('=')
        && !value.is_empty()
        && secret_patterns::secret_name(name.trim_start_matches('-')).is_some()
    {
        return format!("{name}=[masked]");
    }
    let mut shown = String::new();
    let mut from = 0;
    for found in secret_patterns::detect(text) {
        if found.range.start >= from {
            shown.push_str(text.get(from..found.range.start).unwrap_or_default());
            shown.push_str("[masked]");
            from = found.range.end;
        }
    }
    shown.push_str(text.get(from..).unwrap_or_default());
    without_password(&shown)
}

/// `scheme://user:password@host` without the password.
fn without_password(text: &str) -> String {
    let Some((scheme, rest)) = text.split_once("://") else { return text.to_owned() };
    let end = rest.find(['/', '?', '#', ' ']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    let Some((user, host)) = authority.rsplit_once('@') else { return text.to_owned() };
    let Some((user, _)) = user.split_once(':') else { return text.to_owned() };
    format!("{scheme}://{user}:[masked]@{host}{path}")
}

#[cfg(test)]
mod tests {
    use super::{Incident, masked};
    use guard_settings::{EventKind, Mode};

    #[test]
    fn secrets_in_arguments_are_not_told() {
        let arguments: [&[u8]; 6] = [
            b"curl",
            b"--password",
            b"hunter22",
            b"API_KEY=abcdefgh1234",
            b"https://bob:secret@example.com/x?y=1",
            b"plain",
        ];
        assert_eq!(
            masked(arguments.into_iter()),
            [
                "curl",
                "--password",
                "[masked]",
                "API_KEY=[masked]",
                "https://bob:[masked]@example.com/x?y=1",
                "plain"
            ]
        );
        let long = vec![b'x'; 1000];
        assert_eq!(masked(std::iter::repeat_n(&long[..], 100)).len(), 32);
    }

    #[test]
    fn a_line_names_kind_and_process() {
        let mut incident = Incident::new(EventKind::ProcessSpawned, true, "refused".to_owned());
        incident.process = Some("/bin/sh".to_owned());
        incident.arguments = vec!["sh".to_owned(), "-c".to_owned()];
        assert_eq!(
            incident.event("Orders", Mode::Block).to_line(),
            "{\"faasguard\":\"event\",\"kind\":\"process-spawned\",\"class\":null,\"request_id\":null,\
             \"function\":\"Orders\",\"detail\":\"refused\",\"mode\":\"block\",\"process\":\"/bin/sh\",\
             \"arguments\":[\"sh\",\"-c\"]}\n"
        );
    }
}
