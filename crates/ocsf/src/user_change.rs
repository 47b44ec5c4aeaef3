//! Class 3001: a user or a role, or what it may use, was changed.

use audit_event::{AuditEvent, Json, Provider, Text};

use crate::{activity::Activity, identity, json::Object};

const CREATE: Activity = Activity::new(1, "Create");
const ENABLE: Activity = Activity::new(2, "Enable");
const PASSWORD_CHANGE: Activity = Activity::new(3, "Password Change");
const PASSWORD_RESET: Activity = Activity::new(4, "Password Reset");
const DISABLE: Activity = Activity::new(5, "Disable");
const DELETE: Activity = Activity::new(6, "Delete");
const ATTACH: Activity = Activity::new(7, "Attach Policy");
const DETACH: Activity = Activity::new(8, "Detach Policy");
const MFA_ENABLE: Activity = Activity::new(10, "MFA Factor Enable");
const MFA_DISABLE: Activity = Activity::new(11, "MFA Factor Disable");

/// What was done, when the event is one of this class.
pub(crate) fn activity(event: &AuditEvent<'_>) -> Option<Activity> {
    if event.provider != Provider::Aws || !event.source.is("iam.amazonaws.com") {
        return None;
    }
    let activity = match &*event.name.to_str() {
        "CreateUser" | "CreateRole" | "CreateServiceLinkedRole" => CREATE,
        "CreateLoginProfile" => ENABLE,
        "ChangePassword" => PASSWORD_CHANGE,
        "UpdateLoginProfile" => PASSWORD_RESET,
        "DeleteLoginProfile" => DISABLE,
        "DeleteUser" | "DeleteRole" | "DeleteServiceLinkedRole" => DELETE,
        "AttachUserPolicy" | "AttachRolePolicy" | "PutUserPolicy" | "PutRolePolicy" => ATTACH,
        "DetachUserPolicy" | "DetachRolePolicy" | "DeleteUserPolicy" | "DeleteRolePolicy" => DETACH,
        "EnableMFADevice" => MFA_ENABLE,
        "DeactivateMFADevice" => MFA_DISABLE,
        "AddRoleToInstanceProfile"
        | "AddUserToGroup"
        | "CreateAccessKey"
        | "CreateServiceSpecificCredential"
        | "DeleteAccessKey"
        | "DeleteRolePermissionsBoundary"
        | "DeleteServiceSpecificCredential"
        | "DeleteSigningCertificate"
        | "DeleteSSHPublicKey"
        | "DeleteUserPermissionsBoundary"
        | "PutRolePermissionsBoundary"
        | "PutUserPermissionsBoundary"
        | "RemoveRoleFromInstanceProfile"
        | "RemoveUserFromGroup"
        | "ResetServiceSpecificCredential"
        | "ResyncMFADevice"
        | "TagRole"
        | "TagUser"
        | "UntagRole"
        | "UntagUser"
        | "UpdateAccessKey"
        | "UpdateAssumeRolePolicy"
        | "UpdateRole"
        | "UpdateRoleDescription"
        | "UpdateServiceSpecificCredential"
        | "UpdateSigningCertificate"
        | "UpdateSSHPublicKey"
        | "UpdateUser"
        | "UploadSigningCertificate"
        | "UploadSSHPublicKey" => Activity::OTHER,
        _ => return None,
    };
    (named(event).is_some() || is_about_itself(event)).then_some(activity)
}

/// Requests that are about who makes them when they name nobody.
fn is_about_itself(event: &AuditEvent<'_>) -> bool {
    let name = event.name.to_str();
    let is_own = name == "ChangePassword" || name.contains("AccessKey");
    is_own && identity::has_user(event)
}

/// The name of whom the request is about.
fn named<'a>(event: &AuditEvent<'a>) -> Option<Text<'a>> {
    let asked = |name: &str| event.request.and_then(|it| it.get(name)).and_then(Json::text);
    let answered = |path: &str| event.response.and_then(|it| it.at(path)).and_then(Json::text);
    let found = asked("userName").or_else(|| asked("roleName"));
    let found = found.or_else(|| answered("user.userName")).or_else(|| answered("role.roleName"));
    found.filter(|it| !it.is_empty())
}

/// The members of the class that others do not have.
pub(crate) fn fill(event: &AuditEvent<'_>, object: &mut Object<'_>) {
    let asked = |name: &str| event.request.and_then(|it| it.get(name)).and_then(Json::text);
    let answered = |path: &str| event.response.and_then(|it| it.at(path)).and_then(Json::text);
    object.object("user", |user| match named(event) {
        Some(name) => {
            let is_role = event.name.to_str().contains("Role");
            let of =
                |part: &str| answered(&format!("{}.{part}", if is_role { "role" } else { "user" }));
            user.text("name", Some(name));
            user.text("uid", of("arn"));
            user.text("uid_alt", of(if is_role { "roleId" } else { "userId" }));
            user.str("type", if is_role { "Role" } else { "IAMUser" });
            let owner = event.recipient_account.or(event.actor.account);
            user.object("account", |account| identity::account(event, owner, account));
            user.text("credential_uid", answered("accessKey.accessKeyId"));
        }
        None => identity::user(event, user),
    });
    let policy = asked("policyArn").or_else(|| asked("policyName"));
    object.objects("policies", policy.into_iter(), |_, policy| {
        policy.text("name", asked("policyName"));
        policy.text("uid", asked("policyArn"));
    });
}
