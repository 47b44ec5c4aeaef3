//! One record: who did what to what, when, from where, and what came of it.

use crate::{
    azure, google,
    json::{Json, JsonKind, Text},
    provider::{Log, Provider},
    time::Time,
};

/// What stands in a record instead of a value that AWS hides.
pub const HIDDEN: &str = "HIDDEN_DUE_TO_SECURITY_REASONS";

/// One event of CloudTrail, or of the audit logs of Azure or Google, borrowed from the bytes of its
/// record.
///
/// The fields are described for CloudTrail; of another cloud (`provider`) they hold what is most like
/// it there: `source` the service, `name` the operation, `recipient_account` the subscription or
/// project, `actor.user_name` who did it, `error_code` how it failed. Such an event is always
/// `is_irregular`; [`crate::values_of`] looks into its record.
///
/// A field that is absent and one that is `null` are the same: `None`. Whatever has no field here
/// is reached through [`AuditEvent::field`].
///
/// Source: CloudTrail User Guide, "CloudTrail record contents for management, data, and network
/// activity events" (read 2026-11-26).
#[derive(Clone, Copy, Debug, Default)]
pub struct AuditEvent<'a> {
    /// The whole record.
    pub record: Json<'a>,
    /// Whose log it is of.
    pub provider: Provider,
    /// Which log it is of.
    pub log: Log,
    /// `eventID`: the same event may be delivered more than once.
    pub id: Option<Text<'a>>,
    /// `eventTime`, or `@timestamp` of records that logstash rewrote.
    pub time: Option<Time>,
    /// `eventSource`: `s3.amazonaws.com`. Of an insight, what it is about.
    pub source: Text<'a>,
    /// `eventName`: `GetBucketAcl`. Of an insight, what it is about.
    pub name: Text<'a>,
    /// `awsRegion`
    pub region: Option<Text<'a>>,
    /// `eventType`: see [`AuditEvent::kind`].
    pub event_type: Option<Text<'a>>,
    /// `eventCategory`: `Management`, `Data`, `NetworkActivity`, `Insight`.
    pub category: Option<Text<'a>>,
    /// `userIdentity`
    pub actor: Actor<'a>,
    /// `errorCode`: the request failed.
    pub error_code: Option<Text<'a>>,
    /// `errorMessage`
    pub error_message: Option<Text<'a>>,
    /// `sourceIPAddress`: an address, or the name of a service.
    pub source_ip: Option<Text<'a>>,
    /// `userAgent`
    pub user_agent: Option<Text<'a>>,
    /// `requestParameters`
    pub request: Option<Json<'a>>,
    /// `responseElements`
    pub response: Option<Json<'a>>,
    /// `additionalEventData`
    pub additional: Option<Json<'a>>,
    /// `resources`: see [`AuditEvent::resources`].
    pub resource_list: Option<Json<'a>>,
    /// Of Azure and Google: the resource that the event is about.
    pub resource: Option<Text<'a>>,
    /// `tlsDetails`
    pub tls: Option<Json<'a>>,
    /// `serviceEventDetails`
    pub service_details: Option<Json<'a>>,
    /// `recipientAccountId`: whose trail has the record.
    pub recipient_account: Option<Text<'a>>,
    /// `sharedEventID`: the same in the trails of all accounts that take part.
    pub shared_id: Option<Text<'a>>,
    /// `requestID`
    pub request_id: Option<Text<'a>>,
    /// `vpcEndpointId`
    pub vpc_endpoint: Option<Text<'a>>,
    /// `readOnly`
    pub is_read_only: Option<bool>,
    /// `managementEvent`
    pub is_management: Option<bool>,
    /// Some member that is text in other records is something else here (a number, a list), or the
    /// fields above are not those of that name (an insight). Then `None` in a field does not mean that
    /// the member is absent or `null`: look into `record`.
    pub is_irregular: bool,
}

/// `userIdentity`: who made a request.
#[derive(Clone, Copy, Debug, Default)]
pub struct Actor<'a> {
    /// The whole object.
    pub identity: Option<Json<'a>>,
    /// `type`: `AssumedRole`, `IAMUser`, `Root`, `AWSService`, `AWSAccount`, …
    pub kind: Option<Text<'a>>,
    /// `arn`, of a role's session `arn:aws:sts::…:assumed-role/ROLE/SESSION`.
    pub arn: Option<Text<'a>>,
    /// `principalId`
    pub principal_id: Option<Text<'a>>,
    /// `accountId`
    pub account: Option<Text<'a>>,
    /// `accessKeyId`
    pub access_key: Option<Text<'a>>,
    /// `userName`
    pub user_name: Option<Text<'a>>,
    /// `invokedBy`: the service that made the request with the rights of the actor.
    pub invoked_by: Option<Text<'a>>,
    /// `identityProvider`
    pub identity_provider: Option<Text<'a>>,
    /// `sessionContext`
    pub session: Option<Json<'a>>,
    /// `sessionContext.sessionIssuer`: the role or user behind temporary credentials.
    pub issuer: Issuer<'a>,
}

/// `sessionIssuer`: whose credentials a session has.
#[derive(Clone, Copy, Debug, Default)]
pub struct Issuer<'a> {
    /// `type`: `Role`, `IAMUser`, `Root`
    pub kind: Option<Text<'a>>,
    /// `arn`, of a role with its path.
    pub arn: Option<Text<'a>>,
    /// `accountId`
    pub account: Option<Text<'a>>,
    /// `userName`
    pub user_name: Option<Text<'a>>,
}

/// One of `resources`.
#[derive(Clone, Copy, Debug, Default)]
pub struct EventResource<'a> {
    /// `ARN`, or the pattern of `ARNPrefix`.
    pub arn: Option<Text<'a>>,
    /// `accountId`
    pub account: Option<Text<'a>>,
    /// `type`: `AWS::S3::Object`
    pub kind: Option<Text<'a>>,
}

/// What an event records.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum EventKind {
    /// A request to an API, which IAM allowed or denied. Also a record without `eventType`.
    ApiCall,
    /// Something that a service did by itself.
    ServiceEvent,
    /// A sign-in to the console or to a federated application.
    SignIn,
    /// Something done in the console that is no request to an API.
    ConsoleAction,
    /// A request refused at a VPC endpoint.
    VpcEndpoint,
    /// An unusual rate of requests or errors.
    Insight,
    /// Something done in another cloud than AWS.
    OtherCloud,
    /// A type that is not known here.
    Other,
}

impl<'a> AuditEvent<'a> {
    /// What the event records.
    #[must_use]
    pub fn kind(&self) -> EventKind {
        if self.provider != Provider::Aws {
            return EventKind::OtherCloud;
        }
        match self.event_type.map(Text::raw) {
            None | Some(b"AwsApiCall") => EventKind::ApiCall,
            Some(b"AwsServiceEvent") => EventKind::ServiceEvent,
            Some(b"AwsConsoleSignIn") => EventKind::SignIn,
            Some(b"AwsConsoleAction") => EventKind::ConsoleAction,
            Some(b"AwsVpceEvents" | b"AwsVpceEvent") => EventKind::VpcEndpoint,
            Some(b"AwsCloudTrailInsight") => EventKind::Insight,
            Some(_) => EventKind::Other,
        }
    }

    /// A value of the record by its dotted path, as rules name it:
    /// `userIdentity.sessionContext.attributes.mfaAuthenticated`.
    #[must_use]
    pub fn field(&self, path: &str) -> Option<Json<'a>> {
        self.record.at(path)
    }

    /// The time as the record writes it.
    #[must_use]
    pub fn original_time(&self) -> Option<Text<'a>> {
        let names: &[&str] = match self.provider {
            Provider::Aws => &["eventTime"],
            Provider::Azure => &azure::TIMES,
            Provider::Google => &["timestamp"],
        };
        names.iter().find_map(|name| self.record.get(name)?.text())
    }

    /// The name of the log, when the record has it.
    #[must_use]
    pub fn log_name(&self) -> Option<Text<'a>> {
        (self.provider == Provider::Google).then(|| self.record.get("logName")?.text()).flatten()
    }

    /// The number with which a request failed, when it failed with one.
    #[must_use]
    pub fn status_code(&self) -> Option<i64> {
        if self.provider != Provider::Google {
            return None;
        }
        let payload = google::PAYLOADS.iter().find_map(|name| self.record.get(name))?;
        let code = payload.at("status.code").filter(|it| it.kind() == JsonKind::Number)?;
        std::str::from_utf8(code.raw()).ok()?.parse().ok()
    }

    /// What the event is about, as far as the record names it.
    pub fn resources(&self) -> impl Iterator<Item = EventResource<'a>> {
        let own = self.resource.map(|arn| EventResource {
            arn: Some(arn),
            account: self.recipient_account,
            kind: None,
        });
        let listed = self.resource_list.into_iter().flat_map(Json::elements).map(|resource| {
            let mut found = EventResource::default();
            for (name, value) in resource.members() {
                match name.raw() {
                    b"ARN" | b"arn" => found.arn = value.text(),
                    b"ARNPrefix" => found.arn = found.arn.or(value.text()),
                    b"accountId" => found.account = value.text(),
                    b"type" => found.kind = value.text(),
                    _ => {}
                }
            }
            found
        });
        own.into_iter().chain(listed)
    }
}
