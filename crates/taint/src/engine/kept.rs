//! What an invocation leaves in the execution environment for the next one: files below `/tmp`, secrets
//! in variables of the module.

use code_ir::{FunctionId, SmolStr, Span};
use code_program::ModuleId;
use rustc_hash::FxHashSet as HashSet;
use taint_models::{Kind, Kinds, NameId, Trust};

use super::{Engine, condition::Site};
use crate::{
    flow::Remark,
    heap::ObjectId,
    pieces::Pieces,
    value::{Label, Shape, Value},
};

/// What was left so far.
#[derive(Debug, Default)]
pub(crate) struct Kept {
    /// Files with data of a request, of the entry point that runs.
    files: Vec<Left>,
    /// Whether it removes any file: which one is not asked.
    removes_files: bool,
    /// Secrets in variables of modules.
    secrets: Vec<Left>,
    /// Alternatives around what runs, and those around the handler: between them stand branches.
    pub(super) depth: u32,
    pub(super) handler_depth: u32,
    /// Fields of lasting objects that this invocation read before it wrote them.
    read: HashSet<(ObjectId, SmolStr)>,
    /// Those that each invocation writes before anything reads them.
    renewed: HashSet<(ObjectId, SmolStr)>,
    /// Functions that look at a clock: what they keep may expire.
    timed: HashSet<(ModuleId, FunctionId)>,
}

/// Something that is left, where it is put there.
#[derive(Debug)]
struct Left {
    module: ModuleId,
    function: FunctionId,
    span: Span,
    subject: String,
    entry: Option<usize>,
}

/// Functions that write a file of which the first argument is the path.
const WRITERS: [&str; 9] = [
    "writeFile",
    "writeFileSync",
    "appendFile",
    "appendFileSync",
    "outputFile",
    "outputFileSync",
    "outputJson",
    "writeJson",
    "writeJsonSync",
];

/// Functions that remove files.
const REMOVERS: [&str; 12] = [
    "remove",
    "unlink",
    "unlinkSync",
    "rm",
    "rmSync",
    "rmtree",
    "removeSync",
    "rimraf",
    "rmdir",
    "rmdirSync",
    "emptyDir",
    "emptyDirSync",
];

/// Modules whose functions of these names are about files.
const FILE_MODULES: [&str; 6] = ["os", "shutil", "pathlib", "fs", "rimraf", "aiofiles"];

/// Functions that tell the time.
const CLOCKS: [&str; 8] = [
    "time.time",
    "time.monotonic",
    "time.perf_counter",
    "datetime.datetime.now",
    "datetime.datetime.utcnow",
    "Date.now",
    "Date",
    "performance.now",
];

impl Engine<'_> {
    /// Another invocation begins.
    pub(super) fn forget_fields(&mut self) {
        self.kept.handler_depth = u32::MAX;
        self.kept.read.clear();
        self.kept.renewed.clear();
    }

    /// A field of an object is read.
    pub(super) fn note_field_read(&mut self, id: ObjectId, name: &SmolStr) {
        if self.entry.is_some() && self.module_objects.contains(&id) {
            self.kept.read.insert((id, name.clone()));
        }
    }

    /// Whether every invocation writes a field before anything reads it: nobody finds there what an
    /// earlier one left.
    pub(super) fn renews_field(&mut self, id: ObjectId, name: &str) -> bool {
        let field = (id, SmolStr::new(name));
        if self.kept.renewed.contains(&field) {
            return true;
        }
        let is_sure = self.kept.depth == self.kept.handler_depth
            && self.calls.iter().all(|call| call.loops.is_empty());
        let is_renewed = is_sure && !self.kept.read.contains(&field);
        if is_renewed {
            self.kept.renewed.insert(field);
        }
        is_renewed
    }

    /// Looks at a call for files that it writes or removes; files remember where they are.
    pub(crate) fn note_file(
        &mut self,
        id: NameId,
        site: &Site<'_>,
        mut result: Value,
        span: Span,
    ) -> Value {
        let name = self.name_text(id);
        if CLOCKS.contains(&name.as_str())
            && let Some(call) = self.call()
        {
            let function = (call.module, call.function);
            self.kept.timed.insert(function);
        }
        let Some((module, _)) = name.split_once('.').or(Some((name.as_str(), ""))) else {
            return result;
        };
        let method = name.rsplit('.').next().unwrap_or_default();
        let first = site.args.at(0);
        let receiver = site.receiver;
        if FILE_MODULES.contains(&module) && REMOVERS.contains(&method) {
            self.kept.removes_files = true;
        } else if module == "fs" && WRITERS.contains(&method) {
            self.note_file_written(first, site.args.at(1), &name, span);
        } else {
            match name.as_str() {
                "open"
                | "io.open"
                | "codecs.open"
                | "builtins.open"
                | "aiofiles.open"
                | "pathlib.Path"
                | "fs.createWriteStream" => {
                    result.pieces = first.and_then(|path| Pieces::of([path]));
                }
                "pathlib.Path.open"
                | "pathlib.Path.__truediv__"
                | "pathlib.Path.joinpath"
                | "io.File.__enter__" => {
                    result.pieces = receiver.and_then(|path| path.pieces.clone());
                }
                "io.File.write"
                | "io.File.writelines"
                | "pathlib.Path.write_text"
                | "pathlib.Path.write_bytes" => {
                    self.note_file_written(receiver, first, &name, span);
                }
                "json.dump" | "yaml.dump" | "pickle.dump" => {
                    self.note_file_written(site.args.at(1), first, &name, span);
                }
                _ => {}
            }
        }
        result
    }

    fn note_file_written(
        &mut self,
        file: Option<&Value>,
        data: Option<&Value>,
        name: &str,
        span: Span,
    ) {
        let (Some(file), Some(data)) = (file, data) else { return };
        let start = match file.as_text() {
            Some(text) => text.as_str(),
            None => file.pieces.as_ref().map_or("", |pieces| pieces.start()),
        };
        let taint = self.deep_taint(data);
        let is_of_request = |label: &Label| {
            !label.kinds.and(Kinds::INPUT).is_empty()
                && self.sources.get(label.source).is_some_and(|it| it.trust > Trust::Stored)
        };
        if (start == "/tmp" || start.starts_with("/tmp/"))
            && taint.labels().iter().any(is_of_request)
            && let Some(left) = self.left(name.to_owned(), span)
        {
            self.kept.files.push(left);
        }
    }

    fn left(&self, subject: String, span: Span) -> Option<Left> {
        let call = self.call()?;
        let (module, function) = (call.module, call.function);
        Some(Left { module, function, span, subject, entry: self.entry })
    }

    /// An entry point begins.
    pub(super) fn forget_files(&mut self) {
        self.kept.files.clear();
        self.kept.removes_files = false;
    }

    /// An entry point has ended: its files stay, unless it removes some.
    pub(super) fn tell_files(&mut self) {
        let files = std::mem::take(&mut self.kept.files);
        if !self.kept.removes_files {
            for file in files {
                self.tell_left("request-data-in-temporary-file", file);
            }
        }
    }

    /// A variable of the module gets a secret. What is made with one (a connection) is no secret.
    pub(crate) fn note_secret_kept(&mut self, name: &SmolStr, value: &Value, span: Span) {
        let is_plain = match &value.shape {
            Shape::Instance(id) => {
                let type_ = self.name_text(*id);
                ["json.", "JSON."].iter().any(|start| type_.starts_with(start))
            }
            Shape::Object(id) => self.heap.map(*id).is_none_or(|map| map.class.is_none()),
            // A field of the answer of a library.
            Shape::Unknown | Shape::OneOf(_) | Shape::Library(_) => true,
            _ => false,
        };
        let is_fetched = |label: &Label| {
            let Some(source) = self.sources.get(label.source) else { return false };
            let text = source.text.to_ascii_lowercase();
            (source.words.contains("secret") || source.words.contains("parameter"))
                && !["max_age", "maxage", "ttl", "cache"].iter().any(|word| text.contains(word))
        };
        if is_plain
            && value.taint.of_kind(Kind::Secret).any(is_fetched)
            && let Some(left) = self.left(name.to_string(), span)
        {
            self.kept.secrets.push(left);
        }
    }

    /// Tells of the secrets that no clock makes expire.
    pub(super) fn tell_secrets(&mut self) {
        for secret in std::mem::take(&mut self.kept.secrets) {
            let is_of_module = secret.function == FunctionId(0);
            if is_of_module || !self.kept.timed.contains(&(secret.module, secret.function)) {
                self.tell_left("secret-kept-without-expiry", secret);
            }
        }
    }

    fn tell_left(&mut self, check: &'static str, left: Left) {
        let Left { module, function, span, subject, entry } = left;
        let check = SmolStr::new_static(check);
        if !self.told.insert(super::report::Told::Remark(check.clone(), module, span)) {
            return;
        }
        let within = self.program.function(module, function);
        // What a module keeps belongs to the only entry point that it has.
        self.analysis.remarks.push(Remark {
            check,
            place: self.program.place(module, span),
            subject,
            detail: SmolStr::default(),
            entry: entry.or_else(|| self.sole_carrier()),
            within: within.map(|function| function.name.clone()).unwrap_or_default(),
            name: SmolStr::default(),
            hops: Vec::new(),
        });
    }
}
