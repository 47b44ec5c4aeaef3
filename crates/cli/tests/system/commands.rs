//! The commands beside `scan`.

use crate::folder::{Folder, ORDERS};

#[test]
fn expand_prints_cloudformation_in_two_forms() {
    let folder = Folder::with_orders();
    let run = folder.run(&["expand", "template.yaml"]);
    let json = run.exits(0).json();
    assert_eq!(json["Resources"]["CreateOrder"]["Type"], "AWS::Lambda::Function");
    assert_eq!(json["Resources"]["CreateOrderRole"]["Type"], "AWS::IAM::Role");
    let run = folder.run(&["expand", "template.yaml", "--format", "yaml"]);
    run.exits(0);
    assert!(run.out.contains("CreateOrderRole:\n") && !run.out.contains('{'), "{}", run.out);
    let plain = "Resources:\n  Queue:\n    Type: AWS::SQS::Queue\n";
    let folder = folder.file("plain.yaml", plain);
    assert_eq!(folder.run(&["expand", "plain.yaml", "--format", "yaml"]).exits(0).out, plain);
}

#[test]
fn expand_refuses_what_is_no_template() {
    let folder = Folder::new()
        .file("other.yaml", "services: {}\n")
        .file("empty.yaml", "")
        .file("broken.yaml", "Resources: {\n");
    for file in ["other.yaml", "empty.yaml", "broken.yaml", "missing.yaml", "."] {
        let run = folder.run(&["expand", file]);
        run.exits(2).says(file);
        assert!(run.out.is_empty(), "{}", run.out);
    }
    folder.run(&["expand", "broken.yaml"]).says("broken.yaml:1");
}

#[test]
fn expand_says_on_standard_error_what_it_could_not_do() {
    let text = ORDERS.replace("Policies:", "Events: {Odd: {Type: NoSuchEvent}}\n      Policies:");
    let run = Folder::new().file("t.yaml", text).run(&["expand", "t.yaml"]);
    run.exits(0).json();
    assert!(run.err.contains("t.yaml:10"), "{}", run.err);
}

#[test]
fn graph_draws_in_four_forms() {
    let folder = Folder::with_orders();
    for (format, words) in
        [("mermaid", "flowchart"), ("dot", "digraph"), ("svg", "<svg"), ("json", "\"nodes\"")]
    {
        let run = folder.run(&["graph", ".", "--format", format]);
        run.exits(0).says(words).says("CreateOrder");
        let file = format!("picture.{}", if format == "mermaid" { "mmd" } else { format });
        let run = folder.run(&["graph", ".", "--format", format, "-o", &file]);
        assert_eq!(run.exits(0).all(), "");
        assert!(folder.read(&file).contains(words));
    }
    folder.run(&["graph", ".", "-o", "picture.svg"]).exits(0);
    folder.run(&["graph", ".", "-o", "picture.bmp"]).exits(2).says("--format");
    folder.run(&["graph", ".", "--format", "bmp"]).exits(2).says("bmp");
}

#[test]
fn explain_knows_names_ids_and_risks() {
    let folder = Folder::new();
    let by_name = folder.run(&["explain", "wildcard-action"]);
    by_name.exits(0).says("SAS-4.1").says("When it stays silent");
    assert_eq!(folder.run(&["explain", "SAS-4.1"]).out, by_name.out);
    assert_eq!(folder.run(&["explain", "sas-4.1"]).out, by_name.out);
    folder.run(&["explain", "SAS-4"]).exits(0).says("wildcard-action");
    for near in ["wildcard-acton", "wildcardaction", "wildcard_action", "Wildcard-Action"] {
        folder.run(&["explain", near]).says("wildcard-action");
    }
    folder.run(&["explain", "wildcard-acton"]).exits(2).says("did you mean `wildcard-action`?");
    folder.run(&["explain", "SAS-99"]).exits(2).says("faasguard rules");
    folder.run(&["explain", "no\nsuch\u{1b}rule"]).exits(2);
}

#[test]
fn rules_are_listed_in_three_forms() {
    let folder = Folder::new();
    folder.run(&["rules"]).exits(0).says("SAS-4.1").says("wildcard-action");
    folder.run(&["rules", "--format", "markdown"]).exits(0).says("| ");
    let json = folder.run(&["rules", "--format", "json"]).json();
    assert!(json.to_string().contains("\"wildcard-action\""));
}

#[test]
fn completions_manuals_and_the_reference_are_written_by_the_program() {
    let folder = Folder::new();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        folder.run(&["completions", shell]).exits(0).says("faasguard");
    }
    folder.run(&["man"]).exits(0).says(".TH faasguard");
    folder.run(&["man", "pages"]).exits(0);
    assert!(folder.read("pages/faasguard-scan.1").contains("faasguard"));
    folder.run(&["reference"]).exits(0).says("## `faasguard scan`");
}

#[test]
fn usage_errors_and_help_have_their_codes() {
    let folder = Folder::new();
    folder.run(&[]).exits(2);
    folder.run(&["scna"]).exits(2).says("scan");
    folder.run(&["scan", "--no-such-flag"]).exits(2);
    folder.run(&["--help"]).exits(0).says("scan");
    folder.run(&["--version"]).exits(0).says(env!("CARGO_PKG_VERSION"));
    folder.run(&["scan", "--help"]).exits(0).says("--baseline");
}
