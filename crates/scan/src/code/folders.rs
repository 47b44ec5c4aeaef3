//! Code of templates that were named alone: the folders that their functions name.

use std::{collections::BTreeSet, path::PathBuf};

use app_model::{Code, Details};
use jail::{Jail, parent_of};
use package_scan::Unit;

use crate::inputs::{Input, Inputs, code_below};

/// Adds the files of the folders that functions name and that no walk has met. What lies outside of
/// the jail is left alone; the join says that it was not found.
pub(crate) fn add_named_folders(found: &mut Inputs, units: &[Unit<'_>], jail: &Jail) {
    let mut folders: BTreeSet<PathBuf> = BTreeSet::new();
    for unit in units {
        for resource in &unit.app.resources {
            let Details::LayerVersion(layer) = &resource.details else { continue };
            let content = layer.content.iter().flat_map(|content| content.value.possible());
            let content = content.filter_map(|(_, path)| jail.resolve(unit.template, path).ok());
            folders.extend(content.filter(|path| path.is_dir()));
        }
        for function in &unit.app.functions {
            let path = match &function.code {
                Code::Local(path) => Some(path),
                Code::Image(_) => function.build.image_context.as_ref(),
                _ => None,
            };
            for (_, text) in path.iter().flat_map(|path| path.value.possible()) {
                let Ok(path) = jail.resolve(unit.template, text) else { continue };
                // Some name the file itself.
                folders.insert(if path.is_file() { parent_of(&path).to_path_buf() } else { path });
            }
        }
    }
    let mut more: BTreeSet<Input> = BTreeSet::new();
    let mut walked = found.walked.clone();
    for folder in folders {
        // Sorted, so that a folder comes before those in it.
        if walked.iter().any(|known| folder.starts_with(known)) || !folder.is_dir() {
            continue;
        }
        let below = code_below(&folder);
        more.extend(below.code);
        found.remarks.extend(below.remarks);
        walked.push(folder);
    }
    if more.is_empty() {
        return;
    }
    found.code.extend(more);
    found.code.sort();
    found.code.dedup_by(|later, first| later.path == first.path);
}
