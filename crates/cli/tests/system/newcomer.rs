//! What somebody meets who never used the program: misspelt words, empty folders, files that are none.

use serde_json::Value;

use crate::folder::Folder;

/// A function with a secret in its code, a package with a version, and a sender of mail.
fn application() -> Folder {
    Folder::with_orders()
        .file(
            "src/app.py",
            "PASSWORD = \"n0tSoEasy-to-Guess!\"\n\n\ndef handler(event, context):\n    return PASSWORD\n",
        )
        .file("src/requirements.txt", "requests==2.19.0\n")
}

/// The cell of the only function, by the title of its practice.
fn cell(json: &Value, title: &str) -> (String, String) {
    let items = json["items"].as_array().unwrap();
    let at = items.iter().position(|item| item["title"] == title).unwrap();
    let cell = &json["functions"][0]["cells"][at];
    (cell["verdict"].as_str().unwrap().to_owned(), cell["note"].to_string())
}

#[test]
fn a_checklist_says_what_would_answer_what_is_not_known() {
    let folder = application();
    let json = folder.run(&["scan", "--checklist", "--format", "json"]).json();
    assert_eq!(cell(&json, "None in clear in the code").0, "fail");
    let (verdict, note) = cell(&json, "Dependencies scanned");
    assert_eq!(verdict, "not-known");
    assert!(note.contains("--vulndb"), "{note}");
    assert!(cell(&json, "No unused permission").1.contains("iam generate"));
    assert!(cell(&json, "Package integrity").1.contains("package attest"));
    assert!(!json.to_string().contains("not read yet"));
}

#[test]
fn a_checklist_tells_the_known_flaws_of_packages() {
    let advisory = r#"{"id":"GHSA-1","modified":"2026-01-01T00:00:00Z","affected":[{"package":
        {"ecosystem":"PyPI","name":"requests"},"ranges":[{"type":"ECOSYSTEM","events":
        [{"introduced":"0"},{"fixed":"2.20.0"}]}]}]}"#;
    let folder = application().file("osv/a.json", advisory);
    folder.run(&["vulndb", "import", "osv", "--db", "v.bin"]).exits(0);
    let asked = ["scan", "template.yaml", "--checklist", "--format", "json", "--vulndb", "v.bin"];
    assert_eq!(cell(&folder.run(&asked).json(), "Dependencies scanned").0, "fail");
    folder.write("src/requirements.txt", "requests==2.20.0\n");
    assert_eq!(cell(&folder.run(&asked).json(), "Dependencies scanned").0, "pass");
}

#[test]
fn where_nothing_could_be_scanned_no_pipeline_goes_on() {
    let folder = Folder::with_orders()
        .file("broken.yaml", "Transform: AWS::Serverless-2016-10-31\nResources: [\n");
    folder.run(&["scan", "broken.yaml"]).exits(3).says("nothing was scanned");
    // Beside what was scanned it is `--strict` that asks.
    folder.run(&["scan", "--fail-on", "never"]).exits(0).says("1 file was not scanned");
    Folder::new().run(&["scan"]).exits(0).says("nothing to scan");
}

#[test]
fn rules_are_named_one_by_one_or_by_their_risk() {
    let folder = Folder::with_orders();
    for name in ["wildcard-action", "SAS-4.1", "sas-4.1"] {
        assert_eq!(folder.scan(&["--rule", name]).findings(), ["template.yaml:13 SAS-4.1"]);
    }
    // All rules of the risk speak, those of the strict profile, too.
    let of_risk = folder.scan(&["--rule", "sas-4"]).findings();
    assert_eq!(of_risk, ["template.yaml:4 SAS-4.18", "template.yaml:13 SAS-4.1"]);
    let of_other = folder.scan(&["--rule", "SAS-5"]).findings();
    assert!(of_other.iter().all(|it| it.contains("SAS-5.")), "{of_other:?}");
    for command in ["scan", "fix"] {
        let run = folder.run(&[command, "--rule", "wildcard-acton"]);
        run.exits(2).says("did you mean `wildcard-action`?");
        folder.run(&[command, "--rule", "nothing-like-it"]).exits(2).says("`faasguard rules`");
    }
    folder.write("faasguard.toml", "[rules.wildcard-acton]\nenabled = false\n");
    folder.run(&["scan"]).exits(2).says("did you mean `wildcard-action`?");
}

#[test]
fn the_same_words_are_taken_everywhere() {
    let folder = Folder::with_orders().file("a.log", "2026-01-01T00:00:00Z x\n");
    for command in ["scan", "fix", "rules", "secrets"] {
        for form in ["text", "terminal"] {
            let run = folder.run(&[command, "--format", form]);
            run.says_not("invalid value");
        }
    }
    for path in [["trail", "detect"], ["logs", "analyze"], ["trail", "usage"]] {
        for form in ["text", "terminal"] {
            folder.run(&[path[0], path[1], "a.log", "--format", form]).says_not("invalid value");
        }
    }
    for command in [&["scan"][..], &["secrets"], &["trail", "detect", "a.log"]] {
        folder.run(&[command, &["--fail-on", "never"]].concat()).exits(0);
        folder.run(&[command, &["--fail-on", "hihg"]].concat()).exits(2).says("never");
    }
}

#[test]
fn an_empty_folder_is_no_good_result() {
    let folder = Folder::new().file("empty/.keep", "");
    for command in
        [["trail", "detect"], ["trail", "usage"], ["trail", "convert"], ["logs", "analyze"]]
    {
        let run = folder.run(&[command[0], command[1], "empty"]);
        run.says("found in `empty`").says_not("something above");
    }
    folder.run(&["metrics", "detect", "empty"]).says("found in `empty`");
    folder.run(&["alerts", "send", "empty", "--sink", "jsonl=a"]).exits(2).says("is a folder");
}

#[test]
fn what_is_not_there_is_told_with_what_makes_it() {
    let folder = Folder::with_orders().file("b.json", "{");
    let baseline = folder.run(&["scan", "--baseline", "none.json"]);
    baseline.exits(2).says("`--write-baseline` makes one");
    let broken = folder.run(&["scan", "--baseline", "b.json"]);
    assert_eq!(broken.exits(2).all().matches("EOF while").count(), 1);
    folder.run(&["scan", "-o", "none/a.sarif"]).exits(2).says("make its folder `none` first");
    folder.run(&["vulndb", "status", "--db", "v.bin"]).exits(2).says("vulndb update");
    folder.run(&["scan", "--account", "12"]).exits(2).says("is not twelve digits");
    folder.run(&["scan", "--partition", "mars"]).exits(2).says("is no partition");
}

#[test]
fn a_file_that_cannot_be_read_is_told_by_its_own_name() {
    // Nobody can read it, not even who may read every file.
    let run = Folder::new().run(&["scan", "/proc/self/mem"]);
    run.exits(3).says("secrets were not looked for").says_not("mem/mem");
}

#[test]
fn policies_of_aws_that_are_known_whole_leave_nothing_open() {
    let folder = Folder::with_orders();
    let ask =
        |action: &str| folder.run(&["iam", "check", "template.yaml", "--not-granted", action]);
    ask("iam:PassRole").exits(0).says("not-granted of `CreateOrder`: pass");
    ask("dynamodb:DeleteTable").exits(1);
    // What SAM attaches lets the function write its log.
    ask("logs:PutLogEvents").exits(1).says("fail");
    let wide = crate::folder::ORDERS
        .replace("        - Statement:\n", "        - AdministratorAccess\n        - Statement:\n");
    folder.write("template.yaml", &wide);
    ask("iam:PassRole").exits(1).says("fail");
    // What it allows under conditions and on some resources is not written in the table.
    folder.write("template.yaml", wide.replace("AdministratorAccess", "AWSLambda_FullAccess"));
    ask("iam:PassRole").exits(3).says("AWSLambda_FullAccess is not written out");
    ask("dynamodb:DeleteItem").exits(1);
}
