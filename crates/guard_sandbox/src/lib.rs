//! What a function may do besides its job: found out by trying, confined by tiers, supervised while
//! it runs, swept up between invocations.
//!
//! The kernel of a platform decides how much is possible. [`probe`] tries each mechanism in a child
//! that may die of it, and what is enforced and what is only told follows from its [`Facts`]:
//! nothing is promised that the probe did not see work.

mod asks;
mod bpf;
mod confinement;
mod denials;
pub mod dns;
mod egress;
mod facts;
mod hooks;
mod incident;
mod kernel;
mod measures;
mod names;
mod paths;
mod place;
mod policy;
mod probe;
mod resolver;
mod rights;
mod supervisor;

pub use confinement::{Confinement, ConfinementError, harden_guard};
pub use egress::{AllowList, EgressError};
pub use facts::{Fact, Facts, Mechanism, Tier};
pub use hooks::Hooks;
pub use incident::{Incident, masked};
pub use measures::{Measure, Strength, measures_line};
pub use place::Place;
pub use probe::{Depth, probe};
pub use supervisor::Supervisor;
