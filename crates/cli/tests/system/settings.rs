//! `faasguard.toml`.

use crate::folder::{Folder, ORDERS};

fn with(settings: &str) -> Folder {
    Folder::with_orders().file("faasguard.toml", settings)
}

#[test]
fn a_mistake_in_the_settings_is_a_usage_error_with_its_place() {
    for (settings, words) in [
        ("profile = \"strict\"\nfial-on = \"high\"\n", "line 2: unknown field `fial-on`"),
        ("profile = \"strcit\"\n", "`strcit`"),
        ("fail-on = \"awful\"\n", "`fail-on`"),
        ("a = [\n", "line"),
        ("[rules.no-such-rule]\nenabled = false\n", "no-such-rule"),
        ("[rules.wildcard-action]\nenabeld = false\n", "line 2"),
        ("[[suppress]]\nrule = \"SAS-4.1\"\n", "reason"),
        ("[[suppress]]\nrule = \"SAS-4.1\"\nreason = \" \"\n", "reason"),
        ("[[suppress]]\nrule = \"SAS-99.1\"\nreason = \"x\"\n", "SAS-99.1"),
        ("[[suppress]]\nrule = \"SAS-4.1\"\nreason = \"x\"\nuntil = \"soon\"\n", "until"),
        ("[[suppress]]\nrule = \"SAS-4.1\"\nreason = \"x\"\npath = \"a[\"\n", "suppress"),
    ] {
        let run = with(settings).run(&["scan"]);
        run.exits(2).says("faasguard.toml").says(words);
        assert!(run.out.is_empty());
        assert_eq!(run.err.lines().count(), 1, "{}", run.err);
    }
}

#[test]
fn a_settings_file_that_is_named_must_exist() {
    Folder::with_orders().run(&["scan", "--config", "none.toml"]).exits(2).says("none.toml");
    let folder = Folder::with_orders().file("ours.toml", "fail-on = \"never\"\n");
    folder.run(&["scan", "--config", "ours.toml"]).exits(0);
}

#[test]
fn the_threshold_of_the_settings_holds_until_a_flag_says_otherwise() {
    let folder = with("fail-on = \"critical\"\n");
    folder.run(&["scan", "--rule", "SAS-4.1"]).exits(0);
    folder.run(&["scan", "--rule", "SAS-4.1", "--fail-on", "medium"]).exits(1);
    folder.run(&["scan", "--fail-on", "awful"]).exits(2).says("awful");
}

#[test]
fn settings_are_found_from_the_first_path_upwards_inside_the_repository() {
    let folder = with("fail-on = \"never\"\n").file("app/in/template.yaml", ORDERS);
    folder.run(&["scan", "app/in/template.yaml"]).exits(0);
    folder.run(&["scan", "app"]).exits(0);
    std::fs::create_dir(folder.path("app/.git")).unwrap();
    folder.run(&["scan", "app", "--rule", "SAS-4.1"]).exits(1);
}

#[test]
fn a_rule_can_be_switched_off_or_weighed_anew() {
    let folder = with("[rules.wildcard-action]\nenabled = false\n");
    assert!(!folder.scan(&["."]).findings().contains(&"template.yaml:13 SAS-4.1".to_owned()));
    let folder = with("[rules.\"SAS-4.1\"]\nseverity = \"low\"\n");
    let scan = folder.scan(&["--rule", "SAS-4.1", "."]);
    assert_eq!((scan.count("high"), scan.count("low"), scan.code), (0, 1, 0));
}

#[test]
fn a_suppression_of_the_settings_holds_for_path_and_resource_until_its_day() {
    let entry = "[[suppress]]\nrule = \"wildcard-action\"\nreason = \"the table is a cache\"\n";
    let scan = |more: &str| with(&format!("{entry}{more}")).scan(&["--rule", "SAS-4.1", "."]);
    assert_eq!(scan("").suppressed(), ["template.yaml:13 SAS-4.1 config"]);
    assert_eq!(scan("path = \"template.*\"\n").code, 0);
    assert_eq!(scan("resource = \"CreateOrder\"\nuntil = \"2999-12-31\"\n").code, 0);
    for more in ["path = \"other/**\"\n", "resource = \"Other\"\n", "until = \"2020-01-31\"\n"] {
        let scan = scan(more);
        assert_eq!((scan.code, scan.findings().len(), scan.unused().len()), (1, 1, 1), "{more}");
    }
    assert!(scan("until = \"2020-01-31\"\n").unused().join("").contains("expired on 2020-01-31"));
    let folder = with(entry);
    folder.run(&["scan", ".", "--rule", "SAS-4.1", "--no-suppress"]).exits(1);
    // A rule that did not run cannot need its suppression.
    assert!(folder.scan(&["--rule", "SAS-4.3", "."]).unused().is_empty());
    let run = folder.run(&["scan", ".", "--rule", "SAS-4.1", "--verbose"]);
    run.exits(0).says("the table is a cache");
}

#[test]
fn paths_of_settings_above_the_scanned_folder_count_from_the_settings_too() {
    let settings = "[[suppress]]\nrule = \"wildcard-action\"\npath = \"shop/orders/**\"\nreason = \"a cache\"\n";
    let folder = Folder::new()
        .file("faasguard.toml", settings)
        .file("shop/orders/template.yaml", ORDERS)
        .file("shop/stock/template.yaml", ORDERS);
    let only = ["--rule", "SAS-4.1"];
    let all = folder.scan(&[&["."][..], &only].concat());
    assert_eq!(all.suppressed(), ["shop/orders/template.yaml:13 SAS-4.1 config"]);
    let orders = folder.scan(&[&["shop/orders"][..], &only].concat());
    assert_eq!(orders.suppressed(), ["template.yaml:13 SAS-4.1 config"]);
    // Of a sibling they hide nothing, and that is no news.
    let stock = folder.scan(&[&["shop/stock"][..], &only].concat());
    assert_eq!((stock.findings().len(), stock.unused().len()), (1, 0));
}

#[test]
fn parameters_come_from_settings_and_flags_and_flags_win() {
    let template = "Parameters:\n  Stage: {Type: String}\nConditions:\n  IsDev: !Equals [!Ref Stage, dev]\nTransform: AWS::Serverless-2016-10-31\n\
        Resources:\n  CreateOrder:\n    Type: AWS::Serverless::Function\n    Condition: IsDev\n    Properties:\n      Handler: a.b\n      Runtime: python3.13\n      CodeUri: s/\n      \
        Policies:\n        - Statement:\n            - {Effect: Allow, Action: 'dynamodb:*', Resource: 'arn:aws:dynamodb:eu-west-1:111122223333:table/Orders'}\n";
    let folder = Folder::new().file("template.yaml", template);
    let when = |arguments: &[&str]| {
        let scan = folder.scan(&[&["--rule", "SAS-4.1", "."], arguments].concat());
        scan.all_findings().iter().map(|it| it["when"].to_string()).collect::<Vec<_>>()
    };
    assert_eq!(when(&[]), ["\"`IsDev`\""]);
    assert_eq!(when(&["--parameter", "Stage=dev"]), ["null"]);
    assert!(when(&["--parameter", "Stage=prod"]).is_empty());
    folder.write("faasguard.toml", "[parameters]\nStage = \"prod\"\n");
    assert!(when(&[]).is_empty());
    assert_eq!(when(&["--parameter", "Stage=dev"]), ["null"]);
    folder.run(&["scan", "--parameter", "Stage"]).exits(2).says("NAME=VALUE");
}

#[test]
fn the_strict_profile_adds_rules() {
    let folder = Folder::with_orders();
    let of = |arguments: &[&str]| folder.scan(arguments).findings();
    let (default, strict) = (of(&["."]), of(&[".", "--profile", "strict"]));
    let strict_only = "template.yaml:4 SAS-4.18".to_owned();
    assert!(!default.contains(&strict_only) && strict.contains(&strict_only), "{strict:?}");
    assert_eq!(of(&[".", "--rule", "missing-permissions-boundary"]), ["template.yaml:4 SAS-4.18"]);
    folder.write("faasguard.toml", "profile = \"strict\"\n");
    assert!(of(&["."]).contains(&strict_only));
    assert!(!of(&[".", "--profile", "default"]).contains(&strict_only));
    folder.run(&["scan", "--profile", "lax"]).exits(2);
    folder.run(&["scan", "--rule", "SAS-99.9"]).exits(2).says("SAS-99.9");
}

#[test]
fn the_settings_may_name_a_baseline_beside_them() {
    let folder = with("baseline = \"accepted.json\"\n");
    let scan = ["scan", ".", "--rule", "SAS-4.1"];
    folder.run(&scan).exits(2).says("accepted.json");
    folder.run(&[&scan[..], &["--write-baseline", "accepted.json"]].concat()).exits(0);
    folder.run(&scan).exits(0);
    let folder = with("baseline = \"pipe\"\n");
    folder.command("mkfifo", &["pipe"]);
    folder.run(&scan).exits(2).says("not a file");
    with("baseline = \"/dev/zero\"\n").run(&scan).exits(2).says("not a file");
    Folder::with_orders().run(&["scan", "--config", "/dev/zero"]).exits(2).says("larger than");
}
