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

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut open = vec![folder.to_path_buf()];
    let mut files = Vec::new();
    while let Some(folder) = open.pop() {
        let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        let (folders, found): (Vec<_>, Vec<_>) = entries.partition(|path| path.is_dir());
        open.extend(folders);
        files.extend(found);
    }
    files
}

#[test]
fn every_vulnerable_program_is_told_by_its_rule() {
    let folders = vulnerable_folders();
    assert!(folders.len() >= 8, "{folders:?}");
    for vulnerable in folders {
        let mut folder = Folder::new();
        for path in files_below(&vulnerable) {
            let name = path.strip_prefix(&vulnerable).unwrap().to_str().unwrap();
            folder = folder.file(name, std::fs::read(&path).unwrap());
        }
        let rule = vulnerable.parent().unwrap().file_name().unwrap().to_str().unwrap();
        let rule = rule.replace('_', "-");
        let mut arguments = vec!["--profile", "strict", "--rule", &rule, "."];
        if folder.path("advisories.json").is_file() {
            let import = ["vulndb", "import", "advisories.json", "--db", "advisories.bin"];
            folder.run(&import).exits(0);
            arguments.extend(["--vulndb", "advisories.bin"]);
        }
        if folder.path("guard.log").is_file() {
            arguments.extend(["--guard", "guard.log"]);
        }
        if folder.path("attestation.json").is_file() {
            let files = ["--attestation", "attestation.json", "--key", "key.pub"];
            arguments.extend(files.into_iter().chain(["--deployed", "deployed.json"]));
        }
        let scan = folder.scan(&arguments);
        let findings = scan.all_findings();
        assert!(!findings.is_empty(), "{rule} says nothing of {}", vulnerable.display());
    }
}
