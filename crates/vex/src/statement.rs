//! What a document says of one flaw.

use jiff::Timestamp;

use crate::Cover;

/// What a document says of one flaw in some packages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// Names of the flaw, the main one first, then the others as written; never empty.
    pub ids: Vec<String>,
    /// The packages that it is about; never empty.
    pub covers: Vec<Cover>,
    /// What it says of them.
    pub status: Status,
    /// Words about the status that have no place of their own.
    pub notes: Option<String>,
    /// When it was said; `None` when the document does not tell.
    pub time: Option<Timestamp>,
    /// JSON pointer to it in its document: `/statements/3`.
    pub pointer: String,
}

/// What is said of a flaw in a package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Status {
    /// The flaw does no harm there.
    NotAffected {
        /// Why, as one of the known labels.
        justification: Option<Justification>,
        /// Why, in words.
        impact: Option<String>,
    },
    /// The flaw is a danger there.
    Affected {
        /// What to do.
        action: Option<String>,
    },
    /// These versions have a fix.
    Fixed,
    /// Nobody knows yet.
    UnderInvestigation,
}

impl Status {
    /// Whether a finding about the flaw is settled by it.
    #[must_use]
    pub fn settles(&self) -> bool {
        matches!(self, Self::NotAffected { .. } | Self::Fixed)
    }

    /// The label in `OpenVEX`.
    #[must_use]
    pub fn openvex(&self) -> &'static str {
        match self {
            Self::NotAffected { .. } => "not_affected",
            Self::Affected { .. } => "affected",
            Self::Fixed => "fixed",
            Self::UnderInvestigation => "under_investigation",
        }
    }

    /// The state in `CycloneDX`.
    #[must_use]
    pub fn cyclonedx(&self) -> &'static str {
        match self {
            Self::NotAffected { .. } => "not_affected",
            Self::Affected { .. } => "exploitable",
            Self::Fixed => "resolved",
            Self::UnderInvestigation => "in_triage",
        }
    }
}

/// Why a flaw does no harm: the labels of `OpenVEX`, and those of `CycloneDX` that have none of its like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Justification {
    /// The component is not there.
    ComponentNotPresent,
    /// The component is there without the flawed code.
    CodeNotPresent,
    /// The flawed code is there and never runs.
    CodeNotInExecutePath,
    /// No attacker controls what gets to it.
    CodeNotControllable,
    /// The product protects itself.
    InlineMitigations,
    /// A setting must be changed for it.
    RequiresConfiguration,
    /// Another component must be there for it.
    RequiresDependency,
    /// Another environment is needed for it.
    RequiresEnvironment,
    /// A flag of the compiler protects.
    ProtectedByCompiler,
    /// Something at run time protects.
    ProtectedAtRuntime,
    /// Something before the system protects.
    ProtectedAtPerimeter,
    /// Another control protects.
    ProtectedByMitigatingControl,
}

/// Every justification with its labels in `OpenVEX` and `CycloneDX`; `None` where a format has none that
/// says the same.
const LABELS: [(Justification, Option<&str>, Option<&str>); 12] = {
    use Justification as J;
    [
        (J::ComponentNotPresent, Some("component_not_present"), None),
        (J::CodeNotPresent, Some("vulnerable_code_not_present"), Some("code_not_present")),
        (
            J::CodeNotInExecutePath,
            Some("vulnerable_code_not_in_execute_path"),
            Some("code_not_reachable"),
        ),
        (J::CodeNotControllable, Some("vulnerable_code_cannot_be_controlled_by_adversary"), None),
        (J::InlineMitigations, Some("inline_mitigations_already_exist"), None),
        (J::RequiresConfiguration, None, Some("requires_configuration")),
        (J::RequiresDependency, None, Some("requires_dependency")),
        (J::RequiresEnvironment, None, Some("requires_environment")),
        (J::ProtectedByCompiler, None, Some("protected_by_compiler")),
        (J::ProtectedAtRuntime, None, Some("protected_at_runtime")),
        (J::ProtectedAtPerimeter, None, Some("protected_at_perimeter")),
        (J::ProtectedByMitigatingControl, None, Some("protected_by_mitigating_control")),
    ]
};

impl Justification {
    /// The label in `OpenVEX`, when it has one.
    #[must_use]
    pub fn openvex(self) -> Option<&'static str> {
        LABELS.iter().find(|(it, ..)| *it == self).and_then(|(_, label, _)| *label)
    }

    /// The label in `CycloneDX`, when it has one.
    #[must_use]
    pub fn cyclonedx(self) -> Option<&'static str> {
        LABELS.iter().find(|(it, ..)| *it == self).and_then(|(.., label)| *label)
    }

    /// The label of the format that has it, `OpenVEX` first.
    #[must_use]
    pub fn label(self) -> &'static str {
        self.openvex().or(self.cyclonedx()).unwrap_or_default()
    }

    /// The justification of a label of either format.
    #[must_use]
    pub fn of(label: &str) -> Option<Self> {
        let is_it = |it: Option<&str>| it == Some(label);
        LABELS
            .iter()
            .find(|(_, openvex, cyclonedx)| is_it(*openvex) || is_it(*cyclonedx))
            .map(|(it, ..)| *it)
    }
}

impl Statement {
    /// Why a finding is settled, in one line; `None` when the statement settles none.
    #[must_use]
    pub fn reason(&self) -> Option<String> {
        let mut words: Vec<&str> = Vec::new();
        match &self.status {
            Status::NotAffected { justification, impact } => {
                words.push("not affected");
                words.extend(justification.map(Justification::label));
                words.extend(impact.as_deref());
            }
            Status::Fixed => words.push("fixed"),
            Status::Affected { .. } | Status::UnderInvestigation => return None,
        }
        words.extend(self.notes.as_deref());
        // Words of a document may hold line breaks; a reason is one line.
        let line = words.join(": ");
        Some(line.split_whitespace().collect::<Vec<_>>().join(" "))
    }
}
