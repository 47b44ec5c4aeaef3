//! Which files a commit brought: its tree beside those of its parents.

use std::collections::{HashMap, HashSet};

use gix::{ObjectId, Repository};

use crate::coverage::{Coverage, Reason};

/// Folders within folders, and files that one commit may bring.
const DEEPEST: usize = 256;
const MOST_FILES: usize = 2_000_000;

/// A file of a commit.
pub(crate) struct Blob {
    pub(crate) id: ObjectId,
    /// With `/`, from the root of the repository.
    pub(crate) path: String,
}

/// Compares trees, below one path.
pub(crate) struct Changes<'r> {
    repository: &'r Repository,
    below: Vec<String>,
    /// Paths that were told of.
    submodules: HashSet<String>,
}

/// One row of a tree.
struct Row {
    name: Vec<u8>,
    id: ObjectId,
    is_tree: bool,
    is_blob: bool,
    /// A repository of its own, of which only a commit is named.
    is_commit: bool,
}

impl<'r> Changes<'r> {
    pub(crate) fn new(repository: &'r Repository, below: Vec<String>) -> Self {
        Self { repository, below, submodules: HashSet::new() }
    }

    /// Files of a commit that none of its parents has at the same place.
    pub(crate) fn of(
        &mut self,
        commit: ObjectId,
        parents: &[ObjectId],
        coverage: &mut Coverage,
    ) -> Vec<Blob> {
        let tree_of = |id: ObjectId| {
            let commit = self.repository.find_commit(id).ok()?;
            commit.tree_id().ok().map(gix::Id::detach)
        };
        let Some(tree) = tree_of(commit) else {
            coverage.note("", Reason::Damaged);
            return Vec::new();
        };
        // A parent that is not here, as in a shallow clone, has nothing.
        let parents: Vec<ObjectId> = parents.iter().filter_map(|id| tree_of(*id)).collect();
        let mut blobs = Vec::new();
        self.compare(tree, &parents, "", 0, &mut blobs, coverage);
        blobs
    }

    /// Every file of a tree.
    pub(crate) fn all_of(&mut self, tree: ObjectId, coverage: &mut Coverage) -> Vec<Blob> {
        let mut blobs = Vec::new();
        self.compare(tree, &[], "", 0, &mut blobs, coverage);
        blobs
    }

    fn compare(
        &mut self,
        tree: ObjectId,
        parents: &[ObjectId],
        folder: &str,
        depth: usize,
        blobs: &mut Vec<Blob>,
        coverage: &mut Coverage,
    ) {
        if parents.contains(&tree) {
            return;
        }
        let Some(rows) = self.rows(tree).filter(|_| depth < DEEPEST && blobs.len() < MOST_FILES)
        else {
            coverage.note(folder, Reason::Damaged);
            return;
        };
        // By name: a folder may have very many files.
        let by_name = |rows: Vec<Row>| -> HashMap<Vec<u8>, (ObjectId, bool)> {
            rows.into_iter().map(|row| (row.name, (row.id, row.is_tree))).collect()
        };
        let parents: Vec<_> = parents.iter().filter_map(|id| self.rows(*id).map(by_name)).collect();
        for row in rows {
            if self.below.get(depth).is_some_and(|part| part.as_bytes() != row.name) {
                continue;
            }
            let before: Vec<&(ObjectId, bool)> =
                parents.iter().filter_map(|rows| rows.get(&row.name)).collect();
            if before.iter().any(|(id, _)| *id == row.id) {
                continue;
            }
            let name = String::from_utf8_lossy(&row.name);
            let path =
                if folder.is_empty() { name.into_owned() } else { format!("{folder}/{name}") };
            if row.is_tree {
                let inner: Vec<ObjectId> =
                    before.iter().filter(|(_, is_tree)| *is_tree).map(|(id, _)| *id).collect();
                self.compare(row.id, &inner, &path, depth + 1, blobs, coverage);
            } else if row.is_blob {
                blobs.push(Blob { id: row.id, path });
            } else if row.is_commit && self.submodules.insert(path.clone()) {
                coverage.note(&path, Reason::Submodule);
            }
        }
    }

    fn rows(&self, id: ObjectId) -> Option<Vec<Row>> {
        let object = self.repository.find_object(id).ok()?;
        let tree = object.try_into_tree().ok()?;
        let rows = tree.iter().map(|row| {
            let row = row.ok()?;
            Some(Row {
                name: row.filename().to_vec(),
                id: row.object_id(),
                is_tree: row.mode().is_tree(),
                is_blob: row.mode().is_blob(),
                is_commit: row.mode().is_commit(),
            })
        });
        rows.collect()
    }
}
