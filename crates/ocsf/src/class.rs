//! Classes of events, and which one an event is of.

use audit_event::AuditEvent;

use crate::{
    activity::{self, Activity},
    authentication, user_change,
};

/// A class of OCSF that we write.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Class {
    /// 2003: a check that failed.
    ComplianceFinding,
    /// 2004: an alert.
    DetectionFinding,
    /// 3001: a user or a role, or what it may use, was changed.
    AccountChange,
    /// 3002: somebody signed in or took on a role.
    Authentication,
    /// 6003: a request to an API.
    ApiActivity,
}

impl Class {
    /// Those that we write.
    pub const ALL: [Self; 4] =
        [Self::DetectionFinding, Self::AccountChange, Self::Authentication, Self::ApiActivity];

    /// The class of a `class_uid`, when it is one that we write.
    #[must_use]
    pub fn of_uid(uid: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.uid() == uid)
    }

    /// `class_uid`
    #[must_use]
    pub fn uid(self) -> i64 {
        match self {
            Self::ComplianceFinding => 2003,
            Self::DetectionFinding => 2004,
            Self::AccountChange => 3001,
            Self::Authentication => 3002,
            Self::ApiActivity => 6003,
        }
    }

    /// `class_name`
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::ComplianceFinding => "Compliance Finding",
            Self::DetectionFinding => "Detection Finding",
            Self::AccountChange => "Account Change",
            Self::Authentication => "Authentication",
            Self::ApiActivity => "API Activity",
        }
    }

    /// `category_uid` and `category_name`
    #[must_use]
    pub fn category(self) -> (i64, &'static str) {
        match self {
            Self::ComplianceFinding | Self::DetectionFinding => (2, "Findings"),
            Self::AccountChange | Self::Authentication => (3, "Identity & Access Management"),
            Self::ApiActivity => (6, "Application Activity"),
        }
    }
}

/// The class of an event and what was done, in the words of that class.
pub(crate) fn route(event: &AuditEvent<'_>) -> (Class, Activity) {
    if let Some(activity) = authentication::activity(event) {
        return (Class::Authentication, activity);
    }
    if let Some(activity) = user_change::activity(event) {
        return (Class::AccountChange, activity);
    }
    (Class::ApiActivity, activity::of_operation(event))
}
