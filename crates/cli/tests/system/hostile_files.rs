//! Files that are no text, no file, or too much: named with their place, the rest unharmed.

use crate::folder::{Folder, ORDERS, Scan};

/// Scans `folder` and `template.yaml` beside it, which must give its finding whatever happens.
#[track_caller]
fn scan_beside_orders(folder: &Folder) -> Scan {
    folder.write("template.yaml", ORDERS);
    let scan = folder.scan(&["--rule", "SAS-4.1", "."]);
    let good: Vec<String> = scan
        .findings()
        .into_iter()
        .filter(|finding| finding.starts_with("template.yaml:"))
        .collect();
    assert_eq!(good, ["template.yaml:13 SAS-4.1"], "{:#?}", scan.diagnostics());
    assert_eq!(scan.code, 1, "{}", scan.err);
    scan
}

/// One bad file `bad.yaml`: not scanned, said at `line`, in words that hold `part`; exit code 3
/// with `--strict`.
#[track_caller]
fn refused(folder: &Folder, file: &str, line: u32, part: &str) {
    let scan = scan_beside_orders(folder);
    scan.notes(&format!("{file}:{line} error"), part);
    assert_eq!(scan.count("files_scanned"), 1);
    assert_eq!(scan.count("files_not_scanned"), 1);
    let strict = folder.run(&["scan", "--strict", "--rule", "SAS-4.1", "."]);
    strict.exits(3).says("1 file was not scanned").says(file);
    folder.run(&["scan", "--rule", "SAS-4.1", "--fail-on", "never", "."]).exits(0);
}

#[test]
fn a_file_over_the_limit_is_not_read() {
    let folder = Folder::new();
    let file = std::fs::File::create(folder.path("bad.yaml")).unwrap();
    file.set_len(100 << 20).unwrap();
    refused(&folder, "bad.yaml", 0, "larger than 16 MiB");
}

#[test]
fn nesting_of_ten_thousand_levels_is_refused_in_yaml_and_json() {
    let brackets = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
    let yaml = format!("Resources:\n  A:\n    Type: AWS::S3::Bucket\n    Properties: {brackets}\n");
    refused(&Folder::new().file("bad.yaml", yaml), "bad.yaml", 4, "nesting");
    let json =
        format!(r#"{{"Resources":{{"A":{{"Type":"AWS::S3::Bucket","Properties":{brackets}}}}}}}"#);
    refused(&Folder::new().file("bad.json", json), "bad.json", 1, "nesting");
    let blocks: String = (1..3_000).map(|depth| format!("{}a:\n", " ".repeat(depth))).collect();
    let blocks = format!("Resources: # AWS::\n{blocks}");
    refused(&Folder::new().file("bad.yaml", blocks), "bad.yaml", 201, "nesting");
}

#[test]
fn nesting_up_to_the_limit_of_every_kind_overflows_no_stack() {
    let opens =
        ["[", "{A: ", "{Fn::If: [C, x, ", "{Fn::Join: ['', [", "{Fn::Not: [", "!Sub ['${x}', {x: "];
    let closes = ["]", "}", "]}", "]]}", "]}", "}]"];
    for (open, close) in opens.iter().zip(closes) {
        for depth in [30, 60, 90, 180] {
            let deep = format!("{}1{}", open.repeat(depth), close.repeat(depth));
            let text = format!(
                "Transform: AWS::Serverless-2016-10-31\nConditions:\n  C: !Equals [!Ref P, a]\n\
                 Parameters:\n  P: {{Type: String}}\nResources:\n  Deep:\n    \
                 Type: AWS::Serverless::Function\n    Properties:\n      Handler: a.b\n      \
                 Policies: {deep}\n      Environment: {deep}\n"
            );
            scan_beside_orders(&Folder::new().file("deep.yaml", text));
        }
    }
}

#[test]
fn bytes_that_are_no_text_are_named_by_line() {
    let bytes = b"Resources:\n  A:\n    Type: AWS::S3::Bucket\n    Description: \xff\xfe\n";
    refused(&Folder::new().file("bad.yaml", bytes), "bad.yaml", 4, "not UTF-8");
}

#[test]
fn bytes_of_what_is_no_template_are_nobodys_business() {
    let folder = Folder::new().file("latin.yaml", b"name: caf\xe9\n");
    assert_eq!(scan_beside_orders(&folder).count("files_not_scanned"), 0);
}

#[test]
fn broken_yaml_and_json_name_the_line() {
    let yaml = "Resources:\n  A:\n    Type: AWS::S3::Bucket\n   B: [\n";
    refused(&Folder::new().file("bad.yaml", yaml), "bad.yaml", 4, "not valid YAML");
    let json = "{\"Resources\":\n {\"A\": {\"Type\": \"AWS::S3::Bucket\",,}}}\n";
    refused(&Folder::new().file("bad.json", json), "bad.json", 2, "not valid");
}

#[test]
fn aliases_that_multiply_are_refused() {
    let mut text = "Resources: # AWS::\n  a: &a [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for (name, of) in ('b'..='m').zip('a'..) {
        let items = vec![format!("*{of}"); 10].join(", ");
        text.push_str(&format!("  {name}: &{name} [{items}]\n"));
    }
    refused(&Folder::new().file("bad.yaml", text), "bad.yaml", 7, "limit");
}

#[test]
fn an_alias_within_itself_is_refused() {
    let text = "Resources: &all\n  A:\n    Type: AWS::S3::Bucket\n    Properties: *all\n";
    refused(&Folder::new().file("bad.yaml", text), "bad.yaml", 4, "alias");
}

#[test]
fn windows_line_ends_marks_and_utf_16_are_read() {
    let utf16: Vec<u8> =
        [0xff, 0xfe].into_iter().chain(ORDERS.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let folder = Folder::new()
        .file("crlf.yaml", ORDERS.replace('\n', "\r\n"))
        .file("mark.yaml", format!("\u{feff}{ORDERS}"))
        .file("utf16.yaml", utf16);
    let scan = scan_beside_orders(&folder);
    assert_eq!(
        scan.findings(),
        [
            "crlf.yaml:13 SAS-4.1",
            "mark.yaml:13 SAS-4.1",
            "template.yaml:13 SAS-4.1",
            "utf16.yaml:13 SAS-4.1"
        ]
    );
    assert_eq!(scan.count("files_not_scanned"), 0);
}

#[test]
fn pipes_and_devices_never_block() {
    let folder = Folder::new();
    folder.command("mkfifo", &["bad.yaml"]);
    refused(&folder, "bad.yaml", 0, "pipe");
    folder.run(&["scan", "bad.yaml"]).exits(3).says("this is not a file");
    folder.run(&["scan", "/dev/zero", "--strict"]).exits(3).says("this is not a file");
    folder.run(&["expand", "bad.yaml"]).exits(2).says("this is not a file");
    let folder = Folder::new();
    folder.command("mkfifo", &["routes.yaml"]);
    folder.write(
        "api.yaml",
        "Transform: AWS::Serverless-2016-10-31\nResources:\n  Api:\n    Type: AWS::Serverless::Api\n    \
         Properties: {StageName: a, DefinitionBody: {Fn::Transform: {Name: AWS::Include, Parameters: {Location: routes.yaml}}}}\n",
    );
    scan_beside_orders(&folder).notes("api.yaml:5", "not a file");
}

#[test]
fn what_may_not_be_opened_is_named() {
    let folder = Folder::with_orders().file("secret.yaml", ORDERS).file("shut/a.yaml", ORDERS);
    folder.command("chmod", &["000", "secret.yaml", "shut"]);
    // Where nobody can be asked in our place, root reads everything and there is nothing to test.
    let Some(run) = folder.run_as_nobody(&["scan", "--format", "json", "--rule", "SAS-4.1", "."])
    else {
        return;
    };
    folder.command("chmod", &["755", "secret.yaml", "shut"]);
    let scan = Scan { json: run.json(), code: run.code, err: run.err };
    assert_eq!(scan.findings(), ["template.yaml:13 SAS-4.1"]);
    scan.notes("secret.yaml:0 error", "Permission denied")
        .notes("shut:0 error", "Permission denied");
    assert_eq!((scan.count("files_not_scanned"), scan.code), (2, 1));
}

#[test]
fn a_link_that_leads_nowhere_or_in_a_circle_is_named() {
    refused(&Folder::new().link("bad.yaml", "nowhere.yaml"), "bad.yaml", 0, "leads to nothing");
    let circle = Folder::new().link("bad.yaml", "other").link("other", "bad.yaml");
    refused(&circle, "bad.yaml", 0, "leads to nothing");
}

#[test]
fn a_link_back_to_the_folder_is_not_followed_for_ever() {
    let folder = Folder::new().file("deep/er/a.yaml", ORDERS).link("deep/er/back", "../..");
    let scan = scan_beside_orders(&folder);
    assert_eq!(scan.findings(), ["deep/er/a.yaml:13 SAS-4.1", "template.yaml:13 SAS-4.1"]);
    scan.notes("deep/er/back:0 note", "leads back");
    assert_eq!(scan.count("files_not_scanned"), 0);
}

#[test]
fn a_link_to_a_file_inside_is_scanned_once() {
    let scan = scan_beside_orders(&Folder::new().link("again.yaml", "template.yaml"));
    assert_eq!(scan.findings(), ["template.yaml:13 SAS-4.1"]);
}

#[test]
fn a_link_out_of_the_folder_is_not_followed() {
    let outside = Folder::new().file("outside.yaml", ORDERS.replace("CreateOrder", "Stranger"));
    let target = outside.path("outside.yaml");
    let folder = Folder::new().link("bad.yaml", target.to_str().unwrap());
    refused(&folder, "bad.yaml", 0, "leads outside");
    let folder = Folder::new().link("inner", outside.path("").to_str().unwrap());
    let scan = scan_beside_orders(&folder);
    scan.notes("inner:0 warning", "leads outside");
    assert!(!scan.json.to_string().contains("Stranger"));
    // Who names the link wants what it leads to.
    let folder = Folder::new().link("named.yaml", target.to_str().unwrap());
    assert_eq!(
        folder.scan(&["--rule", "SAS-4.1", "named.yaml"]).findings(),
        ["named.yaml:13 SAS-4.1"]
    );
}
