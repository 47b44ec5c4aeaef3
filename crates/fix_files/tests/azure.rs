//! Templates of Azure Resource Manager mended: over all fixtures of rules.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{
    fs,
    path::{Path, PathBuf},
};

use fix_files::{Choice, Outcome, run};
use scan::{Profile, Request};

fn mend(path: &Path) -> Outcome {
    let request = Request {
        paths: vec![path.to_path_buf()],
        profile: Profile::Strict,
        today: "2026-11-27".to_owned(),
        ..Request::default()
    };
    run(&request, Choice { unsafe_fixes: true }).unwrap()
}

fn fixtures() -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("../rules/src")];
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
        } else if path.ends_with("vulnerable.arm.json") {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// Lines of comments, told by their words.
fn comments(text: &str) -> Vec<&str> {
    text.lines().filter_map(|line| line.split_once("// ").map(|(_, words)| words)).collect()
}

#[test]
fn what_fixtures_of_azure_show_is_mended_once_and_for_all() {
    let mut mended = 0;
    for path in fixtures() {
        let name = path.parent().unwrap().file_name().unwrap().to_str().unwrap();
        let rule = name.replace('_', "-");
        let text = fs::read_to_string(&path).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("azuredeploy.json");
        fs::write(&file, &text).unwrap();
        let outcome = mend(folder.path());
        let is_mended = outcome.mended.iter().any(|it| it.told.name == rule);
        let has_fix = fixes::all().any(|fix| {
            fix.name == rule && fix.settings.iter().any(|it| it.of.starts_with("Microsoft."))
        });
        assert_eq!(is_mended, has_fix, "{rule}: {outcome:#?}");
        mended += outcome.mended.len();
        for edited in &outcome.files {
            fs::write(&edited.path, &edited.new).unwrap();
        }
        let new = fs::read_to_string(&file).unwrap();
        let (mut old_comments, mut new_comments) = (comments(&text), comments(&new));
        old_comments.sort_unstable();
        new_comments.sort_unstable();
        assert_eq!(old_comments, new_comments, "{rule}");
        let again = mend(folder.path());
        assert!(again.files.is_empty() && again.mended.is_empty(), "{rule}: {again:#?}");
    }
    assert!(mended > 40, "{mended}");
}

#[test]
fn expressions_are_left_to_the_author() {
    let text = r#"{
  "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
  "contentVersion": "1.0.0.0",
  "parameters": {"debug": {"type": "bool", "defaultValue": true}},
  "resources": [
    {
      "type": "Microsoft.Web/sites",
      "apiVersion": "2023-12-01",
      "name": "orders",
      "kind": "functionapp,linux",
      "properties": {"siteConfig": {"remoteDebuggingEnabled": "[parameters('debug')]"}}
    }
  ]
}
"#;
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("azuredeploy.json"), text).unwrap();
    let outcome = mend(folder.path());
    assert!(outcome.mended.iter().all(|it| it.told.name != "remote-debugging"), "{outcome:#?}");
    let new = outcome.files.first().map_or(text, |file| file.new.as_str());
    assert!(new.contains("\"remoteDebuggingEnabled\": \"[parameters('debug')]\""), "{new}");
}
