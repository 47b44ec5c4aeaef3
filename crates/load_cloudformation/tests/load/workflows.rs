//! Where the states of a workflow stand, and in which order.

use app_model::{Application, Details, StateMachine};

use crate::{load, load_sam};

fn machine(app: &Application) -> &StateMachine {
    app.resources
        .iter()
        .find_map(|resource| match &resource.details {
            Details::StateMachine(machine) => Some(&**machine),
            _ => None,
        })
        .unwrap()
}

/// `NAME in PARENT at LINE` of every state.
fn states(app: &Application) -> Vec<String> {
    let words = |state: &app_model::State| {
        let parent = state.parent.as_deref().unwrap_or("-");
        format!("{} in {parent} at {}", state.name, state.place.line)
    };
    machine(app).states.iter().map(words).collect()
}

#[test]
fn states_of_sam_stand_where_their_author_wrote_them() {
    let app = load_sam(
        "  Flow:
    Type: AWS::Serverless::StateMachine
    Properties:
      Definition:
        StartAt: Each
        States:
          Each:
            Type: Map
            Next: Add
            ItemProcessor:
              StartAt: Load
              States:
                Load:
                  Type: Task
                  Resource: !GetAtt F.Arn
                  End: true
          Add:
            Type: Task
            Resource: arn:aws:states:::dynamodb:putItem
            End: true
  F: {Type: AWS::Serverless::Function, Properties: {Runtime: python3.13, Handler: a.b, CodeUri: .}}
",
    );
    assert_eq!(states(&app), ["Add in - at 19", "Each in - at 9", "Load in Each at 15"]);
    let load = machine(&app).tasks.iter().find(|task| task.name == "Load").unwrap();
    assert_eq!((load.place.line, load.function.as_deref()), (17, Some("F")));
}

#[test]
fn states_in_a_text_all_stand_where_the_text_does() {
    let app = load(
        r#"Resources:
  Flow:
    Type: AWS::StepFunctions::StateMachine
    Properties:
      DefinitionString: |
        {"States": {
          "A": {"Type": "Pass", "Next": "B"},
          "B": {"Type": "Pass"}}}
"#,
    );
    assert_eq!(states(&app), ["A in - at 6", "B in - at 6"]);
}
