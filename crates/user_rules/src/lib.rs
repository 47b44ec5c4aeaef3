//! Rules that users write: conditions in CEL over the application model.
//!
//! A rule is one file of YAML. Its expressions are parsed as CEL, checked against the one list of fields
//! ([`model_schema`]), and evaluated in bounded steps. What only deployment decides is neither true nor
//! false: an answer that hangs on it is *not told*, and counted. Values that hang on conditions are looked at
//! one choice at a time, and a finding says under which conditions it holds.

#![deny(clippy::disallowed_methods)]

mod calls;
mod compile;
mod evaluate;
mod expected;
mod functions;
mod judge;
mod message;
mod model;
mod nearest;
mod program;
mod rule_file;
mod schema;
mod subject;
mod truth;
mod view;
mod worlds;

use std::collections::HashMap;

use app_model::Application;
use finding::{OwnRuleId, OwnRuleInfo};
use source_text::{Diagnostic, FileId};

pub use expected::Expected;
pub use judge::Judged;
pub use model::{model_json, model_schema};
pub use rule_file::is_own_rule;

/// Rules of one folder, ordered by id.
#[derive(Debug, Default)]
pub struct OwnRules {
    rules: Vec<rule_file::OwnRule>,
}

impl OwnRules {
    /// Compiles files of rules. What is wrong with one is told with its line and column, and leaves the others
    /// as they are.
    #[must_use]
    pub fn compile(files: &[(FileId, String)]) -> (Self, Vec<Diagnostic>) {
        let (mut rules, mut diagnostics) = (Vec::new(), Vec::new());
        let mut known: HashMap<OwnRuleId, FileId> = HashMap::new();
        for (file, text) in files {
            match rule_file::read(*file, text) {
                Ok(rule) => {
                    if known.insert(rule.info.id, *file).is_some() {
                        let message = format!("there is a rule `{}` already", rule.info.id);
                        let place = source_text::Place::whole(*file);
                        diagnostics.push(Diagnostic::error(place, message));
                        continue;
                    }
                    rules.push(rule);
                }
                Err(faults) => diagnostics.extend(faults),
            }
        }
        rules.sort_by_key(|rule: &rule_file::OwnRule| rule.info.id);
        (Self { rules }, diagnostics)
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    /// What each rule says of itself, in order.
    pub fn infos(&self) -> impl Iterator<Item = &OwnRuleInfo> {
        self.rules.iter().map(|rule| &rule.info)
    }

    /// The rule of an id, or of a name.
    #[must_use]
    pub fn info(&self, name: &str) -> Option<&OwnRuleInfo> {
        self.infos().find(|info| info.id.as_str() == name || info.name == name)
    }

    /// Which file a rule stands in, and what its fixtures must give.
    #[must_use]
    pub fn fixtures(&self, id: OwnRuleId) -> Option<(FileId, &[Expected])> {
        let rule = self.rules.iter().find(|rule| rule.info.id == id)?;
        Some((rule.file, &rule.expected))
    }

    /// Asks the rules that are chosen. The application's loader must have been asked to keep its resources.
    #[must_use]
    pub fn judge(&self, app: &Application, chosen: &dyn Fn(&OwnRuleInfo) -> bool) -> Judged {
        judge::judge(self.rules.iter().filter(|rule| chosen(&rule.info)), app)
    }
}
