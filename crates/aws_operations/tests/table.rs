//! The whole table is sound: every line is read, every hole is filled by a parameter.

use aws_operations::{Authorisation, Given, Surroundings, find, find_service, services};

#[test]
fn every_operation_is_found_by_its_own_name() {
    let mut count = 0;
    for service in services() {
        assert_eq!(find_service(service.id), Some(service));
        for operation in service.operations() {
            assert_eq!(find(service.id, operation.name), Some(operation));
            count += 1;
        }
    }
    assert!(count > 19_000, "{count}");
}

#[test]
fn every_mapped_operation_asks_at_least_one_action() {
    for operation in services().flat_map(|service| service.operations().collect::<Vec<_>>()) {
        if let Authorisation::Actions(needs) = operation.authorisation() {
            assert!(needs.count() > 0, "{operation}");
        }
    }
}

#[test]
fn every_filled_template_is_an_arn() {
    let given = |_: &str| Given::Text("name".into());
    for operation in services().flat_map(|service| service.operations().collect::<Vec<_>>()) {
        for need in operation.needs() {
            for template in need.resources() {
                let arn = template.fill(Surroundings::default(), &given).arn;
                let is_whole = arn.split(':').count() >= 6 && !arn.contains(['{', '}', ' ']);
                let plain = arn.replace("${AWS::", "").replace('}', "");
                assert!(is_whole || plain.split(':').count() >= 6, "{operation}: {arn}");
                assert!(!plain.contains("{@"), "{operation}: {arn}");
            }
        }
    }
}

#[test]
fn names_and_arns_fill_the_same_template() {
    let query = find("dynamodb", "query").unwrap();
    let need = query.needs().next().unwrap();
    let given = |name: &str| match name {
        "TableName" => Given::Text("Orders".into()),
        _ => Given::Absent,
    };
    let arns = need.arns(Surroundings::default(), &given);
    assert_eq!(
        arns.last().map(|filled| filled.arn.as_str()),
        Some("arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/Orders")
    );
}
