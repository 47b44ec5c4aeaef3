//! What the program may cost: `benches/budgets.toml`.

use std::fs;

use serde::Deserialize;

use crate::{Failure, workspace};

/// `benches/budgets.toml`.
#[derive(Debug, Deserialize)]
pub(crate) struct Budgets {
    pub(crate) scan: Scan,
    pub(crate) program: Program,
}

/// What a scan may cost.
#[derive(Debug, Deserialize)]
pub(crate) struct Scan {
    pub(crate) files_per_cpu_second: f64,
    pub(crate) peak_memory_mib: u64,
}

/// What the program may weigh.
#[derive(Debug, Deserialize)]
pub(crate) struct Program {
    size_mib: u64,
}

impl Program {
    /// Says so when a program of so many bytes is too large.
    pub(crate) fn excess(&self, bytes: u64) -> Option<String> {
        let is_over = bytes > self.size_mib * 1_048_576;
        is_over.then(|| format!("a program of more than {} MiB", self.size_mib))
    }
}

/// Reads the budgets.
pub(crate) fn read() -> Result<Budgets, Failure> {
    let path = workspace::root().join("benches/budgets.toml");
    Ok(toml::from_str(&fs::read_to_string(path)?)?)
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn a_program_beyond_its_budget_is_told() {
        let program = read().unwrap().program;
        assert_eq!(program.excess(program.size_mib * 1_048_576), None);
        assert!(program.excess(program.size_mib * 1_048_576 + 1).is_some());
    }
}
