//! What is declared where: names of blocks, and `var`s of functions.

use oxc_ast::ast::{
    self, BindingPattern, Declaration, ForStatementInit, ForStatementLeft, Statement,
    VariableDeclaration,
};

use crate::lower::{Lowering, span_of};

impl<'a> Lowering<'a> {
    /// Declares what a block declares for itself: `let`, `const`, classes, functions, imports.
    pub(crate) fn declare_block(&mut self, statements: &[Statement<'a>], in_function: bool) {
        for statement in statements {
            if let Some(function) = declared_function(statement) {
                if let Some(id) = &function.id {
                    self.declare_name(id.name.as_str(), in_function);
                }
                continue;
            }
            match statement {
                Statement::ImportDeclaration(import) => {
                    for specifier in import.specifiers.iter().flatten() {
                        self.declare_name(specifier.local().name.as_str(), in_function);
                    }
                }
                Statement::ExportDeclaration(export) => {
                    self.declare_declaration(&export.declaration, in_function);
                }
                Statement::ExportDefaultDeclaration(export) => {
                    if let ast::ExportDefaultDeclarationKind::ClassDeclaration(class) =
                        &export.declaration
                        && let Some(id) = &class.id
                    {
                        self.declare_name(id.name.as_str(), in_function);
                    }
                }
                _ => {
                    if let Some(declaration) = statement.as_declaration() {
                        self.declare_declaration(declaration, in_function);
                    }
                }
            }
        }
    }

    fn declare_declaration(&mut self, declaration: &Declaration<'a>, in_function: bool) {
        match declaration {
            Declaration::VariableDeclaration(variables) => {
                self.declare_variables(variables, in_function);
            }
            Declaration::ClassDeclaration(class) => {
                if let Some(id) = &class.id {
                    self.declare_name(id.name.as_str(), in_function);
                }
            }
            Declaration::TSEnumDeclaration(inner) => {
                self.declare_name(inner.id.name.as_str(), in_function);
            }
            Declaration::TSNamespaceDeclaration(inner) => {
                self.declare_name(inner.id.name.as_str(), in_function);
            }
            Declaration::TSImportEqualsDeclaration(inner) => {
                self.declare_name(inner.id.name.as_str(), in_function);
            }
            _ => {}
        }
    }

    /// Declares variables other than `var`s, which [`Self::declare_vars`] declares.
    pub(crate) fn declare_variables(
        &mut self,
        variables: &VariableDeclaration<'a>,
        in_function: bool,
    ) {
        if !variables.kind.is_var() {
            for variable in &variables.declarations {
                self.declare_pattern(&variable.id, in_function);
            }
        }
    }

    /// Declares the `var`s in a function, which belong to all of it wherever they stand.
    pub(crate) fn declare_vars(&mut self, statements: &[Statement<'a>]) {
        for statement in statements {
            self.declare_vars_in(statement);
        }
    }

    fn declare_vars_in(&mut self, statement: &Statement<'a>) {
        if !self.descend(span_of(statement)) {
            return;
        }
        match statement {
            Statement::VariableDeclaration(variables) => self.declare_var(variables),
            Statement::ExportDeclaration(export) => {
                if let Declaration::VariableDeclaration(variables) = &export.declaration {
                    self.declare_var(variables);
                }
            }
            Statement::BlockStatement(inner) => self.declare_vars(&inner.body),
            Statement::IfStatement(inner) => {
                let mut next = inner;
                loop {
                    self.declare_vars_in(&next.consequent);
                    match &next.alternate {
                        Some(Statement::IfStatement(inner)) => next = inner,
                        Some(otherwise) => break self.declare_vars_in(otherwise),
                        None => break,
                    }
                }
            }
            Statement::ForStatement(inner) => {
                if let Some(ForStatementInit::VariableDeclaration(variables)) = &inner.init {
                    self.declare_var(variables);
                }
                self.declare_vars_in(&inner.body);
            }
            Statement::ForInStatement(inner) => self.declare_vars_walked(&inner.left, &inner.body),
            Statement::ForOfStatement(inner) => self.declare_vars_walked(&inner.left, &inner.body),
            Statement::WhileStatement(inner) => self.declare_vars_in(&inner.body),
            Statement::DoWhileStatement(inner) => self.declare_vars_in(&inner.body),
            Statement::LabeledStatement(inner) => self.declare_vars_in(&inner.body),
            Statement::WithStatement(inner) => self.declare_vars_in(&inner.body),
            Statement::SwitchStatement(inner) => {
                for case in &inner.cases {
                    self.declare_vars(&case.consequent);
                }
            }
            Statement::TryStatement(inner) => {
                self.declare_vars(&inner.block.body);
                if let Some(handler) = &inner.handler {
                    self.declare_vars(&handler.body.body);
                }
                if let Some(finalizer) = &inner.finalizer {
                    self.declare_vars(&finalizer.body);
                }
            }
            _ => {}
        }
        self.rise();
    }

    fn declare_vars_walked(&mut self, left: &ForStatementLeft<'a>, body: &Statement<'a>) {
        if let ForStatementLeft::VariableDeclaration(variables) = left {
            self.declare_var(variables);
        }
        self.declare_vars_in(body);
    }

    fn declare_var(&mut self, variables: &VariableDeclaration<'a>) {
        if variables.kind.is_var() {
            for variable in &variables.declarations {
                match &variable.id {
                    BindingPattern::BindingIdentifier(id) => {
                        self.scopes.declare_in_function(id.name.as_str());
                    }
                    pattern => self.declare_pattern(pattern, true),
                }
            }
        }
    }
}

/// The function that a statement declares, exported or not.
pub(crate) fn declared_function<'p, 'a>(
    statement: &'p Statement<'a>,
) -> Option<&'p ast::Function<'a>> {
    match statement {
        Statement::FunctionDeclaration(function) => Some(function),
        Statement::ExportDeclaration(export) => match &export.declaration {
            Declaration::FunctionDeclaration(function) => Some(function),
            _ => None,
        },
        Statement::ExportDefaultDeclaration(export) => match &export.declaration {
            ast::ExportDefaultDeclarationKind::FunctionDeclaration(function) => Some(function),
            _ => None,
        },
        _ => None,
    }
}
