//! Versions and aliases.

use sam_transform::{Options, expand};

use crate::{at, check, expanded, read, refuse, with_function};

fn version_id(template: &str) -> String {
    let expanded = expanded(template);
    let resources = at(&expanded.template, "Resources").unwrap().as_map().unwrap();
    resources.keys().find(|id| id.starts_with("CreateOrderVersion")).unwrap().to_string()
}

#[test]
fn an_alias_points_at_a_version_that_is_retained() {
    let template = with_function("AutoPublishAlias: live-1");
    let id = version_id(&template);
    assert_eq!(id.len(), "CreateOrderVersion".len() + 10);
    check(
        &template,
        &[
            (&format!("{id}/DeletionPolicy"), "Retain"),
            (&format!("{id}/Properties/FunctionName"), "!Ref CreateOrder"),
            ("CreateOrderAliasliveD1/Properties/Name", "live-1"),
            ("CreateOrderAliasliveD1/Properties/FunctionVersion", &format!("!GetAtt {id}.Version")),
        ],
    );
}

#[test]
fn a_new_location_or_environment_is_a_new_version() {
    let one = with_function("AutoPublishAlias: live");
    let moved = one.replace("orders.zip", "orders2.zip");
    let changed = with_function("AutoPublishAlias: live\nEnvironment: {Variables: {A: b}}");
    let described = with_function("AutoPublishAlias: live\nDescription: takes orders");
    assert_ne!(version_id(&one), version_id(&moved));
    assert_ne!(version_id(&one), version_id(&changed));
    assert_eq!(version_id(&one), version_id(&described));
}

#[test]
fn with_all_properties_any_change_is_a_new_version() {
    let one = with_function("AutoPublishAlias: live\nAutoPublishAliasAllProperties: true");
    let described = one.clone() + "      Description: takes orders\n";
    assert_ne!(version_id(&one), version_id(&described));
}

#[test]
fn references_to_alias_and_version_are_rewritten() {
    let template = with_function("AutoPublishAlias: live")
        + "  Other:\n    Type: AWS::SNS::Topic\n    \
         Properties:\n      A: !Ref CreateOrder.Alias\n      B: !GetAtt CreateOrder.Version.Version\n      \
         C: !Sub '${CreateOrder.Alias} ${CreateOrder.Nothing}'\n";
    let id = version_id(&template);
    check(
        &template,
        &[
            ("Other/Properties/A", "!Ref CreateOrderAliaslive"),
            ("Other/Properties/B", &format!("!GetAtt {id}.Version")),
            ("Other/Properties/C", "!Sub '${CreateOrderAliaslive} ${CreateOrder.Nothing}'"),
        ],
    );
}

#[test]
fn the_name_may_be_a_parameter() {
    let template = with_function("AutoPublishAlias: !Ref Stage")
        + "Parameters:\n  Stage: {Type: String, Default: beta}\n";
    check(&template, &[("CreateOrderAliasbeta/Properties/Name", "beta")]);
    let mut options = Options::default();
    options.parameters.insert("Stage".into(), read("prod"));
    let expanded = expand(&read(&template), &options, None);
    assert!(at(&expanded.template, "Resources/CreateOrderAliasprod").is_some());
}

#[test]
fn a_name_that_is_not_known_or_not_valid_is_refused() {
    refuse(&with_function("AutoPublishAlias: !Ref Unknown"), 8, "`AutoPublishAlias`");
    refuse(&with_function("AutoPublishAlias: '12'"), 8, "cannot name an alias");
    refuse(&with_function("ProvisionedConcurrencyConfig: {A: 1}"), 8, "needs an alias");
}
