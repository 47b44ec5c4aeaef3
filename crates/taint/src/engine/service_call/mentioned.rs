//! Functions that no entry point can reach, told by names alone: what no reached text names is never
//! called. Code that finds functions by texts it puts together reaches all of them.

use code_ir::{ClassId, Expr, ExprKind, Function, FunctionId, Language, MethodKind, Module};
use code_program::{ModuleId, Program};
use rustc_hash::{FxHashMap as HashMap, FxHashSet as HashSet};

use super::super::run::EntryRun;

/// Names of what finds functions by texts.
const REFLECTION: &[&str] = &[
    "getattr",
    "globals",
    "locals",
    "vars",
    "methodcaller",
    "attrgetter",
    "eval",
    "exec",
    "Reflect",
    "getMethod",
    "getDeclaredMethod",
    "getMethods",
    "getDeclaredMethods",
    "GetMethod",
    "GetMethods",
    "MethodByName",
    "public_send",
    "__send__",
];
/// Decorators that register nothing.
const PLAIN_DECORATORS: &[&str] = &["staticmethod", "classmethod", "override", "Override"];
/// Bases that call no method of those that derive from them.
const PLAIN_BASES: &[&str] = &["object", "ABC", "Protocol", "Generic"];

/// The functions that can be reached.
#[derive(Debug)]
pub(super) enum Reached {
    /// Any may be.
    All,
    /// These, and what stands in them.
    Only(HashSet<(ModuleId, FunctionId)>),
}

impl Reached {
    /// What the entry points of `module` reach in `modules`.
    pub(super) fn by(
        program: &Program,
        modules: &[ModuleId],
        module: ModuleId,
        entries: &[EntryRun],
    ) -> Self {
        let mut search = Search::new(program, modules);
        for entry in entries {
            if entry.symbol.is_empty() {
                search.add_all_of(module);
            }
            entry.symbol.split('.').for_each(|name| search.add_name(name));
        }
        search.run()
    }

    /// Whether a function may run.
    pub(super) fn has(&self, program: &Program, module: ModuleId, at: FunctionId) -> bool {
        let Self::Only(reached) = self else { return true };
        let mut at = at;
        loop {
            let Some(function) = program.function(module, at) else { return true };
            if is_outer(function) {
                return reached.contains(&(module, at));
            }
            let Some(parent) = function.parent.filter(|parent| *parent != at) else { return true };
            at = parent;
        }
    }
}

/// Whether a function is called from elsewhere by its name.
fn is_outer(function: &Function) -> bool {
    function.parent == Some(FunctionId(0)) || function.class.is_some()
}

struct Search<'p> {
    program: &'p Program,
    by_name: HashMap<&'p str, Vec<(ModuleId, FunctionId)>>,
    names: HashSet<String>,
    reached: HashSet<(ModuleId, FunctionId)>,
    open: Vec<(ModuleId, FunctionId)>,
    is_reflective: bool,
}

impl<'p> Search<'p> {
    fn new(program: &'p Program, modules: &[ModuleId]) -> Self {
        let mut search = Self {
            program,
            by_name: HashMap::default(),
            names: HashSet::default(),
            reached: HashSet::default(),
            open: Vec::new(),
            is_reflective: false,
        };
        let all: Vec<(ModuleId, &'p Module)> =
            modules.iter().filter_map(|id| Some((*id, program.module(*id)?))).collect();
        let classes: HashSet<&str> =
            all.iter().flat_map(|(_, it)| &it.classes).map(|class| class.name.as_str()).collect();
        for (id, module) in &all {
            for (at, function) in (0_u32..).zip(&module.functions).skip(1) {
                if !is_outer(function) {
                    continue;
                }
                let key = (*id, FunctionId(at));
                search.by_name.entry(function.name.as_str()).or_default().push(key);
                if is_called_by_itself(module, FunctionId(at), function, &classes) {
                    search.add(key);
                }
            }
        }
        for (id, module) in all {
            search.add_text(&body_text(program, id, module), module);
        }
        search
    }

    fn add(&mut self, key: (ModuleId, FunctionId)) {
        if self.reached.insert(key) {
            self.open.push(key);
        }
    }

    fn add_all_of(&mut self, module: ModuleId) {
        let all: Vec<_> =
            self.by_name.values().flatten().filter(|(id, _)| *id == module).copied().collect();
        for key in all {
            self.add(key);
        }
    }

    fn add_name(&mut self, name: &str) {
        if self.names.contains(name) {
            return;
        }
        self.names.insert(name.to_owned());
        for key in self.by_name.get(name).cloned().unwrap_or_default() {
            self.add(key);
        }
    }

    fn add_text(&mut self, text: &str, module: &Module) {
        let calls_by_key = is_javascript(module) && text.contains("](");
        for name in text.split(|c: char| !is_of_name(c)).filter(|name| !name.is_empty()) {
            self.is_reflective |= REFLECTION.contains(&name);
            self.add_name(name);
        }
        self.is_reflective |= calls_by_key;
    }

    fn run(mut self) -> Reached {
        while let Some((id, at)) = self.open.pop() {
            let (Some(source), Some(function)) =
                (self.program.source(id), self.program.function(id, at))
            else {
                continue;
            };
            let span = function.span.start as usize..function.span.end as usize;
            match source.text.text.get(span) {
                Some(text) => self.add_text(text, &source.module),
                None => self.is_reflective = true,
            }
        }
        if self.is_reflective { Reached::All } else { Reached::Only(self.reached) }
    }
}

fn is_javascript(module: &Module) -> bool {
    matches!(module.language, Language::JavaScript | Language::TypeScript)
}

fn is_of_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '$'
}

/// Whether a function runs though no text names it: constructors, operators, what a decorator or a
/// class of a library takes.
fn is_called_by_itself(
    module: &Module,
    at: FunctionId,
    function: &Function,
    classes: &HashSet<&str>,
) -> bool {
    let last = |expr: &Expr| match &expr.kind {
        ExprKind::Name(name) => Some(name.text.clone()),
        ExprKind::Attribute { name, .. } => Some(name.clone()),
        _ => None,
    };
    let is_one_of =
        |expr: &Expr, names: &[&str]| last(expr).is_some_and(|name| names.contains(&name.as_str()));
    let name = function.name.as_str();
    if name.is_empty() || name.starts_with("__") {
        return true;
    }
    if !function.decorators.iter().all(|decorator| is_one_of(decorator, PLAIN_DECORATORS)) {
        return true;
    }
    let Some(class) = function.class.and_then(|ClassId(id)| module.classes.get(id as usize)) else {
        return false;
    };
    let kind = class.methods.iter().find(|method| method.function == at).map(|method| method.kind);
    let is_method = matches!(kind, Some(MethodKind::Instance | MethodKind::Static));
    let is_own = |base: &Expr| {
        is_one_of(base, PLAIN_BASES)
            || last(base).is_some_and(|name| classes.contains(name.as_str()))
    };
    !(is_method || kind == Some(MethodKind::Class)) || !class.bases.iter().all(is_own)
}

/// The text of a module without its functions, their names and what it merely exports.
fn body_text(program: &Program, id: ModuleId, module: &Module) -> String {
    let Some(source) = program.source(id) else { return String::new() };
    let mut text = source.text.text.as_bytes().to_vec();
    for function in module.functions.iter().skip(1).filter(|function| is_outer(function)) {
        for span in [function.span, function.name_span] {
            if let Some(bytes) = text.get_mut(span.start as usize..span.end as usize) {
                bytes.fill(b' ');
            }
        }
    }
    let text = String::from_utf8_lossy(&text).into_owned();
    if is_javascript(module) { without_exports(&text) } else { text }
}

/// Takes out `export { a, b }`, `module.exports = { a, b }` and `exports.a = a`: who imports a name
/// writes it.
fn without_exports(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("export") {
        let (before, found) = rest.split_at(at);
        out.push_str(before);
        let word = found.find(|c: char| !is_of_name(c)).unwrap_or(found.len());
        let (word, after) = found.split_at(word);
        let length = match word {
            "export" => names_in_braces(after.trim_start(), after.len()),
            "exports" => exported(after),
            _ => None,
        };
        rest = after.get(length.unwrap_or(0)..).unwrap_or_default();
    }
    out.push_str(rest);
    out
}

/// How much of a text that began with `length` bytes is a list of names in braces at its start.
fn names_in_braces(text: &str, length: usize) -> Option<usize> {
    let (inside, _) = text.strip_prefix('{')?.split_once('}')?;
    let is_list = inside.split(',').all(|name| name.trim().chars().all(is_of_name));
    is_list.then(|| length - text.len() + inside.len() + 2)
}

/// How much of what stands behind `exports` gives out names under themselves.
fn exported(after: &str) -> Option<usize> {
    let length = after.len();
    if let Some(text) = after.trim_start().strip_prefix('=') {
        return names_in_braces(text.trim_start(), length);
    }
    let (name, text) = after.strip_prefix('.')?.split_once('=')?;
    let text = text.trim_start();
    let value = text.find(|c: char| !is_of_name(c)).unwrap_or(text.len());
    let (value, rest) = text.split_at(value);
    // A call or a field is more than a name.
    let is_whole = !rest.trim_start().starts_with(['(', '.', '[', '=']);
    (is_whole && !value.is_empty() && name.trim() == value).then(|| length - rest.len())
}

#[cfg(test)]
mod tests {
    use super::without_exports;

    #[test]
    fn exports_of_names_are_no_use_of_them() {
        for (text, left) in [
            ("module.exports = { a, b };", "module.;"),
            ("export { a, b } from './x';", " from './x';"),
            ("exports.a = a;", ";"),
            ("exports.a = b;", ".a = b;"),
            ("exports.a = a(b);", ".a = a(b);"),
            ("export const c = a;", " const c = a;"),
            ("module.exports = { a: b };", "module. = { a: b };"),
            ("export", ""),
        ] {
            assert_eq!(without_exports(text), left, "{text}");
        }
    }
}
