//! Traces: the steps by which hostile data got where it is.

use std::rc::Rc;

use code_ir::{SmolStr, Span};
use code_program::ModuleId;
use taint_models::Kind;

/// One step of a trace.
#[derive(Debug)]
pub(crate) struct TraceStep {
    /// Where.
    pub(crate) module: ModuleId,
    /// Where in it.
    pub(crate) span: Span,
    /// What happens.
    pub(crate) note: Note,
    /// Steps before.
    pub(crate) before: Option<Rc<TraceStep>>,
    /// Number of steps, this one included.
    pub(crate) length: u32,
}

/// What happens at a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Note {
    /// It is assigned to a variable or field.
    Assigned(SmolStr),
    /// It is passed to a function of the program.
    Passed(SmolStr),
    /// It is the result of a function of the program.
    Returned(SmolStr),
    /// It goes through a function of a library.
    Through(SmolStr),
    /// It is put into a text that looks like something.
    PutInto(Kind),
    /// This field of a parsed text is read.
    Read(SmolStr),
}

impl Drop for TraceStep {
    fn drop(&mut self) {
        // A long chain would otherwise be dropped by recursion.
        let mut next = self.before.take();
        while let Some(step) = next {
            match Rc::try_unwrap(step) {
                Ok(mut step) => next = step.before.take(),
                Err(_) => break,
            }
        }
    }
}
