//! The law of pipelines: what runs on servers of a code host may do little, and is what it was.

use std::fs;

use source_text::{FileId, Limits, Map, Node, parse_yaml};

use crate::{
    Failure,
    workspace::{Workspace, files, relative},
};

/// Every breach in the workflows of this repository and in the action that others use.
pub(crate) fn problems(workspace: &Workspace) -> Result<Vec<String>, Failure> {
    let mut problems = Vec::new();
    let mut count = 0;
    for folder in [".github/workflows", "integrations/github"] {
        for path in files(&workspace.root.join(folder))? {
            let is_yaml = path.extension().is_some_and(|it| it == "yml" || it == "yaml");
            if is_yaml {
                count += 1;
                let shown = relative(&workspace.root, &path);
                problems.extend(judge(&shown, &fs::read_to_string(&path)?));
            }
        }
    }
    if count == 0 {
        problems.push("no workflow was found below `.github/workflows`".to_owned());
    }
    Ok(problems)
}

/// Breaches in one file: a workflow, or an action, which has no jobs.
fn judge(path: &str, text: &str) -> Vec<String> {
    let parsed = match parse_yaml(FileId(0), text, &Limits::default()) {
        Ok(parsed) => parsed,
        Err(error) => return vec![format!("{path}: {error}")],
    };
    let Some(root) = parsed.documents.first() else { return vec![format!("{path}: it is empty")] };
    let mut judge = Judge { path, problems: Vec::new() };
    if let Some(jobs) = root.get("jobs").and_then(Node::as_map) {
        judge.permissions(root);
        for job in jobs.values() {
            judge.job(job);
        }
    } else if let Some(steps) = root.at(&["runs", "steps"]) {
        judge.steps(steps);
    } else {
        judge.say(root, "is neither a workflow nor an action that is made of steps");
    }
    judge.problems
}

struct Judge<'a> {
    path: &'a str,
    problems: Vec<String>,
}

impl Judge<'_> {
    fn say(&mut self, node: &Node, words: &str) {
        self.problems.push(format!("{}:{}: {words}", self.path, node.place.line));
    }

    /// Without `permissions` a token may do what the settings of the repository give it. What is needed to
    /// write is given to the job that writes.
    fn permissions(&mut self, root: &Node) {
        let Some(permissions) = root.get("permissions") else {
            return self.say(root, "the workflow does not say its `permissions`");
        };
        let is_reading =
            |map: &Map| map.values().all(|it| matches!(it.as_str(), Some("read" | "none")));
        if !permissions.as_map().is_some_and(is_reading) {
            self.say(permissions, "a workflow may read; give more to the one job that needs it");
        }
    }

    fn job(&mut self, job: &Node) {
        if job.get("permissions").is_some_and(|it| it.as_map().is_none()) {
            self.say(job, "name the single permissions of the job");
        }
        if let Some(uses) = job.get("uses") {
            self.pin(uses);
        } else if job.get("timeout-minutes").is_none() {
            self.say(job, "the job has no `timeout-minutes`");
        }
        if let Some(steps) = job.get("steps") {
            self.steps(steps);
        }
    }

    fn steps(&mut self, steps: &Node) {
        for step in steps.as_list().unwrap_or_default() {
            if let Some(uses) = step.get("uses") {
                self.pin(uses);
                let is_checkout =
                    uses.as_str().is_some_and(|it| it.starts_with("actions/checkout@"));
                let keeps = step.at(&["with", "persist-credentials"]).and_then(Node::as_bool);
                if is_checkout && keeps != Some(false) {
                    self.say(step, "the checkout leaves its token in the folder; set `persist-credentials: false`");
                }
            }
            // What stands there is put into the script before a shell reads it.
            if let Some(run) = step.get("run")
                && run.as_str().is_some_and(|script| script.contains("${{"))
            {
                self.say(
                    run,
                    "an expression in a script is read as commands; hand it over in `env`",
                );
            }
        }
    }

    /// A tag or branch is moved by whoever owns it; a commit is not.
    fn pin(&mut self, uses: &Node) {
        let name = uses.as_str().unwrap_or_default();
        let commit = name.rsplit_once('@').map_or("", |(_, commit)| commit);
        let is_commit =
            commit.len() == 40 && commit.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        if !name.starts_with("./") && !is_commit {
            self.say(uses, &format!("`{name}` is not pinned by the digest of a commit"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::judge;

    const COMMIT: &str = "0123456789abcdef0123456789abcdef01234567";

    fn workflow(permissions: &str, step: &str) -> String {
        format!(
            "on: push\n{permissions}jobs:\n  a:\n    runs-on: x\n    timeout-minutes: 5\n    steps:\n      - {step}\n"
        )
    }

    #[test]
    fn what_is_pinned_and_may_read_passes() {
        let step = format!(
            "uses: actions/checkout@{COMMIT}\n        with: {{persist-credentials: false}}"
        );
        assert!(judge("w.yml", &workflow("permissions: {contents: read}\n", &step)).is_empty());
        assert!(
            judge("w.yml", &workflow("permissions: {}\n", "uses: ./integrations/github"))
                .is_empty()
        );
    }

    #[test]
    fn each_breach_is_told_with_its_line() {
        let reads = "permissions: {contents: read}\n";
        let cases = [
            (workflow("", "run: make"), "w.yml:1: the workflow does not say"),
            (workflow("permissions: write-all\n", "run: make"), "w.yml:2: a workflow may read"),
            (
                workflow("permissions: {contents: write}\n", "run: make"),
                "w.yml:2: a workflow may read",
            ),
            (workflow(reads, "uses: a/b@v4"), "w.yml:8: `a/b@v4` is not pinned"),
            (workflow(reads, "uses: a/b@0123abc"), "is not pinned"),
            (
                workflow(reads, "uses: a/b@main0123456789abcdef0123456789abcdef0123"),
                "is not pinned",
            ),
            (workflow(reads, &format!("uses: actions/checkout@{COMMIT}")), "leaves its token"),
            (
                workflow(reads, "run: echo ${{ github.head_ref }}"),
                "w.yml:8: an expression in a script",
            ),
            (
                workflow(reads, "run: a").replace("    timeout-minutes: 5\n", ""),
                "no `timeout-minutes`",
            ),
            ("runs:\n  steps:\n    - uses: a/b@v1\n".to_owned(), "w.yml:3: `a/b@v1` is not pinned"),
            ("a: [".to_owned(), "w.yml: "),
        ];
        for (text, expected) in cases {
            let problems = judge("w.yml", &text);
            assert_eq!(problems.len(), 1, "{text}\n{problems:?}");
            assert!(problems[0].contains(expected), "{problems:?}");
        }
    }
}
