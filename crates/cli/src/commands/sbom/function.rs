//! A function of a template: where its code and layers are.

use std::path::{Path, PathBuf};

use ::sbom::{Layer, Subject, SubjectKind};
use anyhow::bail;
use app_model::{Application, Function};
use component::RemarkKind;
use inventory::{Mount, Runtime};
use package_files::{Opened, deployed};

use super::Read;
use crate::{arguments::DeploymentOptions, commands::functions};

/// Reads the code of a function, and its layers.
pub(super) fn read(
    path: &Path,
    name: &str,
    deployment: &DeploymentOptions,
) -> anyhow::Result<Read> {
    let mut request = functions::request(&[path.to_path_buf()], deployment)?;
    request.reads_code = false;
    let outcome = ::scan::scan(&request, &|_, _| {})?;
    let all = outcome.applications.iter().flat_map(|app| &app.functions);
    functions::tell_lost(&outcome);
    functions::must_be_known(&[name.to_owned()], &all.map(|it| it.name.as_str()))?;
    let found: Vec<(&Application, &Function)> =
        outcome.applications.iter().filter_map(|app| Some((app, app.function(name)?))).collect();
    let [(app, function)] = found.as_slice() else {
        bail!("several templates have a function `{name}`; give one template at a time");
    };
    let template = outcome.sources.path(app.place.file);
    let folder = outcome.base.join(Path::new(&template).parent().unwrap_or(Path::new("")));
    let base = outcome.base.as_path();
    let mut package = deployed(app, function, &|path| resolve(base, &folder, path));
    let mut opened = Opened::default();
    if package.code.len() > 1 {
        let words = format!("`{name}` has code for several conditions: the first is read");
        package.lost.push(words);
    }
    let mut add = |path: &Path, mount| {
        let shown = path.strip_prefix(base).unwrap_or(path).to_string_lossy().replace('\\', "/");
        let added = opened.add(path, &shown, mount, base);
        added.map_err(|error| package.lost.push(format!("`{shown}` cannot be read: {error}"))).ok()
    };
    if let Some(code) = package.code.first() {
        add(code, Mount::Task);
    }
    let layers = package.layers.iter().map(|layer| {
        let prefix = layer.path.as_ref().and_then(|path| add(path, Mount::Opt));
        let prefix = prefix.map(|it| if it.is_empty() { it } else { format!("{it}/") });
        Layer { name: layer.name.clone(), prefix }
    });
    let layers = layers.collect();
    let runtime = function.runtime.as_ref().and_then(|it| it.value.known());
    let runtime = runtime.map(ToString::to_string);
    let mut found = opened.take(&Runtime::of(runtime.as_deref().unwrap_or_default())).inventory;
    for words in package.lost {
        found.inventory.remark(&template, None, RemarkKind::Unread, words);
    }
    let kind = SubjectKind::Function;
    Ok(Read { subject: Subject { kind, name: name.to_owned(), runtime, layers }, found })
}

/// Where a path of a template leads to, within the named folder.
fn resolve(base: &Path, folder: &Path, path: &str) -> Result<PathBuf, String> {
    let target = folder.join(path).canonicalize();
    let target = target.map_err(|_| format!("`{path}` is not here: build it first"))?;
    if !target.starts_with(base) {
        return Err(format!("`{path}` lies outside the named folder: it is not read"));
    }
    Ok(target)
}
