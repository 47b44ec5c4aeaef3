//! A function of a template: where its code and layers are.

use std::path::{Path, PathBuf};

use ::sbom::{Layer, Subject, SubjectKind};
use anyhow::{Context as _, bail};
use app_model::{Application, Code, Details, Function};
use component::RemarkKind;
use inventory::{Mount, Part, Runtime};
use package_files::Source;

use super::Read;
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
        open: Vec::new(),
        lost: Vec::new(),
    };
    reading.code(function)?;
    let layers: Vec<Layer> = function
        .layers
        .iter()
        .map(|layer| reading.layer(app, &layer.arn))
        .collect::<Result<_, _>>()?;
    let runtime = function.runtime.as_ref().and_then(|it| it.value.known());
    let runtime = runtime.map(ToString::to_string);
    let files: Vec<_> = reading.open.iter().map(|open| open.source.files()).collect();
    let parts: Vec<Part<'_>> = reading
        .open
        .iter()
        .zip(&files)
        .map(|(open, files)| Part { prefix: &open.prefix, mount: open.mount, files: &**files })
        .collect();
    let found = inventory::take(&Runtime::of(runtime.as_deref().unwrap_or_default()), &parts);
    let mut found = found;
    for words in reading.lost {
        found.inventory.remark(&reading.template, None, RemarkKind::Unread, words);
    }
    let kind = SubjectKind::Function;
    Ok(Read { subject: Subject { kind, name: name.to_owned(), runtime, layers }, found })
}

/// A folder or archive of a function.
struct Open {
    prefix: String,
    mount: Mount,
    source: Source,
}

struct Reading {
    /// Folder that paths are shown relative to, and that nothing is read outside of.
    base: PathBuf,
    /// Folder of the template.
    folder: PathBuf,
    template: String,
    open: Vec<Open>,
    /// What was not read, in words.
    lost: Vec<String>,
}

impl Reading {
    /// Opens the code, when it is here.
    fn code(&mut self, function: &Function) -> anyhow::Result<()> {
        let setting = match &function.code {
            Code::Local(path) => path,
            Code::Inline(_) => return Ok(()),
            Code::Remote(path) => {
                let words = format!(
                    "the code of `{}` is the object `{}` of a bucket: it is not read",
                    function.name,
                    path.value.display()
                );
                self.lost.push(words);
                return Ok(());
            }
            Code::Image(_) => {
                let words = format!("`{}` is a container image: it is not read", function.name);
                self.lost.push(words);
                return Ok(());
            }
            Code::Unknown => {
                let words =
                    format!("the template does not say where the code of `{}` is", function.name);
                self.lost.push(words);
                return Ok(());
            }
        };
        let mut possible = setting.value.possible();
        let Some((_, path)) = possible.next() else {
            let words = setting.value.display();
            let words =
                format!("where the code of `{}` is cannot be resolved: `{words}`", function.name);
            self.lost.push(words);
            return Ok(());
        };
        if possible.next().is_some() {
            let words =
                format!("`{}` has code for several conditions: the first is read", function.name);
            self.lost.push(words);
        }
        self.mount(path, Mount::Task)?;
        Ok(())
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
            let mount = path.map_or(Ok(None), |path| self.mount(&path, Mount::Opt))?;
            let prefix = mount.map(|it| if it.is_empty() { it } else { format!("{it}/") });
            return Ok(Layer { name: reference.name.to_string(), prefix });
        }
        Ok(Layer { name: arn.display().to_string(), prefix: None })
    }

    /// Opens a folder or archive beside the template; what its paths begin with.
    fn mount(&mut self, path: &str, mount: Mount) -> anyhow::Result<Option<String>> {
        let target = self.folder.join(path).canonicalize();
        let Ok(mut target) = target else {
            self.lost.push(format!("`{path}` is not here: build it first"));
            return Ok(None);
        };
        if !target.starts_with(&self.base) {
            self.lost.push(format!("`{path}` lies outside the named folder: it is not read"));
            return Ok(None);
        }
        let ending = target.extension().and_then(|it| it.to_str()).unwrap_or_default();
        let is_archive = ARCHIVES.contains(&ending.to_ascii_lowercase().as_str());
        if !target.is_dir() && !is_archive {
            // Some name the file of the handler itself; what it needs lies beside it.
            target.pop();
        }
        let relative = target.strip_prefix(&self.base).unwrap_or(Path::new(""));
        let shown = relative.to_string_lossy().replace('\\', "/");
        let prefix = if target.is_dir() { shown } else { format!("{shown}!") };
        let source = Source::open(&target, &self.base)
            .with_context(|| format!("cannot read `{}`", target.display()))?;
        self.open.push(Open { prefix: prefix.clone(), mount, source });
        Ok(Some(prefix))
    }
}
