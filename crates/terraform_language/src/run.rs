//! A root module, evaluated from its top.

use source_text::SmolStr;

use crate::configuration::Sort;
use crate::evaluated::{Evaluated, Foreign, Options, Output, Variable};
use crate::evaluator::Evaluator;
use crate::files::ModuleFiles;
use crate::value::{Unknown, Value};

/// Evaluates the root module in `folder` (relative to the scanned root, with `/`, `""` the root).
///
/// Never fails: what cannot be read is a diagnostic, and the rest is evaluated.
#[must_use]
pub fn evaluate(folder: &str, options: &Options, files: &dyn ModuleFiles) -> Evaluated {
    let mut evaluator = Evaluator::new(folder, options, files);
    evaluator.add_module(folder, SmolStr::default(), None);
    evaluator.read_variables();
    let mut evaluated = Evaluated { folder: SmolStr::new(folder), ..Evaluated::default() };
    evaluator.visit(0, &mut evaluated);
    evaluated.variables = evaluator.variables();
    evaluated.outputs = evaluator.outputs();
    evaluated.conditions = evaluator.conditions;
    evaluated.diagnostics = evaluator.diagnostics;
    evaluated.foreign_files = evaluator.foreign.iter().copied().collect();
    evaluated.foreign_files.sort_unstable();
    evaluated.files = evaluator.read;
    evaluated
}

impl Evaluator<'_> {
    fn visit(&mut self, module: usize, out: &mut Evaluated) {
        self.blocks(module, Sort::Resource, &mut out.resources);
        self.blocks(module, Sort::Data, &mut out.data);
        self.providers(module, &mut out.providers);
        let configuration = self.configuration_of(module);
        for position in 0..configuration.modules.len() {
            let children = self.children(module, position);
            if children.is_empty() {
                let instances = self.instances(module, Sort::Module, position);
                if !instances.items.is_empty() {
                    out.unread_modules.extend(self.unread_module(module, position));
                }
            }
            for child in children.iter() {
                let folder = SmolStr::new(&self.configuration_of(*child).folder);
                if !out.modules.contains(&folder) {
                    out.modules.push(folder);
                }
                if self.is_foreign(*child)
                    && !self.is_foreign(module)
                    && let Some(call) = configuration.modules.get(position)
                {
                    let prefix = self.prefix(*child);
                    out.foreign.push(Foreign { prefix, place: call.place });
                }
                self.visit(*child, out);
            }
        }
    }

    /// Whether users cannot edit a module.
    fn is_foreign(&self, module: usize) -> bool {
        let configuration = self.configuration_of(module);
        configuration.files.iter().any(|file| self.foreign.contains(file))
    }

    fn variables(&mut self) -> Vec<Variable> {
        let configuration = self.configuration_of(0);
        let mut variables = Vec::new();
        for declaration in &configuration.variables {
            let name = &declaration.name;
            let value = self.variable(0, name);
            let is_open = |value: &Value| {
                matches!(value.as_unknown(), Some(Unknown::Parameter(parameter))
                    if parameter.strip_prefix("var.") == Some(name))
            };
            let value = value.filter(|value| !is_open(value));
            variables.push(Variable {
                name: name.clone(),
                place: declaration.place,
                value: value.map(|value| self.node(&value)),
                is_default: !self.given.contains_key(name),
                sensitive: declaration.body.is_true("sensitive"),
            });
        }
        variables
    }

    fn outputs(&mut self) -> Vec<Output> {
        let configuration = self.configuration_of(0);
        let mut outputs = Vec::new();
        for declaration in &configuration.outputs {
            let Some(value) = self.output(0, &declaration.name) else { continue };
            outputs.push(Output {
                name: declaration.name.clone(),
                place: declaration.place,
                value: self.node(&value),
                sensitive: declaration.body.is_true("sensitive"),
            });
        }
        outputs
    }
}
