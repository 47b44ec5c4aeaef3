//! Three-valued conditions, and which of them can hold together.

use cfn_template::{Evaluator, Settings, Template, Truth, When};

use crate::{head, parse, settings};

#[track_caller]
fn check_condition(pairs: &[(&str, &str)], name: &str, expect: Truth) {
    let (template, settings) = (head(), settings(pairs));
    assert_eq!(Evaluator::new(&template, &settings).condition(name), expect, "{name}");
}

/// `claims` are written as `IsProd`, `!IsProd`, `Stage=prod` and `Name?` (keeps its default).
#[track_caller]
fn check_together(claims: &[&str], expect: bool) {
    let (template, settings) = (head(), Settings::default());
    let evaluator = Evaluator::new(&template, &settings);
    let both = claims.iter().try_fold(When::ALWAYS, |when, claim| {
        let claim = if let Some((name, value)) = claim.split_once('=') {
            When::parameter(name, value)
        } else if let Some(name) = claim.strip_suffix('?') {
            When::default_of(name)
        } else if let Some(name) = claim.strip_prefix('!') {
            When::condition(name, false)
        } else {
            When::condition(*claim, true)
        };
        evaluator.both(&when, &claim)
    });
    assert_eq!(both.is_some(), expect, "{claims:?}");
}

#[test]
fn literals_decide() {
    check_condition(&[], "Always", Truth::True);
    check_condition(&[], "Never", Truth::False);
}

#[test]
fn a_parameter_decides_when_it_is_set() {
    check_condition(&[], "IsProd", Truth::Unknown);
    check_condition(&[("Stage", "prod")], "IsProd", Truth::True);
    check_condition(&[("Stage", "prod")], "NotProd", Truth::False);
    check_condition(&[("Stage", "dev")], "BigOrEu", Truth::Unknown);
    check_condition(&[("Stage", "prod")], "BigOrEu", Truth::True);
    check_condition(&[("AWS::Region", "eu-west-1")], "BigOrEu", Truth::True);
}

#[test]
fn a_default_alone_does_not_decide() {
    check_condition(&[], "IsOrders", Truth::Unknown);
}

#[test]
fn allowed_values_decide_when_they_leave_one_outcome() {
    check_condition(&[], "IsTest", Truth::False);
    check_condition(&[], "IsLongEmpty", Truth::False);
    check_condition(&[], "ByMap", Truth::Unknown);
    check_condition(&[("Stage", "dev")], "ByMap", Truth::True);
}

#[test]
fn a_cycle_or_a_missing_condition_is_unknown_and_said() {
    let (template, settings) = (head(), Settings::default());
    let evaluator = Evaluator::new(&template, &settings);
    for name in ["Loop", "Loop2", "Missing", "NotThere"] {
        assert_eq!(evaluator.condition(name), Truth::Unknown, "{name}");
    }
    let remarks: Vec<String> =
        evaluator.take_diagnostics().into_iter().map(|remark| remark.message).collect();
    assert_eq!(
        remarks,
        [
            "condition `Loop` refers to itself; it is taken as undecided",
            "there is no condition `Nowhere`; it is taken as undecided",
        ]
    );
}

#[test]
fn conditions_contradict_by_their_definitions() {
    check_together(&["IsProd", "!IsProd"], false);
    check_together(&["IsProd", "NotProd"], false);
    check_together(&["IsProd", "!NotProd"], true);
    check_together(&["IsProd", "IsDev"], false);
    check_together(&["!IsProd", "!IsDev"], false);
    check_together(&["IsFree", "IsX"], false);
    check_together(&["!IsFree", "!IsX"], true);
    check_together(&["EuWest", "UsEast"], false);
    check_together(&["IsProd", "!BigOrEu"], false);
    check_together(&["NotProd", "BigOrEu", "UsEast"], false);
    check_together(&["IsProd", "ByMap"], false);
    check_together(&["IsDev", "ByMap"], true);
    check_together(&["IsProd", "ByText"], true);
    check_together(&["IsDev", "ByText"], false);
    check_together(&["Opaque", "NotOpaque"], false);
    check_together(&["Opaque", "!NotOpaque"], true);
    check_together(&["Never"], false);
    check_together(&["Loop", "Missing"], true);
}

#[test]
fn parameter_choices_contradict_conditions() {
    check_together(&["Stage=prod", "IsProd"], true);
    check_together(&["Stage=dev", "IsProd"], false);
    check_together(&["Stage=dev", "Stage=prod"], false);
    check_together(&["Free=other", "IsX"], false);
    check_together(&["Name?", "IsOrders"], true);
    check_together(&["Name?", "!IsOrders"], false);
}

#[test]
fn a_long_chain_of_conditions_ends() {
    use std::fmt::Write as _;
    let mut text = String::from("Parameters: {P: {Type: String}}\nConditions:\n");
    for number in 0..3000 {
        let next = number + 1;
        writeln!(text, "  C{number}: !And [!Condition C{next}, !Condition C{next}]").unwrap();
    }
    text.push_str("  C3000: !Equals [!Ref P, a]\nResources: {}\n");
    let (template, _) = Template::read(&parse(&text));
    let settings = settings(&[("P", "a")]);
    let evaluator = Evaluator::new(&template, &settings);
    assert_eq!(evaluator.condition("C2999"), Truth::True);
}

#[test]
fn a_condition_over_many_parameters_is_unknown_and_cheap() {
    use std::fmt::Write as _;
    let mut text = String::from("Conditions:\n  Many:\n    Fn::Or:\n");
    for number in 0..200 {
        writeln!(text, "      - !Equals [!ImportValue v{number}, a]").unwrap();
    }
    text.push_str("Resources: {}\n");
    let (template, _) = Template::read(&parse(&text));
    let settings = Settings::default();
    let evaluator = Evaluator::new(&template, &settings);
    assert_eq!(evaluator.condition("Many"), Truth::Unknown);
}
