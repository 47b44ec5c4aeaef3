//! Short tags and their long forms.

use cfn_template::lower;
use source_text::{FileId, Limits, Node, parse_yaml};

fn document(text: &str) -> Node {
    parse_yaml(FileId(0), text, &Limits::default()).unwrap().documents.swap_remove(0)
}

#[track_caller]
fn check_lower(input: &str, expect: &str, remarks: &[&str]) {
    let node = document(input);
    let place = node.place;
    let (found, diagnostics) = lower(node);
    assert!(found.same(&document(expect)), "{input}: {found:?}");
    assert_eq!(found.place, place, "{input}");
    let messages: Vec<&str> = diagnostics.iter().map(|it| it.message.as_str()).collect();
    assert_eq!(messages, remarks, "{input}");
}

#[test]
fn short_tags_become_long_functions() {
    check_lower("!Ref Orders", "{Ref: Orders}", &[]);
    check_lower("!Condition IsProd", "{Condition: IsProd}", &[]);
    check_lower("!Sub '${a}'", "{'Fn::Sub': '${a}'}", &[]);
    check_lower("a: [!GetAZs '']", "a: [{'Fn::GetAZs': ''}]", &[]);
    check_lower(
        "!Join ['', [!Ref a, !Sub b]]",
        "{'Fn::Join': ['', [{Ref: a}, {'Fn::Sub': b}]]}",
        &[],
    );
}

#[test]
fn get_att_has_its_list_form() {
    for input in [
        "!GetAtt Orders.Stream.Arn",
        "!GetAtt [Orders, Stream.Arn]",
        "!GetAtt [Orders, Stream, Arn]",
        "{'Fn::GetAtt': Orders.Stream.Arn}",
        "{'Fn::GetAtt': [Orders, Stream, Arn]}",
    ] {
        check_lower(input, "{'Fn::GetAtt': [Orders, Stream.Arn]}", &[]);
    }
    check_lower("!GetAtt Orders", "{'Fn::GetAtt': Orders}", &[]);
    check_lower("!GetAtt [a, !Ref b, c]", "{'Fn::GetAtt': [a, {Ref: b}, c]}", &[]);
}

#[test]
fn an_unknown_function_is_kept_and_said() {
    let remark = "unknown function `!Gett`; did you mean `!GetAtt`?";
    check_lower("!Gett a", "{'Fn::Gett': a}", &[remark]);
    let remark = "unknown function `Fn::Jon`; did you mean `Fn::Join`?";
    check_lower("{'Fn::Jon': a}", "{'Fn::Jon': a}", &[remark]);
    let remark = "unknown function `Fn::Ref`; did you mean `Ref`?";
    check_lower("{'Fn::Ref': a}", "{'Fn::Ref': a}", &[remark]);
    let remark = "unknown function `!Frobnicate`; it is kept as it is";
    check_lower("!Frobnicate a", "{'Fn::Frobnicate': a}", &[remark]);
    check_lower(
        "{'Fn::ForEach::Topics': [a, [], {}]}",
        "{'Fn::ForEach::Topics': [a, [], {}]}",
        &[],
    );
}
