//! Whether git keeps a file out: asked for the few files that hold secrets.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
};

use ignore::gitignore::{Gitignore, GitignoreBuilder};

/// Rules of the repository that a folder lies in, read when they are first asked for.
pub(crate) struct Ignored {
    /// Root of the repository; `None` outside of one.
    root: Option<PathBuf>,
    rules: HashMap<PathBuf, Gitignore>,
}

impl Ignored {
    pub(crate) fn new(folder: &Path) -> Self {
        let folder = folder.canonicalize().ok();
        let root = folder.and_then(|folder| {
            folder.ancestors().find(|it| it.join(".git").exists()).map(Path::to_path_buf)
        });
        Self { root, rules: HashMap::new() }
    }

    /// Whether a rule keeps the file out, the nearest to it first.
    pub(crate) fn is_ignored(&mut self, path: &Path) -> bool {
        let Some(root) = self.root.clone() else { return false };
        let Ok(path) = path.canonicalize() else { return false };
        let folders = path.ancestors().skip(1).take_while(|folder| folder.starts_with(&root));
        for folder in folders {
            let is_root = folder == root;
            let rules = self.rules.entry(folder.to_path_buf()).or_insert_with(|| {
                let mut builder = GitignoreBuilder::new(folder);
                // A rule that cannot be read keeps nothing out.
                let _ = builder.add(folder.join(".gitignore"));
                if is_root {
                    let _ = builder.add(folder.join(".git/info/exclude"));
                }
                builder.build().unwrap_or_else(|_| Gitignore::empty())
            });
            match rules.matched_path_or_any_parents(&path, false) {
                ignore::Match::None => {}
                decided => return decided.is_ignore(),
            }
        }
        false
    }
}
