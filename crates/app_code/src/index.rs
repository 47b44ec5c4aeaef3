//! Files of a program by their paths and folders.

use std::collections::BTreeMap;

use code_ir::Language;
use taint::{ModuleId, Program};

/// Paths of a program, sorted, so that a folder is a range.
#[derive(Debug)]
pub struct Index<'a> {
    program: &'a Program,
    by_path: BTreeMap<&'a str, ModuleId>,
}

impl<'a> Index<'a> {
    /// Made once for a program.
    #[must_use]
    pub fn new(program: &'a Program) -> Self {
        let by_path =
            program.ids().filter_map(|id| Some((program.source(id)?.path.as_str(), id))).collect();
        Self { program, by_path }
    }

    /// The program.
    #[must_use]
    pub fn program(&self) -> &'a Program {
        self.program
    }

    /// The file at a path.
    #[must_use]
    pub fn at(&self, path: &str) -> Option<ModuleId> {
        self.by_path.get(path).copied()
    }

    /// Whether a file of the program is below a folder.
    #[must_use]
    pub fn holds(&self, folder: &str) -> bool {
        let prefix = format!("{folder}/");
        let from = std::ops::Bound::Included(prefix.as_str());
        let mut from = self.by_path.range::<str, _>((from, std::ops::Bound::Unbounded));
        from.next().is_some_and(|(path, _)| path.starts_with(&prefix))
    }

    /// Files below a folder in one of some languages, in order of their paths.
    pub fn below<'i>(
        &'i self,
        folder: &str,
        languages: &'i [Language],
    ) -> impl Iterator<Item = (&'a str, ModuleId)> + use<'i, 'a> {
        let prefix = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        self.by_path
            .range::<str, _>((
                std::ops::Bound::Included(prefix.as_str()),
                std::ops::Bound::Unbounded,
            ))
            .map(|(path, id)| (*path, *id))
            .take_while(move |(path, _)| path.starts_with(&prefix))
            .filter(|(_, id)| {
                self.program.module(*id).is_some_and(|module| languages.contains(&module.language))
            })
    }
}

/// The folder of a path; of a name without one, the empty text.
#[must_use]
pub fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// `path`, relative to `folder`, without `.` and `..`; nothing when it leads above the root.
#[must_use]
pub fn normalize(folder: &str, path: &str) -> Option<String> {
    let mut parts: Vec<&str> = Vec::new();
    for part in folder.split('/').chain(path.split('/')) {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    let root = if folder.starts_with('/') { "/" } else { "" };
    Some(format!("{root}{}", parts.join("/")))
}

#[cfg(test)]
mod tests {
    use super::normalize;

    #[test]
    fn a_path_is_relative_to_its_folder_and_stays_below_the_root() {
        assert_eq!(normalize("a/b", "../src/").as_deref(), Some("a/src"));
        assert_eq!(normalize("", "./src/x").as_deref(), Some("src/x"));
        assert_eq!(normalize("/tmp/a", "src").as_deref(), Some("/tmp/a/src"));
        assert_eq!(normalize("a", "../../x"), None);
    }
}
