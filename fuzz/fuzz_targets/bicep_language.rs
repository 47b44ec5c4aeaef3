//! Any bytes as a source that calls itself and another, as parameters, as comments.
#![no_main]

use libfuzzer_sys::fuzz_target;
use source_text::{FileId, ReadError, ReadFile, Sources};

struct Memory {
    sources: Sources,
    other: FileId,
}

impl ReadFile for Memory {
    fn read(&self, _from: FileId, path: &str) -> Result<FileId, ReadError> {
        match path {
            "m.bicep" | "m.json" => Ok(self.other),
            _ => Err(ReadError::NotFound { path: path.to_owned() }),
        }
    }

    fn sources(&self) -> &Sources {
        &self.sources
    }
}

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    let sources = Sources::default();
    let other = sources.add("m.bicep", text.as_ref());
    let root = format!("module m 'm.bicep' = {{ name: 'm', params: {{ a: 'x' }} }}\n{text}");
    let file = sources.add("main.bicep", root);
    let memory = Memory { sources, other };
    let _ = bicep_language::lower(file, &arm_template::Options::default(), &memory);
    let (comments, rewritten) = bicep_language::comments(file, &text);
    assert!(comments.len() <= rewritten.len());
    let _ = bicep_language::given(file, &text);
});
