//! Class 3002: somebody signed in or took on a role.

use audit_event::{AuditEvent, Json, Log, Provider};

use crate::{activity::Activity, identity, json::Object};

const LOGON: Activity = Activity::new(1, "Logon");
const LOGOFF: Activity = Activity::new(2, "Logoff");

/// What was done, when the event is one of this class.
pub(crate) fn activity(event: &AuditEvent<'_>) -> Option<Activity> {
    if event.provider != Provider::Aws {
        return (event.log == Log::EntraSignIn).then_some(LOGON);
    }
    if event.source.is("signin.amazonaws.com") {
        return Some(match &*event.name.to_str() {
            "ConsoleLogin" | "ExternalIdPDirectoryLogin" => LOGON,
            "Logout" => LOGOFF,
            _ => Activity::OTHER,
        });
    }
    let is_role = event.source.is("sts.amazonaws.com") && is_role_taken_on(event);
    is_role.then_some(LOGON)
}

fn is_role_taken_on(event: &AuditEvent<'_>) -> bool {
    let name = event.name.to_str();
    name.starts_with("AssumeRole") || name == "AssumeRoot"
}

/// The outcome that a sign-in tells in its own words.
pub(crate) fn has_failed(event: &AuditEvent<'_>) -> Option<bool> {
    let said = event.response?.get("ConsoleLogin")?.text()?;
    Some(!said.is("Success"))
}

/// The members of the class that others do not have.
pub(crate) fn fill(event: &AuditEvent<'_>, object: &mut Object<'_>) {
    let asked = |path: &str| event.request.and_then(|it| it.at(path)).and_then(Json::text);
    let answered = |path: &str| event.response.and_then(|it| it.at(path)).and_then(Json::text);
    let additional = |path: &str| event.additional.and_then(|it| it.at(path)).and_then(Json::text);
    object.object("service", |service| service.text("name", Some(event.source)));
    object.object("user", |user| {
        let is_told =
            asked("roleArn").or(asked("roleSessionName")).is_some_and(|it| !it.is_empty());
        if event.provider == Provider::Aws && is_told && is_role_taken_on(event) {
            user.text("name", asked("roleSessionName"));
            user.text("uid", asked("roleArn"));
            user.str("type", "AssumedRole");
            user.object("account", |account| {
                identity::account(event, event.recipient_account, account);
            });
        } else {
            identity::user(event, user);
        }
    });
    object.object("session", |session| {
        session.text("uid", answered("assumedRoleUser.arn"));
        session.text("uid_alt", answered("assumedRoleUser.assumedRoleId"));
        session.text("credential_uid", answered("credentials.accessKeyId"));
    });
    object.object("dst_endpoint", |endpoint| endpoint.text("svc_name", additional("LoginTo")));
    if let Some(used) = additional("MFAUsed") {
        object.boolean("is_mfa", Some(used.is("Yes")));
    }
    let protocol = match &*event.name.to_str() {
        "AssumeRoleWithSAML" => Some((5, "SAML")),
        "AssumeRoleWithWebIdentity" => Some((4, "OpenID")),
        _ => None,
    };
    if let Some((id, name)) = protocol {
        object.number("auth_protocol_id", id);
        object.str("auth_protocol", name);
    }
}
