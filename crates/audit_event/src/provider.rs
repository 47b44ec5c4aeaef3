//! Whose log a record is of.

/// A cloud.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Provider {
    /// Amazon Web Services
    #[default]
    Aws,
    /// Microsoft Azure, with Entra ID
    Azure,
    /// Google Cloud
    Google,
}

/// A log that events are recorded in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Log {
    /// AWS CloudTrail
    #[default]
    CloudTrail,
    /// The activity log of Azure: what was done to resources.
    AzureActivity,
    /// Logs of Azure's resources: what was done with them (secrets of Key Vault read, …).
    AzureResource,
    /// The audit log of Entra ID.
    EntraAudit,
    /// The sign-in logs of Entra ID.
    EntraSignIn,
    /// What Entra ID Protection takes for risks.
    EntraRisk,
    /// Cloud Audit Logs of Google Cloud.
    GoogleAudit,
}

impl Log {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::CloudTrail,
        Self::AzureActivity,
        Self::AzureResource,
        Self::EntraAudit,
        Self::EntraSignIn,
        Self::EntraRisk,
        Self::GoogleAudit,
    ];

    /// Whose log it is.
    #[must_use]
    pub fn provider(self) -> Provider {
        match self {
            Self::CloudTrail => Provider::Aws,
            Self::GoogleAudit => Provider::Google,
            _ => Provider::Azure,
        }
    }
}
