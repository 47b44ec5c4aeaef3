//! Functions that ask for files; every path is confined to the scanned root.

use source_text::{Diagnostic, FileId, Place, SmolStr};

use crate::evaluator::Evaluator;
use crate::paths;
use crate::read_hcl::read_template;
use crate::scope::{Names, Scope};
use crate::value::{TEXT, Value};

impl Evaluator<'_> {
    pub(super) fn file_function(
        &mut self,
        name: &str,
        values: &[Value],
        place: Place,
    ) -> Option<Value> {
        match name {
            "basename" | "dirname" => {
                let text = values.first()?.as_text()?;
                Some(Value::text(place, part_of_path(&text, name == "basename")))
            }
            // Where the folder lies on a machine is nothing that the configuration tells.
            "abspath" => values.first().cloned(),
            "fileexists" => {
                let path = self.below_root(values.first()?)?;
                Some(Value::bool(place, self.files.exists(&path)))
            }
            "file" => match self.read_text(values.first()?, place)? {
                Ok(file) => {
                    let source = self.files.sources().get(file);
                    self.charge(source.text.len() / 16);
                    (source.text.len() <= TEXT).then(|| Value::text(place, source.text.as_str()))
                }
                Err(failed) => Some(failed),
            },
            "templatefile" => self.template_file(values, place),
            _ => None,
        }
    }

    fn below_root(&self, path: &Value) -> Option<String> {
        paths::join(&self.root, &path.as_text()?)
    }

    /// The file that a value names; `None` when it is not known which.
    fn read_text(&mut self, path: &Value, place: Place) -> Option<Result<FileId, Value>> {
        let written = path.as_text()?;
        let Some(path) = self.below_root(path) else {
            let message = format!("`{written}` lies outside the scanned folder and is not read");
            self.tell(Diagnostic::warning(place, message));
            return None;
        };
        Some(self.files.read(&path).map_err(|error| {
            self.tell(Diagnostic::warning(place, error.to_string()));
            Value::failed(place, error.to_string())
        }))
    }

    fn template_file(&mut self, values: &[Value], place: Place) -> Option<Value> {
        let [path, names] = values else { return None };
        let bindings: Vec<(SmolStr, Value)> =
            names.as_map()?.iter().map(|(name, it)| (name.clone(), it.clone())).collect();
        let file = match self.read_text(path, place)? {
            Ok(file) => file,
            Err(failed) => return Some(failed),
        };
        let source = self.files.sources().get(file);
        if source.text.len() > TEXT || !self.charge(source.text.len() / 4) {
            return None;
        }
        let Some(parts) = read_template(file, &source.text, None) else {
            let message = format!("the template `{}` is not valid", source.path);
            self.tell(Diagnostic::warning(place, message));
            return None;
        };
        let names = Names { bindings: &bindings, outer: None };
        // A template sees its own variables alone, nothing of the module.
        let scope = Scope { module: usize::MAX, names: Some(&names) };
        Some(self.deeper(place, |it| it.template(&parts, place, scope)))
    }
}

fn part_of_path(path: &str, last: bool) -> String {
    let path = if path.len() > 1 { path.trim_end_matches('/') } else { path };
    match (path.rsplit_once('/'), last) {
        (Some((_, name)), true) => name.to_owned(),
        (Some(("", _)), false) => "/".to_owned(),
        (Some((folder, _)), false) => folder.to_owned(),
        (None, true) => path.to_owned(),
        (None, false) => ".".to_owned(),
    }
}
