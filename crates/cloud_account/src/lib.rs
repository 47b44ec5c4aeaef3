//! A live account asked: a table of read operations, signed calls, politeness, snapshots that go on
//! after a kill.

mod client;
mod code;
mod identity;
mod journal;
mod lanes;
mod login;
mod policy;
mod pull;
mod question;
mod redact;
mod reply;
mod request;
mod table;
mod take;
mod trail_bucket;
mod walk;
mod wire;
mod xml;

pub use client::Client;
pub use code::CodeFolder;
pub use identity::{Identity, of as identity_of, regions as regions_enabled, service};
pub use journal::{Journal, JournalError};
pub use login::{Login, LoginOptions};
pub use policy::{Needs, policy};
pub use pull::{PullError, PullOptions, Pulled, pull};
pub use reply::{Fault, FaultKind, one_line};
pub use request::{Plain, escape, json, query, request_of, text_of};
pub use table::{Ask, Each, Origin, Protocol, Service, Table, TableError};
pub use take::{Organization, Regions, TakeError, TakeOptions, Taken, accounts, enter, take};
pub use trail_bucket::TrailBucket;
pub use walk::{Counts, WalkOptions};
pub use xml::{XmlError, to_json as xml_to_json};

/// The time as a snapshot has it: RFC 3339 in UTC, whole seconds.
#[must_use]
pub fn now() -> String {
    let now = jiff::Timestamp::now();
    jiff::Timestamp::from_second(now.as_second()).unwrap_or(now).to_string()
}
