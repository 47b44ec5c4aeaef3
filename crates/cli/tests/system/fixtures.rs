//! Every rule of code speaks in the program as it does in the tests of rules: what an analysis tells
//! must reach the rules whole.

use std::path::{Path, PathBuf};

use crate::folder::Folder;

/// Fixtures of rules that are programs of their own: a template and code beside it.
fn vulnerable_folders() -> Vec<PathBuf> {
    let rules = Path::new(env!("CARGO_MANIFEST_DIR")).join("../rules/src");
    let below = |folder: &Path| -> Vec<PathBuf> {
        let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        entries.filter(|path| path.is_dir()).collect()
    };
    let of_rules = below(&rules).into_iter().flat_map(|risk| below(&risk));
    of_rules.map(|rule| rule.join("vulnerable")).filter(|path| path.is_dir()).collect()
}

#[test]
fn every_vulnerable_program_is_told_by_its_rule() {
    let folders = vulnerable_folders();
    assert!(folders.len() >= 8, "{folders:?}");
    for vulnerable in folders {
        let mut folder = Folder::new();
        for entry in std::fs::read_dir(&vulnerable).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            folder = folder.file(&name, std::fs::read(&path).unwrap());
        }
        let rule = vulnerable.parent().unwrap().file_name().unwrap().to_str().unwrap();
        let rule = rule.replace('_', "-");
        let scan = folder.scan(&["--profile", "strict", "--rule", &rule, "."]);
        let findings = scan.all_findings();
        assert!(!findings.is_empty(), "{rule} says nothing of {}", vulnerable.display());
    }
}
