//! Names of roles that Azure has built in, by the last part of their ids.
//!
//! Source: Azure RBAC documentation, "Azure built-in roles" (ids and names are facts).

use app_model::{SmolStr, Text, Value};

const ROLES: [(&str, &str); 38] = [
    ("00482a5a-887f-4fb3-b363-3b7fe8e74483", "Key Vault Administrator"),
    ("090c5cfd-751d-490a-894a-3ce6f1109419", "Azure Service Bus Data Owner"),
    ("0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3", "Storage Table Data Contributor"),
    ("12338af0-0e69-4776-bea7-57ae8d297424", "Key Vault Crypto User"),
    ("17d1049b-9a84-46fb-8f53-869881c3d3ab", "Storage Account Contributor"),
    ("18d7d88d-d35e-4fb5-a5c3-7773c20a72d9", "User Access Administrator"),
    ("19e7f393-937e-4f77-808e-94535e297925", "Storage Queue Data Reader"),
    ("2a2b9908-6ea1-4ae2-8e65-a410df84e7d1", "Storage Blob Data Reader"),
    ("2b629674-e913-4c01-ae53-ef4638d8f975", "Azure Event Hubs Data Sender"),
    ("3913510d-42f4-4e42-8a64-420c390055eb", "Monitoring Metrics Publisher"),
    ("4633458b-17de-408a-b874-0445c86b69e6", "Key Vault Secrets User"),
    ("4f6d3b9b-027b-4f4c-9142-0e5a2a2247e0", "Azure Service Bus Data Receiver"),
    ("516239f1-63e1-4d78-a4de-a74fb236a071", "App Configuration Data Reader"),
    ("5bd9cd88-fe45-4216-938b-f97437e15450", "DocumentDB Account Contributor"),
    ("69a216fc-b8fb-44d8-bc22-1f3c2cd27a39", "Azure Service Bus Data Sender"),
    ("6d8ee4ec-f05a-4a1d-8b00-a9b17e38b437", "SQL Server Contributor"),
    ("76199698-9eea-4c19-bc75-cec21354c6b6", "Storage Table Data Reader"),
    ("7f951dda-4ed3-4680-a7ca-43fe172d538d", "AcrPull"),
    ("8311e382-0749-4cb8-b61a-304f252e45ec", "AcrPush"),
    ("8a0f0c08-91a1-4084-bc3d-661d67233fed", "Storage Queue Data Message Processor"),
    ("8e3af657-a8ff-443c-a75c-2fe8c4bcb635", "Owner"),
    ("974c5e8b-45b9-4653-ba55-5f855dd0fb88", "Storage Queue Data Contributor"),
    ("9980e02c-c2be-4d73-94e8-173b1dc7cf3c", "Virtual Machine Contributor"),
    ("a638d3c7-ab3a-418d-83e6-5f17a39d4fde", "Azure Event Hubs Data Receiver"),
    ("acdd72a7-3385-48ef-bd42-f606fba81ae7", "Reader"),
    ("b24988ac-6180-42a0-ab88-20f7382dd24c", "Contributor"),
    ("b7e6dc6d-f1e8-4753-8033-0f276bb0955b", "Storage Blob Data Owner"),
    ("b86a8fe4-44ce-4948-aee5-eccb2c155cd7", "Key Vault Secrets Officer"),
    ("ba92f5b4-2d11-453d-a403-e96b0029c9fe", "Storage Blob Data Contributor"),
    ("c6a89b2d-59bc-44d0-9896-0f6e12d7b80a", "Storage Queue Data Message Sender"),
    ("d5a91429-5739-47e2-a06b-3470a27159e7", "EventGrid Data Sender"),
    ("db58b8e5-c6ad-4a2a-8342-4190687cbf4a", "Azure Container Storage Contributor"),
    ("de139f84-1756-47ae-9be6-808fbbe84772", "Website Contributor"),
    ("e40ec5ca-96e0-45a2-b4ff-59039f2c2b59", "Managed Identity Contributor"),
    ("f1a07417-d97a-45cb-824c-7a7467783830", "Managed Identity Operator"),
    ("f25e0fa2-a7c8-4377-a976-54943a77a395", "Key Vault Contributor"),
    ("f526a384-b230-433a-b45c-95f59c4a2dec", "Azure Event Hubs Data Owner"),
    ("f58310d9-a9f6-439a-9e8d-f62e7b41a168", "Role Based Access Control Administrator"),
];

/// The name of a role whose id stands in a text, as Azure writes it; the text itself when it is a
/// name or the id of a role that is not built in.
pub(crate) fn name(text: Text) -> Text {
    match text {
        Value::Unresolved(expression) => match known(&expression.text) {
            Some(name) => Value::Known(name),
            None => Value::Unresolved(expression),
        },
        value => value.map(|text| known(&text).unwrap_or(text)),
    }
}

fn known(text: &str) -> Option<SmolStr> {
    let text = text.to_ascii_lowercase();
    let id = text.trim_end_matches('/').rsplit('/').next()?;
    let found = ROLES.iter().find(|(known, name)| *known == id || name.eq_ignore_ascii_case(id));
    found.map(|(_, name)| SmolStr::new_static(name))
}

#[cfg(test)]
mod tests {
    use super::{ROLES, known};

    #[test]
    fn roles_are_known_by_id_and_by_name() {
        let id = "/providers/Microsoft.Authorization/roleDefinitions/8E3AF657-a8ff-443c-a75c-2fe8c4bcb635";
        assert_eq!(known(id).as_deref(), Some("Owner"));
        assert_eq!(known("contributor").as_deref(), Some("Contributor"));
        assert_eq!(known("custom"), None);
        assert!(ROLES.is_sorted());
    }
}
