//! `pip.conf` and `pip.ini`: which indexes pip asks, and what it checks.

use component::{IndexRole, Inventory, Origin, OriginKind, PackageIndex, SettingKind, read_text};

use crate::address;

/// Reads the sections of every command alike: what one of them takes from elsewhere is installed.
pub(crate) fn read(path: &str, bytes: &[u8], into: &mut Inventory) {
    let Some(text) = read_text(path, bytes, into) else { return };
    let mut key = String::new();
    for (number, line) in (1_u32..).zip(text.lines()) {
        let content = line.trim();
        if content.is_empty() || content.starts_with(['#', ';', '[']) {
            continue;
        }
        // An indented line goes on with the value of the key before.
        let value = match content.split_once(['=', ':']).filter(|_| !line.starts_with([' ', '\t']))
        {
            Some((name, value)) => {
                name.trim().to_ascii_lowercase().replace('_', "-").clone_into(&mut key);
                value
            }
            None => content,
        };
        for word in value.split_whitespace() {
            option(path, number, &key, word.trim_matches(['"', '\'']), into);
        }
    }
}

fn option(path: &str, line: u32, key: &str, value: &str, into: &mut Inventory) {
    let role = match key {
        "index-url" | "index" => IndexRole::Primary,
        "extra-index-url" => IndexRole::Extra,
        "find-links" => IndexRole::Links,
        "trusted-host" => {
            let host = value.split(':').next().unwrap_or(value).to_ascii_lowercase();
            return into.setting(path, Some(line), SettingKind::UncheckedCertificate(Some(host)));
        }
        "require-hashes" if matches!(value, "1" | "true" | "yes" | "on") => {
            return into.setting(path, Some(line), SettingKind::RequireHashes);
        }
        _ => return,
    };
    let origin = Origin::at(OriginKind::Registry, value);
    if !address::is_default_index(&origin) || origin.cleartext || role != IndexRole::Primary {
        into.index(PackageIndex { role, origin, path: path.to_owned(), line: Some(line) });
    }
}

#[cfg(test)]
mod tests {
    use component::{IndexRole, Inventory, SettingKind};

    #[test]
    fn indexes_and_unchecked_hosts_are_read_over_several_lines() {
        let text = "[global]\nindex-url = https://pypi.org/simple\nextra-index-url =\n    \
                    https://u:p@pypi.shop.example/simple\n    https://two.example/simple\n\
                    trusted-host: pypi.shop.example:8080\n";
        let mut into = Inventory::default();
        super::read("pip.conf", text.as_bytes(), &mut into);
        let found: Vec<_> =
            into.indexes.iter().map(|index| (index.origin.host.as_deref(), index.line)).collect();
        assert_eq!(found, [(Some("pypi.shop.example"), Some(4)), (Some("two.example"), Some(5))]);
        assert!(into.indexes.iter().all(|index| index.role == IndexRole::Extra));
        let host = SettingKind::UncheckedCertificate(Some("pypi.shop.example".to_owned()));
        assert_eq!(into.settings.iter().map(|s| &s.kind).collect::<Vec<_>>(), [&host]);
    }
}
