//! `faasguard iam diff`

use std::{path::PathBuf, process::ExitCode};

use anyhow::bail;
use clap::Args;
use serde_json::{Value, json};

use super::{
    AnswerForm,
    compare::{Compared, compare},
    documents::{self, Loaded, Unit, UnitKind},
    words,
};
use crate::{arguments::DeploymentOptions, output};

/// `iam diff`
#[derive(Args, Debug)]
pub(crate) struct DiffOptions {
    /// Policy document, list of documents, account details or template as it was
    pub(crate) old: PathBuf,
    /// The same as it is to be
    pub(crate) new: PathBuf,
    /// Form of the result
    #[arg(long, value_enum, default_value = "terminal")]
    pub(crate) format: AnswerForm,
    /// What is known of the deployment
    #[command(flatten)]
    pub(crate) deployment: DeploymentOptions,
}

/// One unit with what became of it.
struct Row<'a> {
    unit: &'a Unit,
    compared: Compared,
}

/// Runs the command: exit 0 when NEW is contained in OLD, 1 when not, 3 when that is not known.
pub(crate) fn run(options: &DiffOptions) -> anyhow::Result<ExitCode> {
    let old = documents::load(&options.old, &options.deployment)?;
    let new = documents::load(&options.new, &options.deployment)?;
    if old.is_named != new.is_named {
        bail!(
            "`{}` and `{}` are of two kinds; compare documents with documents, templates with templates",
            old.path,
            new.path
        );
    }
    let rows = rows(&old, &new);
    let verdict = words::overall(rows.iter().map(|row| row.compared.name()));
    match options.format {
        AnswerForm::Json => documents::print_json(&json_of(&rows, verdict, new.is_named))?,
        AnswerForm::Terminal => output::print(&text_of(&rows, verdict, (&old, &new)))?,
    }
    Ok(words::exit_code(verdict))
}

/// Every unit of the new side beside its like; units that are gone allow nothing any more.
fn rows<'a>(old: &'a Loaded, new: &'a Loaded) -> Vec<Row<'a>> {
    let nothing = Unit::default();
    let find = |loaded: &'a Loaded, unit: &Unit| {
        loaded.units.iter().find(|other| other.kind == unit.kind && other.name == unit.name)
    };
    let mut rows = Vec::new();
    for unit in &new.units {
        let before = find(old, unit).unwrap_or(&nothing);
        rows.push(Row { unit, compared: compare(before, unit, (old, new)) });
    }
    for unit in &old.units {
        if find(new, unit).is_none() {
            let after = Unit { boundary: unit.boundary.clone(), ..Unit::default() };
            let mut compared = compare(unit, &after, (old, new));
            // Nothing is left that could allow anything.
            compared.doubts.clear();
            rows.push(Row { unit, compared });
        }
    }
    rows
}

fn json_of(rows: &[Row<'_>], verdict: &str, is_named: bool) -> Value {
    let of = |row: &Row<'_>| {
        let witness = words::witness_json(&row.compared.answer);
        let mut reasons: Vec<String> = row.compared.doubts.clone();
        if let iam_containment::Containment::Unknown(reason) = &row.compared.answer {
            reasons.push(reason.to_string());
        }
        json!({
            "contained": row.compared.name(),
            "witness": witness,
            "reasons": reasons,
            "added": words::changes_json(&row.compared.added),
            "removed": words::changes_json(&row.compared.removed),
        })
    };
    if !is_named {
        let mut value = rows.first().map_or(Value::Null, of);
        if let Some(map) = value.as_object_mut() {
            map.shift_insert(0, "schema".to_owned(), json!("faasguard-iam-diff/1"));
        }
        return value;
    }
    let units: Vec<Value> = rows
        .iter()
        .map(|row| {
            let mut value = of(row);
            if let Some(map) = value.as_object_mut() {
                let kind = if row.unit.kind == UnitKind::Function { "function" } else { "role" };
                map.shift_insert(0, kind.to_owned(), json!(row.unit.name.as_str()));
            }
            value
        })
        .collect();
    let of_kind = |kind: &str| -> Vec<Value> {
        units.iter().filter(|unit| unit.get(kind).is_some()).cloned().collect()
    };
    let joined = |list: &str| -> Vec<Value> {
        let mut joined = Vec::new();
        for unit in &units {
            for item in unit.get(list).and_then(Value::as_array).into_iter().flatten() {
                let mut item = item.clone();
                for kind in ["function", "role"] {
                    if let (Some(map), Some(name)) = (item.as_object_mut(), unit.get(kind)) {
                        map.shift_insert(0, kind.to_owned(), name.clone());
                    }
                }
                joined.push(item);
            }
        }
        joined
    };
    let witness = units.iter().find_map(|unit| unit.get("witness").filter(|w| !w.is_null()));
    json!({
        "schema": "faasguard-iam-diff/1",
        "contained": verdict,
        "witness": witness,
        "added": joined("added"),
        "removed": joined("removed"),
        "functions": of_kind("function"),
        "roles": of_kind("role"),
    })
}

fn text_of(rows: &[Row<'_>], verdict: &str, files: (&Loaded, &Loaded)) -> String {
    let mut text = String::new();
    for row in rows {
        if !row.unit.name.is_empty() {
            let kind = if row.unit.kind == UnitKind::Function { "function" } else { "role" };
            text.push_str(&words::line(&format!(
                "{kind} `{}`: {}",
                row.unit.name,
                match row.compared.name() {
                    "yes" => "contained",
                    "no" => "not contained",
                    other => other,
                }
            )));
        }
        let lines = words::answer_lines(&row.compared.answer, &row.compared.new, &files.1.path);
        for line in lines.iter().chain(&row.compared.doubts) {
            text.push_str(&words::line(&format!("  {line}")));
        }
        for (sign, difference) in [('+', &row.compared.added), ('-', &row.compared.removed)] {
            for change in words::change_lines(difference) {
                text.push_str(&words::line(&format!("  {sign} {change}")));
            }
        }
    }
    text.push_str(&words::line(match verdict {
        "yes" => "contained: the new policies allow nothing that the old ones do not",
        "no" => "not contained: the new policies allow what the old ones do not",
        _ => "not known whether the new policies allow what the old ones do not",
    }));
    text
}
