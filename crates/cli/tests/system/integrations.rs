//! What pipelines include: the files have the shape that their hosts read, and what they run ends as the
//! scan does.

use std::{path::PathBuf, process::Command};

use source_text::{Node, Sources};

use crate::folder::Folder;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// A YAML file of the repository.
fn yaml(path: &str) -> serde_json::Value {
    let text = std::fs::read_to_string(root().join(path)).unwrap();
    let sources = Sources::default();
    let file = sources.add(path, text.as_str());
    let parsed = source_text::parse_yaml(file, &text, &source_text::Limits::default()).unwrap();
    let node: &Node = parsed.documents.first().unwrap();
    serde_json::from_str(&source_text::to_json(node)).unwrap()
}

/// The folder of the program in front of the PATH.
fn path_with_program() -> String {
    let program = PathBuf::from(env!("CARGO_BIN_EXE_faasguard"));
    format!("{}:{}", program.parent().unwrap().display(), std::env::var("PATH").unwrap())
}

/// Exit code and standard output of the action's script with inputs.
fn action(folder: &Folder, inputs: &[(&str, &str)]) -> (i32, String) {
    let mut command = Command::new("bash");
    command.arg(root().join("integrations/github/run.sh")).current_dir(folder.path(""));
    command.env("PATH", path_with_program());
    command.env("GITHUB_OUTPUT", folder.path("outputs"));
    command.env("GITHUB_STEP_SUMMARY", folder.path("summary.md"));
    command.envs(inputs.iter().copied());
    let output = command.output().unwrap();
    (output.status.code().unwrap(), String::from_utf8(output.stdout).unwrap())
}

#[test]
fn the_action_names_each_input_and_runs_its_script() {
    let action = yaml("integrations/github/action.yml");
    let steps = action["runs"]["steps"].as_array().unwrap();
    assert_eq!((action["runs"]["using"].as_str(), steps.len()), (Some("composite"), 1));
    let step = &steps[0];
    assert_eq!((step["shell"].as_str(), step["id"].as_str()), (Some("bash"), Some("scan")));
    // Text of an input in `run` would be read by the shell.
    assert!(!step["run"].as_str().unwrap().contains("${{"));
    let script = std::fs::read_to_string(root().join("integrations/github/run.sh")).unwrap();
    let passed: Vec<_> = step["env"].as_object().unwrap().iter().collect();
    for (name, value) in &passed {
        assert!(script.contains(name.as_str()), "{name}");
        let input = value.as_str().unwrap().trim_start_matches("${{ inputs.");
        let input = input.trim_end_matches(" }}");
        assert!(action["inputs"][input]["description"].is_string(), "{input}");
    }
    assert_eq!(passed.len(), action["inputs"].as_object().unwrap().len());
    for (name, output) in action["outputs"].as_object().unwrap() {
        let value = format!("${{{{ steps.scan.outputs.{name} }}}}");
        assert_eq!(output["value"], value.as_str());
        assert!(script.contains(&format!("{name}=%s")), "{name}");
    }
}

#[test]
fn the_action_ends_as_the_scan_does_and_tells_of_it() {
    let folder = Folder::with_orders();
    let files = [("FAASGUARD_SARIF", "out.sarif"), ("FAASGUARD_HTML", "a page.html")];
    let (code, log) = action(&folder, &files);
    assert_eq!(code, 1, "{log}");
    assert!(log.starts_with("::error file=template.yaml,line=13,"), "{log}");
    assert_eq!(folder.read("outputs"), "exit-code=1\nsarif=out.sarif\nhtml=a page.html\n");
    assert!(folder.read("summary.md").contains("wildcard-action"));
    assert!(folder.read("out.sarif").contains("2.1.0"));
    assert!(folder.read("a page.html").starts_with("<!doctype html>"));

    assert_eq!(action(&folder, &[("FAASGUARD_FAIL_ON", "never")]).0, 0);
    assert_eq!(action(&folder, &[("FAASGUARD_FAIL_ON", "awful")]).0, 2);
    assert_eq!(action(&folder, &[("FAASGUARD_PROGRAM", "no-such-program")]).0, 2);
    let paths = [("FAASGUARD_PATHS", "template.yaml\n\n$(touch stolen)\n")];
    assert_eq!(action(&folder, &paths).0, 2);
    assert!(!folder.path("stolen").exists());
    let arguments = [
        ("FAASGUARD_ARGUMENTS", "--rule\nsecret-in-environment"),
        ("FAASGUARD_ANNOTATIONS", "false"),
    ];
    let (code, log) = action(&folder, &arguments);
    assert_eq!((code, log.contains("::")), (0, false), "{log}");
    folder.write("broken.yaml", "Resources: [\n");
    folder.write(
        "sub/template.yaml",
        "Resources: {A: {Type: AWS::Lambda::Function, Properties: {Role: [\n",
    );
    assert_eq!(
        action(&folder, &[("FAASGUARD_FAIL_ON", "never"), ("FAASGUARD_STRICT", "true")]).0,
        3
    );
}

#[test]
fn the_job_of_gitlab_writes_what_it_names_as_artifacts() {
    let template = yaml("integrations/gitlab/faasguard.gitlab-ci.yml");
    let job = &template["faasguard"];
    let script: Vec<_> =
        job["script"].as_array().unwrap().iter().map(|it| it.as_str().unwrap()).collect();
    let folder = Folder::with_orders();
    let run = |fail_on: &str| {
        let mut command = Command::new("sh");
        command.args(["-e", "-c", &script.join("\n")]).current_dir(folder.path(""));
        command.env("PATH", path_with_program());
        for (name, value) in template["variables"].as_object().unwrap() {
            command.env(name, value.as_str().unwrap());
        }
        command.env("FAASGUARD_FAIL_ON", fail_on).output().unwrap()
    };
    let output = run("high");
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let report = job["artifacts"]["reports"]["codequality"].as_str().unwrap();
    let issues: serde_json::Value = serde_json::from_str(&folder.read(report)).unwrap();
    assert_eq!(issues[0]["location"]["path"], "template.yaml");
    for path in job["artifacts"]["paths"].as_array().unwrap() {
        assert!(folder.path(path.as_str().unwrap()).exists(), "{path}");
    }
    assert_eq!(run("never").status.code(), Some(0));
}

#[test]
fn the_hooks_of_pre_commit_run_the_program_on_the_folder() {
    let hooks = yaml(".pre-commit-hooks.yaml");
    let folder = Folder::with_orders();
    for hook in hooks.as_array().unwrap() {
        for key in ["id", "name", "entry", "language"] {
            assert!(hook[key].is_string(), "{key}");
        }
        assert_eq!(hook["pass_filenames"], false);
        let mut words = hook["entry"].as_str().unwrap().split(' ');
        assert_eq!(words.next(), Some("faasguard"));
        let words: Vec<_> = words.collect();
        let finds = hook["id"] == "faasguard";
        folder.run(&words).exits(i32::from(finds));
    }
}

#[test]
fn paths_are_told_as_seen_from_the_repository() {
    let folder = Folder::new().file("services/orders/template.yaml", crate::folder::ORDERS);
    let run = folder.run(&["scan", "services/orders", "--format", "github"]);
    assert!(
        run.out.starts_with("::error file=services/orders/template.yaml,line=13,"),
        "{}",
        run.out
    );
    let run = folder.run(&["scan", "services/orders", "--format", "gitlab-codequality"]);
    assert_eq!(run.json()[0]["location"]["path"], "services/orders/template.yaml");
}
