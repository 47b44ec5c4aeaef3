//! Fields and members that an event of CloudTrail has at hand, by the paths that rules give them.

use crate::{
    event::AuditEvent,
    json::{Json, Text},
};

/// A field that an event has at hand, so that its record is not looked into.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum AtHand {
    /// `eventName`
    Name,
    /// `eventSource`
    Source,
    /// `eventID`
    Id,
    /// `awsRegion`
    Region,
    /// `eventType`
    Type,
    /// `eventCategory`
    Category,
    /// `errorCode`
    ErrorCode,
    /// `errorMessage`
    ErrorMessage,
    /// `sourceIPAddress`
    SourceIp,
    /// `userAgent`
    UserAgent,
    /// `recipientAccountId`
    RecipientAccount,
    /// `sharedEventID`
    SharedId,
    /// `requestID`
    RequestId,
    /// `vpcEndpointId`
    VpcEndpoint,
    /// `userIdentity.type`
    ActorKind,
    /// `userIdentity.arn`
    ActorArn,
    /// `userIdentity.principalId`
    ActorPrincipal,
    /// `userIdentity.accountId`
    ActorAccount,
    /// `userIdentity.accessKeyId`
    ActorKey,
    /// `userIdentity.userName`
    ActorName,
    /// `userIdentity.invokedBy`
    ActorInvokedBy,
    /// `userIdentity.identityProvider`
    ActorProvider,
    /// `userIdentity.sessionContext.sessionIssuer.type`
    IssuerKind,
    /// `userIdentity.sessionContext.sessionIssuer.arn`
    IssuerArn,
    /// `userIdentity.sessionContext.sessionIssuer.accountId`
    IssuerAccount,
    /// `userIdentity.sessionContext.sessionIssuer.userName`
    IssuerName,
}

impl AtHand {
    /// The field of a path.
    #[must_use]
    pub fn of(path: &str) -> Option<Self> {
        Some(match path {
            "eventName" => Self::Name,
            "eventSource" => Self::Source,
            "eventID" => Self::Id,
            "awsRegion" => Self::Region,
            "eventType" => Self::Type,
            "eventCategory" => Self::Category,
            "errorCode" => Self::ErrorCode,
            "errorMessage" => Self::ErrorMessage,
            "sourceIPAddress" => Self::SourceIp,
            "userAgent" => Self::UserAgent,
            "recipientAccountId" => Self::RecipientAccount,
            "sharedEventID" => Self::SharedId,
            "requestID" => Self::RequestId,
            "vpcEndpointId" => Self::VpcEndpoint,
            "userIdentity.type" => Self::ActorKind,
            "userIdentity.arn" => Self::ActorArn,
            "userIdentity.principalId" => Self::ActorPrincipal,
            "userIdentity.accountId" => Self::ActorAccount,
            "userIdentity.accessKeyId" => Self::ActorKey,
            "userIdentity.userName" => Self::ActorName,
            "userIdentity.invokedBy" => Self::ActorInvokedBy,
            "userIdentity.identityProvider" => Self::ActorProvider,
            "userIdentity.sessionContext.sessionIssuer.type" => Self::IssuerKind,
            "userIdentity.sessionContext.sessionIssuer.arn" => Self::IssuerArn,
            "userIdentity.sessionContext.sessionIssuer.accountId" => Self::IssuerAccount,
            "userIdentity.sessionContext.sessionIssuer.userName" => Self::IssuerName,
            _ => return None,
        })
    }

    /// Its text, of an event that is not irregular; `None` when it is absent or `null`.
    #[inline]
    #[must_use]
    pub fn text<'a>(self, event: &AuditEvent<'a>) -> Option<Text<'a>> {
        match self {
            Self::Name => Some(event.name),
            Self::Source => Some(event.source),
            Self::Id => event.id,
            Self::Region => event.region,
            Self::Type => event.event_type,
            Self::Category => event.category,
            Self::ErrorCode => event.error_code,
            Self::ErrorMessage => event.error_message,
            Self::SourceIp => event.source_ip,
            Self::UserAgent => event.user_agent,
            Self::RecipientAccount => event.recipient_account,
            Self::SharedId => event.shared_id,
            Self::RequestId => event.request_id,
            Self::VpcEndpoint => event.vpc_endpoint,
            Self::ActorKind => event.actor.kind,
            Self::ActorArn => event.actor.arn,
            Self::ActorPrincipal => event.actor.principal_id,
            Self::ActorAccount => event.actor.account,
            Self::ActorKey => event.actor.access_key,
            Self::ActorName => event.actor.user_name,
            Self::ActorInvokedBy => event.actor.invoked_by,
            Self::ActorProvider => event.actor.identity_provider,
            Self::IssuerKind => event.actor.issuer.kind,
            Self::IssuerArn => event.actor.issuer.arn,
            Self::IssuerAccount => event.actor.issuer.account,
            Self::IssuerName => event.actor.issuer.user_name,
        }
    }
}

/// Where the first member of a path comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RootSource {
    /// `userIdentity`
    Identity,
    /// `requestParameters`
    Request,
    /// `responseElements`
    Response,
    /// `additionalEventData`
    Additional,
    /// `resources`
    Resources,
    /// `tlsDetails`
    Tls,
    /// `serviceEventDetails`
    ServiceDetails,
    /// Looked for in the record.
    Record,
}

impl RootSource {
    /// Where the member of a name comes from.
    #[must_use]
    pub fn of(name: &str) -> Self {
        match name {
            "userIdentity" => Self::Identity,
            "requestParameters" => Self::Request,
            "responseElements" => Self::Response,
            "additionalEventData" => Self::Additional,
            "resources" => Self::Resources,
            "tlsDetails" => Self::Tls,
            "serviceEventDetails" => Self::ServiceDetails,
            _ => Self::Record,
        }
    }

    /// The value, which the event has at hand; `None` also when it is `null`.
    #[must_use]
    pub fn value<'a>(self, event: &AuditEvent<'a>) -> Option<Json<'a>> {
        match self {
            Self::Identity => event.actor.identity,
            Self::Request => event.request,
            Self::Response => event.response,
            Self::Additional => event.additional,
            Self::Resources => event.resource_list,
            Self::Tls => event.tls,
            Self::ServiceDetails => event.service_details,
            Self::Record => None,
        }
    }
}
