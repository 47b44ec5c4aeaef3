//! `faasguard secrets`, `faasguard rules test`, and what `scan` tells of secrets in files.

use std::{collections::BTreeSet, io::Write as _};

use serde_json::Value;
use zip::{ZipWriter, write::SimpleFileOptions};

use crate::folder::Folder;

/// Values that were made for these tests, in pieces: hosts of repositories would take them for leaks.
fn planted() -> Vec<(&'static str, String)> {
    vec![
        ("token", ["q8SxA1bQvT4m", "ZcE7uJ0wRkY5"].concat()),
        ("aws-access-key", ["AKIA", "UJZDEGXDNCF32EPF"].concat()),
        ("password", ["h4rd-To-", "Guess_91"].concat()),
        ("private-key", ["MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg", "x7Kq2vB9"].concat()),
    ]
}

pub(crate) fn value(kind: &str) -> String {
    planted().into_iter().find(|(known, _)| *known == kind).unwrap().1
}

pub(crate) fn env_file() -> String {
    format!("TABLE=orders\nPAYMENTS_TOKEN={}\nDB_PASSWORD={}\n", value("token"), value("password"))
}

fn key_file() -> String {
    format!(
        "-----BEGIN {0}-----\n{1}\n-----END {0}-----\n",
        "PRIVATE KEY",
        value("private-key").repeat(3)
    )
}

pub(crate) fn archive(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, data) in files {
        writer.start_file(*name, SimpleFileOptions::default()).unwrap();
        writer.write_all(data).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// Path, line and kind of every open finding.
pub(crate) fn found(json: &Value) -> BTreeSet<(String, u64, String)> {
    let findings = json["findings"].as_array().unwrap().iter();
    findings
        .filter(|it| it["suppressed"].is_null())
        .map(|it| {
            let text = |value: &Value| value.as_str().unwrap().to_owned();
            let place = &it["place"];
            (text(&place["file"]), place["line"].as_u64().unwrap(), text(&it["secret"]["kind"]))
        })
        .collect()
}

pub(crate) fn rows(rows: &[(&str, u64, &str)]) -> BTreeSet<(String, u64, String)> {
    rows.iter().map(|(path, line, kind)| ((*path).to_owned(), *line, (*kind).to_owned())).collect()
}

/// A folder with a secret of each sort, in files, in an archive and in an archive within it.
fn everywhere() -> Folder {
    let inner = archive(&[("lib/.env", env_file().as_bytes())]);
    let outer = archive(&[("src/key.pem", key_file().as_bytes()), ("inner.jar", &inner)]);
    Folder::new()
        .file(".env", env_file())
        .file(
            "src/aws.ini",
            format!("[default]\naws_access_key_id = {}\n", value("aws-access-key")),
        )
        .file("function.zip", outer)
        .file("logo.png", b"\x89PNG\r\n\x1a\n\0\0")
        .file("node_modules/x/.env", env_file())
}

#[test]
fn secrets_are_found_in_files_and_in_archives_within_each_other() {
    let run = everywhere().run(&["secrets", "--format", "json"]);
    let json = run.json();
    let wanted = rows(&[
        (".env", 2, "token"),
        (".env", 3, "password"),
        ("function.zip!inner.jar!lib/.env", 2, "token"),
        ("function.zip!inner.jar!lib/.env", 3, "password"),
        ("function.zip!src/key.pem", 2, "private-key"),
        ("src/aws.ini", 2, "aws-access-key"),
    ]);
    assert_eq!(found(&json), wanted);
    assert_eq!(run.code, 1);
    assert_eq!(json["schema"], "faasguard-scan/1");
    let first = &json["findings"][0];
    assert_eq!(
        (first["rule"].as_str(), first["name"].as_str()),
        (Some("SAS-7.24"), Some("secret-in-file"))
    );
    let notes = json["diagnostics"].to_string();
    assert!(notes.contains("1 folder of packages or builds were left out"), "{notes}");
    assert!(notes.contains("2 archives looked into, 1 files are no text"), "{notes}");
    let all = everywhere().run(&["secrets", "--all", "--format", "json"]).json();
    assert_eq!(found(&all).len(), wanted.len() + 2);
}

#[test]
fn no_form_of_the_result_tells_a_value() {
    let folder = everywhere();
    commit(&folder, "first");
    for arguments in [&["secrets"][..], &["secrets", "--history"]] {
        for form in ["text", "json", "sarif", "markdown", "junit"] {
            let arguments = [arguments, &["--format", form, "--verbose"]].concat();
            let run = folder.run(&arguments);
            let told = format!("{}{}", run.out, run.err);
            assert!(told.contains("SAS-7.24"), "{form}: {told}");
            for (kind, value) in planted() {
                // Not even half of it.
                let half = &value[value.len() / 2..];
                assert!(!told.contains(half), "{form} tells a {kind}");
            }
        }
    }
}

#[test]
fn standard_input_is_searched_whatever_it_is() {
    let folder = Folder::new();
    let text = folder.run_with_input(&["secrets", "-", "--format", "json"], env_file().as_bytes());
    assert_eq!(
        found(&text.json()),
        rows(&[("standard input", 2, "token"), ("standard input", 3, "password")])
    );
    let packed = archive(&[("a/.env", env_file().as_bytes())]);
    let packed = folder.run_with_input(&["secrets", "-", "--format", "json"], &packed);
    let place = "standard input!a/.env";
    assert_eq!(found(&packed.json()), rows(&[(place, 2, "token"), (place, 3, "password")]));
    let nothing = folder.run_with_input(&["secrets", "-"], b"nothing to see\n");
    assert_eq!(nothing.code, 0, "{}", nothing.out);
}

pub(crate) fn commit(folder: &Folder, message: &str) {
    if !folder.path(".git").exists() {
        folder.command("git", &["init", "--quiet", "--initial-branch=main"]);
    }
    folder.command("git", &["add", "--all"]);
    let name = ["-c", "user.name=Anna", "-c", "user.email=anna@orders.example.org"];
    folder.command("git", &[&name[..], &["commit", "--quiet", "--message", message]].concat());
}

#[test]
fn a_history_tells_each_secret_once_with_its_commits() {
    let folder = Folder::new().file("settings/.env", env_file()).file("a.txt", "1");
    commit(&folder, "first");
    folder.command("git", &["tag", "first"]);
    folder.write("settings/.env", format!("DB_PASSWORD={}\n", value("password")));
    commit(&folder, "the token goes");
    folder.write("b/.env", format!("X=1\nDB_PASSWORD={}\n", value("password")));
    commit(&folder, "a copy");
    // A hostile setting: a program of the repository must not run.
    folder.command("git", &["config", "core.fsmonitor", "touch ran"]);
    folder.command("git", &["config", "diff.external", "touch ran"]);
    let json = folder.run(&["secrets", "--history", "--format", "json"]).json();
    assert!(!folder.path("ran").exists());
    let of = |kind: &str| {
        let findings = json["findings"].as_array().unwrap();
        let of_kind: Vec<&Value> =
            findings.iter().filter(|it| it["secret"]["kind"] == kind).collect();
        assert_eq!(of_kind.len(), 1, "{json:#}");
        of_kind[0]["secret"]["commits"].clone()
    };
    let token = of("token");
    assert_eq!(token["in_head"], false);
    assert_eq!((token["times"].as_u64(), token["first"]["line"].as_u64()), (Some(1), Some(2)));
    assert_eq!(token["first"]["commit"], token["last"]["commit"]);
    assert!(token["first"]["date"].as_str().unwrap().ends_with('Z'), "{token}");
    let password = of("password");
    assert_eq!(password["in_head"], true);
    assert_eq!(password["times"].as_u64(), Some(3));
    assert_eq!(password["first"]["file"], "settings/.env");
    assert_eq!(
        (password["last"]["file"].as_str(), password["last"]["line"].as_u64()),
        (Some("b/.env"), Some(2))
    );

    let since =
        folder.run(&["secrets", "--history", "--since", "first", "--format", "json"]).json();
    assert_eq!(found(&since), rows(&[("b/.env", 2, "password")]));
    let below = folder.run(&["secrets", "settings", "--history", "--format", "json"]).json();
    assert_eq!(found(&below).len(), 2, "{below:#}");
    let unknown = folder.run(&["secrets", "--history", "--since", "nowhere"]);
    assert_eq!(unknown.code, 2);
    assert!(unknown.err.contains("there is no revision `nowhere`"), "{}", unknown.err);
    let outside = Folder::new().run(&["secrets", "--history"]);
    assert_eq!(outside.code, 2, "{}", outside.err);
}

#[test]
fn words_beside_a_secret_accept_it_until_their_day() {
    let token = value("token");
    let folder = Folder::new().file(
        "a.env",
        format!(
            "# faasguard: allow secret-in-file -- of a test\nA_TOKEN={token}\nB_TOKEN={token}x # gitleaks:allow\n\
             # faasguard: allow secret-in-file (until 2020-01-01)\nC_TOKEN={token}y\n"
        ),
    );
    let json = folder.run(&["secrets", "--format", "json"]).json();
    assert_eq!(found(&json), rows(&[("a.env", 5, "token")]));
    assert_eq!(json["findings"][0]["suppressed"]["reason"], "of a test");
    let audit = folder.run(&["secrets", "--no-suppress", "--format", "json"]).json();
    assert_eq!(found(&audit).len(), 3);
}

const OWN_RULES: &str = "rules:
  - id: orders-key
    description: a key of the orders service
    pattern: 'ORD-[A-Z0-9]{12}'
    examples: ['ORD-·7KQ2X9ZB4M1T']
    negative_examples: ['ORD-7']
";

#[test]
fn own_rules_are_tested_and_used() {
    let folder =
        Folder::new().file("rules.yaml", OWN_RULES).file("src/a.txt", "see ORD-8LW3Y0AC5N2U");
    let test = folder.run(&["rules", "test", "rules.yaml"]);
    assert_eq!((test.code, test.out.trim()), (0, "1 file, 1 rule, 2 examples: all hold"));
    let json = folder.run(&["secrets", "src", "--rules", "rules.yaml", "--format", "json"]).json();
    assert_eq!(found(&json), rows(&[("a.txt", 1, "orders-key")]));
    let broken = OWN_RULES.replace("{12}", "{13}").replace("'ORD-7'", "'ORD-7KQ2X9ZB4M1T0'");
    folder.write("broken.yaml", broken);
    let test = folder.run(&["rules", "test", "broken.yaml"]);
    assert_eq!(test.code, 1);
    assert!(
        test.out.contains("broken.yaml: line 5: rule `orders-key` finds nothing in this example"),
        "{}",
        test.out
    );
    assert!(
        test.out.contains("line 6: rule `orders-key` finds a secret in this negative example"),
        "{}",
        test.out
    );
    folder.write("torn.yaml", OWN_RULES.replace("[A-Z0-9]", "[A-Z0-9"));
    let torn = folder.run(&["secrets", "src", "--rules", "torn.yaml"]);
    assert_eq!(torn.code, 2, "{}", torn.out);
}

#[test]
fn what_was_not_looked_at_is_told() {
    let torn = &archive(&[("a/.env", env_file().as_bytes())])[..60];
    let folder = Folder::new().file("torn.zip", torn).link("out", "/etc");
    folder.command("mkfifo", &["pipe"]);
    let run = folder.run(&["secrets", "--format", "json", "--strict"]);
    let told = run.json()["diagnostics"].to_string();
    for words in ["torn.zip", "it is not a file", "leads out of the folder"] {
        assert!(told.contains(words), "{words}: {told}");
    }
    assert_eq!(run.code, 3);
    assert_eq!(Folder::new().run(&["secrets", "missing"]).code, 2);
}

/// A function with a secret in each place that a scan looks at.
fn application() -> Folder {
    let token = value("token");
    let template = format!(
        "AWSTemplateFormatVersion: \"2010-09-09\"
Transform: AWS::Serverless-2016-10-31
Resources:
  Pay:
    Type: AWS::Serverless::Function
    Properties:
      Handler: app.handler
      Runtime: python3.13
      CodeUri: src/
      Environment:
        Variables:
          PAYMENTS_TOKEN: {token}
      Events:
        Api:
          Type: HttpApi
"
    );
    let folder = Folder::new()
        .file("template.yaml", template)
        .file(
            "src/app.py",
            format!(
                "PASSWORD = \"{}\"\n\n\ndef handler(event, context):\n    return PASSWORD\n",
                value("password")
            ),
        )
        .file("src/.env", env_file())
        .file("notes/.env", env_file())
        .file("deploy/key.pem", key_file())
        .file(".gitignore", ".env\n");
    folder.command("git", &["init", "--quiet"]);
    folder
}

#[test]
fn a_scan_tells_each_secret_once_and_whose_function_it_is_in() {
    let scan = application().scan(&[]);
    let findings = scan.json["findings"].as_array().unwrap();
    let of = |path: &str| -> Vec<(String, u64)> {
        let of_path =
            findings.iter().filter(|it| it["place"]["file"] == path && !it["secret"].is_null());
        of_path
            .map(|it| {
                (it["rule"].as_str().unwrap().to_owned(), it["place"]["line"].as_u64().unwrap())
            })
            .collect()
    };
    let told = |rule: &str, line: u64| (rule.to_owned(), line);
    assert_eq!(of("template.yaml"), [told("SAS-7.1", 12)]);
    assert_eq!(of("src/app.py"), [told("SAS-7.18", 1)]);
    // Ignored by git and deployed; ignored and not deployed.
    assert_eq!(of("src/.env"), [told("SAS-7.24", 2), told("SAS-7.24", 3)]);
    assert_eq!(of("notes/.env"), []);
    assert_eq!(of("deploy/key.pem"), [told("SAS-7.24", 2)]);
    let deployed = findings.iter().find(|it| it["place"]["file"] == "src/.env").unwrap();
    assert_eq!(deployed["function"], "Pay");
    assert!(deployed["path"].to_string().contains("internet"), "{deployed:#}");
    assert!(
        deployed["message"].as_str().unwrap().contains("in a file that git ignores"),
        "{deployed:#}"
    );
}

#[test]
fn a_scan_takes_words_beside_a_secret_own_rules_and_tells_no_value() {
    let folder = application();
    folder.write(
        "deploy/a.env",
        format!("# faasguard: allow secret-in-file -- old\nA_TOKEN={}x\n", value("token")),
    );
    folder.write("rules.yaml", OWN_RULES);
    folder.write("deploy/b.txt", "ORD-8LW3Y0AC5N2U");
    let scan = folder.scan(&["--secret-rules", "rules.yaml", "."]);
    let kinds: Vec<&str> = scan.json["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|it| it["secret"]["kind"].as_str())
        .collect();
    assert!(kinds.contains(&"orders-key"), "{kinds:?}");
    assert_eq!(scan.json["unused_suppressions"].as_array().unwrap().len(), 0);
    assert_eq!(scan.json["summary"]["suppressed"], 1);
    for form in ["terminal", "json", "sarif", "markdown", "junit"] {
        let run = folder.run(&["scan", "--format", form, "--verbose"]);
        for (kind, value) in planted() {
            assert!(!run.all().contains(&value[value.len() / 2..]), "{form} tells a {kind}");
        }
    }
}

#[test]
fn only_secrets_that_came_since_a_revision_count() {
    let folder = application();
    folder.write(".gitignore", "");
    commit(&folder, "all");
    folder.write("deploy/new.env", format!("NEW_TOKEN={}z\n", value("token")));
    let scan = folder.scan(&["--since", "HEAD"]);
    let open: Vec<&Value> = scan.json["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|it| it["suppressed"].is_null() && !it["secret"].is_null())
        .collect();
    assert_eq!(open.len(), 1, "{open:#?}");
    assert_eq!(open[0]["place"]["file"], "deploy/new.env");
}
