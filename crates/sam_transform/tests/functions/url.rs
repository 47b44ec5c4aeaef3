//! URLs of functions.

use crate::{check, refuse, with_function};

#[test]
fn a_public_url_lets_everybody_call_it_and_nothing_else() {
    check(
        &with_function("FunctionUrlConfig: {AuthType: NONE, Cors: {AllowOrigins: ['*']}}"),
        &[
            ("CreateOrderUrl/Properties/TargetFunctionArn", "!Ref CreateOrder"),
            ("CreateOrderUrl/Properties/Cors", "{AllowOrigins: ['*']}"),
            (
                "CreateOrderUrlPublicPermissions/Properties",
                "{Action: 'lambda:InvokeFunctionUrl', FunctionName: !Ref CreateOrder, Principal: '*', \
                 FunctionUrlAuthType: NONE}",
            ),
            ("CreateOrderURLInvokeAllowPublicAccess/Properties/InvokedViaFunctionUrl", "true"),
        ],
    );
}

#[test]
fn a_url_with_iam_needs_no_permission() {
    check(
        &with_function("FunctionUrlConfig: {AuthType: AWS_IAM}"),
        &[("CreateOrderUrlPublicPermissions", "null"), ("CreateOrderUrl/Type", "AWS::Lambda::Url")],
    );
}

#[test]
fn a_url_leads_to_the_alias() {
    check(
        &with_function("AutoPublishAlias: live\nFunctionUrlConfig: {AuthType: NONE}"),
        &[("CreateOrderUrlPublicPermissions/Properties/FunctionName", "!Ref CreateOrderAliaslive")],
    );
}

#[test]
fn a_url_says_who_may_call_it() {
    refuse(&with_function("FunctionUrlConfig: {Cors: {}}"), 8, "`AuthType`");
    refuse(
        &with_function("FunctionUrlConfig: {AuthType: NONE, Cors: {MaxAge: long}}"),
        8,
        "`MaxAge`",
    );
}
