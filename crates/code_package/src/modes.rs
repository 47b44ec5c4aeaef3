//! Permissions and types of files.

use crate::{
    anomaly::{Anomalies, Kind},
    entry::{Entry, FILE, FOLDER, LINK, Listed},
};

/// Attribute of DOS: a folder.
const DOS_FOLDER: u32 = 0x10;

/// Looks at the mode of an entry of the directory.
pub(crate) fn check(entry: &Entry<'_>, anomalies: &mut Anomalies) {
    if entry.listed == Listed::LocalHeaderOnly {
        return;
    }
    let mut add = |kind, message: String| {
        anomalies.add(kind, || (Some(entry.path().into_owned()), message));
    };
    folder(entry, &mut add);
    let Some(mode) = entry.mode() else { return };
    let kind = mode & 0o170_000;
    let special = match kind {
        0o020_000 => Some("a character device"),
        0o060_000 => Some("a block device"),
        0o010_000 => Some("a named pipe"),
        0o140_000 => Some("a socket"),
        _ => None,
    };
    if let Some(what) = special {
        add(Kind::SpecialFile, format!("it is {what}, which no package needs; remove it"));
    }
    if mode & 0o6_000 != 0 && kind != FOLDER {
        let what = if mode & 0o4_000 != 0 { "owner" } else { "group" };
        add(
            Kind::Setuid,
            format!(
                "it runs with the rights of its {what} (mode {:o}); remove the bit",
                mode & 0o7_777
            ),
        );
    }
    // Folders of every writer that knows no umask are, and a function cannot write its package.
    if mode & 0o002 != 0 && !matches!(kind, LINK | FOLDER) {
        let safe = mode & 0o7_775;
        add(
            Kind::WorldWritable,
            format!("everybody may write it (mode {:o}); use {safe:o}", mode & 0o7_777),
        );
    }
    if mode.trailing_zeros() >= 9 && special.is_none() && kind != LINK {
        let safe = if entry.is_folder() { "755" } else { "644" };
        add(
            Kind::UnreadableMode,
            format!("nobody may read it (mode 000), and neither may the function; use {safe}"),
        );
    }
}

/// Whether name, attributes and contents agree that it is a folder.
fn folder(entry: &Entry<'_>, add: &mut impl FnMut(Kind, String)) {
    let named = entry.is_folder();
    let mode = entry.attributes >> 16 & 0o170_000;
    let what = if named && entry.size > 0 {
        "the name is that of a folder, but it has contents"
    } else if !named && (mode == FOLDER || (mode != FILE && entry.attributes & DOS_FOLDER != 0)) {
        "the attributes are those of a folder, but the name is that of a file"
    } else if named && mode == LINK {
        "the name is that of a folder, but the mode that of a link"
    } else {
        return;
    };
    add(
        Kind::HeaderMismatch,
        format!("{what}, so that programs unpack different things; build the package again"),
    );
}
