//! Functions of models that see a value before it is checked, and may let anything in.

use code_ir::{Argument, Class, Constant, Expr, ExprKind, Field, Method, Spread};
use code_program::ModuleId;

use crate::annotation::{is_pydantic, last_word};
use crate::model::{Models, call_of};
use crate::names::At;

/// A validator that sees values before they are checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Validator {
    pub(crate) reach: Reach,
}

/// What it sees.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Reach {
    /// The whole value.
    Model,
    /// These fields; all where one is `*`.
    Fields(Vec<String>),
}

impl Validator {
    pub(crate) fn reaches(&self, field: &str) -> bool {
        match &self.reach {
            Reach::Model => true,
            Reach::Fields(names) => names.iter().any(|name| name == field || name == "*"),
        }
    }
}

/// Decorators that change nothing about what is taken.
const HARMLESS: [&str; 13] = [
    "property",
    "classmethod",
    "staticmethod",
    "computed_field",
    "field_serializer",
    "model_serializer",
    "cached_property",
    "abstractmethod",
    "overload",
    "override",
    "wraps",
    "lru_cache",
    "deprecated",
];

/// Whether a class may have a method of its own under this name and still takes what its fields say.
pub(crate) fn is_harmless_method(name: &str) -> bool {
    if let Some(word) = name.strip_prefix("__").and_then(|it| it.strip_suffix("__")) {
        return matches!(
            word,
            "str"
                | "repr"
                | "eq"
                | "ne"
                | "hash"
                | "len"
                | "lt"
                | "le"
                | "gt"
                | "ge"
                | "bool"
                | "iter"
                | "contains"
                | "getitem"
                | "add"
                | "post_init"
                | "post_init_post_parse"
                | "modify_schema"
                | "get_pydantic_json_schema"
                | "rich_repr"
                | "int"
                | "float"
        );
    }
    !matches!(
        name,
        "validate"
            | "parse_obj"
            | "parse_raw"
            | "parse_file"
            | "from_orm"
            | "construct"
            | "model_validate"
            | "model_validate_json"
            | "model_validate_strings"
            | "model_construct"
            | "_enforce_dict_if_root"
            | "_decompose_class"
            | "_missing_"
            | "_get_value"
            | "_init_attributes"
    )
}

impl<'p> Models<'p> {
    /// The validators of a class that see values before they are checked; an error where a decorator
    /// may be one.
    pub(crate) fn validators(
        &self,
        module: ModuleId,
        class: &'p Class,
    ) -> Result<Vec<Validator>, String> {
        let at = At { module, function: class.parent.unwrap_or_default() };
        let mut found = Vec::new();
        for Method { name, function, .. } in &class.methods {
            let Some(function) = self.names.program.function(module, *function) else { continue };
            for decorator in &function.decorators {
                let (callee, arguments) = call_of(decorator);
                if is_attribute_setter(callee) {
                    continue;
                }
                let path = match self.names.meaning(at, callee) {
                    crate::names::Meaning::Library(path) => path,
                    crate::names::Meaning::Builtin(name) => name.to_string(),
                    _ => return Err(format!("a decorator of `{name}` is not known")),
                };
                match validator(&path, arguments) {
                    Some(seen) => found.push(seen),
                    None if HARMLESS.contains(&last_word(&path)) => {}
                    None => return Err(format!("a decorator of `{name}` is not known")),
                }
            }
        }
        Ok(found)
    }

    /// `_clean = validator("name", pre=True)(clean)`; an error where a call may do the same.
    pub(crate) fn assigned_validator(
        &self,
        at: At,
        field: &'p Field,
    ) -> Result<Option<Validator>, String> {
        if field.annotation.is_some() || !field.decorators.is_empty() {
            return Ok(None);
        }
        let Some(Expr { kind: ExprKind::Call { callee, .. }, .. }) = &field.value else {
            return Ok(None);
        };
        let (inner, arguments) = call_of(callee);
        let path = self.names.library(at, inner).unwrap_or_default();
        if is_pydantic(&path) && matches!(last_word(&path), "PrivateAttr" | "Field") {
            return Ok(None);
        }
        match validator(&path, arguments) {
            Some(seen) => Ok(Some(seen)),
            None => Err(format!("what makes `{}` is not known", field.name)),
        }
    }
}

/// `@x.setter`.
fn is_attribute_setter(callee: &Expr) -> bool {
    matches!(&callee.kind, ExprKind::Attribute { name, .. } if matches!(name.as_str(), "setter" | "deleter" | "getter"))
}

/// What a decorator that is a validator sees before it is checked: no field at all where it only looks
/// afterwards. `None` for other decorators.
fn validator(path: &str, arguments: &[Argument]) -> Option<Validator> {
    if !is_pydantic(path) {
        return None;
    }
    let constant = |name: &str| {
        let argument = arguments.iter().find(|it| it.name.as_deref() == Some(name))?;
        Some(&argument.value)
    };
    let is_after = match constant("mode") {
        None => true,
        Some(mode) => mode.as_text().is_some_and(|mode| mode == "after"),
    };
    let is_pre = match constant("pre").map(|it| &it.kind) {
        None | Some(ExprKind::Constant(Constant::Bool(false))) => false,
        Some(_) => true,
    };
    let has_spread = arguments.iter().any(|it| it.spread != Spread::No);
    let fields = || {
        let positional = arguments.iter().filter(|it| it.name.is_none());
        let names = positional.map(|it| it.value.as_text().map(ToString::to_string));
        let names: Option<Vec<String>> = names.collect();
        match names {
            Some(names) if !has_spread => Reach::Fields(names),
            _ => Reach::Fields(vec!["*".to_owned()]),
        }
    };
    let sees_first = match last_word(path) {
        "field_validator" => !is_after,
        "model_validator" => !is_after || constant("mode").is_none(),
        "validator" | "root_validator" => is_pre,
        _ => return None,
    };
    let reach = match last_word(path) {
        _ if !sees_first && !has_spread => Reach::Fields(Vec::new()),
        "field_validator" | "validator" => fields(),
        _ => Reach::Model,
    };
    Some(Validator { reach })
}
