//! Google Cloud, through the program: one small application in Terraform, in Deployment Manager and as
//! commands has the same flaws.

use std::collections::BTreeSet;

use crate::folder::{Folder, Scan};

const TERRAFORM: &str = r#"
resource "google_cloudfunctions_function" "orders" {
  name         = "orders"
  runtime      = "nodejs16"
  trigger_http = true
  environment_variables = {
    DB_PASSWORD = "correct-horse-7f3k-battery"
  }
}

resource "google_cloudfunctions_function_iam_member" "callers" {
  cloud_function = google_cloudfunctions_function.orders.name
  role           = "roles/cloudfunctions.invoker"
  member         = "allUsers"
}

resource "google_storage_bucket" "uploads" {
  name     = "uploads"
  location = "EU"
}

resource "google_storage_bucket_iam_binding" "readers" {
  bucket  = google_storage_bucket.uploads.name
  role    = "roles/storage.objectViewer"
  members = ["allUsers"]
}
"#;

const DEPLOYMENT: &str = r"
resources:
- name: orders
  type: gcp-types/cloudfunctions-v1:projects.locations.functions
  properties:
    runtime: nodejs16
    httpsTrigger: { securityLevel: SECURE_OPTIONAL }
    environmentVariables:
      DB_PASSWORD: correct-horse-7f3k-battery
  accessControl:
    gcpIamPolicy:
      bindings:
      - role: roles/cloudfunctions.invoker
        members: [allUsers]
- name: uploads
  type: storage.v1.bucket
  properties: { location: EU }
  accessControl:
    gcpIamPolicy:
      bindings:
      - role: roles/storage.objectViewer
        members: [allUsers]
";

const COMMANDS: &str = "steps:\n- name: gcr.io/cloud-builders/gcloud\n  args:\n  - functions\n  - deploy\n  - orders\n  \
    - --no-gen2\n  - --runtime=nodejs16\n  - --trigger-http\n  - --allow-unauthenticated\n  \
    - --set-env-vars=DB_PASSWORD=correct-horse-7f3k-battery\n";

fn rules(scan: &Scan) -> BTreeSet<String> {
    let findings = scan.all_findings().iter();
    findings.filter_map(|finding| Some(finding["rule"].as_str()?.to_owned())).collect()
}

#[test]
fn an_application_has_the_same_flaws_in_terraform_and_in_deployment_manager() {
    let terraform = Folder::new().file("main.tf", TERRAFORM).scan(&[]);
    let deployment = Folder::new().file("deployment.yaml", DEPLOYMENT).scan(&[]);
    assert_eq!(terraform.count("functions"), 1);
    assert_eq!(deployment.count("functions"), 1);
    let found = rules(&terraform);
    assert_eq!(found, rules(&deployment));
    for rule in ["SAS-2.1", "SAS-3.1", "SAS-3.4", "SAS-4.85", "SAS-7.1", "SAS-8.3"] {
        assert!(found.contains(rule), "{rule} is not among {found:?}");
    }
}

#[test]
fn a_step_that_deploys_has_the_flaws_of_what_it_deploys() {
    let scan = Folder::new().file("cloudbuild.yaml", COMMANDS).scan(&[]);
    assert_eq!(scan.count("functions"), 1);
    let found = rules(&scan);
    for rule in ["SAS-2.1", "SAS-3.1", "SAS-7.1"] {
        assert!(found.contains(rule), "{rule} is not among {found:?}");
    }
}

#[test]
fn arguments_are_named_as_terraform_names_them() {
    let scan = Folder::new().file("main.tf", TERRAFORM).scan(&["--rule", "open-wallet"]);
    let fixes: Vec<&str> =
        scan.all_findings().iter().filter_map(|it| it["fix"]["description"].as_str()).collect();
    assert!(fixes.iter().any(|fix| fix.contains("`max_instances`")), "{fixes:?}");
}

#[test]
fn a_template_that_is_code_is_named_and_not_run() {
    let text = format!("{DEPLOYMENT}- name: made\n  type: made.jinja\n");
    let scan = Folder::new().file("deployment.yaml", text).scan(&["--verbose"]);
    assert_eq!(scan.count("functions"), 1);
}

#[test]
fn commands_of_scripts_makefiles_and_packages_deploy_and_comments_accept() {
    let command = "gcloud functions deploy orders --gen2 --runtime=python37 --trigger-http";
    let script = format!("#!/bin/sh\nset -e\n{command} \\\n  --allow-unauthenticated\n");
    let scan = Folder::new().file("bin/deploy.sh", &script).scan(&[]);
    assert_eq!((scan.count("functions"), scan.count("files_scanned")), (1, 1));
    let found = scan.findings();
    let at_command = found.iter().find(|it| it.starts_with("bin/deploy.sh:3 ")).unwrap();
    let rule = at_command.split(' ').nth(1).unwrap();
    let accept = format!("# faasguard: allow {rule} -- tried\n{command}");
    let accepted = Folder::new().file("bin/deploy.sh", script.replace(command, &accept)).scan(&[]);
    assert!(accepted.suppressed().iter().any(|it| it.contains(rule)), "{accepted:?}");
    let makefile = format!("deploy:\n\t@{command}\n");
    let package = format!("{{\"name\": \"x\", \"scripts\": {{\"deploy\": \"{command}\"}}}}");
    let others = Folder::new().file("Makefile", makefile).file("web/package.json", package);
    assert_eq!(others.scan(&[]).count("functions"), 2);
    let text = format!("echo \"{command}\"\n");
    assert_eq!(Folder::new().file("help.sh", text).scan(&[]).count("functions"), 0);
}
