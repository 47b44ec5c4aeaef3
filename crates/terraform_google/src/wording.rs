//! Terraform's names in messages that speak of the interface's properties.

use std::fmt::Write as _;

use crate::{spelling::snake, tables};

/// The message with the properties that it names in back-ticks (`` `ingressSettings` ``) as Terraform
/// spells them (`` `ingress_settings` ``), for a finding about the resources at `addresses`; as it is
/// when none of them is Google's.
#[must_use]
pub fn terraform_words(message: &str, addresses: &[&str]) -> String {
    let Some(kind) = addresses.iter().find_map(|address| kind_of(address)) else {
        return message.to_owned();
    };
    let mut said = String::with_capacity(message.len());
    for (at, piece) in message.split('`').enumerate() {
        if at > 0 {
            said.push('`');
        }
        match (at % 2 == 1).then(|| word_of(piece, kind)).flatten() {
            Some(word) => {
                let _ = write!(said, "{word}");
            }
            None => said.push_str(piece),
        }
    }
    said
}

/// A path of properties, or one with its value: `serviceConfig.ingressSettings: ALLOW_ALL`.
fn word_of(piece: &str, kind: &str) -> Option<String> {
    if let Some((property, value)) = piece.split_once(": ") {
        let is_word = value.chars().all(|it| it.is_ascii_alphanumeric() || "_-.*".contains(it));
        let word = word_of(property, kind).filter(|_| is_word)?;
        let is_bare = value.parse::<f64>().is_ok() || matches!(value, "true" | "false");
        return Some(if is_bare {
            format!("{word} = {value}")
        } else {
            format!("{word} = \"{value}\"")
        });
    }
    let letters = piece.chars().all(|it| it.is_ascii_alphanumeric() || it == '.');
    let is_member = matches!(piece, "allUsers" | "allAuthenticatedUsers");
    let is_path = letters
        && !is_member
        && piece.starts_with(|first: char| first.is_ascii_lowercase())
        && piece.chars().any(|it| it.is_ascii_uppercase());
    if !is_path {
        return None;
    }
    let row = tables::of(kind).into_iter().flat_map(|one| one.rows).find(|(_, to)| *to == piece);
    let renamed = row.map(|(from, _)| (*from).to_owned());
    Some(renamed.unwrap_or_else(|| piece.split('.').map(snake).collect::<Vec<_>>().join(".")))
}

/// `google_pubsub_topic` of `module.a["x.y"].google_pubsub_topic.t[0]`.
fn kind_of(address: &str) -> Option<&str> {
    let at = address
        .rfind("google_")
        .filter(|at| *at == 0 || address.get(..*at).is_some_and(|it| it.ends_with('.')))
        .or_else(|| address.starts_with("google_").then_some(0))?;
    address.get(at..)?.split(['.', '[']).next()
}

#[cfg(test)]
mod tests {
    use super::terraform_words;

    #[test]
    fn properties_are_named_as_terraform_names_them() {
        let said = |message: &str, address: &str| terraform_words(message, &[address]);
        assert_eq!(
            said("set `serviceConfig.maxInstanceCount`", "google_cloudfunctions2_function.f"),
            "set `service_config.max_instance_count`"
        );
        assert_eq!(
            said("set `ingressSettings: ALLOW_INTERNAL_ONLY`", "google_cloudfunctions_function.f"),
            "set `ingress_settings = \"ALLOW_INTERNAL_ONLY\"`"
        );
        let bucket = "module.a[0].google_storage_bucket.b";
        assert_eq!(
            said("set `iamConfiguration.publicAccessPrevention: enforced`", bucket),
            "set `public_access_prevention = \"enforced\"`"
        );
        let members = "`allUsers` holds `roles/run.invoker`";
        assert_eq!(said(members, bucket), members);
        assert_eq!(said("set `MemorySize`", "aws_lambda_function.f"), "set `MemorySize`");
    }
}
