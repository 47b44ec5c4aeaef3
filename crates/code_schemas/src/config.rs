//! Settings of models: `model_config`, `class Config`, words beside the bases.

use code_ir::{Constant, Entry, Expr, ExprKind};

use crate::names::{At, Names};

/// What the settings of a model say about what it takes.
#[derive(Clone, Debug, Default)]
pub(crate) struct Config {
    /// Whether other members are refused.
    pub(crate) is_closed: Option<bool>,
    /// Whether a field with an alias is also found by its name.
    pub(crate) by_name: Option<bool>,
    /// Whether texts are cut or changed before they are looked at.
    pub(crate) changes_texts: Option<bool>,
    pub(crate) takes_numbers: Option<bool>,
    /// Whether names are made by a function.
    pub(crate) makes_names: bool,
    /// Whether something is said that may let anything in.
    pub(crate) is_opaque: bool,
}

/// Settings that let nothing more in.
const HARMLESS: [&str; 45] = [
    "title",
    "description",
    "frozen",
    "strict",
    "allow_mutation",
    "validate_assignment",
    "validate_all",
    "validate_default",
    "validate_return",
    "arbitrary_types_allowed",
    "json_schema_extra",
    "schema_extra",
    "json_encoders",
    "json_dumps",
    "use_enum_values",
    "smart_union",
    "copy_on_model_validation",
    "hide_input_in_errors",
    "protected_namespaces",
    "use_attribute_docstrings",
    "revalidate_instances",
    "defer_build",
    "cache_strings",
    "loc_by_alias",
    "regex_engine",
    "allow_inf_nan",
    "str_max_length",
    "str_min_length",
    "max_anystr_length",
    "min_anystr_length",
    "ser_json_timedelta",
    "ser_json_bytes",
    "ser_json_inf_nan",
    "ser_json_temporal",
    "serialize_by_alias",
    "val_json_bytes",
    "val_temporal_unit",
    "error_msg_templates",
    "json_schema_serialization_defaults_required",
    "json_schema_mode_override",
    "field_title_generator",
    "model_title_generator",
    "underscore_attrs_are_private",
    "plugin_settings",
    "env_prefix",
];

impl Config {
    /// Takes one setting over.
    pub(crate) fn set<'p>(&mut self, names: &Names<'p>, at: At, name: &str, value: &'p Expr) {
        let (at, value) = names.value(at, value);
        let truth = match &value.kind {
            ExprKind::Constant(Constant::Bool(truth)) => Some(*truth),
            ExprKind::Constant(Constant::None) => Some(false),
            _ => None,
        };
        match name {
            "extra" => match extra(names, at, value) {
                Some(is_closed) => self.is_closed = Some(is_closed),
                None => self.is_closed = Some(false),
            },
            "populate_by_name" | "allow_population_by_field_name" | "validate_by_name" => {
                // Not known: both names are taken to be found.
                self.by_name = Some(truth.unwrap_or(true));
            }
            "validate_by_alias" => self.is_opaque |= truth != Some(true),
            "str_strip_whitespace"
            | "str_to_lower"
            | "str_to_upper"
            | "anystr_strip_whitespace"
            | "anystr_lower"
            | "anystr_upper" => {
                let so_far = self.changes_texts.unwrap_or(false);
                self.changes_texts = Some(so_far || truth != Some(false));
            }
            "coerce_numbers_to_str" => self.takes_numbers = Some(truth != Some(false)),
            "alias_generator" => {
                self.makes_names |= !matches!(value.kind, ExprKind::Constant(Constant::None));
            }
            "from_attributes" | "orm_mode" => self.is_opaque |= truth != Some(false),
            name if HARMLESS.contains(&name) => {}
            _ => self.is_opaque = true,
        }
    }

    /// Reads `ConfigDict(…)`, or the same as a mapping.
    pub(crate) fn read<'p>(&mut self, names: &Names<'p>, at: At, value: &'p Expr) {
        let (at, value) = names.value(at, value);
        match &value.kind {
            ExprKind::Call { callee, arguments, .. } => {
                let path = names.library(at, callee).unwrap_or_default();
                let is_known = path.ends_with(".ConfigDict") && path.starts_with("pydantic.")
                    || path == "dict";
                self.is_opaque |= !is_known;
                for argument in arguments {
                    match &argument.name {
                        Some(name) => self.set(names, at, name, &argument.value),
                        None => self.is_opaque = true,
                    }
                }
            }
            ExprKind::Dict(entries) => {
                for entry in entries {
                    match entry {
                        Entry::Pair(key, value) if key.as_text().is_some() => {
                            let name = key.as_text().map_or("", |text| text.as_str());
                            self.set(names, at, name, value);
                        }
                        _ => self.is_opaque = true,
                    }
                }
            }
            _ => self.is_opaque = true,
        }
    }

    /// Settings of two bases. Versions differ in which of them wins, so the wider one does.
    pub(crate) fn beside(&mut self, other: &Self) {
        let wider = |one: Option<bool>, other: Option<bool>, wide: bool| match (one, other) {
            (Some(one), Some(other)) if one != other => Some(wide),
            (one, other) => one.or(other),
        };
        self.is_closed = wider(self.is_closed, other.is_closed, false);
        self.by_name = wider(self.by_name, other.by_name, true);
        self.changes_texts = wider(self.changes_texts, other.changes_texts, true);
        self.takes_numbers = wider(self.takes_numbers, other.takes_numbers, true);
        self.makes_names |= other.makes_names;
        self.is_opaque |= other.is_opaque;
    }

    /// Settings of a base under those of the class.
    pub(crate) fn over(&mut self, base: &Self) {
        let Self { is_closed, by_name, changes_texts, takes_numbers, makes_names, is_opaque } =
            base;
        self.is_closed = self.is_closed.or(*is_closed);
        self.by_name = self.by_name.or(*by_name);
        // One of several ways to change a text: another one may have been turned off.
        self.changes_texts = match (self.changes_texts, changes_texts) {
            (Some(true), _) | (_, Some(true)) => Some(true),
            (own, base) => own.or(*base),
        };
        self.takes_numbers = self.takes_numbers.or(*takes_numbers);
        self.makes_names |= makes_names;
        self.is_opaque |= is_opaque;
    }
}

/// Whether `extra` refuses; `None` where it is not known.
fn extra<'p>(names: &Names<'p>, at: At, value: &'p Expr) -> Option<bool> {
    if let Some(text) = value.as_text() {
        return Some(text == "forbid");
    }
    let path = names.library(at, value)?;
    path.rsplit_once("Extra.").map(|(_, word)| word == "forbid")
}
