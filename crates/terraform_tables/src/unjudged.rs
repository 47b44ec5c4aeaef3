//! Resources that no table tells of, said so that nobody takes them for clean.

use std::{collections::BTreeMap, fmt::Write as _};

use source_text::{Diagnostic, Place, SmolStr};

use crate::provider::Provider;

/// Types that are named in one remark; of more only the number is told.
const TOLD: usize = 12;

/// Starts of types of the clouds that rules are to be for, and their names.
const CLOUDS: [(&str, &str); 3] =
    [("azurerm", "Azure"), ("azapi", "Azure"), ("google", "Google Cloud")];

/// One remark for each cloud that no provider is given for, an error, as nothing of it was judged;
/// one for the other types.
pub(crate) fn remarks(
    types: &BTreeMap<SmolStr, usize>,
    place: Place,
    providers: &[&dyn Provider],
) -> Vec<Diagnostic> {
    let is_known = |name: &str| providers.iter().any(|provider| provider.names().contains(&name));
    let mut by_cloud: BTreeMap<&str, Vec<(&SmolStr, usize)>> = BTreeMap::new();
    for (kind, count) in types {
        let name = kind.split('_').next().unwrap_or_default();
        let cloud = CLOUDS.iter().find(|(cloud, _)| *cloud == name && !is_known(name));
        let cloud = cloud.map_or("", |it| it.1);
        by_cloud.entry(cloud).or_default().push((kind, *count));
    }
    let remark = |(cloud, types): (&str, Vec<(&SmolStr, usize)>)| {
        let types = said(&types);
        if cloud.is_empty() {
            let message = format!("no rule looks at resources of these types: {types}");
            return Diagnostic::note(place, message);
        }
        let message =
            format!("nothing of {cloud} is judged in Terraform yet; not looked at: {types}");
        Diagnostic::error(place, message)
    };
    by_cloud.into_iter().map(remark).collect()
}

/// `` `google_storage_bucket` (2), `google_sql_user` (1) and 3 more types ``
fn said(types: &[(&SmolStr, usize)]) -> String {
    let mut words = String::new();
    for (at, (kind, count)) in types.iter().take(TOLD).enumerate() {
        let comma = if at > 0 { ", " } else { "" };
        let _ = write!(words, "{comma}`{kind}` ({count})");
    }
    match types.len().saturating_sub(TOLD) {
        0 => {}
        1 => words.push_str(" and 1 more type"),
        more => {
            let _ = write!(words, " and {more} more types");
        }
    }
    words
}
