//! Who made a request: `actor`, and the parts that it shares with `user`.

use audit_event::{AuditEvent, Json, Provider, Text, Time};

use crate::json::Object;

/// Stands where the schema requires a name and the record tells none.
pub(crate) const UNKNOWN: &str = "unknown";

/// Whether the record tells who made the request.
pub(crate) fn has_user(event: &AuditEvent<'_>) -> bool {
    let actor = &event.actor;
    let told = [actor.arn, actor.user_name, actor.account];
    told.iter().flatten().any(|text| !text.is_empty()) || named(event).is_some()
}

/// A name that stands outside of `userIdentity`: sign-ins with IAM Identity Center.
fn named<'a>(event: &AuditEvent<'a>) -> Option<Text<'a>> {
    event.additional?.get("UserName")?.text().filter(|text| !text.is_empty())
}

/// The name of who made the request, when it has one beside its ARN.
pub(crate) fn name<'a>(event: &AuditEvent<'a>) -> Option<Text<'a>> {
    event.actor.user_name.filter(|text| !text.is_empty()).or_else(|| named(event))
}

/// Fills `actor`.
pub(crate) fn actor(event: &AuditEvent<'_>, object: &mut Object<'_>) {
    let actor = &event.actor;
    let inner = |path: &str| actor.identity.and_then(|it| it.at(path)).and_then(Json::text);
    object.object("user", |object| user(event, object));
    object.object("session", |session| {
        let created = inner("sessionContext.attributes.creationDate");
        if let Some(time) = created.and_then(|text| Time::parse(text.raw())) {
            session.number("created_time", milliseconds(time));
        }
        let with_mfa = inner("sessionContext.attributes.mfaAuthenticated");
        session.boolean("is_mfa", with_mfa.and_then(truth));
        session.text("issuer", actor.issuer.arn);
    });
    object.text("invoked_by", actor.invoked_by);
    object.object("idp", |idp| {
        let federated = inner("sessionContext.webIdFederationData.federatedProvider")
            .or_else(|| inner("webIdFederationData.federatedProvider"));
        idp.text("name", actor.identity_provider.or(federated));
        idp.text("uid", inner("onBehalfOf.identityStoreArn"));
    });
}

/// Fills a user with who made the request.
pub(crate) fn user(event: &AuditEvent<'_>, object: &mut Object<'_>) {
    let actor = &event.actor;
    let inner = |path: &str| actor.identity.and_then(|it| it.at(path)).and_then(Json::text);
    object.text("type", actor.kind);
    let name = name(event);
    match name.or(actor.invoked_by.filter(|text| !text.is_empty())) {
        Some(by) if name.is_some() || !has_user(event) => object.text("name", Some(by)),
        // What services do by themselves has nobody behind it.
        None if !has_user(event) => object.str("name", UNKNOWN),
        _ => {}
    }
    object.text("uid", actor.arn);
    object.text("uid_alt", actor.principal_id.or_else(|| inner("onBehalfOf.userId")));
    object.text("credential_uid", actor.access_key.or_else(|| inner("credentialId")));
    object.object("account", |object| account(event, actor.account, object));
}

/// Fills an account of the cloud.
pub(crate) fn account(event: &AuditEvent<'_>, uid: Option<Text<'_>>, object: &mut Object<'_>) {
    let Some(uid) = uid.filter(|text| !text.is_empty()) else { return };
    let (id, name) = match event.provider {
        Provider::Aws => (10, "AWS Account"),
        Provider::Azure => (13, "Azure Subscription"),
        Provider::Google => (11, "GCP Project"),
    };
    object.text("uid", Some(uid));
    object.number("type_id", id);
    object.str("type", name);
}

fn truth(text: Text<'_>) -> Option<bool> {
    match text.raw() {
        b"true" => Some(true),
        b"false" => Some(false),
        _ => None,
    }
}

/// Milliseconds since 1970; records tell seconds.
pub(crate) fn milliseconds(time: Time) -> i64 {
    time.0.saturating_mul(1_000)
}
