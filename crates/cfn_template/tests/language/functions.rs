//! Each function, in its long and short form, decided and undecided.

use crate::{check, check_with, remarks};

#[test]
fn join_puts_known_items_together() {
    check("!Join ['-', [a, 1, true]]", "a-1-true");
    check("{'Fn::Join': ['', [a, b]]}", "ab");
    check("!Join ['-', []]", "''");
    check("!Join ['-', [a, !Ref 'AWS::NoValue', b]]", "a-b");
    check("!Join ['-', [a, !Ref Orders]]", "!Join ['-', [a, !Ref Orders]]");
    check("!Join ['-', !Ref Subnets]", "!Join ['-', !Ref Subnets]");
    check_with(&[("Subnets", "x,y")], "!Join ['-', !Ref Subnets]", "x-y");
}

#[test]
fn select_takes_one_item() {
    check("!Select [1, [a, b, c]]", "b");
    check("{'Fn::Select': ['0', [a, b]]}", "a");
    check("!Select [0, !Split [',', 'a,b']]", "a");
    check("!Select [1, [!Ref Orders, b]]", "b");
    check("!Select [0, [!Ref Orders, b]]", "!Ref Orders");
    check("!Select [0, !GetAZs '']", "!Select [0, !GetAZs '']");
    let shifting = "!Select [1, [!If [IsProd, a, !Ref 'AWS::NoValue'], b, c]]";
    check(shifting, shifting);
    check("!Select [5, [a]]", "!Select [5, [a]]");
    assert_eq!(remarks("!Select [5, [a]]"), ["there is no item 5 in a list of 1"]);
}

#[test]
fn split_cuts_known_text() {
    check("!Split ['-', a-b-c]", "[a, b, c]");
    check("{'Fn::Split': [',', 'a,']}", "[a, '']");
    check("!Split ['-', !Ref Free]", "!Split ['-', !Ref Free]");
    check("!Split ['', abc]", "!Split ['', abc]");
}

#[test]
fn sub_puts_in_what_is_known_and_keeps_the_rest() {
    check("!Sub plain", "plain");
    check("{'Fn::Sub': 'a ${!Literal}'}", "'a ${Literal}'");
    check("!Sub ['${x}-${y}', {x: 1, y: b}]", "1-b");
    check("!Sub ['${x}-${Orders}', {x: a}]", "!Sub 'a-${Orders}'");
    check("!Sub ['${x}-${y}', {x: a, y: !Ref Orders}]", "!Sub ['a-${y}', {y: !Ref Orders}]");
    check("!Sub '${Orders.Arn}/*'", "!Sub '${Orders.Arn}/*'");
    check("!Sub ['${Orders}', {}]", "!Sub '${Orders}'");
    check("!Sub ['${Orders}']", "!Sub '${Orders}'");
    check("!Sub 'open ${ brace'", "'open ${ brace'");
    check("!Sub '$${x'", "'$${x'");
    let region = [("AWS::Region", "eu-west-1")];
    check_with(&region, "!Sub 'a:${AWS::Region}'", "a:eu-west-1");
    check_with(&region, "!Sub 'a:${ AWS::Region }:${Orders}'", "!Sub 'a:eu-west-1:${Orders}'");
    check_with(&[("Free", "x")], "!Sub '${Free}'", "x");
}

#[test]
fn text_put_into_a_sub_cannot_become_a_variable() {
    check("!Sub ['${x}${Orders}', {x: '${Free}'}]", "!Sub '${!Free}${Orders}'");
    check("!Sub ['${x}{Free}${Orders}', {x: '$'}]", "!Sub '${!Free}${Orders}'");
    check("!Sub ['${x}', {x: '${Free}'}]", "'${Free}'");
}

#[test]
fn find_in_map_looks_up_literal_keys() {
    check("!FindInMap [Sizes, prod, Memory]", "512");
    check("{'Fn::FindInMap': [Sizes, dev, Zones]}", "[x, y]");
    check("!FindInMap [Sizes, test, Memory, {DefaultValue: 1}]", "1");
    check("!FindInMap [Sizes, !Ref Stage, Memory]", "!FindInMap [Sizes, !Ref Stage, Memory]");
    check_with(&[("Stage", "dev")], "!FindInMap [Sizes, !Ref Stage, Memory]", "128");
    check("!FindInMap [Sizes, test, Memory]", "!FindInMap [Sizes, test, Memory]");
    assert_eq!(
        remarks("!FindInMap [Sizes, test, Memory]"),
        ["there is no `Memory` under `test` in mapping `Sizes`"]
    );
}

#[test]
fn a_decided_if_is_its_branch() {
    check("!If [Always, a, b]", "a");
    check("{'Fn::If': [Never, a, b]}", "b");
    check("!If [IsProd, !Join ['', [a, b]], c]", "!If [IsProd, ab, c]");
    check_with(&[("Stage", "prod")], "!If [IsProd, a, b]", "a");
    check("!If [Always, !If [Never, a, b], c]", "b");
    check("!If [!Equals [a, a], a, b]", "a");
    check("!If [Nowhere, a, b]", "!If [Nowhere, a, b]");
    assert_eq!(
        remarks("!If [Nowhere, a, b]"),
        ["there is no condition `Nowhere`; add it to `Conditions`"]
    );
}

#[test]
fn no_value_is_taken_out_of_lists_and_mappings() {
    check("{a: !Ref 'AWS::NoValue', b: 1}", "{b: 1}");
    check("[!Ref 'AWS::NoValue', b]", "[b]");
    check("{a: !If [Never, 1, !Ref 'AWS::NoValue']}", "{}");
    check("{a: !If [IsProd, 1, !Ref 'AWS::NoValue']}", "{a: !If [IsProd, 1, !Ref 'AWS::NoValue']}");
    check("!Ref 'AWS::NoValue'", "!Ref 'AWS::NoValue'");
}

#[test]
fn conditions_in_values_are_decided() {
    check("!Equals [1, '1']", "true");
    check("{'Fn::Equals': [a, !Ref Free]}", "!Equals [a, !Ref Free]");
    check("!And [!Condition Always, !Equals [a, b]]", "false");
    check(
        "!And [!Condition Always, !Condition IsProd]",
        "!And [!Condition Always, !Condition IsProd]",
    );
    check("!Or [!Condition IsProd, !Condition Always]", "true");
    check("{'Fn::Not': [{Condition: Always}]}", "false");
    check("!Not [!Condition IsProd]", "!Not [!Condition IsProd]");
}

#[test]
fn text_functions_of_known_values_are_evaluated() {
    check("!Base64 abc", "YWJj");
    check("{'Fn::Base64': !Ref Free}", "!Base64 {Ref: Free}");
    check("!Length [a, b]", "2");
    check(
        "!Length [!If [IsProd, a, !Ref 'AWS::NoValue']]",
        "!Length [!If [IsProd, a, !Ref 'AWS::NoValue']]",
    );
    check(r#"!ToJsonString {a: [1, "b\"", true, null]}"#, r#"'{"a":[1,"b\"",true,null]}'"#);
    check("!ToJsonString {a: !Ref Orders}", "!ToJsonString {a: !Ref Orders}");
}

#[test]
fn cidr_cuts_blocks() {
    check("!Cidr [10.0.0.0/16, 2, 8]", "[10.0.0.0/24, 10.0.1.0/24]");
    check("{'Fn::Cidr': ['10.0.0.77/24', '2', '5']}", "[10.0.0.0/27, 10.0.0.32/27]");
    check("!Cidr ['2001:db8::/56', 1, 64]", "['2001:db8::/64']");
    check("!Cidr ['2001:db8::/56', 2, 64]", "['2001:db8::/64', '2001:db8:0:1::/64']");
    check("!Select [255, !Cidr [10.0.0.0/16, 256, 8]]", "10.0.255.0/24");
    check_with(&[("Free", "10.1.0.0/16")], "!Select [1, !Cidr [!Ref Free, 2, 8]]", "10.1.1.0/24");
    for undecided in [
        // The documentation knows no size that holds when none is given.
        "!Cidr [10.0.0.0/16, 2]",
        "!Cidr [10.0.0.0/16, 257, 4]",
        "!Cidr [10.0.0.0/16, 2, !Ref Free]",
        "!Cidr [10.0.0.0/24, 3, 7]",
        "!Cidr [10.0.0.0/24, 2, 0]",
        "!Cidr [10.0.0.0/24, 2, 33]",
        "!Cidr [10.0.0.0/99, 2, 8]",
        "!Cidr [10.0.0.0/0, 999999, 8]",
        "!Cidr [!Ref Free, 2, 8]",
        "!Cidr [x, y, z]",
    ] {
        check(undecided, undecided);
    }
}

/// The zones that an account sees differ from account to account, and no name is made up.
#[test]
fn zones_stay_unknown_in_a_known_region() {
    let region = [("AWS::Region", "eu-west-1")];
    for stays in [
        "!GetAZs ''",
        "!GetAZs eu-west-1",
        "!Select [0, !GetAZs '']",
        "!Length {'Fn::GetAZs': ''}",
        "!Join [',', !GetAZs '']",
    ] {
        check_with(&region, stays, stays);
    }
    check_with(&region, "!GetAZs {Ref: 'AWS::Region'}", "!GetAZs eu-west-1");
}

#[test]
fn what_only_deployment_knows_stays() {
    for value in [
        "!Ref Orders",
        "!Ref Stage",
        "!Ref Name",
        "!Ref 'AWS::Region'",
        "!Ref 'AWS::URLSuffix'",
        "!GetAtt Orders.Arn",
        "!ImportValue shared-vpc",
        "!GetAZs ''",
        "{'Fn::Transform': {Name: Macro, Parameters: {a: b}}}",
        "'{{resolve:ssm:/a:1}}'",
        "{Ref: [a]}",
    ] {
        check(value, value);
    }
}

#[test]
fn settings_give_parameters_and_pseudo_parameters() {
    check_with(&[("Name", "carts")], "!Ref Name", "carts");
    check_with(&[("Subnets", "x, y")], "!Ref Subnets", "[x, y]");
    check_with(&[("AWS::AccountId", "111122223333")], "!Ref 'AWS::AccountId'", "'111122223333'");
    check_with(&[("AWS::Partition", "aws-cn")], "!Ref 'AWS::URLSuffix'", "amazonaws.com.cn");
    check_with(&[("AWS::StackName", "shop")], "!Sub '${AWS::StackName}-x'", "shop-x");
    check_with(&[("Ami", "/other")], "!Ref Ami", "!Ref Ami");
}

#[test]
fn functions_with_wrong_arguments_stay() {
    for value in [
        "!Join a",
        "!Join ['-']",
        "!Join [[a], [b]]",
        "!Select []",
        "!Select [-1, [a]]",
        "!Select [99999999999999999999, [a]]",
        "!Split [a]",
        "!Sub [[a], {}]",
        "!Sub {a: b}",
        "!FindInMap [Sizes]",
        "!FindInMap [Sizes, a, b, c]",
        "!If [Always]",
        "!If [[a], b, c]",
        "!Equals [a]",
        "!Not []",
        "!And {a: b}",
        "!Length a",
        "!Base64 [a]",
        "!GetAtt [a]",
    ] {
        check(value, value);
    }
}

#[test]
fn text_that_doubles_at_every_level_is_cut_off() {
    let mut value = "aaaaaaaaaaaaaaaa".to_owned();
    for _ in 0..40 {
        value = format!("!Sub ['${{x}}${{x}}', {{x: {value}}}]");
    }
    let remarks = remarks(&value);
    assert_eq!(remarks.len(), 1, "{remarks:?}");
    assert!(remarks.iter().all(|remark| remark.contains("too much text")));
}
