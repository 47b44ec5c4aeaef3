//! Types of Deployment Manager and those of Cloud Asset Inventory.

/// What a type of Deployment Manager is.
pub(crate) enum Meaning {
    /// A resource of this asset type.
    Asset(&'static str),
    /// A binding of a role on a resource of this asset type, which the property names.
    Binding(&'static str, &'static str),
    /// A policy on a resource of this asset type, which the property names.
    Policy(&'static str, &'static str),
    /// A template of this file, or one that is made elsewhere.
    Template,
    /// Another resource of Google.
    Other,
}

/// By the collection behind the colon (of `gcp-types/…`) or the older name.
const ASSETS: [(&str, &str); 32] = [
    (
        "cloudfunctions-v1:projects.locations.functions",
        "cloudfunctions.googleapis.com/CloudFunction",
    ),
    ("cloudfunctions-v2:projects.locations.functions", "cloudfunctions.googleapis.com/Function"),
    ("run-v1:namespaces.services", "run.googleapis.com/Service"),
    ("run-v2:projects.locations.services", "run.googleapis.com/Service"),
    ("storage-v1:buckets", "storage.googleapis.com/Bucket"),
    ("storage.v1.bucket", "storage.googleapis.com/Bucket"),
    ("storage-v1:bucketAccessControls", "storage.googleapis.com/BucketAccessControl"),
    ("storage.v1.bucketAccessControl", "storage.googleapis.com/BucketAccessControl"),
    ("pubsub-v1:projects.topics", "pubsub.googleapis.com/Topic"),
    ("pubsub.v1.topic", "pubsub.googleapis.com/Topic"),
    ("pubsub-v1:projects.subscriptions", "pubsub.googleapis.com/Subscription"),
    ("pubsub.v1.subscription", "pubsub.googleapis.com/Subscription"),
    ("iam-v1:projects.serviceAccounts", "iam.googleapis.com/ServiceAccount"),
    ("iam.v1.serviceAccount", "iam.googleapis.com/ServiceAccount"),
    ("iam-v1:projects.serviceAccounts.keys", "iam.googleapis.com/ServiceAccountKey"),
    ("iam.v1.serviceAccounts.key", "iam.googleapis.com/ServiceAccountKey"),
    ("cloudkms-v1:projects.locations.keyRings", "cloudkms.googleapis.com/KeyRing"),
    ("cloudkms-v1:projects.locations.keyRings.cryptoKeys", "cloudkms.googleapis.com/CryptoKey"),
    ("sqladmin-v1beta4:instances", "sqladmin.googleapis.com/Instance"),
    ("sqladmin.v1beta4.instance", "sqladmin.googleapis.com/Instance"),
    ("sqladmin-v1beta4:users", "sqladmin.googleapis.com/User"),
    ("sqladmin.v1beta4.user", "sqladmin.googleapis.com/User"),
    ("bigquery-v2:datasets", "bigquery.googleapis.com/Dataset"),
    ("bigquery.v2.dataset", "bigquery.googleapis.com/Dataset"),
    ("bigquery.v2.table", "bigquery.googleapis.com/Table"),
    ("cloudscheduler-v1:projects.locations.jobs", "cloudscheduler.googleapis.com/Job"),
    ("secretmanager-v1:projects.secrets", "secretmanager.googleapis.com/Secret"),
    ("compute.v1.firewall", "compute.googleapis.com/Firewall"),
    ("compute.v1.subnetwork", "compute.googleapis.com/Subnetwork"),
    ("compute.v1.instance", "compute.googleapis.com/Instance"),
    ("dns.v1.managedZone", "dns.googleapis.com/ManagedZone"),
    ("redis-v1:projects.locations.instances", "redis.googleapis.com/Instance"),
];

/// Types that the tool itself knows for policies, by how their names end: asset type, property.
const BINDINGS: [(&str, &str, &str); 5] = [
    ("iamMemberBinding", "cloudresourcemanager.googleapis.com/Project", "resource"),
    ("storage.buckets.iamMemberBinding", "storage.googleapis.com/Bucket", "bucket"),
    ("functions.iamMemberBinding", "cloudfunctions.googleapis.com/CloudFunction", "resource"),
    ("topics.iamMemberBinding", "pubsub.googleapis.com/Topic", "resource"),
    ("serviceAccounts.iamMemberBinding", "iam.googleapis.com/ServiceAccount", "resource"),
];

/// Actions that set a whole policy.
const POLICIES: [(&str, &str, &str); 4] = [
    ("functions.setIamPolicy", "cloudfunctions.googleapis.com/CloudFunction", "resource"),
    ("topics.setIamPolicy", "pubsub.googleapis.com/Topic", "resource"),
    ("buckets.setIamPolicy", "storage.googleapis.com/Bucket", "bucket"),
    ("projects.setIamPolicy", "cloudresourcemanager.googleapis.com/Project", "resource"),
];

/// What a type is.
pub(crate) fn meaning(type_: &str) -> Meaning {
    let short = type_.strip_prefix("gcp-types/").unwrap_or(type_);
    if let Some((_, asset)) = ASSETS.iter().find(|(known, _)| *known == short) {
        return Meaning::Asset(asset);
    }
    // The longest name says most.
    let binding = BINDINGS.iter().filter(|(end, ..)| short.ends_with(end));
    if let Some((_, asset, property)) = binding.max_by_key(|(end, ..)| end.len()) {
        return Meaning::Binding(asset, property);
    }
    if let Some((_, asset, property)) = POLICIES.iter().find(|(end, ..)| short.ends_with(end)) {
        return Meaning::Policy(asset, property);
    }
    let is_template = [".jinja", ".py", ".schema"].iter().any(|end| short.ends_with(end))
        || !(type_.starts_with("gcp-types/") || short.contains(".v1") || short.contains(".v2"));
    if is_template { Meaning::Template } else { Meaning::Other }
}

/// Whether a type is one of Google's that Deployment Manager takes.
pub(crate) fn is_known_form(type_: &str) -> bool {
    type_.starts_with("gcp-types/") || !matches!(meaning(type_), Meaning::Template | Meaning::Other)
}
