//! Templates that say what no template should: each said with its place, nothing leaked.

use crate::folder::{Folder, ORDERS, Scan};

/// Scans `bad.yaml` beside a good template, which must give its finding.
#[track_caller]
fn scan(text: &str) -> Scan {
    let folder = Folder::with_orders().file("bad.yaml", text);
    let scan = folder.scan(&["--rule", "SAS-4.1", "."]);
    let good = scan.findings().iter().any(|finding| finding == "template.yaml:13 SAS-4.1");
    assert!(good, "{:#?}", scan.json);
    scan
}

#[test]
fn an_empty_file_is_no_template() {
    let folder = Folder::with_orders().file("empty.yaml", "");
    assert_eq!(folder.scan(&["."]).count("files_scanned"), 1);
    let run = folder.run(&["scan", "empty.yaml"]);
    run.exits(3).says("empty.yaml").says("not a CloudFormation, SAM or Azure template");
    folder.run(&["scan", "empty.yaml", "--strict"]).exits(3);
}

#[test]
fn a_template_without_resources_is_said() {
    let scan = scan("AWSTemplateFormatVersion: \"2010-09-09\"\nResources:\n");
    scan.notes("bad.yaml:2 warning", "empty");
    assert_eq!(scan.count("files_scanned"), 2);
}

#[test]
fn a_type_that_is_no_text_is_said() {
    for type_ in ["[AWS::S3::Bucket]", "{a: b}", "3", "", "true"] {
        let text =
            format!("Resources:\n  Queue:\n    Type: AWS::SQS::Queue\n  Bad:\n    Type: {type_}\n");
        scan(&text).notes("bad.yaml:", "Bad");
    }
}

#[test]
fn keys_that_are_no_text_are_said() {
    let text = "Resources:\n  ? [a, b]\n  : Type: AWS::S3::Bucket\n  ? {x: y}\n  : 3\n  1: {Type: AWS::SQS::Queue}\n";
    scan(text).notes("bad.yaml:2 warning", "key").notes("bad.yaml:4 warning", "key");
}

#[test]
fn keys_that_stand_twice_are_said() {
    let text = "Resources:\n  A:\n    Type: AWS::SQS::Queue\n    Type: AWS::SNS::Topic\n  A:\n    Type: AWS::SQS::Queue\n";
    scan(text).notes("bad.yaml:4 warning", "`Type`").notes("bad.yaml:5 warning", "`A`");
}

#[test]
fn conditions_that_go_in_a_circle_are_said() {
    let text = "Conditions:\n  One: !Not [!Condition Two]\n  Two: !Not [!Condition One]\nResources:\n  A:\n    Type: AWS::SQS::Queue\n    Condition: One\n";
    scan(text).notes("bad.yaml:", "refers to itself");
}

#[test]
fn references_that_go_in_a_circle_end() {
    let text = "Resources:\n  A:\n    Type: AWS::SQS::Queue\n    Properties:\n      QueueName: !Ref A\n  \
                B:\n    Type: AWS::Lambda::Alias\n    Properties:\n      FunctionName: !Ref C\n  \
                C:\n    Type: AWS::Lambda::Alias\n    Properties:\n      FunctionName: !GetAtt B.Arn\n";
    assert_eq!(scan(text).count("files_scanned"), 2);
}

/// A template that asks for `path` in every way there is.
fn asking(path: &str) -> String {
    format!(
        "Transform:\n  - AWS::Serverless-2016-10-31\n  - Name: AWS::Include\n    Parameters:\n      Location: {path}\n\
         Resources:\n  Fn::Transform:\n    Name: AWS::Include\n    Parameters:\n      Location: {path}\n  \
         Api:\n    Type: AWS::Serverless::Api\n    Properties:\n      StageName: a\n      DefinitionUri: {path}\n  \
         Http:\n    Type: AWS::Serverless::HttpApi\n    Properties:\n      DefinitionUri: {path}\n  \
         Steps:\n    Type: AWS::Serverless::StateMachine\n    Properties:\n      DefinitionUri: {path}\n  \
         Graph:\n    Type: AWS::Serverless::GraphQLApi\n    Properties:\n      SchemaUri: {path}\n      Auth: {{Type: AWS_IAM}}\n  \
         Nested:\n    Type: AWS::CloudFormation::Stack\n    Properties:\n      TemplateURL: {path}\n  \
         App:\n    Type: AWS::Serverless::Application\n    Properties:\n      Location: {path}\n"
    )
}

#[test]
fn nothing_outside_the_folder_is_ever_read() {
    let secret = "Outside-Secret-42";
    let outside = Folder::new().file("secret.yaml", format!("{secret}: {{Type: \"{secret}\"}}\n"));
    let target = outside.path("secret.yaml").to_str().unwrap().to_owned();
    let name = outside.path("").file_name().unwrap().to_str().unwrap().to_owned();
    let above = format!("../{name}/secret.yaml");
    let mixed = format!("inner/../../{name}/secret.yaml");
    for path in [
        &target,
        &above,
        &mixed,
        "link.txt",
        "links/secret.yaml",
        "/etc/passwd",
        "../../../../../../../etc/passwd",
        "file:///etc/passwd",
    ] {
        let folder = Folder::with_orders()
            .file("bad.yaml", asking(path))
            .file("inner/x.txt", "")
            .link("link.txt", &target)
            .link("links", outside.path("").to_str().unwrap());
        for format in ["terminal", "json", "sarif", "markdown", "junit"] {
            let run = folder.run(&["scan", ".", "--verbose", "--format", format]);
            run.exits(1).says_not(secret).says_not("root:x:");
        }
        for command in [["expand", "bad.yaml"], ["graph", "."]] {
            folder.run(&command).says_not(secret).says_not("root:x:");
        }
        let scan = folder.scan(&["--rule", "SAS-4.1", "."]);
        assert_eq!(scan.findings(), ["template.yaml:13 SAS-4.1"]);
        scan.notes("bad.yaml:5 error", path).notes("bad.yaml:10 error", path);
    }
}

#[test]
fn whether_a_file_outside_exists_is_not_told() {
    let words = |path: &str| {
        let folder = Folder::with_orders().file("bad.yaml", asking(path)).file("inner/x.txt", "");
        let all = folder.scan(&["."]).diagnostics();
        all.into_iter().map(|text| text.replace(path, "PATH")).collect::<Vec<_>>()
    };
    assert_eq!(
        words("../../../../../../../../etc/passwd"),
        words("../../../../../../../../etc/no-such-file")
    );
    assert_eq!(
        words("inner/../../../../../../../../etc/passwd"),
        words("inner/../../../../../../../../etc/x/y")
    );
}

#[test]
fn an_include_inside_the_folder_is_read_and_its_findings_stand_there() {
    let text = "Transform: AWS::Serverless-2016-10-31\nResources:\n  Fn::Transform:\n    Name: AWS::Include\n    Parameters:\n      Location: parts/functions.yml\n";
    let part = ORDERS.split_once("Resources:\n").unwrap().1.replace("\n  ", "\n");
    let part = part.strip_prefix("  ").unwrap();
    let folder = Folder::new().file("template.yaml", text).file("parts/functions.yml", part);
    let scan = folder.scan(&["--rule", "SAS-4.1", "."]);
    assert_eq!(scan.findings(), ["parts/functions.yml:10 SAS-4.1"], "{:#?}", scan.diagnostics());
}

#[test]
fn an_include_of_itself_ends() {
    let text = "Resources:\n  Queue:\n    Type: AWS::SQS::Queue\n  Fn::Transform:\n    Name: AWS::Include\n    Parameters:\n      Location: bad.yaml\n";
    scan(text).notes("bad.yaml:", "includes itself");
}

#[test]
fn includes_that_multiply_end_soon() {
    let mut folder = Folder::with_orders();
    let bytes: String = (0..2_000).map(|n| format!("Key{n}: [1, 2, 3]\n")).collect();
    for depth in 0..8 {
        let next = format!(
            "{{Fn::Transform: {{Name: AWS::Include, Parameters: {{Location: part{}.yml}}}}}}",
            depth + 1
        );
        let twenty: String = (0..20).map(|n| format!("N{n}: {next}\n")).collect();
        folder = folder.file(&format!("part{depth}.yml"), format!("{bytes}{twenty}"));
    }
    let folder = folder.file("bad.yaml", "Resources:\n  A:\n    Type: AWS::SQS::Queue\n    Properties:\n      Fn::Transform: {Name: AWS::Include, Parameters: {Location: part0.yml}}\n");
    folder.scan(&["--rule", "SAS-4.1", "."]).notes("part", "too many includes");
}

#[test]
fn control_characters_never_reach_a_terminal() {
    let text = ORDERS
        .replace("dynamodb:*", r"dynamodb:*\e]0;owned\a\e[31m\u202e\u009b")
        .replace("app.handler", r#""a\e[2Jb""#)
        .replace("python3.13", r#""py\u0008\u0007""#);
    let names = "Resources:\n  \"A\\e[31mB\\a\":\n    Type: \"AWS::SQS::\\e[1mQueue\"\n    \"Pro\\u202eperties\": {\"\\e\": \"\\u0085\"}\n    Condition: \"\\e[5m\"\n";
    let folder = Folder::with_orders()
        .file("bad.yaml", text)
        .file("names.yaml", names)
        .file("name\u{1b}[31m.yaml", ORDERS)
        .file("broken.yaml", "Resources: {A: {Type: 'AWS::S3::Bucket', \u{1b}[31m: [\n");
    let is_hidden = |c: &char| {
        (c.is_control() && !matches!(c, '\n' | '\t'))
            || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    let mut commands: Vec<Vec<&str>> = ["terminal", "json", "sarif", "markdown", "junit"]
        .iter()
        .map(|format| vec!["scan", ".", "--verbose", "--profile", "strict", "--format", format])
        .collect();
    commands.extend(
        ["mermaid", "dot", "json", "svg"].map(|format| vec!["graph", ".", "--format", format]),
    );
    commands.extend([
        vec!["scan", ".", "--checklist"],
        vec!["expand", "names.yaml"],
        vec!["expand", "bad.yaml"],
        vec!["scan", "no\u{1b}[31mpath"],
        vec!["explain", "no\u{1b}[31mrule"],
    ]);
    for command in commands {
        let run = folder.run(&command);
        let hidden: Vec<char> = run.all().chars().filter(|c| is_hidden(c)).collect();
        assert!(hidden.is_empty(), "{command:?}: {hidden:?}");
    }
}

#[test]
fn a_file_of_another_kind_is_said_only_when_it_is_named() {
    let folder = Folder::with_orders().file("compose.yaml", "services: {}\n");
    let scan = folder.scan(&["--rule", "SAS-4.1", "."]);
    assert_eq!((scan.count("files_scanned"), scan.count("files_not_scanned")), (1, 0));
    folder
        .run(&["scan", "compose.yaml"])
        .exits(3)
        .says("not a CloudFormation, SAM or Azure template");
    folder.run(&["scan", "compose.yaml", "--strict"]).exits(3).says("1 file was not scanned");
    folder.run(&["expand", "compose.yaml"]).exits(2).says("compose.yaml");
}

#[test]
fn a_resource_that_refers_to_itself_is_said() {
    let text = "Resources:\n  Other:\n    Type: AWS::SQS::Queue\n  Loop:\n    Type: AWS::SQS::Queue\n    Properties:\n      \
                QueueName: !Sub '${Loop}-x'\n";
    scan(text).notes("bad.yaml:4 warning", "`Loop` refers to itself");
}

#[test]
fn more_resources_than_any_stack_may_have_are_looked_at_in_part() {
    let many: String =
        (0..30_000).map(|n| format!("  Q{n}: {{Type: AWS::SQS::Queue}}\n")).collect();
    let scan = scan(&format!("Resources:\n{many}"));
    scan.notes("bad.yaml:", "20000 resources");
    assert_eq!(scan.count("files_in_part"), 1);
}

#[test]
fn parts_that_multiply_their_values_are_refused() {
    let mut part = "x:\n  a: &a [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for (name, of) in ('b'..='e').zip('a'..) {
        let items = vec![format!("*{of}"); 10].join(", ");
        part.push_str(&format!("  {name}: &{name} [{items}]\n"));
    }
    let asks = |n: usize| {
        format!(
            "      P{n}: {{Fn::Transform: {{Name: AWS::Include, Parameters: {{Location: part.txt}}}}}}\n"
        )
    };
    let asks: String = (0..100).map(asks).collect();
    let text =
        format!("Resources:\n  F:\n    Type: AWS::Lambda::Function\n    Properties:\n{asks}");
    let folder = Folder::with_orders().file("bad.yaml", text).file("part.txt", part);
    folder.scan(&["--rule", "SAS-4.1", "."]).notes("bad.yaml:5 error", "exceeds the limit");
}

#[test]
fn a_template_may_ask_for_so_many_bytes_and_no_more() {
    let part = format!("{{x: {}}}\n", "y".repeat(3 << 20));
    let asks = |n: usize| {
        format!(
            "      P{n}: {{Fn::Transform: {{Name: AWS::Include, Parameters: {{Location: part.txt}}}}}}\n"
        )
    };
    let asks: String = (0..10).map(asks).collect();
    let text =
        format!("Resources:\n  F:\n    Type: AWS::Lambda::Function\n    Properties:\n{asks}");
    let folder = Folder::with_orders().file("bad.yaml", text).file("part.txt", part);
    let scan = folder.scan(&["--rule", "SAS-4.1", "."]);
    scan.notes("bad.yaml:10 error", "more than 16 MiB");
    assert!(!scan.diagnostics().iter().any(|text| text.starts_with("bad.yaml:9")));
}
