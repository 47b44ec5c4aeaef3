//! What of deployed functions differs from the template that they were deployed from.
//!
//! Only what both sides say for certain is compared: a value that hangs on a parameter, a condition
//! or another resource is no difference. Values of variables are never shown.

#![deny(clippy::disallowed_methods)]

use std::{collections::HashMap, fmt::Display};

use app_model::{Application, Change, Function, LiveFunction, Place, Setting, SmolStr, Value};

/// A template, and the stack that was made from it when that is known.
#[derive(Clone, Copy, Debug)]
pub struct Declared<'a> {
    /// Name of the stack.
    pub stack: Option<&'a str>,
    /// What the template describes.
    pub app: &'a Application,
}

/// Settings of each deployed function that differ from those of its function in a template.
///
/// A function is paired with the one of the logical id that its tags name, or else with the one that
/// has its name in the template; one that several templates hold is paired with none.
#[must_use]
pub fn changes(deployed: &Application, templates: &[Declared<'_>]) -> Vec<Change> {
    let facts: HashMap<&str, &LiveFunction> =
        deployed.live.functions.iter().map(|it| (it.function.as_str(), it)).collect();
    let mut found = Vec::new();
    for function in &deployed.functions {
        let Some(live) = facts.get(function.name.as_str()) else { continue };
        let mut twins = templates
            .iter()
            .filter(|it| it.stack.is_none() || it.stack == live.stack.as_deref())
            .flat_map(|it| &it.app.functions)
            .filter(|declared| is_twin(function, live, declared));
        if let (Some(declared), None) = (twins.next(), twins.next()) {
            found.extend(differences(function, declared));
        }
    }
    found
}

/// Whether a function of a template is the deployed one.
fn is_twin(function: &Function, live: &LiveFunction, declared: &Function) -> bool {
    let own = function.physical_name.as_ref().and_then(|name| name.value.known());
    let named = declared.physical_name.as_ref().and_then(|name| name.value.known());
    match (&live.logical_id, named) {
        (_, Some(named)) => own == Some(named),
        (Some(id), None) => {
            // A name that CloudFormation made holds the logical id.
            *id == declared.name && declared.physical_name.is_none()
        }
        (None, None) => false,
    }
}

/// What differs between a deployed function and the one of its template.
fn differences(deployed: &Function, declared: &Function) -> Vec<Change> {
    let mut pair = Pair { deployed, declared, changes: Vec::new() };
    pair.setting("Runtime", |it| it.runtime.as_ref(), None);
    pair.setting("Handler", |it| it.handler.as_ref(), None);
    pair.setting("Timeout", |it| it.timeout_s.as_ref(), Some(3));
    pair.setting("MemorySize", |it| it.memory_mib.as_ref(), Some(128));
    pair.setting("EphemeralStorage.Size", |it| it.ephemeral_storage_mib.as_ref(), Some(512));
    pair.setting("ReservedConcurrentExecutions", |it| it.reserved_concurrency.as_ref(), None);
    pair.setting("TracingConfig.Mode", |it| it.tracing.as_ref(), Some("PassThrough".into()));
    pair.setting("DeadLetterConfig.TargetArn", |it| it.dead_letter.as_ref(), None);
    pair.setting("CodeSigningConfigArn", |it| it.code_signing.as_ref(), None);
    pair.setting("KmsKeyArn", |it| it.kms_key.as_ref(), None);
    pair.setting("LoggingConfig.LogFormat", |it| it.log_format.as_ref(), Some("Text".into()));
    pair.setting("RecursiveLoop", |it| it.recursive_loop.as_ref(), Some("Terminate".into()));
    pair.network();
    pair.layers();
    pair.variables();
    pair.changes
}

struct Pair<'a> {
    deployed: &'a Function,
    declared: &'a Function,
    changes: Vec<Change>,
}

impl<'a> Pair<'a> {
    fn change(
        &mut self,
        property: &str,
        deployed: (Option<String>, Option<Place>),
        declared: (Option<String>, Option<Place>),
    ) {
        self.changes.push(Change {
            function: self.deployed.name.clone(),
            place: deployed.1.unwrap_or(self.deployed.place),
            property: SmolStr::new(property),
            deployed: deployed.0,
            declared: declared.0,
            template_place: declared.1.unwrap_or(self.declared.place),
        });
    }

    /// One setting. What neither side sets is `default`.
    fn setting<T: Display + PartialEq + Clone + 'a>(
        &mut self,
        property: &str,
        read: impl Fn(&'a Function) -> Option<&'a Setting<T>>,
        default: Option<T>,
    ) {
        let (deployed, declared) = (read(self.deployed), read(self.declared));
        let (Some(runs), Some(says)) = (certain(deployed), certain(declared)) else { return };
        let runs = runs.or_else(|| default.clone());
        let says = says.or(default);
        if runs != says {
            let word = |value: Option<T>| value.map(|value| value.to_string());
            self.change(
                property,
                (word(runs), deployed.map(|it| it.place)),
                (word(says), declared.map(|it| it.place)),
            );
        }
    }

    fn network(&mut self) {
        let (runs, says) = (self.deployed.vpc.as_ref(), self.declared.vpc.as_ref());
        // A network that hangs on a condition may be there or not.
        if runs.is_some() == says.is_some() || says.is_some_and(|it| it.absent.is_some()) {
            return;
        }
        let word = |setting: Option<&Setting<bool>>| setting.map(|_| "a network".to_owned());
        self.change(
            "VpcConfig",
            (word(runs), runs.map(|it| it.place)),
            (word(says), says.map(|it| it.place)),
        );
    }

    fn layers(&mut self) {
        let arns = |function: &Function| -> Option<Vec<String>> {
            let known = function.layers.iter().map(|layer| {
                let arn = layer.arn.known().filter(|_| layer.when.is_always())?;
                Some(arn.to_string())
            });
            known.collect()
        };
        let (Some(runs), Some(says)) = (arns(self.deployed), arns(self.declared)) else { return };
        if runs != says {
            let word = |arns: Vec<String>| (!arns.is_empty()).then(|| arns.join(", "));
            let place = |function: &Function| function.layers.first().map(|layer| layer.place);
            self.change(
                "Layers",
                (word(runs), place(self.deployed)),
                (word(says), place(self.declared)),
            );
        }
    }

    /// Names of variables, and whether their values differ; values stay hidden.
    fn variables(&mut self) {
        for variable in &self.deployed.environment {
            let property = format!("Environment.Variables.{}", variable.name);
            let twin = self.declared.environment.iter().find(|it| it.name == variable.name);
            let runs = || (Some("a value".to_owned()), Some(variable.place));
            let Some(twin) = twin else {
                self.change(&property, runs(), (None, None));
                continue;
            };
            let (known, said) = (variable.value.known(), twin.value.known());
            if let (Some(known), Some(said)) = (known, said)
                && known != said
            {
                let says = (Some("another value".to_owned()), Some(twin.place));
                self.change(&property, runs(), says);
            }
        }
        for twin in &self.declared.environment {
            let is_certain = matches!(twin.value, Value::Known(_));
            if is_certain && self.deployed.environment.iter().all(|it| it.name != twin.name) {
                let property = format!("Environment.Variables.{}", twin.name);
                let says = (Some("a value".to_owned()), Some(twin.place));
                self.change(&property, (None, None), says);
            }
        }
    }
}

/// The value for certain: `Some(None)` when it is not set, `None` when nobody can say.
#[expect(clippy::option_option, reason = "not set and not known are two things")]
fn certain<T: Clone>(setting: Option<&Setting<T>>) -> Option<Option<T>> {
    let Some(setting) = setting else { return Some(None) };
    if setting.absent.is_some() {
        return None;
    }
    setting.value.known().cloned().map(Some)
}

#[cfg(test)]
mod tests {
    use app_model::{Application, Function, LiveFunction, Place, Setting, Value, Variable};

    use super::{Declared, changes};

    fn function(name: &str, timeout: Option<i64>) -> Function {
        Function {
            name: name.into(),
            timeout_s: timeout.map(|it| Setting::known(Place::default(), it)),
            physical_name: None,
            ..Function::default()
        }
    }

    fn deployed(function: Function, logical: Option<&str>) -> Application {
        let mut app = Application::default();
        app.live.functions = vec![LiveFunction {
            function: function.name.clone(),
            logical_id: logical.map(Into::into),
            ..LiveFunction::default()
        }];
        app.functions = vec![function];
        app
    }

    fn template(function: Function) -> Application {
        let mut app = Application::default();
        app.functions = vec![function];
        app
    }

    fn properties(deployed: &Application, templates: &[&Application]) -> Vec<String> {
        let declared: Vec<Declared<'_>> =
            templates.iter().map(|app| Declared { stack: None, app }).collect();
        changes(deployed, &declared).iter().map(|it| it.property.to_string()).collect()
    }

    #[test]
    fn a_setting_that_was_changed_by_hand_differs() {
        let live = deployed(function("stack-Create-X1", Some(900)), Some("Create"));
        let declared = template(function("Create", Some(30)));
        assert_eq!(properties(&live, &[&declared]), ["Timeout"]);
        let change = changes(&live, &[Declared { stack: None, app: &declared }]).remove(0);
        assert_eq!(change.deployed.as_deref(), Some("900"));
        assert_eq!(change.declared.as_deref(), Some("30"));
    }

    #[test]
    fn a_default_that_is_not_written_is_no_difference() {
        let live = deployed(function("f", Some(3)), Some("F"));
        assert!(properties(&live, &[&template(function("F", None))]).is_empty());
    }

    #[test]
    fn a_value_that_a_parameter_gives_is_no_difference() {
        let live = deployed(function("f", Some(900)), Some("F"));
        let mut declared = function("F", Some(3));
        if let Some(setting) = &mut declared.timeout_s {
            setting.value = Value::Unresolved(app_model::Expression::opaque("Timeout"));
        }
        assert!(properties(&live, &[&template(declared)]).is_empty());
    }

    #[test]
    fn a_function_of_two_templates_is_compared_with_neither() {
        let live = deployed(function("f", Some(900)), Some("F"));
        let declared = template(function("F", Some(3)));
        assert!(properties(&live, &[&declared, &declared]).is_empty());
        assert!(!properties(&live, &[&declared]).is_empty());
    }

    #[test]
    fn a_variable_that_only_one_side_has_differs() {
        let variable = |name: &str| Variable {
            name: name.into(),
            value: Value::Known("x".into()),
            ..Variable::default()
        };
        let mut runs = function("f", None);
        runs.environment = vec![variable("DEBUG")];
        let mut says = function("F", None);
        says.environment = vec![variable("MODE")];
        let found = properties(&deployed(runs, Some("F")), &[&template(says)]);
        assert_eq!(found, ["Environment.Variables.DEBUG", "Environment.Variables.MODE"]);
    }
}
