//! Packages of others that lie among the code of a function, in folders and in archives.

use std::{
    collections::{HashMap, HashSet},
    fs::File,
    io::{BufRead as _, BufReader, Read},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use code_package::Package;

/// Bytes of a list that are read.
const MOST: u64 = 4 << 20;

/// Which folders belong to installed packages, by the folder that they lie in.
#[derive(Debug, Default)]
pub(crate) struct Installed(Mutex<HashMap<PathBuf, Arc<HashSet<String>>>>);

impl Installed {
    /// Whether `name` in `folder` belongs to a package whose list of files lies beside it.
    pub(crate) fn holds(&self, folder: &Path, name: &str) -> bool {
        if name.ends_with(".dist-info") {
            return true;
        }
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner).get(folder).cloned();
        let names = known.unwrap_or_else(|| {
            let names = Arc::new(names_in(folder));
            let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            all.insert(folder.to_path_buf(), Arc::clone(&names));
            names
        });
        names.contains(name)
    }
}

/// First folders of the paths in the lists of installed files (`requests/api.py,sha256=…,6377`).
fn names_in(folder: &Path) -> HashSet<String> {
    let mut names = HashSet::new();
    let Ok(entries) = std::fs::read_dir(folder) else { return names };
    for entry in entries.flatten() {
        if !entry.file_name().to_string_lossy().ends_with(".dist-info") {
            continue;
        }
        if let Ok(list) = File::open(entry.path().join("RECORD")) {
            add_names(list, &mut names);
        }
    }
    names
}

fn add_names(list: impl Read, names: &mut HashSet<String>) {
    for line in BufReader::new(list.take(MOST)).lines().map_while(Result::ok) {
        let first = line.split_once('/').map_or("", |(first, _)| first);
        if !first.is_empty() && first != ".." && !names.contains(first) {
            names.insert(first.to_owned());
        }
    }
}

/// Which entries of an archive belong to packages of others.
#[derive(Debug, Default)]
pub(crate) struct Others(HashSet<String>);

impl Others {
    pub(crate) fn of(package: &Package<'_>) -> Self {
        let mut folders = HashSet::new();
        for entry in package.entries() {
            let path = entry.path();
            let Some(info) = path.strip_suffix("/RECORD") else { continue };
            let (around, info) = info.rsplit_once('/').map_or(("", info), |it| it);
            if !info.ends_with(".dist-info") {
                continue;
            }
            let mut names = HashSet::new();
            if let Ok(list) = entry.stream() {
                add_names(list, &mut names);
            }
            let full =
                |name: String| if around.is_empty() { name } else { format!("{around}/{name}") };
            folders.extend(names.into_iter().map(full));
        }
        Self(folders)
    }

    pub(crate) fn hold(&self, path: &str) -> bool {
        let mut parts = path.split('/');
        let is_known = |part: &str| {
            matches!(part, "node_modules" | "site-packages") || part.ends_with(".dist-info")
        };
        parts.any(is_known)
            || (!self.0.is_empty()
                && path
                    .match_indices('/')
                    .any(|(at, _)| self.0.contains(path.get(..at).unwrap_or_default())))
    }
}

#[cfg(test)]
mod tests {
    use std::{collections::HashSet, fs};

    use super::{Installed, Others, add_names};

    #[test]
    fn folders_of_installed_packages_are_known_by_their_lists() {
        let folder = tempfile::tempdir().unwrap();
        let info = folder.path().join("requests-2.dist-info");
        fs::create_dir(&info).unwrap();
        let list = "requests/api.py,sha256=x,1\n../../bin/r,,\nsix.py,,\n";
        fs::write(info.join("RECORD"), list).unwrap();
        let installed = Installed::default();
        assert!(installed.holds(folder.path(), "requests"));
        assert!(installed.holds(folder.path(), "requests-2.dist-info"));
        assert!(!installed.holds(folder.path(), "src"));
        assert!(!installed.holds(folder.path(), ".."));
        let mut names = HashSet::new();
        add_names(list.as_bytes(), &mut names);
        let others = Others(names);
        assert!(others.hold("requests/api.py") && others.hold("a/node_modules/b/c.js"));
        assert!(!others.hold("src/requests/api.py") && !others.hold("app.py"));
    }
}
