//! Bounds on time and memory. What goes beyond is unknown, never yes.

/// How much may be spent on one question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Elementary steps, of which a machine of today does some 20 million a second.
    pub steps: u64,
    /// Words of memory for what has to be remembered, eight bytes each at most.
    pub memory: u64,
    /// Assignments of condition atoms that are tried for one class of requests.
    pub assignments: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self { steps: 20_000_000, memory: 8_000_000, assignments: 1 << 12 }
    }
}

/// What is left of [`Limits`].
#[derive(Debug)]
pub(crate) struct Work {
    pub(crate) steps: u64,
    pub(crate) memory: u64,
    pub(crate) assignments: u32,
}

/// A limit was reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Spent {
    /// Time.
    Steps,
    /// Memory.
    Memory,
    /// Assignments of conditions.
    Assignments,
}

impl Work {
    pub(crate) fn new(limits: Limits) -> Self {
        Self { steps: limits.steps, memory: limits.memory, assignments: limits.assignments }
    }

    /// Takes steps.
    pub(crate) fn spend(&mut self, steps: usize) -> Result<(), Spent> {
        self.steps = self.steps.checked_sub(steps as u64).ok_or(Spent::Steps)?;
        Ok(())
    }

    /// Takes memory.
    pub(crate) fn hold(&mut self, words: usize) -> Result<(), Spent> {
        self.memory = self.memory.checked_sub(words as u64).ok_or(Spent::Memory)?;
        Ok(())
    }
}
