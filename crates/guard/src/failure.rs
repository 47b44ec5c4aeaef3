//! How a command ends when it cannot do what it was asked for.

use std::fmt;
use std::process::ExitCode;

/// What a command ends with.
pub(crate) type Outcome = Result<ExitCode, Failure>;

/// Why a command did not do what it was asked for.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The command line is wrong: exit code 2.
    Usage(String),
    /// Something outside failed, or an input is not what it must be.
    Failed {
        /// In words.
        message: String,
        /// The exit code.
        code: u8,
    },
}

impl Failure {
    /// The command line is wrong.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::Usage(message.into())
    }

    /// Something failed that a user can mend: exit code 2.
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self::Failed { message: message.into(), code: 2 }
    }

    /// The standard output cannot be written.
    #[expect(clippy::needless_pass_by_value, reason = "handed to `map_err`")]
    pub(crate) fn output(error: std::io::Error) -> Self {
        Self::new(format!("standard output: {error}"))
    }

    /// The exit code of the program.
    pub(crate) fn code(&self) -> u8 {
        match self {
            Self::Usage(_) => 2,
            Self::Failed { code, .. } => *code,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Usage(message) | Self::Failed { message, .. } => f.write_str(message),
        }
    }
}
