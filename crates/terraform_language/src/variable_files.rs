//! Values of the root module's variables: `*.tfvars` and what the caller gives.

use source_text::{Map, SmolStr};

use crate::configuration::{Sort, is_json, json};
use crate::evaluator::Evaluator;
use crate::read_hcl::{read_body, read_expression};
use crate::read_json::expression;
use crate::scope::Scope;
use crate::syntax::{Expr, ExprKind};
use crate::value::Value;

/// Expressions in these files refer to nothing.
const NOWHERE: usize = usize::MAX;

impl Evaluator<'_> {
    /// Reads the files in Terraform's order: a later one wins, and the caller wins over all.
    pub(crate) fn read_variables(&mut self) {
        let names = self.files.list(&self.root);
        let mut automatic: Vec<&String> = names
            .iter()
            .filter(|name| name.ends_with(".auto.tfvars") || name.ends_with(".auto.tfvars.json"))
            .collect();
        automatic.sort();
        let fixed = ["terraform.tfvars", "terraform.tfvars.json"];
        let fixed = names.iter().filter(|name| fixed.contains(&name.as_str()));
        let mut ordered: Vec<&String> = fixed.collect();
        ordered.sort();
        for name in ordered.into_iter().chain(automatic) {
            self.read_variable_file(name);
        }
        let options = self.options;
        for (name, text) in &options.variables {
            self.set_given(name, text);
        }
    }

    fn read_variable_file(&mut self, name: &str) {
        let path =
            if self.root.is_empty() { name.to_owned() } else { format!("{}/{name}", self.root) };
        let file = match self.files.read(&path) {
            Ok(file) => file,
            Err(error) => {
                let place = source_text::Place::default();
                self.tell(source_text::Diagnostic::error(place, error.to_string()));
                return;
            }
        };
        self.read.push(file);
        let source = self.files.sources().get(file);
        let mut values: Vec<(SmolStr, Expr)> = Vec::new();
        if is_json(name) {
            match json(file, &source.text) {
                Ok(document) => {
                    let entries = document.as_map().map(Map::iter).into_iter().flatten();
                    values.extend(entries.map(|(key, it)| (key.clone(), expression(it, false))));
                }
                Err(diagnostic) => self.tell(diagnostic),
            }
        } else {
            match read_body(file, &source.text) {
                Ok(body) => {
                    values.extend(body.arguments.into_iter().map(|it| (it.name, it.value)));
                }
                Err(diagnostic) => self.tell(diagnostic),
            }
        }
        for (name, expr) in values {
            let value = self.eval(&expr, Scope::of(NOWHERE));
            self.given.insert(name, value);
        }
    }

    /// A value on the command line: text for a variable of type `string`, else an expression.
    fn set_given(&mut self, name: &SmolStr, text: &SmolStr) {
        let configuration = self.configuration_of(0);
        let Some(variable) = configuration.declaration(Sort::Variable, name) else { return };
        let is_text = match variable.body.argument("type").map(|it| &it.kind) {
            Some(ExprKind::Name(kind) | ExprKind::Text(kind)) => kind == "string" || kind == "any",
            Some(_) => false,
            None => true,
        };
        let place = variable.place;
        let parsed = if is_text { None } else { read_expression(text, place) };
        let value = match parsed {
            Some(expr) => self.eval(&expr, Scope::of(NOWHERE)),
            None => Value::text(place, text.clone()),
        };
        self.given.insert(name.clone(), value);
    }
}
