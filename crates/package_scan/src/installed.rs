//! What package managers put below a project: for one without a lock file, the only thing that says
//! which versions there are.

use std::{
    fs::{DirEntry, read_dir},
    path::Path,
};

/// Most packages that are listed below one project: several times what the largest functions carry.
const MOST: usize = 50_000;

/// Folders of packages within each other; npm nests a handful.
const DEEPEST: usize = 32;

/// The manifests of the packages in `node_modules` of a project, by their paths in it.
#[derive(Debug, Default)]
pub(crate) struct Installed {
    /// Sorted paths with `/`.
    pub(crate) names: Vec<String>,
    /// Whether there are more.
    pub(crate) is_cut: bool,
}

/// Lists what is installed for a project of JavaScript. Links are left out: what they lead to is
/// listed where it stands, or lies elsewhere.
pub(crate) fn of_javascript(project: &Path) -> Installed {
    let mut found = Installed::default();
    found.packages_in(&project.join("node_modules"), "node_modules", 0);
    found.names.sort();
    found
}

impl Installed {
    /// The packages of one `node_modules`, and those that they have of their own.
    fn packages_in(&mut self, folder: &Path, path: &str, depth: usize) {
        for (entry, name) in folders(folder) {
            let (folder, path) = (entry.path(), format!("{path}/{name}"));
            match name.as_str() {
                // pnpm keeps each version there once, with links to it everywhere else.
                ".pnpm" => {
                    for (entry, name) in folders(&folder) {
                        let path = format!("{path}/{name}/node_modules");
                        self.deeper(&entry.path().join("node_modules"), &path, depth);
                    }
                }
                _ if name.starts_with('.') => {}
                _ if name.starts_with('@') => self.deeper(&folder, &path, depth),
                _ => {
                    let manifest = folder.join("package.json");
                    if manifest.symlink_metadata().is_ok_and(|it| it.is_file()) {
                        self.add(format!("{path}/package.json"));
                    }
                    let own = folder.join("node_modules");
                    if own.symlink_metadata().is_ok_and(|it| it.is_dir()) {
                        self.deeper(&own, &format!("{path}/node_modules"), depth);
                    }
                }
            }
        }
    }

    fn deeper(&mut self, folder: &Path, path: &str, depth: usize) {
        if depth < DEEPEST && !self.is_cut {
            self.packages_in(folder, path, depth + 1);
        } else {
            self.is_cut = true;
        }
    }

    fn add(&mut self, name: String) {
        if self.names.len() < MOST {
            self.names.push(name);
        } else {
            self.is_cut = true;
        }
    }
}

/// The folders in a folder, without links, with names that are text.
fn folders(folder: &Path) -> impl Iterator<Item = (DirEntry, String)> {
    read_dir(folder).into_iter().flatten().flatten().filter_map(|entry| {
        let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
        let name = entry.file_name().into_string().ok().filter(|_| is_folder)?;
        Some((entry, name))
    })
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::of_javascript;

    #[test]
    fn packages_are_listed_wherever_managers_put_them() {
        let project = tempfile::tempdir().unwrap();
        let put = |path: &str| {
            let path = project.path().join("node_modules").join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "{}").unwrap();
        };
        for path in [
            "a/package.json",
            "a/lib/package.json",
            "a/node_modules/b/package.json",
            "@scope/c/package.json",
            ".pnpm/d@1.0.0/node_modules/d/package.json",
            ".bin/e/package.json",
        ] {
            put(path);
        }
        #[cfg(unix)]
        std::os::unix::fs::symlink("/", project.path().join("node_modules/f")).unwrap();
        let found = of_javascript(project.path());
        assert!(!found.is_cut);
        assert_eq!(
            found.names,
            [
                "node_modules/.pnpm/d@1.0.0/node_modules/d/package.json",
                "node_modules/@scope/c/package.json",
                "node_modules/a/node_modules/b/package.json",
                "node_modules/a/package.json",
            ]
        );
    }
}
