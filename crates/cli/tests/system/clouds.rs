//! The example application on the other clouds: what is flawed in it on AWS is found there, too.

use std::collections::BTreeSet;

use crate::iam_generate::example;

/// The risks, by number, of the function that takes orders, and of what stands beside it.
fn risks(name: &str) -> BTreeSet<String> {
    let scan = example(name).scan(&["--profile", "strict"]);
    assert_eq!((scan.count("files_in_part"), scan.count("files_not_scanned")), (0, 0), "{name}");
    let of_another =
        |function: &str| !function.to_lowercase().replace('_', "").contains("createorder");
    let findings = scan.all_findings().iter();
    let its = findings.filter(|it| !it["function"].as_str().is_some_and(of_another));
    its.filter_map(|it| it["rule"].as_str()?.split_once('.').map(|(risk, _)| risk.to_owned()))
        .collect()
}

#[test]
fn the_code_of_the_app_on_azure_is_found() {
    let scan = example("orders-azure").scan(&[]);
    let functions = scan.json["functions"].as_array().unwrap();
    let named: Vec<_> =
        functions.iter().map(|it| (it["name"].as_str(), it["code"].as_str())).collect();
    assert_eq!(named, [(Some("createOrder"), Some("."))]);
    assert_eq!(functions[0]["triggers"].as_array().unwrap().len(), 1, "{functions:?}");
    assert_eq!(scan.count("functions_without_code"), 0);
    let of_code =
        scan.all_findings().iter().filter(|it| it["place"]["file"] == "create_order/__init__.py");
    let rules: BTreeSet<_> = of_code
        .filter(|it| it["function"] == "createOrder")
        .filter_map(|it| it["rule"].as_str()?.split_once('.').map(|(risk, _)| risk))
        .collect();
    assert_eq!(rules, BTreeSet::from(["SAS-1", "SAS-10"]));
}

#[test]
fn the_shop_has_the_same_risks_on_every_cloud() {
    let mut aws = risks("orders");
    // What is written to the databases of the other clouds is not followed as business data.
    assert!(aws.remove("SAS-9"));
    // Nothing beside the function watches too little there.
    aws.remove("SAS-5");
    assert_eq!(aws.len(), 7, "{aws:?}");
    for name in ["orders-azure", "orders-google"] {
        let found = risks(name);
        let missing: Vec<_> = aws.difference(&found).collect();
        assert!(missing.is_empty(), "{name} lacks {missing:?}");
    }
}
