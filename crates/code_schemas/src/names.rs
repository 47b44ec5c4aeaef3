//! What names of Python mean: a thing of a library, a definition of the program, or not known.

use std::{cell::RefCell, collections::HashMap, rc::Rc};

use code_ir::{
    Binding, ClassId, Expr, ExprKind, FunctionId, Import, ImportKind, Module, Name, Pattern,
    SmolStr, StmtKind, Target, walk_stmts,
};
use code_program::{ModuleId, Program};

/// Names that lead to names that lead to names.
const DEPTH: u32 = 24;

/// A function of a module; its names are looked up from there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct At {
    pub(crate) module: ModuleId,
    pub(crate) function: FunctionId,
}

impl At {
    /// The body of a module.
    pub(crate) fn top(module: ModuleId) -> Self {
        Self { module, function: FunctionId(0) }
    }
}

/// What a name means.
#[derive(Clone, Debug)]
pub(crate) enum Meaning<'p> {
    /// A thing of a library, by its dotted path; also a package of the program on the way to a module.
    Library(String),
    /// A built-in of the language.
    Builtin(SmolStr),
    /// A class of the program.
    Class(ModuleId, ClassId),
    /// A function of the program.
    Function(ModuleId, FunctionId),
    /// What the name was bound to, once.
    Value(At, &'p Expr),
    /// Bound in a way that is not followed, or more than once.
    Unknown,
}

/// How a slot gets a value.
#[derive(Clone, Copy, Debug)]
enum Bound<'p> {
    Value(At, &'p Expr),
    Import(&'p Import, Option<&'p SmolStr>),
    Other,
}

impl Bound<'_> {
    /// Whether it is the same import: once more, or of another module of the same package.
    fn is(&self, import: &Import, name: Option<&SmolStr>) -> bool {
        let Self::Import(own, own_name) = self else { return false };
        match (&own.kind, &import.kind) {
            (ImportKind::Root(own), ImportKind::Root(other)) => own.text == other.text,
            _ => own.module == import.module && own.level == import.level && *own_name == name,
        }
    }
}

type Slots<'p> = HashMap<(FunctionId, u16), Vec<Bound<'p>>>;

/// Looks names up.
pub(crate) struct Names<'p> {
    pub(crate) program: &'p Program,
    slots: RefCell<HashMap<ModuleId, Rc<Slots<'p>>>>,
}

impl<'p> Names<'p> {
    pub(crate) fn new(program: &'p Program) -> Self {
        Self { program, slots: RefCell::default() }
    }

    /// What an expression means where it stands; what is made of values is not followed.
    pub(crate) fn meaning(&self, at: At, expr: &'p Expr) -> Meaning<'p> {
        self.of_expr(at, expr, 0)
    }

    /// The dotted path of a thing of a library.
    pub(crate) fn library(&self, at: At, expr: &'p Expr) -> Option<String> {
        match self.meaning(at, expr) {
            Meaning::Library(path) => Some(path),
            _ => None,
        }
    }

    /// What a name at the level of a module means.
    pub(crate) fn global(&self, module: ModuleId, text: &str) -> Meaning<'p> {
        self.of_global(module, text, 0).unwrap_or(Meaning::Unknown)
    }

    /// The expression, or what the name that it is was bound to.
    pub(crate) fn value(&self, at: At, expr: &'p Expr) -> (At, &'p Expr) {
        match self.meaning(at, expr) {
            Meaning::Value(at, expr) => (at, expr),
            _ => (at, expr),
        }
    }

    fn of_expr(&self, at: At, expr: &'p Expr, depth: u32) -> Meaning<'p> {
        if depth > DEPTH {
            return Meaning::Unknown;
        }
        match &expr.kind {
            ExprKind::Name(name) => self.of_name(at, name, depth),
            ExprKind::Attribute { base, name } => match self.of_expr(at, base, depth + 1) {
                Meaning::Library(path) => self.of_attribute(at, &path, name, depth),
                Meaning::Class(module, class) => self.of_member(module, class, name, depth),
                _ => Meaning::Unknown,
            },
            ExprKind::Class(class) => Meaning::Class(at.module, *class),
            ExprKind::Function(function) => Meaning::Function(at.module, *function),
            _ => Meaning::Value(at, expr),
        }
    }

    /// A class within a class.
    fn of_member(&self, module: ModuleId, id: ClassId, name: &str, depth: u32) -> Meaning<'p> {
        let Some(class) = self.program.class(module, id) else { return Meaning::Unknown };
        let mut fields = class.fields.iter().filter(|field| field.name == name);
        let (Some(field), None) = (fields.next(), fields.next()) else { return Meaning::Unknown };
        let at = At { module, function: class.parent.unwrap_or_default() };
        match &field.value {
            Some(value) => self.of_expr(at, value, depth + 1),
            None => Meaning::Unknown,
        }
    }

    /// `path.name`: of a package or module of the program, else of a library.
    fn of_attribute(&self, at: At, path: &str, name: &str, depth: u32) -> Meaning<'p> {
        let from = self.program.source(at.module).map_or("", |source| source.path.as_str());
        if let Some(module) = self.program.python(from, path, 0)
            && let Some(found) = self.of_global(module, name, depth + 1)
        {
            return found;
        }
        Meaning::Library(format!("{path}.{name}"))
    }

    fn of_name(&self, at: At, name: &Name, depth: u32) -> Meaning<'p> {
        let (function, slot) = match name.binding {
            Binding::Free => {
                return self
                    .of_star(at.module, &name.text, depth)
                    .unwrap_or_else(|| Meaning::Builtin(name.text.clone()));
            }
            Binding::Local(slot) => (at.function, slot),
            Binding::Outer { function, slot } => (function, slot),
        };
        self.of_slot(at.module, function, slot, depth)
    }

    fn of_slot(
        &self,
        module: ModuleId,
        function: FunctionId,
        slot: u16,
        depth: u32,
    ) -> Meaning<'p> {
        let slots = self.slots(module);
        match slots.get(&(function, slot)).map(Vec::as_slice) {
            Some([Bound::Value(at, expr)]) => self.of_expr(*at, expr, depth + 1),
            Some([Bound::Import(import, name), rest @ ..])
                if rest.iter().all(|it| it.is(import, *name)) =>
            {
                self.of_import(module, import, *name, depth + 1)
            }
            _ => Meaning::Unknown,
        }
    }

    fn of_import(
        &self,
        from: ModuleId,
        import: &Import,
        name: Option<&SmolStr>,
        depth: u32,
    ) -> Meaning<'p> {
        if depth > DEPTH {
            return Meaning::Unknown;
        }
        let Some(name) = name else {
            let path = match &import.kind {
                ImportKind::Root(root) => root.text.to_string(),
                _ => import.module.to_string(),
            };
            return Meaning::Library(path);
        };
        let path = self.program.source(from).map_or("", |source| source.path.as_str());
        if let Some(module) = self.program.python(path, &import.module, import.level)
            && let Some(found) = self.of_global(module, name, depth)
        {
            return found;
        }
        let below = match import.module.as_str() {
            "" => name.to_string(),
            module => format!("{module}.{name}"),
        };
        if import.level == 0 {
            return Meaning::Library(below);
        }
        // A module of a package: its path from the root says which, for what is read of it later.
        let module = self.program.python(path, &below, import.level);
        let stem = module.and_then(|id| self.program.source(id)).and_then(|source| {
            let stem = source.path.strip_suffix(".py")?;
            Some(stem.strip_suffix("/__init__").unwrap_or(stem).replace('/', "."))
        });
        stem.map_or(Meaning::Unknown, Meaning::Library)
    }

    /// A name of a module, when it has it.
    fn of_global(&self, module: ModuleId, text: &str, depth: u32) -> Option<Meaning<'p>> {
        if depth > DEPTH {
            return Some(Meaning::Unknown);
        }
        let top = self.program.function(module, FunctionId(0))?;
        match top.slots.iter().position(|slot| slot == text) {
            Some(slot) => {
                let slot = u16::try_from(slot).unwrap_or(u16::MAX);
                Some(self.of_slot(module, FunctionId(0), slot, depth))
            }
            None => self.of_star(module, text, depth + 1),
        }
    }

    /// A name that comes from a star import. Where several could bring it, it is not known which.
    fn of_star(&self, module: ModuleId, text: &str, depth: u32) -> Option<Meaning<'p>> {
        let mut stars = Vec::new();
        let top = self.program.function(module, FunctionId(0))?;
        walk_stmts(&top.body, &mut |stmt| {
            if let StmtKind::Import(import) = &stmt.kind
                && matches!(import.kind, ImportKind::Star)
            {
                stars.push(import);
            }
        });
        let mut found = Vec::new();
        for star in &stars {
            match self.program.resolve_import(module, star) {
                Some(inner) => found.extend(self.of_global(inner, text, depth + 1)),
                // A library may bring any name that is no built-in.
                None if !is_builtin(text) => {
                    found.push(Meaning::Library(format!("{}.{text}", star.module)));
                }
                None => {}
            }
        }
        match found.len() {
            0 => None,
            1 => found.pop(),
            _ => Some(Meaning::Unknown),
        }
    }

    fn slots(&self, module: ModuleId) -> Rc<Slots<'p>> {
        if let Some(known) = self.slots.borrow().get(&module) {
            return Rc::clone(known);
        }
        let slots =
            Rc::new(self.program.module(module).map_or_else(Slots::new, |it| read(module, it)));
        self.slots.borrow_mut().insert(module, Rc::clone(&slots));
        slots
    }
}

/// Types and functions that star imports of libraries do not hide.
fn is_builtin(text: &str) -> bool {
    matches!(
        text,
        "str"
            | "int"
            | "float"
            | "bool"
            | "bytes"
            | "list"
            | "dict"
            | "tuple"
            | "set"
            | "frozenset"
            | "object"
            | "type"
            | "len"
            | "range"
            | "isinstance"
            | "super"
            | "property"
            | "classmethod"
            | "staticmethod"
    )
}

/// Everything that binds the slots of a module.
fn read(id: ModuleId, module: &Module) -> Slots<'_> {
    let mut slots = Slots::new();
    for (index, function) in (0_u32..).zip(&module.functions) {
        let at = At { module: id, function: FunctionId(index) };
        let mut bind = |name: &Name, bound| {
            let slot = match name.binding {
                Binding::Free => return,
                Binding::Local(slot) => (at.function, slot),
                Binding::Outer { function, slot } => (function, slot),
            };
            slots.entry(slot).or_default().push(bound);
        };
        for param in &function.params {
            names_of(&param.target, &mut |name| bind(name, Bound::Other));
        }
        walk_stmts(&function.body, &mut |stmt| {
            match &stmt.kind {
                StmtKind::Assign { target: Target::Name(name, _), value: Some(value), .. } => {
                    bind(name, Bound::Value(at, value));
                }
                StmtKind::Assign { target, .. }
                | StmtKind::Augment { target, .. }
                | StmtKind::For { target, .. }
                | StmtKind::Delete(target) => {
                    names_of(target, &mut |name| bind(name, Bound::Other));
                }
                StmtKind::Import(import) => match &import.kind {
                    ImportKind::Root(name) | ImportKind::Whole(name) => {
                        bind(name, Bound::Import(import, None));
                    }
                    ImportKind::Names(names) => {
                        for it in names {
                            bind(&it.alias, Bound::Import(import, Some(&it.name)));
                        }
                    }
                    ImportKind::Star | ImportKind::Effect => {}
                },
                StmtKind::Try { handlers, .. } => {
                    for target in handlers.iter().filter_map(|handler| handler.target.as_ref()) {
                        names_of(target, &mut |name| bind(name, Bound::Other));
                    }
                }
                StmtKind::With { items, .. } => {
                    for target in items.iter().filter_map(|(_, target)| target.as_ref()) {
                        names_of(target, &mut |name| bind(name, Bound::Other));
                    }
                }
                StmtKind::Match { cases, .. } => {
                    for case in cases {
                        names_of_pattern(&case.pattern, &mut |name| bind(name, Bound::Other));
                    }
                }
                _ => {}
            }
            code_ir::exprs_of(stmt, &mut |expr| {
                code_ir::walk_expr(expr, &mut |inner| {
                    if let ExprKind::Assign { target, .. } = &inner.kind {
                        names_of(target, &mut |name| bind(name, Bound::Other));
                    }
                });
            });
        });
    }
    slots
}

fn names_of<'t>(target: &'t Target, see: &mut impl FnMut(&'t Name)) {
    match target {
        Target::Name(name, _) => see(name),
        Target::Sequence(targets) => {
            for target in targets {
                names_of(target, see);
            }
        }
        Target::Rest(target) | Target::Default(target, _) => names_of(target, see),
        Target::Object { properties, rest } => {
            for property in properties {
                names_of(&property.target, see);
            }
            if let Some(rest) = rest {
                names_of(rest, see);
            }
        }
        Target::Attribute { .. } | Target::Index { .. } | Target::Ignore => {}
    }
}

fn names_of_pattern<'t>(pattern: &'t Pattern, see: &mut impl FnMut(&'t Name)) {
    match pattern {
        Pattern::Any | Pattern::Value(_) | Pattern::Star(None) => {}
        Pattern::Capture(target) | Pattern::Star(Some(target)) => names_of(target, see),
        Pattern::Or(patterns) | Pattern::Sequence(patterns) => {
            for pattern in patterns {
                names_of_pattern(pattern, see);
            }
        }
        Pattern::Mapping { entries, rest } => {
            for (_, pattern) in entries {
                names_of_pattern(pattern, see);
            }
            if let Some(rest) = rest {
                names_of(rest, see);
            }
        }
        Pattern::Class { fields, .. } => {
            for (_, pattern) in fields {
                names_of_pattern(pattern, see);
            }
        }
        Pattern::As(pattern, target) => {
            names_of_pattern(pattern, see);
            names_of(target, see);
        }
    }
}
