//! Laws that hold whatever code and trails say.

use aws_operations::{
    Given, Hole, Mapped, Piece, Service, Surroundings, from_cloudtrail, resolve, services,
};
use iam_policy::catalogue;
use proptest::prelude::*;

/// Texts of every form that names resources, and arbitrary ones.
fn values() -> impl Strategy<Value = String> {
    prop_oneof![
        "[A-Za-z0-9_./-]{1,20}",
        "arn:aws:[a-z0-9]{2,8}:eu-west-1:111122223333:[a-z/:*]{0,20}",
        "https://sqs\\.[a-z0-9-]{1,12}\\.amazonaws\\.com/[0-9]{12}/[a-z]{1,8}",
        "\\$\\{[A-Za-z]{1,8}\\}",
        // A value that says `{@` itself would look like a hole that stayed.
        ".{0,24}".prop_map(|text| text.replace("{@", "{")),
    ]
}

fn all_services() -> Vec<Service> {
    services().collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_filled_template_has_no_hole_and_keeps_what_is_known(
        at in any::<prop::sample::Index>(),
        value in values(),
        is_arn in any::<bool>(),
    ) {
        let service = *at.get(&all_services());
        let given = |_: &str| {
            let text = value.as_str().into();
            if is_arn { Given::Arn(text) } else { Given::Text(text) }
        };
        let around = Surroundings { partition: "aws", region: "eu-west-1", account: "111122223333" };
        for operation in service.operations() {
            for need in operation.needs() {
                prop_assert!(catalogue::exists(&need.action.to_string()));
                for filled in need.arns(around, &given) {
                    prop_assert!(!filled.arn.is_empty());
                    prop_assert!(!filled.arn.contains("{@"), "{operation}: {}", filled.arn);
                }
            }
        }
    }

    #[test]
    fn what_is_not_known_becomes_a_glob_that_takes_in_what_is(
        at in any::<prop::sample::Index>(),
        name in "[A-Za-z0-9]{1,12}",
    ) {
        let service = *at.get(&all_services());
        let around = Surroundings { partition: "aws", region: "eu-west-1", account: "111122223333" };
        let known = |_: &str| Given::Text(name.as_str().into());
        let unknown = |_: &str| Given::Unknown;
        for operation in service.operations() {
            for template in operation.needs().flat_map(|need| need.resources().collect::<Vec<_>>()) {
                let wide = template.fill(around, &unknown).arn;
                let narrow = template.fill(around, &known).arn;
                let pattern = cloud_names::Pattern::new(&wide);
                prop_assert!(pattern.matches(&narrow), "{operation}: {wide} {narrow}");
            }
        }
    }

    #[test]
    fn names_and_events_of_any_kind_are_answered(
        service in "[a-zA-Z0-9.=;:-]{0,16}",
        resource in "[A-Za-z.=]{0,10}",
        method in ".{0,24}",
    ) {
        for step in resolve(&service, &resource, &method).unwrap_or_default() {
            let _ = step.renames().count();
        }
        let mapped = from_cloudtrail(&service, &method);
        for need in mapped.needs() {
            prop_assert!(catalogue::exists(&need.action.to_string()));
        }
        let _ = from_cloudtrail("s3.amazonaws.com", &method);
    }

    #[test]
    fn a_date_behind_a_name_changes_nothing(
        at in any::<prop::sample::Index>(),
        version in "(20[12][0-9])(0[1-9]|1[0-2])([0-2][0-9])(v[1-9])?",
    ) {
        let service = *at.get(&all_services());
        let source = format!("{}.amazonaws.com", service.id);
        for operation in service.operations().take(20) {
            let plain = from_cloudtrail(&source, operation.name);
            let dated = from_cloudtrail(&source, &format!("{}{version}", operation.name));
            if plain != Mapped::Unknown {
                prop_assert_eq!(plain, dated);
            }
        }
    }
}

#[test]
fn every_hole_names_parameters_or_none_at_all() {
    for operation in services().flat_map(|service| service.operations().collect::<Vec<_>>()) {
        for template in operation.needs().flat_map(|need| need.resources().collect::<Vec<_>>()) {
            let holes = template.pieces().filter_map(|piece| match piece {
                Piece::Hole(hole) => Some(hole),
                _ => None,
            });
            for parameter in holes.flat_map(|hole: Hole| hole.parameters().collect::<Vec<_>>()) {
                let is_path =
                    parameter.chars().all(|c| c.is_alphanumeric() || "._-[]*{}".contains(c));
                assert!(is_path, "{operation}: {parameter}");
            }
        }
    }
}
