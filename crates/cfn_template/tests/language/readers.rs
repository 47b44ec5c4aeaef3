//! Reading values: known, one of several, or unresolved.

use cfn_template::{Evaluator, Settings, Value};

use crate::{head, parse, settings};

/// A value in short notation: `= text`, `| when: text | …`, `? expression [references]`.
fn words<T: std::fmt::Display>(value: &Value<T>) -> String {
    match value {
        Value::Known(value) => format!("= {value}"),
        Value::OneOf(choices) => {
            let choices: Vec<String> =
                choices.iter().map(|it| format!("{}: {}", it.when, it.value)).collect();
            format!("| {}", choices.join(" | "))
        }
        Value::Unresolved(expression) => {
            let references: Vec<String> = expression
                .references
                .iter()
                .map(|it| match &it.attribute {
                    Some(attribute) => format!("{}.{attribute}", it.name),
                    None => it.name.to_string(),
                })
                .collect();
            format!("? {} [{}]", expression.text, references.join(" "))
        }
    }
}

#[track_caller]
fn check_text(input: &str, expect: &str) {
    let (template, settings) = (head(), Settings::default());
    let evaluator = Evaluator::new(&template, &settings);
    let node = evaluator.simplify(&parse(input));
    assert_eq!(words(&evaluator.text(&node)), expect, "{input}");
}

#[track_caller]
fn check_list(pairs: &[(&str, &str)], input: &str, expect: &[&str]) {
    let (template, settings) = (head(), settings(pairs));
    let evaluator = Evaluator::new(&template, &settings);
    let node = evaluator.simplify(&parse(input));
    let found: Vec<String> = evaluator
        .list(&node)
        .iter()
        .map(|(when, item)| {
            let text = evaluator.expression(item).text;
            if when.is_always() { text.to_string() } else { format!("{when}: {text}") }
        })
        .collect();
    assert_eq!(found, expect, "{input}");
}

#[test]
fn scalars_are_known() {
    check_text("a", "= a");
    check_text("012", "= 012");
    check_text("true", "= true");
    check_text("'{{resolve:ssm:/a}}'", "= {{resolve:ssm:/a}}");
}

#[test]
fn parameters_are_read_by_what_they_may_be() {
    check_text("!Ref Stage", "| `Stage` is `dev`: dev | `Stage` is `prod`: prod");
    check_text("!Ref Name", "| `Name` keeps its default: orders");
    check_text("!Ref Free", "? ${Free} [Free]");
    check_text("!Ref Ami", "? ${Ami} [Ami]");
    check_text("!Ref Subnets", "? ${Subnets} [Subnets]");
    check_text("!Ref 'AWS::Region'", "? ${AWS::Region} [AWS::Region]");
}

#[test]
fn texts_of_parameters_are_put_together() {
    check_text(
        "!Sub 'x-${Stage}-${Name}'",
        "| `Stage` is `dev` and `Name` keeps its default: x-dev-orders \
         | `Stage` is `prod` and `Name` keeps its default: x-prod-orders",
    );
    check_text(
        "!FindInMap [Sizes, !Ref Stage, Memory]",
        "| `Stage` is `dev`: 128 | `Stage` is `prod`: 512",
    );
    check_text("!Select [0, !Split ['r', !Ref Name]]", "| `Name` keeps its default: o");
    check_text("!Join ['', [!If [IsProd, a, b], c]]", "| `IsProd`: ac | not `IsProd`: bc");
    check_text("!Join ['+', !Ref Subnets]", "| `Subnets` keeps its default: a+b");
}

#[test]
fn what_is_not_decided_is_an_expression() {
    check_text("!GetAtt Orders.Arn", "? ${Orders.Arn} [Orders.Arn]");
    check_text(
        "!Sub 'arn:${AWS::Partition}:s3:::${Orders}/${Name}/*'",
        "? arn:${AWS::Partition}:s3:::${Orders}/${Name}/* [AWS::Partition Orders Name]",
    );
    check_text(
        "!Join ['', ['arn:', !Ref Orders, /*, !Sub '${Free}']]",
        "? arn:${Orders}/*${Free} [Orders Free]",
    );
    check_text("!ImportValue shared-vpc", "? ${ImportValue shared-vpc} []");
    check_text("!ImportValue {'Fn::Sub': '${Free}-vpc'}", "? ${ImportValue ${Free}-vpc} [Free]");
    check_text("!Select [0, !GetAZs '']", "? ${Select 0 ${GetAZs }} []");
    check_text(
        "!Select [1, !GetAZs {Ref: 'AWS::Region'}]",
        "? ${Select 1 ${GetAZs ${AWS::Region}}} [AWS::Region]",
    );
    check_text("!Select [0, !Cidr [!Ref Free, 2, 8]]", "? ${Select 0 ${Cidr ${Free} 2 8}} [Free]");
    check_text("!Sub ['${x}/*', {x: !GetAtt Orders.Arn}]", "? ${Orders.Arn}/* [Orders.Arn]");
    check_text("!If [IsProd, !Ref Free, !Ref Orders]", "? ${If IsProd} [Free Orders]");
}

#[test]
fn branches_are_alternatives() {
    check_text("!If [IsProd, a, b]", "| `IsProd`: a | not `IsProd`: b");
    check_text("!If [IsProd, a, a]", "= a");
    check_text("!If [IsProd, a, !Ref 'AWS::NoValue']", "| `IsProd`: a");
    check_text("!If [IsProd, a, !Ref Orders]", "| `IsProd`: a");
    check_text("!If [IsProd, !If [NotProd, a, b], c]", "| `IsProd`: b | not `IsProd`: c");
    check_text(
        "!If [IsProd, !Ref Stage, x]",
        "| `IsProd` and `Stage` is `prod`: prod | not `IsProd`: x",
    );
    check_text(
        "!If [EuWest, a, !If [UsEast, b, c]]",
        "| `EuWest`: a | not `EuWest` and `UsEast`: b | not `EuWest` and not `UsEast`: c",
    );
}

#[test]
fn lists_and_mappings_are_not_text() {
    check_text("[a, b]", "? a, b []");
    check_text("{a: !Ref Orders}", "? a: ${Orders} [Orders]");
}

#[test]
fn numbers_and_truth_values_are_parsed() {
    let (template, settings) = (head(), Settings::default());
    let evaluator = Evaluator::new(&template, &settings);
    let boolean = |text: &str| words(&evaluator.boolean(&parse(text)));
    let integer = |text: &str| words(&evaluator.integer(&parse(text)));
    let number = |text: &str| words(&evaluator.number(&parse(text)));
    assert_eq!(boolean("'True'"), "= true");
    assert_eq!(boolean("!Ref Toggle"), "| `Toggle` is `true`: true | `Toggle` is `false`: false");
    assert_eq!(boolean("maybe"), "? maybe []");
    assert_eq!(integer("'30'"), "= 30");
    assert_eq!(integer("!Ref Size"), "| `Size` keeps its default: 128");
    assert_eq!(integer("!If [IsProd, 3, x]"), "| `IsProd`: 3");
    assert_eq!(integer("1.5"), "? 1.5 []");
    assert_eq!(number("1.5"), "= 1.5");
    assert_eq!(number("NaN"), "? NaN []");
}

#[test]
fn lists_are_read_with_their_conditions() {
    check_list(&[], "[a, b]", &["a", "b"]);
    check_list(&[], "a", &["a"]);
    check_list(&[], "null", &[]);
    check_list(&[], "{Effect: Allow}", &["Effect: Allow"]);
    check_list(&[], "[a, !If [IsProd, b, !Ref 'AWS::NoValue']]", &["a", "`IsProd`: b"]);
    check_list(
        &[],
        "[!If [IsProd, [b, c], d]]",
        &["`IsProd`: b", "`IsProd`: c", "not `IsProd`: d"],
    );
    check_list(&[], "!If [IsProd, [!If [IsDev, x, y]], z]", &["`IsProd`: y", "not `IsProd`: z"]);
    check_list(
        &[],
        "!Ref Subnets",
        &["`Subnets` keeps its default: a", "`Subnets` keeps its default: b"],
    );
    check_list(&[("Subnets", "x,y")], "!Ref Subnets", &["x", "y"]);
    check_list(
        &[],
        "!Split ['r', !Ref Name]",
        &[
            "`Name` keeps its default: o",
            "`Name` keeps its default: de",
            "`Name` keeps its default: s",
        ],
    );
    check_list(
        &[],
        "!FindInMap [Sizes, !Ref Stage, Zones]",
        &["`Stage` is `dev`: x", "`Stage` is `dev`: y", "`Stage` is `prod`: z"],
    );
    check_list(&[], "!Ref Orders", &["${Orders}"]);
    check_list(&[], "!Ref Stage", &["${Stage}"]);
    check_list(&[], "!Sub '${Stage}-${Orders}'", &["${Stage}-${Orders}"]);
    check_list(&[], "[!Ref Stage]", &["${Stage}"]);
    check_list(&[], "[[a], b]", &["a", "b"]);
}

#[test]
fn no_value_is_a_null_alternative() {
    let (template, settings) = (head(), Settings::default());
    let evaluator = Evaluator::new(&template, &settings);
    let node = parse("!If [IsProd, {a: b}, !Ref 'AWS::NoValue']");
    let alternatives = evaluator.alternatives(&node);
    let nulls: Vec<bool> = alternatives.iter().map(|(_, node)| node.is_null()).collect();
    assert_eq!(nulls, [false, true]);
}

#[test]
fn alternatives_are_capped() {
    use std::fmt::Write as _;
    let mut value = "x".to_owned();
    let mut conditions = String::new();
    for number in 0..100 {
        writeln!(conditions, "  C{number}: !Equals [!ImportValue v{number}, a]").unwrap();
        value = format!("!If [C{number}, a{number}, {value}]");
    }
    let text = format!("Conditions:\n{conditions}Resources: {{}}\n");
    let (template, _) = cfn_template::Template::read(&parse(&text));
    let settings = Settings::default();
    let evaluator = Evaluator::new(&template, &settings);
    assert_eq!(evaluator.alternatives(&parse(&value)).len(), 64);
    assert_eq!(evaluator.take_diagnostics().len(), 1);
}
