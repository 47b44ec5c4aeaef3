//! Data sources that need no provider: identities, templates, policy documents.

use source_text::{Place, SmolStr};

use crate::block::{Own, argument};
use crate::configuration::Sort;
use crate::evaluator::Evaluator;
use crate::instances::names;
use crate::read_hcl::read_template;
use crate::scope::{Names, Scope};
use crate::value::{Key, Unknown, Value};

impl Evaluator<'_> {
    /// The body of an instance of a data source, evaluated once.
    pub(crate) fn data_body(&mut self, module: usize, position: usize, key: &Key) -> Value {
        let slot = (module, position, key.clone());
        match self.data_bodies.get(&slot) {
            Some(Some(known)) => return known.clone(),
            Some(None) => return Value::expression(Place::default(), "…", Vec::new()),
            None => {}
        }
        self.data_bodies.insert(slot.clone(), None);
        let configuration = self.configuration_of(module);
        let value = match configuration.data.get(position) {
            Some(declaration) => {
                let place = declaration.place;
                let instances = self.instances(module, Sort::Data, position);
                let each = instances.items.iter().find(|(known, _)| known == key);
                let bindings = names(place, key, each.and_then(|(_, value)| value.as_ref()));
                let names = Names { bindings: &bindings, outer: None };
                let scope = Scope { module, names: Some(&names) };
                let body = self.body(&declaration.body, place, Own::Words, scope);
                if declaration.kind == "aws_iam_policy_document" {
                    self.with_policy(body)
                } else {
                    body
                }
            }
            None => Value::null(Place::default()),
        };
        self.data_bodies.insert(slot, Some(value.clone()));
        value
    }

    /// An attribute of a data source that can be told without a provider.
    pub(crate) fn data_attribute(
        &mut self,
        module: usize,
        position: usize,
        key: &Key,
        name: &str,
        place: Place,
    ) -> Option<Value> {
        let configuration = self.configuration_of(module);
        let kind = configuration.data.get(position)?.kind.as_str();
        let parameter = match (kind, name) {
            ("aws_caller_identity", "account_id" | "id") => "AWS::AccountId",
            ("aws_region", "name" | "id" | "region") => {
                let body = self.data_body(module, position, key);
                let asked = argument(&body, "region").or_else(|| argument(&body, "name"));
                if let Some(asked) = asked {
                    return Some(asked.clone());
                }
                "AWS::Region"
            }
            ("aws_partition", "partition" | "id") => "AWS::Partition",
            ("aws_partition", "dns_suffix") => "AWS::URLSuffix",
            ("aws_iam_policy_document", "json" | "minified_json") => {
                let body = self.data_body(module, position, key);
                return argument(&body, "json").cloned();
            }
            ("template_file", "rendered") => {
                let body = self.data_body(module, position, key);
                return self.rendered(&body, place);
            }
            _ => return None,
        };
        Some(Value::unknown(place, Unknown::Parameter(SmolStr::new_static(parameter))))
    }

    /// `template_file`: a template in an argument, with its own variables.
    fn rendered(&mut self, body: &Value, place: Place) -> Option<Value> {
        let template = argument(body, "template")?;
        let text = template.as_text()?;
        if !self.charge(text.len() / 4) {
            return None;
        }
        let parts = read_template(place.file, &text, Some(template.place))?;
        let bindings: Vec<(SmolStr, Value)> = argument(body, "vars")
            .and_then(Value::as_map)
            .map(|vars| vars.iter().map(|(name, it)| (name.clone(), it.clone())).collect())
            .unwrap_or_default();
        let names = Names { bindings: &bindings, outer: None };
        let scope = Scope { module: usize::MAX, names: Some(&names) };
        Some(self.deeper(place, |it| it.template(&parts, place, scope)))
    }
}
