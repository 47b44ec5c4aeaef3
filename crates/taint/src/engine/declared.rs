//! Classes that hold to what they declare: what a field of a pydantic model can be.
//!
//! The declaration is read as it is written: `Literal["a", "b"]`, `Field(pattern="^[a-z]+$")`,
//! `Annotated[str, StringConstraints(pattern=…)]`, an `Enum` of the program, a number, an id.

use std::rc::Rc;

use code_ir::{Argument, BinaryOperator, Element, Expr, ExprKind, Field, SmolStr};
use taint_models::{Kind, Kinds};

use super::Engine;
use crate::{
    alphabet::Extent,
    value::{ClassRef, Shape, Value},
};

/// Classes and types within each other that are looked at.
const DEPTH: usize = 6;

impl<'p> Engine<'p> {
    /// What a field of a class does not endanger, when its class or language sees to it that it is what
    /// it is declared to be: models of pydantic do, the types of TypeScript do not.
    pub(super) fn cleared_by_declaration(&mut self, class: &Rc<ClassRef>, name: &str) -> Kinds {
        if self.is_number_field(class, name) {
            return Kinds::INPUT;
        }
        if !self.is_validated(class) {
            return Kinds::NONE;
        }
        let Some((owner, field)) = self.declared_field(class, name, DEPTH) else {
            return Kinds::NONE;
        };
        let declared = field.decorators.first().or(field.annotation.as_ref());
        let by_type = declared.map_or(Kinds::NONE, |it| self.cleared_by_type_of(&owner, it, DEPTH));
        let by_value = field.value.as_ref();
        by_type.or(by_value.map_or(Kinds::NONE, |value| self.cleared_by_constraint(&owner, value)))
    }

    /// The model that a field of a model holds.
    pub(super) fn declared_model(
        &mut self,
        class: &Rc<ClassRef>,
        name: &str,
    ) -> Option<Rc<ClassRef>> {
        if !self.is_validated(class) {
            return None;
        }
        let (owner, field) = self.declared_field(class, name, DEPTH)?;
        match self.eval_in(&owner, field.annotation.as_ref()?).shape {
            Shape::Class(model) => self.is_validated(&model).then_some(model),
            _ => None,
        }
    }

    /// Whether instances of a class are validated when they are made.
    pub(super) fn is_validated(&mut self, class: &Rc<ClassRef>) -> bool {
        self.library_base(class).is_some_and(|base| {
            let base = self.names.text(base);
            base.ends_with(".BaseModel") || base.starts_with("pydantic.")
        })
    }

    /// A field where it is declared: in the class, or in one of the program that it derives from.
    fn declared_field(
        &mut self,
        class: &Rc<ClassRef>,
        name: &str,
        depth: usize,
    ) -> Option<(Rc<ClassRef>, &'p Field)> {
        let definition = self.program.class(class.module, class.class)?;
        if let Some(field) = definition.fields.iter().find(|field| field.name == name) {
            return Some((Rc::clone(class), field));
        }
        let depth = depth.checked_sub(1)?;
        let bases = self.bases(class);
        bases.iter().find_map(|base| match &base.shape {
            Shape::Class(base) => self.declared_field(base, name, depth),
            _ => None,
        })
    }

    fn cleared_by_type_of(&mut self, class: &Rc<ClassRef>, type_: &'p Expr, depth: usize) -> Kinds {
        let Some(depth) = depth.checked_sub(1) else { return Kinds::NONE };
        match &type_.kind {
            // `None` is no text.
            ExprKind::Constant(code_ir::Constant::None) => Kinds::INPUT,
            ExprKind::Binary { operator: BinaryOperator::BitOr, left, right } => {
                let left = self.cleared_by_type_of(class, left, depth);
                left.and(self.cleared_by_type_of(class, right, depth))
            }
            ExprKind::Index { base, index } => {
                let path = base.dotted();
                let name = path.as_ref().and_then(|path| path.last()).map(|name| name.as_str());
                match name {
                    Some("Literal") => Kinds::INPUT,
                    Some("Optional") => self.cleared_by_type_of(class, index, depth),
                    Some("Union") => members(index)
                        .map(|type_| self.cleared_by_type_of(class, type_, depth))
                        .reduce(Kinds::and)
                        .unwrap_or(Kinds::NONE),
                    Some("Annotated") => {
                        let mut parts = members(index);
                        let first = parts.next();
                        let own = first.map(|first| self.cleared_by_type_of(class, first, depth));
                        let more = parts.map(|part| self.cleared_by_constraint(class, part));
                        more.fold(own.unwrap_or(Kinds::NONE), Kinds::or)
                    }
                    _ => Kinds::NONE,
                }
            }
            ExprKind::Call { .. } => self.cleared_by_constraint(class, type_),
            _ if Self::is_number_type(type_) => Kinds::INPUT,
            _ => {
                let type_ = self.eval_in(class, type_);
                if self.is_enumeration(&type_) { Kinds::INPUT } else { Kinds::NONE }
            }
        }
    }

    /// `Field(pattern=…)`, `constr(regex=…)`, `StringConstraints(pattern=…)`.
    fn cleared_by_constraint(&mut self, class: &Rc<ClassRef>, call: &'p Expr) -> Kinds {
        let ExprKind::Call { callee, arguments, .. } = &call.kind else { return Kinds::NONE };
        let path = callee.dotted();
        let name = path.as_ref().and_then(|path| path.last()).map(|name| name.as_str());
        match name {
            Some("conint" | "confloat" | "condecimal") => return Kinds::INPUT,
            Some("Field" | "constr" | "StringConstraints") => {}
            _ => return Kinds::NONE,
        }
        let is_pattern = |argument: &&'p Argument| {
            let name = argument.name.as_ref().map(SmolStr::as_str);
            matches!(name, Some("pattern" | "regex"))
        };
        let Some(pattern) = arguments.iter().find(is_pattern) else { return Kinds::NONE };
        let pattern = self.eval_in(class, &pattern.value);
        self.cleared_by_fit_of(&pattern, Extent::Part).or(Kinds::one(Kind::Nosql))
    }

    /// Whether a type is an `Enum` of the program: its values are constants.
    fn is_enumeration(&mut self, type_: &Value) -> bool {
        let Shape::Class(class) = &type_.shape else { return false };
        self.bases(class).iter().any(|base| match base.shape {
            Shape::Library(id) | Shape::Instance(id) => {
                matches!(
                    self.names.text(id).as_str(),
                    "enum.Enum" | "enum.StrEnum" | "enum.IntEnum" | "enum.Flag" | "enum.IntFlag"
                )
            }
            _ => false,
        })
    }
}

/// The types between the brackets.
fn members(index: &Expr) -> impl Iterator<Item = &Expr> {
    let list = match &index.kind {
        ExprKind::List(elements) => Some(elements),
        _ => None,
    };
    let single = if list.is_none() { Some(index) } else { None };
    let written = list.into_iter().flatten().map(|element| match element {
        Element::One(type_) | Element::Spread(type_) => type_,
    });
    single.into_iter().chain(written)
}
