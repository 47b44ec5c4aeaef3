//! Who built a package, out of what: statements that are signed and can be checked.
//!
//! A [`Statement`] (in-toto v1) names the package and its layers by SHA-256, which in base64 is what
//! Lambda calls `CodeSha256`. An [`Envelope`] (DSSE v1) carries it with a signature of a
//! [`SigningKey`]; [`Envelope::verify`] gives the statement back only to who has the [`PublicKey`].
//!
//! [`Deployed`] is what runs, as the AWS CLI tells it.
//!
//! Sources: in-toto Attestation Framework v1 (statement, resource descriptor); DSSE 1.0.2
//! (protocol, envelope); RFC 5208, 5280, 8410 (keys); Lambda API reference (`FunctionConfiguration`,
//! `GetLayerVersion`).

#![deny(clippy::disallowed_methods)]

mod deployed;
mod digest;
mod envelope;
mod key;
mod statement;
mod subjects;

pub use deployed::{Deployed, DeployedError, DeployedFunction, DeployedLayer};
pub use digest::Digest;
pub use envelope::{Envelope, EnvelopeError};
pub use key::{KeyError, PublicKey, SigningKey};
pub use statement::{Artifact, PREDICATE_TYPE, Statement, StatementError};
pub use subjects::{claimed, contradicts};
