//! Configurations of the Google providers as resources of a template.

use std::fmt::Write as _;

use proptest::prelude::*;
use source_text::{FileId, Map, Node, ReadError, Sources};
use terraform_google::GOOGLE;
use terraform_language::{Evaluated, ModuleFiles, Options, evaluate};
use terraform_tables::Lowered;

struct Files {
    sources: Sources,
    text: String,
}

impl ModuleFiles for Files {
    fn list(&self, _: &str) -> Vec<String> {
        vec!["main.tf".to_owned()]
    }

    fn read(&self, path: &str) -> Result<FileId, ReadError> {
        if path == "main.tf" {
            return Ok(self.sources.add(path, self.text.as_str()));
        }
        Err(ReadError::NotFound { path: path.to_owned() })
    }

    fn exists(&self, path: &str) -> bool {
        path == "main.tf"
    }

    fn sources(&self) -> &Sources {
        &self.sources
    }
}

fn lower(evaluated: &Evaluated) -> Lowered {
    terraform_tables::lower(evaluated, FileId(0), &[GOOGLE])
}

fn lowered(text: &str) -> Lowered {
    let files = Files { sources: Sources::default(), text: text.to_owned() };
    lower(&evaluate("", &Options::default(), &files))
}

fn property<'a>(lowered: &'a Lowered, address: &str, path: &str) -> Option<&'a Node> {
    let keys: Vec<&str> = path.split('.').collect();
    lowered.template.at(&["Resources", address, "Properties"])?.at(&keys)
}

fn text(lowered: &Lowered, address: &str, path: &str) -> Option<String> {
    property(lowered, address, path)?.scalar_text().map(String::from)
}

#[test]
fn arguments_stand_where_the_interface_has_them() {
    let found = lowered(
        r#"
resource "google_cloudfunctions2_function" "f" {
  name = "orders"
  service_config {
    max_instance_count    = 3
    environment_variables = { DB_HOST = "10.0.0.2" }
    secret_environment_variables {
      key    = "TOKEN"
      secret = "token"
    }
  }
}
resource "google_storage_bucket" "b" {
  name                        = "orders"
  uniform_bucket_level_access = true
  versioning {
    enabled = true
  }
}
"#,
    );
    let function = "google_cloudfunctions2_function.f";
    let type_ = found.template.at(&["Resources", function, "Type"]).unwrap();
    assert_eq!(type_.as_str(), Some("cloudfunctions.googleapis.com/Function"));
    assert_eq!(text(&found, function, "serviceConfig.maxInstanceCount").unwrap(), "3");
    let host = "serviceConfig.environmentVariables.DB_HOST";
    assert_eq!(text(&found, function, host).unwrap(), "10.0.0.2");
    assert_eq!(text(&found, function, "serviceConfig.ingressSettings").unwrap(), "ALLOW_ALL");
    let secrets = property(&found, function, "serviceConfig.secretEnvironmentVariables").unwrap();
    assert_eq!(secrets.as_list().unwrap().len(), 1);
    let uniform = "iamConfiguration.uniformBucketLevelAccess.enabled";
    assert_eq!(text(&found, "google_storage_bucket.b", uniform).unwrap(), "true");
    let prevention = "iamConfiguration.publicAccessPrevention";
    assert_eq!(text(&found, "google_storage_bucket.b", prevention).unwrap(), "inherited");
    assert_eq!(text(&found, "google_storage_bucket.b", "versioning.enabled").unwrap(), "true");
}

#[test]
fn bindings_name_their_resource_by_reference_or_by_name() {
    let found = lowered(
        r#"
resource "google_cloudfunctions_function" "f" {
  name         = "orders"
  trigger_http = true
}
resource "google_cloudfunctions_function_iam_member" "open" {
  cloud_function = "orders"
  role           = "roles/cloudfunctions.invoker"
  member         = "allUsers"
}
data "google_iam_policy" "p" {
  binding {
    role    = "roles/editor"
    members = ["user:a@example.com"]
  }
}
resource "google_project_iam_policy" "p" {
  project     = "shop"
  policy_data = data.google_iam_policy.p.policy_data
}
"#,
    );
    let open = "google_cloudfunctions_function_iam_member.open";
    let to = property(&found, open, "resource").unwrap().get("Fn::GetAtt").unwrap();
    let to = to.as_list().unwrap().first().unwrap();
    assert_eq!(to.as_str(), Some("google_cloudfunctions_function.f"));
    assert_eq!(
        text(&found, open, "resourceType").unwrap(),
        "cloudfunctions.googleapis.com/CloudFunction"
    );
    let bindings = property(&found, "google_project_iam_policy.p", "bindings").unwrap();
    let role = bindings.as_list().unwrap().first().unwrap().get("role").unwrap();
    assert_eq!(role.as_str(), Some("roles/editor"));
    let level = "httpsTrigger.securityLevel";
    let function = "google_cloudfunctions_function.f";
    assert_eq!(text(&found, function, level).unwrap(), "SECURE_OPTIONAL");
}

#[test]
fn code_is_followed_from_the_object_to_the_folder_that_is_packed() {
    let found = lowered(
        r#"
data "archive_file" "code" {
  type        = "zip"
  source_dir  = "../src"
  output_path = "code.zip"
}
resource "google_storage_bucket_object" "code" {
  name   = "code.zip"
  bucket = "code"
  source = data.archive_file.code.output_path
}
resource "google_cloudfunctions_function" "f" {
  name                  = "orders"
  source_archive_bucket = "code"
  source_archive_object = google_storage_bucket_object.code.name
}
"#,
    );
    let source = text(&found, "google_cloudfunctions_function.f", "localSource");
    assert_eq!(source.unwrap(), "../src");
}

proptest! {
    #[test]
    fn any_arguments_are_lowered_without_loss_of_a_resource(
        kind in prop::sample::select(vec![
            "google_cloudfunctions_function",
            "google_cloudfunctions2_function",
            "google_cloud_run_service",
            "google_storage_bucket",
            "google_compute_instance",
            "google_pubsub_topic_iam_binding",
            "google_project_iam_policy",
            "google_of_no_table",
        ]),
        arguments in prop::collection::vec(("[a-z_]{1,12}", "[a-zA-Z0-9/. -]{0,12}", any::<bool>()), 0..6),
    ) {
        let mut text = format!("resource \"{kind}\" \"x\" {{\n");
        let mut seen = std::collections::HashSet::new();
        for (name, value, is_block) in arguments {
            if !seen.insert(name.clone()) {
                continue;
            }
            let _ = if is_block {
                writeln!(text, "  {name} {{\n    value = \"{value}\"\n  }}")
            } else {
                writeln!(text, "  {name} = \"{value}\"")
            };
        }
        text.push_str("}\n");
        let files = Files { sources: Sources::default(), text };
        let evaluated = evaluate("", &Options::default(), &files);
        let found = lower(&evaluated);
        let resources = found.template.get("Resources").and_then(Node::as_map).map_or(0, Map::len);
        prop_assert_eq!(resources, evaluated.resources.len());
    }
}
