//! Links between documents as they lie in the repository: each leads to a file that is there, and to a
//! heading that it has.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Component, Path, PathBuf},
};

use super::document::Document;
use crate::workspace;

/// Texts of rules, which are parts of pages below `docs/rules` and link as those do.
const PARTS: &str = "crates/rules/src/";

/// A file of the repository that some document links to, beside documents: path below the root, with `/`.
pub(super) type Linked = Vec<String>;

/// Path below the root, with `/`, to document.
pub(crate) type Documents = BTreeMap<String, Document>;

/// Every document of the repository.
pub(crate) fn documents(root: &Path) -> io::Result<Documents> {
    let mut documents = Documents::new();
    for file in workspace::files(root)? {
        let path = workspace::relative(root, &file);
        if file.extension().is_some_and(|it| it == "md") && !path.starts_with(PARTS) {
            documents.insert(path, Document::read(&fs::read_to_string(&file)?));
        }
    }
    Ok(documents)
}

/// Links that lead nowhere and rows that are cut, in words; and the files beside documents that others lead to.
pub(super) fn check(root: &Path, documents: &Documents) -> (Vec<String>, Linked) {
    let mut problems = Vec::new();
    let mut linked = Linked::new();
    for (path, document) in documents {
        let cut = "the row has more cells than its table: write `\\|` within a cell";
        problems.extend(document.cut_rows.iter().map(|line| format!("{path}:{line}: {cut}")));
        for link in &document.links {
            let Some(target) = local(&link.target) else { continue };
            match resolve(root, documents, path, target) {
                Ok(Some(file)) => linked.push(file),
                Ok(None) => {}
                Err(why) => problems.push(format!("{path}:{}: `{target}` {why}", link.line)),
            }
        }
    }
    linked.sort();
    linked.dedup();
    (problems, linked)
}

/// The target when it lies in the repository.
fn local(target: &str) -> Option<&str> {
    let is_elsewhere = ["http://", "https://", "mailto:"].iter().any(|it| target.starts_with(it));
    (!is_elsewhere).then_some(target)
}

/// The file beside documents that a target leads to; or why it leads nowhere.
fn resolve(
    root: &Path,
    documents: &Documents,
    from: &str,
    target: &str,
) -> Result<Option<String>, String> {
    let (file, anchor) = target.split_once('#').unwrap_or((target, ""));
    let path = if file.is_empty() {
        from.to_owned()
    } else {
        beside(from, file).ok_or("leads out of the repository")?
    };
    if let Some(document) = documents.get(&path) {
        let is_there = anchor.is_empty() || document.anchors.contains(anchor);
        return if is_there { Ok(None) } else { Err(format!("names no heading of {path}")) };
    }
    let on_disk = root.join(&path);
    if on_disk.is_dir() {
        return Err("is a folder: name a file, such as its README.md".to_owned());
    }
    if !on_disk.is_file() {
        return Err("is not there".to_owned());
    }
    Ok(Some(path))
}

/// `target`, seen from the file `from`; `None` outside of the root.
pub(super) fn beside(from: &str, target: &str) -> Option<String> {
    let mut path = PathBuf::from(from);
    path.pop();
    for part in Path::new(target).components() {
        match part {
            Component::Normal(name) => path.push(name),
            Component::ParentDir => {
                if !path.pop() {
                    return None;
                }
            }
            Component::CurDir => {}
            Component::RootDir | Component::Prefix(_) => return None,
        }
    }
    Some(workspace::relative(Path::new(""), &path))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::{beside, check, documents};
    use crate::workspace;

    #[test]
    fn targets_are_seen_from_the_file_that_names_them() {
        assert_eq!(beside("docs/a/b.md", "../c.md").as_deref(), Some("docs/c.md"));
        assert_eq!(beside("a.md", "./docs/c.md").as_deref(), Some("docs/c.md"));
        assert_eq!(beside("a.md", "../c.md"), None);
        assert_eq!(beside("a.md", "/etc/passwd"), None);
    }

    #[test]
    fn a_link_that_leads_nowhere_is_told_with_its_line() {
        let folder = workspace::target_folder().join("links-of-a-test");
        fs::create_dir_all(folder.join("f")).unwrap();
        let text = "# A\n\n[a](b.md#c) [b](b.md#d) [c](c.md) [d](f) [e](x.txt) [f](#a) [g](../h)\n";
        fs::write(folder.join("a.md"), text).unwrap();
        fs::write(folder.join("b.md"), "# C\n").unwrap();
        fs::write(folder.join("x.txt"), "").unwrap();
        let (problems, linked) = check(&folder, &documents(&folder).unwrap());
        let expected = [
            "a.md:3: `b.md#d` names no heading of b.md",
            "a.md:3: `c.md` is not there",
            "a.md:3: `f` is a folder: name a file, such as its README.md",
            "a.md:3: `../h` leads out of the repository",
        ];
        assert_eq!(problems, expected);
        assert_eq!(linked, ["x.txt"]);
    }

    #[test]
    fn the_links_of_our_documents_lead_somewhere() {
        let root = workspace::root();
        let (problems, _) = check(&root, &documents(&root).unwrap());
        assert!(problems.is_empty(), "{}", problems.join("\n"));
    }
}
