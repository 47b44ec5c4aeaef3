//! The function itself: code, package type, what is passed on and what is refused.

use sam_transform::{Options, expand};

use crate::{at, check, expanded, read, refuse, with_function};

#[test]
fn a_small_function_gets_a_role_and_the_tag_of_sam() {
    check(
        &with_function(""),
        &[
            ("CreateOrder/Type", "AWS::Lambda::Function"),
            ("CreateOrder/Properties/Code", "{S3Bucket: code, S3Key: orders.zip}"),
            ("CreateOrder/Properties/Role", "!GetAtt CreateOrderRole.Arn"),
            ("CreateOrder/Properties/Tags", "[{Key: lambda:createdBy, Value: SAM}]"),
            ("CreateOrderRole/Properties/Policies", "null"),
            (
                "CreateOrderRole/Properties/ManagedPolicyArns",
                "['arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole']",
            ),
        ],
    );
}

#[test]
fn a_local_path_stays_until_the_template_is_packaged() {
    let template = with_function("").replace("s3://code/orders.zip", "src/orders/");
    check(&template, &[("CreateOrder/Properties/Code", "src/orders/")]);
    let options = Options { packaged: true, ..Options::default() };
    let packaged = expand(&read(&template), &options, None);
    let message = &packaged.diagnostics.first().unwrap().message;
    assert!(message.contains("`CodeUri`"), "{message}");
    assert!(at(&packaged.template, "Resources/CreateOrder").is_none());
}

#[test]
fn code_on_another_server_is_refused() {
    let template = with_function("").replace("s3://code/", "https://code.example.com/");
    refuse(&template, 7, "`CodeUri`");
}

#[test]
fn a_version_of_the_code_is_read_from_the_location() {
    let template = with_function("").replace("orders.zip", "orders.zip?versionId=7");
    check(&template, &[("CreateOrder/Properties/Code/S3ObjectVersion", "'7'")]);
}

#[test]
fn every_node_of_a_generated_role_points_into_the_template() {
    let expanded = expanded(&with_function("Tracing: Active"));
    let role = at(&expanded.template, "Resources/CreateOrderRole").unwrap();
    assert_eq!(role.place.line, 2);
    let tracing = at(role, "Properties/ManagedPolicyArns/1").unwrap();
    assert_eq!(
        (tracing.as_str().unwrap().ends_with("AWSXrayWriteOnlyAccess"), tracing.place.line),
        (true, 8)
    );
}

#[test]
fn attributes_go_to_the_function_and_conditions_to_all_it_makes() {
    let template = with_function("").replace(
        "    Properties:",
        "    Condition: IsProd\n    DependsOn: Orders\n    Properties:",
    );
    check(
        &template,
        &[
            ("CreateOrder/DependsOn", "Orders"),
            ("CreateOrder/Condition", "IsProd"),
            ("CreateOrderRole/Condition", "IsProd"),
            ("CreateOrderRole/DependsOn", "null"),
        ],
    );
}

#[test]
fn an_image_has_no_handler() {
    refuse(&with_function("PackageType: Image\nImageUri: repo/orders:1"), 6, "no `Handler`");
}

#[test]
fn an_unknown_property_is_named_where_it_stands() {
    refuse(&with_function("Memory: 128"), 8, "no property `Memory`");
}

#[test]
fn one_broken_function_does_not_stop_the_others() {
    let template = with_function("Memory: 128")
        + "  ShipOrder:\n    Type: AWS::Serverless::Function\n    Properties:\n      Runtime: python3.13\n      \
           Handler: app.ship\n      InlineCode: 'pass'\n";
    let expanded = expanded(&template);
    assert_eq!(expanded.diagnostics.len(), 1);
    let code = at(&expanded.template, "Resources/ShipOrder/Properties/Code").unwrap();
    assert!(code.same(&read("{ZipFile: pass}")));
    assert!(at(&expanded.template, "Resources/CreateOrder").is_none());
}

#[test]
fn a_generated_resource_does_not_replace_one_of_the_template() {
    let template = with_function("") + "  CreateOrderRole:\n    Type: AWS::IAM::Role\n";
    refuse(&template, 2, "`CreateOrderRole`");
}
