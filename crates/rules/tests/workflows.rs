//! Which failures leave a workflow half-done, and where that is told.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use finding::Finding;
use source_text::Sources;

/// The findings of SAS-9.4 in a template.
fn uncaught(text: &str) -> Vec<Finding> {
    let app = load_cloudformation::load_text(&Sources::default(), "template.yaml", text);
    rules::by_name("uncaught-task").unwrap().findings(&app)
}

/// A workflow of tasks one after the other, each `NAME service:call` or `NAME Function`.
fn workflow(tasks: &[&str], functions: &str) -> String {
    let name = |task: &str| task.split(' ').next().unwrap().to_owned();
    let state = |(at, task): (usize, &&str)| {
        let call = task.split(' ').nth(1).unwrap();
        let resource = match call.split_once(':') {
            Some(_) => format!("arn:aws:states:::{call}"),
            None => format!("!GetAtt {call}.Arn"),
        };
        let next = tasks.get(at + 1);
        let next = next.map_or("End: true".to_owned(), |next| format!("Next: {}", name(next)));
        format!(
            "          {}:
            Type: Task
            Resource: {resource}
            {next}
",
            name(task)
        )
    };
    let states: String = tasks.iter().enumerate().map(state).collect();
    format!(
        "Transform: AWS::Serverless-2016-10-31
Resources:
  Flow:
    Type: AWS::Serverless::StateMachine
    Properties:
      Definition:
        States:
{states}{functions}"
    )
}

/// The tasks that are told, in words, and the line.
fn told(tasks: &[&str], functions: &str) -> Option<(String, u32)> {
    let found = uncaught(&workflow(tasks, functions));
    assert!(found.len() < 2, "{found:?}");
    let found = found.first()?;
    let words = found.message.strip_prefix("a failure of ")?.split(" ends ").next()?;
    Some((words.to_owned(), found.place.line))
}

#[test]
fn only_a_step_after_a_deed_leaves_something_half_done() {
    let (put, get) = ("dynamodb:putItem", "dynamodb:getItem");
    let of = |calls: &[&str]| {
        let tasks: Vec<String> = ["A", "B", "C"]
            .iter()
            .zip(calls)
            .map(|(name, call)| format!("{name} {call}"))
            .collect();
        told(&tasks.iter().map(String::as_str).collect::<Vec<_>>(), "")
    };
    assert_eq!(of(&[put]), None);
    assert_eq!(of(&[put, get]), None);
    assert_eq!(of(&[get, put]), None);
    assert_eq!(of(&[put, put]), Some(("`B`".to_owned(), 12)));
    // The reading step in the middle cuts off the one that writes.
    assert_eq!(of(&[put, get, put]), Some(("`B`, `C`".to_owned(), 12)));
    assert_eq!(of(&[get, get, put]), None);
}

#[test]
fn a_function_does_what_its_role_may() {
    let function = |policies: &str| {
        format!(
            "  F:
    Type: AWS::Serverless::Function
    Properties: {{Runtime: python3.13, Handler: a.b, CodeUri: .{policies}}}
"
        )
    };
    let after = |policies: &str| told(&["A F", "B dynamodb:putItem"], &function(policies));
    assert_eq!(after(""), None);
    assert_eq!(after(", Policies: [{DynamoDBReadPolicy: {TableName: a}}]"), None);
    assert!(after(", Policies: [{DynamoDBWritePolicy: {TableName: a}}]").is_some());
    assert!(after(", Role: 'arn:aws:iam::111122223333:role/own'").is_some());
    assert!(after(", VpcConfig: {SubnetIds: [a], SecurityGroupIds: [b]}").is_some());
    assert!(after(", Policies: [!Ref Policy]").is_some());
}

#[test]
fn a_state_in_one_of_its_own_name_ends() {
    let found = uncaught(
        "Resources:
  Flow:
    Type: AWS::StepFunctions::StateMachine
    Properties:
      Definition:
        States:
          A:
            Type: Map
            Next: A
            Iterator: {States: {A: {Type: Task, Resource: 'arn:aws:states:::sns:publish', Next: A}}}
",
    );
    assert_eq!(found.len(), 1);
}

#[test]
fn a_definition_in_a_text_is_told_where_the_text_stands() {
    let found = uncaught(
        r#"Resources:
  Flow:
    Type: AWS::StepFunctions::StateMachine
    Properties:
      DefinitionString: |
        {"StartAt": "A", "States": {
          "A": {"Type": "Task", "Resource": "arn:aws:states:::sns:publish", "Next": "B"},
          "B": {"Type": "Task", "Resource": "arn:aws:states:::sns:publish", "End": true}}}
"#,
    );
    assert_eq!(found[0].place.line, 6);
}
