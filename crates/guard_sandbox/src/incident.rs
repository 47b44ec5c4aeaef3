//! One thing that a function did and that is told.

use std::path::Path;
use std::sync::LazyLock;

use guard_mask::Masker;
use guard_settings::{EventKind, Mode, SecurityEvent};

/// Most arguments of a program that are told.
const MOST_ARGUMENTS: usize = 32;
/// Most characters of one argument.
const LONGEST_ARGUMENT: usize = 200;
/// Most bytes of one argument that are looked at, so that what begins within those that are told is
/// seen whole.
const LONGEST_LOOKED_AT: usize = 16 << 10;

/// Stack of a thread that tells, in bytes. The first that is told compiles the patterns that mask it, which
/// 128 KiB were seen not to hold in a debug build. Only what is touched takes memory.
pub(crate) const TELLING_STACK: usize = 1 << 20;

/// What happened, who did it, and whether it was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Incident {
    /// What happened.
    pub kind: EventKind,
    /// In words: "refused to connect to `192.0.2.1:443`, which no entry of `egress.allow` names".
    pub detail: String,
    /// What it was done to: a host with its port, a program, a file.
    pub target: Option<String>,
    /// Path of the program that did it.
    pub process: Option<String>,
    /// Its arguments, secrets masked.
    pub arguments: Vec<String>,
    /// Whether it was refused.
    pub blocked: bool,
}

impl Incident {
    /// Without the process that did it; secrets in the detail are masked.
    #[must_use]
    pub fn new(kind: EventKind, blocked: bool, detail: String) -> Self {
        let detail = mask(detail);
        Self { kind, detail, target: None, process: None, arguments: Vec::new(), blocked }
    }

    /// Names what it was done to.
    pub(crate) fn to(mut self, target: impl Into<String>) -> Self {
        self.target = Some(mask(target.into()));
        self
    }

    /// Names the process that did it, as `/proc` tells it.
    pub(crate) fn by(mut self, thread: u32) -> Self {
        let exe = std::fs::read_link(format!("/proc/{thread}/exe"));
        self.process = exe.ok().map(|path| mask(path.to_string_lossy().into_owned()));
        if let Ok(line) = std::fs::read(format!("/proc/{thread}/cmdline")) {
            self.arguments = masked(line.split(|byte| *byte == 0).filter(|part| !part.is_empty()));
        }
        self
    }

    /// Names the program that was started, its arguments masked.
    pub(crate) fn of_program(mut self, path: &Path, arguments: &[Vec<u8>]) -> Self {
        self.process = Some(mask(path.to_string_lossy().into_owned()));
        self.arguments = masked(arguments.iter().map(Vec::as_slice));
        self
    }

    /// The event for the log and the metrics.
    #[must_use]
    pub fn event<'a>(&'a self, function: &'a str, mode: Mode) -> SecurityEvent<'a> {
        SecurityEvent {
            target: self.target.as_deref(),
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
        let argument = argument.get(..LONGEST_LOOKED_AT).unwrap_or(argument);
        let text = String::from_utf8_lossy(argument);
        // What a flag such as `--password` names stands in the next argument.
        let is_flag = text.starts_with('-');
        let names = is_flag
            && !text.contains('=')
            && secret_patterns::secret_name(text.trim_start_matches('-')).is_some();
        let is_secret = std::mem::replace(&mut is_named, names) && !is_flag;
        let shown = if is_secret { "[masked]".to_owned() } else { mask(text.into_owned()) };
        told.push(shown.chars().take(LONGEST_ARGUMENT).collect());
    }
    told
}

/// The text as the log may have it: as lines of the function are masked.
fn mask(text: String) -> String {
    // Most functions start nothing: what only an incident needs is built with the first.
    static MASKER: LazyLock<Masker> = LazyLock::new(|| Masker::new(&[]));
    let mut shown = Vec::new();
    if MASKER.mask(text.as_bytes(), &mut shown).is_empty() {
        return text;
    }
    String::from_utf8_lossy(&shown).into_owned()
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
                "API_KEY=[secret:api-key]",
                "https://bob:[secret:url-password]@example.com/x?y=1",
                "plain"
            ]
        );
        let long = vec![b'x'; 1000];
        assert_eq!(masked(std::iter::repeat_n(&long[..], 100)).len(), 32);
    }

    #[test]
    fn what_the_log_masks_is_masked_in_arguments_and_details() {
        let token = "IQoJb3JpZ2luX2VjEXAMPLETOKENabcdefghij0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
        let header = format!("X-Aws-Parameters-Secrets-Token: {token}");
        let script = format!("curl -s -H \"{header}\" http://localhost:2773/");
        let arguments = ["-H", header.as_str(), "-c", script.as_str(), "ann@example.com"];
        let told = masked(arguments.iter().map(|argument| argument.as_bytes())).join("\n");
        assert!(!told.contains("IQoJ") && !told.contains("ann@"), "{told}");
        assert!(told.contains("http://localhost:2773/"), "{told}");

        let detail = "wrote `/srv/x?password=hunter3hunter3`, outside `/tmp`".to_owned();
        let detail = Incident::new(EventKind::CodeWritten, false, detail).detail;
        assert!(!detail.contains("hunter3"), "{detail}");
        let detail = "refused to connect to `192.0.2.1:443`, which `egress.allow` does not list";
        assert_eq!(Incident::new(EventKind::EgressDenied, true, detail.to_owned()).detail, detail);
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
