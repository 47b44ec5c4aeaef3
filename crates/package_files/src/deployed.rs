//! Where the code of a function and its layers are, by what its template says.

use std::path::{Path, PathBuf};

use app_model::{Application, Code, Details, Function, Text};

/// Endings of packages.
const ARCHIVES: [&str; 3] = ["zip", "jar", "war"];
/// Most places of the code of one function, each under a condition of its own.
const MOST_PLACES: usize = 8;

/// What a function consists of, as paths.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Deployed {
    /// Folders or archives of the code, one for each condition; none when it is not here.
    pub code: Vec<PathBuf>,
    /// The layers in their order.
    pub layers: Vec<DeployedLayer>,
    /// What is not here or cannot be read, in words.
    pub lost: Vec<String>,
}

/// A layer of a function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeployedLayer {
    /// Logical name in the template, or its ARN as far as it is known.
    pub name: String,
    /// Its folder or archive; `None` when it is not here.
    pub path: Option<PathBuf>,
}

/// Finds the code of a function and its layers. `resolve` makes a path of the template one that may
/// be read, or says why not.
pub fn deployed(
    app: &Application,
    function: &Function,
    resolve: &dyn Fn(&str) -> Result<PathBuf, String>,
) -> Deployed {
    let mut found = Deployed::default();
    for layer in &function.layers {
        found.layer(app, &layer.arn, resolve);
    }
    let name = &function.name;
    let path = match &function.code {
        Code::Local(path) => path,
        // It stands in the template; nothing is beside it.
        Code::Inline(_) => return found,
        Code::Remote(path) => {
            let path = path.value.display();
            let words = format!("the code of `{name}` is the object `{path}` of a bucket");
            found.lost.push(words);
            return found;
        }
        Code::Image(_) => {
            found.lost.push(format!("`{name}` is a container image, of which only the folder that it is built from is read"));
            match &function.build.image_context {
                Some(folder) => folder,
                None => return found,
            }
        }
        Code::Unknown => {
            found.lost.push(format!("the template does not say where the code of `{name}` is"));
            return found;
        }
    };
    let mut is_known = false;
    for (_, path) in path.value.possible().take(MOST_PLACES) {
        is_known = true;
        match resolve(path).map(|path| part_of(&path)) {
            Ok(path) if found.code.contains(&path) => {}
            Ok(path) => found.code.push(path),
            Err(words) => found.lost.push(words),
        }
    }
    if !is_known {
        let words = path.value.display();
        found.lost.push(format!("where the code of `{name}` is cannot be resolved: `{words}`"));
    }
    found
}

impl Deployed {
    fn layer(
        &mut self,
        app: &Application,
        arn: &Text,
        resolve: &dyn Fn(&str) -> Result<PathBuf, String>,
    ) {
        let references = arn.unresolved().map_or(&[][..], |it| it.references.as_slice());
        let own = references.iter().find_map(|reference| {
            match app.resource(&reference.name).map(|it| &it.details) {
                Some(Details::LayerVersion(version)) => Some((reference.name.to_string(), version)),
                _ => None,
            }
        });
        let Some((name, version)) = own else {
            self.layers.push(DeployedLayer { name: arn.display().to_string(), path: None });
            return;
        };
        let content = version.content.as_ref().and_then(|it| it.value.possible().next());
        let path = content.and_then(|(_, path)| match resolve(path) {
            Ok(path) => Some(part_of(&path)),
            Err(words) => {
                self.lost.push(words);
                None
            }
        });
        self.layers.push(DeployedLayer { name, path });
    }
}

/// The folder or archive that a path means: some name the file of the handler itself, and what it needs
/// lies beside it.
fn part_of(path: &Path) -> PathBuf {
    let ending = path.extension().and_then(|it| it.to_str()).unwrap_or_default();
    let is_archive = ARCHIVES.contains(&ending.to_ascii_lowercase().as_str());
    match path.parent() {
        Some(folder) if path.is_file() && !is_archive => folder.to_path_buf(),
        _ => path.to_path_buf(),
    }
}
