//! Which files a scan may read, and when each was changed: whether a scan of the same paths could say something else.

use std::{
    collections::BTreeMap,
    fs::Metadata,
    path::{Path, PathBuf},
    time::SystemTime,
};

use crate::inputs::walk_of;

/// Files that are looked at; what lies beyond them does not tell of a change.
const MOST_FILES: usize = 200_000;

/// When each file was changed, and its length in bytes.
pub type Changes = BTreeMap<PathBuf, (Option<SystemTime>, u64)>;

/// The state of the files that a scan of `paths` may read: of named files, of all below named folders but what
/// scans pass over (`.git`, `node_modules`, what `.gitignore` names …). Links are not followed, contents are
/// not read. A path that is not there has no entry.
#[must_use]
pub fn changes_of(paths: &[PathBuf]) -> Changes {
    let mut changes = Changes::new();
    for path in paths {
        let Ok(metadata) = std::fs::metadata(path) else { continue };
        if !metadata.is_dir() {
            note(path, &metadata, &mut changes);
            continue;
        }
        for entry in walk_of(path).flatten() {
            if changes.len() >= MOST_FILES {
                break;
            }
            if entry.file_type().is_some_and(|kind| kind.is_file())
                && let Ok(metadata) = entry.metadata()
            {
                note(entry.path(), &metadata, &mut changes);
            }
        }
    }
    changes
}

fn note(path: &Path, metadata: &Metadata, to: &mut Changes) {
    to.insert(path.to_path_buf(), (metadata.modified().ok(), metadata.len()));
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::changes_of;

    #[test]
    fn what_scans_pass_over_is_no_change() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        let write = |name: &str, text: &str| {
            let path = root.join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        write("template.yaml", "a: 1");
        write(".gitignore", "build/");
        let paths = [root.to_path_buf()];
        let before = changes_of(&paths);
        for name in ["node_modules/a/index.js", "build/app.py", ".git/HEAD"] {
            write(name, "x");
            assert_eq!(changes_of(&paths), before, "{name}");
        }
        for name in ["src/app.py", "requirements.txt", ".faasguard.toml"] {
            let before = changes_of(&paths);
            write(name, "x");
            assert_ne!(changes_of(&paths), before, "{name}");
        }
        let before = changes_of(&paths);
        write("template.yaml", "a: 12");
        assert_ne!(changes_of(&paths), before);
        assert_eq!(changes_of(&[root.join("template.yaml"), root.join("nothing")]).len(), 1);
    }
}
