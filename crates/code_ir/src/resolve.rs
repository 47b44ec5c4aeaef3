//! Names bound to the slots of the functions that own them.
//!
//! All languages are bound alike: a name belongs to the innermost function that binds it (by
//! assigning, importing, catching, looping, or as a parameter). Front ends of languages with block
//! scopes give a second variable of the same name in one function another name.

use source_text::SmolStr;

use crate::{
    Case, Clause, Element, Entry, Expr, ExprKind, Function, FunctionId, ImportKind, Module, Param,
    Part, Pattern, Stmt, StmtKind, Target,
    scope::{Scope, bind_target, scope_of},
};

/// A name where it is used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// As written.
    pub text: SmolStr,
    /// What it means; [`Binding::Free`] until the module is resolved.
    pub binding: Binding,
}

impl Name {
    /// A name that is not bound yet.
    #[must_use]
    pub fn new(text: impl Into<SmolStr>) -> Self {
        Self { text: text.into(), binding: Binding::Free }
    }
}

/// What a name means.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Binding {
    /// Bound by no function of the module: a built-in, or a name of another file of the package.
    #[default]
    Free,
    /// A slot of the function in which it stands.
    Local(u16),
    /// A slot of an enclosing function.
    Outer {
        /// The function.
        function: FunctionId,
        /// Its slot.
        slot: u16,
    },
}

impl Module {
    /// Binds every name. Front ends call it once, when the tree stands.
    pub fn resolve(&mut self) {
        let mut scopes: Vec<Scope> = self.functions.iter().map(scope_of).collect();
        // A name may be the module's though only functions assign it.
        let globals: Vec<SmolStr> = scopes.iter().flat_map(|s| s.globals.iter().cloned()).collect();
        if let Some(module) = scopes.first_mut() {
            for name in &globals {
                module.bind(name);
            }
        }
        let mut functions = std::mem::take(&mut self.functions);
        let parents: Vec<Option<FunctionId>> = functions.iter().map(|f| f.parent).collect();
        for (index, function) in functions.iter_mut().enumerate() {
            let mut binder = Binder { scopes: &mut scopes, parents: &parents, at: index };
            binder.function(function);
        }
        let mut classes = std::mem::take(&mut self.classes);
        for class in &mut classes {
            let at = class.parent.map_or(0, |parent| parent.0 as usize);
            let mut binder = Binder { scopes: &mut scopes, parents: &parents, at };
            binder.exprs(&mut class.bases);
            for keyword in &mut class.keywords {
                binder.expr(&mut keyword.value);
            }
            binder.exprs(&mut class.decorators);
            for field in &mut class.fields {
                binder.option(&mut field.value);
                binder.option(&mut field.annotation);
                binder.exprs(&mut field.decorators);
            }
        }
        for (function, scope) in functions.iter_mut().zip(scopes) {
            function.slots = scope.names;
        }
        self.functions = functions;
        self.classes = classes;
    }
}

/// Walks one function and binds its names.
struct Binder<'a> {
    scopes: &'a mut Vec<Scope>,
    parents: &'a [Option<FunctionId>],
    at: usize,
}

impl Binder<'_> {
    fn function(&mut self, function: &mut Function) {
        // Decorators, defaults and types are evaluated where the function is defined.
        let inside = self.at;
        if let Some(parent) = function.parent {
            self.at = parent.0 as usize;
        }
        self.exprs(&mut function.decorators);
        self.option(&mut function.returns);
        for param in &mut function.params {
            self.option(&mut param.annotation);
            self.exprs(&mut param.decorators);
        }
        self.at = inside;
        for Param { target, default, .. } in &mut function.params {
            self.option(default);
            self.target(target);
        }
        self.stmts(&mut function.body);
    }

    fn name(&self, name: &mut Name) {
        name.binding = self.lookup(&name.text);
    }

    fn lookup(&self, text: &SmolStr) -> Binding {
        let mut at = self.at;
        let Some(own) = self.scopes.get(at) else { return Binding::Free };
        if let Some(slot) = own.slots.get(text) {
            return Binding::Local(*slot);
        }
        if own.globals.contains(text) {
            return self.slot_of(0, text);
        }
        // A chain of parents is at most as long as there are functions.
        for _ in 0..self.parents.len() {
            let Some(parent) = self.parents.get(at).copied().flatten() else { break };
            at = parent.0 as usize;
            let found = self.slot_of(at, text);
            if found != Binding::Free {
                return found;
            }
        }
        Binding::Free
    }

    fn slot_of(&self, function: usize, text: &SmolStr) -> Binding {
        let id = FunctionId(u32::try_from(function).unwrap_or(u32::MAX));
        match self.scopes.get(function).and_then(|scope| scope.slots.get(text)) {
            Some(slot) if function == self.at => Binding::Local(*slot),
            Some(slot) => Binding::Outer { function: id, slot: *slot },
            None => Binding::Free,
        }
    }

    fn stmts(&mut self, body: &mut [Stmt]) {
        for stmt in body {
            self.stmt(stmt);
        }
    }

    fn stmt(&mut self, stmt: &mut Stmt) {
        match &mut stmt.kind {
            StmtKind::Expr(expr) | StmtKind::Assert(expr) => self.expr(expr),
            StmtKind::Assign { target, annotation, value } => {
                self.option(value);
                self.option(annotation);
                self.target(target);
            }
            StmtKind::Augment { target, value, .. } => {
                self.expr(value);
                self.target(target);
            }
            StmtKind::Import(import) => match &mut import.kind {
                ImportKind::Root(name) | ImportKind::Whole(name) => self.name(name),
                ImportKind::Names(names) => {
                    for n in names {
                        self.name(&mut n.alias);
                    }
                }
                ImportKind::Star | ImportKind::Effect => {}
            },
            StmtKind::Export { value, .. } => self.expr(value),
            StmtKind::If { test, then, otherwise } => {
                self.expr(test);
                self.stmts(then);
                self.stmts(otherwise);
            }
            StmtKind::While { test, body, otherwise, .. } => {
                self.expr(test);
                self.stmts(body);
                self.stmts(otherwise);
            }
            StmtKind::For { target, iterable, body, otherwise, .. } => {
                self.expr(iterable);
                self.target(target);
                self.stmts(body);
                self.stmts(otherwise);
            }
            StmtKind::Return(value) | StmtKind::Raise(value) => self.option(value),
            StmtKind::Try { body, handlers, otherwise, finally } => {
                self.stmts(body);
                for handler in handlers {
                    self.exprs(&mut handler.types);
                    if let Some(target) = &mut handler.target {
                        self.target(target);
                    }
                    self.stmts(&mut handler.body);
                }
                self.stmts(otherwise);
                self.stmts(finally);
            }
            StmtKind::With { items, body } => {
                for (value, target) in items {
                    self.expr(value);
                    if let Some(target) = target {
                        self.target(target);
                    }
                }
                self.stmts(body);
            }
            StmtKind::Match { subject, cases, .. } => {
                self.expr(subject);
                for Case { pattern, guard, body } in cases {
                    self.pattern(pattern);
                    self.option(guard);
                    self.stmts(body);
                }
            }
            StmtKind::Block(body) => self.stmts(body),
            StmtKind::Delete(target) => self.target(target),
            StmtKind::Break | StmtKind::Continue | StmtKind::Global(_) | StmtKind::Nonlocal(_) => {}
        }
    }

    fn pattern(&mut self, pattern: &mut Pattern) {
        match pattern {
            Pattern::Any | Pattern::Star(None) => {}
            Pattern::Value(expr) => self.expr(expr),
            Pattern::Capture(target) | Pattern::Star(Some(target)) => self.target(target),
            Pattern::Or(patterns) | Pattern::Sequence(patterns) => {
                for pattern in patterns {
                    self.pattern(pattern);
                }
            }
            Pattern::Mapping { entries, rest } => {
                for (key, pattern) in entries {
                    self.expr(key);
                    self.pattern(pattern);
                }
                if let Some(target) = rest {
                    self.target(target);
                }
            }
            Pattern::Class { class, fields } => {
                self.expr(class);
                for (_, pattern) in fields {
                    self.pattern(pattern);
                }
            }
            Pattern::As(pattern, target) => {
                self.pattern(pattern);
                self.target(target);
            }
        }
    }

    fn target(&mut self, target: &mut Target) {
        match target {
            Target::Name(name, _) => self.name(name),
            Target::Attribute { base, .. } => self.expr(base),
            Target::Index { base, index, .. } => {
                self.expr(base);
                self.expr(index);
            }
            Target::Sequence(targets) => {
                for t in targets {
                    self.target(t);
                }
            }
            Target::Rest(target) => self.target(target),
            Target::Object { properties, rest } => {
                for property in properties {
                    self.expr(&mut property.key);
                    self.target(&mut property.target);
                }
                if let Some(target) = rest {
                    self.target(target);
                }
            }
            Target::Default(target, default) => {
                self.expr(default);
                self.target(target);
            }
            Target::Ignore => {}
        }
    }

    fn option(&mut self, expr: &mut Option<Expr>) {
        if let Some(expr) = expr {
            self.expr(expr);
        }
    }

    fn exprs(&mut self, exprs: &mut [Expr]) {
        for expr in exprs {
            self.expr(expr);
        }
    }

    fn parts(&mut self, parts: &mut [Part]) {
        for part in parts {
            if let Part::Value(expr) = part {
                self.expr(expr);
            }
        }
    }

    fn expr(&mut self, expr: &mut Expr) {
        match &mut expr.kind {
            ExprKind::Name(name) => self.name(name),
            ExprKind::Unknown
            | ExprKind::Constant(_)
            | ExprKind::This
            | ExprKind::Function(_)
            | ExprKind::Class(_)
            | ExprKind::Yield(None) => {}
            ExprKind::Attribute { base, .. } => self.expr(base),
            ExprKind::Index { base, index } => {
                self.expr(base);
                self.expr(index);
            }
            ExprKind::Slice { base, lower, upper } => {
                self.expr(base);
                if let Some(bound) = lower {
                    self.expr(bound);
                }
                if let Some(bound) = upper {
                    self.expr(bound);
                }
            }
            ExprKind::Call { callee, arguments, .. } => {
                self.expr(callee);
                for argument in arguments {
                    self.expr(&mut argument.value);
                }
            }
            ExprKind::Binary { left, right, .. }
            | ExprKind::Compare { left, right, .. }
            | ExprKind::Logic { left, right, .. } => {
                self.expr(left);
                self.expr(right);
            }
            ExprKind::Unary { operand: inner, .. }
            | ExprKind::Await(inner)
            | ExprKind::Yield(Some(inner))
            | ExprKind::ImportCall(inner) => self.expr(inner),
            ExprKind::Conditional { test, then, otherwise } => {
                self.expr(test);
                self.expr(then);
                self.expr(otherwise);
            }
            ExprKind::Interpolation(parts) => self.parts(parts),
            ExprKind::TaggedTemplate { tag, parts } => {
                self.expr(tag);
                self.parts(parts);
            }
            ExprKind::List(elements) => {
                for Element::One(expr) | Element::Spread(expr) in elements {
                    self.expr(expr);
                }
            }
            ExprKind::Dict(entries) => {
                for entry in entries {
                    match entry {
                        Entry::Pair(key, value) => {
                            self.expr(key);
                            self.expr(value);
                        }
                        Entry::Spread(expr) => self.expr(expr),
                    }
                }
            }
            ExprKind::Comprehension(comprehension) => self.comprehension(comprehension),
            ExprKind::Assign { target, value } => {
                self.expr(value);
                self.target(target);
            }
            ExprKind::Sequence(exprs) => self.exprs(exprs),
        }
    }

    /// A comprehension's own names get slots of their own, so that they hide others of the same name
    /// only inside.
    fn comprehension(&mut self, comprehension: &mut crate::Comprehension) {
        let mut own = Scope::default();
        for clause in &comprehension.clauses {
            bind_target(&clause.target, &mut own);
        }
        // The first iterable is evaluated outside.
        if let Some(first) = comprehension.clauses.first_mut() {
            self.expr(&mut first.iterable);
        }
        let mut hidden = Vec::new();
        if let Some(scope) = self.scopes.get_mut(self.at) {
            for name in own.names {
                let before = scope.slots.get(&name).copied();
                scope.fresh(&name);
                hidden.push((name, before));
            }
        }
        let mut is_first = true;
        for Clause { target, iterable, conditions } in &mut comprehension.clauses {
            if !std::mem::take(&mut is_first) {
                self.expr(iterable);
            }
            self.target(target);
            self.exprs(conditions);
        }
        self.expr(&mut comprehension.element);
        self.option(&mut comprehension.value);
        if let Some(scope) = self.scopes.get_mut(self.at) {
            for (name, before) in hidden {
                match before {
                    Some(slot) => scope.slots.insert(name, slot),
                    None => scope.slots.remove(&name),
                };
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::{
        Binding, Clause, Comprehension, ComprehensionKind, Expr, ExprKind, Function, FunctionId,
        Module, Name, Param, Span, Stmt, StmtKind, Target,
    };

    const HERE: Span = Span { start: 0, end: 0 };

    fn assign(name: &str, value: Expr) -> Stmt {
        let target = Target::name(name, HERE);
        Stmt::new(StmtKind::Assign { target, annotation: None, value: Some(value) }, HERE)
    }

    fn names(body: &[Stmt]) -> Vec<Name> {
        let mut found = Vec::new();
        crate::walk_stmts(body, &mut |stmt| {
            crate::visit::exprs_of(stmt, &mut |expr| {
                crate::walk_expr(expr, &mut |inner| {
                    if let ExprKind::Name(name) = &inner.kind {
                        found.push(name.clone());
                    }
                });
            });
        });
        found
    }

    #[test]
    fn a_name_belongs_to_the_innermost_function_that_binds_it() {
        let mut module = Module::default();
        module.add_function(Function {
            body: vec![
                assign("shared", Expr::text("x", HERE)),
                assign("own", Expr::text("y", HERE)),
            ],
            ..Function::default()
        });
        module.add_function(Function {
            parent: Some(FunctionId(0)),
            params: vec![Param::plain(Target::name("event", HERE))],
            body: vec![
                assign("own", Expr::name("event", HERE)),
                Stmt::new(StmtKind::Expr(Expr::name("own", HERE)), HERE),
                Stmt::new(StmtKind::Expr(Expr::name("shared", HERE)), HERE),
                Stmt::new(StmtKind::Expr(Expr::name("print", HERE)), HERE),
            ],
            ..Function::default()
        });
        module.resolve();
        let bindings: Vec<_> =
            names(&module.functions[1].body).into_iter().map(|name| name.binding).collect();
        assert_eq!(
            bindings,
            [
                Binding::Local(0),
                Binding::Local(1),
                Binding::Outer { function: FunctionId(0), slot: 0 },
                Binding::Free
            ]
        );
        assert_eq!(module.functions[1].slots, ["event", "own"]);
    }

    #[test]
    fn global_names_are_those_of_the_module() {
        let mut module = Module::default();
        module.add_function(Function {
            body: vec![assign("cache", Expr::text("x", HERE))],
            ..Function::default()
        });
        module.add_function(Function {
            parent: Some(FunctionId(0)),
            body: vec![
                Stmt::new(StmtKind::Global(vec!["cache".into()]), HERE),
                assign("cache", Expr::text("y", HERE)),
            ],
            ..Function::default()
        });
        module.resolve();
        let StmtKind::Assign { target: Target::Name(name, _), .. } =
            &module.functions[1].body[1].kind
        else {
            panic!("an assignment")
        };
        assert_eq!(name.binding, Binding::Outer { function: FunctionId(0), slot: 0 });
    }

    #[test]
    fn names_of_a_comprehension_hide_others_only_inside() {
        let element = Expr::name("x", HERE);
        let clause = Clause {
            target: Target::name("x", HERE),
            iterable: Expr::name("x", HERE),
            conditions: Vec::new(),
        };
        let comprehension = Comprehension {
            kind: ComprehensionKind::List,
            element,
            value: None,
            clauses: vec![clause],
        };
        let mut module = Module::default();
        module.add_function(Function {
            body: vec![
                assign("x", Expr::text("outer", HERE)),
                Stmt::new(
                    StmtKind::Expr(Expr::new(
                        ExprKind::Comprehension(Box::new(comprehension)),
                        HERE,
                    )),
                    HERE,
                ),
                Stmt::new(StmtKind::Expr(Expr::name("x", HERE)), HERE),
            ],
            ..Function::default()
        });
        module.resolve();
        let slots: Vec<_> =
            names(&module.functions[0].body).into_iter().map(|name| name.binding).collect();
        assert_eq!(slots, [Binding::Local(0), Binding::Local(1), Binding::Local(0)]);
    }
}
