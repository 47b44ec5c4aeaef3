//! Accounts of programs, projects, secrets and keys.

use super::{Type, nothing, plain, with};

pub(super) static TYPES: &[Type] = &[
    plain("google_service_account", "iam.googleapis.com/ServiceAccount"),
    plain("google_service_account_key", "iam.googleapis.com/ServiceAccountKey"),
    with(
        "google_project_iam_custom_role",
        "iam.googleapis.com/Role",
        &[("permissions", "includedPermissions"), ("role_id", "name")],
    ),
    with(
        "google_organization_iam_custom_role",
        "iam.googleapis.com/Role",
        &[("permissions", "includedPermissions"), ("role_id", "name")],
    ),
    plain("google_iam_workload_identity_pool", "iam.googleapis.com/WorkloadIdentityPool"),
    plain(
        "google_iam_workload_identity_pool_provider",
        "iam.googleapis.com/WorkloadIdentityPoolProvider",
    ),
    plain("google_project", "cloudresourcemanager.googleapis.com/Project"),
    plain("google_folder", "cloudresourcemanager.googleapis.com/Folder"),
    plain("google_project_iam_audit_config", "iam.googleapis.com/AuditConfig"),
    plain("google_folder_iam_audit_config", "iam.googleapis.com/AuditConfig"),
    plain("google_organization_iam_audit_config", "iam.googleapis.com/AuditConfig"),
    plain("google_secret_manager_secret", "secretmanager.googleapis.com/Secret"),
    with(
        "google_secret_manager_secret_version",
        "secretmanager.googleapis.com/SecretVersion",
        &[("secret_data", "payload.data")],
    ),
    plain("google_secret_manager_regional_secret", "secretmanager.googleapis.com/Secret"),
    with(
        "google_secret_manager_regional_secret_version",
        "secretmanager.googleapis.com/SecretVersion",
        &[("secret_data", "payload.data")],
    ),
    plain("google_kms_key_ring", "cloudkms.googleapis.com/KeyRing"),
    plain("google_kms_crypto_key", "cloudkms.googleapis.com/CryptoKey"),
    plain("google_apikeys_key", "apikeys.googleapis.com/Key"),
    plain("google_identity_platform_config", "identitytoolkit.googleapis.com/Config"),
    nothing("google_kms_crypto_key_version"),
    nothing("google_kms_key_ring_import_job"),
    nothing("google_kms_secret_ciphertext"),
    nothing("google_project_service"),
    nothing("google_project_service_identity"),
    nothing("google_project_default_service_accounts"),
    nothing("google_project_organization_policy"),
    nothing("google_org_policy_policy"),
    nothing("google_folder_organization_policy"),
    nothing("google_organization_policy"),
];
