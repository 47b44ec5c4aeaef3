//! Text constants of a module with the names that get them, and the libraries that it uses, by walks
//! over the tree.

use std::collections::{BTreeSet, HashMap, HashSet};

use code_ir::{
    Argument, CompareOperator, Constant, Entry, Expr, ExprKind, Function, Import, ImportKind,
    LogicOperator, Module, SmolStr, Span, Stmt, StmtKind, Target, exprs_of, walk_expr, walk_stmts,
};
use code_program::{ModuleId, Program};
use source_text::Place;

use crate::flow::{Analysis, Literal};

/// Texts of one module at most; a module of data has more, and none of them is an assignment.
const MOST: usize = 20_000;
/// Characters of a text that no name gets: shorter ones have no shape that tells a secret.
const SHORTEST: usize = 12;
/// Bytes of a text: longer ones are data.
const LONGEST: usize = 16 * 1024;

/// Adds the text constants of a module, and to each remark the name that gets what its call makes.
pub(crate) fn collect(program: &Program, module: ModuleId, analysis: &mut Analysis) {
    let Some(tree) = program.module(module) else { return };
    let mut makers: HashMap<Place, SmolStr> = HashMap::new();
    let read: Vec<(&Function, Names)> = tree
        .functions
        .iter()
        .map(|function| {
            let mut names = Names::default();
            in_function(function, tree, &mut names);
            (function, names)
        })
        .collect();
    let keys: HashSet<SmolStr> =
        read.iter().flat_map(|(_, names)| names.keys.iter().cloned()).collect();
    for (function, names) in read {
        for (span, name) in names.calls {
            makers.insert(program.place(module, span), name);
        }
        for (span, text) in names.texts {
            let name = names.of_text.get(&span).cloned().unwrap_or_default();
            // What a secret is looked up by is none.
            let name = if keys.contains(&name) { SmolStr::default() } else { name };
            let is_told = !name.is_empty() || text.chars().count() >= SHORTEST;
            if !is_told || text.is_empty() || text.len() > LONGEST {
                continue;
            }
            if analysis.literals.len() >= MOST {
                break;
            }
            let place = program.place(module, span);
            let within = function.name.clone();
            analysis.literals.push(Literal { place, name, text, within });
        }
    }
    analysis.literals.sort_by_key(|literal| literal.place);
    analysis.literals.dedup_by_key(|literal| literal.place);
    for remark in &mut analysis.remarks {
        if let Some(name) = makers.get(&remark.place) {
            remark.name = name.clone();
        }
    }
}

/// Tells which libraries a module uses, with those of the modules that it imports.
pub(crate) fn collect_libraries(program: &Program, module: ModuleId, analysis: &mut Analysis) {
    let mut libraries = BTreeSet::new();
    let mut seen = HashSet::from([module]);
    let mut open = vec![module];
    while let Some(id) = open.pop() {
        let Some(tree) = program.module(id) else { continue };
        let mut see = |import: &Import| match program.resolve_import(id, import) {
            Some(inner) => {
                if seen.insert(inner) {
                    open.push(inner);
                }
            }
            None => {
                libraries.insert(import.module.clone());
            }
        };
        for function in &tree.functions {
            walk_stmts(&function.body, &mut |stmt| {
                if let StmtKind::Import(import) = &stmt.kind {
                    see(import);
                }
                exprs_of(stmt, &mut |expr| {
                    walk_expr(expr, &mut |inner| {
                        if let Some(module) = required(inner) {
                            see(&Import { module, level: 0, kind: ImportKind::Effect });
                        }
                    });
                });
            });
        }
    }
    analysis.libraries = libraries.into_iter().collect();
}

/// `require("x")`, `import("x")`.
fn required(expr: &Expr) -> Option<SmolStr> {
    match &expr.kind {
        ExprKind::ImportCall(module) => module.as_text().cloned(),
        ExprKind::Call { callee, arguments, .. } => {
            let is_require = matches!(&callee.kind, ExprKind::Name(name) if name.text == "require");
            arguments.first().filter(|_| is_require)?.value.as_text().cloned()
        }
        _ => None,
    }
}

/// Names by what they get.
#[derive(Default)]
struct Names {
    of_text: HashMap<Span, SmolStr>,
    calls: HashMap<Span, SmolStr>,
    texts: Vec<(Span, SmolStr)>,
    /// Variables that name a secret to whoever keeps it.
    keys: HashSet<SmolStr>,
}

/// Arguments and fields that name a secret: letters of them, in lower case.
const KEYS: [&str; 3] = ["secretid", "secretname", "secretarn"];

/// Verbs of functions that look something up by its name.
const LOOKS_UP: [&str; 6] = ["get", "fetch", "read", "load", "retrieve", "find"];

/// Nouns of what they find.
const KEPT: [&str; 4] = ["secret", "parameter", "credential", "password"];

/// Whether a function looks up a secret: what it is given names one.
fn looks_up_secret(callee: &Expr) -> bool {
    let name = name_of(callee).map(|name| plain(&name)).unwrap_or_default();
    LOOKS_UP.iter().any(|verb| name.starts_with(verb)) && KEPT.iter().any(|it| name.contains(it))
}

/// Letters of a name, in lower case.
fn plain(name: &str) -> String {
    let letters = name.chars().filter(char::is_ascii_alphanumeric);
    letters.map(|letter| letter.to_ascii_lowercase()).collect()
}

fn in_function(function: &Function, tree: &Module, names: &mut Names) {
    for param in &function.params {
        if let (Some(name), Some(default)) = (param.name(), &param.default) {
            names.gets(name, default);
            names.see(default);
        }
    }
    walk_stmts(&function.body, &mut |stmt| {
        names.in_stmt(stmt);
        exprs_of(stmt, &mut |expr| names.see(expr));
    });
    // Fields of classes stand with the function in whose body the class stands.
    for class in &tree.classes {
        let owner = class.parent.and_then(|parent| tree.function(parent));
        if !owner.is_some_and(|owner| std::ptr::eq(owner, function)) {
            continue;
        }
        for field in &class.fields {
            if let Some(value) = &field.value {
                names.gets(&field.name, value);
                names.see(value);
            }
        }
    }
}

impl Names {
    fn in_stmt(&mut self, stmt: &Stmt) {
        if let StmtKind::Assign { target, value: Some(value), .. } = &stmt.kind
            && let Some(name) = name_of_target(target)
        {
            self.gets(&name, value);
        }
    }

    /// Every constant and every name in an expression.
    fn see(&mut self, expr: &Expr) {
        walk_expr(expr, &mut |inner| match &inner.kind {
            ExprKind::Constant(Constant::Text(text) | Constant::Bytes(text)) => {
                self.texts.push((inner.span, text.clone()));
            }
            ExprKind::Call { callee, arguments, .. } => self.in_arguments(callee, arguments),
            // `process.env.PASSWORD || "…"`, whatever gets it.
            ExprKind::Logic {
                operator: LogicOperator::Or | LogicOperator::Coalesce,
                left,
                right,
            } => {
                if let (Some(name), false) = (name_of(left), self.of_text.contains_key(&right.span))
                {
                    self.may_be(&name, right, 0);
                }
            }
            ExprKind::Dict(entries) => {
                for entry in entries {
                    if let Entry::Pair(key, value) = entry
                        && let Some(name) = key.as_text()
                    {
                        self.gets(name, value);
                    }
                }
            }
            ExprKind::Compare {
                operator: CompareOperator::Equal | CompareOperator::NotEqual,
                left,
                right,
            } => {
                for (named, value) in [(left, right), (right, left)] {
                    if let Some(name) = name_of(named) {
                        self.gets(&name, value);
                    }
                }
            }
            ExprKind::Assign { target, value } => {
                if let Some(name) = name_of_target(target) {
                    self.gets(&name, value);
                }
            }
            _ => {}
        });
    }

    /// `f(password="…")`, and `os.environ.get("PASSWORD", "…")`.
    fn in_arguments(&mut self, callee: &Expr, arguments: &[Argument]) {
        for argument in arguments {
            if let Some(name) = &argument.name {
                self.gets(name, &argument.value);
            }
        }
        if let [name, value] = arguments
            && name.name.is_none()
            && !looks_up_secret(callee)
            && let Some(name) = name.value.as_text()
        {
            self.gets(name, &value.value);
        }
    }

    /// What `name` gets: the constants that the expression may be, and the calls that make it.
    fn gets(&mut self, name: &SmolStr, expr: &Expr) {
        if KEYS.contains(&plain(name).as_str())
            && let ExprKind::Name(key) = &expr.kind
        {
            self.keys.insert(key.text.clone());
        }
        self.may_be(name, expr, 0);
        walk_expr(expr, &mut |inner| {
            if let ExprKind::Call { .. } = &inner.kind {
                self.calls.insert(inner.span, name.clone());
            }
        });
    }

    fn may_be(&mut self, name: &SmolStr, expr: &Expr, depth: u32) {
        if depth > 8 {
            return;
        }
        match &expr.kind {
            ExprKind::Constant(_) => {
                self.of_text.insert(expr.span, name.clone());
            }
            ExprKind::Logic {
                operator: LogicOperator::Or | LogicOperator::Coalesce,
                left,
                right,
            } => {
                self.may_be(name, left, depth + 1);
                self.may_be(name, right, depth + 1);
            }
            ExprKind::Conditional { then, otherwise, .. } => {
                self.may_be(name, then, depth + 1);
                self.may_be(name, otherwise, depth + 1);
            }
            _ => {}
        }
    }
}

fn name_of_target(target: &Target) -> Option<SmolStr> {
    match target {
        Target::Name(name, _) => Some(name.text.clone()),
        Target::Attribute { name, .. } => Some(name.clone()),
        Target::Index { index, .. } => index.as_text().cloned(),
        Target::Default(target, _) => name_of_target(target),
        _ => None,
    }
}

fn name_of(expr: &Expr) -> Option<SmolStr> {
    match &expr.kind {
        ExprKind::Name(name) => Some(name.text.clone()),
        ExprKind::Attribute { name, .. } => Some(name.clone()),
        ExprKind::Index { index, .. } => index.as_text().cloned(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use source_text::{FileId, SourceFile};

    use super::collect;
    use crate::{Analysis, Program};

    fn literals(text: &str) -> Vec<(u32, String, String)> {
        let mut program = Program::default();
        let file = SourceFile { path: "app.py".to_owned(), text: text.to_owned() };
        let module = code_python::parse(FileId(0), text);
        let id = program.add(Arc::new(file), module);
        let mut analysis = Analysis::default();
        collect(&program, id, &mut analysis);
        let texts = analysis.literals.iter();
        texts.map(|it| (it.place.line, it.name.to_string(), it.text.to_string())).collect()
    }

    #[test]
    fn constants_carry_the_name_that_gets_them() {
        let text = "\
PASSWORD = \"a\"
connect(password=\"b\")
config = {\"token\": \"c\"}
if given_key == \"d\": pass
key = os.environ.get(\"API_KEY\", \"e\")
settings[\"secret\"] = given or \"f\"
class Client:
    pin = \"g\"
def login(user, phrase=\"h\"):
    return user
";
        let found: Vec<_> = literals(text)
            .into_iter()
            .filter(|(_, name, _)| !name.is_empty())
            .map(|(line, name, text)| format!("{line} {name} {text}"))
            .collect();
        assert_eq!(
            found,
            [
                "1 PASSWORD a",
                "2 password b",
                "3 token c",
                "4 given_key d",
                "5 API_KEY e",
                "6 secret f",
                "8 pin g",
                "9 phrase h"
            ]
        );
    }

    #[test]
    fn what_a_secret_is_looked_up_by_has_no_name_of_a_secret() {
        let text = "\
password = get_secret(\"gateway/password\", \"Password\")
secret_key = \"MySecret\"
client.get_secret_value(SecretId=secret_key)
set_secret(\"password\", \"a\")
";
        let named = literals(text).into_iter().filter(|(_, name, _)| !name.is_empty());
        assert_eq!(named.collect::<Vec<_>>(), [(4, "password".to_owned(), "a".to_owned())]);
    }

    #[test]
    fn a_literal_does_not_print_its_text() {
        let mut program = Program::default();
        let text = "PASSWORD = \"n0tSoEasy\"\n";
        let file = SourceFile { path: "app.py".to_owned(), text: text.to_owned() };
        let id = program.add(Arc::new(file), code_python::parse(FileId(0), text));
        let mut analysis = Analysis::default();
        collect(&program, id, &mut analysis);
        assert_eq!(analysis.literals.len(), 1);
        assert!(!format!("{:?}", analysis.literals).contains("n0tSoEasy"));
    }
}
