//! The revision of a git repository, read from its files: git itself is not run.

use std::{
    fs::{self, File},
    io::Read as _,
    path::{Path, PathBuf},
};

/// Bytes of a file of git that are read: packed references of large repositories take megabytes.
const MOST: u64 = 64 << 20;

/// The commit that is checked out in the repository around a folder; `None` when there is none, or
/// no commit yet.
pub(crate) fn of_folder(folder: &Path) -> Option<String> {
    let git = folder.ancestors().find_map(|it| git_folder(&it.join(".git")))?;
    let head = read(&git.join("HEAD"))?;
    let Some(name) = head.trim().strip_prefix("ref: ") else { return commit(&head) };
    // A name leads to a file: none that leads out of the folder is followed.
    if !name.starts_with("refs/") || name.split('/').any(|part| part == "..") {
        return None;
    }
    // Branches of a linked work tree stand in the repository that it was linked to.
    let shared = read(&git.join("commondir")).map(|it| git.join(it.trim()));
    let folders = [Some(git), shared];
    folders.iter().flatten().find_map(|it| branch(it, name))
}

/// `.git`: a folder, or a file that names one.
fn git_folder(path: &Path) -> Option<PathBuf> {
    if path.is_dir() {
        return Some(path.to_owned());
    }
    let text = read(path)?;
    Some(path.parent()?.join(text.trim().strip_prefix("gitdir: ")?))
}

/// The commit of a branch, by itself or in the list of packed ones.
fn branch(git: &Path, name: &str) -> Option<String> {
    if let Some(found) = read(&git.join(name)).as_deref().and_then(commit) {
        return Some(found);
    }
    let packed = read(&git.join("packed-refs"))?;
    let mut lines = packed.lines().filter_map(|line| line.split_once(' '));
    lines.find(|(_, other)| *other == name).and_then(|(id, _)| commit(id))
}

/// A commit id, of SHA-1 or SHA-256.
fn commit(text: &str) -> Option<String> {
    let id = text.trim();
    let is_id = matches!(id.len(), 40 | 64) && id.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_id.then(|| id.to_owned())
}

fn read(path: &Path) -> Option<String> {
    if !fs::metadata(path).ok()?.is_file() {
        return None;
    }
    let mut text = String::new();
    File::open(path).ok()?.take(MOST).read_to_string(&mut text).ok()?;
    Some(text)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::of_folder;

    const ONE: &str = "0123456789abcdef0123456789abcdef01234567";
    const TWO: &str = "1123456789abcdef0123456789abcdef01234567";

    #[test]
    fn a_revision_is_found_however_git_keeps_it() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        let write = |path: &str, text: &str| {
            let path = root.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        write("a/.git/HEAD", ONE);
        fs::create_dir_all(root.join("a/src/deep")).unwrap();
        assert_eq!(of_folder(&root.join("a/src/deep")).as_deref(), Some(ONE));
        write("a/.git/HEAD", "ref: refs/heads/main\n");
        assert_eq!(of_folder(&root.join("a")), None);
        write("a/.git/packed-refs", &format!("# pack-refs\n{ONE} refs/heads/main\n"));
        assert_eq!(of_folder(&root.join("a")).as_deref(), Some(ONE));
        write("a/.git/refs/heads/main", &format!("{TWO}\n"));
        assert_eq!(of_folder(&root.join("a")).as_deref(), Some(TWO));
        write("b/.git", "gitdir: ../a/.git/worktrees/b\n");
        write("a/.git/worktrees/b/HEAD", "ref: refs/heads/main\n");
        write("a/.git/worktrees/b/commondir", "../..\n");
        assert_eq!(of_folder(&root.join("b")).as_deref(), Some(TWO));
        write("secret", ONE);
        write("a/.git/HEAD", "ref: refs/../../../secret\n");
        assert_eq!(of_folder(&root.join("a")), None);
    }
}
