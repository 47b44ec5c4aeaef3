//! A function of a template: where its code and layers are.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use ::sbom::{Layer, Subject, SubjectKind};
use ::scan::Outcome;
use anyhow::bail;
use app_model::{Application, Function};
use component::RemarkKind;
use inventory::{FunctionInventory, Mount, Runtime};
use package_files::{Opened, deployed};

use super::Read;
use crate::{arguments::DeploymentOptions, commands::functions};

/// Reads the code of a function, and its layers.
pub(super) fn read(
    path: &Path,
    name: &str,
    deployment: &DeploymentOptions,
) -> anyhow::Result<Read> {
    let outcome = scanned(path, deployment)?;
    let all = outcome.applications.iter().flat_map(|app| &app.functions);
    functions::must_be_known(&[name.to_owned()], &all.map(|it| it.name.as_str()))?;
    let found: Vec<(&Application, &Function)> =
        outcome.applications.iter().filter_map(|app| Some((app, app.function(name)?))).collect();
    let [(app, function)] = found.as_slice() else {
        bail!("several templates have a function `{name}`; give one template at a time");
    };
    Ok(Reading::of(&outcome, app).read(function))
}

/// Reads every function of a template.
pub(super) fn read_all(path: &Path, deployment: &DeploymentOptions) -> anyhow::Result<Vec<Read>> {
    let outcome = scanned(path, deployment)?;
    let mut all = Vec::new();
    for app in &outcome.applications {
        let mut reading = Reading::of(&outcome, app);
        all.extend(app.functions.iter().map(|function| reading.read(function)));
    }
    if all.is_empty() {
        bail!("`{}` has no function", path.display());
    }
    Ok(all)
}

fn scanned(path: &Path, deployment: &DeploymentOptions) -> anyhow::Result<Outcome> {
    let mut request = functions::request(&[path.to_path_buf()], deployment)?;
    request.reads_code = false;
    let outcome = ::scan::scan(&request, &|_, _| {})?;
    functions::tell_lost(&outcome);
    Ok(outcome)
}

/// What was read of code with its layers, by their paths and the runtime.
type Known = BTreeMap<(Vec<PathBuf>, Option<String>), FunctionInventory>;

struct Reading<'o> {
    app: &'o Application,
    base: &'o Path,
    /// Folder of the template.
    folder: PathBuf,
    template: String,
    known: Known,
}

impl<'o> Reading<'o> {
    fn of(outcome: &'o Outcome, app: &'o Application) -> Self {
        let template = outcome.sources.path(app.place.file);
        let folder = outcome.base.join(Path::new(&template).parent().unwrap_or(Path::new("")));
        Self { app, base: &outcome.base, folder, template, known: Known::new() }
    }

    fn read(&mut self, function: &Function) -> Read {
        let (base, name) = (self.base, &function.name);
        let mut package = deployed(self.app, function, &|path| resolve(base, &self.folder, path));
        let mut opened = Opened::default();
        if package.code.len() > 1 {
            let words = format!("`{name}` has code for several conditions: the first is read");
            package.lost.push(words);
        }
        let mut paths = Vec::new();
        let mut add = |path: &Path, mount| {
            let shown =
                path.strip_prefix(base).unwrap_or(path).to_string_lossy().replace('\\', "/");
            paths.push(path.to_path_buf());
            let added = opened.add(path, &shown, mount, base);
            let lost = |error| package.lost.push(format!("`{shown}` cannot be read: {error}"));
            added.map_err(lost).ok()
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
        let take = || opened.take(&Runtime::of(runtime.as_deref().unwrap_or_default())).inventory;
        // Functions of one template often run the same code.
        let mut found = self.known.entry((paths, runtime.clone())).or_insert_with(take).clone();
        for words in package.lost {
            found.inventory.remark(&self.template, None, RemarkKind::Unread, words);
        }
        let kind = SubjectKind::Function;
        Read { subject: Subject { kind, name: name.to_string(), runtime, layers }, found }
    }
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
