//! A function app of Azure: what all functions in it share.

use source_text::{Place, SmolStr};

use crate::{Exposure, Setting, Text};

/// A function app.
#[derive(Clone, Debug, Default)]
pub struct FunctionApp {
    /// Who can reach its HTTP functions at all.
    pub exposure: Exposure,
    /// Whether the platform asks callers to sign in before the app sees a request.
    pub asks_for_login: bool,
    /// Name of its service in `azure.yaml`, from the tag `azd-service-name`.
    pub service: Option<Text>,
    /// Whether it is a slot of another app.
    pub is_slot: bool,
    /// What the `host.json` of its code says; nothing when the code was not found.
    pub host: Option<Host>,
}

/// Settings of the host that runs the functions of an app: `host.json`.
#[derive(Clone, Debug, Default)]
pub struct Host {
    /// Where the file begins.
    pub place: Place,
    /// `functionTimeout`: `hh:mm:ss`, or `-1` for no end.
    pub timeout: Option<Setting<SmolStr>>,
    /// `logging.logLevel`: category (`default`, `Host.Results`, `Function.orders.User`) and level.
    pub log_levels: Vec<(SmolStr, Setting<SmolStr>)>,
    /// `extensions.http.maxOutstandingRequests`: requests that run or wait; -1 is no bound.
    pub max_outstanding_requests: Option<Setting<i64>>,
    /// `extensions.http.maxConcurrentRequests`: requests that run at a time; -1 is no bound.
    pub max_concurrent_requests: Option<Setting<i64>>,
}
