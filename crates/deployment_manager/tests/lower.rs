//! Configurations and services in, template out.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use deployment_manager::{is_configuration, is_service, lower, lower_commands, lower_service};
use proptest::prelude::*;
use source_text::{FileId, Limits, Node, parse_yaml};

fn parsed(text: &str) -> Node {
    let parsed = parse_yaml(FileId(0), text, &Limits::default()).unwrap();
    parsed.documents.into_iter().next().unwrap()
}

#[test]
fn resources_take_the_types_of_the_inventory_and_references_hold() {
    let document = parsed(
        r"
resources:
  - name: worker
    type: iam.v1.serviceAccount
    properties: { accountId: worker }
  - name: orders
    type: gcp-types/cloudfunctions-v1:projects.locations.functions
    properties:
      runtime: python314
      serviceAccountEmail: $(ref.worker.email)
      httpsTrigger: {}
    accessControl:
      gcpIamPolicy:
        bindings:
          - role: roles/cloudfunctions.invoker
            members: [allUsers]
  - name: made
    type: made.jinja
",
    );
    assert!(is_configuration(&document));
    let lowered = lower(&document);
    let at = |path: &[&str]| lowered.template.get("Resources").unwrap().at(path);
    let type_ = at(&["orders", "Type"]).unwrap().as_str();
    assert_eq!(type_, Some("cloudfunctions.googleapis.com/CloudFunction"));
    let account = at(&["orders", "Properties", "serviceAccountEmail", "Fn::GetAtt"]).unwrap();
    assert_eq!(account.as_list().unwrap().first().unwrap().as_str(), Some("worker"));
    assert!(at(&["orders accessControl", "Properties", "bindings"]).is_some());
    assert!(lowered.diagnostics.iter().any(|it| it.message.contains("made.jinja")));
}

#[test]
fn what_is_no_resource_is_told_and_the_rest_is_read() {
    let text = "resources:\n- name: a\n  type: storage.v1.bucket\n- 5\n- name: b\n";
    let lowered = lower(&parsed(text));
    assert!(lowered.template.at(&["Resources", "a"]).is_some());
    let lines: Vec<u32> = lowered.diagnostics.iter().map(|it| it.place.line).collect();
    assert_eq!(lines, [4, 5]);
}

#[test]
fn a_service_is_one_resource() {
    let document =
        parsed("apiVersion: serving.knative.dev/v1\nkind: Service\nmetadata: {name: web}\n");
    assert!(is_service(&document));
    let lowered = lower_service(&document);
    let type_ = lowered.template.at(&["Resources", "web", "Type"]).unwrap().as_str();
    assert_eq!(type_, Some("run.googleapis.com/Service"));
}

#[test]
fn steps_of_builds_and_workflows_deploy_functions() {
    let text = "steps:\n- name: gcr.io/cloud-builders/gcloud\n  args: [functions, deploy, orders, \
                --runtime=nodejs24]\n- uses: google-github-actions/deploy-cloud-functions@v3\n  \
                with: { name: bills, runtime: nodejs24, environment_variables: 'A=1' }\n";
    let lowered = lower_commands(FileId(0), text, Some(&parsed(text))).unwrap();
    for name in ["orders", "bills"] {
        let path = ["Resources", name, "Properties", "buildConfig", "runtime"];
        assert_eq!(lowered.template.at(&path).unwrap().as_str(), Some("nodejs24"));
    }
}

proptest! {
    #[test]
    fn any_text_is_read_to_its_end(text in "(gcloud (functions|run) deploy|--[a-z-]{1,9}|[a-z$'\"\\\\ =,^;\n-]{1,6}| ){0,40}") {
        let _ = lower_commands(FileId(0), &text, None);
    }

    #[test]
    fn any_document_is_lowered(name in "[a-z]{1,5}", type_ in "[a-z0-9:/.-]{1,40}", value in "[^\u{0}-\u{1f}]{0,20}") {
        let text = serde_free(&name, &type_, &value);
        if let Ok(parsed) = parse_yaml(FileId(0), &text, &Limits::default()) {
            for document in parsed.documents {
                let _ = lower(&document);
            }
        }
    }
}

fn serde_free(name: &str, type_: &str, value: &str) -> String {
    let value = value.replace('\'', "''");
    format!("resources:\n- name: {name}\n  type: '{type_}'\n  properties: {{ a: '{value}' }}\n")
}
