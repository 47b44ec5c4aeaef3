//! Resources of Google Cloud in, functions, triggers and bindings out.

use app_model::{Application, Auth, Exposure, Platform, ScopeWidth, Trigger, TriggerKind};
use load_cloudformation::load_text;
use source_text::Sources;

fn loaded(text: &str) -> Application {
    load_text(&Sources::default(), "template.yaml", text)
}

const SHOP: &str = r#"
Conditions:
  IsPublic: !Equals [!Ref Stage, prod]
Parameters:
  Stage: { Type: String }
Resources:
  Worker:
    Type: iam.googleapis.com/ServiceAccount
    Properties: { accountId: worker }
  Topic:
    Type: pubsub.googleapis.com/Topic
    Properties: { name: orders }
  First:
    Type: cloudfunctions.googleapis.com/CloudFunction
    Properties:
      runtime: python314
      entryPoint: handle
      timeout: 90s
      availableMemoryMb: 512
      serviceAccountEmail: !GetAtt Worker.email
      environmentVariables: { MODE: dev }
      eventTrigger: { eventType: google.pubsub.topic.publish, resource: !GetAtt Topic.id }
  Second:
    Type: cloudfunctions.googleapis.com/Function
    Properties:
      buildConfig: { runtime: nodejs24, entryPoint: handle }
      serviceConfig: { availableMemory: 1Gi, ingressSettings: ALLOW_ALL }
  Web:
    Type: run.googleapis.com/Service
    Properties:
      metadata:
        name: web
        annotations: { run.googleapis.com/ingress: internal }
      spec:
        template:
          metadata: { annotations: { autoscaling.knative.dev/maxScale: "3" } }
          spec:
            containers: [{ image: "gcr.io/shop/web:1", env: [{ name: MODE, value: dev }] }]
  Callers:
    Type: iam.googleapis.com/Policy
    Condition: IsPublic
    Properties:
      resource: !Ref Second
      resourceType: cloudfunctions.googleapis.com/Function
      bindings: [{ role: roles/run.invoker, members: [allUsers] }]
  Roles:
    Type: iam.googleapis.com/Policy
    Properties:
      resource: shop
      resourceType: cloudresourcemanager.googleapis.com/Project
      bindings: [{ role: roles/editor, members: [!Sub "serviceAccount:${Worker.email}"] }]
"#;

#[test]
fn functions_of_both_generations_and_services_are_functions() {
    let app = loaded(SHOP);
    let names: Vec<&str> = app.functions.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(names, ["First", "Second", "Web"]);
    assert!(app.functions.iter().all(|it| it.platform == Platform::Google));
    let first = app.function("First").unwrap();
    assert_eq!(first.handler.as_ref().unwrap().value.display(), "main.handle");
    assert_eq!(first.timeout_s.as_ref().unwrap().value.known(), Some(&90));
    assert_eq!(first.role.as_deref(), Some("Worker"));
    assert!(first.reserved_concurrency.is_none());
    let second = app.function("Second").unwrap();
    assert_eq!(second.memory_mib.as_ref().unwrap().value.known(), Some(&1024));
    let web = app.function("Web").unwrap();
    assert_eq!(web.reserved_concurrency.as_ref().unwrap().value.known(), Some(&3));
    assert_eq!(web.environment.len(), 1);
}

fn of<'a>(app: &'a Application, name: &'a str) -> Vec<&'a Trigger> {
    app.triggers_of(name).collect()
}

#[test]
fn a_binding_for_all_opens_the_address_when_it_exists() {
    let app = loaded(SHOP);
    let second = of(&app, "Second");
    let [address] = second.as_slice() else { unreachable!() };
    assert_eq!((address.kind, address.exposure), (TriggerKind::Http, Exposure::Internet));
    assert!(matches!(address.auth, Auth::NoneWhen(..)));
    let first = of(&app, "First");
    let [message] = first.as_slice() else { unreachable!() };
    assert_eq!((message.kind, message.exposure), (TriggerKind::PubSub, Exposure::Service));
    assert_eq!(message.source_references.first().unwrap().name, "Topic");
    let web = of(&app, "Web");
    let [inside] = web.as_slice() else { unreachable!() };
    assert_eq!((inside.exposure, &inside.auth), (Exposure::Account, &Auth::Iam));
}

#[test]
fn a_role_on_a_project_is_wide_and_names_the_functions_that_have_it() {
    let app = loaded(SHOP);
    let wide = app.bindings.iter().find(|it| it.width == ScopeWidth::Project).unwrap();
    assert_eq!(wide.role.known().unwrap(), "roles/editor");
    assert_eq!(wide.functions, ["First"]);
}
