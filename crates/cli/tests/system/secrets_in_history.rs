//! `faasguard secrets --history` in repositories of every form, and in damaged ones.

use std::fs;

use serde_json::Value;

use crate::{
    folder::Folder,
    secrets::{archive, commit, env_file, found, rows, value},
};

/// What a run says about what it looked at.
fn notes(json: &Value) -> String {
    json["diagnostics"].to_string()
}

/// A repository whose second commit takes the secrets of the first away.
fn cleaned() -> Folder {
    let folder = Folder::new().file("settings/.env", env_file()).file("a.txt", "1");
    commit(&folder, "first");
    fs::remove_dir_all(folder.path("settings")).unwrap();
    folder.write("a.txt", "2");
    commit(&folder, "second");
    folder
}

fn both() -> std::collections::BTreeSet<(String, u64, String)> {
    rows(&[("settings/.env", 2, "token"), ("settings/.env", 3, "password")])
}

#[test]
fn packed_bare_and_linked_repositories_are_read() {
    let folder = cleaned();
    folder.command("git", &["gc", "--quiet", "--aggressive", "--prune=now"]);
    assert!(folder.path(".git/packed-refs").exists());
    folder.command("git", &["clone", "--quiet", "--bare", ".", "bare.git"]);
    folder.command("git", &["worktree", "add", "--quiet", "linked"]);
    for path in [".", "bare.git", "linked"] {
        let json = folder.run(&["secrets", path, "--history", "--format", "json"]).json();
        assert_eq!(found(&json), both(), "{path}: {json:#}");
        assert!(notes(&json).contains("2 commits were looked at"), "{path}: {json:#}");
    }
}

#[test]
fn a_folder_that_is_gone_still_has_its_history() {
    let folder = cleaned();
    let json = folder.run(&["secrets", "settings", "--history", "--format", "json"]).json();
    assert_eq!(found(&json), both());
    let other = folder.run(&["secrets", "elsewhere", "--history", "--format", "json"]).json();
    assert_eq!(found(&other).len(), 0);
}

#[test]
fn merges_and_renamed_files_are_told_once() {
    let folder = Folder::new().file("a.txt", "1");
    commit(&folder, "first");
    folder.command("git", &["switch", "--quiet", "--create", "side"]);
    folder.write("side/.env", env_file());
    commit(&folder, "on a branch");
    folder.command("git", &["mv", "side", "moved"]);
    commit(&folder, "moved");
    folder.command("git", &["switch", "--quiet", "main"]);
    folder.write("a.txt", "2");
    commit(&folder, "beside");
    let who = ["-c", "user.name=Anna", "-c", "user.email=anna@orders.example.org"];
    folder.command("git", &[&who[..], &["merge", "--quiet", "--no-edit", "side"]].concat());
    let json = folder.run(&["secrets", "--history", "--format", "json"]).json();
    assert_eq!(found(&json), rows(&[("moved/.env", 2, "token"), ("moved/.env", 3, "password")]));
    let commits = &json["findings"][0]["secret"]["commits"];
    assert_eq!(
        (
            commits["first"]["file"].as_str(),
            commits["in_head"].as_bool(),
            commits["times"].as_u64()
        ),
        (Some("side/.env"), Some(true), Some(2))
    );
}

#[test]
fn a_shallow_clone_says_that_it_is_one() {
    let folder = cleaned();
    let from = format!("file://{}", folder.path("").display());
    folder.command("git", &["clone", "--quiet", "--depth", "1", &from, "shallow"]);
    let run = folder.run(&["secrets", "shallow", "--history", "--format", "json"]);
    assert_eq!(found(&run.json()).len(), 0);
    assert!(notes(&run.json()).contains("this is a shallow clone"), "{}", run.out);
}

#[test]
fn a_submodule_is_named() {
    let folder = Folder::new().file("a.txt", "1");
    commit(&folder, "first");
    let id = "b58d3f10b58d3f10b58d3f10b58d3f10b58d3f10";
    folder.command("git", &["update-index", "--add", "--cacheinfo", &format!("160000,{id},lib")]);
    let who = ["-c", "user.name=Anna", "-c", "user.email=anna@orders.example.org"];
    folder.command("git", &[&who[..], &["commit", "--quiet", "--message", "a module"]].concat());
    let json = folder.run(&["secrets", "--history", "--format", "json"]).json();
    assert!(notes(&json).contains("it is a submodule"), "{json:#}");
}

#[test]
fn archives_of_commits_are_looked_into() {
    let inner = archive(&[("lib/.env", env_file().as_bytes())]);
    let folder = Folder::new().file("out/function.zip", archive(&[("inner.zip", &inner)]));
    commit(&folder, "a package");
    let json = folder.run(&["secrets", "--history", "--format", "json"]).json();
    let path = "out/function.zip!inner.zip!lib/.env";
    assert_eq!(found(&json), rows(&[(path, 2, "token"), (path, 3, "password")]));
    assert_eq!(json["findings"][0]["secret"]["commits"]["in_head"], true);
}

#[test]
fn what_is_too_large_or_damaged_is_named_and_the_rest_is_told() {
    let folder = Folder::new().file("large.txt", "a line of a log\n".repeat(1_200_000));
    commit(&folder, "a large file");
    folder.write("b/.env", env_file());
    folder.write("c/.env", format!("C_TOKEN={}c\n", value("token")));
    commit(&folder, "secrets");
    let run = folder.run(&["secrets", "--history", "--format", "json", "--strict"]);
    assert!(notes(&run.json()).contains("larger than 16 MiB"), "{}", run.out);
    assert_eq!((found(&run.json()).len(), run.code), (3, 3));

    // The content of one file is cut, a branch leads nowhere.
    let id = folder.command("git", &["rev-parse", "HEAD:c/.env"]);
    let id = id.trim();
    let object = folder.path(&format!(".git/objects/{}/{}", &id[..2], &id[2..]));
    fs::remove_file(&object).unwrap();
    fs::write(&object, b"x\x9c\0\0").unwrap();
    folder.write(".git/refs/heads/broken", format!("{}\n", "12".repeat(20)));
    let run = folder.run(&["secrets", "--history", "--format", "json", "--strict"]);
    let told = notes(&run.json());
    assert!(told.contains("c/.env") && told.contains("damaged or not there"), "{told}");
    assert!(told.contains("refs/heads/broken") && told.contains("leads to no commit"), "{told}");
    assert_eq!((found(&run.json()).len(), run.code), (2, 3));

    // The tree of the last commit is gone.
    let id = folder.command("git", &["rev-parse", "HEAD^{tree}"]);
    let id = id.trim();
    fs::remove_file(folder.path(&format!(".git/objects/{}/{}", &id[..2], &id[2..]))).unwrap();
    let run = folder.run(&["secrets", "--history", "--format", "json", "--strict"]);
    assert!(notes(&run.json()).contains("damaged or not there"), "{}", run.out);
    assert_eq!(run.code, 3);
}
