//! SAS-1.8 `state-input-injection`: a state machine builds a query or command from its input, or lets it name what is called.

use app_model::{Application, Resource, SmolStr, Task};
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{Check, Rule, kinds::state_machines, rank::AboutFunction};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 1, rule: 8 },
        name: "state-input-injection",
        summary: "A state machine pastes its input into a command or picks its target by it",
        severity: Severity::Medium,
        audience: Audience::Everyone,
        cwe: &[77, 89, 99],
        since: "0.1.0",
        docs: include_str!("state_input_injection.md"),
    },
    check: Check::Application(check),
};

/// What a task calls, the parameter that must not come from outside (lower case), and what it is.
const SINKS: [(&str, &str, Sink); 15] = [
    ("athena", "querystring", Sink::Text("a SQL query")),
    ("rdsdata", "sql", Sink::Text("a SQL statement")),
    ("redshiftdata", "sql", Sink::Text("a SQL statement")),
    ("redshiftdata", "sqls", Sink::Text("SQL statements")),
    ("dynamodb", "statement", Sink::Text("a PartiQL statement")),
    ("timestreamquery", "querystring", Sink::Text("a query")),
    ("cloudwatchlogs", "querystring", Sink::Text("a query")),
    ("ecs", "command", Sink::Text("the command of a container")),
    ("batch", "command", Sink::Text("the command of a job")),
    ("ssm", "commands", Sink::Text("a shell command")),
    ("codebuild", "buildspecoverride", Sink::Text("the commands of a build")),
    ("lambda", "functionname", Sink::Target("the function that is called")),
    ("states", "statemachinearn", Sink::Target("the state machine that is started")),
    ("http", "apiendpoint", Sink::Target("the address that is called")),
    ("ecs", "taskdefinition", Sink::Target("the task that is run")),
];

#[derive(Clone, Copy)]
enum Sink {
    /// Text that something interprets.
    Text(&'static str),
    /// The name of what is called.
    Target(&'static str),
}

fn check(app: &Application) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (resource, machine) in state_machines(app) {
        for task in &machine.tasks {
            findings.extend(of_task(resource, task));
        }
    }
    findings
}

fn of_task(resource: &Resource, task: &Task) -> Option<Finding> {
    let service = service_of(task.resource.display())?;
    let (path, setting, sink) = task.parameters.iter().find_map(|(path, setting)| {
        let (_, _, sink) = SINKS.iter().find(|(of, key, _)| {
            *of == service && is_key(path, key) && comes_from_input(path, setting.value.display())
        })?;
        Some((path, setting, sink))
    })?;
    let name: SmolStr = path.rsplit('.').find(|part| *part != "$").unwrap_or(path).into();
    let what = match sink {
        Sink::Text(what) => format!("puts data of its input into {what} (`{name}`)"),
        Sink::Target(what) => format!("lets data of its input name {what} (`{name}`)"),
    };
    let message = format!("the state `{}` of `{}` {what}", task.name, resource.name);
    let fix = match sink {
        Sink::Text(_) => {
            "Pass the data as a parameter (`ExecutionParameters`, an environment variable)"
        }
        Sink::Target(_) => "Choose among fixed names with a `Choice` state",
    };
    let finding = RULE.info.finding(setting.place, message);
    // Earlier states may have made the data: what they do is not followed.
    Some(
        finding
            .confidence(finding::Confidence::Medium)
            .resource(&resource.name)
            .property(format!("{} {path}", task.name))
            .under(&resource.when)
            .fix(fix),
    )
}

/// `athena` of `arn:aws:states:::athena:startQueryExecution.sync`, also of `…:::aws-sdk:athena:…`.
fn service_of(resource: &str) -> Option<String> {
    let rest = resource.split(":states:").nth(1)?;
    let mut parts = rest
        .split(':')
        .filter(|part| !part.is_empty())
        .skip_while(|part| *part == "aws-sdk" || part.starts_with("${") || *part == "}");
    Some(parts.next()?.to_ascii_lowercase())
}

/// Whether a path such as `Parameters.Overrides.Command.$` or `…Command[0]` is of the parameter.
fn is_key(path: &str, key: &str) -> bool {
    let path = path.strip_suffix(".$").unwrap_or(path);
    let last = path.rsplit('.').next().unwrap_or(path);
    let last = last.split('[').next().unwrap_or(last);
    last.eq_ignore_ascii_case(key)
}

/// Whether a text is computed of the state's input. Constants of the execution (`$$.`) but for its
/// input are not.
fn comes_from_input(path: &str, text: &str) -> bool {
    if text.trim_start().starts_with("{%") {
        return text.contains("$states.input") || text.contains("$states.context.Execution.Input");
    }
    if !path.contains(".$") && !path.ends_with('$') {
        return false;
    }
    let reads =
        |text: &str| text.contains("$$.Execution.Input") || text.replace("$$.", "").contains("$.");
    reads(text) || text == "$"
}

#[cfg(test)]
mod tests {
    use super::{comes_from_input, is_key, service_of};

    #[test]
    fn services_are_read_from_both_kinds_of_arns() {
        let of = |text: &str| service_of(text).unwrap_or_default();
        assert_eq!(of("arn:aws:states:::athena:startQueryExecution.sync"), "athena");
        assert_eq!(of("arn:aws:states:::aws-sdk:ssm:sendCommand"), "ssm");
        assert_eq!(of("arn:${AWS::Partition}:states:::lambda:invoke"), "lambda");
        assert_eq!(of("arn:aws:lambda:eu-west-1:111122223333:function:f"), "");
    }

    #[test]
    fn only_computed_parameters_come_from_input() {
        assert!(is_key("Parameters.QueryString.$", "querystring"));
        assert!(is_key("Parameters.Overrides.ContainerOverrides[0].Command[1]", "command"));
        assert!(!is_key("Parameters.QueryStringId", "querystring"));
        assert!(comes_from_input("Parameters.QueryString.$", "States.Format('a {}', $.table)"));
        assert!(comes_from_input("Arguments.QueryString", "{% 'a ' & $states.input.table %}"));
        assert!(!comes_from_input("Parameters.QueryString", "select 1"));
        assert!(!comes_from_input("Parameters.Name.$", "$$.Execution.Id"));
    }
}
