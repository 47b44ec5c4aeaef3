//! Terraform's names in messages that speak of ARM's properties.

use std::sync::LazyLock;

use terraform_tables::Wording;

use crate::tables;

static WORDING: LazyLock<Wording> =
    LazyLock::new(|| Wording::new(tables::all(), "azurerm_", is_property));

/// The message with the properties that it names in back-ticks (`` `minTlsVersion` ``) as Terraform
/// spells them (`` `minimum_tls_version` ``), for a finding about the resources at `addresses`.
#[must_use]
pub fn terraform_words(message: &str, addresses: &[&str]) -> String {
    WORDING.said(message, addresses)
}

fn is_property(piece: &str) -> bool {
    piece.starts_with(|first: char| first.is_ascii_lowercase())
        && piece.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '.')
        && piece.chars().any(|letter| letter.is_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use super::terraform_words;

    #[test]
    fn properties_are_named_as_terraform_names_them() {
        let said = |message: &str| terraform_words(message, &["azurerm_linux_function_app.f"]);
        assert_eq!(said("set `minTlsVersion: 1.2`"), "set `minimum_tls_version = 1.2`");
        assert_eq!(said("`clientCertEnabled`"), "`client_certificate_enabled`");
        assert_eq!(said("`publicAccess: None`"), "`container_access_type = \"None\"`");
        assert_eq!(
            said("`orders` and `AzureWebJobsStorage`"),
            "`orders` and `AzureWebJobsStorage`"
        );
    }
}
