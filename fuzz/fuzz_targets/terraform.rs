//! Any bytes as configuration, as its JSON form, as a template, as variables and as a plan.
#![no_main]

use libfuzzer_sys::fuzz_target;
use source_text::{FileId, Limits, ReadError, Sources, parse_json};
use terraform_language::{ModuleFiles, Options, evaluate, evaluate_plan};

struct Memory {
    sources: Sources,
    files: Vec<(&'static str, FileId)>,
}

impl ModuleFiles for Memory {
    fn list(&self, folder: &str) -> Vec<String> {
        let of_folder = |path: &str| match path.rsplit_once('/') {
            Some((at, name)) => (at == folder).then(|| name.to_owned()),
            None => folder.is_empty().then(|| path.to_owned()),
        };
        self.files.iter().filter_map(|(path, _)| of_folder(path)).collect()
    }

    fn read(&self, path: &str) -> Result<FileId, ReadError> {
        let found = self.files.iter().find(|(known, _)| *known == path).map(|(_, file)| *file);
        found.ok_or_else(|| ReadError::NotFound { path: path.to_owned() })
    }

    fn exists(&self, path: &str) -> bool {
        self.files.iter().any(|(known, _)| *known == path)
    }

    fn sources(&self) -> &Sources {
        &self.sources
    }
}

const ROOT: &str =
    "module \"m\" {\n  source = \"./m\"\n  a = templatefile(\"t.tpl\", { a = 1 })\n}\n";

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    let sources = Sources::default();
    let files = [
        ("main.tf", text.as_ref()),
        ("more.tf.json", text.as_ref()),
        ("terraform.tfvars", text.as_ref()),
        ("t.tpl", text.as_ref()),
        ("root.tf", ROOT),
        ("m/main.tf", text.as_ref()),
    ]
    .map(|(path, text)| (path, sources.add(path, text)));
    let memory = Memory { sources, files: files.to_vec() };
    let options = Options { steps: 50_000, instances: 100, modules: 4, ..Options::default() };
    let _ = evaluate("", &options, &memory);
    let limits = Limits { nodes: 20_000, ..Limits::default() };
    let Ok(parsed) = parse_json(FileId(0), &text, &limits) else { return };
    for document in parsed.documents {
        let _ = evaluate_plan(FileId(0), &document);
    }
});
