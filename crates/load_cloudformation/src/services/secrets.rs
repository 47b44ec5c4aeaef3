//! Secrets, stored parameters, keys.

use app_model::{Key, Secret, StoredParameter};

use model_builder::{Builder, Item};

use crate::policies;

pub(super) fn secret(builder: &Builder<'_>, item: &Item<'_>) -> Secret {
    let properties = builder.properties(item);
    let rotates = builder.of_type("AWS::SecretsManager::RotationSchedule").any(|schedule| {
        schedule
            .properties
            .get("SecretId")
            .is_some_and(|node| builder.referents(node).iter().any(|r| r.name == item.name()))
    });
    Secret {
        is_generated: properties.at(&["GenerateSecretString"]).is_some(),
        value: properties.text(&["SecretString"]),
        kms_key: properties.text(&["KmsKeyId"]),
        rotates,
    }
}

pub(super) fn parameter(builder: &Builder<'_>, item: &Item<'_>) -> StoredParameter {
    let properties = builder.properties(item);
    StoredParameter {
        kind: properties.text(&["Type"]),
        physical_name: properties.text(&["Name"]),
        value: properties.text(&["Value"]),
    }
}

pub(super) fn key(builder: &Builder<'_>, item: &Item<'_>) -> Key {
    let properties = builder.properties(item);
    let spec = properties.text(&["KeySpec"]);
    Key {
        rotation: properties.boolean(&["EnableKeyRotation"]),
        symmetric: spec.is_none_or(|spec| spec.value.may_be("SYMMETRIC_DEFAULT")),
        policy: properties.at(&["KeyPolicy"]).map(|node| policies::document_of(builder, node).0),
        when: item.when.clone(),
    }
}
