//! A function of a template: where its code and layers are.

use std::path::{Path, PathBuf};

use ::sbom::{Layer, Subject, SubjectKind};
use anyhow::bail;
use app_model::{Application, Code, Details, Function};
use inventory::{Mount, View};

use super::{Read, files::Files};
use crate::{arguments::DeploymentOptions, commands::functions};

/// Endings of packages.
const ARCHIVES: [&str; 3] = ["zip", "jar", "war"];

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
    let mut reading = Reading {
        base: outcome.base.clone(),
        folder,
        template,
        files: Files::new(outcome.base.clone()),
    };
    // The last layer that is laid wins, and a file that lies in both is the layer's.
    let layers: Vec<Layer> = function
        .layers
        .iter()
        .map(|layer| reading.layer(app, &layer.arn))
        .collect::<Result<_, _>>()?;
    let code = reading.code(function)?;
    let of_layers = layers.iter().rev().filter_map(|it| it.prefix.as_deref());
    let of_layers = of_layers.map(|it| Mount::Layer(it.trim_end_matches('/').to_owned()));
    let mounts = code.into_iter().map(Mount::Task).chain(of_layers).collect();
    let runtime = function.runtime.as_ref().and_then(|it| it.value.known());
    let runtime = runtime.map(ToString::to_string);
    let inventory = reading.files.finish(&View { mounts, runtime: runtime.clone() });
    let kind = SubjectKind::Function;
    Ok(Read { subject: Subject { kind, name: name.to_owned(), runtime, layers }, inventory })
}

struct Reading {
    /// Folder that paths are shown relative to, and that nothing is read outside of.
    base: PathBuf,
    /// Folder of the template.
    folder: PathBuf,
    template: String,
    files: Files,
}

impl Reading {
    /// Reads the code; where it is mounted, when it is here.
    fn code(&mut self, function: &Function) -> anyhow::Result<Option<String>> {
        let setting = match &function.code {
            Code::Local(path) => path,
            Code::Inline(_) => return Ok(None),
            Code::Remote(path) => {
                let words = format!(
                    "the code of `{}` is the object `{}` of a bucket: it is not read",
                    function.name,
                    path.value.display()
                );
                self.files.lost(&self.template, words);
                return Ok(None);
            }
            Code::Image(_) => {
                let words = format!("`{}` is a container image: it is not read", function.name);
                self.files.lost(&self.template, words);
                return Ok(None);
            }
            Code::Unknown => {
                let words =
                    format!("the template does not say where the code of `{}` is", function.name);
                self.files.lost(&self.template, words);
                return Ok(None);
            }
        };
        let mut possible = setting.value.possible();
        let Some((_, path)) = possible.next() else {
            let words = setting.value.display();
            let words =
                format!("where the code of `{}` is cannot be resolved: `{words}`", function.name);
            self.files.lost(&self.template, words);
            return Ok(None);
        };
        if possible.next().is_some() {
            let words =
                format!("`{}` has code for several conditions: the first is read", function.name);
            self.files.lost(&self.template, words);
        }
        self.mount(path)
    }

    /// Reads a layer that stands in the template; another one is named only.
    fn layer(&mut self, app: &Application, arn: &app_model::Text) -> anyhow::Result<Layer> {
        let references = arn.unresolved().map_or(&[][..], |it| it.references.as_slice());
        for reference in references {
            let resource = app.resource(&reference.name);
            let Some(Details::LayerVersion(version)) = resource.map(|it| &it.details) else {
                continue;
            };
            let content = version.content.as_ref();
            let path = content.and_then(|it| it.value.possible().next()).map(|(_, it)| it.clone());
            let mount = path.map_or(Ok(None), |path| self.mount(&path))?;
            let prefix = mount.map(|it| if it.is_empty() { it } else { format!("{it}/") });
            return Ok(Layer { name: reference.name.to_string(), prefix });
        }
        Ok(Layer { name: arn.display().to_string(), prefix: None })
    }

    /// Reads a folder or archive beside the template; what its paths begin with.
    fn mount(&mut self, path: &str) -> anyhow::Result<Option<String>> {
        let target = self.folder.join(path).canonicalize();
        let Ok(target) = target else {
            self.files.lost(&self.template, format!("`{path}` is not here: build it first"));
            return Ok(None);
        };
        let Ok(relative) = target.strip_prefix(&self.base) else {
            let words = format!("`{path}` lies outside the named folder: it is not read");
            self.files.lost(&self.template, words);
            return Ok(None);
        };
        let shown = relative.to_string_lossy().replace('\\', "/");
        if target.is_dir() {
            self.files.folder(&target, &shown);
            return Ok(Some(shown));
        }
        let ending = target.extension().and_then(|it| it.to_str()).unwrap_or_default();
        if ARCHIVES.contains(&ending.to_ascii_lowercase().as_str()) {
            let shown = format!("{shown}!");
            self.files.archive(&target, &shown)?;
            return Ok(Some(shown));
        }
        // Some name the file of the handler itself; what it needs lies beside it.
        let folder = relative.parent().unwrap_or(Path::new("")).to_string_lossy().into_owned();
        self.files.folder(&self.base.join(&folder), &folder);
        Ok(Some(folder))
    }
}
